/* Licensed to the public under the Apache License, Version 2.0; see LICENSE. */

#include "tap.h"

#include "ce_policy.h"

/* Words as httpd would cut them: at spaces; '~' stands for a space in a word */
static apr_array_header_t *words_of(apr_pool_t *p, const char *text)
{
    apr_array_header_t *words = apr_array_make(p, 4, sizeof(const char *));
    char *rest = apr_pstrdup(p, text), *word, *s;

    while ((word = apr_strtok(rest, " ", &rest))) {
        word = exact(p, word);
        for (s = word; *s; s++) {
            *s = *s == '~' ? ' ' : *s;
        }
        APR_ARRAY_PUSH(words, const char *) = word;
    }
    return words;
}

static void test_refused(apr_pool_t *p)
{
    static const struct {
        const char *words, *error;
    } cases[] = {
        {"", "ExposeHeaders: no edit in '' (Name, +Name, -Name, a pattern or None)"},
        {",", "ExposeHeaders: no edit in '' (Name, +Name, -Name, a pattern or None)"},
        {"env=X",
         "ExposeHeaders: no edit in front of 'env=X' (Name, +Name, -Name, a pattern or None)"},
        {"X-A -", "ExposeHeaders: no name behind the sign '-' (+Name or -Name)"},
        {"+,X-A", "ExposeHeaders: no name behind the sign '+' (+Name or -Name)"},
        {"X@Y", "ExposeHeaders: character '@' in 'X@Y' (a header's name has letters, digits and "
                "!#$%&'*+-.^_`|~)"},
        {"X-A,\xC3\xA9", "ExposeHeaders: byte 0xC3 in '\xC3\xA9' (a header's name has letters, "
                         "digits and !#$%&'*+-.^_`|~)"},
        {"X-A: X-B", "ExposeHeaders: character ':' in 'X-A:' (a header's name has letters, digits "
                     "and !#$%&'*+-.^_`|~)"},
        {"X\x01", "ExposeHeaders: byte 0x01 in 'X\x01' (a header's name has letters, digits and "
                  "!#$%&'*+-.^_`|~)"},
        {"X-A # why", "ExposeHeaders: comment at the end of the line '#' (httpd knows none; put it "
                      "on a line of its own)"},
        {"X-A -#why", "ExposeHeaders: comment at the end of the line '#why' (httpd knows none; put "
                      "it on a line of its own)"},
        {"set-cookie", "ExposeHeaders: can't expose or remove 'set-cookie' (browsers show it to no "
                       "script; ExposeHeadersNever accepts it)"},
        {"-Set-Cookie2", "ExposeHeaders: can't expose or remove '-Set-Cookie2' (browsers show it "
                         "to no script; ExposeHeadersNever accepts it)"},
        {"X-A env=V X-B", "ExposeHeaders: condition before the last edit 'env=V' (conditions end "
                          "the line, 'X-B' follows)"},
        {"env=V X-B", "ExposeHeaders: condition before the last edit 'env=V' (conditions end the "
                      "line, 'X-B' follows)"},
        {"X-A foo=bar", "ExposeHeaders: unknown condition 'foo=bar' (origin=, env= or expr=)"},
        {"X-A=1", "ExposeHeaders: unknown condition 'X-A=1' (origin=, env= or expr=)"},
        {"X-A =1", "ExposeHeaders: character '=' in '=1' (a header's name has letters, digits and "
                   "!#$%&'*+-.^_`|~)"},
        {"X-A env=V env=W", "ExposeHeaders: second env= 'env=W' (one for a line)"},
        {"X-A env=", "ExposeHeaders: no variable in 'env=' (env=VAR or env=!VAR)"},
        {"X-A env=!", "ExposeHeaders: no variable in 'env=!' (env=VAR or env=!VAR)"},
        {"X-A env=V,W", "ExposeHeaders: more than a variable in 'env=V,W' (env=VAR or env=!VAR)"},
        {"X-A expr=1 expr=1", "ExposeHeaders: second expr= 'expr=1' (one for a line)"},
        {"X-A expr=\"1\"", "ExposeHeaders: quotes inside the word 'expr=\"1\"' (quote all of it: "
                           "\"expr=...\")"},
        {"X-A expr=~", "ExposeHeaders: no expression in 'expr= ' (\"expr=EXPRESSION\")"},
        {"X-A origin=https://a.example/", "ExposeHeaders: a trailing slash in "
                                          "'origin=https://a.example/' (an origin ends with its "
                                          "host or port)"},
    };
    size_t i;

    for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        ce_line_t *line = NULL;

        is_text(ce_line_parse(&line, "ExposeHeaders", words_of(p, cases[i].words), NULL, p),
                cases[i].error, apr_psprintf(p, "'%s' is refused", cases[i].words));
    }
}

static void test_never_refused(apr_pool_t *p)
{
    static const struct {
        const char *words, *error;
    } cases[] = {
        {"", "ExposeHeadersNever: no name in '' (names and patterns)"},
        {"-X-A",
         "ExposeHeadersNever: sign in front of '-X-A' (names and patterns, without a sign)"},
        {"X-A env=V", "ExposeHeadersNever: character '=' in 'env=V' (a header's name has letters, "
                      "digits and !#$%&'*+-.^_`|~)"},
        {"#x", "ExposeHeadersNever: comment at the end of the line '#x' (httpd knows none; put it "
               "on a line of its own)"},
    };
    ce_line_t *line = NULL;
    size_t i;

    for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        is_text(ce_never_parse(&line, "ExposeHeadersNever", words_of(p, cases[i].words), p),
                cases[i].error, apr_psprintf(p, "Never '%s' is refused", cases[i].words));
    }
    ok(!ce_never_parse(&line, "ExposeHeadersNever", words_of(p, "Set-Cookie, SET-COOKIE2"), p)
           && line->nedits == 0,
       "Never Set-Cookie adds nothing to what is built in");
}

static void test_added_refused(apr_pool_t *p)
{
    static const struct {
        const char *edits, *error;
    } cases[] = {
        {"", "cors_expose_add: no edit in '' (Name, +Name, -Name, a pattern or None)"},
        {"X-A, b d@", "cors_expose_add: character '@' in 'd@' (a header's name has letters, digits "
                      "and !#$%&'*+-.^_`|~)"},
        {"X-A env=V", "cors_expose_add: character '=' in 'env=V' (a header's name has letters, "
                      "digits and !#$%&'*+-.^_`|~)"},
        {"Set-Cookie", "cors_expose_add: can't expose or remove 'Set-Cookie' (browsers show it to "
                       "no script; ExposeHeadersNever accepts it)"},
    };
    size_t i;

    for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        ce_line_t *line = NULL;

        is_text(ce_added_parse(&line, "cors_expose_add", exact(p, cases[i].edits), p),
                cases[i].error, apr_psprintf(p, "adding '%s' is refused", cases[i].edits));
    }
}

static void test_warnings(apr_pool_t *p)
{
    static const struct {
        const char *words, *warning;
    } cases[] = {
        {"X-A", NULL},
        {"X-A -Cookie -Content-Length", NULL},
        {"Content-Length", "ExposeHeaders: 'Content-Length' needs no listing (CORS-safelisted; "
                           "kept for browsers that don't know it yet)"},
        {"Origin", "ExposeHeaders: 'Origin' is a request header (responses don't carry it)"},
        {"Access-Control-Request-Headers",
         "ExposeHeaders: 'Access-Control-Request-Headers' is a request header (responses don't "
         "carry it)"},
        {"always", "ExposeHeaders: 'always' is taken as a header's name (it is a word of "
                   "mod_headers' Header)"},
        {"X-A Early", "ExposeHeaders: 'Early' is taken as a header's name (it is a word of "
                      "mod_headers' Header)"},
        {"X-A origin=https://*.com",
         "ExposeHeaders: 'origin=https://*.com' holds for every site below that domain"},
    };
    size_t i;

    for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        apr_array_header_t *warnings = apr_array_make(p, 1, sizeof(const char *));
        ce_line_t *line = NULL;

        ok(!ce_line_parse(&line, "ExposeHeaders", words_of(p, cases[i].words), warnings, p),
           "'%s' is accepted", cases[i].words);
        ok(warnings->nelts == (cases[i].warning ? 1 : 0), "with %s warning",
           cases[i].warning ? "one" : "no");
        if (cases[i].warning && warnings->nelts) {
            is_text(APR_ARRAY_IDX(warnings, 0, const char *), cases[i].warning, "which says why");
        }
    }
}

/* A container from lines between ';'; a line that begins with '!' is a Never */
static ce_policy_t *container(apr_pool_t *p, const char *text)
{
    ce_policy_t *policy = ce_policy_create(p);
    char *rest = apr_pstrdup(p, text), *part;
    int number = 0;

    while ((part = apr_strtok(rest, ";", &rest))) {
        ce_line_t *line = NULL;

        if (*part == '!') {
            if (ok(!ce_never_parse(&line, "Never", words_of(p, part + 1), p), "Never %s", part)) {
                ce_policy_add_never(policy, line);
            }
            continue;
        }
        if (ok(!ce_line_parse(&line, "ExposeHeaders", words_of(p, part), NULL, p), "%s", part)) {
            line->file = "test.conf";
            line->line_number = ++number;
            ce_policy_add(policy, line);
        }
    }
    return policy;
}

/* As at startup: what was of use only while it was sealed is gone then */
static ce_policy_t *sealed(apr_pool_t *p, ce_policy_t *policy)
{
    apr_pool_t *scratch;

    apr_pool_create(&scratch, p);
    ce_policy_seal(policy, p, scratch);
    apr_pool_destroy(scratch);
    return policy;
}

/* How containers are merged: from the left, as httpd does it, or the other way
 * round, since a merge is associative; and sealed or as they are read */
enum { FROM_RIGHT = 1, SEALED = 2, ALL_WAYS = 4 };

static const char *const ways[] = {
    "merged from the left",
    "merged from the right",
    "sealed, merged from the left",
    "sealed, merged from the right",
};

/* Containers between '|', outermost first */
static const ce_policy_t *merged(apr_pool_t *p, const char *text, int way)
{
    const ce_policy_t *policies[16], *result;
    char *rest = apr_pstrdup(p, text), *part;
    int n = 0, i;

    while (n < 16 && (part = apr_strtok(rest, "|", &rest))) {
        ce_policy_t *policy = container(p, part);

        policies[n++] = way & SEALED ? sealed(p, policy) : policy;
    }
    if (way & FROM_RIGHT) {
        result = policies[n - 1];
        for (i = n - 2; i >= 0; i--) {
            result = ce_policy_merge(p, policies[i], result);
        }
        return result;
    }
    result = policies[0];
    for (i = 1; i < n; i++) {
        result = ce_policy_merge(p, result, policies[i]);
    }
    return result;
}

/* A request in which the variables SET and BOTH are set; an expression is true,
 * false or broken by its text */
static int env(void *baton, const char *name)
{
    (void)baton;
    return !strcmp(name, "SET") || !strcmp(name, "BOTH");
}

static ce_holds_e expr(void *baton, const ce_line_t *line)
{
    (void)baton;
    return !strcmp(line->condition->expr_text, "true")    ? CE_HOLDS
           : !strcmp(line->condition->expr_text, "false") ? CE_FAILS
                                                          : CE_BROKEN;
}

static const ce_request_t request = {.origin = "https://a.example"};
static const ce_questions_t questions = {.env = env, .expr = expr};
static const ce_ask_t ask = {&request, &questions, NULL};

/* What a policy comes to: its names, then what it exposes of some headers */
static const char *outcome(apr_pool_t *p, const ce_flat_t *flat)
{
    static const char *const headers[] = {"X-A", "X-B", "x-c", "ETag"};
    const char *text = apr_pstrdup(p, flat->names);
    size_t i;

    text = apr_pstrcat(p, text, flat->everything ? " everything" : "",
                       flat->has_patterns ? " +" : "", NULL);
    for (i = 0; flat->has_patterns && i < sizeof(headers) / sizeof(*headers); i++) {
        ce_name_t name;

        ce_name_read(&name, headers[i]);
        if (ce_flat_exposes(flat, &name)) {
            text = apr_pstrcat(p, text, " ", headers[i], NULL);
        }
    }
    return text;
}

static const struct {
    const char *policy, *outcome;
} flattened[] = {
    {"X-A", "X-A"},
    {"X-A,X-B", "X-A, X-B"},
    {"X-A ,, X-B", "X-A, X-B"},
    {"X-A~X-B", "X-A, X-B"},
    {"X-A x-a", "X-A"},
    {"X-A|X-B|X-A", "X-A, X-B"},
    {"X-A X-B;X-C x-a|x-c X-D;X-E|X-B x-e X-F|X-F", "X-A, X-B, X-C, X-D, X-E, X-F"},
    {"ETag|E|X|X-RateLimit-Remaining|Age|X-A|X-Request-Id|Retry-After",
     "ETag, E, X, X-RateLimit-Remaining, Age, X-A, X-Request-Id, Retry-After"},
    {"X-A|!Set-Cookie|X-B", "X-A, X-B"},
    {"!Set-Cookie", ""},
    {"X-A|-X-A|x-a", "x-a"},
    {"X-A X-B|-x-a", "X-B"},
    {"X-A -X-A", ""},
    {"-X-A X-A", "X-A"},
    {"X-A|None|X-B", "X-B"},
    {"X-A None X-B none X-C", "X-C"},
    {"X-A|None", ""},
    {"X-A X-B Y|-X-*", "Y"},
    {"X-A|-X-*|X-A", "X-A"},
    {"X-A|-*|X-B", "X-B"},
    {"X-*", " + X-A X-B x-c"},
    {"X-**", " + X-A X-B x-c"},
    {"X-* -X-A", " + X-B x-c"},
    {"X-A|X-* -x-a", " + X-B x-c"},
    {"X-* -X-A X-A", "X-A + X-B x-c"},
    {"X-*|-X-*", ""},
    {"X-*|-x-**", ""},
    {"X-*|-*", ""},
    {"X-*|-X-A*", " + X-B x-c"},
    {"-X-*|X-*", " + X-A X-B x-c"},
    {"*", " everything + X-A X-B x-c ETag"},
    {"***", " everything + X-A X-B x-c ETag"},
    {"-X-A|*", " everything + X-A X-B x-c ETag"},
    {"*|-X-A", " + X-B x-c ETag"},
    {"*|-X-*", " + ETag"},
    {"*|-X-*|X-B", "X-B + ETag"},
    {"*|-ETag|*", " everything + X-A X-B x-c ETag"},
    {"*|None|X-A", "X-A"},
    {"Authorization *", "Authorization everything + X-A X-B x-c ETag"},
    {"* X-B|-X-*|X-A", "X-A + ETag"},
    {"X-A;!X-A", ""},
    {"!X-A|X-A X-B", "X-B"},
    {"!X-*|None X-A Y", "Y"},
    {"X-A|!x-a;!X-B|X-B X-C", "X-C"},
    {"*;!X-A", " + X-B x-c ETag"},
    {"!X-A|*", " + X-B x-c ETag"},
    {"!*|* X-A", ""},
    {"*;!Set-Cookie", " everything + X-A X-B x-c ETag"},
    {"X-A env=SET|X-B env=!SET", "X-A"},
    {"X-A env=UNSET|X-B env=!UNSET", "X-B"},
    {"X-A|None env=UNSET", "X-A"},
    {"X-A|None env=SET", ""},
    {"X-A origin=https://a.example|X-B origin=https://b.example", "X-A"},
    {"X-A origin=https://b.example origin=https://a.example", "X-A"},
    {"X-A origin=https://a.example env=UNSET", ""},
    {"X-A origin=https://a.example env=SET expr=true", "X-A"},
    {"X-A expr=false|X-B expr=true", "X-B"},
    {"X-A|X-B -X-A expr=broken", ""},
    {"X-A|None X-B expr=broken|X-C", "X-C"},
    {"* expr=broken|X-A", "X-A"},
    {"X-A origin=https://a.example|-X-A origin=https://b.example", "X-A"},
};

static void test_flatten(apr_pool_t *p)
{
    size_t i;
    int way;

    for (i = 0; i < sizeof(flattened) / sizeof(*flattened); i++) {
        for (way = 0; way < ALL_WAYS; way++) {
            const ce_policy_t *policy = merged(p, flattened[i].policy, way);

            is_text(outcome(p, ce_policy_flatten(p, policy, NULL, &ask)), flattened[i].outcome,
                    apr_psprintf(p, "what '%s' comes to, %s", flattened[i].policy, ways[way]));
        }
    }
}

static void test_extra(apr_pool_t *p)
{
    static const struct {
        const char *policy, *added, *backend;
        int backend_only;
        const char *outcome;
    } cases[] = {
        {"X-A", "X-B", NULL, 0, "X-A, X-B"},
        {"X-A", "-x-a", NULL, 0, ""},
        {"X-A", "None X-C", "X-Q", 0, "X-C"},
        {"X-A", NULL, "X-Q", 0, "X-Q, X-A"},
        {"X-A", NULL, "x-a", 0, "X-A"},
        {"-X-Q", NULL, "X-Q", 0, ""},
        {"None X-A", NULL, "X-Q", 0, "X-A"},
        {"None X-A env=UNSET", NULL, "X-Q", 0, "X-Q"},
        {"X-A", "X-B", "X-Q", 1, "X-Q"},
        {"X-A;!X-Q", NULL, "X-Q X-R", 1, "X-R"},
        {"None", NULL, "X-Q", 1, "X-Q"},
        {"!X-B|X-A", "X-B *", NULL, 0, "X-A + x-c ETag"},
        {"X-A", NULL, "*", 0, "X-A everything + X-B x-c ETag"},
        {"-X-B", NULL, "*", 0, " + X-A x-c ETag"},
        {"X-* -X-Q", NULL, "X-Q x-b", 0, "x-b + X-A x-c"},
    };
    size_t i;

    for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        const char *added = cases[i].added, *backend = cases[i].backend;
        ce_extra_t extra = {NULL, NULL, cases[i].backend_only};
        ce_line_t *line = NULL;
        int way;

        if (added && !ce_added_parse(&line, "add", added, p)) {
            extra.added = line;
        }
        if (backend && !ce_added_parse(&line, "backend", backend, p)) {
            extra.backend = line;
        }
        for (way = 0; way < ALL_WAYS; way++) {
            const ce_policy_t *policy = merged(p, cases[i].policy, way);

            is_text(outcome(p, ce_policy_flatten(p, policy, &extra, &ask)), cases[i].outcome,
                    apr_psprintf(p, "what '%s', added '%s' and the backend's '%s' come to, %s",
                                 cases[i].policy, added ? added : "", backend ? backend : "",
                                 ways[way]));
        }
    }
}

static void test_merge(apr_pool_t *p)
{
    const ce_policy_t *empty = container(p, ""), *a = container(p, "X-A"), *node;
    ce_policy_t *outer = container(p, "X-* origin=https://a.example"), *inner = container(p, "X-B");

    ok(ce_policy_merge(p, empty, a) == a, "a merge into nothing is the container itself");
    ok(ce_policy_merge(p, a, empty) == a, "a merge of nothing is what there was");
    ce_policy_set(outer, CE_WHEN_SETTING, CE_ALWAYS);
    ce_policy_set(outer, CE_BACKEND_SETTING, CE_KEEP);
    ce_policy_set(inner, CE_BACKEND_SETTING, CE_MERGE);
    ce_policy_set(inner, CE_BACKEND_SETTING, CE_REPLACE);
    ce_policy_set(inner, CE_WILDCARD_SETTING, CE_EXPAND);
    node = ce_policy_merge(p, outer, inner);
    ok(ce_policy_setting(node, CE_WHEN_SETTING) == CE_ALWAYS
           && ce_policy_setting(node, CE_BACKEND_SETTING) == CE_REPLACE
           && ce_policy_setting(node, CE_WILDCARD_SETTING) == CE_EXPAND,
       "settings are inherited and overridden, each for itself, the last of a container's");
    ok((node->bits & (CE_HAS_ORIGIN | CE_HAS_PATTERN)) == (CE_HAS_ORIGIN | CE_HAS_PATTERN),
       "a merge has the conditions and the patterns of both");
    node = ce_policy_merge(p, outer, container(p, "None X-B"));
    ok(!(node->bits & (CE_HAS_ORIGIN | CE_HAS_PATTERN | CE_HAS_CONDITION)),
       "None forgets conditions and patterns, too");
    node = ce_policy_merge(p, outer, ce_policy_merge(p, inner, container(p, "None X-B")));
    ok(!(node->bits & CE_HAS_ORIGIN) && ce_policy_setting(node, CE_WHEN_SETTING) == CE_ALWAYS
           && ce_policy_setting(node, CE_WILDCARD_SETTING) == CE_EXPAND,
       "also from inside a merge, and takes back no setting");
    node = ce_policy_merge(p, outer, ce_policy_merge(p, container(p, "None X-B"), inner));
    ok(!(node->bits & CE_HAS_ORIGIN), "from either side of it");
    node = ce_policy_merge(p, outer, container(p, "None X-B env=V"));
    ok(node->bits & CE_HAS_ORIGIN, "a conditional None may not hold");
    ok(sizeof(ce_policy_t) <= 56, "a merge and its place in httpd's vector take 64 bytes at most");
}

/* As a virtual host's policy, which httpd has merged with the server's by then */
static void test_seal_merge(apr_pool_t *p, const ce_policy_t *outer, const ce_policy_t *inner,
                            const char *names, int involved)
{
    ce_policy_t *node = (ce_policy_t *)ce_policy_merge(p, outer, inner);
    const ce_policy_t *further = sealed(p, container(p, "X-Z"));

    is_text(sealed(p, node)->flat->names, names, "a merge is sealed, too");
    ok(((node->bits & CE_IS_INVOLVED) != 0) == involved, "and is %san easy one",
       involved ? "not " : "");
    is_text(ce_policy_flatten(p, ce_policy_merge(p, node, further), NULL, &ask)->names,
            apr_pstrcat(p, names, ", X-Z", NULL), "what is merged into it comes behind");
}

static void test_seal(apr_pool_t *p)
{
    ce_policy_t *fixed = sealed(p, container(p, "X-A -X-B"));
    ce_policy_t *names = sealed(p, container(p, "X-A X-B"));
    const ce_flat_t *flat = names->flat;

    ok(fixed->flat != NULL, "what depends on no request is flattened when it is sealed");
    ok(sealed(p, container(p, "X-A env=SET"))->flat == NULL, "what a condition decides is not");
    ok(ce_policy_merge(p, fixed, container(p, "X-C"))->flat == NULL,
       "and a merge doesn't take it over");
    ok(sealed(p, names)->flat == flat, "sealed twice is sealed once");
    test_seal_merge(p, names, sealed(p, container(p, "x-b X-C")), "X-A, X-B, X-C", 0);
    test_seal_merge(p, names, sealed(p, container(p, "-x-b X-C")), "X-A, X-C", 1);
    test_seal_merge(p, fixed, names, "X-A, X-B", 1);
    ok(sealed(p, ce_policy_create(p))->flat == NULL, "there is nothing to seal without directives");
}

/* Which policies go the short way; that it comes to the same is for test_flatten */
static void test_involved(apr_pool_t *p)
{
    static const struct {
        const char *policy;
        int involved;
    } cases[] = {
        {"X-A X-B", 0},         {"X-A|X-B x-a|X-C;X-A", 0},
        {"X-A|-X-A", 1},        {"None X-A|X-B", 1},
        {"X-A|X-*", 1},         {"*|X-A", 1},
        {"X-A env=SET|X-B", 1}, {"X-A|X-B expr=true", 1},
        {"!X-A|X-B", 1},        {"X-A|!Set-Cookie", 0},
    };
    ce_policy_t *settings = ce_policy_create(p), *names = sealed(p, container(p, "X-A"));
    size_t i;
    int way;

    /* a .htaccess file's: nobody seals it */
    ce_policy_set(settings, CE_WHEN_SETTING, CE_ALWAYS);
    is_text(outcome(p, ce_policy_flatten(p, settings, NULL, &ask)), "",
            "settings alone expose nothing");
    is_text(outcome(p, ce_policy_flatten(p, ce_policy_merge(p, names, settings), NULL, &ask)),
            "X-A", "settings inside of names");
    is_text(outcome(p, ce_policy_flatten(p, ce_policy_merge(p, settings, names), NULL, &ask)),
            "X-A", "settings outside of names");
    for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        for (way = 0; way < ALL_WAYS; way++) {
            const ce_policy_t *policy = merged(p, cases[i].policy, way);
            int expected = cases[i].involved || !(way & SEALED);

            ok(((policy->bits & CE_IS_INVOLVED) != 0) == expected, "'%s' is %san easy one, %s",
               cases[i].policy, expected ? "not " : "", ways[way]);
        }
    }
}

static void test_review(apr_pool_t *p)
{
    static const struct {
        const char *policy;
        int outermost;
        const char *warning;
    } cases[] = {
        {"X-A;X-B", 1, NULL},
        {"X-A x-a", 0, "test.conf:1: ExposeHeaders: duplicate 'x-a' (line 1 adds it already)"},
        {"X-A;X-B;X-A", 0, "test.conf:3: ExposeHeaders: duplicate 'X-A' (line 1 adds it already)"},
        {"X-A -X-A X-A", 0, NULL},
        {"X-A -X-* X-A", 0, NULL},
        {"X-A None X-A", 0, NULL},
        {"X-A env=V;X-A env=W", 0, NULL},
        {"X-A;X-A env=W", 0,
         "test.conf:2: ExposeHeaders: duplicate 'X-A' (line 1 adds it already)"},
        {"X-*;X-**", 0, "test.conf:2: ExposeHeaders: duplicate 'X-*' (line 1 adds it already)"},
        {"-X-A", 0, NULL},
        {"-X-A", 1,
         "test.conf:1: ExposeHeaders: nothing adds 'X-A' (a removal in the server's own "
         "configuration; only a backend's list or another module could)"},
        {"X-A -X-A", 1, NULL},
        {"* -X-A", 1, NULL},
        {"X-A -X-*", 1, NULL},
        {"Y -X-*", 1,
         "test.conf:1: ExposeHeaders: nothing adds 'X-*' (a removal in the server's own "
         "configuration; only a backend's list or another module could)"},
    };
    size_t i;

    for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        apr_array_header_t *warnings = apr_array_make(p, 1, sizeof(const char *));

        ce_policy_review(container(p, cases[i].policy), cases[i].outermost, warnings, p);
        is_text(warnings->nelts ? APR_ARRAY_IDX(warnings, 0, const char *) : NULL, cases[i].warning,
                apr_psprintf(p, "the warning about '%s'", cases[i].policy));
        apr_array_clear(warnings);
        ce_policy_review(sealed(p, container(p, cases[i].policy)), cases[i].outermost, warnings, p);
        is_text(warnings->nelts ? APR_ARRAY_IDX(warnings, 0, const char *) : NULL, cases[i].warning,
                apr_psprintf(p, "the warning about '%s', sealed", cases[i].policy));
    }
}

int main(void)
{
    apr_pool_t *p = tap_begin();

    test_refused(p);
    test_never_refused(p);
    test_added_refused(p);
    test_warnings(p);
    test_flatten(p);
    test_extra(p);
    test_merge(p);
    test_seal(p);
    test_involved(p);
    test_review(p);
    return tap_end(p);
}

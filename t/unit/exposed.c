/* SPDX-License-Identifier: Apache-2.0 */

#include "policies.h"

static const ce_context_t context = {ORIGIN, env, expr, NULL};

static const apr_table_t *headers_of(apr_pool_t *p, const char *text)
{
    apr_table_t *table = apr_table_make(p, 4);
    char *rest = apr_pstrdup(p, text), *name;

    while ((name = apr_strtok(rest, " ", &rest))) {
        apr_table_addn(table, exact(p, name), "1");
    }
    return table;
}

static apr_array_header_t *own_of(apr_pool_t *p, const char *text)
{
    apr_array_header_t *own = apr_array_make(p, 1, sizeof(const char *));
    char *rest = apr_pstrdup(p, text), *line;

    while ((line = apr_strtok(rest, "|", &rest))) {
        APR_ARRAY_PUSH(own, const char *) = exact(p, line);
    }
    return own;
}

/* The response's headers: each test sets what it looks at */
static const apr_table_t *response[2];

static ce_sources_t sources_of(apr_pool_t *p, const ce_policy_t *policy)
{
    ce_sources_t sources = {.policy = policy};

    response[0] = headers_of(p, "X-A X-B");
    response[1] = headers_of(p, "x-c ETag");
    return sources;
}

static const char *write_out(apr_pool_t *p, const ce_exposed_t *e, apr_uint32_t *missing)
{
    ce_headers_t headers = {.tables = {response[0], response[1]}};

    return ce_value_write_out(p, e, &headers, missing);
}

/* What all comes to: the explicit names, and after '+' what patterns expose of
 * the response's headers besides them */
static const char *outcome(apr_pool_t *p, const ce_sources_t *sources)
{
    const ce_exposed_t *e = ce_exposed_apply(p, p, sources, &context);
    apr_uint32_t missing = 0;
    const char *names = ce_value_write(p, e, 0, &missing), *all;
    const char *text = apr_pstrcat(p, names, e->everything ? " everything" : "", NULL);

    if (!e->npatterns) {
        return text;
    }
    all = write_out(p, e, &missing);
    if (strncmp(all, names, strlen(names))) {
        return apr_psprintf(p, "'%s' doesn't begin with '%s'", all, names);
    }
    all += strlen(names);
    return apr_pstrcat(p, text, " + ", !strncmp(all, ", ", 2) ? all + 2 : all, NULL);
}

static const struct {
    const char *policy, *outcome;
} applied[] = {
    {"", ""},
    {"@CORS", ""},
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
    {"X-A X-B|-x-a|X-a", "X-B, X-a"},
    {"X-A X-B|-x-a X-a", "X-B, X-a"},
    {"X-A X-B -X-A X-a -x-a -X-A x-A", "X-B, x-A"},
    {"X-A -X-A", ""},
    {"-X-A X-A", "X-A"},
    {"X-A|None|X-B", "X-B"},
    {"X-A None X-B none X-C", "X-C"},
    {"X-A|None", ""},
    {"X-A X-B Y|-X-*", "Y"},
    {"X-A|-X-*|X-A", "X-A"},
    {"X-A|-*|X-B", "X-B"},
    {"X-A|-*", ""},
    {"-* X-A -* X-B", "X-B"},
    {"X-*", " + X-A, X-B, x-c"},
    {"X-**", " + X-A, X-B, x-c"},
    {"X-* -X-A", " + X-B, x-c"},
    {"X-A|X-* -x-a", " + X-B, x-c"},
    {"X-A -X-A X-*", " + X-A, X-B, x-c"},
    {"-X-A|X-*", " + X-A, X-B, x-c"},
    {"X-*|-X-A|*-A", " + X-A, X-B, x-c"},
    {"X-*|-X-A|X-*|-X-B", " + X-A, x-c"},
    {"*-B|X-* -X-A|E* -X-B", " + x-c, ETag"},
    {"X-* -X-A X-A", "X-A + X-B, x-c"},
    {"X-*|-X-*", ""},
    {"X-*|-x-**", ""},
    {"X-* X-*|-X-*", ""},
    {"X-* E*|-X-*", " + ETag"},
    {"X-*|-X-*|-X-*|E*", " + ETag"},
    {"X-* -X-* -X-* None -X-*|E*", " + ETag"},
    {"X-* -X-A|E* -X-*", " + ETag"},
    {"X-*|-X-* x-*", " + X-A, X-B, x-c"},
    {"X-* E* -X-* -X-B|*-B", " + X-B, ETag"},
    {"X-*|-*", ""},
    {"X-*|-X-A*", " + X-B, x-c"},
    {"-X-*|X-*", " + X-A, X-B, x-c"},
    {"*", " everything + X-A, X-B, x-c, ETag"},
    {"***", " everything + X-A, X-B, x-c, ETag"},
    {"-X-A|*", " everything + X-A, X-B, x-c, ETag"},
    {"*|-X-A", " + X-B, x-c, ETag"},
    {"*|-Y", " + X-A, X-B, x-c, ETag"},
    {"* -Y|X-A", "X-A + X-B, x-c, ETag"},
    {"*|-Y *", " everything + X-A, X-B, x-c, ETag"},
    {"*|-X-*", " + ETag"},
    {"*|-X-*|X-B", "X-B + ETag"},
    {"*|-ETag|*", " everything + X-A, X-B, x-c, ETag"},
    {"*|None|X-A", "X-A"},
    {"* None|X-A", "X-A"},
    {"*|-*", ""},
    {"*|X-A -*|X-B", "X-B"},
    {"Authorization *", "Authorization everything + X-A, X-B, x-c, ETag"},
    {"* X-B|-X-*|X-A", "X-A + ETag"},
    {"X-A;!X-A", ""},
    {"!X-A|X-A X-B", "X-B"},
    {"!X-*|None X-A Y", "Y"},
    {"X-A|!x-a;!X-B|X-B X-C", "X-C"},
    {"!X-A|None|X-A", ""},
    {"*;!X-A", " + X-B, x-c, ETag"},
    {"*;!Y", " + X-A, X-B, x-c, ETag"},
    {"!X-A|*", " + X-B, x-c, ETag"},
    {"X-*|!X-*", ""},
    {"X-* E*|!X-*;!X-*|!X-*", " + ETag"},
    {"X-* E*|!X-A;!X-B|!X-A", " + x-c, ETag"},
    {"!*|* X-A", ""},
    {"!*|!*|* X-A X-*", ""},
    {"!X-A *|X-A *", ""},
    {"*;!Set-Cookie", " everything + X-A, X-B, x-c, ETag"},
    {"X-A env=SET|X-B env=!SET", "X-A"},
    {"X-A env=UNSET|X-B env=!UNSET", "X-B"},
    {"X-A|None env=UNSET", "X-A"},
    {"X-A|None env=SET", ""},
    {"X-A X-*|-* env=UNSET", "X-A + X-B, x-c"},
    {"X-A X-*|-* env=SET|X-B", "X-B"},
    {"X-A;None env=UNSET;X-B", "X-A, X-B"},
    {"X-A;None env=SET;X-B", "X-B"},
    {"X-A|None X-B|X-C;None env=UNSET", "X-B, X-C"},
    {"X-A env=SET|None|X-B env=SET", "X-B"},
    {"X-A origin=https://a.example|X-B origin=https://b.example", "X-A"},
    {"X-A origin=https://b.example origin=https://a.example", "X-A"},
    {"X-A origin=https://a.example env=UNSET", ""},
    {"X-A origin=https://a.example env=SET expr=true", "X-A"},
    {"X-A expr=false|X-B expr=true", "X-B"},
    {"X-A|X-B -X-A expr=broken", ""},
    {"X-A|None X-B expr=broken|X-C", "X-C"},
    {"X-A X-*|X-B -X-* expr=broken", ""},
    {"* expr=broken|X-A", "X-A"},
    {"*|-X-A expr=broken", " + X-B, x-c, ETag"},
    {"*|-X-A expr=false", " everything + X-A, X-B, x-c, ETag"},
    {"X-A origin=https://a.example|-X-A origin=https://b.example", "X-A"},
    {"X-A env=SET;!X-A|X-B", "X-B"},
};

static void test_apply(apr_pool_t *p)
{
    size_t i;
    int way;

    for (i = 0; i < sizeof(applied) / sizeof(*applied); i++) {
        for (way = 0; way < ALL_WAYS; way++) {
            ce_sources_t sources = sources_of(p, merged(p, applied[i].policy, way));

            is_text(outcome(p, &sources), applied[i].outcome,
                    apr_psprintf(p, "what '%s' comes to, %s", applied[i].policy, ways[way]));
        }
    }
}

enum { DECIDES = 1, ONLY = 2 };

static const struct {
    const char *policy, *added, *own;
    int how;
    const char *outcome;
} sourced[] = {
    {"X-A", "X-B", NULL, 0, "X-A, X-B"},
    {"X-A", "-x-a", NULL, 0, ""},
    {"X-A", "None X-C", "X-Q", 0, "X-C"},
    {"X-A", "X-*", NULL, 0, "X-A + X-B, x-c"},
    {"X-*", "-X-A", NULL, 0, " + X-B, x-c"},
    {"*", "X-B", NULL, 0, "X-B everything + X-A, x-c, ETag"},
    {"", "X-A", "X-Q", 0, "X-A, X-Q"},
    {"X-A;!X-A", "X-A X-B", NULL, 0, "X-B"},
    {"!X-B|X-A", "X-B *", NULL, 0, "X-A + x-c, ETag"},
    /* the configuration's names come before the response's own */
    {"X-A", NULL, "X-Q", 0, "X-A, X-Q"},
    {"X-A|X-B", "X-C", "X-R, X-Q", 0, "X-A, X-B, X-C, X-R, X-Q"},
    {"X-A", NULL, "x-a", 0, "X-A"},
    {"X-B x-a", NULL, "X-Q, X-A, X-B", 0, "X-B, x-a, X-Q"},
    {"X-A -X-A", NULL, "X-A,X-Q", 0, "X-Q"},
    {"X-A -X-A x-a", NULL, "X-A,X-Q", 0, "x-a, X-Q"},
    {"X-A|-X-B", NULL, "X-B", 0, "X-A"},
    {"X-B", "x-q", "X-Q, X-R", 0, "X-B, x-q, X-R"},
    /* its elements */
    {"", NULL, "X-Q", 0, "X-Q"},
    {"", NULL, "X-Q, x-q,,X-R|x-r ,X-S", 0, "X-Q, X-R, X-S"},
    {"", NULL, "set-cookie, X-Q, Set-Cookie2", 0, "X-Q"},
    {"", NULL, "X-*, None, -X, +X, On", 0, "X-*, None, -X, +X, On"},
    {"-X-*", NULL, "X-*, Y", 0, "Y"},
    {"", NULL, "X Q, @, X-R", 0, "X-R"},
    {"-X-Q", NULL, "X-Q", 0, ""},
    {"-*", NULL, "X-Q, *", 0, ""},
    {"None X-A", NULL, "X-Q", 0, "X-A"},
    {"None", NULL, "*", 0, ""},
    {"None X-A env=UNSET", NULL, "X-Q", 0, "X-Q"},
    {"X-A", NULL, "*", 0, "X-A everything + X-B, x-c, ETag"},
    {"X-A", NULL, "*, *|*", 0, "X-A everything + X-B, x-c, ETag"},
    {"-X-B", NULL, "*", 0, " + X-A, x-c, ETag"},
    {"X-* -X-Q", NULL, "X-Q x-b", 0, " + X-A, X-B, x-c"},
    {"X-* -X-Q", NULL, "X-Q, x-b", 0, "x-b + X-A, x-c"},
    /* where it decides alone, or is all that counts */
    {"X-A", "X-B", "X-Q", DECIDES, "X-Q"},
    {"X-A", NULL, "set-cookie", DECIDES, ""},
    {"X-A", "X-B", "X Q, @", DECIDES, "X-A, X-B"},
    {"X-A", "X-B", "", DECIDES, "X-A, X-B"},
    {"X-A", "X-B", "*", DECIDES, " everything + X-A, X-B, x-c, ETag"},
    {"X-A;!X-Q", NULL, "X-Q, X-R", DECIDES, "X-R"},
    {"None", NULL, "X-Q", DECIDES, "X-Q"},
    {"-X-B;!X-A", NULL, "*", DECIDES, " + X-B, x-c, ETag"},
    {"X-A", "X-B", "X Q", ONLY, ""},
    {"X-A", "X-B", "X-Q", ONLY, "X-Q"},
    {"X-A *;!X-Q|None", "X-B", "X-Q, X-R", ONLY, "X-R"},
    {"X-A;!X-*", "X-B", "*, X-Q", ONLY, " + ETag"},
    {"!*", NULL, "*, X-Q", ONLY, ""},
};

static void test_sources(apr_pool_t *p)
{
    size_t i;
    int way;

    for (i = 0; i < sizeof(sourced) / sizeof(*sourced); i++) {
        const char *added = sourced[i].added, *own = sourced[i].own;

        for (way = 0; way < ALL_WAYS; way++) {
            ce_sources_t sources = sources_of(p, extended(p, merged(p, sourced[i].policy, way),
                                                          added));

            sources.own = own ? own_of(p, own) : NULL;
            sources.own_decides = sourced[i].how == DECIDES;
            sources.own_only = sourced[i].how == ONLY;
            is_text(outcome(p, &sources), sourced[i].outcome,
                    apr_psprintf(p, "what '%s', added '%s' and the response's '%s' come to, %s%s",
                                 sourced[i].policy, added ? added : "", own ? own : "", ways[way],
                                 sourced[i].how == DECIDES ? ", if it decides"
                                 : sourced[i].how == ONLY  ? ", if only it counts"
                                                           : ""));
        }
    }
}

/* What a decision asks of an own list */
static void test_counts(apr_pool_t *p)
{
    static const struct {
        const char *policy, *own;
        apr_uint32_t ntaken, nvalid, nmalformed;
        const char *malformed;
    } cases[] = {
        {"", "X-Q", 0, 1, 0, NULL},
        {"", "X-Q, X R, @|\"c\"", 0, 1, 3, "X R"},
        {"!X-R", "X-Q", 0, 1, 0, NULL},
        {"!X-Q", "X-Q, X-R", 1, 2, 0, NULL},
        {"!X-*", "X-Q, X-R, Y", 2, 3, 0, NULL},
        {"!*", "X-Q, *", 2, 2, 0, NULL},
        {"", "Set-Cookie, X-Q", 1, 2, 0, NULL},
    };
    size_t i;

    for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        ce_sources_t sources = sources_of(p, container(p, cases[i].policy));
        const ce_exposed_t *e;

        sources.own = own_of(p, cases[i].own);
        sources.own_only = 1;
        e = ce_exposed_apply(p, p, &sources, &context);
        ok(e->ntaken == cases[i].ntaken, "'%s' takes %u away from '%s'", cases[i].policy,
           cases[i].ntaken, cases[i].own);
        ok(e->nvalid == cases[i].nvalid && e->nmalformed == cases[i].nmalformed,
           "%u of its elements are names, %u aren't", cases[i].nvalid, cases[i].nmalformed);
        if (cases[i].malformed) {
            is_text(apr_pstrmemdup(p, e->malformed.text, e->malformed.len), cases[i].malformed,
                    "the first of those is known");
        }
    }
}

/* ------------------------------------------------------------------ */
/* Preparing                                                           */

static void test_prepare(apr_pool_t *p)
{
    ce_policy_t *policy = prepared(p, container(p, "X-A -X-B;!X-C"));
    const ce_exposed_t *edits = policy->prepared, *whole = policy->final;
    ce_sources_t sources = sources_of(p, policy);
    apr_uint32_t missing = 0;
    const char *text;

    ok(edits && whole && edits != whole, "what depends on no request is applied in advance");
    prepared(p, policy);
    ok(policy->prepared == edits && policy->final == whole, "prepared twice is prepared once");
    ok(ce_exposed_apply(p, p, &sources, NULL) == whole, "a request finds it ready");
    text = ce_value_write(p, whole, 0, &missing);
    ok(text == ce_value_write(p, whole, 0, &missing), "and its text, too");
    is_text(ce_value_write(p, whole, 1, &missing), "*, X-A", "which can follow a '*'");
    policy = prepared(p, container(p, "X-A"));
    ok(policy->prepared == policy->final, "without a Never list there is one value");
    policy = prepared(p, container(p, "X-A;X-B env=SET"));
    ok(!policy->prepared && !policy->final, "what a condition decides is not");
    policy = prepared(p, container(p, "X-A env=SET;None X-B"));
    ok(policy->final != NULL, "what a forgotten condition decides is");
    policy = prepared(p, container(p, ""));
    ok(!policy->prepared && !policy->final, "there is nothing to prepare without directives");
    policy = prepared(p, container(p, "@CORS"));
    is_text(ce_value_write(p, policy->final, 0, &missing), "", "settings alone expose nothing");
    is_text(ce_value_write(p, policy->final, 1, &missing), "*", "but what a '*' does");
    ok(missing == 0, "nothing is missing");
}

/* Another request finds the policy's value as it was */
static void test_prepared_stays(apr_pool_t *p)
{
    static const char *const policies[] = {"X-A X-* E* -X-B", "*;!X-B", "X-A;X-*"};
    size_t i;

    for (i = 0; i < sizeof(policies) / sizeof(*policies); i++) {
        const ce_policy_t *policy = merged(p, policies[i], WHOLE);
        ce_sources_t sources = sources_of(p, policy), other = sources_of(p, policy);
        const char *first = outcome(p, &sources);

        response[0] = headers_of(p, "X-Other X-Another X-Third X-Fourth E");
        other.own = own_of(p, "X-Own, *, X-A");
        outcome(p, &other);
        other.own = NULL;
        outcome(p, &other);
        sources = sources_of(p, policy);
        is_text(outcome(p, &sources), first,
                apr_psprintf(p, "'%s' is the same for each request", policies[i]));
    }
}

/* ------------------------------------------------------------------ */
/* Writing out                                                         */

static void test_write_out(apr_pool_t *p)
{
    static const struct {
        const char *sentence, *policy, *headers, *errors, *later;
        int drops_etag;
        const char *value;
    } cases[] = {
        {"each header once, as it is first written", "X-*", "x-a X-A X-B", "X-A", "", 0,
         "X-A, X-B"},
        {"an explicit name isn't repeated", "X-B X-*", "X-A x-b", "", "", 0, "X-B, X-A"},
        {"a header named '*' is never written out", "*", "* X-A", "*", "", 0, "X-A"},
        {"nor by a pattern that matches it", "** ** -X-B", "* X-A", "", "", 0, "X-A"},
        {"nor what is no token", "*", "X@A X:B \xC3\xA9 X-A", "(", "", 0, "X-A"},
        {"a name with a '*' in it is a name like others", "*", "X-* *-", "", "", 0, "X-*, *-"},
        {"the safelisted names and the forbidden ones are left out", "*",
         "Cache-Control Content-Language Content-Length Content-Type Expires Last-Modified Pragma "
         "Set-Cookie Set-Cookie2 X-A",
         "", "", 0, "X-A"},
        {"so are the hop-by-hop fields", "*",
         "Keep-Alive Proxy-Connection Proxy-Authenticate Proxy-Authorization TE Trailer "
         "Transfer-Encoding Upgrade X-A",
         "Connection", "", 0, "X-A"},
        {"so are CORS's own, and Authorization", "*",
         "Access-Control-Allow-Origin access-control-x Authorization X-A", "", "", 0, "X-A"},
        {"so is ours, for people", "X-*", "X-Expose-Headers-Detail X-A x-expose-headers-detail", "",
         "", 0, "X-A"},
        {"but not where they are explicit", "Content-Type Upgrade Authorization *",
         "Content-Type Upgrade Authorization ETag", "", "", 0,
         "Content-Type, Upgrade, Authorization, ETag"},
        {"what comes later is listed, too", "*", "X-A", "", "Vary Date", 0, "X-A, Vary, Date"},
        {"once", "*", "date X-A", "", "Vary Date", 0, "date, X-A, Vary"},
        /* one place too few is seen by AddressSanitizer, or by free */
        {"the last place for a name is taken", "*", "X-A X-B", "X-C", "L-1 L-2 L-3 L-4 L-5", 1,
         "X-C, X-A, X-B, L-1, L-2, L-3, L-4, L-5"},
        {"if the edits expose it", "X-* D*", "X-A", "", "Vary Date", 0, "X-A, Date"},
        {"an ETag that goes isn't", "E* X-*", "ETag X-A", "etag", "", 1, "X-A"},
        {"unless it is explicit", "ETag X-*", "ETag X-A", "", "", 1, "ETag, X-A"},
        {"nothing matches", "Y-*", "X-A", "", "Date", 0, ""},
        {"no headers", "*", "", "", "", 0, ""},
        {"no headers, but names", "X-A *", "", "", "", 0, "X-A"},
    };
    size_t i;
    int way;

    for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        for (way = 0; way < ALL_WAYS; way++) {
            ce_sources_t sources = {.policy = merged(p, cases[i].policy, way)};
            ce_headers_t headers = {.drops_etag = cases[i].drops_etag};
            char *rest = apr_pstrdup(p, cases[i].later);
            apr_uint32_t missing = 0;
            char *name;

            response[0] = headers.tables[0] = headers_of(p, cases[i].errors);
            response[1] = headers.tables[1] = headers_of(p, cases[i].headers);
            while ((name = apr_strtok(rest, " ", &rest))) {
                headers.later[headers.nlater++].key = name;
            }
            is_text(ce_value_write_out(p, ce_exposed_apply(p, p, &sources, &context), &headers,
                                       &missing),
                    cases[i].value, apr_psprintf(p, "%s, %s", cases[i].sentence, ways[way]));
            ok(missing == 0, "and nothing is missing");
        }
    }
}

/* Where it stands among the headers, and in which table, makes no difference */
static void test_connection(apr_pool_t *p)
{
    static const struct {
        const char *before, *lines[2], *after, *value;
    } cases[] = {
        {"X-A", {NULL, "close, x-b"}, "X-B X-C", "X-A, X-C"},
        {"X-A X-B X-C", {NULL, "close, x-b"}, "", "X-A, X-C"},
        {"X-B X-A x-b", {NULL, "x-b"}, "X-B X-C", "X-A, X-C"},
        {"X-A X-B", {"X-A", "X-B"}, "X-C", "X-C"},
        {"X-A X-B X-C", {"X-C X-D, X-B", NULL}, "", "X-A, X-C"},
        {"X-A", {NULL, ""}, "X-B", "X-A, X-B"},
        {"X-A", {NULL, ",, ,"}, "X-B", "X-A, X-B"},
        {"X-A", {NULL, "X-A, x-a, X-A, X-E"}, "X-E", "X-E"},
    };
    size_t i;

    for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        const char *policy = i == sizeof(cases) / sizeof(*cases) - 1 ? "X-E X-*" : "X-*";
        ce_sources_t sources = {.policy = container(p, policy)};
        apr_table_t *tables[2] = {apr_table_make(p, 1),
                                  (apr_table_t *)headers_of(p, cases[i].before)};
        char *rest = apr_pstrdup(p, cases[i].after), *name;
        apr_uint32_t missing = 0;
        int j;

        for (j = 0; j < 2; j++) {
            if (cases[i].lines[j]) {
                apr_table_addn(tables[j], "connection", exact(p, cases[i].lines[j]));
            }
            response[j] = tables[j];
        }
        while ((name = apr_strtok(rest, " ", &rest))) {
            apr_table_addn(tables[1], exact(p, name), "1");
        }
        is_text(write_out(p, ce_exposed_apply(p, p, &sources, &context), &missing), cases[i].value,
                apr_psprintf(p, "what Connection names is hop-by-hop (%d)", (int)i + 1));
    }
}

/* All that there is room for is used: each edit is a rule, or each a name, and
 * each header is listed. Who counts wrong writes over the end of a block. */
static void test_full(apr_pool_t *p)
{
    static const struct {
        const char *policy, *added, *own, *value;
    } cases[] = {
        {"X-*", NULL, "*", "X-1, X-2, X-3, x-c, ETag, L-1, L-2, L-3, L-4, L-5"},
        {"X-* L-*|-Y-*;!X-1*", "E* -x-c*", "*", "X-2, X-3, ETag, L-1, L-2, L-3, L-4, L-5"},
        {"!Z-*;!X-*|!E*|!Y-*", NULL, "*", "L-1, L-2, L-3, L-4, L-5"},
        {"A -B|C;!D", "E -F", "Q, R, *",
         "A, C, E, Q, R, X-1, X-2, X-3, x-c, ETag, L-1, L-2, L-3, L-4, L-5"},
        {"A *", NULL, NULL, "A, X-1, X-2, X-3, x-c, ETag, L-1, L-2, L-3, L-4, L-5"},
        {"*", NULL, NULL, "X-1, X-2, X-3, x-c, ETag, L-1, L-2, L-3, L-4, L-5"},
        {"A -A a -a A *", NULL, "a, *", "A, X-1, X-2, X-3, x-c, ETag, L-1, L-2, L-3, L-4, L-5"},
    };
    size_t i;
    int way;

    for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        for (way = 0; way < ALL_WAYS; way++) {
            ce_sources_t sources = sources_of(p, extended(p, merged(p, cases[i].policy, way),
                                                          cases[i].added));
            ce_headers_t headers = {.later = {{.key = "L-1"},
                                              {.key = "L-2"},
                                              {.key = "L-3"},
                                              {.key = "L-4"},
                                              {.key = "L-5"}},
                                    .nlater = CE_LATER_MAX};
            apr_uint32_t missing = 0;

            sources.own = cases[i].own ? own_of(p, cases[i].own) : NULL;
            response[0] = headers.tables[0] = headers_of(p, "X-1 X-2 X-3");
            response[1] = headers.tables[1] = headers_of(p, "x-c ETag");
            is_text(ce_value_write_out(p, ce_exposed_apply(p, p, &sources, &context), &headers,
                                       &missing),
                    cases[i].value,
                    apr_psprintf(p, "all of '%s' has room, %s", cases[i].policy, ways[way]));
        }
    }
}

/* ------------------------------------------------------------------ */
/* Bounds                                                              */

/* n names of 6 bytes, then a last one */
static const char *long_text(apr_pool_t *p, int n, const char *format, char separator,
                             const char *last)
{
    apr_array_header_t *names = apr_array_make(p, n + 1, sizeof(const char *));
    int i;

    for (i = 0; i < n; i++) {
        APR_ARRAY_PUSH(names, const char *) = apr_psprintf(p, format, i);
    }
    if (last) {
        APR_ARRAY_PUSH(names, const char *) = last;
    }
    return apr_array_pstrcat(p, names, separator);
}

static const char *xs(apr_pool_t *p, int len)
{
    char *text = apr_palloc(p, (apr_size_t)len + 1);

    memset(text, 'X', (apr_size_t)len);
    text[len] = '\0';
    return text;
}

static void test_bound(apr_pool_t *p)
{
    static const struct {
        int n;
        const char *last;
        apr_size_t len, wildcard_len;
        apr_uint32_t missing, wildcard_missing;
    } bounds[] = {
        {999, "X-999", 7997, 8000, 0, 0},      {999, "X-9990", 7998, 7993, 0, 1},
        {999, "X-999000", 8000, 7993, 0, 1},   {999, "X-9990000", 7990, 7993, 1, 1},
        {1000, "X-9", 7998, 7993, 1, 2},       {1001, "X-9", 7998, 7993, 2, 3},
        {1999, "X-9", 7998, 7993, 1000, 1001}, {1000, "X-900000", 7998, 7993, 1, 2},
    };
    size_t i;
    int way;

    for (i = 0; i < sizeof(bounds) / sizeof(*bounds); i++) {
        const char *text = long_text(p, bounds[i].n, "X-%04d", ' ', bounds[i].last);

        for (way = 0; way < ALL_WAYS; way++) {
            ce_sources_t sources = sources_of(p, merged(p, text, way));
            const ce_exposed_t *e = ce_exposed_apply(p, p, &sources, &context);
            apr_uint32_t missing = 0, more = 0;
            const char *value = ce_value_write(p, e, 0, &missing);
            const char *with_wildcard = ce_value_write(p, e, 1, &more);

            ok(strlen(value) == bounds[i].len && missing == bounds[i].missing,
               "%d names and %s come to %d bytes, %u are missing, %s", bounds[i].n, bounds[i].last,
               (int)bounds[i].len, bounds[i].missing, ways[way]);
            ok(strlen(with_wildcard) == bounds[i].wildcard_len
                   && more == bounds[i].wildcard_missing,
               "after '*' to %d, %u are missing", (int)bounds[i].wildcard_len,
               bounds[i].wildcard_missing);
        }
    }
}

/* A name that can't fit is left out alone */
static void test_one_long_name(apr_pool_t *p)
{
    int way;

    for (way = 0; way < ALL_WAYS; way++) {
        const char *text = apr_pstrcat(p, "X-A ", xs(p, CE_VALUE_MAX + 1), " X-B", NULL);
        ce_sources_t sources = sources_of(p, merged(p, text, way));
        apr_uint32_t missing = 0;

        is_text(ce_value_write(p, ce_exposed_apply(p, p, &sources, &context), 0, &missing),
                "X-A, X-B",
                apr_pstrcat(p, "a name beyond the bound is left out alone, ", ways[way], NULL));
        ok(missing == 1, "and counted");
        sources = sources_of(p, merged(p, xs(p, CE_VALUE_MAX), way));
        ok(strlen(ce_value_write(p, ce_exposed_apply(p, p, &sources, &context), 0, &missing))
                   == CE_VALUE_MAX
               && missing == 1,
           "a name of the bound's length is written");
    }
    for (way = 0; way < 2; way++) {
        ce_sources_t sources = sources_of(p, container(p, ""));
        const char *name = xs(p, CE_VALUE_MAX);
        apr_uint32_t missing = 0;

        sources.own = own_of(p, apr_pstrcat(p, name, way ? ",X-Q" : "", NULL));
        is_text(ce_value_write(p, ce_exposed_apply(p, p, &sources, &context), 0, &missing), name,
                way ? "and of the response's own list" : "alone on the response's own list");
        ok(missing == (apr_uint32_t)way, "what doesn't fit beside it is counted: %u", missing);
    }
}

static void test_long_own(apr_pool_t *p)
{
    ce_sources_t sources = sources_of(p, container(p, "X-A X-B;-X-0001"));
    apr_array_header_t *lines;
    const ce_exposed_t *e;
    apr_uint32_t missing = 0;
    const char *value;
    int i;

    sources.own = own_of(p, long_text(p, 2000, "X-%04d", ',', NULL));
    value = ce_value_write(p, ce_exposed_apply(p, p, &sources, &context), 0, &missing);
    ok(!strncmp(value, "X-A, X-B, X-0000, X-0002, ", 26),
       "however long the response's own list is, the configuration's names are in");
    ok(strlen(value) == 8000 && missing == 1999 - 999,
       "the value is full, what is missing is counted");

    missing = 0;
    sources.own = own_of(p, apr_pstrcat(p, "X-Q,", xs(p, CE_VALUE_MAX + 1), ",X-R", NULL));
    is_text(ce_value_write(p, ce_exposed_apply(p, p, &sources, &context), 0, &missing),
            "X-A, X-B, X-Q, X-R", "a name of its that can't fit is left out alone");
    ok(missing == 1, "and counted");

    /* no more names are looked at than can fit */
    missing = 0;
    sources = sources_of(p, container(p, "X-0 -X-1 -X-9999"));
    sources.own = own_of(p, long_text(p, 10000, "X-%d", ',', "X Y"));
    e = ce_exposed_apply(p, p, &sources, &context);
    value = ce_value_write(p, e, 0, &missing);
    ok(e->nvalid <= CE_NAMES_MAX, "%u of 10,000 names are looked at", e->nvalid);
    ok(!strncmp(value, "X-0, X-2, X-3, ", 15), "as edits say");
    ok(missing + e->nvalid >= 10000 && missing < 10002, "all others are counted: %u", missing);

    missing = 0;
    lines = apr_array_make(p, 1, sizeof(const char *));
    for (i = 0; i < 4000; i++) {
        APR_ARRAY_PUSH(lines, const char *) = apr_psprintf(p, "Y-%d", i);
    }
    sources.own = lines;
    e = ce_exposed_apply(p, p, &sources, &context);
    ce_value_write(p, e, 0, &missing);
    ok(e->nvalid <= CE_NAMES_MAX && missing + e->nvalid >= 4000, "also on many lines");
}

enum { NCOLLIDING = 100, NHEADERS = 4 + CE_LATER_MAX };

static void test_colliding(apr_pool_t *p)
{
    ce_sources_t sources = sources_of(p, container(p, ""));
    const ce_exposed_t *e;
    apr_uint32_t missing = 0;
    const char *value;

    sources.own = own_of(p, colliding(p, NCOLLIDING + NHEADERS, NCOLLIDING, ','));
    e = ce_exposed_apply(p, p, &sources, &context);
    ce_value_write(p, e, 0, &missing);
    ok(e->names.nmembers == CE_PROBES_MAX && missing == NCOLLIDING - CE_PROBES_MAX,
       "names of a response that collide are left out, and counted: %u", missing);

    missing = 0;
    sources = sources_of(p, container(p, "X-*"));
    response[0] = headers_of(p, "");
    response[1] = headers_of(p, colliding(p, NCOLLIDING + 1 + CE_LATER_MAX, NCOLLIDING, ' '));
    e = ce_exposed_apply(p, p, &sources, &context);
    value = write_out(p, e, &missing);
    ok(ce_list_count(value) == CE_PROBES_MAX && missing == NCOLLIDING - CE_PROBES_MAX,
       "so are headers that collide: %u", missing);

    missing = 0;
    response[0] = headers_of(p, "");
    response[1] = headers_of(p, colliding(p, 2 * NCOLLIDING + 2 + CE_LATER_MAX, NCOLLIDING, ' '));
    apr_table_addn((apr_table_t *)response[1], "Connection",
                   colliding(p, 2 * NCOLLIDING + 2 + CE_LATER_MAX, NCOLLIDING, ','));
    is_text(write_out(p, e, &missing), "", "if Connection names them, they are hop-by-hop");
    ok(missing == 0, "and nothing is said of a bound");

    missing = 0;
    sources = sources_of(p, container(p, colliding(p, NCOLLIDING, NCOLLIDING, ' ')));
    e = ce_exposed_apply(p, p, &sources, &context);
    ce_value_write(p, e, 0, &missing);
    ok(e->names.nmembers == NCOLLIDING && missing == 0,
       "the configuration's are never left out for that");
    sources = sources_of(p, ce_policy_merge(p,
                                            prepared(p, container(p, colliding(p, NCOLLIDING + 1,
                                                                               NCOLLIDING, ' '))),
                                            container(p, "X-Q")));
    e = ce_exposed_apply(p, p, &sources, &context);
    ce_value_write(p, e, 0, &missing);
    ok(e->names.nmembers == NCOLLIDING + 1 && missing == 0, "nor where they were prepared");

    value = colliding(p, NCOLLIDING + 1, NCOLLIDING, ' ');
    sources = sources_of(p,
                         container(p, apr_pstrcat(p, value, " -", strrchr(value, ' ') + 1, NULL)));
    e = ce_exposed_apply(p, p, &sources, &context);
    ok(ce_list_count(ce_value_write(p, e, 0, &missing)) == NCOLLIDING - 1,
       "and a removal finds its own");

    missing = 0;
    sources = sources_of(p,
                         container(p, apr_pstrcat(p, colliding(p, NCOLLIDING + 1, NCOLLIDING, ' '),
                                                  " *", NULL)));
    response[0] = headers_of(p, "");
    response[1] = headers_of(p,
                             strrchr(colliding(p, NCOLLIDING + 1, NCOLLIDING + 1, ' '), ' ') + 1);
    e = ce_exposed_apply(p, p, &sources, &context);
    ok(ce_list_count(write_out(p, e, &missing)) == NCOLLIDING && missing == 1,
       "a header that collides with them is left out, and counted: %u", missing);
}

/* No more headers are looked at than can fit */
static void test_many_headers(apr_pool_t *p)
{
    static const int lengths[] = {1, 2, 5, 50, 996};
    size_t i;

    for (i = 0; i < sizeof(lengths) / sizeof(*lengths); i++) {
        apr_table_t *table = apr_table_make(p, 4);
        ce_sources_t sources = {.policy = container(p, "X-A *")};
        apr_uint32_t missing = 0, n = 0;
        const ce_exposed_t *e;
        const char *value, *s;
        int j;

        for (j = 0; j < 5000; j++) {
            apr_table_addn(table, apr_psprintf(p, "%04d%s", j, xs(p, lengths[i] - 1)), "1");
        }
        response[0] = table;
        response[1] = headers_of(p, "");
        e = ce_exposed_apply(p, p, &sources, &context);
        value = write_out(p, e, &missing);
        for (s = value; (s = strstr(s, ", ")); s += 2) {
            n++;
        }
        ok(strlen(value) <= CE_VALUE_MAX && !strncmp(value, "X-A", 3), "of 5,000 headers %u fit",
           n);
        ok(n + missing == 5000, "the others are counted");
    }
}

/* A name of more than 1,000 bytes is no rule's, and takes no room; one that is explicit is listed
 */
static void test_long_headers(apr_pool_t *p)
{
    static const struct {
        const char *edits;
        apr_size_t length;
        int is_listed;
    } cases[] = {
        {"*", CE_LISTED_MAX, 1},       {"*", CE_LISTED_MAX + 1, 0},      {"XX*", CE_LISTED_MAX, 1},
        {"XX*", CE_LISTED_MAX + 1, 0}, {"X*X -X", CE_LISTED_MAX + 1, 0},
    };
    size_t i;

    for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        ce_sources_t sources = {.policy = container(p, cases[i].edits)};
        const char *name = xs(p, cases[i].length);
        apr_uint32_t missing = 0;
        const char *value;

        response[0] = headers_of(p, name);
        response[1] = headers_of(p, "");
        value = write_out(p, ce_exposed_apply(p, p, &sources, &context), &missing);
        ok((strstr(value, name) != NULL) == cases[i].is_listed && missing == 0,
           "'%s' %s a name of %d bytes", cases[i].edits,
           cases[i].is_listed ? "exposes" : "doesn't expose", (int)cases[i].length);
        sources.policy = container(p, apr_pstrcat(p, cases[i].edits, " ", name, NULL));
        value = write_out(p, ce_exposed_apply(p, p, &sources, &context), &missing);
        ok(strstr(value, name) && missing == 0, "named, it is listed");
    }
}

/* Of names that nothing exposes 64 KiB are looked at, too; not of those that are never listed */
static void test_headers_looked_at(apr_pool_t *p)
{
    static const struct {
        const char *header;
        apr_uint32_t missing; /* of 5,000 and one more, that is exposed */
    } cases[] = {
        {"Y0123456789012345678901234567890", 5001 - CE_LOOKED_AT_MAX / 32 - 1},
        {"Y012345678901234", 5001 - CE_LOOKED_AT_MAX / 16 - 1},
        {"Y01234567", 0},
        {"Set-Cookie", 0},
        {"Access-Control-Allow-Something-Else", 0},
    };
    size_t i;

    for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        apr_table_t *table = apr_table_make(p, 5001);
        ce_sources_t sources = {.policy = container(p, "X-A X-*")};
        apr_uint32_t missing = 0;
        const char *value;
        int j;

        for (j = 0; j < 5000; j++) {
            apr_table_addn(table, cases[i].header, "1");
        }
        apr_table_addn(table, "X-Last", "1");
        response[0] = table;
        response[1] = headers_of(p, "");
        value = write_out(p, ce_exposed_apply(p, p, &sources, &context), &missing);
        is_text(value, cases[i].missing ? "X-A" : "X-A, X-Last",
                apr_psprintf(p, "after 5,000 %s", cases[i].header));
        ok(missing == cases[i].missing, "%u are left out: %u", missing, cases[i].missing);
    }
}

/* Of what Connection names no more is looked at than a list could have */
static void test_long_connection(apr_pool_t *p)
{
    static const struct {
        int n;
        const char *value;
    } cases[] = {{CE_NAMES_MAX - 1, "X-B"}, {CE_NAMES_MAX, "X-A, X-B"}};
    ce_sources_t sources = {.policy = container(p, "X-*")};
    apr_uint32_t missing = 0;
    size_t i;

    for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        apr_table_t *table = (apr_table_t *)headers_of(p, "X-A X-B");

        apr_table_addn(table, "Connection", long_text(p, cases[i].n, "Y-%d", ',', "X-A"));
        response[0] = headers_of(p, "");
        response[1] = table;
        is_text(write_out(p, ce_exposed_apply(p, p, &sources, &context), &missing), cases[i].value,
                apr_psprintf(p, "behind %d names that are hop-by-hop", cases[i].n));
    }
}

/* A name that the configuration has, too, takes its room once */
static void test_room_of_both(apr_pool_t *p)
{
    const char *name = xs(p, 4000);
    ce_sources_t sources = {.policy = container(p, apr_pstrcat(p, name, " Y-*", NULL))};
    apr_uint32_t missing = 0;

    sources.own = own_of(p, name);
    response[0] = headers_of(p, "");
    response[1] = headers_of(p, "Y-A");
    is_text(write_out(p, ce_exposed_apply(p, p, &sources, &context), &missing),
            apr_pstrcat(p, name, ", Y-A", NULL), "a long name of both leaves room for others");
}

/* A value that is just full, and a header after it that nothing exposes */
static void test_just_full(apr_pool_t *p)
{
    ce_sources_t sources = {.policy = container(p, "X*")};
    apr_uint32_t missing = 0;

    response[0] = headers_of(p, "X Y");
    response[1] = headers_of(p, "");
    sources.policy = container(p, apr_pstrcat(p, "X* ", xs(p, CE_VALUE_MAX - 3), NULL));
    ok(strlen(write_out(p, ce_exposed_apply(p, p, &sources, &context), &missing)) == CE_VALUE_MAX,
       "a value of the bound's length is written out");
    ok(missing == 0, "and nothing is said to be missing");
    sources.policy = container(p, apr_pstrcat(p, "X* ", xs(p, CE_VALUE_MAX - 2), NULL));
    ok(strlen(write_out(p, ce_exposed_apply(p, p, &sources, &context), &missing))
           == CE_VALUE_MAX - 2,
       "a name that makes it longer by one is left out");
    ok(missing == 2, "and what comes behind that is counted, but not compared");
}

/* Elements that are there already, collide or are malformed are looked at, too */
static void test_looked_at(apr_pool_t *p)
{
    static const char *const elements[] = {"X-A,", "@,", "Set-Cookie,", "*,"};
    size_t i;

    for (i = 0; i < sizeof(elements) / sizeof(*elements); i++) {
        ce_sources_t sources = sources_of(p, container(p, "X-B"));
        char *text = apr_palloc(p, 10000 * strlen(elements[i]) + 1);
        const ce_exposed_t *e;
        int j;

        *text = '\0';
        for (j = 0; j < 10000; j++) {
            memcpy(text + j * (int)strlen(elements[i]), elements[i], strlen(elements[i]) + 1);
        }
        sources.own = own_of(p, text);
        e = ce_exposed_apply(p, p, &sources, &context);
        ok(e->nvalid + e->nmalformed <= CE_NAMES_MAX, "of 10,000 elements '%s' %u are looked at",
           elements[i], e->nvalid + e->nmalformed);
    }
}

/* What Connection names is hop-by-hop also where it stands after what fills the value */
static void test_connection_late(apr_pool_t *p)
{
    ce_sources_t sources = {.policy = container(p, "X*")};
    apr_table_t *table = (apr_table_t *)headers_of(p, "X-A X-B");
    apr_uint32_t missing = 0;
    const char *value;

    apr_table_addn(table, xs(p, CE_VALUE_MAX - 2), "1");
    apr_table_addn(table, "Connection", "x-a");
    response[0] = headers_of(p, "");
    response[1] = table;
    value = write_out(p, ce_exposed_apply(p, p, &sources, &context), &missing);
    ok(!strstr(value, "X-A"), "what Connection names is hop-by-hop wherever it stands");
}

int main(void)
{
    apr_pool_t *p = tap_begin();

    test_apply(p);
    test_sources(p);
    test_counts(p);
    test_prepare(p);
    test_prepared_stays(p);
    test_write_out(p);
    test_connection(p);
    test_full(p);
    test_bound(p);
    test_one_long_name(p);
    test_long_own(p);
    test_colliding(p);
    test_many_headers(p);
    test_long_headers(p);
    test_headers_looked_at(p);
    test_long_connection(p);
    test_room_of_both(p);
    test_just_full(p);
    test_looked_at(p);
    test_connection_late(p);
    return tap_end(p);
}

/* SPDX-License-Identifier: Apache-2.0 */

#include "policies.h"

static void test_merge(apr_pool_t *p)
{
    const ce_policy_t *empty = container(p, ""), *a = container(p, "X-A"), *node;
    const ce_policy_t *outer = container(p, "X-* origin=https://a.example;@Always;@Keep");
    const ce_policy_t *inner = container(p, "X-B;@Merge;@Replace;@Expand");

    ok(ce_policy_merge(p, empty, a) == a, "a merge into nothing is the container itself");
    ok(ce_policy_merge(p, a, empty) == a, "a merge of nothing is what there was");
    ok(ce_policy_merge(p, empty, container(p, ""))->flags == 0, "nothing in nothing is nothing");
    node = ce_policy_merge(p, outer, inner);
    ok(node->outer == outer && node->inner == inner, "a merge has both");
    ok(node->setting[CE_SETTING_WHEN] == CE_WHEN_ALWAYS
           && node->setting[CE_SETTING_BACKEND] == CE_BACKEND_REPLACE
           && node->setting[CE_SETTING_WILDCARD] == CE_WILDCARD_EXPAND,
       "settings are inherited and overridden, each for itself, the last of a container's");
    ok(outer->setting[CE_SETTING_BACKEND] == CE_BACKEND_KEEP
           && inner->setting[CE_SETTING_WHEN] == CE_WHEN_UNSET && !outer->outer && !inner->inner,
       "and neither is changed");
    ok(!node->prepared && !node->final, "what was prepared is no merge's");
    node = ce_policy_merge(p, prepared(p, container(p, "X-A")), prepared(p, container(p, "X-B")));
    ok(!node->prepared && !node->final, "not even where both are");
    ok(sizeof(ce_policy_t) <= 56, "a merge and its place in httpd's vector take 64 bytes at most");
}

static void test_places(apr_pool_t *p)
{
    const ce_container_t *c = ce_container_of(container(p, "X-A;@Always;@Keep;@CORS"));

    ok(c->places[CE_SETTING_WHEN].line_number == 4
           && c->places[CE_SETTING_BACKEND].line_number == 3,
       "a setting knows the line where it stands, the last one");
    is_text(c->places[CE_SETTING_WHEN].file, "test.conf", "and the file");
    ok(!ce_container_of(container(p, "X-A"))->places, "without settings there are no places");
}

static void test_flags(apr_pool_t *p)
{
    enum { IN = CE_IN_FORCE, NAME = CE_ADDS_NAME, RULE = CE_HAS_RULE };
    enum { PATTERN = CE_ADDS_NAME | CE_ADDS_PATTERN | CE_HAS_RULE };
    static const struct {
        const char *policy;
        unsigned flags;
    } cases[] = {
        {"", 0},
        {"@CORS", IN | CE_HAS_SETTING},
        {"@CORS|X-A", IN | CE_HAS_SETTING | NAME},
        {"!Set-Cookie", IN},
        {"!X-A", IN | CE_HAS_NEVER},
        {"X-A", IN | NAME},
        {"-X-A", IN | RULE},
        {"-X-*", IN | RULE},
        {"X-*", IN | PATTERN},
        {"*", IN | PATTERN},
        {"None", IN | CE_FORGETS},
        {"None env=V", IN | CE_ON_REQUEST},
        {"X-A env=V", IN | NAME | CE_ON_REQUEST},
        {"X-* expr=true", IN | PATTERN | CE_ON_RESPONSE | CE_ON_REQUEST},
        {"-X-A origin=" ORIGIN, IN | RULE | CE_ON_ORIGIN},
        {"X-A|-X-B|!X-C", IN | NAME | RULE | CE_HAS_NEVER},
        {"X-* origin=" ORIGIN ";None X-A", IN | NAME | CE_FORGETS},
        {"X-* None X-A", IN | NAME | CE_FORGETS},
        {"X-A None X-*", IN | PATTERN | CE_FORGETS},
        {"X-* origin=" ORIGIN "|X-A|None", IN | CE_FORGETS},
        {"X-* origin=" ORIGIN "|X-A None|-X-B", IN | RULE | CE_FORGETS},
        {"X-* origin=" ORIGIN "|None env=V", IN | PATTERN | CE_ON_ORIGIN | CE_ON_REQUEST},
        {"!X-A|None", IN | CE_FORGETS | CE_HAS_NEVER},
        {"-*|X-A", IN | NAME | RULE},
    };
    size_t i;
    int way;

    for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        for (way = 0; way < ALL_WAYS; way++) {
            ok(merged(p, cases[i].policy, way)->flags == cases[i].flags, "what '%s' holds, %s",
               cases[i].policy, ways[way]);
        }
    }
}

static ce_line_t *line_of(apr_pool_t *p, const char *text)
{
    ce_line_t *line = NULL;

    ce_line_parse(&line, "ExposeHeaders", words_of(p, text), p);
    return line;
}

/* From the last None on, a container's lines count */
static void test_start(apr_pool_t *p)
{
    static const struct {
        const char *policy;
        int start;
    } cases[] = {
        {"X-A;X-B", 1},
        {"X-A;None;X-B", 2},
        {"X-A;X-B None X-C;X-D", 2},
        {"X-A;None env=V;X-B", 1},
        {"None;None", 2},
        {"X-A;None;X-B;None env=V", 2},
    };
    size_t i;

    for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        const ce_container_t *c = ce_container_of(container(p, cases[i].policy));

        ok(c->start && c->start->line_number == cases[i].start, "in '%s' line %d is the first",
           cases[i].policy, cases[i].start);
        ok(c->lines.first && c->lines.first->line_number == 1 && c->lines.last
               && !c->lines.last->next,
           "and none is lost");
    }
    ok(!ce_container_of(container(p, "!X-A"))->start, "a Never list is no such line");
}

/* ------------------------------------------------------------------ */
/* Bounds                                                              */

static ce_line_t *pattern_line(apr_pool_t *p, int n, int is_never)
{
    ce_line_t *line = NULL;
    apr_array_header_t *words = apr_array_make(p, n, sizeof(const char *));
    int i;

    for (i = 0; i < n; i++) {
        APR_ARRAY_PUSH(words, const char *) = apr_psprintf(p, "X-%d-*", i);
    }
    if (is_never) {
        ce_never_parse(&line, "Never", words, p);
    }
    else {
        ce_line_parse(&line, "Expose", words, p);
    }
    return line;
}

static ce_line_t *name_line(apr_pool_t *p, int len, int is_never)
{
    apr_array_header_t *words = apr_array_make(p, 1, sizeof(const char *));
    char *name = apr_palloc(p, (apr_size_t)len + 1);
    ce_line_t *line = NULL;

    memset(name, 'X', (apr_size_t)len);
    name[len] = '\0';
    APR_ARRAY_PUSH(words, const char *) = name;
    if (is_never) {
        ce_never_parse(&line, "Never", words, p);
    }
    else {
        ce_line_parse(&line, "Expose", words, p);
    }
    return line;
}

static void test_bounds(apr_pool_t *p)
{
    const char *many = "too many patterns, the first that is too much is 'X-0-*' (100 in one "
                       "container at most)";
    const char *long_start = "too many names, the first that is too much is 'XXXX";
    const char *error;
    int is_never;

    for (is_never = 0; is_never < 2; is_never++) {
        const char *what = is_never ? "ExposeHeadersNever" : "ExposeHeaders";
        ce_policy_t *policy = ce_policy_create(p);

        ok(!ce_policy_add(policy, pattern_line(p, CE_CONTAINER_PATTERNS, is_never), p),
           "%s: as many patterns as are allowed", what);
        is_text(ce_policy_add(policy, pattern_line(p, 1, is_never), p), many,
                "and one more is too much");
        policy = ce_policy_create(p);
        ce_policy_add(policy, pattern_line(p, CE_CONTAINER_PATTERNS - 1, !is_never), p);
        ce_policy_add(policy, pattern_line(p, 1, 1), p);
        is_text(ce_policy_add(policy, pattern_line(p, 1, is_never), p), many,
                "the patterns of both directives count together");
        policy = ce_policy_create(p);
        ok(!ce_policy_add(policy, name_line(p, CE_CONTAINER_BYTES - 1, is_never), p),
           "%s: nearly as many bytes as are allowed", what);
        ok(!ce_policy_add(policy, name_line(p, 1, is_never), p), "as many as are allowed");
        error = ce_policy_add(policy, name_line(p, 1, is_never), p);
        is_text(error,
                "too many names, the first that is too much is 'X' (16000 bytes in one container "
                "at most, and 8,000 in one response)",
                "and one more is too much");
        policy = ce_policy_create(p);
        error = ce_policy_add(policy, name_line(p, CE_CONTAINER_BYTES + 1, is_never), p);
        ok(error && !strncmp(error, long_start, strlen(long_start)) && strlen(error) < 400,
           "a long name isn't shown whole");
    }
}

/* Names and '*' are no patterns: they cost no more */
static void test_many_names(apr_pool_t *p)
{
    ce_policy_t *policy = ce_policy_create(p);
    const char *error = NULL;
    int i;

    for (i = 0; i < 1000 && !error; i++) {
        error = ce_policy_add(policy, line_of(p, apr_psprintf(p, "X-%d -X-%d", i, i)), p);
        error = error ? error : ce_policy_add(policy, line_of(p, "*"), p);
    }
    ok(!error && policy->nedits == 3000, "1,000 names, removals and wildcards aren't too many");
}

/* ------------------------------------------------------------------ */
/* What policies are made of                                           */

/* Each container by its first name, with '!' where it has a Never list */
static const char *containers_of(apr_pool_t *p, const ce_policy_t *policy)
{
    const ce_container_t **containers = ce_policy_containers(p, policy);
    apr_uint32_t i;
    const char *text = "";

    for (i = 0; i < policy->ncontainers; i++) {
        const ce_line_t *line = containers[i]->lines.first;

        text = apr_psprintf(p, "%s%s%.*s%s", text, i ? " " : "",
                            line ? (int)line->edits->name.len : 0,
                            line ? line->edits->name.text : "",
                            containers[i]->never.first ? "!" : "");
    }
    return text;
}

static void test_containers(apr_pool_t *p)
{
    int way;

    for (way = 0; way < ALL_WAYS; way++) {
        is_text(containers_of(p, merged(p, "A|B|C;!X|D|E", way)), "A B C! D E",
                apr_psprintf(p, "containers come from the outermost, %s", ways[way]));
    }
    is_text(containers_of(p, container(p, "A")), "A", "one container is one");
    is_text(containers_of(p, container(p, "")), "", "also an empty one");
}

/* As one folder in the other: it must not take the stack */
static void test_deep(apr_pool_t *p)
{
    apr_pool_t *sub = subpool(p);
    const ce_policy_t *policy = container(sub, "A");
    int i;

    for (i = 1; i < 20000; i++) {
        policy = ce_policy_merge(sub, policy, container(sub, "B"));
    }
    ok(policy->ncontainers == 20000 && ce_policy_containers(sub, policy) != NULL,
       "20,000 containers are found");
    apr_pool_destroy(sub);
}

/* ------------------------------------------------------------------ */
/* Following                                                           */

static void test_follow(apr_pool_t *p)
{
    ce_policy_t *a = container(p, "A"), *b = container(p, "B;!Never-B"), *c = container(p, "C");
    ce_policy_t *d = container(p, "D;@Off;!Never-D"), *none = container(p, "");
    const ce_policy_t *ab = ce_policy_merge(p, a, b), *ac = ce_policy_merge(p, a, c);
    const ce_policy_t *abd = ce_policy_merge(p, ab, d), *cb = ce_policy_merge(p, c, b), *node;
    const ce_policy_t *followed;

    ok(ce_policy_follow(p, ab, ab, CE_NEVER_OF_NONE) == ab,
       "a request that stays what it is keeps its policy");
    ok(ce_policy_follow(p, ab, none, CE_NEVER_OF_NONE) == ab,
       "so does one that leads where there is none");
    ok(ce_policy_follow(p, none, ab, CE_NEVER_OF_NONE) != none,
       "where there was none, what comes counts");
    is_text(containers_of(p, ce_policy_follow(p, none, ab, CE_NEVER_OF_NONE)), "A B!", "all of it");
    ok(ce_policy_follow(p, abd, ab, CE_NEVER_OF_NONE) == abd, "what is known adds nothing");
    is_text(containers_of(p, ce_policy_follow(p, ab, ac, CE_NEVER_OF_NONE)), "A B! C",
            "a container that isn't known comes after those of the client's URL");
    is_text(containers_of(p, ce_policy_follow(p, ac, abd, CE_NEVER_OF_NONE)), "A C B! D!",
            "several come in their order");
    is_text(containers_of(p, ce_policy_follow(p, ab, cb, CE_NEVER_OF_NONE)), "A B! C",
            "also where an unknown one comes before a known one");
    node = ce_policy_follow(p, ac, ce_policy_merge(p, ab, ac), CE_NEVER_OF_NONE);
    is_text(containers_of(p, node), "A C B!", "each comes once");
    followed = ce_policy_follow(p, ce_policy_follow(p, ab, ac, CE_NEVER_OF_NONE), abd,
                                CE_NEVER_OF_NONE);
    is_text(containers_of(p, followed), "A B! C D!", "along a chain, too");
    ok(followed->setting[CE_SETTING_WHEN] == CE_WHEN_OFF, "their settings count");
    is_text(containers_of(p, ab), "A B!", "what was followed is unchanged");
}

static void test_follow_never(apr_pool_t *p)
{
    ce_policy_t *a = container(p, "A"), *b = container(p, "B;!Never-B;@Off"),
                *c = container(p, "C");
    const ce_policy_t *ab = ce_policy_merge(p, a, b), *ac = ce_policy_merge(p, a, c);
    const ce_policy_t *node = ce_policy_follow(p, a, ab, CE_NEVER_OF_ALL);

    is_text(containers_of(p, node), "A !", "of an error's page only the Never lists count");
    ok(node->flags == (CE_IN_FORCE | CE_ADDS_NAME | CE_HAS_NEVER), "no edit of it");
    ok(node->setting[CE_SETTING_WHEN] == CE_WHEN_UNSET, "and no setting");
    ok(node->nedits >= 2, "there is room for them");
    ok(ce_policy_follow(p, a, ac, CE_NEVER_OF_ALL) == a,
       "a page without a Never list changes nothing");
    ok(ce_policy_follow(p, ab, ab, CE_NEVER_OF_ALL) == ab, "nor does one of the same folder");
    node = ce_policy_follow(p, container(p, ""), ab, CE_NEVER_OF_ALL);
    ok((node->flags & CE_HAS_NEVER) && !(node->flags & CE_ADDS_NAME),
       "they count where there was no policy");
    ok((b->flags & CE_ADDS_NAME) && ce_container_of(b)->lines.first,
       "the page's own policy is unchanged");
}

/* Containers of so many bytes of names, or patterns, each, and a page with one Never list more */
static const char *bound_of(apr_pool_t *p, int bytes, int npatterns, int n, const char *never)
{
    const ce_policy_t *policy = container(p, "");
    ce_sources_t sources = {0};
    int i;

    for (i = 0; i < n; i++) {
        ce_policy_t *next = ce_policy_create(p);

        ce_policy_add(next, bytes ? name_line(p, bytes, 0) : pattern_line(p, npatterns, 0), p);
        policy = ce_policy_merge(p, policy, next);
    }
    sources.policy = ce_policy_follow(p, policy, container(p, never), CE_NEVER_OF_ALL);
    return ce_exposed_apply(p, p, &sources, NULL)->bound;
}

static void test_follow_bound(apr_pool_t *p)
{
    enum { BYTES = CE_RESPONSE_BYTES / 8 - 1, PATTERNS = CE_RESPONSE_PATTERNS / 4 };

    is_text(bound_of(p, BYTES, 0, 8, "!12345678"), NULL, "as many bytes as one response may have");
    is_text(bound_of(p, BYTES, 0, 8, "!123456789"), "64000 bytes of names",
            "those of an error's page count, too");
    is_text(bound_of(p, 0, PATTERNS, 4, "!A"), NULL, "as many patterns as one response may have");
    is_text(bound_of(p, 0, PATTERNS, 4, "!A*"), "400 patterns", "with the page's too many");
}

static void test_follow_if(apr_pool_t *p)
{
    ce_policy_t *a = container(p, "A"), *b = container(p, "B;!Never-B"), *c = container(p, "C");
    const ce_policy_t *ab = ce_policy_merge(p, a, b), *abc = ce_policy_merge(p, ab, c);

    ((ce_container_t *)b)->is_if = 1;
    is_text(containers_of(p, ce_policy_follow(p, a, abc, CE_NEVER_OF_IF)), "A ! C",
            "of an <If> only the Never lists count, all else of the others");
    ok(ce_policy_follow(p, abc, ab, CE_NEVER_OF_IF) == abc, "what is known adds nothing");
    is_text(containers_of(p, ce_policy_follow(p, ce_policy_follow(p, a, ab, CE_NEVER_OF_IF), abc,
                                              CE_NEVER_OF_NONE)),
            "A ! B! C", "where it holds in the end, all of it counts");
}

static void test_is_of_url(apr_pool_t *p)
{
    ce_policy_t *a = container(p, "A"), *b = container(p, "B origin=https://b.test;!Never-B");
    ce_policy_t *env = container(p, "E env=E"), *expr = container(p, "X expr=true");
    const ce_policy_t *ab = ce_policy_merge(p, a, b), *ba = ce_policy_merge(p, b, a);

    ok(ce_policy_is_of_url(p, ab, ab), "a URL's own policy");
    ok(ce_policy_is_of_url(p, ce_policy_merge(p, a, b), ab), "the same containers");
    ok(!ce_policy_is_of_url(p, ba, ab), "in another order");
    ok(!ce_policy_is_of_url(p, ab, a) && !ce_policy_is_of_url(p, a, ab), "more, and fewer");
    ok(!ce_policy_is_of_url(p, ce_policy_merge(p, ab, env), ce_policy_merge(p, ab, env)),
       "an env= depends on more");
    ok(!ce_policy_is_of_url(p, expr, expr), "so does an expr=");
    ok(ce_policy_is_of_url(p, container(p, ""), container(p, "")) == 0,
       "no two containers are one");
    ((ce_container_t *)b)->is_if = 1;
    ok(!ce_policy_is_of_url(p, ab, ab), "and so does an <If>");
}

static void test_words(void)
{
    int i, lacking = 0;

    for (i = 0; i < CE_NSETTINGS; i++) {
        const char *name = ce_setting_word((ce_setting_e)i, 0);

        lacking += !name || strncmp(name, "ExposeHeaders", 13) != 0
                   || !ce_setting_word((ce_setting_e)i, 1) || !ce_setting_word((ce_setting_e)i, 2);
    }
    ok(!lacking, "each setting has its directive's name, and words to choose from");
}

int main(void)
{
    apr_pool_t *p = tap_begin();

    test_merge(p);
    test_places(p);
    test_flags(p);
    test_start(p);
    test_bounds(p);
    test_many_names(p);
    test_containers(p);
    test_deep(p);
    test_follow(p);
    test_follow_never(p);
    test_follow_bound(p);
    test_follow_if(p);
    test_is_of_url(p);
    test_words();
    return tap_end(p);
}

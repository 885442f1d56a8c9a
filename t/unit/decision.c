/* Licensed to the public under the Apache License, Version 2.0; see LICENSE. */

#include "tap.h"

#include "ce_decision.h"

/* One response: its policy, its request and its header lines */
typedef struct case_t {
    const char *sentence;
    const char *policy; /* lines between ';', a Never list behind '!' */
    ce_when_e when;
    const char *origin; /* NULL: none */
    int status;         /* 0: 200 */
    const char *lines;  /* "Name: value" between '|'; in err_headers_out behind '!' */
    const char *flags; /* words: cookie, authorization, user, certificate, preflight, stored, range,
                          encoded, no-etag, expand, replace, keep */
    const char *reason;
    const char *value; /* NULL: none */
    ce_vary_e vary;
} case_t;

#define ORIGIN "https://a.example"

static const case_t cases[] = {
    /* sentence, policy, when, origin, status, lines, flags, reason, value, vary */
    {"a preflight", "X-A", CE_CORS, ORIGIN, 0, "", "preflight", "preflight", NULL, CE_VARY_STAYS},
    {"a stored answer", "X-A", CE_CORS, ORIGIN, 0, "", "stored", "stored", NULL, CE_VARY_STAYS},
    {"explicit names", "X-A X-B", CE_CORS, ORIGIN, 0, "", "", "names", "X-A, X-B", CE_VARY_ADD},
    {"explicit names, no Origin", "X-A", CE_CORS, NULL, 0, "", "", "no-origin", NULL, CE_VARY_ADD},
    {"explicit names, no Origin, a list is there", "X-A", CE_CORS, NULL, 0,
     "Access-Control-Expose-Headers: X-Q", "", "names", "X-Q, X-A", CE_VARY_ADD},
    {"explicit names, always, no Origin", "X-A", CE_ALWAYS, NULL, 0, "", "", "names", "X-A",
     CE_VARY_STAYS},
    {"always, an origin condition varies", "X-A origin=https://b.example", CE_ALWAYS, ORIGIN, 0, "",
     "", "empty", NULL, CE_VARY_ADD},
    {"an origin condition that fails", "X-A origin=https://b.example", CE_CORS, ORIGIN, 0, "", "",
     "empty", NULL, CE_VARY_ADD},
    {"a removal's origin condition holds", "X-A;-X-A origin=" ORIGIN, CE_CORS, ORIGIN, 0, "", "",
     "empty", NULL, CE_VARY_ADD},
    {"an origin condition, no Origin", "X-A origin=https://b.example", CE_CORS, NULL, 0, "", "",
     "no-origin", NULL, CE_VARY_ADD},
    {"a pattern, no Origin", "X-*", CE_CORS, NULL, 0, "X-A: 1", "", "written-out", "X-A",
     CE_VARY_ADD},
    {"a removed pattern, no Origin", "X-* -X-* X-B", CE_CORS, NULL, 0, "X-A: 1", "", "no-origin",
     NULL, CE_VARY_ADD},
    {"Vary there", "X-A", CE_CORS, ORIGIN, 0, "Vary: Accept, origin", "", "names", "X-A",
     CE_VARY_STAYS},
    {"Vary there in the other table", "X-A", CE_CORS, ORIGIN, 0, "!Vary: ORIGIN", "", "names",
     "X-A", CE_VARY_STAYS},
    {"Vary there on the second line", "X-A", CE_CORS, ORIGIN, 0, "Vary: A|Vary: Origin", "",
     "names", "X-A", CE_VARY_STAYS},
    {"Vary: *", "X-A", CE_CORS, ORIGIN, 0, "Vary: *", "", "names", "X-A", CE_VARY_STAYS},
    {"Vary without Origin", "X-A", CE_CORS, ORIGIN, 0, "Vary: X-Origin", "", "names", "X-A",
     CE_VARY_MERGE},
    {"Vary without Origin in the other table", "X-A", CE_CORS, ORIGIN, 0, "!vary: X-Origin", "",
     "names", "X-A", CE_VARY_MERGE},
    {"Vary, and an expression that may add to it", "X-A expr=true", CE_CORS, ORIGIN, 0, "", "",
     "names", "X-A", CE_VARY_MERGE},
    {"a wildcard", "*", CE_CORS, ORIGIN, 0, "X-A: 1", "", "wildcard", "*", CE_VARY_ADD},
    {"a wildcard and a name", "Authorization *", CE_CORS, ORIGIN, 0, "X-A: 1", "", "wildcard",
     "*, Authorization", CE_VARY_ADD},
    {"a wildcard, expanded", "*", CE_CORS, ORIGIN, 0, "X-A: 1|Vary: Origin", "expand",
     "written-out", "X-A, Vary, Date, Server", CE_VARY_STAYS},
    {"the Vary to come is written out, too", "* -Date -Server", CE_CORS, ORIGIN, 0, "X-A: 1", "",
     "written-out", "X-A, Vary", CE_VARY_ADD},
    {"a wildcard with credentials allowed", "*", CE_CORS, ORIGIN, 0,
     "Access-Control-Allow-Credentials: true", "", "written-out", "Vary, Date, Server",
     CE_VARY_ADD},
    {"credentials allowed in the other table", "*", CE_CORS, ORIGIN, 0,
     "!Access-Control-Allow-Credentials: true", "", "written-out", "Vary, Date, Server",
     CE_VARY_ADD},
    {"credentials allowed on the second line", "*", CE_CORS, ORIGIN, 0,
     "!Access-Control-Allow-Credentials: x|Access-Control-Allow-Credentials: true", "",
     "written-out", "Vary, Date, Server", CE_VARY_ADD},
    {"credentials 'True' are not allowed", "*", CE_CORS, ORIGIN, 0,
     "Access-Control-Allow-Credentials: True", "", "wildcard", "*", CE_VARY_ADD},
    {"a wildcard with Cookie", "*", CE_CORS, ORIGIN, 0, "", "cookie", "written-out",
     "Vary, Date, Server", CE_VARY_ADD},
    {"a wildcard with Authorization", "*", CE_CORS, ORIGIN, 0, "", "authorization", "written-out",
     "Vary, Date, Server", CE_VARY_ADD},
    {"a wildcard with a user", "*", CE_CORS, ORIGIN, 0, "", "user", "written-out",
     "Vary, Date, Server", CE_VARY_ADD},
    {"a wildcard with a certificate", "*", CE_CORS, ORIGIN, 0, "", "certificate", "written-out",
     "Vary, Date, Server", CE_VARY_ADD},
    {"a wildcard, no Origin", "*", CE_ALWAYS, NULL, 0, "", "", "written-out", "Date, Server",
     CE_VARY_STAYS},
    {"a wildcard minus a name", "* -X-B", CE_CORS, ORIGIN, 0, "X-A: 1|X-B: 1", "", "written-out",
     "X-A, Vary, Date, Server", CE_VARY_ADD},
    {"a wildcard and Never", "*;!X-B", CE_CORS, ORIGIN, 0, "X-A: 1|X-B: 1", "", "written-out",
     "X-A, Vary, Date, Server", CE_VARY_ADD},
    {"each header once", "X-*", CE_CORS, ORIGIN, 0, "X-A: 1|x-a: 2|!X-A: 3|X-B: 4", "",
     "written-out", "X-A, X-B", CE_VARY_ADD},
    {"an explicit name isn't repeated", "X-B X-*", CE_CORS, ORIGIN, 0, "X-A: 1|x-b: 2", "",
     "written-out", "X-B, X-A", CE_VARY_ADD},
    {"what is never written out", "* -Date -Server -Vary", CE_CORS, ORIGIN, 0,
     "Content-Type: x|Pragma: x|Access-Control-Allow-Origin: *|Authorization: x|Connection: x|"
     "Keep-Alive: x|TE: x|Upgrade: x|Set-Cookie: x|Bad Name: x|ETag: x",
     "", "written-out", "ETag", CE_VARY_ADD},
    {"unless it is explicit", "Content-Type Upgrade * -Date -Server -Vary", CE_CORS, ORIGIN, 0,
     "Content-Type: x|Upgrade: x|ETag: x", "", "written-out", "Content-Type, Upgrade, ETag",
     CE_VARY_ADD},
    {"what Connection names", "X-*", CE_CORS, ORIGIN, 0,
     "X-A: 1|Connection: close, x-b|X-B: 2|!Connection: X-C X-D, X-E|X-E: 1|X-C: 1", "",
     "written-out", "X-A, X-C", CE_VARY_ADD},
    {"what Connection names, explicit", "X-B X-*", CE_CORS, ORIGIN, 0, "Connection: x-b|X-B: 2", "",
     "written-out", "X-B", CE_VARY_ADD},
    {"an ETag that httpd will drop", "E* X-*", CE_CORS, ORIGIN, 0, "ETag: x|!etag: y|X-A: 1",
     "no-etag", "written-out", "X-A", CE_VARY_ADD},
    {"what httpd adds", "D* S* Content-*", CE_CORS, ORIGIN, 0, "", "range encoded", "written-out",
     "Date, Server, Content-Encoding, Content-Range", CE_VARY_ADD},
    {"what httpd adds is there already", "D* S* Content-*", CE_CORS, ORIGIN, 0,
     "Server: x|Content-Range: x", "range", "written-out", "Server, Content-Range, Date",
     CE_VARY_ADD},
    {"nothing is exposed", "X-A -X-A", CE_CORS, ORIGIN, 0, "", "", "empty", NULL, CE_VARY_ADD},
    {"nothing is left of a list", "-X-Q", CE_CORS, ORIGIN, 0, "Access-Control-Expose-Headers: X-Q",
     "", "empty", NULL, CE_VARY_ADD},
    {"nothing matches a pattern", "Y-*", CE_CORS, ORIGIN, 0, "X-A: 1", "", "empty", NULL,
     CE_VARY_ADD},
    {"an explicit name isn't repeated under *", "X-B *", CE_CORS, ORIGIN, 0, "X-A: 1|x-b: 2",
     "cookie", "written-out", "X-B, X-A, Vary, Date, Server", CE_VARY_ADD},
    {"a backend's list", "X-A", CE_CORS, ORIGIN, 0,
     "Access-Control-Expose-Headers: X-Q, x-a, ,X-*|!Access-Control-Expose-Headers: X-R", "",
     "names", "X-R, X-Q, X-*, X-A", CE_VARY_ADD},
    {"a backend's Set-Cookie", "X-A", CE_CORS, ORIGIN, 0,
     "Access-Control-Expose-Headers: set-cookie, X-Q", "", "names", "X-Q, X-A", CE_VARY_ADD},
    {"a backend's wildcard", "X-A", CE_CORS, ORIGIN, 0, "Access-Control-Expose-Headers: *", "",
     "wildcard", "*, X-A", CE_VARY_ADD},
    {"a backend's list, replaced", "X-A", CE_CORS, ORIGIN, 0, "Access-Control-Expose-Headers: X-Q",
     "replace", "names", "X-A", CE_VARY_ADD},
    {"a backend's list, kept", "X-A", CE_CORS, ORIGIN, 0, "Access-Control-Expose-Headers: X-Q",
     "keep", "names", "X-Q", CE_VARY_ADD},
    {"a backend's list, kept but for Never", "X-A;!X-Q", CE_CORS, ORIGIN, 0,
     "Access-Control-Expose-Headers: X-Q, X-R", "keep", "names", "X-R", CE_VARY_ADD},
    {"nothing valid to keep", "X-A", CE_CORS, ORIGIN, 0, "Access-Control-Expose-Headers: X Q, @",
     "keep", "names", "X-A", CE_VARY_ADD},
    {"nothing to keep", "X-A", CE_CORS, ORIGIN, 0, "", "keep", "names", "X-A", CE_VARY_ADD},
    {"allowed by origin", "X-A", CE_ALLOWED, ORIGIN, 0, "Access-Control-Allow-Origin: " ORIGIN, "",
     "names", "X-A", CE_VARY_ADD},
    {"allowed by *", "X-A", CE_ALLOWED, ORIGIN, 0, "!Access-Control-Allow-Origin: *", "", "names",
     "X-A", CE_VARY_ADD},
    {"* with credentials allows nobody", "X-A", CE_ALLOWED, ORIGIN, 0,
     "Access-Control-Allow-Origin: *|Access-Control-Allow-Credentials: true", "", "not-allowed",
     NULL, CE_VARY_ADD},
    {"the origin with credentials is allowed", "X-A", CE_ALLOWED, ORIGIN, 0,
     "Access-Control-Allow-Origin: " ORIGIN "|Access-Control-Allow-Credentials: true", "", "names",
     "X-A", CE_VARY_ADD},
    {"spaces around the values", "X-A", CE_ALLOWED, ORIGIN, 0,
     "Access-Control-Allow-Origin: \t" ORIGIN " |Access-Control-Allow-Credentials:  true\t", "",
     "names", "X-A", CE_VARY_ADD},
    {"spaces around true", "*", CE_ALLOWED, ORIGIN, 0,
     "Access-Control-Allow-Origin:  * |Access-Control-Allow-Credentials:  true\t", "",
     "not-allowed", NULL, CE_VARY_ADD},
    {"another origin", "X-A", CE_ALLOWED, ORIGIN, 0,
     "Access-Control-Allow-Origin: https://a.example:8443", "", "not-allowed", NULL, CE_VARY_ADD},
    {"no Access-Control-Allow-Origin", "X-A", CE_ALLOWED, ORIGIN, 0, "", "", "not-allowed", NULL,
     CE_VARY_ADD},
    {"two of them", "X-A", CE_ALLOWED, ORIGIN, 0,
     "Access-Control-Allow-Origin: " ORIGIN "|!Access-Control-Allow-Origin: " ORIGIN, "",
     "not-allowed", NULL, CE_VARY_ADD},
    {"allowed, no Origin", "X-*", CE_ALLOWED, NULL, 0, "X-A: 1", "", "written-out", "X-A",
     CE_VARY_ADD},
    {"304, names", "X-A", CE_CORS, ORIGIN, 304, "Access-Control-Allow-Origin: *", "", "names",
     "X-A", CE_VARY_ADD},
    {"304, wildcard", "*", CE_CORS, ORIGIN, 304, "!Access-Control-Allow-Origin: *", "", "wildcard",
     "*", CE_VARY_ADD},
    {"304, written out", "X-*", CE_CORS, ORIGIN, 304, "Access-Control-Allow-Origin: *|X-A: 1", "",
     "not-modified", NULL, CE_VARY_ADD},
    {"304, wildcard with credentials", "*", CE_CORS, ORIGIN, 304,
     "Access-Control-Allow-Origin: *|X-A: 1", "cookie", "not-modified", NULL, CE_VARY_ADD},
    {"304, no Access-Control-Allow-Origin", "X-A", CE_CORS, ORIGIN, 304, "", "", "not-modified",
     NULL, CE_VARY_ADD},
    {"304, an expression", "X-A expr=true", CE_CORS, ORIGIN, 304, "Access-Control-Allow-Origin: *",
     "", "not-modified", NULL, CE_VARY_MERGE},
    {"304, a forgotten expression", "X-B expr=true;None X-A", CE_CORS, ORIGIN, 304,
     "Access-Control-Allow-Origin: *", "", "names", "X-A", CE_VARY_ADD},
    {"304, an origin condition", "X-* X-B origin=" ORIGIN, CE_CORS, ORIGIN, 304, "X-A: 1", "",
     "written-out", "X-B, X-A", CE_VARY_ADD},
    {"304, an origin condition that fails", "X-A origin=https://b.example", CE_CORS, ORIGIN, 304,
     "", "", "empty", "Cache-Control", CE_VARY_ADD},
    {"304, allowed, no Access-Control-Allow-Origin", "X-A", CE_ALLOWED, ORIGIN, 304, "", "",
     "not-allowed", NULL, CE_VARY_ADD},
    {"304, allowed, another's Access-Control-Allow-Origin", "X-A origin=" ORIGIN, CE_ALLOWED,
     ORIGIN, 304, "Access-Control-Allow-Origin: https://b.example", "", "not-allowed", NULL,
     CE_VARY_ADD},
    {"304, allowed, none, an origin condition", "X-A origin=" ORIGIN, CE_ALLOWED, ORIGIN, 304, "",
     "", "names", "X-A", CE_VARY_ADD},
    {"304, allowed, none, an origin condition that fails", "X-A origin=https://b.example",
     CE_ALLOWED, ORIGIN, 304, "", "", "empty", "Cache-Control", CE_VARY_ADD},
    {"304, no Origin", "X-A", CE_CORS, NULL, 304, "Access-Control-Allow-Origin: *", "", "no-origin",
     NULL, CE_VARY_ADD},
    {"304, no Origin, a pattern", "X-*", CE_CORS, NULL, 304,
     "Access-Control-Allow-Origin: *|X-A: 1", "", "not-modified", NULL, CE_VARY_ADD},
    {"304, nothing to expose", "X-A -X-A", CE_CORS, ORIGIN, 304, "Access-Control-Allow-Origin: *",
     "", "empty", NULL, CE_VARY_ADD},
};

static ce_policy_t *policy_of(apr_pool_t *p, const case_t *c)
{
    ce_policy_t *policy = ce_policy_create(p);
    char *rest = apr_pstrdup(p, c->policy), *part, *word;

    while ((part = apr_strtok(rest, ";", &rest))) {
        apr_array_header_t *words = apr_array_make(p, 4, sizeof(const char *));
        int never = *part == '!';
        ce_line_t *line = NULL;

        part += never;
        while ((word = apr_strtok(part, " ", &part))) {
            APR_ARRAY_PUSH(words, const char *) = word;
        }
        if (never ? !ce_never_parse(&line, "Never", words, p)
                  : !ce_line_parse(&line, "Expose", words, NULL, p)) {
            (never ? ce_policy_add_never : ce_policy_add)(policy, line);
        }
    }
    ce_policy_set(policy, CE_WHEN_SETTING, c->when);
    if (strstr(c->flags, "expand")) {
        ce_policy_set(policy, CE_WILDCARD_SETTING, CE_EXPAND);
    }
    if (strstr(c->flags, "replace") || strstr(c->flags, "keep")) {
        ce_policy_set(policy, CE_BACKEND_SETTING, strstr(c->flags, "keep") ? CE_KEEP : CE_REPLACE);
    }
    return policy;
}

static int env(void *baton, const char *name)
{
    (void)baton;
    (void)name;
    return 0;
}

static ce_holds_e expr(void *baton, const ce_line_t *line)
{
    (void)baton;
    return strcmp(line->condition->expr_text, "true") ? CE_FAILS : CE_HOLDS;
}

static int user(void *baton)
{
    return strstr(((const case_t *)baton)->flags, "user") != NULL;
}

static int certificate(void *baton)
{
    return strstr(((const case_t *)baton)->flags, "certificate") != NULL;
}

static unsigned later(void *baton)
{
    const char *flags = ((const case_t *)baton)->flags;

    return (strstr(flags, "encoded") ? CE_ADDS_ENCODING : 0)
           | (strstr(flags, "range") ? CE_ADDS_RANGE : 0)
           | (strstr(flags, "no-etag") ? CE_DROPS_ETAG : 0);
}

static const ce_questions_t questions = {env, expr, user, certificate, later};

static ce_facts_t facts_of(apr_pool_t *p, const case_t *c)
{
    apr_table_t *tables[2] = {apr_table_make(p, 4), apr_table_make(p, 4)};
    char *rest = apr_pstrdup(p, c->lines), *line;
    ce_request_t *request = apr_pcalloc(p, sizeof(*request));
    ce_facts_t facts;

    while ((line = apr_strtok(rest, "|", &rest))) {
        char *colon = strchr(line, ':');
        int in_error_table = *line == '!';

        *colon = '\0';
        apr_table_addn(tables[in_error_table], exact(p, line + in_error_table),
                       exact(p, colon + 2));
    }
    memset(&facts, 0, sizeof(facts));
    request->origin = c->origin;
    request->preflight = strstr(c->flags, "preflight") != NULL;
    request->cookie = strstr(c->flags, "cookie") != NULL;
    request->authorization = strstr(c->flags, "authorization") != NULL;
    facts.ask.request = request;
    facts.ask.questions = &questions;
    facts.ask.baton = (void *)c;
    facts.headers_out = tables[0];
    facts.err_headers_out = tables[1];
    facts.status = c->status ? c->status : 200;
    facts.stored = strstr(c->flags, "stored") != NULL;
    return facts;
}

/* Each case twice: a sealed policy must come to the same as one that is
 * flattened for the response */
static void test_cases(apr_pool_t *p)
{
    size_t i;
    int sealed;

    for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        for (sealed = 0; sealed < 2; sealed++) {
            ce_policy_t *policy = policy_of(p, &cases[i]);
            ce_facts_t facts = facts_of(p, &cases[i]);
            const char *how = sealed ? ", sealed" : "";
            ce_verdict_t verdict;

            if (sealed) {
                apr_pool_t *scratch;

                apr_pool_create(&scratch, p);
                ce_policy_seal(policy, p, scratch);
                apr_pool_destroy(scratch);
            }
            ce_decide(&verdict, p, policy, &facts);
            is_text(ce_reason_word(verdict.reason), cases[i].reason,
                    apr_psprintf(p, "%s: the reason%s", cases[i].sentence, how));
            is_text(verdict.value, cases[i].value,
                    apr_psprintf(p, "%s: the value%s", cases[i].sentence, how));
            ok(verdict.vary == cases[i].vary, "%s: Vary %s Origin%s", cases[i].sentence,
               cases[i].vary ? "gets" : "doesn't get", how);
        }
    }
}

static void test_malformed(apr_pool_t *p)
{
    static const case_t c =
        {"",
         "X-A",
         CE_CORS,
         ORIGIN,
         0,
         "Access-Control-Expose-Headers: X-Q, X R|!Access-Control-Expose-Headers: a;b, \"c\", X-S",
         "",
         "",
         NULL,
         0};
    ce_facts_t facts = facts_of(p, &c);
    ce_verdict_t verdict;

    ce_decide(&verdict, p, policy_of(p, &c), &facts);
    is_text(verdict.value, "X-S, X-Q, X-A", "malformed elements are dropped, the rest stands");
    ok(verdict.malformed == 3, "each of them is counted");
    is_text(apr_pstrmemdup(p, verdict.malformed_1.text, verdict.malformed_1.len), "a;b",
            "and the first is shown");
}

static void test_credential(apr_pool_t *p)
{
    static const struct {
        const char *origin, *lines, *flags, *word;
    } states[] = {
        {NULL, "Access-Control-Allow-Credentials: true", "cookie", "no Origin"},
        {ORIGIN, "Access-Control-Allow-Credentials: true", "cookie",
         "Access-Control-Allow-Credentials"},
        {ORIGIN, "", "cookie authorization user", "Cookie"},
        {ORIGIN, "", "authorization user", "Authorization"},
        {ORIGIN, "", "user certificate", "authenticated user"},
        {ORIGIN, "", "certificate", "client certificate"},
        {ORIGIN, "", "", NULL},
    };
    size_t i;

    for (i = 0; i < sizeof(states) / sizeof(*states); i++) {
        case_t c = {0};
        ce_facts_t facts;
        ce_verdict_t verdict;

        c.origin = states[i].origin;
        c.lines = states[i].lines;
        c.flags = states[i].flags;
        c.policy = "X-A";
        c.when = CE_CORS;
        facts = facts_of(p, &c);
        ce_decide(&verdict, p, policy_of(p, &c), &facts);
        is_text(ce_credential_word(ce_credential(&facts.ask, verdict.allows_credentials)),
                states[i].word, "what is said first");
    }
}

/* A policy of n names, each 8 bytes with its ", " but for the last */
static ce_policy_t *long_policy(apr_pool_t *p, int n, const char *last)
{
    apr_array_header_t *words = apr_array_make(p, n + 1, sizeof(const char *));
    ce_policy_t *policy = ce_policy_create(p);
    ce_line_t *line = NULL;
    int i;

    for (i = 0; i < n; i++) {
        APR_ARRAY_PUSH(words, const char *) = apr_psprintf(p, "X-%04d", i);
    }
    APR_ARRAY_PUSH(words, const char *) = last;
    ok(!ce_line_parse(&line, "ExposeHeaders", words, NULL, p), "%d names are accepted", n + 1);
    ce_policy_add(policy, line);
    return policy;
}

static void test_bound(apr_pool_t *p)
{
    static const struct {
        int n;
        const char *last;
        apr_size_t len;
        int left_out;
    } bounds[] = {
        {999, "X-999", 7997, 0},     {999, "X-999000", 8000, 0}, {999, "X-9990000", 7990, 1},
        {1000, "X-9", 7998, 1},      {1001, "X-9", 7998, 2},     {1999, "X-9", 7998, 1000},
        {1000, "X-900000", 7998, 1},
    };
    case_t c = {"", "", CE_CORS, ORIGIN, 0, "", "", "", NULL, 0};
    size_t i;

    for (i = 0; i < sizeof(bounds) / sizeof(*bounds); i++) {
        ce_policy_t *policy = long_policy(p, bounds[i].n, bounds[i].last);
        ce_facts_t facts = facts_of(p, &c);
        ce_verdict_t verdict;

        ce_decide(&verdict, p, policy, &facts);
        ok(verdict.value && strlen(verdict.value) == bounds[i].len,
           "%d names and %s come to %d bytes", bounds[i].n, bounds[i].last, (int)bounds[i].len);
        ok(verdict.left_out == bounds[i].left_out, "with %d left out", bounds[i].left_out);
    }
}

static void test_one_long_name(apr_pool_t *p)
{
    case_t c = {"", "", CE_CORS, ORIGIN, 0, "", "", "", NULL, 0};
    char *name = apr_palloc(p, CE_VALUE_MAX + 2);
    ce_facts_t facts = facts_of(p, &c);
    ce_verdict_t verdict;

    memset(name, 'X', CE_VALUE_MAX + 1);
    name[CE_VALUE_MAX + 1] = '\0';
    ce_decide(&verdict, p, long_policy(p, 0, name), &facts);
    ok(!verdict.value && verdict.left_out == 1 && verdict.reason == CE_EMPTY,
       "a name beyond the bound leaves no list");
    name[CE_VALUE_MAX] = '\0';
    ce_decide(&verdict, p, long_policy(p, 0, name), &facts);
    ok(verdict.value && !verdict.left_out, "a name of the bound's length is sent");
}

int main(void)
{
    apr_pool_t *p = tap_begin();

    test_cases(p);
    test_malformed(p);
    test_credential(p);
    test_bound(p);
    test_one_long_name(p);
    return tap_end(p);
}

/* SPDX-License-Identifier: Apache-2.0 */

#include "tap.h"

#include "core/facts.h"

#define ORIGIN "https://a.example"

/* "Name: value" between '|'; in the table of errors after '!' */
static void set_lines(apr_pool_t *p, ce_facts_t *facts, const char *lines)
{
    apr_table_t *tables[2] = {apr_table_make(p, 4), apr_table_make(p, 4)};
    char *rest = apr_pstrdup(p, lines), *line;

    while ((line = apr_strtok(rest, "|", &rest))) {
        char *colon = strstr(line, ": ");
        int in_error_table = *line == '!';

        *colon = '\0';
        apr_table_addn(tables[in_error_table], exact(p, line + in_error_table),
                       exact(p, colon + 2));
    }
    facts->headers_out = tables[0];
    facts->err_headers_out = tables[1];
}

/* What a person is told of it who wonders why a script can't read the response */
static void test_credentials(apr_pool_t *p)
{
    static const struct {
        const char *lines, *value;
        int n;
    } cases[] = {
        {"X-A: 1", NULL, 0},
        {"Access-Control-Allow-Credentials: True", "True", 1},
        {"!Access-Control-Allow-Credentials: b|Access-Control-Allow-Credentials: a", "b", 2},
        {"access-control-allow-credentials: true|X-A: 1|Access-Control-Allow-Credentials: true",
         "true", 2},
    };
    size_t i;

    for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        ce_facts_t facts = {0};

        set_lines(p, &facts, cases[i].lines);
        ce_facts_read_response(&facts, p);
        is_text(facts.allow_credentials, cases[i].value, "what it says of credentials first");
        ok(facts.nallow_credentials == cases[i].n, "and on %d lines", cases[i].n);
    }
}

static void test_vary(apr_pool_t *p)
{
    static const char *const cases[][2] = {
        {"X-A: 1|Varies: x", NULL},
        {"Vary: Accept", "Accept"},
        {"!vary: B|VARY: A", "B"},
        {"Vary: A|Vary: B", "A"},
    };
    size_t i;

    for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        ce_facts_t facts = {0};

        set_lines(p, &facts, cases[i][0]);
        ce_facts_read_response(&facts, p);
        is_text(facts.vary ? facts.vary->val : NULL, cases[i][1], "Vary's first line");
    }
}

static void test_read(apr_pool_t *p)
{
    static const struct {
        const char *lines, *own, *allow_origin;
        int nallow_origin, allows_credentials, varies_on_origin;
    } cases[] = {
        {"", NULL, NULL, 0, 0, 0},
        {"X-A: 1|ETag: x|Age: 1|Via: x", NULL, NULL, 0, 0, 0},
        {"Vary: Accept, origin", NULL, NULL, 0, 0, 1},
        {"!VARY: ORIGIN", NULL, NULL, 0, 0, 1},
        {"Vary: A|vary: Origin", NULL, NULL, 0, 0, 1},
        {"Vary: *", NULL, NULL, 0, 0, 1},
        {"Vary: X-Origin|Vary: Origin X|Vary: ", NULL, NULL, 0, 0, 0},
        {"Access-Control-Allow-Origin: *", NULL, "*", 1, 0, 0},
        {"!access-control-allow-origin: a", NULL, "a", 1, 0, 0},
        {"Access-Control-Allow-Origin: a|!Access-Control-Allow-Origin: b", NULL, "b", 2, 0, 0},
        {"Access-Control-Allow-Credentials: true", NULL, NULL, 0, 1, 0},
        {"!ACCESS-CONTROL-ALLOW-CREDENTIALS: \ttrue ", NULL, NULL, 0, 1, 0},
        {"!Access-Control-Allow-Credentials: x|Access-Control-Allow-Credentials: true", NULL, NULL,
         0, 1, 0},
        {"Access-Control-Allow-Credentials: True", NULL, NULL, 0, 0, 0},
        {"Access-Control-Allow-Credentials: tru", NULL, NULL, 0, 0, 0},
        {"Access-Control-Allow-Credentials: true, true", NULL, NULL, 0, 0, 0},
        {"Access-Control-Allow-Credentials: truex", NULL, NULL, 0, 0, 0},
        {"Access-Control-Allow-Credentials: ", NULL, NULL, 0, 0, 0},
        {"Access-Control-Expose-Headers: X-Q", "X-Q", NULL, 0, 0, 0},
        {"access-control-EXPOSE-headers: X-Q, |!Access-Control-Expose-Headers: X-R", "X-R|X-Q, ",
         NULL, 0, 0, 0},
        {"Access-Control-Expose-Headers: ", "", NULL, 0, 0, 0},
        /* names of the same lengths and letters */
        {"Vbry: Origin|Varx: Origin|Arry: Origin", NULL, NULL, 0, 0, 0},
        {"Access-Control-Allow-Origim: *|Access-Control-Allow-Orixin: *", NULL, NULL, 0, 0, 0},
        {"Access-Control-Allow-Credentialx: true|Access-Control-Allow_Credentials: true", NULL,
         NULL, 0, 0, 0},
        {"Access-Control-Expose-Headerx: X-Q|Access-Control-ExposE_Headers: X-Q", NULL, NULL, 0, 0,
         0},
        {"Access-Control-Expose-Header: X-Q|Access-Control-Expose-Headers2: X-Q", NULL, NULL, 0, 0,
         0},
    };
    size_t i;

    for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        ce_facts_t facts = {0};

        set_lines(p, &facts, cases[i].lines);
        ce_facts_read_response(&facts, p);
        is_text(facts.own ? apr_array_pstrcat(p, facts.own, '|') : NULL, cases[i].own,
                apr_psprintf(p, "the list of '%s'", cases[i].lines));
        is_text(facts.allow_origin, cases[i].allow_origin, "whom it allows");
        ok(facts.nallow_origin == cases[i].nallow_origin, "on %d lines", cases[i].nallow_origin);
        ok(facts.allows_credentials == cases[i].allows_credentials, "with%s credentials",
           cases[i].allows_credentials ? "" : "out");
        ok(facts.varies_on_origin == cases[i].varies_on_origin, "and what it varies on");
    }
}

/* All combinations, against Fetch's CORS check for both kinds of modes
 * (https://fetch.spec.whatwg.org/#concept-cors-check): a response counts as
 * allowed if it passes for one of them. */
static int passes(const char *value, const char *credentials, int is_include)
{
    if (!value) {
        return 0; /* step 2 */
    }
    if (!is_include && !strcmp(value, "*")) {
        return 1; /* step 3 */
    }
    if (strcmp(value, ORIGIN)) {
        return 0; /* step 4 */
    }
    return !is_include || (credentials && !strcmp(credentials, "true")); /* steps 5 to 7 */
}

static void test_cors_check(apr_pool_t *p)
{
    /* a value as Fetch gets it: lines joined by ", ", white space around it stripped */
    static const struct {
        const char *lines, *value;
    } origins[] = {
        {"", NULL},
        {"Access-Control-Allow-Origin: *|", "*"},
        {"!Access-Control-Allow-Origin: *|", "*"},
        {"Access-Control-Allow-Origin: \t* |", "*"},
        {"Access-Control-Allow-Origin: " ORIGIN "|", ORIGIN},
        {"!access-control-allow-origin:  " ORIGIN "\t|", ORIGIN},
        {"Access-Control-Allow-Origin: https://A.example|", "https://A.example"},
        {"Access-Control-Allow-Origin: " ORIGIN ":8443|", ORIGIN ":8443"},
        {"Access-Control-Allow-Origin: " ORIGIN "/|", ORIGIN "/"},
        {"Access-Control-Allow-Origin: https://a.exampl|", "https://a.exampl"},
        {"Access-Control-Allow-Origin: null|", "null"},
        {"Access-Control-Allow-Origin: |", ""},
        {"Access-Control-Allow-Origin: *, *|", "*, *"},
        {"Access-Control-Allow-Origin: " ORIGIN ", " ORIGIN "|", ORIGIN ", " ORIGIN},
        {"Access-Control-Allow-Origin: *|Access-Control-Allow-Origin: *|", "*, *"},
        {"Access-Control-Allow-Origin: " ORIGIN "|!Access-Control-Allow-Origin: |", ", " ORIGIN},
        {"Access-Control-Allow-Origin: " ORIGIN "|!Access-Control-Allow-Origin: " ORIGIN "|",
         ORIGIN ", " ORIGIN},
    };
    static const struct {
        const char *lines, *value;
    } credentials[] = {
        {"", NULL},
        {"Access-Control-Allow-Credentials: true", "true"},
        {"Access-Control-Allow-Credentials:  true\t", "true"},
        {"Access-Control-Allow-Credentials: True", "True"},
        {"Access-Control-Allow-Credentials: false", "false"},
        {"Access-Control-Allow-Credentials: true|!Access-Control-Allow-Credentials: true",
         "true, true"},
    };
    size_t i, j;

    for (i = 0; i < sizeof(origins) / sizeof(*origins); i++) {
        for (j = 0; j < sizeof(credentials) / sizeof(*credentials); j++) {
            ce_facts_t facts = {.context.origin = ORIGIN};
            int expected = passes(origins[i].value, credentials[j].value, 0)
                           || passes(origins[i].value, credentials[j].value, 1);

            set_lines(p, &facts, apr_pstrcat(p, origins[i].lines, credentials[j].lines, NULL));
            ce_facts_read_response(&facts, p);
            ok(ce_facts_pass_cors_check(&facts) == expected, "'%s%s' %s", origins[i].lines,
               credentials[j].lines, expected ? "passes in some mode" : "passes in none");
        }
    }
}

/* The opaque origin is one like others here */
static void test_null_origin(apr_pool_t *p)
{
    ce_facts_t facts = {.context.origin = "null"};

    set_lines(p, &facts, "Access-Control-Allow-Origin: null");
    ce_facts_read_response(&facts, p);
    ok(ce_facts_pass_cors_check(&facts), "null allows null");
}

/* An answer, and how often was asked for it */
typedef struct answer_t {
    ce_credential_e credential;
    int n;
} answer_t;

static ce_credential_e client(void *ctx)
{
    ((answer_t *)ctx)->n++;
    return ((answer_t *)ctx)->credential;
}

static void test_credential(apr_pool_t *p)
{
    static const struct {
        const char *origin;
        int allows;
        ce_credential_e client, credential;
        int n;
        const char *word;
    } cases[] = {
        {NULL, 1, CE_CREDENTIAL_USER, CE_CREDENTIAL_NO_ORIGIN, 0, "no Origin"},
        {ORIGIN, 1, CE_CREDENTIAL_USER, CE_CREDENTIAL_ALLOWED, 0, CE_ALLOW_CREDENTIALS},
        {ORIGIN, 0, CE_CREDENTIAL_COOKIE, CE_CREDENTIAL_COOKIE, 1, "Cookie"},
        {ORIGIN, 0, CE_CREDENTIAL_AUTHORIZATION, CE_CREDENTIAL_AUTHORIZATION, 1, "Authorization"},
        {ORIGIN, 0, CE_CREDENTIAL_USER, CE_CREDENTIAL_USER, 1, "authenticated user"},
        {ORIGIN, 0, CE_CREDENTIAL_CERTIFICATE, CE_CREDENTIAL_CERTIFICATE, 1, "client certificate"},
        {ORIGIN, 0, CE_NOT_CREDENTIALED, CE_NOT_CREDENTIALED, 1, NULL},
    };
    size_t i;

    for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        answer_t answer = {cases[i].client, 0};
        ce_facts_t facts = {.context.origin = cases[i].origin, .client = client};

        facts.context.ctx = &answer;
        set_lines(p, &facts, cases[i].allows ? CE_ALLOW_CREDENTIALS ": true" : "");
        ce_facts_read_response(&facts, p);
        ok(ce_facts_credential(&facts) == cases[i].credential, "the first that says so is said");
        ok(answer.n == cases[i].n, "and the client is asked for once, if at all");
        is_text(ce_credential_word(cases[i].credential), cases[i].word, "in these words");
    }
}

int main(void)
{
    apr_pool_t *p = tap_begin();

    test_credentials(p);
    test_vary(p);
    test_read(p);
    test_cors_check(p);
    test_null_origin(p);
    test_credential(p);
    return tap_end(p);
}

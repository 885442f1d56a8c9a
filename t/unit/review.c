/* SPDX-License-Identifier: Apache-2.0 */

/* What a review finds by itself. The texts in full, and what httpd's other
 * directives do, are t/suite/syntax's matter. */

#include "policies.h"

#include "explain/explain.h"
#include "explain/review.h"
#include "explain/words.h"

/* The findings on the last of a chain of containers, the outermost of which is
 * the server's own: "line word" for each, with what tells warnings from notes */
static const char *findings_on(apr_pool_t *p, const char *text, int is_prepared, int is_on)
{
    ce_findings_t *findings = ce_findings_make(p, 1);
    char *rest = apr_pstrdup(p, text);
    ce_policy_t *server = container(p, apr_strtok(rest, "|", &rest));
    char *inner = apr_strtok(NULL, "|", &rest);
    ce_policy_t *policy = inner ? container(p, inner) : server;
    const char *all = "";
    int i;

    if (is_prepared) {
        prepared(p, policy);
    }
    ce_review(findings, ce_container_of(policy), server, is_on, p);
    for (i = 0; i < findings->list->nelts; i++) {
        const ce_finding_t *finding = &APR_ARRAY_IDX(findings->list, i, ce_finding_t);
        const char *word = strchr(finding->text, '\'');

        all = apr_psprintf(p, "%s%s%s%d %.*s", all, *all ? ", " : "",
                           finding->severity == CE_NOTE ? "note " : "", finding->line_number,
                           word ? (int)strcspn(word + 1, "'") : 4, word ? word + 1 : "none");
    }
    return all;
}

static void test_containers(apr_pool_t *p)
{
    static const struct {
        const char *text, *found;
        int is_on;
    } cases[] = {
        {"X-A X-B *", "", 0},
        {"X-A;X-B;-X-A;X-A", "", 0},
        /* duplicates */
        {"X-A;X-B x-a", "2 x-a", 0},
        {"X-A env=V;X-A env=V", "", 0},
        {"X-A env=V;X-A", "", 0},
        {"X-A;X-A env=V", "2 X-A", 0},
        {"X-A;-X-* env=V;X-A", "", 0},
        {"X-A X-B;-X-A;X-B X-A", "3 X-B", 0},
        {"X-A*;-X-AB;X-A*", "", 0},
        {"X-*;-X-A*;X-*", "", 0},
        {"X-A;None;X-A", "", 0},
        {"X-A;None env=V;X-A", "", 0},
        {"X-A;None X-A X-A", "2 X-A", 0},
        {"X-*;X-A;X-*", "3 X-*", 0},
        {"X-A|X-A", "", 0},
        /* what the same line takes back */
        {"X-A X-B -X-A", "1 X-A", 0},
        {"X-A -X-B;X-B -X-A", "", 0},
        {"-X-A X-A -X-A", "1 X-A, 1 -X-A", 0},
        {"X-A* -X-A", "", 0},
        {"X-A* -X-*A", "", 0},
        {"X-A* -X-A-*", "", 0},
        {"X-A-* -X-A*", "1 X-A-*", 0},
        {"-X-A* X-A-B", "", 0},
        {"* -X-A X-B None X-C", "1 X-B", 0},
        {"None None X-A", "1 None", 0},
        {"None X-A", "", 0},
        {"X-A X-* -Y-B", "", 0},
        {"X-A -X-* X-A", "", 0},
        /* names */
        {"X-A ^X-B", "1 ^X-B", 0},
        {"X-A;Retry-Afte", "2 Retry-Afte", 0},
        {"!X-B-", "1 X-B-", 0},
        /* conditions */
        {"X-A origin=http://localhost", "note 1 origin=http://localhost", 0},
        {"X-A origin=http://localhost origin=http://localhost:3000", "", 0},
        {"X-A origin=http://localhost:3000 origin=http://[::1]", "", 0},
        {"X-A origin=https://*.com", "1 origin=https://*.com", 0},
        {"X-A origin=https://*.test", "", 0},
        {"X-A origin=http://app.example", "", 0},
        {"X-A origin=https://localhost", "", 0},
        {"X-A origin=http://*.localhost", "", 0},
        {"X-A expr=-n~%{HTTP:Origin}", "1 expr=-n %{HTTP:Origin}", 0},
        {"X-A expr=-n~%{HTTP:X-Origin}", "", 0},
        /* Off */
        {"X-A;@Off", "1 X-A", 0},
        {"X-A;@Off", "", 1},
        {"@Off|X-A", "1 X-A", 0},
        {"@Off|@CORS;X-A", "", 0},
        {"@CORS|@Off;None;X-A", "3 X-A", 0},
        {"@Off|-X-A", "", 0},
        {"@Off|X-A;None", "", 0},
        {"@Off|X-A;None env=V", "1 X-A", 0},
        /* Never */
        {"!X-A;X-A", "2 X-A", 0},
        {"X-A;!Y x-*", "1 X-A", 0},
        {"X-A*;!X-A", "", 0},
        {"X-A*;!X-A-*", "", 0},
        {"X-A-*;!X-A*", "1 X-A-*", 0},
        {"X-A None X-B;!X-A", "1 X-A, 1 X-A", 0},
        {"!X-A|X-A", "", 0},
        {"X-A;None;X-B;!X-A", "", 0},
        /* notes */
        {"Content-Type", "note 1 Content-Type", 0},
        {"-X-A", "note 1 -X-A", 0},
        {"X-A;None -X-A", "note 2 -X-A", 0},
        {"Y|-X-A", "", 0},
        {"X-A;-X-A;-X-*", "", 0},
        {"X-A;-X-A;-X-A", "note 3 -X-A", 0},
        {"-X-A env=V", "", 0},
        {"X-* origin=https://a.example", "note 1 none", 0},
        {"X-A origin=https://a.example|Y;X-*", "note 2 none", 0},
        {"@Allowed|X-*", "note 1 none", 0},
        {"@Allowed|@CORS;X-*", "", 0},
        {"@Off;!X-A", "note 2 none", 0},
    };
    size_t i;

    for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        is_text(findings_on(p, cases[i].text, 0, cases[i].is_on), cases[i].found,
                apr_pstrcat(p, "as read: ", cases[i].text, NULL));
        is_text(findings_on(p, cases[i].text, 1, cases[i].is_on), cases[i].found,
                apr_pstrcat(p, "prepared: ", cases[i].text, NULL));
    }
}

/* A configuration's names are all found, however many of them collide */
static void test_colliding(apr_pool_t *p)
{
    enum { N = 2 * CE_PROBES_MAX };
    const char *names = colliding(p, N + 1, N, ' '), *last = strrchr(names, ' ') + 1;

    is_text(findings_on(p, apr_pstrcat(p, names, ";-", last, NULL), 0, 1), "",
            "a removal of one of many names that collide");
    is_text(findings_on(p, apr_pstrcat(p, names, ";", last, NULL), 0, 1),
            apr_pstrcat(p, "2 ", last, NULL), "a duplicate of it");
    is_text(findings_on(p, apr_pstrcat(p, names, ";!", last, NULL), 0, 1),
            apr_pstrcat(p, "1 ", last, NULL), "a Never list with it");
    names = colliding_words(p, "X-%d*", N + 2, N, ' ');
    last = strrchr(names, ' ') + 1;
    is_text(findings_on(p, apr_pstrcat(p, names, ";-Y;", last, NULL), 0, 1), "",
            "a pattern of many that collide, again behind a removal");
}

/* What is to be done about a name */
static void test_name_cures(apr_pool_t *p)
{
    static const struct {
        const char *text, *cure;
    } cases[] = {
        {"Retry-Afte", "(say Retry-After)"},
        {"X-A- X-B", "(say X-A-*)"},
        {"Retry-Afte;Retry-After", "(leave it out: Retry-After is there, too)"},
        {"Retry-Afte -Retry-After", "(say Retry-After)"},
        {"-Retry-Afte;Retry-After", "(say Retry-After)"},
        {"Content-Typ", "(leave it out: every script may read Content-Type)"},
        {"-Content-Typ", "(say Content-Type)"},
    };
    size_t i;

    for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        ce_findings_t *findings = ce_findings_make(p, 0);
        ce_policy_t *policy = container(p, cases[i].text);

        ce_review(findings, ce_container_of(policy), policy, 0, p);
        if (ok(findings->list->nelts == 1, "'%s' has a fault", cases[i].text)) {
            is_text(strrchr(APR_ARRAY_IDX(findings->list, 0, ce_finding_t).text, '('),
                    cases[i].cure, "and this cure");
        }
    }
}

static void test_findings(apr_pool_t *p)
{
    static const struct {
        const char *file, *text;
        int line, n;
    } cases[] = {
        {"a.conf", "one", 1, 1},
        {"a.conf", "one", 1, 1},
        {"a.conf", "two", 1, 2},
        {"a.conf", "one", 2, 3},
        {"b.conf", "one", 1, 4},
        {"macro 'm' (defined on line 1 of \"a.conf\") used on line 2 of \"a.conf\"", "one", 1, 5},
        {"macro 'm' (defined on line 1 of \"a.conf\") used on line 9 of \"b.conf\"", "one", 1, 5},
        {"macro 'm' (defined on line 1 of \"a.conf\") used on line 9 of \"b.conf\"", "two", 1, 6},
        {"macro 'n' (defined on line 1 of \"a.conf\") used on line 9 of \"b.conf\"", "one", 1, 7},
    };
    ce_findings_t *findings = ce_findings_make(p, 0);
    size_t i;

    for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        char file[100]; /* gone, as what is of use only at startup */

        strcpy(file, cases[i].file);
        ce_findings_add(findings, CE_WARNING, file, cases[i].line, "%s", cases[i].text);
        ok(findings->list->nelts == cases[i].n, "%d findings after %s:%d: %s", cases[i].n,
           cases[i].file, cases[i].line, cases[i].text);
        is_text(APR_ARRAY_IDX(findings->list, cases[i].n - 1, ce_finding_t).file,
                i && cases[i - 1].n == cases[i].n ? cases[i - 1].file : cases[i].file,
                "the last one's file");
    }
    is_text(ce_findings_place(p, "a.conf", "a.conf", 3), "line 3", "a place in the same file");
    is_text(ce_findings_place(p, "a.conf", "b.conf", 3), "b.conf:3", "a place in another one");
    is_text(ce_findings_place(p, cases[5].file, cases[5].file, 3), "line 3 of the macro",
            "a place in the same macro");
}

static const char *fault_of(apr_pool_t *p, const char *text)
{
    ce_edit_t edit = {{NULL, 0, 0}, CE_ADD, strchr(text, '*') ? CE_PATTERN : CE_NAME};
    const char *right;

    ce_name_read(&edit.name, exact(p, text));
    return ce_words_fault(&edit, p, &right);
}

/* The name that a slip is for, or NULL */
static const char *cure_of(apr_pool_t *p, const char *text)
{
    ce_edit_t edit = {{NULL, 0, 0}, CE_ADD, CE_NAME};
    const char *right, *fault;

    ce_name_read(&edit.name, exact(p, text));
    fault = ce_words_fault(&edit, p, &right);
    return fault && strstr(fault, "one letter") ? right : NULL;
}

/* Each slip of one letter, for short and long names, and for those that begin with "X-" */
static void test_slips(apr_pool_t *p)
{
    static const char *const names[] = {"Location",
                                        "Retry-After",
                                        "Accept-Ranges",
                                        "X-Frame-Options",
                                        "X-Content-Type-Options",
                                        "Content-Security-Policy-Report-Only"};
    size_t n;

    for (n = 0; n < sizeof(names) / sizeof(*names); n++) {
        apr_size_t len = strlen(names[n]), i;
        int missed = 0;

        for (i = 0; i < len; i++) {
            char *other = apr_pstrdup(p, names[n]), *swapped = apr_pstrdup(p, names[n]);
            const char *texts[4];
            int k;

            other[i] = '~';
            swapped[i] = names[n][i + 1] ? names[n][i + 1] : names[n][i];
            swapped[i + 1] = names[n][i + 1] ? names[n][i] : '\0';
            texts[0] = other;
            texts[1] = apr_psprintf(p, "%.*s%s", (int)i, names[n], names[n] + i + 1);
            texts[2] = apr_psprintf(p, "%.*s~%s", (int)i, names[n], names[n] + i);
            texts[3] = swapped;
            for (k = 0; k < 4; k++) {
                const char *cure = cure_of(p, texts[k]);

                if (strcasecmp(texts[k], names[n]) && (!cure || strcmp(cure, names[n]))) {
                    printf("# %s: %s\n", texts[k], cure ? cure : "no fault");
                    missed++;
                }
            }
        }
        ok(!missed, "each slip for %s is found", names[n]);
        ok(!fault_of(p, names[n]), "%s is none", names[n]);
    }
}

static void test_words(apr_pool_t *p)
{
    static const struct {
        const char *name, *cure;
    } short_names[] = {
        {"Age", NULL},     {"Page", NULL},          {"Ages", NULL},   {"Via", NULL},
        {"Data", NULL},    {"Rate", NULL},          {"Line", NULL},   {"Like", NULL},
        {"Tag", NULL},     {"Subset", NULL},        {"Serve", NULL},  {"TE", NULL},
        {"A", NULL},       {"Links", "Link"},       {"linsk", NULL},  {"Lnik", "Link"},
        {"E-Tag", "ETag"}, {"ETags", "ETag"},       {"AltSvc", NULL}, {"Alt--Svc", "Alt-Svc"},
        {"Waning", NULL},  {"Warnings", "Warning"}, {"X", NULL},      {"X-", NULL},
        {"Link-", NULL},
    };
    static const char *const regular[] = {"^X-A", "X-A$", "X-A|X-B", "X-.*",
                                          ".*",   "^X-*", "X-*.*B"};
    static const char *const patterns[] = {"X-A.B*", "X.-*", "*.", "X-*.B", "*^", "$*", "X-*-"};
    static const char *const reading[] = {"%{HTTP:Origin}",
                                          "%{http:origin} == 'x'",
                                          "req('Origin')",
                                          "req ('Origin')",
                                          "http(\"Origin\")",
                                          "'a' == req_novary( 'ORIGIN' )",
                                          "-n %{req:Origin}",
                                          "%{HTTP:X} == 'y' || -n %{HTTP:Origin}"};
    static const char *const others[] = {"",
                                         "Origin",
                                         "'Origin'",
                                         "%{HTTP:X-Origin}",
                                         "%{HTTP:Originally}",
                                         "%{resp:Origin}",
                                         "resp('Origin')",
                                         "xreq('Origin')",
                                         "%{ENV:ORIGIN}",
                                         "origin",
                                         "('Origin')",
                                         "req(Origin)",
                                         "req,'Origin'",
                                         "http 'Origin'",
                                         "%{HTTP: Origin}",
                                         ":Origin}",
                                         "%{REQUEST_URI} == '/Origin'"};
    apr_hash_t *variables = apr_hash_make(p);
    size_t i;

    ok(fault_of(p, "X-Requested-With") && fault_of(p, "sec-fetch-mode"),
       "X-Requested-With and Sec-Fetch-Mode are request headers");
    ok(!fault_of(p, "-"), "a hyphen alone isn't cured to a removal of everything");
    ok(!fault_of(p, "X-Requested-By") && !fault_of(p, "X-CSRF-Token") && !fault_of(p, "Accept")
           && !fault_of(p, "Sec-WebSocket-Accept"),
       "their like, and what responses carry, are not");
    for (i = 0; i < sizeof(regular) / sizeof(*regular); i++) {
        ok(fault_of(p, regular[i]) && strstr(fault_of(p, regular[i]), "regular expression"),
           "%s looks like a regular expression", regular[i]);
    }
    for (i = 0; i < sizeof(patterns) / sizeof(*patterns); i++) {
        ok(!fault_of(p, patterns[i]), "%s doesn't", patterns[i]);
    }
    for (i = 0; i < sizeof(short_names) / sizeof(*short_names); i++) {
        is_text(cure_of(p, short_names[i].name), short_names[i].cure,
                apr_pstrcat(p, "a slip? ", short_names[i].name, NULL));
    }
    for (i = 0; i < sizeof(reading) / sizeof(*reading); i++) {
        ok(ce_words_read_origin(exact(p, reading[i]), NULL), "reads Origin: %s", reading[i]);
    }
    apr_hash_set(variables, "OK", APR_HASH_KEY_STRING, "");
    ok(ce_words_read_origin("reqenv('OK') == 'x'", variables)
           && ce_words_read_origin("-n %{ENV:OK}", variables)
           && !ce_words_read_origin("reqenv('KO') == 'x'", variables),
       "a variable that is set from Origin");
    for (i = 0; i < sizeof(others) / sizeof(*others); i++) {
        ok(!ce_words_read_origin(exact(p, others[i]), NULL), "doesn't read Origin: %s", others[i]);
    }
}

/* Names that take so many bytes of a list, of which 8,000 fit */
static void test_bound(apr_pool_t *p)
{
    int more;

    for (more = 0; more < 2; more++) {
        char *text = apr_psprintf(p, "X-%0*d", 98 + more, 0);
        int i;

        for (i = 1; i < 80; i++) {
            text = apr_psprintf(p, "X-%096d %s", i, text);
        }
        ok(!*findings_on(p, text, 1, 0) == !more, "names of %d bytes %s", 8000 + more,
           more ? "have no room" : "have room");
        text = apr_pstrcat(p, "X-Gone;-X-Gone;", text, NULL);
        ok(!*findings_on(p, text, 1, 0) == !more, "beside one that is taken out again, too");
    }
    for (more = 1; more < 3; more++) {
        ce_findings_t *findings = ce_findings_make(p, 0);
        ce_policy_t *policy;
        const char *text = "";
        int i;

        for (i = 0; i < 80 + more; i++) {
            text = apr_psprintf(p, "%s X-%096d", text, i);
        }
        policy = prepared(p, container(p, text));
        ce_review(findings, ce_container_of(policy), policy, 1, p);
        text = apr_psprintf(p, "ExposeHeaders: %d name%s from 'X-%096d' on", more,
                            more > 1 ? "s" : "", 80);
        ok(findings->list->nelts == 1
               && !strncmp(APR_ARRAY_IDX(findings->list, 0, ce_finding_t).text, text, strlen(text)),
           "%d of them %s counted", more, more > 1 ? "are" : "is");
    }
}

/* As many names as a container may hold, and as many patterns: it comes to an end */
static void test_size(apr_pool_t *p)
{
    apr_array_header_t *words = apr_array_make(p, 10000, sizeof(const char *));
    ce_findings_t *findings = ce_findings_make(p, 1);
    ce_policy_t *policy = ce_policy_create(p);
    const char *error;
    ce_line_t *line;
    int i;

    for (i = 0; i < 100; i++) {
        APR_ARRAY_PUSH(words, const char *) = apr_psprintf(p, "-*%d", i);
    }
    for (i = 0; i < 3000; i++) {
        APR_ARRAY_PUSH(words, const char *) = apr_psprintf(p, "X%x", i);
    }
    for (i = 0; i < 1000; i++) {
        APR_ARRAY_PUSH(words, const char *) = "X0";
    }
    error = ce_line_parse(&line, "ExposeHeaders", words, p);
    line->file = "test.conf";
    line->line_number = 1;
    error = error ? error : ce_policy_add(policy, line, p);
    is_text(error, NULL, "a container as large as may be");
    ce_review(findings, ce_container_of(prepared(p, policy)), policy, 1, p);
    /* X0 comes again, and a list has no room for all of it */
    ok(findings->list->nelts == 1 + 1, "has its findings once each (%d)", findings->list->nelts);
}

/* A container of random lines, as words */
enum { LINES = 3, WORDS = 4 };
typedef struct lines_t {
    const char *words[LINES][WORDS]; /* NULL: none */
    const char *never;
} lines_t;

static const char *text_of(apr_pool_t *p, const lines_t *lines)
{
    const char *text = "";
    int i, j;

    for (i = 0; i < LINES; i++) {
        for (j = 0; j < WORDS; j++) {
            text = apr_pstrcat(p, text, lines->words[i][j] ? lines->words[i][j] : "Z",
                               j < WORDS - 1 ? " " : ";", NULL);
        }
    }
    return apr_pstrcat(p, text, "!", lines->never, NULL);
}

/* Which of some names are exposed, inside of some containers */
static const char *exposed_by(apr_pool_t *p, const char *text)
{
    static const char *const outside[] = {"Q", "X-A X-AB", "*", "X-A* -X-AB X-C"};
    static const char *const names[] = {"X-A", "X-AB", "X-B", "X-C", "Y"};
    const char *found = "";
    size_t i, j;

    for (i = 0; i < sizeof(outside) / sizeof(*outside); i++) {
        const ce_explanation_t *all = ce_explain(p,
                                                 merged(p,
                                                        apr_pstrcat(p, outside[i], "|", text, NULL),
                                                        0));

        for (j = 0; j < sizeof(names) / sizeof(*names); j++) {
            const ce_because_t *because;
            ce_name_t name;

            ce_name_read(&name, names[j]);
            found = apr_pstrcat(p, found, ce_explain_name(all, &name, &because) ? "1" : "0", NULL);
        }
    }
    return found;
}

/* Whether what a finding says may be left out makes no difference: one of the words on its line,
 * all of them, or all before a None */
static int is_left_out_well(apr_pool_t *p, const lines_t *lines, const ce_finding_t *finding)
{
    const char *before = exposed_by(p, text_of(p, lines));
    const char *word = strchr(finding->text, '\'') + 1;
    size_t len = strcspn(word, "'");
    int by_none = strstr(finding->text, "forgotten") != NULL, is_same = 0, j, n = 0;
    lines_t without = *lines;

    for (j = 0; j < WORDS; j++) {
        const char *own = lines->words[finding->line_number - 1][j];
        int is_it = own && strlen(own) == len && !strncmp(own, word, len);
        lines_t one = *lines;

        n = own && !strcmp(own, "None") ? j : n;
        one.words[finding->line_number - 1][j] = is_it ? NULL : own;
        without.words[finding->line_number - 1][j] = is_it ? NULL : own;
        is_same |= is_it && !strcmp(exposed_by(p, text_of(p, &one)), before);
    }
    for (j = 0; by_none && j < n; j++) {
        without.words[finding->line_number - 1][j] = NULL;
    }
    return is_same || !strcmp(exposed_by(p, text_of(p, &without)), before);
}

static void test_cures(apr_pool_t *p)
{
    static const char *const words[] = {"X-A",  "X-B",  "X-AB",  "X-A*", "X-*", "*",
                                        "-X-A", "-X-B", "-X-A*", "-X-*", "-*",  "None"};
    static const char *const never[] = {"Z", "Z", "X-A", "X-A*", "*"};
    unsigned state = 1;
    int i, j, k, nfound = 0, nwrong = 0;

    for (i = 0; i < 3000; i++) {
        apr_pool_t *scratch = subpool(p);
        ce_findings_t *findings = ce_findings_make(scratch, 0);
        ce_policy_t *policy;
        lines_t lines;

        for (j = 0; j < LINES * WORDS; j++) {
            state = state * 1103515245 + 12345;
            k = (int)(state >> 16 & 0x7fff);
            lines.words[j / WORDS][j % WORDS] = k % 5 < 2 ? words[k / 5 % 12] : NULL;
        }
        lines.never = never[state >> 16 & 3];
        policy = container(scratch, text_of(scratch, &lines));
        ce_review(findings, ce_container_of(policy), policy, 1, scratch);
        for (j = 0; j < findings->list->nelts; j++) {
            const ce_finding_t *finding = &APR_ARRAY_IDX(findings->list, j, ce_finding_t);

            if (strstr(finding->text, "'Z'")) {
                continue;
            }
            nfound++;
            if (!is_left_out_well(scratch, &lines, finding)) {
                printf("# %s: %d: %s\n", text_of(scratch, &lines), finding->line_number,
                       finding->text);
                nwrong++;
            }
        }
        apr_pool_destroy(scratch);
    }
    ok(nfound > 1000, "edits that may be left out, in random containers (%d)", nfound);
    ok(!nwrong, "make no difference (%d do)", nwrong);
}

int main(void)
{
    apr_pool_t *p = tap_begin();

    test_containers(p);
    test_colliding(p);
    test_name_cures(p);
    test_findings(p);
    test_slips(p);
    test_words(p);
    test_bound(p);
    test_size(p);
    test_cures(p);
    return tap_end(p);
}

/* SPDX-License-Identifier: Apache-2.0 */

#include "policies.h"

#include "explain/explain.h"

/* What is said of one header: the policy, the response's own list, the header, the list that is
 * sent */
static const struct {
    const char *policy;
    const char *own; /* NULL: none */
    const char *name;
    const char *value; /* NULL: nothing is sent */
    const char *text;
} cases[] = {
    {"X-A", NULL, "X-A", "X-A", "exposed by \"X-A\" (test.conf:1)"},
    {"X-A", NULL, "x-a", "X-A", "exposed by \"X-A\" (test.conf:1)"},
    {"X-*", NULL, "X-A", "X-A", "exposed by \"X-*\" (test.conf:1)"},
    {"*", NULL, "X-A", "*", "exposed by \"*\" (test.conf:1)"},
    {"X-A;X-*", NULL, "X-A", "X-A", "exposed by \"X-*\" (test.conf:2)"},
    {"X-A", "X-Q", "X-Q", "X-A, X-Q", "exposed by the response's own list"},
    {"X-A|-X-A", NULL, "X-A", "X-B", "hidden by \"-X-A\" (test.conf:1)"},
    {"X-A;-X-*", NULL, "X-A", "X-B", "hidden by \"-X-*\" (test.conf:2)"},
    {"X-A;-*", NULL, "X-A", NULL, "hidden by \"-*\" (test.conf:2)"},
    {"X-A;!X-N* X-A", NULL, "X-A", "X-B", "hidden by ExposeHeadersNever \"X-A\" (test.conf:2)"},
    {"*;!X-N*", NULL, "X-Node", "X-B", "hidden by ExposeHeadersNever \"X-N*\" (test.conf:2)"},
    {"X-A;None X-B", NULL, "X-A", "X-B", "hidden by \"None\" (test.conf:2)"},
    {"X-A;None X-B", NULL, "X-C", "X-B", "hidden, nothing exposes it"},
    {"X-A", NULL, "X-B", "X-A", "hidden, nothing exposes it"},
    {"X-A env=V", NULL, "X-A", "X-B",
     "hidden, \"X-A\" (test.conf:1) would expose it, but doesn't hold: env=V"},
    {"X-A origin=https://b.example origin=https://c.example env=V", NULL, "X-A", "X-B",
     "hidden, \"X-A\" (test.conf:1) would expose it, but doesn't hold: origin=https://b.example "
     "origin=https://c.example"},
    {"X-A expr=false", NULL, "X-A", "X-B",
     "hidden, \"X-A\" (test.conf:1) would expose it, but doesn't hold: \"expr=false\""},
    {"-X-A;X-A", NULL, "X-A", "X-A",
     "exposed by \"X-A\" (test.conf:2), after \"-X-A\" (test.conf:1)"},
    {"X-A;-X-*|X-*", NULL, "X-A", "X-A",
     "exposed by \"X-*\" (test.conf:1), after \"-X-*\" (test.conf:2)"},
    {"-*;-X-A;X-A;X-A", NULL, "X-A", "X-A",
     "exposed by \"X-A\" (test.conf:4), after \"-X-A\" (test.conf:2)"},
    {"* -X-A X-A", NULL, "X-A", "X-A", "exposed by \"X-A\" (test.conf:1)"},
    {"-X-A env=V;-X-B;X-A", NULL, "X-A", "X-A", "exposed by \"X-A\" (test.conf:3)"},
    {"X-A", NULL, "X-A", NULL, "not sent; it would be exposed by \"X-A\" (test.conf:1)"},
    {"X-A", NULL, "X-A", "X-B", "left out, the list is full; exposed by \"X-A\" (test.conf:1)"},
    {"*", NULL, "Upgrade", "X-B", "hidden, \"*\" (test.conf:1) doesn't write it out: name it"},
    {"X-A", NULL, "Cache-Control", "X-A", "always readable"},
    {"*", NULL, "Set-Cookie", "*", "never readable"},
    {"X-A;@Replace", "X-Q", "X-Q", "X-A", "hidden, nothing exposes it"},
    {"X-A;@Keep", "X-Q", "X-A", "X-Q", "hidden, nothing exposes it"},
};

static void test_headers(apr_pool_t *p)
{
    static const ce_verdict_t verdict = {.reason = CE_REASON_NAMES};
    size_t i;

    for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        apr_array_header_t *own = apr_array_make(p, 1, sizeof(const char *));
        ce_facts_t facts = {.context = {"https://a.example", env, expr, NULL}};
        const ce_explanation_t *explanation;
        ce_name_t name;

        APR_ARRAY_PUSH(own, const char *) = cases[i].own;
        facts.own = cases[i].own ? own : NULL;
        explanation = ce_explain_response(p, merged(p, cases[i].policy, 0), &facts, &verdict);
        ce_name_read(&name, exact(p, cases[i].name));
        is_text(ce_explain_header(p, explanation, &name, cases[i].value), cases[i].text,
                apr_psprintf(p, "%s under '%s'", cases[i].name, cases[i].policy));
    }
}

/* Of the response's own list the explanation knows what the decision looks at */
static void test_looked_at(apr_pool_t *p)
{
    static const ce_verdict_t verdict = {.reason = CE_REASON_NAMES};
    ce_facts_t facts = {.context = {"https://a.example", env, expr, NULL}};
    ce_sources_t sources = {.policy = merged(p, "X-A", 0)};
    char name[CE_VALUE_MAX + 8];
    int len, wrong = 0, both[2] = {0, 0};

    for (len = CE_VALUE_MAX - 8; len < CE_VALUE_MAX + 8; len++) {
        const ce_exposed_t *e;

        memset(name, 'x', sizeof(name));
        name[len] = '\0';
        facts.own = apr_array_make(p, 1, sizeof(const char *));
        APR_ARRAY_PUSH(facts.own, const char *) = apr_pstrcat(p, name, ", X-Q", NULL);
        sources.own = facts.own;
        e = ce_exposed_apply(p, p, &sources, NULL);
        both[e->nvalid - 1] = 1;
        wrong += ce_explain_response(p, sources.policy, &facts, &verdict)->nedits
                 != (int)e->nvalid + 1;
    }
    ok(both[0] && both[1] && !wrong,
       "names of the response's own are explained as far as they count");
}

static void test_statements(apr_pool_t *p)
{
    const ce_policy_t *policy = merged(p, "X-A;X-B|None X-C;-X-D|!X-N", 0);
    const ce_explanation_t *explanation = ce_explain(p, policy);
    const ce_statement_t *statement = explanation->statements;

    if (!ok(explanation->nstatements == 5, "each line is stated once")) {
        return;
    }
    ok(statement[0].forgotten_by == statement[2].line
           && statement[1].forgotten_by == statement[2].line,
       "a None forgets the lines before it");
    ok(!statement[2].forgotten_by && !statement[3].forgotten_by, "and not those from it on");
    ok(statement[4].line->is_never && !statement[4].forgotten_by, "nor a Never list");
    is_text(ce_line_text(p, statement[2].line), "ExposeHeaders None X-C", "a line's edits");
    is_text(ce_line_text(p, statement[3].line), "ExposeHeaders -X-D", "a removal");
    explanation = ce_explain(p, merged(p, "X-A;@Always;@Keep;@Expand|X-B;@Merge", 0));
    ok(explanation->settings[CE_SETTING_WHEN]->line_number == 2
           && explanation->settings[CE_SETTING_BACKEND]->line_number == 2
           && explanation->settings[CE_SETTING_WILDCARD]->line_number == 4
           && !explanation->settings[CE_SETTING_DETAIL],
       "each setting in force has its place, the innermost");
    explanation = ce_explain(p, merged(p, "X-A|!*", 0));
    statement = explanation->statements;
    ok(!statement[0].forgotten_by, "ExposeHeadersNever * forgets no line: it forbids");
}

/* Which lines nothing is left of: of each, the line that takes all of it back, 0: none does */
static void test_undone(apr_pool_t *p)
{
    static const char *const policies[][2] = {
        {"-X-A|X-A", "1 0"},     {"X-A;-X-A", "2 0"},
        {"X-A X-B;-X-A", "0 0"}, {"X-A X-B;-X-A;-X-B", "3 0 0"},
        {"X-A-B;-X-A*", "2 0"},  {"X-A*;-X-A-B", "0 0"},
        {"-X-A X-B;*", "0 0"},   {"-X-A;X-A env=V", "0 0"},
        {"X-A -X-A", "0"},       {"None X-A;-X-A", "0 0"},
        {"X-A;None", "0 0"},     {"X-A;X-A", "0 0"},
        {"X-A;!X-A", "0 0"},
    };
    static const ce_verdict_t verdict = {.reason = CE_REASON_NAMES};
    size_t i;
    int j;

    for (i = 0; i < sizeof(policies) / sizeof(*policies); i++) {
        ce_facts_t facts = {.context = {"https://a.example", env, expr, NULL}};
        const ce_explanation_t *all = ce_explain_response(p, merged(p, policies[i][0], 0), &facts,
                                                          &verdict);
        const char *found = "";

        for (j = 0; j < all->nstatements; j++) {
            const ce_line_t *by = ce_explain_undone(all, &all->statements[j]);

            found = apr_psprintf(p, "%s%s%d", found, j ? " " : "", by ? by->line_number : 0);
        }
        is_text(found, policies[i][1], apr_psprintf(p, "undone lines of '%s'", policies[i][0]));
    }
}

/* What policies come to: containers, and the text */
static void test_policies(apr_pool_t *p)
{
    static const char *const sums[][2] = {
        {"X-A;X-B x-a", "X-A X-B"},
        {"X-A|-X-A", "-X-A"},
        {"X-A -X-B|X-B", "X-A X-B"},
        {"X-A X-B|-X-* E*", "-X-* E*"},
        {"X-A|None", "None"},
        {"X-A env=V|X-B|X-A", "X-B X-A"},
        {"X-A;X-B -X-A env=V|-X-A", "[X-B env=V] -X-A"},
        {"X-A;!X-S|!X-T;@Always;@Merge", "X-A; never X-S X-T; ExposeHeadersWhen Always"},
        {"X-A;@Off;@Keep", "nothing: ExposeHeadersWhen Off; ExposeHeadersBackend Keep"},
        {"X-A;!X-A X-*", "X-A; never X-A X-*"},
        {"@Expand", "nothing; ExposeHeadersWildcard Expand"},
        {"X-A;None env=V", "X-A [None env=V]"},
        {"X-A;-X-A env=V", "X-A [-X-A env=V]"},
    };
    size_t i;

    for (i = 0; i < sizeof(sums) / sizeof(*sums); i++) {
        is_text(ce_explain_policy(p, ce_explain(p, merged(p, sums[i][0], 0))), sums[i][1],
                apr_psprintf(p, "what '%s' comes to", sums[i][0]));
    }
}

/* The same for one response, of which it is known what holds */
static void test_certain_policies(apr_pool_t *p)
{
    static const char *const sums[][2] = {
        {"X-A env=V;X-B env=SET", "X-B"},
        {"X-A;-X-A env=V", "X-A"},
        {"X-A;-X-A env=SET", "-X-A"},
        {"X-A;X-B X-A env=SET", "X-A X-B"},
        {"X-A expr=broken;-X-B expr=broken", "-X-B"},
        {"X-A;None env=SET", "None"},
        {"X-A;None env=V", "X-A"},
    };
    static const ce_verdict_t verdict = {.reason = CE_REASON_NAMES};
    ce_facts_t facts = {.context = {"https://a.example", env, expr, NULL}};
    size_t i;

    for (i = 0; i < sizeof(sums) / sizeof(*sums); i++) {
        is_text(ce_explain_policy(p, ce_explain_response(p, merged(p, sums[i][0], 0), &facts,
                                                         &verdict)),
                sums[i][1], apr_psprintf(p, "what '%s' comes to in one response", sums[i][0]));
    }
}

static void test_texts(apr_pool_t *p)
{
    const ce_policy_t *policy = container(p, "X-A origin=https://b.example env=!V expr=a~==~b");
    const ce_line_t *line = ce_container_of(policy)->lines.first;
    const ce_context_t context = {"https://a.example", env, expr, NULL};

    is_text(ce_line_text(p, line),
            "ExposeHeaders X-A origin=https://b.example env=!V \"expr=a == b\"", "all of the line");
    is_text(ce_line_text(p, ce_container_of(container(p, "!X-N X-M*"))->never.first),
            "ExposeHeadersNever X-N X-M*", "a Never line, without signs");
    ok(!ce_line_fails(p, ce_container_of(container(p, "X-A env=!V"))->lines.first, &context),
       "what holds fails by nothing");
    is_text(ce_setting_text(p, CE_SETTING_WHEN, CE_WHEN_OFF), "ExposeHeadersWhen Off", "a setting");
    is_text(ce_place_text(p, "a.conf", 3), "a.conf:3", "a place");
    is_text(ce_place_text(p, NULL, 0), "no file", "no place");
}

int main(void)
{
    apr_pool_t *p = tap_begin();

    test_headers(p);
    test_looked_at(p);
    test_statements(p);
    test_undone(p);
    test_policies(p);
    test_certain_policies(p);
    test_texts(p);
    return tap_end(p);
}

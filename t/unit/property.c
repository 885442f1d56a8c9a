/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Random policies and responses: what the core decides is what model.h says.
 *
 * From the environment: PROPERTY_CASES (how many), PROPERTY_SEED (of the first;
 * each further one has the next number, so that a case that fails can be run
 * alone).
 */

#include <time.h>

#include "core/decision.h"
#include "explain/explain.h"

#include "model.h"

/* ------------------------------------------------------------------ */
/* The core's answer                                                   */

static apr_array_header_t *words_of_line(apr_pool_t *p, const p_line_t *line)
{
    static const char *const signs[] = {"+", "-", ""};
    static const char *const origins[] = {NULL, "origin=" ORIGIN, "origin=https://*.b.example"};
    static const char *const envs[] = {NULL, "env=SET", "env=!SET"};
    static const char *const exprs[] = {NULL, "expr=true", "expr=false", "expr=broken"};
    apr_array_header_t *words = apr_array_make(p, 8, sizeof(const char *));
    int i;

    for (i = 0; i < line->nedits; i++) {
        const p_edit_t *edit = &line->edits[i];

        APR_ARRAY_PUSH(words,
                       const char *) = edit->op == CE_FORGET
                                           ? "None"
                                           : apr_pstrcat(p, line->is_never ? "" : signs[edit->op],
                                                         edit->text, NULL);
    }
    if (line->origin) {
        APR_ARRAY_PUSH(words, const char *) = origins[line->origin];
    }
    if (line->env) {
        APR_ARRAY_PUSH(words, const char *) = envs[line->env];
    }
    if (line->expr) {
        APR_ARRAY_PUSH(words, const char *) = exprs[line->expr];
    }
    return words;
}

static void fail(const char *what, const char *error)
{
    printf("Bail out! %s: %s\n", what, error);
    exit(1);
}

static ce_policy_t *policy_of(apr_pool_t *p, const p_container_t *container)
{
    ce_policy_t *policy = ce_policy_create(p);
    int i;

    for (i = 0; i < container->nlines; i++) {
        const p_line_t *line = &container->lines[i];
        ce_line_t *parsed = NULL;
        const char *error = (line->is_never ? ce_never_parse
                                            : ce_line_parse)(&parsed, "ExposeHeaders",
                                                             words_of_line(p, line), p);

        error = error ? error : ce_policy_add(policy, parsed, p);
        if (error && strncmp(error, "too many names", 14)) {
            fail("a random line", error);
        }
        if (error) {
            return NULL;
        }
    }
    for (i = 0; i < CE_NSETTINGS; i++) {
        if (container->setting[i]) {
            ce_policy_set(policy, (ce_setting_e)i, container->setting[i], "test.conf", 1, p);
        }
    }
    return policy;
}

/* The containers from..to of a chain of n, some of them prepared, merged in some order */
static const ce_policy_t *merged_case(p_case_t *c, apr_pool_t *p, const int *which, int n)
{
    const ce_policy_t *policies[MAX_CONTAINERS + 1];
    int i, way = rnd(c, ALL_WAYS);

    policies[0] = ce_policy_create(p);
    for (i = 0; i < n; i++) {
        policies[i] = c->containers[which[i]].policy;
    }
    return merged_array(p, policies, n ? n : 1, way);
}

/*
 * A request asked for some of the containers, and became one with others: those
 * that are known count where they were, the others after them.
 */
static const ce_policy_t *chain(p_case_t *c, apr_pool_t *p)
{
    int before[MAX_CONTAINERS], after[MAX_CONTAINERS], nbefore, nafter = 0, i;
    int never_only = rnd(c, 3) == 0;

    nbefore = rnd(c, c->ncontainers + 1);
    for (i = 0; i < nbefore; i++) {
        before[i] = i;
        if (rnd(c, 2)) {
            after[nafter++] = i;
        }
    }
    for (; i < c->ncontainers; i++) {
        after[nafter++] = i;
        c->containers[i].counts = never_only ? 1 : 2;
    }
    return ce_policy_follow(p, merged_case(c, p, before, nbefore), merged_case(c, p, after, nafter),
                            never_only);
}

/* With what other modules add */
static const ce_policy_t *with_added(const p_case_t *c, apr_pool_t *p, const ce_policy_t *policy)
{
    ce_policy_t *added = ce_policy_create(p);
    int i;

    for (i = 0; i < c->nadded; i++) {
        ce_line_t *line = NULL;
        const char *error = ce_added_parse(&line, "add",
                                           apr_array_pstrcat(p, words_of_line(p, &c->added[i]),
                                                             ','),
                                           p);

        error = error ? error : ce_policy_add(added, line, p);
        if (error && strncmp(error, "too many names", 14)) {
            fail("a random addition", error);
        }
        if (error) {
            return NULL;
        }
    }
    return c->nadded ? ce_policy_extend(p, policy, added) : policy;
}

static ce_credential_e client(void *ctx)
{
    const p_case_t *c = ctx;

    return c->cookie          ? CE_CREDENTIAL_COOKIE
           : c->authorization ? CE_CREDENTIAL_AUTHORIZATION
           : c->user          ? CE_CREDENTIAL_USER
           : c->certificate   ? CE_CREDENTIAL_CERTIFICATE
                              : CE_NOT_CREDENTIALED;
}

static unsigned later(void *ctx)
{
    return ((const p_case_t *)ctx)->later;
}

static void set_facts(ce_facts_t *facts, const p_case_t *c, apr_pool_t *p)
{
    apr_table_t *tables[2] = {apr_table_make(p, 4), apr_table_make(p, 4)};
    int i;

    memset(facts, 0, sizeof(*facts));
    for (i = 0; i < c->nheaders; i++) {
        const p_header_t *h = &c->headers[i];

        apr_table_addn(tables[h->in_error_table], exact(p, h->name), exact(p, h->value));
    }
    facts->context.origin = c->origin;
    facts->context.env = env;
    facts->context.expr = expr;
    facts->context.ctx = (void *)c;
    facts->client = client;
    facts->later = later;
    facts->preflight = c->preflight;
    facts->headers_out = tables[0];
    facts->err_headers_out = tables[1];
    facts->status = c->status;
    facts->is_stored = c->is_stored;
    facts->is_for_store = c->is_for_store;
    facts->is_of_other = c->is_of_other;
}

/* ------------------------------------------------------------------ */
/* Both, compared                                                      */

static void print_case(const p_case_t *c, apr_pool_t *p)
{
    int i, k;

    for (i = 0; i < c->ncontainers; i++) {
        const p_container_t *container = &c->containers[i];

        printf("# container (%s):", container->counts == 2 ? "all"
                                    : container->counts    ? "Never"
                                                           : "-");
        for (k = 0; k < CE_NSETTINGS; k++) {
            printf(" %u", container->setting[k]);
        }
        printf("\n");
        for (k = 0; k < container->nlines; k++) {
            printf("#   %s%s\n", container->lines[k].is_never ? "Never " : "",
                   apr_array_pstrcat(p, words_of_line(p, &container->lines[k]), ' '));
        }
    }
    for (i = 0; i < c->nadded; i++) {
        printf("# added %s\n", apr_array_pstrcat(p, words_of_line(p, &c->added[i]), ' '));
    }
    for (i = 0; i < c->nheaders; i++) {
        printf("# %s%s: %s\n", c->headers[i].in_error_table ? "!" : "", c->headers[i].name,
               c->headers[i].value);
    }
    printf("# %s, status %d, stored %d, for the store %d, later %u, user %d, certificate %d\n",
           c->origin ? c->origin : "no Origin", c->status, c->is_stored, c->is_for_store, c->later,
           c->user, c->certificate);
}

static int is_same_text(const char *a, const char *b)
{
    return a && b ? !strcmp(a, b) : a == b;
}

/* What was listed before it turned out not to be there had its room by then */
static int is_vague(const p_case_t *c, const answer_t *a)
{
    int i;

    for (i = 0; i < c->nheaders && a->is_cut; i++) {
        if (same(c->headers[i].name, "Connection") || (c->later & CE_DROPS_ETAG)) {
            return 1;
        }
    }
    return 0;
}

static int is_same_answer(const p_case_t *c, const ce_verdict_t *verdict, const answer_t *a)
{
    return !strcmp(ce_reason_word(verdict->reason), a->reason)
           && !verdict->untouched == !a->untouched
           && verdict->only_never
                  == (verdict->reason == CE_REASON_OFF || verdict->reason == CE_REASON_STORED)
           && (a->untouched
               || (is_same_text(verdict->value, a->value) && !verdict->vary == !a->vary
                   && !verdict->left_out == !a->is_cut)
               || is_vague(c, a));
}

/* The explanation names the last edit that matches: it exposes what the model exposes */
static int is_explained(const p_case_t *c, apr_pool_t *p, const ce_policy_t *policy,
                        const ce_facts_t *facts, const ce_verdict_t *verdict)
{
    const ce_explanation_t *explanation = ce_explain_response(p, policy, facts, verdict);
    model_t *m = apr_pcalloc(p, sizeof(*m));
    size_t i;

    m->c = c;
    read_policy(m);
    read_headers(m, p);
    push_all(m, verdict->only_never);
    if (m->is_cut) {
        return 1; /* it explains what isn't looked at, too: the list is full */
    }
    for (i = 0; i < sizeof(names) / sizeof(*names); i++) {
        const ce_because_t *because;
        ce_name_t name;

        ce_name_read(&name, names[i]);
        if (ce_explain_name(explanation, &name, &because) != is_exposed(m, names[i])) {
            printf("# wrongly explained: %s\n", names[i]);
            return 0;
        }
    }
    return 1;
}

static const char *explicit_names(apr_pool_t *p, const ce_policy_t *policy)
{
    ce_sources_t sources = {.policy = policy};
    apr_uint32_t missing = 0;

    return ce_value_write(p, ce_exposed_apply(p, p, &sources, NULL), 0, &missing);
}

/* What edits without conditions come to, read as one line, exposes what they expose */
static int is_summed(p_case_t *c, apr_pool_t *p, apr_uint64_t seed)
{
    const ce_policy_t *policy = ce_policy_create(p);
    ce_policy_t *sum = ce_policy_create(p);
    ce_line_t *line = NULL;
    const char *text;
    int i, k, same;

    random_case(c, p, seed);
    for (i = 0; i < c->ncontainers; i++) {
        p_container_t *container = &c->containers[i];

        memset(container->setting, 0, sizeof(container->setting));
        for (k = 0; k < container->nlines; k++) {
            p_line_t *it = &container->lines[k];

            it->is_never = it->origin = it->env = it->expr = 0;
        }
        container->policy = policy_of(p, container);
        if (!container->policy) {
            return 1; /* refused: no case */
        }
        policy = ce_policy_merge(p, policy, container->policy);
    }
    text = ce_explain_policy(p, ce_explain(p, policy));
    if (strcmp(text, "nothing")
        && (ce_line_parse(&line, "x", words_of(p, text), p) || ce_policy_add(sum, line, p))) {
        return strlen(text) > CE_CONTAINER_BYTES; /* too much for one */
    }
    same = !strcasecmp(explicit_names(p, policy), explicit_names(p, sum));
    for (i = 0; i < (int)(sizeof(names) / sizeof(*names)) && same; i++) {
        const ce_because_t *because;
        ce_name_t name;

        ce_name_read(&name, names[i]);
        same = ce_explain_name(ce_explain(p, policy), &name, &because)
               == ce_explain_name(ce_explain(p, sum), &name, &because);
    }
    if (!same) {
        printf("# seed %" APR_UINT64_T_FMT " comes to %s\n", seed, text);
        print_case(c, p);
    }
    return same;
}

static int seen[CE_REASON_WRITTEN_OUT + 1][2]; /* how often each reason came up, and with a list */

static int is_right(p_case_t *c, apr_pool_t *p, apr_uint64_t seed)
{
    const ce_policy_t *policy;
    ce_facts_t facts;
    ce_verdict_t verdict;
    answer_t a;
    int i;

    random_case(c, p, seed);
    for (i = 0; i < c->ncontainers; i++) {
        c->containers[i].policy = policy_of(p, &c->containers[i]);
        if (!c->containers[i].policy) {
            return 1; /* refused: no case */
        }
        if (rnd(c, 2)) {
            prepared(p, c->containers[i].policy);
        }
    }
    policy = with_added(c, p, chain(c, p));
    if (!policy) {
        return 1;
    }
    answer(&a, c, p);
    set_facts(&facts, c, p);
    memset(&verdict, 0x55, sizeof(verdict));
    ce_decide(&verdict, p, policy, &facts);
    seen[verdict.reason][!verdict.untouched && verdict.value]++;
    if (is_same_answer(c, &verdict, &a) && is_explained(c, p, policy, &facts, &verdict)) {
        return 1;
    }
    printf("# seed %" APR_UINT64_T_FMT "\n", seed);
    print_case(c, p);
    printf("# got      %s, %s '%s'%s%s\n# expected %s, %s '%s'%s%s\n",
           ce_reason_word(verdict.reason), verdict.untouched ? "untouched" : "sent",
           verdict.untouched || !verdict.value ? "" : verdict.value,
           !verdict.untouched && verdict.vary ? ", Vary" : "",
           !verdict.untouched && verdict.left_out ? ", cut" : "", a.reason,
           a.untouched ? "untouched" : "sent", a.untouched || !a.value ? "" : a.value,
           a.vary ? ", Vary" : "", a.is_cut ? ", cut" : "");
    return 0;
}

static apr_uint64_t number_from(const char *variable, apr_uint64_t otherwise)
{
    const char *text = getenv(variable);

    return text && *text ? (apr_uint64_t)strtoull(text, NULL, 10) : otherwise;
}

#ifndef PROPERTY_NO_MAIN
int main(void)
{
    apr_pool_t *p = tap_begin();
    apr_uint64_t n = number_from("PROPERTY_CASES", 20000), seed, i;
    int wrong = 0, wrong_sums = 0;

    seed = number_from("PROPERTY_SEED", (apr_uint64_t)time(NULL) * 1000000);
    printf("# PROPERTY_SEED=%" APR_UINT64_T_FMT "\n", seed);
    for (i = 0; i < n && wrong < 3; i++) {
        apr_pool_t *sub = subpool(p);
        p_case_t *c = apr_palloc(sub, sizeof(*c));

        wrong += !is_right(c, sub, seed + i);
        wrong_sums += wrong_sums < 3 && !is_summed(c, sub, seed + i);
        apr_pool_destroy(sub);
    }
    ok(!wrong, "%" APR_UINT64_T_FMT " random policies and responses are decided as the design says",
       i);
    ok(!wrong_sums, "and their edits come to what they expose");
    for (i = 0; i <= CE_REASON_WRITTEN_OUT && n >= 20000; i++) {
        ok(seen[i][0] + seen[i][1] > 50, "%s came up %d times, and %d times with a list",
           ce_reason_word((ce_reason_e)i), seen[i][0], seen[i][1]);
    }
    return tap_end(p);
}
#endif

/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Directive words. Each line of an input is a directive of one container: E, N
 * or A (ExposeHeaders, ExposeHeadersNever, cors_expose_add) and its words, with
 * a carriage return between them.
 */

#include "fuzz.h"

#include "explain/explain.h"
#include "explain/review.h"

#include "naive.h"

static apr_array_header_t *cut(apr_pool_t *p, const char *text)
{
    apr_array_header_t *words = apr_array_make(p, 4, sizeof(const char *));

    while (*text) {
        size_t len = strcspn(text, "\r");

        APR_ARRAY_PUSH(words, const char *) = exact(p, apr_pstrmemdup(p, text, len));
        text += len + (text[len] != '\0');
    }
    return words;
}

static const char *star_free(apr_pool_t *p, const char *text)
{
    char *copy = apr_pstrdup(p, text), *out = copy;

    for (; *text; text++) {
        if (*text != '*' || out == copy || out[-1] != '*') {
            *out++ = *text;
        }
    }
    *out = '\0';
    return copy;
}

static void check_line(apr_pool_t *p, const ce_line_t *line, const n_line_t *naive)
{
    const ce_condition_t *condition = line->condition;
    int i;

    CHECK(line->nedits == naive->nedits, "%d edits", line->nedits);
    for (i = 0; i < line->nedits && i < N_EDITS; i++) {
        const ce_edit_t *edit = &line->edits[i];
        const char *text = star_free(p, naive->edits[i].text);

        CHECK(edit->op == naive->edits[i].op, "%s", text);
        CHECK(edit->name.len == strlen(text)
                  && (!edit->name.len || !memcmp(edit->name.text, text, edit->name.len)),
              "%s", text);
        CHECK(edit->kind
                  == (!strcmp(text, "*")  ? CE_WILDCARD
                      : strchr(text, '*') ? CE_PATTERN
                                          : CE_NAME),
              "%s", text);
    }
    CHECK(!condition == !(naive->norigins || naive->env || naive->expr), "a condition");
    if (condition) {
        CHECK((condition->origins ? condition->origins->nelts : 0) == naive->norigins, "origins");
        CHECK(!condition->env == !naive->env && !condition->expr_text == !naive->expr, "kinds");
        CHECK(!naive->expr || !strcmp(condition->expr_text, naive->expr), "%s", naive->expr);
        CHECK(!naive->env
                  || (condition->env_negated == (*naive->env == '!')
                      && !strcmp(condition->env, naive->env + (*naive->env == '!'))),
              "%s", naive->env);
    }
}

/* What is written of a line reads as the same line */
static void check_text(apr_pool_t *p, const ce_line_t *line)
{
    ce_line_t *again = NULL, bare = *line;
    const char *text, *error;

    bare.condition = NULL;
    text = strchr(ce_line_text(p, &bare), ' ') + 1;
    error = ce_added_parse(&again, "again", text, p);
    CHECK(!error && again->nedits == line->nedits
              && !strcmp(strchr(ce_line_text(p, again), ' ') + 1, text),
          "%s", text);
    ce_line_text(p, line);
}

static void try_line(apr_pool_t *p, ce_policy_t *policy, const char *text, int number)
{
    ce_container_t *container = (ce_container_t *)policy;
    n_kind_e kind = *text == 'N' ? N_NEVER_LINE : *text == 'A' ? N_ADDED_LINE : N_EDIT_LINE;
    apr_array_header_t *words = cut(p, *text ? text + 1 : text);
    ce_line_t *line = NULL;
    const char *error;
    n_line_t naive;
    int accepted, i;

    if (kind == N_ADDED_LINE) {
        words->nelts = words->nelts > 1 ? 1 : words->nelts;
        error = ce_added_parse(&line, "a", words->nelts ? APR_ARRAY_IDX(words, 0, char *) : "", p);
    }
    else {
        error = (kind == N_NEVER_LINE ? ce_never_parse : ce_line_parse)(&line, "a", words, p);
    }
    accepted = n_line_read(p, &naive, words, kind);
    CHECK((error == NULL) == accepted, "%s", error ? error : "accepted");
    if (error) {
        CHECK(!strncmp(error, "a: ", 3) && error[strlen(error) - 1] == ')', "%s", error);
        return;
    }
    check_line(p, line, &naive);
    if (kind == N_EDIT_LINE) {
        check_text(p, line);
    }
    if (kind != N_ADDED_LINE) {
        line->file = "fuzz.conf";
        line->line_number = number;
        error = ce_policy_add(policy, line, p);
        for (i = 0; i < line->nedits && !error; i++) {
            CHECK(container->npatterns <= CE_CONTAINER_PATTERNS
                      && container->bytes <= CE_CONTAINER_BYTES,
                  "%u patterns", container->npatterns);
        }
    }
}

static void try_input(apr_pool_t *p, const char *text)
{
    ce_policy_t *policy = ce_policy_create(p);
    const char *line;
    int number = 0;

    while ((line = next_line(p, &text))) {
        try_line(p, policy, line, ++number);
    }
    if (policy->flags) {
        ce_findings_t *findings = ce_findings_make(p, 1);

        ce_review(findings, ce_container_of(policy), policy, 0, subpool(p));
    }
}

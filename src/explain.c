/* SPDX-License-Identifier: Apache-2.0 */

#include <string.h>
#include <strings.h>

#include "apr_strings.h"

#include "ce_explain.h"

/* ------------------------------------------------------------------ */
/* Texts                                                               */

/* Whether a name is one only because of the sign before it: +None, +-X, +!X */
static int needs_sign(const ce_name_t *name)
{
    static const char *const words[] = {"None", "On", "Off", "All", "True", "False"};
    apr_size_t i;

    for (i = 0; i < sizeof(words) / sizeof(*words); i++) {
        if (name->len == strlen(words[i]) && !strncasecmp(name->text, words[i], name->len)) {
            return 1;
        }
    }
    return *name->text == '+' || *name->text == '-' || *name->text == '!';
}

const char *ce_edit_text(apr_pool_t *p, const ce_edit_t *edit)
{
    if (edit->op == CE_FORGET) {
        return "None";
    }
    return apr_psprintf(p, "%s%.*s",
                        edit->op == CE_REMOVE     ? "-"
                        : needs_sign(&edit->name) ? "+"
                                                  : "",
                        (int)edit->name.len, edit->name.text);
}

const char *ce_edits_text(apr_pool_t *p, const ce_line_t *line)
{
    apr_array_header_t *texts = apr_array_make(p, line->nedits + 1, sizeof(const char *));
    int i;

    for (i = 0; i < line->nedits; i++) {
        APR_ARRAY_PUSH(texts, const char *) = ce_edit_text(p, &line->edits[i]);
    }
    return apr_array_pstrcat(p, texts, ' ');
}

static const char *origins_text(apr_pool_t *p, const apr_array_header_t *origins)
{
    const char *text = "";
    int i;

    for (i = 0; origins && i < origins->nelts; i++) {
        text = apr_pstrcat(p, text,
                           i ? " origin=" : "origin=", APR_ARRAY_IDX(origins, i, ce_origin_t).text,
                           NULL);
    }
    return text;
}

static const char *env_text(apr_pool_t *p, const ce_condition_t *condition)
{
    return apr_pstrcat(p, condition->env_negated ? "env=!" : "env=", condition->env, NULL);
}

static const char *expr_text(apr_pool_t *p, const ce_condition_t *condition)
{
    return apr_pstrcat(p, "\"expr=", condition->expr_text, "\"", NULL);
}

const char *ce_condition_text(apr_pool_t *p, const ce_condition_t *condition)
{
    const char *texts[3];
    int i, n = 0;
    const char *all = "";

    if (!condition) {
        return all;
    }
    if (condition->origins) {
        texts[n++] = origins_text(p, condition->origins);
    }
    if (condition->env) {
        texts[n++] = env_text(p, condition);
    }
    if (condition->expr_text) {
        texts[n++] = expr_text(p, condition);
    }
    for (i = 0; i < n; i++) {
        all = apr_pstrcat(p, all, i ? " " : "", texts[i], NULL);
    }
    return all;
}

const char *ce_place_text(apr_pool_t *p, const char *file, int line_number)
{
    return file ? apr_psprintf(p, "%s:%d", file, line_number) : "no file";
}

const char *ce_explain_edit(apr_pool_t *p, const ce_because_t *because)
{
    const ce_line_t *line = because->statement->line;
    const char *edit = ce_edit_text(p, because->edit);

    switch (because->statement->by) {
    case CE_BY_RESPONSE:
        return "the response's own list";
    case CE_BY_MODULE:
        return apr_psprintf(p, "\"%s\" (another module)", edit);
    case CE_BY_NEVER:
        /* its words have no sign */
        return apr_psprintf(p, "ExposeHeadersNever \"%s\" (%s)", edit + 1,
                            ce_place_text(p, line->file, line->line_number));
    default:
        return apr_psprintf(p, "\"%s\" (%s)", edit,
                            ce_place_text(p, line->file, line->line_number));
    }
}

/* ------------------------------------------------------------------ */
/* Which lines count                                                   */

/* The first condition that doesn't hold: a line with that one alone fails, too */
static const char *failing_condition(apr_pool_t *p, const ce_line_t *line,
                                     const ce_context_t *context)
{
    ce_condition_t one = {line->condition->origins, NULL, NULL, NULL, 0};
    ce_line_t with_one = *line;

    with_one.condition = &one;
    if (one.origins && ce_line_holds(&with_one, context) == CE_FAILS) {
        return origins_text(p, one.origins);
    }
    one.origins = NULL;
    one.env = line->condition->env;
    one.env_negated = line->condition->env_negated;
    if (one.env && ce_line_holds(&with_one, context) == CE_FAILS) {
        return env_text(p, line->condition);
    }
    return expr_text(p, line->condition);
}

static ce_statement_t *state(ce_explanation_t *explanation, ce_by_e by, const ce_line_t *line,
                             int is_set_aside)
{
    ce_statement_t *statement = apr_array_push(explanation->statements);

    memset(statement, 0, sizeof(*statement));
    statement->by = by;
    statement->line = line;
    statement->holds = CE_HOLDS;
    statement->is_set_aside = is_set_aside;
    return statement;
}

static void state_lines(ce_explanation_t *explanation, apr_pool_t *p, ce_by_e by,
                        const ce_container_t *container, const ce_line_t *line, int is_set_aside,
                        const ce_context_t *context)
{
    for (; line; line = line->next) {
        ce_statement_t *statement = state(explanation, by, line, is_set_aside);

        statement->container = container;
        if (!is_set_aside && context) {
            statement->holds = ce_line_holds(line, context);
        }
        if (statement->holds == CE_FAILS) {
            statement->fails = failing_condition(p, line, context);
        }
    }
}

/* The response's own list, as a line of edits that add; those that can be read */
static ce_line_t *own_line(apr_pool_t *p, const apr_array_header_t *own)
{
    apr_array_header_t *edits = apr_array_make(p, 8, sizeof(ce_edit_t));
    ce_line_t *line = apr_pcalloc(p, sizeof(*line));
    int i;

    for (i = 0; own && i < own->nelts; i++) {
        const char *list = APR_ARRAY_IDX(own, i, const char *);
        ce_edit_t edit = {{NULL, 0, 0}, CE_ADD, CE_NAME};
        ce_list_e what;

        while ((what = ce_list_next(&list, &edit.name)) != CE_LIST_END) {
            edit.kind = ce_name_is_wildcard(&edit.name) ? CE_WILDCARD : CE_NAME;
            if (what == CE_LIST_NAME) {
                APR_ARRAY_PUSH(edits, ce_edit_t) = edit;
            }
        }
    }
    line->edits = (const ce_edit_t *)edits->elts;
    line->nedits = edits->nelts;
    return line;
}

/* Whether nothing before the line counts any more */
static int forgets(const ce_statement_t *statement)
{
    int i;

    for (i = 0; i < statement->line->nedits; i++) {
        const ce_edit_t *edit = &statement->line->edits[i];

        if (edit->op == CE_FORGET || (edit->op == CE_REMOVE && edit->kind == CE_WILDCARD)) {
            return statement->holds != CE_FAILS && !statement->is_set_aside;
        }
    }
    return 0;
}

static void mark_forgotten(ce_explanation_t *explanation)
{
    const ce_line_t *by = NULL;
    int i;

    for (i = explanation->statements->nelts - 1; i >= 0; i--) {
        ce_statement_t *statement = &APR_ARRAY_IDX(explanation->statements, i, ce_statement_t);

        if (statement->by != CE_BY_NEVER) {
            statement->forgotten_by = by;
        }
        if (forgets(statement)) {
            by = statement->line;
        }
    }
}

const ce_explanation_t *ce_explain(apr_pool_t *p, const ce_policy_t *policy, const ce_line_t *added,
                                   const apr_array_header_t *own, int own_only,
                                   const ce_context_t *context)
{
    ce_explanation_t *explanation = apr_palloc(p, sizeof(*explanation));
    const ce_line_t *own_edits = own_line(p, own);
    const ce_container_t **containers;
    apr_uint32_t n, i;

    explanation->statements = apr_array_make(p, 8, sizeof(ce_statement_t));
    containers = ce_policy_containers(p, policy, &n);
    if (own_edits->nedits) {
        state(explanation, CE_BY_RESPONSE, own_edits,
              !own_only && policy->setting[CE_BACKEND] == CE_REPLACE);
        own_only |= policy->setting[CE_BACKEND] == CE_KEEP;
    }
    for (i = 0; i < n; i++) {
        state_lines(explanation, p, CE_BY_CONTAINER, containers[i], containers[i]->first, own_only,
                    context);
    }
    state_lines(explanation, p, CE_BY_MODULE, NULL, added, own_only, context);
    for (i = 0; i < n; i++) {
        state_lines(explanation, p, CE_BY_NEVER, containers[i], containers[i]->first_never, 0,
                    context);
    }
    mark_forgotten(explanation);
    return explanation;
}

/* ------------------------------------------------------------------ */
/* Which edit decides                                                  */

static int is_about(const ce_edit_t *edit, const ce_name_t *name)
{
    switch (edit->kind) {
    case CE_NAME:
        return edit->op == CE_FORGET || ce_name_equal(&edit->name, name);
    case CE_PATTERN:
        return ce_name_matches(&edit->name, name);
    default:
        return 1;
    }
}

int ce_explain_name(const ce_explanation_t *explanation, const ce_name_t *name,
                    ce_because_t *because)
{
    int i, j;

    because->statement = NULL;
    because->edit = NULL;
    for (i = explanation->statements->nelts - 1; i >= 0; i--) {
        const ce_statement_t *statement = &APR_ARRAY_IDX(explanation->statements, i,
                                                         ce_statement_t);

        if (statement->holds == CE_FAILS || statement->is_set_aside) {
            continue;
        }
        for (j = statement->line->nedits - 1; j >= 0; j--) {
            const ce_edit_t *edit = &statement->line->edits[j];

            if ((statement->holds == CE_HOLDS || edit->op != CE_ADD) && is_about(edit, name)) {
                because->statement = statement;
                because->edit = edit;
                return edit->op == CE_ADD;
            }
        }
    }
    return 0;
}

static const char *why_missing(apr_pool_t *p, const ce_because_t *because, const char *value)
{
    if (!value) {
        return apr_pstrcat(p, "not sent; it would be exposed by ", ce_explain_edit(p, because),
                           NULL);
    }
    if (because->edit->kind == CE_NAME) {
        return apr_pstrcat(p, "left out, the list is full; exposed by ",
                           ce_explain_edit(p, because), NULL);
    }
    return apr_pstrcat(p, "hidden, ", ce_explain_edit(p, because), " doesn't write it out: name it",
                       NULL);
}

/* An addition of the name that doesn't count: its condition doesn't hold, or
 * else a None came after it. Returns whether there is one. */
static int find_addition(const ce_explanation_t *explanation, const ce_name_t *name, int fails,
                         ce_because_t *found)
{
    int i, j;

    for (i = explanation->statements->nelts - 1; i >= 0; i--) {
        const ce_statement_t *statement = &APR_ARRAY_IDX(explanation->statements, i,
                                                         ce_statement_t);

        if (statement->is_set_aside || (statement->holds == CE_FAILS) != fails) {
            continue;
        }
        for (j = 0; j < statement->line->nedits; j++) {
            if (statement->line->edits[j].op == CE_ADD
                && is_about(&statement->line->edits[j], name)) {
                found->statement = statement;
                found->edit = &statement->line->edits[j];
                return 1;
            }
        }
    }
    return 0;
}

static const char *why_hidden(apr_pool_t *p, const ce_explanation_t *explanation,
                              const ce_name_t *name, const ce_because_t *because)
{
    ce_because_t other;

    if (because->statement
        && (because->edit->op != CE_FORGET || find_addition(explanation, name, 0, &other))) {
        return apr_pstrcat(p, "hidden by ", ce_explain_edit(p, because), NULL);
    }
    if (find_addition(explanation, name, 1, &other)) {
        return apr_pstrcat(p, "hidden, ", ce_explain_edit(p, &other),
                           " would expose it, but doesn't hold: ", other.statement->fails, NULL);
    }
    return "hidden, nothing exposes it";
}

const char *ce_explain_header(apr_pool_t *p, const ce_explanation_t *explanation,
                              const ce_name_t *name, const char *value)
{
    unsigned class = ce_name_class(name);
    const char *text = apr_pstrmemdup(p, name->text, name->len);
    ce_because_t because;

    if (class & CE_NAME_FORBIDDEN) {
        return "never readable";
    }
    if (class & CE_NAME_SAFELISTED) {
        return "always readable";
    }
    if (!ce_explain_name(explanation, name, &because)) {
        return why_hidden(p, explanation, name, &because);
    }
    /* '*' in the value stands for every name */
    return value && ce_list_has(value, text)
               ? apr_pstrcat(p, "exposed by ", ce_explain_edit(p, &because), NULL)
               : why_missing(p, &because, value);
}

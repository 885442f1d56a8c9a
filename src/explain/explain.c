/* SPDX-License-Identifier: Apache-2.0 */

#include <string.h>

#include "apr_strings.h"

#include "explain/explain.h"

/* ------------------------------------------------------------------ */
/* Texts                                                               */

/* Whether a name is one only because of the sign before it: +None, +-X, +!X */
static int needs_sign(const char *name)
{
    return ce_list_has("None, On, Off, All, True, False", name) || strchr("+-!", *name);
}

static const char *edit_text(apr_pool_t *p, const ce_line_t *line, const ce_edit_t *edit)
{
    const char *name = apr_pstrmemdup(p, edit->name.text, edit->name.len);

    if (edit->op == CE_FORGET) {
        return "None";
    }
    if (line->is_never) {
        return name; /* a removal, configured without a sign */
    }
    return apr_pstrcat(p, edit->op == CE_REMOVE ? "-" : needs_sign(name) ? "+" : "", name, NULL);
}

/* The edits of a line but for those that are idle, if that is known of each */
static const char *edits_text(apr_pool_t *p, const ce_line_t *line, const unsigned char *idle)
{
    apr_array_header_t *texts = apr_array_make(p, line->nedits + 1, sizeof(const char *));
    int i;

    for (i = 0; i < line->nedits; i++) {
        if (!idle || !idle[i]) {
            APR_ARRAY_PUSH(texts, const char *) = edit_text(p, line, &line->edits[i]);
        }
    }
    return apr_array_pstrcat(p, texts, ' ');
}

static const char *condition_text(apr_pool_t *p, const ce_condition_t *condition)
{
    const char *text = "";
    int i;

    for (i = 0; condition && i < CE_NCONDITIONS; i++) {
        if (condition->texts[i]) {
            text = apr_pstrcat(p, text, *text ? " " : "",
                               apr_array_pstrcat(p, condition->texts[i], ' '), NULL);
        }
    }
    return text;
}

const char *ce_line_text(apr_pool_t *p, const ce_line_t *line)
{
    return apr_pstrcat(p, line->is_never ? "ExposeHeadersNever " : "ExposeHeaders ",
                       edits_text(p, line, NULL), line->condition ? " " : "",
                       condition_text(p, line->condition), NULL);
}

const char *ce_setting_text(apr_pool_t *p, ce_setting_e setting, unsigned value)
{
    return apr_pstrcat(p, ce_setting_word(setting, 0), " ", ce_setting_word(setting, value), NULL);
}

const char *ce_place_text(apr_pool_t *p, const char *file, int line_number)
{
    return file ? apr_psprintf(p, "%s:%d", file, line_number) : "no file";
}

const char *ce_because_text(apr_pool_t *p, const ce_because_t *because)
{
    const ce_line_t *line = because->statement->line;

    if (!because->statement->container) {
        return "the response's own list";
    }
    return apr_psprintf(p, "%s\"%s\" (%s)", line->is_never ? "ExposeHeadersNever " : "",
                        edit_text(p, line, because->edit),
                        line->file ? ce_place_text(p, line->file, line->line_number)
                                   : "another module");
}

/* ------------------------------------------------------------------ */
/* Which lines count                                                   */

/* State lines, from one on. What they have in common is filled in. */
static void add_statements(apr_array_header_t *statements, ce_statement_t statement,
                           const ce_line_t *line, const ce_context_t *context)
{
    for (; line; line = line->next) {
        statement.line = line;
        statement.holds = context && !statement.is_set_aside ? ce_line_holds(line, context)
                                                             : CE_HOLDS;
        statement.fails = statement.holds == CE_FAILS
                              ? ce_line_fails(statements->pool, line, context)
                              : NULL;
        APR_ARRAY_PUSH(statements, ce_statement_t) = statement;
    }
}

/* The response's own list, as a line of edits that add: those that can be read, as far as it is
 * looked at. NULL: none can. */
static const ce_line_t *own_line(apr_pool_t *p, const apr_array_header_t *own)
{
    apr_array_header_t *edits = apr_array_make(p, 8, sizeof(ce_edit_t));
    ce_line_t *line = apr_pcalloc(p, sizeof(*line));
    apr_size_t looked_at = 0;
    int i;

    for (i = 0; own && i < own->nelts; i++) {
        const char *list = APR_ARRAY_IDX(own, i, const char *);
        ce_edit_t edit = {.op = CE_ADD};
        ce_list_e what;

        while (looked_at <= CE_VALUE_MAX
               && (what = ce_list_next(&list, &edit.name)) != CE_LIST_END) {
            looked_at += ce_room_of(&edit.name);
            edit.kind = ce_name_is_wildcard(&edit.name) ? CE_WILDCARD : CE_NAME;
            if (what == CE_LIST_NAME) {
                APR_ARRAY_PUSH(edits, ce_edit_t) = edit;
            }
        }
    }
    line->edits = (const ce_edit_t *)edits->elts;
    line->nedits = edits->nelts;
    return line->nedits ? line : NULL;
}

/* Whether an edit counts: of a line with a broken expression, what doesn't add */
static int counts(const ce_because_t *because)
{
    const ce_statement_t *statement = because->statement;

    return !statement->is_set_aside
           && (statement->holds == CE_HOLDS
               || (statement->holds == CE_BROKEN && because->edit->op != CE_ADD));
}

/* Whether nothing before the edit counts any more */
static int forgets(const ce_because_t *because)
{
    const ce_edit_t *edit = because->edit;

    return counts(because)
           && (edit->op == CE_FORGET || (edit->op == CE_REMOVE && edit->kind == CE_WILDCARD));
}

/* All edits of the lines, and which line forgets which ones before it. Never's come last. */
static void list_edits(ce_explanation_t *explanation, apr_array_header_t *lines)
{
    ce_statement_t *statements = (ce_statement_t *)lines->elts;
    apr_array_header_t *edits = apr_array_make(lines->pool, 16, sizeof(ce_because_t));
    int i, j, kept = 0; /* no line before this one counts any more */

    for (i = 0; i < lines->nelts; i++) {
        const ce_line_t *line = statements[i].line;

        for (j = 0; j < line->nedits; j++) {
            ce_because_t because = {&statements[i], &line->edits[j]};

            APR_ARRAY_PUSH(edits, ce_because_t) = because;
            while (!line->is_never && forgets(&because) && kept < i) {
                statements[kept++].forgotten_by = line;
            }
        }
    }
    explanation->statements = statements;
    explanation->nstatements = lines->nelts;
    explanation->edits = (const ce_because_t *)edits->elts;
    explanation->nedits = edits->nelts;
}

/* @param context NULL: each condition holds */
static const ce_explanation_t *explain(apr_pool_t *p, const ce_policy_t *policy,
                                       const ce_line_t *own, int only_never,
                                       const ce_context_t *context)
{
    unsigned backend = policy->setting[CE_SETTING_BACKEND];
    ce_explanation_t *explanation = apr_pcalloc(p, sizeof(*explanation));
    apr_array_header_t *lines = apr_array_make(p, 8, sizeof(ce_statement_t));
    const ce_container_t **containers = ce_policy_containers(p, policy);
    ce_statement_t statement = {.is_set_aside = !only_never && backend == CE_BACKEND_REPLACE};
    apr_uint32_t i;
    int j;

    add_statements(lines, statement, own, NULL);
    statement.is_set_aside = only_never || (own && backend == CE_BACKEND_KEEP);
    for (i = 0; i < policy->ncontainers; i++) {
        statement.container = containers[i];
        add_statements(lines, statement, containers[i]->lines.first, context);
        for (j = 0; j < CE_NSETTINGS; j++) {
            if (containers[i]->policy.setting[j]) {
                explanation->settings[j] = &containers[i]->places[j];
            }
        }
    }
    statement.is_set_aside = 0;
    for (i = 0; i < policy->ncontainers; i++) {
        statement.container = containers[i];
        add_statements(lines, statement, containers[i]->never.first, NULL);
    }
    explanation->policy = policy;
    explanation->is_certain = context != NULL;
    list_edits(explanation, lines);
    return explanation;
}

const ce_explanation_t *ce_explain(apr_pool_t *p, const ce_policy_t *policy)
{
    return explain(p, policy, NULL, 0, NULL);
}

const ce_explanation_t *ce_explain_response(apr_pool_t *p, const ce_policy_t *policy,
                                            const ce_facts_t *facts, const ce_verdict_t *verdict)
{
    return explain(p, policy, own_line(p, facts->own), verdict->only_never, &facts->context);
}

/* ------------------------------------------------------------------ */
/* Which edit decides                                                  */

static int is_about(const ce_edit_t *edit, const ce_name_t *name)
{
    return edit->op == CE_FORGET
           || (edit->kind == CE_NAME ? ce_name_equal : ce_name_matches)(&edit->name, name);
}

int ce_explain_name(const ce_explanation_t *explanation, const ce_name_t *name,
                    const ce_because_t **because)
{
    int i;

    for (i = explanation->nedits - 1; i >= 0; i--) {
        *because = &explanation->edits[i];
        if (counts(*because) && is_about((*because)->edit, name)) {
            return (*because)->edit->op == CE_ADD;
        }
    }
    *because = NULL;
    return 0;
}

/* Whether a later edit does the opposite with all that an edit is about */
static int takes_back(const ce_edit_t *later, const ce_edit_t *edit)
{
    /* a None, which forgets, is about no name */
    return later->op != edit->op && later->op != CE_FORGET && edit->op != CE_FORGET
           && is_about(later, &edit->name);
}

const ce_because_t *ce_explain_taken_back(const ce_explanation_t *explanation,
                                          const ce_because_t *edit)
{
    const ce_because_t *later, *end = explanation->edits + explanation->nedits;

    for (later = edit; later < end && !later->statement->line->is_never; later++) {
        if (counts(later) && takes_back(later->edit, edit->edit)
            && (explanation->is_certain || !later->statement->line->condition)) {
            return later;
        }
    }
    return NULL;
}

const ce_line_t *ce_explain_undone(const ce_explanation_t *explanation,
                                   const ce_statement_t *statement)
{
    const ce_because_t *edit, *by = NULL, *end = explanation->edits + explanation->nedits;

    for (edit = explanation->edits; edit < end; edit++) {
        if (edit->statement == statement && !(by = ce_explain_taken_back(explanation, edit))) {
            return NULL;
        }
    }
    return by ? by->statement->line : NULL;
}

/* ", after ..." the last removal, on another line, that the edit which exposes a name undoes */
static const char *after_text(apr_pool_t *p, const ce_explanation_t *explanation,
                              const ce_name_t *name, const ce_because_t *because)
{
    const ce_because_t *before, *removal = NULL;

    for (before = explanation->edits; before < because; before++) {
        if (before->edit->op == CE_REMOVE && before->statement != because->statement
            && counts(before) && is_about(before->edit, name)) {
            removal = before;
        }
    }
    return removal ? apr_pstrcat(p, ", after ", ce_because_text(p, removal), NULL) : "";
}

static const char *why_hidden(apr_pool_t *p, const ce_explanation_t *explanation,
                              const ce_name_t *name, const ce_because_t *because)
{
    /* of the last line that adds it and whose condition holds, and of the last whose doesn't */
    const ce_because_t *adding[] = {NULL, NULL};
    const ce_because_t *other, *end = explanation->edits + explanation->nedits;

    for (other = explanation->edits; other < end; other++) {
        const ce_because_t **last = &adding[other->statement->holds == CE_FAILS];

        if (other->edit->op == CE_ADD && !other->statement->is_set_aside
            && !(*last && (*last)->statement == other->statement) && is_about(other->edit, name)) {
            *last = other;
        }
    }
    /* a None hides only what was there */
    if (because && (because->edit->op != CE_FORGET || adding[0])) {
        return apr_pstrcat(p, "hidden by ", ce_because_text(p, because), NULL);
    }
    if (adding[1]) {
        return apr_pstrcat(p, "hidden, ", ce_because_text(p, adding[1]),
                           " would expose it, but doesn't hold: ", adding[1]->statement->fails,
                           NULL);
    }
    return "hidden, nothing exposes it";
}

const char *ce_explain_header(apr_pool_t *p, const ce_explanation_t *explanation,
                              const ce_name_t *name, const char *value)
{
    ce_class_e class = ce_name_class(name);
    const ce_because_t *because;
    const char *by;

    if (class == CE_NAME_FORBIDDEN) {
        return "never readable";
    }
    if (class == CE_NAME_SAFELISTED) {
        return "always readable";
    }
    if (!ce_explain_name(explanation, name, &because)) {
        return why_hidden(p, explanation, name, because);
    }
    by = ce_because_text(p, because);
    if (!value) {
        return apr_pstrcat(p, "not sent; it would be exposed by ", by, NULL);
    }
    /* '*' in the value stands for every name */
    if (ce_list_has(value, apr_pstrmemdup(p, name->text, name->len))) {
        return apr_pstrcat(p, "exposed by ", by, after_text(p, explanation, name, because), NULL);
    }
    if (because->edit->kind == CE_NAME) {
        return apr_pstrcat(p, "left out, the list is full; exposed by ", by, NULL);
    }
    return apr_pstrcat(p, "hidden, ", by, " doesn't write it out: name it", NULL);
}

/* ------------------------------------------------------------------ */
/* What a policy comes to                                              */

/* Whether the edit doesn't count, or later ones that count for certain leave nothing to it. Those
 * that are idle themselves count where they take away: what came before stays taken away. */
static int is_idle(const ce_explanation_t *explanation, int i, unsigned char *idle)
{
    const ce_because_t *edits = explanation->edits;
    const ce_edit_t *edit = edits[i].edit;
    int is_certain = explanation->is_certain, j;

    if (!counts(&edits[i])) {
        return 1;
    }
    for (j = i + 1; j < explanation->nedits && !edits[j].statement->line->is_never; j++) {
        const ce_edit_t *later = edits[j].edit;

        if (!counts(&edits[j]) || (!is_certain && edits[j].statement->line->condition)) {
            continue;
        }
        if (forgets(&edits[j])) {
            return 1;
        }
        if (later->op == edit->op && !idle[j] && edit->op != CE_FORGET
            && ce_name_equal(&later->name, &edit->name)) {
            /* a name that is exposed twice keeps its first place */
            idle[j] = (is_certain || !edits[i].statement->line->condition) && edit->kind == CE_NAME
                      && edit->op == CE_ADD;
            return !idle[j];
        }
        if ((edit->op == CE_ADD || !idle[j]) && takes_back(later, edit)) {
            return 1;
        }
    }
    return 0;
}

static const char *settings_text(apr_pool_t *p, const ce_policy_t *policy)
{
    const char *text = "";
    int i;

    for (i = 0; i < CE_NSETTINGS; i++) {
        unsigned value = policy->setting[i];

        /* 1 is the default. What is Off comes to nothing: that is said before. */
        if (value > 1 && (i != CE_SETTING_WHEN || value != CE_WHEN_OFF)) {
            text = apr_pstrcat(p, text, "; ", ce_setting_text(p, (ce_setting_e)i, value), NULL);
        }
    }
    return text;
}

const char *ce_explain_policy(apr_pool_t *p, const ce_explanation_t *explanation)
{
    const ce_policy_t *policy = explanation->policy;
    int n = explanation->nedits, i;
    unsigned char *idle = apr_pcalloc(p, (apr_size_t)n); /* of each edit */
    apr_array_header_t *edits = apr_array_make(p, 8, sizeof(const char *));
    apr_array_header_t *never = apr_array_make(p, 4, sizeof(const char *));

    for (i = n - 1; i >= 0; i--) {
        idle[i] = (unsigned char)is_idle(explanation, i, idle);
    }
    APR_ARRAY_PUSH(never, const char *) = "; never";
    for (i = 0; i < explanation->nstatements; i++) {
        const ce_line_t *line = explanation->statements[i].line;
        const char *text = edits_text(p, line, idle);

        if (*text && line->condition && !explanation->is_certain) {
            text = apr_pstrcat(p, "[", text, " ", condition_text(p, line->condition), "]", NULL);
        }
        if (*text) {
            APR_ARRAY_PUSH(line->is_never ? never : edits, const char *) = text;
        }
        idle += line->nedits;
    }
    return apr_pstrcat(p,
                       policy->setting[CE_SETTING_WHEN] == CE_WHEN_OFF
                           ? "nothing: ExposeHeadersWhen Off"
                       : edits->nelts ? apr_array_pstrcat(p, edits, ' ')
                                      : "nothing",
                       never->nelts > 1 ? apr_array_pstrcat(p, never, ' ') : "",
                       settings_text(p, policy), NULL);
}

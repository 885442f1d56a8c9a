/* SPDX-License-Identifier: Apache-2.0 */

#include "apr_hash.h"
#include "apr_strings.h"

#include "ce_explain.h"
#include "ce_index.h"
#include "ce_summary.h"

/* The edits of a policy, read from the last to the first */
typedef struct reader_t {
    apr_pool_t *p;
    ce_index_t later; /* the edits without conditions that come later */
    apr_hash_t *idle; /* edits that change nothing, by their addresses */
    int is_forgotten; /* a None or -* comes later */
} reader_t;

const char *ce_summary_setting(apr_pool_t *p, ce_setting_e setting, unsigned value)
{
    static const char *const words[CE_NSETTINGS][4] = {
        [CE_BACKEND] = {"Backend", "Merge", "Replace", "Keep"},
        [CE_WILDCARD_AS] = {"Wildcard", "Auto", "Expand"},
        [CE_WHEN] = {"When", "CORS", "Allowed", "Always"},
    };

    return apr_psprintf(p, "ExposeHeaders%s %s", words[setting][0],
                        setting == CE_WHEN && value == CE_OFF ? "Off" : words[setting][value]);
}

const char *ce_summary_never(apr_pool_t *p, const ce_line_t *line)
{
    apr_array_header_t *texts = apr_array_make(p, line->nedits + 1, sizeof(const char *));
    int i;

    for (i = 0; i < line->nedits; i++) {
        /* they are removals, and configured without a sign */
        APR_ARRAY_PUSH(texts, const char *) = ce_edit_text(p, &line->edits[i]) + 1;
    }
    return apr_array_pstrcat(p, texts, ' ');
}

/* ------------------------------------------------------------------ */
/* Which edits are idle                                                */

static void mark_idle(reader_t *reader, const ce_edit_t *edit)
{
    apr_hash_set(reader->idle, apr_pmemdup(reader->p, &edit, sizeof(edit)), sizeof(edit), edit);
}

/* A name that is exposed twice keeps its first place. Returns whether the edit is idle. */
static int is_idle(reader_t *reader, const ce_edit_t *edit, int has_condition)
{
    const ce_entry_t *same = ce_index_find(&reader->later, edit);

    if (reader->is_forgotten || (same && (same->edit->op != edit->op || has_condition))) {
        return 1;
    }
    if (!same) {
        return ce_index_opposite(&reader->later, edit) != NULL;
    }
    if (edit->op == CE_ADD && edit->kind == CE_NAME) {
        mark_idle(reader, same->edit);
        return 0;
    }
    return 1;
}

static void read_edit(reader_t *reader, const ce_edit_t *edit, const ce_line_t *line)
{
    int has_condition = line->condition != NULL;

    if (edit->op == CE_FORGET ? reader->is_forgotten : is_idle(reader, edit, has_condition)) {
        mark_idle(reader, edit);
        return;
    }
    if (has_condition) {
        return;
    }
    if (edit->op != CE_FORGET) {
        ce_index_put(&reader->later, edit, line);
    }
    reader->is_forgotten |= edit->op == CE_FORGET
                            || (edit->op == CE_REMOVE && edit->kind == CE_WILDCARD);
}

static void read_policy(reader_t *reader, const apr_array_header_t *statements)
{
    int i, j;

    for (i = statements->nelts - 1; i >= 0; i--) {
        const ce_statement_t *statement = &APR_ARRAY_IDX(statements, i, ce_statement_t);

        for (j = statement->line->nedits - 1; statement->by == CE_BY_CONTAINER && j >= 0; j--) {
            read_edit(reader, &statement->line->edits[j], statement->line);
        }
    }
}

/* ------------------------------------------------------------------ */
/* The text                                                            */

static void push(apr_array_header_t *texts, const char *text)
{
    APR_ARRAY_PUSH(texts, const char *) = text;
}

static void write_line(const reader_t *reader, apr_array_header_t *texts, const ce_line_t *line)
{
    apr_array_header_t *edits = apr_array_make(reader->p, line->nedits, sizeof(const char *));
    const char *text;
    int i;

    for (i = 0; i < line->nedits; i++) {
        const ce_edit_t *edit = &line->edits[i];

        if (!apr_hash_get(reader->idle, &edit, sizeof(edit))) {
            push(edits, ce_edit_text(reader->p, edit));
        }
    }
    if (edits->nelts) {
        text = apr_array_pstrcat(reader->p, edits, ' ');
        push(texts, line->condition ? apr_psprintf(reader->p, "[%s %s]", text,
                                                   ce_condition_text(reader->p, line->condition))
                                    : text);
    }
}

static const char *settings_text(apr_pool_t *p, const ce_policy_t *policy)
{
    static const unsigned defaults[CE_NSETTINGS] =
        {[CE_BACKEND] = CE_MERGE, [CE_WILDCARD_AS] = CE_AUTO, [CE_WHEN] = CE_CORS};
    const char *text = "";
    int i;

    for (i = 0; i < CE_NSETTINGS; i++) {
        if (policy->setting[i] && policy->setting[i] != defaults[i]
            && !(i == CE_WHEN && policy->setting[i] == CE_OFF)) {
            text = apr_pstrcat(p, text, "; ",
                               ce_summary_setting(p, (ce_setting_e)i, policy->setting[i]), NULL);
        }
    }
    return text;
}

const char *ce_summary(apr_pool_t *p, const ce_policy_t *policy)
{
    const ce_explanation_t *explanation = ce_explain(p, policy, NULL, NULL, 0, NULL);
    apr_array_header_t *edits = apr_array_make(p, 8, sizeof(const char *));
    apr_array_header_t *never = apr_array_make(p, 4, sizeof(const char *));
    reader_t reader = {.p = p, .idle = apr_hash_make(p)};
    const char *text;
    int i;

    ce_index_init(&reader.later, p, policy->nedits);
    read_policy(&reader, explanation->statements);
    for (i = 0; i < explanation->statements->nelts; i++) {
        const ce_statement_t *statement = &APR_ARRAY_IDX(explanation->statements, i,
                                                         ce_statement_t);

        if (statement->by == CE_BY_CONTAINER) {
            write_line(&reader, edits, statement->line);
        }
        else if (statement->line->nedits) {
            push(never, ce_summary_never(p, statement->line));
        }
    }
    text = policy->setting[CE_WHEN] == CE_OFF ? "nothing: ExposeHeadersWhen Off"
           : edits->nelts                     ? apr_array_pstrcat(p, edits, ' ')
                                              : "nothing";
    if (never->nelts) {
        text = apr_pstrcat(p, text, "; never ", apr_array_pstrcat(p, never, ' '), NULL);
    }
    return apr_pstrcat(p, text, settings_text(p, policy), NULL);
}

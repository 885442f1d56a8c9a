/* SPDX-License-Identifier: Apache-2.0 */

/**
 * @file explain.h
 * @brief Which edit decides about a name, from which line; which lines count, and why others don't.
 *
 * A second opinion on what exposed.h works out: it walks the edits from the
 * last to the first. Only people ask for it, so it is plain and slow. Texts are
 * made in the pool that is given.
 */

#ifndef CE_EXPLAIN_H
#define CE_EXPLAIN_H

#include "apr_pools.h"
#include "apr_tables.h"

#include "core/decision.h"

/** One line, and what becomes of it. */
typedef struct ce_statement_t {
    const ce_container_t *container; /**< whose line it is; NULL: the response's own list */
    const ce_line_t *line;
    ce_holds_e holds;
    const char *fails;             /**< the condition that doesn't hold, as configured, or NULL */
    const ce_line_t *forgotten_by; /**< a later line that has None or -*; NULL: none */
    int is_set_aside; /**< no edit counts: the own list does (Keep), or nothing does (Off) */
} ce_statement_t;

/** An edit, and whose it is. */
typedef struct ce_because_t {
    const ce_statement_t *statement;
    const ce_edit_t *edit;
} ce_because_t;

/** All that is said about one response, or about one that may come. */
typedef struct ce_explanation_t {
    const ce_policy_t *policy;
    const ce_statement_t *statements; /**< in order */
    int nstatements;
    const ce_because_t *edits; /**< theirs, in order */
    int nedits;
    const ce_place_t *settings[CE_NSETTINGS]; /**< where each in force stands, or NULL */
    int is_certain;                           /**< it is known of each condition whether it holds */
} ce_explanation_t;

/**
 * Look at all edits that a configuration has, as if each condition held.
 * @return in @a p; borrows from the policy
 */
const ce_explanation_t *ce_explain(apr_pool_t *p, const ce_policy_t *policy);

/**
 * Look at all edits that decide a response: the policy's and those of its own list.
 * @param facts what conditions are asked of
 * @param verdict what ce_decide made of them
 * @return in @a p; borrows from all of them
 */
const ce_explanation_t *ce_explain_response(apr_pool_t *p, const ce_policy_t *policy,
                                            const ce_facts_t *facts, const ce_verdict_t *verdict);

/** @return 1 if @a name is exposed, else 0; @a because is set to what decides: NULL: nothing does
 */
int ce_explain_name(const ce_explanation_t *explanation, const ce_name_t *name,
                    const ce_because_t **because);

/** @return the later edit that counts, and does the opposite with all that an edit is about, or
 * NULL */
const ce_because_t *ce_explain_taken_back(const ce_explanation_t *explanation,
                                          const ce_because_t *edit);

/** @return the later line that leaves nothing to a statement's, which counts; NULL: none does */
const ce_line_t *ce_explain_undone(const ce_explanation_t *explanation,
                                   const ce_statement_t *statement);

/**
 * Say what becomes of a header: `exposed by "X-A" (api.conf:14), after "-X-A" (api.conf:3)`.
 * @param value the list that is sent; NULL: none is
 */
const char *ce_explain_header(apr_pool_t *p, const ce_explanation_t *explanation,
                              const ce_name_t *name, const char *value);

/**
 * Say what a policy comes to: the edits that no later one makes idle, `X-A X-*; never X-C;
 * ExposeHeadersWhen Always`. Where conditions aren't certain they are there, in brackets:
 * `[X-B env=V]`.
 */
const char *ce_explain_policy(apr_pool_t *p, const ce_explanation_t *explanation);

/** @return the edit with its place: `"-X-Node" (.htaccess:2)` */
const char *ce_because_text(apr_pool_t *p, const ce_because_t *because);

/** @return a line as configured, "ExposeHeaders X-A -X-* env=B" */
const char *ce_line_text(apr_pool_t *p, const ce_line_t *line);

/** @return "ExposeHeadersWhen Off"; @a value isn't 0 */
const char *ce_setting_text(apr_pool_t *p, ce_setting_e setting, unsigned value);

/** @return "file:line", or what it is where there is no file */
const char *ce_place_text(apr_pool_t *p, const char *file, int line_number);

#endif /* CE_EXPLAIN_H */

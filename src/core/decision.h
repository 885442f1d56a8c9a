/* SPDX-License-Identifier: Apache-2.0 */

/**
 * @file decision.h
 * @brief From a policy and the facts of one response to a verdict.
 */

#ifndef CE_DECISION_H
#define CE_DECISION_H

#include "apr_pools.h"

#include "core/exposed.h"
#include "core/facts.h"
#include "core/policy.h"

/** How a response came out, in the order in which it is decided. */
typedef enum {
    CE_REASON_OFF,          /**< ExposeHeadersWhen Off */
    CE_REASON_PREFLIGHT,    /**< a preflight is none of our business */
    CE_REASON_STORED,       /**< a cache's answer: its list is finished */
    CE_REASON_NOT_ALLOWED,  /**< the response fails Fetch's CORS check */
    CE_REASON_NO_ORIGIN,    /**< no Origin, and nothing that a stored copy would need */
    CE_REASON_NOT_MODIFIED, /**< a 304 whose list could replace a better one */
    CE_REASON_EMPTY,        /**< nothing is exposed */
    CE_REASON_NAMES,        /**< explicit names */
    CE_REASON_WILDCARD,     /**< '*' */
    CE_REASON_WRITTEN_OUT   /**< explicit names, and what patterns or '*' expose of this response */
} ce_reason_e;

/** What to do with the response. */
typedef struct ce_verdict_t {
    ce_reason_e reason;
    int untouched;               /**< leave the response alone; value and vary don't count */
    const ce_exposed_t *exposed; /**< what the edits come to; NULL: nobody asked */
    const char *value;           /**< to be sent in place of what is there; NULL: nothing is */
    int only_never;              /**< no edit counted but Never's: Off, or a stored answer */
    int vary;                    /**< whether Origin is to be merged into Vary */
    apr_uint32_t left_out;       /**< names that didn't fit */
} ce_verdict_t;

/**
 * Decide a response. Asks the facts' functions for what the case needs, each
 * condition once.
 * @param verdict filled in; its strings live as long as @a p, the policy and the tables
 * @param policy with at least one directive
 * @param facts what comes from the response is filled in, once
 */
void ce_decide(ce_verdict_t *verdict, apr_pool_t *p, const ce_policy_t *policy, ce_facts_t *facts);

/**
 * Write out every header of a response that could be on a list.
 * @param left_out increased by those that don't fit
 */
const char *ce_decide_everything(apr_pool_t *p, const ce_facts_t *facts, apr_uint32_t *left_out);

/**
 * @return 1 if a 304 to a request with Origin can't be made right: stored
 *         copies of the URL differ by origin in what only a whole response
 *         shows. Then none is to be asked for.
 */
static inline int ce_decide_needs_full_response(const ce_policy_t *policy)
{
    return (policy->flags & (CE_ADDS_PATTERN | CE_ON_RESPONSE))
           && policy->setting[CE_SETTING_WHEN] != CE_WHEN_OFF
           && ((policy->flags & CE_ON_ORIGIN)
               || policy->setting[CE_SETTING_WHEN] == CE_WHEN_ALLOWED);
}

/** @return the reason's word, static */
const char *ce_reason_word(ce_reason_e reason);

#endif /* CE_DECISION_H */

/* SPDX-License-Identifier: Apache-2.0 */

/**
 * @file ce_summary.h
 * @brief What a policy comes to, in the words of the directives.
 */

#ifndef CE_SUMMARY_H
#define CE_SUMMARY_H

#include "apr_pools.h"

#include "ce_policy.h"

/**
 * Say what a policy comes to: the edits that no later one makes idle, those
 * with conditions in brackets, as `X-A X-* [X-B env=DEBUG]; never X-Secret;
 * ExposeHeadersWhen Always`.
 * @return in @a p
 */
const char *ce_summary(apr_pool_t *p, const ce_policy_t *policy);

/** @return "ExposeHeadersWhen Off", in @a p; @a value isn't 0 */
const char *ce_summary_setting(apr_pool_t *p, ce_setting_e setting, unsigned value);

/** @return an ExposeHeadersNever line's names, with spaces between them, in @a p */
const char *ce_summary_never(apr_pool_t *p, const ce_line_t *line);

#endif /* CE_SUMMARY_H */

/* SPDX-License-Identifier: Apache-2.0 */

/**
 * @file ce_review.h
 * @brief What is worth a warning at startup.
 */

#ifndef CE_REVIEW_H
#define CE_REVIEW_H

#include "apr_pools.h"
#include "apr_tables.h"

#include "ce_policy.h"

/**
 * Look for what is accepted but does nothing, or isn't what it seems.
 * @param warnings of const char *: texts are pushed, in @a p
 */
void ce_review(const ce_container_t *container, apr_array_header_t *warnings, apr_pool_t *p);

#endif /* CE_REVIEW_H */

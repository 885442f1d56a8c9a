/* SPDX-License-Identifier: Apache-2.0 */

/**
 * @file ce_review.h
 * @brief What is worth saying about a container at startup.
 */

#ifndef CE_REVIEW_H
#define CE_REVIEW_H

#include "apr_pools.h"

#include "ce_findings.h"
#include "ce_policy.h"

/** What a container is reviewed with. */
typedef struct ce_surroundings_t {
    const ce_policy_t
        *server;         /**< the server's own directives; the container's may be among them */
    int is_server;       /**< the container is the server's own */
    int is_on_elsewhere; /**< something may take back an ExposeHeadersWhen Off */
} ce_surroundings_t;

/**
 * Review a container.
 * @param scratch for what isn't kept
 */
void ce_review(ce_findings_t *findings, const ce_container_t *container,
               const ce_surroundings_t *around, apr_pool_t *scratch);

#endif /* CE_REVIEW_H */

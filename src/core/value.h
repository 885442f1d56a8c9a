/* SPDX-License-Identifier: Apache-2.0 */

/**
 * @file value.h
 * @brief What is exposed, written as the header's value.
 */

#ifndef CE_VALUE_H
#define CE_VALUE_H

#include "core/exposed.h"

/** The longest header's name that is written out, and as many bytes of such names are looked at. */
#define CE_LISTED_MAX 1000
#define CE_LOOKED_AT_MAX 65536
/** As many headers come later. */
#define CE_LATER_MAX 5

/** The headers of a response, for what patterns expose of them. */
typedef struct ce_headers_t {
    const apr_table_t *tables[2];
    apr_table_entry_t later[CE_LATER_MAX]; /**< the keys of headers that come later */
    int nlater;                            /**< of later */
    int drops_etag;                        /**< whether ETag goes later */
    int are_valid;                         /**< whether all names are known to be tokens */
} ce_headers_t;

/**
 * Apply a complete policy's edits now, unless they have conditions or this was done.
 * @param p as long-lived as the policy
 * @param scratch for what isn't kept
 */
void ce_value_prepare(ce_policy_t *policy, apr_pool_t *p, apr_pool_t *scratch);

/**
 * Write the explicit names.
 * @param wildcard whether '*' comes before them
 * @param missing increased by the names that don't fit or weren't looked at
 * @return "A, B" in @a p, or the policy's own; "" for nothing
 */
const char *ce_value_write(apr_pool_t *p, const ce_exposed_t *exposed, int wildcard,
                           apr_uint32_t *missing);

/**
 * Write the explicit names and, after them, each header that patterns expose;
 * as ce_value_write.
 */
const char *ce_value_write_out(apr_pool_t *p, const ce_exposed_t *exposed,
                               const ce_headers_t *headers, apr_uint32_t *missing);

#endif /* CE_VALUE_H */

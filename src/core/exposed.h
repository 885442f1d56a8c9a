/* SPDX-License-Identifier: Apache-2.0 */

/**
 * @file exposed.h
 * @brief What is exposed: edits applied in the order in which they count, and written as a list.
 *
 * There is one way from edits to the list. They are applied to one value: the
 * explicit names in order, and the rules that patterns and removals are; the
 * last rule that matches a name decides. What the configuration says without
 * conditions is applied once, at startup, into the same kind of value.
 */

#ifndef CE_EXPOSED_H
#define CE_EXPOSED_H

#include "apr_pools.h"
#include "apr_tables.h"

#include "core/names.h"
#include "core/policy.h"

/** The longest value that is sent, in bytes. */
#define CE_VALUE_MAX 8000
/** As many names fit into it, of one letter each with ", " between them. No more are looked at. */
#define CE_NAMES_MAX ((CE_VALUE_MAX + 2) / 3)
/** As many headers come later. */
#define CE_LATER_MAX 5

/** A pattern, added or removed. */
typedef struct ce_rule_t {
    ce_name_t pattern;
    ce_op_e op; /**< CE_ADD, CE_REMOVE; CE_FORGET: out of force */
} ce_rule_t;

/** The value that edits are applied to. */
typedef struct ce_exposed_t {
    ce_names_t names;         /**< the explicit names, and those that removals hide */
    ce_rule_t *rules;         /**< the last one that matches a name decides */
    apr_uint32_t nrules;      /**< of rules */
    apr_uint32_t npatterns;   /**< of the rules, those that add and are in force */
    apr_uint32_t nown;        /**< the first of the names' members are the response's own list's */
    apr_uint32_t first;       /**< no member before this one has outlived the last None */
    apr_size_t bytes;         /**< of all names to be written, with ", " for each */
    apr_uint32_t ntaken;      /**< explicit names and '*' that were taken out again */
    apr_uint32_t nvalid;      /**< elements of the own list that are names */
    apr_uint32_t nmalformed;  /**< elements of the own list that aren't */
    ce_name_t malformed;      /**< the first of those */
    apr_uint32_t left_out;    /**< names of the response that weren't looked at */
    unsigned char everything; /**< '*' is in force with no removal after it */
    unsigned char forgets;    /**< there was a None, or everything was removed */
    const char *text;         /**< "*" and the explicit names, written at startup; or NULL */
} ce_exposed_t;

/** What is applied for one response. */
typedef struct ce_sources_t {
    const ce_policy_t *policy;
    const apr_array_header_t *own; /**< the response's own lists, of const char *, or NULL */
    int own_decides;               /**< Keep: own's elements count alone, if one is valid */
    int own_only;                  /**< no edit counts: what is left of own by Never */
} ce_sources_t;

/** The headers of a response, for what patterns expose of them. */
typedef struct ce_headers_t {
    const apr_table_t *tables[2];
    apr_table_entry_t later[CE_LATER_MAX]; /**< the keys of headers that come later */
    int nlater;                            /**< of later */
    int drops_etag;                        /**< whether ETag goes later */
} ce_headers_t;

/**
 * Apply a complete policy's edits now, unless they have conditions or this was done.
 * @param p as long-lived as the policy
 * @param scratch for what isn't kept
 */
void ce_exposed_prepare(ce_policy_t *policy, apr_pool_t *p, apr_pool_t *scratch);

/**
 * Apply all edits of a response.
 * @param context NULL: the policy has no conditions
 * @return in @a p, or the policy's own; borrows from @a sources
 */
const ce_exposed_t *ce_exposed_apply(apr_pool_t *p, const ce_sources_t *sources,
                                     const ce_context_t *context);

/**
 * Write the explicit names.
 * @param wildcard whether '*' comes before them
 * @param missing increased by the names that don't fit or weren't looked at
 * @return "A, B" in @a p, or the policy's own; "" for nothing
 */
const char *ce_exposed_write(apr_pool_t *p, const ce_exposed_t *exposed, int wildcard,
                             apr_uint32_t *missing);

/**
 * Write the explicit names and, after them, each header that patterns expose;
 * as ce_exposed_write.
 */
const char *ce_exposed_write_out(apr_pool_t *p, const ce_exposed_t *exposed,
                                 const ce_headers_t *headers, apr_uint32_t *missing);

#endif /* CE_EXPOSED_H */

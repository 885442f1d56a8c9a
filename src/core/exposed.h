/* SPDX-License-Identifier: Apache-2.0 */

/**
 * @file exposed.h
 * @brief What is exposed: edits applied in the order in which they count.
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
/** A pattern, added or removed. */
typedef struct ce_rule_t {
    ce_name_t pattern;
    ce_op_e op; /**< CE_ADD, CE_REMOVE; CE_FORGET: out of force */
} ce_rule_t;

/** The value that edits are applied to. */
typedef struct ce_exposed_t {
    /** the explicit names, and those that removals hide: how many rules came before these */
    ce_names_t names;
    ce_rule_t *rules;        /**< the last one that matches a name decides */
    apr_uint32_t nrules;     /**< of rules */
    apr_uint32_t npatterns;  /**< of the rules, those that add and are in force */
    apr_uint32_t nown;       /**< the first of the names' members are the response's own list's */
    apr_uint32_t nforgotten; /**< none of the first so many members has outlived the last None */
    apr_size_t bytes;        /**< of all names to be written, with ", " for each */
    apr_uint32_t ntaken;     /**< explicit names and '*' that were taken out again */
    apr_uint32_t nvalid;     /**< elements of the own list that are names */
    apr_uint32_t nmalformed; /**< elements of the own list that aren't */
    ce_name_t malformed;     /**< the first of those */
    apr_uint32_t left_out;   /**< names of the response that weren't looked at */
    const char *bound; /**< what all containers have too much of, static; then nothing is applied */
    const ce_container_t *excess; /**< the container in which it got too much; NULL: none */
    unsigned char everything;     /**< '*' is in force with no removal after it */
    unsigned char forgets;        /**< there was a None, or everything was removed */
    const char *text;             /**< "*" and the explicit names, written at startup; or NULL */
} ce_exposed_t;

/** What is applied for one response. */
typedef struct ce_sources_t {
    const ce_policy_t *policy;
    const apr_array_header_t *own; /**< the response's own lists, of const char *, or NULL */
    int own_decides;               /**< Keep: own's elements count alone, if one is valid */
    int own_only;                  /**< no edit counts: what is left of own by Never */
    int without_never;             /**< Never doesn't count */
} ce_sources_t;

/**
 * Apply all edits of a response.
 * @param scratch for the table that finds names
 * @param context NULL: the policy has no conditions
 * @return in @a p, or the policy's own; borrows from @a sources
 */
const ce_exposed_t *ce_exposed_apply(apr_pool_t *p, apr_pool_t *scratch,
                                     const ce_sources_t *sources, const ce_context_t *context);

/** @return what a name takes of the value, with ", "; 0: it is longer than the value, and left out
 * alone */
static inline apr_size_t ce_room_of(const ce_name_t *name)
{
    return name->len > CE_VALUE_MAX ? 0 : name->len + 2;
}

#endif /* CE_EXPOSED_H */

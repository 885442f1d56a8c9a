/* SPDX-License-Identifier: Apache-2.0 */

/**
 * @file names.h
 * @brief An ordered set of names: each once, found by hash.
 */

#ifndef CE_NAMES_H
#define CE_NAMES_H

#include "apr_pools.h"

#include "core/name.h"

/** What a member of the set is. */
typedef enum {
    CE_GONE,     /**< no member any more; its place stays empty */
    CE_EXPLICIT, /**< a name of the list */
    CE_REMOVED   /**< a name that a removal hides */
} ce_member_e;

typedef struct ce_member_t {
    ce_name_t name;
    apr_uint32_t value; /**< whatever the set's owner keeps of it; unset at first */
    ce_member_e state;
} ce_member_t;

typedef struct ce_names_t {
    ce_member_t *members;  /**< in the order in which they came */
    apr_uint32_t nmembers; /**< of members, those that are gone too */
    apr_uint32_t nslots;   /**< of slots */
    apr_uint32_t *slots;   /**< a hash table: index into members, plus one; 0: free */
} ce_names_t;

/**
 * How many slots are looked at for a name that a response brings. With a
 * quarter of the slots in use, honest names need more once in a million sets
 * of the largest size; names that were chosen to collide cost no more.
 */
#define CE_PROBES_MAX 32

/**
 * Make an empty set.
 * @param p for the members
 * @param scratch for the table that finds them
 * @param room for how many members, those that go included; no more may be added
 */
void ce_names_init(ce_names_t *names, apr_pool_t *p, apr_pool_t *scratch, apr_uint32_t room);

/** Look for a name from a slot on that is in use; as ce_names_find. */
ce_member_t *ce_names_probe(const ce_names_t *names, const ce_name_t *name, apr_uint32_t **slot,
                            int bounded);

/**
 * Look for a name.
 * @param slot set to where the name goes; NULL if it is to be left out, since
 *        CE_PROBES_MAX slots were in use
 * @param bounded whether CE_PROBES_MAX applies
 * @return the member, which may be gone, or NULL
 */
static inline ce_member_t *ce_names_find(const ce_names_t *names, const ce_name_t *name,
                                         apr_uint32_t **slot, int bounded)
{
    /* by the upper bits of the hash, its best */
    *slot = &names->slots[(apr_uint64_t)name->hash * names->nslots >> 32];
    return **slot ? ce_names_probe(names, name, slot, bounded) : NULL;
}

/** @return where the next name goes: it may be read in place, and stays only if it is kept */
static inline ce_member_t *ce_names_next(const ce_names_t *names)
{
    return &names->members[names->nmembers];
}

/**
 * Keep the name that was read in place.
 * @param slot from ce_names_find for it
 */
static inline void ce_names_keep(ce_names_t *names, apr_uint32_t *slot, ce_member_e state)
{
    names->members[names->nmembers].state = state;
    *slot = ++names->nmembers;
}

/**
 * Append a name, which isn't there or is gone.
 * @param slot from ce_names_find
 * @return the new member
 */
static inline ce_member_t *ce_names_append(ce_names_t *names, apr_uint32_t *slot,
                                           const ce_name_t *name, ce_member_e state)
{
    ce_member_t *member = ce_names_next(names);

    member->name = *name;
    ce_names_keep(names, slot, state);
    return member;
}

#endif /* CE_NAMES_H */

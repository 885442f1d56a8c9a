/* SPDX-License-Identifier: Apache-2.0 */

/**
 * @file ce_index.h
 * @brief Edits, found by what they are about.
 */

#ifndef CE_INDEX_H
#define CE_INDEX_H

#include "apr_pools.h"

#include "ce_line.h"
#include "ce_names.h"

typedef struct ce_entry_t {
    const ce_edit_t *edit;
    const ce_line_t *line;
} ce_entry_t;

typedef struct ce_index_t {
    ce_names_t names;       /**< patterns too, as if they were names */
    ce_entry_t *entries;    /**< for each of the names, the last edit that was put */
    ce_entry_t *patterns;   /**< all of them */
    apr_uint32_t npatterns; /**< of patterns */
    apr_uint32_t first;     /**< no name before this one has outlived the last None */
} ce_index_t;

/** @param room for how many edits */
void ce_index_init(ce_index_t *index, apr_pool_t *p, apr_uint32_t room);

/** Put an edit that isn't a None. */
void ce_index_put(ce_index_t *index, const ce_edit_t *edit, const ce_line_t *line);

/**
 * Take out all that a removal or a None is about.
 * @return 1 if there was something, or may be since a pattern was put; else 0
 */
int ce_index_take_out(ce_index_t *index, const ce_edit_t *edit);

/** @return the last edit about the same name or pattern, or NULL */
const ce_entry_t *ce_index_find(const ce_index_t *index, const ce_edit_t *edit);

/**
 * @return an edit that does something else with all that @a edit is about, or
 *         NULL; NULL, too, where the last edit about the same does the same
 */
const ce_entry_t *ce_index_opposite(const ce_index_t *index, const ce_edit_t *edit);

#endif /* CE_INDEX_H */

/* SPDX-License-Identifier: Apache-2.0 */

/**
 * @file words.h
 * @brief What the words of a directive look like, to one who knows HTTP's usual ones.
 */

#ifndef CE_WORDS_H
#define CE_WORDS_H

#include "apr_hash.h"
#include "apr_pools.h"

#include "core/line.h"

/** Why Origin is tested by origin= and by nothing else. */
#define CE_WORDS_SAY_ORIGIN                                                                        \
    "origin= with each origin that may read it: only then no cache and no browser gives one "      \
    "origin's list to another"

/** @return a name as it is shown, in @a p */
const char *ce_words_name(const ce_name_t *name, apr_pool_t *p);

/**
 * @param words ends with NULL; one that ends with '*' stands for all that begin so
 * @return 1 if a text of @a len bytes is one of them, in any case; else 0
 */
int ce_words_have(const char *const *words, const char *text, apr_size_t len);

/**
 * What is wrong with an edit's name or pattern by its looks.
 * @param right set to what should stand there, in @a p; NULL: the text says what to do
 * @return what follows after "'NAME' ", in @a p; NULL: nothing
 */
const char *ce_words_fault(const ce_edit_t *edit, apr_pool_t *p, const char **right);

/**
 * Whether a name is a slip for another: one letter more, less or other, or two that changed places.
 * @param shortest for an other one of fewer bytes, only two letters that changed places, a hyphen
 *        and an s at the end count
 */
int ce_words_is_slip(const ce_name_t *name, const char *other, apr_size_t len, apr_size_t shortest);

/**
 * Whether an expression, or a text with %{...}, reads the request's Origin.
 * @param variables those that are made from it, by name, or NULL
 */
int ce_words_read_origin(const char *expr, apr_hash_t *variables);

#endif /* CE_WORDS_H */

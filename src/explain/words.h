/* SPDX-License-Identifier: Apache-2.0 */

/**
 * @file words.h
 * @brief What the words of a directive look like, to one who knows HTTP's usual ones.
 */

#ifndef CE_WORDS_H
#define CE_WORDS_H

#include "apr_pools.h"

#include "core/line.h"

/** As many bytes of a word are shown. */
#define CE_SHOWN_MAX 200

/** Why Origin is tested by origin= and by nothing else. */
#define CE_WORDS_SAY_ORIGIN                                                                        \
    "origin=: only then no cache and no browser gives one origin's list to another"

/** @return a name as it is shown, in @a p */
const char *ce_words_name(const ce_name_t *name, apr_pool_t *p);

/**
 * @param words ends with NULL; one that ends with '*' stands for all that begin so
 * @return 1 if a text of @a len bytes is one of them, in any case; else 0
 */
int ce_words_have(const char *const *words, const char *text, apr_size_t len);

/**
 * What is wrong with an edit's name or pattern by its looks.
 * @return what follows after "'NAME' ", in @a p; NULL: nothing
 */
const char *ce_words_fault(const ce_edit_t *edit, apr_pool_t *p);

/** @return 1 if an expression of httpd's reads the request's Origin, else 0 */
int ce_words_read_origin(const char *expr);

#endif /* CE_WORDS_H */

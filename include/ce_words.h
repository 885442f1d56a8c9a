/* SPDX-License-Identifier: Apache-2.0 */

/**
 * @file ce_words.h
 * @brief What the words of a directive look like, to one who knows HTTP's usual ones.
 */

#ifndef CE_WORDS_H
#define CE_WORDS_H

#include "apr_pools.h"

#include "ce_line.h"

/** Why Origin is tested by origin= and by nothing else. */
#define CE_WORDS_SAY_ORIGIN                                                                        \
    "origin=: only then no cache and no browser gives one origin's list to another"

/**
 * What is wrong with a name or a pattern by its looks.
 * @param is_added 1: it is exposed; 0: it is removed, or never exposed
 * @return what follows after "'NAME' ", in @a p; NULL: nothing
 */
const char *ce_words_fault(const ce_name_t *name, ce_kind_e kind, int is_added, apr_pool_t *p);

/** @return 1 if an origin with "*." is for names inside one site, as "*.localhost", else 0 */
int ce_words_is_private(const ce_origin_t *origin);

/** @return 1 if an origin is the browser's own machine, else 0 */
int ce_words_is_loopback(const ce_origin_t *origin);

/** @return 1 if an expression of httpd's reads the request's Origin, else 0 */
int ce_words_read_origin(const char *expr);

#endif /* CE_WORDS_H */

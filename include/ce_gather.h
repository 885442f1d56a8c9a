/* SPDX-License-Identifier: Apache-2.0 */

/**
 * @file ce_gather.h
 * @brief What httpd knows of a request, as the core asks for it. The face's.
 */

#ifndef CE_GATHER_H
#define CE_GATHER_H

#include "apr_hash.h"
#include "httpd.h"

#include "ce_facts.h"

/** Whom the core asks: the ctx of its functions. */
typedef struct ce_asked_t {
    request_rec *r;
    apr_hash_t *results; /**< how each line's expression came out; NULL: not kept */
} ce_asked_t;

/**
 * Fill in the functions that the core may call, and what they need.
 * @param facts keeps @a asked
 */
void ce_gather_functions(ce_facts_t *facts, ce_asked_t *asked);

/** @return 1 if @a r is the page of an ErrorDocument, or what that became; else 0 */
int ce_is_error_page(const request_rec *r);

/** Register what is needed at startup. */
void ce_gather_hooks(void);

#endif /* CE_GATHER_H */

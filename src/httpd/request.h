/* SPDX-License-Identifier: Apache-2.0 */

/**
 * @file request.h
 * @brief Who asked, whose policy decides, and what httpd knows of it. The face's.
 */

#ifndef CE_REQUEST_H
#define CE_REQUEST_H

#include "apr_hash.h"
#include "httpd.h"
#include "util_filter.h"

#include "core/facts.h"
#include "httpd/module.h"

/** A request's validators; NULL: it has none of that kind. */
typedef struct ce_validators_t {
    const char *if_none_match;
    const char *if_modified_since;
} ce_validators_t;

/** What is kept of each request of a chain of internal redirects; all but the policy only of the
 * first one, which the client sent. */
typedef struct ce_kept_t {
    const ce_policy_t *policy; /**< as it stood at the fixups; NULL: it didn't get there */
    ce_policy_t *added;        /**< by other modules: one more container, or NULL */
    /** where mod_cache is: the last that weren't its own, or NULL */
    const ce_validators_t *validators;
    ce_sent_t sent;
    unsigned char is_read;    /**< sent is filled in */
    unsigned char is_renewal; /**< the validators are mod_cache's: it renews its copy */
} ce_kept_t;

/** Whom the core asks: the ctx of its functions. */
typedef struct ce_asked_t {
    request_rec *r;
    apr_hash_t *results; /**< how each line's expression came out; NULL: not kept */
} ce_asked_t;

/** @return what is kept of a request */
ce_kept_t *ce_kept_of(request_rec *r);

/** @return what is kept of the request that the client sent; read once */
ce_kept_t *ce_client_of(request_rec *r);

/** @return 1 if the request's validators are those that are known; NULL: none */
int ce_has_validators(const request_rec *r, const ce_validators_t *known);

/** @return the request's validators, NULL where there are none */
const ce_validators_t *ce_note_validators(const request_rec *r);

/** @return what decides the response to a request: the containers of all that it became */
const ce_policy_t *ce_request_policy(request_rec *r);

/** Fill in the functions that the core may call, and what they need; @a facts keeps @a asked. */
void ce_request_functions(ce_facts_t *facts, ce_asked_t *asked);

/** Fill in all that a response is decided from. */
void ce_request_gather(ce_facts_t *facts, ce_asked_t *asked, const ap_filter_t *f);

/** Register what is needed at startup. */
void ce_request_hooks(void);

#endif /* CE_REQUEST_H */

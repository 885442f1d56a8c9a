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

/** What is kept of each request: of a chain of internal redirects, and of subrequests. */
typedef struct ce_kept_t {
    const ce_policy_t *policy; /**< of the last walk that is known; NULL: of none */
    const char *uri;           /**< at that walk */
    /** where mod_cache is: the last that weren't its own, or NULL */
    const ce_validators_t *validators;
    unsigned char is_walked;   /**< that walk was the complete one, not the first */
    unsigned char is_renewal;  /**< the validators are mod_cache's: it renews its copy */
    unsigned char is_quick;    /**< mod_cache's quick handler saw the request */
    unsigned char is_decided;  /**< the first filter did, ... */
    unsigned char is_answered; /**< ... and mod_cache had answered by then */

    /* of the request that the client sent alone: */
    unsigned char is_read;           /**< origin and preflight are filled in */
    unsigned char preflight;         /**< OPTIONS with Access-Control-Request-Method */
    const char *origin;              /**< before anything could change it, or NULL */
    ce_policy_t *added;              /**< by other modules: one more container, or NULL */
    struct ce_lookup_t *last_lookup; /**< subrequests that were walked, or NULL */
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

/** Keep what the first walk found, before anything can lead to another URL. A hook: see
 * ap_hook_translate_name. */
int ce_keep_first_walk(request_rec *r);

/** Keep what the complete walk found, before anything can put another one in its place. A hook:
 * see ap_hook_post_perdir_config. */
int ce_keep_walk(request_rec *r);

/** @return 1 if the request's validators are those that are known; NULL: none */
int ce_has_validators(const request_rec *r, const ce_validators_t *known);

/** @return the request's validators, NULL where there are none */
const ce_validators_t *ce_note_validators(const request_rec *r);

/** @return what decides the response to a request: the containers of all that it became */
const ce_policy_t *ce_request_policy(request_rec *r);

/** Fill in the functions that the core may call, and what they need; @a facts keeps @a asked. */
void ce_request_functions(ce_facts_t *facts, ce_asked_t *asked);

/** Fill in all that a response is decided from; is_stored is known. */
void ce_request_gather(ce_facts_t *facts, ce_asked_t *asked, const ap_filter_t *f,
                       const ce_kept_t *client);

/** @return 1 if mod_cache's filter that stores a response to @a r is @a f or behind it; else 0 */
int ce_cache_saves(const request_rec *r, const ap_filter_t *f);

/** @return 1 if mod_cache, or whoever uses its variables, says that it answers; else 0 */
int ce_cache_answers(const request_rec *r);

/** @return 1 if the headers that the filter @a f sees are mod_cache's; else 0 */
int ce_is_from_cache(const ap_filter_t *f);

/**
 * Have mod_cache not store a list that isn't right for whoever it would give it to.
 * @param varies whether the list can depend on Origin
 * @return why, static; NULL: it may store the response, or doesn't
 */
const char *ce_keep_from_cache(const ap_filter_t *f, const ce_policy_t *policy, int varies);

/** Register what is needed at startup. */
void ce_request_hooks(void);

#endif /* CE_REQUEST_H */

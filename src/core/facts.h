/* SPDX-License-Identifier: Apache-2.0 */

/**
 * @file facts.h
 * @brief What is known of a request and its response, and what can be asked.
 */

#ifndef CE_FACTS_H
#define CE_FACTS_H

#include "apr_pools.h"
#include "apr_tables.h"

#include "core/line.h"

#define CE_EXPOSE_HEADERS "Access-Control-Expose-Headers"
#define CE_ALLOW_ORIGIN "Access-Control-Allow-Origin"
#define CE_ALLOW_CREDENTIALS "Access-Control-Allow-Credentials"

/** Why a response counts as credentialed. */
typedef enum {
    CE_NOT_CREDENTIALED,
    CE_CREDENTIAL_NO_ORIGIN,
    CE_CREDENTIAL_ALLOWED, /**< Access-Control-Allow-Credentials: true */
    CE_CREDENTIAL_COOKIE,
    CE_CREDENTIAL_AUTHORIZATION,
    CE_CREDENTIAL_USER,
    CE_CREDENTIAL_CERTIFICATE
} ce_credential_e;

/** What the server does to a response's headers after the decision, as bits. */
enum {
    CE_ADDS_ENCODING = 1, /**< Content-Encoding is added */
    CE_ADDS_RANGE = 2,    /**< Content-Range is added */
    CE_DROPS_ETAG = 4,    /**< ETag is taken off */
    CE_CHECKS_NAMES = 8   /**< it sends no response with a name that is no token */
};

/** What a decision is made from. */
typedef struct ce_facts_t {
    /** for conditions; its origin is the client's, its ctx is for the functions below, too */
    ce_context_t context;
    /** What the request says of who sends it: from CE_CREDENTIAL_COOKIE on, or CE_NOT_CREDENTIALED
     */
    ce_credential_e (*client)(void *ctx);
    unsigned (*later)(void *ctx); /**< what comes after the decision: CE_ADDS_, CE_DROPS_ */

    unsigned char preflight;            /**< OPTIONS with Access-Control-Request-Method */
    const apr_table_t *headers_out;     /**< the response's, all in place */
    const apr_table_t *err_headers_out; /**< likewise: httpd sends both */
    int status;                         /**< the response's */
    unsigned char is_stored;            /**< mod_cache serves it from its store */
    unsigned char is_explained;         /**< all is to be known of it: the log says why */
    unsigned char is_for_store;         /**< a 304 would revalidate mod_cache's own copy */
    unsigned char is_of_other;          /**< it is a copy that may be another origin's */
    const char *not_stored;             /**< why mod_cache may not store it; NULL: it may */

    /* filled in by ce_facts_read_response, zeroes before that */
    apr_array_header_t *own;          /**< the response's lists, of const char *; NULL: none */
    const char *allow_origin;         /**< Access-Control-Allow-Origin's first line, or NULL */
    int nallow_origin;                /**< its lines */
    const char *allow_credentials;    /**< Access-Control-Allow-Credentials' first line, or NULL */
    int nallow_credentials;           /**< its lines */
    unsigned char allows_credentials; /**< a line of Access-Control-Allow-Credentials is "true" */
    unsigned char varies_on_origin;   /**< Vary has Origin, or '*' */
    apr_table_entry_t *vary;          /**< Vary's first line, or NULL */
} ce_facts_t;

/** Read what the response's own lines say, in one pass. */
void ce_facts_read_response(ce_facts_t *facts, apr_pool_t *p);

/** The same for a response of which nothing matters but its own list: two look-ups, where it has
 * none. */
void ce_facts_read_list(ce_facts_t *facts, apr_pool_t *p);

/**
 * Fetch's CORS check (https://fetch.spec.whatwg.org/#concept-cors-check), for
 * any credentials mode: in all but "include" '*' passes, too.
 * @param facts with Origin
 * @return 1 if a script may read the response in some mode, else 0
 */
int ce_facts_pass_cors_check(const ce_facts_t *facts);

/** @return the response's credential state */
ce_credential_e ce_facts_credential(const ce_facts_t *facts);

/** @return what makes a response credentialed, static; NULL where it isn't */
const char *ce_credential_word(ce_credential_e credential);

#endif /* CE_FACTS_H */

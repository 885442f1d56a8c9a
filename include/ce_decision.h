/* Licensed to the public under the Apache License, Version 2.0; see LICENSE. */

/**
 * @file ce_decision.h
 * @brief From a policy and the facts of one response to a verdict.
 */

#ifndef CE_DECISION_H
#define CE_DECISION_H

#include "apr_pools.h"
#include "apr_tables.h"

#include "ce_policy.h"

#define CE_EXPOSE_HEADERS "Access-Control-Expose-Headers"
#define CE_ALLOW_ORIGIN "Access-Control-Allow-Origin"
#define CE_ALLOW_CREDENTIALS "Access-Control-Allow-Credentials"

/** The longest value that is sent, in bytes. */
#define CE_VALUE_MAX 8000

/** How a response came out, in the order in which it is decided. */
typedef enum {
    CE_PREFLIGHT,    /**< a preflight is none of our business */
    CE_STORED,       /**< a cache's answer: its list is finished */
    CE_NOT_ALLOWED,  /**< the response fails Fetch's CORS check */
    CE_NO_ORIGIN,    /**< no Origin, and nothing that a stored copy would need */
    CE_NOT_MODIFIED, /**< a 304 whose list could replace a better one */
    CE_EMPTY,        /**< nothing is exposed */
    CE_NAMES,        /**< explicit names */
    CE_WILDCARD,     /**< '*' */
    CE_WRITTEN_OUT   /**< explicit names, and what patterns or '*' expose of this response */
} ce_reason_e;

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

/** What becomes of the response's Vary. */
typedef enum {
    CE_VARY_STAYS, /**< as it is */
    CE_VARY_ADD,   /**< there is none: Origin alone */
    CE_VARY_MERGE  /**< there is one, or an expression may have put one there: Origin, too */
} ce_vary_e;

/** What a decision is made from. */
typedef struct ce_facts_t {
    ce_ask_t ask;                       /**< with the request */
    const apr_table_t *headers_out;     /**< the response's, all in place */
    const apr_table_t *err_headers_out; /**< likewise: httpd sends both */
    int status;                         /**< the response's */
    int stored;                         /**< mod_cache serves it from its store */
} ce_facts_t;

/** What to do with the response. */
typedef struct ce_verdict_t {
    ce_reason_e reason;
    const char *value;      /**< to be sent; NULL: nothing is */
    int present;            /**< the response has the header: those lines must go */
    int allows_credentials; /**< it says Access-Control-Allow-Credentials: true */
    ce_vary_e vary;         /**< whether Origin goes there, and how */
    int left_out;           /**< names beyond CE_VALUE_MAX */
    int malformed;          /**< malformed elements of the response's own list */
    ce_name_t malformed_1;  /**< the first of them */
} ce_verdict_t;

/**
 * Decide a response. Asks the facts' callbacks for what the case needs, each
 * condition once. Where reason is CE_PREFLIGHT or CE_STORED, nothing else is
 * set and the response is to be left alone.
 * @param verdict filled in; its strings live as long as @a p, the policy and the tables
 * @param policy with at least one directive, and not Off
 */
void ce_decide(ce_verdict_t *verdict, apr_pool_t *p, const ce_policy_t *policy,
               const ce_facts_t *facts);

/**
 * @param allows_credentials a verdict's
 * @return the credential state of the response that it is about
 */
ce_credential_e ce_credential(const ce_ask_t *ask, int allows_credentials);

/** @return the reason's word, static */
const char *ce_reason_word(ce_reason_e reason);

/** @return what made the response credentialed, static; NULL where it isn't */
const char *ce_credential_word(ce_credential_e credential);

#endif /* CE_DECISION_H */

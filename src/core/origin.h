/* SPDX-License-Identifier: Apache-2.0 */

/**
 * @file origin.h
 * @brief Origins as a configuration names them: one, a domain's, any port's.
 */

#ifndef CE_ORIGIN_H
#define CE_ORIGIN_H

#include "apr_pools.h"

/** An origin= condition's origin, checked and cut into its parts. */
typedef struct ce_origin_t {
    const char *text;         /**< as configured, NUL-terminated */
    apr_uint32_t scheme_len;  /**< bytes of text up to and with "://" */
    apr_uint32_t host_len;    /**< bytes of host */
    const char *host;         /**< in text; with subdomains from the dot on */
    const char *port;         /**< in text: "" or ":8443"; unused with any_port */
    unsigned char subdomains; /**< one or more labels stand before host */
    unsigned char any_port;   /**< any port, or none */
    unsigned char any_host;   /**< any host: "moz-extension://" and "*" */
} ce_origin_t;

/**
 * Check an origin and take it apart. What is accepted is what a browser can
 * send (Fetch, "serializing a request origin"; HTML, "ascii serialization of
 * an origin"), with "*." for leading labels and ":*" for the port; "*" alone as
 * the host of a scheme of which browsers make the hosts up (extensions); and
 * "file://".
 * @param origin filled in; borrows @a text
 * @param text NUL-terminated
 * @param p for the texts of errors
 * @param accepted set on an error to what would have been accepted
 * @return NULL, or what is wrong
 */
const char *ce_origin_parse(ce_origin_t *origin, const char *text, apr_pool_t *p,
                            const char **accepted);

/** @return 1 if the name after "*." has no dot, as in "*.com", else 0 */
int ce_origin_is_broad(const ce_origin_t *origin);

/**
 * @param origin from ce_origin_parse
 * @param sent the value of the request's Origin header, any bytes
 * @return 1 if it is that origin, byte for byte, or one that it stands for; else 0
 */
int ce_origin_matches(const ce_origin_t *origin, const char *sent);

#endif /* CE_ORIGIN_H */

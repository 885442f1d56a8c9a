/* SPDX-License-Identifier: Apache-2.0 */

/**
 * @file mod_cors_expose.h
 * @brief What mod_cors_expose offers to other modules.
 *
 * An optional function, so that a module that uses it loads without this one:
 *
 * @code
 * static APR_OPTIONAL_FN_TYPE(cors_expose_add) *expose;
 *
 * static void retrieve(void)
 * {
 *     expose = APR_RETRIEVE_OPTIONAL_FN(cors_expose_add);
 * }
 *
 * ap_hook_optional_fn_retrieve(retrieve, NULL, NULL, APR_HOOK_MIDDLE);
 * @endcode
 */

#ifndef MOD_CORS_EXPOSE_H
#define MOD_CORS_EXPOSE_H

#include "apr_optional.h"
#include "httpd.h"

/** The version. It stands here alone: the module, its log and its packages take it from this line.
 */
#define CORS_EXPOSE_VERSION "0.3.0"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Add edits to a request, after all that the configuration says; only
 * ExposeHeadersNever comes after them. They belong to the client's request:
 * they survive internal redirects, and those of a subrequest count for the
 * main one. They act where some directive of mod_cors_expose is in force, and
 * if they come before the response's header is sent.
 * @param r any request of the chain, or a subrequest of it; in any hook, from create_request on
 * @param edits names and patterns, with + or - before them, or None, as for the
 *        ExposeHeaders directive, without conditions; it is copied
 * @return NULL, or what is wrong with @a edits, in the request's pool; then
 *         none of them was added
 */
APR_DECLARE_OPTIONAL_FN(const char *, cors_expose_add, (request_rec * r, const char *edits));

#ifdef __cplusplus
}
#endif

#endif /* MOD_CORS_EXPOSE_H */

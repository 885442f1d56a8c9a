/* SPDX-License-Identifier: Apache-2.0 */

/**
 * @file handler.h
 * @brief ExposeHeadersExplain: what holds for one URL, on the running server.
 */

#ifndef CE_HANDLER_H
#define CE_HANDLER_H

#include "httpd.h"
#include "http_config.h"

#include "explain/review.h"

/**
 * Register the hooks where the configuration has the directive: elsewhere they
 * would cost each request a call. A hook: see ap_hook_pre_config.
 */
int ce_handler_register(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp);

/** Warn of what is left of the way to the answers before there was a directive. */
void ce_handler_review(ce_findings_t *findings, const ap_directive_t *nodes);

#endif /* CE_HANDLER_H */

/* SPDX-License-Identifier: Apache-2.0 */

/**
 * @file handler.h
 * @brief SetHandler expose-headers: what holds for one URL, on the running server. The face's.
 */

#ifndef CE_HANDLER_H
#define CE_HANDLER_H

#include "httpd.h"

/**
 * Register the handler where the configuration names it: elsewhere it would
 * cost each request a call. A hook: see ap_hook_pre_config.
 */
int ce_handler_register(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp);

/**
 * To be called at a subrequest's fixups: gives it the variables that SetEnvIf
 * sets for real requests alone.
 * @return 1 if the handler looks a URL up by it, so that its policy is to be kept; else 0
 */
int ce_handler_looks_up(request_rec *r);

#endif /* CE_HANDLER_H */

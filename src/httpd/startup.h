/* SPDX-License-Identifier: Apache-2.0 */

/**
 * @file startup.h
 * @brief What is done once, when the configuration is complete. The face's.
 */

#ifndef CE_STARTUP_H
#define CE_STARTUP_H

#include "httpd.h"
#include "http_config.h"

#include "core/policy.h"

/**
 * Runs for httpd -t too: says what only whole containers and their neighbours
 * show, and does what each request would do again. A hook: see
 * ap_hook_check_config.
 */
int ce_startup_check(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp, server_rec *main);

/**
 * Log the version, once for each start and restart: at the first start httpd
 * reads the configuration twice. A hook: see ap_hook_post_config.
 */
int ce_startup_log(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp, server_rec *main);

/**
 * A .htaccess file is read for each request: log at debug what is found about a container
 * of it, once, when the last ExposeHeaders of it was read.
 */
void ce_startup_review_htaccess(cmd_parms *cmd, const ce_policy_t *policy);

#endif /* CE_STARTUP_H */

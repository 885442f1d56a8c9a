/* SPDX-License-Identifier: Apache-2.0 */

/**
 * @file config.h
 * @brief The directives, and the configuration of a container and of a server, for the module
 * record.
 */

#ifndef CE_CONFIG_H
#define CE_CONFIG_H

#include "httpd.h"
#include "http_config.h"

/** The directives' table; ends with an entry without a name. */
extern const command_rec ce_config_commands[];

/** @return an empty ce_policy_t in @a p, for the container @a dir */
void *ce_config_create(apr_pool_t *p, char *dir);

/** @return the policy of @a add inside @a base: see ce_policy_merge */
void *ce_config_merge(apr_pool_t *p, void *base, void *add);

/** @return an empty ce_server_config_t in @a p */
void *ce_config_create_server(apr_pool_t *p, server_rec *s);

#endif /* CE_CONFIG_H */

/* SPDX-License-Identifier: Apache-2.0 */

/**
 * @file dump.h
 * @brief The configuration as this module sees it: httpd -t -D DUMP_EXPOSE_HEADERS. The face's.
 */

#ifndef CE_DUMP_H
#define CE_DUMP_H

#include "httpd.h"

/** @return 1 if the dump is asked for; then findings have notes, too */
int ce_dump_is_asked_for(void);

/**
 * If it is asked for, print each server with its containers that have
 * directives of ours, what they come to, and the findings. A hook: see
 * ap_hook_test_config.
 */
void ce_dump(apr_pool_t *pconf, server_rec *main);

#endif /* CE_DUMP_H */

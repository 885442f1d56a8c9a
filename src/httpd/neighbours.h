/* SPDX-License-Identifier: Apache-2.0 */

/**
 * @file neighbours.h
 * @brief httpd's configuration tree: this module's directives in it, and what others do to them.
 *
 * Of the face: it knows httpd.
 */

#ifndef CE_NEIGHBOURS_H
#define CE_NEIGHBOURS_H

#include "httpd.h"
#include "http_config.h"

#include "explain/review.h"

/**
 * Look at all of the configuration, the main server's and that of virtual hosts.
 * @param scratch for what isn't kept
 */
void ce_neighbours_review(ce_findings_t *findings, const ap_directive_t *tree, apr_pool_t *scratch);

#endif /* CE_NEIGHBOURS_H */

/* SPDX-License-Identifier: Apache-2.0 */

/**
 * @file page.h
 * @brief Text for people: lines of 100 columns, with file and line at the right. The face's.
 */

#ifndef CE_PAGE_H
#define CE_PAGE_H

#include "apr_pools.h"

/**
 * Lay a text out, folded at spaces where it is too long.
 * @param indent columns before it; two more before what is folded
 * @param place what stands at the right of its first line, or NULL
 * @return its lines, each with its end, in @a p
 */
const char *ce_page_lines(apr_pool_t *p, int indent, const char *text, const char *place);

/**
 * @param file a configuration file's, or what mod_macro calls a line's
 * @return "file:line", from ServerRoot on, in @a p
 */
const char *ce_page_place(apr_pool_t *p, const char *file, int line_number);

/** @return what comes from a request as it is shown: escaped, 200 bytes of it at most, in @a p */
const char *ce_page_shown(apr_pool_t *p, const char *text);

/** @return "mod_cors_expose 0.3.0 (built for httpd 2.4.71, running on 2.4.71)", in @a p */
const char *ce_page_version(apr_pool_t *p);

#endif /* CE_PAGE_H */

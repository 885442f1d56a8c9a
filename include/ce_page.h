/* SPDX-License-Identifier: Apache-2.0 */

/**
 * @file ce_page.h
 * @brief Text for people: lines of 100 columns, with file and line at the right. The face's.
 */

#ifndef CE_PAGE_H
#define CE_PAGE_H

#include "apr_pools.h"

typedef struct ce_page_t {
    void (*put)(void *ctx, const char *text); /**< writes */
    void *ctx;                                /**< for put */
    const char *root;                         /**< ServerRoot: files below it are named from it */
    apr_pool_t *p;                            /**< for texts, until the caller clears it */
} ce_page_t;

/**
 * Write a text, folded at spaces where it is too long.
 * @param indent columns before it; two more before what is folded
 * @param place what stands at the right of its first line, or NULL
 */
void ce_page_line(const ce_page_t *page, int indent, const char *text, const char *place);

/**
 * @param file a configuration file's, or what mod_macro calls a line's; NULL: no file
 * @return "file:line", in page->p
 */
const char *ce_page_place(const ce_page_t *page, const char *file, int line_number);

/** @return "mod_cors_expose 0.2.0 (built for httpd 2.4.71, running on 2.4.71)", in @a p */
const char *ce_page_version(apr_pool_t *p);

#endif /* CE_PAGE_H */

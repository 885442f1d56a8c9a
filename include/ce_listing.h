/* Licensed to the public under the Apache License, Version 2.0; see LICENSE. */

/**
 * @file ce_listing.h
 * @brief Writing out: which of a response's headers patterns expose.
 */

#ifndef CE_LISTING_H
#define CE_LISTING_H

#include "apr_pools.h"
#include "apr_tables.h"

#include "ce_policy.h"

/** The headers of a response. */
typedef struct ce_headers_t {
    const apr_table_t *tables[2];
    const ce_name_t *added; /**< names that come to them later */
    apr_uint32_t nadded;    /**< of added */
    const char *dropped;    /**< names that go later, as a list, or NULL */
} ce_headers_t;

/**
 * Write a list out: the explicit names and, behind them, each header that
 * patterns or '*' expose, once.
 * @param len set to the list's length in bytes
 * @return "A, B" in @a p; "" for nothing
 */
const char *ce_write_out(apr_pool_t *p, const ce_flat_t *flat, const ce_headers_t *headers,
                         apr_size_t *len);

#endif /* CE_LISTING_H */

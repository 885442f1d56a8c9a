/* SPDX-License-Identifier: Apache-2.0 */

/**
 * @file tap.h
 * @brief TAP for the unit tests: one program a file, run by prove.
 *
 * A test program calls tap_begin(), checks, and returns tap_end(): the plan
 * comes last, so a program that dies in between fails.
 *
 * Pools hide overruns: what runs over the end of an allocation stays within the
 * pool. So each allocation is a block of its own here, which AddressSanitizer
 * guards (make VARIANT=asan test-unit): the program has an apr_palloc, and that
 * is the one which the core finds, and APR's own strings, arrays and tables.
 * Without AddressSanitizer a block has a fence behind it, which is looked at in
 * the end. What is in a block at first is no zeroes.
 */

#ifndef TAP_H
#define TAP_H

#include <locale.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apr_general.h"
#include "apr_pools.h"
#include "apr_strings.h"

static int tap_count, tap_failed;

static apr_pool_t *tap_begin(void)
{
    apr_pool_t *p;

    setlocale(LC_ALL, ""); /* the core must not mind: t/unit/locale.t */
    if (apr_initialize() != APR_SUCCESS || apr_pool_create(&p, NULL) != APR_SUCCESS) {
        printf("Bail out! no pool\n");
        exit(1);
    }
    return p;
}

static inline int tap_end(apr_pool_t *p)
{
    apr_pool_destroy(p);
    apr_terminate();
    printf("1..%d\n", tap_count);
    return tap_failed || tap_count == 0;
}

/** @return @a condition, so that what depends on it can be left out */
static inline int ok(int condition, const char *format, ...)
{
    va_list args;

    tap_failed += !condition;
    printf("%sok %d - ", condition ? "" : "not ", ++tap_count);
    va_start(args, format);
    vprintf(format, args);
    va_end(args);
    printf("\n");
    return condition;
}

/** Compare strings; NULL equals NULL alone. */
static inline int is_text(const char *got, const char *expected, const char *what)
{
    int same = got && expected ? !strcmp(got, expected) : got == expected;

    if (!ok(same, "%s", what)) {
        printf("# got      '%s'\n# expected '%s'\n", got ? got : "(null)",
               expected ? expected : "(null)");
    }
    return same;
}

/* ------------------------------------------------------------------ */
/* Pools whose allocations have a block each                           */

typedef struct tap_block_t tap_block_t;
struct tap_block_t {
    tap_block_t *next;
    unsigned char *memory;
    apr_size_t size;
};

#ifndef __has_feature
#define __has_feature(x) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
enum { TAP_FENCE = 0 };
#else
enum { TAP_FENCE = 32 };
#endif
enum { TAP_JUNK = 0xA5 };

/* The blocks of a pool, which go with it */
typedef struct tap_pool_t tap_pool_t;
struct tap_pool_t {
    tap_pool_t *next;
    apr_pool_t *pool;
    tap_block_t *blocks;
};

static tap_pool_t *tap_pools;
static unsigned long tap_nblocks; /* ever made */

static inline void *tap_malloc(apr_size_t size)
{
    void *memory = malloc(size);

    if (!memory && size) {
        printf("Bail out! no memory\n");
        exit(1);
    }
    return memory;
}

/* Runs as the pool's last cleanup, since it was registered first: the other
 * cleanups are in blocks, too */
static apr_status_t tap_free_blocks(void *data)
{
    tap_pool_t *gone = data, **link = &tap_pools;
    int i;

    while (*link != gone) {
        link = &(*link)->next;
    }
    *link = gone->next;
    while (gone->blocks) {
        tap_block_t *block = gone->blocks;

        gone->blocks = block->next;
        for (i = 0; i < TAP_FENCE; i++) {
            if (block->memory[block->size + i] != TAP_JUNK) {
                ok(0, "nothing is written beyond the end of %lu bytes", (unsigned long)block->size);
                break;
            }
        }
        free(block->memory);
        free(block);
    }
    free(gone);
    return APR_SUCCESS;
}

static tap_pool_t *tap_pool_of(apr_pool_t *p)
{
    tap_pool_t *pool = tap_pools;

    while (pool && pool->pool != p) {
        pool = pool->next;
    }
    if (!pool) {
        pool = tap_malloc(sizeof(*pool));
        pool->next = tap_pools;
        pool->pool = p;
        pool->blocks = NULL;
        tap_pools = pool;
        /* which allocates, and finds the pool here by then */
        apr_pool_cleanup_register(p, pool, tap_free_blocks, apr_pool_cleanup_null);
    }
    return pool;
}

/* In place of APR's */
__attribute__((visibility("default"))) void *apr_palloc(apr_pool_t *p, apr_size_t size)
{
    tap_pool_t *pool = tap_pool_of(p);
    tap_block_t *block = tap_malloc(sizeof(*block));

    block->memory = tap_malloc(size + TAP_FENCE);
    block->size = size;
    memset(block->memory, TAP_JUNK, size + TAP_FENCE);
    block->next = pool->blocks;
    pool->blocks = block;
    tap_nblocks++;
    return block->memory;
}

/**
 * A copy that ends where the text ends, so that AddressSanitizer sees a read
 * beyond it.
 */
static inline char *exact(apr_pool_t *p, const char *text)
{
    apr_size_t size = strlen(text) + 1;

    return memcpy(apr_palloc(p, size), text, size);
}

/** A pool below @a p, for what is gone after startup. */
static inline apr_pool_t *subpool(apr_pool_t *p)
{
    apr_pool_t *sub;

    if (apr_pool_create(&sub, p) != APR_SUCCESS) {
        printf("Bail out! no pool\n");
        exit(1);
    }
    return sub;
}

#endif /* TAP_H */

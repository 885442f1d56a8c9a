/* SPDX-License-Identifier: Apache-2.0 */

/**
 * @file pools.c
 * @brief Preloaded into httpd or a test, gives each allocation from APR's pools a block of its own.
 *
 * A sanitizer or valgrind sees what is done to a block from malloc; what is read or written beyond
 * an allocation within a pool's block is hidden from them. A pool's blocks are freed by a cleanup
 * that is registered before any other, so it runs after all of them.
 */

#include <dlfcn.h>
#include <sched.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <apr_general.h>
#include <apr_pools.h>
#include <apr_strings.h>

#define BUCKETS 4096

typedef struct block_t {
    struct block_t *next;
    void *memory;
} block_t;

typedef struct pool_blocks_t {
    struct pool_blocks_t *next;
    apr_pool_t *pool;
    block_t *blocks;
} pool_blocks_t;

static pool_blocks_t *pools[BUCKETS];

/* Not a mutex: helgrind would take what each thread does here for an order in all else that they
 * do. */
static char locked;

static void lock(void)
{
    while (__atomic_test_and_set(&locked, __ATOMIC_ACQUIRE)) {
        sched_yield();
    }
}

static void unlock(void)
{
    __atomic_clear(&locked, __ATOMIC_RELEASE);
}

static pool_blocks_t **place_of(apr_pool_t *pool)
{
    pool_blocks_t **place = &pools[((uintptr_t)pool >> 4) % BUCKETS];

    while (*place && (*place)->pool != pool) {
        place = &(*place)->next;
    }
    return place;
}

static apr_status_t release(void *data)
{
    pool_blocks_t **place, *these;
    block_t *block, *next;

    lock();
    place = place_of(data);
    these = *place;
    *place = these->next;
    unlock();
    for (block = these->blocks; block; block = next) {
        next = block->next;
        free(block->memory);
        free(block);
    }
    free(these);
    return APR_SUCCESS;
}

static void *checked(void *memory)
{
    if (!memory) {
        fprintf(stderr, "pools.c: out of memory\n");
        abort();
    }
    return memory;
}

void *apr_palloc(apr_pool_t *pool, apr_size_t size)
{
    block_t *block = checked(malloc(sizeof(*block)));
    pool_blocks_t **place;
    int is_new;

    block->memory = checked(malloc(size ? size : 1));
    lock();
    place = place_of(pool);
    is_new = !*place;
    if (is_new) {
        *place = checked(calloc(1, sizeof(**place)));
        (*place)->pool = pool;
    }
    block->next = (*place)->blocks;
    (*place)->blocks = block;
    unlock();
    if (is_new) {
        /* asks for memory itself, but now the pool is known */
        apr_pool_cleanup_register(pool, pool, release, apr_pool_cleanup_null);
    }
    return block->memory;
}

/* formats straight into the pool's own block */
char *apr_pvsprintf(apr_pool_t *pool, const char *format, va_list args)
{
    static char *(*real)(apr_pool_t *, const char *, va_list);

    if (!real) {
        *(void **)&real = dlsym(RTLD_NEXT, "apr_pvsprintf");
    }
    return apr_pstrdup(pool, real(pool, format, args));
}

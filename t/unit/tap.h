/* Licensed to the public under the Apache License, Version 2.0; see LICENSE. */

/**
 * @file tap.h
 * @brief TAP for the unit tests: one program a file, run by prove.
 *
 * A test program calls tap_begin(), checks, and returns tap_end(): the plan
 * comes last, so a program that dies in between fails.
 */

#ifndef TAP_H
#define TAP_H

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

    if (apr_initialize() != APR_SUCCESS || apr_pool_create(&p, NULL) != APR_SUCCESS) {
        printf("Bail out! no pool\n");
        exit(1);
    }
    return p;
}

static int tap_end(apr_pool_t *p)
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

static inline apr_status_t tap_free(void *memory)
{
    free(memory);
    return APR_SUCCESS;
}

/**
 * A copy on the heap that ends where the text ends, so that AddressSanitizer
 * sees a read beyond it. Freed with the pool.
 */
static inline char *exact(apr_pool_t *p, const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = malloc(size);

    if (!copy) {
        printf("Bail out! no memory\n");
        exit(1);
    }
    memcpy(copy, text, size);
    apr_pool_cleanup_register(p, copy, tap_free, apr_pool_cleanup_null);
    return copy;
}

#endif /* TAP_H */

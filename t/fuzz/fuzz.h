/* SPDX-License-Identifier: Apache-2.0 */

/**
 * @file fuzz.h
 * @brief What all fuzz targets share: one input in a pool of its own, and checks that say what is
 * wrong.
 *
 * A target is a program for libFuzzer (make fuzz), or, with replay.c, for its
 * corpus alone (make check). Each allocation is a block of its own: see tap.h.
 */

#ifndef FUZZ_H
#define FUZZ_H

#include <stdint.h>

#include "tap.h"

/** Try one input. @param text the input up to its first NUL, in a block of its own */
static void try_input(apr_pool_t *p, const char *text);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static apr_pool_t *root;
    apr_pool_t *p;
    char *text;

    if (!root) {
        root = tap_begin();
    }
    p = subpool(root);
    text = apr_palloc(p, size + 1);
    if (size) {
        memcpy(text, data, size);
    }
    text[size] = '\0';
    try_input(p, exact(p, text));
    apr_pool_destroy(p);
    return 0;
}

/** A finding ends the program: libFuzzer keeps the input. */
#define CHECK(condition, ...)                                                                      \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "# wrong: %s\n# ", #condition);                                        \
            fprintf(stderr, __VA_ARGS__);                                                          \
            fprintf(stderr, "\n");                                                                 \
            fflush(NULL);                                                                          \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

/** The next line of a text, in a block of its own. @return NULL at the end */
static inline char *next_line(apr_pool_t *p, const char **rest)
{
    apr_size_t len;
    char *line;

    if (!*rest) {
        return NULL;
    }
    len = strcspn(*rest, "\n");
    line = apr_palloc(p, len + 1);
    memcpy(line, *rest, len);
    line[len] = '\0';
    *rest = (*rest)[len] ? *rest + len + 1 : NULL;
    return line;
}

#endif /* FUZZ_H */

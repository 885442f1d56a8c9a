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

/** Basic blocks of the core that one input runs through; make fuzz has clang count them. */
static unsigned long nblocks;

void __wrap___sanitizer_cov_trace_pc(void);
void __wrap___sanitizer_cov_trace_pc(void)
{
    nblocks++;
}

/* What is shorter costs what it costs to begin */
#define LEAST_BYTES 256

/* libFuzzer takes each of these that becomes set as something new, and keeps the input: so it
 * seeks what is slower than all before */
#ifdef __clang__
__attribute__((section("__libfuzzer_extra_counters")))
#endif
static uint8_t is_as_slow[4096];

/* Say what is slower than all before, and keep it in the file that SLOWEST names */
static void note_blocks(const char *text, size_t size)
{
    static unsigned long slowest;
    unsigned long per_byte = nblocks / (size > LEAST_BYTES ? size : LEAST_BYTES);
    const char *path = getenv("SLOWEST");
    FILE *file;

    is_as_slow[per_byte / 8 < sizeof(is_as_slow) ? per_byte / 8 : sizeof(is_as_slow) - 1] = 1;
    if (!path || per_byte <= slowest) {
        return;
    }
    slowest = per_byte;
    file = fopen(path, "wb");
    if (file) {
        fwrite(text, 1, size, file);
        fclose(file);
    }
    fprintf(stderr, "stat::slowest: %lu\n", slowest);
}

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
    nblocks = 0;
    try_input(p, exact(p, text));
    note_blocks(text, strlen(text));
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

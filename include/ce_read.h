/* Licensed to the public under the Apache License, Version 2.0; see LICENSE. */

/**
 * @file ce_read.h
 * @brief Reading and hashing a name, inline for the one place where it pays:
 *        it is done there for each header of a response.
 */

#ifndef CE_READ_H
#define CE_READ_H

#include <string.h>

#include "ce_names.h"

/* Setting bit 5 folds the case of letters. It makes '^' and '~' equal, too,
 * which costs a comparison and no more. */
#define CE_FOLD APR_UINT64_C(0x2020202020202020)

/* 2^64 divided by the golden ratio: spreads each bit over those above it */
#define CE_SPREAD APR_UINT64_C(0x9E3779B97F4A7C15)

static inline apr_uint64_t ce_word_at(const char *text)
{
    apr_uint64_t word;

    memcpy(&word, text, sizeof(word));
    return word;
}

static inline apr_uint32_t ce_hash(const char *text, apr_size_t len)
{
    apr_uint64_t hash = len, word = 0;
    apr_size_t i;

    if (len < sizeof(word)) {
        for (i = 0; i < len; i++) {
            word = word << 8 | (unsigned char)text[i];
        }
    }
    else {
        for (i = 0; i + sizeof(word) < len; i += sizeof(word)) {
            hash = (hash ^ (ce_word_at(text + i) | CE_FOLD)) * CE_SPREAD;
            hash ^= hash >> 32;
        }
        /* may overlap what came before */
        word = ce_word_at(text + len - sizeof(word));
    }
    return (apr_uint32_t)((hash ^ (word | CE_FOLD)) * CE_SPREAD >> 32);
}

/** As ce_name_read. */
static inline apr_size_t ce_read(ce_name_t *name, const char *text)
{
    const char *end = text;

    while (ce_token[(unsigned char)*end]) {
        end++;
    }
    name->text = text;
    name->len = (apr_uint32_t)(end - text);
    name->hash = ce_hash(text, name->len);
    return name->len;
}

#endif /* CE_READ_H */

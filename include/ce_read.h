/* Licensed to the public under the Apache License, Version 2.0; see LICENSE. */

/**
 * @file ce_read.h
 * @brief Reading and hashing a name, inline for where it pays: for each header
 *        of a response, and for literals.
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

/* All of a text that is shorter than a word */
static inline apr_uint64_t ce_short_word(const char *text, apr_size_t len)
{
    apr_uint64_t word = 0;
    apr_uint32_t front, back;
    apr_size_t i;

    if (len >= sizeof(front)) {
        memcpy(&front, text, sizeof(front));
        memcpy(&back, text + len - sizeof(back), sizeof(back));
        return (apr_uint64_t)back << 32 | front;
    }
    for (i = 0; i < len; i++) {
        word = word << 8 | (unsigned char)text[i];
    }
    return word;
}

/* One pass over each word spreads its bits upwards, and the next takes them from there */
static inline apr_uint64_t ce_mix(apr_uint64_t hash, apr_uint64_t word)
{
    return (hash ^ hash >> 32 ^ (word | CE_FOLD)) * CE_SPREAD;
}

static inline apr_uint32_t ce_hash(const char *text, apr_size_t len)
{
    apr_uint64_t hash = len;
    apr_size_t i;

    if (len < 8) {
        return (apr_uint32_t)(ce_mix(hash, ce_short_word(text, len)) >> 32);
    }
    hash = ce_mix(hash, ce_word_at(text));
    for (i = 8; i + 8 < len; i += 8) {
        hash = ce_mix(hash, ce_word_at(text + i));
    }
    /* may overlap what came before */
    return (apr_uint32_t)(ce_mix(hash, ce_word_at(text + len - 8)) >> 32);
}

/** @return behind the longest run of token characters; four at a time, to spare counting */
static inline const char *ce_token_end(const char *text)
{
    for (;; text += 4) {
        if (!ce_token[(unsigned char)text[0]]) {
            return text;
        }
        if (!ce_token[(unsigned char)text[1]]) {
            return text + 1;
        }
        if (!ce_token[(unsigned char)text[2]]) {
            return text + 2;
        }
        if (!ce_token[(unsigned char)text[3]]) {
            return text + 3;
        }
    }
}

/** As ce_name_read. */
static inline apr_size_t ce_read(ce_name_t *name, const char *text)
{
    name->text = text;
    name->len = (apr_uint32_t)(ce_token_end(text) - text);
    name->hash = ce_hash(text, name->len);
    return name->len;
}

/** @return the name that a literal is: compilers work the rest out */
static inline ce_name_t ce_name_of(const char *literal)
{
    apr_size_t len = strlen(literal);
    ce_name_t name = {literal, (apr_uint32_t)len, ce_hash(literal, len)};

    return name;
}

#endif /* CE_READ_H */

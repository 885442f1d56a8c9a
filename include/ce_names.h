/* Licensed to the public under the Apache License, Version 2.0; see LICENSE. */

/**
 * @file ce_names.h
 * @brief Field names, patterns and lists of them: the bottom of the core.
 *
 * Knows nothing but bytes. A name is a token (RFC 9110, section 5.6.2) and
 * compares without regard to case (section 5.1). Nothing here allocates, and
 * nothing keeps a pointer that it was given beyond the struct it fills.
 */

#ifndef CE_NAMES_H
#define CE_NAMES_H

#include <string.h>
#include <strings.h>

#include "apr.h"

/** Kept out of its callers, whose registers then suffice for the common case. */
#define CE_APART __attribute__((noinline))

/** A field name or a pattern, with what makes comparing it cheap. */
typedef struct ce_name_t {
    const char *text;  /**< borrowed; len bytes, not always NUL-terminated */
    apr_uint32_t len;  /**< bytes */
    apr_uint32_t hash; /**< of the case-folded text; equal for equal names */
} ce_name_t;

/** What a list of field names holds next. */
typedef enum {
    CE_LIST_END,      /**< nothing more */
    CE_LIST_NAME,     /**< a field name */
    CE_LIST_MALFORMED /**< an element that is no token */
} ce_list_e;

/** What is special about a field name, as bits. */
enum {
    CE_NAME_SAFELISTED = 1, /**< a CORS-safelisted response-header name (Fetch) */
    CE_NAME_UNLISTED = 2,   /**< never written out: hop-by-hop, Access-Control-*, Authorization */
    CE_NAME_FORBIDDEN = 4, /**< a forbidden response-header name (Fetch): Set-Cookie, Set-Cookie2 */
    CE_NAME_REQUEST = 8,   /**< the name of a request header that responses don't carry */
    CE_NAME_CONNECTION = 16 /**< Connection, whose value names further hop-by-hop fields */
};

/**
 * The lower case of each byte that a token may have, 0 for all others.
 */
extern const unsigned char ce_token[256];

/**
 * Read the longest run of token characters at the start of @a text.
 * @param name filled in; name->text is @a text
 * @param text NUL-terminated
 * @return the run's length in bytes; 0: there is none. The caller looks at
 *         text[length] to see what ended it.
 */
apr_size_t ce_name_read(ce_name_t *name, const char *text);

/** @return where to look for @a name first in a hash table of @a nslots */
static inline apr_uint32_t ce_name_slot(const ce_name_t *name, apr_uint32_t nslots)
{
    /* by the upper bits of the hash, its best */
    return (apr_uint32_t)((apr_uint64_t)name->hash * nslots >> 32);
}

/** @return 1 if the first @a len bytes are the same in any case, else 0; tokens only */
int ce_same_text(const char *a, const char *b, apr_size_t len);

/** @return 1 if @a a and @a b are the same name in any case, else 0 */
static inline int ce_name_equal(const ce_name_t *a, const ce_name_t *b)
{
    return a->hash == b->hash && a->len == b->len && ce_same_text(a->text, b->text, a->len);
}

/**
 * Look for a name in a hash table of names.
 * @param slots NULL is a free one; there must be one
 * @return the slot where @a name goes; NULL if it is there already
 */
static inline const ce_name_t **ce_name_free_slot(const ce_name_t **slots, apr_uint32_t nslots,
                                                  const ce_name_t *name)
{
    const ce_name_t **slot = slots + ce_name_slot(name, nslots);

    while (*slot) {
        if (ce_name_equal(*slot, name)) {
            return NULL;
        }
        slot = slot + 1 < slots + nslots ? slot + 1 : slots;
    }
    return slot;
}

/**
 * Match a name against a pattern in which each '*' stands for any run of
 * characters, also an empty one. Time: at most the product of the lengths.
 * @return 1 if it matches, else 0
 */
int ce_name_matches(const ce_name_t *pattern, const ce_name_t *name);

/**
 * Write a name and ", " behind it.
 * @param out with room for name->len + 2 bytes
 * @return where the next name goes
 */
static inline char *ce_name_write(char *out, const ce_name_t *name)
{
    const char *text = name->text;
    apr_size_t len = name->len, i;

    /* eight bytes at a time, or four, the last of them perhaps a second time:
     * names are too short for calling memcpy */
    if (len >= 8) {
        memcpy(out, text, 8);
        for (i = 8; i + 8 < len; i += 8) {
            memcpy(out + i, text + i, 8);
        }
        memcpy(out + len - 8, text + len - 8, 8);
    }
    else if (len >= 4) {
        memcpy(out, text, 4);
        memcpy(out + len - 4, text + len - 4, 4);
    }
    else {
        for (i = 0; i < len; i++) {
            out[i] = text[i];
        }
    }
    memcpy(out + len, ", ", 2);
    return out + len + 2;
}

/** As ce_name_class, which spares nearly all names the call. */
unsigned ce_name_class_of(const ce_name_t *name);

/** The letters that names with CE_NAME_ bits begin with. */
extern const unsigned char ce_class_letters[256];

/** @return the CE_NAME_ bits of @a name, 0 for an ordinary one */
static inline unsigned ce_name_class(const ce_name_t *name)
{
    return ce_class_letters[(unsigned char)*name->text] ? ce_name_class_of(name) : 0;
}

/**
 * Compare a header's key with a name as its standard spells it, which is how it
 * is mostly spelled: strcmp() costs half of strcasecmp().
 * @return 1 if they are the same in any case, else 0
 */
static inline int ce_is_named(const char *key, const char *standard)
{
    return !strcmp(key, standard) || !strcasecmp(key, standard);
}

/**
 * Take the next element from a list of field names as Fetch reads one
 * (RFC 9110, section 5.6.1: commas, optional white space, empty elements
 * skipped).
 * @param list moved behind the element
 * @param element the name, or the malformed element (its hash is unset);
 *        points into the list
 */
ce_list_e ce_list_next(const char **list, ce_name_t *element);

/**
 * @param list the value of a header that holds field names, as Vary
 * @param name looked for
 * @return 1 if @a name or the element "*" is in the list, else 0
 */
int ce_list_has(const char *list, const ce_name_t *name);

#endif /* CE_NAMES_H */

/* SPDX-License-Identifier: Apache-2.0 */

/**
 * @file name.h
 * @brief One field name or pattern, and lists of names: the bottom of the core.
 *
 * Knows nothing but bytes. A name is a token (RFC 9110, section 5.6.2) and
 * compares without regard to case (section 5.1). Nothing here allocates, and
 * nothing keeps a pointer beyond the struct that it fills.
 */

#ifndef CE_NAME_H
#define CE_NAME_H

#include "apr.h"

/** The longest pattern in bytes: no header's name is longer. */
#define CE_PATTERN_MAX 64
/** As many bytes of a word are shown to people. */
#define CE_SHOWN_MAX 200

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

/** What is special about a field name. */
typedef enum {
    CE_NAME_ORDINARY,   /**< nothing: only these are written out */
    CE_NAME_SAFELISTED, /**< a CORS-safelisted response-header name (Fetch) */
    CE_NAME_UNLISTED,   /**< hop-by-hop, Access-Control-*, Authorization, CE_DETAIL */
    CE_NAME_FORBIDDEN   /**< a forbidden response-header name (Fetch): Set-Cookie, Set-Cookie2 */
} ce_class_e;

/** The header in which this module says what became of a response. */
#define CE_DETAIL "X-Expose-Headers-Detail"

/** The lower case of each byte that a token may have, 0 for all others. */
extern const unsigned char ce_token[256];

/** @return the end of the longest run of token characters at the start of @a text */
const char *ce_token_end(const char *text);

/** @return a name's hash: of @a len bytes, case-folded */
apr_uint32_t ce_name_hash(const char *text, apr_size_t len);

/**
 * Read the longest run of token characters at the start of @a text.
 * @param name filled in; name->text is @a text
 * @param text NUL-terminated
 * @return the run's length in bytes; 0: there is none. The caller looks at
 *         text[length] to see what ended it.
 */
apr_size_t ce_name_read(ce_name_t *name, const char *text);

/** @return 1 if @a len bytes are the same in any case, else 0; one of both has only token
 * characters */
int ce_same_text(const char *a, const char *b, apr_size_t len);

/** @return 1 if @a a and @a b are the same name in any case, else 0 */
int ce_name_equal(const ce_name_t *a, const ce_name_t *b);

/** @return 1 if @a name is the wildcard '*', else 0 */
static inline int ce_name_is_wildcard(const ce_name_t *name)
{
    return name->len == 1 && *name->text == '*';
}

/** @return 1 if two token characters are the same in any case, else 0; mostly they have the same */
static inline int ce_same_char(char a, char b)
{
    return a == b || ce_token[(unsigned char)a] == ce_token[(unsigned char)b];
}

/** As ce_name_matches, from the pattern's first '*' or its end on. */
int ce_name_matches_rest(const char *p, const char *p_end, const char *s, const char *s_end);

/**
 * Match a name against a pattern in which each '*' stands for any run of
 * characters, also an empty one. Time: at most the sum of the lengths, by a constant.
 * @param pattern of at most CE_PATTERN_MAX bytes
 * @return 1 if it matches, else 0
 */
static inline int ce_name_matches(const ce_name_t *pattern, const ce_name_t *name)
{
    const char *p = pattern->text, *p_end = p + pattern->len;
    const char *s = name->text, *s_end = s + name->len;

    /* where most names differ from a pattern */
    for (; p < p_end && *p != '*'; p++, s++) {
        if (s == s_end || !ce_same_char(*p, *s)) {
            return 0;
        }
    }
    return ce_name_matches_rest(p, p_end, s, s_end);
}

/** As ce_name_class, which spares most names the call. */
ce_class_e ce_name_class_of(const ce_name_t *name);

/** @return 1 if @a name is one of most names: it begins with X, and nothing is special about it */
static inline int ce_name_is_usual(const ce_name_t *name)
{
    return (*name->text | 0x20) == 'x' && name->len != sizeof(CE_DETAIL) - 1;
}

/** @return what is special about @a name */
static inline ce_class_e ce_name_class(const ce_name_t *name)
{
    return ce_name_is_usual(name) ? CE_NAME_ORDINARY : ce_name_class_of(name);
}

/**
 * Read the next element of a list of field names as Fetch reads one
 * (RFC 9110, section 5.6.1: commas, optional white space, empty elements
 * skipped).
 * @param list moved to the end of the element
 * @param element the name, or the malformed element (its hash is unset);
 *        points into the list
 */
ce_list_e ce_list_next(const char **list, ce_name_t *element);

/** @return how many elements @a list has, malformed ones too; hashes and compares nothing */
apr_uint32_t ce_list_count(const char *list);

/**
 * @param list the value of a header that holds field names, as Vary
 * @param name looked for
 * @return 1 if @a name or the element "*" is in the list, else 0
 */
int ce_list_has(const char *list, const char *name);

#endif /* CE_NAME_H */

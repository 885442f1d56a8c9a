/* SPDX-License-Identifier: Apache-2.0 */

#include <string.h>

#include "apr_cstr.h"

#include "core/name.h"
#include "core/name_tbl.h"

/* Setting bit 5 folds the case of letters. Of all that a token may have, it makes
 * only '^' and '~' equal, too. */
#define FOLD APR_UINT64_C(0x2020202020202020)

/* 2^64 divided by the golden ratio: spreads each bit over those above it */
#define SPREAD APR_UINT64_C(0x9E3779B97F4A7C15)

static inline apr_uint64_t word_at(const char *text)
{
    apr_uint64_t word;

    memcpy(&word, text, sizeof(word));
    return word;
}

/* All of a text that is shorter than a word */
static inline apr_uint64_t short_word(const char *text, apr_size_t len)
{
    apr_uint64_t word = 0;
    apr_size_t i;

    for (i = 0; i < len; i++) {
        word = word << 8 | (unsigned char)text[i];
    }
    return word;
}

/* A multiplication spreads the bits of a word upwards, and the next one takes
 * them from there */
static inline apr_uint64_t mix(apr_uint64_t hash, apr_uint64_t word)
{
    return (hash ^ hash >> 32 ^ (word | FOLD)) * SPREAD;
}

/* By words of eight bytes: most names have one to three of them */
apr_uint32_t ce_name_hash(const char *text, apr_size_t len)
{
    apr_uint64_t hash = len;
    apr_size_t i;

    if (len < 8) {
        return (apr_uint32_t)(mix(hash, short_word(text, len)) >> 32);
    }
    for (i = 0; i + 8 < len; i += 8) {
        hash = mix(hash, word_at(text + i));
    }
    /* may overlap the word before it */
    return (apr_uint32_t)(mix(hash, word_at(text + len - 8)) >> 32);
}

const char *ce_token_end(const char *text)
{
    while (ce_token[(unsigned char)*text]) {
        text++;
    }
    return text;
}

apr_size_t ce_name_read(ce_name_t *name, const char *text)
{
    apr_size_t len = (apr_size_t)(ce_token_end(text) - text);

    name->text = text;
    name->len = (apr_uint32_t)len;
    name->hash = ce_name_hash(text, len);
    return len;
}

int ce_same_text(const char *a, const char *b, apr_size_t len)
{
    apr_size_t i;

    if (!memcmp(a, b, len)) {
        return 1;
    }
    for (i = 0; i < len; i++) {
        if (ce_token[(unsigned char)a[i]] != ce_token[(unsigned char)b[i]]) {
            return 0;
        }
    }
    return 1;
}

int ce_name_equal(const ce_name_t *a, const ce_name_t *b)
{
    return a->hash == b->hash && a->len == b->len && ce_same_text(a->text, b->text, a->len);
}

/* How much of the piece's first i + 1 characters is also at their end, for each i:
 * what is left of a match that fails after them (Knuth, Morris, Pratt) */
static void find_borders(unsigned char *border, const unsigned char *piece, apr_size_t len)
{
    apr_size_t i, k = 0;

    border[0] = 0;
    for (i = 1; i < len; i++) {
        while (k && piece[k] != piece[i]) {
            k = border[k - 1];
        }
        k += piece[k] == piece[i];
        border[i] = (unsigned char)k;
    }
}

/* The end of the first place where the piece stands, or NULL: no character of the
 * text is looked at more than twice */
static const char *find_piece(const char *text, const char *end, const char *piece, apr_size_t len)
{
    unsigned char folded[CE_PATTERN_MAX], border[CE_PATTERN_MAX];
    apr_size_t i, k = 0;

    if ((apr_size_t)(end - text) < len) {
        return NULL;
    }
    for (i = 0; i < len; i++) {
        folded[i] = ce_token[(unsigned char)piece[i]];
    }
    find_borders(border, folded, len);
    for (; text < end; text++) {
        unsigned char c = ce_token[(unsigned char)*text];

        while (k && folded[k] != c) {
            k = border[k - 1];
        }
        k += folded[k] == c;
        if (k == len) {
            return text + 1;
        }
    }
    return NULL;
}

/* What is before the first '*' and what is after the last stand at the name's ends,
 * each piece between two at the first place behind the one before it: any later
 * one would leave less to the rest. */
int ce_name_matches_rest(const char *p, const char *p_end, const char *s, const char *s_end)
{
    if (p == p_end) {
        return s == s_end;
    }
    for (; p_end[-1] != '*'; p_end--, s_end--) {
        if (s == s_end || !ce_same_char(p_end[-1], s_end[-1])) {
            return 0;
        }
    }
    while (s && ++p < p_end) {
        const char *piece = p;

        while (*p != '*') {
            p++;
        }
        s = p > piece ? find_piece(s, s_end, piece, (apr_size_t)(p - piece)) : s;
    }
    return s != NULL;
}

ce_class_e ce_name_class_of(const ce_name_t *name)
{
    static const char access_control[] = "Access-Control-";
    int letter = *name->text | 0x20, i;
    const class_t *class;

    if (letter == 'a' && name->len >= sizeof(access_control) - 1
        && ce_same_text(name->text, access_control, sizeof(access_control) - 1)) {
        return CE_NAME_UNLISTED;
    }
    if (name->len > LONGEST) {
        return CE_NAME_ORDINARY;
    }
    class = classes[name->len];
    for (i = 0; i < 3 && class[i].name; i++) {
        if (letter == (*class[i].name | 0x20)
            && ce_same_text(name->text, class[i].name, name->len)) {
            return class[i].class;
        }
    }
    return CE_NAME_ORDINARY;
}

static int is_separator(char c)
{
    return c == ',' || c == ' ' || c == '\t';
}

ce_list_e ce_list_next(const char **list, ce_name_t *element)
{
    const char *s = *list, *end;

    while (is_separator(*s)) {
        s++;
    }
    if (!*s) {
        return CE_LIST_END;
    }
    end = s + ce_name_read(element, s);
    *list = end;
    while (*end == ' ' || *end == '\t') {
        end++;
    }
    if (element->len && (!*end || *end == ',')) {
        return CE_LIST_NAME;
    }
    end += strcspn(end, ",");
    *list = end;
    while (end[-1] == ' ' || end[-1] == '\t') {
        end--;
    }
    element->len = (apr_uint32_t)(end - s);
    return CE_LIST_MALFORMED;
}

apr_uint32_t ce_list_count(const char *list)
{
    apr_uint32_t n = 0;
    int is_inside = 0;

    for (; *list; list++) {
        if (*list == ',') {
            is_inside = 0;
        }
        else if (!is_inside && *list != ' ' && *list != '\t') {
            is_inside = 1;
            n++;
        }
    }
    return n;
}

int ce_list_has(const char *list, const char *name)
{
    apr_size_t len = strlen(name);

    while (list) {
        const char *end = NULL;

        while (is_separator(*list)) {
            list++;
        }
        if ((*list | 0x20) == (*name | 0x20) && !apr_cstr_casecmpn(list, name, len)) {
            end = list + len; /* a name may begin with '*', too */
        }
        else if (*list == '*') {
            end = list + 1;
        }
        while (end && (*end == ' ' || *end == '\t')) {
            end++;
        }
        if (end && (!*end || *end == ',')) {
            return 1;
        }
        list = strchr(list, ',');
    }
    return 0;
}

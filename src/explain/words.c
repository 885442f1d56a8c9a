/* SPDX-License-Identifier: Apache-2.0 */

#include <string.h>

#include "apr_cstr.h"
#include "apr_strings.h"

#include "explain/words.h"
#include "explain/words_tbl.h"

int ce_words_have(const char *const *words, const char *text, apr_size_t len)
{
    for (; len && *words; words++) {
        /* most are told apart by their first letter */
        if ((*text | 0x20) == (**words | 0x20)) {
            apr_size_t wanted = strlen(*words);
            int begins = (*words)[wanted - 1] == '*';

            wanted -= (apr_size_t)begins;
            if ((begins ? len >= wanted : len == wanted)
                && !apr_cstr_casecmpn(text, *words, wanted)) {
                return 1;
            }
        }
    }
    return 0;
}

/* ------------------------------------------------------------------ */
/* Names                                                               */

const char *ce_words_name(const ce_name_t *name, apr_pool_t *p)
{
    return apr_pstrmemdup(p, name->text, name->len < CE_SHOWN_MAX ? name->len : CE_SHOWN_MAX);
}

/* A short word may well be a name of its own, as Page is beside Age */
int ce_words_is_slip(const ce_name_t *name, const char *header, apr_size_t len, apr_size_t shortest)
{
    const char *text = name->text;
    apr_size_t longer = name->len > len ? name->len : len;
    apr_size_t shorter = name->len < len ? name->len : len;
    apr_size_t head = 0, tail = 0;

    while (head < shorter && ce_same_char(text[head], header[head])) {
        head++;
    }
    while (tail < shorter - head
           && ce_same_char(text[name->len - 1 - tail], header[len - 1 - tail])) {
        tail++;
    }
    if (head + tail + 2 == longer && name->len == len) {
        return ce_same_char(text[head], header[head + 1])
               && ce_same_char(text[head + 1], header[head]);
    }
    return head + tail + 1 == longer
           && (len >= shortest
               || (name->len > len
                   && (text[head] == '-' || (!tail && ce_same_char(text[head], 's')))));
}

/* The registered header that a name is a slip for, or NULL */
static const char *slip(const ce_name_t *name, apr_pool_t *p)
{
    apr_size_t len;
    const char *header;

    for (len = name->len - 1; len <= name->len + 1 && len <= LONGEST; len++) {
        for (header = registered[len]; header; header = header[len] ? header + len + 1 : NULL) {
            if (ce_words_is_slip(name, header, len, 8)) {
                return apr_pstrmemdup(p, header, len);
            }
        }
    }
    return NULL;
}

/* Most names begin with "X-". Of these only a request header and slips for
 * two others are remarkable: X-Requested-With, X-Frame-Options, X-Content-Type-Options. A slip
 * spares the third letter or the last one. */
static inline int is_plain(const ce_name_t *name)
{
    char third = name->len > 2 ? name->text[2] | 0x20 : 'c';

    return (*name->text | 0x20) == 'x' && name->text[1] == '-' && third != 'c' && third != 'f'
           && third != 'r' && (name->text[name->len - 1] | 0x20) != 's';
}

const char *ce_words_fault(const ce_edit_t *edit, apr_pool_t *p, const char **right)
{
    const ce_name_t *name = &edit->name;
    const char *dot;
    apr_size_t i;

    *right = NULL;
    if (edit->op == CE_FORGET) {
        return NULL;
    }
    dot = edit->kind == CE_NAME ? NULL : memchr(name->text, '.', name->len - 1);
    if (*name->text == '^' || name->text[name->len - 1] == '$' || memchr(name->text, '|', name->len)
        || (dot && dot[1] == '*')) {
        return "looks like a regular expression (the only special character is *, which stands "
               "for any characters: X-RateLimit-*; names stand side by side)";
    }
    if (edit->kind != CE_NAME) {
        return NULL;
    }
    if (name->len > 1 && name->len < CE_PATTERN_MAX && name->text[name->len - 1] == '-') {
        *right = apr_pstrcat(p, ce_words_name(name, p), "*", NULL);
        return "ends with a hyphen, and stands for no name that begins so";
    }
    if (is_plain(name)) {
        return NULL;
    }
    for (i = 0; edit->op == CE_ADD && i < sizeof(needless) / sizeof(*needless); i++) {
        if (ce_words_have(needless[i].names, name->text, name->len)) {
            return needless[i].fault;
        }
    }
    *right = slip(name, p);
    return *right ? "is one letter away from a registered header" : NULL;
}

/* ------------------------------------------------------------------ */
/* Expressions                                                         */

/* Where a header's name stands after a word that reads it: %{HTTP:Name},
 * req('Name') and so on; NULL: it reads none */
static const char *name_after(const char *end)
{
    end += strspn(end, " \t");
    if (*end == ':') {
        return end + 1;
    }
    if (*end != '(') {
        return NULL;
    }
    end++;
    end += strspn(end, " \t");
    return *end == '\'' || *end == '"' ? end + 1 : NULL;
}

int ce_words_read_origin(const char *expr, apr_hash_t *variables)
{
    static const char *const headers[] = {"http", "req", "req_novary", NULL};
    static const char *const environment[] = {"env", "reqenv", NULL};

    while (*expr) {
        const char *word = expr, *name;
        apr_size_t len;

        expr = ce_token_end(expr);
        len = (apr_size_t)(expr - word);
        name = len ? name_after(expr) : NULL;
        if (name && ce_words_have(headers, word, len) && !apr_cstr_casecmpn(name, "Origin", 6)
            && name[6] && strchr("}'\" \t", name[6])) {
            return 1;
        }
        if (name && variables && ce_words_have(environment, word, len)
            && apr_hash_get(variables, name, (apr_ssize_t)strcspn(name, "}'\" \t"))) {
            return 1;
        }
        expr += *expr != '\0';
    }
    return 0;
}

/* Licensed to the public under the Apache License, Version 2.0; see LICENSE. */

#include <string.h>

#include "apr_strings.h"

#include "ce_names.h"
#include "ce_read.h"

/* RFC 9110, section 5.6.2; a byte above 0x7F is in no token */
/* clang-format off */
const unsigned char ce_token[256] = {
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, '!', 0, '#', '$', '%', '&', '\'', 0, 0, '*', '+', 0, '-', '.', 0,
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 0, 0, 0, 0, 0, 0,
    0, 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o',
    'p', 'q', 'r', 's', 't', 'u', 'v', 'w', 'x', 'y', 'z', 0, 0, 0, '^', '_',
    '`', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o',
    'p', 'q', 'r', 's', 't', 'u', 'v', 'w', 'x', 'y', 'z', 0, '|', 0, '~', 0,
};
/* clang-format on */

apr_size_t ce_name_read(ce_name_t *name, const char *text)
{
    return ce_read(name, text);
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

int ce_name_matches(const ce_name_t *pattern, const ce_name_t *name)
{
    const char *p = pattern->text, *p_end = p + pattern->len;
    const char *s = name->text, *s_end = s + name->len;
    const char *star = NULL, *retry = NULL;

    while (s < s_end) {
        if (p < p_end && *p == '*') {
            star = ++p;
            if (star == p_end) {
                return 1;
            }
            retry = s;
        }
        else if (p < p_end && ce_token[(unsigned char)*p] == ce_token[(unsigned char)*s]) {
            p++;
            s++;
        }
        else if (star) {
            /* only the last star needs another try: a longer match of an
             * earlier one leaves no more to the rest than this */
            p = star;
            s = ++retry;
        }
        else {
            return 0;
        }
    }
    while (p < p_end && *p == '*') {
        p++;
    }
    return p == p_end;
}

/* The text is in lower case, and has neither '^' nor '~', which CE_FOLD confuses */
static int begins(const ce_name_t *name, const char *text, apr_size_t len)
{
    apr_size_t i;

    if (name->len < len) {
        return 0;
    }
    if (len < 8) {
        return ce_same_text(name->text, text, len);
    }
    for (i = 0; i + 8 < len; i += 8) {
        if ((ce_word_at(name->text + i) | CE_FOLD) != ce_word_at(text + i)) {
            return 0;
        }
    }
    return (ce_word_at(name->text + len - 8) | CE_FOLD) == ce_word_at(text + len - 8);
}

static int is(const ce_name_t *name, const char *text, apr_size_t len)
{
    return name->len == len && begins(name, text, len);
}

#define IS(name, literal) is(name, literal, sizeof(literal) - 1)
#define BEGINS(name, literal) begins(name, literal, sizeof(literal) - 1)

static unsigned class_a(const ce_name_t *name)
{
    if (BEGINS(name, "access-control-")) {
        return BEGINS(name, "access-control-request-") ? CE_NAME_UNLISTED | CE_NAME_REQUEST
                                                       : CE_NAME_UNLISTED;
    }
    return IS(name, "authorization") ? CE_NAME_UNLISTED : 0;
}

static unsigned class_c(const ce_name_t *name)
{
    if (IS(name, "content-type") || IS(name, "content-length") || IS(name, "cache-control")
        || IS(name, "content-language")) {
        return CE_NAME_SAFELISTED;
    }
    if (IS(name, "connection")) {
        return CE_NAME_UNLISTED | CE_NAME_CONNECTION;
    }
    return IS(name, "cookie") ? CE_NAME_REQUEST : 0;
}

static unsigned class_p(const ce_name_t *name)
{
    if (IS(name, "pragma")) {
        return CE_NAME_SAFELISTED;
    }
    return IS(name, "proxy-connection") || IS(name, "proxy-authenticate")
                   || IS(name, "proxy-authorization")
               ? CE_NAME_UNLISTED
               : 0;
}

static unsigned class_t(const ce_name_t *name)
{
    return IS(name, "te") || IS(name, "trailer") || IS(name, "transfer-encoding") ? CE_NAME_UNLISTED
                                                                                  : 0;
}

/* clang-format off */
const unsigned char ce_class_letters[256] = {
    ['A'] = 1, ['a'] = 1, ['C'] = 1, ['c'] = 1, ['E'] = 1, ['e'] = 1, ['K'] = 1, ['k'] = 1,
    ['L'] = 1, ['l'] = 1, ['O'] = 1, ['o'] = 1, ['P'] = 1, ['p'] = 1, ['S'] = 1, ['s'] = 1,
    ['T'] = 1, ['t'] = 1, ['U'] = 1, ['u'] = 1,
};
/* clang-format on */

unsigned ce_name_class_of(const ce_name_t *name)
{
    switch (ce_token[(unsigned char)*name->text]) {
    case 'a':
        return class_a(name);
    case 'c':
        return class_c(name);
    case 'e':
        return IS(name, "expires") ? CE_NAME_SAFELISTED : 0;
    case 'k':
        return IS(name, "keep-alive") ? CE_NAME_UNLISTED : 0;
    case 'l':
        return IS(name, "last-modified") ? CE_NAME_SAFELISTED : 0;
    case 'o':
        return IS(name, "origin") ? CE_NAME_REQUEST : 0;
    case 'p':
        return class_p(name);
    case 's':
        return IS(name, "set-cookie") || IS(name, "set-cookie2") ? CE_NAME_FORBIDDEN : 0;
    case 't':
        return class_t(name);
    case 'u':
        return IS(name, "upgrade") ? CE_NAME_UNLISTED : 0;
    default:
        return 0;
    }
}

ce_list_e ce_list_next(const char **list, ce_name_t *element)
{
    const char *s = *list, *end;

    while (*s == ',' || *s == ' ' || *s == '\t') {
        s++;
    }
    if (!*s) {
        *list = s;
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
    element->text = s;
    element->len = (apr_uint32_t)(end - s);
    element->hash = 0;
    return CE_LIST_MALFORMED;
}

int ce_list_has(const char *list, const ce_name_t *name)
{
    ce_name_t element;
    ce_list_e what;

    while ((what = ce_list_next(&list, &element)) != CE_LIST_END) {
        if (what == CE_LIST_NAME
            && (ce_name_equal(&element, name) || (element.len == 1 && *element.text == '*'))) {
            return 1;
        }
    }
    return 0;
}

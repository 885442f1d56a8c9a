/* SPDX-License-Identifier: Apache-2.0 */

/* Names, patterns and lists of names. An input is a pattern, a name, and lists, each on a line. */

#include "fuzz.h"

#include "core/name.h"
#include "explain/words.h"

#include "naive.h"

/* Fetch's safelist, what is never written out, what browsers show to nobody */
static unsigned class_of(const char *name)
{
    if (n_is_one_of(name, "cache-control\0content-language\0content-length\0content-type\0expires\0"
                          "last-modified\0pragma\0")) {
        return CE_NAME_SAFELISTED;
    }
    if (n_is_one_of(name, "set-cookie\0set-cookie2\0")) {
        return CE_NAME_FORBIDDEN;
    }
    if (!strcasecmp(name, "connection")) {
        return CE_NAME_UNLISTED;
    }
    return !strncasecmp(name, "access-control-", 15)
                   || n_is_one_of(name, "authorization\0keep-alive\0proxy-connection\0"
                                        "proxy-authenticate\0proxy-authorization\0te\0trailer\0"
                                        "transfer-encoding\0upgrade\0")
               ? CE_NAME_UNLISTED
               : 0;
}

static void try_names(apr_pool_t *p, const char *first, const char *second)
{
    const char *right;
    ce_name_t a, b;
    int is_equal = !strcasecmp(first, second);

    if (!n_is_token(first) || !n_is_token(second)) {
        return;
    }
    CHECK(ce_name_read(&a, first) == strlen(first) && a.len == strlen(first), "'%s'", first);
    CHECK(ce_name_read(&b, second) == strlen(second), "'%s'", second);
    CHECK(ce_name_equal(&a, &b) == is_equal, "'%s' and '%s'", first, second);
    CHECK(!is_equal || a.hash == b.hash, "'%s' and '%s'", first, second);
    CHECK(ce_name_class(&a) == class_of(first), "'%s': %u", first, ce_name_class(&a));
    CHECK(ce_name_class(&b) == class_of(second), "'%s': %u", second, ce_name_class(&b));
    CHECK(ce_name_is_wildcard(&a) == !strcmp(first, "*"), "'%s'", first);
    if (strlen(first) <= CE_PATTERN_MAX) {
        CHECK(ce_name_matches(&a, &b) == n_matches(p, first, second), "'%s' and '%s': %d", first,
              second, ce_name_matches(&a, &b));
    }
    ce_words_fault(&(ce_edit_t){a, CE_ADD, strchr(first, '*') ? CE_PATTERN : CE_NAME}, p, &right);
    ce_words_fault(&(ce_edit_t){b, CE_REMOVE, CE_NAME}, p, &right);
}

static void try_list(apr_pool_t *p, const char *list, const char *name)
{
    const char *naive = list, *next = list;
    apr_uint32_t n = 0;
    int has = 0;
    ce_name_t element;
    ce_list_e what;

    for (;;) {
        size_t len = strcspn(naive, ","), skipped = strspn(naive, " \t");
        char *text = apr_pstrmemdup(p, naive + (skipped < len ? skipped : len),
                                    len - (skipped < len ? skipped : len));

        for (len = strlen(text); len && strchr(" \t", text[len - 1]);) {
            text[--len] = '\0';
        }
        if (*text) {
            n++;
            what = ce_list_next(&next, &element);
            CHECK(what == (n_is_token(text) ? CE_LIST_NAME : CE_LIST_MALFORMED), "'%s' of '%s'",
                  text, list);
            CHECK(element.len == len && !memcmp(element.text, text, len), "'%s' of '%s'", text,
                  list);
            has |= !strcmp(text, "*") || !strcasecmp(text, name);
        }
        naive += strcspn(naive, ",");
        if (!*naive++) {
            break;
        }
    }
    CHECK(ce_list_next(&next, &element) == CE_LIST_END, "'%s'", list);
    CHECK(ce_list_count(list) == n, "'%s': %u", list, ce_list_count(list));
    if (n_is_token(name)) {
        CHECK(ce_list_has(list, name) == has, "'%s' in '%s'", name, list);
    }
}

static void try_input(apr_pool_t *p, const char *text)
{
    const char *pattern = next_line(p, &text), *name = next_line(p, &text), *list;

    if (!name) {
        return;
    }
    try_names(p, pattern, name);
    while ((list = next_line(p, &text))) {
        try_list(p, list, name);
        ce_words_read_origin(list, NULL);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */

#include <string.h>

#include "core/facts.h"

static int is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* What stands around a value isn't part of it, and a client never sees it
 * (RFC 9110, section 5.5) */
static int is_value(const char *value, const char *expected)
{
    apr_size_t len = strlen(expected);

    while (is_blank(*value)) {
        value++;
    }
    if (strncmp(value, expected, len)) {
        return 0;
    }
    for (value += len; is_blank(*value); value++) {
    }
    return !*value;
}

#define IS(key, len, name) ((len) == sizeof(name) - 1 && ce_same_text(key, name, len))

static void read_access_control(ce_facts_t *facts, apr_pool_t *p, const apr_table_entry_t *field)
{
    apr_size_t len = strlen(field->key);

    if (IS(field->key, len, CE_ALLOW_ORIGIN)) {
        if (facts->nallow_origin++ == 0) {
            facts->allow_origin = field->val;
        }
    }
    else if (IS(field->key, len, CE_ALLOW_CREDENTIALS)) {
        if (facts->nallow_credentials++ == 0) {
            facts->allow_credentials = field->val;
        }
        facts->allows_credentials |= is_value(field->val, "true");
    }
    else if (IS(field->key, len, CE_EXPOSE_HEADERS)) {
        if (!facts->own) {
            facts->own = apr_array_make(p, 1, sizeof(const char *));
        }
        APR_ARRAY_PUSH(facts->own, const char *) = field->val;
    }
}

/* One pass costs less than looking four fields up: it passes by most lines at
 * their first letter */
static void read_table(ce_facts_t *facts, apr_pool_t *p, const apr_table_t *table)
{
    const apr_array_header_t *fields = apr_table_elts(table);
    apr_table_entry_t *field = (apr_table_entry_t *)fields->elts, *end = field + fields->nelts;

    for (; field < end; field++) {
        const char *key = field->key;
        int letter = *key | 0x20;

        if (letter == 'a') {
            /* not Accept-Ranges, which most answers have */
            if ((key[1] | 0x20) == 'c' && (key[2] | 0x20) == 'c' && (key[3] | 0x20) == 'e'
                && (key[4] | 0x20) == 's') {
                read_access_control(facts, p, field);
            }
        }
        else if (letter == 'v' && (key[1] | 0x20) == 'a' && (key[2] | 0x20) == 'r'
                 && (key[3] | 0x20) == 'y' && !key[4]) {
            facts->varies_on_origin |= ce_list_has(field->val, "Origin");
            facts->vary = facts->vary ? facts->vary : field;
        }
    }
}

void ce_facts_read_response(ce_facts_t *facts, apr_pool_t *p)
{
    read_table(facts, p, facts->err_headers_out);
    read_table(facts, p, facts->headers_out);
}

void ce_facts_read_list(ce_facts_t *facts, apr_pool_t *p)
{
    if (apr_table_get(facts->err_headers_out, CE_EXPOSE_HEADERS)
        || apr_table_get(facts->headers_out, CE_EXPOSE_HEADERS)) {
        ce_facts_read_response(facts, p);
    }
}

int ce_facts_pass_cors_check(const ce_facts_t *facts)
{
    /* two lines are one value with a comma in it, and no origin */
    return facts->nallow_origin == 1
           && (is_value(facts->allow_origin, facts->context.origin)
               || is_value(facts->allow_origin, "*"));
}

ce_credential_e ce_facts_credential(const ce_facts_t *facts)
{
    if (!facts->context.origin) {
        return CE_CREDENTIAL_NO_ORIGIN;
    }
    return facts->allows_credentials ? CE_CREDENTIAL_ALLOWED : facts->client(facts->context.ctx);
}

const char *ce_credential_word(ce_credential_e credential)
{
    static const char *const words[] = {
        [CE_NOT_CREDENTIALED] = NULL,
        [CE_CREDENTIAL_NO_ORIGIN] = "no Origin",
        [CE_CREDENTIAL_ALLOWED] = CE_ALLOW_CREDENTIALS,
        [CE_CREDENTIAL_COOKIE] = "Cookie",
        [CE_CREDENTIAL_AUTHORIZATION] = "Authorization",
        [CE_CREDENTIAL_USER] = "authenticated user",
        [CE_CREDENTIAL_CERTIFICATE] = "client certificate",
    };

    return words[credential];
}

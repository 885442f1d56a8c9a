/* SPDX-License-Identifier: Apache-2.0 */

/* What is wrong with a word by its looks. */

#include <string.h>
#include <strings.h>

#include "apr_strings.h"

#include "ce_words.h"

/* As much of a name is shown */
#define WORD_MAX 200

/* What ends with '-' is the beginning of a name */
static const char *const request_headers[] = {"Origin",
                                              "Cookie",
                                              "Host",
                                              "User-Agent",
                                              "Referer",
                                              "Accept",
                                              "Accept-Language",
                                              "If-",
                                              "X-Requested-With",
                                              "X-CSRF-Token",
                                              "Sec-",
                                              "Access-Control-Request-",
                                              NULL};

/* Words of mod_headers' Header, which its users bring along */
static const char *const headers_words[] = {"always", "onsuccess", "early",      "set",   "append",
                                            "merge",  "add",       "setifempty", "unset", "edit",
                                            "echo",   "note",      NULL};

#define LONGEST (sizeof("Content-Security-Policy-Report-Only") - 1)
#define OF_A_LENGTH 8

/* Response headers of IANA's registry of field names, by length, so that a
 * name is compared with few of them. Each row ends with NULL. */
/* clang-format off */
static const char *const registered[LONGEST + 1][OF_A_LENGTH + 1] = {
    [4] = {"Date", "ETag", "Link", "Vary"},
    [5] = {"Allow"},
    [6] = {"Server", "Sunset"},
    [7] = {"Alt-Svc", "Expires", "Refresh", "Warning"},
    [8] = {"Location", "Priority"},
    [9] = {"Accept-CH", "SourceMap"},
    [10] = {"DPoP-Nonce", "Lock-Token"},
    [11] = {"Accept-Post", "CMSD-Static", "Content-MD5", "Critical-CH", "Deprecation", "Repr-Digest",
            "Retry-After"},
    [12] = {"Accept-Patch", "Cache-Status", "CMSD-Dynamic", "Content-Type", "Proxy-Status",
            "Replay-Nonce", "Schedule-Tag"},
    [13] = {"Accept-Ranges", "Cache-Control", "Content-Range", "Last-Modified", "Link-Template",
            "OData-Version", "Server-Timing"},
    [14] = {"Content-Digest", "Content-Length", "OData-EntityId"},
    [15] = {"Clear-Site-Data", "Document-Policy", "Referrer-Policy", "Signature-Input",
            "X-Frame-Options"},
    [16] = {"Content-Encoding", "Content-Language", "Content-Location", "Memento-Datetime",
            "WWW-Authenticate"},
    [17] = {"CDN-Cache-Control", "Speculation-Rules", "Surrogate-Control"},
    [18] = {"Permissions-Policy", "Preference-Applied"},
    [19] = {"Authentication-Info", "Content-Disposition", "Reporting-Endpoints",
            "Timing-Allow-Origin"},
    [20] = {"Origin-Agent-Cluster"},
    [22] = {"Service-Worker-Allowed", "X-Content-Type-Options"},
    [23] = {"Content-Security-Policy"},
    [25] = {"Strict-Transport-Security"},
    [26] = {"Cross-Origin-Opener-Policy"},
    [28] = {"Cross-Origin-Embedder-Policy", "Cross-Origin-Resource-Policy"},
    [LONGEST] = {"Content-Security-Policy-Report-Only"},
};
/* clang-format on */

static inline int same(char a, char b)
{
    return ce_token[(unsigned char)a] == ce_token[(unsigned char)b];
}

static int is_one_of(const ce_name_t *name, const char *const *list)
{
    for (; *list; list++) {
        if (same(*name->text, **list)) {
            apr_size_t len = strlen(*list);

            if ((name->len == len || (name->len > len && (*list)[len - 1] == '-'))
                && !strncasecmp(name->text, *list, len)) {
                return 1;
            }
        }
    }
    return 0;
}

/* Whether a name is a slip for a header's: one letter more, less or other, or
 * two that changed places. A short word may well be a name of its own, as Page
 * is beside Age: there only two letters that changed places, a hyphen or an s
 * at the end count. */
static int is_slip_for(const ce_name_t *name, const char *header, apr_size_t len)
{
    const char *text = name->text;
    apr_size_t longer = name->len > len ? name->len : len;
    apr_size_t shorter = name->len < len ? name->len : len;
    apr_size_t head = 0, tail = 0;

    while (head < shorter && same(text[head], header[head])) {
        head++;
    }
    while (tail < shorter - head && same(text[name->len - 1 - tail], header[len - 1 - tail])) {
        tail++;
    }
    if (head + tail + 2 == longer && name->len == len) {
        return same(text[head], header[head + 1]) && same(text[head + 1], header[head]);
    }
    if (head + tail + 1 != longer) {
        return 0;
    }
    return len >= 8 || (name->len > len && (text[head] == '-' || (!tail && same(text[head], 's'))));
}

static const char *slip(const ce_name_t *name)
{
    apr_size_t len;
    const char *const *header;

    if (name->len <= LONGEST) {
        for (header = registered[name->len]; *header; header++) {
            if (!strncasecmp(name->text, *header, name->len)) {
                return NULL;
            }
        }
    }
    for (len = name->len - 1; len <= name->len + 1 && len <= LONGEST; len++) {
        for (header = registered[len]; *header; header++) {
            if (is_slip_for(name, *header, len)) {
                return *header;
            }
        }
    }
    return NULL;
}

static int looks_like_regex(const ce_name_t *name, ce_kind_e kind)
{
    const char *dot = kind == CE_NAME ? NULL : memchr(name->text, '.', name->len - 1);

    return *name->text == '^' || name->text[name->len - 1] == '$'
           || memchr(name->text, '|', name->len) || (dot && dot[1] == '*');
}

/* Most names begin with "X-". Of these only two request headers and slips for
 * two others are remarkable: X-Requested-With, X-CSRF-Token, X-Frame-Options,
 * X-Content-Type-Options. A slip spares the third letter or the last one. */
static inline int is_plain(const ce_name_t *name)
{
    static const unsigned char third[256] =
        {['C'] = 1, ['c'] = 1, ['F'] = 1, ['f'] = 1, ['R'] = 1, ['r'] = 1};

    return name->len > 2 && (*name->text | 0x20) == 'x' && name->text[1] == '-'
           && !third[(unsigned char)name->text[2]] && (name->text[name->len - 1] | 0x20) != 's';
}

const char *ce_words_fault(const ce_name_t *name, ce_kind_e kind, int is_added, apr_pool_t *p)
{
    const char *header;

    if (kind == CE_WILDCARD) {
        return NULL;
    }
    if (looks_like_regex(name, kind)) {
        return "looks like a regular expression (the only special character is *, which stands "
               "for any characters: X-RateLimit-*)";
    }
    if (kind == CE_NAME && name->len > 1 && name->text[name->len - 1] == '-') {
        return apr_psprintf(p, "ends with a hyphen (say %.*s* for all names that begin so)",
                            (int)(name->len < WORD_MAX ? name->len : WORD_MAX), name->text);
    }
    if (kind != CE_NAME || is_plain(name)) {
        return NULL;
    }
    if (is_added && is_one_of(name, request_headers)) {
        return "is a request header (responses don't carry it: leave it out)";
    }
    if (is_added && name->len > 15 && !strncasecmp(name->text, "Access-Control-", 15)) {
        return "is for the browser, which reads it itself (no script needs it: leave it out)";
    }
    if (is_added && is_one_of(name, headers_words)) {
        return "is a word of mod_headers' Header, and taken as a header's name here (leave it out)";
    }
    header = slip(name);
    return header ? apr_psprintf(p, "is one letter away from a registered header (say %s)", header)
                  : NULL;
}

/* ------------------------------------------------------------------ */
/* Origins                                                             */

int ce_words_is_private(const ce_origin_t *origin)
{
    static const char *const names[] = {"localhost", "local", "localdomain", "test", "internal",
                                        "example",   "lan",   "home",        "corp", "intranet"};
    apr_size_t i;

    for (i = 0; i < sizeof(names) / sizeof(*names); i++) {
        /* after the dot */
        if (origin->host_len == strlen(names[i]) + 1
            && !strncmp(origin->host + 1, names[i], origin->host_len - 1)) {
            return 1;
        }
    }
    return 0;
}

int ce_words_is_loopback(const ce_origin_t *origin)
{
    static const char *const names[] = {"localhost", "127.0.0.1", "[::1]"};
    apr_size_t i;

    for (i = 0; i < sizeof(names) / sizeof(*names); i++) {
        if (!origin->subdomains && origin->host_len == strlen(names[i])
            && !strncmp(origin->host, names[i], origin->host_len)) {
            return 1;
        }
    }
    return 0;
}

/* ------------------------------------------------------------------ */
/* Expressions                                                         */

/* Whether what comes before a header's name reads it: %{HTTP:, req(' and so on */
static int reads(const char *start, const char *name)
{
    static const char *const readers[] = {"http", "req", "req_novary"};
    const char *end = name - 1, *word;
    int quoted = end >= start && (*end == '\'' || *end == '"');
    apr_size_t i;

    if (quoted) {
        for (end--; end >= start && (*end == ' ' || *end == '\t'); end--) {
        }
    }
    if (end < start || *end != (quoted ? '(' : ':')) {
        return 0;
    }
    while (end > start && (end[-1] == ' ' || end[-1] == '\t')) {
        end--;
    }
    for (word = end; word > start && ce_token[(unsigned char)word[-1]]; word--) {
    }
    for (i = 0; i < sizeof(readers) / sizeof(*readers); i++) {
        if ((apr_size_t)(end - word) == strlen(readers[i])
            && !strncasecmp(word, readers[i], strlen(readers[i]))) {
            return 1;
        }
    }
    return 0;
}

int ce_words_read_origin(const char *expr)
{
    const char *at;

    for (at = expr; *at; at++) {
        if ((*at | 0x20) == 'o' && !strncasecmp(at, "origin", 6) && at[6]
            && strchr("}'\" \t", at[6]) && reads(expr, at)) {
            return 1;
        }
    }
    return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */

/**
 * @file naive.h
 * @brief The design's second section a second time, as plainly as can be: which words are accepted,
 * and what they say.
 */

#ifndef NAIVE_H
#define NAIVE_H

#include <ctype.h>
#include <strings.h>

#include "tap.h"

#include "core/line.h"

enum { N_EDITS = 24, N_ORIGINS = 8 };

typedef struct n_edit_t {
    ce_op_e op;
    const char *text; /* without its sign; "" for None */
} n_edit_t;

typedef struct n_line_t {
    int nedits, norigins;
    n_edit_t edits[N_EDITS];
    const char *origins[N_ORIGINS];
    const char *env, *expr; /* env with its '!' */
} n_line_t;

static inline int n_is_token(const char *text)
{
    size_t i;

    for (i = 0; text[i]; i++) {
        if (!isalnum((unsigned char)text[i]) && !strchr("!#$%&'*+-.^_`|~", text[i])) {
            return 0;
        }
    }
    return i > 0;
}

/* By filling in a table: exact[i][j] says whether the first i of the pattern match the first j of
 * the name */
static inline int n_matches(apr_pool_t *p, const char *pattern, const char *name)
{
    size_t np = strlen(pattern), nn = strlen(name), i, j;
    char *table = apr_pcalloc(p, (np + 1) * (nn + 1));

#define AT(i, j) table[(i) * (nn + 1) + (j)]
    AT(0, 0) = 1;
    for (i = 1; i <= np; i++) {
        for (j = 0; j <= nn; j++) {
            AT(i, j) = pattern[i - 1] == '*' ? AT(i - 1, j) || (j && AT(i, j - 1))
                                             : j && AT(i - 1, j - 1)
                                                   && tolower((unsigned char)pattern[i - 1])
                                                          == tolower((unsigned char)name[j - 1]);
        }
    }
    return AT(np, nn);
#undef AT
}

/* ------------------------------------------------------------------ */
/* Origins                                                             */

/* A number from 1 to 65535 without zeros before it */
static inline int n_is_port(const char *text)
{
    size_t len = strlen(text);

    return len >= 1 && len <= 5 && strspn(text, "0123456789") == len && *text != '0'
           && atoi(text) <= 65535;
}

#define N_HOST "abcdefghijklmnopqrstuvwxyz0123456789-_."

typedef struct n_origin_t {
    char *scheme, *host, *port; /* "https", "a.example", "8443", "*" or NULL: no port */
    int subdomains, any_host, is_file;
} n_origin_t;

static inline const char *n_default_port(const char *scheme)
{
    return !strcmp(scheme, "http") || !strcmp(scheme, "ws")     ? "80"
           : !strcmp(scheme, "https") || !strcmp(scheme, "wss") ? "443"
           : !strcmp(scheme, "ftp")                             ? "21"
                                                                : NULL;
}

/* @return whether the origin is accepted */
static inline int n_origin_read(apr_pool_t *p, n_origin_t *o, const char *text)
{
    const char *sep = strstr(text, "://");
    char *port;

    memset(o, 0, sizeof(*o));
    if (!sep || !islower((unsigned char)*text)) {
        return 0;
    }
    o->scheme = apr_pstrmemdup(p, text, (size_t)(sep - text));
    o->host = apr_pstrdup(p, sep + 3);
    if (o->scheme[strspn(o->scheme, "abcdefghijklmnopqrstuvwxyz0123456789+-.")]) {
        return 0;
    }
    if (!strcmp(o->host, "*")) {
        o->any_host = 1;
        return !n_default_port(o->scheme);
    }
    if (!*o->host) {
        o->is_file = 1;
        return !strcmp(o->scheme, "file");
    }
    port = strchr(*o->host == '[' && strchr(o->host, ']') ? strchr(o->host, ']') : o->host, ':');
    if (port) {
        *port++ = '\0';
        o->port = port;
        if (strcmp(port, "*")
            && (!n_is_port(port)
                || (n_default_port(o->scheme) && !strcmp(port, n_default_port(o->scheme))))) {
            return 0;
        }
    }
    if (!strncmp(o->host, "*.", 2)) {
        o->subdomains = 1;
        o->host++;
    }
    if (*o->host == '[') {
        size_t len = strspn(o->host + 1, "abcdef0123456789:.");

        return !o->subdomains && len && !strcmp(o->host + 1 + len, "]");
    }
    return strlen(o->host) > (size_t)o->subdomains && !o->host[strspn(o->host, N_HOST)];
}

static inline int n_port_matches(const n_origin_t *o, const char *rest)
{
    if (!o->port) {
        return !*rest;
    }
    return !strcmp(o->port, "*") ? !*rest || (*rest == ':' && n_is_port(rest + 1))
                                 : *rest == ':' && !strcmp(rest + 1, o->port);
}

/* Labels with dots between them: none is empty */
static inline int n_are_labels(const char *text, size_t len)
{
    size_t i, label = 0;

    for (i = 0; i < len; i++) {
        if (!strchr(N_HOST, text[i]) || (text[i] == '.' && !label)) {
            return 0;
        }
        label = text[i] == '.' ? 0 : label + 1;
    }
    return label > 0;
}

static inline int n_origin_matches(const n_origin_t *o, const char *sent)
{
    size_t nscheme = strlen(o->scheme), nhost = strlen(o->host), i;

    if (strncmp(sent, o->scheme, nscheme) || strncmp(sent + nscheme, "://", 3)) {
        return 0;
    }
    sent += nscheme + 3;
    if (o->is_file) {
        return !*sent;
    }
    if (o->any_host) {
        return *sent && !sent[strspn(sent, N_HOST "ABCDEFGHIJKLMNOPQRSTUVWXYZ")];
    }
    if (!o->subdomains) {
        return !strncmp(sent, o->host, nhost) && n_port_matches(o, sent + nhost);
    }
    for (i = 1; i <= strlen(sent); i++) {
        if (!strncmp(sent + i, o->host, nhost) && n_are_labels(sent, i)
            && n_port_matches(o, sent + i + nhost)) {
            return 1;
        }
    }
    return 0;
}

/* ------------------------------------------------------------------ */
/* Words                                                               */

static inline int n_is_one_of(const char *word, const char *list)
{
    size_t len = strlen(word);

    for (; *list; list += strlen(list) + 1) {
        if (strlen(list) == len && !strcasecmp(list, word)) {
            return 1;
        }
    }
    return 0;
}

/* A name or a pattern, of 64 characters at most when "**" is "*" */
static inline int n_is_name(const char *text)
{
    size_t len = 0, i;

    for (i = 0; text[i]; i++) {
        len += text[i] != '*' || !i || text[i - 1] != '*';
    }
    return *text && *text != '#' && n_is_token(text) && (!strchr(text, '*') || len <= 64);
}

static inline int n_add(n_line_t *line, ce_op_e op, const char *text)
{
    if (line->nedits < N_EDITS) {
        line->edits[line->nedits].op = op;
        line->edits[line->nedits].text = text;
    }
    line->nedits++;
    return 1;
}

static inline int n_edit(n_line_t *line, const char *word)
{
    const char *name = word + (*word == '+' || *word == '-');

    if (line->norigins || line->env || line->expr
        || n_is_one_of(word, "on\0off\0all\0true\0false\0-none\0set-cookie\0set-cookie2\0")
        || (*word == '!' && (isalnum((unsigned char)word[1]) || word[1] == '*'))) {
        return 0;
    }
    if (n_is_one_of(word, "none\0")) {
        return n_add(line, CE_FORGET, "");
    }
    return n_is_name(name) && !n_is_one_of(name, "set-cookie\0set-cookie2\0")
           && n_add(line, *word == '-' ? CE_REMOVE : CE_ADD, name);
}

static inline int n_never(n_line_t *line, const char *word)
{
    if (*word == '+' || *word == '-' || n_is_one_of(word, "none\0on\0off\0") || !n_is_name(word)) {
        return 0;
    }
    return n_is_one_of(word, "set-cookie\0set-cookie2\0") || n_add(line, CE_REMOVE, word);
}

/* @param word with all that follows */
static inline int n_condition(apr_pool_t *p, n_line_t *line, const char *word)
{
    const char *value = strchr(word, '=') + 1;
    const char *key = apr_pstrmemdup(p, word, (size_t)(value - 1 - word));

    if (!strcasecmp(key, "origin")) {
        n_origin_t origin;

        if (line->norigins < N_ORIGINS) {
            line->origins[line->norigins] = value;
        }
        line->norigins++;
        return !strpbrk(value, " \t,") && n_origin_read(p, &origin, value);
    }
    if (!strcasecmp(key, "env")) {
        if (line->env || !value[*value == '!']
            || strpbrk(value + (*value == '!'), " \t,\"'%${}=!")) {
            return 0;
        }
        line->env = value;
        return 1;
    }
    if (!strcasecmp(key, "expr") && !line->expr && value[strspn(value, " \t")]) {
        /* all of it between quotes, or a quote that nothing closes */
        const char *close = strchr("\"'", *value) ? strchr(value + 1, *value) : value;

        line->expr = value;
        return close && (close == value || close[1]);
    }
    return 0;
}

typedef enum { N_EDIT_LINE, N_NEVER_LINE, N_ADDED_LINE } n_kind_e;

/* One of httpd's words */
static inline int n_word(apr_pool_t *p, n_line_t *line, const char *word, n_kind_e kind, int *any)
{
    while (word[strspn(word, " \t,")]) {
        size_t len;
        char *piece, *equals;

        word += strspn(word, " \t,");
        len = strcspn(word, " \t,");
        piece = apr_pstrmemdup(p, word, len);
        equals = strchr(piece, '=');
        *any = 1;
        if (*piece == '#') {
            return 0;
        }
        if (kind == N_EDIT_LINE && equals
            && n_is_token(apr_pstrmemdup(p, piece, (size_t)(equals - piece))) && equals > piece) {
            return n_condition(p, line, word);
        }
        if (!(kind == N_NEVER_LINE ? n_never : n_edit)(line, piece)) {
            return 0;
        }
        word += len;
    }
    return 1;
}

/* @return whether the line is accepted */
static inline int n_line_read(apr_pool_t *p, n_line_t *line, const apr_array_header_t *words,
                              n_kind_e kind)
{
    int i, any = 0;

    memset(line, 0, sizeof(*line));
    for (i = 0; i < words->nelts; i++) {
        if (!n_word(p, line, APR_ARRAY_IDX(words, i, const char *), kind, &any)) {
            return 0;
        }
    }
    return kind == N_NEVER_LINE ? any : line->nedits > 0;
}

#endif /* NAIVE_H */

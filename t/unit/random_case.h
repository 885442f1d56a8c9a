/* SPDX-License-Identifier: Apache-2.0 */

/**
 * @file random_case.h
 * @brief Random policies and responses, as plain data.
 */

#ifndef RANDOM_CASE_H
#define RANDOM_CASE_H

#include "policies.h"

#include "core/facts.h"

#define BOUND 8000

/* The fuzzer has more of the middle ones */
#ifndef MAX_LINES
#define MAX_LINES 4
#define MAX_LINE_EDITS 4
#define MAX_HEADERS 16
#define MAX_EDITS 256
#endif
#define MAX_CONTAINERS 6
#define MAX_OWN 3

enum { NO, HOLDS, FAILS, BROKEN }; /* how a condition comes out */

typedef struct p_edit_t {
    ce_op_e op;
    const char *text;
} p_edit_t;

typedef struct p_line_t {
    int is_never;
    int origin, env, expr;
    int nedits;
    p_edit_t edits[MAX_LINE_EDITS];
} p_line_t;

typedef struct p_container_t {
    unsigned setting[CE_NSETTINGS];
    int nlines;
    p_line_t lines[MAX_LINES];
    int counts; /* 0: no part of the policy; 1: its Never lists; 2: all of it */
    ce_policy_t *policy;
} p_container_t;

typedef struct p_header_t {
    const char *name, *value;
    int in_error_table;
} p_header_t;

typedef struct p_case_t {
    apr_uint64_t state; /* of the random numbers */
    int ncontainers;
    p_container_t containers[MAX_CONTAINERS];
    int nadded;
    p_line_t added[2];
    int nheaders; /* the response's own lists among them */
    p_header_t headers[MAX_HEADERS];
    const char *origin; /* of the request, or NULL */
    int preflight;
    int cookie, authorization, user, certificate, is_stored, is_for_store, is_of_other, status;
    unsigned later;
    const ce_policy_t *policy, *prepared;
} p_case_t;

/* A number below n */
static int rnd(p_case_t *c, int n)
{
    c->state ^= c->state << 13;
    c->state ^= c->state >> 7;
    c->state ^= c->state << 17;
    return (int)((c->state >> 20) % (unsigned)n);
}

#define PICK(c, array) ((array)[rnd(c, (int)(sizeof(array) / sizeof(*(array))))])

static const char *const names[] = {"X-A",  "x-a",          "X-B",  "X-Bc",
                                    "X-C",  "ETag",         "Date", "Authorization",
                                    "Vary", "Content-Type", "Etag", "x-expose-headers-Detail"};
static const char *const patterns[] = {"*",  "*",   "X-*", "x-*", "X-**", "*-A",  "*-b*",
                                       "E*", "*a*", "D*",  "**",  "X-A*", "*e*t*"};

/* One in a few thousand is too long for a value, or nearly so */
static const char *random_name(p_case_t *c, apr_pool_t *p)
{
    char *text;
    int len;

    if (rnd(c, 300)) {
        return PICK(c, names);
    }
    len = rnd(c, 4) ? 1000 + rnd(c, 4000) : BOUND - 10 + rnd(c, 20);
    text = apr_palloc(p, (apr_size_t)len + 1);
    memset(text, 'X', (apr_size_t)len);
    text[len] = '\0';
    return text;
}

static void random_line(p_case_t *c, apr_pool_t *p, p_line_t *line, int conditions)
{
    int i;

    memset(line, 0, sizeof(*line));
    line->is_never = conditions && !rnd(c, 6);
    line->nedits = 1 + rnd(c, rnd(c, 3) ? 2 : 4);
    for (i = 0; i < line->nedits; i++) {
        p_edit_t *edit = &line->edits[i];
        int what = rnd(c, 12);

        edit->op = line->is_never || what > 8 ? CE_REMOVE : what ? CE_ADD : CE_FORGET;
        edit->text = rnd(c, 3) ? random_name(c, p) : PICK(c, patterns);
    }
    if (conditions && !line->is_never && !rnd(c, 4)) {
        line->origin = rnd(c, 3);
        line->env = rnd(c, 3);
        line->expr = rnd(c, 4);
    }
}

static void random_container(p_case_t *c, apr_pool_t *p, p_container_t *container)
{
    static const unsigned most[CE_NSETTINGS] = {CE_BACKEND_KEEP, CE_WILDCARD_EXPAND, CE_WHEN_OFF};
    int i;

    memset(container, 0, sizeof(*container));
    container->counts = 2;
    container->nlines = rnd(c, 4);
    for (i = 0; i < container->nlines; i++) {
        random_line(c, p, &container->lines[i], 1);
    }
    for (i = 0; i < CE_NSETTINGS; i++) {
        container->setting[i] = rnd(c, 5) ? 0 : (unsigned)rnd(c, (int)most[i] + 1);
    }
}

static void add_header(p_case_t *c, const char *name, const char *value)
{
    p_header_t *header = &c->headers[c->nheaders++];

    header->name = name;
    header->value = value;
    header->in_error_table = rnd(c, 2);
}

static const char *random_list(p_case_t *c, apr_pool_t *p)
{
    static const char *const odd[] = {"",           "",    "X Y", "@", "\"X-A\"",
                                      "Set-Cookie", "X-*", "*",   "*", "None"};
    const char *list = "";
    int n = rnd(c, 5);

    while (n--) {
        list = apr_pstrcat(p, list, rnd(c, 2) ? "," : " ,\t",
                           rnd(c, 3) ? random_name(c, p) : PICK(c, odd), rnd(c, 2) ? " " : "",
                           NULL);
    }
    return *list ? list + 1 : list;
}

static void random_headers(p_case_t *c, apr_pool_t *p)
{
    static const char *const more[] = {"*",
                                       "X@A",
                                       "Set-Cookie",
                                       "Content-Language",
                                       "Upgrade",
                                       "X-Own",
                                       "Access-Control-Max-Age",
                                       "Server",
                                       "Last-Modified"};
    static const char *const origins[] = {"*", ORIGIN, " *\t", "https://b.example", "", ORIGIN " "};
    static const char *const trues[] = {"true", "true", " true", "True", "false"};
    static const char *const hops[] = {"close", "x-a", "X-C, X-b", ""};
    static const char *const varies[] = {"Accept", "origin", "*", "A, Origin"};
    int n = rnd(c, 6);

    while (n--) {
        add_header(c, rnd(c, 3) ? random_name(c, p) : PICK(c, more), "1");
    }
    for (n = rnd(c, 3) ? 1 : rnd(c, 3); n; n--) {
        add_header(c, CE_ALLOW_ORIGIN, PICK(c, origins));
    }
    if (!rnd(c, 3)) {
        add_header(c, CE_ALLOW_CREDENTIALS, PICK(c, trues));
    }
    if (!rnd(c, 8)) {
        add_header(c, "Connection", PICK(c, hops));
    }
    if (!rnd(c, 5)) {
        add_header(c, "VARY", PICK(c, varies));
    }
    for (n = rnd(c, 2) ? 0 : 1 + rnd(c, MAX_OWN); n; n--) {
        add_header(c, rnd(c, 3) ? CE_EXPOSE_HEADERS : "access-control-expose-headers",
                   random_list(c, p));
    }
}

static void random_case(p_case_t *c, apr_pool_t *p, apr_uint64_t seed)
{
    int i;

    memset(c, 0, sizeof(*c));
    c->state = (seed + 1) * APR_UINT64_C(0x9E3779B97F4A7C15);
    c->ncontainers = 1 + rnd(c, MAX_CONTAINERS);
    for (i = 0; i < c->ncontainers; i++) {
        random_container(c, p, &c->containers[i]);
    }
    for (i = c->nadded = rnd(c, 4) ? 0 : 1 + rnd(c, 2); i; i--) {
        random_line(c, p, &c->added[i - 1], 0);
    }
    random_headers(c, p);
    c->origin = rnd(c, 4) ? ORIGIN : NULL;
    c->preflight = c->origin && !rnd(c, 20);
    c->cookie = c->origin && !rnd(c, 5);
    c->authorization = c->origin && !rnd(c, 8);
    c->user = !rnd(c, 8);
    c->certificate = !rnd(c, 8);
    c->is_stored = !rnd(c, 12);
    c->status = rnd(c, 3) ? 200 : 304;
    c->is_for_store = c->status == 304 && !rnd(c, 3);
    c->is_of_other = !rnd(c, 12);
    c->later = (unsigned)rnd(c, 8);
}

#endif /* RANDOM_CASE_H */

/* Licensed to the public under the Apache License, Version 2.0; see LICENSE. */

#include <string.h>

#include "apr_strings.h"

#include "ce_decision.h"
#include "ce_listing.h"
#include "ce_read.h"

#define HTTP_NOT_MODIFIED 304

/* A list that exposes nothing but takes the place of one that does */
#define HARMLESS "Cache-Control"

/* ------------------------------------------------------------------ */
/* The response's own lines, in either table                           */

/* What they say that matters here */
typedef struct response_t {
    const char *allow_origin; /* Access-Control-Allow-Origin's first line, or NULL */
    int nallow_origin;        /* its lines */
    int allows_credentials;   /* some line of Access-Control-Allow-Credentials is "true" */
    int varies;               /* Vary is there */
    int varies_on_origin;     /* it has Origin, or '*' */
    int has_list;             /* Access-Control-Expose-Headers is there */
} response_t;

/* What stands around a value isn't part of it, and a client never sees it
 * (RFC 9110, section 5.5) */
static int is_value(const char *line, const char *value)
{
    apr_size_t len;

    if (!strcmp(line, value)) {
        return 1;
    }
    len = strlen(value);
    line += strspn(line, " \t");
    return !strncmp(line, value, len) && !line[len + strspn(line + len, " \t")];
}

static int has_origin(const char *vary)
{
    ce_name_t origin = ce_name_of("Origin");

    return ce_list_has(vary, &origin);
}

static CE_APART void read_line(response_t *response, const apr_table_entry_t *line)
{
    const char *name = line->key;

    switch (strlen(name)) {
    case sizeof("Vary") - 1:
        if (ce_is_named(name, "Vary")) {
            response->varies = 1;
            response->varies_on_origin |= has_origin(line->val);
        }
        break;
    case sizeof(CE_ALLOW_ORIGIN) - 1:
        if (ce_is_named(name, CE_ALLOW_ORIGIN) && response->nallow_origin++ == 0) {
            response->allow_origin = line->val;
        }
        break;
    case sizeof(CE_ALLOW_CREDENTIALS) - 1:
        response->allows_credentials |= ce_is_named(name, CE_ALLOW_CREDENTIALS)
                                        && is_value(line->val, "true");
        break;
    case sizeof(CE_EXPOSE_HEADERS) - 1:
        response->has_list |= ce_is_named(name, CE_EXPOSE_HEADERS);
        break;
    default:
        break;
    }
}

/* One pass costs less than looking each field up: it passes by most of them at
 * their first letter */
static CE_APART void read_response(response_t *response, const ce_facts_t *facts)
{
    static const unsigned char watched[256] = {['A'] = 1, ['a'] = 1, ['V'] = 1, ['v'] = 1};
    const apr_array_header_t *lines = apr_table_elts(facts->err_headers_out);
    const apr_array_header_t *last = apr_table_elts(facts->headers_out);

    memset(response, 0, sizeof(*response));
    for (;; lines = last) {
        const apr_table_entry_t *line = (const apr_table_entry_t *)lines->elts;
        const apr_table_entry_t *end = line + lines->nelts;

        for (; line < end; line++) {
            if (watched[(unsigned char)*line->key]) {
                read_line(response, line);
            }
        }
        if (lines == last) {
            return;
        }
    }
}

/* https://fetch.spec.whatwg.org/#concept-cors-check, for an Origin */
static int passes_cors_check(const response_t *response, const char *origin)
{
    /* two lines are one value with a comma in it, and no origin */
    return response->nallow_origin == 1
           && (is_value(response->allow_origin, origin)
               || (is_value(response->allow_origin, "*") && !response->allows_credentials));
}

/* ------------------------------------------------------------------ */
/* What is exposed                                                     */

ce_credential_e ce_credential(const ce_ask_t *ask, int allows_credentials)
{
    if (!ask->request->origin) {
        return CE_CREDENTIAL_NO_ORIGIN;
    }
    if (allows_credentials) {
        return CE_CREDENTIAL_ALLOWED;
    }
    if (ask->request->cookie) {
        return CE_CREDENTIAL_COOKIE;
    }
    if (ask->request->authorization) {
        return CE_CREDENTIAL_AUTHORIZATION;
    }
    if (ask->questions->user(ask->baton)) {
        return CE_CREDENTIAL_USER;
    }
    return ask->questions->certificate(ask->baton) ? CE_CREDENTIAL_CERTIFICATE
                                                   : CE_NOT_CREDENTIALED;
}

/* Append the elements of a list that the response brings along, as edits that
 * add; what isn't a token is counted */
static void read_list(apr_array_header_t *edits, ce_verdict_t *verdict, const char *list)
{
    ce_edit_t edit = {{0}, CE_ADD, CE_NAME};
    ce_list_e what;

    while ((what = ce_list_next(&list, &edit.name)) != CE_LIST_END) {
        if (what == CE_LIST_MALFORMED) {
            if (verdict->malformed++ == 0) {
                verdict->malformed_1 = edit.name;
            }
            continue;
        }
        /* a pattern means nothing to Fetch: X-* is a name here */
        edit.kind = edit.name.len == 1 && *edit.name.text == '*' ? CE_EVERYTHING : CE_NAME;
        APR_ARRAY_PUSH(edits, ce_edit_t) = edit;
    }
}

static ce_line_t *read_backend(ce_verdict_t *verdict, apr_pool_t *p, const ce_facts_t *facts)
{
    const apr_table_t *const tables[] = {facts->err_headers_out, facts->headers_out};
    apr_array_header_t *edits = apr_array_make(p, 8, sizeof(ce_edit_t));
    ce_line_t *line = apr_pcalloc(p, sizeof(*line));
    int i, j;

    for (i = 0; i < 2; i++) {
        const apr_array_header_t *lines = apr_table_elts(tables[i]);

        for (j = 0; j < lines->nelts; j++) {
            const apr_table_entry_t *entry = &APR_ARRAY_IDX(lines, j, apr_table_entry_t);

            if (ce_is_named(entry->key, CE_EXPOSE_HEADERS)) {
                read_list(edits, verdict, entry->val);
            }
        }
    }
    line->edits = (const ce_edit_t *)edits->elts;
    line->nedits = edits->nelts;
    return line;
}

/* Set-Cookie is forbidden whatever is said; edits can't name it, a backend can */
static void drop_forbidden(ce_line_t *line, apr_pool_t *p)
{
    ce_edit_t *kept = apr_palloc(p, (apr_size_t)line->nedits * sizeof(*kept));
    int i, n = 0;

    for (i = 0; i < line->nedits; i++) {
        if (!(ce_name_class(&line->edits[i].name) & CE_NAME_FORBIDDEN)) {
            kept[n++] = line->edits[i];
        }
    }
    line->edits = kept;
    line->nedits = n;
}

/* Where other modules or the response bring edits along */
static CE_APART const ce_flat_t *flatten_with(ce_verdict_t *verdict, apr_pool_t *p,
                                              const ce_policy_t *policy, const ce_facts_t *facts)
{
    ce_extra_t extra = {facts->ask.request->added, NULL, 0};
    unsigned how = ce_policy_setting(policy, CE_BACKEND_SETTING);

    if (verdict->present && how != CE_REPLACE) {
        ce_line_t *backend = read_backend(verdict, p, facts);

        if (backend->nedits) {
            /* valid is what Fetch can parse, so Set-Cookie alone is a list to keep */
            extra.backend = backend;
            extra.backend_only = how == CE_KEEP;
            drop_forbidden(backend, p);
        }
    }
    return ce_policy_flatten(p, policy, &extra, &facts->ask);
}

static inline const ce_flat_t *flatten(ce_verdict_t *verdict, apr_pool_t *p,
                                       const ce_policy_t *policy, const ce_facts_t *facts)
{
    if (facts->ask.request->added || verdict->present) {
        return flatten_with(verdict, p, policy, facts);
    }
    return policy->flat ? policy->flat : ce_policy_flatten(p, policy, NULL, &facts->ask);
}

/* ------------------------------------------------------------------ */
/* The value                                                           */

/* With what the server adds behind us, and without what it takes off */
static CE_APART const char *write_out(apr_pool_t *p, const ce_flat_t *flat, const ce_facts_t *facts,
                                      int vary, apr_size_t *len)
{
    unsigned later = facts->ask.questions->later(facts->ask.baton);
    ce_name_t added[5];
    ce_headers_t headers = {{facts->err_headers_out, facts->headers_out}, added, 0, NULL};

    if (vary) {
        added[headers.nadded++] = ce_name_of("Vary");
    }
    added[headers.nadded++] = ce_name_of("Date");
    added[headers.nadded++] = ce_name_of("Server");
    if (later & CE_ADDS_ENCODING) {
        added[headers.nadded++] = ce_name_of("Content-Encoding");
    }
    if (later & CE_ADDS_RANGE) {
        added[headers.nadded++] = ce_name_of("Content-Range");
    }
    if (later & CE_DROPS_ETAG) {
        headers.dropped = "ETag";
    }
    return ce_write_out(p, flat, &headers, len);
}

/* Cut whole names off the end until the value fits */
static CE_APART void bound(ce_verdict_t *verdict, apr_pool_t *p, apr_size_t len)
{
    const char *value = verdict->value;
    apr_size_t end = CE_VALUE_MAX, i;

    /* the last name that fits may end right at the bound */
    while (end > 0 && value[end] != ',') {
        end--;
    }
    for (i = end; i < len; i++) {
        verdict->left_out += value[i] == ',';
    }
    verdict->left_out += end == 0;
    verdict->value = end ? apr_pstrmemdup(p, value, end) : NULL;
}

static void set_value(ce_verdict_t *verdict, apr_pool_t *p, const ce_flat_t *flat,
                      const ce_facts_t *facts)
{
    const char *value = flat->names;
    apr_size_t len = flat->names_len;

    if (verdict->reason == CE_WRITTEN_OUT) {
        value = write_out(p, flat, facts, verdict->vary, &len);
    }
    else if (verdict->reason == CE_WILDCARD) {
        value = len ? apr_pstrcat(p, "*, ", value, NULL) : "*";
        len += len ? 3 : 1;
    }
    verdict->value = len ? value : NULL;
    if (len > CE_VALUE_MAX) {
        bound(verdict, p, len);
    }
}

/* ------------------------------------------------------------------ */
/* The decision                                                        */

static ce_reason_e kind_of(const ce_policy_t *policy, const ce_flat_t *flat,
                           const ce_facts_t *facts, const response_t *response)
{
    if (!flat->has_patterns) {
        return CE_NAMES;
    }
    return flat->everything && ce_policy_setting(policy, CE_WILDCARD_SETTING) != CE_EXPAND
                   && ce_credential(&facts->ask, response->allows_credentials)
                          == CE_NOT_CREDENTIALED
               ? CE_WILDCARD
               : CE_WRITTEN_OUT;
}

/* Whether a 304 may carry the list. Its headers replace those that were stored
 * with the 200 (RFC 9111, section 3.2), and it has fewer of them than that had. */
static int fits_not_modified(const ce_policy_t *policy, const response_t *response,
                             ce_reason_e kind)
{
    if (policy->bits & CE_HAS_ORIGIN) {
        return 1; /* what is stored may be another origin's list */
    }
    return kind != CE_WRITTEN_OUT && !(policy->bits & CE_HAS_EXPR) && response->allow_origin;
}

static int adds_pattern(const ce_line_t *line)
{
    for (; line; line = line->before) {
        int i;

        for (i = 0; i < line->nedits; i++) {
            if (line->edits[i].op == CE_ADD && line->edits[i].kind != CE_NAME) {
                return 1;
            }
        }
    }
    return 0;
}

/* Without Origin nobody reads this copy, but a browser may store it, and
 * revalidate it for a script with a 304, which can't carry a written-out list.
 * Explicit names it can. */
static int is_for_nobody(const ce_verdict_t *verdict, const ce_policy_t *policy,
                         const ce_facts_t *facts)
{
    return !facts->ask.request->origin && !verdict->present
           && ce_policy_setting(policy, CE_WHEN_SETTING) != CE_ALWAYS;
}

static void decide_list(ce_verdict_t *verdict, apr_pool_t *p, const ce_policy_t *policy,
                        const ce_facts_t *facts, const response_t *response)
{
    int for_nobody = is_for_nobody(verdict, policy, facts);
    int is_304 = facts->status == HTTP_NOT_MODIFIED;
    const ce_flat_t *flat;

    if (for_nobody && !(policy->bits & CE_HAS_PATTERN)
        && !adds_pattern(facts->ask.request->added)) {
        verdict->reason = CE_NO_ORIGIN;
        return;
    }
    flat = flatten(verdict, p, policy, facts);
    if (for_nobody && !flat->has_patterns) {
        verdict->reason = CE_NO_ORIGIN;
        return;
    }
    verdict->reason = kind_of(policy, flat, facts, response);
    if (is_304 && !fits_not_modified(policy, response, verdict->reason)) {
        verdict->reason = CE_NOT_MODIFIED;
        return;
    }
    set_value(verdict, p, flat, facts);
    if (!verdict->value) {
        verdict->reason = CE_EMPTY;
        /* no header at all would leave another origin's stored list standing */
        if (is_304 && (policy->bits & CE_HAS_ORIGIN)) {
            verdict->value = HARMLESS;
        }
    }
}

/* A 304 without Access-Control-Allow-Origin leaves the stored one in force. It
 * matters where the stored list may be another origin's. */
static CE_APART int is_allowed(const ce_policy_t *policy, const ce_facts_t *facts,
                               const response_t *response)
{
    const char *origin = facts->ask.request->origin;

    return !origin || passes_cors_check(response, origin)
           || (facts->status == HTTP_NOT_MODIFIED && (policy->bits & CE_HAS_ORIGIN)
               && !response->allow_origin);
}

static ce_vary_e vary(const ce_policy_t *policy, const response_t *response)
{
    if (response->varies_on_origin
        || (ce_policy_setting(policy, CE_WHEN_SETTING) == CE_ALWAYS
            && !(policy->bits & CE_HAS_ORIGIN))) {
        return CE_VARY_STAYS;
    }
    return response->varies || (policy->bits & CE_HAS_EXPR) ? CE_VARY_MERGE : CE_VARY_ADD;
}

void ce_decide(ce_verdict_t *verdict, apr_pool_t *p, const ce_policy_t *policy,
               const ce_facts_t *facts)
{
    response_t response;

    memset(verdict, 0, sizeof(*verdict));
    if (facts->ask.request->preflight) {
        verdict->reason = CE_PREFLIGHT;
        return;
    }
    if (facts->stored) {
        verdict->reason = CE_STORED;
        return;
    }
    read_response(&response, facts);
    verdict->present = response.has_list;
    verdict->allows_credentials = response.allows_credentials;
    verdict->vary = vary(policy, &response);
    if (ce_policy_setting(policy, CE_WHEN_SETTING) == CE_ALLOWED
        && !is_allowed(policy, facts, &response)) {
        verdict->reason = CE_NOT_ALLOWED;
        return;
    }
    decide_list(verdict, p, policy, facts, &response);
}

const char *ce_reason_word(ce_reason_e reason)
{
    static const char *const words[] = {
        "preflight", "stored", "not-allowed", "no-origin",   "not-modified",
        "empty",     "names",  "wildcard",    "written-out",
    };

    return words[reason];
}

const char *ce_credential_word(ce_credential_e credential)
{
    switch (credential) {
    case CE_CREDENTIAL_NO_ORIGIN:
        return "no Origin";
    case CE_CREDENTIAL_ALLOWED:
        return CE_ALLOW_CREDENTIALS;
    case CE_CREDENTIAL_COOKIE:
        return "Cookie";
    case CE_CREDENTIAL_AUTHORIZATION:
        return "Authorization";
    case CE_CREDENTIAL_USER:
        return "authenticated user";
    case CE_CREDENTIAL_CERTIFICATE:
        return "client certificate";
    default:
        return NULL;
    }
}

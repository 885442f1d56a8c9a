/* Licensed to the public under the Apache License, Version 2.0; see LICENSE. */

#include <string.h>

#include "apr_strings.h"

#include "ce_decision.h"
#include "ce_listing.h"

#define HTTP_NOT_MODIFIED 304

/* A list that exposes nothing but takes the place of one that does */
#define HARMLESS "Cache-Control"

/* ------------------------------------------------------------------ */
/* The response's header lines, in either table                        */

/* Goes through the lines of one field in both tables */
typedef struct lines_t {
    const apr_table_t *tables[2];
    const char *name;
    int table; /* index into tables */
    int next;  /* index into its entries */
} lines_t;

static lines_t lines_of(const ce_facts_t *facts, const char *name)
{
    lines_t lines = {{facts->err_headers_out, facts->headers_out}, name, 0, 0};

    return lines;
}

/* Mostly there is none, and a table knows that at once */
static int has_line(const ce_facts_t *facts, const char *name)
{
    return (facts->headers_out && apr_table_get(facts->headers_out, name))
           || (facts->err_headers_out && apr_table_get(facts->err_headers_out, name));
}

static const apr_array_header_t *entries_of(const apr_table_t *table)
{
    static const apr_array_header_t none = {0};

    return table ? apr_table_elts(table) : &none;
}

static const char *next_line(lines_t *lines)
{
    for (; lines->table < 2; lines->table++, lines->next = 0) {
        const apr_array_header_t *entries = entries_of(lines->tables[lines->table]);

        while (lines->next < entries->nelts) {
            const apr_table_entry_t *entry = &APR_ARRAY_IDX(entries, lines->next++,
                                                            apr_table_entry_t);

            if (!strcasecmp(entry->key, lines->name)) {
                return entry->val;
            }
        }
    }
    return NULL;
}

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

static int allows_credentials(const ce_facts_t *facts)
{
    lines_t lines;
    const char *value;

    if (!has_line(facts, CE_ALLOW_CREDENTIALS)) {
        return 0;
    }
    lines = lines_of(facts, CE_ALLOW_CREDENTIALS);
    while ((value = next_line(&lines))) {
        if (is_value(value, "true")) {
            return 1;
        }
    }
    return 0;
}

/* https://fetch.spec.whatwg.org/#concept-cors-check, for an Origin */
static int passes_cors_check(const ce_facts_t *facts)
{
    lines_t lines = lines_of(facts, CE_ALLOW_ORIGIN);
    const char *value = next_line(&lines);

    /* two lines are one value with a comma in it, and no origin */
    if (!value || next_line(&lines)) {
        return 0;
    }
    return is_value(value, facts->ask.request->origin)
           || (is_value(value, "*") && !allows_credentials(facts));
}

/* A 304 without Access-Control-Allow-Origin leaves the stored one in force. It
 * matters where the stored list may be another origin's. */
static int may_pass_cors_check(const ce_facts_t *facts, const ce_policy_t *policy)
{
    return passes_cors_check(facts)
           || (facts->status == HTTP_NOT_MODIFIED && (policy->flags & CE_HAS_ORIGIN)
               && !has_line(facts, CE_ALLOW_ORIGIN));
}

static int varies_on_origin(const ce_facts_t *facts)
{
    lines_t lines;
    ce_name_t origin;
    const char *value;

    if (!has_line(facts, "Vary")) {
        return 0;
    }
    ce_name_read(&origin, "Origin");
    lines = lines_of(facts, "Vary");
    while ((value = next_line(&lines))) {
        if (ce_list_has(value, &origin)) {
            return 1;
        }
    }
    return 0;
}

/* ------------------------------------------------------------------ */
/* What is exposed                                                     */

ce_credential_e ce_credential(const ce_facts_t *facts)
{
    if (!facts->ask.request->origin) {
        return CE_CREDENTIAL_NO_ORIGIN;
    }
    if (allows_credentials(facts)) {
        return CE_CREDENTIAL_ALLOWED;
    }
    if (facts->ask.request->cookie) {
        return CE_CREDENTIAL_COOKIE;
    }
    if (facts->ask.request->authorization) {
        return CE_CREDENTIAL_AUTHORIZATION;
    }
    if (facts->ask.questions->user(facts->ask.baton)) {
        return CE_CREDENTIAL_USER;
    }
    return facts->ask.questions->certificate(facts->ask.baton) ? CE_CREDENTIAL_CERTIFICATE
                                                               : CE_NOT_CREDENTIALED;
}

/* The response's own list, as edits that add; what isn't a token is counted */
static ce_line_t *read_backend(ce_verdict_t *verdict, apr_pool_t *p, const ce_facts_t *facts)
{
    lines_t lines = lines_of(facts, CE_EXPOSE_HEADERS);
    apr_array_header_t *edits = apr_array_make(p, 8, sizeof(ce_edit_t));
    ce_line_t *line = apr_pcalloc(p, sizeof(*line));
    const char *value;

    while ((value = next_line(&lines))) {
        ce_edit_t edit = {{0}, CE_ADD, CE_NAME};
        ce_list_e what;

        while ((what = ce_list_next(&value, &edit.name)) != CE_LIST_END) {
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

static const ce_flat_t *flatten(ce_verdict_t *verdict, apr_pool_t *p, const ce_policy_t *policy,
                                const ce_facts_t *facts)
{
    ce_extra_t extra = {facts->ask.request->added, NULL, 0};

    if (policy->flat && !facts->ask.request->added && !verdict->present) {
        return policy->flat;
    }
    if (verdict->present && policy->backend != CE_REPLACE) {
        ce_line_t *backend = read_backend(verdict, p, facts);

        if (backend->nedits) {
            /* valid is what Fetch can parse, so Set-Cookie alone is a list to keep */
            extra.backend = backend;
            extra.backend_only = policy->backend == CE_KEEP;
            drop_forbidden(backend, p);
        }
    }
    return ce_policy_flatten(p, policy, &extra, &facts->ask);
}

/* ------------------------------------------------------------------ */
/* The value                                                           */

/* httpd adds headers behind us, and takes ETag off where a module or FileETag
 * None says so */
static const char *write_out(apr_pool_t *p, const ce_flat_t *flat, const ce_facts_t *facts,
                             int vary, apr_size_t *len)
{
    const char *added[6], **next = added;
    ce_headers_t headers = {{facts->err_headers_out, facts->headers_out}, added, NULL};

    if (vary) {
        *next++ = "Vary";
    }
    *next++ = "Date";
    *next++ = "Server";
    if (facts->content_encoding) {
        *next++ = "Content-Encoding";
    }
    if (apr_table_get(facts->headers_in, "Range")) {
        *next++ = "Content-Range";
    }
    if (apr_table_get(facts->notes, "no-etag")) {
        headers.dropped = "ETag";
    }
    *next = NULL;
    return ce_write_out(p, flat, &headers, len);
}

/* Cut whole names off the end until the value fits */
static void bound(ce_verdict_t *verdict, apr_pool_t *p, apr_size_t len)
{
    const char *value = verdict->value;
    apr_size_t end = CE_VALUE_MAX, i;

    if (len <= CE_VALUE_MAX) {
        return;
    }
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
    bound(verdict, p, len);
}

/* ------------------------------------------------------------------ */
/* The decision                                                        */

static ce_reason_e kind_of(ce_verdict_t *verdict, const ce_policy_t *policy, const ce_flat_t *flat,
                           const ce_facts_t *facts)
{
    if (!flat->has_patterns) {
        return CE_NAMES;
    }
    if (flat->everything && policy->wildcard != CE_EXPAND) {
        verdict->credential = ce_credential(facts);
        if (verdict->credential == CE_NOT_CREDENTIALED) {
            return CE_WILDCARD;
        }
    }
    return CE_WRITTEN_OUT;
}

/* Whether a 304 may carry the list. Its headers replace those that were stored
 * with the 200 (RFC 9111, section 3.2), and it has fewer of them than that had. */
static int fits_not_modified(const ce_policy_t *policy, const ce_facts_t *facts, ce_reason_e kind)
{
    if (policy->flags & CE_HAS_ORIGIN) {
        return 1; /* what is stored may be another origin's list */
    }
    return kind != CE_WRITTEN_OUT && !(policy->flags & CE_HAS_EXPR)
           && has_line(facts, CE_ALLOW_ORIGIN);
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
    return !facts->ask.request->origin && policy->when != CE_ALWAYS && !verdict->present;
}

static void decide_list(ce_verdict_t *verdict, apr_pool_t *p, const ce_policy_t *policy,
                        const ce_facts_t *facts)
{
    int for_nobody = is_for_nobody(verdict, policy, facts);
    const ce_flat_t *flat;

    if (for_nobody && !(policy->flags & CE_HAS_PATTERN)
        && !adds_pattern(facts->ask.request->added)) {
        verdict->reason = CE_NO_ORIGIN;
        return;
    }
    flat = flatten(verdict, p, policy, facts);
    if (for_nobody && !flat->has_patterns) {
        verdict->reason = CE_NO_ORIGIN;
        return;
    }
    verdict->reason = kind_of(verdict, policy, flat, facts);
    if (facts->status == HTTP_NOT_MODIFIED && !fits_not_modified(policy, facts, verdict->reason)) {
        verdict->reason = CE_NOT_MODIFIED;
        return;
    }
    set_value(verdict, p, flat, facts);
    if (!verdict->value) {
        verdict->reason = CE_EMPTY;
        /* no header at all would leave another origin's stored list standing */
        if (facts->status == HTTP_NOT_MODIFIED && (policy->flags & CE_HAS_ORIGIN)) {
            verdict->value = HARMLESS;
        }
    }
}

void ce_decide(ce_verdict_t *verdict, apr_pool_t *p, const ce_policy_t *policy,
               const ce_facts_t *facts)
{
    memset(verdict, 0, sizeof(*verdict));
    if (facts->ask.request->preflight) {
        verdict->reason = CE_PREFLIGHT;
        return;
    }
    if (facts->stored) {
        verdict->reason = CE_STORED;
        return;
    }
    verdict->present = has_line(facts, CE_EXPOSE_HEADERS);
    verdict->vary = (policy->when != CE_ALWAYS || (policy->flags & CE_HAS_ORIGIN))
                    && !varies_on_origin(facts);
    if (policy->when == CE_ALLOWED && facts->ask.request->origin
        && !may_pass_cors_check(facts, policy)) {
        verdict->reason = CE_NOT_ALLOWED;
        return;
    }
    decide_list(verdict, p, policy, facts);
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

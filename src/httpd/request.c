/* SPDX-License-Identifier: Apache-2.0 */

#include <string.h>

#include "ap_expr.h"
#include "ap_mmn.h"
#include "httpd.h"
#include "http_config.h"
#include "http_core.h"
#include "http_log.h"
#include "http_request.h"
#include "util_filter.h"

#include "httpd/request.h"
#include "mod_cors_expose.h"

/* ap_ssl_var_lookup came with 2.4.48; before it there were mod_ssl's own
 * optional functions */
#if AP_MODULE_MAGIC_AT_LEAST(20120211, 104)
#include "http_ssl.h"
#else
#include "mod_ssl.h"
#endif

APLOG_USE_MODULE(cors_expose);

/* ------------------------------------------------------------------ */
/* What the client sent                                                */

ce_kept_t *ce_kept_of(request_rec *r)
{
    ce_kept_t *state = ap_get_module_config(r->request_config, &cors_expose_module);

    if (!state) {
        state = apr_pcalloc(r->pool, sizeof(*state));
        ap_set_module_config(r->request_config, &cors_expose_module, state);
    }
    return state;
}

/* The request that the client sent: subrequests and internal redirects lead
 * back to it */
static request_rec *first_request(request_rec *r)
{
    while (r->main || r->prev) {
        r = r->main ? r->main : r->prev;
    }
    return r;
}

/* What the client sent. Read once; the fixup sees to it that this comes before
 * RequestHeader can change it. Errors before the fixups come before
 * RequestHeader, too. */
ce_kept_t *ce_client_of(request_rec *r)
{
    request_rec *first = first_request(r);
    ce_kept_t *state = ce_kept_of(first);

    if (!state->is_read) {
        ce_sent_t *sent = &state->sent;

        state->is_read = 1;
        sent->origin = apr_table_get(first->headers_in, "Origin");
        if (sent->origin) {
            /* method_number is GET's once an ErrorDocument is on its way */
            sent->preflight = first->the_request && *first->the_request == 'O'
                              && !strncmp(first->the_request, "OPTIONS ", sizeof("OPTIONS ") - 1)
                              && apr_table_get(first->headers_in, "Access-Control-Request-Method");
        }
    }
    return state;
}

/* The request's validators are told apart by their pointers: mod_cache's may
 * have the text of the client's. */
int ce_has_validators(const request_rec *r, const ce_validators_t *known)
{
    return apr_table_get(r->headers_in, "If-None-Match") == (known ? known->if_none_match : NULL)
           && apr_table_get(r->headers_in, "If-Modified-Since")
                  == (known ? known->if_modified_since : NULL);
}

const ce_validators_t *ce_note_validators(const request_rec *r)
{
    ce_validators_t *noted;

    if (ce_has_validators(r, NULL)) {
        return NULL;
    }
    noted = apr_palloc(r->pool, sizeof(*noted));
    noted->if_none_match = apr_table_get(r->headers_in, "If-None-Match");
    noted->if_modified_since = apr_table_get(r->headers_in, "If-Modified-Since");
    return noted;
}

static const char *cors_expose_add(request_rec *r, const char *edits)
{
    ce_kept_t *client = ce_client_of(r);
    apr_pool_t *p = first_request(r)->pool;
    ce_line_t *line;
    const char *error = ce_added_parse(&line, "cors_expose_add", edits, p);

    if (!client->added) {
        client->added = ce_policy_create(p);
    }
    return error ? error : ce_policy_add(client->added, line, p);
}

/* ------------------------------------------------------------------ */
/* Whose policy                                                        */

/* The page of an ErrorDocument, or what that became, follows a request that failed */
static int is_error_page(const request_rec *r)
{
    for (r = r->prev; r; r = r->prev) {
        if (r->status != HTTP_OK) {
            return 1;
        }
    }
    return 0;
}

/* The containers of the URL that the client asked for come first, as they
 * stood at the fixups; then those of what that became: by internal redirects,
 * and by swaps of the configuration (DirectoryIndex, MultiViews). */
const ce_policy_t *ce_request_policy(request_rec *r)
{
    const ce_kept_t *state = ap_get_module_config(r->request_config, &cors_expose_module);
    const ce_policy_t *now = ce_policy_of(r->per_dir_config);
    const ce_policy_t *at_fixups = state && state->policy ? state->policy : now;
    const ce_policy_t *policy = at_fixups;
    int is_page;

    if (!r->prev && at_fixups == now) {
        return now;
    }
    is_page = is_error_page(r);
    if (r->prev) {
        policy = ce_policy_follow(r->pool, ce_request_policy(r->prev), at_fixups, is_page);
    }
    return ce_policy_follow(r->pool, policy, now, is_page);
}

/* ------------------------------------------------------------------ */
/* What the core may ask                                               */

/* Whether a variable is set for the request that decides, or one before it.
 * In what a request became httpd has renamed its variables to REDIRECT_... */
static int env_is_set(void *ctx, const char *name)
{
    const request_rec *r = ((const ce_asked_t *)ctx)->r;

    while (is_error_page(r)) {
        r = r->prev;
    }
    for (; r; r = r->prev) {
        if (apr_table_get(r->subprocess_env, name)) {
            return 1;
        }
    }
    return 0;
}

static ce_holds_e evaluate(request_rec *r, const ce_line_t *line)
{
    const char *error = NULL;
    int result = ap_expr_exec(r, line->condition->expr, &error);

    if (error || result < 0) {
        ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, r,
                      "ExposeHeaders: can't evaluate the expression '%s' (%s:%d: %s); its line "
                      "exposes nothing",
                      line->condition->expr_text, line->file, line->line_number,
                      error ? error : "unknown error");
        return CE_BROKEN;
    }
    return result ? CE_HOLDS : CE_FAILS;
}

/* Once per response: who explains it asks again */
static ce_holds_e expr_holds(void *ctx, const ce_line_t *line)
{
    const ce_asked_t *asked = ctx;
    ce_holds_e *kept;

    if (!asked->results) {
        return evaluate(asked->r, line);
    }
    kept = apr_hash_get(asked->results, &line->condition, sizeof(line->condition));
    if (!kept) {
        kept = apr_palloc(asked->r->pool, sizeof(*kept));
        *kept = evaluate(asked->r, line);
        apr_hash_set(asked->results, &line->condition, sizeof(line->condition), kept);
    }
    return *kept;
}

#if AP_MODULE_MAGIC_AT_LEAST(20120211, 104)

static int has_certificate(void *ctx)
{
    request_rec *r = ((ce_asked_t *)ctx)->r;
    const char *verified;

    if (!ap_ssl_conn_is_ssl(r->connection)) {
        return 0;
    }
    verified = ap_ssl_var_lookup(r->pool, r->server, r->connection, r, "SSL_CLIENT_VERIFY");
    return verified && !strcmp(verified, "SUCCESS");
}

#else

/* Set once at startup, before there are requests, by httpd's hook for it */
static APR_OPTIONAL_FN_TYPE(ssl_is_https) * is_https;
static APR_OPTIONAL_FN_TYPE(ssl_var_lookup) * lookup_ssl;

static void retrieve_ssl(void)
{
    is_https = APR_RETRIEVE_OPTIONAL_FN(ssl_is_https);
    lookup_ssl = APR_RETRIEVE_OPTIONAL_FN(ssl_var_lookup);
}

static int has_certificate(void *ctx)
{
    request_rec *r = ((ce_asked_t *)ctx)->r;
    char name[] = "SSL_CLIENT_VERIFY";
    const char *verified;

    if (!is_https || !lookup_ssl || !is_https(r->connection)) {
        return 0;
    }
    verified = lookup_ssl(r->pool, r->server, r->connection, r, name);
    return verified && !strcmp(verified, "SUCCESS");
}

#endif

static int is_authenticated(const request_rec *r)
{
    for (; r; r = r->prev) {
        if (r->user) {
            return 1;
        }
    }
    return 0;
}

/* Of the request as it is when the response comes: a server that takes Cookie off
 * says that it doesn't care */
static ce_credential_e credential_of(void *ctx)
{
    const request_rec *r = ((const ce_asked_t *)ctx)->r;

    return apr_table_get(r->headers_in, "Cookie")          ? CE_CREDENTIAL_COOKIE
           : apr_table_get(r->headers_in, "Authorization") ? CE_CREDENTIAL_AUTHORIZATION
           : is_authenticated(r)                           ? CE_CREDENTIAL_USER
           : has_certificate(ctx)                          ? CE_CREDENTIAL_CERTIFICATE
                                                           : CE_NOT_CREDENTIALED;
}

/* httpd adds headers after the filter, and takes ETag off where a module or
 * FileETag None says so */
static unsigned comes_later(void *ctx)
{
    const request_rec *r = ((const ce_asked_t *)ctx)->r;
    const core_server_config *core = ap_get_core_module_config(r->server->module_config);
    unsigned later = core->http_conformance == AP_HTTP_CONFORMANCE_UNSAFE ? 0 : CE_CHECKS_NAMES;

    if (r->content_encoding && !AP_STATUS_IS_HEADER_ONLY(r->status)) {
        later |= CE_ADDS_ENCODING;
    }
    if (apr_table_get(r->headers_in, "Range")) {
        later |= CE_ADDS_RANGE;
    }
    if (apr_table_get(r->notes, "no-etag")) {
        later |= CE_DROPS_ETAG;
    }
    return later;
}

void ce_request_functions(ce_facts_t *facts, ce_asked_t *asked)
{
    facts->context.env = env_is_set;
    facts->context.expr = expr_holds;
    facts->context.ctx = asked;
    facts->client = credential_of;
    facts->later = comes_later;
}

void ce_request_hooks(void)
{
#if !AP_MODULE_MAGIC_AT_LEAST(20120211, 104)
    ap_hook_optional_fn_retrieve(retrieve_ssl, NULL, NULL, APR_HOOK_MIDDLE);
#endif
    APR_REGISTER_OPTIONAL_FN(cors_expose_add);
}

static int has_filter(const ap_filter_t *f, const char *name)
{
    while (f && strcmp(f->frec->name, name)) {
        f = f->next;
    }
    return f != NULL;
}

void ce_request_gather(ce_facts_t *facts, ce_asked_t *asked, const ap_filter_t *f)
{
    request_rec *r = f->r;
    const ce_kept_t *client = ce_client_of(r);
    int has_cache = ce_server_config(r->server)->has_cache;

    ce_request_functions(facts, asked);
    facts->sent = &client->sent;
    facts->context.origin = client->sent.origin;
    facts->headers_out = r->headers_out;
    facts->err_headers_out = r->err_headers_out;
    facts->status = r->status;
    /* the validators may have become mod_cache's after the filters were inserted */
    facts->is_for_store = has_cache && r->status == HTTP_NOT_MODIFIED
                          && has_filter(f->next, "cache_save")
                          && (client->is_renewal || !ce_has_validators(r, client->validators));
}

/* SPDX-License-Identifier: Apache-2.0 */

#include "ap_expr.h"
#include "ap_mmn.h"
#include "httpd.h"
#include "http_config.h"
#include "http_log.h"
#include "http_request.h"

#include "ce_gather.h"

/* ap_ssl_var_lookup came with 2.4.48; before it there were mod_ssl's own
 * optional functions */
#if AP_MODULE_MAGIC_AT_LEAST(20120211, 104)
#include "http_ssl.h"
#else
#include "mod_ssl.h"
#endif

APLOG_USE_MODULE(cors_expose);

/* The page of an ErrorDocument, or what that became, follows a request that failed */
int ce_is_error_page(const request_rec *r)
{
    for (r = r->prev; r; r = r->prev) {
        if (r->status != HTTP_OK) {
            return 1;
        }
    }
    return 0;
}

/* Whether a variable is set for the request that decides, or one before it.
 * In what a request became httpd has renamed its variables to REDIRECT_... */
static int env_is_set(void *ctx, const char *name)
{
    const request_rec *r = ((const ce_asked_t *)ctx)->r;

    while (ce_is_error_page(r)) {
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

static int is_authenticated(void *ctx)
{
    const request_rec *r;

    for (r = ((const ce_asked_t *)ctx)->r; r; r = r->prev) {
        if (r->user) {
            return 1;
        }
    }
    return 0;
}

/* httpd adds headers after the filter, and takes ETag off where a module or
 * FileETag None says so */
static unsigned comes_later(void *ctx)
{
    const request_rec *r = ((const ce_asked_t *)ctx)->r;
    unsigned later = 0;

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

void ce_gather_functions(ce_facts_t *facts, ce_asked_t *asked)
{
    facts->context.env = env_is_set;
    facts->context.expr = expr_holds;
    facts->context.ctx = asked;
    facts->user = is_authenticated;
    facts->certificate = has_certificate;
    facts->later = comes_later;
}

void ce_gather_hooks(void)
{
#if !AP_MODULE_MAGIC_AT_LEAST(20120211, 104)
    ap_hook_optional_fn_retrieve(retrieve_ssl, NULL, NULL, APR_HOOK_MIDDLE);
#endif
}

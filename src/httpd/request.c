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

/* Inline: each request comes here twice before it is decided */
static inline ce_kept_t *kept_of(request_rec *r)
{
    ce_kept_t *state = ap_get_module_config(r->request_config, &cors_expose_module);

    if (!state) {
        state = apr_pcalloc(r->pool, sizeof(*state));
        ap_set_module_config(r->request_config, &cors_expose_module, state);
    }
    return state;
}

ce_kept_t *ce_kept_of(request_rec *r)
{
    return kept_of(r);
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

/* What the client sent. Read once; ce_keep_walk sees to it that this comes before
 * RequestHeader can change it. Errors before that come before RequestHeader, too. */
static void read_client(const request_rec *first, ce_kept_t *client)
{
    client->is_read = 1;
    client->origin = apr_table_get(first->headers_in, "Origin");
    if (client->origin) {
        /* method_number is GET's once an ErrorDocument is on its way */
        client->preflight = first->the_request && *first->the_request == 'O'
                            && !strncmp(first->the_request, "OPTIONS ", sizeof("OPTIONS ") - 1)
                            && apr_table_get(first->headers_in, "Access-Control-Request-Method");
    }
}

ce_kept_t *ce_client_of(request_rec *r)
{
    request_rec *first = first_request(r);
    ce_kept_t *client = kept_of(first);

    if (!client->is_read) {
        read_client(first, client);
    }
    return client;
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

/* It doesn't read what the client sent: in a create_request hook there is nothing yet */
static const char *cors_expose_add(request_rec *r, const char *edits)
{
    request_rec *first = first_request(r);
    ce_kept_t *client = kept_of(first);
    ce_line_t *line;
    const char *error = ce_added_parse(&line, "cors_expose_add", edits ? edits : "", first->pool);

    if (!client->added) {
        client->added = ce_policy_create(first->pool);
    }
    return error ? error : ce_policy_add(client->added, line, first->pool);
}

/* ------------------------------------------------------------------ */
/* Whose policy                                                        */

/* A subrequest that was walked. ap_internal_fast_redirect puts a look-up in the place of the
 * request that it was made for, and what travels with that are the notes. Anybody may write
 * notes (Header note), so one is believed only where it points at a look-up that is known. */
typedef struct ce_lookup_t {
    char note[1]; /* empty, for those who read all notes */
    const ce_policy_t *policy;
    const struct ce_lookup_t *before;
} ce_lookup_t;

int ce_keep_first_walk(request_rec *r)
{
    const ce_policy_t *policy = ce_policy_of(r->per_dir_config);

    if (r->per_dir_config != r->server->lookup_defaults
        && policy != ce_policy_of(r->server->lookup_defaults)) {
        ce_kept_t *kept = kept_of(r);

        kept->policy = policy;
        kept->uri = r->uri;
    }
    return DECLINED;
}

/* The containers of the first walk come first, unless they are all among those of the last one.
 * It was before mod_rewrite set variables: whether an <If> holds, the last one says. */
static const ce_policy_t *follow_first_walk(request_rec *r, const ce_policy_t *first,
                                            const ce_policy_t *last)
{
    if (ce_policy_follow(r->pool, last, first, CE_NEVER_OF_IF) == last) {
        return last;
    }
    first = ce_policy_follow(r->pool, ce_policy_of(r->server->lookup_defaults), first,
                             CE_NEVER_OF_IF);
    return ce_policy_follow(r->pool, first, last, CE_NEVER_OF_NONE);
}

static void note_lookup(request_rec *r, const ce_policy_t *policy)
{
    request_rec *first = first_request(r);
    ce_kept_t *client = kept_of(first);
    ce_lookup_t *lookup = apr_pcalloc(first->pool, sizeof(*lookup));

    lookup->policy = policy;
    lookup->before = client->last_lookup;
    client->last_lookup = lookup;
    apr_table_addn(r->notes, "cors-expose-lookup", lookup->note);
}

int ce_keep_walk(request_rec *r)
{
    const ce_policy_t *policy = ce_policy_of(r->per_dir_config);
    ce_kept_t *kept;

    /* not only where some directive is in force now: DirectoryIndex can lead into a <Files>, and an
     * internal redirect into a folder with a .htaccess file */
    if (!ce_server_config(r->server)->is_used || (r->main && !policy->flags)) {
        return OK;
    }
    kept = kept_of(r);
    if (kept->policy && kept->uri != r->uri && strcmp(kept->uri, r->uri) != 0) {
        policy = follow_first_walk(r, kept->policy, policy);
    }
    kept->policy = policy;
    kept->uri = r->uri;
    kept->is_walked = 1;
    if (r->main) {
        note_lookup(r, policy);
        return OK;
    }
    read_client(r, kept);
    kept->is_renewal = ce_server_config(r->server)->has_cache
                       && !ce_has_validators(r, kept->validators);
    return OK;
}

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

/* A request can fail before httpd walks anything, or before it walks what mod_rewrite has made of
 * the URL: a script needs no more than an encoded slash, or a long name */
static const ce_policy_t *unwalked_policy(request_rec *r)
{
    ap_conf_vector_t *config = r->per_dir_config;
    const ce_policy_t *policy = ce_policy_of(config);

    if (ap_is_HTTP_ERROR(r->status) && config == r->server->lookup_defaults && r->uri
        && *r->uri == '/' && ce_server_config(r->server)->is_used && ap_location_walk(r) == OK) {
        policy = ce_policy_of(r->per_dir_config);
        r->per_dir_config = config;
    }
    return policy;
}

/* In the order in which they took the request's place: each time the look-up's notes are put in
 * front of its own */
static const ce_policy_t *follow_lookups(request_rec *r, const ce_policy_t *policy)
{
    const ce_lookup_t *last = ce_client_of(r)->last_lookup, *lookup;
    const apr_array_header_t *notes = apr_table_elts(r->notes);
    int i;

    for (i = notes->nelts - 1; last && i >= 0; i--) {
        lookup = last;
        while (lookup && lookup->note != APR_ARRAY_IDX(notes, i, apr_table_entry_t).val) {
            lookup = lookup->before;
        }
        if (lookup) {
            policy = ce_policy_follow(r->pool, policy, lookup->policy, CE_NEVER_OF_NONE);
        }
    }
    return policy;
}

/* Of one request of a chain: the containers of its walks, then those of what took its place since
 * (DirectoryIndex, FallbackResource, MultiViews) */
static const ce_policy_t *own_policy(request_rec *r)
{
    const ce_kept_t *kept = ap_get_module_config(r->request_config, &cors_expose_module);
    const ce_policy_t *now = ce_policy_of(r->per_dir_config);

    if (!kept || !kept->policy) {
        return unwalked_policy(r);
    }
    if (!kept->is_walked) {
        return follow_first_walk(r, kept->policy, unwalked_policy(r));
    }
    return ce_policy_follow(r->pool, follow_lookups(r, kept->policy), now, CE_NEVER_OF_NONE);
}

static const ce_policy_t *chain_policy(request_rec *r)
{
    const ce_policy_t *own = own_policy(r);

    return r->prev ? ce_policy_follow(r->pool, chain_policy(r->prev), own,
                                      is_error_page(r) ? CE_NEVER_OF_ALL : CE_NEVER_OF_NONE)
                   : own;
}

/* The containers of the URL that the client asked for come first, then those of what that became
 * by internal redirects. Where the page of an error fails in its turn, httpd answers by the
 * request that failed first, with headers that the page may have set. */
const ce_policy_t *ce_request_policy(request_rec *r)
{
    const ce_kept_t *kept = ap_get_module_config(r->request_config, &cors_expose_module);
    const ce_policy_t *policy = ce_policy_of(r->per_dir_config);
    request_rec *page;

    /* most requests stay what they are */
    if (!r->prev && !r->next
        && (kept ? kept->policy == policy && kept->uri == r->uri && kept->is_walked
                 : !ap_is_HTTP_ERROR(r->status))) {
        return policy;
    }
    policy = chain_policy(r);
    for (page = r->next; page; page = page->next) {
        policy = ce_policy_follow(r->pool, policy, own_policy(page), CE_NEVER_OF_ALL);
    }
    return policy;
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

/* Whether httpd answers with a range, or a browser or a cache may cut one out of its copy */
static int can_be_cut(const request_rec *r)
{
    const char *ranges = apr_table_get(r->headers_out, "Accept-Ranges");

    ranges = ranges ? ranges : apr_table_get(r->err_headers_out, "Accept-Ranges");
    return (ranges && apr_cstr_casecmp(ranges, "none") != 0)
           || apr_table_get(r->headers_in, "Range");
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
    if (r->status == HTTP_PARTIAL_CONTENT || r->status == HTTP_RANGE_NOT_SATISFIABLE
        || (r->status == HTTP_OK && can_be_cut(r))) {
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

/* ------------------------------------------------------------------ */
/* The response, and mod_cache                                         */

static int has_filter(const ap_filter_t *f, const char *name)
{
    while (f && strcmp(f->frec->name, name)) {
        f = f->next;
    }
    return f != NULL;
}

int ce_cache_saves(const request_rec *r, const ap_filter_t *f)
{
    return has_filter(f, r->main ? "cache_save_subreq" : "cache_save");
}

int ce_cache_answers(const request_rec *r)
{
    return apr_table_get(r->subprocess_env, "cache-hit")
           || apr_table_get(r->subprocess_env, "cache-revalidate");
}

/* The variables alone prove nothing, since a .htaccess file can set them, too. Where no container
 * was walked, none was read: mod_cache's quick handler has answered the client's validators. */
int ce_is_from_cache(const ap_filter_t *f)
{
    return has_filter(f->next, "cache_out")
           || (f->r->per_dir_config == f->r->server->lookup_defaults && ce_cache_answers(f->r));
}

/* What mod_cache sees isn't what the client sent: RequestHeader changed it */
static int has_other_origin(request_rec *r)
{
    const char *sent = ce_client_of(r)->origin, *now = apr_table_get(r->headers_in, "Origin");

    return now != sent && (!now || !sent || strcmp(now, sent) != 0);
}

/* Its quick handler goes by the URL that the client sent, its handler by what that became */
static int has_other_url(request_rec *r)
{
    return r->prev
           || (!kept_of(r)->is_quick && r->parsed_uri.path
               && strcmp(r->uri, r->parsed_uri.path) != 0);
}

const char *ce_keep_from_cache(const ap_filter_t *f, const ce_policy_t *policy, int varies)
{
    request_rec *r = f->r;
    const char *why = NULL;

    if (!ce_cache_saves(r, f->next)) {
        return NULL;
    }
    if (has_other_url(r)
        && !ce_policy_is_of_url(r->pool, policy, ce_policy_of(r->per_dir_config))) {
        why = "the copy would be another URL's";
    }
    else if (varies && has_other_origin(r)) {
        why = "RequestHeader changed Origin";
    }
    if (why) {
        apr_table_setn(r->subprocess_env, "no-cache", "1");
    }
    return why;
}

/* Whether mod_cache asks for itself. The validators may have become its own after the filters were
 * inserted. */
static int renews(const ap_filter_t *f)
{
    request_rec *r = f->r;
    const ce_kept_t *kept = kept_of(r);

    return ce_cache_saves(r, f->next)
           && (r->main || kept->is_renewal || !ce_has_validators(r, kept->validators));
}

void ce_request_gather(ce_facts_t *facts, ce_asked_t *asked, const ap_filter_t *f,
                       const ce_kept_t *client)
{
    request_rec *r = f->r;

    ce_request_functions(facts, asked);
    facts->context.origin = client->origin;
    /* the part of a page is decided as if somebody had asked for it, as its list is for those who
     * will */
    facts->preflight = client->preflight && !r->main;
    facts->headers_out = r->headers_out;
    facts->err_headers_out = r->err_headers_out;
    facts->status = r->status;
    /* SetOutputFilter CACHE has the copy stored in front of our filter, where it is nobody's yet */
    if (ce_server_config(r->server)->has_cache) {
        facts->is_for_store = r->status == HTTP_NOT_MODIFIED && renews(f);
        facts->is_of_other = ce_cache_answers(r) && has_other_origin(r)
                             && (facts->is_stored ? !kept_of(r)->is_answered
                                                  : r->status == HTTP_NOT_MODIFIED);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */

/*
 * mod_cors_expose: computes Access-Control-Expose-Headers for every response.
 *
 * src/ has three rooms. Arrows run one way: this file, httpd, explain, core, APR.
 *
 * core/ decides; it knows APR alone. From the bottom up:
 *
 *   name      one field name: token, hash, comparison, pattern, class
 *   names     an ordered set of them
 *   origin    an origin= condition's origin, and what it matches
 *   line      one directive's edits and conditions: parsed, and evaluated
 *   policy    a container's lines and settings, and the merge of two
 *   facts     what is known of a request and its response, and can be asked
 *   exposed   edits applied to one value
 *   value     what is exposed, written as a list
 *   decision  the verdict about one response
 *
 * explain/ says why, in words; only people ask:
 *
 *   words     what the words of a directive look like
 *   explain   which edit decides about a name, and what containers come to
 *   review    what is worth a warning at startup, of one container
 *
 * httpd/ knows httpd:
 *
 *   module      the ground floor: the module, a container's policy, a directive's node
 *   request     what is kept of a request, whose policy it gets, what the core may ask of it
 *   config      the directives
 *   report      what the log, a note or a header says about a response
 *   page        lines for people, with file and line at the right
 *   neighbours  what other modules' directives have to do with ours
 *   startup     what is done once the configuration is complete
 *   dump        httpd -t -D DUMP_EXPOSE_HEADERS
 *   answer      what holds for one URL, in words
 *   handler     ExposeHeadersExplain: who may ask, and the look-up of the URL
 *
 * A configuration on its way: httpd calls a directive's function (config), which
 * has the core parse the line and append it to the container's policy. When all
 * is read, ce_startup_check has the edits of each container without conditions
 * applied in advance, and reviews them all.
 *
 * A request on its way:
 *
 *   post_read_request  keep_validators, where mod_cache is: it may change them
 *   (httpd's walks)    ce_config_merge, for each container: one small node
 *   translate_name     ce_keep_first_walk: the client's <Location>s, before mod_rewrite
 *   post_perdir_config ce_keep_walk: what the client sent, and its policy
 *   insert_filter      inserts the filters, last; drops validators where a 304
 *                      could not be made right
 *   expose_filter      ce_request_policy (the containers of all that the request
 *                      became), ce_request_gather (facts), ce_decide (the verdict),
 *                      set_headers, ce_report
 *
 * An error before that goes to insert_filter at once: then the filter
 * reads what the client sent.
 */

#include "httpd.h"
#include "http_config.h"
#include "http_core.h"
#include "http_log.h"
#include "http_protocol.h"
#include "http_request.h"
#include "util_filter.h"

#include "core/decision.h"
#include "httpd/config.h"
#include "httpd/dump.h"
#include "httpd/handler.h"
#include "httpd/module.h"
#include "httpd/report.h"
#include "httpd/request.h"
#include "httpd/startup.h"

/* Set once, when the hooks are registered: adding a filter by its name would
 * look the name up on each request */
static ap_filter_rec_t *filter_handle, *part_filter_handle, *stored_filter_handle;

/* ------------------------------------------------------------------ */
/* The request on its way                                              */

/* Before the quick handler, where mod_cache puts validators of its own to
 * revalidate what it has stored */
static int keep_validators(request_rec *r)
{
    if (ce_server_config(r->server)->is_used) {
        const ce_validators_t *sent = ce_note_validators(r);

        if (sent) {
            ce_kept_of(r)->validators = sent;
        }
    }
    return OK;
}

/* Elsewhere the hook would cost each request 32 instructions for nothing */
static int hook_where_cache_is(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp)
{
    (void)pconf;
    (void)plog;
    (void)ptemp;
    if (ap_find_linked_module("mod_cache.c")) {
        ap_hook_post_read_request(keep_validators, NULL, NULL, APR_HOOK_MIDDLE);
    }
    return OK;
}

/* ------------------------------------------------------------------ */
/* The filter                                                          */

/* Into the line that is there, in whichever table: mod_cache's stores read one line
 * alone. apr_table_mergen would seek it again. */
static void add_to_vary(request_rec *r, apr_table_entry_t *line)
{
    static const char more[] = ", Origin";
    apr_size_t len = line ? strlen(line->val) : 0;
    char *value;

    if (!line) {
        apr_table_addn(r->headers_out, "Vary", "Origin");
        return;
    }
    value = apr_palloc(r->pool, len + sizeof(more));
    memcpy(value, line->val, len);
    memcpy(value + len, more, sizeof(more));
    line->val = value;
}

static void set_headers(request_rec *r, const ce_verdict_t *verdict, const ce_facts_t *facts)
{
    if (verdict->untouched) {
        return;
    }
    if (verdict->vary) {
        add_to_vary(r, facts->vary);
    }
    if (facts->own) {
        apr_table_unset(r->err_headers_out, CE_EXPOSE_HEADERS);
        apr_table_unset(r->headers_out, CE_EXPOSE_HEADERS);
    }
    if (verdict->value) {
        apr_table_addn(r->headers_out, CE_EXPOSE_HEADERS, verdict->value);
    }
}

static void decide(const ap_filter_t *f, const ce_policy_t *policy, int is_stored)
{
    request_rec *r = f->r;
    ce_kept_t *kept = ce_server_config(r->server)->has_cache ? ce_kept_of(r) : NULL;
    const ce_kept_t *client = ce_client_of(r);
    ce_policy_t *added = r->main ? NULL : client->added;
    int is_asked = (APLOGrdebug(r) || policy->setting[CE_SETTING_DETAIL] > CE_DETAIL_OFF)
                   && !(is_stored && kept && kept->is_decided);
    ce_asked_t asked = {r, is_asked ? apr_hash_make(r->pool) : NULL};
    ce_verdict_t verdict;
    ce_facts_t facts = {.is_stored = is_stored, .is_explained = is_asked};

    policy = added ? ce_policy_extend(r->pool, policy, added) : policy;
    ce_request_gather(&facts, &asked, f, client);
    ce_decide(&verdict, r->pool, policy, &facts);
    set_headers(r, &verdict, &facts);
    if (!is_stored && kept) {
        kept->is_decided = 1;
        kept->is_answered = (unsigned char)ce_cache_answers(r);
        facts.not_stored = ce_keep_from_cache(f, policy, verdict.vary || facts.varies_on_origin);
    }
    if (verdict.exposed
        && (verdict.left_out || verdict.exposed->nmalformed || verdict.exposed->bound)) {
        ce_report_problems(r, &verdict);
    }
    if (is_asked) {
        ce_report(r, policy, &verdict, &facts);
    }
}

/* The policy is read here, not when the filter is inserted, and the response
 * is decided anew each time: an error starts a response over. */
static apr_status_t decide_once(ap_filter_t *f, apr_bucket_brigade *bb, int is_ours, int is_stored)
{
    const ce_policy_t *policy = ce_request_policy(f->r);

    if (is_ours && policy->flags) {
        decide(f, policy, is_stored);
    }
    ap_remove_output_filter(f);
    return ap_pass_brigade(f->next, bb);
}

static apr_status_t expose_filter(ap_filter_t *f, apr_bucket_brigade *bb)
{
    int has_cache = ce_server_config(f->r->server)->has_cache;

    return decide_once(f, bb, !ap_is_HTTP_INFO(f->r->status) && !(has_cache && ce_is_from_cache(f)),
                       0);
}

/* A subrequest's headers go nowhere, unless mod_cache stores them for those
 * who will ask for its URL: its filter may be inserted after this one */
static apr_status_t part_filter(ap_filter_t *f, apr_bucket_brigade *bb)
{
    return decide_once(f, bb, ce_cache_saves(f->r, f->next), 0);
}

/* mod_cache takes out all filters that would come before its own, and so the
 * first one above, when it answers from its store. A copy that it has just renewed,
 * or gives in the place of an error, may be older than a Never list, too. */
static apr_status_t stored_filter(ap_filter_t *f, apr_bucket_brigade *bb)
{
    return decide_once(f, bb, ce_cache_answers(f->r), 1);
}

/* A 304 that can't be made right isn't asked for. The policy is final here,
 * and no handler has run. */
static void drop_validators(request_rec *r, const ce_policy_t *policy)
{
    if (r->method_number != M_GET || !ce_decide_needs_full_response(policy)
        || !ce_client_of(r)->origin || ce_kept_of(r)->is_renewal || ce_has_validators(r, NULL)) {
        return;
    }
    ap_log_rerror(APLOG_MARK, APLOG_TRACE1, 0, r,
                  "dropped If-None-Match and If-Modified-Since: no 304 could carry the list");
    apr_table_unset(r->headers_in, "If-None-Match");
    apr_table_unset(r->headers_in, "If-Modified-Since");
}

static void insert_filter(request_rec *r)
{
    int has_cache = ce_server_config(r->server)->has_cache;
    const ce_policy_t *policy;
    ce_kept_t *kept;

    if (r->main && !has_cache) {
        return;
    }
    policy = ce_request_policy(r);
    if (!policy->flags) {
        return;
    }
    if (!r->main) {
        drop_validators(r, policy);
        ap_add_output_filter_handle(filter_handle, NULL, r, r->connection);
    }
    if (has_cache) {
        kept = ce_kept_of(r);
        kept->validators = ce_note_validators(r);
        kept->is_quick = (unsigned char)ce_cache_saves(r, r->output_filters);
        ap_add_output_filter_handle(r->main ? part_filter_handle : stored_filter_handle, NULL, r,
                                    r->connection);
    }
}

/* ------------------------------------------------------------------ */
/* What httpd sees                                                     */

static void register_hooks(apr_pool_t *p)
{
    (void)p;
    ap_hook_pre_config(ce_handler_register, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_pre_config(hook_where_cache_is, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_check_config(ce_startup_check, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_test_config(ce_dump, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_post_config(ce_startup_log, NULL, NULL, APR_HOOK_MIDDLE);
    /* before anything can put another URL or other containers in the place of the client's, and
     * before mod_headers' RequestHeader, which is a fixup */
    ap_hook_translate_name(ce_keep_first_walk, NULL, NULL, APR_HOOK_REALLY_FIRST);
    ap_hook_post_perdir_config(ce_keep_walk, NULL, NULL, APR_HOOK_REALLY_FIRST);
    /* Of mod_headers' type, and inserted after its filter and DEFLATE, so that
     * their headers are final; and before mod_cache's save filter, so that
     * our header is stored. A quick cache hit never walks the containers: a
     * filter of a later type would lose their lists there. */
    filter_handle = ap_register_output_filter("CORS_EXPOSE", expose_filter, NULL,
                                              AP_FTYPE_CONTENT_SET);
    /* before mod_cache's CACHE_SAVE_SUBREQ, which is of the type after this one */
    part_filter_handle = ap_register_output_filter("CORS_EXPOSE_PART", part_filter, NULL,
                                                   AP_FTYPE_CONTENT_SET - 2);
    /* after mod_cache's CACHE_OUT, which is of the type before this one */
    stored_filter_handle = ap_register_output_filter("CORS_EXPOSE_STORED", stored_filter, NULL,
                                                     AP_FTYPE_CONTENT_SET + 2);
    ap_hook_insert_filter(insert_filter, NULL, NULL, APR_HOOK_REALLY_LAST);
    ap_hook_insert_error_filter(insert_filter, NULL, NULL, APR_HOOK_REALLY_LAST);
    ce_request_hooks();
}

AP_DECLARE_MODULE(cors_expose) = {
    STANDARD20_MODULE_STUFF,
    ce_config_create,
    ce_config_merge,
    ce_config_create_server,
    NULL, /* merge_server_config: containers belong to the server they stand in */
    ce_config_commands,
    register_hooks,
#if defined(AP_MODULE_FLAG_NONE)
    AP_MODULE_FLAG_NONE,
#endif
};

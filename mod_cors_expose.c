/* SPDX-License-Identifier: Apache-2.0 */

/*
 * mod_cors_expose: computes Access-Control-Expose-Headers for every response.
 *
 * This file is the face: directives, hooks, the filters. What is decided, and
 * from what, stands in the core, which knows no request_rec and no log. Each
 * file of src/ has its header in include/. The core, from the bottom up:
 *
 *   name      one field name: token, hash, comparison, pattern, class
 *   names     an ordered set of them
 *   origin    an origin= condition's origin, and what it matches
 *   line      one directive's edits and conditions: parsed, and evaluated
 *   policy    a container's lines and settings, and the merge of two
 *   facts     what is known of a request and its response, and can be asked
 *   exposed   edits applied to one value, and that value written as a list
 *   decision  the verdict about one response
 *   explain   which edit decides about a name, and what containers come to, in
 *             words; only people ask
 *   review    what is worth a warning at startup (with words)
 *
 * What of the face has a file of its own:
 *
 *   gather      what httpd knows of a request, as the core asks for it
 *   report      what the log says about a response
 *   startup     what is done once the configuration is complete
 *   neighbours  what other modules' directives have to do with ours
 *   dump        httpd -t -D DUMP_EXPOSE_HEADERS
 *   handler     SetHandler expose-headers
 *   page        the lines that both print
 *
 * A configuration on its way: httpd calls a directive's function (set_edits,
 * set_never, set_keyword), which has the core parse the line and append it to
 * the container's policy. When all is read, ce_startup_check has the edits of
 * each container without conditions applied in advance, and reviews them all.
 *
 * A request on its way:
 *
 *   post_read_request  keep_validators, where mod_cache is: it may change them
 *   (httpd's walks)    merge_dir_config, for each container: one small node
 *   fixups, first      keep_client: what the client sent, and its policy so far
 *   insert_filter      inserts the filters, last; drops validators where a 304
 *                      could not be made right
 *   expose_filter      policy_of (the containers of all that the request became),
 *                      gather (facts), ce_decide (the verdict), apply, report
 *
 * An error before the fixups goes to insert_filter at once: then the filter
 * reads what the client sent.
 */

#include "ap_config.h"
#include "ap_expr.h"
#include "apr_strings.h"
#include "http_config.h"
#include "http_core.h"
#include "http_log.h"
#include "http_protocol.h"
#include "http_request.h"
#include "httpd.h"
#include "util_filter.h"

#include "core/decision.h"
#include "httpd/dump.h"
#include "httpd/handler.h"
#include "httpd/module.h"
#include "httpd/report.h"
#include "httpd/request.h"
#include "httpd/startup.h"

/* Set once, when the hooks are registered: adding a filter by its name would
 * look the name up on each request */
static ap_filter_rec_t *filter_handle, *stored_filter_handle;

/* ------------------------------------------------------------------ */
/* Configuration                                                       */

static void *create_dir_config(apr_pool_t *p, char *dir)
{
    (void)dir;
    return ce_policy_create(p);
}

static void *merge_dir_config(apr_pool_t *p, void *base, void *add)
{
    /* httpd's configuration vectors aren't const, what is in them here is */
    return (void *)ce_policy_merge(p, base, add);
}

static void *create_server_config(apr_pool_t *p, server_rec *s)
{
    (void)s;
    return apr_pcalloc(p, sizeof(ce_server_config_t));
}

/* .htaccess files are read for each request: what is in them can't be prepared,
 * and is reviewed for those alone who read the log at debug */
static int is_htaccess(cmd_parms *cmd)
{
    return ap_check_cmd_context(cmd, NOT_IN_HTACCESS) != NULL;
}

/* Remember a container for ce_startup_check when its first directive comes, and
 * leave each directive at its node of the tree, for those who read all of it */
static void note_directive(cmd_parms *cmd, ce_policy_t *policy, const ce_line_t *line)
{
    ce_server_config_t *config = ce_server_config(cmd->server);
    ce_node_t *node;

    if (is_htaccess(cmd)) {
        return;
    }
    if (!policy->flags) {
        if (!config->containers) {
            config->containers = apr_array_make(cmd->pool, 4, sizeof(ce_policy_t *));
        }
        APR_ARRAY_PUSH(config->containers, ce_policy_t *) = policy;
    }
    node = apr_palloc(cmd->pool, sizeof(*node));
    node->policy = policy;
    node->line = line;
    cmd->directive->data = node;
}

/* A line inside <Macro> has a file name that mod_macro frees after startup, so
 * a container copies it, once where its lines come from the same file. */
static const char *file_of(cmd_parms *cmd, const ce_policy_t *policy)
{
    const ce_line_t *last = ce_container_of(policy)->last;
    const char *file = cmd->directive->filename;

    return last && !strcmp(last->file, file) ? last->file : apr_pstrdup(cmd->pool, file);
}

/* The words of a line, as the core takes them: it cuts each of them at blanks and
 * commas, but for conditions. So only those, and quotes, need httpd's reader. */
static apr_array_header_t *words_of(cmd_parms *cmd, const char *args)
{
    int simple = !strpbrk(args, "=\"'\\");
    apr_array_header_t *words = apr_array_make(cmd->temp_pool, simple ? 1 : 8,
                                               sizeof(const char *));

    if (simple) {
        APR_ARRAY_PUSH(words, const char *) = args;
        return words;
    }
    while (*args) {
        APR_ARRAY_PUSH(words, const char *) = ap_getword_conf(cmd->temp_pool, &args);
    }
    return words;
}

static const char *compile(cmd_parms *cmd, ce_condition_t *condition)
{
    /* the owner of a folder must not read files through it */
    unsigned flags = is_htaccess(cmd) ? AP_EXPR_FLAG_RESTRICTED : 0;
    const char *error = NULL;

    condition->expr = ap_expr_parse_cmd(cmd, condition->expr_text, flags, &error, NULL);
    if (error) {
        return apr_psprintf(cmd->pool, "%s: can't parse the expression '%s' (%s)", cmd->cmd->name,
                            condition->expr_text, error);
    }
    return NULL;
}

/* In <Limit> httpd would let a directive hold for every method */
static const char *check_context(cmd_parms *cmd, unsigned forbidden)
{
    return ap_check_cmd_context(cmd, NOT_IN_LIMIT | forbidden);
}

/* Append what the core has read to its container */
static const char *add_line(cmd_parms *cmd, ce_policy_t *policy, ce_line_t *line)
{
    const char *error;

    line->file = file_of(cmd, policy);
    line->line_number = cmd->directive->line_num;
    note_directive(cmd, policy, line->is_never ? NULL : line);
    error = ce_policy_add(policy, line, cmd->pool);
    return error ? apr_psprintf(cmd->pool, "%s: %s", cmd->cmd->name, error) : NULL;
}

static const char *set_edits(cmd_parms *cmd, void *policy, const char *args)
{
    const char *error = check_context(cmd, 0);
    ce_line_t *line;

    if (!error) {
        error = ce_line_parse(&line, cmd->cmd->name, words_of(cmd, args), cmd->pool);
    }
    if (!error && line->condition && line->condition->expr_text) {
        error = compile(cmd, line->condition);
    }
    if (!error) {
        error = add_line(cmd, policy, line);
    }
    if (!error && is_htaccess(cmd)) {
        ce_startup_review_htaccess(cmd, policy);
    }
    return error;
}

static const char *set_never(cmd_parms *cmd, void *policy, const char *args)
{
    /* AllowOverrideList would let it into a .htaccess file by its name */
    const char *error = check_context(cmd, NOT_IN_HTACCESS);
    ce_line_t *line;

    if (!error) {
        error = ce_never_parse(&line, cmd->cmd->name, words_of(cmd, args), cmd->pool);
    }
    return error ? error : add_line(cmd, policy, line);
}

/* "Merge, Replace or Keep" */
static const char *keywords_of(ce_setting_e setting, apr_pool_t *p)
{
    const char *text = ce_setting_word(setting, 1), *word;
    unsigned value;

    for (value = 2; (word = ce_setting_word(setting, value)); value++) {
        text = apr_pstrcat(p, text, ce_setting_word(setting, value + 1) ? ", " : " or ", word,
                           NULL);
    }
    return text;
}

/* A directive with one keyword; cmd->info is the setting */
static const char *set_keyword(cmd_parms *cmd, void *policy, const char *word)
{
    ce_setting_e setting = (ce_setting_e)(apr_uintptr_t)cmd->info;
    const char *error = check_context(cmd, 0), *known;
    unsigned value = 1;

    if (error) {
        return error;
    }
    while ((known = ce_setting_word(setting, value)) && ap_cstr_casecmp(word, known)) {
        value++;
    }
    if (!known) {
        return apr_psprintf(cmd->pool, "%s: unknown keyword '%s' (%s)", cmd->cmd->name, word,
                            keywords_of(setting, cmd->temp_pool));
    }
    note_directive(cmd, policy, NULL);
    ce_policy_set(policy, setting, value, file_of(cmd, policy), cmd->directive->line_num,
                  cmd->pool);
    return NULL;
}

/* ------------------------------------------------------------------ */
/* The request on its way                                              */

/* Before the quick handler, where mod_cache puts validators of its own to
 * revalidate what it has stored */
static int keep_validators(request_rec *r)
{
    if (ce_server_config(r->server)->is_used && !r->main && !r->prev) {
        const ce_validators_t *sent = ce_note_validators(r);

        if (sent) {
            ce_kept_of(r)->validators = sent;
        }
    }
    return DECLINED;
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

/* Not only where some directive is in force now: DirectoryIndex can lead into
 * a <Files>, and an internal redirect into a folder with a .htaccess file. */
static int keep_client(request_rec *r)
{
    const ce_server_config_t *config = ce_server_config(r->server);

    if (!config->is_used || (r->main && !ce_handler_looks_up(r))) {
        return DECLINED;
    }
    if (!r->main) {
        ce_kept_t *client = ce_client_of(r);

        if (config->has_cache && !r->prev) {
            /* before RequestHeader can change the client's */
            client->is_renewal = !ce_has_validators(r, client->validators);
        }
    }
    ce_kept_of(r)->policy = ce_policy_of(r->per_dir_config);
    return DECLINED;
}

/* ------------------------------------------------------------------ */
/* The filter                                                          */

static void apply(request_rec *r, const ce_verdict_t *verdict, const ce_facts_t *facts)
{
    if (verdict->untouched) {
        return;
    }
    if (verdict->vary) {
        /* into the line that is there: scripts' headers are in the other table */
        apr_table_mergen(facts->has_error_vary ? r->err_headers_out : r->headers_out, "Vary",
                         "Origin");
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
    ce_policy_t *added = ce_client_of(r)->added;
    int is_asked = APLOGrdebug(r);
    ce_asked_t asked = {r, is_asked ? apr_hash_make(r->pool) : NULL};
    ce_verdict_t verdict;
    ce_facts_t facts;

    policy = added ? ce_policy_extend(r->pool, policy, added) : policy;
    ce_request_gather(&facts, &asked, f);
    facts.is_stored = is_stored;
    ce_decide(&verdict, r->pool, policy, &facts);
    apply(r, &verdict, &facts);
    if (verdict.nmalformed || verdict.left_out) {
        ce_report_problems(r, &verdict);
    }
    if (is_asked) {
        ce_report(r, policy, &verdict, &facts);
    }
}

/* mod_cache says so, and a .htaccess file can say so, too */
static int is_from_store(const request_rec *r)
{
    return ce_server_config(r->server)->has_cache && apr_table_get(r->subprocess_env, "cache-hit");
}

/* The policy is read here, not when the filter is inserted, and the response
 * is decided anew each time: DirectoryIndex changes the first after
 * the fixups, and an error starts a response over. */
static apr_status_t expose_filter(ap_filter_t *f, apr_bucket_brigade *bb)
{
    const ce_policy_t *policy = ce_request_policy(f->r);

    if (policy->flags && !is_from_store(f->r)) {
        decide(f, policy, 0);
    }
    ap_remove_output_filter(f);
    return ap_pass_brigade(f->next, bb);
}

/* mod_cache takes out all filters that would come before its own, and so the
 * one above, when it answers from its store. A copy that it has just renewed
 * may be older than a Never list, too. */
static apr_status_t stored_filter(ap_filter_t *f, apr_bucket_brigade *bb)
{
    const ce_policy_t *policy = ce_request_policy(f->r);

    if (policy->flags
        && (is_from_store(f->r) || apr_table_get(f->r->subprocess_env, "cache-revalidate"))) {
        decide(f, policy, 1);
    }
    ap_remove_output_filter(f);
    return ap_pass_brigade(f->next, bb);
}

/* A 304 that can't be made right isn't asked for. The policy is final here,
 * and no handler has run. */
static void drop_validators(request_rec *r, const ce_policy_t *policy)
{
    if (r->method_number != M_GET || !ce_decide_needs_whole(policy) || !ce_client_of(r)->sent.origin
        || ce_client_of(r)->is_renewal || ce_has_validators(r, NULL)) {
        return;
    }
    ap_log_rerror(APLOG_MARK, APLOG_TRACE1, 0, r,
                  "dropped If-None-Match and If-Modified-Since: no 304 could carry the list");
    apr_table_unset(r->headers_in, "If-None-Match");
    apr_table_unset(r->headers_in, "If-Modified-Since");
}

static void insert_filter(request_rec *r)
{
    const ce_policy_t *policy;

    if (r->main) {
        return; /* a subrequest's headers go nowhere */
    }
    policy = ce_request_policy(r);
    if (policy->flags) {
        drop_validators(r, policy);
        ap_add_output_filter_handle(filter_handle, NULL, r, r->connection);
        if (ce_server_config(r->server)->has_cache) {
            ce_client_of(r)->validators = ce_note_validators(r);
            ap_add_output_filter_handle(stored_filter_handle, NULL, r, r->connection);
        }
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
    /* before mod_headers' RequestHeader, which is a fixup too */
    ap_hook_fixups(keep_client, NULL, NULL, APR_HOOK_FIRST);
    /* Of mod_headers' type, and inserted after its filter and DEFLATE, so that
     * their headers are final; and before mod_cache's save filter, so that
     * our header is stored. A quick cache hit never walks the containers: a
     * filter of a later type would lose their lists there. */
    filter_handle = ap_register_output_filter("CORS_EXPOSE", expose_filter, NULL,
                                              AP_FTYPE_CONTENT_SET);
    /* after mod_cache's CACHE_OUT, which is of the type before this one */
    stored_filter_handle = ap_register_output_filter("CORS_EXPOSE_STORED", stored_filter, NULL,
                                                     AP_FTYPE_CONTENT_SET + 2);
    ap_hook_insert_filter(insert_filter, NULL, NULL, APR_HOOK_REALLY_LAST);
    ap_hook_insert_error_filter(insert_filter, NULL, NULL, APR_HOOK_REALLY_LAST);
    ce_request_hooks();
}

static const command_rec commands[] = {
    AP_INIT_RAW_ARGS("ExposeHeaders", set_edits, NULL, OR_FILEINFO,
                     "headers that cross-origin scripts may read: names, patterns, -removals or "
                     "None, then conditions origin=, env=, expr="),
    /* ACCESS_CONF and not OR_FILEINFO: nothing overrides it, least of all a .htaccess file */
    AP_INIT_RAW_ARGS("ExposeHeadersNever", set_never, NULL, RSRC_CONF | ACCESS_CONF,
                     "names and patterns of headers that are never exposed"),
    AP_INIT_TAKE1("ExposeHeadersBackend", set_keyword, (void *)CE_BACKEND, OR_FILEINFO,
                  "Merge, Replace or Keep: what becomes of a list that the response brings along"),
    AP_INIT_TAKE1("ExposeHeadersWildcard", set_keyword, (void *)CE_WILDCARD_AS, OR_FILEINFO,
                  "Auto or Expand: whether '*' is sent where browsers honour it"),
    AP_INIT_TAKE1("ExposeHeadersWhen", set_keyword, (void *)CE_WHEN, OR_FILEINFO,
                  "CORS, Allowed, Always or Off: which responses get the header"),
    {.name = NULL},
};

AP_DECLARE_MODULE(cors_expose) = {
    STANDARD20_MODULE_STUFF,
    create_dir_config,
    merge_dir_config,
    create_server_config,
    NULL, /* merge_server_config: containers belong to the server they stand in */
    commands,
    register_hooks,
#if defined(AP_MODULE_FLAG_NONE)
    AP_MODULE_FLAG_NONE,
#endif
};

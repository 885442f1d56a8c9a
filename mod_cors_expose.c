/* Licensed to the public under the Apache License, Version 2.0; see LICENSE. */

/*
 * mod_cors_expose: computes Access-Control-Expose-Headers for every response.
 *
 * This is the face: directives, hooks, the filter. What is decided, and from
 * what, stands in the core (src/), which knows no request_rec.
 */

#include "ap_config.h"
#include "ap_expr.h"
#include "ap_mmn.h"
#include "apr_strings.h"
#include "http_config.h"
#include "http_core.h"
#include "http_log.h"
#include "http_protocol.h"
#include "http_request.h"
#include "httpd.h"
#include "util_filter.h"

#include "ce_decision.h"
#include "mod_cors_expose.h"

/* ap_ssl_var_lookup came with 2.4.48; before it there were mod_ssl's own
 * optional functions */
#if AP_MODULE_MAGIC_AT_LEAST(20120211, 104)
#include "http_ssl.h"
#else
#include "mod_ssl.h"
#endif

/* -fvisibility=hidden holds for all but what httpd looks up by name; its own
 * macro is empty here */
extern module AP_MODULE_DECLARE_DATA cors_expose_module __attribute__((visibility("default")));

/* Set once, when the hooks are registered: adding the filter by its name would
 * look the name up on each request */
static ap_filter_rec_t *filter_handle;

/* Per server: the containers that were read in it. Written only while the
 * configuration is read. */
typedef struct server_config {
    apr_array_header_t *containers; /* of ce_policy_t *, each once; NULL: none */
    unsigned char is_used;          /* there are some, here or in the main server, or .htaccess
                                     * files may bring some */
    unsigned char may_be_stored;    /* mod_cache is there */
} server_config;

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
    return apr_pcalloc(p, sizeof(server_config));
}

static inline server_config *config_of(const server_rec *s)
{
    return ap_get_module_config(s->module_config, &cors_expose_module);
}

/* .htaccess files are read for each request: nothing is logged about them but
 * errors, and what is in them can't be prepared */
static int is_htaccess(cmd_parms *cmd)
{
    return ap_check_cmd_context(cmd, NOT_IN_HTACCESS) != NULL;
}

/* Remember a container for check_config, when its first directive comes */
static void note_container(cmd_parms *cmd, ce_policy_t *policy)
{
    server_config *config = config_of(cmd->server);

    if (policy->bits || is_htaccess(cmd)) {
        return;
    }
    if (!config->containers) {
        config->containers = apr_array_make(cmd->pool, 4, sizeof(ce_policy_t *));
    }
    APR_ARRAY_PUSH(config->containers, ce_policy_t *) = policy;
}

/* The words of a line, as the core takes them: it cuts each of them at blanks and
 * commas, but for conditions. So only those, and quotes, need httpd's reader. */
static apr_array_header_t *words_of(cmd_parms *cmd, const char *args)
{
    int simple = !strpbrk(args, "=\"'\\");
    apr_array_header_t *words = apr_array_make(cmd->temp_pool, simple ? 1 : 8,
                                               sizeof(const char *));

    if (simple) {
        APR_ARRAY_PUSH(words, const char *) = apr_pstrdup(cmd->pool, args);
        return words;
    }
    while (*args) {
        APR_ARRAY_PUSH(words, const char *) = ap_getword_conf(cmd->pool, &args);
    }
    return words;
}

static void log_warnings(server_rec *s, const char *prefix, const apr_array_header_t *warnings)
{
    int i;

    for (i = 0; i < warnings->nelts; i++) {
        ap_log_error(APLOG_MARK, APLOG_WARNING, 0, s, "%s%s", prefix,
                     APR_ARRAY_IDX(warnings, i, const char *));
    }
}

static const char *compile(cmd_parms *cmd, ce_condition_t *condition)
{
    const char *error = NULL;

    condition->expr = ap_expr_parse_cmd(cmd, condition->expr_text, 0, &error, NULL);
    if (error) {
        return apr_psprintf(cmd->pool, "%s: can't parse the expression '%s' (%s)", cmd->cmd->name,
                            condition->expr_text, error);
    }
    return NULL;
}

static const char *set_edits(cmd_parms *cmd, void *dirconf, const char *args)
{
    ce_policy_t *policy = dirconf;
    apr_array_header_t *warnings = is_htaccess(cmd)
                                       ? NULL
                                       : apr_array_make(cmd->temp_pool, 1, sizeof(const char *));
    ce_line_t *line;
    const char *error = ce_line_parse(&line, cmd->cmd->name, words_of(cmd, args), warnings,
                                      cmd->pool);

    if (!error && line->condition && line->condition->expr_text) {
        error = compile(cmd, line->condition);
    }
    if (error) {
        return error;
    }
    line->file = cmd->directive->filename;
    line->line_number = cmd->directive->line_num;
    if (warnings && warnings->nelts) {
        log_warnings(cmd->server,
                     apr_psprintf(cmd->temp_pool, "%s:%d: ", line->file, line->line_number),
                     warnings);
    }
    note_container(cmd, policy);
    ce_policy_add(policy, line);
    return NULL;
}

static const char *set_never(cmd_parms *cmd, void *dirconf, const char *args)
{
    ce_policy_t *policy = dirconf;
    ce_line_t *line;
    /* AllowOverrideList would let it into a .htaccess file by its name */
    const char *error = ap_check_cmd_context(cmd, NOT_IN_HTACCESS);

    if (!error) {
        error = ce_never_parse(&line, cmd->cmd->name, words_of(cmd, args), cmd->pool);
    }
    if (error) {
        return error;
    }
    note_container(cmd, policy);
    ce_policy_add_never(policy, line);
    return NULL;
}

/* A directive with one keyword. The values are the core's enumerations, where
 * 0 is "not said" */
static const char *keyword(cmd_parms *cmd, ce_policy_t *policy, ce_setting_e setting,
                           const char *word, const char *const *keywords, const char *accepted)
{
    unsigned i;

    for (i = 0; keywords[i]; i++) {
        if (!ap_cstr_casecmp(word, keywords[i])) {
            note_container(cmd, policy);
            ce_policy_set(policy, setting, i + 1);
            return NULL;
        }
    }
    return apr_psprintf(cmd->pool, "%s: unknown keyword '%s' (%s)", cmd->cmd->name, word, accepted);
}

static const char *set_backend(cmd_parms *cmd, void *dirconf, const char *word)
{
    static const char *const keywords[] = {"Merge", "Replace", "Keep", NULL};

    return keyword(cmd, dirconf, CE_BACKEND_SETTING, word, keywords, "Merge, Replace or Keep");
}

static const char *set_wildcard(cmd_parms *cmd, void *dirconf, const char *word)
{
    static const char *const keywords[] = {"Auto", "Expand", NULL};

    return keyword(cmd, dirconf, CE_WILDCARD_SETTING, word, keywords, "Auto or Expand");
}

static const char *set_when(cmd_parms *cmd, void *dirconf, const char *word)
{
    static const char *const keywords[] = {"CORS", "Allowed", "Always", "Off", NULL};

    return keyword(cmd, dirconf, CE_WHEN_SETTING, word, keywords, "CORS, Allowed, Always or Off");
}

static int lets_htaccess_in(ap_conf_vector_t *container)
{
    const core_dir_config *core = ap_get_core_module_config(container);

    return (core->override & OR_FILEINFO) || core->override_list;
}

/* Whether AllowOverride or AllowOverrideList lets our directives into .htaccess
 * files, in any folder: an internal redirect may lead there */
static int allows_htaccess(const server_rec *s)
{
    const core_server_config *core = ap_get_core_module_config(s->module_config);
    int i;

    for (i = 0; i < core->sec_dir->nelts; i++) {
        if (lets_htaccess_in(APR_ARRAY_IDX(core->sec_dir, i, ap_conf_vector_t *))) {
            return 1;
        }
    }
    return lets_htaccess_in(s->lookup_defaults);
}

/* Runs when the configuration is complete, for httpd -t too: says what only
 * whole containers show, and does what each request would do again. */
static int check_config(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp, server_rec *main)
{
    const server_config *main_config = config_of(main);
    int may_be_stored = ap_find_linked_module("mod_cache.c") != NULL;
    apr_array_header_t *warnings = apr_array_make(ptemp, 1, sizeof(const char *));
    apr_pool_t *scratch;
    server_rec *s;

    (void)plog;
    apr_pool_create(&scratch, ptemp);
    for (s = main; s; s = s->next) {
        server_config *config = config_of(s);
        ce_policy_t *own = ap_get_module_config(s->lookup_defaults, &cors_expose_module);
        int i;

        config->may_be_stored = may_be_stored;
        config->is_used = config->containers || main_config->containers || allows_htaccess(s);
        for (i = 0; config->containers && i < config->containers->nelts; i++) {
            ce_policy_t *policy = APR_ARRAY_IDX(config->containers, i, ce_policy_t *);

            ce_policy_seal(policy, pconf, scratch);
            ce_policy_review(policy, s == main && policy == own, warnings, scratch);
            log_warnings(s, "", warnings);
            apr_array_clear(warnings);
            apr_pool_clear(scratch);
        }
        /* a virtual host's is merged with the main server's */
        ce_policy_seal(own, pconf, scratch);
    }
    apr_pool_destroy(scratch);
    return OK;
}

/* ------------------------------------------------------------------ */
/* The facts of a request                                              */

/* The request that the client sent: subrequests and internal redirects lead
 * back to it */
static request_rec *first_request(request_rec *r)
{
    while (r->main || r->prev) {
        r = r->main ? r->main : r->prev;
    }
    return r;
}

/* httpd's configuration vectors aren't const, what is in them here is */
static void set_facts(request_rec *first, const ce_request_t *facts)
{
    ap_set_module_config(first->request_config, &cors_expose_module, (void *)facts);
}

static void read_header(ce_request_t *sent, const apr_table_entry_t *line)
{
    const char *name = line->key;

    switch (name[0] | 0x20) {
    case 'a':
        /* "Accept..." is in most requests, more than once */
        sent->authorization |= (name[1] | 0x20) == 'u' && ce_is_named(name, "Authorization");
        break;
    case 'c':
        sent->cookie |= ce_is_named(name, "Cookie");
        break;
    default:
        if (!sent->origin && ce_is_named(name, "Origin")) {
            sent->origin = line->val;
        }
        break;
    }
}

/* One pass costs less than looking each field up: it passes by most of them at
 * their first letter */
static void read_headers(ce_request_t *sent, const apr_table_t *headers)
{
    static const unsigned char watched[256] =
        {['A'] = 1, ['a'] = 1, ['C'] = 1, ['c'] = 1, ['O'] = 1, ['o'] = 1};
    const apr_array_header_t *lines = apr_table_elts(headers);
    const apr_table_entry_t *line = (const apr_table_entry_t *)lines->elts;
    const apr_table_entry_t *end = line + lines->nelts;

    for (; line < end; line++) {
        if (watched[(unsigned char)*line->key]) {
            read_header(sent, line);
        }
    }
}

static const ce_request_t *take_facts(request_rec *first)
{
    static const ce_request_t no_origin = {0};
    ce_request_t sent = {0};
    ce_request_t *kept;

    read_headers(&sent, first->headers_in);
    if (!sent.origin) {
        set_facts(first, &no_origin);
        return &no_origin;
    }
    sent.preflight = first->method_number == M_OPTIONS
                     && apr_table_get(first->headers_in, "Access-Control-Request-Method");
    kept = apr_palloc(first->pool, sizeof(*kept));
    *kept = sent;
    set_facts(first, kept);
    return kept;
}

/* What the client sent, kept with the first request of a chain of internal
 * redirects. Taken once; the fixup sees to it that this comes before
 * RequestHeader can change it. Errors before the fixups come before
 * RequestHeader, too. */
static inline const ce_request_t *facts_of(request_rec *r)
{
    request_rec *first = first_request(r);
    const ce_request_t *facts = ap_get_module_config(first->request_config, &cors_expose_module);

    return facts ? facts : take_facts(first);
}

/* Whether some directive may come to bear on this request. What is in force
 * now doesn't tell: DirectoryIndex can lead into a <Files>, and an internal
 * redirect into a folder with a .htaccess file. */
static int may_matter(const request_rec *r)
{
    return config_of(r->server)->is_used;
}

static int freeze_facts(request_rec *r)
{
    if (!r->main && may_matter(r)) {
        facts_of(r);
    }
    return DECLINED;
}

static const char *cors_expose_add(request_rec *r, const char *edits)
{
    request_rec *first = first_request(r);
    ce_request_t *facts;
    ce_line_t *line;
    const char *error = ce_added_parse(&line, "cors_expose_add", edits, first->pool);

    if (error) {
        return error;
    }
    /* those without Origin share one */
    facts = apr_pmemdup(first->pool, facts_of(r), sizeof(*facts));
    line->before = facts->added;
    facts->added = line;
    set_facts(first, facts);
    return NULL;
}

/* ------------------------------------------------------------------ */
/* The filter                                                          */

/* The request whose policy decides about r's response: for the page of an
 * ErrorDocument it is the request that failed, found as ap_die() finds it */
static request_rec *decisive_request(request_rec *r)
{
    while (r->prev && r->prev->status != HTTP_OK) {
        r = r->prev;
    }
    return r;
}

static inline const ce_policy_t *policy_of(request_rec *r)
{
    const ce_policy_t *policy = ap_get_module_config(decisive_request(r)->per_dir_config,
                                                     &cors_expose_module);

    return policy->bits && ce_policy_setting(policy, CE_WHEN_SETTING) != CE_OFF ? policy : NULL;
}

/* An environment variable is looked up where the policy comes from: in the
 * page of an ErrorDocument it would be called REDIRECT_... */
static int env_is_set(void *baton, const char *name)
{
    return apr_table_get(decisive_request(baton)->subprocess_env, name) != NULL;
}

static ce_holds_e expr_holds(void *baton, const ce_line_t *line)
{
    request_rec *r = baton;
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

#if AP_MODULE_MAGIC_AT_LEAST(20120211, 104)

static int has_certificate(void *baton)
{
    request_rec *r = baton;
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

static int has_certificate(void *baton)
{
    request_rec *r = baton;
    char name[] = "SSL_CLIENT_VERIFY";
    const char *verified;

    if (!is_https || !lookup_ssl || !is_https(r->connection)) {
        return 0;
    }
    verified = lookup_ssl(r->pool, r->server, r->connection, r, name);
    return verified && !strcmp(verified, "SUCCESS");
}

#endif

static int is_authenticated(void *baton)
{
    const request_rec *r;

    for (r = baton; r; r = r->prev) {
        if (r->user) {
            return 1;
        }
    }
    return 0;
}

/* httpd adds headers behind the filter, and takes ETag off where a module or
 * FileETag None says so */
static unsigned comes_later(void *baton)
{
    const request_rec *r = baton;
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

static void gather(ce_facts_t *facts, request_rec *r)
{
    static const ce_questions_t questions = {env_is_set, expr_holds, is_authenticated,
                                             has_certificate, comes_later};

    facts->ask.request = facts_of(r);
    facts->ask.questions = &questions;
    facts->ask.baton = r;
    facts->headers_out = r->headers_out;
    facts->err_headers_out = r->err_headers_out;
    facts->status = r->status;
    facts->stored = config_of(r->server)->may_be_stored
                    && apr_table_get(r->subprocess_env, "cache-hit");
}

static void apply(request_rec *r, const ce_verdict_t *verdict)
{
    if (verdict->vary == CE_VARY_ADD) {
        apr_table_addn(r->headers_out, "Vary", "Origin");
    }
    else if (verdict->vary == CE_VARY_MERGE) {
        apr_table_mergen(r->headers_out, "Vary", "Origin");
    }
    if (verdict->present) {
        apr_table_unset(r->err_headers_out, CE_EXPOSE_HEADERS);
        apr_table_unset(r->headers_out, CE_EXPOSE_HEADERS);
    }
    if (verdict->value) {
        apr_table_addn(r->headers_out, CE_EXPOSE_HEADERS, verdict->value);
    }
}

static CE_APART void log_problems(request_rec *r, const ce_verdict_t *verdict)
{
    if (verdict->malformed) {
        ap_log_rerror(APLOG_MARK, APLOG_INFO, 0, r,
                      "dropped %d malformed element%s of the response's " CE_EXPOSE_HEADERS
                      ", the first '%.*s'",
                      verdict->malformed, verdict->malformed == 1 ? "" : "s",
                      (int)verdict->malformed_1.len, verdict->malformed_1.text);
    }
    if (verdict->left_out) {
        ap_log_rerror(APLOG_MARK, APLOG_WARNING, 0, r,
                      "left out %d name%s to keep " CE_EXPOSE_HEADERS " within %d bytes",
                      verdict->left_out, verdict->left_out == 1 ? "" : "s", CE_VALUE_MAX);
    }
}

/* The one line that says why. Made only for those who want to read it. */
static CE_APART void log_verdict(request_rec *r, const ce_verdict_t *verdict,
                                 const ce_facts_t *facts, const char *removed)
{
    const char *word = ce_reason_word(verdict->reason), *why;

    if (verdict->reason == CE_PREFLIGHT || verdict->reason == CE_STORED) {
        ap_log_rerror(APLOG_MARK, APLOG_DEBUG, 0, r, "%s: left alone", word);
        return;
    }
    why = ce_credential_word(ce_credential(&facts->ask, verdict->allows_credentials));
    why = why ? apr_pstrcat(r->pool, "credentialed: ", why, NULL) : "not credentialed";
    if (verdict->value) {
        ap_log_rerror(APLOG_MARK, APLOG_DEBUG, 0, r, "%s: sent \"%s\" (%s)", word, verdict->value,
                      why);
    }
    else if (removed) {
        ap_log_rerror(APLOG_MARK, APLOG_DEBUG, 0, r, "%s: removed \"%s\" (%s)", word, removed, why);
    }
    else {
        ap_log_rerror(APLOG_MARK, APLOG_DEBUG, 0, r, "%s: nothing sent (%s)", word, why);
    }
}

/* The lines that a verdict will remove, for the log; NULL: there are none */
static CE_APART const char *present_list(request_rec *r)
{
    const char *error_list = apr_table_getm(r->pool, r->err_headers_out, CE_EXPOSE_HEADERS);
    const char *list = apr_table_getm(r->pool, r->headers_out, CE_EXPOSE_HEADERS);

    return error_list && list ? apr_pstrcat(r->pool, error_list, ",", list, NULL)
           : error_list       ? error_list
                              : list;
}

static void decide(request_rec *r, const ce_policy_t *policy)
{
    int debug = APLOGrdebug(r);
    const char *removed = debug ? present_list(r) : NULL;
    ce_verdict_t verdict;
    ce_facts_t facts;

    gather(&facts, r);
    ce_decide(&verdict, r->pool, policy, &facts);
    if (verdict.reason != CE_PREFLIGHT && verdict.reason != CE_STORED) {
        apply(r, &verdict);
        if (verdict.malformed || verdict.left_out) {
            log_problems(r, &verdict);
        }
    }
    if (debug) {
        log_verdict(r, &verdict, &facts, removed);
    }
}

/* The policy is read here, not when the filter is inserted, and the response
 * is decided anew each time: DirectoryIndex changes the first behind the
 * fixups' back, and an error starts a response over. */
static apr_status_t expose_filter(ap_filter_t *f, apr_bucket_brigade *bb)
{
    request_rec *r = f->r;
    const ce_policy_t *policy = policy_of(r);

    if (policy) {
        decide(r, policy);
    }
    ap_remove_output_filter(f);
    return ap_pass_brigade(f->next, bb);
}

static void insert_filter(request_rec *r)
{
    /* a subrequest's headers go nowhere */
    if (!r->main && policy_of(r)) {
        ap_add_output_filter_handle(filter_handle, NULL, r, r->connection);
    }
}

/* ------------------------------------------------------------------ */
/* What httpd sees                                                     */

static void register_hooks(apr_pool_t *p)
{
    (void)p;
    ap_hook_check_config(check_config, NULL, NULL, APR_HOOK_MIDDLE);
    /* before mod_headers' RequestHeader, which is a fixup too */
    ap_hook_fixups(freeze_facts, NULL, NULL, APR_HOOK_FIRST);
    /* Of mod_headers' type, and inserted behind its filter and DEFLATE, so that
     * their headers are final; and in front of mod_cache's save filter, so that
     * our header is stored. A quick cache hit never walks the containers: a
     * filter of a later type would lose their lists there. */
    filter_handle = ap_register_output_filter("CORS_EXPOSE", expose_filter, NULL,
                                              AP_FTYPE_CONTENT_SET);
    ap_hook_insert_filter(insert_filter, NULL, NULL, APR_HOOK_REALLY_LAST);
    ap_hook_insert_error_filter(insert_filter, NULL, NULL, APR_HOOK_REALLY_LAST);
#if !AP_MODULE_MAGIC_AT_LEAST(20120211, 104)
    ap_hook_optional_fn_retrieve(retrieve_ssl, NULL, NULL, APR_HOOK_MIDDLE);
#endif
    APR_REGISTER_OPTIONAL_FN(cors_expose_add);
}

static const command_rec commands[] = {
    AP_INIT_RAW_ARGS("ExposeHeaders", set_edits, NULL, OR_FILEINFO,
                     "headers that cross-origin scripts may read: names, patterns, -removals or "
                     "None, then conditions origin=, env=, expr="),
    /* ACCESS_CONF and not OR_FILEINFO: nothing overrides it, least of all a .htaccess file */
    AP_INIT_RAW_ARGS("ExposeHeadersNever", set_never, NULL, RSRC_CONF | ACCESS_CONF,
                     "names and patterns of headers that are never exposed"),
    AP_INIT_TAKE1("ExposeHeadersBackend", set_backend, NULL, OR_FILEINFO,
                  "Merge, Replace or Keep: what becomes of a list that the response brings along"),
    AP_INIT_TAKE1("ExposeHeadersWildcard", set_wildcard, NULL, OR_FILEINFO,
                  "Auto or Expand: whether '*' is sent where browsers honour it"),
    AP_INIT_TAKE1("ExposeHeadersWhen", set_when, NULL, OR_FILEINFO,
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

/* SPDX-License-Identifier: Apache-2.0 */

#include "http_core.h"
#include "http_log.h"
#include "http_main.h"

#include "httpd/dump.h"
#include "httpd/handler.h"
#include "core/value.h"
#include "httpd/module.h"
#include "httpd/neighbours.h"
#include "httpd/page.h"
#include "httpd/startup.h"

APLOG_USE_MODULE(cors_expose);

/* Whether AllowOverride or AllowOverrideList, which stand in a <Directory>, lets our directives
 * into .htaccess files, in any folder: an internal redirect may lead there */
static int allows_htaccess(const server_rec *s)
{
    const core_server_config *server = ap_get_core_module_config(s->module_config);
    int i;

    for (i = 0; i < server->sec_dir->nelts; i++) {
        const core_dir_config *core = ap_get_core_module_config(
            APR_ARRAY_IDX(server->sec_dir, i, ap_conf_vector_t *));

        if ((core->override & OR_FILEINFO) || core->override_list) {
            return 1;
        }
    }
    return 0;
}

static int turns_on(const ce_server_config_t *config)
{
    int i;

    for (i = 0; config->containers && i < config->containers->nelts; i++) {
        unsigned when = APR_ARRAY_IDX(config->containers, i, ce_policy_t *)
                            ->setting[CE_SETTING_WHEN];

        if (when && when != CE_WHEN_OFF) {
            return 1;
        }
    }
    return 0;
}

static void check_containers(const ce_server_config_t *config, const ce_policy_t *server,
                             int is_on_elsewhere, ce_findings_t *findings, apr_pool_t *pconf,
                             apr_pool_t *scratch)
{
    int i;

    for (i = 0; config->containers && i < config->containers->nelts; i++) {
        ce_policy_t *policy = APR_ARRAY_IDX(config->containers, i, ce_policy_t *);

        ce_value_prepare(policy, pconf, scratch);
        ce_review(findings, ce_container_of(policy), server, is_on_elsewhere, scratch);
        apr_pool_clear(scratch);
    }
}

/* Those of a .htaccess file at debug, since it is read for each request */
static void log_findings(const ce_findings_t *findings, const server_rec *s, int is_htaccess)
{
    int i;

    for (i = 0; i < findings->list->nelts; i++) {
        const ce_finding_t *finding = &APR_ARRAY_IDX(findings->list, i, ce_finding_t);
        int level = is_htaccess                       ? APLOG_DEBUG
                    : finding->severity == CE_WARNING ? APLOG_WARNING
                                                      : APLOG_INFO;

        ap_log_error(APLOG_MARK, level, 0, s, "%s:%d: %s", finding->file, finding->line_number,
                     finding->text);
    }
}

/* httpd has read all of a .htaccess file before it carries out the first line */
static int is_last(const ap_directive_t *directive)
{
    const ap_directive_t *next = directive->next;

    while (next && apr_cstr_casecmp(next->directive, directive->directive)) {
        next = next->next;
    }
    return !next;
}

void ce_startup_review_htaccess(cmd_parms *cmd, const ce_policy_t *policy)
{
    ce_findings_t *findings;

    if (APLOG_IS_LEVEL(cmd->server, APLOG_DEBUG) && is_last(cmd->directive)) {
        findings = ce_findings_make(cmd->temp_pool, 0);
        ce_review(findings, ce_container_of(policy), policy, 1, cmd->temp_pool);
        log_findings(findings, cmd->server, 1);
    }
}

/* For scripts that check configurations. It is no server that is checked here:
 * a server that goes by a define alone would end at its next graceful restart. */
static int fail_if_strict(const ce_findings_t *findings, apr_pool_t *pconf, server_rec *main)
{
    int i, n = 0;

    for (i = 0; i < findings->list->nelts; i++) {
        n += APR_ARRAY_IDX(findings->list, i, ce_finding_t).severity == CE_WARNING;
    }
    if (!n || ap_state_query(AP_SQ_RUN_MODE) != AP_SQ_RM_CONFIG_TEST
        || !ap_exists_config_define("EXPOSE_HEADERS_STRICT")) {
        return OK;
    }
    ce_dump(pconf, main); /* its hook doesn't run any more */
    ap_log_error(APLOG_MARK, APLOG_ERR, 0, main,
                 "%d warning%s: with EXPOSE_HEADERS_STRICT, httpd -t ends with status 1", n,
                 n == 1 ? "" : "s");
    return HTTP_INTERNAL_SERVER_ERROR;
}

int ce_startup_check(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp, server_rec *main)
{
    ce_server_config_t *main_config = ce_server_config(main);
    int has_cache = ap_find_linked_module("mod_cache.c") != NULL;
    int has_directives = 0, main_is_on = turns_on(main_config), is_on = main_is_on;
    ce_findings_t *findings = ce_findings_make(pconf, APLOG_IS_LEVEL(main, APLOG_INFO)
                                                          || ce_dump_is_asked_for());
    apr_pool_t *scratch;
    server_rec *s;

    (void)plog;
    apr_pool_create(&scratch, ptemp);
    for (s = main->next; s; s = s->next) {
        is_on |= turns_on(ce_server_config(s));
    }
    for (s = main; s; s = s->next) {
        ce_server_config_t *config = ce_server_config(s);
        ce_policy_t *policy = ap_get_module_config(s->lookup_defaults, &cors_expose_module);
        int allows = allows_htaccess(s);

        config->has_cache = has_cache;
        config->is_used |= config->containers || main_config->containers || allows;
        has_directives |= config->containers != NULL;
        if (s == main || config != main_config) {
            check_containers(config, policy,
                             allows || main_is_on || (s == main ? is_on : turns_on(config)),
                             findings, pconf, scratch);
        }
        /* a virtual host's is merged with the main server's */
        ce_value_prepare(policy, pconf, ptemp);
    }
    ce_handler_review(findings, ap_conftree);
    if (has_directives) {
        ce_neighbours_review(findings, ap_conftree, scratch);
    }
    apr_pool_destroy(scratch);
    log_findings(findings, main, 0);
    main_config->findings = findings;
    return fail_if_strict(findings, pconf, main);
}

int ce_startup_log(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp, server_rec *main)
{
    (void)pconf;
    (void)plog;
    if (ap_state_query(AP_SQ_MAIN_STATE) != AP_SQ_MS_CREATE_PRE_CONFIG) {
        ap_log_error(APLOG_MARK, APLOG_INFO, 0, main, "%s", ce_page_version(ptemp));
    }
    return OK;
}

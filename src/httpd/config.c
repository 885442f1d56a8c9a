/* SPDX-License-Identifier: Apache-2.0 */

#include <string.h>

#include "apr_cstr.h"
#include "ap_expr.h"
#include "apr_strings.h"
#include "httpd.h"
#include "http_config.h"
#include "http_log.h"

#include "core/line.h"
#include "core/policy.h"
#include "httpd/config.h"
#include "httpd/module.h"
#include "httpd/startup.h"

APLOG_USE_MODULE(cors_expose);

/* ------------------------------------------------------------------ */
/* Containers                                                          */

void *ce_config_create(apr_pool_t *p, char *dir)
{
    ce_policy_t *policy = ce_policy_create(p);

    /* httpd's own word for an <If>, in the place of a path */
    ((ce_container_t *)policy)->is_if = dir && !strcmp(dir, "*If");
    return policy;
}

void *ce_config_merge(apr_pool_t *p, void *base, void *add)
{
    /* httpd's configuration vectors aren't const, what is in them here is */
    return (void *)ce_policy_merge(p, base, add);
}

void *ce_config_create_server(apr_pool_t *p, server_rec *s)
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
    const ce_line_t *last = ce_container_of(policy)->lines.last;
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

static const char *compile(cmd_parms *cmd, const ce_policy_t *policy, ce_condition_t *condition)
{
    /* the owner of a folder must not read files through it */
    unsigned flags = is_htaccess(cmd) ? AP_EXPR_FLAG_RESTRICTED : 0;
    const char *error = NULL;
    ap_expr_info_t *expr = ap_expr_parse_cmd(cmd, condition->expr_text, flags, &error, NULL);

    if (error) {
        return apr_psprintf(cmd->pool, "%s: can't parse the expression '%s' (%s)", cmd->cmd->name,
                            condition->expr_text, error);
    }
    /* httpd logs where one that fails comes from, and a file's name from mod_macro is gone by then
     */
    expr->filename = file_of(cmd, policy);
    condition->expr = expr;
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
        error = compile(cmd, policy, line->condition);
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
    const char *error = check_context(cmd, setting == CE_SETTING_EXPLAIN ? NOT_IN_HTACCESS : 0);
    const char *known;
    unsigned value = 1;

    if (error) {
        return error;
    }
    if (setting == CE_SETTING_EXPLAIN && !cmd->path) {
        return apr_psprintf(cmd->pool,
                            "%s: not for a whole server '%s' (put it into a <Location>: all URLs "
                            "of its container answer questions)",
                            cmd->cmd->name, word);
    }
    while ((known = ce_setting_word(setting, value)) && apr_cstr_casecmp(word, known)) {
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
/* The table                                                           */

const command_rec ce_config_commands[] = {
    AP_INIT_RAW_ARGS("ExposeHeaders", set_edits, NULL, OR_FILEINFO,
                     "headers that cross-origin scripts may read: names, patterns, -removals or "
                     "None, then conditions: " CE_CONDITIONS),
    /* ACCESS_CONF and not OR_FILEINFO: nothing overrides it, least of all a .htaccess file */
    AP_INIT_RAW_ARGS("ExposeHeadersNever", set_never, NULL, RSRC_CONF | ACCESS_CONF,
                     "names and patterns of headers that are never exposed"),
    AP_INIT_TAKE1("ExposeHeadersBackend", set_keyword, (void *)CE_SETTING_BACKEND, OR_FILEINFO,
                  "Merge, Replace or Keep: what becomes of a list that the response brings along"),
    AP_INIT_TAKE1("ExposeHeadersWildcard", set_keyword, (void *)CE_SETTING_WILDCARD, OR_FILEINFO,
                  "Auto or Expand: whether '*' is sent where browsers honour it"),
    AP_INIT_TAKE1("ExposeHeadersWhen", set_keyword, (void *)CE_SETTING_WHEN, OR_FILEINFO,
                  "CORS, Allowed, Always or Off: which responses get the header"),
    /* as with Never: the owner of a folder must not read what the server's files say */
    AP_INIT_TAKE1("ExposeHeadersExplain", set_keyword, (void *)CE_SETTING_EXPLAIN,
                  RSRC_CONF | ACCESS_CONF,
                  "On or Off: whether the URLs of a container say what holds for a URL"),
    AP_INIT_TAKE1("ExposeHeadersDetail", set_keyword, (void *)CE_SETTING_DETAIL, OR_FILEINFO,
                  "Off, Note or Header: whether the response says what became of it"),
    {.name = NULL},
};

/* SPDX-License-Identifier: Apache-2.0 */

/**
 * @file without.c
 * @brief Loaded in the place of mod_cors_expose, takes its directives and does nothing.
 *
 * What goes wrong with it as well is httpd's own: make test-pools tells it apart by this.
 */

/* <IfModule mod_cors_expose.c> asks for a module's file */
#line 1 "mod_cors_expose.c"
#include "httpd.h"
#include "http_config.h"

static const char *ignore(cmd_parms *cmd, void *config, const char *args)
{
    (void)cmd;
    (void)config;
    (void)args;
    return NULL;
}

#define ANYWHERE (RSRC_CONF | ACCESS_CONF | OR_ALL)

static const command_rec commands[] = {
    AP_INIT_RAW_ARGS("ExposeHeaders", ignore, NULL, ANYWHERE, NULL),
    AP_INIT_RAW_ARGS("ExposeHeadersNever", ignore, NULL, ANYWHERE, NULL),
    AP_INIT_RAW_ARGS("ExposeHeadersBackend", ignore, NULL, ANYWHERE, NULL),
    AP_INIT_RAW_ARGS("ExposeHeadersWildcard", ignore, NULL, ANYWHERE, NULL),
    AP_INIT_RAW_ARGS("ExposeHeadersWhen", ignore, NULL, ANYWHERE, NULL),
    AP_INIT_RAW_ARGS("ExposeHeadersExplain", ignore, NULL, ANYWHERE, NULL),
    AP_INIT_RAW_ARGS("ExposeHeadersDetail", ignore, NULL, ANYWHERE, NULL),
    {.name = NULL},
};

module AP_MODULE_DECLARE_DATA cors_expose_module = {
    STANDARD20_MODULE_STUFF, NULL, NULL, NULL, NULL, commands, NULL, AP_MODULE_FLAG_NONE,
};

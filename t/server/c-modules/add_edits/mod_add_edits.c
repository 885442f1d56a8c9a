/* SPDX-License-Identifier: Apache-2.0 */

/*
 * For the suite only: a neighbour of the module's that uses its optional
 * function. It adds the edits that its configuration names, in the phase that
 * it names, and puts what each call returned on a line of X-Add-Result.
 */
#include "httpd.h"
#include "http_config.h"
#include "http_log.h"
#include "http_protocol.h"
#include "http_request.h"
#include "apr_strings.h"

#include "mod_cors_expose.h"

module AP_MODULE_DECLARE_DATA add_edits_module;

typedef struct {
    const char *phase;
    const char *edits;
} call;

typedef struct {
    apr_array_header_t *calls;
} dir_config;

static void *create_dir_config(apr_pool_t *p, char *dir)
{
    dir_config *conf = apr_pcalloc(p, sizeof(*conf));

    (void)dir;
    conf->calls = apr_array_make(p, 2, sizeof(call));
    return conf;
}

static void *merge_dir_config(apr_pool_t *p, void *basev, void *addv)
{
    const dir_config *base = basev;
    const dir_config *add = addv;
    dir_config *conf = apr_pcalloc(p, sizeof(*conf));

    conf->calls = apr_array_append(p, base->calls, add->calls);
    return conf;
}

static const char *set_call(cmd_parms *cmd, void *confv, const char *phase, const char *edits)
{
    dir_config *conf = confv;
    call *c;

    if (strcmp(phase, "create") && strcmp(phase, "read") && strcmp(phase, "fixup")
        && strcmp(phase, "handler") && strcmp(phase, "log")) {
        return apr_psprintf(cmd->pool, "AddEdits: unknown phase '%s'", phase);
    }
    c = apr_array_push(conf->calls);
    c->phase = phase;
    c->edits = edits;
    return NULL;
}

static void make_calls(request_rec *r, const char *phase)
{
    /* when a request is created, it has no containers */
    const dir_config *conf = ap_get_module_config(strcmp(phase, "create")
                                                      ? r->per_dir_config
                                                      : r->server->lookup_defaults,
                                                  &add_edits_module);
    APR_OPTIONAL_FN_TYPE(cors_expose_add) *add = APR_RETRIEVE_OPTIONAL_FN(cors_expose_add);
    const call *calls = (const call *)conf->calls->elts;
    int i;

    for (i = 0; i < conf->calls->nelts; i++) {
        const char *said;

        if (strcmp(calls[i].phase, phase)) {
            continue;
        }
        if (!add) {
            said = "there is no cors_expose_add";
        }
        else {
            /* A copy that is overwritten after the call: the module must not
             * keep pointers into what the caller owns. */
            char *edits = strcmp(calls[i].edits, "NULL") ? apr_pstrdup(r->pool, calls[i].edits)
                                                         : NULL;

            said = add(r, edits);
            if (edits) {
                memset(edits, '!', strlen(edits));
            }
        }
        apr_table_add(r->err_headers_out, "X-Add-Result", said ? said : "done");
        /* By then the headers are gone. */
        if (!strcmp(phase, "log")) {
            ap_log_rerror(APLOG_MARK, APLOG_WARNING, 0, r, "added too late: %s",
                          said ? said : "done");
        }
    }
}

static int create_request(request_rec *r)
{
    if (!r->main && !r->prev) {
        make_calls(r, "create");
    }
    return DECLINED;
}

static int post_read_request(request_rec *r)
{
    make_calls(r, "read");
    return DECLINED;
}

static int fixup(request_rec *r)
{
    make_calls(r, "fixup");
    return DECLINED;
}

static int handler(request_rec *r)
{
    make_calls(r, "handler");
    return DECLINED;
}

static int log_transaction(request_rec *r)
{
    make_calls(r, "log");
    return DECLINED;
}

static void register_hooks(apr_pool_t *p)
{
    (void)p;
    ap_hook_create_request(create_request, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_post_read_request(post_read_request, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_fixups(fixup, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_handler(handler, NULL, NULL, APR_HOOK_REALLY_FIRST);
    ap_hook_log_transaction(log_transaction, NULL, NULL, APR_HOOK_MIDDLE);
}

static const command_rec commands[] = {
    AP_INIT_TAKE2("AddEdits", set_call, NULL, RSRC_CONF | ACCESS_CONF,
                  "a phase (create, read, fixup, handler or log) and edits in quotes, or NULL"),
    {.name = NULL},
};

AP_DECLARE_MODULE(add_edits) = {
    STANDARD20_MODULE_STUFF,
    create_dir_config,
    merge_dir_config,
    NULL, /* create_server_config */
    NULL, /* merge_server_config */
    commands,
    register_hooks,
#if defined(AP_MODULE_FLAG_NONE)
    AP_MODULE_FLAG_NONE,
#endif
};

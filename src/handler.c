/* SPDX-License-Identifier: Apache-2.0 */

/* The URL is looked up by a subrequest, which httpd takes through its walks and
 * fixups; no handler runs. It gets the headers of the request that is asked
 * about, not those of who asks. */

#include <string.h>

#include "apr_lib.h"
#include "apr_strings.h"
#include "httpd.h"
#include "http_config.h"
#include "http_core.h"
#include "http_protocol.h"
#include "http_request.h"
#include "util_cfgtree.h"

#include "ce_handler.h"
#include "ce_answer.h"
#include "ce_node.h"

#define HANDLER "expose-headers"

/* As many internal redirects are followed; httpd's own limit is 10 */
#define REDIRECTS_MAX 10

#define USAGE                                                                                      \
    "\nParameters:\n"                                                                              \
    "  url=/a/path                      what is asked about: a path of this virtual host\n"        \
    "  origin=https://app.example.com   whose script asks; else there is no Origin\n"              \
    "  credentials=include              with a cookie; omit, the default: without\n"               \
    "  status=404                       of the response; 200 is the default\n"                     \
    "Write % as %25, & as %26, + as %2B (curl -G --data-urlencode does).\n"

/* ------------------------------------------------------------------ */
/* The question                                                        */

enum { URL, ORIGIN, CREDENTIALS, STATUS, NPARAMETERS };

static const char *const parameters[NPARAMETERS] =
    {[URL] = "url", [ORIGIN] = "origin", [CREDENTIALS] = "credentials", [STATUS] = "status"};

/* Undo what a form or curl does; %00 and what is no escape are refused */
static const char *unescape(request_rec *r, char *text)
{
    const char *as_sent = apr_pstrdup(r->pool, text);

    return ap_unescape_urlencoded(text) == OK ? NULL
                                              : apr_psprintf(r->pool, "a bad %%-escape in '%s'",
                                                             ce_answer_shown(r->pool, as_sent));
}

static const char *read_parameters(request_rec *r, const char **values)
{
    const char *args = r->args ? r->args : "", *error;

    while (*args) {
        char *value = ap_getword(r->pool, &args, '&');
        char *name = ap_getword_nc(r->pool, &value, '=');
        int i = 0;

        error = unescape(r, name);
        error = error ? error : unescape(r, value);
        if (error) {
            return error;
        }
        while (i < NPARAMETERS && strcmp(name, parameters[i])) {
            i++;
        }
        if (i == NPARAMETERS) {
            return apr_psprintf(r->pool, "unknown parameter '%s' (in the url, write & as %%26)",
                                ce_answer_shown(r->pool, name));
        }
        if (values[i]) {
            return apr_psprintf(r->pool, "%s is there twice", name);
        }
        values[i] = value;
    }
    return NULL;
}

static const char *check_url(const char *url)
{
    const char *c;

    if (!url || !*url) {
        return "url is missing";
    }
    if (*url != '/' || url[1] == '/' || url[1] == '\\') {
        return "url is a path of this virtual host, and begins with one / (no scheme, no host)";
    }
    for (c = url; *c; c++) {
        if (apr_iscntrl(*c)) {
            return "a control character in url";
        }
    }
    return NULL;
}

/* One that no browser sends would only match nothing */
static const char *check_origin(request_rec *r, const char *text)
{
    const char *error, *accepted = "SCHEME://HOST or SCHEME://HOST:PORT, as a browser sends it";
    ce_origin_t origin;

    if (!text || !strcmp(text, "null")) {
        return NULL;
    }
    error = ce_origin_parse(&origin, text, r->pool, &accepted);
    if (!error && (origin.subdomains || origin.any_port || origin.any_host)) {
        error = "'*' in origin";
        accepted = "one origin, as a browser sends it";
    }
    return error ? apr_psprintf(r->pool, "origin: %s '%s' (%s)", ce_answer_shown(r->pool, error),
                                ce_answer_shown(r->pool, text), accepted)
                 : NULL;
}

static const char *read_question(request_rec *r, ce_question_t *question)
{
    const char *values[NPARAMETERS] = {NULL};
    const char *error = read_parameters(r, values), *status, *credentials;

    status = values[STATUS];
    credentials = values[CREDENTIALS];
    error = error ? error : check_url(values[URL]);
    error = error ? error : check_origin(r, values[ORIGIN]);
    if (!error && credentials && strcmp(credentials, "include") && strcmp(credentials, "omit")) {
        error = "credentials is include or omit";
    }
    if (!error && status
        && (strlen(status) != 3 || strspn(status, "0123456789") != 3 || *status < '2'
            || *status > '5')) {
        error = "status is a number from 200 to 599";
    }
    question->url = values[URL];
    question->origin = values[ORIGIN];
    question->is_credentialed = credentials && !strcmp(credentials, "include");
    question->status = status && !error ? atoi(status) : 0;
    return error;
}

/* ------------------------------------------------------------------ */
/* The subrequest                                                      */

/* mod_setenvif has one hook: it takes the server's lines the first time, and
 * the containers' the second time */
static void set_variables(request_rec *r)
{
    const apr_array_header_t *hooks = ap_hook_get_header_parser();
    int i;

    for (i = 0; hooks && i < hooks->nelts; i++) {
        const ap_LINK_header_parser_t *hook = &APR_ARRAY_IDX(hooks, i, ap_LINK_header_parser_t);

        if (!strcmp(hook->szName, "mod_setenvif.c")) {
            hook->pFunc(r);
            hook->pFunc(r);
        }
    }
}

/* What a subrequest takes over from its main one is, for a while, what the
 * request that is asked about would have */
static request_rec *look_up_one(request_rec *r, const ce_question_t *question, const char *url,
                                const request_rec *before)
{
    const struct htaccess_result *htaccess = r->htaccess;
    apr_table_t *headers_in = r->headers_in, *env = r->subprocess_env;
    char *the_request = r->the_request, *user = r->user;
    request_rec *found;

    r->headers_in = apr_table_copy(r->pool, headers_in);
    apr_table_unset(r->headers_in, "Authorization");
    apr_table_unset(r->headers_in, "Cookie");
    if (question->origin) {
        apr_table_setn(r->headers_in, "Origin", question->origin);
    }
    if (question->is_credentialed) {
        apr_table_setn(r->headers_in, "Cookie", "credentials=include");
    }
    r->subprocess_env = apr_table_make(r->pool, 8);
    r->the_request = apr_psprintf(r->pool, "GET %s %s", url, r->protocol);
    r->user = NULL;
    if (before) {
        r->htaccess = before->htaccess; /* else a file would be read again, and count twice */
    }
    found = ap_sub_req_method_uri("GET", url, r, NULL);
    r->headers_in = headers_in;
    r->subprocess_env = env;
    r->the_request = the_request;
    r->user = user;
    r->htaccess = htaccess;
    if (!ap_get_module_config(found->request_config, &cors_expose_module)) {
        set_variables(found); /* it failed before the fixups */
    }
    return found;
}

/* Where a handler would only go on to another URL, as mod_rewrite's in a folder does */
static const char *redirected(const request_rec *r)
{
    static const char scheme[] = "redirect:";

    return r->status == HTTP_OK && r->handler && !strcmp(r->handler, "redirect-handler")
                   && r->filename && !strncmp(r->filename, scheme, sizeof(scheme) - 1)
                   && r->filename[sizeof(scheme) - 1] == '/'
               ? r->filename + sizeof(scheme) - 1
               : NULL;
}

/* Returns the last of what the URL leads to */
static request_rec *look_up(request_rec *r, const ce_question_t *question)
{
    request_rec *found = look_up_one(r, question, question->url, NULL);
    const char *next;
    int i;

    for (i = 0; i < REDIRECTS_MAX && (next = redirected(found)) != NULL; i++) {
        request_rec *after = look_up_one(r, question, next, found);

        after->prev = found;
        found = after;
    }
    return found;
}

/* ------------------------------------------------------------------ */
/* The handler                                                         */

static int answer(request_rec *r, int status, const char *text)
{
    r->status = status;
    if (text) {
        ap_rputs(text, r);
        ap_rputs(status == HTTP_BAD_REQUEST ? "\n" USAGE : "\n", r);
    }
    return OK;
}

static int handle(request_rec *r)
{
    ce_question_t question;
    const char *error;

    /* in an SSI page it would show more than its viewer may see */
    if (strcmp(r->handler, HANDLER) || r->main) {
        return DECLINED;
    }
    ap_set_content_type(r, "text/plain; charset=utf-8");
    apr_table_setn(r->headers_out, "Cache-Control", "no-store");
    apr_table_setn(r->headers_out, "X-Content-Type-Options", "nosniff");
    if (r->method_number != M_GET) {
        apr_table_setn(r->headers_out, "Allow", "GET, HEAD");
        return answer(r, HTTP_METHOD_NOT_ALLOWED, "GET and HEAD only");
    }
    /* the server may let every origin's scripts read what it sends, and who asks may be let in */
    if (apr_table_get(r->headers_in, "Origin")) {
        return answer(r, HTTP_FORBIDDEN,
                      "This is for people, not for scripts of other origins: leave the Origin "
                      "header out, and give the origin as a parameter");
    }
    error = read_question(r, &question);
    if (error) {
        return answer(r, HTTP_BAD_REQUEST, error);
    }
    ce_answer(r, &question, look_up(r, &question));
    return OK;
}

/* ------------------------------------------------------------------ */
/* At startup                                                          */

/* Whoever sets a handler: SetHandler, AddHandler, RewriteRule, ... */
static int is_named(const ap_directive_t *nodes)
{
    for (; nodes; nodes = nodes->next) {
        if (strstr(nodes->args, HANDLER) || is_named(nodes->first_child)) {
            return 1;
        }
    }
    return 0;
}

int ce_handler_register(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp)
{
    (void)pconf;
    (void)plog;
    (void)ptemp;
    if (is_named(ap_conftree)) {
        ap_hook_handler(handle, NULL, NULL, APR_HOOK_MIDDLE);
    }
    return OK;
}

int ce_handler_looks_up(request_rec *r)
{
    if (!r->main || r->main->main || !r->main->handler || strcmp(r->main->handler, HANDLER)) {
        return 0;
    }
    set_variables(r);
    return 1;
}

/* SPDX-License-Identifier: Apache-2.0 */

/* The URL is looked up by a subrequest, which httpd takes through its walks and
 * fixups; no handler runs. It gets the headers of the request that is asked
 * about, not those of who asks. */

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "apr_lib.h"
#include "apr_strings.h"
#include "httpd.h"
#include "http_config.h"
#include "http_core.h"
#include "http_protocol.h"
#include "http_request.h"
#include "mod_rewrite.h"
#include "util_cfgtree.h"

#include "core/origin.h"
#include "httpd/answer.h"
#include "httpd/handler.h"
#include "httpd/module.h"
#include "httpd/page.h"

/* The handler's name that the fixup gives to a request, so that mod_dir leaves it alone. It tells
 * look-ups apart, by its address: what others call their handlers has another one. */
static const char handler_name[] = "expose-headers";

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

static const char *const parameters[NPARAMETERS] = {"url", "origin", "credentials", "status"};

/* Undo what a form or curl does; %00 and what is no escape are refused */
static const char *unescape(apr_pool_t *p, char *text)
{
    const char *as_sent = apr_pstrdup(p, text);

    return ap_unescape_urlencoded(text) == OK
               ? NULL
               : apr_psprintf(p, "a bad %%-escape in '%s'", ce_page_shown(p, as_sent));
}

/* @param given the parameters' values; NULL: not given */
static const char *read_parameter(apr_pool_t *p, const char **given, char *value)
{
    char *name = ap_getword_nc(p, &value, '=');
    const char *error = unescape(p, name);
    int i = 0;

    error = error ? error : unescape(p, value);
    if (error) {
        return error;
    }
    while (i < NPARAMETERS && strcmp(name, parameters[i])) {
        i++;
    }
    if (i == NPARAMETERS) {
        return apr_psprintf(p, "unknown parameter '%s' (in the url, write & as %%26)",
                            ce_page_shown(p, name));
    }
    if (given[i]) {
        return apr_psprintf(p, "%s is there twice", name);
    }
    given[i] = value;
    return NULL;
}

static const char *check_url(const char *url)
{
    if (!url || !*url) {
        return "url is missing";
    }
    if (*url != '/' || url[1] == '/' || url[1] == '\\') {
        return "url is a path of this virtual host, and begins with one / (no scheme, no host)";
    }
    while (*url && !apr_iscntrl(*url)) {
        url++;
    }
    return *url ? "a control character in url" : NULL;
}

/* One that no browser sends would only match nothing */
static const char *check_origin(apr_pool_t *p, const char *text)
{
    const char *error, *accepted = "SCHEME://HOST or SCHEME://HOST:PORT, as a browser sends it";
    ce_origin_t origin;

    if (!text || !strcmp(text, "null")) {
        return NULL;
    }
    error = ce_origin_parse(&origin, text, p, &accepted);
    if (!error && (origin.subdomains || origin.any_port || origin.any_host)) {
        error = "'*' in origin";
        accepted = "one origin, as a browser sends it";
    }
    return error ? apr_psprintf(p, "origin: %s '%s' (%s)", ce_page_shown(p, error),
                                ce_page_shown(p, text), accepted)
                 : NULL;
}

/* Returns NULL, or what is wrong */
static const char *read_question(request_rec *r, ce_question_t *question)
{
    const char *given[NPARAMETERS] = {NULL}, *args = r->args ? r->args : "", *error = NULL;
    const char *credentials, *status;

    while (*args && !error) {
        error = read_parameter(r->pool, given, ap_getword(r->pool, &args, '&'));
    }
    credentials = given[CREDENTIALS] ? given[CREDENTIALS] : "omit";
    status = given[STATUS] ? given[STATUS] : "200";
    error = error ? error : check_url(given[URL]);
    error = error ? error : check_origin(r->pool, given[ORIGIN]);
    if (!error && strcmp(credentials, "include") && strcmp(credentials, "omit")) {
        error = "credentials is include or omit";
    }
    if (!error
        && (strspn(status, "0123456789") != 3 || status[3] || *status < '2' || *status > '5')) {
        error = "status is a number from 200 to 599";
    }
    question->url = given[URL];
    question->origin = given[ORIGIN];
    question->is_credentialed = !strcmp(credentials, "include");
    question->status = given[STATUS] ? atoi(status) : 0;
    return error;
}

/* ------------------------------------------------------------------ */
/* The subrequest                                                      */

static int is_look_up(const request_rec *r)
{
    return r->main && r->main->handler == handler_name;
}

/* SetEnvIf sets variables for main requests only. mod_setenvif's function takes the server's lines
 * as often as it is hooked here (in trunk twice, the early ones first), then the containers'. */
static int set_variables(request_rec *r)
{
    const apr_array_header_t *hooks = ap_hook_get_post_read_request();
    int i, is_done = !is_look_up(r) || !hooks;

    for (i = 0; !is_done && i < hooks->nelts; i++) {
        ap_LINK_post_read_request_t *hook = &APR_ARRAY_IDX(hooks, i, ap_LINK_post_read_request_t);

        if (!strcmp(hook->szName, "mod_setenvif.c")) {
            hook->pFunc(r);
            is_done = r->filename != NULL;
        }
    }
    return DECLINED;
}

/* What a subrequest takes over from its main one is what the request that is
 * asked about would have: so that is a copy. */
static request_rec *look_up_one(const request_rec *r, const ce_question_t *question,
                                const char *url, request_rec *before)
{
    request_rec *main = apr_pmemdup(r->pool, r, sizeof(*r)), *found;

    main->headers_in = apr_table_copy(r->pool, r->headers_in);
    apr_table_unset(main->headers_in, "Authorization");
    apr_table_unset(main->headers_in, "Cookie");
    if (question->origin) {
        apr_table_setn(main->headers_in, "Origin", question->origin);
    }
    if (question->is_credentialed) {
        apr_table_setn(main->headers_in, "Cookie", "credentials=include");
    }
    main->subprocess_env = apr_table_make(r->pool, 8);
    main->the_request = apr_psprintf(r->pool, "GET %s %s", url, r->protocol);
    /* where the containers are the same, httpd lets a subrequest in as its main one's user */
    main->per_dir_config = r->server->lookup_defaults;
    if (before) {
        main->htaccess = before->htaccess; /* else a file would be read again, and count twice */
    }
    found = ap_sub_req_method_uri("GET", url, main, NULL);
    found->prev = before;
    return found;
}

/* Where a handler would only go on to another URL, as mod_rewrite's in a folder does */
static const char *redirected(const request_rec *r)
{
    static const char to[] = "redirect:/";

    return r->status == HTTP_OK && r->handler && !strcmp(r->handler, REWRITE_REDIRECT_HANDLER_NAME)
                   && r->filename && !strncmp(r->filename, to, sizeof(to) - 1)
               ? r->filename + sizeof(to) - 2
               : NULL;
}

/* Returns the last of what the URL leads to */
static request_rec *look_up(const request_rec *r, const ce_question_t *question)
{
    request_rec *found = NULL;
    const char *url = question->url;
    int i;

    for (i = 0; i <= REDIRECTS_MAX && url; i++) {
        found = look_up_one(r, question, url, found);
        url = redirected(found);
    }
    return found;
}

/* ------------------------------------------------------------------ */
/* The handler                                                         */

static int refuse_request(request_rec *r, int status, const char *why)
{
    r->status = status;
    ap_rputs(why, r);
    ap_rputs(status == HTTP_BAD_REQUEST ? "\n" USAGE : "\n", r);
    return OK;
}

/* By the containers that access control saw, never by r->handler, which a .htaccess file may set */
static int answers(const request_rec *r)
{
    return ce_policy_of(r->per_dir_config)->setting[CE_SETTING_EXPLAIN] == CE_EXPLAIN_ON;
}

/* Before anything can put another URL in the place of this one */
static int keep_url(request_rec *r)
{
    if (is_look_up(r)) {
        apr_table_setn(r->notes, CE_ASKED_URL, r->uri);
    }
    return !r->main && answers(r) ? ap_core_translate(r) : DECLINED;
}

static int claim(request_rec *r)
{
    if ((!r->main || is_look_up(r)) && answers(r)) {
        r->handler = handler_name;
    }
    return DECLINED;
}

static int is_named(const apr_array_header_t *names, const char *host, int is_pattern)
{
    int i;

    for (i = 0; names && i < names->nelts; i++) {
        const char *name = APR_ARRAY_IDX(names, i, const char *);

        /* ServerAlias * is every name */
        if (is_pattern ? name[strspn(name, "*?")] && !ap_strcasecmp_match(host, name)
                       : !apr_cstr_casecmp(host, name)) {
            return 1;
        }
    }
    return 0;
}

/* A page whose name was rebound to this server's address asks its own origin, and sends no Origin.
 * An address can't be rebound, and localhost isn't asked of a DNS server. */
static int is_for_host(const request_rec *r)
{
    const char *host = r->hostname ? r->hostname : "";
    unsigned char address[16];

    return !apr_cstr_casecmp(host, "localhost") || inet_pton(AF_INET, host, address) == 1
           || inet_pton(AF_INET6, host, address) == 1
           || (r->server->server_hostname && !apr_cstr_casecmp(host, r->server->server_hostname))
           || is_named(r->server->names, host, 0) || is_named(r->server->wild_names, host, 1);
}

static int handle(request_rec *r)
{
    ce_question_t question;
    const char *error;

    /* in an SSI page it would show more than its viewer may see */
    if (!answers(r) || r->main) {
        return DECLINED;
    }
    ap_set_content_type(r, "text/plain; charset=utf-8");
    apr_table_setn(r->headers_out, "Cache-Control", "no-store");
    apr_table_setn(r->headers_out, "X-Content-Type-Options", "nosniff");
    if (r->method_number != M_GET) {
        apr_table_setn(r->headers_out, "Allow", "GET, HEAD");
        return refuse_request(r, HTTP_METHOD_NOT_ALLOWED, "GET and HEAD only");
    }
    /* the server may let every origin's scripts read what it sends, and who asks may be let in */
    if (apr_table_get(r->headers_in, "Origin")) {
        return refuse_request(
            r, HTTP_FORBIDDEN,
            "This is for people, not for scripts of other origins: leave the Origin "
            "header out, and give the origin as a parameter");
    }
    if (!is_for_host(r)) {
        return refuse_request(
            r, HTTP_FORBIDDEN,
            "The Host header has no name of this virtual host: ask by its ServerName, a "
            "ServerAlias, an address or localhost");
    }
    error = read_question(r, &question);
    if (error) {
        return refuse_request(r, HTTP_BAD_REQUEST, error);
    }
    ce_answer(r, &question, look_up(r, &question));
    return OK;
}

/* ------------------------------------------------------------------ */
/* At startup                                                          */

/* It was reached so before */
void ce_handler_review(ce_findings_t *findings, const ap_directive_t *nodes)
{
    for (; nodes; nodes = nodes->next) {
        const char *name = nodes->directive, *args = nodes->args;
        int letter = *name | 0x20; /* there may be many thousands */

        if ((letter == 's' || letter == 'a' || letter == 'r') && strstr(args, handler_name)
            && (!apr_cstr_casecmp(name, "RewriteRule")
                    ? ap_strcasestr(args, "H=expose-headers")
                          || ap_strcasestr(args, "handler=expose-headers")
                    : (!apr_cstr_casecmp(name, "SetHandler")
                       || !apr_cstr_casecmp(name, "AddHandler"))
                          && !strcmp(ap_getword_conf(findings->list->pool, &args), handler_name))) {
            ce_findings_add(findings, CE_WARNING, nodes->filename, nodes->line_num,
                            "%s: '%s' answers no questions any more (say ExposeHeadersExplain On, "
                            "in a <Location>)",
                            name, handler_name);
        }
        ce_handler_review(findings, nodes->first_child);
    }
}

/* Whether a directive of that name, in any case, is there */
static int is_configured(const ap_directive_t *nodes, const char *name)
{
    apr_size_t len = strlen(name);

    for (; nodes; nodes = nodes->next) {
        if (((*nodes->directive | 0x20) == (*name | 0x20) && strlen(nodes->directive) == len
             && !apr_cstr_casecmp(nodes->directive, name))
            || (nodes->first_child && is_configured(nodes->first_child, name))) {
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
    if (is_configured(ap_conftree, ce_setting_word(CE_SETTING_EXPLAIN, 0))) {
        /* before mod_rewrite, mod_proxy and mod_alias, which may have all URLs */
        ap_hook_translate_name(keep_url, NULL, NULL, APR_HOOK_REALLY_FIRST);
        /* a main request has the server's variables before its walks, and the containers' here */
        ap_hook_translate_name(set_variables, NULL, NULL, APR_HOOK_REALLY_FIRST);
        ap_hook_post_perdir_config(set_variables, NULL, NULL, APR_HOOK_REALLY_FIRST);
        /* before FallbackResource, which takes what has no handler */
        ap_hook_fixups(claim, NULL, NULL, APR_HOOK_REALLY_FIRST);
        /* before mod_proxy's and mod_rewrite's redirect, whose handlers a folder may have named */
        ap_hook_handler(handle, NULL, NULL, APR_HOOK_REALLY_FIRST);
    }
    return OK;
}

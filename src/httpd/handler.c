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

#include "core/decision.h"
#include "explain/explain.h"
#include "httpd/handler.h"
#include "httpd/module.h"
#include "httpd/page.h"
#include "httpd/request.h"

#define HANDLER "expose-headers"

/* As many internal redirects are followed; httpd's own limit is 10 */
#define REDIRECTS_MAX 10

/* What comes from a request is shown escaped, and cut at so many bytes */
#define CUT_AT 200

/* "counts" and its like stand in a column of their own, and what is said of a line below it */
#define WORD 11
#define LINE 4
#define BELOW (LINE + WORD)

#define USAGE                                                                                      \
    "\nParameters:\n"                                                                              \
    "  url=/a/path                      what is asked about: a path of this virtual host\n"        \
    "  origin=https://app.example.com   whose script asks; else there is no Origin\n"              \
    "  credentials=include              with a cookie; omit, the default: without\n"               \
    "  status=404                       of the response; 200 is the default\n"                     \
    "Write % as %25, & as %26, + as %2B (curl -G --data-urlencode does).\n"

static const char *shown(apr_pool_t *p, const char *text)
{
    return ap_escape_logitem(p, apr_pstrndup(p, text ? text : "", CUT_AT));
}

/* ------------------------------------------------------------------ */
/* The question                                                        */

/* A question is an array of the parameters' values; NULL: not given */
enum { URL, ORIGIN, CREDENTIALS, STATUS, NPARAMETERS };

static const char *const parameters[NPARAMETERS] = {"url", "origin", "credentials", "status"};

/* Undo what a form or curl does; %00 and what is no escape are refused */
static const char *unescape(apr_pool_t *p, char *text)
{
    const char *as_sent = apr_pstrdup(p, text);

    return ap_unescape_urlencoded(text) == OK
               ? NULL
               : apr_psprintf(p, "a bad %%-escape in '%s'", shown(p, as_sent));
}

static const char *read_parameter(apr_pool_t *p, const char **question, char *value)
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
                            shown(p, name));
    }
    if (question[i]) {
        return apr_psprintf(p, "%s is there twice", name);
    }
    question[i] = value;
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
    return error
               ? apr_psprintf(p, "origin: %s '%s' (%s)", shown(p, error), shown(p, text), accepted)
               : NULL;
}

/* Returns NULL, or what is wrong */
static const char *read_question(request_rec *r, const char **question)
{
    const char *args = r->args ? r->args : "", *error = NULL, *credentials, *status;

    while (*args && !error) {
        error = read_parameter(r->pool, question, ap_getword(r->pool, &args, '&'));
    }
    credentials = question[CREDENTIALS];
    status = question[STATUS];
    error = error ? error : check_url(question[URL]);
    error = error ? error : check_origin(r->pool, question[ORIGIN]);
    if (!error && credentials && strcmp(credentials, "include") && strcmp(credentials, "omit")) {
        error = "credentials is include or omit";
    }
    if (!error && status
        && (strspn(status, "0123456789") != 3 || status[3] || *status < '2' || *status > '5')) {
        error = "status is a number from 200 to 599";
    }
    return error;
}

static int is_credentialed(const char *const *question)
{
    return question[CREDENTIALS] && !strcmp(question[CREDENTIALS], "include");
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

/* What a subrequest takes over from its main one is what the request that is
 * asked about would have: so that is a copy. */
static request_rec *look_up_one(const request_rec *r, const char *const *question, const char *url,
                                request_rec *before)
{
    request_rec *main = apr_pmemdup(r->pool, r, sizeof(*r)), *found;

    main->headers_in = apr_table_copy(r->pool, r->headers_in);
    apr_table_unset(main->headers_in, "Authorization");
    apr_table_unset(main->headers_in, "Cookie");
    if (question[ORIGIN]) {
        apr_table_setn(main->headers_in, "Origin", question[ORIGIN]);
    }
    if (is_credentialed(question)) {
        apr_table_setn(main->headers_in, "Cookie", "credentials=include");
    }
    main->subprocess_env = apr_table_make(r->pool, 8);
    main->the_request = apr_psprintf(r->pool, "GET %s %s", url, r->protocol);
    main->user = NULL;
    if (before) {
        main->htaccess = before->htaccess; /* else a file would be read again, and count twice */
    }
    found = ap_sub_req_method_uri("GET", url, main, NULL);
    found->prev = before;
    if (!ap_get_module_config(found->request_config, &cors_expose_module)) {
        set_variables(found); /* it failed before the fixups */
    }
    return found;
}

/* Where a handler would only go on to another URL, as mod_rewrite's in a folder does */
static const char *redirected(const request_rec *r)
{
    static const char to[] = "redirect:/";

    return r->status == HTTP_OK && r->handler && !strcmp(r->handler, "redirect-handler")
                   && r->filename && !strncmp(r->filename, to, sizeof(to) - 1)
               ? r->filename + sizeof(to) - 2
               : NULL;
}

/* Returns the last of what the URL leads to */
static request_rec *look_up(const request_rec *r, const char *const *question)
{
    request_rec *found = NULL;
    const char *url = question[URL];
    int i;

    for (i = 0; i <= REDIRECTS_MAX && url; i++) {
        found = look_up_one(r, question, url, found);
        url = redirected(found);
    }
    return found;
}

/* ------------------------------------------------------------------ */
/* What httpd makes of the URL                                         */

typedef struct answer_t {
    request_rec *to; /* who asks */
    apr_pool_t *p;
    const char *const *question;
    const request_rec *r; /* what the URL leads to */
    const ce_policy_t *policy;
    ce_facts_t facts;
    const ce_explanation_t *explanation;
} answer_t;

/* @param place what stands at the right of its first line, or NULL */
static void put(const answer_t *answer, int indent, const char *text, const char *place)
{
    ap_rputs(ce_page_lines(answer->p, indent, text, place), answer->to);
}

#define SAY(answer, indent, ...) put(answer, indent, apr_psprintf((answer)->p, __VA_ARGS__), NULL)

static void tell_file(const answer_t *answer)
{
    const request_rec *r = answer->r;

    if (r->proxyreq || (r->handler && !strcmp(r->handler, "proxy-server"))
        || (r->filename && !strncmp(r->filename, "proxy:", 6))) {
        SAY(answer, 2,
            "a backend answers (%s): <Directory>, <Files> and .htaccess files don't apply",
            shown(answer->p, r->filename));
        return;
    }
    SAY(answer, 2, "%s%s", shown(answer->p, r->filename),
        r->finfo.filetype == APR_NOFILE ? ", which isn't there"
        : r->finfo.filetype == APR_DIR  ? ", a folder"
                                        : "");
    if (r->handler) {
        SAY(answer, 2, "answered by the handler %s: what headers it sends can't be known here",
            shown(answer->p, r->handler));
    }
}

/* From the URL that was asked about to the last one */
static void tell_redirects(const answer_t *answer, const request_rec *r)
{
    if (r->prev) {
        tell_redirects(answer, r->prev);
        SAY(answer, 2, "%s goes on internally as %s", shown(answer->p, r->prev->uri),
            shown(answer->p, r->unparsed_uri));
    }
}

static void tell_url(const answer_t *answer)
{
    const char *const *question = answer->question;
    const server_rec *s = answer->to->server;
    const request_rec *r = answer->r;
    const char *location = apr_table_get(r->headers_out, "Location");

    SAY(answer, 0, "%s for %s, credentials %s, status %d", shown(answer->p, question[URL]),
        question[ORIGIN] ? shown(answer->p, question[ORIGIN]) : "no Origin",
        is_credentialed(question) ? "include" : "omit", answer->facts.status);
    SAY(answer, 0, "\nWhat httpd makes of it");
    put(answer, 2,
        apr_pstrcat(answer->p, s->is_virtual ? "virtual host " : "the main server ",
                    s->server_hostname, NULL),
        s->defn_name ? ce_page_place(answer->p, s->defn_name, (int)s->defn_line_number) : NULL);
    tell_redirects(answer, r);
    if (r->status == HTTP_OK) {
        tell_file(answer);
        return;
    }
    location = location ? location : apr_table_get(r->err_headers_out, "Location");
    SAY(answer, 2, "ends with %d%s%s: below is what was in force then", r->status,
        location ? " to " : "", shown(answer->p, location));
}

/* ------------------------------------------------------------------ */
/* The containers                                                      */

/* The section that has a container's lines: its first line, with those around it */
static const char *section_of(apr_pool_t *p, const ap_directive_t *nodes, const char *around,
                              const ce_policy_t *policy)
{
    const char *found = NULL;

    for (; nodes && !found; nodes = nodes->next) {
        const ce_node_t *own = ce_node_of(nodes);

        if (own && own->policy == policy) {
            found = around;
        }
        else if (nodes->first_child) {
            found = section_of(p, nodes->first_child,
                               apr_pstrcat(p, around, *around ? " " : "", ce_node_text(p, nodes),
                                           NULL),
                               policy);
        }
    }
    return found;
}

static void tell_directive(const answer_t *answer, const char *word, const char *text,
                           const char *file, int line_number)
{
    put(answer, LINE, apr_psprintf(answer->p, "%-*s%s", WORD, word, text),
        ce_page_place(answer->p, file, line_number));
}

/* What a condition looked at, where the directive doesn't show it */
static void tell_variable(const answer_t *answer, const ce_line_t *line)
{
    const char *name = line->condition ? line->condition->env : NULL, *value = NULL;
    const request_rec *r;

    for (r = answer->r; name && r && !value; r = r->prev) {
        value = apr_table_get(r->subprocess_env, name);
    }
    if (name) {
        SAY(answer, BELOW, value ? "%s is \"%s\" here" : "%s isn't set here", name,
            shown(answer->p, value));
    }
}

static void tell_statement(const answer_t *answer, const ce_statement_t *statement)
{
    const ce_line_t *line = statement->line, *by = statement->forgotten_by;
    const char *word = statement->is_set_aside         ? "set aside"
                       : by                            ? "forgotten"
                       : statement->holds == CE_FAILS  ? "fails"
                       : statement->holds == CE_BROKEN ? "broken"
                                                       : "counts";

    tell_directive(answer, word, ce_line_text(answer->p, line), line->file, line->line_number);
    if (statement->is_set_aside) {
        return;
    }
    if (by) {
        SAY(answer, BELOW, "by the None or -* of %s",
            ce_page_place(answer->p, by->file, by->line_number));
        return;
    }
    if (statement->fails) {
        SAY(answer, BELOW, "%s doesn't hold", statement->fails);
    }
    if (statement->holds == CE_BROKEN) {
        SAY(answer, BELOW,
            "the expression can't be evaluated (the error log says why): what it "
            "adds doesn't count, what it removes does");
    }
    tell_variable(answer, line);
}

static void tell_container(const answer_t *answer, const ce_container_t *container)
{
    const ce_explanation_t *explanation = answer->explanation;
    const char *section = section_of(answer->p, ap_conftree, "", &container->policy);
    int i;

    SAY(answer, 2, "%s", !section ? "a .htaccess file" : *section ? section : "the main server");
    for (i = 0; i < explanation->statements->nelts; i++) {
        const ce_statement_t *statement = &APR_ARRAY_IDX(explanation->statements, i,
                                                         ce_statement_t);

        if (statement->container == container) {
            tell_statement(answer, statement);
        }
    }
    for (i = 0; i < CE_NSETTINGS; i++) {
        unsigned value = container->policy.setting[i];

        if (value) {
            const ce_place_t *place = &container->places[i];

            tell_directive(answer, place == explanation->settings[i] ? "counts" : "overridden",
                           ce_setting_text(answer->p, (ce_setting_e)i, value), place->file,
                           place->line_number);
        }
    }
}

/* ------------------------------------------------------------------ */
/* What comes out                                                      */

static void tell_verdict(const answer_t *answer, const ce_verdict_t *verdict)
{
    const char *origin = answer->question[ORIGIN];
    const ce_policy_t *policy = answer->policy;
    unsigned backend = policy->setting[CE_SETTING_BACKEND], when = policy->setting[CE_SETTING_WHEN];
    const char *reason = ce_reason_word(verdict->reason);

    SAY(answer, 0, "\nWhat comes out, as far as it is known without the response");
    if (verdict->untouched) {
        SAY(answer, 2, "%s: the response is left alone, but for what is never exposed", reason);
        return;
    }
    SAY(answer, 2, verdict->value ? "%s: " CE_EXPOSE_HEADERS ": %s" : "%s: nothing is sent", reason,
        verdict->value);
    if (verdict->reason == CE_REASON_WRITTEN_OUT) {
        SAY(answer, 2, "all of it comes to: %s", ce_explain_policy(answer->p, answer->explanation));
    }
    SAY(answer, 2, "%s is added to Vary", verdict->vary ? "Origin" : "nothing");
    SAY(answer, 2, "if the response brings a list along, that %s (%s)",
        backend == CE_BACKEND_REPLACE ? "is dropped"
        : backend == CE_BACKEND_KEEP  ? "counts alone"
                                      : "counts first",
        ce_setting_text(answer->p, CE_SETTING_BACKEND, backend ? backend : CE_BACKEND_MERGE));
    if (when == CE_WHEN_ALLOWED && origin) {
        SAY(answer, 2,
            "only if its " CE_ALLOW_ORIGIN " lets this origin read it (ExposeHeadersWhen Allowed)");
    }
    if (origin && ce_decide_needs_full_response(policy)) {
        SAY(answer, 2,
            "a script that asks again gets it whole, and no 304 (If-None-Match is dropped)");
    }
    if (!origin && when != CE_WHEN_ALWAYS) {
        SAY(answer, 2, "a script's request has an Origin: ask with origin=... for what it gets");
    }
}

/* ------------------------------------------------------------------ */
/* The answer                                                          */

/* Who asks here isn't who would ask there */
static ce_credential_e credential_of(void *ctx)
{
    const request_rec *r = ((const ce_asked_t *)ctx)->r;

    return apr_table_get(r->headers_in, "Cookie")          ? CE_CREDENTIAL_COOKIE
           : apr_table_get(r->headers_in, "Authorization") ? CE_CREDENTIAL_AUTHORIZATION
                                                           : CE_NOT_CREDENTIALED;
}

static unsigned nothing(void *ctx)
{
    (void)ctx;
    return 0;
}

/* A response that the script may read, and of which nothing else is known */
static void gather(answer_t *answer, ce_asked_t *asked, const ce_sent_t *request)
{
    const char *status = answer->question[STATUS];
    apr_table_t *headers = apr_table_make(answer->p, 1);
    ce_facts_t *facts = &answer->facts;

    if (request->origin) {
        apr_table_setn(headers, CE_ALLOW_ORIGIN, request->origin);
    }
    ce_request_functions(facts, asked);
    facts->client = credential_of;
    facts->later = nothing;
    facts->sent = request;
    facts->context.origin = request->origin;
    facts->headers_out = headers;
    facts->err_headers_out = apr_table_make(answer->p, 1);
    facts->status = status ? atoi(status) : asked->r->status;
}

static void tell(request_rec *r, const char *const *question, request_rec *found)
{
    answer_t answer = {.to = r, .p = r->pool, .question = question, .r = found};
    ce_asked_t asked = {found, apr_hash_make(r->pool)};
    ce_sent_t request = {.origin = question[ORIGIN]};
    ce_verdict_t verdict;
    apr_uint32_t i;

    answer.policy = ce_request_policy(found);
    gather(&answer, &asked, &request);
    tell_url(&answer);
    if (!answer.policy->flags) {
        SAY(&answer, 0, "\nNo directive of this module is in force: the response is left alone");
        return;
    }
    found->status = answer.facts.status; /* for %{REQUEST_STATUS} */
    ce_decide(&verdict, r->pool, answer.policy, &answer.facts);
    answer.explanation = ce_explain_response(r->pool, answer.policy, &answer.facts, &verdict);
    SAY(&answer, 0, "\nThe containers in force, from the outermost to the innermost");
    for (i = 0; i < answer.explanation->ncontainers; i++) {
        tell_container(&answer, answer.explanation->containers[i]);
    }
    tell_verdict(&answer, &verdict);
}

static int refuse(request_rec *r, int status, const char *why)
{
    r->status = status;
    ap_rputs(why, r);
    ap_rputs(status == HTTP_BAD_REQUEST ? "\n" USAGE : "\n", r);
    return OK;
}

static int handle(request_rec *r)
{
    const char *question[NPARAMETERS] = {NULL}, *error;

    /* in an SSI page it would show more than its viewer may see */
    if (strcmp(r->handler, HANDLER) || r->main) {
        return DECLINED;
    }
    ap_set_content_type(r, "text/plain; charset=utf-8");
    apr_table_setn(r->headers_out, "Cache-Control", "no-store");
    apr_table_setn(r->headers_out, "X-Content-Type-Options", "nosniff");
    if (r->method_number != M_GET) {
        apr_table_setn(r->headers_out, "Allow", "GET, HEAD");
        return refuse(r, HTTP_METHOD_NOT_ALLOWED, "GET and HEAD only");
    }
    /* the server may let every origin's scripts read what it sends, and who asks may be let in */
    if (apr_table_get(r->headers_in, "Origin")) {
        return refuse(r, HTTP_FORBIDDEN,
                      "This is for people, not for scripts of other origins: leave the Origin "
                      "header out, and give the origin as a parameter");
    }
    error = read_question(r, question);
    if (error) {
        return refuse(r, HTTP_BAD_REQUEST, error);
    }
    tell(r, question, look_up(r, question));
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

/* SPDX-License-Identifier: Apache-2.0 */

#include <string.h>

#include "apr_strings.h"
#include "httpd.h"
#include "http_config.h"
#include "http_protocol.h"
#include "util_cfgtree.h"

#include "core/decision.h"
#include "explain/explain.h"
#include "httpd/answer.h"
#include "httpd/module.h"
#include "httpd/page.h"
#include "httpd/request.h"

/* "counts" and its like stand in a column of their own, and what is said of a line below it */
#define WORD 11
#define LINE 4
#define BELOW (LINE + WORD)

/* ------------------------------------------------------------------ */
/* What httpd makes of the URL                                         */

typedef struct answer_t {
    request_rec *to; /* who asks */
    apr_pool_t *p;
    const ce_question_t *question;
    const request_rec *r; /* what the URL leads to */
    const ce_policy_t *policy;
    ce_facts_t facts;
    const ce_explanation_t *explanation;
} answer_t;

/* @param place what stands at the right of its first line, or NULL */
static void tell_line(const answer_t *answer, int indent, const char *text, const char *place)
{
    ap_rputs(ce_page_lines(answer->p, indent, text, place), answer->to);
}

#define TELL(answer, indent, ...)                                                                  \
    tell_line(answer, indent, apr_psprintf((answer)->p, __VA_ARGS__), NULL)

static void tell_file(const answer_t *answer)
{
    const request_rec *r = answer->r;

    if (r->proxyreq) {
        TELL(answer, 2,
             "a backend answers (%s): <Directory>, <Files> and .htaccess files don't apply",
             ce_page_shown(answer->p, r->filename));
        return;
    }
    TELL(answer, 2, "%s%s", ce_page_shown(answer->p, r->filename),
         r->finfo.filetype == APR_NOFILE ? ", which isn't there"
         : r->finfo.filetype == APR_DIR  ? ", a folder"
                                         : "");
    if (r->handler) {
        TELL(answer, 2, "answered by the handler %s: what headers it sends can't be known here",
             ce_page_shown(answer->p, r->handler));
    }
}

/* From the URL that was asked about to the last one */
static void tell_way(const answer_t *answer, const request_rec *r)
{
    const char *asked = apr_table_get(r->notes, CE_ASKED_URL);

    if (r->prev) {
        tell_way(answer, r->prev);
        TELL(answer, 2, "%s goes on internally as %s", ce_page_shown(answer->p, r->prev->uri),
             ce_page_shown(answer->p, r->unparsed_uri));
    }
    if (asked && strcmp(asked, r->uri)) {
        TELL(answer, 2, "%s was rewritten to %s before its containers were looked at",
             ce_page_shown(answer->p, asked), ce_page_shown(answer->p, r->uri));
    }
}

static void tell_url(const answer_t *answer)
{
    const ce_question_t *question = answer->question;
    const server_rec *s = answer->to->server;
    const request_rec *r = answer->r;
    const char *location = apr_table_get(r->headers_out, "Location");

    TELL(answer, 0, "%s for %s, credentials %s, status %d", ce_page_shown(answer->p, question->url),
         question->origin ? ce_page_shown(answer->p, question->origin) : "no Origin",
         question->is_credentialed ? "include" : "omit", answer->facts.status);
    TELL(answer, 0, "\nWhat httpd makes of it");
    tell_line(answer, 2,
              apr_pstrcat(answer->p, s->is_virtual ? "virtual host " : "the main server ",
                          s->server_hostname, NULL),
              s->defn_name ? ce_page_place(answer->p, s->defn_name, (int)s->defn_line_number)
                           : NULL);
    tell_way(answer, r);
    if (r->status == HTTP_OK) {
        tell_file(answer);
        return;
    }
    TELL(answer, 2, "ends with %d%s%s: below is what was in force then", r->status,
         location ? " to " : "", ce_page_shown(answer->p, location));
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
            return around;
        }
        if (nodes->first_child) {
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
    tell_line(answer, LINE, apr_psprintf(answer->p, "%-*s%s", WORD, word, text),
              ce_page_place(answer->p, file, line_number));
}

/* What a condition looked at, where the directive doesn't show it */
static void tell_variable(const answer_t *answer, const ce_line_t *line)
{
    const char *name = line->condition ? line->condition->env : NULL;
    const ce_context_t *context = &answer->facts.context;

    if (name) {
        TELL(answer, BELOW,
             context->env(context->ctx, name) ? "%s is set here" : "%s isn't set here", name);
    }
}

static void tell_statement(const answer_t *answer, const ce_statement_t *statement)
{
    const ce_line_t *line = statement->line, *by = statement->forgotten_by;
    const ce_line_t *undone = statement->holds == CE_HOLDS
                                  ? ce_explain_undone(answer->explanation, statement)
                                  : NULL;
    const char *word = statement->is_set_aside         ? "set aside"
                       : by                            ? "forgotten"
                       : statement->holds == CE_FAILS  ? "fails"
                       : statement->holds == CE_BROKEN ? "broken"
                       : undone                        ? "undone"
                                                       : "counts";

    tell_directive(answer, word, ce_line_text(answer->p, line), line->file, line->line_number);
    if (statement->is_set_aside) {
        return;
    }
    if (by) {
        TELL(answer, BELOW, "by the None or -* of %s",
             ce_page_place(answer->p, by->file, by->line_number));
        return;
    }
    if (undone) {
        TELL(answer, BELOW, "by %s, which comes later",
             ce_page_place(answer->p, undone->file, undone->line_number));
    }
    if (statement->fails) {
        TELL(answer, BELOW, "%s doesn't hold", statement->fails);
    }
    if (statement->holds == CE_BROKEN) {
        TELL(answer, BELOW,
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

    TELL(answer, 2, "%s", !section ? "a .htaccess file" : *section ? section : "the main server");
    for (i = 0; i < explanation->nstatements; i++) {
        const ce_statement_t *statement = &explanation->statements[i];

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

/* What goes out in the place of nothing depends on a validator, which isn't known here */
static void tell_stand_in(const answer_t *answer, const ce_verdict_t *verdict)
{
    ce_facts_t facts = answer->facts;
    apr_table_t *headers = apr_table_copy(answer->p, facts.headers_out);
    ce_verdict_t with_validator;

    apr_table_setn(headers, "ETag", "\"\"");
    facts.headers_out = headers;
    ce_decide(&with_validator, answer->p, answer->policy, &facts);
    if (verdict->reason == CE_REASON_EMPTY && with_validator.reason == CE_REASON_EMPTY
        && with_validator.value) {
        TELL(
            answer, 2,
            "but with an ETag or Last-Modified: %s, which every script may read (no other origin's "
            "list stays in a browser's copy)",
            with_validator.value);
    }
}

static void tell_verdict(const answer_t *answer, const ce_verdict_t *verdict)
{
    const char *origin = answer->question->origin, *reason = ce_reason_word(verdict->reason);
    const ce_policy_t *policy = answer->policy;
    unsigned backend = policy->setting[CE_SETTING_BACKEND], when = policy->setting[CE_SETTING_WHEN];

    TELL(answer, 0, "\nWhat comes out, as far as it is known without the response");
    if (verdict->untouched) {
        TELL(answer, 2, "%s: the response is left alone, but for what is never exposed", reason);
        return;
    }
    TELL(answer, 2, verdict->value ? "%s: " CE_EXPOSE_HEADERS ": %s" : "%s: nothing is sent",
         reason, verdict->value);
    if (verdict->reason == CE_REASON_WRITTEN_OUT) {
        TELL(answer, 2, "all of it comes to: %s",
             ce_explain_policy(answer->p, answer->explanation));
    }
    tell_stand_in(answer, verdict);
    TELL(answer, 2, "%s is added to Vary", verdict->vary ? "Origin" : "nothing");
    TELL(answer, 2, "if the response brings a list along, that %s (%s)",
         backend == CE_BACKEND_REPLACE                   ? "is dropped"
         : backend == CE_BACKEND_KEEP                    ? "counts alone"
         : verdict->exposed && verdict->exposed->forgets ? "is forgotten"
                                                         : "counts first",
         ce_setting_text(answer->p, CE_SETTING_BACKEND, backend ? backend : CE_BACKEND_MERGE));
    if (when == CE_WHEN_ALLOWED && origin) {
        TELL(answer, 2,
             "only if its " CE_ALLOW_ORIGIN
             " lets this origin read it (ExposeHeadersWhen Allowed)");
    }
    if (origin && ce_decide_needs_full_response(policy)) {
        TELL(answer, 2,
             "a script that asks again gets it whole, and no 304 (If-None-Match is dropped)");
    }
    if (!origin && when != CE_WHEN_ALWAYS) {
        TELL(answer, 2, "a script's request has an Origin: ask with origin=... for what it gets");
    }
}

/* ------------------------------------------------------------------ */
/* The answer                                                          */

/* Who asks here isn't who would ask there */
static ce_credential_e asked_credential(void *ctx)
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
static void assume_response(answer_t *answer, ce_asked_t *asked)
{
    apr_table_t *headers = apr_table_make(answer->p, 1);
    ce_facts_t *facts = &answer->facts;

    facts->context.origin = answer->question->origin;
    if (facts->context.origin) {
        apr_table_setn(headers, CE_ALLOW_ORIGIN, facts->context.origin);
    }
    ce_request_functions(facts, asked);
    facts->client = asked_credential;
    facts->later = nothing;
    facts->headers_out = headers;
    facts->err_headers_out = apr_table_make(answer->p, 1);
    facts->status = answer->question->status ? answer->question->status : asked->r->status;
}

void ce_answer(request_rec *r, const ce_question_t *question, request_rec *found)
{
    answer_t answer = {.to = r, .p = r->pool, .question = question, .r = found};
    ce_asked_t asked = {found, apr_hash_make(r->pool)};
    ce_verdict_t verdict;
    ce_facts_t facts;
    const ce_container_t **containers;
    apr_uint32_t i;

    answer.policy = ce_request_policy(found);
    assume_response(&answer, &asked);
    tell_url(&answer);
    if (!answer.policy->flags) {
        TELL(&answer, 0, "\nNo directive of this module is in force: the response is left alone");
        return;
    }
    found->status = answer.facts.status; /* for %{REQUEST_STATUS} */
    facts = answer.facts;
    ce_decide(&verdict, r->pool, answer.policy, &facts);
    answer.explanation = ce_explain_response(r->pool, answer.policy, &facts, &verdict);
    TELL(&answer, 0, "\nThe containers in force, from the outermost to the innermost");
    containers = ce_policy_containers(r->pool, answer.policy);
    for (i = 0; i < answer.policy->ncontainers; i++) {
        tell_container(&answer, containers[i]);
    }
    tell_verdict(&answer, &verdict);
}

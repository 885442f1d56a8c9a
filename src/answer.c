/* SPDX-License-Identifier: Apache-2.0 */

#include <string.h>

#include "apr_strings.h"
#include "httpd.h"
#include "http_config.h"
#include "http_core.h"
#include "http_main.h"
#include "http_protocol.h"
#include "http_request.h"
#include "util_cfgtree.h"

#include "ce_decision.h"
#include "ce_explain.h"
#include "ce_gather.h"
#include "ce_handler.h"
#include "ce_answer.h"
#include "ce_node.h"
#include "ce_page.h"
#include "ce_summary.h"

/* What comes from a request is shown escaped, and cut at so many bytes */
#define CUT_AT 200

/* "counts" and its like stand in a column of their own */
#define WORD "%-11s"
#define LINE 4
#define BELOW 15

typedef struct answer_t {
    ce_page_t page;
    apr_pool_t *p;
    const ce_question_t *question;
    request_rec *r; /* what the URL leads to */
    const ce_policy_t *policy;
    ce_asked_t asked;
    ce_request_t request;
    ce_facts_t facts;
} answer_t;

const char *ce_answer_shown(apr_pool_t *p, const char *text)
{
    return ap_escape_logitem(p, apr_pstrndup(p, text ? text : "", CUT_AT));
}

static void put(void *ctx, const char *text)
{
    ap_rputs(text, ctx);
}

#define SAY(answer, indent, ...)                                                                   \
    ce_page_line(&(answer)->page, indent, apr_psprintf((answer)->p, __VA_ARGS__), NULL)

static void title(const answer_t *answer, const char *text)
{
    ce_page_line(&answer->page, 0, "", NULL);
    ce_page_line(&answer->page, 0, text, NULL);
}

/* ------------------------------------------------------------------ */
/* What httpd makes of the URL                                         */

static void tell_file(const answer_t *answer)
{
    const request_rec *r = answer->r;

    if (r->proxyreq || (r->handler && !strcmp(r->handler, "proxy-server"))
        || (r->filename && !strncmp(r->filename, "proxy:", 6))) {
        SAY(answer, 2,
            "a backend answers (%s): <Directory>, <Files> and .htaccess files don't apply",
            ce_answer_shown(answer->p, r->filename));
        return;
    }
    SAY(answer, 2, "%s%s", ce_answer_shown(answer->p, r->filename),
        r->finfo.filetype == APR_NOFILE ? ", which isn't there"
        : r->finfo.filetype == APR_DIR  ? ", a folder"
                                        : "");
    if (r->handler) {
        SAY(answer, 2, "answered by the handler %s: what headers it sends can't be known here",
            ce_answer_shown(answer->p, r->handler));
    }
}

/* From the URL that was asked about to the last one */
static void tell_redirects(const answer_t *answer, const request_rec *r)
{
    if (r->prev) {
        tell_redirects(answer, r->prev);
        SAY(answer, 2, "%s goes on internally as %s", ce_answer_shown(answer->p, r->prev->uri),
            ce_answer_shown(answer->p, r->unparsed_uri));
    }
}

static void tell_url(const answer_t *answer, const request_rec *main)
{
    const ce_question_t *question = answer->question;
    const server_rec *s = main->server;
    const request_rec *r = answer->r;
    const char *location = apr_table_get(r->headers_out, "Location");

    SAY(answer, 0, "%s for %s, credentials %s, status %d",
        ce_answer_shown(answer->p, question->url),
        question->origin ? ce_answer_shown(answer->p, question->origin) : "no Origin",
        question->is_credentialed ? "include" : "omit", answer->facts.status);
    title(answer, "What httpd makes of it");
    ce_page_line(&answer->page, 2,
                 apr_pstrcat(answer->p, s->is_virtual ? "virtual host " : "the main server ",
                             s->server_hostname, NULL),
                 s->defn_name ? ce_page_place(&answer->page, s->defn_name, (int)s->defn_line_number)
                              : NULL);
    tell_redirects(answer, r);
    if (r->status == HTTP_OK) {
        tell_file(answer);
        return;
    }
    location = location ? location : apr_table_get(r->err_headers_out, "Location");
    SAY(answer, 2, "ends with %d%s%s: below is what was in force then", r->status,
        location ? " to " : "", ce_answer_shown(answer->p, location));
}

/* ------------------------------------------------------------------ */
/* The containers                                                      */

/* The section that has a container's lines: its first line, with those around it */
static const char *section_of(apr_pool_t *p, const ap_directive_t *nodes, const char *around,
                              const ce_policy_t *policy)
{
    for (; nodes; nodes = nodes->next) {
        const ce_node_t *own = ce_node_of(nodes);
        const char *found = NULL;

        if (own && own->policy == policy) {
            return around;
        }
        if (nodes->first_child) {
            found = section_of(p, nodes->first_child,
                               apr_pstrcat(p, around, *around ? " " : "", ce_node_text(p, nodes),
                                           NULL),
                               policy);
        }
        if (found) {
            return found;
        }
    }
    return NULL;
}

/* What a condition looked at, where the directive doesn't show it */
static void tell_variable(const answer_t *answer, const ce_line_t *line)
{
    const char *name = line->condition ? line->condition->env : NULL;
    const request_rec *r;

    for (r = answer->r; name && r; r = r->prev) {
        const char *value = apr_table_get(r->subprocess_env, name);

        if (value || !r->prev) {
            SAY(answer, BELOW, value ? "%s is \"%s\" here" : "%s isn't set here", name,
                ce_answer_shown(answer->p, value));
            return;
        }
    }
}

static void tell_statement(const answer_t *answer, const ce_statement_t *statement)
{
    const ce_line_t *line = statement->line;
    const char *word = statement->is_set_aside         ? "set aside"
                       : statement->forgotten_by       ? "forgotten"
                       : statement->holds == CE_FAILS  ? "fails"
                       : statement->holds == CE_BROKEN ? "broken"
                                                       : "counts";
    const char *edits = statement->by == CE_BY_NEVER ? ce_summary_never(answer->p, line)
                                                     : ce_edits_text(answer->p, line);
    const char *condition = ce_condition_text(answer->p, line->condition);

    ce_page_line(&answer->page, LINE,
                 apr_psprintf(answer->p, WORD "ExposeHeaders%s %s%s%s", word,
                              statement->by == CE_BY_NEVER ? "Never" : "", edits,
                              *condition ? " " : "", condition),
                 ce_page_place(&answer->page, line->file, line->line_number));
    if (statement->is_set_aside) {
        return;
    }
    if (statement->forgotten_by) {
        SAY(answer, BELOW, "by the None or -* of %s",
            ce_page_place(&answer->page, statement->forgotten_by->file,
                          statement->forgotten_by->line_number));
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

static void tell_settings(const answer_t *answer, const ce_container_t **containers, apr_uint32_t n,
                          apr_uint32_t at)
{
    int i;

    for (i = 0; i < CE_NSETTINGS; i++) {
        unsigned value = containers[at]->policy.setting[i];
        apr_uint32_t inner = at + 1;

        while (inner < n && !containers[inner]->policy.setting[i]) {
            inner++;
        }
        if (value) {
            ce_page_line(&answer->page, LINE,
                         apr_psprintf(answer->p, WORD "%s", inner < n ? "overridden" : "counts",
                                      ce_summary_setting(answer->p, (ce_setting_e)i, value)),
                         ce_page_place(&answer->page, containers[at]->places[i].file,
                                       containers[at]->places[i].line_number));
        }
    }
}

static void tell_containers(const answer_t *answer, const ce_explanation_t *explanation)
{
    const ce_container_t **containers;
    apr_uint32_t n, i;
    int j;

    containers = ce_policy_containers(answer->p, answer->policy, &n);
    title(answer, "The containers in force, from the outermost to the innermost");
    for (i = 0; i < n; i++) {
        const char *section = section_of(answer->p, ap_conftree, "", &containers[i]->policy);

        ce_page_line(&answer->page, 2,
                     !section   ? "a .htaccess file"
                     : *section ? section
                                : "the main server",
                     NULL);
        for (j = 0; j < explanation->statements->nelts; j++) {
            const ce_statement_t *statement = &APR_ARRAY_IDX(explanation->statements, j,
                                                             ce_statement_t);

            if (statement->container == containers[i]) {
                tell_statement(answer, statement);
            }
        }
        tell_settings(answer, containers, n, i);
    }
}

/* ------------------------------------------------------------------ */
/* What comes out                                                      */

static const char *with_edit(apr_pool_t *p, const char *text, const ce_name_t *name, int adds)
{
    return apr_psprintf(p, "%s%s%s%.*s", text, *text ? " " : "", adds ? "" : "-", (int)name->len,
                        name->text);
}

/* The patterns in force, and what is taken from them; "" where no pattern is */
static const char *patterns_of(const answer_t *answer)
{
    ce_sources_t sources = {.policy = answer->policy};
    const ce_exposed_t *exposed = ce_exposed_apply(answer->p, &sources, &answer->facts.context);
    const char *text = "";
    apr_uint32_t i, j;

    for (i = 0; i <= exposed->nrules; i++) {
        for (j = 0; j < exposed->names.nmembers; j++) {
            const ce_member_t *member = &exposed->names.members[j];

            if (member->state == CE_REMOVED && member->nrules == i && *text) {
                text = with_edit(answer->p, text, &member->name, 0);
            }
        }
        if (i < exposed->nrules && exposed->rules[i].op != CE_FORGET) {
            text = with_edit(answer->p, text, &exposed->rules[i].pattern,
                             exposed->rules[i].op == CE_ADD);
        }
    }
    return exposed->npatterns ? text : "";
}

static void tell_verdict(const answer_t *answer, const ce_verdict_t *verdict)
{
    const ce_policy_t *policy = answer->policy;
    unsigned backend = policy->setting[CE_BACKEND], when = policy->setting[CE_WHEN];
    const char *patterns = patterns_of(answer);

    title(answer, "What comes out, as far as it is known without the response");
    if (verdict->untouched) {
        SAY(answer, 2, "%s: the response is left alone, but for what is never exposed",
            ce_reason_word(verdict->reason));
        return;
    }
    SAY(answer, 2, verdict->value ? "%s: " CE_EXPOSE_HEADERS ": %s" : "%s: nothing is sent",
        ce_reason_word(verdict->reason), verdict->value);
    if (*patterns && verdict->reason != CE_REASON_WILDCARD) {
        SAY(answer, 2, "with each header of the response that these expose: %s", patterns);
    }
    SAY(answer, 2, verdict->vary ? "Origin is added to Vary" : "nothing is added to Vary");
    SAY(answer, 2, "if the response brings a list along, that %s (%s)",
        backend == CE_REPLACE ? "is dropped"
        : backend == CE_KEEP  ? "counts alone"
                              : "counts first",
        ce_summary_setting(answer->p, CE_BACKEND, backend ? backend : CE_MERGE));
    if (when == CE_ALLOWED && answer->question->origin) {
        SAY(answer, 2,
            "only if its " CE_ALLOW_ORIGIN " lets this origin read it (ExposeHeadersWhen Allowed)");
    }
    if (answer->question->origin && ce_decide_needs_whole(policy)) {
        SAY(answer, 2,
            "a script that asks again gets it whole, and no 304 (If-None-Match is dropped)");
    }
    if (!answer->question->origin && when != CE_ALWAYS) {
        SAY(answer, 2, "a script's request has an Origin: ask with origin=... for what it gets");
    }
}

/* ------------------------------------------------------------------ */

static int no(void *ctx)
{
    (void)ctx;
    return 0;
}

static unsigned nothing(void *ctx)
{
    (void)ctx;
    return 0;
}

/* A response that the script may read, and of which nothing else is known */
static void gather(answer_t *answer)
{
    const ce_question_t *question = answer->question;
    ce_facts_t *facts = &answer->facts;
    apr_table_t *headers = apr_table_make(answer->p, 2);

    answer->asked.r = answer->r;
    answer->asked.results = apr_hash_make(answer->p);
    ce_gather_functions(facts, &answer->asked);
    facts->user = no;
    facts->certificate = no;
    facts->later = nothing;
    answer->request.origin = question->origin;
    answer->request.cookie = (unsigned char)question->is_credentialed;
    facts->request = &answer->request;
    facts->context.origin = question->origin;
    if (question->origin) {
        apr_table_setn(headers, CE_ALLOW_ORIGIN, question->origin);
    }
    facts->headers_out = headers;
    facts->err_headers_out = apr_table_make(answer->p, 1);
    facts->status = question->status ? question->status : answer->r->status;
}

void ce_answer(request_rec *r, const ce_question_t *question, request_rec *found)
{
    answer_t answer = {.p = r->pool, .question = question};
    ce_verdict_t verdict;

    answer.page.put = put;
    answer.page.ctx = r;
    answer.page.root = ap_server_root;
    answer.page.p = r->pool;
    answer.r = found;
    answer.policy = ce_handler_policy(answer.r);
    gather(&answer);
    tell_url(&answer, r);
    if (!answer.policy->flags) {
        title(&answer, "No directive of this module is in force: the response is left alone");
        return;
    }
    answer.r->status = answer.facts.status; /* for %{REQUEST_STATUS} */
    tell_containers(&answer,
                    ce_explain(r->pool, answer.policy, NULL, NULL,
                               answer.policy->setting[CE_WHEN] == CE_OFF, &answer.facts.context));
    ce_decide(&verdict, r->pool, answer.policy, &answer.facts);
    tell_verdict(&answer, &verdict);
}

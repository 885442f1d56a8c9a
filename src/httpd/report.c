/* SPDX-License-Identifier: Apache-2.0 */

#include <string.h>

#include "apr_cstr.h"
#include "apr_strings.h"
#include "httpd.h"
#include "http_config.h"
#include "http_log.h"

#include "core/value.h"
#include "explain/explain.h"
#include "httpd/report.h"

APLOG_USE_MODULE(cors_expose);

/* What the request says is cut at so many bytes; httpd's log escapes it */
#define CUT_AT 200

/* Names in one remark, and header lines in one trace, at most */
#define REMARK_NAMES 20
#define TRACE_LINES 500

/* One response, for those who want to know */
typedef struct report_t {
    request_rec *r;
    const ce_policy_t *policy;
    const ce_verdict_t *verdict;
    ce_facts_t *facts;
    const ce_explanation_t *explanation;
    const char *own;     /* the list that came along; NULL: none did */
    const char *remarks; /* "; A; B", or "" */
    apr_table_t *traced; /* names of headers */
} report_t;

void ce_report_problems(request_rec *r, const ce_verdict_t *verdict)
{
    if (verdict->nmalformed && !verdict->untouched) {
        ap_log_rerror(APLOG_MARK, APLOG_INFO, 0, r,
                      "dropped %u malformed element%s of the response's " CE_EXPOSE_HEADERS
                      ", the first '%.*s'",
                      verdict->nmalformed, verdict->nmalformed == 1 ? "" : "s",
                      (int)verdict->malformed.len, verdict->malformed.text);
    }
    if (verdict->left_out) {
        ap_log_rerror(APLOG_MARK, APLOG_WARNING, 0, r,
                      "left out %u name%s to keep " CE_EXPOSE_HEADERS " within %d bytes",
                      verdict->left_out, verdict->left_out == 1 ? "" : "s", CE_VALUE_MAX);
    }
    if (verdict->excess) {
        const ce_container_t *container = verdict->excess;
        const ce_line_t *line = container->first ? container->first : container->first_never;

        ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, r,
                      "more than %s in all containers of one response, counted up to the one that "
                      "begins at %s: no " CE_EXPOSE_HEADERS " is sent",
                      verdict->bound, ce_place_text(r->pool, line->file, line->line_number));
    }
}

static const char *cut(const report_t *report, const char *text)
{
    return apr_pstrndup(report->r->pool, text ? text : "", CUT_AT);
}

static int is_in_response(const report_t *report, const char *name)
{
    const ce_facts_t *facts = report->facts;
    apr_table_entry_t later[CE_LATER_MAX];
    int n = ce_facts_later(facts->later(facts->context.ctx), later);

    while (n > 0 && apr_cstr_casecmp(name, later[n - 1].key)) {
        n--;
    }
    return n > 0 || apr_table_get(facts->headers_out, name)
           || apr_table_get(facts->err_headers_out, name);
}

/* The name that an edit of the response's own list adds, or one of any other line; else NULL */
static const char *added_name(const report_t *report, const ce_because_t *added, int is_own)
{
    const ce_edit_t *edit = added->edit;

    return (added->statement->container == NULL) == is_own && edit->op == CE_ADD
                   && edit->kind == CE_NAME
               ? apr_pstrmemdup(report->r->pool, edit->name.text, edit->name.len)
               : NULL;
}

/* ------------------------------------------------------------------ */
/* Remarks                                                             */

static void remark(report_t *report, const char *text)
{
    report->remarks = apr_pstrcat(report->r->pool, report->remarks, "; ", text, NULL);
}

#define REMARK(report, ...) remark(report, apr_psprintf((report)->r->pool, __VA_ARGS__))

static void remark_setting(report_t *report, ce_setting_e setting, unsigned value, const char *what)
{
    if (report->policy->setting[setting] == value) {
        const ce_place_t *place = report->explanation->settings[setting];

        REMARK(report, "%s%s (%s)", what, ce_setting_text(report->r->pool, setting, value),
               ce_place_text(report->r->pool, place->file, place->line_number));
    }
}

/* https://fetch.spec.whatwg.org/#concept-cors-check: what it fails at */
static void remark_cors_check(report_t *report)
{
    static const char unreadable[] = "no script can read this response:";
    const ce_facts_t *facts = report->facts;

    if (!facts->sent->origin || ce_facts_pass_cors_check(facts)) {
        return;
    }
    if (!facts->nallow_origin) {
        REMARK(report, "%s no " CE_ALLOW_ORIGIN, unreadable);
    }
    else if (facts->nallow_origin == 1) {
        REMARK(report, "%s " CE_ALLOW_ORIGIN " is \"%s\"", unreadable,
               cut(report, facts->allow_origin));
    }
    else {
        REMARK(report, "%s " CE_ALLOW_ORIGIN " is on %d lines", unreadable, facts->nallow_origin);
    }
}

/* Names that are exposed, and that the response doesn't have: each once, as it is spelled first */
static void remark_missing(report_t *report)
{
    const ce_explanation_t *explanation = report->explanation;
    apr_table_t *missing = apr_table_make(report->r->pool, 4);
    const char *list = "";
    ce_because_t because;
    int i, n = 0;

    for (i = 0; i < explanation->nedits; i++) {
        const ce_because_t *added = &explanation->edits[i];
        const char *name = added_name(report, added, 0);

        if (name && !apr_table_get(missing, name) && !is_in_response(report, name)
            && ce_explain_name(explanation, &added->edit->name, &because)) {
            apr_table_setn(missing, name, "");
            if (n++ < REMARK_NAMES) {
                list = apr_pstrcat(report->r->pool, list, *list ? ", " : "", name, NULL);
            }
        }
    }
    if (n > REMARK_NAMES) {
        REMARK(report, "not in the response: %s and %d more", list, n - REMARK_NAMES);
    }
    else if (n) {
        REMARK(report, "not in the response: %s", list);
    }
}

/* What became of a list that came along */
static void remark_own(report_t *report)
{
    const ce_explanation_t *explanation = report->explanation;
    apr_table_t *hidden = apr_table_make(report->r->pool, 4);
    ce_because_t because;
    int i;

    if (ce_list_has(report->own, "*")) {
        REMARK(report, "\"*\" came with the response");
    }
    for (i = 0; i < explanation->nedits && apr_table_elts(hidden)->nelts < REMARK_NAMES; i++) {
        const ce_because_t *added = &explanation->edits[i];
        const char *name = added_name(report, added, 1);

        if (name && !apr_table_get(hidden, name)
            && !ce_explain_name(explanation, &added->edit->name, &because) && because.statement) {
            apr_table_setn(hidden, name, "");
            REMARK(report, "%s hidden by %s", name, ce_because_text(report->r->pool, &because));
        }
    }
    remark_setting(report, CE_SETTING_BACKEND, CE_BACKEND_REPLACE, "its own list is dropped: ");
    remark_setting(report, CE_SETTING_BACKEND, CE_BACKEND_KEEP, "its own list alone counts: ");
}

static void remark_conditions(report_t *report)
{
    int i;

    for (i = 0; i < report->explanation->statements->nelts; i++) {
        const ce_statement_t *statement = &APR_ARRAY_IDX(report->explanation->statements, i,
                                                         ce_statement_t);

        if (statement->fails && !statement->forgotten_by) {
            REMARK(report, "doesn't hold: %s (%s)", statement->fails,
                   ce_place_text(report->r->pool, statement->line->file,
                                 statement->line->line_number));
        }
    }
}

/* ------------------------------------------------------------------ */
/* The lines                                                           */

static void log_line(const report_t *report)
{
    const request_rec *r = report->r, *first = r;
    const ce_verdict_t *verdict = report->verdict;
    const char *credential = ce_credential_word(ce_facts_credential(report->facts));
    const char *origin = report->facts->sent->origin;
    const char *what = verdict->untouched ? "left alone"
                       : verdict->value   ? apr_psprintf(r->pool, "sent \"%s\"", verdict->value)
                       : report->own      ? apr_psprintf(r->pool, "removed \"%s\"", report->own)
                                          : "nothing sent";
    const char *line, *request;

    while (first->prev) {
        first = first->prev;
    }
    /* An ErrorDocument changes the method, not the request line. httpd 2.5 has none where it
     * couldn't read it. */
    line = first->the_request ? first->the_request : "-";
    request = apr_psprintf(r->pool, "%.*s %s", (int)strcspn(line, " "), line,
                           cut(report, first->uri));
    ap_log_rerror(APLOG_MARK, APLOG_DEBUG, 0, r, "%s: %s (%s%s) %s %d for %s%s",
                  ce_reason_word(verdict->reason), what, credential ? "credentialed: " : "",
                  credential ? credential : "not credentialed", cut(report, request), r->status,
                  origin ? cut(report, origin) : "no Origin", report->remarks);
}

/* Trace a header, once. For apr_table_do: returns whether there is room for another. */
static int trace_header(void *ctx, const char *text, const char *value)
{
    const report_t *report = ctx;
    const char *list = report->verdict->untouched ? report->own : report->verdict->value;
    ce_name_t name;

    (void)value;
    if (apr_table_get(report->traced, text)) {
        return 1;
    }
    if (apr_table_elts(report->traced)->nelts == TRACE_LINES) {
        ap_log_rerror(APLOG_MARK, APLOG_TRACE1, 0, report->r,
                      "and more headers: only the first %d are traced", TRACE_LINES);
        return 0;
    }
    apr_table_setn(report->traced, text, "");
    ap_log_rerror(APLOG_MARK, APLOG_TRACE1, 0, report->r, "%s: %s%s", cut(report, text),
                  !ce_name_read(&name, text) || text[name.len] || ce_name_is_wildcard(&name)
                      ? "never listed, it is no header's name"
                      : ce_explain_header(report->r->pool, report->explanation, &name, list),
                  is_in_response(report, text) ? "" : ", not in the response");
    return 1;
}

/* Each header of the response, and the names of the configuration */
static void trace_headers(report_t *report)
{
    int i, has_room;

    report->traced = apr_table_make(report->r->pool, 16);
    has_room = apr_table_do(trace_header, report, report->facts->err_headers_out, NULL)
               && apr_table_do(trace_header, report, report->facts->headers_out, NULL);
    for (i = 0; has_room && i < report->explanation->nedits; i++) {
        const char *name = added_name(report, &report->explanation->edits[i], 0);

        has_room = !name || trace_header(report, name, NULL);
    }
}

void ce_report(request_rec *r, const ce_policy_t *policy, const ce_verdict_t *verdict,
               ce_facts_t *facts)
{
    report_t report = {.r = r, .policy = policy, .verdict = verdict, .facts = facts};

    report.remarks = "";
    report.own = facts->own ? apr_array_pstrcat(r->pool, facts->own, ',') : NULL;
    report.explanation = ce_explain_response(r->pool, policy, facts, verdict);
    if (verdict->reason != CE_REASON_PREFLIGHT) {
        remark_cors_check(&report);
        if (verdict->value) {
            remark_missing(&report);
        }
        if (facts->own) {
            remark_own(&report);
        }
        remark_conditions(&report);
    }
    remark_setting(&report, CE_SETTING_WHEN, CE_WHEN_OFF, "");
    log_line(&report);
    if (APLOGrtrace1(r)) {
        trace_headers(&report);
    }
}

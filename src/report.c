/* SPDX-License-Identifier: Apache-2.0 */

#include <string.h>

#include "apr_hash.h"
#include "apr_strings.h"
#include "httpd.h"
#include "http_config.h"
#include "http_log.h"
#include "util_filter.h"

#include "ce_explain.h"
#include "ce_report.h"

APLOG_USE_MODULE(cors_expose);

/* What the request says is cut at so many bytes; httpd's log escapes it */
#define CUT_AT 200

/* Names in one remark, and header lines in one trace, at most */
#define REMARK_NAMES 20
#define TRACE_LINES 500

/* One response, for those who want to know */
typedef struct report_t {
    request_rec *r;
    apr_pool_t *p;
    const ce_policy_t *policy;
    const ce_verdict_t *verdict;
    ce_facts_t *facts;
    const ce_explanation_t *explanation;
    const char *list;    /* what goes out; NULL: nothing does */
    const char *remarks; /* "; A; B", or "" */
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
}

/* ------------------------------------------------------------------ */
/* Remarks                                                             */

static void remark(report_t *report, const char *text)
{
    report->remarks = apr_pstrcat(report->p, report->remarks, "; ", text, NULL);
}

static const char *cut(apr_pool_t *p, const char *text)
{
    return apr_pstrndup(p, text ? text : "", CUT_AT);
}

/* The setting with its place, from the innermost container that has it */
static const char *setting_place(const report_t *report, ce_setting_e setting)
{
    const ce_container_t **containers;
    apr_uint32_t n;

    containers = ce_policy_containers(report->p, report->policy, &n);
    while (n > 0) {
        const ce_container_t *container = containers[--n];

        if (container->policy.setting[setting]) {
            return ce_place_text(report->p, container->places[setting].file,
                                 container->places[setting].line_number);
        }
    }
    return "";
}

static void remark_setting(report_t *report, ce_setting_e setting, unsigned value,
                           const char *format)
{
    if (report->policy->setting[setting] == value) {
        remark(report, apr_psprintf(report->p, format, setting_place(report, setting)));
    }
}

/* https://fetch.spec.whatwg.org/#concept-cors-check: what it fails at */
static void remark_cors_check(report_t *report)
{
    const ce_facts_t *facts = report->facts;
    const char *why;

    if (!facts->request->origin || ce_facts_pass_cors_check(facts)) {
        return;
    }
    why = facts->nallow_origin > 1
              ? apr_psprintf(report->p, "is on %d lines", facts->nallow_origin)
              : apr_psprintf(report->p, "is \"%s\"", cut(report->p, facts->allow_origin));
    remark(report,
           facts->nallow_origin
               ? apr_pstrcat(report->p, "no script can read this response: " CE_ALLOW_ORIGIN " ",
                             why, NULL)
               : "no script can read this response: no " CE_ALLOW_ORIGIN);
}

static int is_in_response(const report_t *report, const char *name)
{
    static const char *const later[] = {"Date", "Server", "Content-Encoding", "Content-Range"};
    unsigned comes = report->facts->later(report->facts->context.ctx);
    int has[] = {1, 1, comes & CE_ADDS_ENCODING, comes & CE_ADDS_RANGE}, i;

    for (i = 0; i < 4; i++) {
        if (has[i] && !ap_cstr_casecmp(name, later[i])) {
            return 1;
        }
    }
    return apr_table_get(report->facts->headers_out, name)
           || apr_table_get(report->facts->err_headers_out, name);
}

/* The names that edits of one kind of line mention, each once */
static apr_array_header_t *names_of(const report_t *report, ce_by_e by)
{
    apr_array_header_t *names = apr_array_make(report->p, 8, sizeof(ce_name_t));
    apr_hash_t *seen = apr_hash_make(report->p);
    int i, j;

    for (i = 0; i < report->explanation->statements->nelts; i++) {
        const ce_statement_t *statement = &APR_ARRAY_IDX(report->explanation->statements, i,
                                                         ce_statement_t);

        for (j = 0; statement->by == by && j < statement->line->nedits; j++) {
            const ce_edit_t *edit = &statement->line->edits[j];

            if (edit->op == CE_ADD && edit->kind == CE_NAME) {
                char *key = apr_pstrmemdup(report->p, edit->name.text, edit->name.len);

                ap_str_tolower(key);
                if (!apr_hash_get(seen, key, APR_HASH_KEY_STRING)) {
                    apr_hash_set(seen, key, APR_HASH_KEY_STRING, key);
                    APR_ARRAY_PUSH(names, ce_name_t) = edit->name;
                }
            }
        }
    }
    return names;
}

/* "A, B", and how many more */
static void remark_names(report_t *report, const char *what, const apr_array_header_t *texts)
{
    const char *list = "";
    int i;

    for (i = 0; i < texts->nelts && i < REMARK_NAMES; i++) {
        list = apr_pstrcat(report->p, list, i ? ", " : "", APR_ARRAY_IDX(texts, i, const char *),
                           NULL);
    }
    if (i < texts->nelts) {
        list = apr_psprintf(report->p, "%s and %d more", list, texts->nelts - i);
    }
    if (texts->nelts) {
        remark(report, apr_pstrcat(report->p, what, list, NULL));
    }
}

static void remark_missing(report_t *report)
{
    apr_array_header_t *names = names_of(report, CE_BY_CONTAINER);
    apr_array_header_t *missing = apr_array_make(report->p, 4, sizeof(const char *));
    ce_because_t because;
    int i;

    for (i = 0; report->verdict->value && i < names->nelts; i++) {
        const ce_name_t *name = &APR_ARRAY_IDX(names, i, ce_name_t);
        const char *text = apr_pstrmemdup(report->p, name->text, name->len);

        if (ce_explain_name(report->explanation, name, &because) && !is_in_response(report, text)) {
            APR_ARRAY_PUSH(missing, const char *) = text;
        }
    }
    remark_names(report, "not in the response: ", missing);
}

/* What became of a list that came along */
static void remark_own(report_t *report)
{
    apr_array_header_t *names = names_of(report, CE_BY_RESPONSE);
    ce_because_t because;
    int i, n = 0;

    for (i = 0; i < report->facts->own->nelts; i++) {
        if (ce_list_has(APR_ARRAY_IDX(report->facts->own, i, const char *), "*")) {
            remark(report, "\"*\" came with the response");
            break;
        }
    }
    for (i = 0; i < names->nelts && n < REMARK_NAMES; i++) {
        const ce_name_t *name = &APR_ARRAY_IDX(names, i, ce_name_t);

        if (!ce_explain_name(report->explanation, name, &because) && because.statement) {
            remark(report, apr_psprintf(report->p, "%.*s hidden by %s", (int)name->len, name->text,
                                        ce_explain_edit(report->p, &because)));
            n++;
        }
    }
    remark_setting(report, CE_BACKEND, CE_REPLACE,
                   "its own list is dropped: ExposeHeadersBackend Replace (%s)");
    remark_setting(report, CE_BACKEND, CE_KEEP,
                   "its own list alone counts: ExposeHeadersBackend Keep (%s)");
}

static void remark_conditions(report_t *report)
{
    int i;

    for (i = 0; i < report->explanation->statements->nelts; i++) {
        const ce_statement_t *statement = &APR_ARRAY_IDX(report->explanation->statements, i,
                                                         ce_statement_t);

        if (statement->fails && !statement->forgotten_by) {
            remark(report, apr_psprintf(report->p, "doesn't hold: %s (%s)", statement->fails,
                                        ce_place_text(report->p, statement->line->file,
                                                      statement->line->line_number)));
        }
    }
}

/* ------------------------------------------------------------------ */
/* The lines                                                           */

static const char *what_was_done(const report_t *report)
{
    const ce_verdict_t *verdict = report->verdict;

    if (verdict->untouched) {
        return "left alone";
    }
    if (verdict->value) {
        return apr_psprintf(report->p, "sent \"%s\"", verdict->value);
    }
    if (report->facts->own) {
        return apr_psprintf(report->p, "removed \"%s\"",
                            apr_array_pstrcat(report->p, report->facts->own, ','));
    }
    return "nothing sent";
}

static void log_line(const report_t *report)
{
    const request_rec *r = report->r, *first = r;
    const char *credential = ce_credential_word(ce_facts_credential(report->facts));
    const char *origin = report->facts->request->origin;
    const char *line, *request;

    while (first->prev) {
        first = first->prev;
    }
    /* An ErrorDocument changes the method, not the request line. httpd 2.5 has none where it
     * couldn't read it. */
    line = first->the_request ? first->the_request : "-";
    request = apr_psprintf(report->p, "%.*s %s", (int)strcspn(line, " "), line,
                           cut(report->p, first->uri));
    ap_log_rerror(APLOG_MARK, APLOG_DEBUG, 0, r, "%s: %s (%s%s) %s %d for %s%s",
                  ce_reason_word(report->verdict->reason), what_was_done(report),
                  credential ? "credentialed: " : "", credential ? credential : "not credentialed",
                  cut(report->p, request), r->status, origin ? cut(report->p, origin) : "no Origin",
                  report->remarks);
}

/* Returns whether there is room for another */
static int trace_name(const report_t *report, apr_hash_t *seen, const char *text)
{
    char *key = apr_pstrdup(report->p, text);
    ce_name_t name;

    ap_str_tolower(key);
    if (apr_hash_get(seen, key, APR_HASH_KEY_STRING)) {
        return 1;
    }
    if (apr_hash_count(seen) == TRACE_LINES) {
        ap_log_rerror(APLOG_MARK, APLOG_TRACE1, 0, report->r,
                      "and more headers: only the first %d are traced", TRACE_LINES);
        return 0;
    }
    apr_hash_set(seen, key, APR_HASH_KEY_STRING, key);
    ap_log_rerror(APLOG_MARK, APLOG_TRACE1, 0, report->r, "%s: %s%s", cut(report->p, text),
                  !ce_name_read(&name, text) || text[name.len] || ce_name_is_wildcard(&name)
                      ? "never listed, it is no header's name"
                      : ce_explain_header(report->p, report->explanation, &name, report->list),
                  is_in_response(report, text) ? "" : ", not in the response");
    return 1;
}

static int trace_table(const report_t *report, apr_hash_t *seen, const apr_table_t *table)
{
    const apr_array_header_t *lines = apr_table_elts(table);
    int i;

    for (i = 0; i < lines->nelts; i++) {
        if (!trace_name(report, seen, APR_ARRAY_IDX(lines, i, apr_table_entry_t).key)) {
            return 0;
        }
    }
    return 1;
}

static void trace_headers(const report_t *report)
{
    const apr_array_header_t *names = names_of(report, CE_BY_CONTAINER);
    apr_hash_t *seen = apr_hash_make(report->p);
    int i;

    if (!trace_table(report, seen, report->facts->err_headers_out)
        || !trace_table(report, seen, report->facts->headers_out)) {
        return;
    }
    for (i = 0; i < names->nelts; i++) {
        const ce_name_t *name = &APR_ARRAY_IDX(names, i, ce_name_t);

        if (!trace_name(report, seen, apr_pstrmemdup(report->p, name->text, name->len))) {
            return;
        }
    }
}

void ce_report(request_rec *r, const ce_policy_t *policy, const ce_verdict_t *verdict,
               ce_facts_t *facts)
{
    int own_only = verdict->reason == CE_REASON_OFF || verdict->reason == CE_REASON_STORED;
    report_t report = {r, r->pool, policy, verdict, facts, NULL, verdict->value, ""};

    if (verdict->untouched && facts->own) {
        report.list = apr_array_pstrcat(r->pool, facts->own, ',');
    }
    report.explanation = ce_explain(r->pool, policy, facts->added, facts->own, own_only,
                                    &facts->context);
    if (verdict->reason != CE_REASON_PREFLIGHT) {
        remark_cors_check(&report);
        remark_missing(&report);
        if (facts->own) {
            remark_own(&report);
        }
        remark_conditions(&report);
    }
    remark_setting(&report, CE_WHEN, CE_OFF, "ExposeHeadersWhen Off (%s)");
    log_line(&report);
    if (APLOGrtrace1(r)) {
        trace_headers(&report);
    }
}

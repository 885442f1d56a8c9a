/* SPDX-License-Identifier: Apache-2.0 */

#include <string.h>

#include "apr_cstr.h"
#include "apr_hash.h"
#include "apr_strings.h"
#include "httpd.h"
#include "http_config.h"
#include "http_log.h"

#include "core/value.h"
#include "explain/explain.h"
#include "explain/words.h"
#include "httpd/module.h"
#include "httpd/report.h"

APLOG_USE_MODULE(cors_expose);

/* Names in one remark, and header lines in one trace, at most */
#define REMARK_NAMES 20
#define TRACE_LINES 500

/* Bytes at most: of a list, so that httpd's limit for a line of its log leaves room for the rest;
 * of the text for everybody */
#define LIST_MAX 2000
#define DETAIL_MAX 1000

/* What a name has to do with the response, as bits */
enum {
    IS_OWN = 1,    /* it is on the list that came along */
    IS_LISTED = 2, /* on the list that is sent */
    IS_SENT = 4,   /* a header of the response that could be listed */
    IS_COMMON = 8, /* one that nobody misses on a list */
    IS_LATE = 16   /* one that may be added after the decision, or needs no list */
};

/* One response, for those who want to know */
typedef struct report_t {
    request_rec *r;
    apr_pool_t *p;
    const ce_policy_t *policy;
    const ce_verdict_t *verdict;
    ce_facts_t *facts;
    const ce_explanation_t *explanation;
    const char *own;             /* the list that came along; NULL: none did */
    ce_names_t names;            /* all that it has to do with, and what each has */
    int is_whole;                /* all of its headers are among them */
    int is_public;               /* the remarks are for everybody, not for the log */
    apr_array_header_t *remarks; /* of const char *, "; " before each */
    apr_hash_t *said;            /* the same: each once */
    ce_names_t traced;           /* names of headers */
} report_t;

void ce_report_problems(request_rec *r, const ce_verdict_t *verdict)
{
    const ce_exposed_t *exposed = verdict->exposed;

    if (exposed->nmalformed && !verdict->untouched) {
        ap_log_rerror(APLOG_MARK, APLOG_INFO, 0, r,
                      "dropped %u malformed element%s of the response's " CE_EXPOSE_HEADERS
                      ", the first '%.*s'",
                      exposed->nmalformed, exposed->nmalformed == 1 ? "" : "s",
                      (int)exposed->malformed.len, exposed->malformed.text);
    }
    if (verdict->left_out) {
        ap_log_rerror(APLOG_MARK, APLOG_WARNING, 0, r,
                      "left out %u name%s: " CE_EXPOSE_HEADERS
                      " has at most %d bytes, and %d names that collide",
                      verdict->left_out, verdict->left_out == 1 ? "" : "s", CE_VALUE_MAX,
                      CE_PROBES_MAX);
    }
    if (exposed->bound) {
        const ce_container_t *container = exposed->excess;
        const ce_line_t *line = container->lines.first ? container->lines.first
                                                       : container->never.first;

        ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, r,
                      "more than %s in all containers of one response, counted up to the one that "
                      "begins at %s: no " CE_EXPOSE_HEADERS " is sent",
                      exposed->bound, ce_place_text(r->pool, line->file, line->line_number));
    }
}

/* ------------------------------------------------------------------ */
/* Names                                                               */

static const char *shown(apr_pool_t *p, const char *text, apr_size_t max)
{
    return strlen(text) <= max ? text : apr_pstrcat(p, apr_pstrndup(p, text, max), "...", NULL);
}

static const char *shown_name(const report_t *report, const ce_name_t *name)
{
    return shown(report->p, apr_pstrmemdup(report->p, name->text, name->len), CE_SHOWN_MAX);
}

static void note(report_t *report, const char *list, unsigned what)
{
    apr_uint32_t *slot;
    ce_member_t *member;
    ce_name_t name;
    ce_list_e element;

    while (list && (element = ce_list_next(&list, &name)) != CE_LIST_END) {
        if (element != CE_LIST_NAME || ce_name_is_wildcard(&name)) {
            continue;
        }
        member = ce_names_find(&report->names, &name, &slot, 1);
        if (!member && slot && 4 * report->names.nmembers + 1 < report->names.nslots) {
            member = ce_names_append(&report->names, slot, &name, CE_EXPLICIT);
            member->value = 0;
        }
        if (member) {
            member->value |= what;
        }
    }
}

static unsigned what_is(const report_t *report, const ce_name_t *name)
{
    apr_uint32_t *slot;
    const ce_member_t *member = ce_names_find(&report->names, name, &slot, 1);

    return member ? member->value : 0;
}

static int is_in_response(const report_t *report, const ce_name_t *name)
{
    const char *text = apr_pstrmemdup(report->p, name->text, name->len);

    return (what_is(report, name) & IS_SENT) || apr_table_get(report->facts->headers_out, text)
           || apr_table_get(report->facts->err_headers_out, text);
}

static void note_all(report_t *report)
{
    const ce_facts_t *facts = report->facts;
    const char *value = report->verdict->value ? report->verdict->value : "", *own = "", *sent;
    apr_uint32_t left_out = 0, n;

    if (report->own) {
        own = apr_pstrndup(report->p, report->own, CE_VALUE_MAX); /* no more counts */
    }
    sent = ce_decide_everything(report->p, facts, &left_out);
    report->is_whole = !left_out
                       && apr_table_elts(facts->headers_out)->nelts
                                  + apr_table_elts(facts->err_headers_out)->nelts
                              <= CE_NAMES_MAX;
    n = ce_list_count(own) + ce_list_count(value) + ce_list_count(sent) + 20;
    ce_names_init(&report->names, report->p, report->p, n);
    note(report, own, IS_OWN);
    note(report, value, IS_LISTED);
    note(report, sent, IS_SENT);
    note(report, "Date, Server, Vary", IS_COMMON);
    if (!apr_table_get(facts->headers_out, "Content-Range")
        && !apr_table_get(facts->err_headers_out, "Content-Range")) {
        note(report, "Content-Range", IS_COMMON); /* nobody knows yet whether it will be cut */
    }
    note(report,
         "Cache-Control, Content-Language, Content-Length, Content-Type, Expires, Pragma, "
         "Last-Modified, Connection, Keep-Alive, Transfer-Encoding",
         IS_LATE);
    if (ce_server_config(report->r->server)->has_cache) {
        note(report, "Age, Warning, X-Cache, X-Cache-Detail", IS_LATE);
    }
    if (report->policy->setting[CE_SETTING_DETAIL] == CE_DETAIL_HEADER) {
        note(report, CE_DETAIL, IS_LATE);
    }
}

/* Returns those of which, of some bits, these are set: of const ce_name_t * */
static apr_array_header_t *names_that(const report_t *report, unsigned of, unsigned are)
{
    apr_array_header_t *names = apr_array_make(report->p, 8, sizeof(const ce_name_t *));
    apr_uint32_t i;

    for (i = 0; i < report->names.nmembers; i++) {
        if ((report->names.members[i].value & of) == are) {
            APR_ARRAY_PUSH(names, const ce_name_t *) = &report->names.members[i].name;
        }
    }
    return names;
}

/* ------------------------------------------------------------------ */
/* Remarks                                                             */

/* httpd's log escapes what it is given */
static const char *shown_value(const report_t *report, const char *value)
{
    value = shown(report->p, value, CE_SHOWN_MAX);
    return report->is_public ? ap_escape_logitem(report->p, value) : value;
}

/* Where something stands, for the log */
static const char *place_text(const report_t *report, const char *file, int line_number)
{
    return report->is_public
               ? ""
               : apr_psprintf(report->p, " (%s)", ce_place_text(report->p, file, line_number));
}

static void remark(report_t *report, const char *text)
{
    if (!apr_hash_get(report->said, text, APR_HASH_KEY_STRING)) {
        apr_hash_set(report->said, text, APR_HASH_KEY_STRING, text);
        APR_ARRAY_PUSH(report->remarks, const char *) = "; ";
        APR_ARRAY_PUSH(report->remarks, const char *) = text;
    }
}

#define REMARK(report, ...) remark(report, apr_psprintf((report)->p, __VA_ARGS__))

/* One of those names that is this one but for a letter: " (it has X-Request-Id)", or "" */
static const char *near_text(const report_t *report, const ce_name_t *name,
                             const apr_array_header_t *others)
{
    int i;

    for (i = 0; i < others->nelts && i < REMARK_NAMES && name->len <= CE_PATTERN_MAX; i++) {
        const ce_name_t *other = APR_ARRAY_IDX(others, i, const ce_name_t *);

        if (ce_words_is_slip(name, other->text, other->len, 5)) {
            return apr_pstrcat(report->p, " (it has ", shown_name(report, other), ")", NULL);
        }
    }
    return "";
}

static void remark_names(report_t *report, const char *what, const apr_array_header_t *names,
                         const apr_array_header_t *others)
{
    const char *list = "", *more = "";
    int i;

    for (i = 0; i < names->nelts && i < REMARK_NAMES; i++) {
        const ce_name_t *name = APR_ARRAY_IDX(names, i, const ce_name_t *);

        list = apr_pstrcat(report->p, list, i ? ", " : "", shown_name(report, name),
                           others ? near_text(report, name, others) : "", NULL);
    }
    if (names->nelts > REMARK_NAMES) {
        more = apr_psprintf(report->p, " and %d more", names->nelts - REMARK_NAMES);
    }
    if (names->nelts) {
        REMARK(report, "%s: %s%s", what, list, more);
    }
}

static void remark_setting(report_t *report, ce_setting_e setting, unsigned value, const char *what)
{
    const ce_place_t *place = report->explanation->settings[setting];

    if (report->policy->setting[setting] == value) {
        REMARK(report, "%s%s%s", what, ce_setting_text(report->p, setting, value),
               place_text(report, place->file, place->line_number));
    }
}

/* Whether the server's own scripts ask, which need no CORS. By the host only: TLS may end before
 * httpd. */
static int is_own_origin(const report_t *report)
{
    const char *host = apr_table_get(report->r->headers_in, "Host");
    const char *origin = strstr(report->facts->context.origin, "://");

    return host && origin && !apr_cstr_casecmp(origin + 3, host);
}

static void remark_unreadable(report_t *report, const char *mode, const char *name, int n,
                              const char *value)
{
    apr_pool_t *p = report->p;

    REMARK(report, "%sno script can read this response: %s", mode,
           n == 0   ? apr_pstrcat(p, "no ", name, NULL)
           : n == 1 ? apr_psprintf(p, "%s is \"%s\"", name, shown_value(report, value))
                    : apr_psprintf(p, "%s is on %d lines", name, n));
}

/* https://fetch.spec.whatwg.org/#concept-cors-check: what it fails at, in any credentials mode or
 * in "include" */
static void remark_cors_check(report_t *report)
{
    static const char with[] = "with credentials ";
    const ce_facts_t *facts = report->facts;

    if (!facts->context.origin || is_own_origin(report)) {
        return;
    }
    if (!ce_facts_pass_cors_check(facts)) {
        remark_unreadable(report, "", CE_ALLOW_ORIGIN, facts->nallow_origin, facts->allow_origin);
    }
    else if (facts->nallow_credentials
             || facts->client(facts->context.ctx) == CE_CREDENTIAL_COOKIE) {
        if (strchr(facts->allow_origin, '*')) {
            remark_unreadable(report, with, CE_ALLOW_ORIGIN, 1, "*");
        }
        else if (facts->nallow_credentials != 1 || !facts->allows_credentials) {
            remark_unreadable(report, with, CE_ALLOW_CREDENTIALS, facts->nallow_credentials,
                              facts->allow_credentials);
        }
    }
}

/* Names of the configuration that aren't in the response, and patterns that match nothing */
static void remark_missing(report_t *report, const apr_array_header_t *withheld)
{
    const ce_exposed_t *exposed = report->verdict->exposed;
    apr_array_header_t *missing = apr_array_make(report->p, 4, sizeof(const ce_name_t *));
    apr_uint32_t i, j;

    for (i = exposed->nown; i < exposed->names.nmembers; i++) {
        const ce_name_t *name = &exposed->names.members[i].name;

        if (exposed->names.members[i].state == CE_EXPLICIT && !(what_is(report, name) & IS_LATE)
            && !is_in_response(report, name)) {
            APR_ARRAY_PUSH(missing, const ce_name_t *) = name;
        }
    }
    remark_names(report, "not in the response", missing, withheld);
    for (i = 0; i < exposed->nrules; i++) {
        const ce_rule_t *rule = &exposed->rules[i];

        for (j = 0; rule->op == CE_ADD && j < report->names.nmembers; j++) {
            if ((report->names.members[j].value & (IS_SENT | IS_LATE))
                && ce_name_matches(&rule->pattern, &report->names.members[j].name)) {
                break;
            }
        }
        if (rule->op == CE_ADD && j == report->names.nmembers) {
            REMARK(report, "nothing matches %s", shown_name(report, &rule->pattern));
        }
    }
}

/* What came along, and what became of it. A stored list was ours. */
static void remark_own(report_t *report)
{
    const apr_array_header_t *hidden = names_that(report, IS_OWN | IS_LISTED, IS_OWN);
    const ce_because_t *because;
    int i;

    if (report->verdict->reason != CE_REASON_STORED) {
        if (ce_list_has(report->own, "*")) {
            REMARK(report, "\"*\" came with the response");
        }
        remark_names(report, "came with the response", names_that(report, IS_OWN, IS_OWN), NULL);
    }
    for (i = 0; i < hidden->nelts && i < REMARK_NAMES; i++) {
        const ce_name_t *name = APR_ARRAY_IDX(hidden, i, const ce_name_t *);

        if (!ce_explain_name(report->explanation, name, &because) && because) {
            REMARK(report, "%s hidden%s%s", shown_name(report, name),
                   report->is_public ? "" : " by ",
                   report->is_public ? "" : ce_because_text(report->p, because));
        }
    }
    remark_setting(report, CE_SETTING_BACKEND, CE_BACKEND_REPLACE, "its own list is dropped: ");
    remark_setting(report, CE_SETTING_BACKEND, CE_BACKEND_KEEP, "its own list alone counts: ");
}

/* For everybody their kind is enough, up to its = */
static void remark_conditions(report_t *report)
{
    int i;

    for (i = 0; i < report->explanation->nstatements; i++) {
        const ce_statement_t *statement = &report->explanation->statements[i];
        const char *fails = statement->fails;

        if (fails && !statement->forgotten_by) {
            fails += report->is_public && *fails == '"';
            REMARK(report, "doesn't hold: %.*s%s",
                   (int)(report->is_public ? strcspn(fails, "=") + 1 : strlen(fails)), fails,
                   place_text(report, statement->line->file, statement->line->line_number));
        }
    }
}

static void remark_cache(report_t *report)
{
    if (report->facts->not_stored) {
        REMARK(report, "not stored by mod_cache: %s", report->facts->not_stored);
    }
    if (report->facts->is_of_other) {
        REMARK(report, "the copy may be another origin's: RequestHeader changed Origin");
    }
}

/* Returns "; A; B", or "" */
static const char *remarks(report_t *report, int is_public)
{
    ce_reason_e reason = report->verdict->reason;
    const apr_array_header_t *withheld = apr_array_make(report->p, 1, sizeof(const ce_name_t *));

    report->is_public = is_public;
    report->said = apr_hash_make(report->p);
    report->remarks = apr_array_make(report->p, 8, sizeof(const char *));
    if (reason == CE_REASON_PREFLIGHT) {
        return "";
    }
    remark_cors_check(report);
    if (reason >= CE_REASON_EMPTY && reason != CE_REASON_WILDCARD) {
        withheld = names_that(report, IS_SENT | IS_LISTED | IS_COMMON, IS_SENT);
        remark_names(report, "withheld", withheld, NULL);
    }
    /* a 304 has few of the headers that the stored answer has */
    if (report->verdict->exposed && report->verdict->exposed->bound) {
        REMARK(report, "more than %s in all containers", report->verdict->exposed->bound);
    }
    else if (report->verdict->exposed && reason >= CE_REASON_EMPTY
             && report->r->status != HTTP_NOT_MODIFIED && report->is_whole) {
        remark_missing(report, withheld);
    }
    if (report->own) {
        remark_own(report);
    }
    remark_conditions(report);
    if (!is_public) {
        remark_cache(report);
    }
    remark_setting(report, CE_SETTING_WHEN, CE_WHEN_OFF, "");
    return apr_array_pstrcat(report->p, report->remarks, 0);
}

/* ------------------------------------------------------------------ */
/* The texts about one response                                        */

/* The path as it was sent: a decoded one could forge the line's words */
static const char *sent_path(const report_t *report, const request_rec *r)
{
    const char *uri = r->unparsed_uri ? r->unparsed_uri : "-";

    return shown(report->p, apr_pstrndup(report->p, uri, strcspn(uri, "?")), CE_SHOWN_MAX);
}

/* "GET /api/ (served by /index.php)" */
static const char *asked_text(const report_t *report)
{
    request_rec *r = report->r, *first = r;
    const char *line, *text, *path;

    while (first->prev) {
        first = first->prev;
    }
    /* An ErrorDocument changes the method, not the request line. httpd 2.5 has none where it
     * couldn't read it. */
    line = first->main ? first->method : first->the_request ? first->the_request : "-";
    text = apr_pstrcat(r->pool,
                       shown(r->pool, apr_pstrndup(r->pool, line, strcspn(line, " ")),
                             CE_SHOWN_MAX),
                       " ", sent_path(report, first), NULL);
    /* httpd has decoded it in place */
    path = first->parsed_uri.path ? first->parsed_uri.path : "-";
    if (r->uri && strcmp(path, r->uri)) { /* there is none where it couldn't be read */
        text = apr_pstrcat(r->pool, text, " (served by ",
                           shown(r->pool, ap_os_escape_path(r->pool, r->uri, 1), CE_SHOWN_MAX), ")",
                           NULL);
    }
    if (first->main) {
        for (first = first->main; first->main || first->prev;) {
            first = first->main ? first->main : first->prev;
        }
        text = apr_pstrcat(r->pool, text, " (included by ", sent_path(report, first), ")", NULL);
    }
    return text;
}

static const char *credential_text(const report_t *report)
{
    const char *word = ce_credential_word(ce_facts_credential(report->facts));

    return word ? apr_pstrcat(report->p, "credentialed: ", word, NULL) : "not credentialed";
}

static void log_line(report_t *report)
{
    const ce_verdict_t *verdict = report->verdict;
    const char *origin = report->facts->context.origin;
    const char *list = verdict->untouched ? NULL : verdict->value ? verdict->value : report->own;

    ap_log_rerror(APLOG_MARK, APLOG_DEBUG, 0, report->r, "%s: %s%s%s (%s) %s %d for %s%s",
                  ce_reason_word(verdict->reason),
                  verdict->untouched ? "left alone"
                  : verdict->value   ? "sent \""
                  : list             ? "removed \""
                                     : "nothing sent",
                  list ? shown(report->p, list, LIST_MAX) : "", list ? "\"" : "",
                  credential_text(report), asked_text(report), report->r->status,
                  origin ? shown(report->p, origin, CE_SHOWN_MAX) : "no Origin",
                  remarks(report, 0));
}

/* ExposeHeadersDetail. A stored copy tells what became of the request that filled it; the headers
 * of a 304 would take the place of the stored ones. */
static void tell_detail(report_t *report)
{
    request_rec *r = report->r;
    ce_reason_e reason = report->verdict->reason;
    const char *text = apr_psprintf(r->pool, "%s (%s)%s", ce_reason_word(reason),
                                    credential_text(report), remarks(report, 1));

    text = shown(r->pool, text, DETAIL_MAX - 3);
    apr_table_setn(r->notes, "expose-headers", text);
    if (report->policy->setting[CE_SETTING_DETAIL] != CE_DETAIL_HEADER
        || reason == CE_REASON_PREFLIGHT
        || (reason == CE_REASON_STORED && r->status != HTTP_NOT_MODIFIED)) {
        return;
    }
    apr_table_unset(r->err_headers_out, CE_DETAIL);
    apr_table_unset(r->headers_out, CE_DETAIL);
    if (r->status != HTTP_NOT_MODIFIED) {
        apr_table_setn(r->headers_out, CE_DETAIL, text);
    }
}

/* ------------------------------------------------------------------ */
/* Each header                                                         */

static const char *trace_text(const report_t *report, const ce_name_t *name, int is_there)
{
    const ce_verdict_t *verdict = report->verdict;
    const char *text = ce_explain_header(report->p, report->explanation, name,
                                         verdict->untouched ? report->own : verdict->value);

    return is_there || ce_name_class(name) == CE_NAME_SAFELISTED || is_in_response(report, name)
               ? text
               : apr_pstrcat(report->p, text,
                             what_is(report, name) & IS_LATE ? ", added later"
                                                             : ", not in the response",
                             NULL);
}

/* Trace a header, once. For apr_table_do: returns whether there is room for another. One that the
 * response hasn't got has no value. */
static int trace_header(void *ctx, const char *text, const char *value)
{
    report_t *report = ctx;
    apr_uint32_t *slot;
    ce_name_t name;
    int is_name = ce_name_read(&name, text) && !text[name.len] && !ce_name_is_wildcard(&name);

    name.len = (apr_uint32_t)strlen(text);
    if (ce_names_find(&report->traced, &name, &slot, 1) || !slot) {
        return 1; /* done, or crowded out: a header that was chosen to collide */
    }
    if (report->traced.nmembers == TRACE_LINES) {
        ap_log_rerror(APLOG_MARK, APLOG_TRACE1, 0, report->r,
                      "and more headers: only the first %d are traced", TRACE_LINES);
        return 0;
    }
    ce_names_append(&report->traced, slot, &name, CE_EXPLICIT);
    ap_log_rerror(APLOG_MARK, APLOG_TRACE1, 0, report->r, "%s: %s",
                  shown(report->p, text, CE_SHOWN_MAX),
                  is_name ? trace_text(report, &name, value != NULL)
                          : "never listed, it is no header's name");
    return 1;
}

/* Each header of the response, and the names of the configuration */
static void trace_headers(report_t *report)
{
    int i, has_room;

    ce_names_init(&report->traced, report->p, report->p, TRACE_LINES);
    has_room = apr_table_do(trace_header, report, report->facts->err_headers_out, NULL)
               && apr_table_do(trace_header, report, report->facts->headers_out, NULL);
    for (i = 0; has_room && i < report->explanation->nedits; i++) {
        const ce_because_t *added = &report->explanation->edits[i];
        const ce_edit_t *edit = added->edit;

        has_room = !added->statement->container || edit->op != CE_ADD || edit->kind != CE_NAME
                   || trace_header(report,
                                   apr_pstrmemdup(report->p, edit->name.text, edit->name.len),
                                   NULL);
    }
}

void ce_report(request_rec *r, const ce_policy_t *policy, const ce_verdict_t *verdict,
               ce_facts_t *facts)
{
    report_t report = {.r = r, .p = r->pool, .policy = policy, .verdict = verdict, .facts = facts};

    report.own = facts->own ? apr_array_pstrcat(r->pool, facts->own, ',') : NULL;
    report.explanation = ce_explain_response(r->pool, policy, facts, verdict);
    note_all(&report);
    if (APLOGrdebug(r)) {
        log_line(&report);
    }
    if (APLOGrtrace1(r)) {
        trace_headers(&report);
    }
    if (policy->setting[CE_SETTING_DETAIL] > CE_DETAIL_OFF) {
        tell_detail(&report);
    }
}

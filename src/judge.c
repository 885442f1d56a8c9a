/* SPDX-License-Identifier: Apache-2.0 */

#include <string.h>
#include <strings.h>

#include "apr_hash.h"
#include "apr_strings.h"

#include "ce_facts.h"
#include "ce_judge.h"
#include "ce_words.h"

/* As much of a value is shown */
#define WORD_MAX 200

#define WARN(findings, at, ...)                                                                    \
    ce_findings_add(findings, CE_WARNING, (at)->filename, (at)->line_num, __VA_ARGS__)
#define NOTE(findings, at, ...)                                                                    \
    ce_findings_add(findings, CE_NOTE, (at)->filename, (at)->line_num, __VA_ARGS__)

int ce_judge_sets(const ce_header_t *header)
{
    static const char *const actions[] = {"set", "add", "append", "merge", "setifempty"};
    apr_size_t i;

    for (i = 0; i < sizeof(actions) / sizeof(*actions); i++) {
        if (!strcasecmp(header->action, actions[i])) {
            return 1;
        }
    }
    return 0;
}

static void judge_variables(ce_findings_t *findings, const ce_server_t *server)
{
    int i;

    for (i = 0; server->env_lines && i < server->env_lines->nelts; i++) {
        const ce_line_t *line = APR_ARRAY_IDX(server->env_lines, i, const ce_line_t *);
        const char *name = line->condition->env;
        const ap_directive_t *by = NULL;

        if (server->variables) {
            by = apr_hash_get(server->variables, name, APR_HASH_KEY_STRING);
        }
        if (!by && server->main && server->main->variables) {
            by = apr_hash_get(server->main->variables, name, APR_HASH_KEY_STRING);
        }
        if (by) {
            /* in a macro the file's name says where it is used: one fault isn't many */
            int is_near = !strcmp(line->file, by->filename);

            ce_findings_add(findings, CE_WARNING, line->file, line->line_number,
                            "ExposeHeaders: 'env=%s%s' hangs on the request's Origin: %s (%s%s%d) "
                            "sets %s from it (say " CE_WORDS_SAY_ORIGIN ")",
                            line->condition->env_negated ? "!" : "", name, by->directive,
                            is_near ? "line" : by->filename, is_near ? " " : ":", by->line_num,
                            name);
        }
    }
}

/* Whether a value is plain names, which ExposeHeaders takes as they are */
static int is_list(const char *value)
{
    ce_name_t element;
    ce_list_e what;
    int n = 0;

    while ((what = ce_list_next(&value, &element)) == CE_LIST_NAME) {
        n++;
    }
    return n > 0 && n < 20 && what == CE_LIST_END;
}

static void judge_list_line(ce_findings_t *findings, const ce_server_t *server,
                            const ce_list_line_t *line)
{
    const ce_header_t *header = &line->header;

    if (ce_judge_sets(header)) {
        if (line->holds || line->inside) {
            WARN(findings, line->node,
                 "Header: '%s " CE_EXPOSE_HEADERS "' beside ExposeHeaders is taken for the "
                 "response's own list%s (leave it out, and %s)",
                 header->action,
                 ce_list_has(header->value, "*") ? ", and its * exposes every header" : "",
                 is_list(header->value)
                     ? apr_pstrcat(findings->p, "say ExposeHeaders ", header->value, NULL)
                     : "move its names to ExposeHeaders");
        }
        return;
    }
    if (!line->holds
        || (strcasecmp(header->action, "unset") && strncasecmp(header->action, "edit", 4))) {
        return;
    }
    /* beside a backend it may be meant for the backend's list */
    if (line->own && ((server->does | (server->main ? server->main->does : 0)) & CE_DOES_RUN)) {
        NOTE(findings, line->node,
             "Header: '%s " CE_EXPOSE_HEADERS "' changes the response's own list "
             "alone, and nothing that ExposeHeaders exposes",
             header->action);
    }
    else {
        WARN(findings, line->node,
             "Header: '%s " CE_EXPOSE_HEADERS "' takes nothing away of what "
             "ExposeHeaders exposes (say ExposeHeaders None or -Name; for the response's own list "
             "ExposeHeadersBackend Replace)",
             header->action);
    }
}

static void note_nodes(ce_findings_t *findings, const apr_array_header_t *nodes, const char *text)
{
    int i;

    for (i = 0; nodes && i < nodes->nelts; i++) {
        NOTE(findings, APR_ARRAY_IDX(nodes, i, const ap_directive_t *), "Header: %s", text);
    }
}

static void note_line(ce_findings_t *findings, const ce_line_t *line, const char *text)
{
    ce_findings_add(findings, CE_NOTE, line->file, line->line_number, "ExposeHeaders: %s", text);
}

static void judge_notes(ce_findings_t *findings, const ce_server_t *server)
{
    unsigned does = server->does | (server->main ? server->main->does : 0);

    if (!server->first && !(server->main && server->main->first)) {
        return;
    }
    if (server->first && !(does & (CE_DOES_ALLOW | CE_DOES_RUN))) {
        note_line(findings, server->first,
                  "nothing sets " CE_ALLOW_ORIGIN ", without which no script can read a response "
                  "(Header always set " CE_ALLOW_ORIGIN " ...)");
    }
    if (!(does & CE_DOES_ALLOW_ALWAYS)) {
        note_nodes(findings, server->allowing,
                   CE_ALLOW_ORIGIN " without always is missing on errors: no script can read "
                                   "those (Header always set ...)");
    }
    if ((does & CE_DOES_EXPOSE_ALL) && !(does & CE_DOES_WRITE_OUT)) {
        note_nodes(findings, server->crediting,
                   CE_ALLOW_CREDENTIALS
                   " under a condition, beside a *: a browser may use a "
                   "stored * in a fetch with credentials, where it is no wildcard "
                   "(ExposeHeadersWildcard Expand)");
    }
    if (server->in_files && (does & CE_DOES_PROXY_ALL) && !(does & CE_DOES_EXCLUDE)) {
        note_line(findings, server->in_files,
                  "this container is for files, and all paths here are a backend's: they don't "
                  "see it (use <Location>)");
    }
}

void ce_judge(ce_findings_t *findings, const ce_server_t *server)
{
    int i;

    judge_variables(findings, server);
    for (i = 0; server->list_lines && i < server->list_lines->nelts; i++) {
        judge_list_line(findings, server, &APR_ARRAY_IDX(server->list_lines, i, ce_list_line_t));
    }
    if (findings->wants_notes) {
        judge_notes(findings, server);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */

#include "core/facts.h"
#include "explain/explain.h"
#include "explain/words.h"
#include "httpd/header_lines.h"

/* As many names of a list are sorted */
#define LIST_MAX 20

int ce_header_read(ce_header_t *header, apr_pool_t *p, const ap_directive_t *node)
{
    static const char *const setting[] = {"set", "add", "append", "merge", "setifempty", NULL};
    const char *args = node->args, *word;
    int nvalues;

    header->is_request = ce_is_named(node, "RequestHeader");
    if ((!header->is_request && !ce_is_named(node, "Header"))
        || !(ap_strcasestr(args, "Access-Control-") || ap_strcasestr(args, "Origin"))) {
        return 0;
    }
    word = ap_getword_conf(p, &args);
    header->always = !apr_cstr_casecmp(word, "always");
    header->action = header->always || !apr_cstr_casecmp(word, "onsuccess")
                         ? ap_getword_conf(p, &args)
                         : word;
    header->sets = ce_words_have(setting, header->action, strlen(header->action));
    word = ap_getword_conf(p, &args);
    header->name = apr_pstrndup(p, word, strcspn(word, ":")); /* as mod_headers takes it */
    header->value = header->condition = "";
    nvalues = header->sets ? 1 : ce_begins(header->action, "edit") ? 2 : 0;
    for (; *args; nvalues--) { /* a value may be "" */
        word = ap_getword_conf(p, &args);
        if (nvalues > 0) {
            header->value = word;
        }
        else {
            const char *quote = strchr(word, '"') ? "'" : "\"";

            header->condition = ce_begins(word, "expr=") ? apr_pstrcat(p, quote, word, quote, NULL)
                                                         : word;
        }
    }
    return ce_begins(header->name, "Access-Control-")
           || (header->is_request && !apr_cstr_casecmp(header->name, "Origin"));
}

/* ------------------------------------------------------------------ */
/* Header lines about the list                                         */

/* A condition of mod_headers, as one of ours */
static const char *condition_of(const ce_scope_t *scope, const ce_header_t *header)
{
    apr_hash_t *variables = scope->server->variables;
    const char *condition = header->condition, *name = condition + 4;
    int by_origin = ce_begins(condition, "env=")
                        ? apr_hash_get(variables, name + (*name == '!'), APR_HASH_KEY_STRING)
                              != NULL
                        : ce_words_read_origin(condition, variables);

    if (!apr_cstr_casecmp(condition, "early")) {
        condition = "";
    }
    return apr_pstrcat(scope->server->p,
                       !*condition ? ""
                       : by_origin ? " with origin= in the place of "
                                   : " ",
                       condition,
                       scope->origin_if ? " outside of the <If>, with origin= in its place" : "",
                       NULL);
}

/* Sort a list: names that ExposeHeaders is to have, and those that it would refuse or warn of.
 * What the container has already is in neither. Returns 0 if it is no list, or a long one. */
static int sort_list(const ce_scope_t *scope, const char *list, const char **names,
                     const char **without)
{
    apr_pool_t *p = scope->server->p;
    const ce_policy_t *none = ce_policy_create(p);
    const ce_explanation_t *own = ce_explain(p, scope->own ? &scope->own->policy : none);
    apr_table_t *said = apr_table_make(p, 4);
    ce_edit_t edit = {.op = CE_ADD, .kind = CE_NAME};
    ce_list_e what;
    int n = 0;

    while ((what = ce_list_next(&list, &edit.name)) == CE_LIST_NAME && n++ < LIST_MAX) {
        const char *right, *name;
        int is_wrong = ce_words_fault(&edit, p, &right) && !right, is_there;
        const ce_because_t *because;

        if (right) {
            ce_name_read(&edit.name, right);
        }
        name = ce_words_name(&edit.name, p);
        is_there = ce_explain_name(own, &edit.name, &because);
        if (is_wrong || ce_name_class(&edit.name) == CE_NAME_FORBIDDEN
            || (!is_there && because && because->statement->line->is_never)) {
            *without = apr_pstrcat(p, *without, **without ? ", " : "; without ", name, NULL);
        }
        else if ((!is_there || because->statement->line->condition) && !apr_table_get(said, name)) {
            apr_table_setn(said, name, "");
            *names = apr_pstrcat(p, *names, " ", name, NULL);
        }
    }
    return what == CE_LIST_END;
}

/* What to do with a line that sets the list */
static const char *cure_of_list(const ce_scope_t *scope, const ce_header_t *header)
{
    apr_pool_t *p = scope->server->p;
    int replaces = !apr_cstr_casecmp(header->action, "set") && !header->is_request
                   && (scope->server->does & CE_DOES_RUN);
    const char *names = "", *without = "";
    int star = ce_list_has(header->value, "*");

    if (!sort_list(scope, header->value, &names, &without)) {
        return apr_pstrcat(p, "leave it out, and move its names to ExposeHeaders",
                           condition_of(scope, header), NULL);
    }
    if (*names) {
        names = apr_pstrcat(p, star ? "; if that is meant, say" : ", and say", " ExposeHeaders",
                            names, condition_of(scope, header),
                            header->always || header->is_request ? ""
                                                                 : ", which holds on errors, too",
                            NULL);
    }
    return apr_pstrcat(p, "leave it out", names, without,
                       *without ? ", which would be refused, or do nothing" : "",
                       replaces ? "; and ExposeHeadersBackend Replace, if it is to take the place "
                                  "of a backend's list"
                                : "",
                       NULL);
}

static int exposes_here_or_inside(const ce_scope_t *scope)
{
    return scope->when != CE_WHEN_OFF && (scope->exposes || (scope->inside & CE_INSIDE_EXPOSES));
}

static void say_list(ce_scope_t *scope, const ap_directive_t *node, const ce_header_t *header)
{
    if (exposes_here_or_inside(scope)
        /* that is for a backend's answers without a list */
        && !(!apr_cstr_casecmp(header->action, "setifempty")
             && (scope->server->does & CE_DOES_RUN))) {
        CE_SAY(scope, CE_WARNING, node,
               "Header: '%s " CE_EXPOSE_HEADERS
               "' beside ExposeHeaders is taken for the response's "
               "own list%s (%s%s)",
               header->action,
               ce_list_has(header->value, "*") ? ", and its * exposes every header" : "",
               scope->replaces ? "leave it out: ExposeHeadersBackend Replace drops that"
                               : cure_of_list(scope, header),
               scope->inside & CE_INSIDE_OFF
                   ? "; put it into the containers inside that say ExposeHeadersWhen Off"
                   : "");
    }
}

static void say_taking(ce_scope_t *scope, const ap_directive_t *node, const ce_header_t *header)
{
    int is_edit = ce_begins(header->action, "edit");

    if (!scope->exposes || scope->when == CE_WHEN_OFF
        || (!is_edit && !ce_begins(header->action, "unset"))
        || (ce_adds(scope->own) && (scope->server->does & CE_DOES_RUN))) {
        return; /* or it may be meant for a backend's list */
    }
    CE_SAY(scope, CE_WARNING, node,
           "Header: '%s " CE_EXPOSE_HEADERS
           "' takes nothing away of what ExposeHeaders exposes (say "
           "ExposeHeaders %s%s, or leave it out; for the response's own list ExposeHeadersBackend "
           "Replace)",
           header->action, is_edit ? "-Name" : "None", condition_of(scope, header));
}

/* ------------------------------------------------------------------ */
/* The other headers of CORS                                           */

static void say_request(ce_scope_t *scope, const ap_directive_t *node, const ce_header_t *header)
{
    int is_list = !apr_cstr_casecmp(header->name, CE_EXPOSE_HEADERS);

    if (!apr_cstr_casecmp(header->name, "Origin")) {
        if ((scope->server->does & CE_DOES_CACHE) && exposes_here_or_inside(scope)
            && scope->when != CE_WHEN_ALWAYS) {
            CE_SAY(scope, CE_WARNING, node,
                   "RequestHeader: '%s Origin' where mod_cache stores: a script can get a copy "
                   "without a list, stored for a request without Origin (leave it out, or say "
                   "ExposeHeadersWhen Always)",
                   header->action);
        }
    }
    else if (header->sets && (is_list || ce_begins(header->name, "Access-Control-Allow-"))) {
        CE_SAY(scope, CE_WARNING, node,
               "RequestHeader: '%s %s' sets a header of the request, which no browser sees (%s)",
               header->action, header->name,
               is_list ? cure_of_list(scope, header)
                       : "leave it out, and say Header, if nothing else sets it in the response");
    }
}

static void say_errors(ce_scope_t *scope, const ap_directive_t *node, const ce_header_t *header)
{
    unsigned does = scope->server->does;
    int runs = (does & CE_DOES_RUN) != 0;

    if ((does & (CE_DOES_EXPOSE | CE_DOES_ALLOW_ALWAYS | CE_DOES_CACHE)) == CE_DOES_EXPOSE
        && (!runs || apr_cstr_casecmp(header->action, "setifempty"))) {
        CE_SAY(scope, CE_NOTE, node,
               "Header: " CE_ALLOW_ORIGIN
               " without always is missing on the errors that httpd makes "
               "itself (say %s%s%s%sHeader always set " CE_ALLOW_ORIGIN " ...)",
               runs ? "Header onsuccess unset " CE_ALLOW_ORIGIN : "",
               runs && *header->condition ? " " : "", runs ? header->condition : "",
               runs ? ", and then " : "");
    }
}

static void count_lines(ce_scope_t *scope, const ap_directive_t *node, const ce_header_t *header)
{
    ce_allowed_t *allowed = &scope->allowed;
    int *lines = &allowed->lines[header->always];

    if (*header->condition || (!header->sets && !ce_begins(header->action, "unset"))) {
        allowed->varies = 1;
        *lines = header->sets ? *lines : 0; /* it may be */
        return;
    }
    if (!header->sets) {
        *lines = 0;
        return;
    }
    *lines = !apr_cstr_casecmp(header->action, "set") || !*lines ? 1
             : apr_cstr_casecmp(header->action, "setifempty")    ? *lines + 1
                                                                 : *lines;
    allowed->last = node;
    allowed->is_any = !strcmp(header->value, "*");
}

static void say_credentials(ce_scope_t *scope, const ap_directive_t *node,
                            const ce_header_t *header)
{
    if (!header->sets || strchr(header->value, '%') || ce_begins(header->value, "expr=")) {
        return;
    }
    if (strcmp(header->value, "true")) {
        CE_SAY(scope, CE_WARNING, node,
               "Header: '%s' for " CE_ALLOW_CREDENTIALS
               " is nothing to a browser, which knows true "
               "alone (say true, or leave it out)",
               header->value);
    }
    if (!*header->condition && !apr_cstr_casecmp(header->value, "true")) {
        scope->allowed.credentials = node;
    }
}

/* What all lines of a container come to */
void ce_header_say_all(ce_scope_t *scope)
{
    const ce_allowed_t *allowed = &scope->allowed;

    if (allowed->lines[0] + allowed->lines[1] > 1) {
        CE_SAY(scope, CE_WARNING, allowed->last,
               "Header: " CE_ALLOW_ORIGIN
               " is sent twice, and no script reads such a response (%s)",
               allowed->lines[0] && allowed->lines[1]
                   ? "in the place of the line without always say Header onsuccess "
                     "unset " CE_ALLOW_ORIGIN
                   : "leave one out");
    }
    if (allowed->credentials && allowed->is_any && !allowed->varies
        && allowed->lines[0] + allowed->lines[1]) {
        CE_SAY(scope, CE_WARNING, allowed->credentials,
               "Header: " CE_ALLOW_CREDENTIALS " beside " CE_ALLOW_ORIGIN
               " \"*\": with credentials no "
               "script reads that (leave " CE_ALLOW_CREDENTIALS " out, or send the origin of each "
               "script that may have them in the place of *)");
    }
}

void ce_header_say(ce_scope_t *scope, const ap_directive_t *node)
{
    ce_header_t header;

    if (!ce_header_read(&header, scope->server->p, node)) {
        return;
    }
    if (header.is_request) {
        say_request(scope, node, &header);
    }
    else if (!apr_cstr_casecmp(header.name, CE_EXPOSE_HEADERS) && !scope->in_preflight
             && !ap_strcasestr(header.condition, "OPTIONS")) {
        (header.sets ? say_list : say_taking)(scope, node, &header);
    }
    else if (!apr_cstr_casecmp(header.name, CE_ALLOW_ORIGIN)) {
        if (header.sets) {
            say_errors(scope, node, &header);
        }
        count_lines(scope, node, &header);
    }
    else if (!apr_cstr_casecmp(header.name, CE_ALLOW_CREDENTIALS)) {
        say_credentials(scope, node, &header);
    }
}

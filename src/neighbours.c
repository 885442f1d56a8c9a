/* SPDX-License-Identifier: Apache-2.0 */

/* The tree is walked once, from the top down: a node's parent isn't always
 * set. What is inside <IfModule> and its like, in included files and in macros
 * stands in the tree where it is used. */

#include <string.h>
#include <strings.h>

#include "apr_hash.h"
#include "apr_strings.h"

#include "ce_facts.h"
#include "ce_line.h"
#include "ce_neighbours.h"
#include "ce_words.h"

/* As much of an expression is shown */
#define WORD_MAX 200

/* ------------------------------------------------------------------ */
/* What is gathered                                                    */

/* What a server's directives do, as bits */
enum {
    ALLOWS = 1,        /* Access-Control-Allow-Origin is set */
    ALLOWS_ALWAYS = 2, /* on errors too */
    RUNS = 4, /* something may set headers that can't be seen: a backend, a script, .htaccess */
    PROXIES_ALL = 8,  /* all paths are a backend's */
    EXCLUDES = 16,    /* but some */
    EXPOSES_ALL = 32, /* an ExposeHeaders * */
    WRITES_OUT = 64,  /* which is written out, or not all */
    IS_MAIN = 128
};

/* A Header line about Access-Control-Expose-Headers */
typedef struct list_line_t {
    const ap_directive_t *node;
    int holds;     /* ExposeHeaders exposes something where the line stands, ... */
    int own;       /* ... and stands in the same container, ... */
    int inside;    /* ... or it exposes something in a container inside */
    int in_server; /* the line stands in no container */
} list_line_t;

typedef struct server_t {
    const struct server_t *main; /* or NULL */
    unsigned does;
    const ce_line_t *first;         /* that exposes something, or NULL */
    const ap_directive_t *reported; /* the last <If> that was warned of */
    apr_hash_t *origin_variables;   /* name to ap_directive_t: set from Origin; NULL: none */
    apr_array_header_t *env_lines;  /* of const ce_line_t *: those with env= */
    apr_array_header_t *list_lines; /* of list_line_t */
    apr_array_header_t
        *allowing; /* of ap_directive_t *: those that set Access-Control-Allow-Origin */
    apr_array_header_t
        *crediting; /* likewise: Access-Control-Allow-Credentials, under a condition */
    const ce_line_t *in_directory; /* the first line in a container of files, or NULL */
} server_t;

/* The containers on the way to a directive */
typedef struct context_t {
    server_t *server;
    const ap_directive_t *origin_if; /* one that tests Origin, or NULL */
    int in_if;
    int in_files;  /* <Directory>, <Files> */
    int in_root;   /* <Location "/">, or the server itself */
    int exposes;   /* an ExposeHeaders that exposes something is in force, if it isn't off */
    int is_off;    /* ExposeHeadersWhen Off */
    int own;       /* one of them stands in this container */
    int is_server; /* that is no container, but the server itself */
} context_t;

typedef struct walk_t {
    ce_findings_t *findings;
    apr_pool_t *p;
} walk_t;

/* Most are told apart by their first letter */
static inline int is_named(const ap_directive_t *node, const char *name)
{
    return (*node->directive | 0x20) == (*name | 0x20) && !strcasecmp(node->directive, name);
}

static inline int begins(const char *text, const char *with)
{
    return (*text | 0x20) == (*with | 0x20) && !strncasecmp(text, with, strlen(with));
}

static const char *word(const walk_t *walk, const char **args)
{
    return ap_getword_conf(walk->p, args);
}

static void push(const walk_t *walk, apr_array_header_t **array, const void *element)
{
    if (!*array) {
        *array = apr_array_make(walk->p, 4, sizeof(const void *));
    }
    APR_ARRAY_PUSH(*array, const void *) = element;
}

#define WARN(walk, at, ...)                                                                        \
    ce_findings_add((walk)->findings, CE_WARNING, (at)->filename, (at)->line_num, __VA_ARGS__)
#define NOTE(walk, at, ...)                                                                        \
    ce_findings_add((walk)->findings, CE_NOTE, (at)->filename, (at)->line_num, __VA_ARGS__)

/* ------------------------------------------------------------------ */
/* Directives of this module                                           */

static void see_line(const walk_t *walk, context_t *context, const ce_line_t *line)
{
    server_t *server = context->server;
    int i;

    if (line->condition && line->condition->env) {
        push(walk, &server->env_lines, line);
    }
    for (i = 0; i < line->nedits; i++) {
        const ce_edit_t *edit = &line->edits[i];

        if (edit->op == CE_ADD) {
            context->exposes = context->own = 1;
            server->first = server->first ? server->first : line;
            if (context->in_files && !server->in_directory) {
                server->in_directory = line;
            }
            server->does |= edit->kind == CE_WILDCARD ? EXPOSES_ALL : 0;
        }
        else if (edit->op == CE_REMOVE) {
            server->does |= WRITES_OUT;
        }
        else if (!line->condition) {
            context->exposes = context->own = 0;
        }
    }
}

static void see_own(const walk_t *walk, context_t *context, const ap_directive_t *node)
{
    server_t *server = context->server;
    const char *args = node->args;

    if (is_named(node, "ExposeHeaders") && node->data) {
        see_line(walk, context, node->data);
    }
    else if (is_named(node, "ExposeHeadersWhen")) {
        context->is_off = !strcasecmp(word(walk, &args), "Off");
    }
    else if (is_named(node, "ExposeHeadersNever")) {
        server->does |= WRITES_OUT;
        return;
    }
    else if (is_named(node, "ExposeHeadersWildcard")) {
        server->does |= !strcasecmp(word(walk, &args), "Expand") ? WRITES_OUT : 0;
    }
    if (context->origin_if && context->origin_if != server->reported) {
        server->reported = context->origin_if;
        WARN(walk, node,
             "%s: stands in %s %.*s, which tests the request's Origin (say " CE_WORDS_SAY_ORIGIN
             ")",
             node->directive, context->origin_if->directive, WORD_MAX, context->origin_if->args);
    }
}

/* ------------------------------------------------------------------ */
/* Directives of others                                                */

static void see_setenvif(const walk_t *walk, server_t *server, const ap_directive_t *node)
{
    const char *args = node->args, *variable;
    const char *tested = word(walk, &args);

    if (is_named(node, "SetEnvIfExpr")) {
        if (!ce_words_read_origin(tested)) {
            return;
        }
    }
    else if (strcasecmp(tested, "Origin")) {
        return;
    }
    else {
        word(walk, &args);
    }
    while (*(variable = word(walk, &args))) {
        if (!server->origin_variables) {
            server->origin_variables = apr_hash_make(walk->p);
        }
        variable = apr_pstrndup(walk->p, variable + (*variable == '!'), strcspn(variable, "="));
        apr_hash_set(server->origin_variables, variable, APR_HASH_KEY_STRING, node);
    }
}

typedef struct header_t {
    int always;
    const char *action;
    const char *name;
    const char *value;
    int has_condition;
} header_t;

static void read_header(const walk_t *walk, header_t *header, const char *args)
{
    const char *last;

    header->action = word(walk, &args);
    header->always = !strcasecmp(header->action, "always");
    if (header->always || !strcasecmp(header->action, "onsuccess")) {
        header->action = word(walk, &args);
    }
    header->name = word(walk, &args);
    header->value = word(walk, &args);
    header->has_condition = 0;
    while (*(last = word(walk, &args))) {
        header->has_condition = begins(last, "env=") || begins(last, "expr=");
    }
}

static int is_header(const char *name, const char *wanted)
{
    apr_size_t len = strlen(wanted);

    /* mod_headers takes a colon at the end off */
    return begins(name, wanted) && (!name[len] || !strcmp(name + len, ":"));
}

static int sets(const header_t *header)
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

static void see_header(const walk_t *walk, const context_t *context, const ap_directive_t *node)
{
    server_t *server = context->server;
    header_t header;

    read_header(walk, &header, node->args);
    if (!sets(&header)) {
        return;
    }
    if (is_header(header.name, CE_ALLOW_ORIGIN)) {
        server->does |= header.always ? ALLOWS | ALLOWS_ALWAYS : ALLOWS;
        push(walk, &server->allowing, node);
    }
    else if (is_header(header.name, CE_ALLOW_CREDENTIALS)
             && (header.has_condition || context->in_if)) {
        push(walk, &server->crediting, node);
    }
}

/* Where a response's headers may come from that the configuration doesn't show */
static unsigned source_of(const walk_t *walk, const context_t *context, const ap_directive_t *node)
{
    static const char *const sources[] = {
        "ProxyPassMatch",   "SetHandler",        "AddHandler", "Action",    "Script", "ScriptAlias",
        "ScriptAliasMatch", "AllowOverrideList", "Dav",        "MetaFiles", NULL};
    static const char *const families[] = {"WSGI",    "Passenger", "Perl", "Lua",   "Fcgid",
                                           "FastCgi", "Jk",        "php",  "uWSGI", NULL};
    const char *args = node->args;
    const char *path, *target;
    const char *const *name;

    if (is_named(node, "ProxyPass")) {
        path = word(walk, &args);
        target = word(walk, &args);
        if (!strcmp(target, "!") || !strcmp(path, "!")) {
            return EXCLUDES;
        }
        /* in a <Location> the path isn't said again */
        return RUNS | (context->in_root && (*path != '/' || !path[1]) ? PROXIES_ALL : 0);
    }
    if (is_named(node, "Alias") || is_named(node, "AliasMatch")) {
        return EXCLUDES;
    }
    if (is_named(node, "RewriteRule") || is_named(node, "AddType")
        || is_named(node, "AllowOverride")) {
        return !strcasecmp(node->args, "None") ? 0 : RUNS;
    }
    for (name = sources; *name; name++) {
        if (is_named(node, *name)) {
            return RUNS;
        }
    }
    for (name = families; *name; name++) {
        if (begins(node->directive, *name)) {
            return RUNS;
        }
    }
    return 0;
}

/* Returns 1 for a Header line about the list, which is judged when all is known */
static int see_other(const walk_t *walk, const context_t *context, const ap_directive_t *node)
{
    if (begins(node->directive, "SetEnvIf")) {
        see_setenvif(walk, context->server, node);
    }
    else if (is_named(node, "Header")) {
        if (ap_strcasestr(node->args, CE_EXPOSE_HEADERS)) {
            return 1;
        }
        if (walk->findings->wants_notes && ap_strcasestr(node->args, "Access-Control-Allow-")) {
            see_header(walk, context, node);
        }
    }
    context->server->does |= source_of(walk, context, node);
    return 0;
}

/* ------------------------------------------------------------------ */
/* The walk                                                            */

static int walk_nodes(const walk_t *walk, const ap_directive_t *nodes, context_t *context);

static void keep_list_line(const walk_t *walk, const context_t *context, int inside,
                           const ap_directive_t *node)
{
    server_t *server = context->server;
    list_line_t *line;

    if (!server->list_lines) {
        server->list_lines = apr_array_make(walk->p, 4, sizeof(list_line_t));
    }
    line = apr_array_push(server->list_lines);
    line->node = node;
    line->holds = context->exposes && !context->is_off;
    line->own = context->own;
    line->inside = inside;
    line->in_server = context->is_server;
}

/* Steps into a container; returns whether something is exposed there */
static int walk_container(const walk_t *walk, const ap_directive_t *node, const context_t *outer,
                          const ap_directive_t **origin_if)
{
    context_t context = *outer;
    const char *args = node->args;

    /* <ElseIf> and <Else> hang on the conditions of those before them */
    if (is_named(node, "<If")) {
        *origin_if = NULL;
    }
    if (is_named(node, "<If") || is_named(node, "<ElseIf")) {
        *origin_if = ce_words_read_origin(args) ? node : *origin_if;
    }
    if (begins(node->directive, "<If") || begins(node->directive, "<Else")) {
        context.in_if = 1;
        context.origin_if = *origin_if ? *origin_if : outer->origin_if;
    }
    context.own = context.is_server = 0;
    context.in_files |= begins(node->directive, "<Directory") || begins(node->directive, "<Files");
    context.in_root = is_named(node, "<Location") && begins(args + (*args == '"'), "/")
                      && !args[1 + (*args == '"') + strspn(args + 1 + (*args == '"'), "\">")];
    return walk_nodes(walk, node->first_child, &context);
}

/* All nodes of a container, but for virtual hosts; returns whether something is
 * exposed in it, or in one inside */
static int walk_nodes(const walk_t *walk, const ap_directive_t *nodes, context_t *context)
{
    const ap_directive_t *node, *origin_if = NULL;
    int inside = 0, nlists = 0;

    for (node = nodes; node; node = node->next) {
        if (begins(node->directive, "ExposeHeaders")) {
            see_own(walk, context, node);
        }
    }
    for (node = nodes; node; node = node->next) {
        if (node->first_child) {
            if (!is_named(node, "<VirtualHost")) {
                inside |= walk_container(walk, node, context, &origin_if);
            }
        }
        else if ((*node->directive | 0x20) != 'e') {
            nlists += see_other(walk, context, node);
        }
    }
    for (node = nlists ? nodes : NULL; node; node = node->next) {
        if (is_named(node, "Header") && ap_strcasestr(node->args, CE_EXPOSE_HEADERS)) {
            keep_list_line(walk, context, inside, node);
        }
    }
    return inside || (context->own && !context->is_off);
}

/* ------------------------------------------------------------------ */
/* Judgements on a server, when all of it is known                     */

static void judge_variables(const walk_t *walk, const server_t *server)
{
    int i;

    for (i = 0; server->env_lines && i < server->env_lines->nelts; i++) {
        const ce_line_t *line = APR_ARRAY_IDX(server->env_lines, i, const ce_line_t *);
        const char *name = line->condition->env;
        const ap_directive_t *by = NULL;

        if (server->origin_variables) {
            by = apr_hash_get(server->origin_variables, name, APR_HASH_KEY_STRING);
        }
        if (!by && server->main && server->main->origin_variables) {
            by = apr_hash_get(server->main->origin_variables, name, APR_HASH_KEY_STRING);
        }
        if (by) {
            ce_findings_add(walk->findings, CE_WARNING, line->file, line->line_number,
                            "ExposeHeaders: 'env=%s%s' hangs on the request's Origin: %s (%s:%d) "
                            "sets %s from it (say " CE_WORDS_SAY_ORIGIN ")",
                            line->condition->env_negated ? "!" : "", name, by->directive,
                            by->filename, by->line_num, name);
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

static void judge_list_line(const walk_t *walk, const server_t *server, const list_line_t *line)
{
    header_t header;

    read_header(walk, &header, line->node->args);
    if (!is_header(header.name, CE_EXPOSE_HEADERS)) {
        return;
    }
    if (sets(&header)) {
        if (line->holds || line->inside) {
            WARN(walk, line->node,
                 "Header: '%s " CE_EXPOSE_HEADERS "' beside ExposeHeaders is taken for the "
                 "response's own list%s (leave it out, and %s)",
                 header.action,
                 ce_list_has(header.value, "*") ? ", and its * exposes every header" : "",
                 is_list(header.value)
                     ? apr_pstrcat(walk->p, "say ExposeHeaders ", header.value, NULL)
                     : "move its names to ExposeHeaders");
        }
        return;
    }
    if (!line->holds || (!begins(header.action, "unset") && !begins(header.action, "edit"))) {
        return;
    }
    /* beside a backend it may be meant for the backend's list */
    if (line->own && ((server->does | (server->main ? server->main->does : 0)) & RUNS)) {
        NOTE(walk, line->node,
             "Header: '%s " CE_EXPOSE_HEADERS "' changes the response's own list "
             "alone, and nothing that ExposeHeaders exposes",
             header.action);
    }
    else {
        WARN(walk, line->node,
             "Header: '%s " CE_EXPOSE_HEADERS "' takes nothing away of what "
             "ExposeHeaders exposes (say ExposeHeaders None or -Name; for the response's own list "
             "ExposeHeadersBackend Replace)",
             header.action);
    }
}

static void note_nodes(const walk_t *walk, const apr_array_header_t *nodes, const char *text)
{
    int i;

    for (i = 0; nodes && i < nodes->nelts; i++) {
        NOTE(walk, APR_ARRAY_IDX(nodes, i, const ap_directive_t *), "Header: %s", text);
    }
}

static void note_line(const walk_t *walk, const ce_line_t *line, const char *text)
{
    ce_findings_add(walk->findings, CE_NOTE, line->file, line->line_number, "ExposeHeaders: %s",
                    text);
}

static void judge_notes(const walk_t *walk, const server_t *server)
{
    unsigned does = server->does | (server->main ? server->main->does : 0);

    if (!server->first && !(server->main && server->main->first)) {
        return;
    }
    if (server->first && !(does & (ALLOWS | RUNS))) {
        note_line(walk, server->first,
                  "nothing sets " CE_ALLOW_ORIGIN ", without which no script can read a response "
                  "(Header always set " CE_ALLOW_ORIGIN " ...)");
    }
    if (!(does & ALLOWS_ALWAYS)) {
        note_nodes(walk, server->allowing,
                   CE_ALLOW_ORIGIN " without always is missing on errors: no script can read "
                                   "those (Header always set ...)");
    }
    if ((does & EXPOSES_ALL) && !(does & WRITES_OUT)) {
        note_nodes(walk, server->crediting,
                   CE_ALLOW_CREDENTIALS
                   " under a condition, beside a *: a browser may use a "
                   "stored * in a fetch with credentials, where it is no wildcard "
                   "(ExposeHeadersWildcard Expand)");
    }
    if (server->in_directory && (does & PROXIES_ALL) && !(does & EXCLUDES)) {
        note_line(walk, server->in_directory,
                  "this container is for files, and all paths here are a backend's: they don't "
                  "see it (use <Location>)");
    }
}

static void judge(const walk_t *walk, const server_t *server)
{
    int i;

    judge_variables(walk, server);
    for (i = 0; server->list_lines && i < server->list_lines->nelts; i++) {
        judge_list_line(walk, server, &APR_ARRAY_IDX(server->list_lines, i, list_line_t));
    }
    if (walk->findings->wants_notes) {
        judge_notes(walk, server);
    }
}

/* Whether there is anything to warn of, as far as single directives show it.
 * Most configurations have nothing, and large ones are many directives. */
static int is_remarkable(const ap_directive_t *node)
{
    for (; node; node = node->next) {
        switch (*node->directive) {
        case '<':
            if (((node->directive[1] | 0x20) == 'i' && ce_words_read_origin(node->args))
                || ((node->directive[1] | 0x20) == 'e' && ce_words_read_origin(node->args))
                || is_remarkable(node->first_child)) {
                return 1;
            }
            break;
        case 'H':
        case 'h':
            if (ap_strcasestr(node->args, CE_EXPOSE_HEADERS)) {
                return 1;
            }
            break;
        case 'S':
        case 's':
            if (begins(node->directive, "SetEnvIf") && ap_strcasestr(node->args, "Origin")) {
                return 1;
            }
            break;
        default:
            break;
        }
    }
    return 0;
}

/* A virtual host has the main server's directives too, and stands inside of it */
void ce_neighbours_review(ce_findings_t *findings, const ap_directive_t *tree, apr_pool_t *scratch)
{
    walk_t walk = {findings, scratch};
    server_t main_server = {.main = NULL};
    context_t main_context = {.server = &main_server, .in_root = 1, .is_server = 1};
    const ap_directive_t *node;
    unsigned inside_does = 0;
    int i, inside = 0;

    if (!findings->wants_notes && !is_remarkable(tree)) {
        return;
    }
    walk_nodes(&walk, tree, &main_context);
    apr_pool_create(&walk.p, scratch);
    for (node = tree; node; node = node->next) {
        if (is_named(node, "<VirtualHost")) {
            server_t server = {.main = &main_server};
            context_t context = main_context;

            context.server = &server;
            context.own = 0;
            inside |= walk_nodes(&walk, node->first_child, &context);
            judge(&walk, &server);
            inside_does |= server.does & (ALLOWS | ALLOWS_ALWAYS | RUNS);
            apr_pool_clear(walk.p);
        }
    }
    walk.p = scratch;
    main_server.does |= inside_does;
    for (i = 0; main_server.list_lines && i < main_server.list_lines->nelts; i++) {
        list_line_t *line = &APR_ARRAY_IDX(main_server.list_lines, i, list_line_t);

        line->inside |= inside && line->in_server;
    }
    judge(&walk, &main_server);
}

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
#include "ce_judge.h"
#include "ce_neighbours.h"
#include "ce_node.h"
#include "ce_words.h"

/* As much of an expression is shown */
#define WORD_MAX 200

/* ------------------------------------------------------------------ */
/* What is gathered                                                    */

typedef struct walk_t {
    ce_findings_t *findings;
    apr_pool_t *p;
} walk_t;

/* The containers on the way to a directive */
typedef struct context_t {
    ce_server_t *server;
    const ap_directive_t *origin_if; /* one that tests Origin, or NULL */
    int in_if;
    int in_files;  /* <Directory>, <Files> */
    int in_root;   /* <Location "/">, or the server itself */
    int exposes;   /* an ExposeHeaders that exposes something is in force, if it isn't off */
    int is_off;    /* ExposeHeadersWhen Off */
    int own;       /* one of them stands in this container */
    int is_server; /* that is no container, but the server itself */
} context_t;

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

/* ------------------------------------------------------------------ */
/* Directives of this module                                           */

static void see_line(const walk_t *walk, context_t *context, const ce_line_t *line)
{
    ce_server_t *server = context->server;
    int i;

    if (line->condition && line->condition->env) {
        push(walk, &server->env_lines, line);
    }
    for (i = 0; i < line->nedits; i++) {
        const ce_edit_t *edit = &line->edits[i];

        if (edit->op == CE_ADD) {
            context->exposes = context->own = 1;
            server->first = server->first ? server->first : line;
            if (context->in_files && !server->in_files) {
                server->in_files = line;
            }
            server->does |= edit->kind == CE_WILDCARD ? CE_DOES_EXPOSE_ALL : 0;
        }
        else if (edit->op == CE_REMOVE) {
            server->does |= CE_DOES_WRITE_OUT;
        }
        else if (!line->condition) {
            context->exposes = context->own = 0;
        }
    }
}

static void see_own(const walk_t *walk, context_t *context, const ap_directive_t *node)
{
    ce_server_t *server = context->server;
    const ce_node_t *own = ce_node_of(node);
    const char *args = node->args;

    if (own && own->line) {
        see_line(walk, context, own->line);
    }
    else if (is_named(node, "ExposeHeadersWhen")) {
        context->is_off = !strcasecmp(word(walk, &args), "Off");
    }
    else if (is_named(node, "ExposeHeadersNever")) {
        server->does |= CE_DOES_WRITE_OUT;
        return;
    }
    else if (is_named(node, "ExposeHeadersWildcard")) {
        server->does |= !strcasecmp(word(walk, &args), "Expand") ? CE_DOES_WRITE_OUT : 0;
    }
    if (context->origin_if && context->origin_if != server->reported) {
        server->reported = context->origin_if;
        ce_findings_add(
            walk->findings, CE_WARNING, node->filename, node->line_num,
            "%s: stands in %s %.*s, which tests the request's Origin (say " CE_WORDS_SAY_ORIGIN ")",
            node->directive, context->origin_if->directive, WORD_MAX, context->origin_if->args);
    }
}

/* ------------------------------------------------------------------ */
/* Directives of others                                                */

static void see_setenvif(const walk_t *walk, ce_server_t *server, const ap_directive_t *node)
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
        if (!server->variables) {
            server->variables = apr_hash_make(walk->p);
        }
        variable += *variable == '!';
        variable = apr_pstrndup(walk->p, variable, strcspn(variable, "="));
        apr_hash_set(server->variables, variable, APR_HASH_KEY_STRING, node);
    }
}

static void read_header(const walk_t *walk, ce_header_t *header, const char *args)
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

static void see_header(const walk_t *walk, const context_t *context, const ap_directive_t *node)
{
    ce_server_t *server = context->server;
    ce_header_t header;

    read_header(walk, &header, node->args);
    if (!ce_judge_sets(&header)) {
        return;
    }
    if (is_header(header.name, CE_ALLOW_ORIGIN)) {
        server->does |= header.always ? CE_DOES_ALLOW | CE_DOES_ALLOW_ALWAYS : CE_DOES_ALLOW;
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
            return CE_DOES_EXCLUDE;
        }
        /* in a <Location> the path isn't said again */
        return CE_DOES_RUN
               | (context->in_root && (*path != '/' || !path[1]) ? CE_DOES_PROXY_ALL : 0);
    }
    if (is_named(node, "Alias") || is_named(node, "AliasMatch")) {
        return CE_DOES_EXCLUDE;
    }
    if (is_named(node, "RewriteRule") || is_named(node, "AddType")
        || is_named(node, "AllowOverride")) {
        return !strcasecmp(node->args, "None") ? 0 : CE_DOES_RUN;
    }
    for (name = sources; *name; name++) {
        if (is_named(node, *name)) {
            return CE_DOES_RUN;
        }
    }
    for (name = families; *name; name++) {
        if (begins(node->directive, *name)) {
            return CE_DOES_RUN;
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
    ce_server_t *server = context->server;
    ce_list_line_t line = {.node = node, .own = context->own, .inside = inside};

    read_header(walk, &line.header, node->args);
    if (!is_header(line.header.name, CE_EXPOSE_HEADERS)) {
        return;
    }
    line.holds = context->exposes && !context->is_off;
    line.in_server = context->is_server;
    if (!server->list_lines) {
        server->list_lines = apr_array_make(walk->p, 4, sizeof(ce_list_line_t));
    }
    APR_ARRAY_PUSH(server->list_lines, ce_list_line_t) = line;
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
/* All of it                                                           */

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
    ce_server_t main_server = {.main = NULL};
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
            ce_server_t server = {.main = &main_server};
            context_t context = main_context;

            context.server = &server;
            context.own = 0;
            inside |= walk_nodes(&walk, node->first_child, &context);
            ce_judge(findings, &server);
            inside_does |= server.does & (CE_DOES_ALLOW | CE_DOES_ALLOW_ALWAYS | CE_DOES_RUN);
            apr_pool_clear(walk.p);
        }
    }
    walk.p = scratch;
    main_server.does |= inside_does;
    for (i = 0; main_server.list_lines && i < main_server.list_lines->nelts; i++) {
        ce_list_line_t *line = &APR_ARRAY_IDX(main_server.list_lines, i, ce_list_line_t);

        line->inside |= inside && line->in_server;
    }
    ce_judge(findings, &main_server);
}

/* SPDX-License-Identifier: Apache-2.0 */

/* Each topic walks through all directives of a server, for what it says may
 * hang on the last one; the first walk gathers what they do. A walk goes from
 * the top down, since a node's parent isn't always set. What is inside
 * <IfModule> and its like, in included files and in macros stands in the tree
 * where it is used. */

#include <string.h>

#include "core/facts.h"
#include "apr_cstr.h"

#include "httpd/module.h"
#include "httpd/neighbours.h"
#include "explain/words.h"

/* What a server's directives do, as bits */
enum {
    ALLOWS = 1,        /* Access-Control-Allow-Origin is set */
    ALLOWS_ALWAYS = 2, /* on errors, too */
    RUNS = 4,          /* a backend, a script, .htaccess files: may set what can't be seen */
    PROXIES_ALL = 8,   /* all paths are a backend's */
    EXCLUDES = 16,     /* all but some */
    EXPOSES = 32,      /* an ExposeHeaders exposes something */
    EXPOSES_ALL = 64,  /* it says * */
    WRITES_OUT = 128   /* which is written out, or isn't for all */
};

typedef struct server_t {
    ce_findings_t *findings;
    apr_pool_t *p;
    unsigned does;         /* and what the main server does, whose directives hold here too */
    unsigned hosts_do;     /* of the main server: what virtual hosts do that matters to it */
    apr_hash_t *variables; /* set from Origin: name to const ap_directive_t * */
    const void *said;      /* what this walk has spoken of last, or NULL */
} server_t;

/* The containers on the way to a directive */
typedef struct context_t {
    server_t *server;
    const ap_directive_t *origin_if; /* one that tests Origin, or NULL */
    const ap_directive_t *last_if;   /* likewise, of the <If>, <ElseIf> and <Else> inside so far */
    int in_if;
    int in_files; /* <Directory>, <Files> */
    int in_root;  /* <Location "/">, or the server itself */
    int exposes;  /* an ExposeHeaders that exposes something is in force, if it isn't off; ... */
    int own;      /* ... one of them stands in this container, ... */
    int inside;   /* ... or is in force in one inside */
    int is_off;   /* ExposeHeadersWhen Off */
} context_t;

/* Says what there is to say of a directive, if anything */
typedef void (*topic_fn)(context_t *context, const ap_directive_t *node);

#define SAY(context, severity, node, ...)                                                          \
    ce_findings_add((context)->server->findings, severity, (node)->filename, (node)->line_num,     \
                    __VA_ARGS__)

/* Most are told apart by their first two letters */
static inline int begins(const char *text, const char *with)
{
    return (text[0] | 0x20) == (with[0] | 0x20) && (text[1] | 0x20) == (with[1] | 0x20)
           && !apr_cstr_casecmpn(text, with, strlen(with));
}

static inline int is_named(const ap_directive_t *node, const char *name)
{
    return begins(node->directive, name) && !node->directive[strlen(name)];
}

/* Returns what an ExposeHeaders says; NULL: it is another directive */
static const ce_line_t *line_of(const ap_directive_t *node)
{
    return ce_node_of(node) ? ce_node_of(node)->line : NULL;
}

/* ------------------------------------------------------------------ */
/* Header lines                                                        */

typedef struct header_t {
    const char *action; /* set, unset, ... */
    const char *value;
    int sets; /* by its action */
    int always;
    int has_condition;
} header_t;

/* What a directive says about the header of that name; nothing is set where it is another one */
static header_t read_header(const context_t *context, const ap_directive_t *node, const char *name)
{
    static const char *const setting[] = {"set", "add", "append", "merge", "setifempty", NULL};
    apr_pool_t *p = context->server->p;
    const char *args = node->args, *about, *last;
    header_t header = {NULL, NULL, 0, 0, 0}, none = header;
    apr_size_t len = strlen(name);

    if (!is_named(node, "Header") || !ap_strcasestr(args, name)) {
        return none;
    }
    header.action = ap_getword_conf(p, &args);
    header.always = !apr_cstr_casecmp(header.action, "always");
    if (header.always || !apr_cstr_casecmp(header.action, "onsuccess")) {
        header.action = ap_getword_conf(p, &args);
    }
    header.sets = ce_words_have(setting, header.action, strlen(header.action));
    about = ap_getword_conf(p, &args);
    header.value = ap_getword_conf(p, &args);
    while (*(last = ap_getword_conf(p, &args))) {
        header.has_condition = begins(last, "env=") || begins(last, "expr=");
    }
    /* mod_headers takes a colon at the end off */
    return begins(about, name) && (!about[len] || !strcmp(about + len, ":")) ? header : none;
}

/* ------------------------------------------------------------------ */
/* What a server's directives do                                       */

static unsigned line_does(const ce_line_t *line)
{
    unsigned does = (ce_line_adds(line, CE_NAME) ? EXPOSES : 0)
                    | (ce_line_adds(line, CE_WILDCARD) ? EXPOSES_ALL : 0);
    int i;

    for (i = 0; i < line->nedits; i++) {
        does |= line->edits[i].op == CE_REMOVE ? WRITES_OUT : 0;
    }
    return does;
}

static void gather_variables(const server_t *server, const ap_directive_t *node)
{
    int is_expr = is_named(node, "SetEnvIfExpr");
    const char *args = node->args, *variable;
    const char *tested = ap_getword_conf(server->p, &args);

    if (is_expr ? !ce_words_read_origin(tested) : apr_cstr_casecmp(tested, "Origin")) {
        return;
    }
    if (!is_expr) {
        ap_getword_conf(server->p, &args); /* the regular expression */
    }
    while (*(variable = ap_getword_conf(server->p, &args))) {
        variable += *variable == '!';
        variable = apr_pstrndup(server->p, variable, strcspn(variable, "="));
        apr_hash_set(server->variables, variable, APR_HASH_KEY_STRING, node);
    }
}

static unsigned proxy_does(const context_t *context, const char *args)
{
    const char *path = ap_getword_conf(context->server->p, &args);
    const char *target = ap_getword_conf(context->server->p, &args);

    if (!strcmp(target, "!") || !strcmp(path, "!")) {
        return EXCLUDES;
    }
    /* in a <Location> the path isn't said again */
    return context->in_root && (*path != '/' || !path[1]) ? RUNS | PROXIES_ALL : RUNS;
}

static void gather(context_t *context, const ap_directive_t *node)
{
    static const char *const excluding[] = {"Alias", "AliasMatch", NULL};
    /* clang-format off */
    static const char *const running[] = {
        "ProxyPassMatch", "SetHandler", "AddHandler", "Action", "Script", "ScriptAlias",
        "ScriptAliasMatch", "AllowOverride", "AllowOverrideList", "Dav", "MetaFiles", "RewriteRule",
        "AddType", "WSGI*", "Passenger*", "Perl*", "Lua*", "Fcgid*", "FastCgi*", "Jk*", "php*",
        "uWSGI*", NULL};
    /* clang-format on */
    const char *name = node->directive, *args = node->args;
    server_t *server = context->server;
    header_t header;

    if (line_of(node)) {
        server->does |= line_does(line_of(node));
    }
    else if (is_named(node, "ExposeHeadersNever")
             || (is_named(node, "ExposeHeadersWildcard")
                 && !apr_cstr_casecmp(ap_getword_conf(server->p, &args), "Expand"))) {
        server->does |= WRITES_OUT;
    }
    else if (is_named(node, "Header") && server->findings->wants_notes) {
        header = read_header(context, node, CE_ALLOW_ORIGIN);
        server->does |= !header.sets ? 0 : header.always ? ALLOWS | ALLOWS_ALWAYS : ALLOWS;
    }
    else if (begins(name, "SetEnvIf")) {
        gather_variables(server, node);
    }
    else if (is_named(node, "ProxyPass")) {
        server->does |= proxy_does(context, args);
    }
    else if (ce_words_have(excluding, name, strlen(name))) {
        server->does |= EXCLUDES;
    }
    else if (ce_words_have(running, name, strlen(name))
             && !(is_named(node, "AllowOverride") && !apr_cstr_casecmp(args, "None"))) {
        server->does |= RUNS;
    }
}

/* ------------------------------------------------------------------ */
/* Topics                                                              */

static void on_container(context_t *context, const ap_directive_t *node)
{
    const ap_directive_t *container = context->origin_if;

    if (container && container != context->server->said && ce_node_of(node)
        && !is_named(node, "ExposeHeadersNever")) {
        context->server->said = container;
        SAY(context, CE_WARNING, node,
            "%s: stands in %s %.*s, which tests the request's Origin (say " CE_WORDS_SAY_ORIGIN ")",
            node->directive, container->directive, CE_SHOWN_MAX, container->args);
    }
}

static void on_variable(context_t *context, const ap_directive_t *node)
{
    const ce_condition_t *condition = line_of(node) ? line_of(node)->condition : NULL;
    const ap_directive_t *by = condition && condition->env
                                   ? apr_hash_get(context->server->variables, condition->env,
                                                  APR_HASH_KEY_STRING)
                                   : NULL;

    if (by) {
        SAY(context, CE_WARNING, node,
            "ExposeHeaders: 'env=%s%s' hangs on the request's Origin: %s (%s) sets %s from it "
            "(say " CE_WORDS_SAY_ORIGIN ")",
            condition->env_negated ? "!" : "", condition->env, by->directive,
            ce_findings_place(context->server->p, node->filename, by->filename, by->line_num),
            condition->env);
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

static void on_list(context_t *context, const ap_directive_t *node)
{
    static const char *const taking[] = {"unset", "edit*", NULL};
    header_t header = read_header(context, node, CE_EXPOSE_HEADERS);
    int holds = context->exposes && !context->is_off;

    if (header.sets && (holds || context->inside)) {
        int plain = is_list(header.value);

        SAY(context, CE_WARNING, node,
            "Header: '%s " CE_EXPOSE_HEADERS "' beside ExposeHeaders is taken for the response's "
            "own list%s (leave it out, and %s%s)",
            header.action, ce_list_has(header.value, "*") ? ", and its * exposes every header" : "",
            plain ? "say ExposeHeaders " : "move its names to ExposeHeaders",
            plain ? header.value : "");
    }
    if (!header.action || !holds || !ce_words_have(taking, header.action, strlen(header.action))) {
        return;
    }
    if (context->own && (context->server->does & RUNS)) {
        /* it may be meant for the backend's list */
        SAY(context, CE_NOTE, node,
            "Header: '%s " CE_EXPOSE_HEADERS "' changes the response's own list alone, and nothing "
            "that ExposeHeaders exposes",
            header.action);
    }
    else {
        SAY(context, CE_WARNING, node,
            "Header: '%s " CE_EXPOSE_HEADERS "' takes nothing away of what ExposeHeaders exposes "
            "(say ExposeHeaders None or -Name; for the response's own list ExposeHeadersBackend "
            "Replace)",
            header.action);
    }
}

/* Whether a directive is the first of this walk to expose something */
static int exposes_first(const context_t *context, const ap_directive_t *node)
{
    if (context->server->said || !line_of(node) || !ce_line_adds(line_of(node), CE_NAME)) {
        return 0;
    }
    context->server->said = node;
    return 1;
}

static void on_allow_origin(context_t *context, const ap_directive_t *node)
{
    if (!(context->server->does & (ALLOWS | RUNS)) && exposes_first(context, node)) {
        SAY(context, CE_NOTE, node,
            "ExposeHeaders: nothing sets " CE_ALLOW_ORIGIN ", without which no script can read a "
            "response (Header always set " CE_ALLOW_ORIGIN " ...)");
    }
}

static void on_errors(context_t *context, const ap_directive_t *node)
{
    if ((context->server->does & (EXPOSES | ALLOWS_ALWAYS)) == EXPOSES
        && read_header(context, node, CE_ALLOW_ORIGIN).sets) {
        SAY(context, CE_NOTE, node,
            "Header: " CE_ALLOW_ORIGIN " without always is missing on errors: no script can read "
            "those (Header always set ...)");
    }
}

static void on_credentials(context_t *context, const ap_directive_t *node)
{
    header_t header;

    if ((context->server->does & (EXPOSES_ALL | WRITES_OUT)) != EXPOSES_ALL) {
        return;
    }
    header = read_header(context, node, CE_ALLOW_CREDENTIALS);
    if (header.sets && (header.has_condition || context->in_if)) {
        SAY(context, CE_NOTE, node,
            "Header: " CE_ALLOW_CREDENTIALS " under a condition, beside a *: a browser may use a "
            "stored * in a fetch with credentials, where it is no wildcard "
            "(ExposeHeadersWildcard Expand)");
    }
}

static void on_files(context_t *context, const ap_directive_t *node)
{
    if ((context->server->does & (PROXIES_ALL | EXCLUDES)) == PROXIES_ALL && context->in_files
        && exposes_first(context, node)) {
        SAY(context, CE_NOTE, node,
            "ExposeHeaders: this container is for files, and all paths here are a backend's: they "
            "don't see it (use <Location>)");
    }
}

static void on_host(context_t *main, const ap_directive_t *node);

/* In the order in which they speak; those from on_allow_origin on make notes */
static const topic_fn topics[] = {gather,      on_container,   on_host,
                                  on_variable, on_list,        on_allow_origin,
                                  on_errors,   on_credentials, on_files,
                                  NULL};

/* ------------------------------------------------------------------ */
/* The walks                                                           */

static int tests_origin(const ap_directive_t *node)
{
    return (begins(node->directive, "<If") || begins(node->directive, "<Else"))
           && ce_words_read_origin(node->args);
}

static int walk(context_t *context, const ap_directive_t *nodes, topic_fn topic);

static int walk_container(context_t *outer, const ap_directive_t *node, topic_fn topic)
{
    context_t context = *outer;
    const char *name = node->directive, *path = node->args + (*node->args == '"');

    /* <ElseIf> and <Else> hang on the conditions of those before them */
    if (begins(name, "<If") || begins(name, "<Else")) {
        outer->last_if = tests_origin(node) ? node : is_named(node, "<If") ? NULL : outer->last_if;
        context.origin_if = outer->last_if ? outer->last_if : outer->origin_if;
        context.in_if = 1;
    }
    context.in_files |= begins(name, "<Directory") || begins(name, "<Files");
    context.in_root = is_named(node, "<Location") && *path == '/'
                      && !path[1 + strspn(path + 1, "\">")];
    context.own = context.inside = 0;
    return walk(&context, node->first_child, topic);
}

/* This module's directives come first, then all others and the containers, then
 * what is said when these are known. Returns whether something is exposed here. */
static int walk(context_t *context, const ap_directive_t *nodes, topic_fn topic)
{
    const ap_directive_t *node;

    context->last_if = NULL;
    for (node = nodes; node; node = node->next) {
        const ce_policy_t *policy = ce_node_of(node) ? ce_node_of(node)->policy : NULL;

        if (policy) {
            context->own = (policy->flags & CE_ADDS_NAME) != 0;
            context->exposes = context->own || (context->exposes && !(policy->flags & CE_FORGETS));
            context->is_off = policy->setting[CE_SETTING_WHEN]
                                  ? policy->setting[CE_SETTING_WHEN] == CE_WHEN_OFF
                                  : context->is_off;
            topic(context, node);
        }
    }
    for (node = nodes; node; node = node->next) {
        if (node->first_child && !is_named(node, "<VirtualHost")) {
            context->inside |= walk_container(context, node, topic);
        }
        else if (!ce_node_of(node) && topic != on_list) {
            topic(context, node);
        }
    }
    for (node = topic == on_list ? nodes : NULL; node; node = node->next) {
        topic(context, node);
    }
    return context->inside || (context->own && !context->is_off);
}

static int walk_all(context_t *context, const ap_directive_t *nodes)
{
    const topic_fn *topic;
    int exposes = 0;

    for (topic = topics; *topic; topic++) {
        if (*topic == on_allow_origin && !context->server->findings->wants_notes) {
            break;
        }
        context->server->does |= context->server->hosts_do;
        context->server->said = NULL;
        exposes = walk(context, nodes, *topic);
    }
    return exposes;
}

/* A virtual host has the main server's directives too, and stands inside of it */
static void on_host(context_t *main, const ap_directive_t *node)
{
    server_t server = *main->server;
    context_t context = *main;

    if (is_named(node, "<VirtualHost")) {
        apr_pool_create(&server.p, main->server->p);
        server.hosts_do = 0;
        server.variables = apr_hash_copy(server.p, server.variables);
        context.server = &server;
        context.own = context.inside = 0;
        main->inside |= walk_all(&context, node->first_child);
        main->server->hosts_do |= server.does & (ALLOWS | ALLOWS_ALWAYS | RUNS);
        apr_pool_destroy(server.p);
    }
}

/* Whether there is anything to warn of, as far as single directives show it.
 * Most configurations have nothing, and large ones are many directives. */
static int is_remarkable(const ap_directive_t *node)
{
    for (; node; node = node->next) {
        const char *name = node->directive;

        if (*name == '<'
                ? tests_origin(node) || is_remarkable(node->first_child)
                : (begins(name, "Header") && ap_strcasestr(node->args, CE_EXPOSE_HEADERS))
                      || (begins(name, "SetEnvIf") && ap_strcasestr(node->args, "Origin"))) {
            return 1;
        }
    }
    return 0;
}

void ce_neighbours_review(ce_findings_t *findings, const ap_directive_t *tree, apr_pool_t *scratch)
{
    server_t server = {.findings = findings, .p = scratch};
    context_t context = {.server = &server, .in_root = 1};

    if (findings->wants_notes || is_remarkable(tree)) {
        server.variables = apr_hash_make(scratch);
        walk_all(&context, tree);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */

/* Two walks through all directives of a server: the first one gathers what they
 * do, for what is said of one may depend on the last; the second one speaks. A
 * walk goes from the top down, since a node's parent isn't always set. What is
 * inside <IfModule> and its like, in included files and in macros stands in the
 * tree where it is used. */

#include <string.h>

#include "apr_lib.h"

#include "core/facts.h"
#include "explain/explain.h"
#include "explain/words.h"
#include "httpd/header_lines.h"
#include "httpd/neighbours.h"

/* As long as a chain of variables, each made from the next one, is followed */
#define ROUNDS_MAX 10

/* As many <Location>s that lie in one are compared with it */
#define INSIDE_MAX 20

/* A <Location> with directives of ours, that is no pattern */
typedef struct location_t {
    const char *path;
    const ap_directive_t *node;
    const ce_policy_t *policy;
    int place; /* in the order of the file */
} location_t;

#define SAY_WITHOUT_IF                                                                             \
    "put it outside, and say origin= on ExposeHeaders lines with each origin that may read what "  \
    "they expose: only then no cache and no browser gives one origin's list to another"

/* Returns what an ExposeHeaders says; NULL: it is another directive */
static const ce_line_t *line_of(const ap_directive_t *node)
{
    return ce_node_of(node) ? ce_node_of(node)->line : NULL;
}

/* ------------------------------------------------------------------ */
/* What a server's directives do                                       */

static int reads_origin(const ce_scope_t *scope, const char *text)
{
    return ce_words_read_origin(text, scope->server->variables);
}

static int tests_origin(const ce_scope_t *scope, const ap_directive_t *node)
{
    return (ce_begins(node->directive, "<If") || ce_begins(node->directive, "<Else"))
           && reads_origin(scope, node->args);
}

/* A variable that is made from Origin: "!NAME", "NAME=value", "NAME:value" */
static void note_variable(const ce_scope_t *scope, const char *word, const ap_directive_t *node)
{
    const ce_walk_t *server = scope->server;
    const char *name;

    word += *word == '!';
    name = apr_pstrndup(server->p, word, strcspn(word, "=:"));
    if (!apr_hash_get(server->variables, name, APR_HASH_KEY_STRING)) {
        apr_hash_set(server->variables, name, APR_HASH_KEY_STRING, node);
    }
}

/* Whether SetEnvIf's first word is Origin or a variable made from it. With
 * other characters than a name's it is a regular expression for headers. */
static int is_origin(const ce_scope_t *scope, const char *word)
{
    const ce_walk_t *server = scope->server;
    ap_regex_t *regex;

    if (!word[strspn(word, "-_ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")]) {
        return !apr_cstr_casecmp(word, "Origin")
               || apr_hash_get(server->variables, word, APR_HASH_KEY_STRING);
    }
    regex = ap_pregcomp(server->p, word, AP_REG_EXTENDED | AP_REG_NOSUB | AP_REG_ICASE);
    return regex && !ap_regexec(regex, "Origin", 0, NULL, 0);
}

/* SetEnv, SetEnvIf and its like */
static void gather_variables(const ce_scope_t *scope, const ap_directive_t *node)
{
    apr_pool_t *p = scope->server->p;
    const char *args = node->args, *word = ap_getword_conf(p, &args);
    int by_origin = scope->origin_if != NULL;

    if (ce_is_named(node, "SetEnv")) {
        args = word; /* without its value */
    }
    else if (ce_is_named(node, "SetEnvIfExpr")) {
        by_origin |= reads_origin(scope, word);
    }
    else {
        by_origin |= is_origin(scope, word);
        ap_getword_conf(p, &args); /* the regular expression */
    }
    while (by_origin && *(word = ap_getword_conf(p, &args))) {
        note_variable(scope, word, node);
    }
}

/* RewriteRule's flags: [E=NAME:value,L] */
static void gather_flags(const ce_scope_t *scope, const ap_directive_t *node)
{
    int by_origin = scope->origin_if != NULL || scope->has_condition;
    char *flags = strrchr(node->args, '['), *flag;

    if (!flags || (!by_origin && !strchr(flags, '%'))) {
        return;
    }
    flags = apr_pstrdup(scope->server->p, flags + 1);
    for (flag = apr_strtok(flags, ",]", &flags); flag; flag = apr_strtok(NULL, ",]", &flags)) {
        flag += strspn(flag, " \t");
        if ((ce_begins(flag, "E=") || ce_begins(flag, "env="))
            && (by_origin || reads_origin(scope, flag))) {
            note_variable(scope, strchr(flag, '=') + 1, node);
        }
    }
}

/* Directives by which a response may have headers that can't be seen here */
/* clang-format off */
static const char *const running[] = {
    "ProxyPass", "ProxyPassMatch", "SetHandler", "AddHandler", "Action", "Script", "ScriptAlias",
    "ScriptAliasMatch", "AllowOverride", "AllowOverrideList", "Dav", "MetaFiles", "AddType",
    "WSGI*", "Passenger*", "Perl*", "Lua*", "Fcgid*", "FastCgi*", "Jk*", "php*", "uWSGI*", NULL};
/* clang-format on */

static void gather(ce_scope_t *scope, const ap_directive_t *node)
{
    const char *name = node->directive;
    ce_walk_t *server = scope->server;
    ce_header_t header;

    if (line_of(node)) {
        server->does |= ce_line_adds(line_of(node), CE_NAME) ? CE_DOES_EXPOSE : 0;
    }
    else if (ce_header_read(&header, server->p, node)) {
        if (header.sets && !header.is_request && !apr_cstr_casecmp(header.name, CE_ALLOW_ORIGIN)) {
            server->does |= header.always ? CE_DOES_ALLOW | CE_DOES_ALLOW_ALWAYS : CE_DOES_ALLOW;
        }
    }
    else if (ce_begins(name, "SetEnv")) {
        gather_variables(scope, node);
    }
    else if (ce_is_named(node, "RewriteCond")) {
        scope->has_condition |= reads_origin(scope, node->args);
    }
    else if (ce_is_named(node, "RewriteRule")) {
        gather_flags(scope, node);
        scope->has_condition = 0;
        server->does |= CE_DOES_RUN;
    }
    else if (ce_is_named(node, "CacheEnable")) {
        server->does |= CE_DOES_CACHE;
    }
    else if (ce_is_named(node, "CacheDisable")
             || (ce_is_named(node, "Header") && ap_strcasestr(node->args, "Vary"))) {
        server->does |= CE_DOES_SEPARATE;
    }
    else if (ce_words_have(running, name, strlen(name))
             && !(ce_is_named(node, "AllowOverride") && !apr_cstr_casecmp(node->args, "None"))) {
        server->does |= CE_DOES_RUN;
    }
}

/* ------------------------------------------------------------------ */
/* Directives of this module                                           */

static void say_origin(ce_scope_t *scope, const ap_directive_t *node)
{
    const ap_directive_t *container = scope->origin_if, *by;
    const ce_condition_t *condition = line_of(node) ? line_of(node)->condition : NULL;
    apr_hash_t *variables = scope->server->variables;

    if (container && container != scope->server->said_if) {
        scope->server->said_if = container;
        CE_SAY(scope, CE_WARNING, node,
               "%s: stands in %s %.*s, which tests the request's Origin (" SAY_WITHOUT_IF ")",
               node->directive, container->directive, CE_SHOWN_MAX, container->args);
    }
    if (condition && condition->env
        && (by = apr_hash_get(variables, condition->env, APR_HASH_KEY_STRING))) {
        CE_SAY(scope, CE_WARNING, node,
               "ExposeHeaders: 'env=%s%s' depends on the request's Origin: %s (%s) sets %s from it "
               "(say " CE_WORDS_SAY_ORIGIN ")",
               condition->env_negated ? "!" : "", condition->env, by->directive,
               ce_findings_place(scope->server->p, node->filename, by->filename, by->line_num),
               condition->env);
    }
    if (condition && condition->expr_text && !ce_words_read_origin(condition->expr_text, NULL)
        && ce_words_read_origin(condition->expr_text, variables)) {
        CE_SAY(
            scope, CE_WARNING, node,
            "ExposeHeaders: 'expr=%.*s' depends on the request's Origin: a variable in it is set "
            "from that (say " CE_WORDS_SAY_ORIGIN ")",
            CE_SHOWN_MAX, condition->expr_text);
    }
}

/* What decides for one requester, and goes to others out of mod_cache's store */
static void say_stored(ce_scope_t *scope, const ap_directive_t *node)
{
    const ce_condition_t *condition = line_of(node) ? line_of(node)->condition : NULL;
    const ap_directive_t *container = scope->origin_if ? NULL : scope->in_if;
    const char *what = NULL;

    if ((scope->server->does & (CE_DOES_CACHE | CE_DOES_SEPARATE)) != CE_DOES_CACHE
        || ce_is_named(node, "ExposeHeadersNever")) {
        return;
    }
    if (container && container != scope->server->said_if) {
        scope->server->said_if = container;
        what = apr_psprintf(scope->server->p, "%s %.*s", container->directive, CE_SHOWN_MAX,
                            container->args);
    }
    else if (!container && condition && condition->env
             && !apr_hash_get(scope->server->variables, condition->env, APR_HASH_KEY_STRING)) {
        what = apr_pstrcat(scope->server->p, "env=", condition->env_negated ? "!" : "",
                           condition->env, NULL);
    }
    if (what) {
        CE_SAY(
            scope, CE_NOTE, node,
            "%s: mod_cache stores what depends on '%s': one requester's list goes to all others "
            "(say Header merge Vary with the request header that this depends on, or CacheDisable)",
            node->directive, what);
    }
}

static void say_nobody(ce_scope_t *scope, const ap_directive_t *node)
{
    ce_walk_t *server = scope->server;

    if (!(server->does & (CE_DOES_ALLOW | CE_DOES_RUN)) && !server->said_nobody && line_of(node)
        && ce_line_adds(line_of(node), CE_NAME)) {
        server->said_nobody = 1;
        CE_SAY(scope, CE_NOTE, node,
               "ExposeHeaders: nothing sets " CE_ALLOW_ORIGIN
               ", without which no script can read a "
               "response (Header always set " CE_ALLOW_ORIGIN " ...)");
    }
}

static void speak(ce_scope_t *scope, const ap_directive_t *node)
{
    if (ce_node_of(node)) {
        say_origin(scope, node);
        say_stored(scope, node);
        say_nobody(scope, node);
    }
    else {
        ce_header_say(scope, node);
    }
}

/* ------------------------------------------------------------------ */
/* The order of <Location>s                                            */

/* The edit that the later one takes back of the earlier; NULL: none for certain */
static const ce_because_t *taken_back(apr_pool_t *p, const location_t *earlier,
                                      const location_t *later)
{
    const ce_policy_t *both = ce_policy_merge(p, earlier->policy, later->policy);
    const ce_explanation_t *all = ce_explain(p, both);
    const ce_because_t *edit, *by;

    for (edit = all->edits; edit < all->edits + all->nedits; edit++) {
        by = &edit->statement->container->policy == earlier->policy
                 ? ce_explain_taken_back(all, edit)
                 : NULL;
        if (by && &by->statement->container->policy == later->policy) {
            return edit;
        }
    }
    return NULL;
}

static int by_path(const void *left, const void *right)
{
    const location_t *a = left, *b = right;
    int order = strcmp(a->path, b->path);

    return order ? order : a->place - b->place;
}

/* The first one whose path doesn't come before that one, in a sorted array */
static const location_t *find_path(const apr_array_header_t *sorted, const char *path)
{
    const location_t *all = (const location_t *)sorted->elts;
    int low = 0, high = sorted->nelts;

    while (low < high) {
        int middle = (low + high) / 2;

        if (strcmp(all[middle].path, path) < 0) {
            low = middle + 1;
        }
        else {
            high = middle;
        }
    }
    return all + low;
}

/* Whether a path comes again, behind a place */
static int comes_again(const apr_array_header_t *sorted, const char *path, int place)
{
    const location_t *all = (const location_t *)sorted->elts;
    const location_t *again = find_path(sorted, path);

    while (again < all + sorted->nelts && !strcmp(again->path, path) && again->place <= place) {
        again++;
    }
    return again < all + sorted->nelts && !strcmp(again->path, path);
}

/* Those that come before a <Location>, and lie in it. All of the main server's come before. */
static void review_inside(const ce_walk_t *server, const apr_array_header_t *sorted,
                          const location_t *outer)
{
    const location_t *end = (const location_t *)sorted->elts + sorted->nelts;
    const location_t *inner = find_path(sorted, outer->path);
    int is_outside = sorted != server->locations, n;
    size_t len = strlen(outer->path);

    for (n = 0; n < INSIDE_MAX && inner < end && !strncmp(inner->path, outer->path, len);
         n++, inner++) {
        const ce_because_t *what = NULL;

        if ((inner->path[len] == '/' || (inner->path[len] && outer->path[len - 1] == '/'))
            && (is_outside || inner->place < outer->place)
            && !comes_again(server->locations, inner->path, outer->place)) {
            what = taken_back(server->p, inner, outer);
        }
        if (what) {
            const ce_line_t *line = what->statement->line;

            ce_findings_add(server->findings, CE_NOTE, line->file, line->line_number,
                            "ExposeHeaders: '%s%s' is taken back by <Location %s> (%s): httpd "
                            "merges <Location>s in the order of the file, not by length, and a "
                            "virtual host's after the main server's (put this one%s behind that)",
                            what->edit->op == CE_REMOVE ? "-" : "",
                            ce_words_name(&what->edit->name, server->p), outer->path,
                            ce_findings_place(server->p, line->file, outer->node->filename,
                                              outer->node->line_num),
                            is_outside ? " there, too," : "");
        }
    }
}

static void review_locations(const ce_walk_t *server)
{
    apr_array_header_t *all = server->locations;
    const location_t *outer = (const location_t *)all->elts;
    int i;

    qsort(all->elts, (size_t)all->nelts, sizeof(*outer), by_path);
    for (i = 0; i < all->nelts; i++) {
        review_inside(server, all, &outer[i]);
        if (server->outside) {
            review_inside(server, server->outside, &outer[i]);
        }
    }
}

/* ------------------------------------------------------------------ */
/* The walks                                                           */

static unsigned walk(ce_scope_t *scope, const ap_directive_t *nodes);

/* The path of a <Location> that is no pattern, or NULL */
static const char *path_of(const ce_scope_t *scope, const ap_directive_t *node)
{
    const char *args = apr_pstrndup(scope->server->p, node->args, strcspn(node->args, ">"));
    const char *path = ap_getword_conf(scope->server->p, &args);

    return ce_is_named(node, "<Location") && *path == '/' && !strpbrk(path, "*?[") ? path : NULL;
}

static void walk_container(ce_scope_t *outer, const ap_directive_t *node)
{
    ce_scope_t scope = *outer;
    const char *name = node->directive;

    /* <ElseIf> and <Else> depend on the conditions of those before them */
    if (ce_begins(name, "<If") || ce_begins(name, "<Else")) {
        if (tests_origin(outer, node) || ce_is_named(node, "<If")) {
            outer->last_if = tests_origin(outer, node) ? node : NULL;
        }
        scope.origin_if = outer->last_if ? outer->last_if : outer->origin_if;
        scope.in_if = node;
        scope.in_preflight |= ap_strcasestr(node->args, "OPTIONS")
                              || ap_strcasestr(node->args, "Access-Control-Request-Method");
    }
    scope.path = path_of(outer, node);
    scope.own = NULL;
    scope.inside = scope.has_condition = 0;
    memset(&scope.allowed, 0, sizeof(scope.allowed));
    outer->inside |= walk(&scope, node->first_child);
    outer->allowed.varies |= scope.allowed.varies || scope.allowed.last;
}

/* What the directives of ours in a container say for all others in it */
static void enter(ce_scope_t *scope, const ap_directive_t *nodes)
{
    const ap_directive_t *node = nodes;
    const ce_node_t *first = NULL;
    const ce_policy_t *own;

    while (node && !(first = ce_node_of(node))) {
        node = node->next;
    }
    if (!first) {
        return;
    }
    own = first->policy;
    scope->own = ce_container_of(own);
    scope->exposes = ce_adds(scope->own) || (scope->exposes && !(own->flags & CE_FORGETS));
    scope->when = own->setting[CE_SETTING_WHEN] ? own->setting[CE_SETTING_WHEN] : scope->when;
    scope->replaces = own->setting[CE_SETTING_BACKEND]
                          ? own->setting[CE_SETTING_BACKEND] == CE_BACKEND_REPLACE
                          : scope->replaces;
    if (scope->path && scope->visit == gather && scope->server->findings->wants_notes) {
        apr_array_header_t *locations = scope->server->locations;
        location_t location = {scope->path, node, own, locations->nelts};

        APR_ARRAY_PUSH(locations, location_t) = location;
    }
}

/* Directives of ours come first, and what others do to them last, since it depends on the
 * containers inside, too. Returns what it is to the one around it: CE_INSIDE_... */
static unsigned walk(ce_scope_t *scope, const ap_directive_t *nodes)
{
    const ap_directive_t *node;

    enter(scope, nodes);
    for (node = nodes; node; node = node->next) {
        if (ce_node_of(node)) {
            scope->visit(scope, node);
        }
    }
    for (node = nodes; node; node = node->next) {
        if (*node->directive == '<' && !ce_is_named(node, "<VirtualHost")) {
            walk_container(scope, node);
        }
    }
    for (node = nodes; node; node = node->next) {
        if (*node->directive != '<' && !ce_node_of(node)) {
            scope->visit(scope, node);
        }
    }
    ce_header_say_all(scope);
    if (scope->when == CE_WHEN_OFF) {
        return scope->inside | CE_INSIDE_OFF;
    }
    return ce_adds(scope->own) ? scope->inside | CE_INSIDE_EXPOSES : scope->inside;
}

static unsigned review_server(ce_scope_t scope, const ap_directive_t *nodes);

/* A virtual host has the main server's directives too, and stands inside of it */
static unsigned review_host(ce_scope_t scope, const ap_directive_t *node)
{
    ce_walk_t server = *scope.server;
    unsigned inside;

    apr_pool_create(&server.p, scope.server->p);
    server.hosts_do = 0;
    server.variables = apr_hash_copy(server.p, server.variables);
    server.outside = server.locations;
    server.locations = apr_array_make(server.p, 4, sizeof(location_t));
    inside = review_server((ce_scope_t){.server = &server,
                                        .exposes = scope.exposes,
                                        .when = scope.when,
                                        .replaces = scope.replaces},
                           node->first_child);
    scope.server->hosts_do |= server.does & ~(unsigned)CE_DOES_EXPOSE;
    apr_pool_destroy(server.p);
    return inside;
}

/* Returns the same */
static unsigned review_server(ce_scope_t scope, const ap_directive_t *nodes)
{
    ce_walk_t *server = scope.server;
    const ap_directive_t *node;
    unsigned known = ~0u, rounds;
    ce_scope_t inside;

    scope.visit = gather;
    /* a variable may be made from one that is made further down */
    for (rounds = 0; rounds < ROUNDS_MAX && known != apr_hash_count(server->variables); rounds++) {
        known = apr_hash_count(server->variables);
        server->locations->nelts = 0;
        inside = scope;
        walk(&inside, nodes);
    }
    review_locations(server);
    for (node = nodes; node; node = node->next) {
        if (ce_is_named(node, "<VirtualHost")) {
            scope.inside |= review_host(inside, node);
        }
    }
    server->does |= server->hosts_do;
    scope.visit = speak;
    return walk(&scope, nodes);
}

/* Whether there is anything to warn of, as far as single directives show it.
 * Most configurations have nothing, and large ones are many directives. */
static int is_remarkable(const ap_directive_t *node)
{
    for (; node; node = node->next) {
        const char *name = node->directive, *args = node->args;
        int first = *name | 0x20; /* Header, RequestHeader, RewriteCond; SetEnvIf, <If>, <Else> */
        int is_setenvif = first == 's' && ce_begins(name, "SetEnvIf");
        int is_if = first == '<' && (ce_begins(name, "<If") || ce_begins(name, "<Else"));

        if (((first == 'h' || first == 'r') && ap_strcasestr(args, "Access-Control-"))
            || ((first == 'r' || is_setenvif || is_if) && ap_strcasestr(args, "Origin"))
            || (is_setenvif && !apr_isalnum(*args)) /* a regular expression for names */
            || is_remarkable(node->first_child)) {
            return 1;
        }
    }
    return 0;
}

void ce_neighbours_review(ce_findings_t *findings, const ap_directive_t *tree, apr_pool_t *scratch)
{
    ce_walk_t server = {.findings = findings,
                        .p = scratch,
                        .variables = apr_hash_make(scratch),
                        .locations = apr_array_make(scratch, 4, sizeof(location_t))};

    if (findings->wants_notes || is_remarkable(tree)) {
        review_server((ce_scope_t){.server = &server}, tree);
    }
}

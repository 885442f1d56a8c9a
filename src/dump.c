/* SPDX-License-Identifier: Apache-2.0 */

/* The configuration tree is printed as it was read: IfModule and its like are
 * no part of it, and what a file or a macro brings stands where it is used. */

#include <strings.h>

#include "apr_hash.h"
#include "apr_strings.h"
#include "httpd.h"
#include "http_config.h"
#include "http_core.h"
#include "http_main.h"
#include "util_cfgtree.h"

#include "ce_dump.h"
#include "ce_node.h"
#include "ce_page.h"
#include "ce_policy.h"
#include "ce_startup.h"
#include "ce_summary.h"

#define IN_SERVER 2

/* A virtual host's first line: the file's name as httpd keeps it is one per reading */
typedef struct place_t {
    const char *file;
    apr_uintptr_t line;
} place_t;

typedef struct dump_t {
    ce_page_t page;
    apr_file_t *out;
    server_rec *main;
    apr_hash_t *hosts; /* place_t to server_rec */
} dump_t;

int ce_dump_is_asked_for(void)
{
    return ap_exists_config_define("DUMP_EXPOSE_HEADERS");
}

static void put(void *ctx, const char *text)
{
    apr_file_puts(text, ((dump_t *)ctx)->out);
}

static void say(const dump_t *dump, int indent, const char *text)
{
    ce_page_line(&dump->page, indent, text, NULL);
}

/* ------------------------------------------------------------------ */
/* Containers                                                          */

static int has_any(const ap_directive_t *nodes)
{
    for (; nodes; nodes = nodes->next) {
        if (ce_node_of(nodes) || has_any(nodes->first_child)) {
            return 1;
        }
    }
    return 0;
}

static int is_host(const ap_directive_t *node)
{
    return !strcasecmp(node->directive, "<VirtualHost");
}

static void print_node(const dump_t *dump, const ap_directive_t *node, int indent)
{
    ce_page_line(&dump->page, indent, ce_node_text(dump->page.p, node),
                 ce_page_place(&dump->page, node->filename, node->line_num));
}

/* Returns the policy of the container that the lines stand in; NULL: there are none */
static const ce_policy_t *print_lines(const dump_t *dump, const ap_directive_t *nodes, int indent)
{
    const ce_policy_t *policy = NULL;

    for (; nodes; nodes = nodes->next) {
        const ce_node_t *own = ce_node_of(nodes);

        if (own) {
            print_node(dump, nodes, indent);
            policy = own->policy;
        }
    }
    return policy;
}

static void print_sum(const dump_t *dump, const ce_policy_t *policy, int indent)
{
    say(dump, indent,
        apr_pstrcat(dump->page.p, "comes to: ", ce_summary(dump->page.p, policy), NULL));
}

/* Containers inside of others have their lines alone: what comes before them isn't certain */
static void print_containers(const dump_t *dump, const ap_directive_t *nodes,
                             const ce_policy_t *server, int indent)
{
    for (; nodes; nodes = nodes->next) {
        const ce_policy_t *policy;

        if (!has_any(nodes->first_child) || is_host(nodes)) {
            continue;
        }
        print_node(dump, nodes, indent);
        policy = print_lines(dump, nodes->first_child, indent + 2);
        if (policy && server) {
            print_sum(dump, ce_policy_merge(dump->page.p, server, policy), indent + 2);
        }
        print_containers(dump, nodes->first_child, NULL, indent + 2);
        if (server) {
            apr_pool_clear(dump->page.p);
        }
    }
}

/* ------------------------------------------------------------------ */
/* Servers                                                             */

static void print_server(const dump_t *dump, server_rec *s, const ap_directive_t *nodes)
{
    const ce_policy_t *server = ce_policy_of(s->lookup_defaults);

    if (print_lines(dump, nodes, IN_SERVER)) {
        print_sum(dump, server, IN_SERVER);
    }
    print_containers(dump, nodes, server, IN_SERVER);
}

/* Whether something of ours stands outside of virtual hosts */
static int main_has_any(const ap_directive_t *nodes)
{
    for (; nodes; nodes = nodes->next) {
        if (ce_node_of(nodes) || (!is_host(nodes) && has_any(nodes->first_child))) {
            return 1;
        }
    }
    return 0;
}

static void print_main(const dump_t *dump, int has_own)
{
    const char *host = dump->main->server_hostname;

    say(dump, 0, apr_pstrcat(dump->page.p, "The main server ", host ? host : "", NULL));
    if (!has_own) {
        say(dump, IN_SERVER, "no directive of this module");
        return;
    }
    if (dump->main->next) {
        say(dump, IN_SERVER, "(what is here holds in the virtual hosts, too)");
    }
    print_server(dump, dump->main, ap_conftree);
}

static void print_host(const dump_t *dump, const ap_directive_t *node, int main_has_own)
{
    const place_t place = {node->filename, (apr_uintptr_t)node->line_num};
    server_rec *s = apr_hash_get(dump->hosts, &place, sizeof(place));
    const char *text = ce_node_text(dump->page.p, node);

    if (s && s->server_hostname) {
        text = apr_pstrcat(dump->page.p, text, " ", s->server_hostname, NULL);
    }
    say(dump, 0, "");
    ce_page_line(&dump->page, 0, text, ce_page_place(&dump->page, node->filename, node->line_num));
    if (s && has_any(node->first_child)) {
        print_server(dump, s, node->first_child);
    }
    else {
        say(dump, IN_SERVER,
            main_has_own ? "no directive of this module, but for the main server's"
                         : "no directive of this module");
    }
    apr_pool_clear(dump->page.p);
}

static apr_hash_t *index_hosts(apr_pool_t *p, server_rec *main)
{
    apr_hash_t *hosts = apr_hash_make(p);
    server_rec *s;

    for (s = main->next; s; s = s->next) {
        place_t *place = apr_palloc(p, sizeof(*place));

        place->file = s->defn_name;
        place->line = s->defn_line_number;
        apr_hash_set(hosts, place, sizeof(*place), s);
    }
    return hosts;
}

/* ------------------------------------------------------------------ */
/* What was found                                                      */

static void print_findings(const dump_t *dump, const ce_findings_t *findings,
                           ce_severity_e severity, const char *none, const char *title)
{
    int i, n = 0;

    for (i = 0; i < findings->list->nelts; i++) {
        const ce_finding_t *finding = &APR_ARRAY_IDX(findings->list, i, ce_finding_t);

        if (finding->severity != severity) {
            continue;
        }
        if (!n++) {
            say(dump, 0, title);
        }
        ce_page_line(&dump->page, IN_SERVER, finding->text,
                     ce_page_place(&dump->page, finding->file, finding->line_number));
        apr_pool_clear(dump->page.p);
    }
    if (!n) {
        say(dump, 0, none);
    }
}

static void print(apr_pool_t *p, server_rec *main, const ce_findings_t *findings)
{
    dump_t dump = {.main = main, .hosts = index_hosts(p, main)};
    const ap_directive_t *node;
    int main_has_own = main_has_any(ap_conftree);

    dump.page.put = put;
    dump.page.ctx = &dump;
    dump.page.root = ap_server_root;
    apr_pool_create(&dump.page.p, p);
    /* a line at a time would be a system call for each */
    apr_file_open_flags_stdout(&dump.out, APR_BUFFERED, p);
    say(&dump, 0, ce_page_version(dump.page.p));
    say(&dump, 0, apr_pstrcat(dump.page.p, "ServerRoot ", ap_server_root, NULL));
    say(&dump, 0, "(without .htaccess files: SetHandler expose-headers has them, for one URL)");
    say(&dump, 0, "");
    print_main(&dump, main_has_own);
    for (node = ap_conftree; node; node = node->next) {
        if (is_host(node)) {
            print_host(&dump, node, main_has_own);
        }
    }
    say(&dump, 0, "");
    print_findings(&dump, findings, CE_WARNING, "No warnings", "Warnings");
    say(&dump, 0, "");
    print_findings(&dump, findings, CE_NOTE, "No notes", "Notes");
    apr_file_flush(dump.out);
    apr_pool_destroy(dump.page.p);
}

void ce_dump(apr_pool_t *pconf, server_rec *main)
{
    if (ce_dump_is_asked_for()) {
        print(pconf, main, ce_server_config(main)->findings);
    }
}

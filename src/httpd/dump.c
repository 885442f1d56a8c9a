/* SPDX-License-Identifier: Apache-2.0 */

/* The configuration tree is printed as it was read: IfModule and its like are
 * no part of it, and what a file or a macro brings stands where it is used. */

#include "apr_cstr.h"
#include "apr_hash.h"
#include "apr_strings.h"
#include "httpd.h"
#include "http_config.h"
#include "http_core.h"
#include "http_main.h"
#include "util_cfgtree.h"

#include "httpd/dump.h"
#include "explain/explain.h"
#include "httpd/module.h"
#include "httpd/page.h"

#define IN_SERVER 2

typedef struct dump_t {
    apr_pool_t *p; /* for the line that is on its way */
    apr_file_t *out;
    apr_hash_t *hosts; /* the virtual hosts' server_rec by host_key, since there may be 10,000 */
} dump_t;

int ce_dump_is_asked_for(void)
{
    return ap_exists_config_define("DUMP_EXPOSE_HEADERS");
}

/* The texts that it is given may be in the pool */
static void say(const dump_t *dump, int indent, const char *text, const char *place)
{
    apr_file_puts(ce_page_lines(dump->p, indent, text, place), dump->out);
    apr_pool_clear(dump->p);
}

static void print_node(const dump_t *dump, const ap_directive_t *node, int indent)
{
    say(dump, indent, ce_node_text(dump->p, node),
        ce_page_place(dump->p, node->filename, node->line_num));
}

static int is_host(const ap_directive_t *node)
{
    return !apr_cstr_casecmp(node->directive, "<VirtualHost");
}

/* Whether something of ours stands there, outside of virtual hosts */
static int has_any(const ap_directive_t *nodes)
{
    for (; nodes; nodes = nodes->next) {
        if (ce_node_of(nodes) || (!is_host(nodes) && has_any(nodes->first_child))) {
            return 1;
        }
    }
    return 0;
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
        apr_pstrcat(dump->p, "comes to: ", ce_explain_policy(dump->p, ce_explain(dump->p, policy)),
                    NULL),
        NULL);
}

/* Containers inside of others have their lines alone: what comes before them isn't certain */
static void print_containers(const dump_t *dump, const ap_directive_t *nodes,
                             const ce_policy_t *server, int indent)
{
    for (; nodes; nodes = nodes->next) {
        const ce_policy_t *policy;

        if (is_host(nodes) || !has_any(nodes->first_child)) {
            continue;
        }
        print_node(dump, nodes, indent);
        policy = print_lines(dump, nodes->first_child, indent + 2);
        if (policy && server) {
            print_sum(dump, ce_policy_merge(dump->p, server, policy), indent + 2);
        }
        print_containers(dump, nodes->first_child, NULL, indent + 2);
    }
}

/* @param otherwise what is said of a server without directives */
static void print_server(const dump_t *dump, const server_rec *s, const ap_directive_t *nodes,
                         const char *otherwise)
{
    if (!s || !has_any(nodes)) {
        say(dump, IN_SERVER, otherwise, NULL);
        return;
    }
    if (print_lines(dump, nodes, IN_SERVER)) {
        print_sum(dump, ce_policy_of(s->lookup_defaults), IN_SERVER);
    }
    print_containers(dump, nodes, ce_policy_of(s->lookup_defaults), IN_SERVER);
}

/* The file's name as httpd keeps it is one for each reading of the file */
static const char *host_key(apr_pool_t *p, const char *file, int line_number)
{
    return apr_psprintf(p, "%pp %d", (const void *)file, line_number);
}

static apr_hash_t *hosts_of(apr_pool_t *p, const server_rec *main)
{
    apr_hash_t *hosts = apr_hash_make(p);
    const server_rec *s;

    for (s = main->next; s; s = s->next) {
        apr_hash_set(hosts, host_key(p, s->defn_name, (int)s->defn_line_number),
                     APR_HASH_KEY_STRING, s);
    }
    return hosts;
}

static void print_host(const dump_t *dump, const ap_directive_t *node, const char *otherwise)
{
    const server_rec *s = apr_hash_get(dump->hosts,
                                       host_key(dump->p, node->filename, node->line_num),
                                       APR_HASH_KEY_STRING);
    const char *name = s ? s->server_hostname : NULL;

    say(dump, 0, "", NULL);
    say(dump, 0, apr_pstrcat(dump->p, ce_node_text(dump->p, node), name ? " " : "", name, NULL),
        ce_page_place(dump->p, node->filename, node->line_num));
    print_server(dump, s, node->first_child, otherwise);
}

static void print_servers(const dump_t *dump, const server_rec *main)
{
    static const char none[] = "no directive of this module";
    const char *in_host = none, *name = main->server_hostname;
    const ap_directive_t *node;

    say(dump, 0, apr_pstrcat(dump->p, "The main server ", name ? name : "", NULL), NULL);
    if (has_any(ap_conftree)) {
        in_host = "no directive of this module, but for the main server's";
        if (main->next) {
            say(dump, IN_SERVER,
                "(this holds in the virtual hosts, too; what they come to is said without the "
                "containers here)",
                NULL);
        }
    }
    print_server(dump, main, ap_conftree, none);
    for (node = ap_conftree; node; node = node->next) {
        if (is_host(node)) {
            print_host(dump, node, in_host);
        }
    }
}

static void print_findings(const dump_t *dump, const ce_findings_t *findings,
                           ce_severity_e severity, const char *none, const char *title)
{
    int i, n = 0;

    say(dump, 0, "", NULL);
    for (i = 0; i < findings->list->nelts; i++) {
        const ce_finding_t *finding = &APR_ARRAY_IDX(findings->list, i, ce_finding_t);

        if (finding->severity != severity) {
            continue;
        }
        if (!n++) {
            say(dump, 0, title, NULL);
        }
        say(dump, IN_SERVER, finding->text,
            ce_page_place(dump->p, finding->file, finding->line_number));
    }
    if (!n) {
        say(dump, 0, none, NULL);
    }
}

void ce_dump(apr_pool_t *pconf, server_rec *main)
{
    const ce_findings_t *findings = ce_server_config(main)->findings;
    dump_t dump;

    if (!ce_dump_is_asked_for()) {
        return;
    }
    apr_pool_create(&dump.p, pconf);
    /* a line at a time would be a system call for each */
    apr_file_open_flags_stdout(&dump.out, APR_BUFFERED, pconf);
    dump.hosts = hosts_of(pconf, main);
    say(&dump, 0, ce_page_version(dump.p), NULL);
    say(&dump, 0, apr_pstrcat(dump.p, "ServerRoot ", ap_server_root, NULL), NULL);
    say(&dump, 0, "(without .htaccess files: ExposeHeadersExplain has them, for one URL)", NULL);
    say(&dump, 0, "", NULL);
    print_servers(&dump, main);
    print_findings(&dump, findings, CE_WARNING, "No warnings", "Warnings");
    print_findings(&dump, findings, CE_NOTE, "No notes", "Notes");
    apr_file_flush(dump.out);
    apr_pool_destroy(dump.p);
}

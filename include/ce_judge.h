/* SPDX-License-Identifier: Apache-2.0 */

/**
 * @file ce_judge.h
 * @brief What is said of a server, once all is gathered that its directives do.
 *
 * Of the face: it knows httpd's configuration tree.
 */

#ifndef CE_JUDGE_H
#define CE_JUDGE_H

#include "httpd.h"
#include "http_config.h"

#include "ce_findings.h"
#include "ce_line.h"

/** What a server's directives do, as bits. */
enum {
    CE_DOES_ALLOW = 1,        /**< Access-Control-Allow-Origin is set */
    CE_DOES_ALLOW_ALWAYS = 2, /**< on errors, too */
    CE_DOES_RUN = 4,       /**< a backend, a script, .htaccess files: may set what can't be seen */
    CE_DOES_PROXY_ALL = 8, /**< all paths are a backend's */
    CE_DOES_EXCLUDE = 16,  /**< all but some */
    CE_DOES_EXPOSE_ALL = 32, /**< there is an ExposeHeaders * */
    CE_DOES_WRITE_OUT = 64   /**< which is written out, or isn't for all */
};

/** What a Header line says. */
typedef struct ce_header_t {
    const char *action; /**< set, unset, ... */
    const char *name;
    const char *value;
    int always;
    int has_condition;
} ce_header_t;

/** A Header line about Access-Control-Expose-Headers. */
typedef struct ce_list_line_t {
    const ap_directive_t *node;
    ce_header_t header;
    int holds;     /**< ExposeHeaders exposes something where the line stands, ... */
    int own;       /**< ... by a line in the same container, ... */
    int inside;    /**< ... or it exposes something in a container inside */
    int in_server; /**< the line stands in no container */
} ce_list_line_t;

/** All that is gathered of a server. Arrays are NULL while they are empty. */
typedef struct ce_server_t {
    const struct ce_server_t *main; /**< whose directives hold here too, or NULL */
    unsigned does;                  /**< CE_DOES_ */
    const ce_line_t *first;         /**< the first line that exposes something, or NULL */
    const ce_line_t *in_files;      /**< the first one in a container of files, or NULL */
    const ap_directive_t *reported; /**< the last container that was warned of */
    apr_hash_t *variables;          /**< set from Origin: name to const ap_directive_t * */
    apr_array_header_t *env_lines;  /**< of const ce_line_t *: those with env= */
    apr_array_header_t *list_lines; /**< of ce_list_line_t */
    /** of const ap_directive_t *: Header lines that set Access-Control-Allow-Origin */
    apr_array_header_t *allowing;
    /** likewise: Access-Control-Allow-Credentials, under a condition */
    apr_array_header_t *crediting;
} ce_server_t;

/** @return 1 if a Header line sets something, else 0 */
int ce_judge_sets(const ce_header_t *header);

/** Say what is to be said of a server. */
void ce_judge(ce_findings_t *findings, const ce_server_t *server);

#endif /* CE_JUDGE_H */

/* SPDX-License-Identifier: Apache-2.0 */

/**
 * @file module.h
 * @brief What each file of the face knows: the module, its policies, and its directives in
 * httpd's configuration tree.
 */

#ifndef CE_MODULE_H
#define CE_MODULE_H

#include "apr_cstr.h"
#include "apr_strings.h"
#include "httpd.h"
#include "http_config.h"

#include "core/policy.h"
#include "explain/review.h"

/* -fvisibility=hidden holds for all but what httpd looks up by name; its own
 * macro is empty here */
extern module AP_MODULE_DECLARE_DATA cors_expose_module __attribute__((visibility("default")));

/** What a directive of ours leaves at its node of the tree, as data. */
typedef struct ce_node_t {
    const ce_policy_t *policy; /**< of the container that it stands in */
    const ce_line_t *line;     /**< of an ExposeHeaders directive, else NULL */
} ce_node_t;

/** @return what is known of a directive; NULL: it isn't ours */
static inline const ce_node_t *ce_node_of(const ap_directive_t *node)
{
    return (*node->directive | 0x20) == 'e'
                   && !apr_cstr_casecmpn(node->directive, "ExposeHeaders", 13)
               ? node->data
               : NULL;
}

/** @return the directive as configured, in @a p */
static inline const char *ce_node_text(apr_pool_t *p, const ap_directive_t *node)
{
    return *node->args ? apr_pstrcat(p, node->directive, " ", node->args, NULL) : node->directive;
}

/** @return the policy in a configuration of containers, as a request's per_dir_config */
static inline const ce_policy_t *ce_policy_of(const ap_conf_vector_t *config)
{
    return ap_get_module_config(config, &cors_expose_module);
}

/** Per server: the containers that were read in it. Virtual hosts without a
 * directive of ours share the main server's, since httpd merges none. Written
 * only while the configuration is read. */
typedef struct ce_server_config_t {
    apr_array_header_t *containers; /* of ce_policy_t *, each once; NULL: none */
    const ce_findings_t *findings;  /* the main server's: for the dump */
    unsigned char is_used;          /* there are some, here or in the main server, or .htaccess
                                     * files may bring some */
    unsigned char has_cache;        /* mod_cache is there */
} ce_server_config_t;

static inline ce_server_config_t *ce_server_config(const server_rec *s)
{
    return ap_get_module_config(s->module_config, &cors_expose_module);
}

#endif /* CE_MODULE_H */

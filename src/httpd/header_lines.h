/* SPDX-License-Identifier: Apache-2.0 */

/**
 * @file header_lines.h
 * @brief What mod_headers' lines have to do with ours, as a walk through the configuration tree
 * comes by them.
 */

#ifndef CE_HEADER_LINES_H
#define CE_HEADER_LINES_H

#include <string.h>

#include "apr_cstr.h"

#include "httpd/module.h"

/* What a server's directives do, as bits */
enum {
    CE_DOES_ALLOW = 1,        /* Access-Control-Allow-Origin is set */
    CE_DOES_ALLOW_ALWAYS = 2, /* on errors, too */
    CE_DOES_RUN = 4,          /* a backend, a script, .htaccess files: may set what can't be seen */
    CE_DOES_EXPOSE = 8,       /* an ExposeHeaders exposes something */
    CE_DOES_CACHE = 16,       /* mod_cache stores answers */
    CE_DOES_SEPARATE = 32     /* and is told whom they are for, or what not to store */
};

/* What the containers inside one do, as bits */
enum {
    CE_INSIDE_EXPOSES = 1, /* an ExposeHeaders that exposes something holds there, and isn't off */
    CE_INSIDE_OFF = 2      /* it is off there */
};

typedef struct ce_walk_t {
    ce_findings_t *findings;
    apr_pool_t *p;
    unsigned does;         /* and what the main server does, whose directives hold here too */
    unsigned hosts_do;     /* of the main server: what of its hosts' matters to it */
    apr_hash_t *variables; /* set from Origin: name to const ap_directive_t * */
    apr_array_header_t *locations;     /* with directives of ours; sorted once they are all there */
    const apr_array_header_t *outside; /* of a virtual host: the main server's, else NULL */
    const ap_directive_t *said_if;     /* the container that was spoken of last, or NULL */
    int said_nobody;                   /* that nothing sets Access-Control-Allow-Origin */
} ce_walk_t;

/* Access-Control-Allow-Origin, as one container's lines without conditions leave it */
typedef struct ce_allowed_t {
    const ap_directive_t *last;        /* that set it */
    const ap_directive_t *credentials; /* sets Access-Control-Allow-Credentials to true */
    int lines[2];                      /* of the response: by plain Header lines, by always */
    int is_any;                        /* it is * */
    int varies;                        /* other lines have a condition */
} ce_allowed_t;

/* The containers on the way to a directive */
typedef struct ce_scope_t {
    ce_walk_t *server;
    void (*visit)(struct ce_scope_t *scope, const ap_directive_t *node);
    const ap_directive_t *origin_if; /* one that tests Origin, or NULL */
    const ap_directive_t *last_if;   /* likewise, of the <If>, <ElseIf> and <Else> inside so far */
    const ap_directive_t *in_if;     /* the innermost of them, or NULL */
    const ce_container_t *own;       /* this container's directives of ours, or NULL */
    const char *path;                /* of a <Location> that is no pattern, or NULL */
    int has_condition;               /* a RewriteCond reads Origin, for the next RewriteRule */
    int in_preflight;                /* an <If> that is for preflights */
    int exposes;     /* an ExposeHeaders that exposes something holds, whether it's off or not */
    unsigned inside; /* of the containers inside so far */
    unsigned when;   /* a ce_when_e */
    int replaces;    /* ExposeHeadersBackend Replace */
    ce_allowed_t allowed;
} ce_scope_t;

#define CE_SAY(scope, severity, node, ...)                                                         \
    ce_findings_add((scope)->server->findings, severity, (node)->filename, (node)->line_num,       \
                    __VA_ARGS__)

/* Most are told apart by their first two letters */
static inline int ce_begins(const char *text, const char *with)
{
    return (text[0] | 0x20) == (with[0] | 0x20) && (text[1] | 0x20) == (with[1] | 0x20)
           && !apr_cstr_casecmpn(text, with, strlen(with));
}

static inline int ce_is_named(const ap_directive_t *node, const char *name)
{
    return ce_begins(node->directive, name) && !node->directive[strlen(name)];
}

static inline int ce_adds(const ce_container_t *own)
{
    return own && (own->policy.flags & CE_ADDS_NAME);
}

/** A line of mod_headers. */
typedef struct ce_header_t {
    const char *action; /* set, unset, ... */
    const char *name;
    const char *value;     /* of those that set it, else "" */
    const char *condition; /* as configured; "": none */
    int sets;              /* by its action */
    int always;
    int is_request; /* RequestHeader */
} ce_header_t;

/** Read a line about a header of CORS, or the request's Origin. @return 0: it is another one */
int ce_header_read(ce_header_t *header, apr_pool_t *p, const ap_directive_t *node);

/** Say what there is to say of a directive that isn't ours, if anything. */
void ce_header_say(ce_scope_t *scope, const ap_directive_t *node);

/** Say what all such lines of a container come to, after the last. */
void ce_header_say_all(ce_scope_t *scope);

#endif /* CE_HEADER_LINES_H */

/* Licensed to the public under the Apache License, Version 2.0; see LICENSE. */

/**
 * @file ce_policy.h
 * @brief What the configuration says: lines of edits, and their merge.
 *
 * A policy is immutable once its container is read: a merge makes a new node
 * that points at the two it merges, and nothing is joined before a response
 * needs it (ce_policy_flatten). Everything lives in the pool that the caller
 * gives, and borrows from what it is made of; so that must live as long.
 */

#ifndef CE_POLICY_H
#define CE_POLICY_H

#include "apr_pools.h"
#include "apr_tables.h"

#include "ce_names.h"
#include "ce_origin.h"

/** What an edit does. */
typedef enum {
    CE_ADD,    /**< Name, +Name */
    CE_REMOVE, /**< -Name */
    CE_FORGET  /**< None */
} ce_op_e;

/** What an edit is about. */
typedef enum {
    CE_NAME,      /**< one field name */
    CE_PATTERN,   /**< the names that a pattern matches */
    CE_EVERYTHING /**< '*' */
} ce_kind_e;

typedef struct ce_edit_t {
    ce_name_t name;
    unsigned char op;   /**< ce_op_e */
    unsigned char kind; /**< ce_kind_e */
} ce_edit_t;

/** The conditions of a line. All kinds must hold, of the origins one. */
typedef struct ce_condition_t {
    const apr_array_header_t *origins; /**< of ce_origin_t; NULL: any origin, or none */
    const char *env;                   /**< a variable; NULL: no such condition */
    const char *expr_text;             /**< as configured; NULL: no such condition */
    const void *expr;                  /**< the face's, compiled from expr_text */
    int env_negated;                   /**< 1: env=!VAR, else 0 */
} ce_condition_t;

/** One ExposeHeaders directive, or the edits of one call of cors_expose_add. */
typedef struct ce_line_t ce_line_t;
struct ce_line_t {
    const ce_line_t *before;   /**< the line before this one in its container, or NULL */
    const ce_line_t *after;    /**< the line behind it, or NULL */
    ce_condition_t *condition; /**< NULL: none */
    const ce_edit_t *edits;
    int nedits;
    int line_number;  /**< 0: not from a file */
    const char *file; /**< NULL: not from a file */
};

/** ExposeHeadersBackend, ExposeHeadersWildcard, ExposeHeadersWhen; 0: not said. */
typedef enum { CE_BACKEND_UNSET, CE_MERGE, CE_REPLACE, CE_KEEP } ce_backend_e;
typedef enum { CE_WILDCARD_UNSET, CE_AUTO, CE_EXPAND } ce_wildcard_e;
typedef enum { CE_WHEN_UNSET, CE_CORS, CE_ALLOWED, CE_ALWAYS, CE_OFF } ce_when_e;

/** The settings that these three are, as places in a policy's bits. */
typedef enum {
    CE_BACKEND_SETTING = 8,
    CE_WILDCARD_SETTING = 12,
    CE_WHEN_SETTING = 16
} ce_setting_e;

/** What a policy holds, as bits: each saves looking for it. */
enum {
    CE_HAS_DIRECTIVE = 1,  /**< some directive of the module */
    CE_HAS_PATTERN = 2,    /**< an edit adds a pattern or '*' */
    CE_HAS_ORIGIN = 4,     /**< an origin= condition */
    CE_HAS_EXPR = 8,       /**< an expr= condition */
    CE_HAS_CONDITION = 16, /**< a condition of any kind */
    CE_HAS_NEVER = 32,     /**< an ExposeHeadersNever list */
    CE_IS_INVOLVED = 64    /**< beyond sealed lists of names: its edits are taken one by one */
};

/** What is known of one name or pattern; the policy's own. */
typedef struct ce_item_t ce_item_t;

/** What the edits come to, their conditions decided. */
typedef struct ce_flat_t {
    const char *names;          /**< "A, B": the explicit names, in the order of the edits; or "" */
    apr_size_t names_len;       /**< bytes of names */
    unsigned char has_patterns; /**< a pattern or '*' is in force */
    unsigned char everything;   /**< '*' is in force with no removal behind it and no Never */

    /* of a sealed container that is a list of names */
    const ce_name_t *list; /**< the explicit names once more */
    apr_uint32_t nlist;    /**< of list */

    /* for ce_flat_exposes, where there are patterns */
    ce_item_t *items;       /**< the names, from the front */
    ce_item_t *patterns;    /**< the last item: patterns lie in front of it, the last edit's last */
    apr_uint32_t *slots;    /**< a hash table: index into items, plus one; 0: free */
    apr_uint32_t nslots;    /**< of slots */
    apr_uint32_t npatterns; /**< of all kinds, removals too */
} ce_flat_t;

/** A container's directives, or a merge of two policies. A container has its lines behind this. */
typedef struct ce_policy_t ce_policy_t;
struct ce_policy_t {
    const ce_policy_t *outer; /**< of a merge, else NULL */
    const ce_policy_t *inner; /**< of a merge, else NULL */
    const ce_flat_t *flat;    /**< set by ce_policy_seal, else NULL */
    apr_uint64_t sizes;       /**< see ce_policy_nedits and ce_policy_bytes: a merge adds both up */
    apr_uint32_t bits;        /**< CE_HAS_, and the settings in their places; 0: no directive */
    apr_uint32_t takes;       /**< the bits that it takes from an outer policy */
};

/** @return a ce_backend_e, ce_wildcard_e or ce_when_e */
static inline unsigned ce_policy_setting(const ce_policy_t *policy, ce_setting_e setting)
{
    return policy->bits >> setting & 15;
}

/**
 * Read the words of an ExposeHeaders directive.
 * @param line set to a new line in @a p, without file, and with
 *        condition->expr still to be compiled where there is an expr_text
 * @param directive the name that errors begin with
 * @param words of const char *, quotes resolved; they must live as long as @a p
 * @param warnings of const char *: texts for what is accepted but does nothing,
 *        or isn't what it seems, are pushed; may be NULL
 * @return NULL, or the error's text in @a p
 */
const char *ce_line_parse(ce_line_t **line, const char *directive, const apr_array_header_t *words,
                          apr_array_header_t *warnings, apr_pool_t *p);

/**
 * Read the words of an ExposeHeadersNever directive; as ce_line_parse. The
 * line's edits are removals; it has none if there was nothing beyond the
 * built-in Set-Cookie and Set-Cookie2.
 */
const char *ce_never_parse(ce_line_t **line, const char *directive, const apr_array_header_t *words,
                           apr_pool_t *p);

/**
 * Read what other modules add: edits without conditions, as one string.
 * @return as ce_line_parse; the line keeps its own copy of @a edits
 */
const char *ce_added_parse(ce_line_t **line, const char *caller, const char *edits, apr_pool_t *p);

/** @return an empty policy in @a p, for one container */
ce_policy_t *ce_policy_create(apr_pool_t *p);

/** @return how many edits and Never elements there are, at most */
static inline apr_uint32_t ce_policy_nedits(const ce_policy_t *policy)
{
    return (apr_uint32_t)(policy->sizes >> 32);
}

/** @return the bytes of all names that edits add, with ", " for each */
static inline apr_uint32_t ce_policy_bytes(const ce_policy_t *policy)
{
    return (apr_uint32_t)policy->sizes;
}

/** Give a container's policy a setting, for good: @a value isn't 0. */
void ce_policy_set(ce_policy_t *policy, ce_setting_e setting, unsigned value);

/** Append a line to a container's policy; the policy takes @a line over. */
void ce_policy_add(ce_policy_t *policy, ce_line_t *line);

/** Append an ExposeHeadersNever line to a container's policy, which takes it over. */
void ce_policy_add_never(ce_policy_t *policy, ce_line_t *line);

/**
 * @return the policy of @a inner inside @a outer: one of them if the other
 *         says nothing, else a node in @a p. Neither is changed.
 */
const ce_policy_t *ce_policy_merge(apr_pool_t *p, const ce_policy_t *outer,
                                   const ce_policy_t *inner);

/**
 * Do now what each request would do: flatten a policy whose edits depend on
 * no condition. To be called when the configuration is complete, for a merge
 * behind what it is made of; a second time does nothing.
 * @param p as long-lived as the policy
 * @param scratch for what isn't kept; not @a p
 */
void ce_policy_seal(ce_policy_t *policy, apr_pool_t *p, apr_pool_t *scratch);

/**
 * Look for what only a whole container shows: duplicates and, in the server's
 * own configuration, removals that nothing before them adds.
 * @param policy of one container, not merged
 * @param outermost whether nothing can come before it
 * @param warnings of const char *: texts are pushed, in @a p
 */
void ce_policy_review(const ce_policy_t *policy, int outermost, apr_array_header_t *warnings,
                      apr_pool_t *p);

/** How a condition came out. */
typedef enum {
    CE_FAILS, /**< the line isn't there */
    CE_HOLDS, /**< the line counts */
    CE_BROKEN /**< it can't be evaluated: the line's removals count, its additions don't */
} ce_holds_e;

/** What the client sent and other modules add: the same for all that is decided about a request. */
typedef struct ce_request_t {
    const char *origin;          /**< the Origin header, or NULL: then the client's rest is unset */
    const ce_line_t *added;      /**< other modules' last line, or NULL */
    unsigned char preflight;     /**< OPTIONS with Access-Control-Request-Method */
    unsigned char cookie;        /**< it has Cookie */
    unsigned char authorization; /**< it has Authorization */
} ce_request_t;

/** What the server does to a response's headers behind the decision, as bits. */
enum {
    CE_ADDS_ENCODING = 1, /**< Content-Encoding is added */
    CE_ADDS_RANGE = 2,    /**< Content-Range is added */
    CE_DROPS_ETAG = 4     /**< ETag is taken off */
};

/** What is asked about a request, each only when it is needed. */
typedef struct ce_questions_t {
    int (*env)(void *baton, const char *name);              /**< whether the variable is set */
    ce_holds_e (*expr)(void *baton, const ce_line_t *line); /**< the line's expr= */
    int (*user)(void *baton);                               /**< whether it was authenticated */
    int (*certificate)(void *baton); /**< whether a client certificate was verified */
    unsigned (*later)(void *baton);  /**< what comes behind the decision: CE_ADDS_, CE_DROPS_ */
} ce_questions_t;

/** A request, and how to ask about it. */
typedef struct ce_ask_t {
    const ce_request_t *request;
    const ce_questions_t *questions;
    void *baton;
} ce_ask_t;

/** What flattening reads besides the policy. */
typedef struct ce_extra_t {
    const ce_line_t *added;   /**< the last line that another module added, or NULL */
    const ce_line_t *backend; /**< the response's own list, as edits, or NULL */
    int backend_only;         /**< ExposeHeadersBackend Keep: no other edit counts */
} ce_extra_t;

/**
 * Decide the conditions, and apply all edits.
 * @param extra NULL: none
 * @param ask NULL: the policy has no conditions
 * @return in @a p, in one piece; borrows from the policy and @a extra
 */
const ce_flat_t *ce_policy_flatten(apr_pool_t *p, const ce_policy_t *policy,
                                   const ce_extra_t *extra, const ce_ask_t *ask);

/**
 * @param flat with flat->has_patterns
 * @return 1 if the response's header @a name is exposed by a pattern or '*'
 *         and isn't among flat->names; else 0
 */
int ce_flat_exposes(const ce_flat_t *flat, const ce_name_t *name);

#endif /* CE_POLICY_H */

/* SPDX-License-Identifier: Apache-2.0 */

/**
 * @file policy.h
 * @brief What the configuration says: a container's lines and settings, and their merge.
 *
 * A policy is immutable once its container is read: a merge makes a node that
 * points at the two it merges. What is made lives in the pool that is given,
 * and borrows from what it is made of: that must live as long.
 */

#ifndef CE_POLICY_H
#define CE_POLICY_H

#include "apr_pools.h"

#include "core/line.h"

/**
 * What one container may hold at most, far more than fits into a value: a
 * .htaccess file's patterns may each have to be matched with each of its names.
 */
#define CE_CONTAINER_PATTERNS 100
#define CE_CONTAINER_BYTES 16000
/** And all of those that are in force for one response: each <Files> of a .htaccess file is one. */
#define CE_RESPONSE_PATTERNS 400
#define CE_RESPONSE_BYTES 64000

/** The settings, and their values; 0: not said, 1: the default. */
typedef enum {
    CE_SETTING_BACKEND,
    CE_SETTING_WILDCARD,
    CE_SETTING_WHEN,
    CE_SETTING_EXPLAIN,
    CE_SETTING_DETAIL,
    CE_NSETTINGS
} ce_setting_e;
typedef enum {
    CE_BACKEND_UNSET,
    CE_BACKEND_MERGE,
    CE_BACKEND_REPLACE,
    CE_BACKEND_KEEP
} ce_backend_e;
typedef enum { CE_WILDCARD_UNSET, CE_WILDCARD_AUTO, CE_WILDCARD_EXPAND } ce_wildcard_e;
typedef enum {
    CE_WHEN_UNSET,
    CE_WHEN_CORS,
    CE_WHEN_ALLOWED,
    CE_WHEN_ALWAYS,
    CE_WHEN_OFF
} ce_when_e;
typedef enum { CE_EXPLAIN_UNSET, CE_EXPLAIN_OFF, CE_EXPLAIN_ON } ce_explain_e;

typedef enum { CE_DETAIL_UNSET, CE_DETAIL_OFF, CE_DETAIL_NOTE, CE_DETAIL_HEADER } ce_detail_e;

/** What a policy holds, as bits beside CE_ON_, its conditions': each spares looking for it. */
enum {
    CE_IN_FORCE = 8,      /**< some directive of the module */
    CE_ADDS_NAME = 16,    /**< an edit adds something, its condition holding or not */
    CE_ADDS_PATTERN = 32, /**< an edit adds a pattern or '*', likewise */
    CE_HAS_RULE = 64,     /**< an edit removes something, or is about a pattern */
    CE_HAS_NEVER = 128,   /**< an ExposeHeadersNever list */
    CE_HAS_SETTING = 256, /**< one of the settings */
    CE_FORGETS = 512      /**< an unconditional None: no edit of an outer policy counts */
};

/** A container's directives, or a merge of two policies. */
typedef struct ce_policy_t {
    const struct ce_policy_t *outer; /**< of a merge, else NULL */
    const struct ce_policy_t *inner; /**< of a merge, else NULL */
    /* set by ce_value_prepare, else NULL */
    const struct ce_exposed_t *prepared; /**< all edits applied */
    const struct ce_exposed_t *final;    /**< and Never; the same where there is none */
    apr_uint32_t nedits;                 /**< at most so many edits and Never elements */
    apr_uint32_t ncontainers;            /**< that it is made of */
    unsigned short flags;
    unsigned char setting[CE_NSETTINGS]; /**< a ce_backend_e, ce_wildcard_e, ce_when_e */
} ce_policy_t;

typedef struct ce_place_t {
    const char *file;
    int line_number;
} ce_place_t;

/** Lines in the order of the file; NULL: none. */
typedef struct ce_lines_t {
    ce_line_t *first;
    ce_line_t *last;
} ce_lines_t;

/** What ce_policy_create makes: a policy that is no merge. */
typedef struct ce_container_t {
    ce_policy_t policy;
    ce_lines_t lines;
    ce_lines_t never;       /**< the Never lists, as lines of removals */
    const ce_line_t *start; /**< no line before this one counts: first, or the last with a None */
    ce_place_t *places;     /**< where the settings stand; NULL: there is none */
    apr_uint32_t npatterns; /**< of all lines */
    apr_size_t bytes;       /**< of all names */
    unsigned char is_if;    /**< an <If>: it holds for some requests for a URL */
} ce_container_t;

/** @return the container that a policy without an inner one is */
static inline const ce_container_t *ce_container_of(const ce_policy_t *policy)
{
    return (const ce_container_t *)policy;
}

/** @return an empty policy in @a p, for one container */
ce_policy_t *ce_policy_create(apr_pool_t *p);

/** Give a container's policy a setting, for good: a value that isn't 0. */
void ce_policy_set(ce_policy_t *policy, ce_setting_e setting, unsigned value, const char *file,
                   int line_number, apr_pool_t *p);

/** @return the keyword of a value, NULL after the last; of 0: the directive's name; all static */
const char *ce_setting_word(ce_setting_e setting, unsigned value);

/** Append a line to a container's policy. @return NULL, or what is too much: CE_CONTAINER_ */
const char *ce_policy_add(ce_policy_t *policy, ce_line_t *line, apr_pool_t *p);

/** @return the policy of @a inner inside @a outer: one of them if the other says nothing */
const ce_policy_t *ce_policy_merge(apr_pool_t *p, const ce_policy_t *outer,
                                   const ce_policy_t *inner);

/** As ce_policy_merge, with what other modules add to one request: its innermost container. */
const ce_policy_t *ce_policy_extend(apr_pool_t *p, const ce_policy_t *policy,
                                    const ce_policy_t *added);

/** Of which containers of a policy that follows another only the Never lists count. */
typedef enum { CE_NEVER_OF_NONE, CE_NEVER_OF_ALL, CE_NEVER_OF_IF } ce_never_only_e;

/**
 * The policy of a request that became another one: the containers of @a before,
 * and inside them those of @a after that aren't among them.
 * @return @a before itself where nothing is added to it
 */
const ce_policy_t *ce_policy_follow(apr_pool_t *p, const ce_policy_t *before,
                                    const ce_policy_t *after, ce_never_only_e never_only);

/** @return 1 if a policy is that of @a url, whoever asks for it: it has the same containers in the
 * same order, none of them an <If>, and no condition that depends on more of the request; else 0 */
int ce_policy_is_of_url(apr_pool_t *p, const ce_policy_t *policy, const ce_policy_t *url);

/** @return the containers that a policy is made of, from the outermost to the innermost */
const ce_container_t **ce_policy_containers(apr_pool_t *p, const ce_policy_t *policy);

#endif /* CE_POLICY_H */

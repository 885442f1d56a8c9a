/* SPDX-License-Identifier: Apache-2.0 */

/**
 * @file line.h
 * @brief One directive's line: its edits, and the conditions under which they count.
 */

#ifndef CE_LINE_H
#define CE_LINE_H

#include "apr_pools.h"
#include "apr_tables.h"

#include "core/name.h"
#include "core/origin.h"

/** What an edit does. */
typedef enum {
    CE_ADD,    /**< Name, +Name */
    CE_REMOVE, /**< -Name */
    CE_FORGET  /**< None */
} ce_op_e;

/** What an edit is about. */
typedef enum {
    CE_NAME,    /**< one field name */
    CE_PATTERN, /**< the names that a pattern matches */
    CE_WILDCARD /**< '*': every name */
} ce_kind_e;

typedef struct ce_edit_t {
    ce_name_t name;
    ce_op_e op;
    ce_kind_e kind;
} ce_edit_t;

/** The kinds of conditions, in the order in which they are asked for: each has its row in line.c.
 */
typedef enum { CE_ORIGIN, CE_ENV, CE_EXPR, CE_NCONDITIONS } ce_condition_e;

/** Their keywords, for whoever tells of all. */
#define CE_CONDITIONS "origin=, env= or expr="

/** What makes stored copies of a response differ by more than its URL, as bits. */
enum {
    CE_ON_ORIGIN = 1,   /**< a condition depends on the request's Origin */
    CE_ON_RESPONSE = 2, /**< on what only a whole response shows */
    CE_ON_REQUEST = 4,  /**< on more of the request than its URL and Origin */
    CE_ON_ANY = 7
};

/** The conditions of a line. All kinds that are there must hold, of the origins one. */
typedef struct ce_condition_t {
    /** of each kind as configured: of const char *, `origin=A` and `origin=B`; NULL: none */
    apr_array_header_t *texts[CE_NCONDITIONS];
    unsigned depends;            /**< CE_ON_ */
    apr_array_header_t *origins; /**< of ce_origin_t */
    const char *env;             /**< a variable */
    int env_negated;             /**< 1: env=!VAR, else 0 */
    const char *expr_text;       /**< what follows expr=, or NULL */
    const void *expr;            /**< the face's, compiled from expr_text */
} ce_condition_t;

/** One ExposeHeaders or ExposeHeadersNever directive, or what one call of cors_expose_add adds. */
typedef struct ce_line_t {
    const struct ce_line_t *next; /**< the line after this one, or NULL */
    ce_condition_t *condition;    /**< NULL: none */
    const ce_edit_t *edits;
    int nedits;
    int is_never;     /**< 1: of an ExposeHeadersNever directive, all removals; else 0 */
    int line_number;  /**< 0: not from a file */
    const char *file; /**< NULL: not from a file */
} ce_line_t;

/** How a line's conditions come out. */
typedef enum {
    CE_FAILS, /**< the line isn't there */
    CE_HOLDS, /**< the line counts */
    CE_BROKEN /**< an expression can't be evaluated: removals count, additions don't */
} ce_holds_e;

/** What conditions are evaluated against. */
typedef struct ce_context_t {
    const char *origin;                                   /**< the request's Origin, or NULL */
    int (*env)(void *ctx, const char *name);              /**< whether the variable is set */
    ce_holds_e (*expr)(void *ctx, const ce_line_t *line); /**< the line's expr= */
    void *ctx;                                            /**< for the functions */
} ce_context_t;

/**
 * Read the words of an ExposeHeaders directive.
 * @param line set to a new line in @a p, without file, and with
 *        condition->expr still to be compiled where there is an expr_text
 * @param directive the name that errors begin with
 * @param words of const char *, quotes resolved; copied
 * @return NULL, or the error's text in @a p
 */
const char *ce_line_parse(ce_line_t **line, const char *directive, const apr_array_header_t *words,
                          apr_pool_t *p);

/**
 * As ce_line_parse, for an ExposeHeadersNever directive: the edits are removals;
 * none, if there was nothing but the built-in Set-Cookie and Set-Cookie2.
 */
const char *ce_never_parse(ce_line_t **line, const char *directive, const apr_array_header_t *words,
                           apr_pool_t *p);

/** As ce_line_parse, for what other modules add: edits without conditions, as one string. */
const char *ce_added_parse(ce_line_t **line, const char *caller, const char *edits, apr_pool_t *p);

/** @return whether the line counts; @a context isn't read where there is no condition */
ce_holds_e ce_line_holds(const ce_line_t *line, const ce_context_t *context);

/** @return the first of a line's conditions that fails, as configured; NULL: none does */
const char *ce_line_fails(apr_pool_t *p, const ce_line_t *line, const ce_context_t *context);

/** @return 1 if an edit of the line adds something of @a kind or wider, else 0 */
int ce_line_adds(const ce_line_t *line, ce_kind_e kind);

#endif /* CE_LINE_H */

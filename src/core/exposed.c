/* SPDX-License-Identifier: Apache-2.0 */

#include <string.h>

#include "apr_strings.h"

#include "core/exposed.h"

/* ------------------------------------------------------------------ */
/* One edit                                                            */

static void take_out(ce_exposed_t *e, ce_member_t *member)
{
    if (member->state == CE_EXPLICIT) {
        e->bytes -= ce_room_of(&member->name);
        e->ntaken++;
    }
    member->state = CE_GONE;
}

static void add_name(ce_exposed_t *e, const ce_name_t *name, int is_own)
{
    apr_uint32_t *slot;
    ce_member_t *member = ce_names_find(&e->names, name, &slot, is_own);

    if (!slot) {
        e->left_out++; /* only a name of the response's can be crowded out */
        return;
    }
    if (member && member->state == CE_EXPLICIT) {
        if (member >= e->names.members + e->nown) {
            return;
        }
        /* the configuration's place and spelling come before the own list's */
        e->bytes -= ce_room_of(&member->name);
        member->state = CE_GONE;
    }
    /* a removal before it stays among the members: it takes away what outer containers add */
    ce_names_append(&e->names, slot, name, CE_EXPLICIT);
    e->bytes += ce_room_of(name);
}

/* The removal comes after so many of the rules */
static void remove_name(ce_exposed_t *e, const ce_name_t *name, apr_uint32_t nrules)
{
    apr_uint32_t *slot;
    ce_member_t *member = ce_names_find(&e->names, name, &slot, 0);

    if (member && member->state != CE_REMOVED) {
        take_out(e, member);
    }
    if (!member || member->state == CE_GONE) {
        member = ce_names_append(&e->names, slot, name, CE_REMOVED);
    }
    member->value = nrules;
    e->everything = 0;
}

static void append_rule(ce_exposed_t *e, const ce_name_t *pattern, ce_op_e op)
{
    e->rules[e->nrules].pattern = *pattern;
    e->rules[e->nrules++].op = op;
}

static void add_pattern(ce_exposed_t *e, const ce_name_t *pattern)
{
    append_rule(e, pattern, CE_ADD);
    e->npatterns++;
    e->everything |= ce_name_is_wildcard(pattern);
}

static void forget(ce_exposed_t *e)
{
    for (; e->nforgotten < e->names.nmembers; e->nforgotten++) {
        take_out(e, &e->names.members[e->nforgotten]);
    }
    e->ntaken += e->npatterns;
    e->nrules = 0;
    e->npatterns = 0;
    e->everything = 0;
    e->forgets = 1;
}

static void remove_pattern(ce_exposed_t *e, const ce_name_t *pattern)
{
    apr_uint32_t i;

    e->everything = 0;
    if (ce_name_is_wildcard(pattern)) {
        forget(e);
        return;
    }
    for (i = 0; i < e->nrules; i++) {
        if (e->rules[i].op == CE_ADD && ce_name_equal(&e->rules[i].pattern, pattern)) {
            e->rules[i].op = CE_FORGET;
            e->npatterns--;
        }
    }
    for (i = e->nforgotten; i < e->names.nmembers; i++) {
        ce_member_t *member = &e->names.members[i];

        if (member->state == CE_EXPLICIT && ce_name_matches(pattern, &member->name)) {
            take_out(e, member);
        }
    }
    append_rule(e, pattern, CE_REMOVE);
}

static void apply_edit(ce_exposed_t *e, const ce_edit_t *edit)
{
    switch (edit->op) {
    case CE_ADD:
        if (edit->kind == CE_NAME) {
            add_name(e, &edit->name, 0);
        }
        else {
            add_pattern(e, &edit->name);
        }
        break;
    case CE_REMOVE:
        if (edit->kind == CE_NAME) {
            remove_name(e, &edit->name, e->nrules);
        }
        else {
            remove_pattern(e, &edit->name);
        }
        break;
    default:
        forget(e);
        break;
    }
}

/* ------------------------------------------------------------------ */
/* Lines, containers, and all there is                                 */

static void apply_lines(ce_exposed_t *e, const ce_line_t *line, const ce_context_t *context)
{
    for (; line; line = line->next) {
        ce_holds_e how = ce_line_holds(line, context);
        int i;

        for (i = 0; how != CE_FAILS && i < line->nedits; i++) {
            if (how == CE_HOLDS || line->edits[i].op != CE_ADD) {
                apply_edit(e, &line->edits[i]);
            }
        }
    }
}

/* What a container's edits came to: the rules first, and the names after them, which know how many
 * of these rules came before */
static void apply_result(ce_exposed_t *e, const ce_exposed_t *result)
{
    apr_uint32_t base, i;

    if (result->forgets) {
        forget(e);
    }
    base = e->nrules;
    for (i = 0; i < result->nrules; i++) {
        const ce_rule_t *rule = &result->rules[i];

        if (rule->op == CE_ADD) {
            add_pattern(e, &rule->pattern);
        }
        else if (rule->op == CE_REMOVE) {
            remove_pattern(e, &rule->pattern);
        }
        else {
            append_rule(e, &rule->pattern, rule->op); /* out of force, but counted */
        }
    }
    for (i = 0; i < result->names.nmembers; i++) {
        const ce_member_t *member = &result->names.members[i];

        if (member->state == CE_EXPLICIT) {
            add_name(e, &member->name, 0);
        }
        else if (member->state == CE_REMOVED) {
            remove_name(e, &member->name, base + member->value);
        }
    }
    e->everything |= result->everything;
}

static void apply_edits(ce_exposed_t *e, const ce_container_t *const *containers, apr_uint32_t n,
                        const ce_context_t *context)
{
    apr_uint32_t i;

    for (i = n - 1; i > 0 && !(containers[i]->policy.flags & CE_FORGETS); i--) {
        /* no edit counts that comes before the last container with a None */
    }
    for (; i < n; i++) {
        if (containers[i]->policy.prepared) {
            apply_result(e, containers[i]->policy.prepared);
        }
        else {
            apply_lines(e, containers[i]->start, context);
        }
    }
}

/* An element of the response's own list: an edit that adds */
static void apply_element(ce_exposed_t *e, const ce_name_t *name)
{
    e->nvalid++;
    if (ce_name_is_wildcard(name)) {
        if (!e->npatterns) {
            add_pattern(e, name);
        }
    }
    else if (name->len > CE_VALUE_MAX) {
        e->left_out++;
    }
    else if (ce_name_class(name) == CE_NAME_FORBIDDEN) {
        e->ntaken++; /* edits can't name it, a response can */
    }
    else {
        add_name(e, name, 1);
    }
}

/* The response's own list, in the order of its lines. Once as much was looked
 * at as fits, the rest is counted, and neither compared nor hashed. */
static void apply_own(ce_exposed_t *e, const apr_array_header_t *own)
{
    apr_size_t looked_at = 0;
    int i;

    for (i = 0; own && i < own->nelts; i++) {
        const char *list = APR_ARRAY_IDX(own, i, const char *);
        ce_name_t element;
        ce_list_e what;

        while (looked_at <= CE_VALUE_MAX && (what = ce_list_next(&list, &element)) != CE_LIST_END) {
            looked_at += ce_room_of(&element);
            if (what == CE_LIST_NAME) {
                apply_element(e, &element);
            }
            else if (e->nmalformed++ == 0) {
                e->malformed = element;
            }
        }
        e->left_out += ce_list_count(list);
    }
    e->nown = e->names.nmembers;
}

/* How many elements are looked at, at most: there is a comma after each but the last of a line */
static apr_uint32_t count_own(const apr_array_header_t *own)
{
    apr_uint32_t n = 0;
    int i;

    for (i = 0; own && i < own->nelts && n < CE_NAMES_MAX; i++) {
        const char *list = APR_ARRAY_IDX(own, i, const char *);

        for (n++; n < CE_NAMES_MAX && (list = strchr(list, ',')); list++) {
            n++;
        }
    }
    return n;
}

/* What is exposed where all containers together say more than may be applied to one
 * response: nothing. NULL: they don't. */
static ce_exposed_t *refuse(apr_pool_t *p, const ce_container_t *const *containers, apr_uint32_t n)
{
    apr_uint32_t npatterns = 0, i;
    apr_size_t bytes = 0;
    ce_exposed_t *e;

    for (i = 0; i < n; i++) {
        npatterns += containers[i]->npatterns;
        bytes += containers[i]->bytes;
        if (npatterns > CE_RESPONSE_PATTERNS || bytes > CE_RESPONSE_BYTES) {
            e = apr_pcalloc(p, sizeof(*e));
            e->bound = npatterns > CE_RESPONSE_PATTERNS
                           ? APR_STRINGIFY(CE_RESPONSE_PATTERNS) " patterns"
                           : APR_STRINGIFY(CE_RESPONSE_BYTES) " bytes of names";
            e->excess = containers[i];
            return e;
        }
    }
    return NULL;
}

const ce_exposed_t *ce_exposed_apply(apr_pool_t *p, apr_pool_t *scratch,
                                     const ce_sources_t *sources, const ce_context_t *context)
{
    const ce_policy_t *policy = sources->policy;
    apr_uint32_t n = policy->ncontainers, i;
    const ce_container_t **containers;
    ce_exposed_t *e;

    if (policy->final && !sources->own) {
        return policy->final;
    }
    containers = ce_policy_containers(scratch, policy);
    e = refuse(p, containers, n);
    if (e) {
        return e;
    }
    e = apr_pcalloc(p, sizeof(*e));
    ce_names_init(&e->names, p, scratch, policy->nedits + count_own(sources->own));
    /* one more for a '*' of the response's own list */
    e->rules = apr_palloc(p, (policy->nedits + (sources->own != NULL)) * sizeof(*e->rules));
    apply_own(e, sources->own);
    if (!sources->own_only && !(sources->own_decides && e->nvalid)) {
        apply_edits(e, containers, n, context);
    }
    if ((policy->flags & CE_HAS_NEVER) && !sources->without_never) {
        for (i = 0; i < n; i++) {
            apply_lines(e, containers[i]->never.first, NULL);
        }
    }
    return e;
}

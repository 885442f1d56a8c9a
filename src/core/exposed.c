/* SPDX-License-Identifier: Apache-2.0 */

#include <string.h>

#include "apr_strings.h"

#include "core/exposed.h"

/* What a name takes of the value, with ", ". One that is longer than the value
 * takes nothing: it is left out alone. */
static inline apr_size_t room_of(const ce_name_t *name)
{
    return name->len > CE_VALUE_MAX ? 0 : name->len + 2;
}

static void create(ce_exposed_t *e, apr_pool_t *p, apr_pool_t *scratch, apr_uint32_t nnames,
                   apr_uint32_t nrules)
{
    memset(e, 0, sizeof(*e));
    ce_names_init(&e->names, p, scratch, nnames);
    e->rules = nrules ? apr_palloc(p, nrules * sizeof(*e->rules)) : NULL;
}

/* ------------------------------------------------------------------ */
/* One edit                                                            */

static void take_out(ce_exposed_t *e, ce_member_t *member)
{
    if (member->state == CE_EXPLICIT) {
        e->bytes -= room_of(&member->name);
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
        e->bytes -= room_of(&member->name);
        member->state = CE_GONE;
    }
    /* a removal before it stays among the members: it takes away what outer containers add */
    ce_names_append(&e->names, slot, name, CE_EXPLICIT);
    e->bytes += room_of(name);
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
    member->nrules = nrules;
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
    for (; e->first < e->names.nmembers; e->first++) {
        take_out(e, &e->names.members[e->first]);
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
    for (i = e->first; i < e->names.nmembers; i++) {
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

/* A value's names in their order: the first nown of them, the own list's, are the last */
static inline const ce_member_t *member_at(ce_names_t names, apr_uint32_t nown, apr_uint32_t i)
{
    i += nown;
    return &names.members[i < names.nmembers ? i : i - names.nmembers];
}

/* What edits came to: the rules first, and the names after them, which know how
 * many of these rules came before */
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
        const ce_member_t *member = member_at(result->names, result->nown, i);

        if (member->state == CE_EXPLICIT) {
            add_name(e, &member->name, i >= result->names.nmembers - result->nown);
        }
        else if (member->state == CE_REMOVED) {
            remove_name(e, &member->name, base + member->nrules);
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

static void apply_never(ce_exposed_t *e, const ce_container_t *const *containers, apr_uint32_t n)
{
    apr_uint32_t i;

    for (i = 0; i < n; i++) {
        apply_lines(e, containers[i]->first_never, NULL);
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
            looked_at += room_of(&element);
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

const ce_exposed_t *ce_exposed_apply(apr_pool_t *p, const ce_sources_t *sources,
                                     const ce_context_t *context)
{
    const ce_policy_t *policy = sources->policy;
    const ce_container_t **containers;
    apr_uint32_t n;
    ce_exposed_t *e;

    if (policy->final && !sources->own) {
        return policy->final;
    }
    e = apr_palloc(p, sizeof(*e));
    create(e, p, p, policy->nedits + count_own(sources->own), policy->nedits + 1);
    containers = ce_policy_containers(p, policy, &n);
    apply_own(e, sources->own);
    if (!sources->own_only && !(sources->own_decides && e->nvalid)) {
        apply_edits(e, containers, n, context);
    }
    if (policy->flags & CE_HAS_NEVER) {
        apply_never(e, containers, n);
    }
    return e;
}

/* ------------------------------------------------------------------ */
/* Writing                                                             */

/* Names are too short for memcpy: by words of eight bytes, the last of which may
 * overlap the one before it. That spares 300 instructions over 25 headers. */
static inline char *copy(char *out, const char *text, apr_size_t len)
{
    apr_size_t i;

    if (len >= 8) {
        for (i = 0; i + 8 < len; i += 8) {
            memcpy(out + i, text + i, 8);
        }
        memcpy(out + len - 8, text + len - 8, 8);
    }
    else {
        for (i = 0; i < len; i++) {
            out[i] = text[i];
        }
    }
    return out + len;
}

/* The last names are left out, whole, even where a shorter one would fit: they
 * are never the configuration's */
static const char *write_all(apr_pool_t *p, const ce_exposed_t *e, int wildcard,
                             apr_uint32_t *missing)
{
    static const char wild[] = "*, ";
    apr_size_t all = e->bytes + (wildcard ? sizeof(wild) - 1 : 0), used = 0;
    char *value = apr_palloc(p, (all < CE_VALUE_MAX ? all : CE_VALUE_MAX + 2) + 1), *out = value;
    ce_names_t names = e->names; /* here, where writing to out can't change it */
    apr_uint32_t nown = e->nown, i;

    if (wildcard) {
        out = copy(out, wild, sizeof(wild) - 1);
        used = sizeof(wild) - 1;
    }
    for (i = 0; i < names.nmembers; i++) {
        const ce_member_t *member = member_at(names, nown, i);

        if (member->state == CE_EXPLICIT) {
            apr_size_t room = room_of(&member->name);

            used += room;
            if (!room || used > CE_VALUE_MAX + 2) {
                ++*missing;
            }
            else {
                out = copy(out, member->name.text, member->name.len);
                *out++ = ',';
                *out++ = ' ';
            }
        }
    }
    out -= out > value ? 2 : 0;
    *out = '\0';
    return value;
}

const char *ce_exposed_write(apr_pool_t *p, const ce_exposed_t *exposed, int wildcard,
                             apr_uint32_t *missing)
{
    *missing += exposed->left_out;
    if (exposed->text) {
        /* "*, A, B", or "*" alone */
        return exposed->text + (wildcard ? 0 : exposed->text[1] ? 3 : 1);
    }
    return write_all(p, exposed, wildcard, missing);
}

/* ------------------------------------------------------------------ */
/* Writing out                                                         */

/* Whether a rule after the first nrules exposes the name */
static int is_exposed(const ce_exposed_t *e, apr_uint32_t nrules, const ce_name_t *name)
{
    apr_uint32_t i;

    for (i = e->nrules; i > nrules; i--) {
        const ce_rule_t *rule = &e->rules[i - 1];

        /* after one that is out of force comes the removal that did it */
        if (ce_name_is_wildcard(&rule->pattern) || ce_name_matches(&rule->pattern, name)) {
            return rule->op == CE_ADD;
        }
    }
    return 0;
}

/* A name that is exposed is kept where it was read. One that is crowded out takes
 * its room, too: so there is an end to looking. */
static inline void list_header(ce_exposed_t *e, const char *key)
{
    ce_name_t *name = &ce_names_next(&e->names)->name;
    const ce_member_t *member;
    apr_uint32_t *slot, nrules;

    /* what is no token would void the list, and '*' would be the wildcard */
    if (!ce_name_read(name, key) || key[name->len] || ce_name_is_wildcard(name)
        || ce_name_class(name) != CE_NAME_ORDINARY) {
        return;
    }
    member = ce_names_find(&e->names, name, &slot, 1);
    nrules = member && member->state == CE_REMOVED ? member->nrules : 0;
    if ((member && member->state == CE_EXPLICIT)
        || !((!member && e->everything) || is_exposed(e, nrules, name))) {
        return;
    }
    e->bytes += room_of(name);
    if (slot && name->len <= CE_VALUE_MAX) {
        ce_names_keep(&e->names, slot, CE_EXPLICIT);
    }
    else {
        e->left_out++;
    }
}

/* Once the value is full, what comes after that is counted, not compared */
static void list_headers(ce_exposed_t *e, const apr_table_entry_t *entry, int n)
{
    const apr_table_entry_t *end = entry + n;

    for (; entry < end && e->bytes <= CE_VALUE_MAX + 2; entry++) {
        list_header(e, entry->key);
    }
    e->left_out += (apr_uint32_t)(end - entry);
}

/* List a name only if it is explicit */
static void hide(ce_exposed_t *e, const ce_name_t *name)
{
    apr_uint32_t *slot;
    ce_member_t *member = ce_names_find(&e->names, name, &slot, 1);

    if (slot && (!member || member->state == CE_GONE)) {
        member = ce_names_append(&e->names, slot, name, CE_REMOVED);
    }
    if (member && member->state == CE_REMOVED) {
        member->nrules = e->nrules;
    }
}

/* How many names writing out may find, at most: the value is full after that */
static apr_uint32_t count_headers(const ce_headers_t *headers)
{
    apr_uint32_t n = (apr_uint32_t)apr_table_elts(headers->tables[0])->nelts
                     + (apr_uint32_t)apr_table_elts(headers->tables[1])->nelts;

    return (n <= CE_NAMES_MAX ? n : CE_NAMES_MAX + 1) + CE_LATER_MAX;
}

/* The fields that Connection names are hop-by-hop (RFC 9110, section 7.6.1) */
static const char *hop_by_hop(apr_pool_t *p, const ce_headers_t *headers)
{
    const char *list = "";
    int i;

    for (i = 0; i < 2; i++) {
        /* apr_table_getm costs 150 instructions where there is none */
        if (apr_table_get(headers->tables[i], "Connection")) {
            list = apr_pstrcat(p, list, ",", apr_table_getm(p, headers->tables[i], "Connection"),
                               NULL);
        }
    }
    return list;
}

const char *ce_exposed_write_out(apr_pool_t *p, const ce_exposed_t *exposed,
                                 const ce_headers_t *headers, apr_uint32_t *missing)
{
    const char *hidden = hop_by_hop(p, headers);
    apr_uint32_t nhidden = ce_list_count(hidden);
    ce_name_t name;
    ce_exposed_t e;
    int i;

    nhidden = nhidden < CE_NAMES_MAX ? nhidden : CE_NAMES_MAX;
    create(&e, p, p, exposed->names.nmembers + nhidden + 1 + count_headers(headers),
           exposed->nrules);
    apply_result(&e, exposed);
    for (; nhidden > 0; nhidden--) {
        if (ce_list_next(&hidden, &name) == CE_LIST_NAME) {
            hide(&e, &name);
        }
    }
    if (headers->drops_etag) {
        ce_name_read(&name, "ETag");
        hide(&e, &name);
    }
    for (i = 0; i < 2; i++) {
        const apr_array_header_t *entries = apr_table_elts(headers->tables[i]);

        list_headers(&e, (const apr_table_entry_t *)entries->elts, entries->nelts);
    }
    list_headers(&e, headers->later, headers->nlater);
    *missing += exposed->left_out + e.left_out;
    return write_all(p, &e, 0, missing);
}

/* ------------------------------------------------------------------ */
/* Startup                                                             */

static const ce_exposed_t *keep(apr_pool_t *p, const ce_exposed_t *e)
{
    ce_exposed_t *kept = apr_pmemdup(p, e, sizeof(*e));
    apr_uint32_t missing = 0;
    const char *text = write_all(p, e, 1, &missing);

    /* only its members are asked for: requests look into tables of their own */
    kept->names.slots = NULL;
    kept->names.nslots = 0;
    kept->text = missing ? NULL : text;
    return kept;
}

void ce_exposed_prepare(ce_policy_t *policy, apr_pool_t *p, apr_pool_t *scratch)
{
    const ce_container_t **containers;
    apr_uint32_t n;
    ce_exposed_t e;

    if (!policy->flags || (policy->flags & CE_HAS_CONDITION) || policy->final) {
        return;
    }
    containers = ce_policy_containers(scratch, policy, &n);
    create(&e, p, scratch, policy->nedits, policy->nedits);
    apply_edits(&e, containers, n, NULL);
    policy->prepared = policy->final = keep(p, &e);
    if (policy->flags & CE_HAS_NEVER) {
        create(&e, p, scratch, policy->nedits, policy->nedits);
        apply_result(&e, policy->prepared);
        apply_never(&e, containers, n);
        policy->final = keep(p, &e);
    }
}

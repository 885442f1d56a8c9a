/* SPDX-License-Identifier: Apache-2.0 */

#include <string.h>

#include "apr_strings.h"

#include "ce_exposed.h"

/* What is on no list unless it is named explicitly */
#define NEVER_WRITTEN_OUT (CE_NAME_SAFELISTED | CE_NAME_UNLISTED | CE_NAME_FORBIDDEN)

/* What a name takes of the value. One that is longer than the value takes
 * nothing: it is left out alone. */
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
    ce_names_append(&e->names, slot, name, CE_EXPLICIT);
    e->bytes += room_of(name);
    e->has_long |= name->len > CE_VALUE_MAX;
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
    e->bare = 0;
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
    e->bare |= ce_name_is_wildcard(pattern);
}

static void forget(ce_exposed_t *e)
{
    for (; e->first < e->names.nmembers; e->first++) {
        take_out(e, &e->names.members[e->first]);
    }
    e->ntaken += e->npatterns;
    e->nrules = 0;
    e->npatterns = 0;
    e->bare = 0;
    e->forgets = 1;
}

static void remove_pattern(ce_exposed_t *e, const ce_name_t *pattern)
{
    apr_uint32_t i;

    e->bare = 0;
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

/* What a container comes to: its rules first, its names after them */
static void apply_prepared(ce_exposed_t *e, const ce_exposed_t *prepared)
{
    apr_uint32_t base, i;

    if (prepared->forgets) {
        forget(e);
    }
    base = e->nrules;
    for (i = 0; i < prepared->nrules; i++) {
        const ce_rule_t *rule = &prepared->rules[i];

        if (rule->op == CE_ADD) {
            add_pattern(e, &rule->pattern);
        }
        else if (rule->op == CE_REMOVE) {
            remove_pattern(e, &rule->pattern);
        }
        else {
            append_rule(e, &rule->pattern, rule->op); /* names count the rules before them */
        }
    }
    for (i = prepared->first; i < prepared->names.nmembers; i++) {
        const ce_member_t *member = &prepared->names.members[i];

        if (member->state == CE_EXPLICIT) {
            add_name(e, &member->name, 0);
        }
        else if (member->state == CE_REMOVED) {
            remove_name(e, &member->name, base + member->nrules);
        }
    }
    e->bare |= prepared->bare;
}

/* No edit counts that comes before the last container with a None */
static void apply_edits(ce_exposed_t *e, const ce_container_t *const *containers, apr_uint32_t n,
                        const ce_context_t *context)
{
    apr_uint32_t i = n;

    while (i > 0 && !(containers[i - 1]->policy.flags & CE_FORGETS)) {
        i--;
    }
    for (i -= i > 0; i < n; i++) {
        if (containers[i]->policy.edits) {
            apply_prepared(e, containers[i]->policy.edits);
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
    else if (ce_name_class(name) & CE_NAME_FORBIDDEN) {
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

        for (n++; *list && n < CE_NAMES_MAX; list++) {
            n += *list == ',';
        }
    }
    return n;
}

static apr_uint32_t count_edits(const ce_line_t *line)
{
    apr_uint32_t n = 0;

    for (; line; line = line->next) {
        n += (apr_uint32_t)line->nedits;
    }
    return n;
}

/* How many names writing out may find, at most: the value is full after that */
static apr_uint32_t count_headers(const apr_table_t *const tables[2])
{
    apr_uint32_t n = (apr_uint32_t)apr_table_elts(tables[0])->nelts
                     + (apr_uint32_t)apr_table_elts(tables[1])->nelts;

    return (n <= CE_NAMES_MAX ? n : CE_NAMES_MAX + 1) + CE_LATER_MAX;
}

const ce_exposed_t *ce_exposed_apply(apr_pool_t *p, const ce_sources_t *sources,
                                     const ce_context_t *context)
{
    const ce_policy_t *policy = sources->policy;
    apr_uint32_t nedits = policy->nedits + count_edits(sources->added), room = nedits, n;
    const ce_container_t **containers;
    ce_exposed_t *e;

    if (policy->whole && !sources->own && !sources->added) {
        return policy->whole;
    }
    if ((policy->flags & CE_ADDS_PATTERN) || sources->own || sources->added) {
        room += count_own(sources->own) + count_headers(sources->headers);
    }
    e = apr_palloc(p, sizeof(*e));
    create(e, p, p, room, nedits + 1);
    containers = ce_policy_containers(p, policy, &n);
    apply_own(e, sources->own);
    if (!sources->own_only && !(sources->own_decides && e->nvalid)) {
        apply_edits(e, containers, n, context);
        apply_lines(e, sources->added, NULL);
    }
    if (policy->flags & CE_HAS_NEVER) {
        apply_never(e, containers, n);
    }
    return e;
}

/* ------------------------------------------------------------------ */
/* Writing                                                             */

/* A value on its way */
typedef struct writer_t {
    char *start;
    char *out;
    apr_uint32_t missing;
    int is_full;
} writer_t;

/* Whether a name fits. The last ones are left out, whole, even where a shorter
 * one would fit; one that is longer than the value is left out alone. */
static int fits(writer_t *writer, const char *out, const ce_name_t *name)
{
    apr_size_t used = (apr_size_t)(out - writer->start);

    if (name->len <= CE_VALUE_MAX) {
        writer->is_full |= used + name->len > CE_VALUE_MAX;
        if (!writer->is_full) {
            return 1;
        }
    }
    writer->missing++;
    return 0;
}

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

static void write_members(writer_t *writer, const ce_names_t *names, apr_uint32_t from,
                          apr_uint32_t to, ce_member_e state, int all_fit)
{
    const ce_member_t *member = names->members + from, *end = names->members + to;
    char *out = writer->out;

    for (; member < end; member++) {
        if (member->state == state && (all_fit || fits(writer, out, &member->name))) {
            out = copy(out, member->name.text, member->name.len);
            *out++ = ',';
            *out++ = ' ';
        }
    }
    writer->out = out;
}

/* The configuration's names come first: what doesn't fit is never theirs */
static const char *write_all(apr_pool_t *p, const ce_exposed_t *e, int wildcard,
                             apr_uint32_t *missing)
{
    apr_size_t size = (e->bytes < CE_VALUE_MAX ? e->bytes : CE_VALUE_MAX) + sizeof("*, , ");
    writer_t writer = {apr_palloc(p, size), NULL, 0, 0};
    const ce_names_t *names = &e->names;
    /* with ", " after each */
    int all_fit = e->bytes + 3 * wildcard <= CE_VALUE_MAX && !e->has_long;

    writer.out = writer.start;
    if (wildcard) {
        writer.out = copy(writer.out, "*, ", 3);
    }
    write_members(&writer, names, e->nown, names->nmembers, CE_EXPLICIT, all_fit);
    write_members(&writer, names, 0, e->nown, CE_EXPLICIT, all_fit);
    if (e->nlisted) {
        write_members(&writer, names, e->nown, names->nmembers, CE_LISTED, all_fit);
    }
    writer.out -= writer.out > writer.start ? 2 : 0;
    *writer.out = '\0';
    *missing += writer.missing;
    return writer.start;
}

const char *ce_exposed_write(apr_pool_t *p, const ce_exposed_t *exposed, int wildcard,
                             apr_uint32_t *missing)
{
    *missing += exposed->left_out;
    if (!exposed->text || (wildcard && strlen(exposed->text) + 3 > CE_VALUE_MAX)) {
        return write_all(p, exposed, wildcard, missing);
    }
    *missing += exposed->text_missing;
    if (wildcard) {
        return *exposed->text ? apr_pstrcat(p, "*, ", exposed->text, NULL) : "*";
    }
    return exposed->text;
}

/* ------------------------------------------------------------------ */
/* Writing out                                                         */

/* One response's headers on their way into the names */
typedef struct listing_t {
    ce_exposed_t *e;
    const ce_headers_t *headers;
    ce_names_t hidden; /* hop-by-hop fields that Connection names; without slots: none */
    apr_pool_t *p;
} listing_t;

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

static void keep_listed(ce_exposed_t *e, apr_uint32_t *slot, const ce_name_t *name)
{
    /* one that is crowded out takes its room, too: so there is an end to looking */
    e->bytes += name->len + 2;
    if (!slot) {
        e->left_out++;
        return;
    }
    ce_names_keep(&e->names, slot, CE_LISTED);
    e->nlisted++;
}

/* List the name that was read in place, if it is exposed and isn't there yet */
static void list_next(listing_t *listing, const ce_name_t *name)
{
    ce_exposed_t *e = listing->e;
    apr_uint32_t *slot, *hidden_slot;
    const ce_member_t *member = ce_names_find(&e->names, name, &slot, 1);
    apr_uint32_t nrules = member && member->state == CE_REMOVED ? member->nrules : 0;

    if (member && (member->state == CE_EXPLICIT || member->state == CE_LISTED)) {
        return;
    }
    if (!is_exposed(e, nrules, name)
        || (listing->hidden.nslots && ce_names_find(&listing->hidden, name, &hidden_slot, 1))) {
        return;
    }
    if (name->len > CE_VALUE_MAX) {
        e->left_out++;
        return;
    }
    keep_listed(e, slot, name);
}

/* What was listed before it turned out to be hidden */
static void unlist(ce_exposed_t *e, const ce_name_t *name)
{
    apr_uint32_t *slot;
    ce_member_t *member = ce_names_find(&e->names, name, &slot, 1);

    if (member && member->state == CE_LISTED) {
        e->bytes -= room_of(name);
        member->state = CE_GONE;
    }
}

/* The fields that Connection names are hop-by-hop (RFC 9110, section 7.6.1).
 * Few responses have it, so it is looked for when its name comes along. */
static void hide_hop_by_hop(listing_t *listing)
{
    const char *lines[2], *list;
    apr_uint32_t *slot, room;
    ce_name_t name;
    ce_list_e what;
    int i;

    for (i = 0; i < 2; i++) {
        lines[i] = apr_table_getm(listing->p, listing->headers->tables[i], "Connection");
    }
    list = apr_pstrcat(listing->p, lines[0] ? lines[0] : "", ",", lines[1], NULL);
    room = ce_list_count(list);
    room = room < CE_NAMES_MAX ? room : CE_NAMES_MAX;
    ce_names_init(&listing->hidden, listing->p, listing->p, room);
    while (listing->hidden.nmembers < room && (what = ce_list_next(&list, &name)) != CE_LIST_END) {
        if (what == CE_LIST_NAME && !ce_names_find(&listing->hidden, &name, &slot, 1) && slot) {
            ce_names_append(&listing->hidden, slot, &name, CE_REMOVED);
            unlist(listing->e, &name);
        }
    }
}

static inline void list_header(listing_t *listing, ce_exposed_t *e, const char *key)
{
    ce_name_t *name = &ce_names_next(&e->names)->name;
    unsigned class;

    /* what is no token would void the list, and '*' would be the wildcard */
    if (!ce_name_read(name, key) || key[name->len] || ce_name_is_wildcard(name)) {
        return;
    }
    class = ce_name_class(name);
    if (!(class & NEVER_WRITTEN_OUT)) {
        apr_uint32_t *slot = ce_names_slot(&e->names, name);

        /* under a bare '*' most names need no more than this: it spares 1,200
         * instructions over 25 headers */
        if (e->bare && !*slot && !listing->hidden.nslots && name->len <= CE_VALUE_MAX) {
            keep_listed(e, slot, name);
        }
        else {
            list_next(listing, name);
        }
    }
    else if ((class & CE_NAME_CONNECTION) && !listing->hidden.nslots) {
        hide_hop_by_hop(listing);
    }
}

/* Once the value is full, what comes after that is counted, not compared */
static void list_table(listing_t *listing, const apr_table_t *table)
{
    const apr_array_header_t *entries = apr_table_elts(table);
    const apr_table_entry_t *entry = (const apr_table_entry_t *)entries->elts;
    const apr_table_entry_t *end = entry + entries->nelts;
    ce_exposed_t *e = listing->e;

    for (; entry < end && e->bytes <= CE_VALUE_MAX + 2; entry++) {
        list_header(listing, e, entry->key);
    }
    e->left_out += (apr_uint32_t)(end - entry);
}

const char *ce_exposed_write_out(apr_pool_t *p, const ce_exposed_t *exposed,
                                 const ce_headers_t *headers, apr_uint32_t *missing)
{
    listing_t listing = {(ce_exposed_t *)exposed, headers, {NULL, 0, 0, NULL}, p};
    ce_exposed_t copy;
    int i;

    if (exposed->text) {
        /* the policy's own: other requests use it, too */
        create(&copy, p, p, exposed->names.nmembers + count_headers(headers->tables),
               exposed->nrules);
        apply_prepared(&copy, exposed);
        listing.e = &copy;
    }
    list_table(&listing, headers->tables[0]);
    list_table(&listing, headers->tables[1]);
    if (listing.e->left_out && !listing.hidden.nslots
        && (apr_table_get(headers->tables[0], "Connection")
            || apr_table_get(headers->tables[1], "Connection"))) {
        hide_hop_by_hop(&listing); /* it may be among those that weren't looked at */
    }
    for (i = 0; i < headers->nlater; i++) {
        list_header(&listing, listing.e, headers->later[i]);
    }
    if (headers->drops_etag) {
        ce_name_t etag;

        ce_name_read(&etag, "ETag");
        unlist(listing.e, &etag);
    }
    *missing += listing.e->left_out;
    return write_all(p, listing.e, 0, missing);
}

/* ------------------------------------------------------------------ */
/* Startup                                                             */

static const ce_exposed_t *keep(apr_pool_t *p, const ce_exposed_t *e)
{
    ce_exposed_t *kept = apr_pmemdup(p, e, sizeof(*e));

    /* only its members are asked for: requests look into tables of their own */
    kept->names.slots = NULL;
    kept->names.nslots = 0;
    kept->text = write_all(p, e, 0, &kept->text_missing);
    return kept;
}

void ce_exposed_prepare(ce_policy_t *policy, apr_pool_t *p, apr_pool_t *scratch)
{
    const ce_container_t **containers;
    apr_uint32_t n;
    ce_exposed_t e;

    if (!policy->flags || (policy->flags & CE_HAS_CONDITION) || policy->whole) {
        return;
    }
    containers = ce_policy_containers(scratch, policy, &n);
    create(&e, p, scratch, policy->nedits, policy->nedits);
    apply_edits(&e, containers, n, NULL);
    policy->edits = policy->whole = keep(p, &e);
    if (policy->flags & CE_HAS_NEVER) {
        create(&e, p, scratch, policy->nedits, policy->nedits);
        apply_prepared(&e, policy->edits);
        apply_never(&e, containers, n);
        policy->whole = keep(p, &e);
    }
}

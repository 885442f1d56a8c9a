/* SPDX-License-Identifier: Apache-2.0 */

#include <string.h>

#include "apr_strings.h"

#include "core/value.h"

/* ------------------------------------------------------------------ */
/* Writing                                                             */

/* A value on its way */
typedef struct writer_t {
    char *value;
    char *out;            /* where the next name goes */
    apr_size_t left;      /* room for more, with ", " for each */
    apr_uint32_t missing; /* names that don't fit */
} writer_t;

/* @param bytes all that is to be written, with ", " for each name */
static void start(writer_t *w, apr_pool_t *p, apr_size_t bytes)
{
    w->value = w->out = apr_palloc(p, (bytes < CE_VALUE_MAX ? bytes : CE_VALUE_MAX + 2) + 1);
    w->left = CE_VALUE_MAX + 2;
    w->missing = 0;
}

/* The last names are left out, whole, even where a shorter one would fit: they
 * are never the configuration's. One that is longer than the value is left out alone. */
static void write_names(writer_t *w, const ce_member_t *member, const ce_member_t *end)
{
    apr_size_t left = w->left;
    char *out = w->out;

    for (; member < end; member++) {
        apr_size_t len = member->name.len;

        if (member->state != CE_EXPLICIT) {
            continue;
        }
        if (len + 2 <= left) {
            memcpy(out, member->name.text, len);
            out[len] = ',';
            out[len + 1] = ' ';
            out += len + 2;
            left -= len + 2;
        }
        else {
            w->missing++;
            left = len <= CE_VALUE_MAX ? 0 : left;
        }
    }
    w->left = left;
    w->out = out;
}

/* The configuration's before the own list's, which are the first */
static void write_explicit(writer_t *w, const ce_exposed_t *e)
{
    const ce_member_t *members = e->names.members;

    write_names(w, members + e->nown, members + e->names.nmembers);
    write_names(w, members, members + e->nown);
}

static const char *end(writer_t *w)
{
    w->out -= w->out > w->value ? 2 : 0;
    *w->out = '\0';
    return w->value;
}

static const char *write_value(apr_pool_t *p, const ce_exposed_t *e, int wildcard,
                               apr_uint32_t *missing)
{
    static const char wild[] = "*, ";
    writer_t w;

    start(&w, p, e->bytes + sizeof(wild) - 1);
    if (wildcard) {
        memcpy(w.out, wild, sizeof(wild) - 1);
        w.out += sizeof(wild) - 1;
        w.left -= sizeof(wild) - 1;
    }
    write_explicit(&w, e);
    *missing += w.missing;
    return end(&w);
}

const char *ce_value_write(apr_pool_t *p, const ce_exposed_t *exposed, int wildcard,
                           apr_uint32_t *missing)
{
    *missing += exposed->left_out;
    if (exposed->text) {
        /* "*, A, B", or "*" alone */
        return exposed->text + (wildcard ? 0 : exposed->text[1] ? 3 : 1);
    }
    return write_value(p, exposed, wildcard, missing);
}

/* ------------------------------------------------------------------ */
/* Writing out                                                         */

/* What writing out adds to the explicit names */
typedef struct found_t {
    const ce_exposed_t *exposed;
    ce_names_t names;        /* those found, and those that are hidden */
    apr_size_t bytes;        /* of all names to be written, with ", " for each */
    apr_size_t looked_at;    /* bytes of headers' names */
    apr_uint32_t left_out;   /* names that weren't looked at, or crowded out */
    unsigned char crowded;   /* a hidden name was crowded out: so may be its header */
    unsigned char are_valid; /* all headers' names are known to be tokens */
} found_t;

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

/* Whether the name is one that may be written out: '*' would be the wildcard */
static inline int is_ordinary(const ce_name_t *name)
{
    return ce_name_is_usual(name)
           || (ce_name_class(name) == CE_NAME_ORDINARY && !ce_name_is_wildcard(name));
}

/* Whether the explicit names, and removals of one name, leave a header's name to be written out */
static int is_left(found_t *f, const ce_name_t *name)
{
    apr_uint32_t *slot;
    const ce_member_t *member = ce_names_find(&f->exposed->names, name, &slot, 1);

    if (!slot) {
        f->left_out++; /* it may be one of them */
        return 0;
    }
    return !member || member->state == CE_GONE
           || (member->state == CE_REMOVED && is_exposed(f->exposed, member->value, name));
}

/* What costs least comes first, and spares most headers the rest. What is no token would
 * void the list. The name gets its hash. */
static inline int may_list(found_t *f, ce_name_t *name)
{
    const ce_exposed_t *e = f->exposed;

    if ((!e->everything && !is_exposed(e, 0, name))
        || (!f->are_valid && (!name->len || *ce_token_end(name->text)))) {
        return 0;
    }
    name->hash = ce_name_hash(name->text, name->len);
    return !e->names.nmembers || is_left(f, name);
}

/* A name is kept where it was read. One that is crowded out takes its room, too: so
 * there is an end to looking. What comes after that is counted, not compared. */
static void list_headers(found_t *f, const apr_table_entry_t *entry, int n)
{
    const apr_table_entry_t *end = entry + n;

    for (; entry < end && f->bytes <= CE_VALUE_MAX + 2 && f->looked_at <= CE_LOOKED_AT_MAX;
         entry++) {
        ce_name_t *name = &ce_names_next(&f->names)->name;
        apr_uint32_t *slot;

        name->text = entry->key;
        name->len = (apr_uint32_t)strlen(entry->key);
        if (name->len > CE_LISTED_MAX || !is_ordinary(name)) {
            continue;
        }
        if (!may_list(f, name) || ce_names_find(&f->names, name, &slot, 1)) {
            f->looked_at += name->len; /* what is listed is counted by bytes */
            continue;
        }
        f->bytes += name->len + 2;
        if (slot) {
            ce_names_keep(&f->names, slot, CE_EXPLICIT);
        }
        else {
            f->left_out += !f->crowded;
        }
    }
    f->left_out += (apr_uint32_t)(end - entry);
}

/* How many names writing out may find, at most: the value is full after that */
static apr_uint32_t count_headers(const ce_headers_t *headers)
{
    apr_uint32_t n = (apr_uint32_t)apr_table_elts(headers->tables[0])->nelts
                     + (apr_uint32_t)apr_table_elts(headers->tables[1])->nelts;

    /* one more than can come: the slots that it makes have fewer collisions in the benchmark */
    return (n < CE_NAMES_MAX ? n : CE_NAMES_MAX) + 1 + CE_LATER_MAX;
}

/* Headers that are listed only if they are explicit: hop-by-hop fields, which Connection names (RFC
 * 9110, section 7.6.1), and what the server takes off later */
static const char *hidden_names(apr_pool_t *p, const ce_headers_t *headers)
{
    const char *list = headers->drops_etag ? "ETag" : "";
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

static void hide(found_t *f, const char *list, apr_uint32_t n)
{
    apr_uint32_t *slot;
    ce_name_t name;

    for (; n > 0; n--) {
        if (ce_list_next(&list, &name) != CE_LIST_NAME
            || ce_names_find(&f->names, &name, &slot, 1)) {
            continue;
        }
        if (slot) {
            ce_names_append(&f->names, slot, &name, CE_REMOVED);
        }
        else {
            f->crowded = 1;
        }
    }
}

const char *ce_value_write_out(apr_pool_t *p, const ce_exposed_t *exposed,
                               const ce_headers_t *headers, apr_uint32_t *missing)
{
    const char *hidden = hidden_names(p, headers);
    apr_uint32_t nhidden = ce_list_count(hidden);
    found_t f = {.exposed = exposed, .bytes = exposed->bytes, .are_valid = headers->are_valid};
    writer_t w;
    int i;

    nhidden = nhidden < CE_NAMES_MAX ? nhidden : CE_NAMES_MAX;
    ce_names_init(&f.names, p, p, nhidden + count_headers(headers));
    hide(&f, hidden, nhidden);
    for (i = 0; i < 2; i++) {
        const apr_array_header_t *entries = apr_table_elts(headers->tables[i]);

        list_headers(&f, (const apr_table_entry_t *)entries->elts, entries->nelts);
    }
    list_headers(&f, headers->later, headers->nlater);
    start(&w, p, f.bytes);
    write_explicit(&w, exposed);
    write_names(&w, f.names.members, f.names.members + f.names.nmembers);
    *missing += exposed->left_out + f.left_out + w.missing;
    return end(&w);
}

/* ------------------------------------------------------------------ */
/* Startup                                                             */

/* Applies the edits of a policy for good. The table that finds names is of use only where headers
 * are written out. */
static const ce_exposed_t *apply_once(apr_pool_t *p, apr_pool_t *scratch,
                                      const ce_sources_t *sources)
{
    ce_exposed_t *e = (ce_exposed_t *)ce_exposed_apply(p, scratch, sources, NULL);
    apr_uint32_t missing = 0;
    const char *text = write_value(p, e, 1, &missing);

    e->text = missing ? NULL : text;
    e->names.slots = e->npatterns
                         ? apr_pmemdup(p, e->names.slots, e->names.nslots * sizeof(*e->names.slots))
                         : NULL;
    return e;
}

void ce_value_prepare(ce_policy_t *policy, apr_pool_t *p, apr_pool_t *scratch)
{
    ce_sources_t sources = {.policy = policy, .without_never = 1};

    if (!policy->flags || (policy->flags & CE_ON_ANY) || policy->final) {
        return;
    }
    policy->prepared = apply_once(p, scratch, &sources);
    sources.without_never = 0;
    policy->final = policy->flags & CE_HAS_NEVER ? apply_once(p, scratch, &sources)
                                                 : policy->prepared;
}

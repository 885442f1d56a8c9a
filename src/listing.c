/* Licensed to the public under the Apache License, Version 2.0; see LICENSE. */

#include <string.h>

#include "ce_listing.h"
#include "ce_read.h"

/* What is on no list unless it is named explicitly */
#define NEVER_LISTED (CE_NAME_SAFELISTED | CE_NAME_UNLISTED | CE_NAME_FORBIDDEN)

/* Names in the order in which they came, each once */
typedef struct listing_t {
    const ce_flat_t *flat;
    int all;                 /* every name is exposed, and none is explicit */
    apr_uint32_t nslots;     /* of slots */
    const ce_name_t **slots; /* a hash table of the names; NULL: free */
    ce_name_t *next;         /* where the next name goes, behind the others */
} listing_t;

/* Keep the name in its place, which is the next, unless it is there already;
 * returns the next place */
static inline ce_name_t *keep(const listing_t *listing, ce_name_t *name)
{
    apr_uint32_t i = ce_name_slot(name, listing->nslots);

    while (listing->slots[i]) {
        if (ce_name_equal(listing->slots[i], name)) {
            return name;
        }
        i = i + 1 < listing->nslots ? i + 1 : 0;
    }
    listing->slots[i] = name;
    return name + 1;
}

static inline ce_name_t *list_header(const listing_t *listing, ce_name_t *name, const char *key)
{
    /* what is no token would void the list */
    if (!ce_read(name, key) || key[name->len] || (ce_name_class(name) & NEVER_LISTED)) {
        return name;
    }
    return listing->all || ce_flat_exposes(listing->flat, name) ? keep(listing, name) : name;
}

static void list_table(listing_t *listing, const apr_table_t *table)
{
    const apr_array_header_t *entries = apr_table_elts(table);
    const apr_table_entry_t *entry = (const apr_table_entry_t *)entries->elts;
    const apr_table_entry_t *end = entry + entries->nelts;
    ce_name_t *name = listing->next;

    for (; entry < end; entry++) {
        name = list_header(listing, name, entry->key);
    }
    listing->next = name;
}

static void list_names(listing_t *listing, const char *const *names)
{
    for (; *names; names++) {
        listing->next = list_header(listing, listing->next, *names);
    }
}

/* The fields that Connection names are hop-by-hop (RFC 9110, section 7.6.1) */
static const char *connection_of(apr_pool_t *p, const apr_table_t *table)
{
    /* mostly there is none, which apr_table_getm is slow to find out */
    return apr_table_get(table, "Connection") ? apr_table_getm(p, table, "Connection") : NULL;
}

static apr_uint32_t count_elements(const char *list)
{
    apr_uint32_t n = 0;
    ce_name_t name;

    while (list && ce_list_next(&list, &name) != CE_LIST_END) {
        n++;
    }
    return n;
}

static void keep_elements(listing_t *listing, const char *list)
{
    ce_list_e what;

    while (list && (what = ce_list_next(&list, listing->next)) != CE_LIST_END) {
        if (what == CE_LIST_NAME) {
            listing->next = keep(listing, listing->next);
        }
    }
}

/* Join the explicit names and those from first to end */
static const char *join(apr_pool_t *p, const ce_flat_t *flat, const ce_name_t *first,
                        const ce_name_t *end, apr_size_t *len)
{
    apr_size_t size = flat->names_len + 3;
    const ce_name_t *name;
    char *value, *out;

    for (name = first; name < end; name++) {
        size += name->len + 2;
    }
    value = out = apr_palloc(p, size);
    if (flat->names_len) {
        memcpy(out, flat->names, flat->names_len);
        memcpy(out + flat->names_len, ", ", 2);
        out += flat->names_len + 2;
    }
    for (name = first; name < end; name++) {
        out = ce_name_write(out, name);
    }
    out -= out > value ? 2 : 0;
    *out = '\0';
    *len = (apr_size_t)(out - value);
    return value;
}

/* An upper bound of what is read */
static apr_uint32_t count_names(const ce_headers_t *headers, const char *const hop_by_hop[2])
{
    apr_uint32_t n = 1 + count_elements(headers->dropped); /* 1: what isn't kept needs room, too */
    const char *const *added;
    int i;

    for (i = 0; i < 2; i++) {
        n += count_elements(hop_by_hop[i]);
        n += (apr_uint32_t)apr_table_elts(headers->tables[i])->nelts;
    }
    for (added = headers->added; *added; added++) {
        n++;
    }
    return n;
}

const char *ce_write_out(apr_pool_t *p, const ce_flat_t *flat, const ce_headers_t *headers,
                         apr_size_t *len)
{
    const char *const hop_by_hop[2] = {connection_of(p, headers->tables[0]),
                                       connection_of(p, headers->tables[1])};
    apr_uint32_t n = count_names(headers, hop_by_hop);
    listing_t listing = {flat, flat->everything && !flat->names_len, 2 * n, NULL, NULL};
    apr_size_t slots = listing.nslots * sizeof(*listing.slots);
    const ce_name_t *first;

    listing.slots = memset(apr_palloc(p, slots + n * sizeof(*listing.next)), 0, slots);
    listing.next = (ce_name_t *)(listing.slots + listing.nslots);
    /* what is kept already isn't listed */
    keep_elements(&listing, hop_by_hop[0]);
    keep_elements(&listing, hop_by_hop[1]);
    keep_elements(&listing, headers->dropped);
    first = listing.next;
    list_table(&listing, headers->tables[0]);
    list_table(&listing, headers->tables[1]);
    list_names(&listing, headers->added);
    return join(p, flat, first, listing.next, len);
}

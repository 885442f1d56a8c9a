/* Licensed to the public under the Apache License, Version 2.0; see LICENSE. */

#include <string.h>

#include "apr_strings.h"

#include "ce_listing.h"
#include "ce_read.h"

/* What is on no list unless it is named explicitly */
#define NEVER_LISTED (CE_NAME_SAFELISTED | CE_NAME_UNLISTED | CE_NAME_FORBIDDEN)

/* Names in the order in which they came, each once */
typedef struct listing_t {
    const ce_flat_t *flat;
    int all;                 /* every name is exposed, and none is explicit */
    unsigned classes;        /* of all names that were not listed: CE_NAME_ bits */
    apr_uint32_t nslots;     /* of slots */
    const ce_name_t **slots; /* a hash table of the names; NULL: free */
    const ce_name_t *first;  /* the first that is listed; those before it are kept to be not */
    ce_name_t *next;         /* where the next name goes, behind the others */
    apr_size_t bytes;        /* of all names, with ", " for each */
} listing_t;

/* Keep the name in its place, which is the next, unless it is there already */
static inline void keep(listing_t *listing)
{
    ce_name_t *name = listing->next;
    const ce_name_t **slot = ce_name_free_slot(listing->slots, listing->nslots, name);

    if (slot) {
        *slot = name;
        listing->next = name + 1;
        listing->bytes += name->len + 2;
    }
}

static inline int is_exposed(const listing_t *listing)
{
    return listing->all || ce_flat_exposes(listing->flat, listing->next);
}

static inline void list_header(listing_t *listing, const char *key)
{
    ce_name_t *name = listing->next;
    unsigned class;

    /* what is no token would void the list */
    if (!ce_read(name, key) || key[name->len]) {
        return;
    }
    class = ce_name_class(name);
    if (class & NEVER_LISTED) {
        listing->classes |= class;
    }
    else if (is_exposed(listing)) {
        keep(listing);
    }
}

static void list_tables(listing_t *listing, const apr_table_t *const tables[2])
{
    listing_t here = *listing; /* what names are written to isn't reloaded */
    int i;

    for (i = 0; i < 2; i++) {
        const apr_array_header_t *entries = apr_table_elts(tables[i]);
        const apr_table_entry_t *entry = (const apr_table_entry_t *)entries->elts;
        const apr_table_entry_t *end = entry + entries->nelts;

        for (; entry < end; entry++) {
            list_header(&here, entry->key);
        }
    }
    *listing = here;
}

/* The fields that Connection names are hop-by-hop (RFC 9110, section 7.6.1) */
static const char *without_connection(apr_pool_t *p, const ce_headers_t *headers)
{
    const char *list = headers->dropped;
    int i;

    for (i = 0; i < 2; i++) {
        const char *lines = apr_table_getm(p, headers->tables[i], "Connection");

        list = lines ? apr_pstrcat(p, lines, ",", list, NULL) : list;
    }
    return list;
}

static apr_uint32_t count_elements(const char *list)
{
    apr_uint32_t n = 0;
    ce_name_t name;

    while (ce_list_next(&list, &name) != CE_LIST_END) {
        n++;
    }
    return n;
}

static void keep_elements(listing_t *listing, const char *list)
{
    ce_list_e what;

    while ((what = ce_list_next(&list, listing->next)) != CE_LIST_END) {
        if (what == CE_LIST_NAME) {
            keep(listing);
        }
    }
}

/* Join the explicit names and those that are listed */
static const char *join(apr_pool_t *p, const listing_t *listing, apr_size_t *len)
{
    const ce_flat_t *flat = listing->flat;
    char *value = apr_palloc(p, flat->names_len + listing->bytes + 3), *out = value;
    const ce_name_t *name;

    if (flat->names_len) {
        memcpy(out, flat->names, flat->names_len);
        memcpy(out + flat->names_len, ", ", 2);
        out += flat->names_len + 2;
    }
    for (name = listing->first; name < listing->next; name++) {
        out = ce_name_write(out, name);
    }
    out -= out > value ? 2 : 0;
    *out = '\0';
    *len = (apr_size_t)(out - value);
    return value;
}

static apr_uint32_t count_headers(const apr_table_t *table)
{
    return (apr_uint32_t)apr_table_elts(table)->nelts;
}

/* List what is exposed, but for the elements of a list, which may be NULL */
static void list_all(listing_t *listing, apr_pool_t *p, const ce_headers_t *headers,
                     const char *without)
{
    /* at most; and what isn't kept needs room, too */
    apr_uint32_t n = count_headers(headers->tables[0]) + count_headers(headers->tables[1])
                     + headers->nadded + (without ? count_elements(without) : 0) + 1;
    apr_size_t slots = 2 * n * sizeof(*listing->slots);
    apr_uint32_t i;

    listing->nslots = 2 * n;
    listing->slots = memset(apr_palloc(p, slots + n * sizeof(*listing->next)), 0, slots);
    listing->next = (ce_name_t *)(listing->slots + listing->nslots);
    listing->bytes = 0;
    if (without) {
        keep_elements(listing, without);
    }
    listing->first = listing->next;
    list_tables(listing, headers->tables);
    for (i = 0; i < headers->nadded; i++) {
        *listing->next = headers->added[i];
        if (is_exposed(listing)) {
            keep(listing);
        }
    }
}

const char *ce_write_out(apr_pool_t *p, const ce_flat_t *flat, const ce_headers_t *headers,
                         apr_size_t *len)
{
    listing_t listing = {.flat = flat, .all = flat->everything && !flat->names_len};

    list_all(&listing, p, headers, headers->dropped);
    if (listing.classes & CE_NAME_CONNECTION) {
        /* few responses have one: that it is there is known only now */
        list_all(&listing, p, headers, without_connection(p, headers));
    }
    return join(p, &listing, len);
}

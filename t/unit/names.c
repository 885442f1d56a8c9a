/* SPDX-License-Identifier: Apache-2.0 */

#include "apr_tables.h"

#include "tap.h"

#include "core/names.h"

static ce_name_t name_of(apr_pool_t *p, const char *text)
{
    ce_name_t name;

    ce_name_read(&name, exact(p, text));
    return name;
}

/* Add a name, unless it is there */
static ce_member_t *add(ce_names_t *names, const ce_name_t *name, int bounded)
{
    apr_uint32_t *slot;
    ce_member_t *member = ce_names_find(names, name, &slot, bounded);

    if (member || !slot) {
        return NULL;
    }
    return ce_names_append(names, slot, name, CE_EXPLICIT);
}

static int has(const ce_names_t *names, const ce_name_t *name, int bounded)
{
    apr_uint32_t *slot;

    return ce_names_find(names, name, &slot, bounded) != NULL;
}

/* Without it, AddressSanitizer would see nothing of what the other tests do */
static void test_blocks(apr_pool_t *p)
{
    unsigned long before;
    ce_names_t names;

    apr_palloc(p, 1); /* a pool's first allocation brings its cleanup's */
    before = tap_nblocks;
    ce_names_init(&names, p, p, 3);
    ok(tap_nblocks == before + 2, "what the core allocates has a block of its own");
    ce_names_init(&names, p, p, 0);
    ok(names.nslots == 1, "even a set without room has a slot to look into");
    before = tap_nblocks;
    apr_pstrdup(p, "X");
    apr_pmemdup(p, "X", 1);
    apr_pstrcat(p, "X", "Y", NULL);
    ok(tap_nblocks == before + 3, "so have the strings that APR copies for it");
    before = tap_nblocks;
    apr_array_make(p, 1, 1);
    ok(tap_nblocks > before, "and its arrays");
}

static void test_order(apr_pool_t *p)
{
    static const char *const texts[] = {"X-A", "ETag", "X-B", "Age", "a", "A-Name-Of-Many-Bytes"};
    enum { N = sizeof(texts) / sizeof(*texts) };
    apr_pool_t *scratch = subpool(p);
    ce_names_t names;
    int i;

    ce_names_init(&names, p, p, N);
    for (i = 0; i < N; i++) {
        ce_name_t name = name_of(p, texts[i]);

        ok(!has(&names, &name, 0), "%s isn't there yet", texts[i]);
        ok(add(&names, &name, 0) != NULL, "and is added");
    }
    for (i = 0; i < N; i++) {
        ce_name_t name = name_of(p, texts[i]);
        ce_member_t *member;
        apr_uint32_t *slot;

        is_text(names.members[i].name.text, texts[i], "members come in the order of their adding");
        member = ce_names_find(&names, &name, &slot, 1);
        ok(member == &names.members[i] && slot, "%s is found", texts[i]);
    }
    ok(names.nmembers == N, "the set is full");
    apr_pool_destroy(scratch);
    is_text(names.members[N - 1].name.text, texts[N - 1], "members outlive what finds them");
}

static void test_case(apr_pool_t *p)
{
    ce_name_t name = name_of(p, "X-Foo"), same = name_of(p, "x-fOO");
    ce_names_t names;

    ce_names_init(&names, p, p, 1);
    add(&names, &name, 0);
    ok(!add(&names, &same, 0) && names.nmembers == 1, "a name is there once, in any case");
    is_text(names.members[0].name.text, "X-Foo", "as it was first written");
}

/* What is gone can come back, as a new member at the end */
static void test_gone(apr_pool_t *p)
{
    ce_name_t a = name_of(p, "X-A"), b = name_of(p, "X-B"), again = name_of(p, "x-a");
    ce_member_t *member;
    apr_uint32_t *slot;
    ce_names_t names;

    ce_names_init(&names, p, p, 3);
    add(&names, &a, 0);
    add(&names, &b, 0);
    names.members[0].state = CE_GONE;
    member = ce_names_find(&names, &again, &slot, 0);
    ok(member == &names.members[0] && member->state == CE_GONE, "a member that is gone is found");
    member = ce_names_append(&names, slot, &again, CE_REMOVED);
    ok(member == &names.members[2] && member->state == CE_REMOVED, "and comes back at the end");
    ok(ce_names_find(&names, &a, &slot, 0) == member, "where it is found from then on");
    ok(names.members[0].state == CE_GONE, "its old place stays empty");
}

/* Read in place, a name stays only if it is kept */
static void test_in_place(apr_pool_t *p)
{
    ce_name_t a = name_of(p, "X-A"), b = name_of(p, "X-B");
    apr_uint32_t *slot;
    ce_names_t names;

    ce_names_init(&names, p, p, 1);
    ce_names_next(&names)->name = a;
    ok(!has(&names, &a, 0) && names.nmembers == 0, "a name that was read isn't there");
    ce_names_next(&names)->name = b;
    ce_names_find(&names, &b, &slot, 0);
    ce_names_keep(&names, slot, CE_EXPLICIT);
    ok(!has(&names, &a, 0) && has(&names, &b, 0) && names.nmembers == 1
           && names.members[0].state == CE_EXPLICIT,
       "one that was kept is");
}

static void test_no_room(apr_pool_t *p)
{
    ce_name_t name = name_of(p, "X-A");
    ce_names_t names;

    ce_names_init(&names, p, p, 0);
    ok(!has(&names, &name, 0), "nothing is in a set without room");
}

/* As many as there is room for, of any number */
static void test_many(apr_pool_t *p)
{
    static const apr_uint32_t rooms[] = {1, 2, 3, 7, 8, 100, 2667, 10000};
    size_t i;

    for (i = 0; i < sizeof(rooms) / sizeof(*rooms); i++) {
        apr_pool_t *sub = subpool(p);
        apr_uint32_t n, found = 0, left_out = 0;
        ce_names_t names;

        ce_names_init(&names, sub, sub, rooms[i]);
        for (n = 0; n < rooms[i]; n++) {
            ce_name_t name = name_of(sub, apr_psprintf(sub, "X-%u", n));

            left_out += !add(&names, &name, 1);
        }
        for (n = 0; n < 2 * rooms[i]; n++) {
            ce_name_t name = name_of(sub, apr_psprintf(sub, "x-%u", n));

            found += has(&names, &name, 1);
        }
        ok(!left_out && names.nmembers == rooms[i] && found == rooms[i],
           "%u honest names go into a set of their number, and no others are found", rooms[i]);
        apr_pool_destroy(sub);
    }
}

static apr_uint32_t slot_of(const ce_names_t *empty, const ce_name_t *name)
{
    apr_uint32_t *slot;

    ce_names_find(empty, name, &slot, 0);
    return (apr_uint32_t)(slot - empty->slots);
}

enum { NCOLLIDING = 3 * CE_PROBES_MAX };

/* Names that all go to the same slot of a set, the one before the last, so that
 * the search for a free one goes round its end */
static ce_name_t *colliding(apr_pool_t *p, const ce_names_t *empty)
{
    ce_name_t *names = apr_palloc(p, NCOLLIDING * sizeof(*names));
    char text[16];
    int n = 0, i;

    for (i = 0; n < NCOLLIDING; i++) {
        ce_name_t name;

        sprintf(text, "X-%d", i);
        ce_name_read(&name, text);
        if (slot_of(empty, &name) == empty->nslots - 2) {
            names[n++] = name_of(p, text);
        }
    }
    return names;
}

static void test_colliding(apr_pool_t *p)
{
    int i, wrong = 0, n = 0;
    ce_name_t *names;
    ce_names_t set;

    ce_names_init(&set, p, p, NCOLLIDING);
    names = colliding(p, &set);
    for (i = 0; i < NCOLLIDING; i++) {
        wrong += !add(&set, &names[i], 0);
    }
    for (i = 0; i < NCOLLIDING; i++) {
        apr_uint32_t *slot;

        wrong += ce_names_find(&set, &names[i], &slot, 0) != &set.members[i];
    }
    ok(!wrong && set.nmembers == NCOLLIDING, "names that collide are all there, round the end");

    ce_names_init(&set, p, p, NCOLLIDING);
    for (i = 0; i < NCOLLIDING; i++) {
        n += add(&set, &names[i], 1) != NULL;
    }
    ok(n == CE_PROBES_MAX, "those that a response brings are left out beyond %d probes, %d were in",
       CE_PROBES_MAX, n);
    for (i = 0; i < CE_PROBES_MAX; i++) {
        wrong += !has(&set, &names[i], 1);
    }
    ok(!wrong, "and those within are found");
}

/* Two names of one hash, by search: among so many there are about ten pairs */
enum { NTRIED = 300000, LETTERS = 12 };

typedef struct tried_t {
    char text[LETTERS + 1];
    apr_uint32_t hash;
} tried_t;

static int by_hash(const void *a, const void *b)
{
    apr_uint32_t x = ((const tried_t *)a)->hash, y = ((const tried_t *)b)->hash;

    return (x > y) - (x < y);
}

static tried_t *try_names(apr_pool_t *p)
{
    tried_t *tried = apr_palloc(p, NTRIED * sizeof(*tried));
    apr_uint64_t state = 1;
    int i, j;

    for (i = 0; i < NTRIED; i++) {
        ce_name_t name;

        for (j = 0; j < LETTERS; j++) {
            state = state * APR_UINT64_C(6364136223846793005) + 1;
            tried[i].text[j] = (char)('a' + (state >> 33) % 26);
        }
        tried[i].text[LETTERS] = '\0';
        ce_name_read(&name, tried[i].text);
        tried[i].hash = name.hash;
    }
    qsort(tried, NTRIED, sizeof(*tried), by_hash);
    return tried;
}

static void test_equal_hashes(apr_pool_t *p)
{
    tried_t *tried = try_names(p);
    int i, pairs = 0, wrong = 0;

    for (i = 0; i + 1 < NTRIED; i++) {
        if (tried[i].hash == tried[i + 1].hash) {
            ce_name_t a = name_of(p, tried[i].text), b = name_of(p, tried[i + 1].text);
            ce_names_t names;

            pairs++;
            ce_names_init(&names, p, p, 2);
            add(&names, &a, 1);
            wrong += has(&names, &b, 1) || !add(&names, &b, 1) || !has(&names, &a, 1)
                     || !has(&names, &b, 1);
        }
    }
    ok(pairs > 0 && pairs < 100, "%d pairs of %d names have equal hashes", pairs, NTRIED);
    ok(!wrong, "and are told apart");
}

int main(void)
{
    apr_pool_t *p = tap_begin();

    test_blocks(p);
    test_order(p);
    test_case(p);
    test_gone(p);
    test_in_place(p);
    test_no_room(p);
    test_many(p);
    test_colliding(p);
    test_equal_hashes(p);
    return tap_end(p);
}

/* Licensed to the public under the Apache License, Version 2.0; see LICENSE. */

#include <string.h>

#include "apr_hash.h"
#include "apr_strings.h"

#include "ce_policy.h"

/* The bits that come from edits: an unconditional None takes them back */
#define EDIT_BITS ((apr_uint32_t)(CE_HAS_PATTERN | CE_HAS_ORIGIN | CE_HAS_EXPR | CE_HAS_CONDITION))

/* What each directive sets: only ce_policy_seal takes CE_IS_INVOLVED back */
#define UNSEALED (CE_HAS_DIRECTIVE | CE_IS_INVOLVED)

/* ------------------------------------------------------------------ */
/* Containers and their merge                                          */

/* What ce_policy_create makes: a policy that is no merge */
typedef struct container_t {
    ce_policy_t policy;
    ce_line_t *first;       /* or NULL */
    ce_line_t *last;        /* or NULL */
    const ce_line_t *never; /* the last Never list, as removals, or NULL */
} container_t;

static const container_t *container_of(const ce_policy_t *policy)
{
    return (const container_t *)policy;
}

ce_policy_t *ce_policy_create(apr_pool_t *p)
{
    container_t *container = apr_pcalloc(p, sizeof(*container));

    container->policy.takes = ~(apr_uint32_t)0;
    return &container->policy;
}

void ce_policy_set(ce_policy_t *policy, ce_setting_e setting, unsigned value)
{
    apr_uint32_t place = (apr_uint32_t)15 << setting;

    policy->bits = (policy->bits & ~place) | UNSEALED | value << setting;
    policy->takes &= ~place;
}

static unsigned condition_bits(const ce_condition_t *condition)
{
    if (!condition) {
        return 0;
    }
    return CE_HAS_CONDITION | (condition->origins ? CE_HAS_ORIGIN : 0)
           | (condition->expr_text ? CE_HAS_EXPR : 0);
}

static void grow(ce_policy_t *policy, apr_uint64_t nedits, apr_uint64_t bytes)
{
    policy->sizes += nedits << 32 | bytes;
}

static void count_edit(ce_policy_t *policy, const ce_edit_t *edit, int conditional)
{
    grow(policy, 1, edit->op == CE_ADD ? edit->name.len + 2 : 0);
    if (edit->op == CE_FORGET && !conditional) {
        policy->bits &= ~EDIT_BITS;
        policy->takes &= ~EDIT_BITS;
    }
    if (edit->op == CE_ADD) {
        policy->bits |= edit->kind == CE_NAME ? 0 : CE_HAS_PATTERN;
    }
}

void ce_policy_add(ce_policy_t *policy, ce_line_t *line)
{
    container_t *container = (container_t *)policy;
    int i;

    line->before = container->last;
    if (container->last) {
        container->last->after = line;
    }
    else {
        container->first = line;
    }
    container->last = line;
    policy->bits |= UNSEALED | condition_bits(line->condition);
    for (i = 0; i < line->nedits; i++) {
        count_edit(policy, &line->edits[i], line->condition != NULL);
    }
}

void ce_policy_add_never(ce_policy_t *policy, ce_line_t *line)
{
    container_t *container = (container_t *)policy;

    policy->bits |= UNSEALED;
    if (line->nedits) {
        line->before = container->never;
        container->never = line;
        grow(policy, (apr_uint64_t)line->nedits, 0);
        policy->bits |= CE_HAS_NEVER;
    }
}

const ce_policy_t *ce_policy_merge(apr_pool_t *p, const ce_policy_t *outer,
                                   const ce_policy_t *inner)
{
    ce_policy_t *merged;

    if (!outer->bits) {
        return inner;
    }
    if (!inner->bits) {
        return outer;
    }
    merged = apr_palloc(p, sizeof(*merged));
    merged->outer = outer;
    merged->inner = inner;
    merged->flat = NULL;
    merged->sizes = outer->sizes + inner->sizes;
    merged->bits = (outer->bits & inner->takes) | inner->bits;
    merged->takes = outer->takes & inner->takes;
    return merged;
}

/* ------------------------------------------------------------------ */
/* Flattening                                                          */

/* What is known of a name or a pattern */
struct ce_item_t {
    ce_name_t name;        /* in the spelling that comes out */
    apr_uint32_t rank;     /* of its last edit: 0 for the last edit of all */
    apr_uint32_t place;    /* in order[], from 1; 0: no explicit name */
    unsigned char op;      /* of its last edit */
    unsigned char kind;    /* of its last edit */
    unsigned char settled; /* a removal is behind all edits that are still to come */
    unsigned char backend; /* the spelling is the backend's */
};

/* Edits are taken from the last to the first: so the first one that is met
 * for a name decides, and None ends the work. */
typedef struct builder_t {
    ce_flat_t *flat;
    const ce_ask_t *ask;
    apr_uint32_t *order; /* explicit names, last first: index into items, plus one; 0: moved */
    apr_uint32_t norder;
    apr_uint32_t nitems;
    apr_uint32_t rank;
    apr_uint32_t nremovals; /* of any kind, met so far */
    int pattern_removed;    /* one of them was a pattern */
} builder_t;

/* Returns NULL, and the slot to put it in, if the name isn't there */
static ce_item_t *find(const ce_flat_t *flat, const ce_name_t *name, apr_uint32_t *slot)
{
    apr_uint32_t i = ce_name_slot(name, flat->nslots);

    while (flat->slots[i]) {
        ce_item_t *item = &flat->items[flat->slots[i] - 1];

        if (ce_name_equal(&item->name, name)) {
            return item;
        }
        i = i + 1 < flat->nslots ? i + 1 : 0;
    }
    *slot = i;
    return NULL;
}

static void fill(ce_item_t *item, const ce_edit_t *edit, apr_uint32_t rank)
{
    item->name = edit->name;
    item->rank = rank;
    item->place = 0;
    item->op = edit->op;
    item->kind = edit->kind;
    item->settled = 0;
    item->backend = 0;
}

static ce_item_t *find_or_add(builder_t *b, const ce_edit_t *edit)
{
    apr_uint32_t slot;
    ce_item_t *item = find(b->flat, &edit->name, &slot);

    if (!item) {
        item = &b->flat->items[b->nitems++];
        fill(item, edit, b->rank);
        b->flat->slots[slot] = b->nitems;
    }
    return item;
}

static void add_pattern_item(builder_t *b, const ce_edit_t *edit)
{
    fill(b->flat->patterns - b->flat->npatterns++, edit, b->rank);
}

/* Whether a pattern that is removed behind this edit matches its name; for a
 * pattern, whether it is the same one */
static int is_removed_by_pattern(const builder_t *b, const ce_edit_t *edit)
{
    apr_uint32_t i;

    for (i = 0; i < b->flat->npatterns; i++) {
        const ce_item_t *pattern = b->flat->patterns - i;

        if (pattern->op == CE_REMOVE
            && (edit->kind == CE_NAME ? ce_name_matches(&pattern->name, &edit->name)
                                      : ce_name_equal(&pattern->name, &edit->name))) {
            return 1;
        }
    }
    return 0;
}

static void add_name(builder_t *b, const ce_edit_t *edit, int is_backend)
{
    ce_item_t *item = find_or_add(b, edit);

    /* the configuration's spelling comes before the backend's */
    if (item->settled || (item->place && is_backend && !item->backend)) {
        return;
    }
    if (b->pattern_removed && is_removed_by_pattern(b, edit)) {
        item->settled = 1;
        return;
    }
    /* an earlier addition has the spelling and the place */
    if (item->place) {
        b->order[item->place - 1] = 0;
    }
    item->name = edit->name;
    item->backend = is_backend != 0;
    b->order[b->norder++] = (apr_uint32_t)(item - b->flat->items) + 1;
    item->place = b->norder;
}

static void add(builder_t *b, const ce_edit_t *edit, int is_backend)
{
    if (edit->kind == CE_NAME) {
        add_name(b, edit, is_backend);
        return;
    }
    if (edit->kind == CE_EVERYTHING && !b->nremovals) {
        b->flat->everything = 1;
    }
    if (edit->kind == CE_EVERYTHING || !b->pattern_removed || !is_removed_by_pattern(b, edit)) {
        b->flat->has_patterns = 1;
    }
    add_pattern_item(b, edit);
}

/* Returns 1 if no earlier edit can count any more */
static int take_away(builder_t *b, const ce_edit_t *edit)
{
    b->nremovals++;
    if (edit->kind == CE_NAME) {
        find_or_add(b, edit)->settled = 1;
        return 0;
    }
    b->pattern_removed = 1;
    add_pattern_item(b, edit);
    return edit->kind == CE_EVERYTHING;
}

static int origin_holds(const apr_array_header_t *origins, const char *sent)
{
    int i;

    for (i = 0; sent && i < origins->nelts; i++) {
        if (ce_origin_matches(&APR_ARRAY_IDX(origins, i, ce_origin_t), sent)) {
            return 1;
        }
    }
    return 0;
}

static ce_holds_e holds(const ce_ask_t *ask, const ce_line_t *line)
{
    const ce_condition_t *condition = line->condition;

    if (!condition) {
        return CE_HOLDS;
    }
    if (condition->origins && !origin_holds(condition->origins, ask->request->origin)) {
        return CE_FAILS;
    }
    if (condition->env
        && (ask->questions->env(ask->baton, condition->env) != 0) == condition->env_negated) {
        return CE_FAILS;
    }
    return condition->expr_text ? ask->questions->expr(ask->baton, line) : CE_HOLDS;
}

/* Returns 1 if no earlier edit can count any more */
static int take_line(builder_t *b, const ce_line_t *line, int is_backend)
{
    ce_holds_e how = holds(b->ask, line);
    int i;

    if (how == CE_FAILS) {
        return 0;
    }
    for (i = line->nedits - 1; i >= 0; i--) {
        const ce_edit_t *edit = &line->edits[i];

        b->rank++;
        if (edit->op == CE_FORGET) {
            return 1;
        }
        if (edit->op == CE_REMOVE) {
            if (take_away(b, edit)) {
                return 1;
            }
        }
        else if (how == CE_HOLDS) {
            add(b, edit, is_backend);
        }
    }
    return 0;
}

static int take_lines(builder_t *b, const ce_line_t *line)
{
    for (; line; line = line->before) {
        if (take_line(b, line, 0)) {
            return 1;
        }
    }
    return 0;
}

/* Recursion goes into the inner policies: as deep as httpd nests its walks
 * (server, directories, files, locations, ifs), not as many as there are. */
static int take_policy(builder_t *b, const ce_policy_t *policy)
{
    while (policy->inner) {
        if (take_policy(b, policy->inner)) {
            return 1;
        }
        policy = policy->outer;
    }
    return take_lines(b, container_of(policy)->last);
}

/* Never overrides all edits: as removals behind the last of them. Returns 1
 * if it leaves nothing. */
static int take_never(builder_t *b, const ce_policy_t *policy)
{
    int all = 0;

    while (policy->bits & CE_HAS_NEVER) {
        if (!policy->inner) {
            return take_lines(b, container_of(policy)->never) || all;
        }
        all |= take_never(b, policy->inner);
        policy = policy->outer;
    }
    return all;
}

static void take_all(builder_t *b, const ce_policy_t *policy, const ce_extra_t *extra)
{
    if (take_never(b, policy)) {
        return;
    }
    if (extra && extra->backend_only) {
        take_line(b, extra->backend, 1);
        return;
    }
    if (extra && take_lines(b, extra->added)) {
        return;
    }
    if (!take_policy(b, policy) && extra && extra->backend) {
        take_line(b, extra->backend, 1);
    }
}

/* Names were written from start to end, each with ", " behind it */
static inline void set_names(ce_flat_t *flat, char *start, char *end)
{
    end -= end > start ? 2 : 0;
    *end = '\0';
    flat->names = start;
    flat->names_len = (apr_size_t)(end - start);
}

static void join_names(const builder_t *b, char *start)
{
    const ce_flat_t *flat = b->flat;
    char *out = start;
    apr_uint32_t i;

    for (i = b->norder; i > 0; i--) {
        if (b->order[i - 1]) {
            out = ce_name_write(out, &flat->items[b->order[i - 1] - 1].name);
        }
    }
    set_names(b->flat, start, out);
}

static void measure(const ce_line_t *line, apr_size_t *nedits, apr_size_t *bytes)
{
    for (; line; line = line->before) {
        int i;

        *nedits += (apr_size_t)line->nedits;
        for (i = 0; i < line->nedits; i++) {
            *bytes += line->edits[i].name.len + 2;
        }
    }
}

static const ce_flat_t *take_edits(apr_pool_t *p, const ce_policy_t *policy,
                                   const ce_extra_t *extra, const ce_ask_t *ask)
{
    apr_size_t n = ce_policy_nedits(policy), bytes = ce_policy_bytes(policy), nslots;
    builder_t b = {NULL, ask, NULL, 0, 0, 0, 0, 0};
    ce_flat_t *flat;

    if (extra) {
        measure(extra->added, &n, &bytes);
        measure(extra->backend, &n, &bytes);
    }
    nslots = 2 * n + 1; /* one is always free */
    flat = apr_palloc(p, sizeof(*flat) + n * sizeof(ce_item_t) + (n + nslots) * sizeof(apr_uint32_t)
                             + bytes + 1);
    memset(flat, 0, sizeof(*flat));
    flat->items = (ce_item_t *)(flat + 1);
    flat->patterns = flat->items + n - 1;
    flat->slots = (apr_uint32_t *)(flat->items + n);
    flat->nslots = (apr_uint32_t)nslots;
    memset(flat->slots, 0, nslots * sizeof(*flat->slots));
    b.flat = flat;
    b.order = flat->slots + nslots;
    take_all(&b, policy, extra);
    join_names(&b, (char *)(b.order + n));
    return flat;
}

/* Writes those of a list's names that are not yet in the table, and puts them there */
static inline char *write_names(const ce_flat_t *flat, const ce_name_t **slots, apr_uint32_t nslots,
                                char *out)
{
    const ce_name_t *name = flat->list, *end = name + flat->nlist;

    for (; name < end; name++) {
        const ce_name_t **slot = ce_name_free_slot(slots, nslots, name);

        if (slot) {
            *slot = name;
            out = ce_name_write(out, name);
        }
    }
    return out;
}

/* The short way, where there are sealed lists of names and no more. From the
 * outermost container to the innermost: the first that adds a name has the
 * place and the spelling. */
static const ce_flat_t *unite(apr_pool_t *p, const ce_policy_t *policy)
{
    apr_uint32_t n = ce_policy_nedits(policy), nslots = 2 * n + 1; /* one is always free */
    ce_flat_t *flat = apr_palloc(p, sizeof(*flat) + (nslots + n) * sizeof(void *)
                                        + ce_policy_bytes(policy) + 1);
    const ce_name_t **slots = (const ce_name_t **)(flat + 1);
    /* containers with edits; each has its own, so there are n at most */
    const ce_policy_t **todo = (const ce_policy_t **)(slots + nslots), **next = todo;
    char *start = (char *)(todo + n), *out = start;

    memset(slots, 0, nslots * sizeof(*slots));
    for (;;) {
        for (; policy->inner; policy = policy->outer) {
            if (ce_policy_nedits(policy->inner)) {
                *next++ = policy->inner;
            }
        }
        out = write_names(policy->flat, slots, nslots, out);
        if (next == todo) {
            break;
        }
        policy = *--next;
    }
    set_names(flat, start, out);
    flat->has_patterns = 0;
    flat->everything = 0;
    return flat;
}

const ce_flat_t *ce_policy_flatten(apr_pool_t *p, const ce_policy_t *policy,
                                   const ce_extra_t *extra, const ce_ask_t *ask)
{
    return extra || (policy->bits & CE_IS_INVOLVED) ? take_edits(p, policy, extra, ask)
                                                    : unite(p, policy);
}

/* The names of a policy that adds names and no more: each once, where it came first */
static const ce_flat_t *list_names(apr_pool_t *p, const ce_policy_t *policy, apr_pool_t *scratch)
{
    apr_uint32_t n = ce_policy_nedits(policy), nslots = 2 * n + 1; /* one is always free */
    ce_flat_t *flat = apr_pcalloc(p, sizeof(*flat) + n * sizeof(ce_name_t) + ce_policy_bytes(policy)
                                         + 1);
    ce_name_t *list = (ce_name_t *)(flat + 1);
    char *start = (char *)(list + n), *out = start;
    const ce_name_t **slots = apr_pcalloc(scratch, nslots * sizeof(*slots));
    const ce_line_t *line;
    int i;

    for (line = container_of(policy)->first; line; line = line->after) {
        for (i = 0; i < line->nedits; i++) {
            const ce_name_t *name = &line->edits[i].name;
            const ce_name_t **slot = ce_name_free_slot(slots, nslots, name);

            if (slot) {
                *slot = name;
                out = ce_name_write(out, name);
                list[flat->nlist++] = *name;
            }
        }
    }
    set_names(flat, start, out);
    flat->list = list;
    return flat;
}

static int adds_names_only(const ce_policy_t *policy)
{
    const ce_line_t *line;
    int i;

    for (line = container_of(policy)->first; line; line = line->after) {
        for (i = 0; i < line->nedits; i++) {
            if (line->edits[i].op != CE_ADD || line->edits[i].kind != CE_NAME) {
                return 0;
            }
        }
    }
    return !container_of(policy)->never;
}

/* Whether the edits needn't be taken one by one, now that what is inside is sealed */
static int is_list_of_names(const ce_policy_t *policy)
{
    return policy->inner ? !((policy->outer->bits | policy->inner->bits) & CE_IS_INVOLVED)
                         : adds_names_only(policy);
}

void ce_policy_seal(ce_policy_t *policy, apr_pool_t *p, apr_pool_t *scratch)
{
    if (!policy->bits || (policy->bits & CE_HAS_CONDITION) || policy->flat) {
        return;
    }
    if (!is_list_of_names(policy)) {
        policy->flat = take_edits(p, policy, NULL, NULL);
        return;
    }
    policy->bits &= ~(apr_uint32_t)CE_IS_INVOLVED;
    policy->flat = policy->inner ? unite(p, policy) : list_names(p, policy, scratch);
}

int ce_flat_exposes(const ce_flat_t *flat, const ce_name_t *name)
{
    apr_uint32_t slot, i;
    const ce_item_t *item = find(flat, name, &slot);

    if (item && item->place) {
        return 0;
    }
    for (i = 0; i < flat->npatterns; i++) {
        const ce_item_t *pattern = flat->patterns - i;

        if (item && item->rank < pattern->rank) {
            return 0;
        }
        if (pattern->kind == CE_EVERYTHING || ce_name_matches(&pattern->name, name)) {
            return pattern->op == CE_ADD;
        }
    }
    return 0;
}

/* ------------------------------------------------------------------ */
/* What only a whole container shows                                   */

typedef struct review_t {
    apr_pool_t *p;
    apr_array_header_t *warnings;
    apr_hash_t *added; /* lower-case name to the ce_line_t that adds it */
    int pattern_added; /* it may add what a removal names */
    int outermost;
} review_t;

static char *key_of(const review_t *review, const ce_name_t *name)
{
    char *key = apr_pstrmemdup(review->p, name->text, name->len), *s;

    for (s = key; *s; s++) {
        *s = (char)ce_token[(unsigned char)*s];
    }
    return key;
}

static void review_warn(const review_t *review, const ce_line_t *line, const char *wrong,
                        const ce_name_t *name, const char *why)
{
    APR_ARRAY_PUSH(review->warnings,
                   const char *) = apr_psprintf(review->p, "%s:%d: ExposeHeaders: %s '%.*s' (%s)",
                                                line->file, line->line_number, wrong,
                                                (int)name->len, name->text, why);
}

static void review_add(review_t *review, const ce_line_t *line, const ce_edit_t *edit)
{
    char *key = key_of(review, &edit->name);
    const ce_line_t *first = apr_hash_get(review->added, key, APR_HASH_KEY_STRING);

    review->pattern_added |= edit->kind != CE_NAME;
    if (!first) {
        apr_hash_set(review->added, key, APR_HASH_KEY_STRING, line);
    }
    else if (first == line || !first->condition) {
        review_warn(review, line, "duplicate", &edit->name,
                    apr_psprintf(review->p, "line %d adds it already", first->line_number));
    }
}

/* Takes away what a pattern matches; returns whether there was any */
static int review_remove_matching(review_t *review, const ce_edit_t *edit, int forget)
{
    apr_hash_index_t *hi;
    int found = 0;

    for (hi = apr_hash_first(review->p, review->added); hi; hi = apr_hash_next(hi)) {
        const void *key;
        ce_name_t name;

        apr_hash_this(hi, &key, NULL, NULL);
        ce_name_read(&name, key);
        if (ce_name_matches(&edit->name, &name)) {
            found = 1;
            if (forget) {
                apr_hash_set(review->added, key, APR_HASH_KEY_STRING, NULL);
            }
        }
    }
    return found;
}

static void review_remove(review_t *review, const ce_line_t *line, const ce_edit_t *edit)
{
    int found;

    if (edit->kind == CE_NAME) {
        char *key = key_of(review, &edit->name);

        found = apr_hash_get(review->added, key, APR_HASH_KEY_STRING) != NULL;
        apr_hash_set(review->added, key, APR_HASH_KEY_STRING, NULL);
    }
    else {
        found = review_remove_matching(review, edit, !line->condition);
    }
    if (!found && !review->pattern_added && review->outermost) {
        review_warn(review, line, "nothing adds", &edit->name,
                    "a removal in the server's own configuration; only a backend's list or "
                    "another module could");
    }
}

static void review_line(review_t *review, const ce_line_t *line)
{
    int i;

    for (i = 0; i < line->nedits; i++) {
        const ce_edit_t *edit = &line->edits[i];

        if (edit->op == CE_ADD) {
            review_add(review, line, edit);
        }
        else if (edit->op == CE_REMOVE) {
            review_remove(review, line, edit);
        }
        else if (!line->condition) {
            apr_hash_clear(review->added);
        }
    }
}

void ce_policy_review(const ce_policy_t *policy, int outermost, apr_array_header_t *warnings,
                      apr_pool_t *p)
{
    review_t review = {p, warnings, NULL, 0, outermost};
    const ce_line_t *line;

    /* as many names as edits: none is there twice, and none is removed */
    if (policy->flat && policy->flat->nlist == ce_policy_nedits(policy)) {
        return;
    }
    review.added = apr_hash_make(p);
    for (line = container_of(policy)->first; line; line = line->after) {
        review_line(&review, line);
    }
}

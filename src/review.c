/* SPDX-License-Identifier: Apache-2.0 */

#include <string.h>

#include "apr_strings.h"

#include "ce_exposed.h"
#include "ce_index.h"
#include "ce_review.h"
#include "ce_words.h"

/* As much of a word is shown */
#define WORD_MAX 200

/* ------------------------------------------------------------------ */
/* One container                                                       */

typedef struct review_t {
    ce_findings_t *findings;
    const ce_container_t *container;
    const ce_surroundings_t *around;
    apr_pool_t *p; /* for what isn't kept */
} review_t;

/* An edit as it was written, but for collapsed stars */
static const char *word_of(const review_t *review, const ce_edit_t *edit)
{
    int len = (int)(edit->name.len < WORD_MAX ? edit->name.len : WORD_MAX);

    if (edit->op == CE_FORGET) {
        return "None";
    }
    return apr_psprintf(review->p, "%s%.*s", edit->op == CE_REMOVE ? "-" : "", len,
                        edit->name.text);
}

static const char *name_of(const review_t *review, const ce_edit_t *edit)
{
    const char *word = word_of(review, edit);

    return word + (edit->op == CE_REMOVE);
}

/* "line 3", or where that is in another file. (In a macro the file's name says
 * where it is used; a text with it would make one fault many.) */
static const char *place_of(const review_t *review, const char *from, const char *file,
                            int line_number)
{
    return !strcmp(from, file) ? apr_psprintf(review->p, "line %d", line_number)
                               : apr_psprintf(review->p, "%s:%d", file, line_number);
}

#define WARN(review, line, ...)                                                                    \
    ce_findings_add((review)->findings, CE_WARNING, (line)->file, (line)->line_number,             \
                    "ExposeHeaders: " __VA_ARGS__)
#define NOTE(review, line, ...)                                                                    \
    ce_findings_add((review)->findings, CE_NOTE, (line)->file, (line)->line_number,                \
                    "ExposeHeaders: " __VA_ARGS__)

/* ------------------------------------------------------------------ */
/* Names                                                               */

static void review_names(const review_t *review, const ce_line_t *line, const char *directive)
{
    int i;

    for (i = 0; i < line->nedits; i++) {
        const ce_edit_t *edit = &line->edits[i];
        const char *wrong = edit->op == CE_FORGET ? NULL
                                                  : ce_words_fault(&edit->name, edit->kind,
                                                                   edit->op == CE_ADD, review->p);

        if (wrong) {
            ce_findings_add(review->findings, CE_WARNING, line->file, line->line_number,
                            "%s: '%s' %s", directive, name_of(review, edit), wrong);
        }
        else if (review->findings->wants_notes && edit->op == CE_ADD && edit->kind == CE_NAME
                 && (ce_name_class(&edit->name) & CE_NAME_SAFELISTED)) {
            NOTE(review, line,
                 "'%s' needs no listing (every script may read it; harmless, and "
                 "old browsers may need it)",
                 name_of(review, edit));
        }
    }
}

/* ------------------------------------------------------------------ */
/* Duplicates, and removals of nothing                                 */

typedef struct seen_t {
    ce_index_t added;
    apr_uint32_t first; /* no member before this one has outlived the last None */
} seen_t;

static void see_addition(const review_t *review, seen_t *seen, const ce_line_t *line,
                         const ce_edit_t *edit)
{
    const ce_entry_t *first = ce_index_find(&seen->added, edit);

    if (!first) {
        ce_index_put(&seen->added, edit, line);
    }
    else if (first->line == line || !first->line->condition) {
        WARN(review, line, "duplicate '%s' (%s exposes it already: leave one out)",
             word_of(review, edit),
             place_of(review, line->file, first->line->file, first->line->line_number));
    }
}

/* Returns whether there was something to remove, as far as can be seen */
static int see_removal(seen_t *seen, const ce_edit_t *edit)
{
    ce_names_t *names = &seen->added.names;
    apr_uint32_t *slot, i;
    int found = seen->added.npatterns > 0;

    if (edit->kind == CE_NAME && edit->op == CE_REMOVE) {
        ce_member_t *member = ce_names_find(names, &edit->name, &slot, 0);

        if (!member || member->state == CE_GONE) {
            return found;
        }
        member->state = CE_GONE;
        return 1;
    }
    for (i = seen->first; i < names->nmembers; i++) {
        ce_member_t *member = &names->members[i];

        if (edit->op == CE_FORGET || ce_name_matches(&edit->name, &member->name)) {
            found |= member->state != CE_GONE;
            member->state = CE_GONE;
        }
    }
    seen->first = edit->op == CE_FORGET ? names->nmembers : seen->first;
    return found;
}

/* Whether nothing is outside of the container that a removal could take away */
static int is_outermost(const review_t *review)
{
    const ce_policy_t *server = review->around->server;

    return review->around->is_server && !(server->outer && (server->outer->flags & CE_ADDS_NAME));
}

static void review_sequence(const review_t *review)
{
    const ce_container_t *container = review->container;
    const ce_exposed_t *edits = container->policy.edits;
    int notes_removals = review->findings->wants_notes && is_outermost(review);
    const ce_line_t *line;
    seen_t seen = {.first = 0};
    int i;

    /* as many names as edits: none is there twice */
    if (edits && edits->names.nmembers == container->policy.nedits
        && !(container->policy.flags & CE_HAS_RULE)) {
        return;
    }
    ce_index_init(&seen.added, review->p, container->policy.nedits);
    for (line = container->first; line; line = line->next) {
        for (i = 0; i < line->nedits; i++) {
            const ce_edit_t *edit = &line->edits[i];

            if (edit->op == CE_ADD) {
                see_addition(review, &seen, line, edit);
            }
            else if (!see_removal(&seen, edit) && edit->op == CE_REMOVE && notes_removals) {
                NOTE(review, line,
                     "nothing before '%s' exposes that (a * in a container would, "
                     "in spite of it; ExposeHeadersNever forbids it everywhere)",
                     word_of(review, edit));
            }
        }
    }
}

/* ------------------------------------------------------------------ */
/* Edits that a later edit of the same line takes back                 */

static void review_order(const review_t *review, const ce_line_t *line)
{
    ce_index_t later;
    int i;

    for (i = line->nedits - 1; i >= 0 && line->edits[i].op == CE_ADD; i--) {
    }
    if (i < 0) {
        return; /* nothing but additions */
    }
    ce_index_init(&later, review->p, (apr_uint32_t)line->nedits);
    for (i = line->nedits - 1; i >= 0; i--) {
        const ce_edit_t *edit = &line->edits[i];
        const ce_entry_t *by;

        if (edit->op == CE_FORGET) {
            if (i > 0) {
                WARN(review, line,
                     "'%s' is forgotten by None on the same line (None forgets all "
                     "that comes before it: put it first)",
                     word_of(review, edit - 1));
            }
            return;
        }
        by = ce_index_opposite(&later, edit);
        if (by) {
            WARN(review, line,
                 "'%s' is taken back by '%s' on the same line (the last edit that "
                 "matches a name decides: %s)",
                 word_of(review, edit), word_of(review, by->edit),
                 edit->op == CE_REMOVE ? "put removals last" : "leave one out");
        }
        ce_index_put(&later, edit, line);
    }
}

/* ------------------------------------------------------------------ */
/* Conditions                                                          */

static void review_origins(const review_t *review, const ce_line_t *line)
{
    const apr_array_header_t *origins = line->condition->origins;
    const ce_origin_t *portless = NULL;
    int i, has_port = 0;

    for (i = 0; i < origins->nelts; i++) {
        const ce_origin_t *origin = &APR_ARRAY_IDX(origins, i, ce_origin_t);

        if (ce_origin_is_broad(origin) && !ce_words_is_private(origin)) {
            WARN(review, line,
                 "'origin=%s' holds for every site below that domain (name your own: "
                 "https://*.example.com)",
                 origin->text);
        }
        if (ce_words_is_loopback(origin)) {
            int port = origin->any_port || *origin->port;

            has_port |= port;
            portless = port || strncmp(origin->text, "http:", 5) ? portless : origin;
        }
    }
    if (portless && !has_port) {
        WARN(review, line,
             "'origin=%s' is port 80 alone (origin=%s:* is any port, origin=%s:3000 "
             "one)",
             portless->text, portless->text, portless->text);
    }
}

static void review_condition(const review_t *review, const ce_line_t *line)
{
    const ce_condition_t *condition = line->condition;

    if (!condition) {
        return;
    }
    if (condition->origins) {
        review_origins(review, line);
    }
    if (condition->expr_text && ce_words_read_origin(condition->expr_text)) {
        WARN(review, line, "'expr=%.*s' tests the request's Origin (say " CE_WORDS_SAY_ORIGIN ")",
             WORD_MAX, condition->expr_text);
    }
}

/* ------------------------------------------------------------------ */
/* What works against the container's own lines                        */

static void review_never(const review_t *review)
{
    const ce_container_t *container = review->container;
    const ce_line_t *line;
    ce_index_t never;
    int i;

    if (!(container->policy.flags & CE_HAS_NEVER) || !(container->policy.flags & CE_ADDS_NAME)) {
        return;
    }
    ce_index_init(&never, review->p, container->policy.nedits);
    for (line = container->first_never; line; line = line->next) {
        for (i = 0; i < line->nedits; i++) {
            ce_index_put(&never, &line->edits[i], line);
        }
    }
    for (line = container->start; line; line = line->next) {
        for (i = 0; i < line->nedits; i++) {
            const ce_edit_t *edit = &line->edits[i];
            const ce_entry_t *by = edit->op == CE_ADD ? ce_index_opposite(&never, edit) : NULL;

            if (by) {
                WARN(review, line,
                     "'%s' is never exposed: ExposeHeadersNever '%s' (%s) forbids it "
                     "(leave it out here or there)",
                     word_of(review, edit), name_of(review, by->edit),
                     place_of(review, line->file, by->line->file, by->line->line_number));
            }
        }
    }
}

/* The first edit that exposes something, and its line */
static const ce_edit_t *first_addition(const ce_container_t *container, const ce_line_t **line)
{
    int i;

    for (*line = container->start; *line; *line = (*line)->next) {
        for (i = 0; i < (*line)->nedits; i++) {
            if ((*line)->edits[i].op == CE_ADD) {
                return &(*line)->edits[i];
            }
        }
    }
    return NULL;
}

/* Where Off stands that holds for the container: in itself, or the server's */
static const ce_place_t *place_of_off(const review_t *review)
{
    const ce_policy_t *server = review->around->server;
    const ce_container_t **containers;
    unsigned own = review->container->policy.setting[CE_WHEN];
    apr_uint32_t n;

    if (own) {
        return own == CE_OFF ? &review->container->places[CE_WHEN] : NULL;
    }
    if (server->setting[CE_WHEN] != CE_OFF) {
        return NULL;
    }
    containers = ce_policy_containers(review->p, server, &n);
    while (n > 0 && !containers[n - 1]->policy.setting[CE_WHEN]) {
        n--;
    }
    return &containers[n - 1]->places[CE_WHEN];
}

static void review_off(const review_t *review)
{
    const ce_place_t *off = place_of_off(review);
    const ce_line_t *line;
    const ce_edit_t *edit;

    if (!off) {
        return;
    }
    if (review->findings->wants_notes && (review->container->policy.flags & CE_HAS_NEVER)) {
        const ce_line_t *never = review->container->first_never;

        ce_findings_add(review->findings, CE_NOTE, never->file, never->line_number,
                        "ExposeHeadersNever: holds beside ExposeHeadersWhen Off (%s), too: a list "
                        "that a response brings along loses these names",
                        place_of(review, never->file, off->file, off->line_number));
    }
    edit = review->around->is_on_elsewhere ? NULL : first_addition(review->container, &line);
    if (edit) {
        WARN(review, line,
             "'%s' is not exposed: ExposeHeadersWhen Off (%s) holds here (say "
             "ExposeHeadersWhen CORS here, or leave one of them out)",
             word_of(review, edit), place_of(review, line->file, off->file, off->line_number));
    }
}

/* Names that no response has room for, whatever else is on its list */
static void review_bound(const review_t *review)
{
    const ce_container_t *container = review->container;
    const ce_names_t *names;
    apr_size_t bytes = 0;
    apr_uint32_t i, n = 0;
    const ce_name_t *first = NULL;

    if (!container->policy.edits
        || container->bytes + 2 * container->policy.nedits <= CE_VALUE_MAX) {
        return;
    }
    names = &container->policy.edits->names;
    for (i = 0; i < names->nmembers; i++) {
        bytes += names->members[i].state == CE_EXPLICIT ? names->members[i].name.len + 2 : 0;
        if (names->members[i].state == CE_EXPLICIT && bytes > CE_VALUE_MAX + 2) {
            first = first ? first : &names->members[i].name;
            n++;
        }
    }
    if (first) {
        WARN(review, container->last,
             "%u name%s from '%.*s' on will be left out: a list has %d bytes at most "
             "(expose fewer names, or use a pattern)",
             n, n == 1 ? "" : "s", (int)(first->len < WORD_MAX ? first->len : WORD_MAX),
             first->text, CE_VALUE_MAX);
    }
}

/* ------------------------------------------------------------------ */
/* Notes on the container                                              */

/* Where one URL's answers differ by origin in what only a whole response shows */
static void review_revalidation(const review_t *review)
{
    const ce_policy_t *own = &review->container->policy, *server = review->around->server;
    unsigned when = own->setting[CE_WHEN] ? own->setting[CE_WHEN] : server->setting[CE_WHEN];
    const ce_line_t *line;

    if (!(own->flags & CE_ADDS_PATTERN)
        || !(((own->flags | server->flags) & CE_HAS_ORIGIN) || when == CE_ALLOWED)) {
        return;
    }
    for (line = review->container->start; line && !ce_line_adds(line, CE_PATTERN);) {
        line = line->next;
    }
    if (line) {
        NOTE(review, line,
             "a pattern beside %s: browsers get these answers in full, and no 304 "
             "(explicit names alone allow it)",
             when == CE_ALLOWED ? "ExposeHeadersWhen Allowed" : "origin=");
    }
}

/* ------------------------------------------------------------------ */

void ce_review(ce_findings_t *findings, const ce_container_t *container,
               const ce_surroundings_t *around, apr_pool_t *scratch)
{
    review_t review = {findings, container, around, scratch};
    const ce_line_t *line;

    for (line = container->first; line; line = line->next) {
        review_names(&review, line, "ExposeHeaders");
        review_order(&review, line);
        review_condition(&review, line);
    }
    for (line = container->first_never; line; line = line->next) {
        review_names(&review, line, "ExposeHeadersNever");
    }
    review_sequence(&review);
    review_never(&review);
    review_off(&review);
    review_bound(&review);
    if (findings->wants_notes) {
        review_revalidation(&review);
    }
}

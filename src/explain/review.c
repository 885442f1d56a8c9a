/* SPDX-License-Identifier: Apache-2.0 */

#include <stdarg.h>
#include <string.h>

#include "apr_strings.h"

#include "explain/explain.h"
#include "core/exposed.h"
#include "explain/review.h"
#include "explain/words.h"

/* ------------------------------------------------------------------ */
/* Findings                                                            */

ce_findings_t *ce_findings_make(apr_pool_t *p, int wants_notes)
{
    ce_findings_t *findings = apr_palloc(p, sizeof(*findings));

    findings->list = apr_array_make(p, 4, sizeof(ce_finding_t));
    findings->known = apr_hash_make(p);
    findings->wants_notes = wants_notes;
    return findings;
}

/* Each use of a macro has a file name of its own: 'macro 'M' (defined on line 1
 * of "F") used on line 9 of "F"'. A fault of the macro is one fault. */
void ce_findings_add(ce_findings_t *findings, ce_severity_e severity, const char *file,
                     int line_number, const char *format, ...)
{
    apr_pool_t *p = findings->list->pool;
    ce_finding_t finding = {severity, line_number, apr_pstrdup(p, file), NULL};
    const char *use = strncmp(file, "macro '", 7) ? NULL : strstr(file, ") used on line ");
    const char *key;
    va_list args;

    if (severity == CE_NOTE && !findings->wants_notes) {
        return;
    }
    va_start(args, format);
    finding.text = apr_pvsprintf(p, format, args);
    va_end(args);
    key = apr_psprintf(p, "%.*s:%d: %s", (int)(use ? (size_t)(use - file) : strlen(file)), file,
                       line_number, finding.text);
    if (apr_hash_get(findings->known, key, APR_HASH_KEY_STRING)) {
        return;
    }
    apr_hash_set(findings->known, key, APR_HASH_KEY_STRING, key);
    APR_ARRAY_PUSH(findings->list, ce_finding_t) = finding;
}

/* (A macro's file name says where it is used: a text with that would make one fault many.) */
const char *ce_findings_place(apr_pool_t *p, const char *from, const char *file, int line_number)
{
    return strcmp(from, file) ? apr_psprintf(p, "%s:%d", file, line_number)
                              : apr_psprintf(p, "line %d%s", line_number,
                                             strncmp(file, "macro '", 7) ? "" : " of the macro");
}

/* ------------------------------------------------------------------ */
/* One container                                                       */

/* Edits, found by what they are about */
typedef struct seen_t {
    const ce_because_t *edits;     /* the container's */
    ce_names_t names;              /* patterns too, by their text: which edit was put last */
    const ce_because_t **patterns; /* all of them */
    int npatterns;
    int nparted;             /* of patterns: a removal may have taken a part of each */
    apr_uint32_t nforgotten; /* no name before these has outlived the last None */
} seen_t;

typedef struct review_t {
    ce_findings_t *findings;
    const ce_container_t *container;
    const ce_policy_t *server;
    int is_on_elsewhere;
    unsigned when;             /* a ce_when_e: the container's, or the server's */
    const ce_because_t *edits; /* the container's, Never's last */
    int nedits;
    apr_pool_t *p; /* for what isn't kept */
} review_t;

#define SAY(review, severity, line, format, ...)                                                   \
    ce_findings_add((review)->findings, severity, (line)->file, (line)->line_number,               \
                    "%s: " format, (line)->is_never ? "ExposeHeadersNever" : "ExposeHeaders",      \
                    __VA_ARGS__)

/* An edit as it was written, but for collapsed stars */
static const char *word_of(const review_t *review, const ce_edit_t *edit)
{
    return edit->op == CE_FORGET ? "None"
                                 : apr_pstrcat(review->p, edit->op == CE_REMOVE ? "-" : "",
                                               ce_words_name(&edit->name, review->p), NULL);
}

/* The first line that adds something of a kind or wider, or NULL */
static const ce_line_t *line_adding(const review_t *review, ce_kind_e kind)
{
    const ce_line_t *line = review->container->start;

    while (line && !ce_line_adds(line, kind)) {
        line = line->next;
    }
    return line;
}

/* ------------------------------------------------------------------ */
/* Its lines                                                           */

/* Whether an edit adds a name: one of this line, from that one (NULL: the first) on, or of the
 * lines behind it */
static int is_added(const ce_line_t *line, const ce_edit_t *edit, const char *text)
{
    ce_name_t name;

    ce_name_read(&name, text);
    for (; line; line = line->next, edit = NULL) {
        for (edit = edit ? edit : line->edits; edit < line->edits + line->nedits; edit++) {
            if (edit->op == CE_ADD && ce_name_equal(&name, &edit->name)) {
                return 1;
            }
        }
    }
    return 0;
}

/* The cure, where the name that should stand there is known: without that name if it would be
 * said twice, or for nothing */
static const char *cure_of_name(const review_t *review, const ce_edit_t *edit, const char *right)
{
    ce_name_t name;

    ce_name_read(&name, right);
    if (edit->op == CE_ADD && is_added(review->container->lines.first, NULL, right)) {
        return apr_psprintf(review->p, " (leave it out: %s is there, too)", right);
    }
    if (edit->op == CE_ADD && ce_name_class(&name) == CE_NAME_SAFELISTED) {
        return apr_psprintf(review->p, " (leave it out: every script may read %s)", right);
    }
    return apr_psprintf(review->p, " (say %s)", right);
}

static void review_names(const review_t *review, const ce_line_t *line)
{
    const ce_edit_t *edit;

    for (edit = line->edits; edit < line->edits + line->nedits; edit++) {
        const char *right, *wrong = ce_words_fault(edit, review->p, &right);

        if (wrong) {
            SAY(review, CE_WARNING, line, "'%s' %s%s", ce_words_name(&edit->name, review->p), wrong,
                right ? cure_of_name(review, edit, right) : "");
        }
        else if (edit->op == CE_ADD && edit->kind == CE_NAME
                 && ce_name_class(&edit->name) == CE_NAME_SAFELISTED) {
            SAY(review, CE_NOTE, line,
                "'%s' needs no listing (every script may read it; harmless, and old browsers may "
                "need it)",
                ce_words_name(&edit->name, review->p));
        }
    }
}

static void seen_init(seen_t *seen, const review_t *review, int room)
{
    memset(seen, 0, sizeof(*seen));
    seen->edits = review->edits;
    seen->patterns = apr_palloc(review->p, (apr_size_t)room * sizeof(*seen->patterns));
    ce_names_init(&seen->names, review->p, review->p, (apr_uint32_t)room);
}

/* Not for a None */
static void seen_put(seen_t *seen, const ce_because_t *because)
{
    apr_uint32_t *slot;
    const ce_name_t *name = &because->edit->name;
    ce_member_t *member = ce_names_find(&seen->names, name, &slot, 0);

    if (!member || member->state == CE_GONE) {
        member = ce_names_append(&seen->names, slot, name, CE_EXPLICIT);
    }
    member->value = (apr_uint32_t)(because - seen->edits);
    if (because->edit->kind != CE_NAME) {
        seen->patterns[seen->npatterns++] = because;
    }
}

/* The last edit about the same name or pattern, or NULL */
static const ce_because_t *seen_same(const seen_t *seen, const ce_name_t *name)
{
    apr_uint32_t *slot;
    const ce_member_t *member = ce_names_find(&seen->names, name, &slot, 0);

    return member && member->state != CE_GONE ? &seen->edits[member->value] : NULL;
}

/* An edit that does the opposite with all that this one is about, or NULL; NULL, too, where the
 * last one about the same does the same */
static const ce_because_t *seen_opposite(const seen_t *seen, const ce_edit_t *edit)
{
    const ce_because_t *same = seen_same(seen, &edit->name);
    int i;

    for (i = 0; !same && i < seen->npatterns; i++) {
        /* another one's '*' is a letter here, which only a '*' matches */
        if (seen->patterns[i]->edit->op != edit->op
            && ce_name_matches(&seen->patterns[i]->edit->name, &edit->name)) {
            same = seen->patterns[i];
        }
    }
    return same && same->edit->op != edit->op ? same : NULL;
}

/* Take out all that a removal or a None is about. Returns whether there was something, or may have
 * been, since a pattern was put. */
static int seen_take_out(seen_t *seen, const ce_edit_t *edit)
{
    apr_uint32_t i = seen->nforgotten, n = seen->names.nmembers, *slot;
    int found = seen->npatterns > 0;
    ce_member_t *member;

    if (edit->op == CE_FORGET) {
        seen->nforgotten = n;
    }
    else if (edit->kind == CE_NAME) {
        member = ce_names_find(&seen->names, &edit->name, &slot, 0);
        n = member ? (i = (apr_uint32_t)(member - seen->names.members)) + 1 : i;
    }
    for (; i < n; i++) {
        member = &seen->names.members[i];
        if (member->state != CE_GONE
            && (edit->op == CE_FORGET || ce_name_matches(&edit->name, &member->name))) {
            found = 1;
            member->state = CE_GONE;
        }
    }
    for (; seen->nparted < seen->npatterns; seen->nparted++) {
        member = ce_names_find(&seen->names, &seen->patterns[seen->nparted]->edit->name, &slot, 0);
        if (member) {
            member->state = CE_GONE;
        }
    }
    return found;
}

static void review_addition(const review_t *review, seen_t *added, const ce_because_t *because)
{
    const ce_because_t *first = seen_same(added, &because->edit->name);
    const ce_line_t *line = because->statement->line;
    const ce_line_t *before = first ? first->statement->line : NULL;

    if (!first) {
        seen_put(added, because);
    }
    else if (before == line || !before->condition) {
        SAY(review, CE_WARNING, line, "duplicate '%s' (%s exposes it already: leave this one out)",
            word_of(review, because->edit),
            ce_findings_place(review->p, line->file, before->file, before->line_number));
    }
}

/* A removal that nothing of the configuration before it adds, and nothing adds again */
static void say_nothing(const review_t *review, const ce_because_t *removal)
{
    const char *word = word_of(review, removal->edit);

    if (removal->edit->kind == CE_NAME && !removal->statement->line->condition
        && !is_added(removal->statement->line, removal->edit, word + 1)) {
        SAY(review, CE_NOTE, removal->statement->line,
            "nothing in the configuration before '%s' exposes that (a * in a container inside "
            "would, in spite of it; ExposeHeadersNever hides it everywhere)",
            word);
    }
}

/* Duplicates, and removals of nothing */
static void review_sequence(const review_t *review)
{
    const ce_policy_t *policy = &review->container->policy, *server = review->server;
    /* nothing is outside of the container that a removal could take away */
    int is_outermost = policy == server
                       || (policy == server->inner && !(server->outer->flags & CE_ADDS_NAME));
    seen_t added;
    int i;

    seen_init(&added, review, review->nedits);
    for (i = 0; i < review->nedits && !review->edits[i].statement->line->is_never; i++) {
        const ce_because_t *because = &review->edits[i];

        if (because->edit->op == CE_ADD) {
            review_addition(review, &added, because);
        }
        else if (!seen_take_out(&added, because->edit) && because->edit->op == CE_REMOVE
                 && is_outermost) {
            say_nothing(review, because);
        }
    }
}

/* Edits of a line, up to this one, that a later edit of the line takes back */
static void review_order(const review_t *review, const ce_because_t *last)
{
    const ce_line_t *line = last->statement->line;
    int left = line->nedits; /* to look at, from the last one on */
    seen_t later;

    seen_init(&later, review, left);
    for (; left > 0 && last->edit->op != CE_FORGET; left--, last--) {
        const ce_because_t *by = seen_opposite(&later, last->edit);

        if (by) {
            SAY(review, CE_WARNING, line,
                "'%s' is taken back by '%s' on the same line (the last edit that "
                "matches a name decides: %s)",
                word_of(review, last->edit), word_of(review, by->edit),
                ce_name_equal(&last->edit->name, &by->edit->name)
                    ? "leave one out"
                    : "put it behind that, or leave it out");
        }
        seen_put(&later, last);
    }
    if (left > 1) {
        SAY(review, CE_WARNING, line,
            "'%s' is forgotten by None on the same line (None forgets all "
            "that comes before it: put it first, or leave out what is before it)",
            word_of(review, last[-1].edit));
    }
}

/* Edits that the container's own Never list forbids */
static void review_never(const review_t *review)
{
    seen_t never;
    int first = review->nedits, i; /* of Never's, which come last */

    seen_init(&never, review, review->nedits);
    while (first && review->edits[first - 1].statement->line->is_never) {
        seen_put(&never, &review->edits[--first]);
    }
    for (i = 0; i < first; i++) {
        const ce_because_t *adding = &review->edits[i], *by;
        const ce_line_t *line = adding->statement->line;

        by = adding->edit->op == CE_ADD && !adding->statement->forgotten_by
                 ? seen_opposite(&never, adding->edit)
                 : NULL;
        if (by) {
            const ce_line_t *forbidding = by->statement->line;

            SAY(review, CE_WARNING, line,
                "'%s' is never exposed: ExposeHeadersNever '%s' (%s) forbids it "
                "(leave it out)",
                word_of(review, adding->edit), ce_words_name(&by->edit->name, review->p),
                ce_findings_place(review->p, line->file, forbidding->file,
                                  forbidding->line_number));
        }
    }
}

static void review_edits(review_t *review)
{
    const ce_explanation_t *all = ce_explain(review->p, &review->container->policy);
    const ce_because_t *edit = review->edits = all->edits;
    const ce_line_t *line;

    review->nedits = all->nedits;
    for (line = review->container->lines.first; line; line = line->next) {
        edit += line->nedits;
        review_order(review, edit - 1);
    }
    review_sequence(review);
    if (review->container->policy.flags & CE_HAS_NEVER) {
        review_never(review);
    }
}

static void review_condition(const review_t *review, const ce_line_t *line)
{
    static const char *const loopback[] = {"localhost", "127.0.0.1", "[::1]", NULL};
    /* below these are names inside one site, as "*.localhost" */
    static const char *const private_names[] = {"localhost", "local",    "localdomain", "test",
                                                "internal",  "example",  "lan",         "home",
                                                "corp",      "intranet", NULL};
    const apr_array_header_t *origins = line->condition->origins;
    const char *expr = line->condition->expr_text, *portless = NULL;
    int i, has_port = 0;

    for (i = 0; origins && i < origins->nelts; i++) {
        const ce_origin_t *origin = &APR_ARRAY_IDX(origins, i, ce_origin_t);

        /* its host begins with a dot */
        if (ce_origin_is_broad(origin)
            && !ce_words_have(private_names, origin->host + 1, origin->host_len - 1)) {
            SAY(review, CE_WARNING, line,
                "'origin=%s' holds for every site below that domain (name your own: "
                "https://*.example.com)",
                origin->text);
        }
        if (ce_words_have(loopback, origin->host, origin->host_len)) {
            if (origin->any_port || *origin->port) {
                has_port = 1;
            }
            else if (!strncmp(origin->text, "http:", 5)) {
                portless = origin->text;
            }
        }
    }
    if (portless && !has_port) {
        SAY(review, CE_NOTE, line,
            "'origin=%s' is port 80 alone, or an app's WebView (origin=%s:* is any port)", portless,
            portless);
    }
    if (expr && ce_words_read_origin(expr, NULL)) {
        SAY(review, CE_WARNING, line,
            "'expr=%.*s' tests the request's Origin (say " CE_WORDS_SAY_ORIGIN ")", CE_SHOWN_MAX,
            expr);
    }
}

/* ------------------------------------------------------------------ */
/* What it comes to                                                    */

static void review_off(const review_t *review)
{
    const ce_line_t *never = review->container->never.first, *line;
    const ce_policy_t *all;
    const ce_place_t *off;
    const ce_edit_t *edit;

    if (review->when != CE_WHEN_OFF) {
        return;
    }
    all = ce_policy_merge(review->p, review->server, &review->container->policy);
    off = ce_explain(review->p, all)->settings[CE_SETTING_WHEN];
    if (never) {
        SAY(review, CE_NOTE, never,
            "holds beside ExposeHeadersWhen Off (%s), too: a list that a response brings along "
            "loses these names",
            ce_findings_place(review->p, never->file, off->file, off->line_number));
    }
    line = review->is_on_elsewhere ? NULL : line_adding(review, CE_NAME);
    if (line) {
        for (edit = line->edits; edit->op != CE_ADD; edit++) {
        }
        SAY(review, CE_WARNING, line,
            "'%s' is not exposed: ExposeHeadersWhen Off (%s) holds here (say "
            "ExposeHeadersWhen CORS here instead, or expose nothing here)",
            word_of(review, edit),
            ce_findings_place(review->p, line->file, off->file, off->line_number));
    }
}

/* Names that no response has room for, whatever else is on its list */
static void review_bound(const review_t *review)
{
    const ce_exposed_t *edits = review->container->policy.prepared;
    const ce_name_t *first = NULL;
    apr_size_t bytes = 0;
    apr_uint32_t i, n = 0;

    for (i = 0; edits && i < edits->names.nmembers; i++) {
        const ce_member_t *member = &edits->names.members[i];

        bytes += member->state == CE_EXPLICIT ? member->name.len + 2 : 0;
        if (member->state == CE_EXPLICIT && bytes > CE_VALUE_MAX + 2) {
            first = first ? first : &member->name;
            n++;
        }
    }
    if (first) {
        SAY(review, CE_WARNING, review->container->lines.last,
            "%u name%s from '%s' on will be left out: a list has %d bytes at most "
            "(expose fewer names, or use a pattern)",
            n, n == 1 ? "" : "s", ce_words_name(first, review->p), CE_VALUE_MAX);
    }
}

/* Where one URL's answers differ by origin in what only a whole response shows */
static void review_revalidation(const review_t *review)
{
    unsigned flags = review->container->policy.flags;
    int is_allowed = review->when == CE_WHEN_ALLOWED;

    if ((flags & CE_ADDS_PATTERN)
        && (is_allowed || ((flags | review->server->flags) & CE_ON_ORIGIN))) {
        SAY(review, CE_NOTE, line_adding(review, CE_PATTERN),
            "a pattern beside %s: browsers get these answers in full, and no 304 "
            "(explicit names alone allow it)",
            is_allowed ? "ExposeHeadersWhen Allowed" : "origin=");
    }
}

/* ------------------------------------------------------------------ */

void ce_review(ce_findings_t *findings, const ce_container_t *container, const ce_policy_t *server,
               int is_on_elsewhere, apr_pool_t *scratch)
{
    const ce_policy_t *policy = &container->policy;
    review_t review = {findings, container, server, is_on_elsewhere, .p = scratch};
    /* as many names as edits: each is there once, and nothing takes one away */
    int is_plain = policy->prepared && policy->prepared->names.nmembers == policy->nedits
                   && !(policy->flags & (CE_HAS_RULE | CE_HAS_NEVER));
    const ce_line_t *line;

    review.when = policy->setting[CE_SETTING_WHEN] ? policy->setting[CE_SETTING_WHEN]
                                                   : server->setting[CE_SETTING_WHEN];
    for (line = container->lines.first; line; line = line->next) {
        review_names(&review, line);
        if (line->condition) {
            review_condition(&review, line);
        }
    }
    for (line = container->never.first; line; line = line->next) {
        review_names(&review, line);
    }
    if (!is_plain) {
        review_edits(&review);
    }
    review_off(&review);
    review_bound(&review);
    review_revalidation(&review);
}

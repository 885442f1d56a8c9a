/* SPDX-License-Identifier: Apache-2.0 */

#include <stddef.h>
#include <string.h>

#include "apr_hash.h"
#include "apr_strings.h"

#include "core/policy.h"

/* What comes from edits: an unconditional None takes it back */
#define OF_EDITS (CE_ON_ANY | CE_ADDS_NAME | CE_ADDS_PATTERN | CE_HAS_RULE)

/* ------------------------------------------------------------------ */
/* Containers                                                          */

ce_policy_t *ce_policy_create(apr_pool_t *p)
{
    ce_container_t *container = apr_pcalloc(p, sizeof(*container));

    container->policy.ncontainers = 1;
    return &container->policy;
}

void ce_policy_set(ce_policy_t *policy, ce_setting_e setting, unsigned value, const char *file,
                   int line_number, apr_pool_t *p)
{
    ce_container_t *container = (ce_container_t *)policy;

    if (!container->places) {
        container->places = apr_pcalloc(p, CE_NSETTINGS * sizeof(*container->places));
    }
    container->places[setting].file = file;
    container->places[setting].line_number = line_number;
    policy->flags |= CE_IN_FORCE | CE_HAS_SETTING;
    policy->setting[setting] = (unsigned char)value;
}

const char *ce_setting_word(ce_setting_e setting, unsigned value)
{
    static const char *const words[CE_NSETTINGS][CE_WHEN_OFF + 2] = {
        [CE_SETTING_BACKEND] = {"ExposeHeadersBackend", "Merge", "Replace", "Keep"},
        [CE_SETTING_WILDCARD] = {"ExposeHeadersWildcard", "Auto", "Expand"},
        [CE_SETTING_DETAIL] = {"ExposeHeadersDetail", "Off", "Note", "Header"},
        [CE_SETTING_WHEN] = {"ExposeHeadersWhen", "CORS", "Allowed", "Always", "Off"},
        [CE_SETTING_EXPLAIN] = {"ExposeHeadersExplain", "Off", "On"},
    };

    return words[setting][value];
}

static const char *count_edit(ce_container_t *container, const ce_edit_t *edit, apr_pool_t *p)
{
    int has_patterns;

    container->policy.nedits++;
    container->npatterns += edit->kind == CE_PATTERN;
    container->bytes += edit->name.len;
    has_patterns = container->npatterns > CE_CONTAINER_PATTERNS;
    if (!has_patterns && container->bytes <= CE_CONTAINER_BYTES) {
        return NULL;
    }
    return apr_psprintf(p,
                        has_patterns ? "too many patterns, the first that is too much is '%.*s' "
                                       "(%d in one container at most)"
                                     : "too many names, the first that is too much is '%.*s' (%d "
                                       "bytes in one container at most, and 8,000 in one response)",
                        CE_SHOWN_MAX, edit->name.text,
                        has_patterns ? CE_CONTAINER_PATTERNS : CE_CONTAINER_BYTES);
}

static unsigned flags_of_line(ce_container_t *container, const ce_line_t *line)
{
    unsigned flags = line->condition ? line->condition->depends : 0;
    int i;

    container->start = container->start ? container->start : line;
    for (i = 0; i < line->nedits; i++) {
        const ce_edit_t *edit = &line->edits[i];

        if (edit->op == CE_ADD) {
            flags |= CE_ADDS_NAME | (edit->kind == CE_NAME ? 0 : CE_ADDS_PATTERN | CE_HAS_RULE);
        }
        else if (edit->op == CE_REMOVE) {
            flags |= CE_HAS_RULE;
        }
        else if (!line->condition) {
            container->policy.flags &= (unsigned short)~OF_EDITS;
            container->start = line;
            flags = CE_FORGETS;
        }
    }
    return flags;
}

const char *ce_policy_add(ce_policy_t *policy, ce_line_t *line, apr_pool_t *p)
{
    ce_container_t *container = (ce_container_t *)policy;
    ce_lines_t *lines = line->is_never ? &container->never : &container->lines;
    unsigned flags;
    const char *error = NULL;
    int i;

    for (i = 0; i < line->nedits && !error; i++) {
        error = count_edit(container, &line->edits[i], p);
    }
    if (error) {
        return error;
    }
    flags = line->is_never ? (line->nedits ? CE_HAS_NEVER : 0) : flags_of_line(container, line);
    if (lines->last) {
        lines->last->next = line;
    }
    else {
        lines->first = line;
    }
    lines->last = line;
    policy->flags |= (unsigned short)(CE_IN_FORCE | flags);
    return NULL;
}

/* ------------------------------------------------------------------ */
/* Merging                                                             */

/* httpd asks for this for each container on each request. Few have a setting:
 * the flag for that spares 20 instructions in each. */
const ce_policy_t *ce_policy_merge(apr_pool_t *p, const ce_policy_t *outer,
                                   const ce_policy_t *inner)
{
    ce_policy_t *merged;
    unsigned inherited = outer->flags;
    int i;

    if (!outer->flags) {
        return inner;
    }
    if (!inner->flags) {
        return outer;
    }
    if (inner->flags & CE_FORGETS) {
        inherited &= ~OF_EDITS;
    }
    merged = apr_palloc(p, sizeof(*merged));
    merged->outer = outer;
    merged->inner = inner;
    merged->prepared = NULL;
    merged->final = NULL;
    merged->nedits = outer->nedits + inner->nedits;
    merged->ncontainers = outer->ncontainers + inner->ncontainers;
    /* flags and settings, which are the last members, in one piece */
    memcpy((char *)merged + offsetof(ce_policy_t, flags),
           (const char *)outer + offsetof(ce_policy_t, flags),
           sizeof(*merged) - offsetof(ce_policy_t, flags));
    merged->flags = (unsigned short)(inherited | inner->flags);
    for (i = 0; i < CE_NSETTINGS && (inner->flags & CE_HAS_SETTING); i++) {
        if (inner->setting[i]) {
            merged->setting[i] = inner->setting[i];
        }
    }
    return merged;
}

const ce_policy_t *ce_policy_extend(apr_pool_t *p, const ce_policy_t *policy,
                                    const ce_policy_t *added)
{
    ce_policy_t *extended = (ce_policy_t *)ce_policy_merge(p, policy, added);

    if (extended->outer == policy) {
        extended->flags |= policy->flags; /* a None for this origin is none for another */
    }
    return extended;
}

/* Fills an array from its end, and returns the first one. Recursion goes into
 * the inner policies: as deep as httpd nests its walks (server, directories,
 * files, locations, ifs), not as many as there are containers. */
static const ce_container_t **fill_containers(const ce_policy_t *policy, const ce_container_t **end)
{
    for (; policy->inner; policy = policy->outer) {
        end = fill_containers(policy->inner, end);
    }
    *--end = ce_container_of(policy);
    return end;
}

const ce_container_t **ce_policy_containers(apr_pool_t *p, const ce_policy_t *policy)
{
    const ce_container_t **containers = apr_palloc(p, policy->ncontainers * sizeof(*containers));

    return fill_containers(policy, containers + policy->ncontainers);
}

/* A container with the Never lists of another, and nothing else of it */
static const ce_policy_t *never_of(apr_pool_t *p, const ce_container_t *container)
{
    ce_container_t *never = (ce_container_t *)ce_policy_create(p);

    if (container->policy.flags & CE_HAS_NEVER) {
        never->policy.flags = CE_IN_FORCE | CE_HAS_NEVER;
        never->policy.nedits = container->policy.nedits;
        never->never = container->never;
        never->npatterns = container->npatterns;
        never->bytes = container->bytes;
    }
    return &never->policy;
}

const ce_policy_t *ce_policy_follow(apr_pool_t *p, const ce_policy_t *before,
                                    const ce_policy_t *after, ce_never_only_e never_only)
{
    const ce_container_t **containers;
    apr_hash_t *known;
    apr_uint32_t i;

    if (before == after || !after->flags) {
        return before;
    }
    known = apr_hash_make(p);
    containers = ce_policy_containers(p, before);
    for (i = 0; i < before->ncontainers; i++) {
        apr_hash_set(known, &containers[i], sizeof(*containers), containers[i]);
    }
    containers = ce_policy_containers(p, after);
    for (i = 0; i < after->ncontainers; i++) {
        if (!apr_hash_get(known, &containers[i], sizeof(*containers))) {
            int takes_never = never_only == CE_NEVER_OF_ALL
                              || (never_only == CE_NEVER_OF_IF && containers[i]->is_if);

            before = ce_policy_merge(p, before,
                                     takes_never ? never_of(p, containers[i])
                                                 : &containers[i]->policy);
        }
    }
    return before;
}

int ce_policy_is_of_url(apr_pool_t *p, const ce_policy_t *policy, const ce_policy_t *url)
{
    const ce_container_t **containers = ce_policy_containers(p, policy);
    const ce_container_t **expected = ce_policy_containers(p, url);
    apr_uint32_t i, n = policy->ncontainers;

    for (i = 0; i < n && n == url->ncontainers && containers[i] == expected[i]; i++) {
        if (containers[i]->is_if || (containers[i]->policy.flags & CE_ON_REQUEST)) {
            return 0;
        }
    }
    return i == n;
}

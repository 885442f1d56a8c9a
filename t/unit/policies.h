/* SPDX-License-Identifier: Apache-2.0 */

/**
 * @file policies.h
 * @brief Policies from short texts, and a request for their conditions.
 *
 * Containers stand between '|', the outermost first, and their lines between
 * ';'. A line that begins with '!' is an ExposeHeadersNever, one with '@' a
 * setting, any other an ExposeHeaders; its words are cut at spaces, and '~'
 * stands for a space in a word.
 */

#ifndef POLICIES_H
#define POLICIES_H

#include "tap.h"

#include "core/value.h"
#include "core/policy.h"

/* Words as httpd would cut them */
static inline apr_array_header_t *words_of(apr_pool_t *p, const char *text)
{
    apr_array_header_t *words = apr_array_make(p, 4, sizeof(const char *));
    char *rest = apr_pstrdup(p, text), *word, *s;

    while ((word = apr_strtok(rest, " ", &rest))) {
        word = exact(p, word);
        for (s = word; *s; s++) {
            *s = *s == '~' ? ' ' : *s;
        }
        APR_ARRAY_PUSH(words, const char *) = word;
    }
    return words;
}

static inline void set_by_word(apr_pool_t *p, ce_policy_t *policy, const char *word, int line)
{
    static const struct {
        const char *word;
        ce_setting_e setting;
        unsigned value;
    } settings[] = {
        {"Merge", CE_SETTING_BACKEND, CE_BACKEND_MERGE},
        {"Replace", CE_SETTING_BACKEND, CE_BACKEND_REPLACE},
        {"Keep", CE_SETTING_BACKEND, CE_BACKEND_KEEP},
        {"Auto", CE_SETTING_WILDCARD, CE_WILDCARD_AUTO},
        {"Expand", CE_SETTING_WILDCARD, CE_WILDCARD_EXPAND},
        {"CORS", CE_SETTING_WHEN, CE_WHEN_CORS},
        {"Allowed", CE_SETTING_WHEN, CE_WHEN_ALLOWED},
        {"Always", CE_SETTING_WHEN, CE_WHEN_ALWAYS},
        {"Off", CE_SETTING_WHEN, CE_WHEN_OFF},
    };
    size_t i;

    for (i = 0; i < sizeof(settings) / sizeof(*settings); i++) {
        if (!strcmp(word, settings[i].word)) {
            ce_policy_set(policy, settings[i].setting, settings[i].value, "test.conf", line, p);
            return;
        }
    }
    printf("Bail out! no setting '%s'\n", word);
    exit(1);
}

static inline void add_by_text(apr_pool_t *p, ce_policy_t *policy, const char *text, int number)
{
    int is_never = *text == '!';
    ce_line_t *line = NULL;
    const char *error;

    if (*text == '@') {
        set_by_word(p, policy, text + 1, number);
        return;
    }
    error = is_never ? ce_never_parse(&line, "ExposeHeadersNever", words_of(p, text + 1), p)
                     : ce_line_parse(&line, "ExposeHeaders", words_of(p, text), p);
    if (!error) {
        line->file = "test.conf";
        line->line_number = number;
        error = ce_policy_add(policy, line, p);
    }
    if (error) {
        printf("Bail out! '%s': %s\n", text, error);
        exit(1);
    }
}

/** One container. */
static inline ce_policy_t *container(apr_pool_t *p, const char *text)
{
    ce_policy_t *policy = ce_policy_create(p);
    char *rest = apr_pstrdup(p, text), *line;
    int number = 0;

    while ((line = apr_strtok(rest, ";", &rest))) {
        add_by_text(p, policy, line, ++number);
    }
    return policy;
}

/** As at startup: what was of use only then is gone. */
static inline ce_policy_t *prepared(apr_pool_t *p, ce_policy_t *policy)
{
    apr_pool_t *scratch = subpool(p);

    ce_value_prepare(policy, p, scratch);
    apr_pool_destroy(scratch);
    return policy;
}

/* How containers are merged: from the left, as httpd does it, or the other way
 * round, since a merge is associative; prepared or as they are read; and
 * prepared as a whole, as a virtual host's policy that httpd has merged with
 * the server's by then */
enum { FROM_RIGHT = 1, PREPARED = 2, WHOLE = 4, ALL_WAYS = 8 };

static const char *const ways[] = {
    "merged from the left",
    "merged from the right",
    "prepared, merged from the left",
    "prepared, merged from the right",
    "merged from the left, prepared as a whole",
    "merged from the right, prepared as a whole",
    "prepared, merged from the left, prepared as a whole",
    "prepared, merged from the right, prepared as a whole",
};

#define MERGED_MAX 16

static inline const ce_policy_t *merged_array(apr_pool_t *p, const ce_policy_t *const *policies,
                                              int n, int way)
{
    const ce_policy_t *result = policies[way & FROM_RIGHT ? n - 1 : 0];
    int i;

    for (i = 1; i < n; i++) {
        result = way & FROM_RIGHT ? ce_policy_merge(p, policies[n - 1 - i], result)
                                  : ce_policy_merge(p, result, policies[i]);
    }
    return way & WHOLE ? prepared(p, (ce_policy_t *)result) : result;
}

/** All containers of a text, merged. */
static inline const ce_policy_t *merged(apr_pool_t *p, const char *text, int way)
{
    const ce_policy_t *policies[MERGED_MAX];
    char *rest = apr_pstrdup(p, text), *part;
    int n = 0;

    while (n < MERGED_MAX && (part = apr_strtok(rest, "|", &rest))) {
        ce_policy_t *policy = container(p, part);

        policies[n++] = way & PREPARED ? prepared(p, policy) : policy;
    }
    if (!n) {
        policies[n++] = container(p, "");
    }
    return merged_array(p, policies, n, way);
}

/** The policy with what another module adds, from a text; NULL: nothing. */
static inline const ce_policy_t *extended(apr_pool_t *p, const ce_policy_t *policy,
                                          const char *text)
{
    ce_policy_t *added = ce_policy_create(p);
    ce_line_t *line = NULL;

    if (!text) {
        return policy;
    }
    if (ce_added_parse(&line, "add", text, p) || ce_policy_add(added, line, p)) {
        printf("Bail out! added '%s'\n", text);
        exit(1);
    }
    return ce_policy_extend(p, policy, added);
}

/** Words that need the same slot, for a set of so much room: with numbers in the place of %d */
static inline const char *colliding_words(apr_pool_t *p, const char *format, apr_uint32_t room,
                                          int n, char separator)
{
    apr_pool_t *sub = subpool(p);
    apr_array_header_t *names = apr_array_make(sub, n, sizeof(const char *));
    const char *text;
    ce_names_t set;
    int i;

    ce_names_init(&set, sub, sub, room);
    for (i = 0; names->nelts < n; i++) {
        char word[16];
        apr_uint32_t *slot;
        ce_name_t name;

        snprintf(word, sizeof(word), format, i);
        ce_name_read(&name, word);
        ce_names_find(&set, &name, &slot, 0);
        if (slot == set.slots + set.nslots / 2) {
            APR_ARRAY_PUSH(names, const char *) = apr_pstrdup(sub, word);
        }
    }
    text = apr_array_pstrcat(p, names, separator);
    apr_pool_destroy(sub);
    return text;
}

static inline const char *colliding(apr_pool_t *p, apr_uint32_t room, int n, char separator)
{
    return colliding_words(p, "X-%d", room, n, separator);
}

#define ORIGIN "https://a.example"

/* A request in which the variables SET and BOTH are set */
static inline int env(void *ctx, const char *name)
{
    (void)ctx;
    return !strcmp(name, "SET") || !strcmp(name, "BOTH");
}

/* An expression is true, false or broken by its text */
static inline ce_holds_e expr(void *ctx, const ce_line_t *line)
{
    (void)ctx;
    return !strcmp(line->condition->expr_text, "true")    ? CE_HOLDS
           : !strcmp(line->condition->expr_text, "false") ? CE_FAILS
                                                          : CE_BROKEN;
}

#endif /* POLICIES_H */

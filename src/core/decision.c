/* SPDX-License-Identifier: Apache-2.0 */

#include <string.h>

#include "core/decision.h"
#include "core/value.h"

#define HTTP_NOT_MODIFIED 304

/* ------------------------------------------------------------------ */
/* What is exposed                                                     */

static const ce_exposed_t *exposed_by(ce_verdict_t *verdict, apr_pool_t *p,
                                      const ce_policy_t *policy, const ce_facts_t *facts,
                                      int own_only)
{
    unsigned char backend = policy->setting[CE_SETTING_BACKEND];
    ce_sources_t sources = {
        .policy = policy,
        .own = own_only || backend != CE_BACKEND_REPLACE ? facts->own : NULL,
        .own_decides = backend == CE_BACKEND_KEEP,
        .own_only = own_only,
    };

    return verdict->exposed = ce_exposed_apply(p, p, &sources, &facts->context);
}

/* With what the server adds after us, and without what it takes off */
static const char *write_out(ce_verdict_t *verdict, apr_pool_t *p, const ce_exposed_t *exposed,
                             const ce_facts_t *facts)
{
    unsigned later = facts->later(facts->context.ctx);
    ce_headers_t headers = {.tables = {facts->err_headers_out, facts->headers_out},
                            .drops_etag = later & CE_DROPS_ETAG,
                            .are_valid = later & CE_CHECKS_NAMES};

    if (verdict->vary) {
        headers.later[headers.nlater++].key = "Vary";
    }
    headers.later[headers.nlater++].key = "Date";
    headers.later[headers.nlater++].key = "Server";
    if (later & CE_ADDS_ENCODING) {
        headers.later[headers.nlater++].key = "Content-Encoding";
    }
    if (later & CE_ADDS_RANGE) {
        headers.later[headers.nlater++].key = "Content-Range";
    }
    return ce_value_write_out(p, exposed, &headers, &verdict->left_out);
}

static ce_reason_e how_to_write(const ce_exposed_t *exposed, int sends_wildcard)
{
    return !exposed->npatterns ? CE_REASON_NAMES
           : sends_wildcard    ? CE_REASON_WILDCARD
                               : CE_REASON_WRITTEN_OUT;
}

static void set_value(ce_verdict_t *verdict, apr_pool_t *p, const ce_exposed_t *exposed,
                      const ce_facts_t *facts, ce_reason_e how)
{
    const char *value = how == CE_REASON_WRITTEN_OUT
                            ? write_out(verdict, p, exposed, facts)
                            : ce_value_write(p, exposed, how == CE_REASON_WILDCARD,
                                             &verdict->left_out);

    verdict->value = *value ? value : NULL;
}

/* ------------------------------------------------------------------ */
/* The decision                                                        */

/* Where the module leaves the response alone otherwise, its own list still
 * loses what Never forbids */
static void decide_never(ce_verdict_t *verdict, apr_pool_t *p, const ce_policy_t *policy,
                         const ce_facts_t *facts, ce_reason_e reason)
{
    const ce_exposed_t *exposed;

    verdict->reason = reason;
    verdict->only_never = 1;
    verdict->untouched = 1;
    if (!facts->own) {
        return;
    }
    exposed = exposed_by(verdict, p, policy, facts, 1);
    /* what wasn't looked at may be forbidden, too */
    if (exposed->ntaken || exposed->bound
        || ((policy->flags & CE_HAS_NEVER)
            && (exposed->left_out || (exposed->npatterns && !exposed->everything)))) {
        verdict->untouched = 0;
        set_value(verdict, p, exposed, facts, how_to_write(exposed, exposed->everything));
    }
}

static int brings_wildcard(const ce_facts_t *facts)
{
    int i;

    for (i = 0; facts->own && i < facts->own->nelts; i++) {
        if (ce_list_has(APR_ARRAY_IDX(facts->own, i, const char *), "*")) {
            return 1;
        }
    }
    return 0;
}

/* Whether the list can depend on Origin */
static int varies(const ce_policy_t *policy, const ce_facts_t *facts)
{
    if (policy->flags & CE_ON_ORIGIN) {
        return 1;
    }
    if (policy->setting[CE_SETTING_WHEN] == CE_WHEN_ALWAYS) {
        return 0;
    }
    return policy->setting[CE_SETTING_WHEN] == CE_WHEN_ALLOWED || (policy->flags & CE_ADDS_NAME)
           || brings_wildcard(facts);
}

/* A 304 without Access-Control-Allow-Origin leaves the stored one in force. It
 * matters where the stored list may be another origin's. */
static int is_allowed(const ce_policy_t *policy, const ce_facts_t *facts)
{
    return !facts->context.origin || ce_facts_pass_cors_check(facts)
           || (facts->status == HTTP_NOT_MODIFIED && (policy->flags & CE_ON_ORIGIN)
               && !facts->allow_origin);
}

/* Whether a 304 may carry the list. Its headers replace those that were stored
 * with the 200 (RFC 9111, section 3.2), and it has fewer of them than that had. */
static int fits_not_modified(const ce_policy_t *policy, const ce_facts_t *facts, ce_reason_e how)
{
    if (facts->is_for_store) {
        return 0; /* mod_cache's copy honours Vary: the list in it is this origin's */
    }
    if (policy->flags & CE_ON_ORIGIN) {
        return 1; /* what is stored may be another origin's list */
    }
    return how != CE_REASON_WRITTEN_OUT && !(policy->flags & CE_ON_RESPONSE) && facts->allow_origin;
}

/* A cache before httpd makes its own 304 of an answer with a validator. Without a
 * list on it, another origin's would stay in a browser's copy. */
static int needs_list(const ce_policy_t *policy, const ce_facts_t *facts)
{
    return (policy->flags & CE_ON_ORIGIN) && facts->context.origin
           && (facts->status == HTTP_NOT_MODIFIED || apr_table_get(facts->headers_out, "ETag")
               || apr_table_get(facts->headers_out, "Last-Modified")
               || apr_table_get(facts->err_headers_out, "ETag")
               || apr_table_get(facts->err_headers_out, "Last-Modified"));
}

/* A list that exposes nothing but takes the place of one that does: every script
 * may read this header anyway. As if it were the response's own, so that a Never
 * list may forbid it. */
static void write_stand_in(ce_verdict_t *verdict, apr_pool_t *p, const ce_policy_t *policy,
                           const ce_facts_t *facts)
{
    apr_array_header_t *own = apr_array_make(p, 1, sizeof(const char *));
    ce_sources_t sources = {.policy = policy, .own = own, .own_only = 1};

    APR_ARRAY_PUSH(own, const char *) = "Cache-Control";
    set_value(verdict, p, ce_exposed_apply(p, p, &sources, NULL), facts, CE_REASON_NAMES);
}

static void decide_list(ce_verdict_t *verdict, apr_pool_t *p, const ce_policy_t *policy,
                        ce_facts_t *facts)
{
    /* Nobody reads a response without Origin, but a browser may store it, and
     * revalidate it for a script with a 304, which carries explicit names, but
     * neither a written-out list nor one that depends on the 200's status. */
    int is_for_nobody = !facts->context.origin && !facts->own
                        && policy->setting[CE_SETTING_WHEN] != CE_WHEN_ALWAYS
                        && !(policy->flags & CE_ON_RESPONSE);
    const ce_exposed_t *exposed;
    ce_reason_e how;

    verdict->reason = CE_REASON_NO_ORIGIN;
    if (is_for_nobody && !(policy->flags & CE_ADDS_PATTERN)) {
        return;
    }
    exposed = exposed_by(verdict, p, policy, facts, 0);
    if (is_for_nobody && !exposed->npatterns) {
        return;
    }
    how = how_to_write(exposed, exposed->everything
                                    && policy->setting[CE_SETTING_WILDCARD] != CE_WILDCARD_EXPAND
                                    && ce_facts_credential(facts) == CE_NOT_CREDENTIALED);
    if (facts->status == HTTP_NOT_MODIFIED && !fits_not_modified(policy, facts, how)) {
        verdict->reason = CE_REASON_NOT_MODIFIED;
        return;
    }
    set_value(verdict, p, exposed, facts, how);
    verdict->reason = verdict->value ? how : CE_REASON_EMPTY;
    if (!verdict->value && needs_list(policy, facts)) {
        write_stand_in(verdict, p, policy, facts);
    }
}

/* Whether nothing of the response's headers can matter but a list that comes along:
 * no Vary, no '*' of the policy's, no 304 */
static int needs_only_list(const ce_policy_t *policy, const ce_facts_t *facts)
{
    return (policy->setting[CE_SETTING_WHEN] == CE_WHEN_ALWAYS
            || policy->setting[CE_SETTING_WHEN] == CE_WHEN_OFF)
           && !facts->is_explained && !(policy->flags & (CE_ON_ORIGIN | CE_ADDS_PATTERN))
           && facts->status != HTTP_NOT_MODIFIED;
}

void ce_decide(ce_verdict_t *verdict, apr_pool_t *p, const ce_policy_t *policy, ce_facts_t *facts)
{
    memset(verdict, 0, sizeof(*verdict));
    (needs_only_list(policy, facts) ? ce_facts_read_list : ce_facts_read_response)(facts, p);
    if (policy->setting[CE_SETTING_WHEN] == CE_WHEN_OFF) {
        decide_never(verdict, p, policy, facts, CE_REASON_OFF);
        return;
    }
    if (facts->preflight) {
        verdict->reason = CE_REASON_PREFLIGHT;
        verdict->untouched = 1;
        return;
    }
    if (facts->is_of_other && varies(policy, facts)) {
        verdict->reason = CE_REASON_STORED;
        verdict->only_never = 1;
        return;
    }
    if (facts->is_stored) {
        decide_never(verdict, p, policy, facts, CE_REASON_STORED);
        return;
    }
    verdict->vary = !facts->varies_on_origin && varies(policy, facts);
    if (policy->setting[CE_SETTING_WHEN] == CE_WHEN_ALLOWED && !is_allowed(policy, facts)) {
        verdict->reason = CE_REASON_NOT_ALLOWED;
        return;
    }
    decide_list(verdict, p, policy, facts);
}

const char *ce_decide_everything(apr_pool_t *p, const ce_facts_t *facts, apr_uint32_t *left_out)
{
    ce_exposed_t everything = {.everything = 1};
    ce_verdict_t verdict = {.left_out = *left_out};
    const char *list;

    ce_names_init(&everything.names, p, p, 0);
    list = write_out(&verdict, p, &everything, facts);
    *left_out = verdict.left_out;
    return list;
}

const char *ce_reason_word(ce_reason_e reason)
{
    static const char *const words[] = {
        [CE_REASON_OFF] = "off",
        [CE_REASON_PREFLIGHT] = "preflight",
        [CE_REASON_STORED] = "stored",
        [CE_REASON_NOT_ALLOWED] = "not-allowed",
        [CE_REASON_NO_ORIGIN] = "no-origin",
        [CE_REASON_NOT_MODIFIED] = "not-modified",
        [CE_REASON_EMPTY] = "empty",
        [CE_REASON_NAMES] = "names",
        [CE_REASON_WILDCARD] = "wildcard",
        [CE_REASON_WRITTEN_OUT] = "written-out",
    };

    return words[reason];
}

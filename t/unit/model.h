/* SPDX-License-Identifier: Apache-2.0 */

/**
 * @file model.h
 * @brief What the design says about a case, worked out a second time, as plainly as can be.
 *
 * For each name the edits are walked from the last to the first; nothing is
 * hashed, prepared or merged. Quotations are the design's.
 */

#ifndef MODEL_H
#define MODEL_H

#include <strings.h>

#include "random_case.h"

/* What counts, in the order in which it counts */
typedef struct m_edit_t {
    ce_op_e op;
    const char *text;
    int is_own;
} m_edit_t;

typedef struct model_t {
    const p_case_t *c;
    unsigned setting[CE_NSETTINGS];
    int has_policy, has_origin, has_expr, has_never, adds, adds_pattern;
    int nedits, first_never;
    m_edit_t edits[MAX_EDITS];
    apr_size_t looked_at; /* of the own list */
    int has_own, own_has_wildcard, nvalid, nmalformed, ntaken, is_cut;
    const char *allow_origin;
    int nallow_origin, allows_credentials, varies, has_validator;
} model_t;

typedef struct answer_t {
    const char *reason, *value;
    int untouched, vary, is_cut;
    int nmalformed;
    const char *listed[MAX_EDITS + MAX_HEADERS];
    int nlisted;
    apr_size_t len;
    int is_full;
} answer_t;

static int is_token(const char *s, apr_size_t len)
{
    apr_size_t i;

    for (i = 0; i < len; i++) {
        if (s[i] <= 0x20 || s[i] >= 0x7F || strchr("\"(),/:;<=>?@[\\]{}", s[i])) {
            return 0;
        }
    }
    return len > 0;
}

static int same(const char *a, const char *b)
{
    return !strcasecmp(a, b);
}

/* "A '*' in it matches any run of characters", "matching ignores case" */
static int matches(const char *pattern, const char *name)
{
    for (; *pattern && *pattern != '*'; pattern++, name++) {
        if (!*name || strncasecmp(pattern, name, 1)) {
            return 0;
        }
    }
    if (!*pattern) {
        return !*name;
    }
    while (*pattern == '*') {
        pattern++;
    }
    if (!*pattern) {
        return 1;
    }
    for (; *name; name++) {
        if (matches(pattern, name)) {
            return 1;
        }
    }
    return 0;
}

static int same_pattern(const char *a, const char *b)
{
    for (;; a++, b++) {
        while (a[0] == '*' && a[1] == '*') {
            a++;
        }
        while (b[0] == '*' && b[1] == '*') {
            b++;
        }
        if (strncasecmp(a, b, 1)) {
            return 0;
        }
        if (!*a) {
            return 1;
        }
    }
}

static int is_wildcard(const char *text)
{
    return same_pattern(text, "*");
}

static int is_pattern(const m_edit_t *edit)
{
    return !edit->is_own ? strchr(edit->text, '*') != NULL : !strcmp(edit->text, "*");
}

static void push(model_t *m, ce_op_e op, const char *text, int is_own)
{
    m_edit_t *edit = &m->edits[m->nedits++];

    if (m->nedits > MAX_EDITS) {
        printf("Bail out! more edits than the model has room for\n");
        exit(1);
    }
    edit->op = op;
    edit->text = text;
    edit->is_own = is_own;
}

static int holds(const p_line_t *line, int has_origin)
{
    if ((line->origin && !has_origin) || line->origin == FAILS || line->env == FAILS
        || line->expr == FAILS) {
        return FAILS;
    }
    return line->expr == BROKEN ? BROKEN : HOLDS;
}

static void push_line(model_t *m, const p_line_t *line)
{
    int how = holds(line, m->c->origin != NULL), i;

    for (i = 0; i < line->nedits && how != FAILS; i++) {
        if (how == HOLDS || line->edits[i].op != CE_ADD) {
            push(m, line->edits[i].op, line->edits[i].text, 0);
        }
    }
}

/* What the policy holds, of what no unconditional None takes back */
static void note_line(model_t *m, const p_line_t *line)
{
    int i;

    for (i = 0; i < line->nedits; i++) {
        const p_edit_t *edit = &line->edits[i];

        if (edit->op == CE_FORGET && !line->origin && !line->env && !line->expr) {
            m->adds = m->adds_pattern = m->has_origin = m->has_expr = 0;
        }
        m->adds |= edit->op == CE_ADD;
        m->adds_pattern |= edit->op == CE_ADD && strchr(edit->text, '*');
    }
    m->has_origin |= line->origin != 0;
    m->has_expr |= line->expr != 0;
}

static const char *trim(apr_pool_t *p, const char *text, apr_size_t len)
{
    while (len && (*text == ' ' || *text == '\t')) {
        text++, len--;
    }
    while (len && (text[len - 1] == ' ' || text[len - 1] == '\t')) {
        len--;
    }
    return apr_pstrmemdup(p, text, len);
}

/* "No step looks at more names than can fit": what comes after that is counted */
static void push_element(model_t *m, const char *element)
{
    apr_size_t len = strlen(element);

    m->own_has_wildcard |= !strcmp(element, "*");
    if (m->looked_at > BOUND) {
        m->is_cut = 1; /* counted even where an edit would take it away */
        return;
    }
    m->looked_at += len > BOUND ? 0 : len + 2;
    if (!is_token(element, len)) {
        m->nmalformed++;
        return;
    }
    m->nvalid++;
    if (len > BOUND) {
        m->is_cut = 1;
    }
    else if (same(element, "Set-Cookie")
             || same(element, "Set-Cookie2")) { /* "exposed to nobody", "always" */
        m->ntaken++;
    }
    else {
        push(m, CE_ADD, element, 1);
    }
}

static void push_own(model_t *m, apr_pool_t *p, const char *list)
{
    for (;;) {
        apr_size_t len = strcspn(list, ",");
        const char *element = trim(p, list, len);

        if (*element) {
            push_element(m, element);
        }
        if (!list[len]) {
            return;
        }
        list += len + 1;
    }
}

static int has_member(apr_pool_t *p, const char *list, const char *member)
{
    for (;;) {
        apr_size_t len = strcspn(list, ",");

        if (same(trim(p, list, len), member)) {
            return 1;
        }
        if (!list[len]) {
            return 0;
        }
        list += len + 1;
    }
}

static void read_headers(model_t *m, apr_pool_t *p)
{
    int errors, i;

    for (errors = 1; errors >= 0; errors--) {
        for (i = 0; i < m->c->nheaders; i++) {
            const p_header_t *h = &m->c->headers[i];

            if (h->in_error_table != errors) {
                continue;
            }
            if (same(h->name, CE_ALLOW_ORIGIN)) {
                m->allow_origin = trim(p, h->value, strlen(h->value));
                m->nallow_origin++;
            }
            m->allows_credentials |= same(h->name, CE_ALLOW_CREDENTIALS)
                                     && !strcmp(trim(p, h->value, strlen(h->value)), "true");
            m->varies |= same(h->name, "Vary")
                         && (has_member(p, h->value, "Origin") || has_member(p, h->value, "*"));
            m->has_validator |= same(h->name, "ETag") || same(h->name, "Last-Modified");
            if (same(h->name, CE_EXPOSE_HEADERS)) {
                m->has_own = 1;
                push_own(m, p, h->value);
            }
        }
    }
}

static void read_policy(model_t *m)
{
    const p_case_t *c = m->c;
    int i, j, k;

    for (i = 0; i < c->ncontainers; i++) {
        const p_container_t *container = &c->containers[i];

        for (j = 0; j < CE_NSETTINGS && container->counts == 2; j++) {
            m->setting[j] = container->setting[j] ? container->setting[j] : m->setting[j];
            m->has_policy |= container->setting[j] != 0;
        }
        for (k = 0; k < container->nlines && container->counts; k++) {
            m->has_never |= container->lines[k].is_never;
            m->has_policy |= container->counts == 2 || container->lines[k].is_never;
            if (!container->lines[k].is_never && container->counts == 2) {
                note_line(m, &container->lines[k]);
            }
        }
    }
}

/* All edits that count; in the other case only what Never says of the own list */
static void push_all(model_t *m, int own_only)
{
    const p_case_t *c = m->c;
    int only_own = own_only || (m->setting[CE_SETTING_BACKEND] == CE_BACKEND_KEEP && m->nvalid), i,
        k;

    if (!own_only && m->setting[CE_SETTING_BACKEND] == CE_BACKEND_REPLACE) {
        m->nedits = m->is_cut = 0;
    }
    for (i = 0; i < c->ncontainers && !only_own; i++) {
        for (k = 0; k < c->containers[i].nlines && c->containers[i].counts == 2; k++) {
            if (!c->containers[i].lines[k].is_never) {
                push_line(m, &c->containers[i].lines[k]);
            }
        }
    }
    for (i = 0; i < c->nadded && !only_own; i++) {
        push_line(m, &c->added[i]);
    }
    m->first_never = m->nedits;
    for (i = 0; i < c->ncontainers; i++) {
        for (k = 0; k < c->containers[i].nlines && c->containers[i].counts; k++) {
            if (c->containers[i].lines[k].is_never) {
                push_line(m, &c->containers[i].lines[k]);
            }
        }
    }
}

/* Whether an edit after this one takes the name away */
static int is_removed(const model_t *m, int at, const char *name)
{
    for (at++; at < m->nedits; at++) {
        const m_edit_t *edit = &m->edits[at];

        if (edit->op == CE_FORGET || (edit->op == CE_REMOVE && matches(edit->text, name))) {
            return 1;
        }
    }
    return 0;
}

/* "The last edit that matches a header name decides" */
static int is_exposed(const model_t *m, const char *name)
{
    int i;

    for (i = m->nedits - 1; i >= 0; i--) {
        const m_edit_t *edit = &m->edits[i];

        if (edit->op == CE_FORGET) {
            return 0;
        }
        if (is_pattern(edit) || edit->op == CE_REMOVE ? matches(edit->text, name)
                                                      : same(edit->text, name)) {
            return edit->op == CE_ADD;
        }
    }
    return 0;
}

/* "In force if an edit adds it and no removal behind it is the same pattern or '*'" */
static int has_pattern(const model_t *m)
{
    int i, j;

    for (i = 0; i < m->nedits; i++) {
        int in_force = m->edits[i].op == CE_ADD && is_pattern(&m->edits[i]);

        for (j = i + 1; j < m->nedits && in_force; j++) {
            in_force = m->edits[j].op == CE_ADD
                       || (m->edits[j].op == CE_REMOVE && !is_wildcard(m->edits[j].text)
                           && !same_pattern(m->edits[i].text, m->edits[j].text));
        }
        if (in_force) {
            return 1;
        }
    }
    return 0;
}

/* "An edit '*' is in force with no removal behind it" */
static int is_everything(const model_t *m)
{
    int i;

    for (i = m->nedits - 1; i >= 0 && m->edits[i].op == CE_ADD; i--) {
        if (is_pattern(&m->edits[i]) && is_wildcard(m->edits[i].text)) {
            return 1;
        }
    }
    return 0;
}

/* What doesn't fit is left out whole, the last first; what can't fit, alone */
static void write_name(answer_t *a, const char *name, apr_pool_t *p)
{
    apr_size_t len = strlen(name), comma = *a->value ? 2 : 0;

    if (len > BOUND) {
        a->is_cut = 1;
        return;
    }
    a->is_full |= strlen(a->value) + comma + len > BOUND;
    if (a->is_full) {
        a->is_cut = 1;
        return;
    }
    a->value = apr_pstrcat(p, a->value, comma ? ", " : "", name, NULL);
}

static int is_listed(const answer_t *a, const char *name)
{
    int i;

    for (i = 0; i < a->nlisted; i++) {
        if (same(a->listed[i], name)) {
            return 1;
        }
    }
    return 0;
}

static void list(answer_t *a, const char *name, apr_pool_t *p)
{
    if (!is_listed(a, name)) {
        a->listed[a->nlisted++] = name;
        write_name(a, name, p);
    }
}

static void list_explicit(const model_t *m, answer_t *a, apr_pool_t *p)
{
    int own, i;

    for (own = 0; own < 2; own++) {
        for (i = 0; i < m->nedits; i++) {
            const m_edit_t *edit = &m->edits[i];

            if (edit->op == CE_ADD && edit->is_own == own && !is_pattern(edit)
                && !is_removed(m, i, edit->text)) {
                list(a, edit->text, p);
            }
        }
    }
}

static void list_header(const model_t *m, answer_t *a, const char *name, apr_pool_t *p)
{
    static const char *const unlisted[] = {
        "Cache-Control",
        "Content-Language",
        "Content-Length",
        "Content-Type",
        "Expires",
        "Last-Modified",
        "Pragma",
        "Authorization",
        "Connection",
        "Keep-Alive",
        "Proxy-Connection",
        "Proxy-Authenticate",
        "Proxy-Authorization",
        "TE",
        "Trailer",
        "Transfer-Encoding",
        "Upgrade",
        "X-Expose-Headers-Detail",
        "Set-Cookie",
        "Set-Cookie2",
        "*",
    };
    size_t i;
    int j;

    for (i = 0; i < sizeof(unlisted) / sizeof(*unlisted); i++) {
        if (same(name, unlisted[i])) {
            return;
        }
    }
    for (j = 0; j < m->c->nheaders; j++) {
        if (same(m->c->headers[j].name, "Connection")
            && has_member(p, m->c->headers[j].value, name)) {
            return;
        }
    }
    if (!is_token(name, strlen(name)) || strlen(name) > 1000
        || !strncasecmp(name, "Access-Control-", 15)
        || ((m->c->later & CE_DROPS_ETAG) && same(name, "ETag"))) {
        return;
    }
    if (is_exposed(m, name)) {
        list(a, name, p);
    }
}

static void list_headers(const model_t *m, answer_t *a, apr_pool_t *p)
{
    int errors, i;

    for (errors = 1; errors >= 0; errors--) {
        for (i = 0; i < m->c->nheaders; i++) {
            if (m->c->headers[i].in_error_table == errors) {
                list_header(m, a, m->c->headers[i].name, p);
            }
        }
    }
    if (a->vary && !a->untouched) {
        list_header(m, a, "Vary", p);
    }
    list_header(m, a, "Date", p);
    list_header(m, a, "Server", p);
    if (m->c->later & CE_ADDS_ENCODING) {
        list_header(m, a, "Content-Encoding", p);
    }
    if (m->c->later & CE_ADDS_RANGE) {
        list_header(m, a, "Content-Range", p);
    }
}

static int is_credentialed(const model_t *m)
{

    return m->allows_credentials || m->c->cookie || m->c->authorization || m->c->user
           || m->c->certificate || !m->c->origin;
}

static void compute(model_t *m, answer_t *a, apr_pool_t *p, int as_wildcard, int as_list)
{
    a->value = "";
    a->is_cut |= m->is_cut;
    if (as_wildcard) {
        a->value = "*";
    }
    list_explicit(m, a, p);
    if (as_list) {
        list_headers(m, a, p);
    }
}

/* "A list that is there still loses what Never forbids; a '*' in it is written
 * out; where it names nothing forbidden and no '*', it stays byte for byte" */
static void answer_never(model_t *m, answer_t *a, apr_pool_t *p, const char *reason)
{
    int i;

    a->reason = reason;
    a->untouched = 1;
    if (!m->has_own) {
        return;
    }
    push_all(m, 1);
    for (i = 0; i < m->nedits; i++) {
        m->ntaken += m->edits[i].is_own && is_removed(m, i, m->edits[i].text);
    }
    /* what isn't looked at may be forbidden, too */
    if (!m->ntaken && !(m->has_never && (m->is_cut || m->own_has_wildcard))) {
        return;
    }
    a->vary = 0;
    compute(m, a, p, is_everything(m), has_pattern(m) && !is_everything(m));
    a->untouched = 0;
}

/* Section 3, step 3 */
static int depends_on_origin(const model_t *m)
{
    const p_case_t *c = m->c;
    int added = 0, i, k;

    for (i = 0; i < c->nadded; i++) {
        for (k = 0; k < c->added[i].nedits; k++) {
            added = c->added[i].edits[k].op == CE_ADD
                    || (added && c->added[i].edits[k].op != CE_FORGET);
        }
    }
    return m->has_origin
           || (m->setting[CE_SETTING_WHEN] != CE_WHEN_ALWAYS
               && (m->adds || added || m->setting[CE_SETTING_WHEN] == CE_WHEN_ALLOWED
                   || m->own_has_wildcard));
}

/* Section 3, steps 3 to 8 */
static void answer_list(model_t *m, answer_t *a, apr_pool_t *p)
{
    const p_case_t *c = m->c;
    int always = m->setting[CE_SETTING_WHEN] == CE_WHEN_ALWAYS,
        allowed = m->setting[CE_SETTING_WHEN] == CE_WHEN_ALLOWED;
    int patterns, everything, written_out;

    a->vary = !m->varies && depends_on_origin(m);
    if (allowed && c->origin
        && !(m->nallow_origin == 1
             && (!strcmp(m->allow_origin, "*") || !strcmp(m->allow_origin, c->origin)))
        && !(c->status == 304 && m->has_origin && !m->nallow_origin)) {
        a->reason = "not-allowed";
        return;
    }
    push_all(m, 0);
    patterns = has_pattern(m);
    if (!c->origin && !always && !patterns && !m->has_own && !m->has_expr) {
        a->reason = "no-origin";
        return;
    }
    everything = is_everything(m) && m->setting[CE_SETTING_WILDCARD] != CE_WILDCARD_EXPAND
                 && !is_credentialed(m);
    written_out = patterns && !everything;
    if (c->status == 304
        && (c->is_for_store
            || (!m->has_origin && (written_out || m->has_expr || !m->nallow_origin)))) {
        a->reason = "not-modified";
        return;
    }
    compute(m, a, p, everything, written_out);
    a->reason = !*a->value    ? "empty"
                : written_out ? "written-out"
                : everything  ? "wildcard"
                              : "names";
    if (!*a->value && m->has_origin && c->origin && (c->status == 304 || m->has_validator)
        && !is_removed(m, m->first_never - 1, "Cache-Control")) {
        a->value = "Cache-Control";
    }
}

static void answer(answer_t *a, const p_case_t *c, apr_pool_t *p)
{
    model_t *m = apr_pcalloc(p, sizeof(*m));

    memset(a, 0, sizeof(*a));
    m->c = c;
    read_policy(m);
    read_headers(m, p);
    if (m->setting[CE_SETTING_WHEN] == CE_WHEN_OFF) {
        answer_never(m, a, p, "off");
    }
    else if (c->preflight) {
        a->reason = "preflight";
        a->untouched = 1;
    }
    else if (c->is_of_other && depends_on_origin(m)) {
        a->reason = "stored";
    }
    else if (c->is_stored) {
        answer_never(m, a, p, "stored");
    }
    else {
        answer_list(m, a, p);
    }
    a->nmalformed = m->nmalformed;
    a->value = a->value && *a->value ? a->value : NULL;
}

#endif /* MODEL_H */

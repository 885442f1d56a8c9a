/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Whole decisions: what the core decides keeps the promises, and is what the
 * unit tests' model says. Each line of an input says one thing:
 *
 *     |MA.l            the next container, with its settings: see settings[]
 *     EX-A -X-B env=SET  an ExposeHeaders line of it, words cut at spaces
 *     NX-A X-*         an ExposeHeadersNever line
 *     Aedits           another module's edits
 *     HName:value      a header of the response; h: in the other table
 *     Ohttps://...     the request's Origin
 *     Fpc3             what else is so: see read_flags
 *     C3an             an internal redirect came after so many containers; which of
 *                      them the new request has, too; n: only its Never counts
 *
 * The byte 1 repeats the character before it, 64 times the byte after it: so
 * names get longer than a value may be.
 */

#define MAX_LINES 8
#define MAX_LINE_EDITS N_EDITS
#define MAX_HEADERS 24
#define MAX_EDITS 3000

#include "fuzz.h"

#include "naive.h"

/* The unit test has more than is wanted here */
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic ignored "-Wunused-variable"
#define PROPERTY_NO_MAIN
#include "property.c"

#define TEXT_MAX 30000

/* One input on its way */
typedef struct input_t {
    apr_pool_t *p;
    p_case_t c;
    const char *words[MAX_CONTAINERS][MAX_LINES]; /* of each line, as they came */
    int nbefore, after, never_only;
} input_t;

static const char *repeated(apr_pool_t *p, const char *text)
{
    char *copy = apr_palloc(p, TEXT_MAX + 1);
    apr_size_t len = 0;

    for (; *text && len < TEXT_MAX; text++) {
        if (*text == 1 && text[1] && len && copy[len - 1] != '\n' && copy[len - 1] != ' ') {
            apr_size_t n = 64 * (apr_size_t)(unsigned char)*++text;

            n = n < TEXT_MAX - len ? n : TEXT_MAX - len;
            memset(copy + len, copy[len - 1], n);
            len += n;
        }
        else {
            copy[len++] = *text;
        }
    }
    return apr_pstrmemdup(p, copy, len);
}

static apr_array_header_t *cut(apr_pool_t *p, const char *text)
{
    apr_array_header_t *words = apr_array_make(p, 4, sizeof(const char *));

    while (*text) {
        size_t len = strcspn(text, " ");

        if (len) {
            APR_ARRAY_PUSH(words, const char *) = exact(p, apr_pstrmemdup(p, text, len));
        }
        text += len + (text[len] != '\0');
    }
    return words;
}

/* How a line's conditions come out: in terms of the model */
static void set_conditions(input_t *in, p_line_t *line, const n_line_t *naive)
{
    int i;

    if (naive->norigins) {
        line->origin = FAILS;
    }
    for (i = 0; i < naive->norigins; i++) {
        n_origin_t origin;

        n_origin_read(in->p, &origin, naive->origins[i]);
        if (in->c.origin && n_origin_matches(&origin, in->c.origin)) {
            line->origin = HOLDS;
        }
    }
    if (naive->env) {
        int negated = *naive->env == '!';

        line->env = env(NULL, naive->env + negated) != negated ? HOLDS : FAILS;
    }
    if (naive->expr) {
        line->expr = !strcmp(naive->expr, "true")    ? HOLDS
                     : !strcmp(naive->expr, "false") ? FAILS
                                                     : BROKEN;
    }
}

/* @return 0 if the line is refused, or is more than the model has room for */
static int read_edits(input_t *in, p_line_t *line, apr_array_header_t *words, n_kind_e kind)
{
    n_line_t naive;
    int i;

    memset(line, 0, sizeof(*line));
    if (!n_line_read(in->p, &naive, words, kind) || naive.nedits > MAX_LINE_EDITS
        || naive.norigins > N_ORIGINS || !naive.nedits) {
        return 0;
    }
    line->is_never = kind == N_NEVER_LINE;
    line->nedits = naive.nedits;
    for (i = 0; i < naive.nedits; i++) {
        line->edits[i].op = naive.edits[i].op;
        line->edits[i].text = naive.edits[i].text;
    }
    set_conditions(in, line, &naive);
    return 1;
}

static void read_container(input_t *in, const char *line)
{
    static const struct {
        char letter;
        unsigned char setting, value;
    } settings[] = {
        {'M', CE_SETTING_BACKEND, CE_BACKEND_MERGE},
        {'R', CE_SETTING_BACKEND, CE_BACKEND_REPLACE},
        {'K', CE_SETTING_BACKEND, CE_BACKEND_KEEP},
        {'A', CE_SETTING_WILDCARD, CE_WILDCARD_AUTO},
        {'E', CE_SETTING_WILDCARD, CE_WILDCARD_EXPAND},
        {'c', CE_SETTING_WHEN, CE_WHEN_CORS},
        {'l', CE_SETTING_WHEN, CE_WHEN_ALLOWED},
        {'y', CE_SETTING_WHEN, CE_WHEN_ALWAYS},
        {'o', CE_SETTING_WHEN, CE_WHEN_OFF},
    };
    p_container_t *container;
    size_t i;

    if (in->c.ncontainers == MAX_CONTAINERS) {
        return;
    }
    container = &in->c.containers[in->c.ncontainers++];
    container->counts = 2;
    for (; *line; line++) {
        for (i = 0; i < sizeof(settings) / sizeof(*settings); i++) {
            if (*line == settings[i].letter) {
                container->setting[settings[i].setting] = settings[i].value;
            }
        }
    }
}

static void read_line_of(input_t *in, const char *text, n_kind_e kind)
{
    int which = in->c.ncontainers ? in->c.ncontainers - 1 : 0;
    p_container_t *container = &in->c.containers[which];

    if (in->c.ncontainers && container->nlines < MAX_LINES
        && read_edits(in, &container->lines[container->nlines], cut(in->p, text), kind)) {
        in->words[which][container->nlines++] = text;
    }
}

/* Its words are one string */
static void read_added(input_t *in, const char *text)
{
    apr_array_header_t *words = apr_array_make(in->p, 1, sizeof(const char *));

    APR_ARRAY_PUSH(words, const char *) = text;
    if (in->c.nadded < 2 && read_edits(in, &in->c.added[in->c.nadded], words, N_ADDED_LINE)) {
        in->c.nadded++;
    }
}

static void read_header(input_t *in, char *text, int in_error_table)
{
    char *colon = strchr(text, ':');

    if (colon && in->c.nheaders < MAX_HEADERS) {
        p_header_t *header = &in->c.headers[in->c.nheaders++];

        *colon = '\0';
        header->name = text;
        header->value = colon + 1;
        header->in_error_table = in_error_table;
    }
}

static void read_flags(input_t *in, const char *flags)
{
    p_case_t *c = &in->c;
    int has_origin = c->origin != NULL;

    c->preflight = has_origin && strchr(flags, 'p');
    c->cookie = has_origin && strchr(flags, 'c');
    c->authorization = has_origin && strchr(flags, 'a');
    c->user = strchr(flags, 'u') != NULL;
    c->certificate = strchr(flags, 'C') != NULL;
    c->is_stored = strchr(flags, 's') != NULL;
    c->is_of_other = strchr(flags, 'o') != NULL;
    c->status = strchr(flags, '3') ? 304 : 200;
    c->is_for_store = c->status == 304 && strchr(flags, 'S');
    c->later = (strchr(flags, 'e') ? CE_ADDS_ENCODING : 0u)
               | (strchr(flags, 'r') ? CE_ADDS_RANGE : 0u)
               | (strchr(flags, 't') ? CE_DROPS_ETAG : 0u);
}

static void read_chain(input_t *in, const char *text)
{
    if (*text) {
        in->nbefore = *text & 7;
        in->after = text[1];
        in->never_only = text[1] && strchr(text + 2, 'n');
    }
}

static void read_input(input_t *in, const char *text)
{
    const char *rest = text;
    char *line;

    read_flags(in, "");
    in->nbefore = MAX_CONTAINERS;
    while ((line = next_line(in->p, &rest))) { /* conditions are about it */
        if (*line == 'O') {
            in->c.origin = line + 1;
        }
    }
    for (rest = text; (line = next_line(in->p, &rest));) {
        char *more = *line ? line + 1 : line;

        switch (*line) {
        case '|':
            read_container(in, more);
            break;
        case 'E':
            read_line_of(in, more, N_EDIT_LINE);
            break;
        case 'N':
            read_line_of(in, more, N_NEVER_LINE);
            break;
        case 'A':
            read_added(in, more);
            break;
        case 'H':
            read_header(in, more, 0);
            break;
        case 'h':
            read_header(in, more, 1);
            break;
        case 'F':
            read_flags(in, more);
            break;
        case 'C':
            read_chain(in, more);
            break;
        default:
            break;
        }
    }
}

/* ------------------------------------------------------------------ */
/* The core's way                                                      */

/* @return NULL: a container is over its bounds */
static ce_policy_t *policy_as_read(input_t *in, int which)
{
    const p_container_t *container = &in->c.containers[which];
    ce_policy_t *policy = ce_policy_create(in->p);
    int i;

    for (i = 0; i < container->nlines; i++) {
        int never = container->lines[i].is_never;
        ce_line_t *line = NULL;
        const char *error = (never ? ce_never_parse
                                   : ce_line_parse)(&line, "x", cut(in->p, in->words[which][i]),
                                                    in->p);

        CHECK(!error, "%s", error);
        line->file = "fuzz.conf";
        line->line_number = i + 1;
        if (ce_policy_add(policy, line, in->p)) {
            return NULL;
        }
    }
    for (i = 0; i < CE_NSETTINGS; i++) {
        if (container->setting[i]) {
            ce_policy_set(policy, (ce_setting_e)i, container->setting[i], "fuzz.conf", 9, in->p);
        }
    }
    return policy;
}

/* The whole policy: merged, prepared, and followed from one request to the next */
static const ce_policy_t *policy_in_a_way(input_t *in, int way)
{
    const ce_policy_t *before[MAX_CONTAINERS + 1], *after[MAX_CONTAINERS + 1];
    int nbefore = 0, nafter = 0, i;

    before[0] = after[0] = ce_policy_create(in->p);
    for (i = 0; i < in->c.ncontainers; i++) {
        ce_policy_t *policy = policy_as_read(in, i);

        if (!policy) {
            return NULL;
        }
        if (way & PREPARED) {
            prepared(in->p, policy);
        }
        in->c.containers[i].counts = 2;
        if (i < in->nbefore) {
            before[nbefore++] = policy;
        }
        if (i >= in->nbefore || (in->after >> i & 1)) {
            after[nafter++] = policy;
        }
        if (i >= in->nbefore) {
            in->c.containers[i].counts = in->never_only ? 1 : 2;
        }
    }
    return ce_policy_follow(in->p, merged_array(in->p, before, nbefore ? nbefore : 1, way),
                            merged_array(in->p, after, nafter ? nafter : 1, way), in->never_only);
}

/* ------------------------------------------------------------------ */
/* What holds of every answer                                          */

static int is_never(const input_t *in, const char *name)
{
    int i, j, k;

    if (n_is_one_of(name, "set-cookie\0set-cookie2\0")) {
        return 1;
    }
    for (i = 0; i < in->c.ncontainers; i++) {
        for (j = 0; j < in->c.containers[i].nlines && in->c.containers[i].counts; j++) {
            const p_line_t *line = &in->c.containers[i].lines[j];

            for (k = 0; k < line->nedits && line->is_never; k++) {
                if (matches(line->edits[k].text, name)) {
                    return 1;
                }
            }
        }
    }
    return 0;
}

static void check_explained(const input_t *in, const ce_explanation_t *explanation,
                            const ce_verdict_t *verdict, const char *element)
{
    const ce_because_t *because;
    ce_name_t name;
    const char *text;
    int is_exposed;

    ce_name_read(&name, element);
    is_exposed = ce_explain_name(explanation, &name, &because);
    CHECK(is_exposed || !strcmp(verdict->value, "Cache-Control"), "'%s' in '%s'", element,
          verdict->value);
    text = ce_explain_header(in->p, explanation, &name, verdict->value);
    CHECK(ce_name_class(&name) == CE_NAME_SAFELISTED || !is_exposed
              || !strncmp(text, "exposed by ", 11),
          "'%s': %s", element, text);
}

/* Only tokens, each once, within the bound; nothing that Never forbids; no '*'
 * but the wildcard that was decided; and each name is explained */
static void check_value(const input_t *in, const ce_verdict_t *verdict,
                        const ce_explanation_t *explanation)
{
    apr_array_header_t *seen_names = apr_array_make(in->p, 8, sizeof(const char *));
    const char *rest = verdict->value;
    int i, is_left = verdict->reason == CE_REASON_OFF || verdict->reason == CE_REASON_STORED;

    CHECK(strlen(rest) <= BOUND, "%u bytes", (unsigned)strlen(rest));
    while (rest) {
        const char *comma = strstr(rest, ", ");
        char *name = comma ? apr_pstrmemdup(in->p, rest, (apr_size_t)(comma - rest))
                           : apr_pstrdup(in->p, rest);

        CHECK(*name && n_is_token(name), "'%s'", verdict->value);
        for (i = 0; i < seen_names->nelts; i++) {
            CHECK(strcasecmp(APR_ARRAY_IDX(seen_names, i, const char *), name), "'%s' in '%s'",
                  name, verdict->value);
        }
        APR_ARRAY_PUSH(seen_names, const char *) = name;
        if (strcmp(name, "*")) {
            CHECK(!is_never(in, name), "'%s' in '%s'", name, verdict->value);
            check_explained(in, explanation, verdict, name);
        }
        else {
            CHECK(rest == verdict->value && (verdict->reason == CE_REASON_WILDCARD || is_left),
                  "'*' in '%s'", verdict->value);
        }
        rest = comma ? comma + 2 : NULL;
    }
}

static void explain_texts(const input_t *in, const ce_explanation_t *explanation,
                          const ce_verdict_t *verdict)
{
    int i;

    for (i = 0; i < in->c.nheaders; i++) {
        ce_name_t name;

        if (ce_name_read(&name, in->c.headers[i].name)) {
            ce_explain_header(in->p, explanation, &name, verdict->value);
        }
    }
}

/* The explanation exposes what the model exposes */
static void check_names(const input_t *in, const ce_explanation_t *explanation, model_t *m)
{
    int i, n = m->nedits + in->c.nheaders;

    for (i = 0; i < n; i++) {
        const char *text = i < m->nedits ? m->edits[i].text : in->c.headers[i - m->nedits].name;
        const ce_because_t *because;
        ce_name_t name;

        /* what browsers show to nobody is hidden before any edit is looked at */
        if (n_is_token(text) && ce_name_read(&name, text)
            && ce_name_class(&name) != CE_NAME_FORBIDDEN) {
            CHECK(ce_explain_name(explanation, &name, &because) == is_exposed(m, text),
                  "%s is explained", text);
        }
    }
}

static void check_explanation(const input_t *in, const ce_policy_t *policy, const ce_facts_t *facts,
                              const ce_verdict_t *verdict)
{
    const ce_explanation_t *explanation = ce_explain_response(in->p, policy, facts, verdict);
    model_t *m = apr_pcalloc(in->p, sizeof(*m));

    if (!verdict->untouched && verdict->value) {
        check_value(in, verdict, explanation);
    }
    explain_texts(in, explanation, verdict);
    m->c = &in->c;
    read_policy(m);
    read_headers(m, in->p);
    push_all(m, verdict->only_never);
    if (!m->is_cut) {
        check_names(in, explanation, m);
    }
}

static void check_same(const ce_verdict_t *a, const ce_verdict_t *b, int way)
{
    CHECK(a->reason == b->reason && a->untouched == b->untouched
              && (a->untouched
                  || (a->vary == b->vary && !a->left_out == !b->left_out
                      && is_same_text(a->value, b->value))),
          "%s '%s' and, %s, %s '%s'", ce_reason_word(a->reason), a->value ? a->value : "",
          ways[way], ce_reason_word(b->reason), b->value ? b->value : "");
}

static void try_input(apr_pool_t *p, const char *text)
{
    input_t *in = apr_pcalloc(p, sizeof(*in));
    ce_verdict_t first = {0};
    int way;

    in->p = p;
    read_input(in, repeated(p, text));
    for (way = 0; way < ALL_WAYS && in->c.ncontainers; way++) {
        const ce_policy_t *policy = policy_in_a_way(in, way);
        ce_verdict_t verdict;
        ce_facts_t facts;
        answer_t a;

        policy = policy ? with_added(&in->c, p, policy) : NULL;
        if (!policy) {
            return;
        }
        ce_decide_needs_full_response(policy);
        set_facts(&facts, &in->c, p);
        memset(&verdict, 0x55, sizeof(verdict));
        ce_decide(&verdict, p, policy, &facts);
        if (way) {
            check_same(&first, &verdict, way);
            continue;
        }
        first = verdict;
        answer(&a, &in->c, p);
        CHECK(is_same_answer(&in->c, &verdict, &a), "%s '%s'%s%s, but %s '%s'%s%s",
              ce_reason_word(verdict.reason), verdict.value ? verdict.value : "",
              verdict.vary ? ", Vary" : "", verdict.left_out ? ", cut" : "", a.reason,
              a.value ? a.value : "", a.vary ? ", Vary" : "", a.is_cut ? ", cut" : "");
        check_explanation(in, policy, &facts, &verdict);
    }
}

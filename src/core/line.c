/* SPDX-License-Identifier: Apache-2.0 */

/* From a directive's words to checked edits and conditions. */

#include <string.h>

#include "apr_cstr.h"
#include "apr_strings.h"

#include "core/line.h"
#include "core/line_tbl.h"

#define SEPARATORS " \t,"
#define NAMES_START "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789*"
#define NO_HEADER "no header is called"
#define NAME_THEM "name the headers, or * for all of them"
#define OFF_OR_NONE                                                                                \
    "ExposeHeadersWhen Off leaves responses alone, ExposeHeaders None forgets what was exposed"
#define FOR_GOOD "name the headers; nothing takes this directive back"
#define COMMENT "comment at the end of the line"
#define OWN_LINE "httpd knows none; put it on a line of its own"
#define AN_EDIT "name at least one header: Name, +Name, -Name, a pattern or None"
#define A_VARIABLE "env=VAR or env=!VAR"
#define UNQUOTED "part of an expression"
#define QUOTE_ALL "quote all of it: \"expr=...\""

/* What a directive accepts, as bits */
enum { EDITS = 1, CONDITIONS = 2, NEVER = 4 };

/* One directive on its way from words to a line */
typedef struct reader_t {
    apr_pool_t *p;
    const char *directive;
    int accepts;
    int nwords;                  /* so far */
    apr_array_header_t *edits;   /* of ce_edit_t */
    ce_condition_t *condition;   /* NULL: none so far */
    const char *first_condition; /* as a word */
} reader_t;

static const char *fault(const reader_t *reader, const char *wrong, const char *word,
                         const char *accepted)
{
    return apr_psprintf(reader->p, "%s: %s '%s' (%s)", reader->directive, wrong, word, accepted);
}

/* ------------------------------------------------------------------ */
/* Edits                                                               */

/* The name isn't all a token: say what in it is wrong */
static const char *no_token(const reader_t *reader, const char *name, const char *end)
{
    unsigned char c = (unsigned char)*end;
    apr_size_t i;

    if (!strcmp(end, ":")) {
        return fault(reader, "colon at the end of", name, "leave it out: the name alone");
    }
    for (i = 0; i < sizeof(look_alikes) / sizeof(*look_alikes); i++) {
        if (!strncmp(end, look_alikes[i].bytes, strlen(look_alikes[i].bytes))) {
            return fault(reader, look_alikes[i].wrong, name, look_alikes[i].accepted);
        }
    }
    return fault(reader,
                 apr_psprintf(reader->p,
                              c > 0x20 && c < 0x7F ? "character '%c' in" : "byte 0x%02X in", c),
                 name, "a header's name has letters, digits and !#$%&'*+-.^_`|~");
}

/* "**" matches what "*" does; one spelling makes equal patterns equal */
static void collapse_stars(ce_name_t *name, apr_pool_t *p)
{
    char *text = apr_pstrdup(p, name->text), *end = text;
    const char *s;

    for (s = text; *s; s++) {
        if (s[0] != '*' || s[1] != '*') {
            *end++ = *s;
        }
    }
    *end = '\0';
    ce_name_read(name, text);
}

/* Check a name or a pattern; an edit's name and kind come out */
static const char *read_name(const reader_t *reader, ce_edit_t *edit, const char *name)
{
    apr_size_t len = ce_name_read(&edit->name, name);

    if (*name == '#') {
        return fault(reader, COMMENT, name, OWN_LINE);
    }
    if (name[len]) {
        return no_token(reader, name, name + len);
    }
    if (strchr(name, '*')) {
        collapse_stars(&edit->name, reader->p);
        edit->kind = edit->name.len == 1 ? CE_WILDCARD : CE_PATTERN;
        if (edit->name.len > CE_PATTERN_MAX) {
            return fault(reader, "long pattern", name,
                         APR_STRINGIFY(CE_PATTERN_MAX) " characters at most");
        }
    }
    return NULL;
}

/* Words that are no header's name, five bytes long at most; most names are longer */
static const struct {
    const char *word;
    int where;
    const char *wrong, *accepted;
} refused[] = {
    {"+", EDITS, "no name after the sign", "+Name or -Name"},
    {"-", EDITS, "no name after the sign", "+Name or -Name"},
    {"-none", EDITS, "sign before",
     "None, without a sign, forgets what was exposed; -* removes everything"},
    {"on", EDITS, NO_HEADER, NAME_THEM},
    {"all", EDITS, NO_HEADER, NAME_THEM},
    {"true", EDITS, NO_HEADER, NAME_THEM},
    {"off", EDITS, NO_HEADER, OFF_OR_NONE},
    {"false", EDITS, NO_HEADER, OFF_OR_NONE},
    {"none", NEVER, NO_HEADER, FOR_GOOD},
    {"on", NEVER, NO_HEADER, FOR_GOOD},
    {"off", NEVER, NO_HEADER, FOR_GOOD},
};

/* Refuse a word that is no edit */
static const char *refuse_word(const reader_t *reader, const char *word)
{
    apr_size_t len = strlen(word), i;

    if (reader->condition && reader->condition->expr_text) {
        return fault(reader, "a word after expr=...", word,
                     "conditions end the line; an expression with spaces is quoted whole: "
                     "\"expr=...\"");
    }
    if (reader->condition) {
        return fault(reader, "condition before the last edit", reader->first_condition,
                     apr_psprintf(reader->p, "conditions end the line, '%s' follows", word));
    }
    for (i = 0; len <= 5 && i < sizeof(refused) / sizeof(*refused); i++) {
        if ((reader->accepts & refused[i].where) && !apr_cstr_casecmp(word, refused[i].word)) {
            return fault(reader, refused[i].wrong, word, refused[i].accepted);
        }
    }
    if ((reader->accepts & NEVER) && (*word == '+' || *word == '-')) {
        return fault(reader, "sign before", word, "names and patterns, without a sign");
    }
    if ((reader->accepts & EDITS) && *word == '!' && strchr(NAMES_START, word[1]) && word[1]) {
        return fault(reader, "'!' at the start of", word,
                     apr_psprintf(reader->p, "a removal is -%s", word + 1));
    }
    return NULL;
}

static const char *read_edit(reader_t *reader, const char *word)
{
    int is_never = reader->accepts & NEVER;
    const char *name = word + (*word == '+' || *word == '-');
    const char *error = refuse_word(reader, word);
    ce_edit_t edit = {.op = *word == '-' || is_never ? CE_REMOVE : CE_ADD, .kind = CE_NAME};

    if (error) {
        return error;
    }
    if (!apr_cstr_casecmp(word, "none")) {
        edit.op = CE_FORGET;
        APR_ARRAY_PUSH(reader->edits, ce_edit_t) = edit;
        return NULL;
    }
    error = read_name(reader, &edit, name);
    if (error) {
        return !is_never && (strstr(word, "==") || strstr(word, "%{"))
                   ? fault(reader, UNQUOTED, word, QUOTE_ALL)
                   : error;
    }
    if (edit.kind != CE_NAME || ce_name_class(&edit.name) != CE_NAME_FORBIDDEN) {
        APR_ARRAY_PUSH(reader->edits, ce_edit_t) = edit;
    }
    else if (!is_never) { /* where it is built in */
        return fault(reader, "can't expose or remove", word,
                     "browsers show it to no script; ExposeHeadersNever accepts it");
    }
    return NULL;
}

/* ------------------------------------------------------------------ */
/* Conditions                                                          */

static const char *read_origin(reader_t *reader, const char *word, const char *value)
{
    ce_condition_t *condition = reader->condition;
    const char *wrong, *accepted;

    if (value[strcspn(value, SEPARATORS)]) {
        return fault(reader, "more than one origin in", word,
                     "one origin= for each, and one of them suffices");
    }
    if (!condition->origins) {
        condition->origins = apr_array_make(reader->p, 1, sizeof(ce_origin_t));
    }
    wrong = ce_origin_parse(apr_array_push(condition->origins), value, reader->p, &accepted);
    return wrong ? fault(reader, apr_pstrcat(reader->p, wrong, " in", NULL), word, accepted) : NULL;
}

static const char *read_env(reader_t *reader, const char *word, const char *value)
{
    const char *name = value + (*value == '!');
    char bad = name[strcspn(name, SEPARATORS "\"'%${}=!")];

    if (bad && strchr("%${}=!", bad)) {
        return fault(reader, apr_psprintf(reader->p, "character '%c' in", bad), word,
                     "the name of a variable alone: " A_VARIABLE);
    }
    if (bad || !*name) {
        return fault(reader, bad ? "more than a variable in" : "no variable in", word, A_VARIABLE);
    }
    reader->condition->env = name;
    reader->condition->env_negated = *value == '!';
    return NULL;
}

static const char *read_expr(reader_t *reader, const char *word, const char *value)
{
    if (!value[strspn(value, " \t")]) {
        return fault(reader, "no expression in", word, "\"expr=EXPRESSION\"");
    }
    reader->condition->expr_text = value;
    return NULL;
}

static ce_holds_e ask_origin(const ce_line_t *line, const ce_context_t *context)
{
    const apr_array_header_t *origins = line->condition->origins;
    int i;

    for (i = 0; context->origin && i < origins->nelts; i++) {
        if (ce_origin_matches(&APR_ARRAY_IDX(origins, i, ce_origin_t), context->origin)) {
            return CE_HOLDS;
        }
    }
    return CE_FAILS;
}

static ce_holds_e ask_env(const ce_line_t *line, const ce_context_t *context)
{
    int is_set = context->env(context->ctx, line->condition->env) != 0;

    return is_set == line->condition->env_negated ? CE_FAILS : CE_HOLDS;
}

static ce_holds_e ask_expr(const ce_line_t *line, const ce_context_t *context)
{
    return context->expr(context->ctx, line);
}

static const struct {
    const char *keyword;
    const char *(*read)(reader_t *reader, const char *word, const char *value);
    ce_holds_e (*holds)(const ce_line_t *line, const ce_context_t *context);
    unsigned depends;   /* CE_ON_ */
    const char *quotes; /* around all of it, in its text */
    const char *second; /* the fault of one more on a line; NULL: as many as there are */
    const char *quoting;
} conditions[CE_NCONDITIONS] = {
    [CE_ORIGIN] = {"origin=", read_origin, ask_origin, CE_ON_ORIGIN, "", NULL,
                   "quote all of it, \"origin=...\", or nothing"},
    [CE_ENV] = {"env=", read_env, ask_env, CE_ON_REQUEST, "",
                "second env=", A_VARIABLE ", without quotes"},
    [CE_EXPR] = {"expr=", read_expr, ask_expr, CE_ON_RESPONSE | CE_ON_REQUEST, "\"",
                 "second expr=", QUOTE_ALL},
};

/* Whether the quotes that httpd should have taken off are still there. An
 * expression may begin with a string: 'a' == 'b'. */
static int is_quoted(const char *value, int is_expr)
{
    const char *end = *value == '"' || *value == '\'' ? strchr(value + 1, *value) : value;

    return !end || (end > value && (!is_expr || !end[1]));
}

static const char *read_condition(reader_t *reader, const char *word, const char *value)
{
    ce_condition_t *all = reader->condition;
    int i = 0;

    if (!all) {
        all = reader->condition = apr_pcalloc(reader->p, sizeof(*all));
        reader->first_condition = word;
    }
    while (i < CE_NCONDITIONS
           && apr_cstr_casecmpn(word, conditions[i].keyword, strlen(conditions[i].keyword))) {
        i++;
    }
    if (i == CE_NCONDITIONS) {
        return *value == '=' ? fault(reader, UNQUOTED, word, QUOTE_ALL)
                             : fault(reader, "unknown condition", word, CE_CONDITIONS);
    }
    if (all->texts[i] && conditions[i].second) {
        return fault(reader, conditions[i].second, word, "one for a line");
    }
    if (is_quoted(value, i == CE_EXPR)) {
        return fault(reader, "quotes inside the word", word, conditions[i].quoting);
    }
    if (!all->texts[i]) {
        all->texts[i] = apr_array_make(reader->p, 1, sizeof(const char *));
    }
    APR_ARRAY_PUSH(all->texts[i], const char *) = apr_pstrcat(reader->p, conditions[i].quotes,
                                                              conditions[i].keyword, value,
                                                              conditions[i].quotes, NULL);
    all->depends |= conditions[i].depends;
    return conditions[i].read(reader, word, value);
}

ce_holds_e ce_line_holds(const ce_line_t *line, const ce_context_t *context)
{
    ce_holds_e how = CE_HOLDS;
    int i;

    for (i = 0; line->condition && how == CE_HOLDS && i < CE_NCONDITIONS; i++) {
        how = line->condition->texts[i] ? conditions[i].holds(line, context) : CE_HOLDS;
    }
    return how;
}

const char *ce_line_fails(apr_pool_t *p, const ce_line_t *line, const ce_context_t *context)
{
    const ce_condition_t *condition = line->condition;
    int i;

    for (i = 0; condition && i < CE_NCONDITIONS; i++) {
        if (condition->texts[i] && conditions[i].holds(line, context) == CE_FAILS) {
            return apr_array_pstrcat(p, condition->texts[i], ' ');
        }
    }
    return NULL;
}

/* ------------------------------------------------------------------ */
/* Lines                                                               */

/* Cut one of httpd's words at commas, in place. A condition goes to the word's
 * end: an expression has commas and spaces of its own. */
static const char *read_words(reader_t *reader, char *word)
{
    const char *error = NULL;
    ce_name_t keyword;

    for (word += strspn(word, SEPARATORS); *word && !error; word += strspn(word, SEPARATORS)) {
        char *start = word;

        reader->nwords++;
        word += strcspn(word, SEPARATORS "=");
        if (*word == '=') {
            if ((reader->accepts & CONDITIONS) && *start != '#' && word > start
                && start + ce_name_read(&keyword, start) == word) {
                return read_condition(reader, start, word + 1);
            }
            word += strcspn(word, SEPARATORS);
        }
        if (*word) {
            *word++ = '\0';
        }
        error = *start == '#' ? fault(reader, COMMENT, start, OWN_LINE) : read_edit(reader, start);
    }
    return error;
}

/* @param all what is at fault where there is no word */
static const char *read_line(ce_line_t **line, int accepts, const char *directive,
                             const apr_array_header_t *words, const char *all, apr_pool_t *p)
{
    reader_t reader = {.p = p, .directive = directive, .accepts = accepts};
    const char *error = NULL;
    int i;

    reader.edits = apr_array_make(p, 4, sizeof(ce_edit_t));
    for (i = 0; i < words->nelts && !error; i++) {
        error = read_words(&reader, apr_pstrdup(p, APR_ARRAY_IDX(words, i, const char *)));
    }
    if (!error && reader.nwords == 0) {
        error = accepts & NEVER
                    ? fault(&reader, "no name in", all, "name at least one header, or a pattern")
                    : fault(&reader, "no edit in", all, AN_EDIT);
    }
    else if (!error && reader.condition && reader.edits->nelts == 0) {
        error = fault(&reader, "no edit before", reader.first_condition, AN_EDIT);
    }
    if (error) {
        return error;
    }
    *line = apr_pcalloc(p, sizeof(**line));
    (*line)->condition = reader.condition;
    (*line)->edits = (const ce_edit_t *)reader.edits->elts;
    (*line)->nedits = reader.edits->nelts;
    (*line)->is_never = accepts == NEVER;
    return NULL;
}

const char *ce_line_parse(ce_line_t **line, const char *directive, const apr_array_header_t *words,
                          apr_pool_t *p)
{
    return read_line(line, EDITS | CONDITIONS, directive, words, "", p);
}

const char *ce_never_parse(ce_line_t **line, const char *directive, const apr_array_header_t *words,
                           apr_pool_t *p)
{
    return read_line(line, NEVER, directive, words, "", p);
}

const char *ce_added_parse(ce_line_t **line, const char *caller, const char *edits, apr_pool_t *p)
{
    apr_array_header_t *words = apr_array_make(p, 1, sizeof(const char *));

    APR_ARRAY_PUSH(words, const char *) = edits;
    return read_line(line, EDITS, caller, words, edits, p);
}

int ce_line_adds(const ce_line_t *line, ce_kind_e kind)
{
    int i;

    for (i = 0; i < line->nedits; i++) {
        if (line->edits[i].op == CE_ADD && line->edits[i].kind >= kind) {
            return 1;
        }
    }
    return 0;
}

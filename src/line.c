/* SPDX-License-Identifier: Apache-2.0 */

/* From a directive's words to checked edits and conditions. */

#include <string.h>
#include <strings.h>

#include "apr_lib.h"
#include "apr_strings.h"

#include "ce_line.h"

#define SEPARATORS " \t,"
#define TOKEN "a header's name has letters, digits and !#$%&'*+-.^_`|~"
#define AN_EDIT "name at least one header: Name, +Name, -Name, a pattern or None"
#define QUOTE_ALL "quote all of it: \"expr=...\""

/* One directive on its way from words to a line */
typedef struct reader_t {
    apr_pool_t *p;
    const char *directive;
    apr_array_header_t *edits;   /* of ce_edit_t */
    apr_array_header_t *origins; /* of ce_origin_t, or NULL */
    ce_condition_t *condition;   /* NULL: none yet */
    const char *condition_word;  /* the first one */
} reader_t;

typedef const char *(*read_word_fn)(reader_t *reader, const char *word, apr_size_t len);

static const char *fault(const reader_t *reader, const char *wrong, const char *word,
                         apr_size_t len, const char *accepted)
{
    return apr_psprintf(reader->p, "%s: %s '%.*s' (%s)", reader->directive, wrong, (int)len, word,
                        accepted);
}

static const char *comment(const reader_t *reader, const char *word, apr_size_t len)
{
    return fault(reader, "comment at the end of the line", word, len,
                 "httpd knows none; put it on a line of its own");
}

/* Whether a word is one of some that have five letters at most; most names are longer */
static inline int is_word(const char *word, apr_size_t len, const char *const *list)
{
    for (; len <= 5 && *list; list++) {
        if (strlen(*list) == len && !strncasecmp(word, *list, len)) {
            return 1;
        }
    }
    return 0;
}

/* ------------------------------------------------------------------ */
/* Names                                                               */

/* What a word processor or a web page makes of ASCII, in UTF-8 */
static const struct {
    const char *bytes, *name, *cure;
} look_alikes[] = {
    {"\xE2\x80\x98", "curly quote U+2018", "the straight quotes ' and \""},
    {"\xE2\x80\x99", "curly quote U+2019", "the straight quotes ' and \""},
    {"\xE2\x80\x9C", "curly quote U+201C", "the straight quotes ' and \""},
    {"\xE2\x80\x9D", "curly quote U+201D", "the straight quotes ' and \""},
    {"\xE2\x80\x9E", "curly quote U+201E", "the straight quotes ' and \""},
    {"\xE2\x80\x90", "hyphen U+2010", "the plain hyphen -"},
    {"\xE2\x80\x91", "non-breaking hyphen U+2011", "the plain hyphen -"},
    {"\xE2\x80\x93", "en dash U+2013", "the plain hyphen -"},
    {"\xE2\x80\x94", "em dash U+2014", "the plain hyphen -"},
    {"\xE2\x88\x92", "minus sign U+2212", "the plain hyphen -"},
    {"\xC2\xAD", "soft hyphen U+00AD", "leave it out"},
    {"\xC2\xA0", "no-break space U+00A0", "the plain space"},
    {"\xE2\x80\x8B", "zero-width space U+200B", "leave it out"},
    {"\xEF\xBB\xBF", "byte order mark U+FEFF", "leave it out"},
};

/* The word isn't all a token: say what in it is wrong */
static const char *no_token(const reader_t *reader, const char *word, apr_size_t len,
                            const char *at)
{
    unsigned char c = (unsigned char)*at;
    apr_size_t i;

    if (c == ':' && at + 1 == word + len) {
        return fault(reader, "colon at the end of", word, len, "leave it out: the name alone");
    }
    for (i = 0; i < sizeof(look_alikes) / sizeof(*look_alikes); i++) {
        if (!strncmp(at, look_alikes[i].bytes, strlen(look_alikes[i].bytes))) {
            return fault(reader, apr_pstrcat(reader->p, look_alikes[i].name, " in", NULL), word,
                         len, look_alikes[i].cure);
        }
    }
    return fault(reader,
                 c > 0x20 && c < 0x7F ? apr_psprintf(reader->p, "character '%c' in", c)
                                      : apr_psprintf(reader->p, "byte 0x%02X in", c),
                 word, len, TOKEN);
}

/* "**" matches what "*" does; one spelling makes equal patterns equal */
static ce_name_t collapse_stars(const ce_name_t *name, apr_pool_t *p)
{
    char *text = apr_palloc(p, name->len + 1), *end = text;
    ce_name_t collapsed;
    apr_uint32_t i;

    for (i = 0; i < name->len; i++) {
        if (name->text[i] != '*' || end == text || end[-1] != '*') {
            *end++ = name->text[i];
        }
    }
    *end = '\0';
    ce_name_read(&collapsed, text);
    return collapsed;
}

/* Check a name or a pattern; an edit's name and kind come out */
static const char *read_name(reader_t *reader, ce_edit_t *edit, const char *text, apr_size_t len)
{
    apr_size_t run = ce_name_read(&edit->name, text);

    if (*text == '#') {
        return comment(reader, text, len);
    }
    if (run < len) {
        return no_token(reader, text, len, text + run);
    }
    edit->kind = CE_NAME;
    if (memchr(text, '*', len)) {
        edit->name = collapse_stars(&edit->name, reader->p);
        edit->kind = edit->name.len == 1 ? CE_WILDCARD : CE_PATTERN;
        if (edit->name.len > CE_PATTERN_MAX) {
            return fault(reader, "long pattern", text, len,
                         apr_psprintf(reader->p, "%d characters at most", CE_PATTERN_MAX));
        }
    }
    return NULL;
}

static int is_forbidden(const ce_edit_t *edit)
{
    return edit->kind == CE_NAME && (ce_name_class(&edit->name) & CE_NAME_FORBIDDEN);
}

/* ------------------------------------------------------------------ */
/* Edits                                                               */

/* Words without a sign that are no header's name */
static const char *refuse_word(const reader_t *reader, const char *word, apr_size_t len)
{
    static const char *const on[] = {"on", "all", "true", NULL};
    static const char *const off[] = {"off", "false", NULL};

    if (is_word(word, len, on)) {
        return fault(reader, "no header is called", word, len,
                     "name the headers, or * for all of them");
    }
    if (is_word(word, len, off)) {
        return fault(reader, "no header is called", word, len,
                     "ExposeHeadersWhen Off leaves responses alone, ExposeHeaders None forgets "
                     "what was exposed");
    }
    if (*word == '!' && len > 1 && (apr_isalnum(word[1]) || word[1] == '*')) {
        return fault(reader, "'!' at the start of", word, len,
                     apr_psprintf(reader->p, "a removal is -%.*s", (int)len - 1, word + 1));
    }
    return NULL;
}

static int needs_quotes(const char *word, apr_size_t len)
{
    apr_size_t i;

    for (i = 0; i + 1 < len; i++) {
        if (!strncmp(word + i, "==", 2) || !strncmp(word + i, "%{", 2)) {
            return 1;
        }
    }
    return 0;
}

static const char *after_condition(const reader_t *reader, const char *word, apr_size_t len)
{
    if (reader->condition->expr_text) {
        return fault(reader, "a word after expr=...", word, len,
                     "conditions end the line; an expression with spaces is quoted whole: "
                     "\"expr=...\"");
    }
    return fault(reader, "condition before the last edit", reader->condition_word,
                 strlen(reader->condition_word),
                 apr_psprintf(reader->p, "conditions end the line, '%.*s' follows", (int)len,
                              word));
}

static const char *read_edit(reader_t *reader, const char *word, apr_size_t len)
{
    static const char *const none[] = {"none", NULL};
    apr_size_t sign = *word == '+' || *word == '-';
    ce_edit_t edit = {{NULL, 0, 0}, CE_ADD, CE_NAME};
    const char *error;

    if (reader->condition) {
        return after_condition(reader, word, len);
    }
    if (sign == len) {
        return fault(reader, "no name after the sign", word, len, "+Name or -Name");
    }
    if (is_word(word, len, none)) {
        edit.op = CE_FORGET;
        APR_ARRAY_PUSH(reader->edits, ce_edit_t) = edit;
        return NULL;
    }
    if (*word == '-' && is_word(word + 1, len - 1, none)) {
        return fault(reader, "sign before", word, len,
                     "None, without a sign, forgets what was exposed; -* removes everything");
    }
    error = refuse_word(reader, word, len);
    if (!error) {
        error = read_name(reader, &edit, word + sign, len - sign);
        if (error && needs_quotes(word, len)) {
            return fault(reader, "part of an expression", word, len, QUOTE_ALL);
        }
    }
    if (error) {
        return error;
    }
    if (is_forbidden(&edit)) {
        return fault(reader, "can't expose or remove", word, len,
                     "browsers show it to no script; ExposeHeadersNever accepts it");
    }
    edit.op = *word == '-' ? CE_REMOVE : CE_ADD;
    APR_ARRAY_PUSH(reader->edits, ce_edit_t) = edit;
    return NULL;
}

static const char *read_never(reader_t *reader, const char *word, apr_size_t len)
{
    static const char *const no_names[] = {"none", "on", "off", NULL};
    ce_edit_t edit = {{NULL, 0, 0}, CE_REMOVE, CE_NAME};
    const char *error;

    if (*word == '+' || *word == '-') {
        return fault(reader, "sign before", word, len, "names and patterns, without a sign");
    }
    if (is_word(word, len, no_names)) {
        return fault(reader, "no header is called", word, len,
                     "name the headers; nothing takes this directive back");
    }
    error = read_name(reader, &edit, word, len);
    if (error) {
        return error;
    }
    if (!is_forbidden(&edit)) {
        APR_ARRAY_PUSH(reader->edits, ce_edit_t) = edit;
    }
    return NULL;
}

/* ------------------------------------------------------------------ */
/* Conditions                                                          */

static const char *read_origin(reader_t *reader, const char *word, const char *value)
{
    ce_origin_t *origin;
    const char *wrong, *accepted;

    if (*value == '"' || *value == '\'') {
        return fault(reader, "quotes inside the word", word, strlen(word),
                     "quote all of it, \"origin=...\", or nothing");
    }
    if (value[strcspn(value, SEPARATORS)]) {
        return fault(reader, "more than one origin in", word, strlen(word),
                     "one origin= for each, and one of them suffices");
    }
    if (!reader->origins) {
        reader->origins = apr_array_make(reader->p, 1, sizeof(ce_origin_t));
        reader->condition->origins = reader->origins;
    }
    origin = apr_array_push(reader->origins);
    wrong = ce_origin_parse(origin, value, reader->p, &accepted);
    if (wrong) {
        return fault(reader, apr_pstrcat(reader->p, wrong, " in", NULL), word, strlen(word),
                     accepted);
    }
    return NULL;
}

static const char *read_env(reader_t *reader, const char *word, const char *value)
{
    const char *name = value + (*value == '!');
    apr_size_t plain = strcspn(name, SEPARATORS "\"'%${}=!");

    if (reader->condition->env) {
        return fault(reader, "second env=", word, strlen(word), "one for a line");
    }
    if (*value == '"' || *value == '\'') {
        return fault(reader, "quotes inside the word", word, strlen(word),
                     "env=VAR or env=!VAR, without quotes");
    }
    if (!*name) {
        return fault(reader, "no variable in", word, strlen(word), "env=VAR or env=!VAR");
    }
    if (name[plain] && strchr("%${}=!", name[plain])) {
        return fault(reader, apr_psprintf(reader->p, "character '%c' in", name[plain]), word,
                     strlen(word), "the name of a variable alone: env=VAR or env=!VAR");
    }
    if (name[plain]) {
        return fault(reader, "more than a variable in", word, strlen(word), "env=VAR or env=!VAR");
    }
    reader->condition->env = name;
    reader->condition->env_negated = *value == '!';
    return NULL;
}

/* Whether the quotes that httpd should have taken off are still there. An
 * expression may begin with a string: 'a' == 'b'. */
static int is_quoted(const char *value)
{
    const char *end = *value == '"' || *value == '\'' ? strchr(value + 1, *value) : value;

    return !end || (end > value && !end[1]);
}

static const char *read_expr(reader_t *reader, const char *word, const char *value)
{
    if (reader->condition->expr_text) {
        return fault(reader, "second expr=", word, strlen(word), "one for a line");
    }
    if (is_quoted(value)) {
        return fault(reader, "quotes inside the word", word, strlen(word), QUOTE_ALL);
    }
    if (!value[strspn(value, " \t")]) {
        return fault(reader, "no expression in", word, strlen(word), "\"expr=EXPRESSION\"");
    }
    reader->condition->expr_text = value;
    return NULL;
}

static const char *read_condition(reader_t *reader, const char *word, apr_size_t keyword)
{
    const char *value = word + keyword + 1;

    if (!reader->condition) {
        reader->condition = apr_pcalloc(reader->p, sizeof(*reader->condition));
        reader->condition_word = word;
    }
    if (keyword == 6 && !strncasecmp(word, "origin", 6)) {
        return read_origin(reader, word, value);
    }
    if (keyword == 3 && !strncasecmp(word, "env", 3)) {
        return read_env(reader, word, value);
    }
    if (keyword == 4 && !strncasecmp(word, "expr", 4)) {
        return read_expr(reader, word, value);
    }
    if (*value == '=') {
        return fault(reader, "part of an expression", word, strlen(word), QUOTE_ALL);
    }
    return fault(reader, "unknown condition", word, strlen(word), "origin=, env= or expr=");
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

ce_holds_e ce_line_holds(const ce_line_t *line, const ce_context_t *context)
{
    const ce_condition_t *condition = line->condition;

    if (!condition) {
        return CE_HOLDS;
    }
    if (condition->origins && !origin_holds(condition->origins, context->origin)) {
        return CE_FAILS;
    }
    if (condition->env
        && (context->env(context->ctx, condition->env) != 0) == condition->env_negated) {
        return CE_FAILS;
    }
    return condition->expr_text ? context->expr(context->ctx, line) : CE_HOLDS;
}

/* ------------------------------------------------------------------ */
/* Lines                                                               */

/* Cut one of httpd's words at commas. A condition goes to the word's end: an
 * expression has commas and spaces of its own. */
static const char *read_word(reader_t *reader, const char *word, read_word_fn read, int conditions)
{
    const char *error = NULL;

    for (word += strspn(word, SEPARATORS); *word && !error; word += strspn(word, SEPARATORS)) {
        apr_size_t len = strcspn(word, SEPARATORS);
        const char *equals = conditions ? memchr(word, '=', len) : NULL;
        ce_name_t keyword;

        if (*word == '#') {
            return comment(reader, word, len);
        }
        if (equals && equals > word && word + ce_name_read(&keyword, word) == equals) {
            return read_condition(reader, word, keyword.len);
        }
        error = read(reader, word, len);
        word += len;
    }
    return error;
}

static const char *read_line(ce_line_t **line, reader_t *reader, const apr_array_header_t *words,
                             read_word_fn read, int conditions)
{
    const char *error = NULL;
    int i;

    reader->edits = apr_array_make(reader->p, 4, sizeof(ce_edit_t));
    for (i = 0; i < words->nelts && !error; i++) {
        error = read_word(reader, APR_ARRAY_IDX(words, i, const char *), read, conditions);
    }
    if (error) {
        return error;
    }
    *line = apr_pcalloc(reader->p, sizeof(**line));
    (*line)->condition = reader->condition;
    (*line)->edits = (const ce_edit_t *)reader->edits->elts;
    (*line)->nedits = reader->edits->nelts;
    return NULL;
}

/* Whether there is nothing but separators */
static int is_empty(const apr_array_header_t *words)
{
    int i;

    for (i = 0; i < words->nelts; i++) {
        const char *word = APR_ARRAY_IDX(words, i, const char *);

        if (word[strspn(word, SEPARATORS)]) {
            return 0;
        }
    }
    return 1;
}

const char *ce_line_parse(ce_line_t **line, const char *directive, const apr_array_header_t *words,
                          apr_pool_t *p)
{
    reader_t reader = {p, directive, NULL, NULL, NULL, NULL};
    const char *error = read_line(line, &reader, words, read_edit, 1);

    if (!error && (*line)->nedits == 0) {
        const char *word = reader.condition_word ? reader.condition_word : "";

        return fault(&reader, word[0] ? "no edit before" : "no edit in", word, strlen(word),
                     AN_EDIT);
    }
    return error;
}

const char *ce_never_parse(ce_line_t **line, const char *directive, const apr_array_header_t *words,
                           apr_pool_t *p)
{
    reader_t reader = {p, directive, NULL, NULL, NULL, NULL};

    if (is_empty(words)) {
        return fault(&reader, "no name in", "", 0, "name at least one header, or a pattern");
    }
    return read_line(line, &reader, words, read_never, 0);
}

const char *ce_added_parse(ce_line_t **line, const char *caller, const char *edits, apr_pool_t *p)
{
    reader_t reader = {p, caller, NULL, NULL, NULL, NULL};
    apr_array_header_t *words = apr_array_make(p, 1, sizeof(const char *));
    const char *error;

    APR_ARRAY_PUSH(words, const char *) = apr_pstrdup(p, edits);
    error = read_line(line, &reader, words, read_edit, 0);
    if (!error && (*line)->nedits == 0) {
        return fault(&reader, "no edit in", edits, strlen(edits), AN_EDIT);
    }
    return error;
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

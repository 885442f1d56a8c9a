/* Licensed to the public under the Apache License, Version 2.0; see LICENSE. */

/* From a directive's words to checked edits and conditions. */

#include <string.h>

#include "apr_strings.h"

#include "ce_policy.h"

#define SEPARATORS " \t,"
#define TOKEN "letters, digits and !#$%&'*+-.^_`|~"

/* One directive on its way from words to a line */
typedef struct reader_t {
    apr_pool_t *p;
    const char *directive;
    apr_array_header_t *edits;    /* of ce_edit_t */
    apr_array_header_t *origins;  /* of ce_origin_t, or NULL */
    ce_condition_t *condition;    /* NULL: none yet */
    const char *condition_word;   /* the first one */
    apr_array_header_t *warnings; /* NULL: not wanted */
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

static void warn(const reader_t *reader, const char *word, apr_size_t len, const char *what)
{
    if (reader->warnings) {
        APR_ARRAY_PUSH(reader->warnings, const char *) = apr_psprintf(reader->p, "%s: '%.*s' %s",
                                                                      reader->directive, (int)len,
                                                                      word, what);
    }
}

/* Words of mod_headers' Header directive that its users bring along */
static int is_headers_word(const ce_name_t *name)
{
    static const char *const words[] = {"early", "always", "onsuccess", "set",       "append",
                                        "merge", "add",    "unset",     "setifempty"};
    apr_size_t i;

    for (i = 0; i < sizeof(words) / sizeof(*words); i++) {
        if (name->len == strlen(words[i]) && !strncasecmp(name->text, words[i], name->len)) {
            return 1;
        }
    }
    return 0;
}

static void warn_about(const reader_t *reader, const ce_name_t *name)
{
    unsigned class = ce_name_class(name);

    if (class & CE_NAME_SAFELISTED) {
        warn(reader, name->text, name->len,
             "needs no listing (CORS-safelisted; kept for browsers that don't know it yet)");
    }
    else if (class & CE_NAME_REQUEST) {
        warn(reader, name->text, name->len, "is a request header (responses don't carry it)");
    }
    else if (is_headers_word(name)) {
        warn(reader, name->text, name->len,
             "is taken as a header's name (it is a word of mod_headers' Header)");
    }
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
        unsigned char c = (unsigned char)text[run];
        const char *wrong = c > 0x20 && c < 0x7F ? apr_psprintf(reader->p, "character '%c' in", c)
                                                 : apr_psprintf(reader->p, "byte 0x%02X in", c);

        return fault(reader, wrong, text, len, "a header's name has " TOKEN);
    }
    edit->kind = CE_NAME;
    if (memchr(text, '*', len)) {
        edit->name = collapse_stars(&edit->name, reader->p);
        edit->kind = edit->name.len == 1 ? CE_EVERYTHING : CE_PATTERN;
    }
    return NULL;
}

static const char *read_edit(reader_t *reader, const char *word, apr_size_t len)
{
    apr_size_t sign = *word == '+' || *word == '-';
    ce_edit_t edit = {{0}, CE_ADD, CE_NAME};
    const char *error;

    if (reader->condition) {
        return fault(reader, "condition before the last edit", reader->condition_word,
                     strlen(reader->condition_word),
                     apr_psprintf(reader->p, "conditions end the line, '%.*s' follows", (int)len,
                                  word));
    }
    if (sign == len) {
        return fault(reader, "no name behind the sign", word, len, "+Name or -Name");
    }
    if (len == 4 && !strncasecmp(word, "none", 4)) {
        edit.op = CE_FORGET;
        APR_ARRAY_PUSH(reader->edits, ce_edit_t) = edit;
        return NULL;
    }
    error = read_name(reader, &edit, word + sign, len - sign);
    if (error) {
        return error;
    }
    if (edit.kind == CE_NAME && (ce_name_class(&edit.name) & CE_NAME_FORBIDDEN)) {
        return fault(reader, "can't expose or remove", word, len,
                     "browsers show it to no script; ExposeHeadersNever accepts it");
    }
    edit.op = *word == '-' ? CE_REMOVE : CE_ADD;
    if (edit.op == CE_ADD && edit.kind == CE_NAME) {
        warn_about(reader, &edit.name);
    }
    APR_ARRAY_PUSH(reader->edits, ce_edit_t) = edit;
    return NULL;
}

static const char *read_never(reader_t *reader, const char *word, apr_size_t len)
{
    ce_edit_t edit = {{0}, CE_REMOVE, CE_NAME};
    const char *error;

    if (*word == '+' || *word == '-') {
        return fault(reader, "sign in front of", word, len, "names and patterns, without a sign");
    }
    error = read_name(reader, &edit, word, len);
    if (error) {
        return error;
    }
    if (edit.kind != CE_NAME || !(ce_name_class(&edit.name) & CE_NAME_FORBIDDEN)) {
        APR_ARRAY_PUSH(reader->edits, ce_edit_t) = edit;
    }
    return NULL;
}

static const char *read_origin(reader_t *reader, const char *word, const char *value)
{
    ce_origin_t *origin;
    const char *wrong, *accepted;

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
    if (ce_origin_is_broad(origin)) {
        warn(reader, word, strlen(word), "holds for every site below that domain");
    }
    return NULL;
}

static const char *read_env(reader_t *reader, const char *word, const char *value)
{
    const char *name = value + (*value == '!');

    if (reader->condition->env) {
        return fault(reader, "second env=", word, strlen(word), "one for a line");
    }
    if (!*name) {
        return fault(reader, "no variable in", word, strlen(word), "env=VAR or env=!VAR");
    }
    if (name[strcspn(name, SEPARATORS "\"'")]) {
        return fault(reader, "more than a variable in", word, strlen(word), "env=VAR or env=!VAR");
    }
    reader->condition->env = name;
    reader->condition->env_negated = *value == '!';
    return NULL;
}

static const char *read_expr(reader_t *reader, const char *word, const char *value)
{
    if (reader->condition->expr_text) {
        return fault(reader, "second expr=", word, strlen(word), "one for a line");
    }
    if (*value == '"' || *value == '\'') {
        return fault(reader, "quotes inside the word", word, strlen(word),
                     "quote all of it: \"expr=...\"");
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
    return fault(reader, "unknown condition", word, strlen(word), "origin=, env= or expr=");
}

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

static int count_edits(const apr_array_header_t *words)
{
    int i, n = 0;

    for (i = 0; i < words->nelts; i++) {
        const char *word = APR_ARRAY_IDX(words, i, const char *);

        for (word += strspn(word, SEPARATORS); *word; word += strspn(word, SEPARATORS)) {
            word += strcspn(word, SEPARATORS);
            n++;
        }
    }
    return n;
}

static const char *read_line(ce_line_t **line, reader_t *reader, const apr_array_header_t *words,
                             read_word_fn read, int conditions)
{
    const char *error = NULL;
    int i;

    reader->edits = apr_array_make(reader->p, count_edits(words), sizeof(ce_edit_t));
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
                          apr_array_header_t *warnings, apr_pool_t *p)
{
    reader_t reader = {p, directive, NULL, NULL, NULL, NULL, warnings};
    const char *error = read_line(line, &reader, words, read_edit, 1);

    if (!error && (*line)->nedits == 0) {
        const char *word = reader.condition_word ? reader.condition_word : "";

        return fault(&reader, word[0] ? "no edit in front of" : "no edit in", word, strlen(word),
                     "Name, +Name, -Name, a pattern or None");
    }
    return error;
}

const char *ce_never_parse(ce_line_t **line, const char *directive, const apr_array_header_t *words,
                           apr_pool_t *p)
{
    reader_t reader = {p, directive, NULL, NULL, NULL, NULL, NULL};

    if (is_empty(words)) {
        return fault(&reader, "no name in", "", 0, "names and patterns");
    }
    return read_line(line, &reader, words, read_never, 0);
}

const char *ce_added_parse(ce_line_t **line, const char *caller, const char *edits, apr_pool_t *p)
{
    reader_t reader = {p, caller, NULL, NULL, NULL, NULL, NULL};
    apr_array_header_t *words = apr_array_make(p, 1, sizeof(const char *));
    const char *error;

    APR_ARRAY_PUSH(words, const char *) = apr_pstrdup(p, edits);
    error = read_line(line, &reader, words, read_edit, 0);
    if (!error && (*line)->nedits == 0) {
        return fault(&reader, "no edit in", edits, strlen(edits),
                     "Name, +Name, -Name, a pattern or None");
    }
    return error;
}

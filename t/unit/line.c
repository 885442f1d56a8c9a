/* SPDX-License-Identifier: Apache-2.0 */

#include "policies.h"

#include "explain/explain.h"
#include "core/line.h"

#define EDIT "(name at least one header: Name, +Name, -Name, a pattern or None)"
#define TOKEN "(a header's name has letters, digits and !#$%&'*+-.^_`|~)"
#define QUOTE "(quote all of it: \"expr=...\")"
#define NO_COMMENT "(httpd knows none; put it on a line of its own)"
#define SHOWN_TO_NONE "(browsers show it to no script; ExposeHeadersNever accepts it)"
#define NAME_THEM "(name the headers, or * for all of them)"
#define OFF_IS                                                                                     \
    "(ExposeHeadersWhen Off leaves responses alone, ExposeHeaders None forgets what was exposed)"
#define PLAIN_VARIABLE "(the name of a variable alone: env=VAR or env=!VAR)"
#define QUOTE_WHOLE                                                                                \
    "(conditions end the line; an expression with spaces is quoted whole: \"expr=...\")"

static void test_refused(apr_pool_t *p)
{
    static const struct {
        const char *words, *error;
    } cases[] = {
        {"", "no edit in '' " EDIT},
        {",", "no edit in '' " EDIT},
        {"~ ,~,", "no edit in '' " EDIT},
        {"env=X", "no edit before 'env=X' " EDIT},
        {"X-A -", "no name after the sign '-' (+Name or -Name)"},
        {"+,X-A", "no name after the sign '+' (+Name or -Name)"},
        {"X@Y", "character '@' in 'X@Y' " TOKEN},
        {"X-A,\xC3\xA9", "byte 0xC3 in '\xC3\xA9' " TOKEN},
        {"X-A,X-\xC3\xA9", "byte 0xC3 in 'X-\xC3\xA9' " TOKEN},
        {"X-A: X-B", "colon at the end of 'X-A:' (leave it out: the name alone)"},
        {"-X-A:,X-B", "colon at the end of 'X-A:' (leave it out: the name alone)"},
        {"X:A", "character ':' in 'X:A' " TOKEN},
        {":", "colon at the end of ':' (leave it out: the name alone)"},
        {"X\x01", "byte 0x01 in 'X\x01' " TOKEN},
        {"X\x7F", "byte 0x7F in 'X\x7F' " TOKEN},
        {"X-A # why", "comment at the end of the line '#' " NO_COMMENT},
        {"X-A -#why", "comment at the end of the line '#why' " NO_COMMENT},
        {"X-A #a=b", "comment at the end of the line '#a=b' " NO_COMMENT},
        {"X-A env=V #a=b", "comment at the end of the line '#a=b' " NO_COMMENT},
        {"set-cookie", "can't expose or remove 'set-cookie' " SHOWN_TO_NONE},
        {"-Set-Cookie2", "can't expose or remove '-Set-Cookie2' " SHOWN_TO_NONE},
        {"X-A env=V X-B",
         "condition before the last edit 'env=V' (conditions end the line, 'X-B' follows)"},
        {"env=V X-B",
         "condition before the last edit 'env=V' (conditions end the line, 'X-B' follows)"},
        {"X-A origin=https://a.example env=V X-B",
         "condition before the last edit 'origin=https://a.example' (conditions end the line, "
         "'X-B' follows)"},
        {"X-A foo=bar", "unknown condition 'foo=bar' (origin=, env= or expr=)"},
        {"X-A envs=bar", "unknown condition 'envs=bar' (origin=, env= or expr=)"},
        {"X-A en=bar", "unknown condition 'en=bar' (origin=, env= or expr=)"},
        {"X-A=1", "unknown condition 'X-A=1' (origin=, env= or expr=)"},
        {"X-A =1", "character '=' in '=1' " TOKEN},
        {"X-A env=V env=W", "second env= 'env=W' (one for a line)"},
        {"X-A env=", "no variable in 'env=' (env=VAR or env=!VAR)"},
        {"X-A env=!", "no variable in 'env=!' (env=VAR or env=!VAR)"},
        {"X-A env=V,W", "more than a variable in 'env=V,W' (env=VAR or env=!VAR)"},
        {"X-A env=V~W", "more than a variable in 'env=V W' (env=VAR or env=!VAR)"},
        {"X-A env=\"V\"",
         "quotes inside the word 'env=\"V\"' (env=VAR or env=!VAR, without quotes)"},
        {"X-A env=%{V}e", "character '%' in 'env=%{V}e' " PLAIN_VARIABLE},
        {"X-A env=$V", "character '$' in 'env=$V' " PLAIN_VARIABLE},
        {"X-A env={V", "character '{' in 'env={V' " PLAIN_VARIABLE},
        {"X-A env=V}", "character '}' in 'env=V}' " PLAIN_VARIABLE},
        {"X-A env=V=1", "character '=' in 'env=V=1' " PLAIN_VARIABLE},
        {"X-A env=!!V", "character '!' in 'env=!!V' " PLAIN_VARIABLE},
        {"X-A env=V!", "character '!' in 'env=V!' " PLAIN_VARIABLE},
        {"X-A expr=1 expr=1", "second expr= 'expr=1' (one for a line)"},
        {"X-A expr=\"1\"", "quotes inside the word 'expr=\"1\"' " QUOTE},
        {"X-A expr='1'", "quotes inside the word 'expr='1'' " QUOTE},
        {"X-A expr=~", "no expression in 'expr= ' (\"expr=EXPRESSION\")"},
        {"X-A expr=", "no expression in 'expr=' (\"expr=EXPRESSION\")"},
        {"X-A expr=%{X} == 1", "a word after expr=... '==' " QUOTE_WHOLE},
        {"X-A expr=%{X} X-B", "a word after expr=... 'X-B' " QUOTE_WHOLE},
        {"X-A == 1", "part of an expression '==' " QUOTE},
        {"X-A %{HTTP:X}", "part of an expression '%{HTTP:X}' " QUOTE},
        {"X-A a==b", "part of an expression 'a==b' " QUOTE},
        {"X-A %{X}==1", "part of an expression '%{X}==1' " QUOTE},
        {"X-A origin=https://a.example/",
         "a trailing slash in 'origin=https://a.example/' (an origin ends with its host or port)"},
        {"X-A origin=https://a.example,https://b.example",
         "more than one origin in 'origin=https://a.example,https://b.example' (one origin= for "
         "each, and one of them suffices)"},
        {"X-A origin=https://a.example~https://b.example",
         "more than one origin in 'origin=https://a.example https://b.example' (one origin= for "
         "each, and one of them suffices)"},
        {"X-A origin=\"https://a.example\"",
         "quotes inside the word 'origin=\"https://a.example\"' (quote all of it, "
         "\"origin=...\", or nothing)"},
        {"X-A origin=*", "'*' alone in 'origin=*' (leave the condition out for every origin)"},
        {"X-A origin=", "no scheme in 'origin=' (scheme://host or scheme://host:port, as browsers "
                        "send it)"},
        {"On", "no header is called 'On' " NAME_THEM},
        {"X-A,ALL", "no header is called 'ALL' " NAME_THEM},
        {"true", "no header is called 'true' " NAME_THEM},
        {"off", "no header is called 'off' " OFF_IS},
        {"X-A False", "no header is called 'False' " OFF_IS},
        {"!X-A", "'!' at the start of '!X-A' (a removal is -X-A)"},
        {"!1", "'!' at the start of '!1' (a removal is -1)"},
        {"!*", "'!' at the start of '!*' (a removal is -*)"},
        {"-None", "sign before '-None' (None, without a sign, forgets what was exposed; -* removes "
                  "everything)"},
        {"-NONE", "sign before '-NONE' (None, without a sign, forgets what was exposed; -* removes "
                  "everything)"},
        {"X-\xE2\x80\x93", "en dash U+2013 in 'X-\xE2\x80\x93' (the plain hyphen -)"},
        {"\xE2\x80\x94X", "em dash U+2014 in '\xE2\x80\x94X' (the plain hyphen -)"},
        {"X\xE2\x80\x91"
         "A",
         "non-breaking hyphen U+2011 in 'X\xE2\x80\x91"
         "A' (the plain hyphen -)"},
        {"\xE2\x80\x9CX-A\xE2\x80\x9D",
         "curly quote U+201C in '\xE2\x80\x9CX-A\xE2\x80\x9D' (the straight quotes ' and \")"},
        {"X\xE2\x80\x98", "curly quote U+2018 in 'X\xE2\x80\x98' (the straight quotes ' and \")"},
        {"X\xE2\x80\x99", "curly quote U+2019 in 'X\xE2\x80\x99' (the straight quotes ' and \")"},
        {"X-A\xC2\xA0", "no-break space U+00A0 in 'X-A\xC2\xA0' (the plain space)"},
        {"X-\xE2\x80\x8B"
         "A",
         "zero-width space U+200B in 'X-\xE2\x80\x8B"
         "A' (leave it out)"},
        {"\xEF\xBB\xBFX-A", "byte order mark U+FEFF in '\xEF\xBB\xBFX-A' (leave it out)"},
        {"X-\xE2\x80", "byte 0xE2 in 'X-\xE2\x80' " TOKEN},
        {"X-0123456789-0123456789-0123456789-0123456789-0123456789-0123456*",
         "long pattern 'X-0123456789-0123456789-0123456789-0123456789-0123456789-0123456*' (64 "
         "characters at most)"},
    };
    size_t i;

    for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        ce_line_t *line = NULL;

        is_text(ce_line_parse(&line, "ExposeHeaders", words_of(p, cases[i].words), p),
                apr_pstrcat(p, "ExposeHeaders: ", cases[i].error, NULL),
                apr_psprintf(p, "'%s' is refused", cases[i].words));
    }
}

static void test_never_refused(apr_pool_t *p)
{
    static const struct {
        const char *words, *error;
    } cases[] = {
        {"", "no name in '' (name at least one header, or a pattern)"},
        {"~,", "no name in '' (name at least one header, or a pattern)"},
        {"-X-A", "sign before '-X-A' (names and patterns, without a sign)"},
        {"+X-A", "sign before '+X-A' (names and patterns, without a sign)"},
        {"None", "no header is called 'None' (name the headers; nothing takes this directive "
                 "back)"},
        {"X-A ON", "no header is called 'ON' (name the headers; nothing takes this directive "
                   "back)"},
        {"off", "no header is called 'off' (name the headers; nothing takes this directive back)"},
        {"X-A env=V", "character '=' in 'env=V' " TOKEN},
        {"X-A:", "colon at the end of 'X-A:' (leave it out: the name alone)"},
        {"#x", "comment at the end of the line '#x' " NO_COMMENT},
        {"X\xE2\x80\x93"
         "A",
         "en dash U+2013 in 'X\xE2\x80\x93"
         "A' (the plain hyphen -)"},
    };
    ce_line_t *line = NULL;
    size_t i;

    for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        is_text(ce_never_parse(&line, "ExposeHeadersNever", words_of(p, cases[i].words), p),
                apr_pstrcat(p, "ExposeHeadersNever: ", cases[i].error, NULL),
                apr_psprintf(p, "Never '%s' is refused", cases[i].words));
    }
    ok(!ce_never_parse(&line, "ExposeHeadersNever", words_of(p, "Set-Cookie, SET-COOKIE2"), p)
           && line->nedits == 0,
       "Never Set-Cookie adds nothing to what is built in");
}

static void test_added_refused(apr_pool_t *p)
{
    static const struct {
        const char *edits, *error;
    } cases[] = {
        {"", "no edit in '' " EDIT},
        {" , ", "no edit in ' , ' " EDIT},
        {"X-A, b d@", "character '@' in 'd@' " TOKEN},
        {"X-A env=V", "character '=' in 'env=V' " TOKEN},
        {"X-A expr=%{X}", "part of an expression 'expr=%{X}' " QUOTE},
        {"Set-Cookie", "can't expose or remove 'Set-Cookie' " SHOWN_TO_NONE},
        {"On", "no header is called 'On' " NAME_THEM},
    };
    size_t i;

    for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        ce_line_t *line = NULL;

        is_text(ce_added_parse(&line, "cors_expose_add", exact(p, cases[i].edits), p),
                apr_pstrcat(p, "cors_expose_add: ", cases[i].error, NULL),
                apr_psprintf(p, "adding '%s' is refused", cases[i].edits));
    }
}

/* A line as text: each edit with its sign, patterns in braces, the wildcard in
 * brackets, then the conditions */
static const char *text_of(apr_pool_t *p, const ce_line_t *line)
{
    static const char *const around[][2] = {{"", ""}, {"{", "}"}, {"[", "]"}};
    const char *text = "";
    int i;

    for (i = 0; i < line->nedits; i++) {
        const ce_edit_t *edit = &line->edits[i];

        if (edit->op == CE_FORGET) {
            text = apr_pstrcat(p, text, "None ", NULL);
            continue;
        }
        text = apr_psprintf(p, "%s%c%s%.*s%s ", text, edit->op == CE_ADD ? '+' : '-',
                            around[edit->kind][0], (int)edit->name.len, edit->name.text,
                            around[edit->kind][1]);
    }
    if (line->condition) {
        const ce_condition_t *condition = line->condition;

        for (i = 0; condition->origins && i < condition->origins->nelts; i++) {
            text = apr_pstrcat(p, text, "origin ",
                               APR_ARRAY_IDX(condition->origins, i, ce_origin_t).text, " ", NULL);
        }
        if (condition->env) {
            text = apr_pstrcat(p, text, condition->env_negated ? "no " : "", "env ", condition->env,
                               " ", NULL);
        }
        if (condition->expr_text) {
            text = apr_pstrcat(p, text, "expr ", condition->expr_text, " ", NULL);
        }
    }
    return text;
}

static void test_accepted(apr_pool_t *p)
{
    static const struct {
        const char *words, *line;
    } cases[] = {
        {"X-A", "+X-A "},
        {"X-A,+X-B, -X-C", "+X-A +X-B -X-C "},
        {"X-A~X-B,,X-C", "+X-A +X-B +X-C "},
        {"none X-A NONE", "None +X-A None "},
        {"+None", "+None "},
        {"+none +Off +!X-A -Off -!X-A", "+none +Off +!X-A -Off -!X-A "},
        {"!", "+! "},
        {"!~ !. !-x", "+! +!. +!-x "},
        {"Nones On-Off Allx", "+Nones +On-Off +Allx "},
        {"--X ++X -+X", "--X ++X -+X "},
        {"* -* +*", "+[*] -[*] +[*] "},
        {"X-* -*-Id *a*b*", "+{X-*} -{*-Id} +{*a*b*} "},
        {"** X-** -a***b** -***", "+[*] +{X-*} -{a*b*} -[*] "},
        {"Set-Cookie3 Set-Cook* -Set-*", "+Set-Cookie3 +{Set-Cook*} -{Set-*} "},
        {"X-0123456789-0123456789-0123456789-0123456789-0123456789-012345*",
         "+{X-0123456789-0123456789-0123456789-0123456789-0123456789-012345*} "},
        {"X-A env=V", "+X-A env V "},
        {"X-A env=!V ENV-X", NULL},
        {"X-A ENV=!V", "+X-A no env V "},
        {"X-A Origin=https://a.example origin=https://*.b.example:*",
         "+X-A origin https://a.example origin https://*.b.example:* "},
        {"X-A expr=%{X}~==~'a,b'", "+X-A expr %{X} == 'a,b' "},
        {"X-A EXPR=true env=V origin=moz-extension://*",
         "+X-A origin moz-extension://* env V expr true "},
        {"X-A,env=V", "+X-A env V "},
        {"X-A~expr=a~b", "+X-A expr a b "},
    };
    size_t i;

    for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        ce_line_t *line = NULL;
        const char *error = ce_line_parse(&line, "ExposeHeaders", words_of(p, cases[i].words), p);

        if (!cases[i].line) {
            ok(error != NULL, "'%s' is refused", cases[i].words);
        }
        else if (ok(!error, "'%s' is accepted", cases[i].words)) {
            is_text(text_of(p, line), cases[i].line, "and read as it is meant");
        }
        else {
            printf("# %s\n", error);
        }
    }
}

/* Never's names stay where another directive refuses them */
static void test_never_accepted(apr_pool_t *p)
{
    ce_line_t *line = NULL;

    ok(!ce_never_parse(&line, "Never", words_of(p, "X-A,x-* Set-Cookie * All !X True"), p),
       "names and patterns are accepted");
    is_text(text_of(p, line), "-X-A -{x-*} -[*] -All -!X -True ", "as removals");
    ok(!line->condition && !line->next, "of one line without conditions");
}

static void test_added(apr_pool_t *p)
{
    char edits[] = "X-A, -X-B None";
    ce_line_t *line = NULL;

    ok(!ce_added_parse(&line, "add", edits, p), "edits of other modules are accepted");
    memset(edits, '@', sizeof(edits) - 1);
    is_text(text_of(p, line), "+X-A -X-B None ", "and copied");
    ok(!line->file && line->line_number == 0, "they stand in no file");
}

/* Of what a context is asked, as letters */
typedef struct asked_t {
    char what[8];
    int n;
} asked_t;

static int ask_env(void *ctx, const char *name)
{
    asked_t *asked = ctx;

    asked->what[asked->n++] = 'v';
    return env(NULL, name) ? 2 : 0; /* any number but 0 is true */
}

static ce_holds_e ask_expr(void *ctx, const ce_line_t *line)
{
    asked_t *asked = ctx;

    asked->what[asked->n++] = 'x';
    return expr(NULL, line);
}

static void test_holds(apr_pool_t *p)
{
    static const struct {
        const char *conditions, *origin;
        ce_holds_e holds;
        const char *asked;
    } cases[] = {
        {"", NULL, CE_HOLDS, ""},
        {"env=SET", NULL, CE_HOLDS, "v"},
        {"env=UNSET", NULL, CE_FAILS, "v"},
        {"env=!SET", NULL, CE_FAILS, "v"},
        {"env=!UNSET", NULL, CE_HOLDS, "v"},
        {"expr=true", NULL, CE_HOLDS, "x"},
        {"expr=false", NULL, CE_FAILS, "x"},
        {"expr=broken", NULL, CE_BROKEN, "x"},
        {"origin=" ORIGIN, NULL, CE_FAILS, ""},
        {"origin=" ORIGIN, ORIGIN, CE_HOLDS, ""},
        {"origin=" ORIGIN, ORIGIN ":80", CE_FAILS, ""},
        {"origin=https://b.example origin=" ORIGIN, ORIGIN, CE_HOLDS, ""},
        {"origin=https://b.example origin=https://c.example", ORIGIN, CE_FAILS, ""},
        {"origin=" ORIGIN " env=SET expr=true", ORIGIN, CE_HOLDS, "vx"},
        {"origin=" ORIGIN " env=SET expr=broken", ORIGIN, CE_BROKEN, "vx"},
        {"origin=" ORIGIN " env=UNSET expr=broken", ORIGIN, CE_FAILS, "v"},
        {"origin=https://b.example env=SET expr=broken", ORIGIN, CE_FAILS, ""},
        {"expr=false env=SET", NULL, CE_FAILS, "vx"},
    };
    size_t i;

    for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        asked_t asked = {"", 0};
        ce_context_t context = {cases[i].origin, ask_env, ask_expr, &asked};
        ce_line_t *line = NULL;

        if (ok(!ce_line_parse(&line, "X",
                              words_of(p, apr_pstrcat(p, "X-A ", cases[i].conditions, NULL)), p),
               "'%s' is accepted", cases[i].conditions)) {
            ok(ce_line_holds(line, &context) == cases[i].holds, "it comes out as %d for %s",
               cases[i].holds, cases[i].origin ? cases[i].origin : "no Origin");
            is_text(asked.what, cases[i].asked, "and asks for what it needs");
        }
    }
}

static void test_without_context(apr_pool_t *p)
{
    ce_line_t *line = NULL;

    ce_line_parse(&line, "X", words_of(p, "X-A"), p);
    ok(ce_line_holds(line, NULL) == CE_HOLDS, "without conditions no context is read");
}

static void test_adds(apr_pool_t *p)
{
    static const struct {
        const char *words;
        int name, pattern, wildcard;
    } cases[] = {
        {"X-A", 1, 0, 0}, {"-X-A", 0, 0, 0},        {"None", 0, 0, 0}, {"X-*", 1, 1, 0},
        {"*", 1, 1, 1},   {"-* -X-* X-A", 1, 0, 0}, {"-*", 0, 0, 0},   {"None X-* -X-*", 1, 1, 0},
    };
    size_t i;

    for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        ce_line_t *line = NULL;

        ce_line_parse(&line, "X", words_of(p, cases[i].words), p);
        ok(ce_line_adds(line, CE_NAME) == cases[i].name
               && ce_line_adds(line, CE_PATTERN) == cases[i].pattern
               && ce_line_adds(line, CE_WILDCARD) == cases[i].wildcard,
           "what '%s' adds is known", cases[i].words);
    }
}

/* What the explanation and the dump show reads as what was written */
static void test_texts(apr_pool_t *p)
{
    static const char *const texts[] = {
        "X-A", "-X-A", "None", "+None", "+On", "+off", "+ALL", "+true", "+False", "+!X",
        "+-X", "++X",  "--X",  "-+X",   "-!X", "X-*",  "-*",   "*",     "Nones",
    };
    size_t i;

    for (i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
        ce_line_t *line = NULL;

        if (ok(!ce_line_parse(&line, "x", words_of(p, texts[i]), p), "'%s' is accepted",
               texts[i])) {
            is_text(strchr(ce_line_text(p, line), ' ') + 1, texts[i], "and written as it was");
        }
    }
}

int main(void)
{
    apr_pool_t *p = tap_begin();

    test_refused(p);
    test_never_refused(p);
    test_added_refused(p);
    test_accepted(p);
    test_never_accepted(p);
    test_added(p);
    test_holds(p);
    test_without_context(p);
    test_adds(p);
    test_texts(p);
    return tap_end(p);
}

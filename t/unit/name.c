/* SPDX-License-Identifier: Apache-2.0 */

#include "tap.h"

#include "core/name.h"

static ce_name_t name_of(apr_pool_t *p, const char *text)
{
    ce_name_t name;

    ce_name_read(&name, exact(p, text));
    return name;
}

static void test_read(apr_pool_t *p)
{
    static const struct {
        const char *text;
        apr_size_t len;
    } cases[] = {
        {"", 0},
        {"X", 1},
        {"X-Foo", 5},
        {"X-Foo, Y", 5},
        {" X", 0},
        {"X Y", 1},
        {"X:Y", 1},
        {"\xC3\xA9", 0},
        {"X\x7F", 1},
        {"X\tY", 1},
        {"\"X\"", 0},
        {"X;q", 1},
        {"!#$%&'*+-.^_`|~09azAZ", 21},
        {"(", 0},
        {"/", 0},
        {"=", 0},
        {"@", 0},
        {"[", 0},
        {"{", 0},
    };
    size_t i;

    for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        ce_name_t name;

        ok(ce_name_read(&name, exact(p, cases[i].text)) == cases[i].len && name.len == cases[i].len,
           "a token of %d bytes begins '%s'", (int)cases[i].len, cases[i].text);
    }
}

static void test_token_bytes(void)
{
    static const char delimiters[] = "\"(),/:;<=>?@[\\]{}";
    int c, wrong = 0;

    for (c = 0; c < 256; c++) {
        int is_token = c > 0x20 && c < 0x7F && !strchr(delimiters, c);
        int lower = c >= 'A' && c <= 'Z' ? c + 32 : c;

        wrong += ce_token[c] != (is_token ? lower : 0);
    }
    ok(wrong == 0, "the token table has RFC 9110's 77 characters, in lower case, and no other");
}

static void test_equal(apr_pool_t *p)
{
    static const struct {
        const char *a, *b;
        int equal;
    } cases[] = {
        {"X-Foo", "x-foo", 1}, {"ETAG", "ETag", 1}, {"X-Foo", "X-Foo1", 0}, {"X-Foo", "X-Fop", 0},
        {"X^A", "X~A", 0},     {"X@A", "X", 1},     {"a|b", "a\\b", 0},     {"X_A", "X-A", 0},
    };
    size_t i;

    for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        ce_name_t a = name_of(p, cases[i].a), b = name_of(p, cases[i].b);

        ok(ce_name_equal(&a, &b) == cases[i].equal, "'%s' and '%s' are %s name", cases[i].a,
           cases[i].b, cases[i].equal ? "the same" : "not the same");
    }
}

/* Each character counts in the hash: of a request's headers, those that a client or a
 * backend chooses mustn't collide by where they differ */
static void test_hashed_places(apr_pool_t *p)
{
    char text[65], other[65];
    apr_uint32_t bits[2] = {0, 0}; /* of short names, and of others */
    int len, at, same = 0;

    for (len = 1; len <= 64; len++) {
        memset(text, 'a', sizeof(text));
        text[len] = '\0';
        for (at = 0; at < len; at++) {
            memcpy(other, text, sizeof(other));
            other[at] = 'b';
            same += name_of(p, text).hash == name_of(p, other).hash;
            bits[len >= 8] |= name_of(p, other).hash;
        }
    }
    ok(same == 0, "in names of 1 to 64 bytes each place counts for the hash");
    ok(bits[0] == 0xFFFFFFFF && bits[1] == 0xFFFFFFFF, "which has 32 bits");
}

/* Each length, so that each way to hash and to compare is taken, and each place
 * of a difference */
static void test_equal_lengths(apr_pool_t *p)
{
    char upper[65], lower[65], other[65];
    int len, at, i, wrong = 0, same = 0;

    for (len = 1; len <= 64; len++) {
        for (i = 0; i < len; i++) {
            upper[i] = (char)('A' + i % 26);
            lower[i] = (char)('a' + i % 26);
        }
        upper[len] = lower[len] = '\0';
        for (at = 0; at < len; at++) {
            ce_name_t a = name_of(p, upper), b = name_of(p, lower), c;

            memcpy(other, lower, sizeof(other));
            other[at] = '-';
            c = name_of(p, other);
            wrong += !ce_name_equal(&a, &b) || a.hash != b.hash;
            same += ce_name_equal(&a, &c);
        }
    }
    ok(wrong == 0, "names of 1 to 64 bytes are equal in any case, and so are their hashes");
    ok(same == 0, "and not where one byte differs");
}

/* Hashes may be equal by chance */
static void test_equal_hashes(apr_pool_t *p)
{
    ce_name_t a = name_of(p, "X-Foo"), b = name_of(p, "X-Fop"), c = name_of(p, "X-Foo1");

    b.hash = c.hash = a.hash;
    ok(!ce_name_equal(&a, &b), "names of one hash are told apart");
    ok(!ce_name_equal(&a, &c), "also by their lengths");
    a = name_of(p, "X-Long-Name^1");
    b = name_of(p, "X-Long-Name~1");
    ok(!ce_name_equal(&a, &b), "'^' and '~' are two characters");
}

static void test_matches(apr_pool_t *p)
{
    static const struct {
        const char *pattern, *name;
        int matches;
    } cases[] = {
        {"*", "X", 1},
        {"X-*", "x-foo", 1},
        {"X-*", "X-", 1},
        {"X-*", "X", 0},
        {"X-*", "Y-Foo", 0},
        {"*-Id", "X-Request-ID", 1},
        {"*-Id", "X-Request-Ids", 0},
        {"*-Id", "-id", 1},
        {"X-*-Id", "X-Request-Id", 1},
        {"X-*-Id", "X-Id", 0},
        {"X-*-Id", "X--Id", 1},
        {"*a*b*", "xxaxxbxx", 1},
        {"*a*b*", "xxbxxaxx", 0},
        {"*ab", "aab", 1},
        {"*aab*", "aaaab", 1},
        {"a*a", "a", 0},
        {"a*a", "aa", 1},
        {"*a*a*a*a*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 0},
    };
    size_t i;

    for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        ce_name_t pattern = name_of(p, cases[i].pattern), name = name_of(p, cases[i].name);

        ok(ce_name_matches(&pattern, &name) == cases[i].matches, "%s %s %s", cases[i].pattern,
           cases[i].matches ? "matches" : "doesn't match", cases[i].name);
    }
}

/* Each pattern of up to five characters against each name of up to five, by the
 * definition: '*' is nothing, or one character and '*' again */
static int matches_plainly(const char *pattern, const char *name)
{
    if (*pattern == '*') {
        return matches_plainly(pattern + 1, name) || (*name && matches_plainly(pattern, name + 1));
    }
    return *pattern == *name && (!*name || matches_plainly(pattern + 1, name + 1));
}

static char *word_of(apr_pool_t *p, int number, const char *letters)
{
    int n = (int)strlen(letters), len = 0;
    char text[16];

    for (; number; number = (number - 1) / n) {
        text[len++] = letters[(number - 1) % n];
    }
    text[len] = '\0';
    return exact(p, text);
}

static void test_matches_all(apr_pool_t *p)
{
    int i, j, wrong = 0, n = 0;

    for (i = 1; i < 364; i++) { /* 3 + 9 + 27 + 81 + 243 */
        apr_pool_t *sub = subpool(p);
        ce_name_t pattern = name_of(sub, word_of(sub, i, "ab*"));

        for (j = 1; j < 63; j++) { /* 2 + 4 + 8 + 16 + 32 */
            ce_name_t name = name_of(sub, word_of(sub, j, "ab"));

            n++;
            wrong += ce_name_matches(&pattern, &name) != matches_plainly(pattern.text, name.text);
        }
        apr_pool_destroy(sub);
    }
    ok(wrong == 0, "%d patterns and names match as they should", n);
}

/* A piece between two stars: each of up to six letters in each name of up to nine, and the longest
 */
static void test_pieces(apr_pool_t *p)
{
    int i, j, wrong = 0, n = 0;
    ce_name_t longest, name;

    for (i = 1; i < 127; i++) { /* 2 + 4 + ... + 64 */
        apr_pool_t *sub = subpool(p);
        const char *piece = word_of(sub, i, "ab");
        ce_name_t pattern = name_of(sub, apr_pstrcat(sub, "*", piece, "*", NULL));

        for (j = 1; j < 1023; j++) { /* 2 + 4 + ... + 512 */
            name = name_of(sub, word_of(sub, j, "ab"));
            n++;
            wrong += ce_name_matches(&pattern, &name) != (strstr(name.text, piece) != NULL);
        }
        apr_pool_destroy(sub);
    }
    ok(wrong == 0, "%d pieces are found, or not", n);
    name = name_of(p, apr_psprintf(p, "%0300db", 0));
    longest = name_of(p, apr_psprintf(p, "*%061dB*", 0));
    ok(longest.len == CE_PATTERN_MAX && ce_name_matches(&longest, &name), "the longest piece");
    name = name_of(p, apr_psprintf(p, "%0300dc", 0));
    ok(!ce_name_matches(&longest, &name), "which isn't in another name");
}

static void test_class(apr_pool_t *p)
{
    static const struct {
        const char *name;
        unsigned class;
    } cases[] = {
        {"Cache-Control", CE_NAME_SAFELISTED},
        {"content-language", CE_NAME_SAFELISTED},
        {"Content-Length", CE_NAME_SAFELISTED},
        {"CONTENT-TYPE", CE_NAME_SAFELISTED},
        {"Expires", CE_NAME_SAFELISTED},
        {"Last-Modified", CE_NAME_SAFELISTED},
        {"Pragma", CE_NAME_SAFELISTED},
        {"Access-Control-Allow-Origin", CE_NAME_UNLISTED},
        {"access-control-", CE_NAME_UNLISTED},
        {"ACCESS-CONTROL-EXPOSE-HEADERS", CE_NAME_UNLISTED},
        {"Access-Control-Request-Method", CE_NAME_UNLISTED},
        {"Authorization", CE_NAME_UNLISTED},
        {"Connection", CE_NAME_UNLISTED},
        {"Keep-Alive", CE_NAME_UNLISTED},
        {"Proxy-Connection", CE_NAME_UNLISTED},
        {"Proxy-Authenticate", CE_NAME_UNLISTED},
        {"Proxy-Authorization", CE_NAME_UNLISTED},
        {"TE", CE_NAME_UNLISTED},
        {"Trailer", CE_NAME_UNLISTED},
        {"Transfer-Encoding", CE_NAME_UNLISTED},
        {"Upgrade", CE_NAME_UNLISTED},
        {"X-Expose-Headers-Detail", CE_NAME_UNLISTED},
        {"x-expose-headers-DETAIL", CE_NAME_UNLISTED},
        {"Set-Cookie", CE_NAME_FORBIDDEN},
        {"set-cookie2", CE_NAME_FORBIDDEN},
        {"Origin", 0},
        {"Cookie", 0},
        {"Set-Cookie3", 0},
        {"Access-Control", 0},
        {"Content-Type2", 0},
        {"X-Foo", 0},
        {"ETag", 0},
        {"Vary", 0},
        {"T", 0},
        {"*", 0},
        {"TF", 0},
        {"Upgrades", 0},
        {"Upgradx", 0},
        {"Content-Lengt", 0},
        {"X-Expose-Headers-Details", 0},
        {"X-Expose-Headers-Detai", 0},
        {"X-Expose-Headers-Detain", 0},
        {"Proxy-Authorizatio", 0},
        {"Proxy-Authorization2", 0},
        {"Access-Control_", 0},
        {"Access^Control-Allow-Origin", 0},
    };
    size_t i;

    for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        ce_name_t name = name_of(p, cases[i].name);

        ok(ce_name_class(&name) == cases[i].class, "%s has class %u", cases[i].name,
           cases[i].class);
    }
}

/* A list as text: names bare, malformed elements in braces */
static char *read_list(apr_pool_t *p, const char *list)
{
    char *text = apr_pstrdup(p, "");
    ce_name_t element;
    ce_list_e what;

    while ((what = ce_list_next(&list, &element)) != CE_LIST_END) {
        text = apr_psprintf(p, what == CE_LIST_NAME ? "%s%s%.*s" : "%s%s{%.*s}", text,
                            *text ? "|" : "", (int)element.len, element.text);
    }
    return text;
}

static void test_list(apr_pool_t *p)
{
    static const struct {
        const char *list, *elements;
    } cases[] = {
        {"", ""},
        {",", ""},
        {" , ,\t,", ""},
        {"A", "A"},
        {"A,B", "A|B"},
        {" A ,\tB\t, C ", "A|B|C"},
        {"A,,B,", "A|B"},
        {"A B, C", "{A B}|C"},
        {"A;q=1, C", "{A;q=1}|C"},
        {"\"A\",B", "{\"A\"}|B"},
        {"\"A,B\"", "{\"A}|{B\"}"},
        {"*, X-*", "*|X-*"},
        {"A\x0B, B", "{A\x0B}|B"},
        {"\xC3\xA9 ,B", "{\xC3\xA9}|B"},
        {"@", "{@}"},
        {"a b ", "{a b}"},
    };
    size_t i;

    for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        is_text(read_list(p, exact(p, cases[i].list)), cases[i].elements,
                apr_psprintf(p, "the elements of '%s'", cases[i].list));
    }
}

static void test_list_count(apr_pool_t *p)
{
    static const struct {
        const char *list;
        apr_uint32_t n;
    } cases[] = {
        {"", 0},         {",", 0},      {" , ,\t,", 0},
        {"A", 1},        {"A,B", 2},    {" A ,\tB\t, C ", 3},
        {"A,,B,", 2},    {"A B, C", 2}, {"A;q=1", 1},
        {"*, @,X-*", 3}, {"\x0B", 1},   {"a b ", 1},
    };
    size_t i;

    for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        ok(ce_list_count(exact(p, cases[i].list)) == cases[i].n, "'%s' has %u elements",
           cases[i].list, cases[i].n);
    }
}

static void test_list_has(apr_pool_t *p)
{
    static const struct {
        const char *list;
        int has;
    } cases[] = {
        {"", 0},
        {"Origin", 1},
        {"Accept-Encoding, origin", 1},
        {"*", 1},
        {"Accept, *", 1},
        {"X-Origin", 0},
        {"Origin Foo", 0},
        {"Accept,,ORIGIN , B", 1},
        {"Origins", 0},
        {"X-*", 0},
        {"* Origin", 0},
        {"@, Origin", 1},
    };
    size_t i;

    for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        ok(ce_list_has(exact(p, cases[i].list), "Origin") == cases[i].has, "'%s' %s Origin",
           cases[i].list, cases[i].has ? "covers" : "doesn't cover");
    }
    ok(ce_list_has(exact(p, "X-A, *-B"), "*-b"), "a name that begins with '*' is found");
    ok(!ce_list_has(exact(p, "X-A, *-B"), "*"), "and is no wildcard");
    ok(ce_list_has(exact(p, "X-A, *"), "*-b"), "which covers it");
}

int main(void)
{
    apr_pool_t *p = tap_begin();

    test_read(p);
    test_token_bytes();
    test_equal(p);
    test_equal_lengths(p);
    test_hashed_places(p);
    test_equal_hashes(p);
    test_matches(p);
    test_matches_all(p);
    test_pieces(p);
    test_class(p);
    test_list(p);
    test_list_count(p);
    test_list_has(p);
    return tap_end(p);
}

/* SPDX-License-Identifier: Apache-2.0 */

#include "tap.h"

#include "core/origin.h"

/* What the error says would be accepted */
static const char *accepted_for(const char *wrong)
{
    static const char *const texts[][2] = {
        {"'*' alone", "leave the condition out for every origin"},
        {"the origin null", "sandboxed pages and local files of anybody send it"},
        {"a trailing slash", "an origin ends with its host or port"},
        {"a path", "an origin ends with its host or port"},
        {"default port", "browsers leave the scheme's default port out"},
        {"bad port", "1 to 65535, or * for any"},
        {"'*' inside a port", "1 to 65535, or * for any"},
        {"'*' in the wrong place",
         "* stands for whole leading labels, as in https://*.example.com, for the port, or for the "
         "host of an extension: moz-extension://*"},
        {"byte 0xC3", "an international name in its xn-- form"},
    };
    size_t i;

    for (i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
        if (!strcmp(wrong, texts[i][0])) {
            return texts[i][1];
        }
    }
    return "scheme://host or scheme://host:port, as browsers send it";
}

static void test_refused(apr_pool_t *p)
{
    static const struct {
        const char *origin, *wrong;
    } cases[] = {
        {"", "no scheme"},
        {"*", "'*' alone"},
        {"null", "the origin null"},
        {"NULL", "the origin null"},
        {"app.example.com", "no scheme"},
        {"://app.example.com", "no scheme"},
        {"https:app.example.com", "no scheme"},
        {"1https://app.example.com", "no scheme"},
        {"https://", "no host"},
        {"https://:8443", "no host"},
        {"https://app.example.com/", "a trailing slash"},
        {"https://app.example.com:8443/", "a trailing slash"},
        {"https://app.example.com/x", "a path"},
        {"https://user@app.example.com", "a user"},
        {"user@app.example.com", "a user"},
        {"https://user:pw@app.example.com", "a user"},
        {"https://app.example.com:443", "default port"},
        {"http://app.example.com:80", "default port"},
        {"https://app.example.com:0", "bad port"},
        {"https://app.example.com:65536", "bad port"},
        {"https://app.example.com:99999999999", "bad port"},
        {"https://app.example.com:08", "bad port"},
        {"https://app.example.com:", "bad port"},
        {"https://app.example.com:x", "bad port"},
        {"https://app.example.com:8*", "'*' inside a port"},
        {"https://App.example.com", "upper case"},
        {"HTTPS://app.example.com", "upper case"},
        {"https://app*.example.com", "'*' in the wrong place"},
        {"https://app.*.com", "'*' in the wrong place"},
        {"https://*", "'*' in the wrong place"},
        {"http://*", "'*' in the wrong place"},
        {"ws://*", "'*' in the wrong place"},
        {"wss://*", "'*' in the wrong place"},
        {"ftp://*", "'*' in the wrong place"},
        {"moz-extension://*:*", "'*' in the wrong place"},
        {"moz-extension://*/", "'*' in the wrong place"},
        {"moz-extension://*x", "'*' in the wrong place"},
        {"moz-extension://a*", "'*' in the wrong place"},
        {"moz-extension://", "no host"},
        {"file:///", "a trailing slash"},
        {"file://*.", "no host"},
        {"file:", "no scheme"},
        {"ws://app.example.com:80", "default port"},
        {"wss://app.example.com:443", "default port"},
        {"ftp://app.example.com:21", "default port"},
        {"https://*.", "no host"},
        {"https://*:*", "'*' in the wrong place"},
        {"https://*.*.example.com", "'*' in the wrong place"},
        {"*://app.example.com", "'*' in the wrong place"},
        {"http*://app.example.com", "'*' in the wrong place"},
        {"https://app.example.com,https://b.example.com", "character ','"},
        {"https://app.example.com?x", "character '?'"},
        {"https://ex\xC3\xA4mple.com", "byte 0xC3"},
        {"http://[::1", "an IPv6 address without its ']'"},
        {"http://[]", "character ']'"},
        {"http://[::1]x", "character 'x'"},
        {"http://[::G]", "upper case"},
    };
    size_t i;

    for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        const char *accepted = NULL;
        ce_origin_t origin;

        is_text(ce_origin_parse(&origin, exact(p, cases[i].origin), p, &accepted), cases[i].wrong,
                apr_psprintf(p, "'%s' is refused", cases[i].origin));
        is_text(accepted, accepted_for(cases[i].wrong), "and the error says what is accepted");
    }
}

static void test_matches(apr_pool_t *p)
{
    static const struct {
        const char *origin, *sent;
        int matches;
    } cases[] = {
        {"https://app.example.com", "https://app.example.com", 1},
        {"https://app.example.com", "https://app.example.com:443", 0},
        {"https://app.example.com", "https://app.example.com:8443", 0},
        {"https://app.example.com", "http://app.example.com", 0},
        {"https://app.example.com", "httpx://app.example.com", 0},
        {"https://app.example.com", "https://APP.example.com", 0},
        {"https://app.example.com", "https://app.example.com.", 0},
        {"https://app.example.com", "https://app.example.com/", 0},
        {"https://app.example.com", "https://app.example.com.evil.test", 0},
        {"https://app.example.com", "https://evil.test/https://app.example.com", 0},
        {"https://app.example.com", "https://app.example.co", 0},
        {"https://app.example.com", "https://xapp.example.com", 0},
        {"https://app.example.com", "https://app.example.com@evil.test", 0},
        {"https://app.example.com", " https://app.example.com", 0},
        {"https://app.example.com", "null", 0},
        {"https://app.example.com", "", 0},
        {"https://app.example.com", "https://", 0},
        {"https://app.example.com", "https://app-example.com", 0},
        {"https://*.example.com", "https://app.example.com", 1},
        {"https://*.example.com", "https://a.b.c.example.com", 1},
        {"https://*.example.com", "https://example.com", 0},
        {"https://*.example.com", "https://.example.com", 0},
        {"https://*.example.com", "https://a..example.com", 0},
        {"https://*.example.com", "https://.a.example.com", 0},
        {"https://*.example.com", "https://evilexample.com", 0},
        {"https://*.example.com", "https://evil.test/.example.com", 0},
        {"https://*.example.com", "https://evil.test?.example.com", 0},
        {"https://*.example.com", "https://evil.test#a.example.com", 0},
        {"https://*.example.com", "https://u@a.example.com", 0},
        {"https://*.example.com", "https://A.example.com", 0},
        {"https://*.example.com", "https://a.example.com:8443", 0},
        {"https://*.example.com:8443", "https://a.example.com:8443", 1},
        {"https://*.example.com:8443", "https://a.example.com:84430", 0},
        {"https://*.example.com:*", "https://a.example.com:1", 1},
        {"http://localhost:*", "http://localhost", 1},
        {"http://localhost:*", "http://localhost:3000", 1},
        {"http://localhost:*", "http://localhost:65535", 1},
        {"http://localhost:*", "http://localhost:65536", 0},
        {"http://localhost:*", "http://localhost:0", 0},
        {"http://localhost:*", "http://localhost:", 0},
        {"http://localhost:*", "http://localhost:3000x", 0},
        {"http://localhost:*", "http://localhost:3000/", 0},
        {"http://localhost:*", "http://localhost.evil.test", 0},
        {"http://localhost:*", "http://localhost.evil.test:80", 0},
        {"http://localhost:*", "https://localhost:3000", 0},
        {"http://127.0.0.1:8080", "http://127.0.0.1:8080", 1},
        {"http://127.0.0.1", "http://127.0.0.10", 0},
        {"http://[::1]", "http://[::1]", 1},
        {"http://[::1]", "http://[::1]:8080", 0},
        {"http://[::1]:8080", "http://[::1]:8080", 1},
        {"http://[::1]:*", "http://[::1]", 1},
        {"http://[::1]:*", "http://[::1]:99", 1},
        {"http://[::1]:*", "http://[::1:99", 0},
        {"http://[::1]:*", "http://[::2]:99", 0},
        {"chrome-extension://abcdefgh", "chrome-extension://abcdefgh", 1},
        {"app://localhost", "app://localhost", 1},
        {"https://xn--bcher-kva.example", "https://xn--bcher-kva.example", 1},
        {"https://app.example.com:80", "https://app.example.com:80", 1},
        {"http://app.example.com:443", "http://app.example.com:443", 1},
        {"app://app.example.com:443", "app://app.example.com:443", 1},
        {"httpx://*", "httpx://a", 1},
        {"moz-extension://*", "moz-extension://0a1b2c3d-4e5f-6789-abcd-ef0123456789", 1},
        {"moz-extension://*", "moz-extension://", 0},
        {"moz-extension://*", "moz-extension:", 0},
        {"moz-extension://*", "moz-extension://a:80", 0},
        {"moz-extension://*", "moz-extension://a/b", 0},
        {"moz-extension://*", "moz-extension://u@a", 0},
        {"moz-extension://*", "moz-extension://a b", 0},
        {"moz-extension://*", "moz-extension://\xC3\xA4", 0},
        {"moz-extension://*", "chrome-extension://abcdefgh", 0},
        {"moz-extension://*", "xmoz-extension://a", 0},
        {"moz-extension://*", "https://moz-extension://a", 0},
        {"moz-extension://*", "null", 0},
        {"safari-web-extension://*", "safari-web-extension://0A1B2C3D-4E5F-6789-ABCD-EF0123456789",
         1},
        {"moz-extension://*.a", "moz-extension://b.a", 1},
        {"file://", "file://", 1},
        {"file://", "file:///", 0},
        {"file://", "file://host", 0},
        {"file://", "file://:80", 0},
        {"file://", "file:/", 0},
        {"file://", "null", 0},
    };
    size_t i;

    for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        const char *accepted;
        ce_origin_t origin;

        if (ok(!ce_origin_parse(&origin, exact(p, cases[i].origin), p, &accepted), "%s is accepted",
               cases[i].origin)) {
            ok(ce_origin_matches(&origin, exact(p, cases[i].sent)) == cases[i].matches,
               "%s %s '%s'", cases[i].origin, cases[i].matches ? "holds for" : "fails for",
               cases[i].sent);
        }
    }
}

static void test_broad(apr_pool_t *p)
{
    static const struct {
        const char *origin;
        int broad;
    } cases[] = {
        {"https://*.com", 1},       {"https://*.com:*", 1},
        {"https://*.localhost", 1}, {"https://*.example.com", 0},
        {"https://example.com", 0}, {"https://localhost", 0},
        {"moz-extension://*", 0},   {"file://", 0},
        {"app://*.a", 1},
    };
    size_t i;

    for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        const char *accepted;
        ce_origin_t origin;

        ce_origin_parse(&origin, exact(p, cases[i].origin), p, &accepted);
        ok(ce_origin_is_broad(&origin) == cases[i].broad, "%s is %s", cases[i].origin,
           cases[i].broad ? "broad" : "not broad");
    }
}

int main(void)
{
    apr_pool_t *p = tap_begin();

    test_refused(p);
    test_matches(p);
    test_broad(p);
    return tap_end(p);
}

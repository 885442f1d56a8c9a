/* SPDX-License-Identifier: Apache-2.0 */

#include <stdlib.h>
#include <string.h>

#include "apr_cstr.h"
#include "apr_strings.h"

#include "core/origin.h"

#define HOST_CHARS "abcdefghijklmnopqrstuvwxyz0123456789-_."
#define UPPER_CASE "ABCDEFGHIJKLMNOPQRSTUVWXYZ" /* of a UUID, in some extensions' origins */
#define IPV6_CHARS "abcdef0123456789:."
#define SCHEME_CHARS "abcdefghijklmnopqrstuvwxyz0123456789+-."
#define DIGITS "0123456789"

#define ACCEPTED "scheme://host or scheme://host:port, as browsers send it"

/* The ports that browsers leave out, https://url.spec.whatwg.org/#special-scheme */
static const struct {
    const char *scheme;
    const char *port;
} default_ports[] = {
    {"http://", ":80"}, {"https://", ":443"}, {"ws://", ":80"},
    {"wss://", ":443"}, {"ftp://", ":21"},
};

/* The port that browsers leave out of the scheme's origins; NULL: not a special scheme */
static const char *default_port(const ce_origin_t *origin)
{
    apr_size_t i;

    for (i = 0; i < sizeof(default_ports) / sizeof(*default_ports); i++) {
        if (!strncmp(origin->text, default_ports[i].scheme, strlen(default_ports[i].scheme))) {
            return default_ports[i].port;
        }
    }
    return NULL;
}

/* Whether it is a port that a browser could send */
static int is_port(const char *text)
{
    return *text > '0' && !text[strspn(text, DIGITS)] && strtoul(text, NULL, 10) <= 65535;
}

static const char *parse_port(ce_origin_t *origin, const char **accepted)
{
    const char *port = origin->port;

    *accepted = "1 to 65535, or * for any";
    if (!strcmp(port, ":*")) {
        origin->any_port = 1;
        return NULL;
    }
    if (!is_port(port + 1)) {
        return strchr(port, '*') ? "'*' inside a port" : "bad port";
    }
    if (default_port(origin) && !strcmp(port, default_port(origin))) {
        *accepted = "browsers leave the scheme's default port out";
        return "default port";
    }
    return NULL;
}

/* Whatever ends an origin's part and mustn't, said by its name */
static const char *bad_end(const char *end, apr_pool_t *p, const char **accepted)
{
    unsigned char c = (unsigned char)*end;

    switch (c) {
    case '/':
        *accepted = "an origin ends with its host or port";
        return end[1] ? "a path" : "a trailing slash";
    case '*':
        *accepted = "* stands for whole leading labels, as in https://*.example.com, for the "
                    "port, or for the host of an extension: moz-extension://*";
        return "'*' in the wrong place";
    case '@':
        return "a user";
    }
    if (c >= 'A' && c <= 'Z') {
        return "upper case";
    }
    if (c > 0x7E) {
        *accepted = "an international name in its xn-- form";
    }
    return apr_psprintf(p, c > 0x20 && c < 0x7F ? "character '%c'" : "byte 0x%02X", c);
}

static const char *parse_host(ce_origin_t *origin, apr_pool_t *p, const char **accepted)
{
    const char *host = origin->text + origin->scheme_len, *end;

    if (!strcmp(host, "*") && !default_port(origin)) {
        origin->any_host = 1;
        return NULL;
    }
    origin->subdomains = host[0] == '*' && host[1] == '.';
    host = &host[origin->subdomains];
    end = host + strspn(host, HOST_CHARS);
    if (*host == '[' && !origin->subdomains) {
        end = host + 1 + strspn(host + 1, IPV6_CHARS);
        end += end > host + 1 && *end == ']';
    }
    origin->host = host;
    origin->host_len = (apr_uint32_t)(end - host);
    origin->port = end;
    if (*end == ':' && strchr(end, '@')) {
        return "a user";
    }
    if (*end && *end != ':') {
        return bad_end(end, p, accepted);
    }
    if (*host == '[' && end[-1] != ']') {
        return "an IPv6 address without its ']'";
    }
    /* of a local file's origin browsers send no more than the scheme */
    if (end == host + origin->subdomains && strcmp(origin->text, "file://")) {
        return "no host";
    }
    end += strcspn(end, "/?#");
    if (*end) {
        return bad_end(end, p, accepted);
    }
    return *origin->port ? parse_port(origin, accepted) : NULL;
}

const char *ce_origin_parse(ce_origin_t *origin, const char *text, apr_pool_t *p,
                            const char **accepted)
{
    apr_size_t len = strspn(text, SCHEME_CHARS);

    memset(origin, 0, sizeof(*origin));
    origin->text = text;
    *accepted = ACCEPTED;
    if (!strcmp(text, "*")) {
        *accepted = "leave the condition out for every origin";
        return "'*' alone";
    }
    if (!apr_cstr_casecmp(text, "null")) {
        *accepted = "sandboxed pages and local files of anybody send it";
        return "the origin null";
    }
    if (text[len] && text[len] != ':' && text[len] != '/') {
        return bad_end(text + len, p, accepted);
    }
    if (strncmp(text + len, "://", 3) || !(*text >= 'a' && *text <= 'z')) {
        return "no scheme";
    }
    origin->scheme_len = (apr_uint32_t)len + 3;
    return parse_host(origin, p, accepted);
}

int ce_origin_is_broad(const ce_origin_t *origin)
{
    return origin->subdomains && !memchr(origin->host + 1, '.', origin->host_len - 1);
}

static inline int is_label_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

/* One or more labels before a dot, none of them empty: what may stand in place of "*" */
static int are_labels(const char *text, apr_size_t len)
{
    apr_size_t i;

    for (i = 0; i < len; i++) {
        if (text[i] == '.' ? i == 0 || text[i - 1] == '.' : !is_label_char(text[i])) {
            return 0;
        }
    }
    return len > 0 && text[len - 1] != '.';
}

int ce_origin_matches(const ce_origin_t *origin, const char *sent)
{
    const char *host, *port;
    apr_size_t len;

    if (strncmp(sent, origin->text, origin->scheme_len)) {
        return 0;
    }
    host = sent + origin->scheme_len;
    if (origin->any_host) {
        return *host && !host[strspn(host, HOST_CHARS UPPER_CASE)];
    }
    /* the colons of an IPv6 address aren't the port's */
    port = *host == '[' ? host + strcspn(host, "]") : host;
    port += strcspn(port, ":");
    if (origin->any_port ? *port && !is_port(port + 1) : strcmp(port, origin->port)) {
        return 0;
    }
    len = (apr_size_t)(port - host);
    if (len < origin->host_len || memcmp(port - origin->host_len, origin->host, origin->host_len)) {
        return 0;
    }
    len -= origin->host_len;
    return origin->subdomains ? are_labels(host, len) : len == 0;
}

/* SPDX-License-Identifier: Apache-2.0 */

#include <stdlib.h>
#include <string.h>

#include "apr_lib.h"
#include "apr_strings.h"

#include "ce_origin.h"

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
        if (!strncmp(origin->text, default_ports[i].scheme, origin->scheme_len)
            && default_ports[i].scheme[origin->scheme_len] == '\0') {
            return default_ports[i].port;
        }
    }
    return NULL;
}

/* The length of a port that a browser could send, the colon with it; 0: none */
static apr_size_t port_len(const char *text)
{
    apr_size_t digits;

    if (*text != ':') {
        return 0;
    }
    digits = strspn(text + 1, DIGITS);
    if (digits < 1 || digits > 5 || text[1] == '0' || atoi(text + 1) > 65535) {
        return 0;
    }
    return digits + 1;
}

static const char *parse_port(ce_origin_t *origin, const char **accepted)
{
    const char *port = origin->port;

    *accepted = "1 to 65535, or * for any";
    if (!strcmp(port, ":*")) {
        origin->any_port = 1;
        return NULL;
    }
    if (strchr(port, '*')) {
        return "'*' inside a port";
    }
    if (port_len(port) == 0 || port[port_len(port)]) {
        return "bad port";
    }
    if (default_port(origin) && !strcmp(port, default_port(origin))) {
        *accepted = "browsers leave the scheme's default port out";
        return "default port";
    }
    return NULL;
}

/* Whatever ends the host and is no port, said by its name */
static const char *bad_end(const char *end, apr_pool_t *p)
{
    unsigned char c = (unsigned char)*end;

    if (c == '/') {
        return end[1] ? "a path" : "a trailing slash";
    }
    if (c == '@') {
        return "a user";
    }
    if (c == '*') {
        return "'*' in the wrong place";
    }
    if (apr_isupper(c)) {
        return "upper case";
    }
    if (c < 0x21 || c > 0x7E) {
        return apr_psprintf(p, "byte 0x%02X", c);
    }
    return apr_psprintf(p, "character '%c'", c);
}

static const char *accepted_for(const char *end)
{
    switch (*end) {
    case '*':
        return "* stands for whole leading labels, as in https://*.example.com, for the port, or "
               "for the host of an extension: moz-extension://*";
    case '/':
        return "an origin ends with its host or port";
    default:
        return (unsigned char)*end > 0x7E ? "an international name in its xn-- form" : ACCEPTED;
    }
}

static const char *parse_host(ce_origin_t *origin, apr_pool_t *p, const char **accepted)
{
    const char *host = origin->text + origin->scheme_len;
    const char *end;

    if (!strcmp(host, "*") && !default_port(origin)) {
        origin->any_host = 1;
        return NULL;
    }
    if (!strcmp(origin->text, "file://")) {
        origin->host = origin->port = host; /* all of it: browsers send no more */
        return NULL;
    }
    if (host[0] == '*' && host[1] == '.') {
        origin->subdomains = 1;
        host++;
    }
    if (*host == '[' && !origin->subdomains) {
        end = host + 1 + strspn(host + 1, IPV6_CHARS);
        end += end > host + 1 && *end == ']';
    }
    else {
        end = host + strspn(host, HOST_CHARS);
    }
    origin->host = host;
    origin->host_len = (apr_uint32_t)(end - host);
    origin->port = end;
    if (*end == '@' || (*end == ':' && strchr(end, '@'))) {
        *accepted = ACCEPTED;
        return "a user";
    }
    if ((*end && *end != ':') || (*host == '[' && end[-1] != ']')) {
        *accepted = accepted_for(end);
        return *end ? bad_end(end, p) : "an IPv6 address without its ']'";
    }
    if (end == host + origin->subdomains) {
        *accepted = ACCEPTED;
        return "no host";
    }
    end += strcspn(end, "/?#");
    if (*end) {
        *accepted = accepted_for(end);
        return bad_end(end, p);
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
    if (!apr_strnatcasecmp(text, "null")) {
        *accepted = "sandboxed pages and local files of anybody send it";
        return "the origin null";
    }
    if (text[len] && text[len] != ':' && text[len] != '/') {
        *accepted = accepted_for(text + len);
        return bad_end(text + len, p);
    }
    if (len == 0 || strncmp(text + len, "://", 3) || !apr_isalpha((unsigned char)*text)) {
        return "no scheme";
    }
    origin->scheme_len = (apr_uint32_t)len + 3;
    return parse_host(origin, p, accepted);
}

int ce_origin_is_broad(const ce_origin_t *origin)
{
    return origin->subdomains && !memchr(origin->host + 1, '.', origin->host_len - 1);
}

/* One or more labels, none of them empty: what may stand in place of "*" */
static int are_labels(const char *text, apr_size_t len)
{
    apr_size_t i;

    if (len == 0 || text[len - 1] == '.' || strspn(text, HOST_CHARS) < len) {
        return 0;
    }
    for (i = 0; i < len; i++) {
        if (text[i] == '.' && (i == 0 || text[i - 1] == '.')) {
            return 0;
        }
    }
    return 1;
}

static int host_matches(const ce_origin_t *origin, const char *host, apr_size_t len)
{
    apr_size_t more;

    if (!origin->subdomains) {
        return len == origin->host_len && !memcmp(host, origin->host, len);
    }
    if (len <= origin->host_len) {
        return 0;
    }
    more = len - origin->host_len;
    return !memcmp(host + more, origin->host, origin->host_len) && are_labels(host, more);
}

int ce_origin_matches(const ce_origin_t *origin, const char *sent)
{
    const char *host, *port;

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
    if (!host_matches(origin, host, (apr_size_t)(port - host))) {
        return 0;
    }
    if (origin->any_port) {
        return !*port || !port[port_len(port)] ? !*port || port_len(port) > 0 : 0;
    }
    return !strcmp(port, origin->port);
}

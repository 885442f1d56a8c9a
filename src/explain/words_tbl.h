/* SPDX-License-Identifier: Apache-2.0 */

/* Data of words.c, which alone includes it: what users of mod_headers bring along, and the
 * response headers that are registered */

/* What is not to be exposed, and why. The words of mod_headers' Header are
 * what its users bring along. */
static const struct {
    const char *names[13];
    const char *fault;
} needless[] = {
    {{"Origin", "Cookie", "Host", "User-Agent", "Referer", "Accept-Language", "If-*",
      "X-Requested-With", "Sec-Fetch-*", "Sec-CH-*", "Sec-GPC", "Access-Control-Request-*", NULL},
     "is a request header (responses don't carry it: leave it out)"},
    {{"Access-Control-*", NULL},
     "is for the browser, which reads it itself (no script needs it: leave it out)"},
    {{"unset", NULL},
     "is a word of mod_headers' Header, which is no header's name (a removal is -Name)"},
    {{"always", "onsuccess", "early", "set", "append", "merge", "add", "setifempty", "edit", "echo",
      "note", NULL},
     "is a word of mod_headers' Header, and taken as a header's name here (leave it out)"},
};

#define LONGEST (sizeof("Content-Security-Policy-Report-Only") - 1)

/* Response headers of IANA's registry of field names, by length, so that a
 * name is compared with few of them. None is a slip for another. */
static const char *const registered[LONGEST + 1] = {
    [4] = "Date ETag Link Vary",
    [5] = "Allow",
    [6] = "Server Sunset",
    [7] = "Alt-Svc Expires Refresh Warning",
    [8] = "Location Priority",
    [9] = "Accept-CH SourceMap",
    [10] = "DPoP-Nonce Lock-Token",
    [11] = "Accept-Post CMSD-Static Content-MD5 Critical-CH Deprecation Repr-Digest Retry-After",
    [12] = "Accept-Patch Cache-Status CMSD-Dynamic Content-Type Proxy-Status Replay-Nonce "
           "Schedule-Tag",
    [13] = "Accept-Ranges Cache-Control Content-Range Last-Modified Link-Template OData-Version "
           "Server-Timing",
    [14] = "Content-Digest Content-Length OData-EntityId",
    [15] = "Clear-Site-Data Document-Policy Referrer-Policy Signature-Input X-Frame-Options",
    [16] = "Content-Encoding Content-Language Content-Location Memento-Datetime WWW-Authenticate",
    [17] = "CDN-Cache-Control Speculation-Rules Surrogate-Control",
    [18] = "Permissions-Policy Preference-Applied",
    [19] = "Authentication-Info Content-Disposition Reporting-Endpoints Timing-Allow-Origin",
    [20] = "Origin-Agent-Cluster",
    [22] = "Service-Worker-Allowed X-Content-Type-Options",
    [23] = "Content-Security-Policy",
    [25] = "Strict-Transport-Security",
    [26] = "Cross-Origin-Opener-Policy",
    [28] = "Cross-Origin-Embedder-Policy Cross-Origin-Resource-Policy",
    [LONGEST] = "Content-Security-Policy-Report-Only",
};

/* SPDX-License-Identifier: Apache-2.0 */

#include <strings.h>

#include "policies.h"

#include "core/decision.h"

/* What is left as it is */
#define LEFT "left alone"

/* One response: its policy, its request and its header lines */
typedef struct case_t {
    const char *sentence;
    const char *policy; /* see policies.h */
    const char *origin; /* NULL: none */
    int status;         /* 0: 200 */
    const char *lines;  /* "Name: value" between '|'; in err_headers_out after '!' */
    const char *flags;  /* words: cookie, authorization, user, certificate, preflight, stored,
                           for-store, range, encoded, no-etag */
    const char *reason;
    const char *value; /* NULL: none; LEFT */
    int vary;          /* whether Origin is to be merged into it */
} case_t;

static const case_t cases[] = {
    /* sentence, policy, origin, status, lines, flags, reason, value, vary */
    {"a preflight", "X-A", ORIGIN, 0, "", "preflight", "preflight", LEFT, 0},
    {"a stored answer", "X-A", ORIGIN, 0, "", "stored", "stored", LEFT, 0},
    {"explicit names", "X-A X-B", ORIGIN, 0, "", "", "names", "X-A, X-B", 1},
    {"explicit names, no Origin", "X-A", NULL, 0, "", "", "no-origin", NULL, 1},
    {"explicit names, no Origin, a list is there", "X-A", NULL, 0,
     "Access-Control-Expose-Headers: X-Q", "", "names", "X-A, X-Q", 1},
    {"explicit names, always, no Origin",
     "X-A"
     ";@Always",
     NULL, 0, "", "", "names", "X-A", 0},
    {"always, an origin condition varies",
     "X-A origin=https://b.example"
     ";@Always",
     ORIGIN, 0, "", "", "empty", NULL, 1},
    {"an origin condition that fails", "X-A origin=https://b.example", ORIGIN, 0, "", "", "empty",
     NULL, 1},
    {"a removal's origin condition holds", "X-A;-X-A origin=" ORIGIN, ORIGIN, 0, "", "", "empty",
     NULL, 1},
    {"an origin condition, no Origin", "X-A origin=https://b.example", NULL, 0, "", "", "no-origin",
     NULL, 1},
    {"a pattern, no Origin", "X-*", NULL, 0, "X-A: 1", "", "written-out", "X-A", 1},
    {"a removed pattern, no Origin", "X-* -X-* X-B", NULL, 0, "X-A: 1", "", "no-origin", NULL, 1},
    {"Vary there", "X-A", ORIGIN, 0, "Vary: Accept, origin", "", "names", "X-A", 0},
    {"Vary there in the other table", "X-A", ORIGIN, 0, "!Vary: ORIGIN", "", "names", "X-A", 0},
    {"Vary there on the second line", "X-A", ORIGIN, 0, "Vary: A|Vary: Origin", "", "names", "X-A",
     0},
    {"Vary: *", "X-A", ORIGIN, 0, "Vary: *", "", "names", "X-A", 0},
    {"Vary without Origin", "X-A", ORIGIN, 0, "Vary: X-Origin", "", "names", "X-A", 1},
    {"Vary without Origin in the other table", "X-A", ORIGIN, 0, "!vary: X-Origin", "", "names",
     "X-A", 1},
    {"Vary, and an expression that may add to it", "X-A expr=true", ORIGIN, 0, "", "", "names",
     "X-A", 1},
    {"a wildcard", "*", ORIGIN, 0, "X-A: 1", "", "wildcard", "*", 1},
    {"a wildcard and a name", "Authorization *", ORIGIN, 0, "X-A: 1", "", "wildcard",
     "*, Authorization", 1},
    {"a wildcard, expanded",
     "*"
     ";@Expand",
     ORIGIN, 0, "X-A: 1|Vary: Origin", "", "written-out", "X-A, Vary, Date, Server", 0},
    {"the Vary to come is written out, too", "* -Date -Server", ORIGIN, 0, "X-A: 1", "",
     "written-out", "X-A, Vary", 1},
    {"a wildcard with credentials allowed", "*", ORIGIN, 0,
     "Access-Control-Allow-Credentials: true", "", "written-out", "Vary, Date, Server", 1},
    {"credentials allowed in the other table", "*", ORIGIN, 0,
     "!Access-Control-Allow-Credentials: true", "", "written-out", "Vary, Date, Server", 1},
    {"credentials allowed on the second line", "*", ORIGIN, 0,
     "!Access-Control-Allow-Credentials: x|Access-Control-Allow-Credentials: true", "",
     "written-out", "Vary, Date, Server", 1},
    {"credentials 'True' are not allowed", "*", ORIGIN, 0, "Access-Control-Allow-Credentials: True",
     "", "wildcard", "*", 1},
    {"a wildcard with Cookie", "*", ORIGIN, 0, "", "cookie", "written-out", "Vary, Date, Server",
     1},
    {"a wildcard with Authorization", "*", ORIGIN, 0, "", "authorization", "written-out",
     "Vary, Date, Server", 1},
    {"a wildcard with a user", "*", ORIGIN, 0, "", "user", "written-out", "Vary, Date, Server", 1},
    {"a wildcard with a certificate", "*", ORIGIN, 0, "", "certificate", "written-out",
     "Vary, Date, Server", 1},
    {"a wildcard, no Origin",
     "*"
     ";@Always",
     NULL, 0, "", "", "written-out", "Date, Server", 0},
    {"a wildcard minus a name", "* -X-B", ORIGIN, 0, "X-A: 1|X-B: 1", "", "written-out",
     "X-A, Vary, Date, Server", 1},
    {"a wildcard and Never", "*;!X-B", ORIGIN, 0, "X-A: 1|X-B: 1", "", "written-out",
     "X-A, Vary, Date, Server", 1},
    {"each header once", "X-*", ORIGIN, 0, "X-A: 1|x-a: 2|!X-A: 3|X-B: 4", "", "written-out",
     "X-A, X-B", 1},
    {"an explicit name isn't repeated", "X-B X-*", ORIGIN, 0, "X-A: 1|x-b: 2", "", "written-out",
     "X-B, X-A", 1},
    {"what is never written out", "* -Date -Server -Vary", ORIGIN, 0,
     "Content-Type: x|Pragma: x|Access-Control-Allow-Origin: *|Authorization: x|Connection: x|"
     "Keep-Alive: x|TE: x|Upgrade: x|Set-Cookie: x|Bad Name: x|ETag: x",
     "", "written-out", "ETag", 1},
    {"unless it is explicit", "Content-Type Upgrade * -Date -Server -Vary", ORIGIN, 0,
     "Content-Type: x|Upgrade: x|ETag: x", "", "written-out", "Content-Type, Upgrade, ETag", 1},
    {"what Connection names", "X-*", ORIGIN, 0,
     "X-A: 1|Connection: close, x-b|X-B: 2|!Connection: X-C X-D, X-E|X-E: 1|X-C: 1", "",
     "written-out", "X-A, X-C", 1},
    {"what Connection names, explicit", "X-B X-*", ORIGIN, 0, "Connection: x-b|X-B: 2", "",
     "written-out", "X-B", 1},
    {"an ETag that httpd will drop", "E* X-*", ORIGIN, 0, "ETag: x|!etag: y|X-A: 1", "no-etag",
     "written-out", "X-A", 1},
    {"what httpd adds", "D* S* Content-*", ORIGIN, 0, "", "range encoded", "written-out",
     "Date, Server, Content-Encoding, Content-Range", 1},
    {"what httpd adds is there already", "D* S* Content-*", ORIGIN, 0, "Server: x|Content-Range: x",
     "range", "written-out", "Server, Content-Range, Date", 1},
    {"nothing is exposed", "X-A -X-A", ORIGIN, 0, "", "", "empty", NULL, 1},
    {"nothing is left of a list", "-X-Q", ORIGIN, 0, "Access-Control-Expose-Headers: X-Q", "",
     "empty", NULL, 0},
    {"nothing matches a pattern", "Y-*", ORIGIN, 0, "X-A: 1", "", "empty", NULL, 1},
    {"an explicit name isn't repeated under *", "X-B *", ORIGIN, 0, "X-A: 1|x-b: 2", "cookie",
     "written-out", "X-B, X-A, Vary, Date, Server", 1},
    {"a backend's list", "X-A", ORIGIN, 0,
     "Access-Control-Expose-Headers: X-Q, x-a, ,X-*|!Access-Control-Expose-Headers: X-R", "",
     "names", "X-A, X-R, X-Q, X-*", 1},
    {"a backend's Set-Cookie", "X-A", ORIGIN, 0, "Access-Control-Expose-Headers: set-cookie, X-Q",
     "", "names", "X-A, X-Q", 1},
    {"a backend's wildcard", "X-A", ORIGIN, 0, "Access-Control-Expose-Headers: *", "", "wildcard",
     "*, X-A", 1},
    {"a backend's list, replaced",
     "X-A"
     ";@Replace",
     ORIGIN, 0, "Access-Control-Expose-Headers: X-Q", "", "names", "X-A", 1},
    {"a backend's list, kept",
     "X-A"
     ";@Keep",
     ORIGIN, 0, "Access-Control-Expose-Headers: X-Q", "", "names", "X-Q", 1},
    {"a backend's list, kept but for Never",
     "X-A;!X-Q"
     ";@Keep",
     ORIGIN, 0, "Access-Control-Expose-Headers: X-Q, X-R", "", "names", "X-R", 1},
    {"nothing valid to keep",
     "X-A"
     ";@Keep",
     ORIGIN, 0, "Access-Control-Expose-Headers: X Q, @", "", "names", "X-A", 1},
    {"nothing to keep",
     "X-A"
     ";@Keep",
     ORIGIN, 0, "", "", "names", "X-A", 1},
    {"allowed by origin",
     "X-A"
     ";@Allowed",
     ORIGIN, 0, "Access-Control-Allow-Origin: " ORIGIN, "", "names", "X-A", 1},
    {"allowed by *",
     "X-A"
     ";@Allowed",
     ORIGIN, 0, "!Access-Control-Allow-Origin: *", "", "names", "X-A", 1},
    {"* with credentials allows those without",
     "X-A"
     ";@Allowed",
     ORIGIN, 0, "Access-Control-Allow-Origin: *|Access-Control-Allow-Credentials: true", "",
     "names", "X-A", 1},
    {"the origin with credentials is allowed",
     "X-A"
     ";@Allowed",
     ORIGIN, 0, "Access-Control-Allow-Origin: " ORIGIN "|Access-Control-Allow-Credentials: true",
     "", "names", "X-A", 1},
    {"spaces around the values",
     "X-A"
     ";@Allowed",
     ORIGIN, 0,
     "Access-Control-Allow-Origin: \t" ORIGIN " |Access-Control-Allow-Credentials:  true\t", "",
     "names", "X-A", 1},
    {"spaces around true",
     "*"
     ";@Allowed",
     ORIGIN, 0, "Access-Control-Allow-Origin:  * |Access-Control-Allow-Credentials:  true\t", "",
     "written-out", "Vary, Date, Server", 1},
    {"another origin",
     "X-A"
     ";@Allowed",
     ORIGIN, 0, "Access-Control-Allow-Origin: https://a.example:8443", "", "not-allowed", NULL, 1},
    {"no Access-Control-Allow-Origin",
     "X-A"
     ";@Allowed",
     ORIGIN, 0, "", "", "not-allowed", NULL, 1},
    {"none, and an origin condition", "X-A origin=https://a.example;@Allowed", ORIGIN, 0, "", "",
     "not-allowed", NULL, 1},
    {"two of them",
     "X-A"
     ";@Allowed",
     ORIGIN, 0, "Access-Control-Allow-Origin: " ORIGIN "|!Access-Control-Allow-Origin: " ORIGIN, "",
     "not-allowed", NULL, 1},
    {"allowed, no Origin",
     "X-*"
     ";@Allowed",
     NULL, 0, "X-A: 1", "", "written-out", "X-A", 1},
    {"304, names", "X-A", ORIGIN, 304, "Access-Control-Allow-Origin: *", "", "names", "X-A", 1},
    {"304, wildcard", "*", ORIGIN, 304, "!Access-Control-Allow-Origin: *", "", "wildcard", "*", 1},
    {"304, written out", "X-*", ORIGIN, 304, "Access-Control-Allow-Origin: *|X-A: 1", "",
     "not-modified", NULL, 1},
    {"304, wildcard with credentials", "*", ORIGIN, 304, "Access-Control-Allow-Origin: *|X-A: 1",
     "cookie", "not-modified", NULL, 1},
    {"304, no Access-Control-Allow-Origin", "X-A", ORIGIN, 304, "", "", "not-modified", NULL, 1},
    {"304, an expression", "X-A expr=true", ORIGIN, 304, "Access-Control-Allow-Origin: *", "",
     "not-modified", NULL, 1},
    {"304, a forgotten expression", "X-B expr=true;None X-A", ORIGIN, 304,
     "Access-Control-Allow-Origin: *", "", "names", "X-A", 1},
    {"304, an origin condition", "X-* X-B origin=" ORIGIN, ORIGIN, 304, "X-A: 1", "", "written-out",
     "X-B, X-A", 1},
    {"304, an origin condition that fails", "X-A origin=https://b.example", ORIGIN, 304, "", "",
     "empty", "Cache-Control", 1},
    {"304, allowed, no Access-Control-Allow-Origin",
     "X-A"
     ";@Allowed",
     ORIGIN, 304, "", "", "not-allowed", NULL, 1},
    {"304, allowed, another's Access-Control-Allow-Origin", "X-A origin=" ORIGIN ";@Allowed",
     ORIGIN, 304, "Access-Control-Allow-Origin: https://b.example", "", "not-allowed", NULL, 1},
    {"304, allowed, none, an origin condition", "X-A origin=" ORIGIN ";@Allowed", ORIGIN, 304, "",
     "", "names", "X-A", 1},
    {"304, allowed, none, an origin condition that fails",
     "X-A origin=https://b.example"
     ";@Allowed",
     ORIGIN, 304, "", "", "empty", "Cache-Control", 1},
    {"304, no Origin", "X-A", NULL, 304, "Access-Control-Allow-Origin: *", "", "no-origin", NULL,
     1},
    {"304, no Origin, a pattern", "X-*", NULL, 304, "Access-Control-Allow-Origin: *|X-A: 1", "",
     "not-modified", NULL, 1},
    {"304, nothing to expose", "X-A -X-A", ORIGIN, 304, "Access-Control-Allow-Origin: *", "",
     "empty", NULL, 1},
    {"Off", "X-A;@Off", ORIGIN, 0, "X-A: 1", "", "off", LEFT, 0},
    {"Off, a list is there", "X-A;@Off", ORIGIN, 0, "Access-Control-Expose-Headers: X-Q, *, @", "",
     "off", LEFT, 0},
    {"Off, no Origin", "X-A;@Off", NULL, 0, "Access-Control-Expose-Headers: *", "", "off", LEFT, 0},
    {"Off, a list that names nothing forbidden", "!X-N;@Off", ORIGIN, 0,
     "Access-Control-Expose-Headers:  X-Q,,x r|!Access-Control-Expose-Headers: X-R", "", "off",
     LEFT, 0},
    {"Off, a list with a forbidden name", "X-A;!X-N;@Off", ORIGIN, 0,
     "Access-Control-Expose-Headers: X-Q, x-n", "", "off", "X-Q", 0},
    {"Off, a forbidden name in the other table", "X-A;!X-N;@Off", ORIGIN, 0,
     "Access-Control-Expose-Headers: X-Q|!Access-Control-Expose-Headers: X-N, X-R", "", "off",
     "X-R, X-Q", 0},
    {"Off, nothing but a forbidden name", "X-A;!X-N;@Off", ORIGIN, 0,
     "Access-Control-Expose-Headers: X-N", "", "off", NULL, 0},
    {"Off, a forbidden pattern", "X-A;!X-N*;@Off", ORIGIN, 0,
     "Access-Control-Expose-Headers: X-Q, X-Node", "", "off", "X-Q", 0},
    {"Off, a '*' beside a Never list", "X-A;!X-N;@Off", ORIGIN, 0,
     "Access-Control-Expose-Headers: *|X-Q: 1|X-N: 1|* : 1", "", "off", "X-Q, Date, Server", 0},
    {"Off, a '*' and names", "-X-Q;!X-N;@Off", ORIGIN, 0,
     "Access-Control-Expose-Headers: X-R, *|X-Q: 1|X-N: 1", "", "off", "X-R, X-Q, Date, Server", 0},
    {"Off, a '*' and all forbidden", "!*;@Off", ORIGIN, 0,
     "Access-Control-Expose-Headers: *|X-Q: 1", "", "off", NULL, 0},
    {"Off, Set-Cookie", "X-A;@Off", ORIGIN, 0, "Access-Control-Expose-Headers: X-Q, Set-Cookie", "",
     "off", "X-Q", 0},
    {"Off on an error, a forbidden name", "!X-N;@Off", ORIGIN, 404,
     "!Access-Control-Expose-Headers: X-N, X-R", "", "off", "X-R", 0},
    {"Off, no Origin, a forbidden name", "!X-N;@Off", NULL, 0,
     "Access-Control-Expose-Headers: X-N, X-R", "", "off", "X-R", 0},
    {"Off, a list that Replace would drop", "!X-N;@Off;@Replace", ORIGIN, 0,
     "Access-Control-Expose-Headers: X-N, X-R", "", "off", "X-R", 0},
    {"Off, a Never list and no list", "X-A;!X-N;@Off", ORIGIN, 0, "X-A: 1", "", "off", LEFT, 0},
    {"Off, an outer Never list", "!X-N|X-A;@Off", ORIGIN, 0,
     "Access-Control-Expose-Headers: X-N, X-R", "", "off", "X-R", 0},
    {"a stored answer's list", "X-A", ORIGIN, 0, "Access-Control-Expose-Headers: X-Q, *", "stored",
     "stored", LEFT, 0},
    {"a stored answer's list with a forbidden name", "X-A;!X-N", ORIGIN, 0,
     "Access-Control-Expose-Headers: X-Q, X-N", "stored", "stored", "X-Q", 0},
    {"a stored answer's list without one", "X-A;!X-N", ORIGIN, 0,
     "Access-Control-Expose-Headers: X-Q", "stored", "stored", LEFT, 0},
    {"a stored answer's '*' beside a Never list", "X-A;!X-N", ORIGIN, 0,
     "Access-Control-Expose-Headers: *|X-Q: 1|X-N: 1", "stored", "stored", "X-Q, Date, Server", 0},
    {"a stored answer, another origin's", "X-A X-B origin=https://b.test", ORIGIN, 0,
     "Access-Control-Expose-Headers: X-A, X-B", "stored of-other", "stored", NULL, 0},
    {"a 304 of one", "X-A", ORIGIN, 304, "Access-Control-Expose-Headers: X-A", "of-other", "stored",
     NULL, 0},
    {"one whose '*' came with the response", "!X-N", ORIGIN, 0, "Access-Control-Expose-Headers: *",
     "stored of-other", "stored", NULL, 0},
    {"one for everybody", "X-A;@Always", ORIGIN, 0, "Access-Control-Expose-Headers: X-A",
     "stored of-other", "stored", LEFT, 0},
    {"a stored answer without a list", "X-A;!X-N;@Always", ORIGIN, 0, "", "stored", "stored", LEFT,
     0},
    {"a preflight with a list", "X-A;!X-N", ORIGIN, 0, "Access-Control-Expose-Headers: X-Q",
     "preflight", "preflight", LEFT, 0},
    {"an error's response", "X-A", ORIGIN, 500, "!ETag: x", "", "names", "X-A", 1},
    {"a policy that only forbids adds no Vary", "!X-N", ORIGIN, 0, "X-A: 1", "", "empty", NULL, 0},
    {"nor one that only removes", "-X-A -X-*;None", ORIGIN, 0, "X-A: 1", "", "empty", NULL, 0},
    {"nor one that only sets", "@CORS;@Expand", ORIGIN, 0, "Access-Control-Expose-Headers: X-Q", "",
     "names", "X-Q", 0},
    {"unless the response brings a '*'", "!X-N", ORIGIN, 0,
     "Access-Control-Expose-Headers: X-Q, *|X-N: 1", "", "written-out", "X-Q, Vary, Date, Server",
     1},
    {"on any of its lines, without Origin too", "!X-N", NULL, 0,
     "Access-Control-Expose-Headers: X-Q|!Access-Control-Expose-Headers: *|X-N: 1", "",
     "written-out", "X-Q, Vary, Date, Server", 1},
    {"a '*', Always", "!X-N;@Always", ORIGIN, 0, "Access-Control-Expose-Headers: *|X-N: 1", "",
     "written-out", "Date, Server", 0},
    {"a removal with an origin condition varies", "-X-A origin=https://b.example", ORIGIN, 0,
     "X-A: 1", "", "empty", NULL, 1},
    {"Allowed varies", "!X-N;@Allowed", ORIGIN, 0, "Access-Control-Allow-Origin: *", "", "empty",
     NULL, 1},
    {"an edit whose condition fails varies", "X-A env=UNSET", ORIGIN, 0, "", "", "empty", NULL, 1},
    {"what is forgotten doesn't", "X-A origin=https://b.example|None", ORIGIN, 0, "", "", "empty",
     NULL, 0},
    {"a conditional None varies as its edits do", "X-A|None env=SET", ORIGIN, 0, "", "", "empty",
     NULL, 1},
    {"names of an expression, no Origin", "X-A expr=true", NULL, 0, "", "", "names", "X-A", 1},
    {"an expression that fails, no Origin", "X-A|X-B expr=false", NULL, 0, "", "", "names", "X-A",
     1},
    {"an expression that leaves nothing, no Origin", "X-A expr=false", NULL, 0, "", "", "empty",
     NULL, 1},
    {"a forgotten expression, no Origin", "X-B expr=true;None X-A", NULL, 0, "", "", "no-origin",
     NULL, 1},
    {"a pattern whose condition fails, no Origin", "X-* env=UNSET;X-A", NULL, 0, "X-A: 1", "",
     "no-origin", NULL, 1},
    {"a list is there, no Origin, nothing left", "-X-Q", NULL, 0,
     "Access-Control-Expose-Headers: X-Q", "", "empty", NULL, 0},
    {"a replaced list, no Origin", "X-A;@Replace", NULL, 0, "Access-Control-Expose-Headers: X-Q",
     "", "names", "X-A", 1},
    {"a malformed list, no Origin", "X-A", NULL, 0, "Access-Control-Expose-Headers: @", "", "names",
     "X-A", 1},
    {"nothing for this origin, and an ETag", "X-A origin=https://b.example", ORIGIN, 0, "ETag: x",
     "", "empty", "Cache-Control", 1},
    {"nothing for this origin, and a date", "X-A origin=https://b.example", ORIGIN, 0,
     "!last-modified: x", "", "empty", "Cache-Control", 1},
    {"nothing for this origin, and a date in the other table", "X-A origin=https://b.example",
     ORIGIN, 0, "Last-Modified: x", "", "empty", "Cache-Control", 1},
    {"nothing for this origin, Always, and an ETag", "X-A origin=https://b.example;@Always", ORIGIN,
     0, "!etag: x", "", "empty", "Cache-Control", 1},
    {"nothing in this response for this origin, and an ETag", "X-* origin=" ORIGIN, ORIGIN, 0,
     "ETag: x|Y: 1", "", "empty", "Cache-Control", 1},
    {"nothing without an origin condition, and an ETag", "X-A env=UNSET", ORIGIN, 0, "ETag: x", "",
     "empty", NULL, 1},
    {"nothing for no Origin, and an ETag", "X-A origin=https://b.example;@Always", NULL, 0,
     "ETag: x", "", "empty", NULL, 1},
    {"a forgotten origin condition, and an ETag", "X-A origin=https://b.example;None", ORIGIN, 0,
     "ETag: x", "", "empty", NULL, 0},
    {"names for this origin, and an ETag", "X-A origin=" ORIGIN, ORIGIN, 0, "ETag: x", "", "names",
     "X-A", 1},
    {"304, wildcard without Access-Control-Allow-Origin", "*", ORIGIN, 304, "", "", "not-modified",
     NULL, 1},
    {"304, a list is there", "X-*", ORIGIN, 304,
     "Access-Control-Allow-Origin: *|Access-Control-Expose-Headers: X-Q", "", "not-modified", NULL,
     1},
    {"304, an origin condition and an expression", "X-A origin=https://b.example;X-B expr=true",
     ORIGIN, 304, "", "", "names", "X-B", 1},
    {"304, Always, no Origin", "X-A;@Always", NULL, 304, "Access-Control-Allow-Origin: *", "",
     "names", "X-A", 0},
    {"304 for mod_cache, names", "X-A", ORIGIN, 304, "Access-Control-Allow-Origin: *", "for-store",
     "not-modified", NULL, 1},
    {"304 for mod_cache, an origin condition", "X-* X-B origin=" ORIGIN, ORIGIN, 304,
     "Access-Control-Allow-Origin: *", "for-store", "not-modified", NULL, 1},
    {"304 for mod_cache, an origin condition that fails", "X-A origin=https://b.example", ORIGIN,
     304, "ETag: x", "for-store", "not-modified", NULL, 1},
    {"304 for mod_cache, a backend's list", "X-A", ORIGIN, 304,
     "Access-Control-Allow-Origin: *|Access-Control-Expose-Headers: X-Q", "for-store",
     "not-modified", NULL, 1},
    {"304 for mod_cache, Always, no Origin", "X-A;@Always", NULL, 304,
     "Access-Control-Allow-Origin: *", "for-store", "not-modified", NULL, 0},
    {"a 200 instead of a 304 for mod_cache", "X-A", ORIGIN, 200, "", "", "names", "X-A", 1},
    {"a header named '*'", "*", ORIGIN, 0, "*: 1|X-A: 1", "cookie", "written-out",
     "X-A, Vary, Date, Server", 1},
    {"a header named '*', by a pattern", "X-* **", ORIGIN, 0, "*: 1|X-A: 1", "cookie",
     "written-out", "X-A, Vary, Date, Server", 1},
    {"a wildcard of the response, expanded", "@Expand", ORIGIN, 0,
     "Access-Control-Expose-Headers: *|*: 1|X-A: 1|Vary: Origin", "", "written-out",
     "X-A, Vary, Date, Server", 0},
    {"a wildcard of the response, kept", "-X-A;@Keep", ORIGIN, 0,
     "Access-Control-Expose-Headers: *", "", "wildcard", "*", 1},
    {"a wildcard of the response, kept, and Never", "!X-A;@Keep", ORIGIN, 0,
     "Access-Control-Expose-Headers: *|X-A: 1", "", "written-out", "Vary, Date, Server", 1},
    {"Auto inside of Expand", "*;@Expand|@Auto", ORIGIN, 0, "X-A: 1", "", "wildcard", "*", 1},
};

static int has_flag(const void *c, const char *flag)
{
    const char *flags = ((const case_t *)c)->flags, *at = strstr(flags, flag);
    size_t len = strlen(flag);

    while (at && ((at > flags && at[-1] != ' ') || (at[len] && at[len] != ' '))) {
        at = strstr(at + 1, flag);
    }
    return at != NULL;
}

static ce_credential_e client(void *ctx)
{
    return has_flag(ctx, "cookie")          ? CE_CREDENTIAL_COOKIE
           : has_flag(ctx, "authorization") ? CE_CREDENTIAL_AUTHORIZATION
           : has_flag(ctx, "user")          ? CE_CREDENTIAL_USER
           : has_flag(ctx, "certificate")   ? CE_CREDENTIAL_CERTIFICATE
                                            : CE_NOT_CREDENTIALED;
}

static unsigned later(void *ctx)
{
    return (has_flag(ctx, "encoded") ? CE_ADDS_ENCODING : 0)
           | (has_flag(ctx, "range") ? CE_ADDS_RANGE : 0)
           | (has_flag(ctx, "no-etag") ? CE_DROPS_ETAG : 0);
}

static ce_facts_t facts_of(apr_pool_t *p, const case_t *c)
{
    apr_table_t *tables[2] = {apr_table_make(p, 4), apr_table_make(p, 4)};
    char *rest = apr_pstrdup(p, c->lines), *line;
    ce_facts_t facts = {.client = client, .later = later};

    while ((line = apr_strtok(rest, "|", &rest))) {
        char *colon = strstr(line, ": ");
        int in_error_table = *line == '!';

        *colon = '\0';
        apr_table_addn(tables[in_error_table], exact(p, line + in_error_table),
                       exact(p, colon + 2));
    }
    facts.preflight = has_flag(c, "preflight");
    facts.context.origin = c->origin;
    facts.context.env = env;
    facts.context.expr = expr;
    facts.context.ctx = (void *)c;
    facts.headers_out = tables[0];
    facts.err_headers_out = tables[1];
    facts.status = c->status ? c->status : 200;
    facts.is_stored = has_flag(c, "stored");
    facts.is_for_store = has_flag(c, "for-store");
    facts.is_of_other = has_flag(c, "of-other");
    return facts;
}

static void test_cases(apr_pool_t *p)
{
    size_t i;
    int way;

    for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        for (way = 0; way < ALL_WAYS; way++) {
            ce_facts_t facts = facts_of(p, &cases[i]);
            ce_verdict_t verdict;

            memset(&verdict, 0x55, sizeof(verdict));
            ce_decide(&verdict, p, merged(p, cases[i].policy, way), &facts);
            is_text(ce_reason_word(verdict.reason), cases[i].reason,
                    apr_psprintf(p, "%s: the reason, %s", cases[i].sentence, ways[way]));
            is_text(verdict.untouched ? LEFT : verdict.value, cases[i].value,
                    apr_psprintf(p, "%s: the value, %s", cases[i].sentence, ways[way]));
            ok(!verdict.vary == !cases[i].vary || verdict.untouched, "%s: Vary %s Origin, %s",
               cases[i].sentence, cases[i].vary ? "gets" : "doesn't get", ways[way]);
            ok(verdict.left_out == 0, "%s: nothing is left out", cases[i].sentence);
        }
    }
}

static ce_verdict_t decide(apr_pool_t *p, const ce_policy_t *policy, const char *lines,
                           const char *flags, const char *added)
{
    case_t *c = apr_pcalloc(p, sizeof(*c));
    ce_facts_t facts;
    ce_verdict_t verdict;

    c->origin = strstr(flags, "no-origin") ? NULL : ORIGIN;
    c->lines = lines;
    c->flags = flags;
    facts = facts_of(p, c);
    ce_decide(&verdict, p, extended(p, policy, added), &facts);
    return verdict;
}

/* What other modules add counts as the policy's own edits do */
static void test_added(apr_pool_t *p)
{
    static const struct {
        const char *policy, *added, *lines, *flags, *reason, *value;
        int vary;
    } added[] = {
        {"@CORS", "X-A", "", "", "names", "X-A", 1},
        {"@CORS", "-X-A", "", "", "empty", NULL, 0},
        {"@CORS", "X-A", "", "no-origin", "no-origin", NULL, 1},
        {"@CORS", "X-*", "X-A: 1", "no-origin", "written-out", "X-A", 1},
        {"X-A", "X-* None", "X-A: 1", "no-origin", "no-origin", NULL, 1},
        {"@Always", "X-A", "", "no-origin", "names", "X-A", 0},
        {"*", "-X-A", "X-A: 1|X-B: 1", "", "written-out", "X-B, Vary, Date, Server", 1},
        {"!X-A", "X-A, *", "X-A: 1|X-B: 1", "", "written-out", "X-B, Vary, Date, Server", 1},
        {"X-A;@Off", "X-B", "", "", "off", LEFT, 0},
        {"!X-N;@Off", "X-N", "Access-Control-Expose-Headers: X-N, X-R", "", "off", "X-R", 0},
        {"@Keep", "X-A", "Access-Control-Expose-Headers: X-R", "", "names", "X-R", 1},
    };
    size_t i;

    for (i = 0; i < sizeof(added) / sizeof(*added); i++) {
        ce_verdict_t verdict = decide(p, container(p, added[i].policy), added[i].lines,
                                      added[i].flags, added[i].added);

        is_text(ce_reason_word(verdict.reason), added[i].reason,
                apr_psprintf(p, "'%s' added to '%s': the reason", added[i].added, added[i].policy));
        is_text(verdict.untouched ? LEFT : verdict.value, added[i].value, "the value");
        ok(!verdict.vary == !added[i].vary, "Vary %s Origin",
           added[i].vary ? "gets" : "doesn't get");
    }
}

static void test_malformed(apr_pool_t *p)
{
    const char *lines = "Access-Control-Expose-Headers: X-Q, X R|"
                        "!Access-Control-Expose-Headers: a;b, \"c\", X-S";
    ce_verdict_t verdict = decide(p, container(p, "X-A"), lines, "", NULL);

    is_text(verdict.value, "X-A, X-S, X-Q", "malformed elements are dropped, the rest stands");
    ok(verdict.exposed->nmalformed == 3, "each of them is counted");
    is_text(apr_pstrmemdup(p, verdict.exposed->malformed.text, verdict.exposed->malformed.len),
            "a;b", "and the first is shown");
    verdict = decide(p, container(p, "X-A"), "X-Q: 1", "", NULL);
    ok(verdict.exposed->nmalformed == 0, "without a list there are none");
}

/* Another URL's policy, and what it became */
static void test_chains(apr_pool_t *p)
{
    ce_policy_t *server = container(p, "X-S;!X-Never-S"), *api = container(p, "X-Api -X-Gone");
    ce_policy_t *front = container(p, "X-Front X-Gone;!X-Never-F;@Always");
    const ce_policy_t *client = ce_policy_merge(p, server, api);
    const ce_policy_t *became = ce_policy_merge(p, server, front);
    const char *lines = "Access-Control-Expose-Headers: X-Never-S, X-Never-F, X-Q";
    int is_prepared;

    for (is_prepared = 0; is_prepared < 2; is_prepared++) {
        const char *how = is_prepared ? ", prepared" : "";
        const ce_policy_t *policy = ce_policy_follow(p, client, became, CE_NEVER_OF_NONE);
        ce_verdict_t verdict = decide(p, policy, lines, "no-origin", NULL);

        is_text(verdict.value, "X-S, X-Api, X-Front, X-Gone, X-Q",
                apr_psprintf(p, "what a request became counts inside of what was asked for%s",
                             how));
        policy = ce_policy_follow(p, became, client, CE_NEVER_OF_NONE);
        is_text(decide(p, policy, lines, "", NULL).value, "X-S, X-Front, X-Api, X-Q",
                apr_psprintf(p, "the other way round, too%s", how));
        policy = ce_policy_follow(p, client, became, CE_NEVER_OF_ALL);
        verdict = decide(p, policy, lines, "", NULL);
        is_text(verdict.value, "X-S, X-Api, X-Q",
                apr_psprintf(p, "of an error's page its Never list alone counts%s", how));
        verdict = decide(p, policy, "Access-Control-Expose-Headers: *|X-Q: 1|X-Never-F: 1", "",
                         NULL);
        is_text(verdict.value, "X-S, X-Api, X-Q, Vary, Date, Server",
                apr_psprintf(p, "against a '*', too%s", how));
        verdict = decide(p, policy, "", "no-origin", NULL);
        ok(verdict.reason == CE_REASON_NO_ORIGIN, "and its settings don't%s", how);
        prepared(p, server);
        prepared(p, api);
        prepared(p, front);
    }
}

static void test_needs_whole(apr_pool_t *p)
{
    static const struct {
        const char *policy;
        int needs;
    } whole[] = {
        {"X-* origin=" ORIGIN, 1},
        {"* origin=" ORIGIN, 1},
        {"X-*|X-A origin=" ORIGIN, 1},
        {"*|-X-A origin=https://b.example", 1},
        {"X-*;@Allowed", 1},
        {"*|@Allowed", 1},
        {"X-* origin=" ORIGIN ";@Always", 1},
        {"X-A origin=" ORIGIN "|X-B expr=true", 1},
        {"X-A expr=true;@Allowed", 1},
        {"X-* origin=" ORIGIN ";@Off", 0},
        {"X-A origin=" ORIGIN, 0},
        {"X-A;@Allowed", 0},
        {"-X-* origin=" ORIGIN ";@Allowed", 0},
        {"X-*", 0},
        {"*;@Always", 0},
        {"X-*|X-A expr=true", 0},
        {"X-* origin=" ORIGIN "|None X-A", 0},
        {"X-A origin=" ORIGIN ";X-B expr=true;None X-A", 0},
        {"X-* None X-A;@Allowed", 0},
    };
    size_t i;
    int way;

    for (i = 0; i < sizeof(whole) / sizeof(*whole); i++) {
        for (way = 0; way < ALL_WAYS; way++) {
            ok(ce_decide_needs_full_response(merged(p, whole[i].policy, way)) == whole[i].needs,
               "'%s' %s a 304, %s", whole[i].policy, whole[i].needs ? "can't be told by" : "bears",
               ways[way]);
        }
    }
}

/* Asks of a request what it must ask, and each condition once */
typedef struct asked_t {
    int env, expr, client, later;
} asked_t;

static int ask_env(void *ctx, const char *name)
{
    ((asked_t *)ctx)->env++;
    return env(NULL, name);
}

static ce_holds_e ask_expr(void *ctx, const ce_line_t *line)
{
    ((asked_t *)ctx)->expr++;
    return expr(NULL, line);
}

static ce_credential_e ask_client(void *ctx)
{
    ((asked_t *)ctx)->client++;
    return CE_NOT_CREDENTIALED;
}

static unsigned ask_later(void *ctx)
{
    ((asked_t *)ctx)->later++;
    return 0;
}

static void test_asks(apr_pool_t *p)
{
    static const struct {
        const char *policy, *flags;
        asked_t asked;
    } rows[] = {
        {"X-A", "", {0, 0, 0, 0}},
        {"X-A env=SET expr=true|X-B expr=false", "", {1, 2, 0, 0}},
        {"*", "", {0, 0, 1, 0}},
        {"X-*", "", {0, 0, 0, 1}},
        {"* -X-A", "", {0, 0, 0, 1}},
        {"*;@Expand", "", {0, 0, 0, 1}},
        {"*", "no-origin", {0, 0, 0, 1}},
        {"* env=SET expr=true;@Off", "", {0, 0, 0, 0}},
        {"* env=SET expr=true", "preflight", {0, 0, 0, 0}},
        {"* env=SET expr=true", "stored", {0, 0, 0, 0}},
        {"X-A env=SET", "no-origin", {0, 0, 0, 0}},
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        case_t c = {.lines = "X-A: 1", .flags = rows[i].flags};
        asked_t asked = {0, 0, 0, 0};
        ce_facts_t facts;
        ce_verdict_t verdict;

        c.origin = strstr(c.flags, "no-origin") ? NULL : ORIGIN;
        facts = facts_of(p, &c);
        facts.context.ctx = &asked;
        facts.context.env = ask_env;
        facts.context.expr = ask_expr;
        facts.client = ask_client;
        facts.later = ask_later;
        ce_decide(&verdict, p, merged(p, rows[i].policy, 0), &facts);
        ok(!memcmp(&asked, &rows[i].asked, sizeof(asked)), "'%s', %s: what it takes is asked for",
           rows[i].policy, *rows[i].flags ? rows[i].flags : "with Origin");
    }
}

/* Never's names are on no list, whatever else holds: each combination of
 * settings and of what may be done with a response */
static void test_never_holds(apr_pool_t *p)
{
    static const char *const whens[] = {"CORS", "Allowed", "Always", "Off"};
    static const char *const backends[] = {"Merge", "Replace", "Keep"};
    static const char *const wildcards[] = {"Auto", "Expand"};
    static const char *const lists[] = {"X-Secret", "*", "X-Q, *, x-secret", "X-SECRET,@", "*,*"};
    static const char *const edits[] = {"X-Secret",
                                        "*",
                                        "X-*",
                                        "None",
                                        "X-Secret expr=true",
                                        "X-Secret expr=broken",
                                        "* origin=https://a.example"};
    static const char *const flags[] = {"",          "stored",           "cookie",
                                        "no-origin", "no-origin stored", "for-store"};
    static const char *const nevers[] = {"X-Secret", "x-s*", "*-SECRET", "*"};
    size_t n = 0, wrong = 0, i[7];

#define EACH(k, array) for (i[k] = 0; i[k] < sizeof(array) / sizeof(*(array)); i[k]++)
    EACH(0, whens)
    EACH(1, backends)
    EACH(2, wildcards) EACH(3, lists) EACH(4, edits) EACH(5, flags) EACH(6, nevers)
    {
        apr_pool_t *sub = subpool(p);
        const ce_policy_t *policy = merged(sub,
                                           apr_psprintf(sub, "!%s|%s;@%s;@%s;@%s", nevers[i[6]],
                                                        edits[i[4]], whens[i[0]], backends[i[1]],
                                                        wildcards[i[2]]),
                                           (int)(n % ALL_WAYS));
        const char *lines = apr_psprintf(sub,
                                         "Access-Control-Expose-Headers: %s|X-Secret: 1|*: 1|"
                                         "X-Q: 1|Access-Control-Allow-Origin: *",
                                         lists[i[3]]);
        ce_verdict_t verdict = decide(sub, policy, lines, flags[i[5]], "+X-Secret, *");
        const char *value = verdict.untouched ? lists[i[3]] : verdict.value;
        ce_name_t name;
        ce_list_e what;

        n++;
        while (value && (what = ce_list_next(&value, &name)) != CE_LIST_END) {
            wrong += what == CE_LIST_NAME
                     && (ce_name_is_wildcard(&name)
                         || !strncasecmp(name.text, "X-Secret", name.len));
        }
        apr_pool_destroy(sub);
    }
#undef EACH
    ok(wrong == 0, "in %d combinations nothing that Never forbids is exposed", (int)n);
}

static void test_bound(apr_pool_t *p)
{
    char *own = apr_pstrdup(p, "Access-Control-Expose-Headers: "), *name = apr_palloc(p, 9001);
    ce_verdict_t verdict;
    int i;

    for (i = 0; i < 2000; i++) {
        own = apr_psprintf(p, "%s%sX-%04d", own, i ? "," : "", i);
    }
    verdict = decide(p, container(p, "X-A"), own, "", NULL);
    ok(verdict.value && strlen(verdict.value) <= CE_VALUE_MAX
           && !strncmp(verdict.value, "X-A, X-0000, ", 13),
       "a long list is cut, the configuration's names are in it");
    ok(verdict.left_out == 2001 - (strlen(verdict.value) + 2 + 3) / 8,
       "what is left out is counted");
    memset(name, 'X', 9000);
    name[9000] = '\0';
    verdict = decide(p, container(p, name), "", "", NULL);
    ok(!verdict.value && verdict.left_out == 1 && verdict.reason == CE_REASON_EMPTY,
       "a name beyond the bound leaves no list where it is alone");
    verdict = decide(p, container(p, "X-A;-XX*"),
                     apr_pstrcat(p, "Access-Control-Expose-Headers: ", name, NULL), "", NULL);
    ok(verdict.left_out == 1, "one in the response's own list isn't looked at, not by a removal");
    verdict = decide(p, container(p, apr_pstrcat(p, name, " *", NULL)), "X-A: 1", "cookie", NULL);
    is_text(verdict.value, "X-A, Vary, Date, Server", "and a list of the others where it isn't");
    verdict = decide(p, container(p, "!X-0001;@Off"), own, "", NULL);
    ok(!verdict.untouched && verdict.value && !strstr(verdict.value, "X-0001"),
       "under Off a list that is too long is cut, too");
    for (i = 2000; i < 3000; i++) {
        own = apr_psprintf(p, "%s,%d", own, i);
    }
    own = apr_pstrcat(p, own, ",X-Secret", NULL);
    verdict = decide(p, container(p, "!X-Secret;@Off"), own, "", NULL);
    ok(!verdict.untouched && verdict.value && !strstr(verdict.value, "X-Secret"),
       "what isn't looked at may be forbidden: it isn't sent");
    verdict = decide(p, container(p, "!X-Secret"), own, "stored", NULL);
    ok(!verdict.untouched && verdict.value && !strstr(verdict.value, "X-Secret"),
       "also where it was stored");
    verdict = decide(p, container(p, "X-A;!X-Secret"), own, "", NULL);
    ok(verdict.value && !strstr(verdict.value, "X-Secret"), "and everywhere else");
}

static void test_words(void)
{
    static const char *const words[] = {"off",       "preflight",    "stored", "not-allowed",
                                        "no-origin", "not-modified", "empty",  "names",
                                        "wildcard",  "written-out"};
    int i, wrong = 0;

    for (i = 0; i < (int)(sizeof(words) / sizeof(*words)); i++) {
        wrong += strcmp(ce_reason_word((ce_reason_e)i), words[i]) != 0;
    }
    ok(!wrong && i == CE_REASON_WRITTEN_OUT + 1, "reasons have their words, in their order");
}

/* Containers of so many patterns, or of so many bytes of names, with a line for each */
static const char *crowd(apr_pool_t *p, int ncontainers, int npatterns, int nbytes, char sign)
{
    apr_array_header_t *texts = apr_array_make(p, 8, sizeof(const char *));
    int i, j;

    for (i = 0; i < ncontainers; i++) {
        if (i) {
            APR_ARRAY_PUSH(texts, const char *) = "|";
        }
        for (j = 0; j < npatterns; j++) {
            APR_ARRAY_PUSH(texts, const char *) = apr_psprintf(p, "%cX-%d-%d-*;", sign, i, j);
        }
        for (j = 0; j < nbytes; j += 1000) {
            APR_ARRAY_PUSH(texts, const char *) = apr_psprintf(p, "X-%0998d;", i);
        }
    }
    return apr_array_pstrcat(p, texts, 0);
}

/* All containers together may say so much; beyond that no list is sent */
static void test_excess(apr_pool_t *p)
{
    static const struct {
        const char *more, *flags, *lines;
        int is_sent; /* where it isn't too much */
    } rows[] = {
        {"", "", "X-0-1-A: 1", 1},
        {"", "cookie", "X-0-1-A: 1|Access-Control-Expose-Headers: X-Q", 1},
        {"|@Keep", "", "Access-Control-Expose-Headers: X-Q", 1},
        {"|@Replace", "", "X-0-1-A: 1|Access-Control-Expose-Headers: *", 1},
        {"|@Off", "", "Access-Control-Expose-Headers: X-0-1-Q, X-R", 0},
        {"", "stored", "Access-Control-Expose-Headers: X-0-1-Q, X-R", 0},
        {"|@Always", "no-origin", "X-0-1-A: 1", 1},
    };
    static const struct {
        int ncontainers, npatterns, nbytes;
        char sign;
        const char *bound;
        int excess; /* the container in which it gets too much */
    } sizes[] = {
        {5, 80, 0, ' ', NULL, 0},
        {5, 81, 0, ' ', "400 patterns", 4},
        {6, 100, 0, '!', "400 patterns", 4},
        {4, 0, 16000, ' ', NULL, 0},
        {5, 0, 15000, ' ', "64000 bytes of names", 4},
    };
    size_t i, j;

    for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        for (j = 0; j < sizeof(sizes) / sizeof(*sizes); j++) {
            const char *text = crowd(p, sizes[j].ncontainers, sizes[j].npatterns, sizes[j].nbytes,
                                     sizes[j].sign);
            const ce_policy_t *policy = merged(p, apr_pstrcat(p, text, rows[i].more, NULL), 0);
            ce_verdict_t verdict = decide(p, policy, rows[i].lines, rows[i].flags, NULL);
            const ce_container_t **containers = ce_policy_containers(p, policy);

            is_text(verdict.exposed ? verdict.exposed->bound : NULL, sizes[j].bound,
                    apr_psprintf(p, "%d containers, '%s': the bound", sizes[j].ncontainers,
                                 rows[i].more));
            if (sizes[j].bound) {
                ok(verdict.exposed->excess == containers[sizes[j].excess], "and the container");
                ok(!verdict.untouched && !verdict.value, "no list is sent, '%s'", rows[i].flags);
            }
            else if (rows[i].is_sent) {
                ok(verdict.value != NULL, "a list is sent, '%s'", rows[i].flags);
            }
        }
    }
}

/* What could be listed of a response, whatever the policy says */
static void test_everything(apr_pool_t *p)
{
    static const struct {
        const char *lines, *flags, *list;
    } everything[] = {
        {"", "", "Date, Server"},
        {"X-A: 1|!X-B: 1|x-a: 2|ETag: x", "", "X-B, X-A, ETag, Date, Server"},
        {"X-A: 1|ETag: x", "no-etag", "X-A, Date, Server"},
        {"X-A: 1|Connection: X-A, close|Content-Type: x|Set-Cookie: x|*: 1|Authorization: x", "",
         "Date, Server"},
        {"Access-Control-Expose-Headers: X-Q|X-Expose-Headers-Detail: x", "encoded range cookie",
         "Date, Server, Content-Encoding, Content-Range"},
    };
    apr_uint32_t left_out = 0, before;
    case_t many = {.origin = ORIGIN, .lines = "X: 1", .flags = ""};
    ce_facts_t of_many;
    size_t i;

    for (i = 0; i < sizeof(everything) / sizeof(*everything); i++) {
        case_t c = {.origin = ORIGIN, .lines = everything[i].lines, .flags = everything[i].flags};
        ce_facts_t facts = facts_of(p, &c);

        is_text(ce_decide_everything(p, &facts, &left_out), everything[i].list,
                apr_psprintf(p, "all that could be listed of '%s'", c.lines));
    }
    ok(left_out == 0, "and all of it fits");
    for (i = 0; i < 850; i++) {
        many.lines = apr_psprintf(p, "%s|X-%06d: 1", many.lines, (int)i);
    }
    of_many = facts_of(p, &many);
    ce_decide_everything(p, &of_many, &left_out);
    before = left_out;
    ce_decide_everything(p, &of_many, &left_out);
    ok(before > 0 && left_out == 2 * before, "of many headers %u are left out", before);
}

int main(void)
{
    apr_pool_t *p = tap_begin();

    test_cases(p);
    test_added(p);
    test_malformed(p);
    test_chains(p);
    test_needs_whole(p);
    test_asks(p);
    test_never_holds(p);
    test_bound(p);
    test_excess(p);
    test_everything(p);
    test_words();
    return tap_end(p);
}

/* SPDX-License-Identifier: Apache-2.0 */

#include <stdio.h>
#include <string.h>

#include "apr_strings.h"
#include "ap_release.h"
#include "httpd.h"
#include "http_main.h"

#include "explain/words.h"
#include "httpd/page.h"
#include "mod_cors_expose.h"

#define WIDTH 100
#define FOLD 2
#define GAP 2

/* Where a place leaves less room to the text, it gets a line of its own */
#define ROOM_MIN 40

/* How much of the text goes on a line: up to a space, or a longer word whole */
static int fit(const char *text, int room)
{
    int len = (int)strlen(text), end;

    if (len <= room) {
        return len;
    }
    for (end = room; end && text[end] != ' '; end--) {
    }
    return end ? end : (int)strcspn(text, " ");
}

const char *ce_page_lines(apr_pool_t *p, int indent, const char *text, const char *place)
{
    int reserved = place ? (int)strlen(place) + GAP : 0, room = WIDTH - indent - reserved, n;
    const char *lines;

    room = room < ROOM_MIN ? WIDTH - indent : room;
    n = fit(text, room);
    if (!place) {
        lines = apr_psprintf(p, "%*s%.*s\n", indent, "", n, text);
    }
    else if (indent + n + reserved > WIDTH) {
        lines = apr_psprintf(p, "%*s%.*s\n%*s\n", indent, "", n, text, WIDTH, place);
    }
    else {
        lines = apr_psprintf(p, "%*s%.*s%*s\n", indent, "", n, text, WIDTH - indent - n, place);
    }
    for (text += n; *(text += strspn(text, " ")); text += n) {
        n = fit(text, room - FOLD);
        lines = apr_psprintf(p, "%s%*s%.*s\n", lines, indent + FOLD, "", n, text);
    }
    return lines;
}

static const char *below_root(const char *file)
{
    apr_size_t len = strlen(ap_server_root);

    len -= len && ap_server_root[len - 1] == '/';
    return len && !strncmp(file, ap_server_root, len) && file[len] == '/' ? file + len + 1 : file;
}

/* mod_macro says: macro 'M' (defined on line 1 of "F") used on line 9 of "F",
 * and counts the lines of each macro from 1 */
const char *ce_page_place(apr_pool_t *p, const char *file, int line_number)
{
    const char *macro = strncmp(file, "macro '", 7) ? NULL : strstr(file, "(defined on line ");
    const char *use = macro ? strstr(macro, ") used on line ") : NULL;
    char *defined_in, *used_in;
    int defined_on = 0, used_on = 0;

    if (!use) {
        return apr_psprintf(p, "%s:%d", below_root(file), line_number);
    }
    defined_in = apr_pstrdup(p, macro);
    used_in = apr_pstrdup(p, use);
    /* what they are copied to is as long as all of the text */
    /* cppcheck-suppress invalidscanf */
    sscanf(macro, "(defined on line %d of \"%[^\"]", &defined_on, defined_in);
    /* cppcheck-suppress invalidscanf */
    sscanf(use, ") used on line %d of \"%[^\"]", &used_on, used_in);
    return apr_psprintf(p, "%s:%d (Use at %s:%d)", below_root(defined_in), defined_on + line_number,
                        below_root(used_in), used_on);
}

const char *ce_page_shown(apr_pool_t *p, const char *text)
{
    return ap_escape_logitem(p, apr_pstrndup(p, text ? text : "", CE_SHOWN_MAX));
}

const char *ce_page_version(apr_pool_t *p)
{
    ap_version_t running;

    ap_get_server_revision(&running);
    return apr_psprintf(p, "mod_cors_expose %s (built for httpd %s, running on %d.%d.%d%s)",
                        CORS_EXPOSE_VERSION, AP_SERVER_BASEREVISION, running.major, running.minor,
                        running.patch, running.add_string ? running.add_string : "");
}

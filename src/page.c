/* SPDX-License-Identifier: Apache-2.0 */

#include <stdlib.h>
#include <string.h>

#include "apr_strings.h"
#include "ap_release.h"
#include "httpd.h"

#include "ce_page.h"
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
    for (end = room; end > 0 && text[end] != ' '; end--) {
    }
    return end > 0 ? end : (int)strcspn(text, " ");
}

/* As "%*s%.*s%*s\n" would; the dump has many lines */
static void put(const ce_page_t *page, int indent, const char *text, int n, const char *place)
{
    int len = place ? (int)strlen(place) : 0;
    int end = place && indent + n + len < WIDTH ? WIDTH : indent + n + len;
    char *line = apr_palloc(page->p, (apr_size_t)end + 2);

    memset(line, ' ', (apr_size_t)end);
    memcpy(line + indent, text, (apr_size_t)n);
    if (place) {
        memcpy(line + end - len, place, (apr_size_t)len);
    }
    line[end] = '\n';
    line[end + 1] = '\0';
    page->put(page->ctx, line);
}

void ce_page_line(const ce_page_t *page, int indent, const char *text, const char *place)
{
    int reserved = place ? (int)strlen(place) + GAP : 0, n;

    if (WIDTH - indent - reserved < ROOM_MIN) {
        reserved = 0;
    }
    n = fit(text, WIDTH - indent - reserved);
    if (place && indent + n + GAP + (int)strlen(place) > WIDTH) {
        put(page, indent, text, n, NULL);
        put(page, 0, "", 0, place);
    }
    else {
        put(page, indent, text, n, place);
    }
    indent += FOLD;
    for (text += n; *(text += strspn(text, " ")); text += n) {
        n = fit(text, WIDTH - indent - reserved);
        put(page, indent, text, n, NULL);
    }
}

static const char *below_root(const ce_page_t *page, const char *file)
{
    apr_size_t len = page->root ? strlen(page->root) : 0;

    while (len && page->root[len - 1] == '/') {
        len--;
    }
    return len && !strncmp(file, page->root, len) && file[len] == '/' ? file + len + 1 : file;
}

/* What is between the quotes that come next */
static const char *quoted(const ce_page_t *page, const char *text)
{
    const char *begin = strchr(text, '"'), *end = begin ? strchr(begin + 1, '"') : NULL;

    return end ? apr_pstrmemdup(page->p, begin + 1, (apr_size_t)(end - begin - 1)) : "";
}

/* mod_macro says: macro 'M' (defined on line 1 of "F") used on line 9 of "F",
 * and counts the lines of each macro from 1 */
const char *ce_page_place(const ce_page_t *page, const char *file, int line_number)
{
    static const char defined_on[] = "(defined on line ", used_on[] = ") used on line ";
    const char *defined, *used;

    if (!file) {
        return "no file";
    }
    defined = strncmp(file, "macro '", 7) ? NULL : strstr(file, defined_on);
    used = defined ? strstr(defined, used_on) : NULL;
    if (!used) {
        return apr_psprintf(page->p, "%s:%d", below_root(page, file), line_number);
    }
    return apr_psprintf(page->p, "%s:%d (Use at %s:%d)", below_root(page, quoted(page, defined)),
                        atoi(defined + sizeof(defined_on) - 1) + line_number,
                        below_root(page, quoted(page, used)), atoi(used + sizeof(used_on) - 1));
}

const char *ce_page_version(apr_pool_t *p)
{
    ap_version_t running;

    ap_get_server_revision(&running);
    return apr_psprintf(p, "mod_cors_expose %s (built for httpd %s, running on %d.%d.%d%s)",
                        CORS_EXPOSE_VERSION, AP_SERVER_BASEREVISION, running.major, running.minor,
                        running.patch, running.add_string ? running.add_string : "");
}

/* SPDX-License-Identifier: Apache-2.0 */

/* Origins and what matches them. An input is a configured origin and, on further lines, those that
 * clients send. */

#include "fuzz.h"

#include "core/origin.h"

#include "naive.h"

static void try_input(apr_pool_t *p, const char *text)
{
    const char *configured = next_line(p, &text), *accepted = NULL, *sent, *error;
    ce_origin_t origin;
    n_origin_t naive;

    memset(&origin, 0x55, sizeof(origin));
    error = ce_origin_parse(&origin, configured, p, &accepted);
    CHECK((error == NULL) == n_origin_read(p, &naive, configured), "'%s': %s", configured,
          error ? error : "accepted");
    if (error) {
        CHECK(*error && accepted && *accepted, "'%s': %s", configured, error);
        return;
    }
    CHECK(ce_origin_is_broad(&origin) == (naive.subdomains && !strchr(naive.host + 1, '.')), "'%s'",
          configured);
    if (!origin.subdomains && !origin.any_port && !origin.any_host) {
        CHECK(ce_origin_matches(&origin, configured), "'%s' itself", configured);
    }
    while ((sent = next_line(p, &text))) {
        CHECK(ce_origin_matches(&origin, sent) == n_origin_matches(&naive, sent),
              "'%s' and '%s': %d", configured, sent, ce_origin_matches(&origin, sent));
    }
}

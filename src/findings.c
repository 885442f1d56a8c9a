/* SPDX-License-Identifier: Apache-2.0 */

#include <stdarg.h>
#include <string.h>

#include "apr_strings.h"

#include "ce_findings.h"

ce_findings_t *ce_findings_make(apr_pool_t *p, int wants_notes)
{
    ce_findings_t *findings = apr_pcalloc(p, sizeof(*findings));

    findings->list = apr_array_make(p, 4, sizeof(ce_finding_t));
    findings->known = apr_hash_make(p);
    findings->p = p;
    findings->wants_notes = wants_notes;
    return findings;
}

/* Each use of a macro has a file name of its own: 'macro 'M' (defined on line 1
 * of "F") used on line 9 of "F"'. A fault of the macro is one fault. */
static const char *key_of(const ce_finding_t *finding, apr_pool_t *p)
{
    const char *use = strncmp(finding->file, "macro '", 7)
                          ? NULL
                          : strstr(finding->file, ") used on line ");
    apr_size_t len = use ? (apr_size_t)(use - finding->file) : strlen(finding->file);

    return apr_psprintf(p, "%.*s:%d: %s", (int)len, finding->file, finding->line_number,
                        finding->text);
}

void ce_findings_add(ce_findings_t *findings, ce_severity_e severity, const char *file,
                     int line_number, const char *format, ...)
{
    ce_finding_t finding = {severity, line_number, file, NULL};
    const char *key;
    va_list args;

    va_start(args, format);
    finding.text = apr_pvsprintf(findings->p, format, args);
    va_end(args);
    key = key_of(&finding, findings->p);
    if (apr_hash_get(findings->known, key, APR_HASH_KEY_STRING)) {
        return;
    }
    apr_hash_set(findings->known, key, APR_HASH_KEY_STRING, key);
    finding.file = apr_pstrdup(findings->p, file);
    APR_ARRAY_PUSH(findings->list, ce_finding_t) = finding;
}

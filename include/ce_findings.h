/* SPDX-License-Identifier: Apache-2.0 */

/**
 * @file ce_findings.h
 * @brief What a review of the configuration says: a list of warnings and notes.
 *
 * A warning is about what is certainly not meant: it is accepted, and does
 * nothing or isn't what it seems. A note is about what may be meant.
 */

#ifndef CE_FINDINGS_H
#define CE_FINDINGS_H

#include "apr_hash.h"
#include "apr_pools.h"
#include "apr_tables.h"

typedef enum { CE_WARNING, CE_NOTE } ce_severity_e;

/** One thing to say, as "file:line: text". */
typedef struct ce_finding_t {
    ce_severity_e severity;
    int line_number;
    const char *file;
    const char *text; /**< begins with the directive's name */
} ce_finding_t;

/** Each once, however often its line was read (macros, included files). */
typedef struct ce_findings_t {
    apr_array_header_t *list; /**< of ce_finding_t */
    apr_hash_t *known;
    apr_pool_t *p;   /**< for the texts */
    int wants_notes; /**< whether notes are to be looked for */
} ce_findings_t;

/** @return an empty list in @a p */
ce_findings_t *ce_findings_make(apr_pool_t *p, int wants_notes);

/** Add a finding, unless it is there. Everything is copied. */
void ce_findings_add(ce_findings_t *findings, ce_severity_e severity, const char *file,
                     int line_number, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

#endif /* CE_FINDINGS_H */

/* SPDX-License-Identifier: Apache-2.0 */

/**
 * @file review.h
 * @brief What is worth saying at startup: a list of findings, and those on a container.
 */

#ifndef CE_REVIEW_H
#define CE_REVIEW_H

#include "apr_hash.h"
#include "apr_pools.h"
#include "apr_tables.h"

#include "core/policy.h"

/**
 * A warning is about what is certainly not meant: it is accepted, and does
 * nothing or isn't what it seems. A note is about what may be meant.
 */
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
    apr_hash_t *known;        /**< by place and text */
    int wants_notes;          /**< else they are left out */
} ce_findings_t;

/** @return an empty list in @a p */
ce_findings_t *ce_findings_make(apr_pool_t *p, int wants_notes);

/** Add a finding, unless it is there. Everything is copied. */
void ce_findings_add(ce_findings_t *findings, ce_severity_e severity, const char *file,
                     int line_number, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/** @return "line 3", or "file:3" where that isn't the file @a from; in @a p */
const char *ce_findings_place(apr_pool_t *p, const char *from, const char *file, int line_number);

/**
 * Review a container.
 * @param server the server's own directives; the container's may be among them
 * @param is_on_elsewhere something may take back an ExposeHeadersWhen Off
 * @param scratch for what isn't kept
 */
void ce_review(ce_findings_t *findings, const ce_container_t *container, const ce_policy_t *server,
               int is_on_elsewhere, apr_pool_t *scratch);

#endif /* CE_REVIEW_H */

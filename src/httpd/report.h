/* SPDX-License-Identifier: Apache-2.0 */

/**
 * @file report.h
 * @brief What the log, a note or a header says about a response. The face's.
 */

#ifndef CE_REPORT_H
#define CE_REPORT_H

#include "httpd.h"

#include "core/decision.h"

/** Log what was dropped (info) or left out (warning); nothing, as a rule. */
void ce_report_problems(request_rec *r, const ce_verdict_t *verdict);

/**
 * Log the one line that says what a browser makes of the response (debug), and
 * a line for each header (trace1); tell everybody, where ExposeHeadersDetail says so.
 * @param facts the conditions are asked for once more
 */
void ce_report(request_rec *r, const ce_policy_t *policy, const ce_verdict_t *verdict,
               ce_facts_t *facts);

#endif /* CE_REPORT_H */

/* SPDX-License-Identifier: Apache-2.0 */

/**
 * @file ce_answer.h
 * @brief What holds for one URL, written for people. The face's.
 */

#ifndef CE_ANSWER_H
#define CE_ANSWER_H

#include "httpd.h"

/** The request that is asked about. */
typedef struct ce_question_t {
    const char *url;     /**< begins with '/'; may have a query */
    const char *origin;  /**< NULL: without Origin */
    int is_credentialed; /**< with a cookie */
    int status;          /**< of its response; 0: what the lookup gives */
} ce_question_t;

/**
 * Write what holds for a URL, as a response.
 * @param r whose response
 * @param found the last subrequest that the URL leads to
 */
void ce_answer(request_rec *r, const ce_question_t *question, request_rec *found);

/** @return what a client sent, escaped and cut, in @a p; "" for NULL */
const char *ce_answer_shown(apr_pool_t *p, const char *text);

#endif /* CE_ANSWER_H */

/* SPDX-License-Identifier: Apache-2.0 */

/**
 * @file answer.h
 * @brief What holds for one URL, in words, for people: the answer of ExposeHeadersExplain.
 */

#ifndef CE_ANSWER_H
#define CE_ANSWER_H

#include "httpd.h"

/** The note of a look-up that has its URL as it was asked for, before anything rewrote it. */
#define CE_ASKED_URL "expose-headers-url"

/** What is asked. */
typedef struct ce_question_t {
    const char *url;     /**< a path of the virtual host, with a query or without */
    const char *origin;  /**< checked, or NULL: a request without Origin */
    int is_credentialed; /**< a request with a cookie */
    int status;          /**< the response's; 0: what the look-up came to */
} ce_question_t;

/**
 * Send the answer.
 * @param r who asks
 * @param found what the URL leads to, looked up; those before it are its prev
 */
void ce_answer(request_rec *r, const ce_question_t *question, request_rec *found);

#endif /* CE_ANSWER_H */

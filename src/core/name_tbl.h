/* SPDX-License-Identifier: Apache-2.0 */

/* Data of name.c, which alone includes it */

/* RFC 9110, section 5.6.2; a byte above 0x7F is in no token */
/* clang-format off */
const unsigned char ce_token[256] = {
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, '!', 0, '#', '$', '%', '&', '\'', 0, 0, '*', '+', 0, '-', '.', 0,
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 0, 0, 0, 0, 0, 0,
    0, 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o',
    'p', 'q', 'r', 's', 't', 'u', 'v', 'w', 'x', 'y', 'z', 0, 0, 0, '^', '_',
    '`', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o',
    'p', 'q', 'r', 's', 't', 'u', 'v', 'w', 'x', 'y', 'z', 0, '|', 0, '~', 0,
};
/* clang-format on */

typedef struct class_t {
    const char *name;
    ce_class_e class;
} class_t;

#define LONGEST (sizeof("proxy-authorization") - 1)

/* By length, at most three of each */
static const class_t classes[LONGEST + 1][3] = {
    [2] = {{"te", CE_NAME_UNLISTED}},
    [6] = {{"pragma", CE_NAME_SAFELISTED}},
    [7] = {{"expires", CE_NAME_SAFELISTED},
           {"trailer", CE_NAME_UNLISTED},
           {"upgrade", CE_NAME_UNLISTED}},
    [10] = {{"keep-alive", CE_NAME_UNLISTED},
            {"connection", CE_NAME_UNLISTED},
            {"set-cookie", CE_NAME_FORBIDDEN}},
    [11] = {{"set-cookie2", CE_NAME_FORBIDDEN}},
    [12] = {{"content-type", CE_NAME_SAFELISTED}},
    [13] = {{"cache-control", CE_NAME_SAFELISTED},
            {"last-modified", CE_NAME_SAFELISTED},
            {"authorization", CE_NAME_UNLISTED}},
    [14] = {{"content-length", CE_NAME_SAFELISTED}},
    [16] = {{"content-language", CE_NAME_SAFELISTED}, {"proxy-connection", CE_NAME_UNLISTED}},
    [17] = {{"transfer-encoding", CE_NAME_UNLISTED}},
    [18] = {{"proxy-authenticate", CE_NAME_UNLISTED}},
    [LONGEST] = {{"proxy-authorization", CE_NAME_UNLISTED}},
};

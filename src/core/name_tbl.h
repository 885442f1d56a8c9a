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

#define LONGEST (sizeof(CE_DETAIL) - 1)

/* By length, at most three of each; spelled as most responses do, which is compared fast */
static const class_t classes[LONGEST + 1][3] = {
    [2] = {{"TE", CE_NAME_UNLISTED}},
    [6] = {{"Pragma", CE_NAME_SAFELISTED}},
    [7] = {{"Expires", CE_NAME_SAFELISTED},
           {"Trailer", CE_NAME_UNLISTED},
           {"Upgrade", CE_NAME_UNLISTED}},
    [10] = {{"Keep-Alive", CE_NAME_UNLISTED},
            {"Connection", CE_NAME_UNLISTED},
            {"Set-Cookie", CE_NAME_FORBIDDEN}},
    [11] = {{"Set-Cookie2", CE_NAME_FORBIDDEN}},
    [12] = {{"Content-Type", CE_NAME_SAFELISTED}},
    [13] = {{"Cache-Control", CE_NAME_SAFELISTED},
            {"Last-Modified", CE_NAME_SAFELISTED},
            {"Authorization", CE_NAME_UNLISTED}},
    [14] = {{"Content-Length", CE_NAME_SAFELISTED}},
    [16] = {{"Content-Language", CE_NAME_SAFELISTED}, {"Proxy-Connection", CE_NAME_UNLISTED}},
    [17] = {{"Transfer-Encoding", CE_NAME_UNLISTED}},
    [18] = {{"Proxy-Authenticate", CE_NAME_UNLISTED}},
    [19] = {{"Proxy-Authorization", CE_NAME_UNLISTED}},
    [LONGEST] = {{CE_DETAIL, CE_NAME_UNLISTED}},
};

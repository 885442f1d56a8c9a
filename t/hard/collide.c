/* SPDX-License-Identifier: Apache-2.0 */

/**
 * @file collide.c
 * @brief Prints names that collide in the core's own hash: collide whole|upper|lower COUNT LENGTH
 *
 * It asks the core for nothing but the hash of a name, so it follows whatever hash the core has.
 * "whole": all 32 bits are the same; the names differ in '^' and '~' alone, which are one character
 * to a hash that folds case by a bit. "upper", "lower": the 10 bits that a table goes by are the
 * same, found by trying names. That works with any hash, so it is what "whole" does, and says, if
 * '^' and '~' are two characters one day.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/name.h"

#define ALL_LETTERS "abcdefghijklmnopqrstuvwxyz012345"

static apr_uint32_t hash_of(const char *text)
{
    ce_name_t name;

    ce_name_read(&name, text);
    return name.hash;
}

/* The digits of a number, in letters that are tokens, from the name's end on. */
static void count(char *text, apr_size_t len, unsigned long number, const char *letters)
{
    unsigned long base = strlen(letters);
    apr_size_t at;

    for (at = len - 1; at > 1; at--) {
        text[at] = letters[number % base];
        number /= base;
    }
}

int main(int argc, char **argv)
{
    const char *kind = argc == 4 ? argv[1] : "";
    unsigned long wanted = argc == 4 ? strtoul(argv[2], NULL, 10) : 0, found = 0, number;
    apr_size_t len = argc == 4 ? strtoul(argv[3], NULL, 10) : 0;
    int whole = !strcmp(kind, "whole"), upper = !strcmp(kind, "upper");
    apr_uint32_t mask = whole ? 0xFFFFFFFF : upper ? 0xFFC00000 : 0x000003FF, first;
    const char *letters = whole ? "^~" : ALL_LETTERS;
    char *text = malloc(len + 1);

    if (!text || len < 16 || !(whole || upper || !strcmp(kind, "lower"))) {
        fprintf(stderr, "usage: collide whole|upper|lower COUNT LENGTH (16 or more)\n");
        return 2;
    }
    memset(text, letters[0], len);
    memcpy(text, "X-", 2);
    text[len] = '\0';
    first = hash_of(text) & mask;
    for (number = 0; found < wanted; number++) {
        count(text, whole && len > 34 ? 34 : len, number, letters);
        if ((hash_of(text) & mask) == first) {
            puts(text);
            found++;
        }
        else if (whole) {
            fprintf(stderr,
                    "collide: '^' and '~' are two to this hash, so only upper bits collide\n");
            whole = 0;
            mask = 0xFFC00000;
            letters = ALL_LETTERS;
            first = hash_of(text) & mask;
        }
    }
    free(text);
    return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A fuzz target without libFuzzer: it tries the inputs of its corpus,
 * t/fuzz/corpus/TARGET, or of the files named. Inputs are texts, so NUL
 * separates them.
 */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char *contents(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    char *data = NULL;
    long len = -1;

    if (file && !fseek(file, 0, SEEK_END)) {
        len = ftell(file);
        rewind(file);
        data = len < 0 ? NULL : malloc((size_t)len + 1);
    }
    if (!data || fread(data, 1, (size_t)len, file) != (size_t)len) {
        printf("Bail out! can't read %s\n", path);
        exit(1);
    }
    fclose(file);
    data[len] = '\0';
    *size = (size_t)len;
    return data;
}

/* @return how many inputs there were */
static int replay(const char *path)
{
    size_t size, at, len;
    char *data = contents(path, &size);
    int n = 0;

    for (at = 0; at < size; at += len + 1, n++) {
        len = strlen(data + at);
        LLVMFuzzerTestOneInput((const uint8_t *)data + at, len);
    }
    free(data);
    return n;
}

int main(int argc, char **argv)
{
    const char *slash = strrchr(argv[0], '/'), *name = slash ? slash + 1 : argv[0];
    char path[1000];
    int i, n = 0;

    snprintf(path, sizeof(path), "t/fuzz/corpus/%s", name);
    for (i = 1; i < argc; i++) {
        n += replay(argv[i]);
    }
    n += argc == 1 ? replay(path) : 0;
    printf("%sok 1 - %s: %d inputs that fuzzers made\n1..1\n", n ? "" : "not ", name, n);
    return !n;
}

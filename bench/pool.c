/* SPDX-License-Identifier: Apache-2.0 */

/* Counts the bytes that a process asks of APR's pools, for bench/run.
 *
 * Preloaded into httpd it is called instead of the two functions through which all pool memory is
 * handed out and writes the sum into the file $BENCH_POOL when the process ends. Requested sizes
 * are exact and the same in each run, which the blocks that APR takes from the system are not. */
#include <dlfcn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <apr_general.h>
#include <apr_pools.h>
#include <apr_strings.h>

static unsigned long long handed_out;

void *apr_palloc(apr_pool_t *p, apr_size_t size)
{
    static void *(*real)(apr_pool_t *, apr_size_t);

    if (!real)
        *(void **)&real = dlsym(RTLD_NEXT, "apr_palloc");
    handed_out += APR_ALIGN_DEFAULT(size);
    return real(p, size);
}

/* formats straight into the pool's block, not through apr_palloc */
char *apr_pvsprintf(apr_pool_t *p, const char *format, va_list args)
{
    static char *(*real)(apr_pool_t *, const char *, va_list);
    char *text;

    if (!real)
        *(void **)&real = dlsym(RTLD_NEXT, "apr_pvsprintf");
    text = real(p, format, args);
    handed_out += APR_ALIGN_DEFAULT(strlen(text) + 1);
    return text;
}

__attribute__((destructor)) static void report(void)
{
    const char *path = getenv("BENCH_POOL");
    FILE *out = path ? fopen(path, "w") : NULL;

    if (out) {
        fprintf(out, "%llu\n", handed_out);
        fclose(out);
    }
}

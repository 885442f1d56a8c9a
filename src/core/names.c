/* SPDX-License-Identifier: Apache-2.0 */

#include "core/names.h"

void ce_names_init(ce_names_t *names, apr_pool_t *p, apr_pool_t *scratch, apr_uint32_t room)
{
    names->nmembers = 0;
    names->nslots = 4 * room + 1; /* most are free, one always is */
    names->members = apr_palloc(p, room * sizeof(*names->members));
    names->slots = apr_pcalloc(scratch, names->nslots * sizeof(*names->slots));
}

ce_member_t *ce_names_probe(const ce_names_t *names, const ce_name_t *name, apr_uint32_t **slot,
                            int bounded)
{
    apr_uint32_t *next = *slot, *end = names->slots + names->nslots;
    int probes = 0;

    for (; *next; next = next + 1 < end ? next + 1 : names->slots) {
        ce_member_t *member = &names->members[*next - 1];

        if (ce_name_equal(&member->name, name)) {
            *slot = next;
            return member;
        }
        if (bounded && ++probes == CE_PROBES_MAX) {
            *slot = NULL;
            return NULL;
        }
    }
    *slot = next;
    return NULL;
}

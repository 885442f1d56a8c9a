/* SPDX-License-Identifier: Apache-2.0 */

#include <string.h>

#include "ce_names.h"

void ce_names_init(ce_names_t *names, apr_pool_t *p, apr_pool_t *scratch, apr_uint32_t room)
{
    names->nmembers = 0;
    names->nslots = 4 * room + 1; /* most are free, one always is */
    names->members = apr_palloc(p, room * sizeof(*names->members));
    names->slots = apr_palloc(scratch, names->nslots * sizeof(*names->slots));
    memset(names->slots, 0, names->nslots * sizeof(*names->slots));
}

ce_member_t *ce_names_find(const ce_names_t *names, const ce_name_t *name, apr_uint32_t **slot,
                           int bounded)
{
    /* by the upper bits of the hash, its best */
    apr_uint32_t i = (apr_uint32_t)((apr_uint64_t)name->hash * names->nslots >> 32);
    int probes = 0;

    while (names->slots[i]) {
        ce_member_t *member = &names->members[names->slots[i] - 1];

        if (ce_name_equal(&member->name, name)) {
            *slot = &names->slots[i];
            return member;
        }
        if (bounded && ++probes == CE_PROBES_MAX) {
            *slot = NULL;
            return NULL;
        }
        i = i + 1 < names->nslots ? i + 1 : 0;
    }
    *slot = &names->slots[i];
    return NULL;
}

ce_member_t *ce_names_append(ce_names_t *names, apr_uint32_t *slot, const ce_name_t *name,
                             ce_member_e state)
{
    ce_member_t *member = &names->members[names->nmembers++];

    member->name = *name;
    member->nrules = 0;
    member->state = state;
    *slot = names->nmembers;
    return member;
}

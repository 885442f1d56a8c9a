/* SPDX-License-Identifier: Apache-2.0 */

#include "ce_index.h"

void ce_index_init(ce_index_t *index, apr_pool_t *p, apr_uint32_t room)
{
    ce_names_init(&index->names, p, p, room);
    index->entries = apr_palloc(p, room * sizeof(*index->entries));
    index->patterns = apr_palloc(p, room * sizeof(*index->patterns));
    index->npatterns = 0;
    index->first = 0;
}

void ce_index_put(ce_index_t *index, const ce_edit_t *edit, const ce_line_t *line)
{
    apr_uint32_t *slot;
    ce_entry_t entry = {edit, line};
    const ce_member_t *member = ce_names_find(&index->names, &edit->name, &slot, 0);

    if (!member || member->state == CE_GONE) {
        member = ce_names_append(&index->names, slot, &edit->name, CE_EXPLICIT);
    }
    index->entries[member - index->names.members] = entry;
    if (edit->kind != CE_NAME) {
        index->patterns[index->npatterns++] = entry;
    }
}

int ce_index_take_out(ce_index_t *index, const ce_edit_t *edit)
{
    int found = index->npatterns > 0;
    apr_uint32_t i;

    for (i = index->first; i < index->names.nmembers; i++) {
        ce_member_t *member = &index->names.members[i];

        if (edit->op == CE_FORGET || ce_name_matches(&edit->name, &member->name)) {
            found |= member->state != CE_GONE;
            member->state = CE_GONE;
        }
    }
    index->first = edit->op == CE_FORGET ? i : index->first;
    return found;
}

const ce_entry_t *ce_index_find(const ce_index_t *index, const ce_edit_t *edit)
{
    apr_uint32_t *slot;
    const ce_member_t *member = ce_names_find(&index->names, &edit->name, &slot, 0);

    return member && member->state != CE_GONE ? &index->entries[member - index->names.members]
                                              : NULL;
}

const ce_entry_t *ce_index_opposite(const ce_index_t *index, const ce_edit_t *edit)
{
    const ce_entry_t *entry = ce_index_find(index, edit);
    apr_uint32_t i;

    if (entry && entry->edit->op != edit->op) {
        return entry;
    }
    for (i = 0; !entry && i < index->npatterns; i++) {
        /* another one's '*' is a letter here, which only a '*' matches */
        if (index->patterns[i].edit->op != edit->op
            && ce_name_matches(&index->patterns[i].edit->name, &edit->name)) {
            return &index->patterns[i];
        }
    }
    return NULL;
}

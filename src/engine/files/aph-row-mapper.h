/* aph-row-mapper.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "files/aph-row-source.h"
#include "job/aph-request.h"

G_BEGIN_DECLS

/**
 * AphRowMapper:
 *
 * Makes requests of records: it knows which column is for what.
 */
typedef struct _AphRowMapper AphRowMapper;

AphRowMapper *aph_row_mapper_new        (const AphFileLayout   *layout,
                                         const AphReadOptions  *options,
                                         GFile                 *folder,
                                         GError               **error);
void          aph_row_mapper_free       (AphRowMapper          *self);

const char   *aph_row_mapper_get_column (AphRowMapper          *self,
                                         AphRole                role);
AphRequest   *aph_row_mapper_map        (AphRowMapper          *self,
                                         const AphRecord       *record,
                                         char                 **reason);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AphRowMapper, aph_row_mapper_free)

G_END_DECLS

/* aph-grid.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "job/aph-request.h"

G_BEGIN_DECLS

/* More requests than this from one row are a mistake. */
#define APH_GRID_MAX_SIZE 100000

/**
 * AphGrid:
 *
 * What each row is multiplied by: several models, several values of options, and repetitions, each
 * of which has a seed of its own. It is used by one thread at a time.
 */
#define APH_TYPE_GRID (aph_grid_get_type ())

typedef struct _AphGrid AphGrid;

GType     aph_grid_get_type     (void) G_GNUC_CONST;

AphGrid  *aph_grid_new          (void);
AphGrid  *aph_grid_copy         (const AphGrid   *self);
void      aph_grid_free         (AphGrid         *self);

void      aph_grid_add_model    (AphGrid         *self,
                                 const char      *model);
gboolean  aph_grid_add_values   (AphGrid         *self,
                                 const char      *text,
                                 GError         **error);
void      aph_grid_set_repeats  (AphGrid         *self,
                                 guint            repeats);
void      aph_grid_set_defaults (AphGrid         *self,
                                 AphParams       *defaults);
void      aph_grid_set_strict   (AphGrid         *self,
                                 gboolean         strict);

gboolean  aph_grid_check        (const AphGrid   *self,
                                 GError         **error);
guint64   aph_grid_get_size     (const AphGrid   *self);
AphRequest *aph_grid_make_request (AphGrid       *self,
                                 AphRequest      *row,
                                 guint64          number);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AphGrid, aph_grid_free)

G_END_DECLS

/* aph-figures.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "stats/aph-figure.h"

G_BEGIN_DECLS

/* Instead of the number of a model: all of them. */
#define APH_ANY_MODEL G_MAXUINT

/**
 * AphFigures:
 *
 * The figures of a run: one #AphFigure for each job, and one more for each attempt before its
 * last. Filled by one owner, from living jobs or from such as are made of the records of a store;
 * copied as a whole it may be read by another thread.
 */
#define APH_TYPE_FIGURES (aph_figures_get_type ())

typedef struct _AphFigures AphFigures;

GType            aph_figures_get_type       (void) G_GNUC_CONST;

AphFigures      *aph_figures_new            (void);
AphFigures      *aph_figures_copy           (const AphFigures *self);
AphFigures      *aph_figures_ref            (AphFigures       *self);
void             aph_figures_unref          (AphFigures       *self);

guint            aph_figures_add_job        (AphFigures       *self,
                                             AphJob           *job);
gboolean         aph_figures_update_job     (AphFigures       *self,
                                             guint             position,
                                             AphJob           *job);
guint            aph_figures_add            (AphFigures       *self,
                                             const AphFigure  *figure,
                                             const char       *model,
                                             const char       *server);

const AphFigure *aph_figures_get_all        (const AphFigures *self,
                                             guint            *n_figures);
guint            aph_figures_get_n_models   (const AphFigures *self);
const char      *aph_figures_get_model      (const AphFigures *self,
                                             guint             model);
guint            aph_figures_get_n_servers  (const AphFigures *self);
const char      *aph_figures_get_server     (const AphFigures *self,
                                             guint             server);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AphFigures, aph_figures_unref)

G_END_DECLS

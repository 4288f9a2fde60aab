/* aph-compare-cell.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "job/aph-job.h"

G_BEGIN_DECLS

#define APH_TYPE_COMPARE_CELL (aph_compare_cell_get_type ())

/**
 * AphCompareCell:
 *
 * One answer among others: its beginning, or its end while it is written, how it went, and how the
 * user rated it.
 *
 * Signals:
 * - "activated": the user wants to read it
 * - "mark-toggled" (gboolean marked): the user wants to compare it with another, or no longer
 * - "rated" (guint rating): the user rated it
 */
G_DECLARE_FINAL_TYPE (AphCompareCell, aph_compare_cell, APH, COMPARE_CELL, GtkWidget)

GtkWidget *aph_compare_cell_new        (void);

AphJob    *aph_compare_cell_get_job    (AphCompareCell *self);
void       aph_compare_cell_set_job    (AphCompareCell *self,
                                        AphJob         *job);
void       aph_compare_cell_set_name   (AphCompareCell *self,
                                        const char     *name,
                                        gboolean        is_hidden);
void       aph_compare_cell_set_marked (AphCompareCell *self,
                                        gboolean        marked);
gboolean   aph_compare_cell_refresh    (AphCompareCell *self);

G_END_DECLS

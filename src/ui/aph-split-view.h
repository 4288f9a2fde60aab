/* aph-split-view.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * AphSplitMode:
 * @APH_SPLIT_PAGES: there is room for one of the two only
 * @APH_SPLIT_BELOW: the second is below the first
 * @APH_SPLIT_BESIDE: the second is beside the first
 *
 * How two widgets share the room.
 */
typedef enum
{
  APH_SPLIT_PAGES,
  APH_SPLIT_BELOW,
  APH_SPLIT_BESIDE,
} AphSplitMode;

#define APH_TYPE_SPLIT_MODE (aph_split_mode_get_type ())

GType        aph_split_mode_get_type        (void) G_GNUC_CONST;

#define APH_TYPE_SPLIT_VIEW (aph_split_view_get_type ())

/**
 * AphSplitView:
 *
 * A list and what is read of it, as a mail program has them: beside one another where it is wide,
 * below where it is high, and one at a time where it is neither.
 *
 * Properties: "start-child", "end-child", "open" (boolean): whether the second is shown, which
 * covers the first where there is room for one only; and "mode" (#AphSplitMode), to be watched.
 */
G_DECLARE_FINAL_TYPE (AphSplitView, aph_split_view, APH, SPLIT_VIEW, GtkWidget)

AphSplitMode aph_split_view_get_mode        (AphSplitView *self);
void         aph_split_view_expect          (AphSplitView *self,
                                             int           width,
                                             int           height);
gboolean     aph_split_view_get_open        (AphSplitView *self);
void         aph_split_view_set_open        (AphSplitView *self,
                                             gboolean      open);
double       aph_split_view_get_share       (AphSplitView *self,
                                             AphSplitMode  mode);
void         aph_split_view_set_share       (AphSplitView *self,
                                             AphSplitMode  mode,
                                             double        share);

G_END_DECLS

/* aph-stream-view.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define APH_TYPE_STREAM_VIEW (aph_stream_view_get_type ())

/**
 * AphStreamView:
 *
 * A text that grows at its end, to be read and selected. It is given the whole text again and
 * again and takes what is new, in slices that never hold the main loop up; it follows the end
 * while the reader is there. It must be the direct child of what scrolls it: anywhere else a text
 * view has to lay out all of its text to know its height.
 *
 * Properties:
 * - "following" (read only): whether the end stays in sight while the text grows
 *
 * Signals:
 * - "found": what was found has changed
 */
G_DECLARE_FINAL_TYPE (AphStreamView, aph_stream_view, APH, STREAM_VIEW, GtkTextView)

GtkWidget *aph_stream_view_new           (void);

void       aph_stream_view_restart       (AphStreamView *self,
                                          gboolean       follow);
gboolean   aph_stream_view_take          (AphStreamView *self,
                                          const char    *text,
                                          gsize          length);

gboolean   aph_stream_view_get_following (AphStreamView *self);
void       aph_stream_view_follow        (AphStreamView *self);

char      *aph_stream_view_dup_selection (AphStreamView *self);

void       aph_stream_view_find          (AphStreamView *self,
                                          const char    *words);
void       aph_stream_view_find_next     (AphStreamView *self,
                                          gboolean       forward);
guint      aph_stream_view_get_n_found   (AphStreamView *self,
                                          guint         *current);

G_END_DECLS

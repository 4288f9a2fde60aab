/* aph-markdown-view.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define APH_TYPE_MARKDOWN_VIEW (aph_markdown_view_get_type ())

/**
 * AphMarkdownView:
 *
 * A text in Markdown that grows at its end, to be read and selected, in the manner of
 * #AphStreamView. Only the blocks in sight are widgets, so that what a step costs does not depend
 * on the length of the text. It is to be put into a #GtkScrolledWindow.
 *
 * Properties:
 * - "following" (read only): whether the end stays in sight while the text grows
 *
 * Signals:
 * - "link-activated" (string): a link was chosen; whatever was written there
 * - "found": what was found has changed
 */
G_DECLARE_FINAL_TYPE (AphMarkdownView, aph_markdown_view, APH, MARKDOWN_VIEW, GtkWidget)

GtkWidget *aph_markdown_view_new           (void);

void       aph_markdown_view_restart       (AphMarkdownView *self,
                                            gboolean         follow);
gboolean   aph_markdown_view_take          (AphMarkdownView *self,
                                            const char      *text,
                                            gsize            length);
void       aph_markdown_view_set_max_width (AphMarkdownView *self,
                                            int              max_width);

gboolean   aph_markdown_view_get_following (AphMarkdownView *self);
void       aph_markdown_view_follow        (AphMarkdownView *self);

char      *aph_markdown_view_dup_selection (AphMarkdownView *self);
void       aph_markdown_view_select_all    (AphMarkdownView *self);

void       aph_markdown_view_find          (AphMarkdownView *self,
                                            const char      *words);
void       aph_markdown_view_find_next     (AphMarkdownView *self,
                                            gboolean         forward);
guint      aph_markdown_view_get_n_found   (AphMarkdownView *self,
                                            guint           *current);

G_END_DECLS

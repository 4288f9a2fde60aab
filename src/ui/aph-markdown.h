/* aph-markdown.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "ui/aph-text-block.h"

G_BEGIN_DECLS

/**
 * AphMarkdown:
 *
 * A text in Markdown that grows at its end, as blocks. It is given the whole text again and again.
 * What is finished is never looked at again: a step costs what is new and what of the end may still
 * become something else, which is bounded. Needs no display.
 */
typedef struct _AphMarkdown AphMarkdown;

AphMarkdown  *aph_markdown_new            (void);
void          aph_markdown_free           (AphMarkdown *self);

gboolean      aph_markdown_take           (AphMarkdown *self,
                                           const char  *text,
                                           gsize        length,
                                           gint64       max_us,
                                           guint       *first_changed);

guint         aph_markdown_get_n_blocks   (AphMarkdown *self);
guint         aph_markdown_get_n_finished (AphMarkdown *self);
AphTextBlock *aph_markdown_get_block      (AphMarkdown *self,
                                           guint        i);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AphMarkdown, aph_markdown_free)

G_END_DECLS

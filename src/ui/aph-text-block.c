/* aph-text-block.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-text-block"

#include "config.h"

#include <string.h>

#include "ui/aph-text-block.h"

/**
 * aph_text_block_new:
 * @kind: what it is
 *
 * Returns: (transfer full): an empty block, for its maker to fill in before anybody else sees it
 */
AphTextBlock *
aph_text_block_new (AphTextKind kind)
{
  AphTextBlock *self = g_rc_box_new0 (AphTextBlock);

  self->kind = kind;

  return self;
}

AphTextBlock *
aph_text_block_ref (AphTextBlock *self)
{
  return g_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  AphTextBlock *self = data;

  g_free (self->marker);
  g_free (self->text);
  g_free (self->spans);
  g_strfreev (self->links);
  g_free (self->language);
  g_free (self->aligns);
  g_free (self->cells);
}

void
aph_text_block_unref (AphTextBlock *self)
{
  g_rc_box_release_full (self, clear);
}

static gboolean
links_equal (char *const *links,
             char *const *others)
{
  if (links == NULL || others == NULL)
    return links == others;

  return g_strv_equal ((const char *const *) links, (const char *const *) others);
}

/**
 * aph_text_block_equal:
 * @self: a block
 * @other: another one
 *
 * Returns: whether both look and behave the same
 */
gboolean
aph_text_block_equal (const AphTextBlock *self,
                      const AphTextBlock *other)
{
  g_return_val_if_fail (self != NULL && other != NULL, FALSE);

  return self->kind == other->kind
         && self->level == other->level
         && self->quotes == other->quotes
         && self->indent == other->indent
         && self->continues == other->continues
         && self->joined == other->joined
         && self->tight == other->tight
         && self->length == other->length
         && self->n_spans == other->n_spans
         && self->n_columns == other->n_columns
         && self->n_cells == other->n_cells
         && g_strcmp0 (self->marker, other->marker) == 0
         && g_strcmp0 (self->language, other->language) == 0
         && (self->length == 0 || memcmp (self->text, other->text, self->length) == 0)
         && (self->n_spans == 0
             || memcmp (self->spans, other->spans, self->n_spans * sizeof (AphTextSpan)) == 0)
         && (self->n_columns == 0 || memcmp (self->aligns, other->aligns, self->n_columns) == 0)
         && (self->n_cells == 0
             || memcmp (self->cells, other->cells, self->n_cells * sizeof (AphTextCell)) == 0)
         && links_equal (self->links, other->links);
}

/**
 * aph_text_block_get_link:
 * @self: a block
 * @index: in bytes of its text
 *
 * Returns: (transfer none) (nullable): where the link there leads; as it was written, so it may be
 *   anything
 */
const char *
aph_text_block_get_link (const AphTextBlock *self,
                         gsize               index)
{
  g_return_val_if_fail (self != NULL, NULL);

  for (guint i = 0; i < self->n_spans; i++)
    if (self->spans[i].link > 0 && index >= self->spans[i].start && index < self->spans[i].end)
      return self->links[self->spans[i].link - 1];

  return NULL;
}

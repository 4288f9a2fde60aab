/* aph-text-block.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * AphTextKind:
 * @APH_TEXT_PARAGRAPH: a paragraph, also of a list or a quote
 * @APH_TEXT_HEADING: a heading
 * @APH_TEXT_CODE: a part of a block of code
 * @APH_TEXT_TABLE: a table
 * @APH_TEXT_RULE: a line across; it has no text
 */
typedef enum
{
  APH_TEXT_PARAGRAPH,
  APH_TEXT_HEADING,
  APH_TEXT_CODE,
  APH_TEXT_TABLE,
  APH_TEXT_RULE,
} AphTextKind;

/**
 * AphTextStyle:
 * @APH_STYLE_STRONG: strong
 * @APH_STYLE_EMPHASIS: emphasised
 * @APH_STYLE_STRIKE: struck through
 * @APH_STYLE_CODE: code within a line
 * @APH_STYLE_MATH: a formula, as it was written
 *
 * How a piece of a text is set.
 */
typedef enum
{
  APH_STYLE_STRONG   = 1 << 0,
  APH_STYLE_EMPHASIS = 1 << 1,
  APH_STYLE_STRIKE   = 1 << 2,
  APH_STYLE_CODE     = 1 << 3,
  APH_STYLE_MATH     = 1 << 4,
} AphTextStyle;

/**
 * AphTextAlign:
 * @APH_ALIGN_START: where lines begin
 * @APH_ALIGN_CENTER: in the middle
 * @APH_ALIGN_END: where lines end
 *
 * How a column of a table is set.
 */
typedef enum
{
  APH_ALIGN_START,
  APH_ALIGN_CENTER,
  APH_ALIGN_END,
} AphTextAlign;

/**
 * AphTextSpan:
 * @start: where it begins, in bytes of the text
 * @end: where it ends
 * @style: how it is set
 * @link: the number of its link, from 1 on; 0 for none
 *
 * A piece of a text that is not set like the rest.
 */
typedef struct
{
  guint        start;
  guint        end;
  AphTextStyle style;
  guint        link;
} AphTextSpan;

/**
 * AphTextCell:
 * @start: where it begins, in bytes of the text
 * @end: where it ends
 *
 * A cell of a table.
 */
typedef struct
{
  guint start;
  guint end;
} AphTextCell;

/**
 * AphTextBlock:
 * @kind: what it is
 * @level: of a heading, 1 to 6
 * @quotes: how many quotes it is in
 * @indent: how many lists it is in
 * @marker: (nullable): what stands before its first line: “•”, “2.”
 * @continues: it goes on with the block before it, which was too long for one
 * @joined: likewise, and not even a line ended there
 * @tight: it belongs closely to the block before it
 * @text: valid UTF-8 that can be shown; the cells of a table are divided by tabs and line feeds
 * @length: of @text, in bytes
 * @spans: (array length=n_spans): what is not set like the rest, in their order
 * @n_spans: how many
 * @links: (nullable) (array zero-terminated=1): where its links lead
 * @language: (nullable): of code, as it was given
 * @n_columns: of a table
 * @aligns: (array length=n_columns): of a table: an #AphTextAlign each
 * @cells: (array length=n_cells): of a table, row by row; the first row is its head
 * @n_cells: how many; a multiple of @n_columns
 *
 * One block of a text, small enough to be laid out at once. Never changes once it is made.
 */
typedef struct
{
  AphTextKind  kind;
  guint        level;
  guint        quotes;
  guint        indent;
  char        *marker;
  gboolean     continues;
  gboolean     joined;
  gboolean     tight;

  char        *text;
  gsize        length;
  AphTextSpan *spans;
  guint        n_spans;
  char       **links;

  char        *language;

  guint        n_columns;
  guint8      *aligns;
  AphTextCell *cells;
  guint        n_cells;
} AphTextBlock;

AphTextBlock *aph_text_block_new       (AphTextKind         kind);
AphTextBlock *aph_text_block_ref       (AphTextBlock       *self);
void          aph_text_block_unref     (AphTextBlock       *self);

gboolean      aph_text_block_equal     (const AphTextBlock *self,
                                        const AphTextBlock *other);
const char   *aph_text_block_get_link  (const AphTextBlock *self,
                                        gsize               index);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AphTextBlock, aph_text_block_unref)

G_END_DECLS

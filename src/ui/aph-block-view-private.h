/* aph-block-view-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the files of AphBlockView share.
 */

#pragma once

#include "ui/aph-block-view.h"

G_BEGIN_DECLS

/* In pixels: how far what is in a quote is set in. */
#define APH_BLOCK_QUOTE_STEP 18

typedef struct
{
  PangoLayout *layout;   /* (owned) */
  guint start;           /* in the text of the block */
  guint end;
  int x;                 /* of the layout, before it is scrolled */
  int y;
} AphBlockCell;

struct _AphBlockView
{
  GtkWidget parent_instance;

  AphTextBlock *block;           /* (owned) */
  PangoAttrList *colors;         /* (owned) (nullable): of code */
  gboolean ends;                 /* it is the last part of its code */
  guint quotes_above;            /* in how many quotes what is above it is */
  GtkAdjustment *adjustment;     /* (owned) (nullable): what of the width is seen */
  GtkWidget *header;             /* (nullable): above code */
  GtkLabel *language_label;
  GtkWidget *scrollbar;          /* (nullable): below code and tables */

  gsize selection_start;
  gsize selection_end;
  GArray *matches;               /* of AphTextCell */
  guint current_match;
  guint focus_link;              /* the number of the link that has the focus; 0: none */

  /* As it is laid out */
  GArray *cells;                 /* of AphBlockCell */
  PangoLayout *marker;           /* (owned) (nullable) */
  GArray *column_edges;          /* of int: of a table */
  GArray *row_edges;             /* of int: likewise */
  int width;                     /* for which; 0: not yet */
  int height;
  int top;                       /* the space above */
  int inset;                     /* of lists and quotes */
  int text_width;                /* of the widest line that is not wrapped */
  guint serial;                  /* of the Pango context */
  GdkRGBA color;                 /* of the text */
  GdkRGBA accent;                /* of links */
};

GArray       *aph_block_view_new_cells   (void);
void          aph_block_view_keep_cells  (AphBlockView       *self,
                                          const AphTextBlock *block);
void          aph_block_view_lay_out     (AphBlockView       *self,
                                          int                 width);
gboolean      aph_block_view_scrolls     (AphBlockView       *self);
double        aph_block_view_get_scroll  (AphBlockView       *self);
GdkRGBA       aph_block_view_get_color   (AphBlockView       *self);
GdkRGBA       aph_block_view_get_accent  (AphBlockView       *self);
AphBlockCell *aph_block_view_get_cell    (AphBlockView       *self,
                                          guint               i);

void          aph_block_view_snapshot    (GtkWidget          *widget,
                                          GtkSnapshot        *snapshot);

G_END_DECLS

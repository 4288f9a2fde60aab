/* aph-markdown-view-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the files of AphMarkdownView share.
 */

#pragma once

#include "ui/aph-block-view.h"
#include "ui/aph-markdown-view.h"
#include "ui/aph-markdown.h"
#include "ui/aph-row-heights.h"

G_BEGIN_DECLS

/* In pixels: above the first block and below the last one. */
#define APH_MARKDOWN_MARGIN_TOP    2
#define APH_MARKDOWN_MARGIN_BOTTOM 24

/* A place in the text */
typedef struct
{
  guint row;
  gsize index;           /* in bytes of its text */
} AphTextPlace;

typedef struct
{
  guint       row;
  AphTextCell range;
} AphTextMatch;

struct _AphMarkdownView
{
  GtkWidget parent_instance;

  GtkAdjustment *adjustments[2]; /* (owned) (nullable): by orientation */
  guint hscroll_policy : 1;
  guint vscroll_policy : 1;

  AphMarkdown *markdown;         /* (owned) */
  gsize taken;                   /* bytes of the text that were given to it */
  AphRowHeights *heights;        /* (owned): of its blocks */
  GArray *first_parts;           /* of guint: for each block, where what it is a part of begins */

  /* The blocks in sight */
  guint first;                   /* which of the rows is the first view */
  GPtrArray *views;              /* of AphBlockView, borrowed */
  GHashTable *scrolls;           /* of GtkAdjustment, by the first row of code and tables */
  GHashTable *colors;            /* of AphCodeColors, by the first row of code */
  guint colors_id;

  int max_width;
  int content_x;
  int content_width;             /* for which the heights are */
  guint serial;                  /* of the Pango context */
  int line_height;               /* of the font, to guess with */
  int char_width;
  double value;                  /* of the vertical adjustment, when it was last looked at */
  gboolean following;
  gboolean laying_out;           /* it is us who move */

  /* What is selected: from where it was begun to where it was taken */
  AphTextPlace anchor;
  AphTextPlace cursor;
  AphTextPlace pressed;          /* where the pointer was pressed */
  guint granularity;             /* characters, words, blocks: 1, 2, 3 */
  gboolean dragged;
  double drag_x;                 /* of the pointer, while it drags */
  double drag_y;
  guint autoscroll_id;
  GtkWidget *menu;               /* (nullable) */
  char *menu_link;               /* (owned) (nullable) */

  /* What was found */
  char *words;                   /* (owned) (nullable): folded */
  GArray *matches;               /* of AphTextMatch, in order */
  guint current_match;
  guint n_searched;              /* rows */
  guint search_id;
};

/* aph-markdown-view.c */
AphTextBlock *aph_markdown_view_get_block           (AphMarkdownView     *self,
                                                     guint                row);
AphBlockView *aph_markdown_view_get_view            (AphMarkdownView     *self,
                                                     guint                row);
guint         aph_markdown_view_get_first_part      (AphMarkdownView     *self,
                                                     guint                row);
void          aph_markdown_view_set_following       (AphMarkdownView     *self,
                                                     gboolean             following);

/* aph-markdown-view-layout.c */
void          aph_markdown_view_update_metrics      (AphMarkdownView     *self);
void          aph_markdown_view_guess_heights       (AphMarkdownView     *self,
                                                     guint                from);
void          aph_markdown_view_lay_out             (AphMarkdownView     *self);
void          aph_markdown_view_lay_out_at          (AphMarkdownView     *self,
                                                     double               value);
void          aph_markdown_view_update_views        (AphMarkdownView     *self);
void          aph_markdown_view_scroll_to           (AphMarkdownView     *self,
                                                     const AphTextPlace  *place);
void          aph_markdown_view_drop_view           (AphMarkdownView     *self,
                                                     AphBlockView        *view);

/* aph-markdown-view-colors.c */
gboolean      aph_markdown_view_color               (AphMarkdownView     *self,
                                                     AphBlockView        *view,
                                                     guint                row,
                                                     gboolean             begin);
void          aph_markdown_view_queue_colors        (AphMarkdownView     *self);
void          aph_markdown_view_update_dark         (AphMarkdownView     *self);

/* aph-markdown-view-select.c */
void          aph_markdown_view_class_add_selection (GtkWidgetClass      *widget_class);
void          aph_markdown_view_init_selection      (AphMarkdownView     *self);
void          aph_markdown_view_clear_selection     (AphMarkdownView     *self);
void          aph_markdown_view_dispose_selection   (AphMarkdownView     *self);
void          aph_markdown_view_get_selected        (AphMarkdownView     *self,
                                                     guint                row,
                                                     gsize               *start,
                                                     gsize               *end);
void          aph_markdown_view_copy_code           (AphMarkdownView     *self,
                                                     AphBlockView        *view);

/* aph-markdown-view-find.c */
void          aph_markdown_view_restart_search      (AphMarkdownView     *self,
                                                     guint                first_changed);
void          aph_markdown_view_show_matches        (AphMarkdownView     *self,
                                                     AphBlockView        *view,
                                                     guint                row);

G_END_DECLS

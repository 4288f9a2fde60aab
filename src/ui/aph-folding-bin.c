/* aph-folding-bin.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-folding-bin"

#include "config.h"

#include "ui/aph-folding-bin.h"

struct _AphFoldingBin
{
  GtkWidget parent_instance;

  GtkWidget *child;
};

G_DEFINE_FINAL_TYPE (AphFoldingBin, aph_folding_bin, GTK_TYPE_WIDGET)

static int
get_min (AphFoldingBin  *self,
         GtkOrientation  orientation,
         int             for_size)
{
  int min;

  gtk_widget_measure (self->child, orientation, for_size, &min, NULL, NULL, NULL);

  return min;
}

/* As high as its child needs to be at its width. */
static GtkSizeRequestMode
aph_folding_bin_get_request_mode (GtkWidget *widget)
{
  return gtk_widget_get_request_mode (APH_FOLDING_BIN (widget)->child);
}

static void
aph_folding_bin_measure (GtkWidget      *widget,
                         GtkOrientation  orientation,
                         int             for_size,
                         int            *minimum,
                         int            *natural,
                         int            *minimum_baseline,
                         int            *natural_baseline)
{
  AphFoldingBin *self = APH_FOLDING_BIN (widget);

  if (orientation == GTK_ORIENTATION_VERTICAL && for_size >= 0)
    for_size = MAX (for_size, get_min (self, GTK_ORIENTATION_HORIZONTAL, -1));
  else if (for_size >= 0)
    for_size = MAX (for_size, get_min (self, GTK_ORIENTATION_VERTICAL, -1));

  gtk_widget_measure (self->child, orientation, for_size, minimum, natural, NULL, NULL);
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    *minimum = MIN (*minimum, APH_FOLDING_BIN_MIN_WIDTH);
}

static void
aph_folding_bin_size_allocate (GtkWidget *widget,
                               int        width,
                               int        height,
                               int        baseline)
{
  AphFoldingBin *self = APH_FOLDING_BIN (widget);
  int child_width = MAX (width, get_min (self, GTK_ORIENTATION_HORIZONTAL, -1));
  gboolean is_rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  GtkAllocation allocation = {
    .x = is_rtl ? width - child_width : 0,
    .width = child_width,
    .height = MAX (height, get_min (self, GTK_ORIENTATION_VERTICAL, child_width)),
  };

  gtk_widget_size_allocate (self->child, &allocation, baseline);
}

static void
aph_folding_bin_dispose (GObject *object)
{
  g_clear_pointer (&APH_FOLDING_BIN (object)->child, gtk_widget_unparent);

  G_OBJECT_CLASS (aph_folding_bin_parent_class)->dispose (object);
}

static void
aph_folding_bin_class_init (AphFoldingBinClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = aph_folding_bin_dispose;
  widget_class->get_request_mode = aph_folding_bin_get_request_mode;
  widget_class->measure = aph_folding_bin_measure;
  widget_class->size_allocate = aph_folding_bin_size_allocate;
}

static void
aph_folding_bin_init (AphFoldingBin *self)
{
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
}

/**
 * aph_folding_bin_new:
 * @child: what it holds
 *
 * Returns: (transfer floating): a bin
 */
GtkWidget *
aph_folding_bin_new (GtkWidget *child)
{
  AphFoldingBin *self;

  g_return_val_if_fail (GTK_IS_WIDGET (child), NULL);

  self = g_object_new (APH_TYPE_FOLDING_BIN, NULL);
  self->child = child;
  gtk_widget_set_parent (child, GTK_WIDGET (self));

  return GTK_WIDGET (self);
}

/* aph-phase-legend.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-phase-legend"

#include "config.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "ui/aph-format-run.h"
#include "ui/aph-phase-color.h"
#include "ui/aph-phase-legend.h"

#define SWATCH_SIZE 14

struct _AphPhaseLegend
{
  GtkWidget parent_instance;

  GtkWidget *box;
};

G_DEFINE_FINAL_TYPE (AphPhaseLegend, aph_phase_legend, GTK_TYPE_WIDGET)

static void
draw_swatch (GtkDrawingArea *area,
             cairo_t        *cr,
             int             width,
             int             height,
             gpointer        user_data)
{
  AphPhase phase = GPOINTER_TO_UINT (user_data);
  gboolean is_dark = adw_style_manager_get_dark (adw_style_manager_get_default ());
  double bar = height * aph_phase_get_look (phase)->height;
  GdkRGBA color;

  aph_phase_get_color (phase, is_dark, &color);
  gdk_cairo_set_source_rgba (cr, &color);
  cairo_rectangle (cr, 0, (height - bar) / 2, width, bar);
  cairo_fill (cr);
  if (phase != APH_PHASE_FAILED)
    return;

  /* As in the chart, its lines tell it from the others. */
  cairo_set_source_rgba (cr, is_dark ? 0 : 1, is_dark ? 0 : 1, is_dark ? 0 : 1, 0.7);
  cairo_set_line_width (cr, 1.5);
  for (int x = -height; x < width; x += 5)
    {
      cairo_move_to (cr, x, height);
      cairo_line_to (cr, x + height, 0);
    }
  cairo_stroke (cr);
}

static GtkWidget *
create_item (AphPhase phase)
{
  GtkWidget *item = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *swatch = gtk_drawing_area_new ();
  GtkWidget *label = gtk_label_new (aph_format_phase (phase));

  gtk_drawing_area_set_content_width (GTK_DRAWING_AREA (swatch), SWATCH_SIZE);
  gtk_drawing_area_set_content_height (GTK_DRAWING_AREA (swatch), SWATCH_SIZE);
  gtk_drawing_area_set_draw_func (GTK_DRAWING_AREA (swatch), draw_swatch, GUINT_TO_POINTER (phase),
                                  NULL);
  gtk_widget_set_valign (swatch, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (label, "caption");
  gtk_box_append (GTK_BOX (item), swatch);
  gtk_box_append (GTK_BOX (item), label);

  return item;
}

static void
style_changed_cb (AphPhaseLegend *self)
{
  for (GtkWidget *child = gtk_widget_get_first_child (self->box); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *item = gtk_flow_box_child_get_child (GTK_FLOW_BOX_CHILD (child));

      gtk_widget_queue_draw (gtk_widget_get_first_child (item));
    }
}

static void
aph_phase_legend_dispose (GObject *object)
{
  g_clear_pointer (&APH_PHASE_LEGEND (object)->box, gtk_widget_unparent);

  G_OBJECT_CLASS (aph_phase_legend_parent_class)->dispose (object);
}

static void
aph_phase_legend_class_init (AphPhaseLegendClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = aph_phase_legend_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
aph_phase_legend_init (AphPhaseLegend *self)
{
  self->box = gtk_flow_box_new ();
  gtk_flow_box_set_selection_mode (GTK_FLOW_BOX (self->box), GTK_SELECTION_NONE);
  gtk_flow_box_set_column_spacing (GTK_FLOW_BOX (self->box), 12);
  gtk_flow_box_set_max_children_per_line (GTK_FLOW_BOX (self->box), APH_N_PHASES);
  /* A flow box takes the Tab key and gives it to nobody. */
  gtk_widget_set_can_focus (self->box, FALSE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->box), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("What the colors mean"), -1);
  for (AphPhase phase = 0; phase < APH_N_PHASES; phase++)
    {
      gtk_flow_box_insert (GTK_FLOW_BOX (self->box), create_item (phase), -1);
      gtk_widget_set_focusable (gtk_widget_get_last_child (self->box), FALSE);
    }
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  g_signal_connect_object (adw_style_manager_get_default (), "notify::dark",
                           G_CALLBACK (style_changed_cb), self, G_CONNECT_SWAPPED);
}

/**
 * aph_phase_legend_new:
 *
 * Returns: (transfer floating): a legend
 */
GtkWidget *
aph_phase_legend_new (void)
{
  return g_object_new (APH_TYPE_PHASE_LEGEND, NULL);
}

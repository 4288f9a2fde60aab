/* find.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <adwaita.h>

#include "find.h"
#include "pump.h"

typedef gboolean (*Condition) (GtkWidget     *widget,
                               gconstpointer  wanted);

/* The widgets below @root that fulfil @condition, parents first; 0 is the first. */
static GtkWidget *
find (GtkWidget     *root,
      Condition      condition,
      gconstpointer  wanted,
      guint         *number)
{
  if (condition (root, wanted) && (*number)-- == 0)
    return root;

  for (GtkWidget *child = gtk_widget_get_first_child (root);
       child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find (child, condition, wanted, number);

      if (found != NULL)
        return found;
    }

  return NULL;
}

static gboolean
is_of_type (GtkWidget     *widget,
            gconstpointer  wanted)
{
  return g_type_is_a (G_OBJECT_TYPE (widget), *(const GType *) wanted);
}

/* The widget of that type with that number, from 0; NULL if there are fewer. */
GtkWidget *
find_widget (GtkWidget *root,
             GType      type,
             guint      number)
{
  return find (root, is_of_type, &type, &number);
}

static gboolean
has_tooltip (GtkWidget     *widget,
             gconstpointer  wanted)
{
  return g_strcmp0 (gtk_widget_get_tooltip_text (widget), wanted) == 0;
}

GtkWidget *
find_by_tooltip (GtkWidget  *root,
                 const char *tooltip)
{
  guint number = 0;

  return find (root, has_tooltip, tooltip, &number);
}

static gboolean
is_label (GtkWidget     *widget,
          gconstpointer  wanted)
{
  return GTK_IS_LABEL (widget) && gtk_widget_get_mapped (widget)
         && g_strcmp0 (gtk_label_get_label (GTK_LABEL (widget)), wanted) == 0;
}

/* A label that can be seen. */
GtkWidget *
find_label (GtkWidget  *root,
            const char *label)
{
  guint number = 0;

  return find (root, is_label, label, &number);
}

typedef struct
{
  GtkWidget *root;
  const char *label;
} Wanted;

static gboolean
has_label (gpointer user_data)
{
  Wanted *wanted = user_data;

  return find_label (wanted->root, wanted->label) != NULL;
}

void
wait_for_label (GtkWidget  *root,
                const char *label)
{
  Wanted wanted = { root, label };

  g_test_message ("waiting for “%s”", label);
  assert_eventually (has_label, &wanted);
}

static gboolean
is_row (GtkWidget     *widget,
        gconstpointer  wanted)
{
  return ADW_IS_PREFERENCES_ROW (widget)
         && g_strcmp0 (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (widget)), wanted) == 0;
}

/* A row of a boxed list, by its title. */
GtkWidget *
find_row (GtkWidget  *root,
          const char *title)
{
  guint number = 0;

  return find (root, is_row, title, &number);
}

/* A window of that type; the test has no other. */
GtkWidget *
find_toplevel (GType type)
{
  GListModel *toplevels = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (toplevels); i++)
    {
      g_autoptr (GtkWidget) window = g_list_model_get_item (toplevels, i);

      /* GTK holds it. */
      if (g_type_is_a (G_OBJECT_TYPE (window), type))
        return window;
    }

  return NULL;
}

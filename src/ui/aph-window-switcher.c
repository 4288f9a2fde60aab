/* aph-window-switcher.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The buttons that switch between the views.
 */

#define G_LOG_DOMAIN "aph-window"

#include "config.h"

#include <glib/gi18n.h>

#include "ui/aph-window-private.h"

/* In the order of the buttons. The name is that of the page in the stack; a view whose page is not
 * there has no button. */
static const struct
{
  const char *name;
  const char *title;
  const char *tooltip;
  const char *icon;
} views[APH_N_VIEWS] = {
  [APH_VIEW_TABLE] = { "table", N_("Table"), N_("All prompts in a table (Alt+1)"),
                       "aph-table-view-symbolic" },
  [APH_VIEW_WALL] = { "wall", N_("Wall"), N_("All running answers side by side (Alt+2)"),
                      "aph-wall-view-symbolic" },
  [APH_VIEW_COMPARE] = { "compare", N_("Compare"),
                         N_("The answers of several models beside one another (Alt+3)"),
                         "aph-compare-view-symbolic" },
  [APH_VIEW_TIMELINE] = { "timeline", N_("Timeline"), N_("What ran when, and how fast (Alt+4)"),
                          "aph-timeline-view-symbolic" },
};

static void
add_button (GtkBox     *box,
            AphView     view,
            const char *icon,
            const char *title)
{
  GtkWidget *button = gtk_toggle_button_new ();

  if (icon != NULL)
    gtk_button_set_icon_name (GTK_BUTTON (button), icon);
  else
    gtk_button_set_label (GTK_BUTTON (button), title);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "win.view");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", views[view].name);
  gtk_widget_set_tooltip_text (button, _(views[view].tooltip));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, title,
                                  -1);
  gtk_box_append (box, button);
}

/**
 * aph_window_add_switcher:
 * @self: a window
 *
 * Adds a button for each view that there is, with its name where there is room.
 */
void
aph_window_add_switcher (AphWindow *self)
{
  for (guint i = 0; i < APH_N_VIEWS; i++)
    {
      if (gtk_stack_get_child_by_name (self->stack, views[i].name) == NULL)
        continue;

      add_button (self->wide_switcher, i, NULL, _(views[i].title));
      add_button (self->narrow_switcher, i, views[i].icon, _(views[i].title));
    }
}

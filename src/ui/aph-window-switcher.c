/* aph-window-switcher.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The buttons that switch between the views.
 */

#define G_LOG_DOMAIN "aph-window"

#include "config.h"

#include <glib/gi18n.h>

#include "ui/aph-ui.h"
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
  [APH_VIEW_WALL] = { "wall", N_("Wall"),
                      N_("Answers side by side, first those that are being written (Alt+2)"),
                      "aph-wall-view-symbolic" },
  [APH_VIEW_COMPARE] = { "compare", N_("Compare"),
                         N_("The answers of several models beside one another (Alt+3)"),
                         "aph-compare-view-symbolic" },
  [APH_VIEW_TIMELINE] = { "timeline", N_("Timeline"), N_("What ran when, and how fast (Alt+4)"),
                          "aph-timeline-view-symbolic" },
};

static void
add_button (GtkBox  *box,
            AphView  view)
{
  GtkWidget *button = gtk_toggle_button_new_with_label (_(views[view].title));

  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "win.view");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", views[view].name);
  gtk_widget_set_tooltip_text (button, _(views[view].tooltip));
  gtk_box_append (box, button);
}

/* They are made when there is something to switch between. */
static void
ensure_buttons (AphWindow *self)
{
  if (gtk_widget_get_first_child (GTK_WIDGET (self->wide_switcher)) != NULL)
    return;

  for (guint i = 0; i < APH_N_VIEWS; i++)
    if (gtk_stack_get_child_by_name (self->stack, views[i].name) != NULL)
      add_button (self->wide_switcher, i);
}

/**
 * aph_window_add_switcher:
 * @self: a window
 *
 * Adds a menu of all views that there are, for where there is no room for their buttons.
 */
void
aph_window_add_switcher (AphWindow *self)
{
  g_autoptr (GMenu) menu = g_menu_new ();

  for (guint i = 0; i < APH_N_VIEWS; i++)
    {
      g_autoptr (GMenuItem) item = NULL;

      if (gtk_stack_get_child_by_name (self->stack, views[i].name) == NULL)
        continue;

      item = g_menu_item_new (_(views[i].title), NULL);
      g_menu_item_set_action_and_target (item, "win.view", "s", views[i].name);
      g_menu_append_item (menu, item);
    }
  aph_ui_set_menu (self->narrow_switcher, G_MENU_MODEL (menu));
  aph_window_update_switcher (self);
}

/**
 * aph_window_update_switcher:
 * @self: a window
 *
 * Shows the buttons where there are prompts to look at: all in the middle of the header bar if they
 * fit, else one that is a menu. What is listed is said there only if the sidebar does not.
 */
void
aph_window_update_switcher (AphWindow *self)
{
  gboolean is_shown = self->has_prompts && !aph_window_is_reading (self);
  gboolean is_wide = is_shown && self->is_roomy;

  if (is_wide)
    ensure_buttons (self);
  gtk_menu_button_set_icon_name (self->narrow_switcher, views[self->view].icon);
  gtk_widget_set_visible (GTK_WIDGET (self->narrow_switcher), is_shown && !is_wide);
  gtk_widget_set_visible (GTK_WIDGET (self->wide_switcher), is_wide);
  gtk_widget_set_visible (GTK_WIDGET (self->title),
                          !is_wide
                          || (aph_session_get_batch (self->session) != NULL
                              && !adw_flap_get_reveal_flap (self->flap)));
}

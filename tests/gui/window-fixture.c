/* window-fixture.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "ui/aph-composer.h"
#include "ui/aph-queue-view.h"

#include "find.h"
#include "pump.h"
#include "window-fixture.h"

void
open_window (Fixture *fixture)
{
  GtkWidget *composer;

  fixture->window = GTK_WIDGET (aph_window_new (NULL, fixture->gui.session));
  gtk_window_present (GTK_WINDOW (fixture->window));
  gtk_test_widget_wait_for_draw (fixture->window);

  composer = find_widget (fixture->window, APH_TYPE_COMPOSER, 0);
  fixture->text =
    gtk_text_view_get_buffer (GTK_TEXT_VIEW (find_widget (composer, GTK_TYPE_TEXT_VIEW, 0)));
  fixture->banner =
    GTK_WIDGET (gtk_widget_get_template_child (fixture->window, APH_TYPE_WINDOW, "banner"));
}

void
tear_down (Fixture *fixture)
{
  gpointer window = fixture->window;

  g_object_add_weak_pointer (window, &window);
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  assert_eventually (is_finalized, &window);
  gui_session_stop (&fixture->gui);
}

void
act (Fixture    *fixture,
     const char *action)
{
  g_assert_true (gtk_widget_activate_action (fixture->window, action, NULL));
}

/* Which view is shown, or that there is nothing yet. */
const char *
get_page (Fixture *fixture)
{
  GtkWidget *queue = find_widget (fixture->window, APH_TYPE_QUEUE_VIEW, 0);
  GtkWidget *stack = gtk_widget_get_parent (queue);
  GtkWidget *pages = gtk_widget_get_ancestor (gtk_widget_get_parent (stack), GTK_TYPE_STACK);

  if (g_str_equal (gtk_stack_get_visible_child_name (GTK_STACK (pages)), "empty"))
    return "empty";

  return gtk_stack_get_visible_child_name (GTK_STACK (stack));
}

typedef struct
{
  Fixture *fixture;
  const char *page;
} Wanted;

static gboolean
is_on_page (gpointer user_data)
{
  Wanted *wanted = user_data;

  return g_str_equal (get_page (wanted->fixture), wanted->page);
}

void
wait_for_page (Fixture    *fixture,
               const char *page)
{
  Wanted wanted = { fixture, page };

  assert_eventually (is_on_page, &wanted);
}

AphJob *
get_selected (Fixture *fixture)
{
  GtkWidget *queue = find_widget (fixture->window, APH_TYPE_QUEUE_VIEW, 0);

  return aph_queue_view_get_current (APH_QUEUE_VIEW (queue));
}

gboolean
is_idle (gpointer fixture)
{
  return gui_session_is_idle (&((Fixture *) fixture)->gui);
}

gboolean
is_streaming (gpointer fixture)
{
  return gui_session_is_streaming (&((Fixture *) fixture)->gui);
}

const guint *
counts (Fixture *fixture)
{
  return aph_session_get_counts (fixture->gui.session);
}

/* An action with the index of a job as its target, as buttons and menus activate it. */
void
act_on (Fixture    *fixture,
        const char *action,
        guint64     index)
{
  g_assert_true (gtk_widget_activate_action (fixture->window, action, "t", index));
}

gboolean
has_dialog (gpointer user_data)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);

      if (ADW_IS_MESSAGE_DIALOG (window) && gtk_widget_get_mapped (window))
        {
          *(GtkWidget **) user_data = window;
          return TRUE;
        }
    }

  return FALSE;
}

/* test-start.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <adwaita.h>

#include "ui/aph-ui.h"

/* What libadwaita looks like is there, and the theme that it has thrown away was not read. Icons are
 * found, those of libadwaita, too. */
static void
test_style (void)
{
  g_autofree char *theme = NULL;
  g_autofree char *first = NULL;
  GtkIconTheme *icons;
  GtkWidget *window;
  GdkRGBA color;

  if (!g_test_subprocess ())
    {
      g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
      g_test_trap_assert_passed ();
      return;
    }

  aph_ui_prepare ();
  first = g_strdup (g_getenv ("GTK_THEME"));
  aph_ui_start ();
  g_assert_null (g_getenv ("GTK_THEME"));
  adw_init ();

  g_object_get (gtk_settings_get_default (), "gtk-theme-name", &theme, NULL);
  g_assert_cmpstr (theme, ==, first);
  window = adw_window_new ();
  g_assert_true (gtk_style_context_lookup_color (gtk_widget_get_style_context (window),
                                                 "accent_color", &color));
  gtk_window_destroy (GTK_WINDOW (window));

  aph_ui_started ();
  icons = gtk_icon_theme_get_for_display (gdk_display_get_default ());
  g_assert_true (gtk_icon_theme_has_icon (icons, "open-menu-symbolic"));
  g_assert_true (gtk_icon_theme_has_icon (icons, "adw-expander-arrow-symbolic"));
}

/* The user's choice is respected. */
static void
test_theme_of_user (void)
{
  if (!g_test_subprocess ())
    {
      g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
      g_test_trap_assert_passed ();
      return;
    }

  g_setenv ("GTK_THEME", "Default:dark", TRUE);
  aph_ui_prepare ();
  aph_ui_start ();
  g_assert_cmpstr (g_getenv ("GTK_THEME"), ==, "Default:dark");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/start/style", test_style);
  g_test_add_func ("/start/theme-of-user", test_theme_of_user);

  return g_test_run ();
}

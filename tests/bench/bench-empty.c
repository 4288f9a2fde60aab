/* bench-empty.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What bench-start measures beside the application: an empty window of libadwaita, in a program that
 * links nothing else.
 *
 *   bench-empty [frame]
 */

#include <adwaita.h>

#include "first-frame.h"

static void
activate_cb (GtkApplication *application)
{
  GtkWidget *window = adw_application_window_new (application);

  gtk_window_set_default_size (GTK_WINDOW (window), 1180, 780);
  gtk_window_present (GTK_WINDOW (window));
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (AdwApplication) application =
    adw_application_new ("io.github.antiphon_app.Empty", G_APPLICATION_NON_UNIQUE);

  g_signal_connect (application, "activate", G_CALLBACK (activate_cb), NULL);
  first_frame_watch (GTK_APPLICATION (application), argc > 1);

  return g_application_run (G_APPLICATION (application), 1, argv);
}

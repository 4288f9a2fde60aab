/* gui-init.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <adwaita.h>

#include "gui-init.h"
#include "ui/aph-ui.h"

/* GTK warns of what is its own or libadwaita's affair, and newer ones of more: of measuring the children
 * of AdwMessageDialog, of frames of an X server without a compositor. At the floor every warning is
 * a failure, later only ours and what is critical. */
static GLogWriterOutput
write_log (GLogLevelFlags   level,
           const GLogField *fields,
           gsize            n_fields,
           gpointer         user_data)
{
  static const char *const theirs[] = { "Gtk", "Gdk", "Gsk", "Adwaita", NULL };
  const char *domain = NULL;

  for (gsize i = 0; i < n_fields; i++)
    if (g_str_equal (fields[i].key, "GLIB_DOMAIN"))
      domain = fields[i].value;

  if ((level & G_LOG_LEVEL_WARNING) == 0 || domain == NULL || !g_strv_contains (theirs, domain))
    return g_log_writer_default (level, fields, n_fields, user_data);

  return g_log_writer_standard_streams (level & ~G_LOG_FLAG_FATAL, fields, n_fields, user_data);
}

/* Before anything else in a test of widgets. Not gtk_test_init(): that wants a locale which few systems
 * have, and newer GTK warns if it is not there. */
void
gui_init (int    *argc,
          char ***argv)
{
  g_test_init (argc, argv, NULL);
  if (gtk_check_version (4, 9, 0) == NULL)
    g_log_set_writer_func (write_log, NULL, NULL);
  adw_init ();
  aph_ui_init ();
}

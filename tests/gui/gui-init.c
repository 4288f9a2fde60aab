/* gui-init.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <adwaita.h>

#include "gui-init.h"
#include "ui/aph-ui.h"

/* Before anything else in a test of widgets. Not gtk_test_init(): that wants a locale which few systems
 * have, and newer GTK warns if it is not there. */
void
gui_init (int    *argc,
          char ***argv)
{
  g_test_init (argc, argv, NULL);
  adw_init ();
  aph_ui_init ();
}

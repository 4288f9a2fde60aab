/* main.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "antiphon"

#include "config.h"

#include <locale.h>

#include <glib/gi18n.h>

#include "ui/aph-application.h"
#include "ui/aph-ui.h"

int
main (int    argc,
      char **argv)
{
  g_autoptr (AphApplication) application = NULL;

  /* libsoup 3.2's HTTP/2 stalls in long streams; it looks at this only once, before any request. */
  g_setenv ("SOUP_FORCE_HTTP1", "1", FALSE);
  aph_ui_prepare ();
  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, APH_LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  g_set_application_name ("Antiphon");

  application = aph_application_new ();

  return g_application_run (G_APPLICATION (application), argc, argv);
}

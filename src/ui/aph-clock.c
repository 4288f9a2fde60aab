/* aph-clock.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-clock"

#include "config.h"

#include <gio/gio.h>
#include <glib/gi18n.h>

#include "ui/aph-clock.h"

#define SCHEMA "org.gnome.desktop.interface"
#define KEY "clock-format"

/* The desktop's settings; NULL where there are none, or none of its clock. */
static GSettings *
get_desktop (void)
{
  static gsize is_looked_for = 0;
  static GSettings *desktop = NULL;

  if (g_once_init_enter (&is_looked_for))
    {
      GSettingsSchemaSource *source = g_settings_schema_source_get_default ();
      g_autoptr (GSettingsSchema) schema =
        source != NULL ? g_settings_schema_source_lookup (source, SCHEMA, TRUE) : NULL;

      if (schema != NULL && g_settings_schema_has_key (schema, KEY))
        desktop = g_settings_new_full (schema, NULL, NULL);
      g_once_init_leave (&is_looked_for, 1);
    }

  return desktop;
}

static gboolean
has_twelve_hours (void)
{
  GSettings *desktop = get_desktop ();
  g_autofree char *format = desktop != NULL ? g_settings_get_string (desktop, KEY) : NULL;

  return g_strcmp0 (format, "12h") == 0;
}

/**
 * aph_clock_format_time:
 * @time: a moment
 *
 * Returns: (transfer full): its time of day, to the minute, as the clock of the desktop shows it
 */
char *
aph_clock_format_time (GDateTime *time)
{
  g_autofree char *half = NULL;

  g_return_val_if_fail (time != NULL, NULL);

  /* Where the language has no words for the halves of a day, 12 hours would tell too little. */
  half = g_date_time_format (time, "%p");
  if (!has_twelve_hours () || half == NULL || *half == '\0')
    return g_date_time_format (time, "%H:%M");

  /* Translators: a time of day with 12 hours, see g_date_time_format(): “2:05 PM” */
  return g_date_time_format (time, _("%-I:%M %p"));
}

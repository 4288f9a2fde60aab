/* aph-format-finding.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * No GTK here: the command line says it in the same words.
 */

#define G_LOG_DOMAIN "aph-format"

#include "config.h"

#include <glib/gi18n.h>

#include "ui/aph-format-finding.h"

/**
 * aph_format_finding:
 * @tuner: what finds out how many prompts at a time are best, see aph_lane_get_tuner()
 *
 * Returns: (transfer full): what it has found, or what it tries: "this server answers 4 at a time"
 */
char *
aph_format_finding (AphTuner *tuner)
{
  guint limit = aph_tuner_get_limit (tuner);

  switch (aph_tuner_get_verdict (tuner))
    {
    case APH_TUNER_SLOTS:
      return g_strdup_printf (_("this server answers %u at a time"), limit);
    case APH_TUNER_TOLD:
      return g_strdup_printf (_("this server says that it answers %u at a time"), limit);
    case APH_TUNER_PEAK:
      return g_strdup_printf (_("this server is fastest with %u at a time"), limit);
    case APH_TUNER_MAXIMUM:
      return g_strdup_printf (_("this server takes %u at a time, and maybe more"), limit);
    case APH_TUNER_SEARCHING:
    default:
      return g_strdup_printf (_("trying %u at a time"), limit);
    }
}

/* aph-phase-color.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-phase-color"

#include "config.h"

#include "ui/aph-phase-color.h"

/**
 * aph_phase_get_color:
 * @phase: a phase
 * @is_dark: whether the ground is dark
 * @color: (out caller-allocates): what it is drawn in
 */
void
aph_phase_get_color (AphPhase  phase,
                     gboolean  is_dark,
                     GdkRGBA  *color)
{
  const AphPhaseLook *look = aph_phase_get_look (phase);
  guint32 rgb = is_dark ? look->dark : look->light;

  g_return_if_fail (color != NULL);

  *color = (GdkRGBA) {
    .red = (rgb >> 16 & 0xff) / 255.0f,
    .green = (rgb >> 8 & 0xff) / 255.0f,
    .blue = (rgb & 0xff) / 255.0f,
    .alpha = 1,
  };
}

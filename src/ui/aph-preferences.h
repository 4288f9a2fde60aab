/* aph-preferences.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "ui/aph-session.h"

G_BEGIN_DECLS

#define APH_TYPE_PREFERENCES (aph_preferences_get_type ())

/**
 * AphPreferences:
 *
 * What the user sets for good: the servers and their models.
 */
G_DECLARE_FINAL_TYPE (AphPreferences, aph_preferences, APH, PREFERENCES, AdwPreferencesWindow)

AphPreferences *aph_preferences_new (GtkWindow  *parent,
                                     AphSession *session);

G_END_DECLS

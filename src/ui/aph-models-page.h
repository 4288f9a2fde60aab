/* aph-models-page.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "ui/aph-session.h"

G_BEGIN_DECLS

#define APH_TYPE_MODELS_PAGE (aph_models_page_get_type ())

/**
 * AphModelsPage:
 *
 * The models of a server: what they are, which are loaded, and how to get and to lose one. It wants
 * to be in an #AdwPreferencesWindow, which shows what it has to say.
 */
G_DECLARE_FINAL_TYPE (AphModelsPage, aph_models_page, APH, MODELS_PAGE, AdwPreferencesPage)

void aph_models_page_set_session (AphModelsPage *self,
                                  AphSession    *session);

G_END_DECLS

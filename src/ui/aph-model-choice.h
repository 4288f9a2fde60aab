/* aph-model-choice.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "ui/aph-session.h"

G_BEGIN_DECLS

#define APH_TYPE_MODEL_CHOICE (aph_model_choice_get_type ())

/**
 * AphModelChoice:
 *
 * Which model prompts are sent to: one of those that the server has.
 */
G_DECLARE_FINAL_TYPE (AphModelChoice, aph_model_choice, APH, MODEL_CHOICE, GtkWidget)

void aph_model_choice_set_session (AphModelChoice *self,
                                   AphSession     *session);

G_END_DECLS

/* aph-limit-choice.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "ui/aph-session.h"

G_BEGIN_DECLS

#define APH_TYPE_LIMIT_CHOICE (aph_limit_choice_get_type ())

/**
 * AphLimitChoice:
 *
 * How many prompts are sent at once, and what was found out of what the server is good for.
 */
G_DECLARE_FINAL_TYPE (AphLimitChoice, aph_limit_choice, APH, LIMIT_CHOICE, GtkWidget)

void aph_limit_choice_set_session (AphLimitChoice *self,
                                   AphSession     *session);

G_END_DECLS

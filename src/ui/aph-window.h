/* aph-window.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "ui/aph-session.h"

G_BEGIN_DECLS

#define APH_TYPE_WINDOW (aph_window_get_type ())

/**
 * AphWindow:
 *
 * The window: the queue on one side, the answers and the composer on the other.
 */
G_DECLARE_FINAL_TYPE (AphWindow, aph_window, APH, WINDOW, AdwApplicationWindow)

AphWindow *aph_window_new          (GtkApplication *application,
                                    AphSession     *session);

void       aph_window_open_files   (AphWindow      *self,
                                    GPtrArray      *files,
                                    gboolean        ask);
void       aph_window_compose_file (AphWindow      *self,
                                    GFile          *file);
void       aph_window_focus        (AphWindow      *self);

G_END_DECLS

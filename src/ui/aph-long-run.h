/* aph-long-run.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "ui/aph-session.h"

G_BEGIN_DECLS

#define APH_TYPE_LONG_RUN (aph_long_run_get_type ())

/**
 * AphLongRun:
 *
 * What the desktop has to know of prompts that take long: it is not to suspend while they run, it
 * shows in the dock how far they are, and it says when all have ended and nobody was looking.
 * Without a window the application lives until then.
 */
G_DECLARE_FINAL_TYPE (AphLongRun, aph_long_run, APH, LONG_RUN, GObject)

AphLongRun *aph_long_run_new   (GtkApplication *application,
                                AphSession     *session);
void        aph_long_run_close (AphLongRun     *self);

G_END_DECLS

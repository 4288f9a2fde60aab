/* window-fixture.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "ui/aph-window.h"

#include "gui-session.h"

G_BEGIN_DECLS

/**
 * Fixture:
 * @gui: the session; it is started before open_window()
 * @window: the window
 * @text: of its composer
 * @banner: the place of the one that tells about the server
 *
 * A whole window.
 */
typedef struct
{
  GuiSession gui;
  GtkWidget *window;
  GtkTextBuffer *text;
  GtkWidget *banner;
} Fixture;

void         open_window   (Fixture    *fixture);
void         tear_down     (Fixture    *fixture);

void         act           (Fixture    *fixture,
                            const char *action);
void         act_on        (Fixture    *fixture,
                            const char *action,
                            guint64     index);

const char  *get_page      (Fixture    *fixture);
void         wait_for_page (Fixture    *fixture,
                            const char *page);
AphJob      *get_selected  (Fixture    *fixture);
const guint *counts        (Fixture    *fixture);

/* To wait for */
gboolean     is_idle       (gpointer    fixture);
gboolean     is_streaming  (gpointer    fixture);
gboolean     has_dialog    (gpointer    user_data);

G_END_DECLS

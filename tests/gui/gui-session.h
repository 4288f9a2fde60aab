/* gui-session.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "ui/aph-session.h"

G_BEGIN_DECLS

/**
 * GuiSession:
 * @sim: (nullable): a simulated server of its own
 * @address: of the server
 * @session: a session that talks to it
 *
 * What a test of a widget needs.
 */
typedef struct
{
  GSubprocess *sim;
  char        *address;
  AphSession  *session;
} GuiSession;

AphSettings *gui_session_new_settings (void);

void     gui_session_start         (GuiSession *self,
                                    ...) G_GNUC_NULL_TERMINATED;
void     gui_session_start_absent  (GuiSession *self);
void     gui_session_stop          (GuiSession *self);
void     gui_session_reopen        (GuiSession *self,
                                    const char *path);

char    *gui_session_ask           (GuiSession *self,
                                    const char *method,
                                    const char *path,
                                    const char *body);

void     gui_session_queue         (GuiSession *self,
                                    const char *model,
                                    const char *prompt);
void     gui_session_queue_many    (GuiSession *self,
                                    const char *model,
                                    const char *prompt,
                                    guint       n_jobs);
AphJob  *gui_session_get_job       (GuiSession *self,
                                    guint       position);

/* To wait for */
gboolean gui_session_is_ready      (gpointer    self);
gboolean gui_session_is_idle       (gpointer    self);
gboolean gui_session_is_streaming  (gpointer    self);

G_END_DECLS

/* aph-composer.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "ui/aph-session.h"

G_BEGIN_DECLS

#define APH_TYPE_COMPOSER (aph_composer_get_type ())

/**
 * AphComposer:
 *
 * Where prompts are written, and what they are sent with: model, server, options, how many at
 * once.
 *
 * The property "n-prompts" (uint), to be watched, says how many prompts there are. The signal
 * "long-text" (string) says that the user wants to paste a text that is too long to be edited.
 */
G_DECLARE_FINAL_TYPE (AphComposer, aph_composer, APH, COMPOSER, GtkWidget)

void       aph_composer_set_session   (AphComposer  *self,
                                       AphSession   *session);

guint      aph_composer_get_n_prompts (AphComposer  *self);
AphParams *aph_composer_create_params (AphComposer  *self,
                                       GError      **error);
void       aph_composer_set_origins   (AphComposer  *self,
                                       GPtrArray    *jobs);
void       aph_composer_set_params    (AphComposer  *self,
                                       AphParams    *params);
gboolean   aph_composer_send          (AphComposer  *self,
                                       AphBatch    **batch,
                                       GError      **error);
void       aph_composer_add_text      (AphComposer  *self,
                                       const char   *text);
void       aph_composer_remove_text   (AphComposer  *self,
                                       const char   *text);

char      *aph_composer_dup_draft     (AphComposer  *self);
void       aph_composer_set_draft     (AphComposer  *self,
                                       const char   *draft);
char      *aph_composer_dup_options   (AphComposer  *self);
void       aph_composer_set_options   (AphComposer  *self,
                                       const char   *options);

void       aph_composer_show_options  (AphComposer  *self);
void       aph_composer_show_servers  (AphComposer  *self);

G_END_DECLS

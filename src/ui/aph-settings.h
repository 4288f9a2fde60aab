/* aph-settings.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * AphView:
 * @APH_VIEW_ANSWER: the answer of the selected prompt at full size
 * @APH_VIEW_SIDE_BY_SIDE: the answers of all running prompts
 *
 * How answers are shown.
 */
typedef enum
{
  APH_VIEW_ANSWER,
  APH_VIEW_SIDE_BY_SIDE,
} AphView;

#define APH_TYPE_VIEW (aph_view_get_type ())

GType        aph_view_get_type               (void) G_GNUC_CONST;

/* More at once than this helps no server. */
#define APH_MAX_CONCURRENCY 256

#define APH_TYPE_SETTINGS (aph_settings_get_type ())

/**
 * AphSettings:
 *
 * What the window remembers from one start to the next.
 */
G_DECLARE_FINAL_TYPE (AphSettings, aph_settings, APH, SETTINGS, GObject)

AphSettings *aph_settings_new                (void);

const char  *aph_settings_get_server         (AphSettings *self);
void         aph_settings_set_server         (AphSettings *self,
                                              const char  *server);
GVariant    *aph_settings_dup_servers        (AphSettings *self);
void         aph_settings_set_servers        (AphSettings *self,
                                              GVariant    *servers);
const char  *aph_settings_get_model          (AphSettings *self);
void         aph_settings_set_model          (AphSettings *self,
                                              const char  *model);
guint        aph_settings_get_concurrency    (AphSettings *self);
void         aph_settings_set_concurrency    (AphSettings *self,
                                              guint        concurrency);
AphView      aph_settings_get_view           (AphSettings *self);
void         aph_settings_set_view           (AphSettings *self,
                                              AphView      view);
void         aph_settings_get_window         (AphSettings *self,
                                              int         *width,
                                              int         *height,
                                              gboolean    *maximized);
void         aph_settings_set_window         (AphSettings *self,
                                              int          width,
                                              int          height,
                                              gboolean     maximized);

G_END_DECLS

/* aph-settings.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * AphView:
 * @APH_VIEW_TABLE: a table, one row for each prompt
 * @APH_VIEW_WALL: the answers of all that run, side by side
 * @APH_VIEW_COMPARE: the answers of several models beside one another
 * @APH_VIEW_TIMELINE: what ran when
 *
 * How prompts and answers are shown.
 */
typedef enum
{
  APH_VIEW_TABLE,
  APH_VIEW_WALL,
  APH_VIEW_COMPARE,
  APH_VIEW_TIMELINE,
} AphView;

#define APH_N_VIEWS (APH_VIEW_TIMELINE + 1)

#define APH_TYPE_VIEW (aph_view_get_type ())

GType        aph_view_get_type               (void) G_GNUC_CONST;

/* More at once than this helps no server. */
#define APH_MAX_CONCURRENCY 256

#define APH_TYPE_SETTINGS (aph_settings_get_type ())

/**
 * AphSettings:
 *
 * What the window remembers from one start to the next. What has no function below is a property:
 * "answer-pane" (boolean), "batch" (uint64), "columns" (strv, %NULL for the usual ones), "draft"
 * (string), "options" (string), "share-below" and "share-beside" (double), "sidebar" (boolean) and
 * "sort" (string).
 */
G_DECLARE_FINAL_TYPE (AphSettings, aph_settings, APH, SETTINGS, GObject)

AphSettings *aph_settings_new                (void);

const char  *aph_settings_get_server         (AphSettings *self);
void         aph_settings_set_server         (AphSettings *self,
                                              const char  *server);
gboolean     aph_settings_get_run_in_background (AphSettings *self);
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

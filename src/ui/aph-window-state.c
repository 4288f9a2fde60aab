/* aph-window-state.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the window looks like is the same at the next start.
 */

#define G_LOG_DOMAIN "aph-window"

#include "config.h"

#include <string.h>

#include "ui/aph-window-private.h"

static char *
get_sort (AphWindow *self)
{
  AphColumn column;
  gboolean descending;

  if (!aph_table_columns_get_sort (aph_queue_view_get_columns (self->queue), &column, &descending))
    return g_strdup ("");

  return g_strdup_printf ("%s%s", descending ? "-" : "", aph_column_get_info (column)->name);
}

static void
set_sort (AphWindow  *self,
          const char *sort)
{
  gboolean descending = *sort == '-';

  for (guint i = 0; i < APH_N_COLUMNS; i++)
    if (g_str_equal (aph_column_get_info (i)->name, sort + descending))
      aph_table_columns_set_sort (aph_queue_view_get_columns (self->queue), i, descending);
}

/* Only now it is known which batches there are. */
static void
opened_cb (AphWindow *self)
{
  AphBatch *batch;
  guint64 id;

  g_object_get (aph_session_get_settings (self->session), "batch", &id, NULL);
  batch = id > 0 ? aph_store_lookup_batch (aph_session_get_store (self->session), id) : NULL;
  if (batch != NULL)
    aph_session_set_batch (self->session, batch);
  aph_window_update (self);
}

/**
 * aph_window_restore_state:
 * @self: a window that has just got its session
 */
void
aph_window_restore_state (AphWindow *self)
{
  AphSettings *settings = aph_session_get_settings (self->session);
  g_auto (GStrv) columns = NULL;
  g_autofree char *draft = NULL;
  g_autofree char *options = NULL;
  g_autofree char *sort = NULL;
  double share_below, share_beside;
  gboolean sidebar, is_maximized;
  AphStore *store = aph_session_get_store (self->session);
  int width, height;

  g_object_get (settings, "columns", &columns, "draft", &draft,
                "options", &options, "share-below", &share_below, "share-beside", &share_beside,
                "sidebar", &sidebar, "sort", &sort, NULL);

  aph_settings_get_window (settings, &width, &height, &is_maximized);
  gtk_window_set_default_size (GTK_WINDOW (self), width, height);
  if (is_maximized)
    gtk_window_maximize (GTK_WINDOW (self));

  adw_flap_set_reveal_flap (self->flap, sidebar);
  aph_split_view_set_share (self->split, APH_SPLIT_BELOW, share_below);
  aph_split_view_set_share (self->split, APH_SPLIT_BESIDE, share_beside);
  if (columns != NULL)
    aph_table_columns_set (aph_queue_view_get_columns (self->queue),
                           (const char *const *) columns);
  set_sort (self, sort);
  aph_window_set_view (self, aph_settings_get_view (settings));
  if (aph_store_is_open (store))
    opened_cb (self);
  else
    g_signal_connect_object (store, "opened", G_CALLBACK (opened_cb), self, G_CONNECT_SWAPPED);
  aph_composer_set_draft (self->composer, draft);
  aph_composer_set_options (self->composer, options);
  aph_window_update_query (self);
}

/**
 * aph_window_save_state:
 * @self: a window that is about to close
 */
void
aph_window_save_state (AphWindow *self)
{
  AphSettings *settings = aph_session_get_settings (self->session);
  AphBatch *batch = aph_session_get_batch (self->session);
  g_auto (GStrv) columns = aph_table_columns_dup (aph_queue_view_get_columns (self->queue));
  g_autofree char *draft = aph_composer_dup_draft (self->composer);
  g_autofree char *options = aph_composer_dup_options (self->composer);
  g_autofree char *sort = get_sort (self);
  int width, height;

  g_object_set (settings,
                "batch", batch != NULL ? aph_batch_get_id (batch) : G_GUINT64_CONSTANT (0),
                "columns", columns, "draft", draft, "options", options,
                "share-below", aph_split_view_get_share (self->split, APH_SPLIT_BELOW),
                "share-beside", aph_split_view_get_share (self->split, APH_SPLIT_BESIDE),
                "sort", sort, NULL);
  if (!adw_flap_get_folded (self->flap))
    g_object_set (settings, "sidebar", adw_flap_get_reveal_flap (self->flap), NULL);

  gtk_window_get_default_size (GTK_WINDOW (self), &width, &height);
  aph_settings_set_window (settings, width, height, gtk_window_is_maximized (GTK_WINDOW (self)));
}

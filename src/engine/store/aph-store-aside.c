/* aph-store-aside.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A file that could not be used, and was set aside.
 */

#define G_LOG_DOMAIN "aph-store"

#include "config.h"

#include "store/aph-store-file.h"
#include "store/aph-store-private.h"

/**
 * aph_store_get_problem:
 * @self: a store
 *
 * Returns: (nullable): %APH_STORE_ERROR_DAMAGED or %APH_STORE_ERROR_NEWER, if the file that was
 *   there, now or when an earlier process began, could not be used. It was set aside and an empty
 *   store begun
 */
const GError *
aph_store_get_problem (AphStore *self)
{
  g_return_val_if_fail (APH_IS_STORE (self), NULL);

  return self->problem;
}

/**
 * aph_store_get_set_aside:
 * @self: a store
 *
 * Returns: (nullable) (type filename): where the file is that could not be used
 */
const char *
aph_store_get_set_aside (AphStore *self)
{
  g_return_val_if_fail (APH_IS_STORE (self), NULL);

  return self->set_aside;
}

/**
 * aph_store_get_salvageable:
 * @self: a store
 *
 * Returns: (nullable) (type filename): a file for aph_store_salvage_async(): the one that is used,
 *   if it turned out to be damaged, or the one that was set aside
 */
const char *
aph_store_get_salvageable (AphStore *self)
{
  g_return_val_if_fail (APH_IS_STORE (self), NULL);

  return g_error_matches (self->error, APH_STORE_ERROR, APH_STORE_ERROR_DAMAGED) ? self->path
                                                                                 : self->set_aside;
}

typedef struct
{
  char *path;
  char *set_aside;
} Forgetting;

static void
forgetting_free (gpointer data)
{
  Forgetting *forgetting = data;

  g_free (forgetting->path);
  g_free (forgetting->set_aside);
  g_free (forgetting);
}

static gboolean
forget (AphSaver  *saver,
        gpointer   data,
        GError   **error)
{
  const Forgetting *forgetting = data;

  aph_store_file_forget_aside (forgetting->path, forgetting->set_aside);

  return TRUE;
}

/**
 * aph_store_forget_set_aside:
 * @self: a store
 *
 * The user has dealt with the file that could not be used; it stays where it is. Until then each
 * start tells of it.
 */
void
aph_store_forget_set_aside (AphStore *self)
{
  Forgetting *forgetting;

  g_return_if_fail (APH_IS_STORE (self));

  if (self->set_aside == NULL || self->writer == NULL)
    return;

  forgetting = g_new (Forgetting, 1);
  forgetting->path = g_strdup (self->path);
  forgetting->set_aside = g_steal_pointer (&self->set_aside);
  aph_store_writer_push (self->writer, forget, NULL, forgetting, forgetting_free);
  g_clear_error (&self->problem);
  g_signal_emit_by_name (self, "error-changed");
}

/* aph-row-format-pictures.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A folder of pictures, each of which is a row: "image" is its path in the folder, "name" its name
 * without what is after the dot.
 */

#define G_LOG_DOMAIN "aph-row-format-pictures"

#include "config.h"

#include <string.h>

#include "files/aph-row-format.h"

#define ATTRIBUTES \
  G_FILE_ATTRIBUTE_STANDARD_NAME "," G_FILE_ATTRIBUTE_STANDARD_TYPE "," \
  G_FILE_ATTRIBUTE_STANDARD_FAST_CONTENT_TYPE "," G_FILE_ATTRIBUTE_STANDARD_IS_HIDDEN

typedef struct
{
  GPtrArray *names;   /* of char * */
  guint next;
  AphCell cells[2];
} PictureRows;

static void
pictures_free (gpointer data)
{
  PictureRows *self = data;

  g_ptr_array_unref (self->names);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PictureRows, pictures_free)

static gboolean
is_picture (GFileInfo *info)
{
  const char *type =
    g_file_info_get_attribute_string (info, G_FILE_ATTRIBUTE_STANDARD_FAST_CONTENT_TYPE);

  return g_file_info_get_file_type (info) == G_FILE_TYPE_REGULAR
         && !g_file_info_get_is_hidden (info)
         && type != NULL && g_content_type_is_a (type, "image/*");
}

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static gboolean
list_pictures (GFile         *folder,
               GPtrArray     *names,
               GCancellable  *cancellable,
               GError       **error)
{
  g_autoptr (GFileEnumerator) files = NULL;

  files = g_file_enumerate_children (folder, ATTRIBUTES, G_FILE_QUERY_INFO_NONE, cancellable,
                                     error);
  if (files == NULL)
    return FALSE;

  for (;;)
    {
      GFileInfo *info;

      if (!g_file_enumerator_iterate (files, &info, NULL, cancellable, error))
        return FALSE;
      if (info == NULL)
        break;
      if (is_picture (info))
        g_ptr_array_add (names, g_strdup (g_file_info_get_name (info)));
    }
  g_ptr_array_sort (names, compare_names);

  return TRUE;
}

static gpointer
pictures_open (GFile          *file,
               AphTextInput   *input,
               AphFileLayout  *layout,
               GCancellable   *cancellable,
               GError        **error)
{
  g_autoptr (PictureRows) self = g_new0 (PictureRows, 1);

  self->names = g_ptr_array_new_with_free_func (g_free);
  if (!list_pictures (file, self->names, cancellable, error))
    return NULL;
  if (self->names->len == 0)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_IS_DIRECTORY, "there are no pictures");
      return NULL;
    }
  layout->columns = g_strsplit ("image,name", ",", -1);

  return g_steal_pointer (&self);
}

static AphLineStatus
pictures_next (gpointer       data,
               AphRecord     *record,
               GCancellable  *cancellable,
               GError       **error)
{
  PictureRows *self = data;
  const char *name, *dot;

  if (self->next == self->names->len)
    return APH_LINE_END;

  name = g_ptr_array_index (self->names, self->next++);
  dot = strrchr (name, '.');
  self->cells[0] = (AphCell) { name, strlen (name) };
  self->cells[1] = (AphCell) { name, dot != NULL ? (gsize) (dot - name) : strlen (name) };
  record->line = self->next;
  record->raw = name;
  record->raw_length = strlen (name);
  record->cells = self->cells;
  record->n_cells = G_N_ELEMENTS (self->cells);

  return APH_LINE_READ;
}

static gboolean
pictures_has_next (gpointer data)
{
  return TRUE;
}

const AphRowFormat aph_row_format_pictures = {
  .open = pictures_open,
  .next = pictures_next,
  .has_next = pictures_has_next,
  .free = pictures_free,
};

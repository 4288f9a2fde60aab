/* aph-prompt-source.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-prompt-source"

#include "config.h"

#include "files/aph-prompt-source.h"

struct _AphPromptSource
{
  GFile *file;     /* (nullable) */
  GBytes *bytes;   /* (nullable) instead of a file */
  char *name;      /* as the user knows it */
};

G_DEFINE_BOXED_TYPE (AphPromptSource, aph_prompt_source, aph_prompt_source_ref,
                     aph_prompt_source_unref)

/**
 * aph_prompt_source_new_for_file:
 * @file: a file, or a folder of pictures
 *
 * Returns: (transfer full): what @file holds whenever it is read
 */
AphPromptSource *
aph_prompt_source_new_for_file (GFile *file)
{
  AphPromptSource *self;
  g_autofree char *base = NULL;

  g_return_val_if_fail (G_IS_FILE (file), NULL);

  self = g_atomic_rc_box_new0 (AphPromptSource);
  self->file = g_object_ref (file);
  base = g_file_get_basename (file);
  self->name = g_filename_display_name (base);

  return self;
}

/**
 * aph_prompt_source_new_for_bytes:
 * @bytes: a text
 * @name: what to call it in messages
 *
 * Returns: (transfer full): what @bytes hold
 */
AphPromptSource *
aph_prompt_source_new_for_bytes (GBytes     *bytes,
                                 const char *name)
{
  AphPromptSource *self;

  g_return_val_if_fail (bytes != NULL, NULL);
  g_return_val_if_fail (name != NULL, NULL);

  self = g_atomic_rc_box_new0 (AphPromptSource);
  self->bytes = g_bytes_ref (bytes);
  self->name = g_strdup (name);

  return self;
}

AphPromptSource *
aph_prompt_source_ref (AphPromptSource *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
prompt_source_clear (gpointer data)
{
  AphPromptSource *self = data;

  g_clear_object (&self->file);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_free (self->name);
}

void
aph_prompt_source_unref (AphPromptSource *self)
{
  g_atomic_rc_box_release_full (self, prompt_source_clear);
}

/**
 * aph_prompt_source_get_name:
 * @self: a source
 *
 * Returns: its name without a folder
 */
const char *
aph_prompt_source_get_name (const AphPromptSource *self)
{
  return self->name;
}

/**
 * aph_prompt_source_query_size:
 * @self: a source
 * @cancellable: (nullable): ends the waiting
 *
 * It blocks.
 *
 * Returns: how many bytes there are to read; 0 if that is not known, as of a pipe or a folder
 */
guint64
aph_prompt_source_query_size (const AphPromptSource *self,
                              GCancellable          *cancellable)
{
  g_autoptr (GFileInfo) info = NULL;

  g_return_val_if_fail (self != NULL, 0);

  if (self->file == NULL)
    return g_bytes_get_size (self->bytes);

  info = g_file_query_info (self->file,
                            G_FILE_ATTRIBUTE_STANDARD_TYPE "," G_FILE_ATTRIBUTE_STANDARD_SIZE,
                            G_FILE_QUERY_INFO_NONE, cancellable, NULL);
  if (info == NULL || g_file_info_get_file_type (info) != G_FILE_TYPE_REGULAR)
    return 0;

  return (guint64) g_file_info_get_size (info);
}

/**
 * aph_prompt_source_read:
 * @self: a source
 *
 * Returns: (transfer full): a new reader of it
 */
AphPromptReader *
aph_prompt_source_read (const AphPromptSource *self)
{
  g_autoptr (GInputStream) stream = NULL;

  if (self->file != NULL)
    return aph_prompt_reader_new_for_file (self->file);

  stream = g_memory_input_stream_new_from_bytes (self->bytes);

  return aph_prompt_reader_new_for_stream (stream, self->name);
}

/**
 * aph_prompt_source_open:
 * @self: a source
 * @options: (nullable): what the user says of it
 * @cancellable: (nullable): ends the waiting
 * @error: return location
 *
 * Returns: (transfer full): its rows, as of aph_row_source_open()
 */
AphRowSource *
aph_prompt_source_open (const AphPromptSource  *self,
                        const AphReadOptions   *options,
                        GCancellable           *cancellable,
                        GError                **error)
{
  g_autoptr (GInputStream) stream = NULL;

  if (self->bytes != NULL)
    stream = g_memory_input_stream_new_from_bytes (self->bytes);

  return aph_row_source_open (self->file, stream, self->name, options, cancellable, error);
}

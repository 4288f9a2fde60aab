/* aph-save-file.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * AphSaveFile:
 *
 * A file that is there as a whole or not at all: it is written beside the one it replaces, and
 * takes its place when it is complete and on the disk. Until then the old file is untouched. It
 * blocks, so it is for worker threads.
 */
typedef struct _AphSaveFile AphSaveFile;

AphSaveFile   *aph_save_file_open       (GFile         *file,
                                         GCancellable  *cancellable,
                                         GError       **error);
void           aph_save_file_free       (AphSaveFile   *self);

GOutputStream *aph_save_file_get_stream (AphSaveFile   *self);
void           aph_save_file_explain    (AphSaveFile   *self,
                                         GError       **error);
gboolean       aph_save_file_commit     (AphSaveFile   *self,
                                         GCancellable  *cancellable,
                                         GError       **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AphSaveFile, aph_save_file_free)

G_END_DECLS

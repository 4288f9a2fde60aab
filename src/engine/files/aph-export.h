/* aph-export.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "files/aph-exporter.h"

G_BEGIN_DECLS

/**
 * AphExport:
 *
 * A file that is made of jobs, as a whole or not at all. All of them are gone through once or
 * twice: as long as aph_export_begin_pass() returns %TRUE, whoever has the jobs gives them to
 * aph_export_take(), in the same order each time. It blocks, so it is for worker threads; they may
 * take turns.
 */
typedef struct _AphExport AphExport;

AphExport *aph_export_new           (GFile                *file,
                                     AphExportFormat       format,
                                     const AphExportOptions *options);
AphExport *aph_export_new_for_stream (GOutputStream         *stream,
                                     AphExportFormat       format,
                                     const AphExportOptions *options);
void       aph_export_free          (AphExport            *self);

gboolean   aph_export_begin_pass    (AphExport            *self,
                                     GCancellable         *cancellable,
                                     GError              **error);
gboolean   aph_export_take          (AphExport            *self,
                                     AphJob               *job,
                                     GCancellable         *cancellable,
                                     GError              **error);
gboolean   aph_export_is_done       (AphExport            *self);

guint      aph_export_get_n_passes  (AphExport            *self);
guint64    aph_export_get_n_written (AphExport            *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AphExport, aph_export_free)

G_END_DECLS

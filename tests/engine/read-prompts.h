/* read-prompts.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "files/aph-prompt-reader.h"

G_BEGIN_DECLS

AphPromptReader *reader_of      (const char       *text,
                                 gssize            length);
void             store_result_cb (GObject        *source,
                                  GAsyncResult   *result,
                                  gpointer        user_data);
GAsyncResult    *start_and_wait (AphPromptReader  *reader,
                                 guint             max_rows,
                                 GCancellable     *cancellable);
GPtrArray       *read_piece     (AphPromptReader  *reader,
                                 guint             max_rows,
                                 GError          **error);
void             read_all       (AphPromptReader  *reader,
                                 guint             max_rows,
                                 char            **prompts,
                                 char            **errors);

G_END_DECLS

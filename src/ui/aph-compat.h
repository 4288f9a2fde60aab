/* aph-compat.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The one place for what GTK and libadwaita have replaced since our floor: an API of our own
 * shape, so that only its body ever changes.
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

void       aph_open_files_async  (GtkWindow           *parent,
                                  const char          *title,
                                  GPtrArray           *filters,
                                  GCancellable        *cancellable,
                                  GAsyncReadyCallback  callback,
                                  gpointer             user_data);
GPtrArray *aph_open_files_finish (GAsyncResult        *result,
                                  GError             **error);

void       aph_save_file_async   (GtkWindow           *parent,
                                  const char          *title,
                                  const char          *name,
                                  GCancellable        *cancellable,
                                  GAsyncReadyCallback  callback,
                                  gpointer             user_data);
GFile     *aph_save_file_finish  (GAsyncResult        *result,
                                  GError             **error);

void       aph_launch_file       (GtkWindow           *parent,
                                  GFile               *file);

GtkWidget *aph_message_dialog_new (GtkWindow          *parent,
                                  const char          *heading,
                                  const char          *body);

void       aph_confirm_async     (GtkWindow           *parent,
                                  const char          *heading,
                                  const char          *body,
                                  const char          *cancel_label,
                                  const char          *confirm_label,
                                  GCancellable        *cancellable,
                                  GAsyncReadyCallback  callback,
                                  gpointer             user_data);
gboolean   aph_confirm_finish    (GAsyncResult        *result,
                                  GError             **error);

void       aph_offer_async       (GtkWindow           *parent,
                                  const char          *heading,
                                  const char          *body,
                                  const char          *cancel_label,
                                  const char          *accept_label,
                                  GCancellable        *cancellable,
                                  GAsyncReadyCallback  callback,
                                  gpointer             user_data);
gboolean   aph_offer_finish      (GAsyncResult        *result,
                                  GError             **error);

void       aph_show_uri          (GtkWindow           *parent,
                                  const char          *uri);

void       aph_announce           (GtkWidget            *widget,
                                   const char           *text);

G_END_DECLS

/* aph-window-files.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-window"

#include "config.h"

#include <string.h>

#include <glib/gi18n.h>

#include "files/aph-prompt-reader.h"
#include "ui/aph-compat.h"
#include "ui/aph-window-private.h"

/* More prompts than this are no longer looked through before they are sent: a file of so many is
 * to be opened instead. */
#define MAX_COMPOSED 100

static void
chosen_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (AphWindow) self = user_data;
  g_autoptr (GPtrArray) files = aph_open_files_finish (result, NULL);

  if (files != NULL && files->len > 0)
    aph_window_open_files (self, files, FALSE);
}

static void
chosen_to_look_at_cb (GObject      *source,
                      GAsyncResult *result,
                      gpointer      user_data)
{
  g_autoptr (AphWindow) self = user_data;
  g_autoptr (GPtrArray) files = aph_open_files_finish (result, NULL);

  if (files != NULL && files->len > 0)
    aph_window_open_files (self, files, TRUE);
}

static GPtrArray *
create_filters (void)
{
  static const char *const suffixes[] = { "txt", "md", "csv", "tsv", "jsonl", "ndjson", "json" };
  GPtrArray *filters = g_ptr_array_new_with_free_func (g_object_unref);
  GtkFileFilter *prompts = gtk_file_filter_new ();
  GtkFileFilter *all = gtk_file_filter_new ();

  gtk_file_filter_set_name (prompts, _("Text, tables and JSON"));
  gtk_file_filter_add_mime_type (prompts, "text/plain");
  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
    gtk_file_filter_add_suffix (prompts, suffixes[i]);
  gtk_file_filter_set_name (all, _("All files"));
  gtk_file_filter_add_pattern (all, "*");

  g_ptr_array_add (filters, prompts);
  g_ptr_array_add (filters, all);

  return filters;
}

/**
 * aph_window_choose_files:
 * @self: a window
 * @ask: whether to show what is in them whatever it is
 *
 * Lets the user choose files to open.
 */
void
aph_window_choose_files (AphWindow *self,
                         gboolean   ask)
{
  g_autoptr (GPtrArray) filters = create_filters ();

  aph_open_files_async (GTK_WINDOW (self), _("Open Files of Prompts"), filters, self->cancellable,
                        ask ? chosen_to_look_at_cb : chosen_cb, g_object_ref (self));
}

static void
composed_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (AphWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) requests = NULL;
  GString *text;

  requests = aph_prompt_reader_read_finish (APH_PROMPT_READER (source), result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (requests == NULL)
    {
      aph_window_say (self, error->message);
      return;
    }

  text = g_string_new (NULL);
  for (guint i = 0; i < requests->len; i++)
    {
      if (i > 0)
        g_string_append (text, "\n---\n");
      g_string_append (text, aph_request_get_prompt (g_ptr_array_index (requests, i)));
    }
  aph_composer_add_text (self->composer, text->str);
  g_string_free (text, TRUE);
  aph_window_focus (self);
}

/**
 * aph_window_compose_file:
 * @self: a window
 * @file: a small file of prompts
 *
 * Puts its prompts into the composer, ready to be sent.
 */
void
aph_window_compose_file (AphWindow *self,
                         GFile     *file)
{
  g_autoptr (AphPromptReader) reader = NULL;

  g_return_if_fail (APH_IS_WINDOW (self));
  g_return_if_fail (G_IS_FILE (file));

  reader = aph_prompt_reader_new_for_file (file);
  aph_prompt_reader_read_async (reader, MAX_COMPOSED, self->cancellable, composed_cb,
                                g_object_ref (self));
}

/* A text that is too long to be edited; the dialog may outlive the window. */
typedef struct
{
  AphSession *session;
  AphParams *params;
  char *text;
} LongText;

static void
long_text_free (gpointer  data,
                GClosure *closure)
{
  LongText *long_text = data;

  g_object_unref (long_text->session);
  aph_params_unref (long_text->params);
  g_free (long_text->text);
  g_free (long_text);
}

static void
long_text_cb (AdwMessageDialog *dialog,
              const char       *response,
              gpointer          user_data)
{
  LongText *long_text = user_data;
  g_autoptr (GPtrArray) requests =
    g_ptr_array_new_with_free_func ((GDestroyNotify) aph_request_unref);

  if (g_str_equal (response, "queue"))
    {
      g_ptr_array_add (requests,
                       aph_request_new (NULL, long_text->text, long_text->params, NULL));
      aph_session_queue (long_text->session, requests, NULL);
    }

  /* GTK may keep the dialog longer than the session lives. */
  g_signal_handlers_disconnect_by_data (dialog, long_text);
}

/**
 * aph_window_offer_long_text:
 * @self: a window
 * @text: what the user wanted to paste
 *
 * A text view takes many seconds for a long line. What nobody edits anyway is sent as it is.
 */
void
aph_window_offer_long_text (AphWindow  *self,
                            const char *text)
{
  g_autofree char *size = g_format_size (strlen (text));
  g_autofree char *heading = NULL;
  g_autoptr (GError) error = NULL;
  AphParams *params = aph_composer_create_params (self->composer, &error);
  LongText *long_text;
  GtkWidget *dialog;

  if (params == NULL)
    {
      aph_window_say (self, error->message);
      aph_composer_show_options (self->composer);
      return;
    }

  /* Translators: %s is a size, like 1.3 MB */
  heading = g_strdup_printf (_("A Text of %s"), size);
  dialog = aph_message_dialog_new (GTK_WINDOW (self), heading,
                                   _("That is too much to be edited here. It can be queued as "
                                     "one prompt, as it is. If it is many prompts, save it to a "
                                     "file and open that."));
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _("_Cancel"),
                                    "queue", _("_Queue as One Prompt"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "queue",
                                              ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");

  long_text = g_new0 (LongText, 1);
  long_text->session = g_object_ref (self->session);
  long_text->params = params;
  long_text->text = g_strdup (text);
  g_signal_connect_data (dialog, "response", G_CALLBACK (long_text_cb), long_text, long_text_free,
                         0);
  gtk_window_present (GTK_WINDOW (dialog));
}

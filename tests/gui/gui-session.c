/* gui-session.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "gui-session.h"
#include "pump.h"

#define LISTENING "listening on "

/* Settings as they are at the very first start: the memory backend keeps what the test before this
 * one has chosen. Benchmarks have none to keep.
 * Returns: (transfer full): them */
AphSettings *
gui_session_new_settings (void)
{
  GSettingsSchemaSource *source = g_settings_schema_source_get_default ();
  g_autoptr (GSettingsSchema) schema =
    source != NULL ? g_settings_schema_source_lookup (source, APH_APP_ID, TRUE) : NULL;
  g_autoptr (GSettings) stored =
    schema != NULL ? g_settings_new_full (schema, NULL, NULL) : NULL;
  g_auto (GStrv) keys = schema != NULL ? g_settings_schema_list_keys (schema) : NULL;

  for (guint i = 0; keys != NULL && keys[i] != NULL; i++)
    g_settings_reset (stored, keys[i]);

  return aph_settings_new ();
}

static void
make_session (GuiSession *self)
{
  g_autoptr (AphSettings) settings = gui_session_new_settings ();
  g_autoptr (GError) error = NULL;

  self->session = aph_session_new (settings, NULL);
  aph_connection_use_address (aph_session_get_connection (self->session), self->address, &error);
  g_assert_no_error (error);
}

/* Starts a simulated server with further arguments, and waits until its models are known. */
void
gui_session_start (GuiSession *self,
                   ...)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autoptr (GDataInputStream) lines = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *line = NULL;
  const char *argument;
  va_list arguments;

  g_ptr_array_add (argv, (gpointer) g_getenv ("ANTIPHON_SIM"));
  g_ptr_array_add (argv, (gpointer) "--until-eof");
  va_start (arguments, self);
  while ((argument = va_arg (arguments, const char *)) != NULL)
    g_ptr_array_add (argv, (gpointer) argument);
  va_end (arguments);
  g_ptr_array_add (argv, NULL);

  self->sim = g_subprocess_newv ((const char *const *) argv->pdata,
                                 G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE,
                                 &error);
  g_assert_no_error (error);
  lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->sim));
  line = g_data_input_stream_read_line (lines, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (line, LISTENING));
  self->address = g_strdup (line + strlen (LISTENING));

  make_session (self);
  assert_eventually (gui_session_is_ready, self);
}

/* A session whose server does not answer: nothing listens on the port. */
void
gui_session_start_absent (GuiSession *self)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  guint16 port = g_socket_listener_add_any_inet_port (listener, NULL, NULL);

  g_socket_listener_close (listener);
  self->sim = NULL;
  self->address = g_strdup_printf ("http://127.0.0.1:%u", port);
  make_session (self);
}

void
gui_session_stop (GuiSession *self)
{
  gpointer session = self->session;

  aph_session_close (self->session);
  g_object_add_weak_pointer (G_OBJECT (self->session), &session);
  g_clear_object (&self->session);
  /* What is cancelled ends in the main loop. */
  assert_eventually (is_finalized, &session);

  if (self->sim != NULL)
    g_subprocess_force_exit (self->sim);
  g_clear_object (&self->sim);
  g_clear_pointer (&self->address, g_free);
}

/* Asks the simulated server, past the session.
 * Returns: (transfer full): the reply, with its head */
char *
gui_session_ask (GuiSession *self,
                 const char *method,
                 const char *path,
                 const char *body)
{
  g_autofree char *request =
    g_strdup_printf ("%s %s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
                     "Content-Length: %" G_GSIZE_FORMAT "\r\nConnection: close\r\n\r\n%s",
                     method, path, strlen (body), body);
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) connection = NULL;
  g_autoptr (GOutputStream) reply = g_memory_output_stream_new_resizable ();
  g_autoptr (GError) error = NULL;

  connection = g_socket_client_connect_to_uri (client, self->address, 80, NULL, &error);
  g_assert_no_error (error);
  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)),
                             request, strlen (request), NULL, NULL, &error);
  g_assert_no_error (error);
  g_output_stream_splice (reply, g_io_stream_get_input_stream (G_IO_STREAM (connection)),
                          G_OUTPUT_STREAM_SPLICE_NONE, NULL, &error);
  g_assert_no_error (error);
  g_output_stream_write_all (reply, "", 1, NULL, NULL, &error);
  g_assert_no_error (error);
  g_output_stream_close (reply, NULL, NULL);

  return g_memory_output_stream_steal_data (G_MEMORY_OUTPUT_STREAM (reply));
}

/* As many prompts that say the same, in one batch. */
void
gui_session_queue_many (GuiSession *self,
                        const char *model,
                        const char *prompt,
                        guint       n_jobs)
{
  g_autoptr (GPtrArray) requests =
    g_ptr_array_new_with_free_func ((GDestroyNotify) aph_request_unref);

  for (guint i = 0; i < n_jobs; i++)
    g_ptr_array_add (requests, aph_request_new (model, prompt, NULL, NULL));
  aph_session_queue (self->session, requests, NULL);
}

void
gui_session_queue (GuiSession *self,
                   const char *model,
                   const char *prompt)
{
  gui_session_queue_many (self, model, prompt, 1);
}

/* Borrowed: the session has it. */
AphJob *
gui_session_get_job (GuiSession *self,
                     guint       position)
{
  g_autoptr (AphJob) job = g_list_model_get_item (aph_session_get_jobs (self->session), position);

  return job;
}

gboolean
gui_session_is_ready (gpointer self)
{
  AphConnection *connection = aph_session_get_connection (((GuiSession *) self)->session);

  return aph_connection_get_health (connection) == APH_HEALTH_READY;
}

gboolean
gui_session_is_idle (gpointer self)
{
  return aph_session_get_n_active (((GuiSession *) self)->session) == 0;
}

/* All that was queued is being answered. */
gboolean
gui_session_is_streaming (gpointer self)
{
  AphSession *session = ((GuiSession *) self)->session;

  return aph_session_get_counts (session)[APH_JOB_ANSWERING]
         == g_list_model_get_n_items (aph_session_get_jobs (session));
}

/* Opens the same store again, as the next process would. */
void
gui_session_reopen (GuiSession *gui,
                    const char *path)
{
  g_autoptr (AphSettings) settings = aph_settings_new ();
  g_autoptr (AphStore) store = NULL;

  gpointer session = gui->session;

  if (session != NULL)
    {
      aph_session_close (session);
      g_object_add_weak_pointer (session, &session);
      g_clear_object (&gui->session);
      assert_eventually (is_finalized, &session);
    }
  store = aph_store_new (path);
  gui->session = aph_session_new (settings, store);
  g_assert_true (aph_connection_use_address (aph_session_get_connection (gui->session),
                                             gui->address, NULL));
}

/* sim-pull.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "sim-pull"

#include "config.h"

#include <string.h>

#include "sim-ask.h"
#include "sim-ollama.h"
#include "sim-pull.h"

#define INTERVAL (60 * SIM_MSEC)

static const struct
{
  const char *digest;
  gint64      size;
} layers[] = {
  { "2bada8a7450677000f678be90653b85d364de7db25eb5ea54136ada5f3933730", 4683073184 },
  { "66b9ea09bd5b7099cbb4fc820f31b575c0366fa439b08245566692c6784e281e", 68 },
  { "eb4402837c7829a690fa845de4d7f3fd842c2adee476d5341da8a46ea9255175", 1482 },
};

/* What names that begin so lead to. */
static const struct
{
  const char *prefix;
  const char *message;
  gboolean    at_once;
} failures[] = {
  { "missing", "pull model manifest: file does not exist", TRUE },
  { "broken", "max retries exceeded: unexpected EOF", FALSE },
  { "damaged", "digest mismatch, file must be downloaded again", FALSE },
};

/* A running pull. */
typedef struct
{
  SimServer  *server;
  SimConn    *conn;
  SimTimer    timer;
  char       *name;
  const char *failure; /* (nullable) */
  gboolean    stream;
  gint64      duration;
  gint64      started;
  guint       layer;
} SimPull;

static void
pull_free (gpointer data)
{
  SimPull *self = data;

  g_free (self->name);
  g_free (self);
}

static void
retire (SimPull *self)
{
  SimLoop *loop = sim_server_get_loop (self->server);

  sim_loop_clear_timer (loop, &self->timer);
  sim_loop_bury (loop, self, pull_free);
}

static void
drained_cb (gpointer data)
{
  /* The timer goes on by itself, and the lines are few. */
}

static void
gone_cb (gpointer data)
{
  SimPull *self = data;

  sim_stats_count_disconnect (sim_server_get_stats (self->server));
  retire (self);
}

static const SimConnOwner conn_owner = { drained_cb, gone_cb };

static void
emit (SimPull    *self,
      const char *line)
{
  if (!self->stream)
    return;

  sim_conn_begin (self->conn, 200, "application/x-ndjson");
  sim_conn_chunk (self->conn, line, strlen (line));
}

static void
emit_status (SimPull    *self,
             const char *status)
{
  g_autofree char *line = g_strdup_printf ("{\"status\":\"%s\"}\n", status);

  emit (self, line);
}

static void
finish (SimPull    *self,
        const char *failure)
{
  g_autoptr(GString) line = g_string_new ("{\"error\":");
  gboolean stream = self->stream;
  SimConn *conn = self->conn;

  sim_json_append (line, failure, -1);
  g_string_append (line, "}\n");
  if (failure != NULL)
    emit (self, line->str);
  else
    {
      emit_status (self, "verifying sha256 digest");
      emit_status (self, "writing manifest");
      emit_status (self, "success");
      sim_server_add_model (self->server, self->name, "", NULL);
    }

  retire (self);
  if (stream)
    sim_conn_finish (conn);
  else if (failure != NULL)
    sim_ollama_refuse (conn, 500, NULL, failure);
  else
    sim_conn_reply (conn, 200, "application/json; charset=utf-8", NULL,
                    "{\"status\":\"success\"}", -1);
}

static void
emit_progress (SimPull *self,
               gint64   completed)
{
  g_autoptr(GString) line = g_string_new (NULL);
  const char *digest = layers[self->layer].digest;

  g_string_append_printf (line,
                          "{\"status\":\"pulling %.12s\",\"digest\":\"sha256:%s\","
                          "\"total\":%" G_GINT64_FORMAT,
                          digest, digest, layers[self->layer].size);
  /* Go leaves out what is zero. */
  if (completed > 0)
    g_string_append_printf (line, ",\"completed\":%" G_GINT64_FORMAT, completed);
  g_string_append (line, "}\n");
  emit (self, line->str);
}

static void
step_cb (gpointer data)
{
  SimPull *self = data;
  SimLoop *loop = sim_server_get_loop (self->server);
  gint64 now = sim_loop_get_time (loop);
  double part = (double) (now - self->started) / (double) MAX (self->duration, 1);

  if (self->failure != NULL && part > 0.5)
    {
      finish (self, self->failure);
      return;
    }
  if (part < 1)
    {
      /* The first layer is all but everything. */
      emit_progress (self, (gint64) (part * (double) layers[0].size));
      sim_conn_flush (self->conn);
      sim_loop_set_timer (loop, &self->timer, now + INTERVAL);
      return;
    }

  for (; self->layer < G_N_ELEMENTS (layers); self->layer++)
    emit_progress (self, layers[self->layer].size);
  finish (self, NULL);
}

static void
start (SimServer *server,
       SimConn   *conn,
       char      *name,
       gboolean   stream)
{
  SimPull *self = g_new0 (SimPull, 1);
  SimLoop *loop = sim_server_get_loop (server);

  self->server = server;
  self->conn = conn;
  self->name = name;
  self->stream = stream;
  self->duration = sim_server_get_default (server)->pull;
  self->started = sim_loop_get_time (loop);
  self->timer = (SimTimer) { .func = step_cb, .data = self };
  sim_conn_take (conn, &conn_owner, self);

  emit_status (self, "pulling manifest");
  for (guint i = 0; i < G_N_ELEMENTS (failures); i++)
    if (g_str_has_prefix (name, failures[i].prefix))
      {
        self->failure = failures[i].message;
        if (failures[i].at_once)
          {
            finish (self, self->failure);
            return;
          }
      }

  sim_conn_flush (conn);
  sim_loop_set_timer (loop, &self->timer, self->started);
}

/**
 * sim_pull:
 * @server: the server
 * @conn: whom to answer
 * @request: a POST to /api/pull
 *
 * Reports the progress of a download that does not happen, and installs a model with the default
 * behaviour in the end.
 */
void
sim_pull (SimServer        *server,
          SimConn          *conn,
          const SimRequest *request)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(SimJson) json = sim_ask_parse_body (request, "PullRequest", &error);
  const SimJsonNode *root, *stream;
  g_autofree char *name = NULL;

  if (json == NULL
      || !sim_ask_check_member (json, "PullRequest", "model", SIM_JSON_STRING, &error)
      || !sim_ask_check_member (json, "PullRequest", "stream", SIM_JSON_BOOL, &error))
    {
      sim_ollama_refuse (conn, (guint) error->code, NULL, error->message);
      return;
    }

  root = sim_json_get_root (json);
  stream = sim_json_get_member (json, root, "stream");
  name = sim_json_dup_string (json, sim_json_get_member (json, root, "model"));
  /* The old word for it, which the official client in JavaScript still uses. */
  if (name == NULL)
    name = sim_json_dup_string (json, sim_json_get_member (json, root, "name"));
  if (name == NULL || *name == '\0')
    sim_ollama_refuse (conn, 400, NULL, "invalid model name");
  else
    start (server, conn, g_steal_pointer (&name),
           stream == NULL || sim_json_get_bool (json, stream));
}

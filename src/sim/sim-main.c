/* sim-main.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "sim-main"

#include "config.h"

#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "sim-error.h"
#include "sim-server.h"

static gboolean opt_version;
static gboolean opt_demo;
static gboolean opt_until_eof;
static int opt_port;
static int opt_slots;
static int opt_max_loaded;
static char *opt_default;
static char **opt_models;

static const GOptionEntry entries[] = {
  { "port", 'p', 0, G_OPTION_ARG_INT, &opt_port,
    "Listen on 127.0.0.1:N; 0, the default, means any free port", "N" },
  { "demo", 0, 0, G_OPTION_ARG_NONE, &opt_demo,
    "Offer the demo models: canned answers at human speed", NULL },
  { "model", 'm', 0, G_OPTION_ARG_STRING_ARRAY, &opt_models,
    "Install a model that behaves as SPEC says; may be repeated", "NAME=SPEC" },
  { "default", 0, 0, G_OPTION_ARG_STRING, &opt_default,
    "How models behave where their own SPEC is silent", "SPEC" },
  { "slots", 0, 0, G_OPTION_ARG_INT, &opt_slots,
    "Requests that each model answers at the same time; 0, the default, means all", "N" },
  { "max-loaded", 0, 0, G_OPTION_ARG_INT, &opt_max_loaded,
    "Models that may be loaded at the same time; 0, the default, means all", "N" },
  { "until-eof", 0, 0, G_OPTION_ARG_NONE, &opt_until_eof,
    "Exit when standard input is closed", NULL },
  { "version", 0, 0, G_OPTION_ARG_NONE, &opt_version, "Print the version and exit", NULL },
  { NULL },
};

static const char *const demo_models[][2] = {
  { "demo:latest", "text=demo,rate=40,jitter=40,ttft=350" },
  { "demo-thinking:latest", "text=demo,thinking=auto,rate=45,jitter=40,ttft=350" },
  { "demo-slow:latest", "text=demo,rate=8,jitter=40,ttft=1500,load=2000,slots=2" },
};

/* As many connections as the system allows. */
static void
raise_file_limit (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) == 0)
    {
      limit.rlim_cur = limit.rlim_max;
      setrlimit (RLIMIT_NOFILE, &limit);
    }
}

static gboolean
add_models (SimServer  *server,
            GError    **error)
{
  if (opt_default != NULL && !sim_server_set_default (server, opt_default, error))
    return FALSE;
  if (opt_slots > 0)
    {
      g_autofree char *text = g_strdup_printf ("slots=%d", opt_slots);

      if (!sim_server_set_default (server, text, error))
        return FALSE;
    }

  for (guint i = 0; opt_demo && i < G_N_ELEMENTS (demo_models); i++)
    if (!sim_server_add_model (server, demo_models[i][0], demo_models[i][1], error))
      return FALSE;

  for (guint i = 0; opt_models != NULL && opt_models[i] != NULL; i++)
    {
      g_auto(GStrv) parts = g_strsplit (opt_models[i], "=", 2);

      if (!sim_server_add_model (server, parts[0], parts[1] != NULL ? parts[1] : "", error))
        return FALSE;
    }

  if (!opt_demo && opt_models == NULL)
    return sim_server_add_model (server, "sim:latest", "", error);

  return TRUE;
}

static void
quit_cb (gpointer data,
         guint    events)
{
  sim_loop_quit (data);
}

static void
input_cb (gpointer data,
          guint    events)
{
  char ignored[4096];

  if (read (STDIN_FILENO, ignored, sizeof ignored) <= 0)
    sim_loop_quit (data);
}

static void
watch_signals (SimLoop  *loop,
               SimWatch *watch)
{
  sigset_t signals;

  sigemptyset (&signals);
  sigaddset (&signals, SIGTERM);
  sigaddset (&signals, SIGINT);
  sigprocmask (SIG_BLOCK, &signals, NULL);
  *watch = (SimWatch) {
    .func = quit_cb,
    .data = loop,
    .fd = signalfd (-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK),
  };
  sim_loop_add_watch (loop, watch, EPOLLIN);
}

static gboolean
parse_options (int      *argc,
               char   ***argv,
               GError  **error)
{
  g_autoptr(GOptionContext) context = g_option_context_new (NULL);
  g_autoptr(GString) description = g_string_new (NULL);

  g_option_context_set_summary (context, "A simulated server of language models: the protocols of "
                                         "Ollama and OpenAI, with faults on demand.");
  g_string_append (description, "Any model of the form sim:SPEC is there without definition: "
                                "sim:tokens=64,rate=100,ttft=50.\n"
                                "SPEC is key=value,key=value… of these:\n\n");
  sim_spec_append_help (description);
  g_option_context_set_description (context, description->str);
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, argc, argv, error))
    return FALSE;
  if (*argc == 1 && opt_port >= 0 && opt_port <= G_MAXUINT16 && opt_slots >= 0
      && opt_max_loaded >= 0)
    return TRUE;

  if (*argc > 1)
    g_set_error (error, SIM_ERROR, 400, "what is “%s”?", (*argv)[1]);
  else
    g_set_error_literal (error, SIM_ERROR, 400, "a number is out of range");

  return FALSE;
}

static gboolean
run (GError **error)
{
  SimLoop *loop = sim_loop_new ();
  SimServer *server = sim_server_new (loop, (guint) opt_port, error);
  SimWatch signals, input = { .func = input_cb, .data = loop, .fd = STDIN_FILENO };
  gboolean good = server != NULL && add_models (server, error);

  if (good)
    {
      sim_sched_set_max_loaded (sim_server_get_sched (server), (guint) opt_max_loaded);
      watch_signals (loop, &signals);
      /* What cannot be watched, such as /dev/null, has no more to say either. */
      if (opt_until_eof && !sim_loop_add_watch (loop, &input, EPOLLIN))
        sim_loop_quit (loop);

      g_print ("listening on http://127.0.0.1:%u\n", sim_server_get_port (server));
      fflush (stdout);
      sim_loop_run (loop);
      close (signals.fd);
    }

  g_clear_pointer (&server, sim_server_free);
  sim_loop_free (loop);

  return good;
}

int
main (int    argc,
      char **argv)
{
  g_autoptr(GError) error = NULL;

  setlocale (LC_ALL, "");
  if (!parse_options (&argc, &argv, &error))
    {
      g_printerr ("antiphon-sim: %s\n", error->message);
      return 2;
    }
  if (opt_version)
    {
      g_print ("antiphon-sim %s\n", APH_VERSION);
      return 0;
    }

  signal (SIGPIPE, SIG_IGN);
  raise_file_limit ();
  if (!run (&error))
    {
      g_printerr ("antiphon-sim: %s\n", error->message);
      return error->code == 400 ? 2 : 1;
    }

  return 0;
}

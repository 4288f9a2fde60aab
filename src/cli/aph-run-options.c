/* aph-run-options.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-run-options"

#include "config.h"

#include <errno.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include "cli/aph-run-help.h"
#include "cli/aph-run-options.h"
#include "cli/aph-run-reading.h"
#include "cli/aph-run-text.h"

#define DEFAULT_RETRIES 3
#define MAX_RETRIES 1000
#define MAX_AT_ONCE 1000

void
aph_run_options_free (AphRunOptions *self)
{
  g_ptr_array_unref (self->servers);
  g_ptr_array_unref (self->models);
  g_ptr_array_unref (self->prompts);
  g_ptr_array_unref (self->files);
  aph_read_options_free (self->reading);
  aph_grid_free (self->grid);
  g_free (self->output);
  aph_params_unref (self->params);
  g_free (self->summary);
  g_free (self);
}

static void
file_free (gpointer data)
{
  /* Standard input is NULL. */
  if (data != NULL)
    g_object_unref (data);
}

static AphRunOptions *
options_new (void)
{
  AphRunOptions *self = g_new0 (AphRunOptions, 1);

  self->servers = g_ptr_array_new_with_free_func ((GDestroyNotify) aph_endpoint_unref);
  self->models = g_ptr_array_new_with_free_func (g_free);
  self->prompts = g_ptr_array_new_with_free_func (g_free);
  self->files = g_ptr_array_new_with_free_func (file_free);
  self->reading = aph_read_options_new ();
  self->grid = aph_grid_new ();
  self->params = aph_params_new ();
  self->clocks = (AphClocks) APH_CLOCKS_INIT;
  self->stream = TRUE;
  self->retries = DEFAULT_RETRIES;

  return self;
}

/**
 * aph_run_bad_value:
 * @error: return location
 * @format: printf() format of what is wrong with an option, for the user
 * @...: its arguments
 *
 * Returns: %FALSE
 */
gboolean
aph_run_bad_value (GError     **error,
                   const char  *format,
                   ...)
{
  va_list args;
  g_autofree char *message = NULL;

  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, message);

  return FALSE;
}

/**
 * aph_run_parse_count:
 * @text: what the user wrote
 * @minimum: the least that makes sense
 * @maximum: the most
 * @count: (out): the number
 *
 * Returns: whether @text is such a number, and nothing else
 */
gboolean
aph_run_parse_count (const char *text,
                     guint       minimum,
                     guint       maximum,
                     guint      *count)
{
  guint64 value;

  if (!g_ascii_string_to_unsigned (text, 10, minimum, maximum, &value, NULL))
    return FALSE;

  *count = (guint) value;

  return TRUE;
}

/* One callback for each option; @value is what the user wrote, in whatever bytes. */

static gboolean
server_cb (const char  *name,
           const char  *value,
           gpointer     user_data,
           GError     **error)
{
  AphRunOptions *self = user_data;
  g_autofree char *text = aph_run_text_from_argument (value, error);
  AphEndpoint *endpoint = text != NULL ? aph_endpoint_new (text, error) : NULL;

  if (endpoint == NULL)
    return FALSE;

  g_ptr_array_add (self->servers, endpoint);

  return TRUE;
}

static gboolean
model_cb (const char  *name,
          const char  *value,
          gpointer     user_data,
          GError     **error)
{
  AphRunOptions *self = user_data;
  g_autofree char *text = aph_run_text_from_argument (value, error);

  if (text == NULL)
    return FALSE;
  if (*text == '\0')
    return aph_run_bad_value (error, _("%s takes the name of a model"), name);

  g_ptr_array_add (self->models, g_steal_pointer (&text));

  return TRUE;
}

static gboolean
limit_cb (const char  *name,
          const char  *value,
          gpointer     user_data,
          GError     **error)
{
  AphRunOptions *self = user_data;

  self->has_limit = TRUE;
  if (strcmp (value, "auto") == 0)
    self->limit = 0;
  else if (!aph_run_parse_count (value, 1, MAX_AT_ONCE, &self->limit))
    return aph_run_bad_value (error,
                              _("%s takes a number from 1 to %u, or “auto”, not “%s”"),
                              name, MAX_AT_ONCE, value);

  return TRUE;
}

static gboolean
prompt_cb (const char  *name,
           const char  *value,
           gpointer     user_data,
           GError     **error)
{
  AphRunOptions *self = user_data;
  g_autofree char *text = aph_run_text_from_argument (value, error);

  if (text == NULL)
    return FALSE;
  if (*text == '\0')
    return aph_run_bad_value (error, _("The prompt of %s is empty"), name);

  g_ptr_array_add (self->prompts, g_steal_pointer (&text));

  return TRUE;
}

/**
 * aph_run_read_value:
 * @name: an option
 * @value: what the user wrote, in whatever bytes
 * @error: return location
 *
 * Returns: (transfer full): the value, or the content of the file that "@FILE" names; %NULL with
 *   an error if that cannot be read or is no text
 */
char *
aph_run_read_value (const char  *name,
            const char  *value,
            GError     **error)
{
  g_autofree char *content = NULL;
  g_autoptr (GError) local = NULL;
  gsize length;

  if (value[0] != '@')
    return aph_run_text_from_argument (value, error);

  if (!g_file_get_contents (value + 1, &content, &length, &local))
    aph_run_bad_value (error, "%s: %s", name, local->message);
  else if (!g_utf8_validate_len (content, length, NULL))
    aph_run_bad_value (error, _("%s: the file “%s” is not UTF-8 text"), name, value + 1);
  else
    return g_steal_pointer (&content);

  return NULL;
}

static gboolean
system_cb (const char  *name,
           const char  *value,
           gpointer     user_data,
           GError     **error)
{
  AphRunOptions *self = user_data;
  g_autofree char *text = aph_run_read_value (name, value, error);

  if (text == NULL)
    return FALSE;

  aph_params_set_system (self->params, text);

  return TRUE;
}

static gboolean
option_cb (const char  *name,
           const char  *value,
           gpointer     user_data,
           GError     **error)
{
  AphRunOptions *self = user_data;
  g_autofree char *text = aph_run_text_from_argument (value, error);
  char *equals;

  if (text == NULL)
    return FALSE;

  equals = strchr (text, '=');
  if (equals == NULL)
    return aph_run_bad_value (error,
                              _("%s takes NAME=VALUE, such as temperature=0.2, not “%s”"),
                              name, text);

  *equals = '\0';

  return aph_params_set_option (self->params, text, equals + 1, error);
}

static gboolean
think_cb (const char  *name,
          const char  *value,
          gpointer     user_data,
          GError     **error)
{
  AphRunOptions *self = user_data;

  return aph_params_set_think (self->params, value, error);
}

static gboolean
format_cb (const char  *name,
           const char  *value,
           gpointer     user_data,
           GError     **error)
{
  AphRunOptions *self = user_data;
  g_autofree char *text = aph_run_read_value (name, value, error);

  return text != NULL && aph_params_set_format (self->params, text, error);
}

static gboolean
output_format_cb (const char  *name,
                  const char  *value,
                  gpointer     user_data,
                  GError     **error)
{
  AphRunOptions *self = user_data;
  g_autofree char *names = NULL;

  self->has_output_format = TRUE;
  if (aph_export_format_from_name (value, &self->output_format))
    return TRUE;

  names = aph_export_format_dup_names ();

  return aph_run_bad_value (error, _("%s takes one of %s, not “%s”"), name, names, value);
}

static gboolean
keep_alive_cb (const char  *name,
               const char  *value,
               gpointer     user_data,
               GError     **error)
{
  AphRunOptions *self = user_data;

  return aph_params_set_keep_alive (self->params, value, error);
}

/* Seconds as people write them, to milliseconds. */
static gboolean
parse_seconds (const char *text,
               guint      *milliseconds)
{
  char *end = NULL;
  double seconds = g_ascii_strtod (text, &end);

  if (end == text || *end != '\0' || !(seconds >= 0 && seconds <= G_MAXINT / 1000))
    return FALSE;

  *milliseconds = (guint) ceil (seconds * 1000);

  return TRUE;
}

static gboolean
parse_clock (AphClocks  *clocks,
             const char *text)
{
  const struct
  {
    const char *name;
    guint *clock;
  } names[] = {
    { "connect=", &clocks->connect },
    { "first=", &clocks->first_token },
    { "stall=", &clocks->stall },
    { "total=", &clocks->total },
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_str_has_prefix (text, names[i].name))
      return parse_seconds (text + strlen (names[i].name), names[i].clock);

  return parse_seconds (text, &clocks->total);
}

static gboolean
timeout_cb (const char  *name,
            const char  *value,
            gpointer     user_data,
            GError     **error)
{
  AphRunOptions *self = user_data;
  g_auto (GStrv) parts = g_strsplit (value, ",", -1);

  for (guint i = 0; parts[i] != NULL || i == 0; i++)
    if (parts[i] == NULL || !parse_clock (&self->clocks, parts[i]))
      return aph_run_bad_value (error,
                                _("%s takes seconds, or some of "
                                  "connect=S,first=S,stall=S,total=S, not “%s”"),
                                name, value);

  return TRUE;
}

static gboolean
retries_cb (const char  *name,
            const char  *value,
            gpointer     user_data,
            GError     **error)
{
  AphRunOptions *self = user_data;

  if (!aph_run_parse_count (value, 0, MAX_RETRIES, &self->retries))
    return aph_run_bad_value (error,
                              _("%s takes a number from 0 to %u, not “%s”"),
                              name, MAX_RETRIES, value);

  return TRUE;
}

static gboolean
no_stream_cb (const char  *name,
              const char  *value,
              gpointer     user_data,
              GError     **error)
{
  AphRunOptions *self = user_data;

  self->stream = FALSE;

  return TRUE;
}

static gboolean
file_cb (const char  *name,
         const char  *value,
         gpointer     user_data,
         GError     **error)
{
  AphRunOptions *self = user_data;

  g_ptr_array_add (self->files, strcmp (value, "-") == 0 ? NULL
                                                         : g_file_new_for_commandline_arg (value));

  return TRUE;
}

/* What is asked, and of whom. */
static void
add_questions (GOptionGroup  *group,
               AphRunOptions *self)
{
  const GOptionEntry entries[] = {
    { "server", 's', G_OPTION_FLAG_FILENAME, G_OPTION_ARG_CALLBACK, (gpointer) server_cb,
      N_("Send to this server (default $OLLAMA_HOST), see below"), N_("URL[,…]") },
    { "model", 'm', G_OPTION_FLAG_FILENAME, G_OPTION_ARG_CALLBACK, (gpointer) model_cb,
      N_("Ask this model (default: the first installed one)"), N_("MODEL") },
    { "jobs", 'j', G_OPTION_FLAG_FILENAME, G_OPTION_ARG_CALLBACK, (gpointer) limit_cb,
      N_("Send so many prompts at once to each server (4)"), N_("N|auto") },
    { "prompt", 'p', G_OPTION_FLAG_FILENAME, G_OPTION_ARG_CALLBACK, (gpointer) prompt_cb,
      N_("Ask this"), N_("TEXT") },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &self->output,
      N_("Write the results to FILE"), N_("FILE") },
    { "output-format", 0, G_OPTION_FLAG_FILENAME, G_OPTION_ARG_CALLBACK,
      (gpointer) output_format_cb,
      N_("Write them so, whatever the suffix of FILE, see below"), N_("NAME") },
    { "bom", 0, 0, G_OPTION_ARG_NONE, &self->bom,
      N_("Begin a table with a mark that Excel needs"), NULL },
    { "record", 0, 0, G_OPTION_ARG_NONE, &self->record,
      N_("Add to each row what it takes to get the same answer"), NULL },
    { "force", 0, 0, G_OPTION_ARG_NONE, &self->force,
      N_("Overwrite the FILE of -o"), NULL },
    { "resume", 0, 0, G_OPTION_ARG_NONE, &self->resume,
      N_("Go on with the FILE of -o: ask what has no answer there"), NULL },
    { "watch", 'w', 0, G_OPTION_ARG_NONE, &self->watch,
      N_("Show the answers as they arrive, for people"), NULL },
    { "summary", 0, 0, G_OPTION_ARG_FILENAME, &self->summary,
      N_("Write counts and times of the run to FILE, as JSON"), N_("FILE") },
    { G_OPTION_REMAINING, 0, G_OPTION_FLAG_FILENAME, G_OPTION_ARG_CALLBACK, (gpointer) file_cb,
      NULL, N_("[FILE…|-]") },
    G_OPTION_ENTRY_NULL
  };

  g_option_group_add_entries (group, entries);
}

/* How it is to be answered. */
static void
add_manners (GOptionGroup  *group,
             AphRunOptions *self)
{
  const GOptionEntry entries[] = {
    { "system", 0, G_OPTION_FLAG_FILENAME, G_OPTION_ARG_CALLBACK, (gpointer) system_cb,
      N_("The system prompt"), N_("TEXT|@FILE") },
    { "option", 0, G_OPTION_FLAG_FILENAME, G_OPTION_ARG_CALLBACK, (gpointer) option_cb,
      N_("Set an option of the model, see below"), N_("NAME=VALUE") },
    { "think", 0, G_OPTION_FLAG_FILENAME, G_OPTION_ARG_CALLBACK, (gpointer) think_cb,
      N_("How much to think: yes, no, low, medium, high, max"), N_("HOW") },
    { "format", 0, G_OPTION_FLAG_FILENAME, G_OPTION_ARG_CALLBACK, (gpointer) format_cb,
      N_("Answer in JSON, or in JSON of a schema"), N_("json|@FILE") },
    { "keep-alive", 0, G_OPTION_FLAG_FILENAME, G_OPTION_ARG_CALLBACK, (gpointer) keep_alive_cb,
      N_("Keep the model loaded so long: 30m, 1h, -1 for ever"), N_("TIME") },
    { "strict", 0, 0, G_OPTION_ARG_NONE, &self->strict,
      N_("Fail what does not fit into the context, cut nothing"), NULL },
    { "deterministic", 0, 0, G_OPTION_ARG_NONE, &self->deterministic,
      N_("One at a time, with a fixed seed and temperature 0"), NULL },
    { "no-stream", 0, G_OPTION_FLAG_NO_ARG, G_OPTION_ARG_CALLBACK, (gpointer) no_stream_cb,
      N_("Ask for each answer as a whole"), NULL },
    { "timeout", 0, G_OPTION_FLAG_FILENAME, G_OPTION_ARG_CALLBACK, (gpointer) timeout_cb,
      N_("Give up an answer after S seconds, see below"), N_("S") },
    { "retries", 0, G_OPTION_FLAG_FILENAME, G_OPTION_ARG_CALLBACK, (gpointer) retries_cb,
      N_("Try again up to N times (3)"), N_("N") },
    { "break-loops", 0, 0, G_OPTION_ARG_NONE, &self->break_loops,
      N_("Break off an answer that only repeats itself"), NULL },
    G_OPTION_ENTRY_NULL
  };

  g_option_group_add_entries (group, entries);
}

static void
add_others (GOptionGroup  *group,
            AphRunOptions *self)
{
  const GOptionEntry entries[] = {
    { "demo", 0, 0, G_OPTION_ARG_NONE, &self->demo,
      N_("Ask a demo server, whose replies are canned"), NULL },
    { "list-models", 0, 0, G_OPTION_ARG_NONE, &self->list_models,
      N_("Show the models that the servers have"), NULL },
    { "help", 'h', 0, G_OPTION_ARG_NONE, &self->help, N_("Show this help"), NULL },
    { "version", 'V', 0, G_OPTION_ARG_NONE, &self->version, N_("Show the version"), NULL },
    G_OPTION_ENTRY_NULL
  };

  g_option_group_add_entries (group, entries);
}

static GOptionContext *
make_context (AphRunOptions *self)
{
  GOptionContext *context = g_option_context_new (NULL);
  GOptionGroup *group = g_option_group_new ("run", NULL, NULL, self, NULL);

  add_questions (group, self);
  aph_run_reading_add_options (group);
  add_manners (group, self);
  add_others (group, self);
  g_option_group_set_translation_domain (group, GETTEXT_PACKAGE);
  g_option_context_set_main_group (context, group);
  /* GLib's own would print it in the encoding of the locale, which may know no letter of it. */
  g_option_context_set_help_enabled (context, FALSE);

  return context;
}

/* Better now than in the middle of the night. */
static gboolean
check_file (GFile                 *file,
            const AphReadOptions  *reading,
            GError               **error)
{
  const char *path = file != NULL ? g_file_peek_path (file) : NULL;
  g_autofree char *name = NULL;

  if (path == NULL)
    return TRUE;

  name = g_file_get_parse_name (file);
  if (g_access (path, R_OK) != 0)
    return aph_run_bad_value (error, _("“%s” cannot be read: %s"), name, g_strerror (errno));
  if (g_file_test (path, G_FILE_TEST_IS_DIR) && reading->prompt_template == NULL)
    return aph_run_bad_value (error,
                              _("“%s” is a folder: give the files in it that hold prompts; or, "
                                "if it holds pictures, say with --template what to ask about "
                                "them"),
                              name);

  return TRUE;
}

/* The same question has the same answer only when nothing else is asked with it, of one server. */
static gboolean
become_deterministic (AphRunOptions  *self,
                      GError        **error)
{
  g_autoptr (AphParams) defaults = aph_params_new ();

  if (self->has_limit && self->limit != 1)
    return aph_run_bad_value (error, _("--deterministic sends one prompt at a time: leave out -j"));
  if (self->servers->len > 1)
    return aph_run_bad_value (error, _("--deterministic asks one server: give only one -s"));

  self->has_limit = TRUE;
  self->limit = 1;
  aph_params_set_option (defaults, "seed", "0", NULL);
  aph_params_set_option (defaults, "temperature", "0", NULL);
  aph_params_add_defaults (self->params, defaults);

  return TRUE;
}

/* The format follows from the name. One without a suffix means rows, and so does a pipe or a
 * device; rows in a file whose name says something else would surprise who opens it. */
static gboolean
find_format (AphRunOptions  *self,
             GError        **error)
{
  g_autofree char *base = g_path_get_basename (self->output);
  g_autofree char *suffixes = NULL;
  const char *dot = strrchr (base, '.');

  if (aph_export_format_from_path (self->output, &self->output_format)
      || dot == NULL || dot == base || dot[1] == '\0'
      || (g_file_test (self->output, G_FILE_TEST_EXISTS)
          && !g_file_test (self->output, G_FILE_TEST_IS_REGULAR)))
    return TRUE;

  suffixes = aph_export_format_dup_suffixes ();

  return aph_run_bad_value (error,
                            _("“%s” names no format that can be written. There are: %s. Or say "
                              "with --output-format which one it is"),
                            dot, suffixes);
}

static gboolean
check_output (AphRunOptions  *self,
              GError        **error)
{
  gboolean is_file = self->output != NULL && strcmp (self->output, "-") != 0;

  if (!self->has_output_format && is_file && !find_format (self, error))
    return FALSE;

  if (self->resume && !is_file)
    return aph_run_bad_value (error, _("--resume goes on with a file: name it with -o"));
  if (self->resume && self->force)
    return aph_run_bad_value (error,
                              _("--force would overwrite what --resume goes on with: leave out "
                                "one of them"));

  return TRUE;
}

/* What is wrong only in its whole. */
static gboolean
check (AphRunOptions  *self,
       GError        **error)
{
  if (self->demo && self->servers->len > 0)
    return aph_run_bad_value (error, _("--demo brings its own server: leave out -s"));

  if (self->list_models && self->demo)
    return aph_run_bad_value (error, _("--list-models asks the servers of -s: leave out --demo"));
  if (self->list_models)
    return TRUE;

  if (self->prompts->len == 0 && self->files->len == 0)
    {
      if (isatty (STDIN_FILENO))
        return aph_run_bad_value (error,
                                  _("There is nothing to ask: give -p TEXT, a FILE with one "
                                    "prompt a line, or - to type them"));
      g_ptr_array_add (self->files, NULL);
    }

  if (self->summary != NULL && strcmp (self->summary, "-") == 0)
    return aph_run_bad_value (error, _("--summary takes the name of a file"));
  if (g_strcmp0 (self->summary, self->output) == 0 && self->summary != NULL)
    return aph_run_bad_value (error, _("--summary and -o name the same file"));

  if (!check_output (self, error))
    return FALSE;

  for (guint i = 0; i < self->files->len; i++)
    if (!check_file (g_ptr_array_index (self->files, i), self->reading, error))
      return FALSE;

  return (!self->deterministic || become_deterministic (self, error))
         && aph_run_reading_check (self, error);
}

/**
 * aph_run_options_parse:
 * @arguments: the command line
 * @error: return location
 *
 * Returns: (transfer full): what it says, or %NULL with an error whose message says what is wrong
 *   with it
 */
AphRunOptions *
aph_run_options_parse (char   **arguments,
                       GError **error)
{
  g_autoptr (AphRunOptions) self = options_new ();
  g_autoptr (GOptionContext) context = make_context (self);
  g_auto (GStrv) rest = g_strdupv (arguments);

  if (!g_option_context_parse_strv (context, &rest, error))
    return NULL;

  if (self->help || self->version)
    return g_steal_pointer (&self);

  if (!check (self, error))
    return NULL;

  if (self->servers->len == 0 && !self->demo)
    g_ptr_array_add (self->servers, aph_endpoint_new_default ());

  return g_steal_pointer (&self);
}

/**
 * aph_run_options_help_text:
 *
 * Returns: (transfer full): how this program is used
 */
char *
aph_run_options_help_text (void)
{
  g_autoptr (AphRunOptions) self = options_new ();
  g_autoptr (GOptionContext) context = make_context (self);
  g_autofree char *description = aph_run_help_dup_description ();

  g_option_context_set_summary (context, aph_run_help_get_summary ());
  g_option_context_set_description (context, description);

  return g_option_context_get_help (context, TRUE, NULL);
}

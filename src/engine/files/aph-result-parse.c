/* aph-result-parse.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reads what aph-result-row.c writes. A row may have been edited, or be none of ours at all.
 */

#define G_LOG_DOMAIN "aph-result-row"

#include "config.h"

#include <math.h>
#include <string.h>

#include <glib/gi18n-lib.h>

#include "base/aph-json.h"
#include "files/aph-result-row.h"

/* A hundred years; what is longer is no time that anybody waited. */
#define MAX_MS 3.2e12

static gboolean
find_state (const char  *nick,
            AphJobState *state)
{
  for (guint i = 0; nick != NULL && i < APH_JOB_N_STATES; i++)
    if (strcmp (aph_job_state_to_nick (i), nick) == 0)
      {
        *state = i;
        return TRUE;
      }

  return FALSE;
}

static gboolean
find_class (const char      *nick,
            AphFailureClass *failure_class)
{
  for (guint i = 0; nick != NULL && i <= APH_FAILURE_CANCELLED; i++)
    if (strcmp (aph_failure_class_to_nick (i), nick) == 0)
      {
        *failure_class = i;
        return TRUE;
      }

  return FALSE;
}

static guint
get_count (JsonObject *object,
           const char *name,
           guint       maximum)
{
  return (guint) CLAMP (aph_json_get_int (object, name, 0), 0, maximum);
}

/* In microseconds; -1 if it is not known. */
static gint64
get_span (JsonObject *metrics,
          const char *name)
{
  double ms = aph_json_get_double (metrics, name, -1);

  return ms >= 0 && ms <= MAX_MS ? llround (ms * 1000) : -1;
}

static gint64
get_ns (JsonObject *metrics,
        const char *name)
{
  double ms = aph_json_get_double (metrics, name, -1);

  return ms >= 0 && ms <= MAX_MS ? llround (ms * 1e6) : -1;
}

static gint64
after (gint64 moment,
       gint64 span)
{
  return span >= 0 ? moment + span : 0;
}

/* Without the moment, the spans between moments are still worth having. */
static void
read_times (AphTimes   *times,
            const char *text,
            JsonObject *metrics)
{
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autoptr (GDateTime) time = text != NULL ? g_date_time_new_from_iso8601 (text, utc) : NULL;
  gint64 wait = get_span (metrics, "wait_ms");
  gint64 sent = 0;

  if (time != NULL)
    sent = g_date_time_to_unix (time) * G_USEC_PER_SEC + g_date_time_get_microsecond (time);
  /* There was nothing to ask then. */
  if (sent <= 0)
    sent = get_span (metrics, "total_ms") >= 0 ? g_get_real_time () : 0;
  if (sent == 0)
    return;

  times->sent = sent;
  times->queued = wait >= 0 ? sent - wait : sent;
  times->first_token = after (sent, get_span (metrics, "ttft_ms"));
  times->first_answer = after (sent, get_span (metrics, "first_answer_ms"));
  times->ended = after (sent, get_span (metrics, "total_ms"));
  times->last_token = times->first_token != 0 ? times->ended : 0;
}

static void
read_metrics (AphJobRecord *record,
              JsonObject   *row)
{
  JsonObject *metrics = aph_json_get_object (row, "metrics");

  if (metrics == NULL)
    return;

  record->usage = (AphUsage) {
    .prompt_tokens = MAX (aph_json_get_int (metrics, "prompt_tokens", -1), -1),
    .answer_tokens = MAX (aph_json_get_int (metrics, "answer_tokens", -1), -1),
    .load_ns = get_ns (metrics, "load_ms"),
    .prompt_ns = get_ns (metrics, "prompt_ms"),
    .answer_ns = get_ns (metrics, "answer_ms"),
    .total_ns = get_ns (metrics, "server_ms"),
  };
  record->chunks = get_count (metrics, "chunks", G_MAXINT);
  read_times (&record->times, aph_json_get_string (row, "time"), metrics);
}

static void
read_failure (AphJobRecord *record,
              JsonObject   *row)
{
  JsonObject *error = aph_json_get_object (row, "error");

  if (error == NULL || !find_class (aph_json_get_string (error, "class"), &record->failure_class))
    return;

  record->has_failure = TRUE;
  record->status = get_count (error, "status", 999);
  record->message = g_strdup (aph_json_get_string (error, "message"));
}

static AphJobMarks
read_marks (JsonObject *row)
{
  JsonArray *array = aph_json_get_array (row, "marks");
  AphJobMarks marks = 0;

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      JsonNode *node = json_array_get_element (array, i);
      const char *word = JSON_NODE_HOLDS_VALUE (node) ? json_node_get_string (node) : NULL;

      if (word != NULL)
        marks |= aph_result_row_find_mark (word);
    }

  return marks;
}

static char **
read_images (JsonObject *row)
{
  JsonArray *array = aph_json_get_array (row, "images");
  g_autoptr (GStrvBuilder) images = g_strv_builder_new ();

  if (array == NULL)
    return NULL;

  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonNode *node = json_array_get_element (array, i);
      const char *uri = JSON_NODE_HOLDS_VALUE (node) ? json_node_get_string (node) : NULL;

      if (uri != NULL)
        g_strv_builder_add (images, uri);
    }

  return g_strv_builder_end (images);
}

static AphRequest *
read_request (JsonObject *row)
{
  JsonObject *body = aph_json_get_object (row, "params");
  JsonObject *vars = aph_json_get_object (row, "vars");
  g_autoptr (AphParams) params = body != NULL ? aph_params_new_from_body (body)
                                              : aph_params_new ();
  g_autofree char *vars_text = vars != NULL
                                 ? aph_json_node_to_text (json_object_get_member (row, "vars"))
                                 : NULL;
  g_auto (GStrv) images = read_images (row);
  const AphRequestFields fields = {
    .model = aph_json_get_string (row, "model"),
    .prompt = aph_json_get_string (row, "prompt"),
    .params = params,
    .custom_id = aph_json_get_string (row, "id"),
    .vars = vars_text,
    .images = (const char *const *) images,
  };

  return aph_request_new_full (&fields);
}

static AphOrigin *
read_origin (JsonObject *record)
{
  JsonObject *body = aph_json_get_object (record, "body");
  const AphOriginFields fields = {
    .api = aph_json_get_string (record, "api"),
    .streamed = body == NULL || aph_json_get_boolean (body, "stream", TRUE),
    .version = aph_json_get_string (record, "version"),
    .digest = aph_json_get_string (record, "digest"),
  };

  return fields.api != NULL ? aph_origin_new (&fields) : NULL;
}

static AphJobRecord *
read_row (JsonObject  *row,
          AphOrigin  **origin)
{
  AphJobRecord *record = aph_job_record_new ();
  JsonObject *more = aph_json_get_object (row, "record");

  record->request = read_request (row);
  find_state (aph_json_get_string (row, "state"), &record->state);
  record->marks = read_marks (row);
  record->attempts = get_count (row, "attempts", G_MAXINT);
  record->server = g_strdup (aph_json_get_string (row, "server"));
  record->done_reason = g_strdup (aph_json_get_string (row, "done_reason"));
  read_failure (record, row);
  read_metrics (record, row);
  record->rating = get_count (row, "rating", APH_MAX_RATING);
  record->note = g_strdup (aph_json_get_string (row, "note"));
  record->answer = g_strdup (aph_json_get_string (row, "response"));
  record->thinking = g_strdup (aph_json_get_string (row, "thinking"));
  if (more != NULL)
    {
      record->in_flight = get_count (more, "in_flight", G_MAXINT);
      if (origin != NULL)
        *origin = read_origin (more);
    }

  return record;
}

/**
 * aph_result_row_is_row:
 * @object: an object
 * @state: (out): what came of the job, if it is one
 *
 * Returns: whether aph_result_row_parse() takes it
 */
gboolean
aph_result_row_is_row (JsonObject  *object,
                       AphJobState *state)
{
  return aph_json_get_int (object, "index", -1) >= 0
         && aph_json_get_string (object, "prompt") != NULL
         && find_state (aph_json_get_string (object, "state"), state);
}

/**
 * aph_result_row_parse:
 * @line: a line of a file
 * @length: its length in bytes, or -1 if it ends in NUL
 * @index: (out) (optional): the job's place in the order of input, from 0
 * @origin: (out) (optional) (nullable): where the answer comes from, if the row says it
 * @error: return location
 *
 * Reads what aph_result_row_append() wrote. What is missing or odd in a row is left out; what an
 * earlier attempt had answered is not in it.
 *
 * Returns: (transfer full): the job; or %NULL with an %APH_JSON_ERROR if the line is no such row
 */
AphJobRecord *
aph_result_row_parse (const char  *line,
                      gssize       length,
                      guint64     *index,
                      AphOrigin  **origin,
                      GError     **error)
{
  g_autoptr (JsonObject) object = NULL;
  AphJobState state;

  g_return_val_if_fail (line != NULL, NULL);

  if (origin != NULL)
    *origin = NULL;

  object = aph_json_parse_object (line, length, error);
  if (object == NULL)
    return NULL;

  if (!aph_result_row_is_row (object, &state))
    {
      g_set_error_literal (error, APH_JSON_ERROR, APH_JSON_ERROR_TYPE,
                           _("it is not a row of results"));
      return NULL;
    }

  if (index != NULL)
    *index = (guint64) aph_json_get_int (object, "index", 0);

  return read_row (object, origin);
}

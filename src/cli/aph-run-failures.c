/* aph-run-failures.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-run-failures"

#include "config.h"

#include <glib/gi18n.h>

#include "cli/aph-run-failures.h"
#include "cli/aph-run-text.h"
#include "cli/aph-run-words.h"

/* So many that fail for the same reason are told one by one. */
#define MAX_TOLD 3

/* So many reasons are told apart by their words. */
#define MAX_REASONS 16

typedef struct
{
  char *words;          /* what happened, of the first one */
  char *remedy;
  guint64 n_failed;
} Reason;

struct _AphRunFailures
{
  GHashTable *reasons;  /* utf8 -> Reason (not owned) */
  GPtrArray *order;     /* (element-type Reason) as they came */
  GHashTable *remedies; /* (element-type utf8) those that were told */
};

static void
reason_free (gpointer data)
{
  Reason *reason = data;

  g_free (reason->words);
  g_free (reason->remedy);
  g_free (reason);
}

AphRunFailures *
aph_run_failures_new (void)
{
  AphRunFailures *self = g_new0 (AphRunFailures, 1);

  self->reasons = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->order = g_ptr_array_new_with_free_func (reason_free);
  self->remedies = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  return self;
}

void
aph_run_failures_free (AphRunFailures *self)
{
  g_hash_table_unref (self->reasons);
  g_hash_table_unref (self->remedies);
  g_ptr_array_unref (self->order);
  g_free (self);
}

/* "5137 tokens are more than 4096" is the same reason as "6201 tokens are more than 4096". */
static void
append_without_numbers (GString    *key,
                        const char *message)
{
  for (const char *p = message; *p != '\0'; p++)
    if (!g_ascii_isdigit (*p))
      g_string_append_c (key, *p);
    else if (p == message || !g_ascii_isdigit (p[-1]))
      g_string_append_c (key, '#');
}

/* What never got as far as a server fails with those that were sent, once no server answers. */
static const char *
get_server (AphJob *job)
{
  const char *server = aph_job_get_server (job);

  switch ((int) aph_failure_get_class (aph_job_get_failure (job)))
    {
    case APH_FAILURE_REFUSED:
    case APH_FAILURE_BUSY:
    case APH_FAILURE_QUOTA:
    case APH_FAILURE_DENIED:
      return "";
    default:
      return server != NULL ? server : "";
    }
}

/* The remedy names the model where that is the reason. */
static char *
create_key (AphJob     *job,
            const char *remedy,
            gboolean    with_words)
{
  AphFailure *failure = aph_job_get_failure (job);
  GString *key = g_string_new (NULL);

  g_string_printf (key, "%d %u %s\n", aph_failure_get_class (failure),
                   aph_failure_get_status (failure), get_server (job));
  if (with_words)
    {
      g_string_append_printf (key, "%s\n", remedy);
      append_without_numbers (key, aph_failure_get_message (failure));
    }

  return g_string_free (key, FALSE);
}

static Reason *
find_reason (AphRunFailures *self,
             AphJob         *job,
             const char     *words,
             const char     *remedy)
{
  g_autofree char *key = create_key (job, remedy, TRUE);
  Reason *reason = g_hash_table_lookup (self->reasons, key);

  /* A server that puts another number or name into each of its errors. */
  if (reason == NULL && self->order->len >= MAX_REASONS)
    {
      g_free (key);
      key = create_key (job, remedy, FALSE);
      reason = g_hash_table_lookup (self->reasons, key);
    }

  if (reason == NULL)
    {
      reason = g_new0 (Reason, 1);
      reason->words = g_strdup (words);
      reason->remedy = g_strdup (remedy);
      g_ptr_array_add (self->order, reason);
      g_hash_table_insert (self->reasons, g_steal_pointer (&key), reason);
    }

  return reason;
}

/**
 * aph_run_failures_add:
 * @self: what has failed so far
 * @job: a job that has failed
 *
 * Returns: (transfer full) (nullable): the line to say of it now; %NULL if enough that failed for
 *   the same reason were told
 */
char *
aph_run_failures_add (AphRunFailures *self,
                      AphJob         *job)
{
  AphFailure *failure = aph_job_get_failure (job);
  AphRequest *request = aph_job_get_request (job);
  const char *model = aph_request_get_model (request);
  g_autofree char *words = NULL;
  g_autofree char *remedy = NULL;
  g_autofree char *prompt = NULL;
  Reason *reason;

  g_return_val_if_fail (failure != NULL, NULL);

  words = aph_run_words_for_failure (failure, model, aph_job_get_server (job));
  remedy = aph_run_words_for_remedy (failure, model);
  reason = find_reason (self, job, words, remedy);
  if (++reason->n_failed > MAX_TOLD)
    return NULL;

  /* The same advice again and again would hide what failed. */
  if (!g_hash_table_add (self->remedies, g_strdup (remedy)))
    *remedy = '\0';
  prompt = aph_run_text_one_line (aph_request_get_prompt (request), 30);

  /* Translators: the number of a prompt, its beginning, what happened, what to do */
  return g_strdup_printf (_("prompt %lu (%s) failed: %s%s%s"),
                          (gulong) aph_job_get_index (job) + 1, prompt, words,
                          *remedy != '\0' ? " → " : "", remedy);
}

/**
 * aph_run_failures_conclude:
 * @self: what has failed, at the end of the run
 *
 * Returns: (transfer full) (element-type utf8): a line for each reason of which not every prompt
 *   was told: how many, what happened, what to do
 */
GPtrArray *
aph_run_failures_conclude (AphRunFailures *self)
{
  GPtrArray *lines = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < self->order->len; i++)
    {
      const Reason *reason = g_ptr_array_index (self->order, i);
      gulong n = (gulong) reason->n_failed;

      if (reason->n_failed <= MAX_TOLD)
        continue;

      /* Translators: how many, what happened, what to do */
      g_ptr_array_add (lines,
                       g_strdup_printf (ngettext ("%'lu prompt failed like this: %s%s%s",
                                                  "%'lu prompts failed like this: %s%s%s", n),
                                        n, reason->words,
                                        *reason->remedy != '\0' ? " → " : "", reason->remedy));
    }

  return lines;
}

/* aph-requeue.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-requeue"

#include "config.h"

#include "ui/aph-requeue.h"

/* The context that Ollama gives a model where nobody says, in tokens. */
#define USUAL_CONTEXT 4096

/* The longest answer that is asked for where it is not known how long the cut one was. */
#define USUAL_LENGTH 2048

/* More than this no model takes. */
#define MOST_TOKENS (1 << 24)

static void
set_tokens (AphParams  *params,
            const char *option,
            gint64      n_tokens)
{
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, MIN (n_tokens, MOST_TOKENS));
  g_autoptr (GError) error = NULL;

  if (!aph_params_set_option (params, option, text, &error))
    g_warning ("%s=%s: %s", option, text, error->message);
}

/* A prompt that was cut filled the context, so that is at least as large as what was read. */
static gint64
get_context (AphJob *job)
{
  const AphUsage *usage = aph_job_get_usage (job);
  gint64 chosen = aph_params_get_num_ctx (aph_request_get_params (aph_job_get_request (job)));

  if (chosen > 0)
    return chosen;

  return MAX (USUAL_CONTEXT, usage->prompt_tokens);
}

static gint64
get_length (AphJob *job)
{
  gint64 n_tokens = aph_job_get_usage (job)->answer_tokens;

  return n_tokens > 0 ? n_tokens : USUAL_LENGTH;
}

/**
 * aph_requeue_create_request:
 * @job: a job that is done
 * @remedy: what to change
 *
 * Returns: (transfer full): the same question, to be answered under other conditions
 */
AphRequest *
aph_requeue_create_request (AphJob    *job,
                            AphRemedy  remedy)
{
  AphRequestFields fields;
  g_autoptr (AphParams) params = NULL;

  g_return_val_if_fail (APH_IS_JOB (job), NULL);

  fields = *aph_request_get_fields (aph_job_get_request (job));
  params = aph_params_copy (fields.params);

  switch (remedy)
    {
    case APH_REMEDY_CONTEXT:
      set_tokens (params, "num_ctx", 2 * get_context (job));
      break;
    case APH_REMEDY_LENGTH:
      set_tokens (params, "num_predict", 2 * get_length (job));
      break;
    case APH_REMEDY_NO_THINKING:
      aph_params_set_think (params, "no", NULL);
      break;
    default:
      g_return_val_if_reached (NULL);
    }
  fields.params = params;

  return aph_request_new_full (&fields);
}

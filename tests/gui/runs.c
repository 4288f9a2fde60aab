/* runs.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "job/aph-job-record.h"

#include "runs.h"

static gint64
after (gint64 begin,
       gint64 milliseconds)
{
  return begin + milliseconds * 1000;
}

static void
fill_times (AphJobRecord  *record,
            const PastJob *past,
            gint64         begin)
{
  gint64 silence = past->load_ms + past->slot_ms + past->prompt_ms;

  record->times.queued = begin;
  if (past->sent_ms < 0)
    return;

  record->attempts = 1;
  record->times.sent = after (begin, past->sent_ms);
  if (past->state == APH_JOB_FAILED)
    {
      record->times.ended = after (record->times.sent, past->answer_ms);
      return;
    }

  record->times.first_token = after (record->times.sent, silence);
  record->times.first_answer = after (record->times.first_token, past->think_ms);
  record->times.last_token = after (record->times.first_answer, past->answer_ms);
  record->times.ended = record->times.last_token;
  record->usage.load_ns = past->load_ms * 1000000;
  record->usage.prompt_ns = past->prompt_ms * 1000000;
  record->usage.answer_ns = (past->think_ms + past->answer_ms) * 1000000;
  record->usage.answer_tokens = past->n_tokens;
  record->usage.prompt_tokens = 20;
}

/* A job that was asked in a run that began an hour ago. */
AphJob *
make_past_job (const PastJob *past,
               guint64        id)
{
  /* All jobs of a process share one beginning. */
  static gint64 begin = 0;
  g_autoptr (AphJobRecord) record = aph_job_record_new ();
  const char *server = past->server != NULL ? past->server : "http://127.0.0.1:11434";

  if (begin == 0)
    begin = g_get_real_time () - RUN_AGO_MS * (gint64) 1000;

  record->id = id;
  record->request = aph_request_new (past->model, past->prompt, NULL, NULL);
  record->state = past->state;
  record->marks = past->marks;
  record->server = past->sent_ms >= 0 ? g_strdup (server) : NULL;
  record->answer = g_strdup (past->answer);
  record->chunks = (guint) past->n_tokens;
  if (past->state == APH_JOB_FAILED)
    {
      record->has_failure = TRUE;
      record->failure_class = APH_FAILURE_TRANSPORT;
      record->message = g_strdup ("cut off");
    }
  fill_times (record, past, begin);

  return aph_job_new_from_record (record);
}

/* A run of so many jobs in so many slots: some think, some load, some fail. */
GPtrArray *
make_run (guint n_jobs,
          guint n_slots,
          guint n_models)
{
  static const char *const models[] = {
    "qwen2.5:7b", "llama3.2:3b", "deepseek-r1:8b", "gemma2:9b", "mistral:7b", "phi3:3.8b",
  };
  static const char *const prompts[] = {
    "鱼香肉丝的做法", "Why is the sky blue?", "Translate “good morning” into seven languages.",
    "菠萝咕咾肉怎么做好吃?", "Write a sonnet about a queue.",
  };
  GPtrArray *jobs = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree gint64 *free_at = g_new0 (gint64, n_slots);
  g_autoptr (GRand) random = g_rand_new_with_seed (7);

  n_models = MIN (n_models, G_N_ELEMENTS (models));
  for (guint i = 0; i < n_jobs; i++)
    {
      guint slot = 0, model = i * n_models / n_jobs;
      PastJob past = {
        .prompt = prompts[i % G_N_ELEMENTS (prompts)],
        .model = models[model],
        .state = i % 23 == 22 ? APH_JOB_FAILED : APH_JOB_DONE,
        .prompt_ms = g_rand_int_range (random, 80, 400),
        .slot_ms = i % 4 == 3 ? g_rand_int_range (random, 0, 1500) : 0,
        .think_ms = model == 2 ? g_rand_int_range (random, 500, 3000) : 0,
        .answer_ms = g_rand_int_range (random, 600, 6000),
        .answer = "An answer.",
      };

      for (guint j = 1; j < n_slots; j++)
        if (free_at[j] < free_at[slot])
          slot = j;
      if (i < n_slots || i * n_models / n_jobs != (i - MIN (i, n_slots)) * n_models / n_jobs)
        past.load_ms = 2500;
      past.sent_ms = free_at[slot];
      past.n_tokens = (past.think_ms + past.answer_ms) / (15 + 5 * (gint64) model);
      free_at[slot] += past.load_ms + past.slot_ms + past.prompt_ms + past.think_ms + past.answer_ms;
      if (past.state == APH_JOB_FAILED)
        free_at[slot] = past.sent_ms + past.answer_ms;
      g_ptr_array_add (jobs, make_past_job (&past, i + 1));
    }

  return jobs;
}

/* The same prompts for several models, all answered. */
GPtrArray *
make_matrix (guint n_prompts,
             guint n_models)
{
  static const char *const openings[] = {
    "先将菠萝切块，用盐水泡十分钟；猪里脊切成两厘米见方的块，加盐、料酒和淀粉抓匀。",
    "The sky is blue because air scatters short waves of light more than long ones.",
    "Good morning is “bonjour” in French, “buongiorno” in Italian, “guten Morgen” in German,",
  };
  static const char *const rest[] = {
    " 油温六成热时下锅炸至金黄，捞出后再复炸一次。 Stir without haste, and taste as you go.",
    " At sunset the light has a longer way through the air, so what is left of it is red.",
    " and whoever says it with a smile is understood in all the others too.\n\nThat is all.",
  };
  GPtrArray *jobs = g_ptr_array_new_with_free_func (g_object_unref);
  static const char *const models[] = {
    "qwen2.5:7b", "llama3.2:3b", "deepseek-r1:8b", "gemma2:9b", "mistral:7b", "phi3:3.8b",
  };

  for (guint i = 0; i < n_prompts; i++)
    for (guint j = 0; j < MIN (n_models, G_N_ELEMENTS (models)); j++)
      {
        g_autofree char *prompt = g_strdup_printf ("Prompt %u: 菠萝咕咾肉怎么做好吃?", i + 1);
        g_autofree char *answer = g_strconcat (openings[i % 3], rest[(i + j) % 3],
                                               rest[(i + 2 * j) % 3], NULL);
        PastJob past = {
          .prompt = prompt, .model = models[j], .state = APH_JOB_DONE, .sent_ms = 1000 * i,
          .prompt_ms = 100, .answer_ms = 2000 + 500 * j, .n_tokens = 80 + 10 * (i % 7),
          .answer = answer, .marks = (i + j) % 11 == 10 ? APH_MARK_LENGTH : 0,
        };

        g_ptr_array_add (jobs, make_past_job (&past, jobs->len + 1));
      }

  return jobs;
}

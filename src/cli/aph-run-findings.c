/* aph-run-findings.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-run-findings"

#include "config.h"

#include <unistd.h>

#include <glib/gi18n.h>

#include "cli/aph-run-findings.h"
#include "cli/aph-run-words.h"
#include "ui/aph-format.h"
#include "ui/aph-format-finding.h"

/* Shorter rests are not worth a word, in milliseconds. */
#define LONG_REST 60000

struct _AphRunFindings
{
  AphScheduler *scheduler;
  AphRunReporter *reporter;
  GHashTable *told;       /* AphLane (not owned) -> the last sentence about it */
  GHashTable *resting;    /* (element-type AphLane) (not owned) of whose rest was told */
};

static void
tell (AphRunFindings *self,
      AphLane        *lane)
{
  g_autofree char *finding = aph_format_finding (aph_lane_get_tuner (lane));
  const char *model = aph_lane_get_model (lane);
  g_autofree char *sentence = NULL;

  /* Translators: a model, the address of a server, and “this server answers 4 at a time” */
  sentence = g_strdup_printf (_("%s at %s: %s"), model != NULL ? model : "",
                              aph_server_get_url (aph_lane_get_server (lane)), finding);
  if (g_strcmp0 (g_hash_table_lookup (self->told, lane), sentence) == 0)
    return;

  aph_run_reporter_say (self->reporter, "%s", sentence);
  g_hash_table_insert (self->told, lane, g_steal_pointer (&sentence));
}

static void
tell_rest (AphRunFindings *self,
           AphLane        *lane)
{
  const char *url = aph_server_get_url (aph_lane_get_server (lane));
  AphFailure *failure = aph_lane_get_failure (lane);
  gint64 rest = aph_lane_get_rest (lane);
  g_autofree char *words = aph_run_words_for_failure (failure, aph_lane_get_model (lane), url);

  if (rest >= 0 && rest < LONG_REST)
    return;
  /* Of the only server the failures of the prompts tell. */
  if (rest < 0 && aph_scheduler_get_lanes (self->scheduler)->len == 1)
    return;
  if (!g_hash_table_add (self->resting, lane))
    return;

  if (rest < 0)
    {
      g_autofree char *remedy = aph_run_words_for_remedy (failure, NULL);

      aph_run_reporter_say (self->reporter, "%s → %s", words, remedy);
    }
  else
    {
      g_autofree char *duration = aph_format_duration (rest);

      /* Translators: what happened, a span of time, the number of this process */
      aph_run_reporter_say (self->reporter,
                            _("%s → It asks us to wait for %s. To try now: kill -USR1 %d"),
                            words, duration, (int) getpid ());
    }
}

static gboolean
is_known (AphLane *lane)
{
  AphTuner *tuner = aph_lane_get_tuner (lane);

  return tuner != NULL && aph_tuner_get_verdict (tuner) != APH_TUNER_SEARCHING;
}

static void
lane_changed_cb (AphScheduler *scheduler,
                 AphLane      *lane,
                 gpointer      user_data)
{
  AphRunFindings *self = user_data;

  if (is_known (lane))
    tell (self, lane);

  if (aph_lane_get_state (lane) == APH_LANE_RESTING)
    tell_rest (self, lane);
  else
    g_hash_table_remove (self->resting, lane);
}

/**
 * aph_run_findings_new:
 * @scheduler: what runs
 * @reporter: who tells it
 *
 * Returns: (transfer full): findings that are told from now on
 */
AphRunFindings *
aph_run_findings_new (AphScheduler   *scheduler,
                      AphRunReporter *reporter)
{
  AphRunFindings *self = g_new0 (AphRunFindings, 1);

  self->scheduler = g_object_ref (scheduler);
  self->reporter = g_object_ref (reporter);
  self->told = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  self->resting = g_hash_table_new (NULL, NULL);
  g_signal_connect (scheduler, "lane-changed", G_CALLBACK (lane_changed_cb), self);

  return self;
}

void
aph_run_findings_free (AphRunFindings *self)
{
  g_signal_handlers_disconnect_by_data (self->scheduler, self);
  g_object_unref (self->scheduler);
  g_object_unref (self->reporter);
  g_hash_table_unref (self->told);
  g_hash_table_unref (self->resting);
  g_free (self);
}

/**
 * aph_run_findings_conclude:
 * @self: findings, at the end of the run
 *
 * Says how far it came where there were too few prompts to find out.
 */
void
aph_run_findings_conclude (AphRunFindings *self)
{
  GPtrArray *lanes = aph_scheduler_get_lanes (self->scheduler);

  for (guint i = 0; i < lanes->len; i++)
    {
      AphLane *lane = g_ptr_array_index (lanes, i);

      if (aph_lane_get_tuner (lane) != NULL && aph_lane_get_model (lane) != NULL
          && !is_known (lane))
        aph_run_reporter_say (self->reporter,
                              _("%s: too few prompts to find out how many at a time are best"),
                              aph_server_get_url (aph_lane_get_server (lane)));
    }
}

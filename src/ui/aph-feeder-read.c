/* aph-feeder-read.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What waits in the store is read, some of each line at a time, in the order of the queue.
 */

#define G_LOG_DOMAIN "aph-feeder"

#include "config.h"

#include "ui/aph-feeder-private.h"

/* How many jobs of a line the scheduler has at least, while there are any: a line that runs dry for
 * a moment would have another model loaded. */
#define LEAST_JOBS 64

AphFeederActive *
aph_feeder_find_active (AphFeeder *self,
                        guint64    id)
{
  return g_hash_table_lookup (self->active, GSIZE_TO_POINTER (id));
}

AphFeederLine *
aph_feeder_find_line (AphFeeder     *self,
                      const AphLine *line)
{
  for (guint i = 0; i < self->lines->len; i++)
    {
      AphFeederLine *known = &g_array_index (self->lines, AphFeederLine, i);

      if (known->read.line.batch == line->batch && known->read.line.lot == line->lot)
        return known;
    }

  return NULL;
}

/* Enough for two rounds of the places there are. */
static guint
get_most_waiting (AphFeeder *self)
{
  GPtrArray *lanes = aph_scheduler_get_lanes (self->scheduler);
  guint n_places = 0;

  for (guint i = 0; i < lanes->len; i++)
    n_places += aph_lane_get_limit (g_ptr_array_index (lanes, i));

  return MAX (LEAST_JOBS, 2 * n_places);
}

/* What is no longer to be sent; its place in the table is for the caller. */
void
aph_feeder_give_back (AphFeeder       *self,
                      AphFeederActive *active)
{
  AphFeederLine *line = active->line.lot != 0 ? aph_feeder_find_line (self, &active->line) : NULL;

  if (line != NULL && active->is_waiting)
    line->n_waiting--;
  if (!g_queue_remove (&self->held, active->job))
    aph_scheduler_withdraw (self->scheduler, active->job);
}

/* Whether what was just read of a job is still so. */
static gboolean
may_take (AphFeeder          *self,
          const AphJobRecord *record)
{
  AphJob *job = aph_store_peek_job (self->store, record->id);

  return aph_feeder_find_active (self, record->id) == NULL
         && !g_hash_table_contains (self->ended, GSIZE_TO_POINTER (record->id))
         && (job == NULL || !aph_job_is_loaded (job) || aph_job_get_state (job) == APH_JOB_WAITING);
}

/* Reading */

/* What the scheduler has of a line, but would be read from it later now. What was sent before may
 * not be on disk as waiting, so that is not left to be read. */
static void
withdraw_later (AphFeeder     *self,
                const AphLine *line,
                guint64        after)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->active);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      AphFeederActive *active = value;

      if (!active->is_waiting || active->line.batch != line->batch || active->line.lot != line->lot
          || aph_job_get_urgent (active->job) > 0 || aph_job_get_attempts (active->job) > 0
          || aph_job_get_place (active->job) <= after)
        continue;
      aph_feeder_give_back (self, active);
      g_hash_table_iter_remove (&iter);
    }
}

static void
take_line (AphFeeder         *self,
           const AphFeedLine *read)
{
  AphFeederLine *line = aph_feeder_find_line (self, &read->line);
  GPtrArray *records = read->records;

  if (line == NULL)
    {
      AphFeederLine fresh = { .read = { .line = read->line } };

      g_array_append_val (self->lines, fresh);
      line = &g_array_index (self->lines, AphFeederLine, self->lines->len - 1);
    }

  line->read.n_wanted = 0;
  line->is_blocked = !aph_store_has_batch (self->store, read->line.batch);
  if (line->is_blocked)
    return;

  if (read->is_anew)
    {
      line->read.after = 0;
      if (!read->is_empty)
        withdraw_later (self, &read->line, read->after);
    }
  for (guint i = 0; i < records->len; i++)
    {
      const AphJobRecord *record = g_ptr_array_index (records, i);
      g_autoptr (AphJob) job = NULL;

      if (aph_request_get_model (record->request) == NULL && self->model == NULL)
        {
          line->is_blocked = TRUE;
          return;
        }
      line->read.after = record->place != 0 ? record->place : record->id << APH_PLACE_SHIFT;
      if (!may_take (self, record))
        continue;
      job = aph_store_adopt (self->store, record);
      if (aph_job_get_state (job) == APH_JOB_WAITING && !aph_store_is_removed (self->store, job))
        aph_feeder_take (self, job, &read->line);
    }
  line = aph_feeder_find_line (self, &read->line);
  line->read.after = MAX (line->read.after, read->after);
  line->read.is_empty = read->is_empty;
}

/* Of a line that was asked for, but is not there any more, nothing waits. */
static void
note_vanished (AphFeeder *self)
{
  for (guint i = 0; i < self->lines->len; i++)
    {
      AphFeedLine *read = &g_array_index (self->lines, AphFeederLine, i).read;

      read->is_empty |= read->n_wanted > 0;
    }
}

/* What came while it was read, and lies before where it was read to. */
static void
take_missed (AphFeeder *self)
{
  for (guint i = 0; i < self->lines->len; i++)
    {
      AphFeederLine *line = &g_array_index (self->lines, AphFeederLine, i);
      const guint64 *place =
        g_hash_table_lookup (self->missed, GSIZE_TO_POINTER (line->read.line.batch));

      line->is_moved |= place != NULL && *place <= line->read.after;
    }
}

static void
end_reading (AphFeeder *self)
{
  self->is_reading = FALSE;
  g_hash_table_remove_all (self->ended);
  g_hash_table_remove_all (self->missed);
}

/* What was moved may be among what could not be read. */
static void
read_all_anew (AphFeeder *self)
{
  for (guint i = 0; i < self->lines->len; i++)
    g_array_index (self->lines, AphFeederLine, i).is_moved = TRUE;
  self->is_stale = TRUE;
}

gboolean
aph_feeder_is_wanted (AphFeeder           *self,
                      const AphFeederLine *line)
{
  return !line->read.is_empty && !line->is_blocked
         && line->n_waiting < get_most_waiting (self) / 2;
}

static void
read_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (AphFeeder) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) lines =
    aph_store_find_waiting_finish (APH_STORE (source), result, &error);

  if (lines == NULL)
    {
      end_reading (self);
      if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return;

      /* Not at once: it would go wrong again. */
      g_debug ("%s", error->message);
      read_all_anew (self);
      if (self->is_outdated)
        aph_feeder_read_again (self);
      return;
    }

  /* The scheduler may be hungry while it gets something: that is seen to at the end. */
  for (guint i = 0; i < lines->len; i++)
    take_line (self, &g_array_index (lines, AphFeedLine, i));
  note_vanished (self);
  take_missed (self);
  end_reading (self);
  if (self->is_outdated)
    aph_feeder_read_again (self);
  else
    aph_feeder_look (self);
}

/* What has ended, but may still wait on disk: by the time that it is read from there, it may be on
 * disk, too, and forgotten here. */
static void
note_ended (AphFeeder *self)
{
  g_autoptr (GPtrArray) jobs = aph_store_list_unwritten (self->store);

  for (guint i = 0; i < jobs->len; i++)
    {
      AphJob *job = g_ptr_array_index (jobs, i);

      if (aph_job_is_ended (job))
        g_hash_table_add (self->ended, GSIZE_TO_POINTER (aph_job_get_id (job)));
    }
}

/* What of each line is wanted; nothing of a line that is not known to be short. */
static GArray *
list_wanted (AphFeeder *self,
             gboolean  *any)
{
  GArray *wanted = g_array_sized_new (FALSE, FALSE, sizeof (AphFeedLine), self->lines->len);
  guint most = get_most_waiting (self);

  *any = FALSE;
  for (guint i = 0; i < self->lines->len; i++)
    {
      AphFeederLine *line = &g_array_index (self->lines, AphFeederLine, i);
      AphFeedLine read = line->read;

      read.n_wanted = aph_feeder_is_wanted (self, line) ? most - line->n_waiting : 0;
      if (line->is_moved && !line->is_blocked)
        {
          line->is_moved = FALSE;
          read.is_anew = TRUE;
          read.after = 0;
          read.n_wanted = most;
        }
      line->read.n_wanted = read.n_wanted;
      *any |= read.n_wanted > 0;
      g_array_append_val (wanted, read);
    }

  return wanted;
}

/**
 * aph_feeder_look:
 * @self: a feeder
 *
 * Looks whether the scheduler has too little of anything.
 */
void
aph_feeder_look (AphFeeder *self)
{
  g_autoptr (GArray) wanted = NULL;
  gboolean any;

  g_return_if_fail (APH_IS_FEEDER (self));

  if (self->is_reading || !aph_store_is_open (self->store))
    return;

  if (self->is_stale)
    for (guint i = 0; i < self->lines->len; i++)
      g_array_index (self->lines, AphFeederLine, i).read.is_empty = FALSE;
  wanted = list_wanted (self, &any);
  if (!any && !self->is_stale)
    return;

  self->is_stale = FALSE;
  self->is_reading = TRUE;
  note_ended (self);
  aph_store_find_waiting_async (self->store, wanted,
                                self->is_gated ? aph_store_get_first_new_batch (self->store) : 0,
                                get_most_waiting (self), self->cancellable, read_cb,
                                g_object_ref (self));
}

/* There are more jobs that wait, maybe before those that were read. */
void
aph_feeder_read_again (AphFeeder *self)
{
  for (guint i = 0; i < self->lines->len; i++)
    {
      g_array_index (self->lines, AphFeederLine, i).read.after = 0;
      g_array_index (self->lines, AphFeederLine, i).is_blocked = FALSE;
    }
  self->is_stale = TRUE;
  self->is_outdated = self->is_reading;
  aph_feeder_look (self);
}

static void
written_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (AphFeeder) self = user_data;

  if (aph_store_after_writing_finish (APH_STORE (source), result, NULL)
      && !g_cancellable_is_cancelled (self->cancellable))
    aph_feeder_read_again (self);
}

/**
 * aph_feeder_look_again:
 * @self: a feeder
 *
 * There are more jobs that wait, maybe before those that were read. They are looked for once it is
 * on disk that they do.
 */
void
aph_feeder_look_again (AphFeeder *self)
{
  g_return_if_fail (APH_IS_FEEDER (self));

  aph_store_after_writing_async (self->store, written_cb, g_object_ref (self));
}

/* What else comes to wait */

/* At @place or behind it there is more in @batch than was read, or is being read. */
static void
note_more (AphFeeder *self,
           guint64    batch,
           guint64    place)
{
  const guint64 *missed;

  for (guint i = 0; i < self->lines->len; i++)
    {
      AphFeederLine *line = &g_array_index (self->lines, AphFeederLine, i);

      line->is_moved |= line->read.line.batch == batch && place <= line->read.after;
    }
  if (!self->is_reading)
    return;

  missed = g_hash_table_lookup (self->missed, GSIZE_TO_POINTER (batch));
  if (missed == NULL || *missed > place)
    g_hash_table_insert (self->missed, GSIZE_TO_POINTER (batch),
                         g_memdup2 (&place, sizeof place));
}

/* Numbers are given before they are written, and places as well: what was moved to the end may have
 * been read by now, and yet these are before it. */
void
aph_feeder_jobs_added (AphFeeder *self,
                       AphBatch  *batch,
                       guint64    first)
{
  note_more (self, aph_batch_get_id (batch), first << APH_PLACE_SHIFT);
  self->is_stale = TRUE;
  aph_feeder_look (self);
}

/* Whether the scheduler has it, and may have it: what it has not read yet is behind it. */
static gboolean
is_in_reach (AphFeeder             *self,
             const AphFeederActive *active)
{
  const AphFeederLine *line = active->line.lot != 0 ? aph_feeder_find_line (self, &active->line)
                                                    : NULL;

  return line == NULL || aph_job_get_place (active->job) <= line->read.after;
}

/* What the scheduler has changes places there; else it may be that it is to have it, and other
 * jobs not any more. */
void
aph_feeder_jobs_moved (AphFeeder *self,
                       GArray    *placements)
{
  g_autoptr (GPtrArray) jobs = g_ptr_array_new ();
  guint64 noted = 0;

  for (guint i = 0; i < placements->len; i++)
    {
      const AphPlacement *placement = &g_array_index (placements, AphPlacement, i);
      AphFeederActive *active = aph_feeder_find_active (self, placement->job);

      if (active != NULL)
        g_ptr_array_add (jobs, active->job);
      if ((active == NULL || !is_in_reach (self, active)) && noted != placement->batch)
        {
          noted = placement->batch;
          note_more (self, noted, 0);
        }
    }
  aph_scheduler_reorder (self->scheduler, jobs);
  aph_feeder_look (self);
}

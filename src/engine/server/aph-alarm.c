/* aph-alarm.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Alarms are set far more often than they go off: a thousand requests each have a new deadline at
 * every step. So the set of them is kept in no order, and the source is touched only when a
 * deadline is nearer than all others; when it fires, what is due is looked for.
 */

#define G_LOG_DOMAIN "aph-alarm"

#include "config.h"

#include "server/aph-alarm.h"

struct _AphAlarms
{
  GSource *source;
  GQueue waiting;       /* of AphAlarm */
  gint64 ready_time;    /* of the source, monotonic, in microseconds; -1 for never */
};

static void
set_ready_time (AphAlarms *self,
                gint64     ready_time)
{
  self->ready_time = ready_time;
  g_source_set_ready_time (self->source, ready_time);
}

static void
put (AphAlarm *alarm,
     GQueue   *queue)
{
  if (alarm->queue != NULL)
    g_queue_unlink (alarm->queue, &alarm->link);
  alarm->queue = queue;
  if (queue != NULL)
    g_queue_push_tail_link (queue, &alarm->link);
}

static gboolean
fire (gpointer user_data)
{
  AphAlarms *self = aph_alarms_ref (user_data);
  gint64 now = g_source_get_time (self->source);
  gint64 next = -1;
  GQueue due = G_QUEUE_INIT;
  GList *after;

  for (GList *link = self->waiting.head; link != NULL; link = after)
    {
      AphAlarm *alarm = link->data;

      after = link->next;
      if (alarm->time <= now)
        put (alarm, &due);
      else if (next == -1 || alarm->time < next)
        next = alarm->time;
    }
  set_ready_time (self, next);

  /* Any of them may set or clear any other. */
  while (due.head != NULL)
    {
      AphAlarm *alarm = due.head->data;

      put (alarm, NULL);
      alarm->func (alarm->user_data);
    }

  aph_alarms_unref (self);

  return G_SOURCE_CONTINUE;
}

static gboolean
dispatch (GSource     *source,
          GSourceFunc  callback,
          gpointer     user_data)
{
  return callback (user_data);
}

/**
 * aph_alarms_new:
 * @priority: at which they go off
 *
 * Returns: (transfer full): no alarms, in the thread-default main context
 */
AphAlarms *
aph_alarms_new (int priority)
{
  static GSourceFuncs funcs = { .dispatch = dispatch };
  AphAlarms *self = g_rc_box_new0 (AphAlarms);
  g_autoptr (GMainContext) context = g_main_context_ref_thread_default ();

  self->ready_time = -1;
  self->source = g_source_new (&funcs, sizeof (GSource));
  g_source_set_static_name (self->source, "AphAlarms");
  g_source_set_priority (self->source, priority);
  g_source_set_callback (self->source, fire, self, NULL);
  g_source_attach (self->source, context);

  return self;
}

AphAlarms *
aph_alarms_ref (AphAlarms *self)
{
  return g_rc_box_acquire (self);
}

static void
alarms_clear (gpointer data)
{
  AphAlarms *self = data;

  g_assert (self->waiting.length == 0);

  g_source_destroy (self->source);
  g_source_unref (self->source);
}

void
aph_alarms_unref (AphAlarms *self)
{
  g_rc_box_release_full (self, alarms_clear);
}

/**
 * aph_alarms_get_time:
 * @self: alarms
 *
 * Returns: the moment that counts as now while one of them goes off, monotonic, in microseconds
 */
gint64
aph_alarms_get_time (AphAlarms *self)
{
  return g_source_get_time (self->source);
}

/**
 * aph_alarm_init:
 * @self: an uninitialised alarm
 * @alarms: those that it is one of
 * @func: called when the time has come
 * @user_data: for @func
 *
 * Makes it one that is not set.
 */
void
aph_alarm_init (AphAlarm     *self,
                AphAlarms    *alarms,
                AphAlarmFunc  func,
                gpointer      user_data)
{
  *self = (AphAlarm) {
    .alarms = aph_alarms_ref (alarms),
    .func = func,
    .user_data = user_data,
  };
  self->link.data = self;
}

/**
 * aph_alarm_clear:
 * @self: an initialised alarm
 *
 * It does not go off any more.
 */
void
aph_alarm_clear (AphAlarm *self)
{
  put (self, NULL);
  g_clear_pointer (&self->alarms, aph_alarms_unref);
}

/**
 * aph_alarm_set:
 * @self: an initialised alarm
 * @time: when it is to go off, as g_get_monotonic_time() counts; -1 for never
 *
 * Sets it anew.
 */
void
aph_alarm_set (AphAlarm *self,
               gint64    time)
{
  AphAlarms *alarms = self->alarms;

  self->time = time;
  if (time == -1)
    {
      put (self, NULL);
      return;
    }

  if (self->queue != &alarms->waiting)
    put (self, &alarms->waiting);
  if (alarms->ready_time == -1 || time < alarms->ready_time)
    set_ready_time (alarms, time);
}

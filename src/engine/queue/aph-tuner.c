/* aph-tuner.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-tuner"

#include "config.h"

#include <math.h>

#include "queue/aph-tuner.h"

#define MAXIMUM 512

/* Twice as many must bring this much more, or it does not pay to go on. */
#define WORTH_DOUBLING 1.15
/* "Nearly all" of the best rate. */
#define NEARLY 0.93
/* A place that stays empty for longer than it takes to fill it spoils the measurement. */
#define LONGEST_DIP (200 * G_TIME_SPAN_MILLISECOND)
#define SHORTEST_SETTLING (300 * G_TIME_SPAN_MILLISECOND)
#define SHORTEST_SPAN G_TIME_SPAN_SECOND
#define LONGEST_SPAN (8 * G_TIME_SPAN_SECOND)
/* As many replies' times a measurement should cover, within the two above. */
#define REPLIES_PER_SPAN 4

typedef enum
{
  PHASE_CLIMB,     /* doubling */
  PHASE_CHECK,     /* a guess between the last two levels */
  PHASE_SETTLED,
} Phase;

struct _AphTuner
{
  Phase phase;
  AphTunerVerdict verdict;
  guint limit;
  double rate;               /* tokens per second at the limit, once measured */

  /* The climb: rates at limit / 4, limit / 2 and limit; and the bounds of the search after it */
  double rates[3];
  guint low;
  guint high;
  double best;

  /* The measurement at the present limit */
  guint in_flight;
  gint64 full_since;         /* 0: places are free */
  gint64 dip_since;          /* 0: no place is free at the moment */
  gint64 measured_since;     /* 0: not yet */
  guint64 tokens;

  /* Replies within the measurement */
  guint n_replies;
  double server_time;        /* sum of the times the server reports, nanoseconds */
  double service_time;       /* that part of it in which the server worked on the reply */

  double mean_duration;      /* of replies, microseconds, a moving average; 0: none yet */
};

static void
begin_level (AphTuner *self,
             guint     limit)
{
  self->limit = limit;
  self->full_since = 0;
  self->dip_since = 0;
  self->measured_since = 0;
  self->tokens = 0;
  self->n_replies = 0;
  self->server_time = 0;
  self->service_time = 0;
}

/**
 * aph_tuner_new:
 *
 * Returns: (transfer full): a tuner that begins with one at a time
 */
AphTuner *
aph_tuner_new (void)
{
  AphTuner *self = g_new0 (AphTuner, 1);

  begin_level (self, 1);

  return self;
}

void
aph_tuner_free (AphTuner *self)
{
  g_free (self);
}

/**
 * aph_tuner_get_limit:
 * @self: a tuner
 *
 * Returns: how many may be in flight now
 */
guint
aph_tuner_get_limit (const AphTuner *self)
{
  return self->limit;
}

AphTunerVerdict
aph_tuner_get_verdict (const AphTuner *self)
{
  return self->verdict;
}

/**
 * aph_tuner_get_rate:
 * @self: a tuner
 *
 * Returns: the tokens per second of all streams together that were measured last
 */
double
aph_tuner_get_rate (const AphTuner *self)
{
  return self->rate;
}

/**
 * aph_tuner_restart:
 * @self: a tuner
 *
 * Begins anew: another model, another server behind the address.
 */
void
aph_tuner_restart (AphTuner *self)
{
  guint in_flight = self->in_flight;

  *self = (AphTuner) { .in_flight = in_flight };
  begin_level (self, 1);
}

static void
settle (AphTuner        *self,
        guint            limit,
        AphTunerVerdict  verdict)
{
  self->phase = PHASE_SETTLED;
  self->verdict = verdict;
  begin_level (self, limit);
  g_debug ("settled at %u: %.1f tokens/s", limit, self->rate);
}

/**
 * aph_tuner_set_slots:
 * @self: a tuner
 * @slots: how many at once, at least 1
 *
 * There is nothing to find out: the server has said what it is good for.
 */
void
aph_tuner_set_slots (AphTuner *self,
                     guint     slots)
{
  settle (self, CLAMP (slots, 1, MAXIMUM), APH_TUNER_TOLD);
}

/* By Little's law the replies that the server really works on are those in flight times the share
 * of a reply's time that is not spent waiting for a slot. 0 if it cannot be told. */
static double
estimate_slots (AphTuner *self)
{
  if (self->n_replies < MAX (3, self->limit) || self->server_time <= 0)
    return 0;

  return self->limit * self->service_time / self->server_time;
}

/* After the climb: where the streams' own rate, as it was when they were few, meets the best
 * rate of all together. */
static void
guess (AphTuner *self)
{
  guint few = self->rates[0] > 0 ? self->limit / 4 : self->limit / 2;
  double per_stream = (self->rates[0] > 0 ? self->rates[0] : self->rates[1]) / few;
  guint guessed;

  self->best = MAX (self->rates[1], self->rates[2]);
  self->low = few;
  self->high = self->limit;
  guessed = (guint) CLAMP (lround (self->best / per_stream), few, self->limit);

  if (guessed == self->limit / 2)
    {
      self->rate = self->rates[1];
      settle (self, guessed, APH_TUNER_PEAK);
    }
  else
    {
      self->phase = PHASE_CHECK;
      begin_level (self, guessed);
    }
}

static void
climb (AphTuner *self)
{
  double slots = estimate_slots (self);

  self->rates[0] = self->rates[1];
  self->rates[1] = self->rates[2];
  self->rates[2] = self->rate;

  if (slots > 0 && slots < self->limit - 0.5)
    settle (self, MAX (1, (guint) lround (slots)), APH_TUNER_SLOTS);
  else if (self->rates[1] > 0 && self->rate < self->rates[1] * WORTH_DOUBLING)
    guess (self);
  else if (self->limit >= MAXIMUM)
    settle (self, MAXIMUM, APH_TUNER_MAXIMUM);
  else
    begin_level (self, self->limit * 2);
}

/* Halves the interval between what is too few and what is enough. */
static void
check (AphTuner *self)
{
  guint limit = self->limit;

  if (self->rate >= NEARLY * self->best)
    self->high = limit;
  else
    self->low = limit;

  if (self->rate >= NEARLY * self->best || self->high - self->low <= MAX (1, self->low / 8))
    settle (self, self->high, APH_TUNER_PEAK);
  else
    begin_level (self, self->low + (self->high - self->low) / 2);
}

static gint64
get_settling_time (AphTuner *self)
{
  return MAX (SHORTEST_SETTLING, MIN ((gint64) self->mean_duration, LONGEST_SPAN / 2));
}

static gint64
get_span (AphTuner *self)
{
  return CLAMP ((gint64) (self->mean_duration * REPLIES_PER_SPAN), SHORTEST_SPAN, LONGEST_SPAN);
}

/* Moves the measurement on; FALSE while nothing counts. */
static gboolean
measure (AphTuner *self,
         gint64    now)
{
  if (self->phase == PHASE_SETTLED || self->full_since == 0)
    return FALSE;

  if (self->dip_since != 0 && now - self->dip_since > LONGEST_DIP)
    {
      begin_level (self, self->limit);
      return FALSE;
    }

  if (self->measured_since == 0 && now - self->full_since >= get_settling_time (self))
    self->measured_since = now;

  return self->measured_since != 0;
}

static void
finish_level_if_due (AphTuner *self,
                     gint64    now)
{
  gint64 span = now - self->measured_since;

  if (span < get_span (self))
    return;

  self->rate = self->tokens * (double) G_TIME_SPAN_SECOND / span;
  g_debug ("%u at once: %.1f tokens/s", self->limit, self->rate);
  if (self->phase == PHASE_CLIMB)
    climb (self);
  else
    check (self);
}

/**
 * aph_tuner_set_in_flight:
 * @self: a tuner
 * @now: when
 * @in_flight: how many are in flight from now on
 */
void
aph_tuner_set_in_flight (AphTuner *self,
                         gint64    now,
                         guint     in_flight)
{
  self->in_flight = in_flight;

  if (in_flight < self->limit)
    {
      if (self->dip_since == 0)
        self->dip_since = now;
    }
  else
    {
      measure (self, now);
      self->dip_since = 0;
      if (self->full_since == 0)
        self->full_since = now;
    }
}

/**
 * aph_tuner_add_tokens:
 * @self: a tuner
 * @now: when they arrived
 * @n_tokens: how many
 */
void
aph_tuner_add_tokens (AphTuner *self,
                      gint64    now,
                      guint     n_tokens)
{
  if (!measure (self, now))
    return;

  /* What arrives at the very beginning of the span arrived in the time before it. */
  if (now > self->measured_since)
    self->tokens += n_tokens;
  finish_level_if_due (self, now);
}

/**
 * aph_tuner_add_reply:
 * @self: a tuner
 * @now: when it ended
 * @duration: from sending to its end, microseconds
 * @usage: what the server says of it
 */
void
aph_tuner_add_reply (AphTuner       *self,
                     gint64          now,
                     gint64          duration,
                     const AphUsage *usage)
{
  self->mean_duration = self->mean_duration > 0 ? 0.8 * self->mean_duration + 0.2 * duration
                                                : duration;

  if (!measure (self, now))
    return;

  /* Only a reply that was sent when all was in its stride tells of it. */
  if (now - duration >= self->measured_since && usage->total_ns > 0 && usage->answer_ns >= 0)
    {
      self->n_replies++;
      self->server_time += usage->total_ns;
      self->service_time += MAX (usage->load_ns, 0) + MAX (usage->prompt_ns, 0) + usage->answer_ns;
    }
}

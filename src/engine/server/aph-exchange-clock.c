/* aph-exchange-clock.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How long an exchange may take: one alarm for all its clocks.
 */

#define G_LOG_DOMAIN "aph-exchange"

#include "config.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>

#include "server/aph-exchange-private.h"

/* How long to wait, in milliseconds, for the rest of an error page, for the usage after a
 * complete answer, and for the end of a reply that has said all: without its end the connection
 * cannot be used again. */
#define ERROR_BODY_GRACE 2000
#define USAGE_GRACE 2000
#define END_GRACE 200

typedef enum
{
  CLOCK_NONE,
  CLOCK_CONNECT,
  CLOCK_FIRST_TOKEN,
  CLOCK_STALL,
  CLOCK_TOTAL,
  CLOCK_GRACE,
} Clock;

static gint64
add_clock (gint64 deadline,
           gint64 start,
           guint  milliseconds,
           Clock  clock,
           Clock *which)
{
  gint64 end = start + milliseconds * G_TIME_SPAN_MILLISECOND;

  if (milliseconds == 0 || (deadline != -1 && deadline <= end))
    return deadline;

  *which = clock;

  return end;
}

/* Returns the moment at which the first of the clocks that run now ends, -1 if none runs. */
static gint64
get_deadline (AphExchange *self,
              Clock       *which)
{
  gint64 deadline = -1;

  *which = CLOCK_NONE;

  switch (self->state)
    {
    case APH_EXCHANGE_CONNECTING:
      deadline = add_clock (deadline, self->state_at, self->clocks.connect, CLOCK_CONNECT, which);
      break;

    case APH_EXCHANGE_SENT:
    case APH_EXCHANGE_READING_LINES:
    case APH_EXCHANGE_READING_BODY:
      if (self->text_at == 0)
        deadline = add_clock (deadline, self->sent_at, self->clocks.first_token,
                              CLOCK_FIRST_TOKEN, which);
      else
        deadline = add_clock (deadline, self->text_at, self->clocks.stall, CLOCK_STALL, which);
      break;

    case APH_EXCHANGE_READING_ERROR:
      return add_clock (deadline, self->state_at, ERROR_BODY_GRACE, CLOCK_GRACE, which);

    case APH_EXCHANGE_READING_USAGE:
      return add_clock (deadline, self->state_at, USAGE_GRACE, CLOCK_GRACE, which);

    case APH_EXCHANGE_DRAINING:
      return add_clock (deadline, self->state_at, END_GRACE, CLOCK_GRACE, which);

    case APH_EXCHANGE_NEW:
    case APH_EXCHANGE_CLOSING:
    case APH_EXCHANGE_FINISHED:
    default:
      return -1;
    }

  return add_clock (deadline, self->started_at, self->clocks.total, CLOCK_TOTAL, which);
}

/* Deadlines that move on with every token are looked at again only when the old one is reached:
 * a token costs no more than reading the time. */
void
aph_exchange_arm_clock (AphExchange *self)
{
  Clock which;

  aph_alarm_set (&self->clock, get_deadline (self, &which));
}

static AphFailure *
describe_stall (AphExchange *self)
{
  AphFailure *failure =
    aph_failure_new (APH_FAILURE_TIMEOUT, self->status,
                     _("%s began to answer, but then sent nothing for %g s"),
                     aph_endpoint_get_url (self->endpoint), self->clocks.stall / 1000.0);

  aph_failure_set_stall (failure);

  return failure;
}

static AphFailure *
describe_timeout (AphExchange *self,
                  Clock        clock)
{
  const char *url = aph_endpoint_get_url (self->endpoint);

  switch (clock)
    {
    /* A machine that is switched off often does not even refuse. */
    case CLOCK_CONNECT:
      return aph_failure_new (APH_FAILURE_REFUSED, 0, _("No connection to %s within %g s"),
                              url, self->clocks.connect / 1000.0);
    case CLOCK_FIRST_TOKEN:
      return aph_failure_new (APH_FAILURE_TIMEOUT, self->status,
                              _("No text came from %s within %g s"),
                              url, self->clocks.first_token / 1000.0);
    case CLOCK_STALL:
      return describe_stall (self);
    case CLOCK_TOTAL:
      return aph_failure_new (APH_FAILURE_TIMEOUT, self->status,
                              _("%s did not finish within %g s"),
                              url, self->clocks.total / 1000.0);
    case CLOCK_NONE:
    case CLOCK_GRACE:
    default:
      g_assert_not_reached ();
    }
}

void
aph_exchange_clock_cb (gpointer user_data)
{
  g_autoptr (AphExchange) self = aph_exchange_ref (user_data);
  Clock which;
  gint64 deadline = get_deadline (self, &which);

  if (deadline == -1 || deadline > aph_alarms_get_time (self->clock.alarms))
    aph_alarm_set (&self->clock, deadline);
  else if (which == CLOCK_GRACE)
    aph_exchange_settle (self);
  else
    {
      aph_exchange_fail (self, describe_timeout (self, which));
      aph_exchange_abort (self);
    }
}

/**
 * aph_exchange_new_alarms:
 *
 * Returns: (transfer full): the clocks that exchanges of this thread can share
 */
AphAlarms *
aph_exchange_new_alarms (void)
{
  return aph_alarms_new (APH_EXCHANGE_CLOCK_PRIORITY);
}

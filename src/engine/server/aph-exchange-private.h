/* aph-exchange-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the three files of #AphExchange share: its life (aph-exchange.c), its clocks
 * (aph-exchange-clock.c), and what comes back (aph-exchange-reply.c).
 */

#pragma once

#include "server/aph-exchange.h"
#include "server/aph-line-reader.h"

G_BEGIN_DECLS

/* Reading comes after GTK has redrawn (at 120), so that a flood of tokens cannot stop the
 * drawing. Our clocks come after reading: what has arrived in time counts, however late we are. */
#define APH_EXCHANGE_READ_PRIORITY (G_PRIORITY_HIGH_IDLE + 30)
#define APH_EXCHANGE_CLOCK_PRIORITY (APH_EXCHANGE_READ_PRIORITY + 1)

typedef enum
{
  APH_EXCHANGE_NEW,
  APH_EXCHANGE_CONNECTING,     /* libsoup looks for a connection or makes one */
  APH_EXCHANGE_SENT,           /* no headers yet */
  APH_EXCHANGE_READING_LINES,
  APH_EXCHANGE_READING_BODY,
  APH_EXCHANGE_READING_ERROR,
  APH_EXCHANGE_READING_USAGE,  /* the answer is complete, what it took may still come */
  APH_EXCHANGE_DRAINING,       /* the reply is complete, its end is still to come */
  APH_EXCHANGE_CLOSING,
  APH_EXCHANGE_FINISHED,
} AphExchangeState;

struct _AphExchange
{
  /* What is asked */
  SoupSession *session;
  const AphDialect *dialect;
  AphEndpoint *endpoint;
  AphClocks clocks;
  char *api_key;              /* (nullable) */
  const char *method;         /* a literal, like the next */
  const char *path;
  char *uri;
  GBytes *body;               /* (nullable) */
  gboolean wants_answer;      /* the reply has to say that it is complete */
  gboolean is_streamed;
  AphTextFunc text_func;      /* (nullable) */
  gpointer text_data;
  AphLineFunc line_func;      /* (nullable) instead of the dialect's */
  gpointer line_data;
  GDestroyNotify line_destroy;

  /* Where it is */
  AphExchangeState state;
  AphExchangeFunc func;
  gpointer user_data;
  GMainContext *context;      /* (nullable) that it runs in */
  GCancellable *stopper;      /* (nullable) the caller's */
  gulong cancelled_id;        /* on the caller's */
  gboolean is_cancelled;      /* by the caller or a clock */
  GCancellable *sending;      /* (nullable) libsoup's, while it has not told us of a reply */
  GSource *cancelling;        /* (nullable) cancels that one, a moment later */
  SoupMessage *message;
  gboolean has_headers;       /* libsoup has read them, and will tell us */
  gboolean is_fresh;          /* the connection was made for this message */
  gboolean is_resent;
  GInputStream *stream;
  GSource *readable;          /* (nullable) while bytes are waited for */
  gboolean has_end;           /* the stream was read to its end */
  AphAlarm clock;
  gint64 started_at;          /* monotonic, in microseconds, like those below */
  gint64 state_at;            /* when this state was entered */
  gint64 sent_at;
  gint64 read_at;             /* when bytes were last read */
  gint64 text_at;             /* when the last text came, 0 before the first */

  /* What came back */
  AphLineReader *reader;
  AphReply reply;
  guint n_pieces;             /* lines that said something since text was handed over */
  guint status;
  char *refused;              /* (nullable) fingerprint of a certificate that nobody trusts */
  AphFailure *failure;        /* (nullable) */
};

void     aph_exchange_advance         (AphExchange      *self,
                                       AphExchangeState  state);
void     aph_exchange_fail            (AphExchange      *self,
                                       AphFailure       *failure);
void     aph_exchange_settle          (AphExchange      *self);
gboolean aph_exchange_is_unwanted     (AphExchange      *self);

void     aph_exchange_clock_cb        (gpointer          user_data);
void     aph_exchange_arm_clock       (AphExchange      *self);

void     aph_exchange_take_bytes      (AphExchange      *self);
gboolean aph_exchange_has_read_enough (AphExchange      *self);
void     aph_exchange_deliver_text    (AphExchange      *self);
void     aph_exchange_take_end        (AphExchange      *self);

G_END_DECLS

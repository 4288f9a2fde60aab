/* aph-failure.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-failure"

#include "config.h"

#include "job/aph-failure.h"

struct _AphFailure
{
  AphFailureClass failure_class;
  guint status;       /* HTTP status, 0 when there was no reply */
  gint64 retry_after; /* milliseconds, -1 when the server did not say */
  gboolean is_stall;
  char *message;
};

G_DEFINE_BOXED_TYPE (AphFailure, aph_failure, aph_failure_ref, aph_failure_unref)

/**
 * aph_failure_new:
 * @failure_class: why
 * @status: the HTTP status, or 0 when there was no reply
 * @format: what happened, in the server's or the system's words
 * @...: for @format
 *
 * Returns: (transfer full): a new failure. The message is valid UTF-8 whatever went in.
 */
AphFailure *
aph_failure_new (AphFailureClass  failure_class,
                 guint            status,
                 const char      *format,
                 ...)
{
  AphFailure *self = g_rc_box_new0 (AphFailure);
  g_autofree char *message = NULL;
  va_list args;

  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);

  self->failure_class = failure_class;
  self->status = status;
  self->retry_after = -1;
  self->message = g_utf8_make_valid (message, -1);

  return self;
}

AphFailure *
aph_failure_ref (AphFailure *self)
{
  return g_rc_box_acquire (self);
}

static void
aph_failure_clear (gpointer data)
{
  AphFailure *self = data;

  g_free (self->message);
}

void
aph_failure_unref (AphFailure *self)
{
  g_rc_box_release_full (self, aph_failure_clear);
}

AphFailureClass
aph_failure_get_class (const AphFailure *self)
{
  return self->failure_class;
}

/**
 * aph_failure_get_status:
 * @self: a failure
 *
 * Returns: the HTTP status, or 0 when there was no reply. 200 is possible: errors also come as
 *   a line within a good reply.
 */
guint
aph_failure_get_status (const AphFailure *self)
{
  return self->status;
}

const char *
aph_failure_get_message (const AphFailure *self)
{
  return self->message;
}

/**
 * aph_failure_get_retry_after:
 * @self: a failure
 *
 * Returns: how many milliseconds the server asked us to wait, or -1 if it did not say
 */
gint64
aph_failure_get_retry_after (const AphFailure *self)
{
  return self->retry_after;
}

/**
 * aph_failure_set_retry_after:
 * @self: a failure nobody else holds yet
 * @milliseconds: what the server's Retry-After asks for
 */
void
aph_failure_set_retry_after (AphFailure *self,
                             gint64      milliseconds)
{
  self->retry_after = milliseconds;
}

/**
 * aph_failure_is_stall:
 * @self: a failure
 *
 * Returns: whether the server began to answer and then fell silent
 */
gboolean
aph_failure_is_stall (const AphFailure *self)
{
  return self->is_stall;
}

/**
 * aph_failure_set_stall:
 * @self: a failure nobody else holds yet
 *
 * Says that it is one that aph_failure_is_stall() tells of.
 */
void
aph_failure_set_stall (AphFailure *self)
{
  self->is_stall = TRUE;
}

/**
 * aph_failure_is_server_away:
 * @self: a failure
 *
 * Returns: whether the server did not take the request at all, so that it is no attempt of the
 *   job's
 */
gboolean
aph_failure_is_server_away (const AphFailure *self)
{
  return self->failure_class == APH_FAILURE_REFUSED
         || self->failure_class == APH_FAILURE_BUSY
         || self->failure_class == APH_FAILURE_QUOTA
         || self->failure_class == APH_FAILURE_DENIED;
}

/**
 * aph_failure_class_to_nick:
 * @failure_class: a class
 *
 * Returns: the word for it in files: "refused", "busy", "permanent" …
 */
const char *
aph_failure_class_to_nick (AphFailureClass failure_class)
{
  static const char *const nicks[] = {
    [APH_FAILURE_REFUSED] = "refused",
    [APH_FAILURE_BUSY] = "busy",
    [APH_FAILURE_QUOTA] = "quota",
    [APH_FAILURE_DENIED] = "denied",
    [APH_FAILURE_PERMANENT] = "permanent",
    [APH_FAILURE_SERVER] = "server",
    [APH_FAILURE_TRANSPORT] = "transport",
    [APH_FAILURE_TRUNCATED] = "truncated",
    [APH_FAILURE_TIMEOUT] = "timeout",
    [APH_FAILURE_CANCELLED] = "cancelled",
  };

  g_return_val_if_fail ((guint) failure_class < G_N_ELEMENTS (nicks), "unknown");

  return nicks[failure_class];
}

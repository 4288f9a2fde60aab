/* aph-failure.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * AphFailureClass:
 * @APH_FAILURE_REFUSED: no connection: nothing listens there, no such host, no route, bad TLS, or
 *   nothing at all within the clock for it.
 *   The server is absent, the job is not to blame: it waits
 * @APH_FAILURE_BUSY: the server is there and says "not now" (503, 429): the job waits
 * @APH_FAILURE_QUOTA: a plan's limit is used up: the whole queue waits for the user
 * @APH_FAILURE_DENIED: the server does not know who asks (401): it wants a key, or somebody to sign
 *   in. Other prompts would fare no better, so they wait for the user
 * @APH_FAILURE_PERMANENT: the request itself is wrong (no such model, bad option): asking again
 *   gives the same answer
 * @APH_FAILURE_SERVER: the server broke while working on it
 * @APH_FAILURE_TRANSPORT: the connection broke
 * @APH_FAILURE_TRUNCATED: the reply ended cleanly, but without saying that it is done
 * @APH_FAILURE_TIMEOUT: one of our own clocks ran out after there was a connection
 * @APH_FAILURE_CANCELLED: the user wanted it so
 *
 * Why an attempt did not succeed. The class alone decides whether it is tried again.
 */
typedef enum
{
  APH_FAILURE_REFUSED,
  APH_FAILURE_BUSY,
  APH_FAILURE_QUOTA,
  APH_FAILURE_DENIED,
  APH_FAILURE_PERMANENT,
  APH_FAILURE_SERVER,
  APH_FAILURE_TRANSPORT,
  APH_FAILURE_TRUNCATED,
  APH_FAILURE_TIMEOUT,
  APH_FAILURE_CANCELLED,
} AphFailureClass;

#define APH_TYPE_FAILURE (aph_failure_get_type ())

typedef struct _AphFailure AphFailure;

GType            aph_failure_get_type        (void) G_GNUC_CONST;

AphFailure      *aph_failure_new             (AphFailureClass   failure_class,
                                              guint             status,
                                              const char       *format,
                                              ...) G_GNUC_PRINTF (3, 4);
AphFailure      *aph_failure_ref             (AphFailure       *self);
void             aph_failure_unref           (AphFailure       *self);

AphFailureClass  aph_failure_get_class       (const AphFailure *self);
guint            aph_failure_get_status      (const AphFailure *self);
const char      *aph_failure_get_message     (const AphFailure *self);
gint64           aph_failure_get_retry_after (const AphFailure *self);
void             aph_failure_set_retry_after (AphFailure       *self,
                                              gint64            milliseconds);

gboolean         aph_failure_is_stall        (const AphFailure *self);
void             aph_failure_set_stall       (AphFailure       *self);

gboolean         aph_failure_is_server_away  (const AphFailure *self);
const char      *aph_failure_class_to_nick   (AphFailureClass   failure_class);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AphFailure, aph_failure_unref)

G_END_DECLS

/* sim-spec.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "sim-fault.h"
#include "sim-text.h"

G_BEGIN_DECLS

/* For a number that is derived from others. */
#define SIM_SPEC_AUTO G_MAXUINT

/**
 * SimSpec:
 * @tokens: length of the answer, or %SIM_SPEC_AUTO: the length of the text
 * @thinking: tokens to think before that
 * @rate: tokens per second and stream, 0 for as fast as possible
 * @jitter: how far an interval may be off, in percent
 * @ttft: nanoseconds before the first line
 * @duration: nanoseconds for the whole reply, 0 to go by @rate
 * @slots: requests that run at the same time, 0 for any number
 * @peak: running requests beyond which they slow each other down, 0 for never
 * @load: nanoseconds to load the model
 * @queue: requests that may wait for a load
 * @ctx: length of the `context` array, or %SIM_SPEC_AUTO: all tokens
 * @text: what to answer
 * @fault: what goes wrong
 * @at: after how many tokens, or %SIM_SPEC_AUTO: half of them
 * @every: only with each so manyeth request, 0 for all
 * @first: only with the first so many requests, 0 for all
 * @retry: seconds in Retry-After
 * @pull: nanoseconds for pulling a model
 *
 * How a model behaves.
 */
typedef struct
{
  guint       tokens;
  guint       thinking;
  double      rate;
  guint       jitter;
  gint64      ttft;
  gint64      duration;
  guint       slots;
  guint       peak;
  gint64      load;
  guint       queue;
  guint       ctx;
  SimTextKind text;
  SimFault    fault;
  guint       at;
  guint       every;
  guint       first;
  guint       retry;
  gint64      pull;
} SimSpec;

void     sim_spec_init        (SimSpec     *self);
gboolean sim_spec_apply       (SimSpec     *self,
                               const char  *text,
                               GError     **error);
void     sim_spec_append_help (GString     *out);

G_END_DECLS

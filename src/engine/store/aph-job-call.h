/* aph-job-call.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "job/aph-job-record.h"
#include "store/aph-store.h"

G_BEGIN_DECLS

/**
 * AphJobCall:
 * @func: what to do with each of many jobs, in a thread
 * @data: for @func
 * @data_free: (nullable): frees @data
 *
 * What somebody wants to have done to jobs as they are read.
 */
typedef struct
{
  AphEachJobFunc func;
  gpointer       data;
  GDestroyNotify data_free;
} AphJobCall;

static inline void
aph_job_call_clear (AphJobCall *self)
{
  if (self->data_free != NULL)
    self->data_free (self->data);
}

/* With a job that is made for this call. */
static inline gboolean
aph_job_call (const AphJobCall    *self,
              const AphJobRecord  *record,
              GError             **error)
{
  g_autoptr (AphJob) job = aph_job_new_from_record (record);

  return self->func (job, self->data, error);
}

G_END_DECLS

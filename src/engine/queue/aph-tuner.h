/* aph-tuner.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "job/aph-job.h"

G_BEGIN_DECLS

/**
 * AphTuner:
 *
 * Finds out how many requests at once a server is good for, since none tells: the smallest number
 * in flight that brings (nearly) all the tokens per second it can give.
 *
 * It doubles the number in flight while that pays. When it no longer does, two things tell where
 * the limit was: how long replies waited inside the server for a free slot (exact, where the
 * server reports its times), or the rate that one stream had while there were few. It knows no
 * clock and no network: times are handed in, monotonic, in microseconds.
 */
typedef struct _AphTuner AphTuner;

/**
 * AphTunerVerdict:
 * @APH_TUNER_SEARCHING: not known yet
 * @APH_TUNER_SLOTS: the server has that many slots; more wait inside it
 * @APH_TUNER_TOLD: the same, in the server's own words
 * @APH_TUNER_PEAK: more at once brings no more tokens per second
 * @APH_TUNER_MAXIMUM: more would pay, but this is as far as we go
 *
 * What it found.
 */
typedef enum
{
  APH_TUNER_SEARCHING,
  APH_TUNER_SLOTS,
  APH_TUNER_TOLD,
  APH_TUNER_PEAK,
  APH_TUNER_MAXIMUM,
} AphTunerVerdict;

AphTuner        *aph_tuner_new           (void);
void             aph_tuner_free          (AphTuner        *self);

guint            aph_tuner_get_limit     (const AphTuner  *self);
AphTunerVerdict  aph_tuner_get_verdict   (const AphTuner  *self);
double           aph_tuner_get_rate      (const AphTuner  *self);

void             aph_tuner_restart       (AphTuner        *self);
void             aph_tuner_set_slots     (AphTuner        *self,
                                          guint            slots);
void             aph_tuner_set_in_flight (AphTuner        *self,
                                          gint64           now,
                                          guint            in_flight);
void             aph_tuner_add_tokens    (AphTuner        *self,
                                          gint64           now,
                                          guint            n_tokens);
void             aph_tuner_add_reply     (AphTuner        *self,
                                          gint64           now,
                                          gint64           duration,
                                          const AphUsage  *usage);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AphTuner, aph_tuner_free)

G_END_DECLS

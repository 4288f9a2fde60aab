/* aph-requeue.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How to ask again what got a suspect answer. Pure functions: no widget, no display.
 */

#pragma once

#include "job/aph-job.h"

G_BEGIN_DECLS

/**
 * AphRemedy:
 * @APH_REMEDY_CONTEXT: with room for twice as much prompt and answer
 * @APH_REMEDY_LENGTH: with an answer that may be twice as long
 * @APH_REMEDY_NO_THINKING: without thinking first
 *
 * What may help where an answer is cut, empty or repeats itself.
 */
typedef enum
{
  APH_REMEDY_CONTEXT,
  APH_REMEDY_LENGTH,
  APH_REMEDY_NO_THINKING,
} AphRemedy;

AphRequest *aph_requeue_create_request (AphJob    *job,
                                        AphRemedy  remedy);

G_END_DECLS

/* run-figures.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Figures as tests write them down: in milliseconds.
 */

#pragma once

#include "stats/aph-figures.h"

G_BEGIN_DECLS

#define MS 1000

/* When the runs of the tests begin: never at 0, which says that something has not happened. */
#define START (100 * (gint64) G_USEC_PER_SEC)

AphFigure make_figure (gint64 sent,
                       gint64 first_token,
                       gint64 first_answer,
                       gint64 ended,
                       gint32 tokens);

G_END_DECLS

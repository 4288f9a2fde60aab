/* aph-job-order.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "store/aph-store.h"

G_BEGIN_DECLS

/**
 * AphJobOrder:
 * @store: knows the places
 * @descending: the last one comes first
 *
 * The order of the queue, for lists of the numbers of jobs.
 */
typedef struct
{
  AphStore *store;
  gboolean  descending;
} AphJobOrder;

int     aph_job_order_compare (const AphJobOrder *self,
                               guint64            a,
                               guint64            b);
guint   aph_job_order_find    (const AphJobOrder *self,
                               GArray            *ids,
                               guint64            id);
GArray *aph_job_order_sort    (const AphJobOrder *self,
                               GArray            *ids);
GArray *aph_job_order_move    (const AphJobOrder *self,
                               GArray            *ids,
                               GArray            *placements);

G_END_DECLS

/* aph-job-list.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "store/aph-store.h"

G_BEGIN_DECLS

#define APH_TYPE_JOB_LIST (aph_job_list_get_type ())

/**
 * AphJobList:
 *
 * The jobs of a query, as a #GListModel of #AphJob that has only their numbers: an object is made
 * when somebody asks for it, and loaded a moment later, see aph_job_is_loaded(). What is added or
 * changed is in its place at once or a moment later; many changes are one "items-changed".
 *
 * Properties, to be watched: "loading" (boolean): a query is being answered, and the list is that
 * of the query before.
 */
G_DECLARE_FINAL_TYPE (AphJobList, aph_job_list, APH, JOB_LIST, GObject)

AphJobList        *aph_job_list_new         (AphStore          *store);

AphStore          *aph_job_list_get_store   (AphJobList        *self);
const AphJobQuery *aph_job_list_get_query   (AphJobList        *self);
void               aph_job_list_set_query   (AphJobList        *self,
                                             const AphJobQuery *query);
gboolean           aph_job_list_get_loading (AphJobList        *self);
guint64            aph_job_list_get_id      (AphJobList        *self,
                                             guint              position);
gboolean           aph_job_list_find        (AphJobList        *self,
                                             guint64            id,
                                             guint             *position);
GArray            *aph_job_list_find_all    (AphJobList        *self,
                                             GArray            *ids);

G_END_DECLS

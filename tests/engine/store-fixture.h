/* store-fixture.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "store/aph-job-list.h"
#include "store/aph-store.h"

G_BEGIN_DECLS

/**
 * StoreFixture:
 * @directory: of the test's own, deleted in the end
 * @path: of the store in it
 * @store: (nullable): the store, while it is open
 * @list: (nullable): all its jobs
 *
 * A store that can be closed and opened again.
 */
typedef struct
{
  char       *directory;
  char       *path;
  AphStore   *store;
  AphJobList *list;
} StoreFixture;

typedef gboolean (*StoreCondition) (StoreFixture *fixture);

void      store_set_up    (StoreFixture   *fixture);
void      store_open      (StoreFixture   *fixture);
void      store_close     (StoreFixture   *fixture);
void      store_tear_down (StoreFixture   *fixture);

void      store_wait      (StoreFixture   *fixture,
                           StoreCondition  condition);
void      store_settle    (StoreFixture   *fixture);
AphBatch *store_add       (StoreFixture   *fixture,
                           const char     *first_prompt,
                           ...) G_GNUC_NULL_TERMINATED;
guint     store_get_n     (StoreFixture   *fixture);
AphJob   *store_get_job   (StoreFixture   *fixture,
                           guint           position);
void      store_run_sql   (StoreFixture   *fixture,
                           const char     *sql);

/* What a scheduler would do to a job */
void      store_send      (StoreFixture   *fixture,
                           AphJob         *job);
void      store_think     (StoreFixture   *fixture,
                           AphJob         *job,
                           const char     *thinking);
void      store_say       (StoreFixture   *fixture,
                           AphJob         *job,
                           const char     *answer);
void      store_finish    (StoreFixture   *fixture,
                           AphJob         *job);
void      store_fail      (StoreFixture   *fixture,
                           AphJob         *job,
                           const char     *message);
void      store_answer    (StoreFixture   *fixture,
                           guint           position,
                           const char     *text);

G_END_DECLS

/* fuzz-store-open.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Any bytes as the file of a store. It is opened, and what is in it can be listed, read and added
 * to; or it is set aside as it was, and an empty store begun; or it is said what is wrong. What can
 * be saved of it is text that can be shown.
 *
 *   R…                the file itself
 *   P(OFFSET N …)…    the file of a real store with these bytes put into it: three for the offset,
 *                     one for how many, and they
 *   T LENGTH (…)…     the same, cut off: three bytes for the length
 */

#include "config.h"

#include <string.h>

#include <glib/gstdio.h>

#include "fuzz.h"
#include "store-fixture.h"
#include "store/aph-store-salvage.h"

/* So many rows are looked at. */
#define MAX_ROWS 20

static guint
read_3 (const uint8_t *data)
{
  return data[0] | (guint) data[1] << 8 | (guint) data[2] << 16;
}

/* Of all kinds of jobs, one of which was running. */
static GByteArray *
make_real (void)
{
  StoreFixture fixture = { 0, };
  char *contents;
  gsize length;
  AphJob *job;

  store_set_up (&fixture);
  store_open (&fixture);
  store_add (&fixture, "one", "two", "three", "four", NULL);
  store_add (&fixture, "菠萝咕咾肉怎么做", NULL);
  for (guint i = 0; i < 3; i++)
    {
      job = store_get_job (&fixture, i);
      store_send (&fixture, job);
      store_think (&fixture, job, "hm");
      store_say (&fixture, job, "yes");
      if (i == 0)
        store_finish (&fixture, job);
      else if (i == 1)
        store_fail (&fixture, job, "no");
    }
  aph_job_set_note (store_get_job (&fixture, 0), "good");
  aph_store_job_changed (fixture.store, store_get_job (&fixture, 0));
  store_settle (&fixture);
  store_close (&fixture);
  g_assert_true (g_file_get_contents (fixture.path, &contents, &length, NULL));
  store_tear_down (&fixture);

  return g_byte_array_new_take ((guint8 *) contents, length);
}

static GByteArray *
make_file (const uint8_t *data,
           size_t         size)
{
  static GByteArray *real;
  GByteArray *file = g_byte_array_new ();
  guint length;

  if (size > 0 && *data == 'R')
    return g_byte_array_append (file, data + 1, (guint) size - 1);

  if (real == NULL)
    real = make_real ();
  g_byte_array_append (file, real->data, real->len);
  length = file->len;
  if (size >= 4 && *data == 'T')
    {
      length = read_3 (data + 1) % (length + 1);
      data += 3;
      size -= 3;
    }

  for (size_t i = 1; i + 4 < size; i += 4 + data[i + 3])
    {
      guint offset = read_3 (data + i) % file->len;
      gsize n_bytes = MIN (data[i + 3], size - i - 4);

      memcpy (file->data + offset, data + i + 4, MIN (n_bytes, file->len - offset));
    }

  return g_byte_array_set_size (file, length);
}

static gboolean
wake_cb (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

static void
check_text (const char *text)
{
  g_assert_true (text == NULL || g_utf8_validate (text, -1, NULL));
}

static void
check_job (AphJob *job)
{
  AphRequest *request = aph_job_get_request (job);

  check_text (aph_request_get_model (request));
  check_text (aph_request_get_prompt (request));
  check_text (aph_job_get_answer (job, NULL));
  check_text (aph_job_get_thinking (job, NULL));
  check_text (aph_job_get_partial (job));
  check_text (aph_job_get_note (job));
}

/* What can be listed can be read, unless it is told that it cannot. */
static void
look_around (StoreFixture *fixture)
{
  GListModel *batches = aph_store_get_batches (fixture->store);

  fixture->list = aph_job_list_new (fixture->store);
  while (aph_job_list_get_loading (fixture->list))
    g_main_context_iteration (NULL, TRUE);
  for (guint i = 0; i < MIN (g_list_model_get_n_items (batches), MAX_ROWS); i++)
    {
      g_autoptr (AphBatch) batch = g_list_model_get_item (batches, i);

      check_text (aph_batch_get_title (batch));
    }
  for (guint i = 0; i < MIN (store_get_n (fixture), MAX_ROWS); i++)
    {
      g_autoptr (AphJob) job = g_list_model_get_item (G_LIST_MODEL (fixture->list), i);

      for (guint j = 0; j < 20 && !aph_job_is_loaded (job); j++)
        g_main_context_iteration (NULL, TRUE);
      if (aph_job_is_loaded (job))
        check_job (job);
    }
  store_add (fixture, "another", NULL);
}

static void
check_aside (StoreFixture *fixture,
             GByteArray   *file)
{
  const char *aside = aph_store_get_set_aside (fixture->store);
  g_autofree char *kept = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (aside, &kept, &length, NULL));
  /* A database of an older version may have been brought up to date before it was found out; what
   * is no database at all or is newer is not touched. */
  if (g_error_matches (aph_store_get_problem (fixture->store), APH_STORE_ERROR,
                       APH_STORE_ERROR_NEWER)
      || file->len < 16 || memcmp (file->data, "SQLite format 3", 16) != 0)
    g_assert_cmpmem (kept, length, file->data, file->len);
  else
    g_assert_cmpuint (length, >=, MIN (file->len, 512));
}

static gboolean
salvage_job (AphJob   *job,
             gpointer  user_data,
             GError  **error)
{
  check_job (job);
  (*(guint *) user_data)++;

  return TRUE;
}

typedef struct
{
  guint n_seen;
  gboolean is_done;
} Salvaged;

static void
salvaged_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  Salvaged *salvaged = user_data;
  guint n_jobs = 0, n_lost = 0;

  if (aph_store_salvage_finish (result, &n_jobs, &n_lost, NULL))
    g_assert_cmpuint (n_jobs, ==, salvaged->n_seen);
  salvaged->is_done = TRUE;
}

static void
salvage (const char *path)
{
  Salvaged salvaged = { 0, };

  aph_store_salvage_async (path, salvage_job, &salvaged.n_seen, NULL, NULL, salvaged_cb, &salvaged);
  while (!salvaged.is_done)
    g_main_context_iteration (NULL, TRUE);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  g_autoptr (GByteArray) file = make_file (data, size);
  StoreFixture fixture = { 0, };
  guint wake = g_timeout_add (1, wake_cb, NULL);

  store_set_up (&fixture);
  g_assert_true (g_file_set_contents_full (fixture.path, (const char *) file->data, file->len,
                                           G_FILE_SET_CONTENTS_NONE, 0600, NULL));
  salvage (fixture.path);

  fixture.store = aph_store_new (fixture.path);
  while (!aph_store_is_open (fixture.store) && aph_store_get_error (fixture.store) == NULL)
    g_main_context_iteration (NULL, TRUE);
  if (aph_store_is_open (fixture.store))
    {
      if (aph_store_get_problem (fixture.store) != NULL)
        check_aside (&fixture, file);
      look_around (&fixture);
    }

  store_tear_down (&fixture);
  g_source_remove (wake);

  return 0;
}

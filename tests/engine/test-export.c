/* test-export.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include <glib/gstdio.h>

#include "export-jobs.h"
#include "files/aph-export.h"
#include "ui/aph-report-words.h"

static const AphExportOptions options = { .words = &aph_report_words };

typedef struct
{
  char *folder;
  char *path;
  GFile *file;
  GPtrArray *jobs;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->folder = g_dir_make_tmp ("antiphon-test-XXXXXX", NULL);
  g_assert_nonnull (fixture->folder);
  fixture->path = g_build_filename (fixture->folder, "out", NULL);
  fixture->file = g_file_new_for_path (fixture->path);
  fixture->jobs = export_jobs_new ();
  g_assert_true (g_file_set_contents (fixture->path, "old", -1, NULL));
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_unlink (fixture->path);
  /* Fails if anything is left behind. */
  g_assert_cmpint (g_rmdir (fixture->folder), ==, 0);
  g_ptr_array_unref (fixture->jobs);
  g_object_unref (fixture->file);
  g_free (fixture->path);
  g_free (fixture->folder);
}

/* Cancels after so many steps, and returns how many there are if that is too many. */
static guint
run (Fixture          *fixture,
     AphExportFormat   format,
     guint             cancel_at,
     guint64          *n_written,
     GError          **error)
{
  g_autoptr (AphExport) export = aph_export_new (fixture->file, format, &options);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  guint n_passes = 0;
  guint step = 0;

  for (;;)
    {
      if (step++ == cancel_at)
        g_cancellable_cancel (cancellable);
      if (!aph_export_begin_pass (export, cancellable, error))
        break;

      n_passes++;
      for (guint i = 0; i < fixture->jobs->len; i++)
        {
          if (step++ == cancel_at)
            g_cancellable_cancel (cancellable);
          if (!aph_export_take (export, g_ptr_array_index (fixture->jobs, i), cancellable, error))
            return step;
        }
    }

  if (aph_export_is_done (export))
    {
      g_assert_cmpuint (n_passes, ==, aph_export_get_n_passes (export));
      *n_written = aph_export_get_n_written (export);
    }

  return step;
}

static void
test_formats (Fixture       *fixture,
              gconstpointer  data)
{
  for (guint i = 0; i < APH_EXPORT_N_FORMATS; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *content = NULL;
      guint64 n_written = 0;

      run (fixture, i, G_MAXUINT, &n_written, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (n_written, ==, i == APH_EXPORT_OPENAI ? fixture->jobs->len - 2
                                       : i == APH_EXPORT_OPENAI_ERRORS ? 2 : fixture->jobs->len);
      g_assert_true (g_file_get_contents (fixture->path, &content, NULL, NULL));
      g_assert_cmpstr (content, !=, "old");
    }
}

/* At each step the old file stays as it is, and nothing is left beside it. */
static void
test_cancel (Fixture       *fixture,
             gconstpointer  data)
{
  static const AphExportFormat formats[] = { APH_EXPORT_JSONL, APH_EXPORT_HTML };

  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    for (guint step = 0;; step++)
      {
        g_autoptr (GError) error = NULL;
        g_autofree char *content = NULL;
        g_autoptr (GDir) folder = NULL;
        guint64 n_written = 0;

        g_assert_true (g_file_set_contents (fixture->path, "old", -1, NULL));
        if (run (fixture, formats[i], step, &n_written, &error) <= step)
          break;

        g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
        g_assert_true (g_file_get_contents (fixture->path, &content, NULL, NULL));
        g_assert_cmpstr (content, ==, "old");
        folder = g_dir_open (fixture->folder, 0, NULL);
        g_assert_cmpstr (g_dir_read_name (folder), ==, "out");
        g_assert_null (g_dir_read_name (folder));
        g_assert_true (n_written == 0);
        if (step > 500)
          g_assert_not_reached ();
      }
}

static void
test_cannot (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr (GFile) file = g_file_new_for_path ("/dev/full");
  g_autoptr (AphExport) export = aph_export_new (file, APH_EXPORT_JSONL, &options);
  g_autoptr (GError) error = NULL;

  g_assert_true (aph_export_begin_pass (export, NULL, &error));
  g_assert_true (aph_export_take (export, g_ptr_array_index (fixture->jobs, 0), NULL, &error));
  g_assert_false (aph_export_begin_pass (export, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE);
  g_assert_nonnull (strstr (error->message, "/dev/full"));
  g_assert_false (aph_export_is_done (export));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/export/formats", Fixture, NULL, set_up, test_formats, tear_down);
  g_test_add ("/export/cancel", Fixture, NULL, set_up, test_cancel, tear_down);
  g_test_add ("/export/cannot", Fixture, NULL, set_up, test_cannot, tear_down);

  return g_test_run ();
}

/* test-save-file.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "files/aph-save-file.h"

typedef struct
{
  char *folder;
  char *path;
  GFile *file;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->folder = g_dir_make_tmp ("antiphon-test-XXXXXX", NULL);
  g_assert_nonnull (fixture->folder);
  fixture->path = g_build_filename (fixture->folder, "out.jsonl", NULL);
  fixture->file = g_file_new_for_path (fixture->path);
}

static guint
count_files (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;

  return n;
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_unlink (fixture->path);
  /* Fails if anything is left behind. */
  g_assert_cmpint (g_rmdir (fixture->folder), ==, 0);
  g_object_unref (fixture->file);
  g_free (fixture->path);
  g_free (fixture->folder);
}

static void
put (Fixture    *fixture,
     const char *content)
{
  g_assert_true (g_file_set_contents (fixture->path, content, -1, NULL));
}

static void
assert_content (Fixture    *fixture,
                const char *expected)
{
  g_autofree char *content = NULL;

  g_assert_true (g_file_get_contents (fixture->path, &content, NULL, NULL));
  g_assert_cmpstr (content, ==, expected);
}

static AphSaveFile *
open_and_write (Fixture    *fixture,
                const char *content)
{
  g_autoptr (GError) error = NULL;
  AphSaveFile *save = aph_save_file_open (fixture->file, NULL, &error);

  g_assert_no_error (error);
  g_assert_true (g_output_stream_write_all (aph_save_file_get_stream (save), content,
                                            strlen (content), NULL, NULL, &error));
  g_assert_no_error (error);

  return save;
}

static void
test_new (Fixture       *fixture,
          gconstpointer  data)
{
  g_autoptr (AphSaveFile) save = open_and_write (fixture, "new");

  /* Not there before it is whole. */
  g_assert_false (g_file_test (fixture->path, G_FILE_TEST_EXISTS));
  g_assert_true (aph_save_file_commit (save, NULL, NULL));
  assert_content (fixture, "new");
  g_assert_cmpuint (count_files (fixture->folder), ==, 1);
}

static void
test_replace (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr (AphSaveFile) save = NULL;
  struct stat status;

  put (fixture, "old");
  g_assert_cmpint (g_chmod (fixture->path, 0600), ==, 0);
  save = open_and_write (fixture, "new");
  assert_content (fixture, "old");
  g_assert_true (aph_save_file_commit (save, NULL, NULL));
  assert_content (fixture, "new");
  g_assert_cmpint (stat (fixture->path, &status), ==, 0);
  g_assert_cmpuint (status.st_mode & 0777, ==, 0600);
}

static void
test_given_up (Fixture       *fixture,
               gconstpointer  data)
{
  AphSaveFile *save;

  put (fixture, "old");
  save = open_and_write (fixture, "half of the n");
  aph_save_file_free (save);
  assert_content (fixture, "old");
  g_assert_cmpuint (count_files (fixture->folder), ==, 1);
}

static void
test_cancelled (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  AphSaveFile *save;
  g_autoptr (GError) error = NULL;

  put (fixture, "old");
  save = open_and_write (fixture, "new");
  g_cancellable_cancel (cancellable);
  g_assert_false (aph_save_file_commit (save, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  aph_save_file_free (save);
  assert_content (fixture, "old");
}

static void
save_through (Fixture    *fixture,
              const char *link)
{
  g_autoptr (GFile) file = g_file_new_for_path (link);
  g_autoptr (AphSaveFile) save = aph_save_file_open (file, NULL, NULL);

  g_assert_nonnull (save);
  g_assert_true (g_output_stream_write_all (aph_save_file_get_stream (save), "new", 3, NULL, NULL,
                                            NULL));
  g_assert_true (aph_save_file_commit (save, NULL, NULL));
  assert_content (fixture, "new");
  g_assert_true (g_file_test (link, G_FILE_TEST_IS_SYMLINK));
}

/* What a link points to is replaced, not the link. */
static void
test_link (Fixture       *fixture,
           gconstpointer  data)
{
  g_autofree char *link = g_build_filename (fixture->folder, "link", NULL);

  put (fixture, "old");
  g_assert_cmpint (symlink ("out.jsonl", link), ==, 0);
  save_through (fixture, link);
  g_unlink (link);
}

static void
assert_cannot_make_loop (const char *link,
                         const char *other)
{
  g_autoptr (GFile) file = g_file_new_for_path (link);
  g_autoptr (AphSaveFile) save = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (symlink (link, other), ==, 0);
  save = aph_save_file_open (file, NULL, &error);
  g_assert_null (save);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TOO_MANY_LINKS);
  g_unlink (other);
}

/* What is not there yet is made where the link points to, over another link and from any folder. */
static void
test_dangling_link (Fixture       *fixture,
                    gconstpointer  data)
{
  g_autofree char *link = g_build_filename (fixture->folder, "link", NULL);
  g_autofree char *other = g_build_filename (fixture->folder, "other", NULL);

  g_assert_cmpint (symlink (other, link), ==, 0);
  g_assert_cmpint (symlink ("out.jsonl", other), ==, 0);
  save_through (fixture, link);
  g_assert_true (g_file_test (other, G_FILE_TEST_IS_SYMLINK));
  g_unlink (other);
  assert_cannot_make_loop (link, other);
  g_unlink (link);
}

static void
assert_cannot_open (const char *path,
                    int         code)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (AphSaveFile) save = NULL;
  g_autoptr (GError) error = NULL;

  save = aph_save_file_open (file, NULL, &error);
  g_assert_null (save);
  g_assert_error (error, G_IO_ERROR, code);
  /* It names the file. */
  g_assert_nonnull (strstr (error->message, path));
}

static void
test_cannot (Fixture       *fixture,
             gconstpointer  data)
{
  g_autofree char *no_folder = g_build_filename (fixture->folder, "no", "out", NULL);

  assert_cannot_open (no_folder, G_IO_ERROR_NOT_FOUND);
  assert_cannot_open (fixture->folder, G_IO_ERROR_IS_DIRECTORY);

  if (geteuid () == 0)
    return;

  put (fixture, "old");
  g_assert_cmpint (g_chmod (fixture->path, 0400), ==, 0);
  assert_cannot_open (fixture->path, G_IO_ERROR_PERMISSION_DENIED);
  assert_content (fixture, "old");
}

/* A disk that is full looks like this to who writes; only that root cannot make a small disk in a
 * test. */
static void
test_no_room (Fixture       *fixture,
              gconstpointer  data)
{
  struct rlimit before, small = { 4096, 4096 };
  char *content = g_strnfill (100000, 'x');
  g_autoptr (GError) error = NULL;
  AphSaveFile *save;

  put (fixture, "old");
  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &before), ==, 0);
  small.rlim_max = before.rlim_max;
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &small), ==, 0);

  save = aph_save_file_open (fixture->file, NULL, &error);
  g_assert_no_error (error);
  g_assert_false (g_output_stream_write_all (aph_save_file_get_stream (save), content, 100000, NULL,
                                             NULL, &error));
  aph_save_file_explain (save, &error);
  g_assert_nonnull (strstr (error->message, fixture->path));
  aph_save_file_free (save);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &before), ==, 0);
  assert_content (fixture, "old");
  g_free (content);
}

static void
test_device (void)
{
  g_autoptr (GFile) file = g_file_new_for_path ("/dev/full");
  g_autoptr (AphSaveFile) save = NULL;
  g_autoptr (GError) error = NULL;

  save = aph_save_file_open (file, NULL, &error);
  g_assert_no_error (error);
  g_assert_false (g_output_stream_write_all (aph_save_file_get_stream (save), "x", 1, NULL, NULL,
                                             &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function) g_test_add ("/save-file/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("new", test_new);
  ADD ("replace", test_replace);
  ADD ("given-up", test_given_up);
  ADD ("cancelled", test_cancelled);
  ADD ("link", test_link);
  ADD ("dangling-link", test_dangling_link);
  ADD ("cannot", test_cannot);
  ADD ("no-room", test_no_room);
  g_test_add_func ("/save-file/device", test_device);

  return g_test_run ();
}

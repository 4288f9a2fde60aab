/* bench-import.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * bench-import FILE: reads the prompts of a file in one thread, as an import does, and says how many
 * there were, how long it took in seconds, and by how many KiB the memory has grown at most.
 */

#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "files/aph-prompt-reader.h"

/* The most memory that this process ever had, in KiB. getrusage() would tell of whoever started it. */
static glong
get_peak (void)
{
  g_autofree char *status = NULL;
  const char *line;

  if (!g_file_get_contents ("/proc/self/status", &status, NULL, NULL))
    return 0;
  line = strstr (status, "VmHWM:");

  return line != NULL ? strtol (line + strlen ("VmHWM:"), NULL, 10) : 0;
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr (GFile) file = NULL;
  g_autoptr (AphPromptReader) reader = NULL;
  guint64 n_rows = 0, n_bad = 0;
  glong before = get_peak ();
  gint64 start = g_get_monotonic_time ();

  if (argc != 2)
    return 2;

  file = g_file_new_for_commandline_arg (argv[1]);
  reader = aph_prompt_reader_new_for_file (file);
  while (!aph_prompt_reader_is_at_end (reader))
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) rows = aph_prompt_reader_read (reader, 500, NULL, &error);
      g_autoptr (GPtrArray) errors = aph_prompt_reader_steal_errors (reader);

      if (rows == NULL)
        {
          fprintf (stderr, "%s\n", error->message);
          return 1;
        }
      n_rows += rows->len;
      n_bad += errors->len;
    }

  printf ("%lu %lu %.6f %ld\n", (gulong) n_rows, (gulong) n_bad,
          (double) (g_get_monotonic_time () - start) / G_USEC_PER_SEC, get_peak () - before);

  return 0;
}

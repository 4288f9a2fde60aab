/* aph-nearest.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-nearest"

#include "config.h"

#include <string.h>

#include "base/aph-nearest.h"

/* A longer name is not mistyped but another. */
#define MAX_LENGTH 64

/* Levenshtein's distance; both words are short. */
static guint
edit_distance (const char *a,
               const char *b)
{
  gsize b_length = strlen (b);
  g_autofree guint *row = g_new (guint, b_length + 1);

  for (gsize j = 0; j <= b_length; j++)
    row[j] = j;

  for (gsize i = 1; a[i - 1] != '\0'; i++)
    {
      guint diagonal = row[0];

      row[0] = i;
      for (gsize j = 1; j <= b_length; j++)
        {
          guint substituted = diagonal + (a[i - 1] != b[j - 1]);

          diagonal = row[j];
          row[j] = MIN (substituted, MIN (row[j], row[j - 1]) + 1);
        }
    }

  return row[b_length];
}

/**
 * aph_nearest_name:
 * @name: a name that is none of @names
 * @names: (array length=n_names): the names that there are
 * @n_names: how many
 *
 * Returns: (nullable): the one that was probably meant, or %NULL if none is near
 */
const char *
aph_nearest_name (const char        *name,
                  const char *const *names,
                  guint              n_names)
{
  const char *nearest = NULL;
  guint least;

  g_return_val_if_fail (name != NULL, NULL);

  least = MAX (2, strlen (name) / 2);
  if (strlen (name) > MAX_LENGTH)
    return NULL;

  for (guint i = 0; i < n_names; i++)
    {
      guint distance;

      if (strlen (names[i]) > MAX_LENGTH)
        continue;

      distance = edit_distance (name, names[i]);
      if (distance < least)
        {
          least = distance;
          nearest = names[i];
        }
    }

  return nearest;
}

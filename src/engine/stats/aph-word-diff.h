/* aph-word-diff.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * AphDiffKind:
 * @APH_DIFF_SAME: both have it
 * @APH_DIFF_REMOVED: only the first has it
 * @APH_DIFF_ADDED: only the second has it
 */
typedef enum
{
  APH_DIFF_SAME,
  APH_DIFF_REMOVED,
  APH_DIFF_ADDED,
} AphDiffKind;

/**
 * AphDiffRun:
 * @kind: who has it
 * @a: where it begins in the first text, in bytes
 * @a_length: how long it is there, in bytes
 * @b: where it begins in the second text
 * @b_length: how long it is there
 *
 * Some words in a row with the same fate. The runs of a difference cover both texts.
 */
typedef struct
{
  AphDiffKind kind;
  gsize       a;
  gsize       a_length;
  gsize       b;
  gsize       b_length;
} AphDiffRun;

GArray *aph_word_diff            (const char   *a,
                                  gsize         a_length,
                                  const char   *b,
                                  gsize         b_length);
double  aph_word_diff_similarity (const GArray *runs);

G_END_DECLS

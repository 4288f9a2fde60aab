/* test-word-diff.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "stats/aph-word-diff.h"

/* "same [-removed-] {+added+}", after checking that nothing is lost of either text. */
static char *
diff_to_text (const char *a,
              gsize       a_length,
              const char *b,
              gsize       b_length)
{
  g_autoptr (GArray) runs = aph_word_diff (a, a_length, b, b_length);
  GString *text = g_string_new (NULL);
  gsize at_a = 0, at_b = 0;

  for (guint i = 0; i < runs->len; i++)
    {
      const AphDiffRun *run = &g_array_index (runs, AphDiffRun, i);

      g_assert_cmpuint (run->a, ==, at_a);
      g_assert_cmpuint (run->b, ==, at_b);
      at_a += run->a_length;
      at_b += run->b_length;
      switch (run->kind)
        {
        case APH_DIFF_SAME:
          g_assert_cmpmem (a + run->a, run->a_length, b + run->b, run->b_length);
          g_string_append_len (text, a + run->a, run->a_length);
          break;
        case APH_DIFF_REMOVED:
          g_assert_cmpuint (run->b_length, ==, 0);
          g_assert_cmpuint (run->a_length, >, 0);
          g_string_append (text, "[-");
          g_string_append_len (text, a + run->a, run->a_length);
          g_string_append (text, "-]");
          break;
        case APH_DIFF_ADDED:
          g_assert_cmpuint (run->a_length, ==, 0);
          g_assert_cmpuint (run->b_length, >, 0);
          g_string_append (text, "{+");
          g_string_append_len (text, b + run->b, run->b_length);
          g_string_append (text, "+}");
          break;
        default:
          g_assert_not_reached ();
        }
    }
  g_assert_cmpuint (at_a, ==, a_length);
  g_assert_cmpuint (at_b, ==, b_length);

  return g_string_free (text, FALSE);
}

static void
test_cases (void)
{
  static const struct
  {
    const char *a;
    const char *b;
    const char *expected;
  } cases[] = {
    { "", "", "" },
    { "a", "", "[-a-]" },
    { "", "a b", "{+a b+}" },
    { "same text", "same text", "same text" },
    { "the oil must be hot", "the oil should be hot", "the oil [-must-]{+should+} be hot" },
    { "one two three", "one three", "one [-two -]three" },
    { "one three", "one two three", "one {+two +}three" },
    { "a b c a b b a", "c b a b a c", NULL },
    { "end.", "end!", "end[-.-]{+!+}" },
    { "naïve Ünïcode", "naïve ünïcode", "naïve [-Ünïcode-]{+ünïcode+}" },
    { "先将菠萝切块", "先把菠萝切块", "先[-将-]{+把+}菠萝切块" },
    { "用qwen模型", "用llama模型", "用[-qwen-]{+llama+}模型" },
    { "x\n\ny", "x\ny", "x\n[-\n-]y" },
    { "e\xcc\x81t\xc3\xa9", "e\xcc\x81te", "[-e\xcc\x81t\xc3\xa9-]{+e\xcc\x81te+}" },
    { "👍🏽 ok", "👍 ok", NULL },
    /* Words that changed in a row are one change. */
    { "so big red cats sleep", "so small grey cats sleep", "so [-big red-]{+small grey+} cats sleep" },
    { "a  b", "a b", "a[-  -]{+ +}b" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = diff_to_text (cases[i].a, strlen (cases[i].a), cases[i].b,
                                            strlen (cases[i].b));

      g_test_message ("case %u: %s", i, text);
      if (cases[i].expected != NULL)
        g_assert_cmpstr (text, ==, cases[i].expected);
    }
}

static guint
count_different (const char *a,
                 const char *b)
{
  g_autoptr (GArray) runs = aph_word_diff (a, strlen (a), b, strlen (b));
  guint n = 0;

  for (guint i = 0; i < runs->len; i++)
    {
      const AphDiffRun *run = &g_array_index (runs, AphDiffRun, i);

      if (run->kind != APH_DIFF_SAME)
        n += run->a_length + run->b_length;
    }

  return n;
}

/* The longest common subsequence by the book, for words of one letter. */
static guint
measure_distance (const char *a,
                  const char *b)
{
  guint n = strlen (a), m = strlen (b);
  guint table[20][20] = { { 0 } };

  for (guint i = 1; i <= n; i++)
    for (guint j = 1; j <= m; j++)
      table[i][j] = a[i - 1] == b[j - 1] ? table[i - 1][j - 1] + 1
                                         : MAX (table[i - 1][j], table[i][j - 1]);

  return n + m - 2 * table[n][m];
}

/* No shorter difference exists. Punctuation marks are words of one letter. */
static void
test_shortest (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (5);

  for (guint i = 0; i < 5000; i++)
    {
      char a[16] = "", b[16] = "";
      guint n = g_rand_int_range (random, 0, 15), m = g_rand_int_range (random, 0, 15);
      g_autofree char *text = NULL;

      for (guint j = 0; j < n; j++)
        a[j] = ".,;!"[g_rand_int_range (random, 0, 4)];
      for (guint j = 0; j < m; j++)
        b[j] = ".,;!"[g_rand_int_range (random, 0, 4)];
      text = diff_to_text (a, n, b, m);
      g_assert_cmpuint (count_different (a, b), ==, measure_distance (a, b));
    }
}

static char *
make_text (GRand *random,
           guint  n_words)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < n_words; i++)
    g_string_append_printf (text, "w%d ", g_rand_int_range (random, 0, 5000));

  return g_string_free (text, FALSE);
}

/* Two long texts that have nothing to do with each other, and two that differ in one place. */
static void
test_long (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (3);
  g_autofree char *a = make_text (random, 150000);
  g_autofree char *b = make_text (random, 150000);
  g_autofree char *edited = g_strdup (a);
  g_autofree char *text = NULL;
  gint64 start = g_get_monotonic_time ();

  text = diff_to_text (a, strlen (a), b, strlen (b));
  g_test_message ("%" G_GINT64_FORMAT " ms", (g_get_monotonic_time () - start) / 1000);

  edited[strlen (edited) / 2] = '#';
  g_assert_cmpuint (count_different (a, edited), <, 20);
}

static void
test_similarity (void)
{
  g_autoptr (GArray) same = aph_word_diff ("ab", 2, "ab", 2);
  g_autoptr (GArray) none = aph_word_diff ("", 0, "", 0);
  g_autoptr (GArray) half = aph_word_diff ("ab cd", 5, "ab ef", 5);

  g_assert_cmpfloat (aph_word_diff_similarity (same), ==, 1);
  g_assert_cmpfloat (aph_word_diff_similarity (none), ==, 1);
  g_assert_cmpfloat_with_epsilon (aph_word_diff_similarity (half), 0.6, 1e-9);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/word-diff/cases", test_cases);
  g_test_add_func ("/word-diff/shortest", test_shortest);
  g_test_add_func ("/word-diff/long", test_long);
  g_test_add_func ("/word-diff/similarity", test_similarity);

  return g_test_run ();
}

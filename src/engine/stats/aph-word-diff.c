/* aph-word-diff.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-word-diff"

#include "config.h"

#include <string.h>

#include "stats/aph-word-diff.h"

/* Myers' algorithm takes the square of the number of differences. After so many of them we commit
 * ourselves to the best that was found so far and go on from there; and after so many times the
 * rest counts as different. That keeps any two texts below a second. */
#define MAX_DIFFERENCES 1000
#define MAX_ROUNDS      48

/* More words than this are not looked at one by one. */
#define MAX_WORDS 400000

typedef struct
{
  const char *text;
  GArray *words;    /* of guint: a number for each word, the same for the same word */
  GArray *starts;   /* of gsize: where they begin, and at last where the text ends */
} Side;

typedef struct
{
  Side a;
  Side b;
  GArray *runs;     /* of AphDiffRun */
} Diff;

/* Words */

/* Scripts without spaces are compared character by character. */
static gboolean
stands_alone (gunichar ch)
{
  static const GUnicodeScript scripts[] = {
    G_UNICODE_SCRIPT_HAN, G_UNICODE_SCRIPT_HIRAGANA, G_UNICODE_SCRIPT_KATAKANA,
    G_UNICODE_SCRIPT_BOPOMOFO, G_UNICODE_SCRIPT_THAI, G_UNICODE_SCRIPT_LAO,
    G_UNICODE_SCRIPT_KHMER, G_UNICODE_SCRIPT_MYANMAR,
  };
  GUnicodeScript script = g_unichar_get_script (ch);

  for (guint i = 0; i < G_N_ELEMENTS (scripts); i++)
    if (script == scripts[i])
      return TRUE;

  return FALSE;
}

static const char *
find_word_end (const char *word,
               const char *end)
{
  gunichar first = g_utf8_get_char (word);
  const char *p = g_utf8_next_char (word);

  if (first < 0x80 ? g_ascii_isalnum (first) : g_unichar_isalnum (first) && !stands_alone (first))
    {
      for (; p < end; p = g_utf8_next_char (p))
        {
          gunichar ch = g_utf8_get_char (p);

          if (ch < 0x80 ? !g_ascii_isalnum (ch)
                        : !(g_unichar_isalnum (ch) || g_unichar_ismark (ch)) || stands_alone (ch))
            break;
        }
    }
  else if (first == ' ')
    {
      while (p < end && *p == ' ')
        p++;
    }
  else
    {
      /* What belongs to a character stays with it. */
      while (p < end && (g_unichar_ismark (g_utf8_get_char (p))
                         || g_unichar_iszerowidth (g_utf8_get_char (p))))
        p = g_utf8_next_char (p);
    }

  return p;
}

static guint
number_of (GHashTable *numbers,
           const char *word,
           gsize       length)
{
  g_autoptr (GBytes) key = g_bytes_new_static (word, length);
  gpointer number;

  if (g_hash_table_lookup_extended (numbers, key, NULL, &number))
    return GPOINTER_TO_UINT (number);

  number = GUINT_TO_POINTER (g_hash_table_size (numbers));
  g_hash_table_insert (numbers, g_steal_pointer (&key), number);

  return GPOINTER_TO_UINT (number);
}

static void
split_words (Side       *side,
             GHashTable *numbers,
             const char *text,
             gsize       length)
{
  const char *end = text + length;

  side->text = text;
  side->words = g_array_new (FALSE, FALSE, sizeof (guint));
  side->starts = g_array_new (FALSE, FALSE, sizeof (gsize));
  for (const char *p = text; p < end;)
    {
      const char *next = side->words->len + 1 < MAX_WORDS ? find_word_end (p, end) : end;
      gsize start = p - text;
      guint number;

      next = MIN (next, end);
      number = number_of (numbers, p, next - p);
      g_array_append_val (side->words, number);
      g_array_append_val (side->starts, start);
      p = next;
    }
  g_array_append_val (side->starts, length);
}

static void
clear_side (Side *side)
{
  g_array_unref (side->words);
  g_array_unref (side->starts);
}

/* Runs */

static gsize
start_of (const Side *side,
          guint       word)
{
  return g_array_index (side->starts, gsize, word);
}

static void
add_run (Diff        *self,
         AphDiffKind  kind,
         guint        a,
         guint        a_words,
         guint        b,
         guint        b_words)
{
  AphDiffRun run = {
    .kind = kind,
    .a = start_of (&self->a, a),
    .a_length = start_of (&self->a, a + a_words) - start_of (&self->a, a),
    .b = start_of (&self->b, b),
    .b_length = start_of (&self->b, b + b_words) - start_of (&self->b, b),
  };
  AphDiffRun *last;

  if (a_words + b_words == 0)
    return;

  if (self->runs->len > 0)
    {
      last = &g_array_index (self->runs, AphDiffRun, self->runs->len - 1);
      if (last->kind == kind)
        {
          last->a_length += run.a_length;
          last->b_length += run.b_length;
          return;
        }
    }
  g_array_append_val (self->runs, run);
}

/* What is removed and added between two places where both are the same: first all of the one, then
 * all of the other, so that it can be read. */
typedef struct
{
  guint a;        /* where the differences begin */
  guint b;
  guint removed;
  guint added;
} Pending;

static void
flush (Diff    *self,
       Pending *pending)
{
  add_run (self, APH_DIFF_REMOVED, pending->a, pending->removed, pending->b, 0);
  add_run (self, APH_DIFF_ADDED, pending->a + pending->removed, 0, pending->b, pending->added);
  pending->a += pending->removed;
  pending->b += pending->added;
  pending->removed = 0;
  pending->added = 0;
}

static void
take_same (Diff    *self,
           Pending *pending,
           guint    n)
{
  if (n == 0)
    return;

  flush (self, pending);
  add_run (self, APH_DIFF_SAME, pending->a, n, pending->b, n);
  pending->a += n;
  pending->b += n;
}

/* Myers */

/* One step on the way: a word removed or added, and then so many that are the same. */
typedef struct
{
  gboolean added;
  guint same;
} Step;

typedef struct
{
  const guint *a;
  const guint *b;
  int n;
  int m;
  GPtrArray *frontiers;   /* of int *: for each number of differences, how far each diagonal is */
} Search;

static int
slide (const Search *search,
       int           x,
       int           diagonal)
{
  while (x < search->n && x - diagonal < search->m && search->a[x] == search->b[x - diagonal])
    x++;

  return x;
}

static gboolean
comes_from_above (const int *frontier,
                  int        diagonal,
                  int        d)
{
  return diagonal == -d || (diagonal != d && frontier[diagonal - 1] < frontier[diagonal + 1]);
}

/* Goes on until both are at their end or there are too many differences; the last frontier's
 * diagonal that is farthest is where it got. */
static int
search_forward (Search *search,
                int    *best_diagonal)
{
  int max = MIN (search->n + search->m, MAX_DIFFERENCES);

  for (int d = 0; d <= max; d++)
    {
      int *frontier = g_new (int, 2 * d + 3);
      int *middle = frontier + d + 1;
      int *previous = d > 0 ? (int *) g_ptr_array_index (search->frontiers, d - 1) + d : NULL;
      int best = -1;

      g_ptr_array_add (search->frontiers, frontier);
      /* The ends are looked at, but never reached. */
      middle[-d - 1] = middle[d + 1] = -1;
      for (int k = -d; k <= d; k += 2)
        {
          int x = 0;

          if (d > 0 && comes_from_above (previous, k, d))
            x = previous[k + 1];
          else if (d > 0)
            x = previous[k - 1] >= 0 ? previous[k - 1] + 1 : -1;
          if (k < d)
            middle[k + 1] = -1;
          /* Outside of the texts there is no way on. */
          if (x > search->n || x - k > search->m || x < 0 || x - k < 0)
            {
              middle[k] = -1;
              continue;
            }
          middle[k] = slide (search, x, k);
          if (middle[k] >= search->n && middle[k] - k >= search->m)
            {
              *best_diagonal = k;
              return d;
            }
          if (2 * middle[k] - k > best)
            {
              best = 2 * middle[k] - k;
              *best_diagonal = k;
            }
        }
    }

  return max;
}

/* The way back to the beginning, and then forth again as runs. */
static void
walk (Diff    *self,
      Search  *search,
      int      d,
      int      diagonal,
      Pending *pending)
{
  g_autoptr (GArray) steps = g_array_new (FALSE, FALSE, sizeof (Step));
  guint first = 0;

  for (; d >= 0; d--)
    {
      int *frontier = (int *) g_ptr_array_index (search->frontiers, d) + d + 1;
      int x = frontier[diagonal], before = 0;
      Step step = { FALSE, 0 };

      if (d > 0)
        {
          int *previous = (int *) g_ptr_array_index (search->frontiers, d - 1) + d;

          step.added = comes_from_above (previous, diagonal, d);
          before = step.added ? previous[diagonal + 1] : previous[diagonal - 1] + 1;
          diagonal += step.added ? 1 : -1;
        }
      step.same = x - before;
      if (d == 0)
        first = step.same;
      else
        g_array_append_val (steps, step);
    }

  take_same (self, pending, first);
  for (guint i = steps->len; i-- > 0;)
    {
      const Step *step = &g_array_index (steps, Step, i);

      if (step->added)
        pending->added++;
      else
        pending->removed++;
      take_same (self, pending, step->same);
    }
}

static guint
count_common (const guint *a,
              const guint *b,
              guint        max,
              int          direction)
{
  guint n = 0;

  for (; n < max && *a == *b; a += direction, b += direction)
    n++;

  return n;
}

static void
compare (Diff *self)
{
  const guint *a = (const guint *) (gpointer) self->a.words->data;
  const guint *b = (const guint *) (gpointer) self->b.words->data;
  guint n = self->a.words->len, m = self->b.words->len, tail = 0;
  Pending pending = { 0 };

  take_same (self, &pending, count_common (a, b, MIN (n, m), 1));
  if (pending.a < n && pending.b < m)
    tail = count_common (a + n - 1, b + m - 1, MIN (n - pending.a, m - pending.b), -1);

  for (guint round = 0; round < MAX_ROUNDS; round++)
    {
      guint at_a = pending.a + pending.removed, at_b = pending.b + pending.added;
      g_autoptr (GPtrArray) frontiers = g_ptr_array_new_with_free_func (g_free);
      Search search = { a + at_a, b + at_b, (int) (n - tail - at_a), (int) (m - tail - at_b),
                        frontiers };
      int diagonal = 0, d;

      if (search.n == 0 || search.m == 0)
        break;
      d = search_forward (&search, &diagonal);
      walk (self, &search, d, diagonal, &pending);
    }

  pending.removed = n - tail - pending.a;
  pending.added = m - tail - pending.b;
  flush (self, &pending);
  take_same (self, &pending, tail);
}

/* Readability */

static gboolean
is_blank (const char *text,
          gsize       length)
{
  for (const char *p = text; p < text + length; p = g_utf8_next_char (p))
    if (!g_unichar_isspace (g_utf8_get_char (p)))
      return FALSE;

  return TRUE;
}

static void
add_change (GArray     *runs,
            AphDiffRun *change)
{
  AphDiffRun removed = { APH_DIFF_REMOVED, change->a, change->a_length, change->b, 0 };
  AphDiffRun added = { APH_DIFF_ADDED, change->a + change->a_length, 0, change->b,
                       change->b_length };

  if (removed.a_length > 0)
    g_array_append_val (runs, removed);
  if (added.b_length > 0)
    g_array_append_val (runs, added);
  change->a_length = change->b_length = 0;
}

/* That two sentences have the spaces between their words in common tells nobody anything: words
 * that changed in a row are one change. */
static GArray *
join_changes (GArray     *runs,
              const char *text)
{
  GArray *joined = g_array_sized_new (FALSE, FALSE, sizeof (AphDiffRun), runs->len);
  AphDiffRun change = { 0 };

  for (guint i = 0; i < runs->len; i++)
    {
      const AphDiffRun *run = &g_array_index (runs, AphDiffRun, i);
      gboolean pending = change.a_length + change.b_length > 0;

      if (run->kind == APH_DIFF_SAME
          && !(pending && i + 1 < runs->len && is_blank (text + run->a, run->a_length)))
        {
          add_change (joined, &change);
          g_array_append_vals (joined, run, 1);
          continue;
        }
      if (!pending)
        {
          change.a = run->a;
          change.b = run->b;
        }
      change.a_length += run->a_length;
      change.b_length += run->b_length;
    }
  add_change (joined, &change);
  g_array_unref (runs);

  return joined;
}

/**
 * aph_word_diff:
 * @a: (array length=a_length): a text in valid UTF-8
 * @a_length: in bytes
 * @b: (array length=b_length): another one
 * @b_length: in bytes
 *
 * Compares two texts word by word, and character by character where a script has no spaces. It
 * never takes long: if the texts are long and have little in common, more may count as different
 * than need be. It may be called in any thread.
 *
 * Returns: (transfer full) (element-type AphDiffRun): what they have in common and what not, in
 *   order; what was removed comes before what was added in its place
 */
GArray *
aph_word_diff (const char *a,
               gsize       a_length,
               const char *b,
               gsize       b_length)
{
  g_autoptr (GHashTable) numbers = g_hash_table_new_full (g_bytes_hash, g_bytes_equal,
                                                          (GDestroyNotify) g_bytes_unref, NULL);
  Diff self = { .runs = g_array_new (FALSE, FALSE, sizeof (AphDiffRun)) };

  g_return_val_if_fail (a != NULL && b != NULL, self.runs);

  split_words (&self.a, numbers, a, a_length);
  split_words (&self.b, numbers, b, b_length);
  compare (&self);
  clear_side (&self.a);
  clear_side (&self.b);

  return join_changes (self.runs, a);
}

/**
 * aph_word_diff_similarity:
 * @runs: (element-type AphDiffRun): what aph_word_diff() returned
 *
 * Returns: which part of both texts is the same, from 0 to 1; 1 for two empty ones
 */
double
aph_word_diff_similarity (const GArray *runs)
{
  double same = 0, all = 0;

  g_return_val_if_fail (runs != NULL, 0);

  for (guint i = 0; i < runs->len; i++)
    {
      const AphDiffRun *run = &g_array_index (runs, AphDiffRun, i);

      all += run->a_length + run->b_length;
      if (run->kind == APH_DIFF_SAME)
        same += run->a_length + run->b_length;
    }

  return all > 0 ? same / all : 1;
}

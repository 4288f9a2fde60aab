/* aph-token-flow.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-token-flow"

#include "config.h"

#include <math.h>
#include <string.h>

#include "stats/aph-token-flow.h"

/* Adds a stream of @rate tokens per second to what flows from bin to bin: what it has in the bins
 * at its ends into @rates, what it has in those between as steps up and down. */
static void
add_stream (double *rates,
            double *steps,
            guint   n_bins,
            double  begin,
            double  end,
            double  rate)
{
  guint first, last;

  begin = MAX (begin, 0);
  end = MIN (end, n_bins);
  if (end <= begin)
    return;

  first = (guint) begin;
  last = MIN ((guint) end, n_bins - 1);
  if (first == last)
    {
      rates[first] += rate * (end - begin);
      return;
    }

  rates[first] += rate * (first + 1 - begin);
  rates[last] += rate * (end - last);
  steps[first + 1] += rate;
  steps[last] -= rate;
}

/**
 * aph_token_flow_compute:
 * @figures: the figures of a run
 * @model: the number of a model, or %APH_ANY_MODEL
 * @from: where the first bin begins, in microseconds of our monotonic clock
 * @to: where the last bin ends
 * @now: what that clock says
 * @rates: (array length=n_bins) (out caller-allocates): tokens per second in each bin, of all
 *   answers together
 * @n_bins: how many bins there are
 *
 * How fast tokens came. Those of one answer are taken to have come evenly from its first to its
 * last; tokens that came all at once count to the bin in which they came.
 *
 * Returns: the largest rate
 */
double
aph_token_flow_compute (const AphFigures *figures,
                        guint             model,
                        gint64            from,
                        gint64            to,
                        gint64            now,
                        double           *rates,
                        guint             n_bins)
{
  g_autofree double *steps = NULL;
  const AphFigure *all;
  double width, level = 0, largest = 0;
  guint n;

  g_return_val_if_fail (figures != NULL, 0);
  g_return_val_if_fail (rates != NULL && n_bins > 0, 0);

  memset (rates, 0, n_bins * sizeof *rates);
  if (to <= from)
    return 0;

  width = (double) (to - from) / n_bins;
  steps = g_new0 (double, n_bins + 1);
  all = aph_figures_get_all (figures, &n);
  for (guint i = 0; i < n; i++)
    {
      const AphTimes *times = &all[i].times;
      gint64 last = times->ended != 0 ? times->last_token : now;
      double length;

      if (all[i].answer_tokens <= 0 || times->first_token == 0
          || times->first_token >= to || last < from
          || (model != APH_ANY_MODEL && all[i].model != model))
        continue;

      /* What came at once is spread over a bin, so that it does not become a needle. */
      length = MAX (last - times->first_token, width);
      add_stream (rates, steps, n_bins,
                  (times->first_token - from) / width,
                  (times->first_token - from + length) / width,
                  all[i].answer_tokens * (double) G_USEC_PER_SEC / length);
    }

  for (guint i = 0; i < n_bins; i++)
    {
      level += steps[i];
      /* What was added and taken away again leaves no dust. */
      rates[i] = MAX (rates[i] + (fabs (level) > 1e-9 ? level : 0), 0);
      largest = MAX (largest, rates[i]);
    }

  return largest;
}

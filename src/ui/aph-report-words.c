/* aph-report-words.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "ui/aph-format.h"
#include "ui/aph-report-words.h"

const AphExportWords aph_report_words = {
  .state = aph_format_state,
  .marks = aph_format_marks,
  .duration = aph_format_duration,
  .tokens = aph_format_tokens,
  .token_rate = aph_format_token_rate,
  .counts = aph_format_counts,
  .failure = aph_format_failure_title,
};

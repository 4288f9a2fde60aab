/* aph-column.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the table of prompts says of a prompt. Pure functions: no widget, no display.
 */

#pragma once

#include "job/aph-job.h"

G_BEGIN_DECLS

/**
 * AphColumn:
 * @APH_COLUMN_STATE: how it fares, as an icon
 * @APH_COLUMN_PROMPT: the first line of what is asked
 * @APH_COLUMN_MODEL: who is asked
 * @APH_COLUMN_SERVER: where
 * @APH_COLUMN_ANSWER: the end of the answer while it is written, its beginning once it is there;
 *   or why there is none
 * @APH_COLUMN_TOKENS: how many were generated
 * @APH_COLUMN_RATE: how many per second
 * @APH_COLUMN_TTFT: the time to the first of them
 * @APH_COLUMN_ELAPSED: how long it took, or takes already
 * @APH_COLUMN_MARKS: why the answer deserves a second look
 *
 * The columns, in their order.
 */
typedef enum
{
  APH_COLUMN_STATE,
  APH_COLUMN_PROMPT,
  APH_COLUMN_MODEL,
  APH_COLUMN_SERVER,
  APH_COLUMN_ANSWER,
  APH_COLUMN_TOKENS,
  APH_COLUMN_RATE,
  APH_COLUMN_TTFT,
  APH_COLUMN_ELAPSED,
  APH_COLUMN_MARKS,
} AphColumn;

#define APH_N_COLUMNS (APH_COLUMN_MARKS + 1)

/**
 * AphColumnInfo:
 * @name: what settings and actions call it
 * @title: what the user reads, not translated yet
 * @width: in pixels, as long as the user has not chosen another
 * @is_elastic: it takes the room that is left
 * @is_number: aligned at its end
 * @is_hidden: unless the user wants it
 */
typedef struct
{
  const char *name;
  const char *title;
  int         width;
  gboolean    is_elastic;
  gboolean    is_number;
  gboolean    is_hidden;
} AphColumnInfo;

const AphColumnInfo *aph_column_get_info (AphColumn  column);
char                *aph_column_format   (AphColumn  column,
                                          AphJob    *job);
const char          *aph_column_get_icon (AphJob    *job);
char                *aph_column_describe (AphJob    *job);

G_END_DECLS

/* aph-file-survey.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "files/aph-prompt-source.h"

G_BEGIN_DECLS

/* So many rows are kept to be looked at, and so many of the bad ones to be listed. */
#define APH_SURVEY_MAX_ROWS 50
#define APH_SURVEY_MAX_ERRORS 200

/**
 * AphFileSurvey:
 * @layout: what it is; its columns are also those that JSON turned out to have
 * @roles: (array length=APH_N_ROLES): the columns that are taken for each role, or %NULL
 * @rows: (owned) (element-type GStrv): the cells of its first rows
 * @example: (owned) (nullable): what its first row asks
 * @problem: (owned) (nullable): why its rows cannot be understood: which column is the prompt is
 *   not known, or one is meant that there is not
 * @n_rows: how many rows are good
 * @n_answered: how many of these have an answer that is kept, so that they are not asked again
 * @n_bad: how many are not
 * @errors: (owned) (element-type AphRowError): the first of those
 * @bad_rows: (owned): all of those as the file has them, a file to be mended and read again
 * @is_cut: @bad_rows are not all of them: they are too many, or one was too long to be kept
 * @is_complete: the end was reached
 *
 * What there is to say of a file before it is read in earnest.
 */
typedef struct
{
  AphFileLayout  layout;
  char          *roles[APH_N_ROLES];
  GPtrArray     *rows;
  char          *example;
  char          *problem;
  guint64        n_rows;
  guint64        n_answered;
  guint64        n_bad;
  GPtrArray     *errors;
  GString       *bad_rows;
  gboolean       is_cut;
  gboolean       is_complete;
} AphFileSurvey;

void           aph_file_survey_free   (AphFileSurvey          *self);

void           aph_file_survey_async  (AphPromptSource        *source,
                                       const AphReadOptions   *options,
                                       gboolean                whole,
                                       GCancellable           *cancellable,
                                       GAsyncReadyCallback     callback,
                                       gpointer                user_data);
AphFileSurvey *aph_file_survey_finish (GAsyncResult           *result,
                                       GError                **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AphFileSurvey, aph_file_survey_free)

G_END_DECLS

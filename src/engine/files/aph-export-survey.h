/* aph-export-survey.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "stats/aph-figures.h"

G_BEGIN_DECLS

/**
 * AphExportModel:
 * @name: the model; "" where a job has none
 * @counts: how many of its jobs are in each state
 * @n_marked: how many of its answers deserve a second look
 * @prompt_tokens: of all its prompts
 * @answer_tokens: of all its answers
 * @total_ms: the times of its answers, added up
 *
 * What the jobs of one model come to.
 */
typedef struct
{
  char    *name;
  guint64  counts[APH_JOB_N_STATES];
  guint64  n_marked;
  guint64  prompt_tokens;
  guint64  answer_tokens;
  double   total_ms;
} AphExportModel;

/**
 * AphExportSurvey:
 *
 * What there is to say of all jobs before the first one is written: which columns they have, and
 * how they fared.
 */
typedef struct _AphExportSurvey AphExportSurvey;

AphExportSurvey      *aph_export_survey_new            (gboolean         with_figures);
void                  aph_export_survey_free           (AphExportSurvey *self);

void                  aph_export_survey_add            (AphExportSurvey *self,
                                                        AphJob          *job);

guint64               aph_export_survey_get_n_jobs     (AphExportSurvey *self);
guint64               aph_export_survey_count          (AphExportSurvey *self,
                                                        AphJobState      state);
guint64               aph_export_survey_get_n_marked   (AphExportSurvey *self);
GPtrArray            *aph_export_survey_get_columns    (AphExportSurvey *self);
guint                 aph_export_survey_get_n_models   (AphExportSurvey *self);
const AphExportModel *aph_export_survey_get_model      (AphExportSurvey *self,
                                                        guint            index);
int                   aph_export_survey_find_model     (AphExportSurvey *self,
                                                        const char      *name);
AphFigures           *aph_export_survey_get_figures    (AphExportSurvey *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AphExportSurvey, aph_export_survey_free)

G_END_DECLS

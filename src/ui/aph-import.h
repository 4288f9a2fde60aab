/* aph-import.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "files/aph-grid.h"
#include "files/aph-prompt-source.h"
#include "ui/aph-session.h"

G_BEGIN_DECLS

/* More problems than this are only counted. */
#define APH_IMPORT_MAX_PROBLEMS 100

/**
 * AphImportPlan:
 * @sources: (owned) (element-type AphPromptSource): where the prompts are
 * @options: (owned): how they are read
 * @grid: (owned): what each is multiplied by
 * @params: (owned) (nullable): how to answer where a row does not say
 *
 * What is to be queued.
 */
typedef struct
{
  GPtrArray      *sources;
  AphReadOptions *options;
  AphGrid        *grid;
  AphParams      *params;
} AphImportPlan;

AphImportPlan   *aph_import_plan_new       (void);
AphImportPlan   *aph_import_plan_copy      (const AphImportPlan  *self);
void             aph_import_plan_free      (AphImportPlan        *self);
void             aph_import_plan_add_files (AphImportPlan        *self,
                                            GPtrArray            *files);
void             aph_import_plan_set_params (AphImportPlan       *self,
                                            AphParams            *params);
char            *aph_import_plan_dup_title (const AphImportPlan  *self);

/**
 * AphImportResult:
 * @n_prompts: how many prompts were queued
 * @n_problems: how many rows are no prompts, or files cannot be read
 * @n_unread: how many of these are files that cannot be read, at all or to their end
 * @problems: (owned): the first of them, each a sentence that names file and line
 *
 * What became of files.
 */
typedef struct
{
  guint64    n_prompts;
  guint64    n_problems;
  guint64    n_unread;
  GPtrArray *problems;
} AphImportResult;

void             aph_import_result_free (AphImportResult      *self);

/**
 * AphImportProgressFunc:
 * @n_prompts: how many prompts are queued so far; they may run already
 * @fraction: how much of the files was read, from 0 to 1; below 0 if that is not known
 * @user_data: as given
 *
 * Tells how far an import is, some times a second.
 */
typedef void   (*AphImportProgressFunc) (guint64               n_prompts,
                                         double                fraction,
                                         gpointer              user_data);

void             aph_import_async       (AphSession           *session,
                                         const AphImportPlan  *plan,
                                         AphImportProgressFunc progress,
                                         gpointer              progress_data,
                                         GCancellable         *cancellable,
                                         GAsyncReadyCallback   callback,
                                         gpointer              user_data);
AphImportResult *aph_import_finish      (AphSession           *session,
                                         GAsyncResult         *result,
                                         GError              **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AphImportPlan, aph_import_plan_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AphImportResult, aph_import_result_free)

G_END_DECLS

/* aph-run-resume.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "job/aph-request.h"

G_BEGIN_DECLS

/**
 * AphRunResume:
 *
 * What an earlier run has written, and whether it was the same run. Rows of answers stay; all
 * others are taken out when the run goes on, because their prompts are asked again: so there is
 * never more than one row for a prompt.
 */
typedef struct _AphRunResume AphRunResume;

AphRunResume *aph_run_resume_new         (const char    *path,
                                          GError       **error);
void          aph_run_resume_free        (AphRunResume  *self);

guint         aph_run_resume_get_n_done  (AphRunResume  *self);
const char   *aph_run_resume_get_model   (AphRunResume  *self);

gboolean      aph_run_resume_check       (AphRunResume  *self,
                                          guint64        index,
                                          AphRequest    *request,
                                          gboolean      *is_done,
                                          GError       **error);
gboolean      aph_run_resume_check_end   (AphRunResume  *self,
                                          guint64        n_requests,
                                          GError       **error);
int           aph_run_resume_open        (AphRunResume  *self,
                                          GError       **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AphRunResume, aph_run_resume_free)

G_END_DECLS

/* aph-queue-header.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "job/aph-job.h"

G_BEGIN_DECLS

/**
 * AphShow:
 * @APH_SHOW_ALL: all prompts
 * @APH_SHOW_DONE: those that are answered
 * @APH_SHOW_RUNNING: those that are being answered
 * @APH_SHOW_WAITING: those that wait
 * @APH_SHOW_FAILED: those that failed
 * @APH_SHOW_SUSPECT: those whose answers deserve a second look
 * @APH_SHOW_CANCELLED: those that the user stopped
 *
 * Which prompts are listed.
 */
typedef enum
{
  APH_SHOW_ALL,
  APH_SHOW_DONE,
  APH_SHOW_RUNNING,
  APH_SHOW_WAITING,
  APH_SHOW_FAILED,
  APH_SHOW_SUSPECT,
  APH_SHOW_CANCELLED,
} AphShow;

#define APH_N_SHOWS (APH_SHOW_CANCELLED + 1)

#define APH_TYPE_SHOW (aph_show_get_type ())

GType    aph_show_get_type            (void) G_GNUC_CONST;

#define APH_TYPE_QUEUE_HEADER (aph_queue_header_get_type ())

/**
 * AphQueueHeader:
 *
 * The line above the prompts: how many are done, run, wait, failed, and how fast it goes. A press
 * on a number lists those, another press lists all again.
 *
 * Properties: "show" (#AphShow), to be watched.
 */
G_DECLARE_FINAL_TYPE (AphQueueHeader, aph_queue_header, APH, QUEUE_HEADER, GtkWidget)

AphShow aph_queue_header_get_show    (AphQueueHeader *self);
void    aph_queue_header_set_show    (AphQueueHeader *self,
                                      AphShow         show);
void    aph_queue_header_set_counts  (AphQueueHeader *self,
                                      const guint     counts[APH_N_SHOWS]);
void    aph_queue_header_set_pace    (AphQueueHeader *self,
                                      const char     *pace);
void    aph_queue_header_set_compact (AphQueueHeader *self,
                                      gboolean        compact);
void    aph_queue_header_set_table   (AphQueueHeader *self,
                                      gboolean        table);
void    aph_queue_header_set_columns (AphQueueHeader *self,
                                      GMenuModel     *menu);

G_END_DECLS

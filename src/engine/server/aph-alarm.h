/* aph-alarm.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * AphAlarms:
 *
 * Many alarms that share one source of the main loop. A source for each would cost the loop work in
 * every iteration, and a system call whenever one is set.
 */
typedef struct _AphAlarms AphAlarms;

/**
 * AphAlarmFunc:
 * @user_data: as given
 *
 * The time has come; the alarm is not set any more.
 */
typedef void (*AphAlarmFunc) (gpointer user_data);

/**
 * AphAlarm:
 *
 * One alarm, part of what it is for; its members are private. It has to be cleared before that goes
 * away.
 */
typedef struct
{
  AphAlarms    *alarms;
  AphAlarmFunc  func;
  gpointer      user_data;
  gint64        time;
  GQueue       *queue;    /* (nullable) that it is in */
  GList         link;
} AphAlarm;

AphAlarms *aph_alarms_new        (int           priority);
AphAlarms *aph_alarms_ref        (AphAlarms    *self);
void       aph_alarms_unref      (AphAlarms    *self);
gint64     aph_alarms_get_time   (AphAlarms    *self);

void       aph_alarm_init        (AphAlarm     *self,
                                  AphAlarms    *alarms,
                                  AphAlarmFunc  func,
                                  gpointer      user_data);
void       aph_alarm_clear       (AphAlarm     *self);
void       aph_alarm_set         (AphAlarm     *self,
                                  gint64        time);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AphAlarms, aph_alarms_unref)

G_END_DECLS

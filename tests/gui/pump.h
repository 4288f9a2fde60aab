/* pump.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef gboolean (*PumpCondition) (gpointer user_data);

gboolean pump_until   (PumpCondition condition,
                       gpointer      user_data,
                       guint         milliseconds);
gboolean pump_long    (PumpCondition condition,
                       gpointer      user_data);
/* Only to see that something does not happen. */
void     pump_for     (guint         milliseconds);

/* To wait for, given the place of a weak pointer */
gboolean is_finalized (gpointer      weak_pointer);

/* Whatever takes time in GTK is waited for, never slept for. */
#define assert_eventually(condition, user_data) \
  G_STMT_START { \
    if (!pump_long ((condition), (user_data))) \
      g_error ("%s:%d: waited in vain for %s", __FILE__, __LINE__, #condition); \
  } G_STMT_END

G_END_DECLS

/* aph-network-watch.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "queue/aph-scheduler.h"

G_BEGIN_DECLS

#define APH_TYPE_NETWORK_WATCH (aph_network_watch_get_type ())

/**
 * AphNetworkWatch:
 *
 * When the network changes, it looks which servers can still be reached: prompts for the others
 * wait, instead of failing one by one, and go on when the network is back. What is on its way is
 * left alone: a short loss does not break it.
 */
G_DECLARE_FINAL_TYPE (AphNetworkWatch, aph_network_watch, APH, NETWORK_WATCH, GObject)

AphNetworkWatch *aph_network_watch_new   (GNetworkMonitor *monitor,
                                          AphScheduler    *scheduler);
void             aph_network_watch_close (AphNetworkWatch *self);

G_END_DECLS

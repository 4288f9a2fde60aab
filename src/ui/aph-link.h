/* aph-link.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Links that a model wrote: what may be opened, and how to show where it leads.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *aph_link_dup_uri   (const char *link);
char *aph_link_dup_shown (const char *uri);

G_END_DECLS

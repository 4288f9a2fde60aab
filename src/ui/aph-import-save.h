/* aph-import-save.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

void aph_import_save_rows (GtkWindow   *parent,
                           const char  *name,
                           GBytes      *rows);

G_END_DECLS

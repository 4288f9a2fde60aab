/* aph-reader.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define APH_TYPE_READER (aph_reader_get_type ())

/**
 * AphReader:
 *
 * An answer to be read while it is being written: as Markdown or as it came, with a bar to find
 * words in it, and a button to follow its end. Only what is shown of the two takes anything. Links
 * are opened after a question that shows where they lead.
 *
 * Its actions are "reader.find", "reader.find-next", "reader.find-previous", "reader.find-close",
 * "reader.follow" and "reader.raw".
 *
 * Properties:
 * - "raw": whether the answer is shown as it came
 * - "following" (read only): whether the end stays in sight while the text grows
 *
 * Signals:
 * - "turned": to the other view, which has something to take now
 */
G_DECLARE_FINAL_TYPE (AphReader, aph_reader, APH, READER, GtkWidget)

GtkWidget *aph_reader_new           (void);

void       aph_reader_restart       (AphReader  *self,
                                     gboolean    follow);
gboolean   aph_reader_take          (AphReader  *self,
                                     const char *text,
                                     gsize       length);
void       aph_reader_set_growing   (AphReader  *self,
                                     gboolean    growing);
void       aph_reader_set_max_width (AphReader  *self,
                                     int         max_width);

gboolean   aph_reader_get_raw       (AphReader  *self);
void       aph_reader_set_raw       (AphReader  *self,
                                     gboolean    raw);
gboolean   aph_reader_get_following (AphReader  *self);
void       aph_reader_find          (AphReader  *self);
gboolean   aph_reader_focus_text    (AphReader  *self);

G_END_DECLS

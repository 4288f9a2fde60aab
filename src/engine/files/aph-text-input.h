/* aph-text-input.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * AphTextInput:
 *
 * The text of a stream in UTF-8, whatever its encoding is: a window that moves over it and is as
 * large as what is being looked at. What cannot be read is there as a byte that is no UTF-8. It
 * blocks, so it is for worker threads.
 */
typedef struct _AphTextInput AphTextInput;

AphTextInput *aph_text_input_new          (GInputStream  *stream);
AphTextInput *aph_text_input_open         (GInputStream  *stream,
                                           const char    *encoding,
                                           GCancellable  *cancellable,
                                           GError       **error);
void          aph_text_input_free         (AphTextInput  *self);

const char   *aph_text_input_get_encoding (AphTextInput  *self);
gboolean      aph_text_input_fill_head    (AphTextInput  *self,
                                           GCancellable  *cancellable,
                                           GError       **error);

const char   *aph_text_input_peek         (AphTextInput  *self,
                                           gsize         *length);
void          aph_text_input_skip         (AphTextInput  *self,
                                           gsize          length);
gboolean      aph_text_input_fill         (AphTextInput  *self,
                                           GCancellable  *cancellable,
                                           GError       **error);
gboolean      aph_text_input_is_at_end    (AphTextInput  *self);
guint64       aph_text_input_get_offset   (AphTextInput  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AphTextInput, aph_text_input_free)

G_END_DECLS

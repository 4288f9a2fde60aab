/* aph-stream-view-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the files of AphStreamView share.
 */

#pragma once

#include "ui/aph-stream-view.h"

G_BEGIN_DECLS

typedef struct _AphStreamFinder AphStreamFinder;

AphStreamFinder **aph_stream_view_get_finder (AphStreamView   *self);

void              aph_stream_finder_free     (AphStreamFinder *self);
void              aph_stream_finder_go_on    (AphStreamFinder *self);
void              aph_stream_finder_restart  (AphStreamFinder *self);

G_END_DECLS

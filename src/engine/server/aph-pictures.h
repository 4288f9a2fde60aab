/* aph-pictures.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "job/aph-failure.h"
#include "job/aph-request.h"

G_BEGIN_DECLS

void        aph_pictures_load_async  (AphRequest           *request,
                                      GCancellable         *cancellable,
                                      GAsyncReadyCallback   callback,
                                      gpointer              user_data);
AphRequest *aph_pictures_load_finish (GAsyncResult         *result,
                                      AphFailure          **failure);

G_END_DECLS

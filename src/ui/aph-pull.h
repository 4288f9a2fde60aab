/* aph-pull.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "server/aph-server.h"

G_BEGIN_DECLS

#define APH_TYPE_PULL (aph_pull_get_type ())

/**
 * AphPull:
 *
 * A model that a server downloads for us. It goes on when nobody looks.
 *
 * Signals:
 * - "changed": it went on; some times a second
 * - "ended": the model is there, or will not be; see aph_pull_get_failure()
 */
G_DECLARE_FINAL_TYPE (AphPull, aph_pull, APH, PULL, GObject)

AphPull    *aph_pull_new          (AphServer   *server,
                                   const char  *model);
void        aph_pull_start        (AphPull     *self);
void        aph_pull_cancel       (AphPull     *self);

AphServer  *aph_pull_get_server   (AphPull     *self);
const char *aph_pull_get_model    (AphPull     *self);
gboolean    aph_pull_has_ended    (AphPull     *self);
AphFailure *aph_pull_get_failure  (AphPull     *self);
double      aph_pull_get_fraction (AphPull     *self);
char       *aph_pull_dup_status   (AphPull     *self);

G_END_DECLS

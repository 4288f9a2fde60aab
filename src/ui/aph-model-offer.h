/* aph-model-offer.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The models of several servers as one list to choose from, each name once.
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

void     aph_model_offer_add  (GPtrArray  *offer,
                               GPtrArray  *models);
void     aph_model_offer_show (GPtrArray  *offer,
                               GListStore *list);
gboolean aph_model_offer_has  (GListModel *list,
                               const char *name);

G_END_DECLS

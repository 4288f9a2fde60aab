/* aph-model-offer.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-model-offer"

#include "config.h"

#include "server/aph-model.h"
#include "ui/aph-model-offer.h"

static gboolean
has_name (GPtrArray  *models,
          const char *name)
{
  for (guint i = 0; i < models->len; i++)
    if (g_strcmp0 (aph_model_get_name (g_ptr_array_index (models, i)), name) == 0)
      return TRUE;

  return FALSE;
}

/**
 * aph_model_offer_add:
 * @offer: (element-type AphModel): the models so far, which it does not hold
 * @models: (nullable) (element-type AphModel): those of one more server
 *
 * Adds the ones that no server before it has.
 */
void
aph_model_offer_add (GPtrArray *offer,
                     GPtrArray *models)
{
  g_return_if_fail (offer != NULL);

  for (guint i = 0; models != NULL && i < models->len; i++)
    {
      AphModel *model = g_ptr_array_index (models, i);

      if (!has_name (offer, aph_model_get_name (model)))
        g_ptr_array_add (offer, model);
    }
}

static gboolean
is_shown (GPtrArray  *offer,
          GListModel *list)
{
  if (g_list_model_get_n_items (list) != offer->len)
    return FALSE;

  for (guint i = 0; i < offer->len; i++)
    {
      g_autoptr (AphModel) old = g_list_model_get_item (list, i);

      if (g_strcmp0 (aph_model_get_name (old),
                     aph_model_get_name (g_ptr_array_index (offer, i))) != 0)
        return FALSE;
    }

  return TRUE;
}

/**
 * aph_model_offer_show:
 * @offer: (element-type AphModel): models
 * @list: of #AphModel
 *
 * Makes @list the same. Where it has the same names in the same order already, nothing is said to
 * have changed, and an open drop-down keeps its place.
 */
void
aph_model_offer_show (GPtrArray  *offer,
                      GListStore *list)
{
  g_return_if_fail (offer != NULL);
  g_return_if_fail (G_IS_LIST_STORE (list));

  if (!is_shown (offer, G_LIST_MODEL (list)))
    g_list_store_splice (list, 0, g_list_model_get_n_items (G_LIST_MODEL (list)), offer->pdata,
                         offer->len);
}

/**
 * aph_model_offer_has:
 * @list: of #AphModel
 * @name: (nullable): a name as a server lists it
 *
 * Returns: whether there is a model of this name
 */
gboolean
aph_model_offer_has (GListModel *list,
                     const char *name)
{
  g_return_val_if_fail (G_IS_LIST_MODEL (list), FALSE);

  for (guint i = 0; name != NULL && i < g_list_model_get_n_items (list); i++)
    {
      g_autoptr (AphModel) model = g_list_model_get_item (list, i);

      if (g_strcmp0 (aph_model_get_name (model), name) == 0)
        return TRUE;
    }

  return FALSE;
}

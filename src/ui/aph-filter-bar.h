/* aph-filter-bar.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "store/aph-job-query.h"

G_BEGIN_DECLS

#define APH_TYPE_FILTER_BAR (aph_filter_bar_get_type ())

/**
 * AphFilterBar:
 *
 * What the user searches for: words, and what is rare behind a button: marks, model, server,
 * rating. It is hidden until it is wanted.
 *
 * Properties: "revealed" (boolean). Signals: "changed": something else is searched for;
 * "opened": the user is about to choose, and wants to know from what.
 */
G_DECLARE_FINAL_TYPE (AphFilterBar, aph_filter_bar, APH, FILTER_BAR, GtkWidget)

void        aph_filter_bar_add_to_query (AphFilterBar *self,
                                         AphJobQuery  *query);
gboolean    aph_filter_bar_is_empty     (AphFilterBar *self);
void        aph_filter_bar_clear        (AphFilterBar *self);
void        aph_filter_bar_set_models   (AphFilterBar      *self,
                                         const char *const *models);
void        aph_filter_bar_set_servers  (AphFilterBar      *self,
                                         const char *const *servers);
const char *aph_filter_bar_get_search   (AphFilterBar *self);
void        aph_filter_bar_set_search   (AphFilterBar *self,
                                         const char   *search);
gboolean    aph_filter_bar_get_revealed (AphFilterBar *self);
void        aph_filter_bar_set_revealed (AphFilterBar *self,
                                         gboolean      revealed);

G_END_DECLS

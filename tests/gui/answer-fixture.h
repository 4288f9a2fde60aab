/* answer-fixture.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "ui/aph-answer-view.h"

#include "last-action.h"

G_BEGIN_DECLS

/* An answer view in a window of its own, with a clock that stands. */
typedef struct
{
  GtkWidget *window;
  AphAnswerView *view;
  AphRefreshClock *clock;
  LastAction last_action;
  guint n_ticks;
} Fixture;

void        set_up         (Fixture       *fixture,
                            gconstpointer  data);
void        tear_down      (Fixture       *fixture,
                            gconstpointer  data);

/* By the name in a template */
GtkWidget  *find_by_id     (GtkWidget     *root,
                            const char    *id);
GtkWidget  *get            (Fixture       *fixture,
                            const char    *id);
const char *get_label      (Fixture       *fixture,
                            const char    *id);
char       *get_view_text  (GtkWidget     *stream_view);
void        assert_answer  (Fixture       *fixture,
                            const char    *expected);

void        tick           (Fixture       *fixture);
gboolean    is_poked       (gpointer       user_data);
void        click          (GtkWidget     *button);
char       *read_clipboard (Fixture       *fixture);

G_END_DECLS

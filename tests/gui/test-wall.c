/* test-wall.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include <adwaita.h>

#include "ui/aph-format.h"
#include "ui/aph-tail-view.h"
#include "ui/aph-wall-layout.h"
#include "ui/aph-wall-tile.h"
#include "ui/aph-wall.h"

#include "find.h"
#include "gui-init.h"
#include "jobs.h"
#include "last-action.h"
#include "pump.h"

static void
test_columns (void)
{
  static const struct
  {
    guint n_tiles;
    int width;
    int height;
    guint columns;
  } cases[] = {
    { 0, 1000, 700, 1 },
    { 1, 1000, 700, 1 },
    { 2, 1000, 700, 2 },
    { 2, 600, 1000, 1 },
    { 3, 1000, 700, 3 },
    { 4, 1000, 700, 2 },
    { 6, 1000, 700, 3 },
    { 9, 1000, 700, 3 },
    { 16, 1200, 900, 4 },
    /* No room for all: as many as fit side by side. */
    { 64, 1200, 900, 4 },
    { 16, 600, 500, 2 },
    { 4, 300, 500, 1 },
    { 4, 100, 100, 1 },
    { 64, 2400, 1500, 8 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("%u tiles in %d x %d", cases[i].n_tiles, cases[i].width, cases[i].height);
      g_assert_cmpuint (aph_wall_layout_choose_columns (cases[i].n_tiles, cases[i].width,
                                                        cases[i].height, APH_WALL_TILE_HEIGHT),
                        ==, cases[i].columns);
    }

  /* With a large font the same room is too low for rows of two. */
  g_assert_cmpuint (aph_wall_layout_choose_columns (4, 1200, 500, 300), ==, 4);
}

typedef struct
{
  GtkWidget *window;
  AphWall *wall;
  AphRefreshClock *clock;
  GListStore *store;
  AphJob *activated;     /* the last */
  LastAction last_action;
} Fixture;

static void
job_activated_cb (Fixture *fixture,
                  AphJob  *job)
{
  fixture->activated = job;
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  GtkWidget *wall = aph_wall_new ();

  fixture->wall = APH_WALL (wall);
  fixture->clock = aph_refresh_clock_new ();
  fixture->store = g_list_store_new (APH_TYPE_JOB);
  fixture->window = gtk_window_new ();
  g_signal_connect_swapped (wall, "job-activated", G_CALLBACK (job_activated_cb), fixture);
  gtk_window_set_decorated (GTK_WINDOW (fixture->window), FALSE);
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 900, 600);
  last_action_watch (&fixture->last_action, fixture->window);
  gtk_window_set_child (GTK_WINDOW (fixture->window), wall);
  aph_wall_set_clock (fixture->wall, fixture->clock);
  aph_wall_set_model (fixture->wall, G_LIST_MODEL (fixture->store));
  g_assert_true (aph_wall_get_model (fixture->wall) == G_LIST_MODEL (fixture->store));
  gtk_window_present (GTK_WINDOW (fixture->window));
  gtk_test_widget_wait_for_draw (wall);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_object_add_weak_pointer (G_OBJECT (fixture->wall), (gpointer *) &fixture->wall);
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  g_assert_null (fixture->wall);
  g_assert_finalize_object (fixture->clock);
  g_assert_finalize_object (fixture->store);
  last_action_clear (&fixture->last_action);
}

static int
compare_indices (gconstpointer a,
                 gconstpointer b,
                 gpointer      user_data)
{
  return (int) aph_job_get_index ((AphJob *) a) - (int) aph_job_get_index ((AphJob *) b);
}

static AphJob *
add_job (Fixture *fixture,
         guint64  index)
{
  g_autofree char *prompt = g_strdup_printf ("\n  Prompt %" G_GUINT64_FORMAT "\nand more", index);
  g_autoptr (AphJob) job = make_running_job (prompt, index);

  g_list_store_insert_sorted (fixture->store, job, compare_indices, NULL);

  return job;
}

static void
tick (Fixture *fixture)
{
  g_signal_emit_by_name (fixture->clock, "tick");
}

static AphWallTile *
get_tile (Fixture *fixture,
          guint    i)
{
  GtkWidget *tile = find_widget (GTK_WIDGET (fixture->wall), APH_TYPE_WALL_TILE, i);

  return tile != NULL ? APH_WALL_TILE (tile) : NULL;
}

/* The indices of the jobs on the wall, in the order of the tiles. */
static char *
list_tiles (Fixture *fixture)
{
  GString *list = g_string_new (NULL);
  AphWallTile *tile;

  for (guint i = 0; (tile = get_tile (fixture, i)) != NULL; i++)
    g_string_append_printf (list, "%s%" G_GUINT64_FORMAT, i > 0 ? " " : "",
                            aph_job_get_index (aph_wall_tile_get_job (tile)));

  return g_string_free (list, FALSE);
}

static void
assert_tiles (Fixture    *fixture,
              const char *expected)
{
  g_autofree char *list = NULL;

  tick (fixture);
  list = list_tiles (fixture);
  g_assert_cmpstr (list, ==, expected);
}

static void
remove_job (Fixture *fixture,
            AphJob  *job)
{
  guint position;

  g_assert_true (g_list_store_find (fixture->store, job, &position));
  g_list_store_remove (fixture->store, position);
}

/* Tiles are in the order of the jobs, and stay where they are when others come and go. */
static void
test_order (Fixture       *fixture,
            gconstpointer  data)
{
  AphJob *three, *five;
  AphWallTile *first;

  g_assert_nonnull (find_label (GTK_WIDGET (fixture->wall), "No Answers Yet"));

  three = add_job (fixture, 3);
  add_job (fixture, 1);
  five = add_job (fixture, 5);
  assert_tiles (fixture, "1 3 5");
  gtk_test_widget_wait_for_draw (GTK_WIDGET (fixture->wall));
  g_assert_null (find_label (GTK_WIDGET (fixture->wall), "No Answers Yet"));
  g_assert_nonnull (find_label (GTK_WIDGET (fixture->wall), "Prompt 3"));

  add_job (fixture, 4);
  assert_tiles (fixture, "1 3 4 5");

  first = get_tile (fixture, 0);
  remove_job (fixture, three);
  add_job (fixture, 9);
  add_job (fixture, 7);
  assert_tiles (fixture, "1 7 4 5 9");
  g_assert_true (get_tile (fixture, 0) == first);

  remove_job (fixture, five);
  assert_tiles (fixture, "1 7 4 9");
  g_assert_true (get_tile (fixture, 0) == first);

  g_list_store_remove_all (fixture->store);
  assert_tiles (fixture, "");
  gtk_test_widget_wait_for_draw (GTK_WIDGET (fixture->wall));
  g_assert_nonnull (find_label (GTK_WIDGET (fixture->wall), "No Answers Yet"));
}

/* Changes of the list are seen although the clock stands. */
static gboolean
has_tile (gpointer user_data)
{
  return get_tile (user_data, 0) != NULL;
}

static void
test_clock_stands (Fixture       *fixture,
                   gconstpointer  data)
{
  add_job (fixture, 0);
  assert_eventually (has_tile, fixture);

  aph_wall_set_model (fixture->wall, NULL);
  g_assert_false (has_tile (fixture));
}

static void
test_many (Fixture       *fixture,
           gconstpointer  data)
{
  for (guint i = 0; i < APH_WALL_MAX_TILES + 2; i++)
    add_job (fixture, i);
  tick (fixture);
  g_assert_nonnull (get_tile (fixture, APH_WALL_MAX_TILES - 1));
  g_assert_null (get_tile (fixture, APH_WALL_MAX_TILES));
  g_assert_nonnull (find_label (GTK_WIDGET (fixture->wall), "2 more prompts are not shown here"));

  g_list_store_remove (fixture->store, 0);
  tick (fixture);
  g_assert_nonnull (find_label (GTK_WIDGET (fixture->wall), "1 more prompt is not shown here"));
}

static char *
get_shown (Fixture *fixture,
           guint    i)
{
  GtkWidget *tail = find_widget (GTK_WIDGET (get_tile (fixture, i)), APH_TYPE_TAIL_VIEW, 0);

  return aph_tail_view_dup_shown (APH_TAIL_VIEW (tail));
}

static gboolean
all_shown (gpointer user_data)
{
  Fixture *fixture = user_data;

  for (guint i = 0; i < 20; i++)
    {
      g_autofree char *shown = get_shown (fixture, i);

      if (!g_str_equal (shown, "text"))
        return FALSE;
    }

  return TRUE;
}

/* Every tile in sight has its turn, also when the clock stands; those out of sight are left out. */
static void
test_turns (Fixture       *fixture,
            gconstpointer  data)
{
  g_autofree char *unseen = NULL;
  gint64 before;

  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 1200, 1000);
  for (guint i = 0; i < 40; i++)
    answer (add_job (fixture, i), "old");
  tick (fixture);
  gtk_test_widget_wait_for_draw (GTK_WIDGET (fixture->wall));

  for (guint i = 0; i < 40; i++)
    {
      AphJob *job = aph_wall_tile_get_job (get_tile (fixture, i));
      g_autoptr (AphFailure) failure = aph_failure_new (APH_FAILURE_TRANSPORT, 0, "cut off");

      aph_job_put_back (job, failure);
      aph_job_send (job, "http://a");
      answer (job, "text");
    }
  before = g_get_monotonic_time ();
  aph_refresh_clock_poke (fixture->clock);
  assert_eventually (all_shown, fixture);

  unseen = get_shown (fixture, 39);
  if (g_get_monotonic_time () - before < 4 * G_USEC_PER_SEC)
    g_assert_cmpstr (unseen, !=, "text");
}

/* A tile that is out of sight, and what a screen reader should be told of it. */
typedef struct
{
  Fixture *fixture;
  GtkWidget *tile;
  const char *state;
  const char *text;
} Unseen;

static gboolean
is_told (gpointer user_data)
{
  Unseen *unseen = user_data;
  GtkWidget *tail = find_widget (unseen->tile, APH_TYPE_TAIL_VIEW, 0);
  GtkWidget *status = find_widget (unseen->tile, GTK_TYPE_LABEL, 1);
  const char *words = gtk_label_get_text (GTK_LABEL (status));
  g_autofree char *wrong_text =
    gtk_test_accessible_check_property (GTK_ACCESSIBLE (tail), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                        unseen->text);
  g_autofree char *wrong_words =
    gtk_test_accessible_check_property (GTK_ACCESSIBLE (unseen->tile),
                                        GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, words);

  tick (unseen->fixture);

  return wrong_text == NULL && wrong_words == NULL && g_str_has_prefix (words, unseen->state);
}

/* A screen reader reads what is out of sight, too: how it goes within seconds, and its end at once. */
static void
test_unseen (Fixture       *fixture,
             gconstpointer  data)
{
  Unseen unseen = { fixture, NULL, aph_format_state (APH_JOB_ANSWERING), "a word" };
  AphJob *job;

  for (guint i = 0; i < 20; i++)
    answer (add_job (fixture, i), "a");
  tick (fixture);
  gtk_test_widget_wait_for_draw (GTK_WIDGET (fixture->wall));
  unseen.tile = GTK_WIDGET (get_tile (fixture, 19));
  job = aph_wall_tile_get_job (APH_WALL_TILE (unseen.tile));
  answer (job, " word");
  assert_eventually (is_told, &unseen);

  answer (job, " and another");
  finish (job, "stop");
  tick (fixture);
  unseen.state = aph_format_state (APH_JOB_DONE);
  unseen.text = "a word and another";
  g_assert_true (is_told (&unseen));
}

static void
click (GtkWidget  *tile,
       const char *tooltip)
{
  GtkWidget *button = find_by_tooltip (tile, tooltip);

  g_assert_nonnull (button);
  g_assert_true (gtk_widget_get_mapped (button));
  g_assert_true (gtk_widget_is_sensitive (button));
  g_signal_emit_by_name (button, "clicked");
}

static void
assert_status (GtkWidget   *tile,
               AphJobState  state)
{
  GtkWidget *label = find_widget (tile, GTK_TYPE_LABEL, 1);
  const char *status = gtk_label_get_text (GTK_LABEL (label));

  g_assert_true (g_str_has_prefix (status, aph_format_state (state)));
  g_assert_true (g_str_has_suffix (status, " · qwen2.5:7b"));
}

static void
test_tile (Fixture       *fixture,
           gconstpointer  data)
{
  AphJob *job = add_job (fixture, 7);
  GtkWidget *tile;

  tick (fixture);
  gtk_test_widget_wait_for_draw (GTK_WIDGET (fixture->wall));
  tile = GTK_WIDGET (get_tile (fixture, 0));
  gtk_test_accessible_assert_role (tile, GTK_ACCESSIBLE_ROLE_LIST_ITEM);
  gtk_test_accessible_assert_property (tile, GTK_ACCESSIBLE_PROPERTY_LABEL, "Prompt 7");
  assert_status (tile, APH_JOB_SENT);

  click (tile, "Cancel this prompt");
  g_assert_cmpstr (fixture->last_action.name, ==, "cancel");
  g_assert_cmpuint (fixture->last_action.index, ==, 7);

  answer (job, "yes");
  finish (job, "stop");
  tick (fixture);
  gtk_test_widget_wait_for_draw (tile);
  assert_status (tile, APH_JOB_DONE);
  click (tile, "Send this prompt again");
  g_assert_cmpstr (fixture->last_action.name, ==, "retry");

  g_assert_true (gtk_widget_grab_focus (tile));
  g_assert_true (gtk_widget_activate (tile));
  g_assert_true (fixture->activated == job);
}

/* Tiles have the same size, fill the wall, and are never narrower than they may be. */
static void
test_sizes (Fixture       *fixture,
            gconstpointer  data)
{
  for (guint n = 1; n <= 6; n++)
    {
      graphene_rect_t first, last;

      add_job (fixture, n);
      tick (fixture);
      gtk_test_widget_wait_for_draw (GTK_WIDGET (fixture->wall));
      g_assert_true (gtk_widget_compute_bounds (GTK_WIDGET (get_tile (fixture, 0)),
                                                GTK_WIDGET (fixture->wall), &first));
      g_assert_true (gtk_widget_compute_bounds (GTK_WIDGET (get_tile (fixture, n - 1)),
                                                GTK_WIDGET (fixture->wall), &last));
      g_assert_cmpfloat_with_epsilon (first.size.width, last.size.width, 1);
      g_assert_cmpfloat_with_epsilon (first.size.height, last.size.height, 1);
      g_assert_cmpfloat (first.size.width, >=, APH_WALL_TILE_WIDTH);
      g_assert_cmpfloat (first.size.height, >=, APH_WALL_TILE_HEIGHT);
      g_assert_cmpfloat_with_epsilon (last.origin.y + last.size.height, 600 - APH_WALL_GAP, 1);
    }
}

int
main (int    argc,
      char **argv)
{
  gui_init (&argc, &argv);

#define ADD(path, test) g_test_add (path, Fixture, NULL, set_up, test, tear_down)
  g_test_add_func ("/wall/columns", test_columns);
  ADD ("/wall/order", test_order);
  ADD ("/wall/clock-stands", test_clock_stands);
  ADD ("/wall/many", test_many);
  ADD ("/wall/turns", test_turns);
  ADD ("/wall/unseen", test_unseen);
  ADD ("/wall/tile", test_tile);
  ADD ("/wall/sizes", test_sizes);
#undef ADD

  return g_test_run ();
}

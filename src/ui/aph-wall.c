/* aph-wall.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-wall"

#include "config.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "ui/aph-ui.h"
#include "ui/aph-wall-layout.h"
#include "ui/aph-wall-tile.h"
#include "ui/aph-wall.h"

/* What a frame costs is in the tiles that it draws anew. With many of them each has its turn less
 * often, and no frame takes long. */
#define TILES_PER_TICK 16

struct _AphWall
{
  GtkWidget parent_instance;

  GtkStack *stack;
  GtkWidget *scrolled_window;
  GtkWidget *grid;
  GtkLabel *more_label;

  GListModel *model;         /* (owned) (nullable) */
  gulong items_changed_id;
  gboolean stale;            /* the tiles are not those of the model */
  GPtrArray *tiles;          /* of AphWallTile, borrowed, as in the grid */
  guint turn;                /* which tile is refreshed next */

  AphRefreshClock *clock;    /* (owned) (nullable) */
  gulong tick_id;            /* while mapped */
};

enum
{
  SIGNAL_JOB_ACTIVATED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AphWall, aph_wall, GTK_TYPE_WIDGET)

static void
poke (AphWall *self)
{
  if (self->clock != NULL)
    aph_refresh_clock_poke (self->clock);
}

static void
tile_activated_cb (AphWall     *self,
                   AphWallTile *tile)
{
  g_signal_emit (self, signals[SIGNAL_JOB_ACTIVATED], 0, aph_wall_tile_get_job (tile));
}

/* The jobs to show, in their order. */
static GPtrArray *
list_jobs (AphWall *self)
{
  GPtrArray *jobs = g_ptr_array_new_with_free_func (g_object_unref);
  guint n = self->model != NULL ? g_list_model_get_n_items (self->model) : 0;

  for (guint i = 0; i < MIN (n, APH_WALL_MAX_TILES); i++)
    g_ptr_array_add (jobs, g_list_model_get_item (self->model, i));

  return jobs;
}

/* A new tile, before that of the next of @jobs that has one. */
static void
insert_tile (AphWall   *self,
             AphJob    *job,
             GPtrArray *jobs)
{
  GtkWidget *tile = aph_wall_tile_new (job);
  GtkWidget *next = NULL;
  guint place = 0, i = self->tiles->len;

  g_ptr_array_find (jobs, job, &place);
  for (guint later = place + 1; later < jobs->len && next == NULL; later++)
    for (i = 0; i < self->tiles->len && next == NULL; i++)
      if (aph_wall_tile_get_job (g_ptr_array_index (self->tiles, i))
          == g_ptr_array_index (jobs, later))
        next = g_ptr_array_index (self->tiles, i);
  i = next != NULL ? i - 1 : self->tiles->len;

  g_signal_connect_object (tile, "activated", G_CALLBACK (tile_activated_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_widget_insert_before (tile, self->grid, next);
  g_ptr_array_insert (self->tiles, i, tile);
}

static void
remove_tile (AphWall *self,
             guint    i)
{
  gtk_widget_unparent (g_ptr_array_index (self->tiles, i));
  g_ptr_array_remove_index (self->tiles, i);
}

/* Who comes takes the place of who went, so that the others stay where they are. */
static void
update_tiles (AphWall *self)
{
  g_autoptr (GPtrArray) jobs = list_jobs (self);
  g_autoptr (GPtrArray) newcomers = g_ptr_array_new ();
  g_autoptr (GHashTable) shown = g_hash_table_new (NULL, NULL);
  guint next = 0;

  for (guint i = 0; i < self->tiles->len; i++)
    g_hash_table_add (shown, aph_wall_tile_get_job (g_ptr_array_index (self->tiles, i)));
  for (guint i = 0; i < jobs->len; i++)
    if (!g_hash_table_remove (shown, g_ptr_array_index (jobs, i)))
      g_ptr_array_add (newcomers, g_ptr_array_index (jobs, i));

  /* What is left in the table has left the model. */
  for (guint i = 0; i < self->tiles->len;)
    {
      AphWallTile *tile = g_ptr_array_index (self->tiles, i);

      if (!g_hash_table_contains (shown, aph_wall_tile_get_job (tile)))
        i++;
      else if (next < newcomers->len)
        aph_wall_tile_set_job (tile, g_ptr_array_index (newcomers, next++));
      else
        remove_tile (self, i);
    }
  while (next < newcomers->len)
    insert_tile (self, g_ptr_array_index (newcomers, next++), jobs);

  self->stale = FALSE;
}

/* Other jobs altogether: each tile gets the one whose turn it is. */
static void
arrange_tiles (AphWall *self)
{
  g_autoptr (GPtrArray) jobs = list_jobs (self);

  while (self->tiles->len > jobs->len)
    remove_tile (self, self->tiles->len - 1);
  for (guint i = 0; i < self->tiles->len; i++)
    aph_wall_tile_set_job (g_ptr_array_index (self->tiles, i), g_ptr_array_index (jobs, i));

  update_tiles (self);
}

static void
update_more_label (AphWall *self)
{
  guint n = self->model != NULL ? g_list_model_get_n_items (self->model) : 0;
  g_autofree char *text = NULL;

  gtk_widget_set_visible (GTK_WIDGET (self->more_label), n > APH_WALL_MAX_TILES);
  if (n <= APH_WALL_MAX_TILES)
    return;

  text = g_strdup_printf (ngettext ("%'u more prompt is not shown here",
                                    "%'u more prompts are not shown here",
                                    n - APH_WALL_MAX_TILES),
                          n - APH_WALL_MAX_TILES);
  gtk_label_set_text (self->more_label, text);
}

static void
update_contents (AphWall *self)
{
  update_tiles (self);
  update_more_label (self);
  gtk_stack_set_visible_child_name (self->stack, self->tiles->len > 0 ? "tiles" : "empty");
}

static gboolean
is_in_sight (AphWall   *self,
             GtkWidget *tile)
{
  graphene_rect_t bounds;

  return gtk_widget_compute_bounds (tile, self->scrolled_window, &bounds)
         && bounds.origin.y + bounds.size.height > 0
         && bounds.origin.y < gtk_widget_get_height (self->scrolled_window);
}

static void
refresh (AphWall *self)
{
  guint n_tiles, n_drawn = 0, n_seen = 0;

  if (self->stale)
    update_contents (self);

  n_tiles = self->tiles->len;
  for (; n_seen < n_tiles && n_drawn < TILES_PER_TICK; n_seen++)
    {
      AphWallTile *tile = g_ptr_array_index (self->tiles, (self->turn + n_seen) % n_tiles);

      if ((is_in_sight (self, GTK_WIDGET (tile)) || aph_wall_tile_is_due_unseen (tile))
          && aph_wall_tile_refresh (tile))
        n_drawn++;
    }
  if (n_seen < n_tiles)
    {
      self->turn = (self->turn + n_seen) % n_tiles;
      poke (self);
    }
}

/* Several jobs come and go in one turn of the main loop: that is one change. */
static void
items_changed_cb (AphWall *self)
{
  self->stale = TRUE;
  poke (self);
}

static void
connect_clock (AphWall *self)
{
  if (self->clock != NULL && self->tick_id == 0)
    self->tick_id = g_signal_connect_swapped (self->clock, "tick", G_CALLBACK (refresh), self);
}

static void
disconnect_clock (AphWall *self)
{
  if (self->clock != NULL)
    g_clear_signal_handler (&self->tick_id, self->clock);
}

static void
aph_wall_map (GtkWidget *widget)
{
  AphWall *self = APH_WALL (widget);

  GTK_WIDGET_CLASS (aph_wall_parent_class)->map (widget);

  connect_clock (self);
  if (self->stale)
    update_contents (self);
  poke (self);
}

static void
aph_wall_unmap (GtkWidget *widget)
{
  disconnect_clock (APH_WALL (widget));

  GTK_WIDGET_CLASS (aph_wall_parent_class)->unmap (widget);
}

static void
aph_wall_dispose (GObject *object)
{
  AphWall *self = APH_WALL (object);

  disconnect_clock (self);
  g_clear_object (&self->clock);
  if (self->model != NULL)
    g_clear_signal_handler (&self->items_changed_id, self->model);
  g_clear_object (&self->model);
  while (self->tiles->len > 0)
    remove_tile (self, self->tiles->len - 1);
  aph_ui_dispose_template (GTK_WIDGET (self), APH_TYPE_WALL);

  G_OBJECT_CLASS (aph_wall_parent_class)->dispose (object);
}

static void
aph_wall_finalize (GObject *object)
{
  g_ptr_array_unref (APH_WALL (object)->tiles);

  G_OBJECT_CLASS (aph_wall_parent_class)->finalize (object);
}

static void
aph_wall_class_init (AphWallClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = aph_wall_dispose;
  object_class->finalize = aph_wall_finalize;
  widget_class->map = aph_wall_map;
  widget_class->unmap = aph_wall_unmap;

  signals[SIGNAL_JOB_ACTIVATED] =
    g_signal_new ("job-activated", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                  NULL, G_TYPE_NONE, 1, APH_TYPE_JOB);

  g_type_ensure (APH_TYPE_WALL_LAYOUT);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_template_from_resource (widget_class, APH_APP_PATH "/ui/aph-wall.ui");
  gtk_widget_class_bind_template_child (widget_class, AphWall, grid);
  gtk_widget_class_bind_template_child (widget_class, AphWall, more_label);
  gtk_widget_class_bind_template_child (widget_class, AphWall, scrolled_window);
  gtk_widget_class_bind_template_child (widget_class, AphWall, stack);
}

static void
aph_wall_init (AphWall *self)
{
  GtkAdjustment *adjustment;

  self->tiles = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));

  /* What comes into sight is refreshed before it is read. */
  adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->scrolled_window));
  g_signal_connect_object (adjustment, "value-changed", G_CALLBACK (poke), self,
                           G_CONNECT_SWAPPED);
}

/**
 * aph_wall_new:
 *
 * Returns: (transfer floating): an empty wall
 */
GtkWidget *
aph_wall_new (void)
{
  return g_object_new (APH_TYPE_WALL, NULL);
}

GListModel *
aph_wall_get_model (AphWall *self)
{
  g_return_val_if_fail (APH_IS_WALL (self), NULL);

  return self->model;
}

/**
 * aph_wall_set_model:
 * @self: a wall
 * @model: (nullable): of #AphJob; the first %APH_WALL_MAX_TILES of them are shown
 *
 * The tiles are in the order of the model. A job that comes in the same turn of the main loop in
 * which another goes takes its tile.
 */
void
aph_wall_set_model (AphWall    *self,
                    GListModel *model)
{
  g_return_if_fail (APH_IS_WALL (self));
  g_return_if_fail (model == NULL || G_IS_LIST_MODEL (model));

  if (model == self->model)
    return;

  if (self->model != NULL)
    g_clear_signal_handler (&self->items_changed_id, self->model);
  g_set_object (&self->model, model);
  if (model != NULL)
    self->items_changed_id = g_signal_connect_swapped (model, "items-changed",
                                                       G_CALLBACK (items_changed_cb), self);
  arrange_tiles (self);
  update_contents (self);
  poke (self);
}

/**
 * aph_wall_set_clock:
 * @self: a wall
 * @clock: (nullable): when to look for what is new
 */
void
aph_wall_set_clock (AphWall         *self,
                    AphRefreshClock *clock)
{
  g_return_if_fail (APH_IS_WALL (self));
  g_return_if_fail (clock == NULL || APH_IS_REFRESH_CLOCK (clock));

  if (clock == self->clock)
    return;

  disconnect_clock (self);
  g_set_object (&self->clock, clock);
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    connect_clock (self);
  poke (self);
}

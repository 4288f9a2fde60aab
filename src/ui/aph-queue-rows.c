/* aph-queue-rows.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-queue-rows"

#include "config.h"

#include "ui/aph-queue-rows.h"

/* So many rows may get new widgets at once: a little more than are in sight. */
#define STEP 40

/* A list view of GTK has so many, however long the list is. */
#define ENOUGH 200

/* The next step comes with another frame, in milliseconds. */
#define STEP_MILLISECONDS 20

struct _AphQueueRows
{
  GObject parent_instance;

  GtkSelectionModel *source;  /* (owned) */
  GPtrArray *rows;            /* of AphQueueRow, which it does not own: those that are alive */
  guint n_source;             /* as the view will know it */
  guint hole_start;           /* what is not listed yet, in positions of the source */
  guint hole_length;
  guint step_source;
};

static void aph_queue_rows_list_model_init (GListModelInterface *iface);
static void aph_queue_rows_selection_model_init (GtkSelectionModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (AphQueueRows, aph_queue_rows, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                      aph_queue_rows_list_model_init)
                               G_IMPLEMENT_INTERFACE (GTK_TYPE_SELECTION_MODEL,
                                                      aph_queue_rows_selection_model_init))

/* Where a listed row is in the source. */
static guint
to_source (AphQueueRows *self,
           guint         position)
{
  return position < self->hole_start ? position : position + self->hole_length;
}

/* Where a row of the source is listed, or the next one that is. */
static guint
from_source (AphQueueRows *self,
             guint         position)
{
  if (position < self->hole_start)
    return position;

  return MAX (position, self->hole_start + self->hole_length) - self->hole_length;
}

/* The rows that are alive */

static void
row_gone_cb (gpointer  data,
             GObject  *row)
{
  g_ptr_array_remove_fast (APH_QUEUE_ROWS (data)->rows, row);
}

static void
forget_row (AphQueueRows *self,
            AphQueueRow  *row)
{
  g_object_weak_unref (G_OBJECT (row), row_gone_cb, self);
  g_ptr_array_remove_fast (self->rows, row);
}

static AphQueueRow *
find_row (AphQueueRows *self,
          guint         position)
{
  for (guint i = 0; i < self->rows->len; i++)
    {
      AphQueueRow *row = g_ptr_array_index (self->rows, i);

      if (aph_queue_row_get_position (row) == position)
        return row;
    }

  return NULL;
}

static AphQueueRow *
add_row (AphQueueRows *self,
         guint         position)
{
  g_autoptr (AphJob) job =
    g_list_model_get_item (G_LIST_MODEL (self->source), to_source (self, position));
  AphQueueRow *row = aph_queue_row_new (job, position);

  g_object_weak_ref (G_OBJECT (row), row_gone_cb, self);
  g_ptr_array_add (self->rows, row);

  return row;
}

static int
compare_rows (gconstpointer a,
              gconstpointer b)
{
  guint first = aph_queue_row_get_position (*(AphQueueRow *const *) a);
  guint second = aph_queue_row_get_position (*(AphQueueRow *const *) b);

  return (first > second) - (first < second);
}

/* Takes the rows at these places away from those that are alive, and moves those behind.
 *
 * Returns: (transfer full) (element-type AphQueueRow): what was taken, in order */
static GPtrArray *
take_rows (AphQueueRows *self,
           guint         position,
           guint         n_removed,
           guint         n_added)
{
  GPtrArray *taken = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = self->rows->len; i-- > 0;)
    {
      AphQueueRow *row = g_ptr_array_index (self->rows, i);
      guint old = aph_queue_row_get_position (row);

      if (old >= position + n_removed)
        aph_queue_row_set_position (row, old - n_removed + n_added);
      else if (old >= position)
        {
          g_ptr_array_add (taken, g_object_ref (row));
          forget_row (self, row);
        }
    }
  g_ptr_array_sort (taken, compare_rows);

  return taken;
}

/* One that was taken is listed again. */
static void
put_row (AphQueueRows *self,
         AphQueueRow  *row,
         guint         position)
{
  g_autoptr (AphJob) job =
    g_list_model_get_item (G_LIST_MODEL (self->source), to_source (self, position));

  aph_queue_row_set_position (row, position);
  g_object_weak_ref (G_OBJECT (row), row_gone_cb, self);
  g_ptr_array_add (self->rows, row);
  aph_queue_row_set_job (row, job);
}

/* What comes, a few rows at a time */

static void
fill_hole (AphQueueRows *self,
           guint         n_rows)
{
  guint position = self->hole_start;

  self->hole_start += n_rows;
  self->hole_length -= n_rows;
  g_ptr_array_unref (take_rows (self, position, 0, n_rows));
  g_list_model_items_changed (G_LIST_MODEL (self), position, 0, n_rows);
}

static gboolean
step_cb (gpointer user_data)
{
  AphQueueRows *self = APH_QUEUE_ROWS (user_data);
  guint n_alive = self->rows->len;

  if (n_alive < ENOUGH && self->hole_length > STEP)
    {
      fill_hole (self, STEP);
      /* Who looks at it wants more? */
      if (self->rows->len > n_alive)
        return G_SOURCE_CONTINUE;
    }

  aph_queue_rows_finish (self);

  return G_SOURCE_REMOVE;
}

/* After a frame, which has a higher priority. */
static void
start_filling (AphQueueRows *self)
{
  if (self->hole_length == 0)
    return;

  if (self->rows->len >= ENOUGH)
    fill_hole (self, self->hole_length);
  else if (self->step_source == 0)
    self->step_source = g_timeout_add_full (G_PRIORITY_DEFAULT_IDLE, STEP_MILLISECONDS, step_cb,
                                            self, NULL);
}

/* What is replaced */

/* The longest part of @taken without a gap: what is in sight and around it. GTK keeps the row that
 * has the focus apart, wherever it is. */
static void
find_run (GPtrArray *taken,
          guint     *first,
          guint     *n_rows)
{
  guint start = 0;

  *first = 0;
  *n_rows = 0;
  for (guint i = 0; i < taken->len; i++)
    {
      guint position = aph_queue_row_get_position (g_ptr_array_index (taken, i));

      if (i > 0
          && position != aph_queue_row_get_position (g_ptr_array_index (taken, i - 1)) + 1)
        start = i;
      if (i - start + 1 > *n_rows)
        {
          *first = start;
          *n_rows = i - start + 1;
        }
    }
}

/* The rows that have widgets stay where they are, as far as the list is long enough, and are given
 * the jobs that are there now. GTK knows them by their identity. */
static void
replace_many (AphQueueRows *self,
              guint         position,
              guint         n_removed,
              guint         n_added)
{
  g_autoptr (GPtrArray) taken = take_rows (self, position, n_removed, 0);
  guint first, n_kept, n_before;

  find_run (taken, &first, &n_kept);
  n_kept = MIN (n_kept, n_added);
  if (n_kept == 0)
    n_before = 0;
  else
    n_before = MIN (aph_queue_row_get_position (g_ptr_array_index (taken, first)) - position,
                    n_added - n_kept);

  self->hole_start = position + n_before + MAX (n_kept, MIN (n_added - n_before, STEP));
  self->hole_length = position + n_added - self->hole_start;
  n_added -= self->hole_length;
  g_ptr_array_unref (take_rows (self, position, 0, n_added));

  /* Before them nobody sees that anything has changed. */
  position += n_before;
  n_removed -= n_before;
  n_added -= n_before;

  for (guint i = 0; i < first; i++)
    {
      AphQueueRow *row = g_ptr_array_index (taken, i);

      if (aph_queue_row_get_position (row) < position)
        put_row (self, row, aph_queue_row_get_position (row));
    }
  for (guint i = 0; i < n_kept; i++)
    put_row (self, g_ptr_array_index (taken, first + i), position + i);
  g_list_model_items_changed (G_LIST_MODEL (self), position, n_removed, n_added);
  start_filling (self);
}

/* A job that stays keeps its row, wherever it goes. */
static void
replace_few (AphQueueRows *self,
             guint         position,
             guint         n_removed,
             guint         n_added)
{
  g_autoptr (GPtrArray) taken = take_rows (self, position, n_removed, n_added);

  for (guint i = 0; taken->len > 0 && i < n_added; i++)
    {
      g_autoptr (AphJob) job =
        g_list_model_get_item (G_LIST_MODEL (self->source), to_source (self, position + i));

      for (guint j = 0; j < taken->len; j++)
        {
          AphQueueRow *row = g_ptr_array_index (taken, j);

          if (aph_queue_row_get_job (row) == job)
            {
              put_row (self, row, position + i);
              g_ptr_array_remove_index (taken, j);
              break;
            }
        }
    }
  g_list_model_items_changed (G_LIST_MODEL (self), position, n_removed, n_added);
}

static void
items_changed_cb (AphQueueRows *self,
                  guint         position,
                  guint         n_removed,
                  guint         n_added)
{
  self->n_source += n_added - n_removed;

  /* What is not listed yet has changed together with what has. */
  if (self->hole_length > 0)
    {
      guint start = MIN (position, self->hole_start);
      guint end = MAX (position + n_removed, self->hole_start + self->hole_length);

      n_added += end - start - n_removed;
      n_removed = end - start - self->hole_length;
      position = start;
      self->hole_length = 0;
    }

  self->hole_start = G_MAXUINT;
  if (n_added <= STEP)
    replace_few (self, position, n_removed, n_added);
  else
    replace_many (self, position, n_removed, n_added);
}

static void
selection_changed_cb (AphQueueRows *self,
                      guint         position,
                      guint         n_items)
{
  guint start = from_source (self, position);
  guint end = from_source (self, position + n_items);

  if (end > start)
    gtk_selection_model_selection_changed (GTK_SELECTION_MODEL (self), start, end - start);
}

/* The model */

static GType
aph_queue_rows_get_item_type (GListModel *model)
{
  return APH_TYPE_QUEUE_ROW;
}

static guint
aph_queue_rows_get_n_items (GListModel *model)
{
  AphQueueRows *self = APH_QUEUE_ROWS (model);

  return self->n_source - self->hole_length;
}

static gpointer
aph_queue_rows_get_item (GListModel *model,
                         guint       position)
{
  AphQueueRows *self = APH_QUEUE_ROWS (model);
  AphQueueRow *row;

  if (position >= aph_queue_rows_get_n_items (model))
    return NULL;

  row = find_row (self, position);

  return row != NULL ? g_object_ref (row) : add_row (self, position);
}

static void
aph_queue_rows_list_model_init (GListModelInterface *iface)
{
  iface->get_item = aph_queue_rows_get_item;
  iface->get_item_type = aph_queue_rows_get_item_type;
  iface->get_n_items = aph_queue_rows_get_n_items;
}

/* The selection: that of the source, whose positions are other ones while rows are still to come */

static gboolean
aph_queue_rows_is_selected (GtkSelectionModel *model,
                            guint              position)
{
  AphQueueRows *self = APH_QUEUE_ROWS (model);

  return gtk_selection_model_is_selected (self->source, to_source (self, position));
}

static GtkBitset *
aph_queue_rows_get_selection_in_range (GtkSelectionModel *model,
                                       guint              position,
                                       guint              n_items)
{
  AphQueueRows *self = APH_QUEUE_ROWS (model);
  g_autoptr (GtkBitset) all = gtk_selection_model_get_selection (self->source);
  GtkBitset *selected = gtk_bitset_copy (all);

  if (self->hole_length > 0)
    gtk_bitset_splice (selected, self->hole_start, self->hole_length, 0);

  return selected;
}

static gboolean
aph_queue_rows_select_item (GtkSelectionModel *model,
                            guint              position,
                            gboolean           unselect_rest)
{
  AphQueueRows *self = APH_QUEUE_ROWS (model);

  return gtk_selection_model_select_item (self->source, to_source (self, position), unselect_rest);
}

static gboolean
aph_queue_rows_unselect_item (GtkSelectionModel *model,
                              guint              position)
{
  AphQueueRows *self = APH_QUEUE_ROWS (model);

  return gtk_selection_model_unselect_item (self->source, to_source (self, position));
}

static gboolean
aph_queue_rows_select_range (GtkSelectionModel *model,
                             guint              position,
                             guint              n_items,
                             gboolean           unselect_rest)
{
  AphQueueRows *self = APH_QUEUE_ROWS (model);
  guint start = to_source (self, position);

  return gtk_selection_model_select_range (self->source, start,
                                           to_source (self, position + n_items) - start,
                                           unselect_rest);
}

static gboolean
aph_queue_rows_unselect_range (GtkSelectionModel *model,
                               guint              position,
                               guint              n_items)
{
  AphQueueRows *self = APH_QUEUE_ROWS (model);
  guint start = to_source (self, position);

  return gtk_selection_model_unselect_range (self->source, start,
                                             to_source (self, position + n_items) - start);
}

static gboolean
aph_queue_rows_select_all (GtkSelectionModel *model)
{
  return gtk_selection_model_select_all (APH_QUEUE_ROWS (model)->source);
}

static gboolean
aph_queue_rows_unselect_all (GtkSelectionModel *model)
{
  return gtk_selection_model_unselect_all (APH_QUEUE_ROWS (model)->source);
}

static gboolean
aph_queue_rows_set_selection (GtkSelectionModel *model,
                              GtkBitset         *selected,
                              GtkBitset         *mask)
{
  AphQueueRows *self = APH_QUEUE_ROWS (model);
  g_autoptr (GtkBitset) wanted = gtk_bitset_copy (selected);
  g_autoptr (GtkBitset) meant = gtk_bitset_copy (mask);

  if (self->hole_length > 0)
    {
      gtk_bitset_splice (wanted, self->hole_start, 0, self->hole_length);
      gtk_bitset_splice (meant, self->hole_start, 0, self->hole_length);
    }

  return gtk_selection_model_set_selection (self->source, wanted, meant);
}

static void
aph_queue_rows_selection_model_init (GtkSelectionModelInterface *iface)
{
  iface->get_selection_in_range = aph_queue_rows_get_selection_in_range;
  iface->is_selected = aph_queue_rows_is_selected;
  iface->select_all = aph_queue_rows_select_all;
  iface->select_item = aph_queue_rows_select_item;
  iface->select_range = aph_queue_rows_select_range;
  iface->set_selection = aph_queue_rows_set_selection;
  iface->unselect_all = aph_queue_rows_unselect_all;
  iface->unselect_item = aph_queue_rows_unselect_item;
  iface->unselect_range = aph_queue_rows_unselect_range;
}

/* The object */

static void
aph_queue_rows_dispose (GObject *object)
{
  AphQueueRows *self = APH_QUEUE_ROWS (object);

  g_clear_handle_id (&self->step_source, g_source_remove);
  if (self->source != NULL)
    g_signal_handlers_disconnect_by_data (self->source, self);
  while (self->rows->len > 0)
    forget_row (self, g_ptr_array_index (self->rows, 0));

  G_OBJECT_CLASS (aph_queue_rows_parent_class)->dispose (object);
}

static void
aph_queue_rows_finalize (GObject *object)
{
  AphQueueRows *self = APH_QUEUE_ROWS (object);

  g_clear_object (&self->source);
  g_ptr_array_unref (self->rows);

  G_OBJECT_CLASS (aph_queue_rows_parent_class)->finalize (object);
}

static void
aph_queue_rows_class_init (AphQueueRowsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = aph_queue_rows_dispose;
  object_class->finalize = aph_queue_rows_finalize;
}

static void
aph_queue_rows_init (AphQueueRows *self)
{
  self->rows = g_ptr_array_new ();
  self->hole_start = G_MAXUINT;
}

/**
 * aph_queue_rows_new:
 * @source: a selection of #AphJob. Who selects in it when it changes connects to it later than this
 *
 * Returns: (transfer full): its rows
 */
AphQueueRows *
aph_queue_rows_new (GtkSelectionModel *source)
{
  AphQueueRows *self;

  g_return_val_if_fail (GTK_IS_SELECTION_MODEL (source), NULL);

  self = g_object_new (APH_TYPE_QUEUE_ROWS, NULL);
  self->source = g_object_ref (source);
  g_signal_connect_swapped (source, "items-changed", G_CALLBACK (items_changed_cb), self);
  g_signal_connect_swapped (source, "selection-changed", G_CALLBACK (selection_changed_cb), self);
  items_changed_cb (self, 0, 0, g_list_model_get_n_items (G_LIST_MODEL (source)));

  return self;
}

/**
 * aph_queue_rows_finish:
 * @self: rows
 *
 * Lists now what would be listed a moment later: somebody wants to see a certain row.
 */
void
aph_queue_rows_finish (AphQueueRows *self)
{
  g_return_if_fail (APH_IS_QUEUE_ROWS (self));

  g_clear_handle_id (&self->step_source, g_source_remove);
  if (self->hole_length > 0)
    fill_hole (self, self->hole_length);
}

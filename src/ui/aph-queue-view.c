/* aph-queue-view.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-queue-view"

#include "config.h"

#include "store/aph-job-list.h"
#include "ui/aph-queue-list.h"
#include "ui/aph-queue-view.h"
#include "ui/aph-ui.h"

/* So many rows stay selected when the rows are listed anew. */
#define MAX_KEPT 200

struct _AphQueueView
{
  GtkWidget parent_instance;

  GtkMultiSelection *selection; /* (owned) (nullable) until there are jobs */
  AphQueueRows *rows;           /* (owned) (nullable) the same for what is in sight */
  AphJobQuery *query;           /* (owned) (nullable) what was listed last */
  AphRefreshClock *clock;       /* (owned) (nullable) until there are jobs */
  AphJob *current;              /* (owned) (nullable) the one that is read */
  GPtrArray *selected;          /* of AphJob: what is selected, as long as that is not too much */
  gboolean is_restoring;        /* we select, not the user */
  gboolean is_compact;

  GtkStack *stack;
  AphQueueTable *table;
  AphQueueList *list;   /* (nullable) until there is no room for the table */
  GtkPopover *menu;     /* (nullable) until it was used */
  GMenuModel *job_menu; /* what is in it */
};

enum
{
  SELECTED,
  SELECTION_CHANGED,
  OPENED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AphQueueView, aph_queue_view, GTK_TYPE_WIDGET)

/* The selection */

static GtkBitset *
get_bitset (AphQueueView *self)
{
  return gtk_selection_model_get_selection (GTK_SELECTION_MODEL (self->selection));
}

static AphJob *
dup_job (AphQueueView *self,
         guint         position)
{
  return g_list_model_get_item (G_LIST_MODEL (self->selection), position);
}

static void
set_current (AphQueueView *self,
             AphJob       *job)
{
  if (g_set_object (&self->current, job))
    g_signal_emit (self, signals[SELECTED], 0, job);
}

/* Remembers what is selected, for when the rows are listed anew. */
static void
note_selected (AphQueueView *self)
{
  g_clear_pointer (&self->selected, g_ptr_array_unref);
  self->selected = aph_queue_view_dup_selected (self, MAX_KEPT + 1);
  if (self->selected->len > MAX_KEPT)
    g_ptr_array_set_size (self->selected, 0);
}

/* Who adds rows to the selection reads the last one that was added; else the first one. */
static void
selection_changed_cb (AphQueueView *self,
                      guint         position,
                      guint         n_changed)
{
  g_autoptr (GtkBitset) selected = NULL;
  g_autoptr (AphJob) job = NULL;

  if (self->is_restoring)
    return;

  selected = get_bitset (self);
  if (n_changed == 1 && gtk_bitset_contains (selected, position))
    job = dup_job (self, position);
  else if (gtk_bitset_get_size (selected) == 1 || self->current == NULL)
    job = gtk_bitset_is_empty (selected) ? NULL
                                         : dup_job (self, gtk_bitset_get_minimum (selected));
  else if (!gtk_bitset_is_empty (selected))
    job = g_object_ref (self->current);

  note_selected (self);
  set_current (self, job);
  g_signal_emit (self, signals[SELECTION_CHANGED], 0);
}

static guint
find_job (AphQueueView *self,
          AphJob       *job)
{
  GListModel *jobs = gtk_multi_selection_get_model (self->selection);
  guint position;

  return aph_job_list_find (APH_JOB_LIST (jobs), aph_job_get_id (job), &position)
           ? position : GTK_INVALID_LIST_POSITION;
}

static void
scroll_to (AphQueueView *self,
           guint         position)
{
  aph_queue_rows_finish (self->rows);
  if (self->is_compact)
    aph_queue_list_scroll_to (self->list, position);
  else
    aph_queue_table_scroll_to (self->table, position);
}

/* Another list is read from its beginning, unless what was selected is in it. */
static void
loading_cb (AphQueueView *self,
            GParamSpec   *pspec,
            AphJobList   *jobs)
{
  const AphJobQuery *query = aph_job_list_get_query (jobs);
  gboolean is_first = self->query == NULL;
  guint position = aph_queue_view_get_first (self);

  if (aph_job_list_get_loading (jobs) || (!is_first && aph_job_query_equal (query, self->query)))
    return;

  g_clear_pointer (&self->query, aph_job_query_free);
  self->query = aph_job_query_copy (query);
  if (!is_first && g_list_model_get_n_items (G_LIST_MODEL (jobs)) > 0)
    scroll_to (self, position != GTK_INVALID_LIST_POSITION ? position : 0);
}

/* Rows that are listed anew lose their selection: what is still there gets it back. What is read
 * stays, even if it is no longer listed, because it may have left a list of what runs just now. */
static void
items_changed_cb (AphQueueView *self,
                  guint         position,
                  guint         n_removed)
{
  g_autoptr (GtkBitset) wanted = NULL;
  g_autoptr (GtkBitset) mask = NULL;
  g_autoptr (GArray) ids = NULL;
  g_autoptr (GArray) found = NULL;

  if (n_removed == 0 || self->selected == NULL || self->selected->len == 0)
    return;

  wanted = gtk_bitset_new_empty ();
  ids = g_array_sized_new (FALSE, FALSE, sizeof (guint64), self->selected->len);
  for (guint i = 0; i < self->selected->len; i++)
    {
      guint64 id = aph_job_get_id (g_ptr_array_index (self->selected, i));

      g_array_append_val (ids, id);
    }
  found = aph_job_list_find_all (APH_JOB_LIST (gtk_multi_selection_get_model (self->selection)),
                                 ids);
  for (guint i = 0; i < found->len; i++)
    gtk_bitset_add (wanted, g_array_index (found, guint, i));
  mask = gtk_bitset_new_range (0, g_list_model_get_n_items (G_LIST_MODEL (self->selection)));

  self->is_restoring = TRUE;
  gtk_selection_model_set_selection (GTK_SELECTION_MODEL (self->selection), wanted, mask);
  self->is_restoring = FALSE;
  g_signal_emit (self, signals[SELECTION_CHANGED], 0);
}

static void
select_position (AphQueueView *self,
                 guint         position)
{
  gtk_selection_model_select_item (GTK_SELECTION_MODEL (self->selection), position, TRUE);
  scroll_to (self, position);
}

/* What the user does */

static void
activated_cb (AphQueueView *self,
              AphJob       *job)
{
  set_current (self, job);
  g_signal_emit (self, signals[OPENED], 0, job);
}

static void
ensure_menu (AphQueueView *self)
{
  if (self->menu != NULL)
    return;

  self->menu = GTK_POPOVER (gtk_popover_menu_new_from_model (self->job_menu));
  gtk_popover_set_has_arrow (self->menu, FALSE);
  gtk_widget_set_halign (GTK_WIDGET (self->menu), GTK_ALIGN_START);
  gtk_widget_set_parent (GTK_WIDGET (self->menu), GTK_WIDGET (self));
}

/* The menu is that of all that is selected, if the row is part of it. */
static void
menu_requested_cb (GtkWidget *view,
                   AphJob    *job,
                   double     x,
                   double     y,
                   gpointer   user_data)
{
  AphQueueView *self = APH_QUEUE_VIEW (user_data);
  guint position = find_job (self, job);
  GdkRectangle place = { 0, 0, 1, 1 };

  if (position == GTK_INVALID_LIST_POSITION)
    return;

  if (!gtk_selection_model_is_selected (GTK_SELECTION_MODEL (self->selection), position))
    gtk_selection_model_select_item (GTK_SELECTION_MODEL (self->selection), position, TRUE);

  gtk_widget_translate_coordinates (view, GTK_WIDGET (self), x, y, &x, &y);
  place.x = (int) x;
  place.y = (int) y;
  ensure_menu (self);
  gtk_popover_set_pointing_to (self->menu, &place);
  gtk_popover_popup (self->menu);
}

/* The widget */

static void
show_model (AphQueueView *self)
{
  if (self->rows == NULL)
    return;

  aph_queue_table_set_model (self->table, self->is_compact ? NULL : self->rows, self->clock);
  if (self->list != NULL)
    aph_queue_list_set_model (self->list, self->is_compact ? self->rows : NULL, self->clock);
}

static void
ensure_list (AphQueueView *self)
{
  if (self->list != NULL)
    return;

  self->list = g_object_new (APH_TYPE_QUEUE_LIST, NULL);
  g_signal_connect_swapped (self->list, "activated", G_CALLBACK (activated_cb), self);
  g_signal_connect (self->list, "menu-requested", G_CALLBACK (menu_requested_cb), self);
  gtk_stack_add_child (self->stack, GTK_WIDGET (self->list));
}

static gboolean
aph_queue_view_grab_focus (GtkWidget *widget)
{
  AphQueueView *self = APH_QUEUE_VIEW (widget);

  return gtk_widget_grab_focus (self->is_compact ? GTK_WIDGET (self->list)
                                                 : GTK_WIDGET (self->table));
}

static void
aph_queue_view_dispose (GObject *object)
{
  AphQueueView *self = APH_QUEUE_VIEW (object);

  if (self->selection != NULL)
    g_signal_handlers_disconnect_by_data (self->selection, self);
  aph_ui_dispose_template (GTK_WIDGET (self), APH_TYPE_QUEUE_VIEW);
  self->list = NULL;
  self->menu = NULL;
  g_clear_object (&self->rows);
  g_clear_object (&self->selection);
  g_clear_pointer (&self->query, aph_job_query_free);
  g_clear_object (&self->clock);
  g_clear_object (&self->current);
  g_clear_pointer (&self->selected, g_ptr_array_unref);

  G_OBJECT_CLASS (aph_queue_view_parent_class)->dispose (object);
}

static void
aph_queue_view_class_init (AphQueueViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = aph_queue_view_dispose;
  widget_class->focus = aph_ui_focus_children;
  widget_class->grab_focus = aph_queue_view_grab_focus;

  signals[SELECTED] = g_signal_new ("selected", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 1, APH_TYPE_JOB);
  signals[SELECTION_CHANGED] = g_signal_new ("selection-changed", type, G_SIGNAL_RUN_LAST, 0,
                                             NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[OPENED] = g_signal_new ("opened", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, APH_TYPE_JOB);

  g_type_ensure (APH_TYPE_QUEUE_TABLE);
  gtk_widget_class_set_template_from_resource (widget_class, APH_APP_PATH "/ui/aph-queue-view.ui");
  gtk_widget_class_bind_template_child (widget_class, AphQueueView, job_menu);
  gtk_widget_class_bind_template_child (widget_class, AphQueueView, stack);
  gtk_widget_class_bind_template_child (widget_class, AphQueueView, table);
  gtk_widget_class_bind_template_callback (widget_class, activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, menu_requested_cb);

  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Delete, 0,
                                       "job.remove-selected", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F2, 0, "job.edit-selected", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_c, GDK_CONTROL_MASK,
                                       "job.copy-answer-selected", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_c,
                                       GDK_CONTROL_MASK | GDK_SHIFT_MASK,
                                       "job.copy-prompt-selected", NULL);
  for (guint i = 0; i <= APH_MAX_RATING; i++)
    {
      gtk_widget_class_add_binding_action (widget_class, GDK_KEY_0 + i, 0, "job.rate-current", "u",
                                           i);
      gtk_widget_class_add_binding_action (widget_class, GDK_KEY_KP_0 + i, 0, "job.rate-current",
                                           "u", i);
    }

  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Up, GDK_ALT_MASK,
                                       "job.move-up-selected", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Down, GDK_ALT_MASK,
                                       "job.move-down-selected", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Home, GDK_ALT_MASK,
                                       "job.run-next-selected", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_End, GDK_ALT_MASK,
                                       "job.move-last-selected", NULL);

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
aph_queue_view_init (AphQueueView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * aph_queue_view_set_jobs:
 * @self: a view, once
 * @jobs: the #AphJobList to show
 * @clock: tells rows when to look whether their jobs have changed
 */
void
aph_queue_view_set_jobs (AphQueueView    *self,
                         GListModel      *jobs,
                         AphRefreshClock *clock)
{
  g_return_if_fail (APH_IS_QUEUE_VIEW (self));
  g_return_if_fail (APH_IS_JOB_LIST (jobs));
  g_return_if_fail (self->selection == NULL);

  self->clock = g_object_ref (clock);
  self->selection = gtk_multi_selection_new (g_object_ref (jobs));
  self->rows = aph_queue_rows_new (GTK_SELECTION_MODEL (self->selection));
  g_signal_connect_swapped (self->selection, "selection-changed",
                            G_CALLBACK (selection_changed_cb), self);
  g_signal_connect_swapped (self->selection, "items-changed",
                            G_CALLBACK (items_changed_cb), self);
  g_signal_connect_object (jobs, "notify::loading", G_CALLBACK (loading_cb), self,
                           G_CONNECT_SWAPPED);
  show_model (self);
}

/**
 * aph_queue_view_set_compact:
 * @self: a view
 * @compact: whether there is no room for a table
 */
void
aph_queue_view_set_compact (AphQueueView *self,
                            gboolean      compact)
{
  GtkWidget *child;

  g_return_if_fail (APH_IS_QUEUE_VIEW (self));

  if (self->is_compact == compact)
    return;

  self->is_compact = compact;
  if (compact)
    ensure_list (self);
  show_model (self);
  child = compact ? GTK_WIDGET (self->list) : GTK_WIDGET (self->table);
  gtk_stack_set_visible_child (self->stack, child);
}

/**
 * aph_queue_view_get_columns:
 * @self: a view
 *
 * Returns: (transfer none): the columns of its table
 */
AphTableColumns *
aph_queue_view_get_columns (AphQueueView *self)
{
  g_return_val_if_fail (APH_IS_QUEUE_VIEW (self), NULL);

  return aph_queue_table_get_columns (self->table);
}

/**
 * aph_queue_view_get_current:
 * @self: a view
 *
 * Returns: (transfer none) (nullable): the job to be read: the one that is selected, or of several
 *   the one that was selected last
 */
AphJob *
aph_queue_view_get_current (AphQueueView *self)
{
  g_return_val_if_fail (APH_IS_QUEUE_VIEW (self), NULL);

  return self->current;
}

guint
aph_queue_view_get_n_selected (AphQueueView *self)
{
  g_autoptr (GtkBitset) selected = NULL;

  g_return_val_if_fail (APH_IS_QUEUE_VIEW (self), 0);

  if (self->selection == NULL)
    return 0;

  selected = get_bitset (self);

  return (guint) gtk_bitset_get_size (selected);
}

/**
 * aph_queue_view_dup_selected:
 * @self: a view
 * @max_jobs: no more than so many
 *
 * Returns: (transfer full) (element-type AphJob): the selected jobs, from the first row on
 */
GPtrArray *
aph_queue_view_dup_selected (AphQueueView *self,
                             guint         max_jobs)
{
  g_autoptr (GtkBitset) selected = NULL;
  GPtrArray *jobs;
  GtkBitsetIter iter;
  guint position;

  g_return_val_if_fail (APH_IS_QUEUE_VIEW (self), NULL);

  jobs = g_ptr_array_new_with_free_func (g_object_unref);
  if (self->selection == NULL)
    return jobs;

  selected = get_bitset (self);
  if (gtk_bitset_iter_init_first (&iter, selected, &position))
    do
      g_ptr_array_add (jobs, dup_job (self, position));
    while (jobs->len < max_jobs && gtk_bitset_iter_next (&iter, &position));

  return jobs;
}

/**
 * aph_queue_view_dup_selected_ids:
 * @self: a view
 *
 * Returns: (transfer full) (element-type guint64): the numbers of all selected jobs, from the first
 *   row on, without an object being made of each
 */
GArray *
aph_queue_view_dup_selected_ids (AphQueueView *self)
{
  g_autoptr (GtkBitset) selected = NULL;
  GArray *ids = g_array_new (FALSE, FALSE, sizeof (guint64));
  AphJobList *list;
  GtkBitsetIter iter;
  guint position;

  g_return_val_if_fail (APH_IS_QUEUE_VIEW (self), NULL);

  if (self->selection == NULL)
    return ids;

  list = APH_JOB_LIST (gtk_multi_selection_get_model (self->selection));
  selected = get_bitset (self);
  if (gtk_bitset_iter_init_first (&iter, selected, &position))
    do
      {
        guint64 id = aph_job_list_get_id (list, position);

        g_array_append_val (ids, id);
      }
    while (gtk_bitset_iter_next (&iter, &position));

  return ids;
}

/**
 * aph_queue_view_select:
 * @self: a view
 * @job: (nullable): a job, or %NULL for none
 *
 * Selects it and scrolls to it; one that is not listed is read all the same.
 */
void
aph_queue_view_select (AphQueueView *self,
                       AphJob       *job)
{
  guint position = GTK_INVALID_LIST_POSITION;

  g_return_if_fail (APH_IS_QUEUE_VIEW (self));
  g_return_if_fail (self->selection != NULL);

  if (job != NULL)
    position = find_job (self, job);

  if (position != GTK_INVALID_LIST_POSITION)
    {
      select_position (self, position);
      return;
    }

  gtk_selection_model_unselect_all (GTK_SELECTION_MODEL (self->selection));
  note_selected (self);
  set_current (self, job);
}

/**
 * aph_queue_view_follow:
 * @self: a view
 *
 * What is selected has gone elsewhere: scrolls to where it is now.
 */
void
aph_queue_view_follow (AphQueueView *self)
{
  guint position;

  g_return_if_fail (APH_IS_QUEUE_VIEW (self));

  position = aph_queue_view_get_first (self);
  if (position != GTK_INVALID_LIST_POSITION)
    scroll_to (self, position);
}

/**
 * aph_queue_view_get_first:
 * @self: a view
 *
 * Returns: the position of the first row that is selected, or %GTK_INVALID_LIST_POSITION
 */
guint
aph_queue_view_get_first (AphQueueView *self)
{
  g_autoptr (GtkBitset) selected = NULL;

  g_return_val_if_fail (APH_IS_QUEUE_VIEW (self), GTK_INVALID_LIST_POSITION);

  if (self->selection == NULL)
    return GTK_INVALID_LIST_POSITION;

  selected = get_bitset (self);

  return gtk_bitset_is_empty (selected) ? GTK_INVALID_LIST_POSITION
                                        : gtk_bitset_get_minimum (selected);
}

/**
 * aph_queue_view_select_near:
 * @self: a view
 * @position: where a row was that has gone
 *
 * Selects the row that is there now, or the last one; if there is none, nothing is read any more.
 */
void
aph_queue_view_select_near (AphQueueView *self,
                            guint         position)
{
  guint n_jobs;

  g_return_if_fail (APH_IS_QUEUE_VIEW (self));
  g_return_if_fail (self->selection != NULL);

  n_jobs = g_list_model_get_n_items (G_LIST_MODEL (self->selection));
  if (n_jobs > 0 && position != GTK_INVALID_LIST_POSITION)
    select_position (self, MIN (position, n_jobs - 1));
  else
    aph_queue_view_select (self, NULL);
}

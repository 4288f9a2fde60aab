/* aph-diff-view.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-diff-view"

#include "config.h"

#include <math.h>

#include <glib/gi18n.h>

#include "stats/aph-word-diff.h"
#include "ui/aph-diff-view.h"
#include "ui/aph-display-text.h"
#include "ui/aph-ui.h"

/* Nobody reads more of two texts beside each other. */
#define MAX_TEXT_BYTES (200 * 1000)

/* While answers are written they are compared as often as this. */
#define INTERVAL_US (G_USEC_PER_SEC / 2)

/* More pieces than this are not marked one by one: a text view is slow with very many tags. */
#define MAX_PIECES 20000

typedef struct
{
  char *text[2];
  gsize length[2];
  GArray *runs;       /* of AphDiffRun; (nullable) until they are compared */
} Comparison;

struct _AphDiffView
{
  GtkWidget parent_instance;

  GtkWidget *first_scroller;
  GtkTextView *first_view;
  GtkTextView *inline_view;
  GtkWidget *second_scroller;
  GtkTextView *second_view;
  GtkStack *stack;
  GtkLabel *title_label;

  AphJob *jobs[2];            /* (owned) (nullable) */
  char *names[2];
  guint revisions[2];         /* of the jobs, when they were compared */
  GCancellable *cancellable;  /* (owned) (nullable) of the comparison that goes on */
  gint64 next_time;
  gboolean is_side_by_side;
};

enum
{
  PROP_0,
  PROP_SIDE_BY_SIDE,
  N_PROPS,
};

enum
{
  CLOSED,
  N_SIGNALS,
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AphDiffView, aph_diff_view, GTK_TYPE_WIDGET)

static void
comparison_free (gpointer data)
{
  Comparison *comparison = data;

  g_free (comparison->text[0]);
  g_free (comparison->text[1]);
  g_clear_pointer (&comparison->runs, g_array_unref);
  g_free (comparison);
}

/* An answer as it can be shown. */
static char *
dup_text (AphJob *job,
          gsize  *length)
{
  g_autoptr (GString) clean = g_string_new (NULL);
  GString *text = g_string_new (NULL);
  gsize n_bytes;
  const char *answer = aph_job_get_answer (job, &n_bytes);
  AphDisplayLine line = { 0 };

  if (n_bytes > MAX_TEXT_BYTES)
    n_bytes = g_utf8_find_prev_char (answer, answer + MAX_TEXT_BYTES) - answer;
  aph_display_text_append (clean, answer, n_bytes);
  for (gsize start = 0; start < clean->len;)
    {
      gsize end = aph_display_text_fit (clean->str, start, clean->len, &line);

      g_string_append_len (text, clean->str + start, end - start);
      if (end < clean->len)
        g_string_append_c (text, '\n');
      start = end;
    }
  *length = text->len;

  return g_string_free (text, FALSE);
}

/* In a thread */
static void
compare_thread (GTask        *task,
                gpointer      source,
                gpointer      task_data,
                GCancellable *cancellable)
{
  Comparison *comparison = task_data;

  comparison->runs = aph_word_diff (comparison->text[0], comparison->length[0],
                                    comparison->text[1], comparison->length[1]);
  g_task_return_boolean (task, TRUE);
}

static void
insert (GtkTextBuffer *buffer,
        const char    *text,
        gsize          length,
        const char    *tag)
{
  GtkTextIter end;

  gtk_text_buffer_get_end_iter (buffer, &end);
  if (tag != NULL)
    gtk_text_buffer_insert_with_tags_by_name (buffer, &end, text, (int) length, tag, NULL);
  else
    gtk_text_buffer_insert (buffer, &end, text, (int) length);
}

static void
show_comparison (AphDiffView      *self,
                 const Comparison *comparison)
{
  GtkTextBuffer *both = gtk_text_view_get_buffer (self->inline_view);
  GtkTextBuffer *first = gtk_text_view_get_buffer (self->first_view);
  GtkTextBuffer *second = gtk_text_view_get_buffer (self->second_view);
  guint n = MIN (comparison->runs->len, MAX_PIECES);

  gtk_text_buffer_set_text (both, "", 0);
  gtk_text_buffer_set_text (first, "", 0);
  gtk_text_buffer_set_text (second, "", 0);
  for (guint i = 0; i < n; i++)
    {
      const AphDiffRun *run = &g_array_index (comparison->runs, AphDiffRun, i);
      const char *a = comparison->text[0] + run->a;
      const char *b = comparison->text[1] + run->b;

      switch (run->kind)
        {
        case APH_DIFF_SAME:
          insert (both, a, run->a_length, NULL);
          insert (first, a, run->a_length, NULL);
          insert (second, b, run->b_length, NULL);
          break;
        case APH_DIFF_REMOVED:
          insert (both, a, run->a_length, "removed");
          insert (first, a, run->a_length, "only-first");
          break;
        case APH_DIFF_ADDED:
          insert (both, b, run->b_length, "added");
          insert (second, b, run->b_length, "added");
          break;
        default:
          g_assert_not_reached ();
        }
    }
}

static void
update_title (AphDiffView      *self,
              const Comparison *comparison)
{
  g_autofree char *title = NULL;
  double same = floor (100 * aph_word_diff_similarity (comparison->runs));

  /* Translators: the names of two models, and how much of their answers is the same */
  title = g_strdup_printf (_("%s – %s: %.0f %% the same"), self->names[0], self->names[1], same);
  gtk_label_set_text (self->title_label, title);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->title_label), title);
}

static void
compared_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  AphDiffView *self = APH_DIFF_VIEW (source);
  Comparison *comparison = g_task_get_task_data (G_TASK (result));

  if (!g_task_propagate_boolean (G_TASK (result), NULL))
    return;

  g_clear_object (&self->cancellable);
  show_comparison (self, comparison);
  update_title (self, comparison);
}

static void
start (AphDiffView *self)
{
  g_autoptr (GTask) task = NULL;
  Comparison *comparison = g_new0 (Comparison, 1);

  for (guint i = 0; i < 2; i++)
    {
      self->revisions[i] = aph_job_get_revision (self->jobs[i]);
      comparison->text[i] = dup_text (self->jobs[i], &comparison->length[i]);
    }
  self->next_time = g_get_monotonic_time () + INTERVAL_US;
  self->cancellable = g_cancellable_new ();
  task = g_task_new (self, self->cancellable, compared_cb, NULL);
  g_task_set_source_tag (task, start);
  g_task_set_task_data (task, comparison, comparison_free);
  g_task_run_in_thread (task, compare_thread);
}

static void
cancel (AphDiffView *self)
{
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
}

static void
close_action (GtkWidget  *widget,
              const char *action,
              GVariant   *parameter)
{
  g_signal_emit (widget, signals[CLOSED], 0);
}

static void
set_side_by_side (AphDiffView *self,
                  gboolean     side_by_side)
{
  if (self->is_side_by_side == side_by_side)
    return;

  self->is_side_by_side = side_by_side;
  gtk_stack_set_visible_child_name (self->stack, side_by_side ? "sides" : "inline");
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SIDE_BY_SIDE]);
}

/* Both sides are read together. */
static void
bind_scrolling (AphDiffView *self)
{
  GtkAdjustment *first =
    gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->first_scroller));
  GtkAdjustment *second =
    gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->second_scroller));

  g_object_bind_property (first, "value", second, "value", G_BINDING_BIDIRECTIONAL);
}

static void
create_tags (GtkTextView *view)
{
  static const GdkRGBA red = { 0.88f, 0.11f, 0.14f, 0.22f }, green = { 0.15f, 0.64f, 0.41f, 0.25f };
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (view);

  /* Not by colour alone: what is gone is struck out, what is new is underlined. */
  gtk_text_buffer_create_tag (buffer, "removed", "background-rgba", &red, "strikethrough", TRUE,
                              NULL);
  gtk_text_buffer_create_tag (buffer, "only-first", "background-rgba", &red, "underline",
                              PANGO_UNDERLINE_SINGLE, NULL);
  gtk_text_buffer_create_tag (buffer, "added", "background-rgba", &green, "underline",
                              PANGO_UNDERLINE_SINGLE, NULL);
}

static void
aph_diff_view_get_property (GObject    *object,
                            guint       prop_id,
                            GValue     *value,
                            GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_SIDE_BY_SIDE:
      g_value_set_boolean (value, APH_DIFF_VIEW (object)->is_side_by_side);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
aph_diff_view_set_property (GObject      *object,
                            guint         prop_id,
                            const GValue *value,
                            GParamSpec   *pspec)
{
  switch (prop_id)
    {
    case PROP_SIDE_BY_SIDE:
      set_side_by_side (APH_DIFF_VIEW (object), g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
aph_diff_view_dispose (GObject *object)
{
  AphDiffView *self = APH_DIFF_VIEW (object);

  cancel (self);
  for (guint i = 0; i < 2; i++)
    {
      g_clear_object (&self->jobs[i]);
      g_clear_pointer (&self->names[i], g_free);
    }
  aph_ui_dispose_template (GTK_WIDGET (self), APH_TYPE_DIFF_VIEW);

  G_OBJECT_CLASS (aph_diff_view_parent_class)->dispose (object);
}

static void
aph_diff_view_class_init (AphDiffViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = aph_diff_view_dispose;
  object_class->get_property = aph_diff_view_get_property;
  object_class->set_property = aph_diff_view_set_property;

  properties[PROP_SIDE_BY_SIDE] =
    g_param_spec_boolean ("side-by-side", NULL, NULL, FALSE,
                          G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[CLOSED] = g_signal_new ("closed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_install_property_action (widget_class, "diff.side-by-side", "side-by-side");
  gtk_widget_class_install_action (widget_class, "diff.close", NULL, close_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "diff.close", NULL);

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "diffview");
  gtk_widget_class_set_template_from_resource (widget_class, APH_APP_PATH "/ui/aph-diff-view.ui");
  gtk_widget_class_bind_template_child (widget_class, AphDiffView, first_scroller);
  gtk_widget_class_bind_template_child (widget_class, AphDiffView, first_view);
  gtk_widget_class_bind_template_child (widget_class, AphDiffView, inline_view);
  gtk_widget_class_bind_template_child (widget_class, AphDiffView, second_scroller);
  gtk_widget_class_bind_template_child (widget_class, AphDiffView, second_view);
  gtk_widget_class_bind_template_child (widget_class, AphDiffView, stack);
  gtk_widget_class_bind_template_child (widget_class, AphDiffView, title_label);
}

static void
aph_diff_view_init (AphDiffView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  create_tags (self->inline_view);
  create_tags (self->first_view);
  create_tags (self->second_view);
  bind_scrolling (self);
}

/**
 * aph_diff_view_new:
 *
 * Returns: (transfer floating): a comparison of nothing
 */
GtkWidget *
aph_diff_view_new (void)
{
  return g_object_new (APH_TYPE_DIFF_VIEW, NULL);
}

/**
 * aph_diff_view_set_jobs:
 * @self: a comparison
 * @first: (nullable): an answer; %NULL for nothing
 * @first_name: (nullable): whose it is
 * @second: (nullable): what to compare it with
 * @second_name: (nullable): whose that is
 */
void
aph_diff_view_set_jobs (AphDiffView *self,
                        AphJob      *first,
                        const char  *first_name,
                        AphJob      *second,
                        const char  *second_name)
{
  g_return_if_fail (APH_IS_DIFF_VIEW (self));
  g_return_if_fail ((first == NULL) == (second == NULL));

  g_free (self->names[0]);
  g_free (self->names[1]);
  self->names[0] = g_strdup (first_name);
  self->names[1] = g_strdup (second_name);
  g_set_object (&self->jobs[0], first);
  g_set_object (&self->jobs[1], second);
  cancel (self);
  if (first != NULL)
    start (self);
}

/**
 * aph_diff_view_refresh:
 * @self: a comparison
 *
 * Looks whether the answers went on, and compares them anew some times a second.
 *
 * Returns: whether it is to be called again soon
 */
gboolean
aph_diff_view_refresh (AphDiffView *self)
{
  g_return_val_if_fail (APH_IS_DIFF_VIEW (self), FALSE);

  if (self->jobs[0] == NULL
      || (self->revisions[0] == aph_job_get_revision (self->jobs[0])
          && self->revisions[1] == aph_job_get_revision (self->jobs[1])))
    return FALSE;

  if (self->cancellable == NULL && g_get_monotonic_time () >= self->next_time)
    start (self);

  return TRUE;
}

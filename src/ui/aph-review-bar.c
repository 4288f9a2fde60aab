/* aph-review-bar.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-review-bar"

#include "config.h"

#include <glib/gi18n.h>

#include "ui/aph-review-bar.h"
#include "ui/aph-ui.h"

struct _AphReviewBar
{
  GtkWidget parent_instance;

  GtkBox *stars;
  GtkEditable *note_entry;
  GtkWidget *buttons[APH_MAX_RATING];

  AphJob *job;           /* (owned) (nullable) */
};

enum
{
  SIGNAL_RATED,
  SIGNAL_NOTED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AphReviewBar, aph_review_bar, GTK_TYPE_WIDGET)

/* The star that is the rating takes it back. */
static void
star_clicked_cb (AphReviewBar *self,
                 GtkWidget    *button)
{
  guint stars = 0;

  if (self->job == NULL)
    return;

  while (stars < APH_MAX_RATING && self->buttons[stars] != button)
    stars++;
  stars++;
  g_signal_emit (self, signals[SIGNAL_RATED], 0,
                 stars == aph_job_get_rating (self->job) ? 0 : stars);
}

static void
add_stars (AphReviewBar *self)
{
  for (guint i = 0; i < APH_MAX_RATING; i++)
    {
      GtkWidget *button = gtk_button_new_from_icon_name ("aph-star-outline-symbolic");
      g_autofree char *label = g_strdup_printf (ngettext ("%u star", "%u stars", i + 1), i + 1);
      /* Translators: the number is a key */
      g_autofree char *tooltip = g_strdup_printf (_("%s (key %u; 0 takes it back)"), label, i + 1);

      gtk_widget_add_css_class (button, "flat");
      gtk_widget_set_tooltip_text (button, tooltip);
      gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                      label, -1);
      g_signal_connect_swapped (button, "clicked", G_CALLBACK (star_clicked_cb), self);
      gtk_box_append (self->stars, button);
      self->buttons[i] = button;
    }
}

static void
aph_review_bar_dispose (GObject *object)
{
  AphReviewBar *self = APH_REVIEW_BAR (object);

  g_clear_object (&self->job);
  aph_ui_dispose_template (GTK_WIDGET (self), APH_TYPE_REVIEW_BAR);

  G_OBJECT_CLASS (aph_review_bar_parent_class)->dispose (object);
}

static void
aph_review_bar_class_init (AphReviewBarClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = aph_review_bar_dispose;

  signals[SIGNAL_RATED] =
    g_signal_new ("rated", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 1, G_TYPE_UINT);
  signals[SIGNAL_NOTED] =
    g_signal_new ("noted", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 1, G_TYPE_STRING);

  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               APH_APP_PATH "/ui/aph-review-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, AphReviewBar, note_entry);
  gtk_widget_class_bind_template_child (widget_class, AphReviewBar, stars);
  gtk_widget_class_bind_template_callback (widget_class, aph_review_bar_commit);
}

static void
aph_review_bar_init (AphReviewBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  add_stars (self);
}

/**
 * aph_review_bar_new:
 *
 * Returns: (transfer floating): a bar for no job
 */
GtkWidget *
aph_review_bar_new (void)
{
  return g_object_new (APH_TYPE_REVIEW_BAR, NULL);
}

static const char *
get_note (AphReviewBar *self)
{
  const char *note = self->job != NULL ? aph_job_get_note (self->job) : NULL;

  return note != NULL ? note : "";
}

/**
 * aph_review_bar_set_job:
 * @self: a bar
 * @job: (nullable): whose answer it is about
 *
 * A note that was not told yet is told before.
 */
void
aph_review_bar_set_job (AphReviewBar *self,
                        AphJob       *job)
{
  g_return_if_fail (APH_IS_REVIEW_BAR (self));
  g_return_if_fail (job == NULL || APH_IS_JOB (job));

  if (job == self->job)
    return;

  aph_review_bar_commit (self);
  g_set_object (&self->job, job);
  gtk_editable_set_text (self->note_entry, get_note (self));
  aph_review_bar_update (self);
}

/**
 * aph_review_bar_update:
 * @self: a bar
 *
 * Shows the rating as it is now; also the note, unless the user is writing it.
 */
void
aph_review_bar_update (AphReviewBar *self)
{
  guint rating;

  g_return_if_fail (APH_IS_REVIEW_BAR (self));

  rating = self->job != NULL ? aph_job_get_rating (self->job) : 0;
  for (guint i = 0; i < APH_MAX_RATING; i++)
    {
      GtkWidget *button = self->buttons[i];

      gtk_button_set_icon_name (GTK_BUTTON (button), i < rating ? "aph-star-symbolic"
                                                                : "aph-star-outline-symbolic");
      gtk_accessible_update_state (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_STATE_PRESSED,
                                   i < rating ? GTK_ACCESSIBLE_TRISTATE_TRUE
                                              : GTK_ACCESSIBLE_TRISTATE_FALSE, -1);
    }
  if (gtk_widget_get_focus_child (GTK_WIDGET (self)) != GTK_WIDGET (self->note_entry)
      && !g_str_equal (gtk_editable_get_text (self->note_entry), get_note (self)))
    gtk_editable_set_text (self->note_entry, get_note (self));
}

/**
 * aph_review_bar_commit:
 * @self: a bar
 *
 * Tells the note, if it is another one than the job has.
 */
void
aph_review_bar_commit (AphReviewBar *self)
{
  const char *note;

  g_return_if_fail (APH_IS_REVIEW_BAR (self));

  note = gtk_editable_get_text (self->note_entry);
  if (self->job != NULL && !g_str_equal (note, get_note (self)))
    g_signal_emit (self, signals[SIGNAL_NOTED], 0, note);
}

/* aph-wall-tile.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-wall-tile"

#include "config.h"

#include "ui/aph-format.h"
#include "ui/aph-tail-view.h"
#include "ui/aph-ui.h"
#include "ui/aph-wall-tile.h"

/* Figures that change faster cannot be read. */
#define STATUS_INTERVAL_US (250 * 1000)

/* How often what nobody sees is told anew to whoever reads it otherwise. */
#define UNSEEN_US (5 * G_USEC_PER_SEC)

struct _AphWallTile
{
  GtkWidget parent_instance;

  GtkImage *state_image;
  GtkLabel *prompt_label;
  GtkWidget *cancel_button;
  GtkWidget *retry_button;
  GtkLabel *status_label;
  AphTailView *tail_view;

  AphJob *job;            /* (owned) */
  AphRequest *request;    /* (owned) the one that is shown */
  guint revision;         /* of the job, when it was last looked at */
  AphJobState state;      /* the one that is shown */
  gint64 status_time;
  gboolean status_late;   /* the figures that are shown are older than @revision */
};

enum
{
  SIGNAL_ACTIVATED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AphWallTile, aph_wall_tile, GTK_TYPE_WIDGET)

static void
update_request (AphWallTile *self)
{
  AphRequest *request = aph_job_get_request (self->job);
  g_autofree char *line = NULL;

  if (self->request == request)
    return;

  g_clear_pointer (&self->request, aph_request_unref);
  self->request = aph_request_ref (request);

  line = aph_format_first_line (aph_request_get_prompt (request));
  gtk_label_set_text (self->prompt_label, line);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, line,
                                  -1);
}

static void
update_state (AphWallTile *self)
{
  AphJobState state = aph_job_get_state (self->job);
  gboolean ended = aph_job_is_ended (self->job);
  const char *const classes[] = { "aph-state", aph_job_state_to_nick (state), NULL };

  self->state = state;
  gtk_image_set_from_icon_name (self->state_image, aph_format_state_icon (state));
  gtk_widget_set_css_classes (GTK_WIDGET (self->state_image), (const char **) classes);
  gtk_widget_set_visible (self->cancel_button, !ended);
  gtk_widget_set_visible (self->retry_button, ended);
}

static void
update_status (AphWallTile *self)
{
  const char *model = aph_request_get_model (self->request);
  g_autofree char *how = aph_format_job_status (self->job);
  g_autofree char *status = NULL;

  if (model != NULL && *model != '\0')
    status = g_strconcat (how, " · ", model, NULL);
  else
    status = g_steal_pointer (&how);

  self->status_time = g_get_monotonic_time ();
  self->status_late = FALSE;
  if (g_str_equal (status, gtk_label_get_text (self->status_label)))
    return;

  gtk_label_set_text (self->status_label, status);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, status,
                                  -1);
}

static void
released_cb (GtkGestureClick *gesture,
             int              n_press,
             double           x,
             double           y,
             AphWallTile     *self)
{
  if (!gtk_widget_contains (GTK_WIDGET (self), x, y))
    return;

  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  gtk_widget_grab_focus (GTK_WIDGET (self));
  g_signal_emit (self, signals[SIGNAL_ACTIVATED], 0);
}

static void
aph_wall_tile_dispose (GObject *object)
{
  AphWallTile *self = APH_WALL_TILE (object);

  g_clear_object (&self->job);
  g_clear_pointer (&self->request, aph_request_unref);
  aph_ui_dispose_template (GTK_WIDGET (self), APH_TYPE_WALL_TILE);

  G_OBJECT_CLASS (aph_wall_tile_parent_class)->dispose (object);
}

static void
aph_wall_tile_class_init (AphWallTileClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = aph_wall_tile_dispose;

  signals[SIGNAL_ACTIVATED] =
    g_signal_new ("activated", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION, 0,
                  NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_activate_signal (widget_class, signals[SIGNAL_ACTIVATED]);
  gtk_widget_class_add_binding_signal (widget_class, GDK_KEY_Return, 0, "activated", NULL);
  gtk_widget_class_add_binding_signal (widget_class, GDK_KEY_KP_Enter, 0, "activated", NULL);
  gtk_widget_class_add_binding_signal (widget_class, GDK_KEY_space, 0, "activated", NULL);

  g_type_ensure (APH_TYPE_TAIL_VIEW);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_LIST_ITEM);
  gtk_widget_class_set_css_name (widget_class, "walltile");
  gtk_widget_class_set_template_from_resource (widget_class,
                                               APH_APP_PATH "/ui/aph-wall-tile.ui");
  gtk_widget_class_bind_template_child (widget_class, AphWallTile, cancel_button);
  gtk_widget_class_bind_template_child (widget_class, AphWallTile, prompt_label);
  gtk_widget_class_bind_template_child (widget_class, AphWallTile, retry_button);
  gtk_widget_class_bind_template_child (widget_class, AphWallTile, state_image);
  gtk_widget_class_bind_template_child (widget_class, AphWallTile, status_label);
  gtk_widget_class_bind_template_child (widget_class, AphWallTile, tail_view);
  gtk_widget_class_bind_template_callback (widget_class, released_cb);
}

static void
aph_wall_tile_init (AphWallTile *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * aph_wall_tile_new:
 * @job: what to show
 *
 * Returns: (transfer floating): a tile
 */
GtkWidget *
aph_wall_tile_new (AphJob *job)
{
  AphWallTile *self;

  g_return_val_if_fail (APH_IS_JOB (job), NULL);

  self = g_object_new (APH_TYPE_WALL_TILE, NULL);
  aph_wall_tile_set_job (self, job);

  return GTK_WIDGET (self);
}

AphJob *
aph_wall_tile_get_job (AphWallTile *self)
{
  g_return_val_if_fail (APH_IS_WALL_TILE (self), NULL);

  return self->job;
}

/**
 * aph_wall_tile_set_job:
 * @self: a tile
 * @job: what to show from now on
 */
void
aph_wall_tile_set_job (AphWallTile *self,
                       AphJob      *job)
{
  guint64 index;

  g_return_if_fail (APH_IS_WALL_TILE (self));
  g_return_if_fail (APH_IS_JOB (job));

  if (!g_set_object (&self->job, job))
    return;

  index = aph_job_get_index (job);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->cancel_button), "t", index);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->retry_button), "t", index);

  self->revision = aph_job_get_revision (job);
  update_request (self);
  update_state (self);
  update_status (self);
  aph_tail_view_set_job (self->tail_view, job);
}

/**
 * aph_wall_tile_is_due_unseen:
 * @self: a tile that is out of sight
 *
 * A screen reader reads such tiles, too. They need not be refreshed for it as often as the others.
 *
 * Returns: whether what is said of the job has been wrong, or late for some seconds
 */
gboolean
aph_wall_tile_is_due_unseen (AphWallTile *self)
{
  g_return_val_if_fail (APH_IS_WALL_TILE (self), FALSE);

  if (aph_job_get_revision (self->job) == self->revision)
    return FALSE;

  return aph_job_get_state (self->job) != self->state
         || g_get_monotonic_time () - self->status_time >= UNSEEN_US;
}

/**
 * aph_wall_tile_refresh:
 * @self: a tile
 *
 * Looks what is new.
 *
 * Returns: whether there is anything new to see
 */
gboolean
aph_wall_tile_refresh (AphWallTile *self)
{
  guint revision;
  gboolean changed;

  g_return_val_if_fail (APH_IS_WALL_TILE (self), FALSE);

  revision = aph_job_get_revision (self->job);
  if (self->revision != revision)
    {
      self->revision = revision;
      self->status_late = TRUE;
    }

  changed = aph_tail_view_refresh (self->tail_view);
  if (!self->status_late)
    return changed;

  update_request (self);
  if (self->state != aph_job_get_state (self->job))
    {
      update_state (self);
      self->status_time = 0;
    }
  if (!aph_job_is_running (self->job)
      || g_get_monotonic_time () - self->status_time >= STATUS_INTERVAL_US)
    {
      update_status (self);
      changed = TRUE;
    }

  return changed;
}

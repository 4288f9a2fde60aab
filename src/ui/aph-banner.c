/* aph-banner.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-banner"

#include "config.h"

#include "ui/aph-banner.h"
#include "ui/aph-compat.h"
#include "ui/aph-ui.h"

/* In seconds. */
#define ANNOUNCE_INTERVAL 30

struct _AphBanner
{
  GtkWidget parent_instance;

  GtkRevealer *revealer;
  GtkImage *icon;
  GtkLabel *title;
  GtkLabel *body;
  GtkBox *buttons;
  GtkProgressBar *progress;

  char *announced;       /* (nullable) the last title that a screen reader was told … */
  gint64 announced_at;   /* … and when, monotonic, µs */
};

G_DEFINE_FINAL_TYPE (AphBanner, aph_banner, GTK_TYPE_WIDGET)

static void
aph_banner_dispose (GObject *object)
{
  aph_ui_dispose_template (GTK_WIDGET (object), APH_TYPE_BANNER);

  G_OBJECT_CLASS (aph_banner_parent_class)->dispose (object);
}

static void
aph_banner_finalize (GObject *object)
{
  g_free (APH_BANNER (object)->announced);

  G_OBJECT_CLASS (aph_banner_parent_class)->finalize (object);
}

static void
aph_banner_class_init (AphBannerClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = aph_banner_dispose;
  G_OBJECT_CLASS (klass)->finalize = aph_banner_finalize;

  gtk_widget_class_set_template_from_resource (widget_class, APH_APP_PATH "/ui/aph-banner.ui");
  gtk_widget_class_bind_template_child (widget_class, AphBanner, body);
  gtk_widget_class_bind_template_child (widget_class, AphBanner, buttons);
  gtk_widget_class_bind_template_child (widget_class, AphBanner, icon);
  gtk_widget_class_bind_template_child (widget_class, AphBanner, progress);
  gtk_widget_class_bind_template_child (widget_class, AphBanner, revealer);
  gtk_widget_class_bind_template_child (widget_class, AphBanner, title);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "aphbanner");
}

static void
aph_banner_init (AphBanner *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/* What comes and goes is said once in a while only. */
static void
announce (AphBanner  *self,
          const char *title,
          const char *body)
{
  gint64 now = g_get_monotonic_time ();
  g_autofree char *text = NULL;

  if (g_strcmp0 (title, self->announced) == 0
      && now - self->announced_at < ANNOUNCE_INTERVAL * G_USEC_PER_SEC)
    return;

  g_free (self->announced);
  self->announced = g_strdup (title);
  self->announced_at = now;
  text = body != NULL ? g_strdup_printf ("%s. %s", title, body) : g_strdup (title);
  aph_announce (GTK_WIDGET (self), text);
}

/**
 * aph_banner_show:
 * @self: a banner
 * @icon_name: (nullable): an icon
 * @title: what is the matter
 * @body: (nullable): what to do about it
 *
 * Shows it without buttons; see aph_banner_add_button().
 */
void
aph_banner_show (AphBanner  *self,
                 const char *icon_name,
                 const char *title,
                 const char *body)
{
  GtkWidget *button;

  g_return_if_fail (APH_IS_BANNER (self));

  gtk_image_set_from_icon_name (self->icon, icon_name);
  gtk_widget_set_visible (GTK_WIDGET (self->icon), icon_name != NULL);
  gtk_label_set_label (self->title, title);
  gtk_label_set_label (self->body, body != NULL ? body : "");
  gtk_widget_set_visible (GTK_WIDGET (self->body), body != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->progress), FALSE);

  while ((button = gtk_widget_get_first_child (GTK_WIDGET (self->buttons))) != NULL)
    gtk_box_remove (self->buttons, button);
  gtk_widget_set_visible (GTK_WIDGET (self->buttons), FALSE);

  gtk_revealer_set_reveal_child (self->revealer, TRUE);
  announce (self, title, body);
}

void
aph_banner_hide (AphBanner *self)
{
  g_return_if_fail (APH_IS_BANNER (self));

  gtk_revealer_set_reveal_child (self->revealer, FALSE);
}

/**
 * aph_banner_is_shown:
 * @self: a banner
 *
 * Returns: whether it says something, or is about to
 */
gboolean
aph_banner_is_shown (AphBanner *self)
{
  g_return_val_if_fail (APH_IS_BANNER (self), FALSE);

  return gtk_revealer_get_reveal_child (self->revealer);
}

/**
 * aph_banner_set_progress:
 * @self: a banner that is shown
 * @body: what to say below its title
 * @fraction: how far it is, from 0 to 1; below 0 if only that it goes on is known
 *
 * Shows a bar, too. Its buttons stay as they are.
 */
void
aph_banner_set_progress (AphBanner  *self,
                         const char *body,
                         double      fraction)
{
  g_return_if_fail (APH_IS_BANNER (self));
  g_return_if_fail (body != NULL);

  gtk_label_set_label (self->body, body);
  gtk_widget_set_visible (GTK_WIDGET (self->body), TRUE);
  gtk_widget_set_visible (GTK_WIDGET (self->progress), fraction >= 0);
  if (fraction >= 0)
    gtk_progress_bar_set_fraction (self->progress, MIN (fraction, 1));
}

/**
 * aph_banner_add_button:
 * @self: a banner that is shown
 * @label: what it does, with a mnemonic
 * @action_name: the action without a parameter that does it
 */
void
aph_banner_add_button (AphBanner  *self,
                       const char *label,
                       const char *action_name)
{
  GtkWidget *button;

  g_return_if_fail (APH_IS_BANNER (self));

  button = gtk_button_new_with_mnemonic (label);
  /* However narrow the window is and however long the words of a language are. */
  gtk_label_set_ellipsize (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (button))),
                           PANGO_ELLIPSIZE_END);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action_name);
  gtk_box_append (self->buttons, button);
  gtk_widget_set_visible (GTK_WIDGET (self->buttons), TRUE);
}

/* aph-limit-choice.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-limit-choice"

#include "config.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "ui/aph-format-finding.h"
#include "ui/aph-limit-choice.h"
#include "ui/aph-ui.h"

struct _AphLimitChoice
{
  GtkWidget parent_instance;

  AphSession *session;  /* (nullable) until it is set */
  gboolean is_showing;  /* we set the control, not the user */
  GSignalGroup *lane;   /* of the server that is chosen */

  GtkSpinButton *spin;
  GtkLabel *at_once_label;
};

G_DEFINE_FINAL_TYPE (AphLimitChoice, aph_limit_choice, GTK_TYPE_WIDGET)

static gboolean
spin_output_cb (GtkSpinButton *spin,
                gpointer       user_data)
{
  int value = gtk_spin_button_get_value_as_int (spin);
  g_autofree char *text = value > 0 ? g_strdup_printf ("%d", value)
                                    : g_strdup (C_("how many at once", "Auto"));

  if (!g_str_equal (text, gtk_editable_get_text (GTK_EDITABLE (spin))))
    gtk_editable_set_text (GTK_EDITABLE (spin), text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (spin),
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, text, -1);

  return TRUE;
}

/* What is no number is the word that stands for none. */
static int
spin_input_cb (GtkSpinButton *spin,
               double        *value,
               gpointer       user_data)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (spin));
  guint64 number = 0;

  if (g_ascii_string_to_unsigned (text, 10, 0, APH_MAX_CONCURRENCY, &number, NULL))
    *value = number;
  else if (g_str_equal (text, C_("how many at once", "Auto")))
    *value = 0;
  else
    return GTK_INPUT_ERROR;

  return TRUE;
}

/* What is found out of the server is told while it decides. */
static void
show_limit (AphLimitChoice *self)
{
  AphLane *lane = aph_connection_get_lane (aph_session_get_connection (self->session));
  AphTuner *tuner = lane != NULL ? aph_lane_get_tuner (lane) : NULL;
  g_autofree char *finding = tuner != NULL ? aph_format_finding (tuner) : NULL;
  g_autofree char *at_once = NULL;
  g_autofree char *tooltip = NULL;

  if (tuner != NULL)
    {
      at_once = g_strdup_printf (ngettext ("%u at once", "%u at once", aph_lane_get_limit (lane)),
                                 aph_lane_get_limit (lane));
      /* Translators: what was found out: “this server answers 4 at a time” */
      tooltip = g_strdup_printf (_("How many prompts are sent at once: %s"), finding);
    }
  gtk_label_set_label (self->at_once_label, at_once != NULL ? at_once : _("at once"));
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->spin), tooltip != NULL ? tooltip
    : _("How many prompts are sent at once; 0 finds out how many the server is good for"));
}

static void
show_session (AphLimitChoice *self)
{
  AphConnection *connection = aph_session_get_connection (self->session);

  self->is_showing = TRUE;
  gtk_spin_button_set_value (self->spin, aph_session_get_concurrency (self->session));
  self->is_showing = FALSE;
  g_signal_group_set_target (self->lane, aph_connection_get_lane (connection));
  show_limit (self);
}

static void
spin_changed_cb (AphLimitChoice *self)
{
  if (!self->is_showing && self->session != NULL)
    aph_session_set_concurrency (self->session, gtk_spin_button_get_value_as_int (self->spin));
}

static void
aph_limit_choice_dispose (GObject *object)
{
  AphLimitChoice *self = APH_LIMIT_CHOICE (object);

  if (self->session != NULL)
    {
      g_signal_handlers_disconnect_by_data (aph_session_get_connection (self->session), self);
      g_signal_handlers_disconnect_by_data (self->session, self);
    }
  aph_ui_dispose_template (GTK_WIDGET (self), APH_TYPE_LIMIT_CHOICE);
  g_clear_object (&self->lane);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (aph_limit_choice_parent_class)->dispose (object);
}

static void
aph_limit_choice_class_init (AphLimitChoiceClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = aph_limit_choice_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               APH_APP_PATH "/ui/aph-limit-choice.ui");
  gtk_widget_class_bind_template_child (widget_class, AphLimitChoice, at_once_label);
  gtk_widget_class_bind_template_child (widget_class, AphLimitChoice, spin);
  gtk_widget_class_bind_template_callback (widget_class, spin_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, spin_input_cb);
  gtk_widget_class_bind_template_callback (widget_class, spin_output_cb);

  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
}

static void
aph_limit_choice_init (AphLimitChoice *self)
{
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (GTK_WIDGET (self));

  gtk_box_layout_set_spacing (GTK_BOX_LAYOUT (layout), 6);
  self->lane = g_signal_group_new (APH_TYPE_LANE);
  g_signal_group_connect_swapped (self->lane, "changed", G_CALLBACK (show_limit), self);
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * aph_limit_choice_set_session:
 * @self: a choice, once
 * @session: what is to send as many prompts at once
 */
void
aph_limit_choice_set_session (AphLimitChoice *self,
                              AphSession     *session)
{
  g_return_if_fail (APH_IS_LIMIT_CHOICE (self));
  g_return_if_fail (APH_IS_SESSION (session));
  g_return_if_fail (self->session == NULL);

  self->session = g_object_ref (session);
  g_signal_connect_swapped (aph_session_get_connection (session), "changed",
                            G_CALLBACK (show_session), self);
  g_signal_connect_swapped (session, "notify", G_CALLBACK (show_session), self);
  show_session (self);
}

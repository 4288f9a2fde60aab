/* aph-model-choice.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-model-choice"

#include "config.h"

#include "ui/aph-format.h"
#include "ui/aph-model-choice.h"
#include "ui/aph-ui.h"

/* As many models are found faster by typing than by looking. */
#define MANY_MODELS 9

struct _AphModelChoice
{
  GtkWidget parent_instance;

  AphSession *session;  /* (nullable) until it is set */
  GListStore *models;   /* what the drop-down lists */
  gboolean is_showing;  /* we set the control, not the user */

  GtkDropDown *drop_down;
};

G_DEFINE_FINAL_TYPE (AphModelChoice, aph_model_choice, GTK_TYPE_WIDGET)

static void
model_setup_cb (AphModelChoice *self,
                GtkListItem    *item)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_width_chars (GTK_LABEL (label), 5);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 26);
  gtk_list_item_set_child (item, label);
}

static void
model_bind_cb (AphModelChoice *self,
               GtkListItem    *item)
{
  AphModel *model = gtk_list_item_get_item (item);

  gtk_label_set_label (GTK_LABEL (gtk_list_item_get_child (item)), aph_model_get_name (model));
}

static void
model_list_setup_cb (AphModelChoice *self,
                     GtkListItem    *item)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *name = gtk_label_new (NULL);
  GtkWidget *details = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (name), 0);
  gtk_label_set_xalign (GTK_LABEL (details), 0);
  gtk_widget_add_css_class (details, "dim-label");
  gtk_widget_add_css_class (details, "caption");
  gtk_box_append (GTK_BOX (box), name);
  gtk_box_append (GTK_BOX (box), details);
  gtk_list_item_set_child (item, box);
}

static void
model_list_bind_cb (AphModelChoice *self,
                    GtkListItem    *item)
{
  AphModel *model = gtk_list_item_get_item (item);
  GtkWidget *name = gtk_widget_get_first_child (gtk_list_item_get_child (item));
  GtkWidget *details = gtk_widget_get_next_sibling (name);
  g_autofree char *text = aph_format_model_details (model);

  gtk_label_set_label (GTK_LABEL (name), aph_model_get_name (model));
  gtk_label_set_label (GTK_LABEL (details), text);
  gtk_widget_set_visible (details, *text != '\0');
}

static void
model_selected_cb (AphModelChoice *self)
{
  AphModel *model = gtk_drop_down_get_selected_item (self->drop_down);

  if (!self->is_showing && model != NULL)
    aph_session_set_model (self->session, aph_model_get_name (model));
}

static gboolean
same_items (GListModel *a,
            GListModel *b)
{
  guint n_items = g_list_model_get_n_items (a);

  if (n_items != g_list_model_get_n_items (b))
    return FALSE;

  for (guint i = 0; i < n_items; i++)
    {
      g_autoptr (GObject) item_a = g_list_model_get_item (a, i);
      g_autoptr (GObject) item_b = g_list_model_get_item (b, i);

      if (item_a != item_b)
        return FALSE;
    }

  return TRUE;
}

/* The drop-down has a list of its own, because it selects by itself when its list changes. */
static void
show_models (AphModelChoice *self,
             GListModel     *models)
{
  guint n_models = g_list_model_get_n_items (models);
  g_autoptr (GPtrArray) items = NULL;

  if (same_items (models, G_LIST_MODEL (self->models)))
    return;

  items = g_ptr_array_new_full (n_models, g_object_unref);
  for (guint i = 0; i < n_models; i++)
    g_ptr_array_add (items, g_list_model_get_item (models, i));

  g_list_store_splice (self->models, 0, g_list_model_get_n_items (G_LIST_MODEL (self->models)),
                       items->pdata, items->len);
  gtk_drop_down_set_enable_search (self->drop_down, n_models >= MANY_MODELS);
  gtk_widget_set_sensitive (GTK_WIDGET (self->drop_down), n_models > 0);
}

static void
show_model (AphModelChoice *self)
{
  const char *chosen = aph_session_get_model (self->session);
  guint n_models = g_list_model_get_n_items (G_LIST_MODEL (self->models));

  for (guint i = 0; i < n_models; i++)
    {
      g_autoptr (AphModel) model = g_list_model_get_item (G_LIST_MODEL (self->models), i);

      if (g_strcmp0 (aph_model_get_name (model), chosen) == 0)
        gtk_drop_down_set_selected (self->drop_down, i);
    }
}

static void
show_session (AphModelChoice *self)
{
  self->is_showing = TRUE;
  show_models (self, aph_connection_get_models (aph_session_get_connection (self->session)));
  show_model (self);
  self->is_showing = FALSE;
}

static void
aph_model_choice_dispose (GObject *object)
{
  AphModelChoice *self = APH_MODEL_CHOICE (object);

  if (self->session != NULL)
    {
      g_signal_handlers_disconnect_by_data (aph_session_get_connection (self->session), self);
      g_signal_handlers_disconnect_by_data (self->session, self);
    }
  aph_ui_dispose_template (GTK_WIDGET (self), APH_TYPE_MODEL_CHOICE);
  g_clear_object (&self->models);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (aph_model_choice_parent_class)->dispose (object);
}

static void
aph_model_choice_class_init (AphModelChoiceClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = aph_model_choice_dispose;

  g_type_ensure (APH_TYPE_MODEL);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               APH_APP_PATH "/ui/aph-model-choice.ui");
  gtk_widget_class_bind_template_child (widget_class, AphModelChoice, drop_down);
  gtk_widget_class_bind_template_callback (widget_class, model_bind_cb);
  gtk_widget_class_bind_template_callback (widget_class, model_list_bind_cb);
  gtk_widget_class_bind_template_callback (widget_class, model_list_setup_cb);
  gtk_widget_class_bind_template_callback (widget_class, model_selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, model_setup_cb);

  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
aph_model_choice_init (AphModelChoice *self)
{
  self->is_showing = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  self->models = g_list_store_new (APH_TYPE_MODEL);
  gtk_drop_down_set_model (self->drop_down, G_LIST_MODEL (self->models));
  self->is_showing = FALSE;
  gtk_widget_set_sensitive (GTK_WIDGET (self->drop_down), FALSE);
}

/**
 * aph_model_choice_set_session:
 * @self: a choice, once
 * @session: whose model is chosen, of those that its server has
 */
void
aph_model_choice_set_session (AphModelChoice *self,
                              AphSession     *session)
{
  g_return_if_fail (APH_IS_MODEL_CHOICE (self));
  g_return_if_fail (APH_IS_SESSION (session));
  g_return_if_fail (self->session == NULL);

  self->session = g_object_ref (session);
  g_signal_connect_swapped (aph_session_get_connection (session), "changed",
                            G_CALLBACK (show_session), self);
  g_signal_connect_swapped (session, "notify", G_CALLBACK (show_session), self);
  show_session (self);
}

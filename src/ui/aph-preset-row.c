/* aph-preset-row.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-preset-row"

#include "config.h"

#include <string.h>

#include <glib/gi18n.h>

#include "ui/aph-compat.h"
#include "ui/aph-preset-row.h"

struct _AphPresetRow
{
  AdwComboRow parent_instance;

  GPtrArray *presets;      /* of AphPreset */
  GCancellable *cancellable;
  gboolean is_showing;     /* we choose, not the user */
};

G_DEFINE_FINAL_TYPE (AphPresetRow, aph_preset_row, ADW_TYPE_COMBO_ROW)

enum
{
  CHOSEN,
  FILLING,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* The first item is none. */
static AphPreset *
get_selected (AphPresetRow *self)
{
  guint selected = adw_combo_row_get_selected (ADW_COMBO_ROW (self));

  return selected > 0 && selected <= self->presets->len
           ? g_ptr_array_index (self->presets, selected - 1) : NULL;
}

static void
show (AphPresetRow *self,
      const char   *name)
{
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  guint selected = 0;

  gtk_string_list_append (names, _("None"));
  for (guint i = 0; i < self->presets->len; i++)
    {
      const AphPreset *preset = g_ptr_array_index (self->presets, i);

      if (g_strcmp0 (preset->name, name) == 0)
        selected = i + 1;
      gtk_string_list_append (names, preset->name);
    }

  self->is_showing = TRUE;
  adw_combo_row_set_model (ADW_COMBO_ROW (self), G_LIST_MODEL (names));
  adw_combo_row_set_selected (ADW_COMBO_ROW (self), selected);
  self->is_showing = FALSE;
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "preset.delete", selected > 0);
}

static void
saved_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (AphPresetRow) self = user_data;
  g_autoptr (GError) error = NULL;

  adw_action_row_set_subtitle (ADW_ACTION_ROW (self),
                               aph_presets_save_finish (result, &error) ? "" : error->message);
}

static void
save (AphPresetRow *self)
{
  aph_presets_save_async (self->presets, saved_cb, g_object_ref (self));
}

/**
 * aph_preset_row_save:
 * @self: a row
 * @name: what to call it; another one of that name is replaced
 *
 * Makes a preset of what whoever listens to "filling" says.
 */
void
aph_preset_row_save (AphPresetRow *self,
                     const char   *name)
{
  AphPreset *preset;

  g_return_if_fail (APH_IS_PRESET_ROW (self));
  g_return_if_fail (name != NULL && *name != '\0');

  for (guint i = 0; i < self->presets->len; i++)
    if (strcmp (((AphPreset *) g_ptr_array_index (self->presets, i))->name, name) == 0)
      {
        g_ptr_array_remove_index (self->presets, i);
        break;
      }

  preset = aph_preset_new (name);
  g_signal_emit (self, signals[FILLING], 0, preset);
  g_ptr_array_add (self->presets, preset);
  show (self, name);
  save (self);
}

static void
named_cb (AdwMessageDialog *dialog,
          const char       *response,
          gpointer          user_data)
{
  GtkEditable *entry = GTK_EDITABLE (adw_message_dialog_get_extra_child (dialog));
  g_autofree char *name = g_strstrip (g_strdup (gtk_editable_get_text (entry)));

  if (strcmp (response, "save") == 0 && *name != '\0')
    aph_preset_row_save (user_data, name);
}

static void
save_action (GtkWidget  *widget,
             const char *action_name,
             GVariant   *parameter)
{
  AphPresetRow *self = APH_PRESET_ROW (widget);
  const AphPreset *selected = get_selected (self);
  GtkWidget *entry = gtk_entry_new ();
  GtkWidget *dialog = aph_message_dialog_new (GTK_WINDOW (gtk_widget_get_root (widget)),
                                              _("Save as Preset"),
                                              _("The template, the models, the values and the "
                                                "options of the window can be used again under "
                                                "this name."));

  if (selected != NULL)
    gtk_editable_set_text (GTK_EDITABLE (entry), selected->name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Name of the preset"), -1);
  gtk_entry_set_activates_default (GTK_ENTRY (entry), TRUE);
  adw_message_dialog_set_extra_child (ADW_MESSAGE_DIALOG (dialog), entry);
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _("_Cancel"),
                                    "save", _("_Save"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "save",
                                              ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "save");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (named_cb), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
delete_action (GtkWidget  *widget,
               const char *action_name,
               GVariant   *parameter)
{
  AphPresetRow *self = APH_PRESET_ROW (widget);
  AphPreset *selected = get_selected (self);

  if (selected == NULL)
    return;

  g_ptr_array_remove (self->presets, selected);
  show (self, NULL);
  save (self);
}

static void
selected_cb (AphPresetRow *self)
{
  AphPreset *selected = get_selected (self);

  if (self->is_showing)
    return;

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "preset.delete", selected != NULL);
  if (selected != NULL)
    g_signal_emit (self, signals[CHOSEN], 0, selected);
}

static void
loaded_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (AphPresetRow) self = user_data;
  g_autoptr (GError) error = NULL;
  GPtrArray *presets = aph_presets_load_finish (result, &error);

  if (presets != NULL && self->presets != NULL)
    {
      g_ptr_array_unref (self->presets);
      self->presets = presets;
      show (self, NULL);
      return;
    }

  g_clear_pointer (&presets, g_ptr_array_unref);
  /* What cannot be read is not to be written over. */
  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) && error != NULL)
    {
      adw_action_row_set_subtitle (ADW_ACTION_ROW (self), error->message);
      gtk_widget_action_set_enabled (GTK_WIDGET (self), "preset.save", FALSE);
    }
}

static void
aph_preset_row_dispose (GObject *object)
{
  g_cancellable_cancel (APH_PRESET_ROW (object)->cancellable);

  G_OBJECT_CLASS (aph_preset_row_parent_class)->dispose (object);
}

static void
aph_preset_row_finalize (GObject *object)
{
  AphPresetRow *self = APH_PRESET_ROW (object);

  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->presets, g_ptr_array_unref);

  G_OBJECT_CLASS (aph_preset_row_parent_class)->finalize (object);
}

static void
aph_preset_row_class_init (AphPresetRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = aph_preset_row_dispose;
  object_class->finalize = aph_preset_row_finalize;

  signals[CHOSEN] = g_signal_new ("chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
  signals[FILLING] = g_signal_new ("filling", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);

  gtk_widget_class_install_action (widget_class, "preset.save", NULL, save_action);
  gtk_widget_class_install_action (widget_class, "preset.delete", NULL, delete_action);
}

static void
add_button (AphPresetRow *self,
            const char   *icon,
            const char   *label,
            const char   *action)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  -1);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self), button);
}

static void
aph_preset_row_init (AphPresetRow *self)
{
  self->presets = g_ptr_array_new_with_free_func ((GDestroyNotify) aph_preset_free);
  self->cancellable = g_cancellable_new ();
  add_button (self, "document-save-symbolic", _("Save as Preset"), "preset.save");
  add_button (self, "user-trash-symbolic", _("Delete the Preset"), "preset.delete");
  show (self, NULL);
  g_signal_connect (self, "notify::selected", G_CALLBACK (selected_cb), NULL);
  aph_presets_load_async (self->cancellable, loaded_cb, g_object_ref (self));
}

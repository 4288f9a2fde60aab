/* aph-model-row.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-model-row"

#include "config.h"

#include <glib/gi18n.h>

#include "ui/aph-format.h"
#include "ui/aph-model-row.h"

struct _AphModelRow
{
  AdwActionRow parent_instance;

  AphModel *model;    /* as it is listed */
  AphModel *shown;    /* (nullable) what more there is to know */
  AphModel *loaded;   /* (nullable) how it is held in memory */
  gboolean can_manage;

  GtkWidget *delete;
  GtkWidget *unload;
};

G_DEFINE_FINAL_TYPE (AphModelRow, aph_model_row, ADW_TYPE_ACTION_ROW)

static void
add_line (GString *text,
          char    *line)
{
  if (line != NULL && *line != '\0')
    g_string_append_printf (text, "%s%s", text->len > 0 ? "\n" : "", line);
  g_free (line);
}

static char *
describe_abilities (AphModel *model)
{
  gint64 context = aph_model_get_context_length (model);
  const char *const *capabilities = aph_model_get_capabilities (model);
  g_autofree char *list = NULL;
  g_autofree char *length = NULL;

  if (capabilities != NULL)
    list = g_strjoinv (", ", (char **) capabilities);
  if (context > 0)
    {
      g_autofree char *number = g_strdup_printf ("%'" G_GINT64_FORMAT, context);

      length = g_strdup_printf (_("context of %s tokens"), number);
    }

  if (length != NULL && list != NULL && *list != '\0')
    return g_strdup_printf ("%s · %s", length, list);

  return length != NULL ? g_steal_pointer (&length) : g_steal_pointer (&list);
}

static char *
describe_memory (const AphModelMemory *memory)
{
  g_autofree char *size = NULL;

  if (memory == NULL)
    return NULL;
  if (memory->size <= 0)
    return g_strdup (_("Loaded"));

  size = g_format_size (memory->size);
  if (memory->vram >= memory->size)
    return g_strdup_printf (_("Loaded: %s, all of it on the GPU"), size);
  if (memory->vram > 0)
    {
      /* A model that is partly on the CPU is many times slower. */
      guint percent = memory->vram * 100 / memory->size;

      return g_strdup_printf (_("Loaded: %s, %u %% of it on the GPU"), size, percent);
    }

  return g_strdup_printf (memory->vram == 0 ? _("Loaded: %s, none of it on the GPU")
                                            : _("Loaded: %s"), size);
}

static void
show (AphModelRow *self)
{
  g_autoptr (GString) text = g_string_new (NULL);

  add_line (text, aph_format_model_details (self->model));
  add_line (text, describe_abilities (self->shown != NULL ? self->shown : self->model));
  if (self->loaded != NULL)
    add_line (text, describe_memory (aph_model_get_memory (self->loaded)));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), text->str);
  gtk_widget_set_visible (self->unload, self->can_manage && self->loaded != NULL);
}

static void
aph_model_row_dispose (GObject *object)
{
  AphModelRow *self = APH_MODEL_ROW (object);

  g_clear_object (&self->model);
  g_clear_object (&self->shown);
  g_clear_object (&self->loaded);
  gtk_widget_dispose_template (GTK_WIDGET (self), APH_TYPE_MODEL_ROW);

  G_OBJECT_CLASS (aph_model_row_parent_class)->dispose (object);
}

static void
aph_model_row_class_init (AphModelRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = aph_model_row_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               APH_APP_PATH "/ui/aph-model-row.ui");
  gtk_widget_class_bind_template_child (widget_class, AphModelRow, delete);
  gtk_widget_class_bind_template_child (widget_class, AphModelRow, unload);
}

static void
aph_model_row_init (AphModelRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * aph_model_row_new:
 * @model: a model as its server lists it
 * @can_manage: whether it can be deleted and unloaded
 *
 * Returns: a row
 */
GtkWidget *
aph_model_row_new (AphModel *model,
                   gboolean  can_manage)
{
  AphModelRow *self;
  const char *name;

  g_return_val_if_fail (APH_IS_MODEL (model), NULL);

  name = aph_model_get_name (model);
  self = g_object_new (APH_TYPE_MODEL_ROW, "title", name, NULL);
  self->model = g_object_ref (model);
  self->can_manage = can_manage;
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->delete), "s", name);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->unload), "s", name);
  gtk_widget_set_visible (self->delete, can_manage);
  show (self);

  return GTK_WIDGET (self);
}

const char *
aph_model_row_get_name (AphModelRow *self)
{
  g_return_val_if_fail (APH_IS_MODEL_ROW (self), NULL);

  return aph_model_get_name (self->model);
}

/**
 * aph_model_row_set_shown:
 * @self: a row
 * @shown: (nullable): what else the server says of the model
 */
void
aph_model_row_set_shown (AphModelRow *self,
                         AphModel    *shown)
{
  g_return_if_fail (APH_IS_MODEL_ROW (self));

  if (g_set_object (&self->shown, shown))
    show (self);
}

/**
 * aph_model_row_set_loaded:
 * @self: a row
 * @loaded: (nullable): how the model is held in memory, %NULL if it is not
 */
void
aph_model_row_set_loaded (AphModelRow *self,
                          AphModel    *loaded)
{
  g_return_if_fail (APH_IS_MODEL_ROW (self));

  if (g_set_object (&self->loaded, loaded))
    show (self);
}

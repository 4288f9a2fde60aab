/* aph-options-popover.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-options-popover"

#include "config.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "base/aph-json.h"
#include "job/aph-options.h"
#include "ui/aph-options-popover.h"

/* What is typed into an entry. An option of the model, unless it is `keep_alive`. */
typedef struct
{
  const char *name;
  const char *title;
  const char *meaning;
} Field;

static const Field fields[] = {
  { "temperature", N_("Temperature"), N_("0 is sober, 1 and more is lively") },
  { "seed", N_("Seed"), N_("A number that makes an answer repeatable") },
  { "num_ctx", N_("Context size"), N_("Tokens of prompt and answer together") },
  { "num_predict", N_("Longest answer"), N_("In tokens") },
  { "top_p", N_("Top P"), N_("How many of the likely words are considered, 0 to 1") },
  { "stop", N_("Stop at"), N_("A text that ends the answer") },
  { "keep_alive", N_("Keep loaded"), N_("In seconds, or like 5m, 1h; -1 for ever") },
};

static const char *const think_values[] = { NULL, "yes", "no", "low", "medium", "high" };

typedef enum
{
  FORMAT_FREE,
  FORMAT_JSON,
  FORMAT_SCHEMA,
} Format;

struct _AphOptionsPopover
{
  GtkPopover parent_instance;

  guint n_set;
  gboolean is_valid;
  gboolean is_resetting;
  AphParams *extra;     /* (owned) (nullable) what was given that there is no field for */

  AdwActionRow *rows[G_N_ELEMENTS (fields)];
  GtkEditable *entries[G_N_ELEMENTS (fields)];

  GtkTextView *system;
  GtkListBox *list;
  AdwComboRow *think;
  AdwComboRow *format;
  GtkWidget *schema_box;
  GtkTextView *schema;
  GtkLabel *schema_error;
  GtkWidget *reset_button;
};

enum
{
  PROP_0,
  PROP_N_SET,
  PROP_VALID,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (AphOptionsPopover, aph_options_popover, GTK_TYPE_POPOVER)

static char *
get_text (GtkTextView *view)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (view);
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);

  return gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
}

/* Each takes one thing over into @params; TRUE if there is nothing to take. */

static gboolean
take_field (AphOptionsPopover  *self,
            guint               i,
            AphParams          *params,
            GError            **error)
{
  g_autofree char *text = g_strstrip (g_strdup (gtk_editable_get_text (self->entries[i])));

  if (*text == '\0')
    return TRUE;

  if (g_str_equal (fields[i].name, "keep_alive"))
    return aph_params_set_keep_alive (params, text, error);

  return aph_params_set_option (params, fields[i].name, text, error);
}

static gboolean
take_schema (AphOptionsPopover  *self,
             AphParams          *params,
             GError            **error)
{
  g_autofree char *text = g_strstrip (get_text (self->schema));

  return aph_params_set_format (params, text, error);
}

static gboolean
take_format (AphOptionsPopover  *self,
             AphParams          *params,
             GError            **error)
{
  switch ((Format) adw_combo_row_get_selected (self->format))
    {
    case FORMAT_JSON:
      return aph_params_set_format (params, "json", error);
    case FORMAT_SCHEMA:
      return take_schema (self, params, error);
    case FORMAT_FREE:
    default:
      return TRUE;
    }
}

static gboolean
take_think (AphOptionsPopover  *self,
            AphParams          *params,
            GError            **error)
{
  guint selected = adw_combo_row_get_selected (self->think);

  g_assert (selected < G_N_ELEMENTS (think_values));

  return think_values[selected] == NULL
         || aph_params_set_think (params, think_values[selected], error);
}

/* The members of what there is no field for; its options are as many. */
static guint
count_extra (AphOptionsPopover *self)
{
  JsonObject *options;
  guint n_extra;

  if (self->extra == NULL)
    return 0;

  options = aph_params_get_options (self->extra);
  n_extra = json_object_get_size (aph_params_get_members (self->extra));

  return options != NULL ? n_extra - 1 + json_object_get_size (options) : n_extra;
}

static guint
count_set (AphOptionsPopover *self)
{
  g_autofree char *system = g_strstrip (get_text (self->system));
  guint n_set = count_extra (self);

  n_set += *system != '\0';
  n_set += adw_combo_row_get_selected (self->think) != 0;
  n_set += adw_combo_row_get_selected (self->format) != FORMAT_FREE;
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    n_set += *gtk_editable_get_text (self->entries[i]) != '\0';

  return n_set;
}

/* A field that cannot be used says why instead of what it means. */
static gboolean
mark_field (AphOptionsPopover *self,
            guint              i)
{
  g_autoptr (AphParams) scratch = aph_params_new ();
  g_autoptr (GError) error = NULL;
  GtkWidget *row = GTK_WIDGET (self->rows[i]);
  GtkWidget *entry = GTK_WIDGET (self->entries[i]);
  gboolean is_valid = take_field (self, i, scratch, &error);

  adw_action_row_set_subtitle (self->rows[i], is_valid ? _(fields[i].meaning) : error->message);
  if (is_valid)
    {
      gtk_widget_remove_css_class (row, "error");
      gtk_widget_remove_css_class (entry, "error");
      gtk_accessible_reset_state (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_STATE_INVALID);
    }
  else
    {
      gtk_widget_add_css_class (row, "error");
      gtk_widget_add_css_class (entry, "error");
      gtk_accessible_update_state (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_STATE_INVALID,
                                   GTK_ACCESSIBLE_INVALID_TRUE, -1);
    }

  return is_valid;
}

static gboolean
mark_schema (AphOptionsPopover *self)
{
  g_autoptr (AphParams) scratch = aph_params_new ();
  g_autoptr (GError) error = NULL;
  gboolean is_wanted = adw_combo_row_get_selected (self->format) == FORMAT_SCHEMA;
  gboolean is_valid = !is_wanted || take_schema (self, scratch, &error);

  gtk_widget_set_visible (self->schema_box, is_wanted);
  gtk_label_set_label (self->schema_error, is_valid ? "" : error->message);
  gtk_widget_set_visible (GTK_WIDGET (self->schema_error), !is_valid);

  return is_valid;
}

static void
changed_cb (AphOptionsPopover *self)
{
  gboolean is_valid = TRUE;
  guint n_set;

  if (self->is_resetting)
    return;

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    is_valid &= mark_field (self, i);
  is_valid &= mark_schema (self);

  n_set = count_set (self);
  gtk_widget_set_sensitive (self->reset_button, n_set > 0);

  if (self->n_set != n_set)
    {
      self->n_set = n_set;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_SET]);
    }
  if (self->is_valid != is_valid)
    {
      self->is_valid = is_valid;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_VALID]);
    }
}

static void
add_field (AphOptionsPopover *self,
           guint              i)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *entry = gtk_entry_new ();

  /* The subtitle may be an error that repeats what was typed. */
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _(fields[i].title));
  gtk_widget_set_tooltip_text (row, fields[i].name);
  gtk_widget_set_focusable (row, FALSE);

  gtk_editable_set_width_chars (GTK_EDITABLE (entry), 9);
  gtk_editable_set_max_width_chars (GTK_EDITABLE (entry), 9);
  gtk_entry_set_placeholder_text (GTK_ENTRY (entry), _("default"));
  gtk_widget_set_valign (entry, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _(fields[i].title), -1);
  g_signal_connect_swapped (entry, "changed", G_CALLBACK (changed_cb), self);

  adw_action_row_add_suffix (ADW_ACTION_ROW (row), entry);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), entry);
  gtk_list_box_append (self->list, row);

  self->rows[i] = ADW_ACTION_ROW (row);
  self->entries[i] = GTK_EDITABLE (entry);
}

static void
aph_options_popover_get_property (GObject    *object,
                                  guint       prop_id,
                                  GValue     *value,
                                  GParamSpec *pspec)
{
  AphOptionsPopover *self = APH_OPTIONS_POPOVER (object);

  switch (prop_id)
    {
    case PROP_N_SET:
      g_value_set_uint (value, self->n_set);
      break;
    case PROP_VALID:
      g_value_set_boolean (value, self->is_valid);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
aph_options_popover_dispose (GObject *object)
{
  g_clear_pointer (&APH_OPTIONS_POPOVER (object)->extra, aph_params_unref);
  gtk_widget_dispose_template (GTK_WIDGET (object), APH_TYPE_OPTIONS_POPOVER);

  G_OBJECT_CLASS (aph_options_popover_parent_class)->dispose (object);
}

static void
aph_options_popover_class_init (AphOptionsPopoverClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->dispose = aph_options_popover_dispose;
  object_class->get_property = aph_options_popover_get_property;

  properties[PROP_N_SET] = g_param_spec_uint ("n-set", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_VALID] = g_param_spec_boolean ("valid", NULL, NULL, TRUE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               APH_APP_PATH "/ui/aph-options-popover.ui");
  gtk_widget_class_bind_template_child (widget_class, AphOptionsPopover, format);
  gtk_widget_class_bind_template_child (widget_class, AphOptionsPopover, list);
  gtk_widget_class_bind_template_child (widget_class, AphOptionsPopover, reset_button);
  gtk_widget_class_bind_template_child (widget_class, AphOptionsPopover, schema);
  gtk_widget_class_bind_template_child (widget_class, AphOptionsPopover, schema_box);
  gtk_widget_class_bind_template_child (widget_class, AphOptionsPopover, schema_error);
  gtk_widget_class_bind_template_child (widget_class, AphOptionsPopover, system);
  gtk_widget_class_bind_template_child (widget_class, AphOptionsPopover, think);
  gtk_widget_class_bind_template_callback (widget_class, aph_options_popover_reset);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
}

static void
aph_options_popover_init (AphOptionsPopover *self)
{
  /* The template sets the drop-downs, which says "changed" before there are entries. */
  self->is_resetting = TRUE;
  self->is_valid = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    add_field (self, i);
  g_signal_connect_swapped (gtk_text_view_get_buffer (self->system), "changed",
                            G_CALLBACK (changed_cb), self);
  g_signal_connect_swapped (gtk_text_view_get_buffer (self->schema), "changed",
                            G_CALLBACK (changed_cb), self);
  self->is_resetting = FALSE;

  changed_cb (self);
}

guint
aph_options_popover_get_n_set (AphOptionsPopover *self)
{
  g_return_val_if_fail (APH_IS_OPTIONS_POPOVER (self), 0);

  return self->n_set;
}

gboolean
aph_options_popover_get_valid (AphOptionsPopover *self)
{
  g_return_val_if_fail (APH_IS_OPTIONS_POPOVER (self), FALSE);

  return self->is_valid;
}

/**
 * aph_options_popover_create_params:
 * @self: a popover
 * @error: return location
 *
 * Returns: (transfer full): what is set, or %NULL with an %APH_OPTIONS_ERROR about the first
 *   thing that cannot be used
 */
AphParams *
aph_options_popover_create_params (AphOptionsPopover  *self,
                                   GError            **error)
{
  g_autoptr (AphParams) params = aph_params_new ();
  g_autofree char *system = NULL;

  g_return_val_if_fail (APH_IS_OPTIONS_POPOVER (self), NULL);

  system = g_strstrip (get_text (self->system));
  aph_params_set_system (params, system);

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    if (!take_field (self, i, params, error))
      return NULL;

  if (!take_think (self, params, error) || !take_format (self, params, error))
    return NULL;
  if (self->extra != NULL)
    aph_params_add_defaults (params, self->extra);

  return g_steal_pointer (&params);
}

static void
clear (AphOptionsPopover *self)
{
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (self->system), "", 0);
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    gtk_editable_set_text (self->entries[i], "");
  adw_combo_row_set_selected (self->think, 0);
  adw_combo_row_set_selected (self->format, FORMAT_FREE);
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (self->schema), "", 0);
  g_clear_pointer (&self->extra, aph_params_unref);
}

static gboolean
show_field (AphOptionsPopover *self,
            const char        *name,
            JsonNode          *node)
{
  g_autofree char *text = NULL;

  if (!JSON_NODE_HOLDS_VALUE (node))
    return FALSE;

  text = json_node_get_value_type (node) == G_TYPE_STRING ? json_node_dup_string (node)
                                                          : aph_json_node_to_text (node);
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    if (g_str_equal (fields[i].name, name))
      {
        gtk_editable_set_text (self->entries[i], text);
        return TRUE;
      }

  return FALSE;
}

static gboolean
show_think (AphOptionsPopover *self,
            JsonNode          *node)
{
  const char *word;

  if (!JSON_NODE_HOLDS_VALUE (node))
    return FALSE;

  if (json_node_get_value_type (node) == G_TYPE_BOOLEAN)
    word = json_node_get_boolean (node) ? "yes" : "no";
  else
    word = json_node_get_string (node);
  for (guint i = 1; i < G_N_ELEMENTS (think_values); i++)
    if (g_strcmp0 (think_values[i], word) == 0)
      {
        adw_combo_row_set_selected (self->think, i);
        return TRUE;
      }

  return FALSE;
}

static gboolean
show_format (AphOptionsPopover *self,
             JsonNode          *node)
{
  g_autofree char *text = NULL;

  if (JSON_NODE_HOLDS_VALUE (node) && g_strcmp0 (json_node_get_string (node), "json") == 0)
    {
      adw_combo_row_set_selected (self->format, FORMAT_JSON);
      return TRUE;
    }
  if (!JSON_NODE_HOLDS_OBJECT (node))
    return FALSE;

  text = aph_json_node_to_text (node);
  adw_combo_row_set_selected (self->format, FORMAT_SCHEMA);
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (self->schema), text, -1);

  return TRUE;
}

static gboolean
show_member (AphOptionsPopover *self,
             const char        *name,
             JsonNode          *node)
{
  if (g_str_equal (name, "think"))
    return show_think (self, node);
  if (g_str_equal (name, "format"))
    return show_format (self, node);
  if (g_str_equal (name, "keep_alive"))
    return show_field (self, name, node);
  if (g_str_equal (name, "system") && JSON_NODE_HOLDS_VALUE (node)
      && json_node_get_string (node) != NULL)
    {
      gtk_text_buffer_set_text (gtk_text_view_get_buffer (self->system),
                                json_node_get_string (node), -1);
      return TRUE;
    }

  return FALSE;
}

/* Shows what there is a field for; the others are put into @extra. */
static void
show_options (AphOptionsPopover *self,
              JsonObject        *options,
              JsonObject        *extra)
{
  g_autoptr (JsonObject) others = json_object_new ();
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  json_object_iter_init (&iter, options);
  while (json_object_iter_next (&iter, &name, &node))
    if (!show_field (self, name, node))
      json_object_set_member (others, name, json_node_copy (node));

  if (json_object_get_size (others) > 0)
    json_object_set_object_member (extra, "options", g_steal_pointer (&others));
}

/**
 * aph_options_popover_set_params:
 * @self: a popover
 * @params: what is to be set, instead of what is
 *
 * What there is no field for is kept and counted.
 */
void
aph_options_popover_set_params (AphOptionsPopover *self,
                                AphParams         *params)
{
  g_autoptr (JsonObject) extra = json_object_new ();
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  g_return_if_fail (APH_IS_OPTIONS_POPOVER (self));
  g_return_if_fail (params != NULL);

  self->is_resetting = TRUE;
  clear (self);
  json_object_iter_init (&iter, aph_params_get_members (params));
  while (json_object_iter_next (&iter, &name, &node))
    if (g_str_equal (name, "options") && JSON_NODE_HOLDS_OBJECT (node))
      show_options (self, json_node_get_object (node), extra);
    else if (!show_member (self, name, node))
      json_object_set_member (extra, name, json_node_copy (node));
  if (json_object_get_size (extra) > 0)
    self->extra = aph_params_new_from_body (extra);
  self->is_resetting = FALSE;

  changed_cb (self);
}

/**
 * aph_options_popover_reset:
 * @self: a popover
 *
 * Leaves everything to the model.
 */
void
aph_options_popover_reset (AphOptionsPopover *self)
{
  g_return_if_fail (APH_IS_OPTIONS_POPOVER (self));

  self->is_resetting = TRUE;
  clear (self);
  self->is_resetting = FALSE;

  changed_cb (self);
}

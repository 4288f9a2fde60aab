/* aph-filter-bar.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-filter-bar"

#include "config.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "server/aph-model.h"
#include "ui/aph-filter-bar.h"
#include "ui/aph-format.h"
#include "ui/aph-ui.h"

#define ANY_MARK (APH_MARK_LENGTH | APH_MARK_PROMPT_TRUNCATED | APH_MARK_EMPTY | APH_MARK_LOOPING)

/* As the row lists them. */
static const AphJobMarks marks_of_row[] = {
  0, ANY_MARK, APH_MARK_LENGTH, APH_MARK_PROMPT_TRUNCATED, APH_MARK_EMPTY, APH_MARK_LOOPING,
};

struct _AphFilterBar
{
  GtkWidget parent_instance;

  gboolean is_setting;  /* we, not the user; and it is said once */
  GStrv models;         /* what the rows list, after "any" */
  GStrv servers;

  GtkRevealer *revealer;
  GtkEditable *search;
  GtkMenuButton *button;
  GtkWidget *reset_button; /* (nullable) until the popover was opened, like those below */
  AdwComboRow *marks;
  AdwComboRow *model;
  AdwComboRow *server;
  AdwComboRow *rating;
};

enum
{
  PROP_0,
  PROP_REVEALED,
  N_PROPS,
};

enum
{
  CHANGED,
  OPENED,
  N_SIGNALS,
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AphFilterBar, aph_filter_bar, GTK_TYPE_WIDGET)

/* What a row with “any” and some texts says; %NULL for any. */
static const char *
get_choice (AdwComboRow *row,
            GStrv        choices)
{
  guint selected = row != NULL ? adw_combo_row_get_selected (row) : 0;

  return choices != NULL && selected > 0 && selected <= g_strv_length (choices)
           ? choices[selected - 1] : NULL;
}

static gboolean
has_filters (AphFilterBar *self)
{
  return self->marks != NULL
         && (adw_combo_row_get_selected (self->marks) > 0
             || get_choice (self->model, self->models) != NULL
             || get_choice (self->server, self->servers) != NULL
             || adw_combo_row_get_selected (self->rating) > 0);
}

static void
show_filters (AphFilterBar *self)
{
  gboolean is_filtering = has_filters (self);

  if (self->reset_button != NULL)
    gtk_widget_set_sensitive (self->reset_button, is_filtering);
  if (is_filtering)
    gtk_widget_add_css_class (GTK_WIDGET (self->button), "accent");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->button), "accent");
}

static void
changed_cb (AphFilterBar *self)
{
  if (self->is_setting)
    return;

  show_filters (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
stop_cb (AphFilterBar *self)
{
  aph_filter_bar_set_revealed (self, FALSE);
}

static void
reset_filters (AphFilterBar *self)
{
  if (self->marks == NULL)
    return;

  adw_combo_row_set_selected (self->marks, 0);
  adw_combo_row_set_selected (self->model, 0);
  adw_combo_row_set_selected (self->server, 0);
  adw_combo_row_set_selected (self->rating, 0);
}

static void
reset_cb (AphFilterBar *self)
{
  self->is_setting = TRUE;
  reset_filters (self);
  self->is_setting = FALSE;
  changed_cb (self);
}

static GStrv
add_choice (GStrv       choices,
            const char *more)
{
  guint n = g_strv_length (choices);

  choices = g_renew (char *, choices, n + 2);
  choices[n] = g_strdup (more);
  choices[n + 1] = NULL;

  return choices;
}

static void
list_choices (AphFilterBar *self,
              AdwComboRow  *row,
              GStrv         choices,
              const char   *chosen)
{
  g_autoptr (GtkStringList) list = gtk_string_list_new (NULL);
  guint selected = 0;

  gtk_string_list_append (list, _("Any"));
  for (guint i = 0; choices != NULL && choices[i] != NULL; i++)
    {
      g_autofree char *host = aph_format_host (choices[i]);

      gtk_string_list_append (list, host);
      if (g_strcmp0 (choices[i], chosen) == 0)
        selected = i + 1;
    }

  self->is_setting = TRUE;
  adw_combo_row_set_model (row, G_LIST_MODEL (list));
  adw_combo_row_set_selected (row, selected);
  self->is_setting = FALSE;
}

/* What can be chosen is remembered, and listed if there is a row; what is chosen stays so. */
static void
set_choices (AphFilterBar *self,
             AdwComboRow  *row,
             GStrv        *choices,
             GStrv         wanted)
{
  g_autofree char *chosen = g_strdup (get_choice (row, *choices));

  if (chosen != NULL && !g_strv_contains ((const char *const *) wanted, chosen))
    wanted = add_choice (wanted, chosen);

  if (*choices != NULL && g_strv_equal ((const char *const *) *choices,
                                        (const char *const *) wanted))
    {
      g_strfreev (wanted);
      return;
    }

  g_strfreev (*choices);
  *choices = wanted;
  if (row != NULL)
    list_choices (self, row, wanted, chosen);
}

static void
shown_cb (AphFilterBar *self)
{
  g_signal_emit (self, signals[OPENED], 0);
}

static AdwComboRow *
get_row (AphFilterBar *self,
         GtkBuilder   *builder,
         const char   *name)
{
  GObject *row = gtk_builder_get_object (builder, name);

  g_signal_connect_swapped (row, "notify::selected", G_CALLBACK (changed_cb), self);

  return ADW_COMBO_ROW (row);
}

/* What is rarely wanted is made when it is. */
static void
create_popover_cb (GtkMenuButton *button,
                   gpointer       user_data)
{
  AphFilterBar *self = APH_FILTER_BAR (user_data);
  g_autoptr (GtkBuilder) builder = NULL;
  GtkWidget *popover;

  if (self->marks != NULL)
    return;

  builder = gtk_builder_new_from_resource (APH_APP_PATH "/ui/aph-filter-popover.ui");
  popover = GTK_WIDGET (gtk_builder_get_object (builder, "popover"));
  self->marks = get_row (self, builder, "marks");
  self->model = get_row (self, builder, "model");
  self->server = get_row (self, builder, "server");
  self->rating = get_row (self, builder, "rating");
  self->reset_button = GTK_WIDGET (gtk_builder_get_object (builder, "reset_button"));
  list_choices (self, self->model, self->models, NULL);
  list_choices (self, self->server, self->servers, NULL);
  g_signal_connect_swapped (self->reset_button, "clicked", G_CALLBACK (reset_cb), self);
  g_signal_connect_swapped (popover, "show", G_CALLBACK (shown_cb), self);
  gtk_menu_button_set_popover (button, popover);
}

static gboolean
aph_filter_bar_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (APH_FILTER_BAR (widget)->search));
}

static void
aph_filter_bar_get_property (GObject    *object,
                             guint       prop_id,
                             GValue     *value,
                             GParamSpec *pspec)
{
  AphFilterBar *self = APH_FILTER_BAR (object);

  switch (prop_id)
    {
    case PROP_REVEALED:
      g_value_set_boolean (value, aph_filter_bar_get_revealed (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
aph_filter_bar_set_property (GObject      *object,
                             guint         prop_id,
                             const GValue *value,
                             GParamSpec   *pspec)
{
  AphFilterBar *self = APH_FILTER_BAR (object);

  switch (prop_id)
    {
    case PROP_REVEALED:
      aph_filter_bar_set_revealed (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
aph_filter_bar_dispose (GObject *object)
{
  AphFilterBar *self = APH_FILTER_BAR (object);

  /* What the popover has says a last time what is selected. */
  self->is_setting = TRUE;
  aph_ui_dispose_template (GTK_WIDGET (self), APH_TYPE_FILTER_BAR);
  self->marks = self->model = self->server = self->rating = NULL;
  self->reset_button = NULL;

  G_OBJECT_CLASS (aph_filter_bar_parent_class)->dispose (object);
}

static void
aph_filter_bar_finalize (GObject *object)
{
  AphFilterBar *self = APH_FILTER_BAR (object);

  g_strfreev (self->models);
  g_strfreev (self->servers);

  G_OBJECT_CLASS (aph_filter_bar_parent_class)->finalize (object);
}

static void
aph_filter_bar_class_init (AphFilterBarClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = aph_filter_bar_dispose;
  object_class->finalize = aph_filter_bar_finalize;
  object_class->get_property = aph_filter_bar_get_property;
  object_class->set_property = aph_filter_bar_set_property;
  widget_class->focus = aph_ui_focus_children;
  widget_class->grab_focus = aph_filter_bar_grab_focus;

  properties[PROP_REVEALED] =
    g_param_spec_boolean ("revealed", NULL, NULL, FALSE,
                          G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[OPENED] = g_signal_new ("opened", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                  NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               APH_APP_PATH "/ui/aph-filter-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, AphFilterBar, button);
  gtk_widget_class_bind_template_child (widget_class, AphFilterBar, revealer);
  gtk_widget_class_bind_template_child (widget_class, AphFilterBar, search);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, stop_cb);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
aph_filter_bar_init (AphFilterBar *self)
{
  self->is_setting = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  self->is_setting = FALSE;
  gtk_menu_button_set_create_popup_func (self->button, create_popover_cb, self, NULL);
}

/**
 * aph_filter_bar_add_to_query:
 * @self: a filter bar
 * @query: gets what is searched for; its texts belong to @self and live until that changes
 */
void
aph_filter_bar_add_to_query (AphFilterBar *self,
                             AphJobQuery  *query)
{
  g_return_if_fail (APH_IS_FILTER_BAR (self));
  g_return_if_fail (query != NULL);

  query->search = gtk_editable_get_text (self->search);
  if (self->marks == NULL)
    return;

  query->marks |= marks_of_row[MIN (adw_combo_row_get_selected (self->marks),
                                    G_N_ELEMENTS (marks_of_row) - 1)];
  query->model = get_choice (self->model, self->models);
  query->server = get_choice (self->server, self->servers);
  query->min_rating = MIN (adw_combo_row_get_selected (self->rating), APH_MAX_RATING);
}

/**
 * aph_filter_bar_is_empty:
 * @self: a filter bar
 *
 * Returns: whether nothing is searched for
 */
gboolean
aph_filter_bar_is_empty (AphFilterBar *self)
{
  g_return_val_if_fail (APH_IS_FILTER_BAR (self), TRUE);

  return *gtk_editable_get_text (self->search) == '\0' && !has_filters (self);
}

/**
 * aph_filter_bar_clear:
 * @self: a filter bar
 *
 * Nothing is searched for; "changed" is emitted once if something was.
 */
void
aph_filter_bar_clear (AphFilterBar *self)
{
  g_return_if_fail (APH_IS_FILTER_BAR (self));

  if (aph_filter_bar_is_empty (self))
    return;

  self->is_setting = TRUE;
  gtk_editable_set_text (self->search, "");
  reset_filters (self);
  self->is_setting = FALSE;
  changed_cb (self);
}

/**
 * aph_filter_bar_set_models:
 * @self: a filter bar
 * @models: those that can be chosen
 */
void
aph_filter_bar_set_models (AphFilterBar      *self,
                           const char *const *models)
{
  g_return_if_fail (APH_IS_FILTER_BAR (self));
  g_return_if_fail (models != NULL);

  set_choices (self, self->model, &self->models, g_strdupv ((char **) models));
}

/**
 * aph_filter_bar_set_servers:
 * @self: a filter bar
 * @servers: the addresses of those that can be chosen
 */
void
aph_filter_bar_set_servers (AphFilterBar      *self,
                            const char *const *servers)
{
  g_return_if_fail (APH_IS_FILTER_BAR (self));
  g_return_if_fail (servers != NULL);

  set_choices (self, self->server, &self->servers, g_strdupv ((char **) servers));
}

const char *
aph_filter_bar_get_search (AphFilterBar *self)
{
  g_return_val_if_fail (APH_IS_FILTER_BAR (self), NULL);

  return gtk_editable_get_text (self->search);
}

/**
 * aph_filter_bar_set_search:
 * @self: a filter bar
 * @search: the words to search for
 */
void
aph_filter_bar_set_search (AphFilterBar *self,
                           const char   *search)
{
  g_return_if_fail (APH_IS_FILTER_BAR (self));
  g_return_if_fail (search != NULL);

  if (g_strcmp0 (search, gtk_editable_get_text (self->search)) != 0)
    gtk_editable_set_text (self->search, search);
}

gboolean
aph_filter_bar_get_revealed (AphFilterBar *self)
{
  g_return_val_if_fail (APH_IS_FILTER_BAR (self), FALSE);

  return gtk_revealer_get_reveal_child (self->revealer);
}

/**
 * aph_filter_bar_set_revealed:
 * @self: a filter bar
 * @revealed: whether it is shown; when it is hidden nothing is searched for any more
 */
void
aph_filter_bar_set_revealed (AphFilterBar *self,
                             gboolean      revealed)
{
  g_return_if_fail (APH_IS_FILTER_BAR (self));

  if (gtk_revealer_get_reveal_child (self->revealer) == revealed)
    return;

  gtk_revealer_set_reveal_child (self->revealer, revealed);
  if (!revealed)
    aph_filter_bar_clear (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_REVEALED]);
}

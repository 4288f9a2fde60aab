/* aph-composer.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-composer"

#include "config.h"

#include <string.h>

#include <adwaita.h>
#include <glib/gi18n.h>

#include "base/aph-json.h"
#include "files/aph-file-layout.h"
#include "files/aph-prompts.h"
#include "ui/aph-composer.h"
#include "ui/aph-display-text.h"
#include "ui/aph-format.h"
#include "ui/aph-limit-choice.h"
#include "ui/aph-model-choice.h"
#include "ui/aph-options-popover.h"
#include "ui/aph-server-popover.h"
#include "ui/aph-ui.h"

/* The prompts of a longer text are not counted while it is typed. */
#define MAX_COUNTED_CHARS 100000

/* A text view lays a line out as a whole: one of a megabyte takes it many seconds. */
#define MAX_PASTED_BYTES 200000
#define MAX_PASTED_LINE_BYTES 20000

/* A draft is remembered this long after the last key, and no longer one than this. */
#define DRAFT_MS 1500
#define MAX_DRAFT_BYTES 100000

struct _AphComposer
{
  GtkWidget parent_instance;

  AphSession *session;  /* (nullable) until it is set */
  guint n_prompts;
  GPtrArray *origins;   /* (nullable) of AphRequest: what the prompts were, before any change */
  gboolean keeps_models; /* those of @origins */
  gboolean takes_long;  /* what was put here is too long itself, and so may be what is undone */
  guint draft_id;       /* the draft is about to be remembered */
  GCancellable *cancellable;

  GtkTextView *text;
  GtkOverlay *overlay;
  GtkWidget *placeholder;
  AphModelChoice *model;
  GtkMenuButton *server_button;
  GtkLabel *server_label;
  GtkMenuButton *options_button;
  AphOptionsPopover *options;  /* (nullable) until it is looked at, or something is set */
  GtkLabel *options_label;
  AphLimitChoice *limit;
  GtkWidget *send_button;
  GtkLabel *send_label;
};

enum
{
  PROP_0,
  PROP_N_PROMPTS,
  N_PROPS,
};

enum
{
  LONG_TABLE,
  LONG_TEXT,
  TABLE,
  N_SIGNALS,
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AphComposer, aph_composer, GTK_TYPE_WIDGET)

/* The text */

static char *
get_text (AphComposer *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->text);
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);

  return gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
}

static guint
count_prompts (AphComposer *self)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) prompts = NULL;

  if (gtk_text_buffer_get_char_count (gtk_text_view_get_buffer (self->text)) > MAX_COUNTED_CHARS)
    return 1;

  text = get_text (self);
  prompts = aph_prompts_split (text);

  return g_strv_length (prompts);
}

static void
show_n_prompts (AphComposer *self)
{
  g_autofree char *label = NULL;

  /* Translators: on the button that sends, with how many prompts there are */
  label = self->n_prompts > 1 ? g_strdup_printf (_("Send %u"), self->n_prompts)
                              : g_strdup (_("Send"));
  gtk_label_set_label (self->send_label, label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->send_button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

static gboolean
draft_cb (gpointer user_data)
{
  AphComposer *self = APH_COMPOSER (user_data);
  g_autofree char *draft = aph_composer_dup_draft (self);

  self->draft_id = 0;
  g_object_set (aph_session_get_settings (self->session), "draft", draft, NULL);

  return G_SOURCE_REMOVE;
}

static void
text_changed_cb (AphComposer *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->text);
  guint n_prompts = count_prompts (self);

  g_clear_handle_id (&self->draft_id, g_source_remove);
  if (self->session != NULL)
    self->draft_id = g_timeout_add (DRAFT_MS, draft_cb, self);

  gtk_widget_set_visible (self->placeholder, gtk_text_buffer_get_char_count (buffer) == 0);
  if (gtk_text_buffer_get_char_count (buffer) == 0)
    {
      g_clear_pointer (&self->origins, g_ptr_array_unref);
      gtk_text_view_set_wrap_mode (self->text, GTK_WRAP_WORD_CHAR);
    }

  if (self->n_prompts == n_prompts)
    return;

  self->n_prompts = n_prompts;
  show_n_prompts (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_PROMPTS]);
}

/* Pasting */

static gboolean
is_too_long (const char *text,
             gsize       length)
{
  const char *end = text + length;

  if (length > MAX_PASTED_BYTES)
    return TRUE;

  while (text < end)
    {
      const char *newline = memchr (text, '\n', end - text);
      gsize n_line = (newline != NULL ? newline : end) - text;

      if (n_line > MAX_PASTED_LINE_BYTES)
        return TRUE;
      text += n_line + 1;
    }

  return FALSE;
}

static gboolean
has_long_word (const char *text,
               gsize       length)
{
  gsize n_word = 0;

  for (gsize i = 0; i < length && n_word <= APH_DISPLAY_WORD_CHARS; i++)
    n_word = g_ascii_isspace (text[i]) ? 0 : n_word + 1;

  return n_word > APH_DISPLAY_WORD_CHARS;
}

/* What comes with the middle button of the mouse, or is dropped, comes without being asked for. */
static void
insert_text_cb (AphComposer   *self,
                GtkTextIter   *at,
                const char    *text,
                int            length,
                GtkTextBuffer *buffer)
{
  gsize n_bytes = length >= 0 ? (gsize) length : strlen (text);

  if (!self->takes_long && is_too_long (text, n_bytes))
    {
      g_autofree char *copy = g_strndup (text, n_bytes);

      g_signal_stop_emission_by_name (buffer, "insert-text");
      g_signal_emit (self, signals[LONG_TEXT], 0, copy);
      return;
    }

  /* To look for the end of a word takes GTK the square of its length. */
  if (has_long_word (text, n_bytes))
    gtk_text_view_set_wrap_mode (self->text, GTK_WRAP_CHAR);
}

/* What became too long bit by bit is to come back if it is undone. */
static void
delete_range_cb (AphComposer *self,
                 GtkTextIter *start,
                 GtkTextIter *end)
{
  g_autofree char *text = NULL;

  if (self->takes_long)
    return;

  text = gtk_text_iter_get_slice (start, end);
  self->takes_long = is_too_long (text, strlen (text));
}

static void
pasted_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (AphComposer) self = user_data;
  g_autofree char *text = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (source), result, NULL);
  GtkTextBuffer *buffer;
  gboolean is_table;

  if (text == NULL || g_cancellable_is_cancelled (self->cancellable))
    return;

  is_table = aph_file_layout_is_pasted (text, strlen (text));
  if (is_too_long (text, strlen (text)))
    {
      g_signal_emit (self, signals[is_table ? LONG_TABLE : LONG_TEXT], 0, text);
      return;
    }

  buffer = gtk_text_view_get_buffer (self->text);
  gtk_text_buffer_begin_user_action (buffer);
  gtk_text_buffer_delete_selection (buffer, TRUE, TRUE);
  gtk_text_buffer_insert_interactive_at_cursor (buffer, text, -1, TRUE);
  gtk_text_buffer_end_user_action (buffer);
  gtk_text_view_scroll_mark_onscreen (self->text, gtk_text_buffer_get_insert (buffer));
  if (is_table)
    g_signal_emit (self, signals[TABLE], 0, text);
}

/* GTK would put a text of any length into the view. */
static void
paste_cb (AphComposer *self)
{
  GdkClipboard *clipboard = gtk_widget_get_clipboard (GTK_WIDGET (self->text));

  g_signal_stop_emission_by_name (self->text, "paste-clipboard");
  gdk_clipboard_read_text_async (clipboard, self->cancellable, pasted_cb, g_object_ref (self));
}

/* The server, and the options */

static void
show_server (AphComposer *self)
{
  AphConnection *connection = aph_session_get_connection (self->session);
  const char *url = aph_connection_get_url (connection);
  g_autofree char *host = NULL;

  if (aph_connection_is_demo (connection))
    host = g_strdup (_("Demo"));
  else
    host = aph_format_host (url != NULL ? url : "");

  gtk_label_set_label (self->server_label, host);
  if (aph_connection_get_health (connection) == APH_HEALTH_DOWN)
    gtk_widget_add_css_class (GTK_WIDGET (self->server_button), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->server_button), "error");
}

static void
show_options (AphComposer *self)
{
  guint n_set = self->options != NULL ? aph_options_popover_get_n_set (self->options) : 0;
  g_autofree char *label = NULL;

  /* Translators: the button for options, with how many are set */
  label = n_set > 0 ? g_strdup_printf (_("Options (%u)"), n_set) : g_strdup (_("Options"));
  gtk_label_set_label (self->options_label, label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->options_button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);

  if (self->options == NULL || aph_options_popover_get_valid (self->options))
    gtk_widget_remove_css_class (GTK_WIDGET (self->options_button), "error");
  else
    gtk_widget_add_css_class (GTK_WIDGET (self->options_button), "error");
}

/* The popovers are not made before somebody wants them. */

static AphOptionsPopover *
get_options (AphComposer *self)
{
  if (self->options == NULL)
    {
      self->options = g_object_new (APH_TYPE_OPTIONS_POPOVER, NULL);
      g_signal_connect_swapped (self->options, "notify::n-set", G_CALLBACK (show_options), self);
      g_signal_connect_swapped (self->options, "notify::valid", G_CALLBACK (show_options), self);
      gtk_menu_button_set_popover (self->options_button, GTK_WIDGET (self->options));
    }

  return self->options;
}

static void
create_options_cb (GtkMenuButton *button,
                   gpointer       user_data)
{
  get_options (APH_COMPOSER (user_data));
}

static void
create_servers_cb (GtkMenuButton *button,
                   gpointer       user_data)
{
  AphComposer *self = APH_COMPOSER (user_data);
  AphServerPopover *servers;

  if (gtk_menu_button_get_popover (button) != NULL)
    return;

  servers = g_object_new (APH_TYPE_SERVER_POPOVER, NULL);
  aph_server_popover_set_connection (servers, aph_session_get_connection (self->session));
  gtk_menu_button_set_popover (button, GTK_WIDGET (servers));
}

static gboolean
aph_composer_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (APH_COMPOSER (widget)->text));
}

static void
aph_composer_get_property (GObject    *object,
                           guint       prop_id,
                           GValue     *value,
                           GParamSpec *pspec)
{
  AphComposer *self = APH_COMPOSER (object);

  switch (prop_id)
    {
    case PROP_N_PROMPTS:
      g_value_set_uint (value, self->n_prompts);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
aph_composer_dispose (GObject *object)
{
  AphComposer *self = APH_COMPOSER (object);

  if (self->session != NULL)
    g_signal_handlers_disconnect_by_data (aph_session_get_connection (self->session), self);
  g_clear_handle_id (&self->draft_id, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  aph_ui_dispose_template (GTK_WIDGET (self), APH_TYPE_COMPOSER);
  self->options = NULL;
  g_clear_object (&self->session);
  g_clear_pointer (&self->origins, g_ptr_array_unref);

  G_OBJECT_CLASS (aph_composer_parent_class)->dispose (object);
}

static void
aph_composer_finalize (GObject *object)
{
  g_object_unref (APH_COMPOSER (object)->cancellable);

  G_OBJECT_CLASS (aph_composer_parent_class)->finalize (object);
}

static void
aph_composer_class_init (AphComposerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = aph_composer_dispose;
  object_class->finalize = aph_composer_finalize;
  object_class->get_property = aph_composer_get_property;
  widget_class->focus = aph_ui_focus_children;
  widget_class->grab_focus = aph_composer_grab_focus;

  properties[PROP_N_PROMPTS] =
    g_param_spec_uint ("n-prompts", NULL, NULL, 0, G_MAXUINT, 0,
                       G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[LONG_TABLE] = g_signal_new ("long-table", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                      NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[TABLE] = g_signal_new ("table", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                 NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[LONG_TEXT] = g_signal_new ("long-text", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                     NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  g_type_ensure (APH_TYPE_LIMIT_CHOICE);
  g_type_ensure (APH_TYPE_MODEL_CHOICE);

  gtk_widget_class_set_template_from_resource (widget_class, APH_APP_PATH "/ui/aph-composer.ui");
  gtk_widget_class_bind_template_child (widget_class, AphComposer, limit);
  gtk_widget_class_bind_template_child (widget_class, AphComposer, model);
  gtk_widget_class_bind_template_child (widget_class, AphComposer, options_button);
  gtk_widget_class_bind_template_child (widget_class, AphComposer, options_label);
  gtk_widget_class_bind_template_child (widget_class, AphComposer, overlay);
  gtk_widget_class_bind_template_child (widget_class, AphComposer, placeholder);
  gtk_widget_class_bind_template_child (widget_class, AphComposer, send_button);
  gtk_widget_class_bind_template_child (widget_class, AphComposer, send_label);
  gtk_widget_class_bind_template_child (widget_class, AphComposer, server_button);
  gtk_widget_class_bind_template_child (widget_class, AphComposer, server_label);
  gtk_widget_class_bind_template_child (widget_class, AphComposer, text);
  gtk_widget_class_bind_template_callback (widget_class, paste_cb);

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "aphcomposer");
}

static void
aph_composer_init (AphComposer *self)
{
  GtkLayoutManager *layout;

  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  /* Large text needs more room for it than the empty text field has. */
  gtk_overlay_set_measure_overlay (self->overlay, self->placeholder, TRUE);

  layout = gtk_widget_get_layout_manager (GTK_WIDGET (self));
  gtk_orientable_set_orientation (GTK_ORIENTABLE (layout), GTK_ORIENTATION_VERTICAL);
  gtk_box_layout_set_spacing (GTK_BOX_LAYOUT (layout), 8);

  g_signal_connect_swapped (gtk_text_view_get_buffer (self->text), "changed",
                            G_CALLBACK (text_changed_cb), self);
  g_signal_connect_swapped (gtk_text_view_get_buffer (self->text), "insert-text",
                            G_CALLBACK (insert_text_cb), self);
  g_signal_connect_swapped (gtk_text_view_get_buffer (self->text), "delete-range",
                            G_CALLBACK (delete_range_cb), self);
  show_n_prompts (self);
  show_options (self);
  gtk_menu_button_set_create_popup_func (self->options_button, create_options_cb, self, NULL);
}

/**
 * aph_composer_set_session:
 * @self: a composer, once
 * @session: where prompts go, and whose choices are shown
 */
void
aph_composer_set_session (AphComposer *self,
                          AphSession  *session)
{
  AphConnection *connection;

  g_return_if_fail (APH_IS_COMPOSER (self));
  g_return_if_fail (self->session == NULL);

  connection = aph_session_get_connection (session);
  self->session = g_object_ref (session);
  gtk_menu_button_set_create_popup_func (self->server_button, create_servers_cb, self, NULL);
  g_signal_connect_swapped (connection, "changed", G_CALLBACK (show_server), self);
  aph_limit_choice_set_session (self->limit, session);
  aph_model_choice_set_session (self->model, session);
  show_server (self);
}

/**
 * aph_composer_get_n_prompts:
 * @self: a composer
 *
 * Returns: how many prompts there are; 1 if it is so long that they were not counted
 */
guint
aph_composer_get_n_prompts (AphComposer *self)
{
  g_return_val_if_fail (APH_IS_COMPOSER (self), 0);

  return self->n_prompts;
}

/**
 * aph_composer_create_params:
 * @self: a composer
 * @error: return location
 *
 * Returns: (transfer full): the options as they are set now, or %NULL with an %APH_OPTIONS_ERROR
 */
AphParams *
aph_composer_create_params (AphComposer  *self,
                            GError      **error)
{
  g_return_val_if_fail (APH_IS_COMPOSER (self), NULL);

  return self->options != NULL ? aph_options_popover_create_params (self->options, error)
                               : aph_params_new ();
}

static const char *
get_model (AphJob *job)
{
  return aph_request_get_model (aph_job_get_request (job));
}

/**
 * aph_composer_set_origins:
 * @self: a composer whose text are the prompts of @jobs
 * @jobs: (element-type AphJob): jobs that are to be asked again with changes, one at least
 *
 * The options become those of the first. What cannot be seen in the composer is kept: pictures, the
 * columns of their rows, the names from a file, and the models if there are several; as long as
 * there are as many prompts. If there is one model, it is chosen.
 */
void
aph_composer_set_origins (AphComposer *self,
                          GPtrArray   *jobs)
{
  AphJob *first;
  gboolean is_one_model = TRUE;

  g_return_if_fail (APH_IS_COMPOSER (self));
  g_return_if_fail (jobs != NULL && jobs->len > 0);

  first = g_ptr_array_index (jobs, 0);
  aph_composer_set_params (self, aph_request_get_params (aph_job_get_request (first)));

  g_clear_pointer (&self->origins, g_ptr_array_unref);
  self->origins = g_ptr_array_new_with_free_func ((GDestroyNotify) aph_request_unref);
  for (guint i = 0; i < jobs->len; i++)
    {
      AphJob *job = g_ptr_array_index (jobs, i);

      is_one_model &= g_strcmp0 (get_model (job), get_model (first)) == 0;
      g_ptr_array_add (self->origins, aph_request_ref (aph_job_get_request (job)));
    }

  self->keeps_models = !is_one_model;
  if (is_one_model && self->session != NULL
      && aph_connection_has_model (aph_session_get_connection (self->session), get_model (first)))
    aph_session_set_model (self->session, get_model (first));
}

/**
 * aph_composer_set_params:
 * @self: a composer
 * @params: the options to set, instead of those that are
 */
void
aph_composer_set_params (AphComposer *self,
                         AphParams   *params)
{
  g_return_if_fail (APH_IS_COMPOSER (self));

  if (self->options != NULL || *aph_params_get_text (params) != '\0')
    aph_options_popover_set_params (get_options (self), params);
}

/**
 * aph_composer_dup_draft:
 * @self: a composer
 *
 * Returns: (transfer full): what was written but not sent, to be remembered; "" if that is more
 *   than a place for settings is good for
 */
char *
aph_composer_dup_draft (AphComposer *self)
{
  g_autofree char *text = NULL;

  g_return_val_if_fail (APH_IS_COMPOSER (self), NULL);

  text = get_text (self);

  return strlen (text) <= MAX_DRAFT_BYTES ? g_steal_pointer (&text) : g_strdup ("");
}

void
aph_composer_set_draft (AphComposer *self,
                        const char  *draft)
{
  gboolean takes_long;

  g_return_if_fail (APH_IS_COMPOSER (self));
  g_return_if_fail (draft != NULL);

  takes_long = is_too_long (draft, strlen (draft));
  self->takes_long = takes_long;
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (self->text), draft, -1);
  /* What was there before does not come back. */
  self->takes_long = takes_long;
}

/**
 * aph_composer_dup_options:
 * @self: a composer
 *
 * Returns: (transfer full): the options as the text of a JSON object, to be remembered; "" if
 *   there are none, or they cannot be used
 */
char *
aph_composer_dup_options (AphComposer *self)
{
  g_autoptr (AphParams) params = NULL;
  const char *members;

  g_return_val_if_fail (APH_IS_COMPOSER (self), NULL);

  params = aph_composer_create_params (self, NULL);
  if (params == NULL)
    return g_strdup ("");

  members = aph_params_get_text (params);

  return *members != '\0' ? g_strdup_printf ("{%s}", members) : g_strdup ("");
}

/**
 * aph_composer_set_options:
 * @self: a composer
 * @options: what aph_composer_dup_options() gave at another time; what is no JSON object is passed
 *   over
 */
void
aph_composer_set_options (AphComposer *self,
                          const char  *options)
{
  g_autoptr (JsonObject) body = NULL;
  g_autoptr (AphParams) params = NULL;

  g_return_if_fail (APH_IS_COMPOSER (self));
  g_return_if_fail (options != NULL);

  body = *options != '\0' ? aph_json_parse_object (options, -1, NULL) : NULL;
  if (body == NULL)
    return;

  params = aph_params_new_from_body (body);
  aph_composer_set_params (self, params);
}

/* What is asked anew keeps what it had beside its prompt and options. */
static AphRequest *
create_request (AphComposer *self,
                const char  *prompt,
                AphParams   *params,
                guint        i,
                guint        n_prompts)
{
  AphRequestFields fields = { NULL, };

  if (self->origins != NULL && self->origins->len == n_prompts)
    fields = *aph_request_get_fields (g_ptr_array_index (self->origins, i));
  if (!self->keeps_models)
    fields.model = NULL;
  fields.prompt = prompt;
  fields.params = params;

  return aph_request_new_full (&fields);
}

/**
 * aph_composer_send:
 * @self: a composer
 * @batch: (out) (optional) (transfer none) (nullable): the batch of the prompts; %NULL as long as
 *   the store is not open
 * @error: return location
 *
 * Queues the prompts and empties the text.
 *
 * Returns: %FALSE with an %APH_OPTIONS_ERROR if the options cannot be used; the text stays
 */
gboolean
aph_composer_send (AphComposer  *self,
                   AphBatch    **batch,
                   GError      **error)
{
  g_autoptr (GPtrArray) requests = NULL;
  g_autoptr (AphParams) params = NULL;
  g_autofree char *text = NULL;
  g_auto (GStrv) prompts = NULL;
  AphBatch *queued;

  g_return_val_if_fail (APH_IS_COMPOSER (self), FALSE);
  g_return_val_if_fail (self->session != NULL, FALSE);

  params = aph_composer_create_params (self, error);
  if (params == NULL)
    return FALSE;

  text = get_text (self);
  prompts = aph_prompts_split (text);
  requests = g_ptr_array_new_with_free_func ((GDestroyNotify) aph_request_unref);
  for (guint i = 0; prompts[i] != NULL; i++)
    g_ptr_array_add (requests, create_request (self, prompts[i], params, i,
                                               g_strv_length (prompts)));

  queued = aph_session_queue (self->session, requests, NULL);
  if (batch != NULL)
    *batch = queued;
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (self->text), "", 0);
  self->takes_long = FALSE;

  return TRUE;
}

/**
 * aph_composer_add_text:
 * @self: a composer
 * @text: one prompt or several
 *
 * Adds it to what is there, as prompts of their own, ready to be sent.
 */
void
aph_composer_add_text (AphComposer *self,
                       const char  *text)
{
  GtkTextBuffer *buffer;
  GtkTextIter end;

  g_return_if_fail (APH_IS_COMPOSER (self));
  g_return_if_fail (text != NULL);

  buffer = gtk_text_view_get_buffer (self->text);
  self->takes_long = self->takes_long || is_too_long (text, strlen (text));
  gtk_text_buffer_get_end_iter (buffer, &end);
  if (gtk_text_buffer_get_char_count (buffer) > 0)
    gtk_text_buffer_insert (buffer, &end, "\n---\n", -1);
  gtk_text_buffer_insert (buffer, &end, text, -1);
  gtk_text_buffer_place_cursor (buffer, &end);
  gtk_text_view_scroll_mark_onscreen (self->text, gtk_text_buffer_get_insert (buffer));
}

/**
 * aph_composer_remove_text:
 * @self: a composer
 * @text: what may be in it
 *
 * Takes it out, where it is first found.
 */
void
aph_composer_remove_text (AphComposer *self,
                          const char  *text)
{
  GtkTextBuffer *buffer;
  GtkTextIter start, end;

  g_return_if_fail (APH_IS_COMPOSER (self));
  g_return_if_fail (text != NULL);

  buffer = gtk_text_view_get_buffer (self->text);
  gtk_text_buffer_get_start_iter (buffer, &start);
  if (gtk_text_iter_forward_search (&start, text, GTK_TEXT_SEARCH_TEXT_ONLY, &start, &end, NULL))
    gtk_text_buffer_delete (buffer, &start, &end);
}

void
aph_composer_show_options (AphComposer *self)
{
  g_return_if_fail (APH_IS_COMPOSER (self));

  gtk_menu_button_popup (self->options_button);
}

void
aph_composer_show_servers (AphComposer *self)
{
  g_return_if_fail (APH_IS_COMPOSER (self));

  gtk_menu_button_popup (self->server_button);
}

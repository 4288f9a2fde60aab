/* aph-reader.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-reader"

#include "config.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "ui/aph-compat.h"
#include "ui/aph-link.h"
#include "ui/aph-markdown-view.h"
#include "ui/aph-reader.h"
#include "ui/aph-stream-view.h"
#include "ui/aph-ui.h"

/* As in the template, in pixels */
#define SIDE_MARGIN 12

struct _AphReader
{
  GtkWidget parent_instance;

  GtkSearchBar *search_bar;
  GtkEditable *search_entry;
  GtkLabel *count_label;
  GtkStack *stack;
  AphMarkdownView *markdown;
  AdwClampScrollable *raw_clamp;
  AphStreamView *answer_text;
  GtkWidget *follow_button;

  GCancellable *cancellable;   /* of the question about a link */
  gboolean raw;
  gboolean growing;
};

enum
{
  PROP_0,
  PROP_FOLLOWING,
  PROP_RAW,
  N_PROPS,
};

enum
{
  SIGNAL_TURNED,
  N_SIGNALS,
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AphReader, aph_reader, GTK_TYPE_WIDGET)

static void
update_follow_button (AphReader *self)
{
  gtk_widget_set_visible (self->follow_button,
                          self->growing && !aph_reader_get_following (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FOLLOWING]);
}

/* Finding */

static void
update_count (AphReader *self)
{
  g_autofree char *text = NULL;
  guint current, n;

  if (self->raw)
    n = aph_stream_view_get_n_found (self->answer_text, &current);
  else
    n = aph_markdown_view_get_n_found (self->markdown, &current);

  if (*gtk_editable_get_text (self->search_entry) == '\0')
    text = g_strdup ("");
  else if (n == 0)
    text = g_strdup (_("Not found"));
  else
    /* Translators: the third of twelve places where the words were found */
    text = g_strdup_printf (_("%'u of %'u"), current, n);
  gtk_label_set_text (self->count_label, text);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "reader.find-next", n > 0);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "reader.find-previous", n > 0);
}

/* Only in what is shown. */
static void
search (AphReader *self)
{
  const char *words = gtk_search_bar_get_search_mode (self->search_bar)
                        ? gtk_editable_get_text (self->search_entry) : "";

  aph_markdown_view_find (self->markdown, self->raw ? "" : words);
  aph_stream_view_find (self->answer_text, self->raw ? words : "");
}

static void
search_changed_cb (AphReader *self)
{
  search (self);
}

static GtkWidget *
get_shown (AphReader *self)
{
  return self->raw ? GTK_WIDGET (self->answer_text) : GTK_WIDGET (self->markdown);
}

/* Who has found it goes on reading there. */
static void
search_mode_cb (AphReader *self)
{
  search (self);
  if (!gtk_search_bar_get_search_mode (self->search_bar))
    gtk_widget_grab_focus (get_shown (self));
}

static void
find_next (AphReader *self,
           gboolean   forward)
{
  if (self->raw)
    aph_stream_view_find_next (self->answer_text, forward);
  else
    aph_markdown_view_find_next (self->markdown, forward);
}

static void
find_next_cb (AphReader *self)
{
  find_next (self, TRUE);
}

static void
find_previous_cb (AphReader *self)
{
  find_next (self, FALSE);
}

static void
find_action (GtkWidget  *widget,
             const char *action_name,
             GVariant   *parameter)
{
  aph_reader_find (APH_READER (widget));
}

static void
find_next_action (GtkWidget  *widget,
                  const char *action_name,
                  GVariant   *parameter)
{
  find_next (APH_READER (widget), TRUE);
}

static void
find_previous_action (GtkWidget  *widget,
                      const char *action_name,
                      GVariant   *parameter)
{
  find_next (APH_READER (widget), FALSE);
}

static void
find_close_action (GtkWidget  *widget,
                   const char *action_name,
                   GVariant   *parameter)
{
  gtk_search_bar_set_search_mode (APH_READER (widget)->search_bar, FALSE);
}

static void
follow_action (GtkWidget  *widget,
               const char *action_name,
               GVariant   *parameter)
{
  AphReader *self = APH_READER (widget);

  if (self->raw)
    aph_stream_view_follow (self->answer_text);
  else
    aph_markdown_view_follow (self->markdown);
}

/* Links */

typedef struct
{
  AphReader *reader;
  char *uri;
} Visit;

static void
visit_confirmed_cb (GObject      *source,
                    GAsyncResult *result,
                    gpointer      user_data)
{
  Visit *visit = user_data;

  if (aph_offer_finish (result, NULL))
    aph_show_uri (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (visit->reader))), visit->uri);

  g_object_unref (visit->reader);
  g_free (visit->uri);
  g_free (visit);
}

/* A model may write any address behind any words. */
static void
link_activated_cb (AphReader  *self,
                   const char *link)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  g_autofree char *uri = aph_link_dup_uri (link);
  g_autofree char *shown = aph_link_dup_shown (uri != NULL ? uri : link);
  Visit *visit;

  if (!GTK_IS_WINDOW (root))
    return;

  visit = g_new0 (Visit, 1);
  visit->reader = g_object_ref (self);
  visit->uri = g_strdup (uri);
  aph_offer_async (GTK_WINDOW (root),
                   uri != NULL ? _("Open This Link?") : _("This Link Cannot Be Opened"),
                   shown, _("_Close"), uri != NULL ? _("_Open") : NULL, self->cancellable,
                   visit_confirmed_cb, visit);
}

static void
aph_reader_get_property (GObject    *object,
                         guint       prop_id,
                         GValue     *value,
                         GParamSpec *pspec)
{
  AphReader *self = APH_READER (object);

  switch (prop_id)
    {
    case PROP_FOLLOWING:
      g_value_set_boolean (value, aph_reader_get_following (self));
      break;
    case PROP_RAW:
      g_value_set_boolean (value, self->raw);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
aph_reader_set_property (GObject      *object,
                         guint         prop_id,
                         const GValue *value,
                         GParamSpec   *pspec)
{
  AphReader *self = APH_READER (object);

  switch (prop_id)
    {
    case PROP_RAW:
      aph_reader_set_raw (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
aph_reader_dispose (GObject *object)
{
  AphReader *self = APH_READER (object);

  g_cancellable_cancel (self->cancellable);
  aph_ui_dispose_template (GTK_WIDGET (self), APH_TYPE_READER);

  G_OBJECT_CLASS (aph_reader_parent_class)->dispose (object);
}

static void
aph_reader_finalize (GObject *object)
{
  g_object_unref (APH_READER (object)->cancellable);

  G_OBJECT_CLASS (aph_reader_parent_class)->finalize (object);
}

static void
aph_reader_class_init (AphReaderClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = aph_reader_dispose;
  object_class->finalize = aph_reader_finalize;
  object_class->get_property = aph_reader_get_property;
  object_class->set_property = aph_reader_set_property;

  properties[PROP_FOLLOWING] =
    g_param_spec_boolean ("following", NULL, NULL, FALSE,
                          G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_RAW] =
    g_param_spec_boolean ("raw", NULL, NULL, FALSE,
                          G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[SIGNAL_TURNED] =
    g_signal_new ("turned", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 0);

  gtk_widget_class_install_action (widget_class, "reader.find", NULL, find_action);
  gtk_widget_class_install_action (widget_class, "reader.find-close", NULL, find_close_action);
  gtk_widget_class_install_action (widget_class, "reader.find-next", NULL, find_next_action);
  gtk_widget_class_install_action (widget_class, "reader.find-previous", NULL,
                                   find_previous_action);
  gtk_widget_class_install_action (widget_class, "reader.follow", NULL, follow_action);
  gtk_widget_class_install_property_action (widget_class, "reader.raw", "raw");
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_g, GDK_CONTROL_MASK,
                                       "reader.find-next", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_g,
                                       GDK_CONTROL_MASK | GDK_SHIFT_MASK,
                                       "reader.find-previous", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F3, 0, "reader.find-next", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F3, GDK_SHIFT_MASK,
                                       "reader.find-previous", NULL);

  g_type_ensure (APH_TYPE_MARKDOWN_VIEW);
  g_type_ensure (APH_TYPE_STREAM_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class, APH_APP_PATH "/ui/aph-reader.ui");
  gtk_widget_class_bind_template_child (widget_class, AphReader, answer_text);
  gtk_widget_class_bind_template_child (widget_class, AphReader, count_label);
  gtk_widget_class_bind_template_child (widget_class, AphReader, follow_button);
  gtk_widget_class_bind_template_child (widget_class, AphReader, markdown);
  gtk_widget_class_bind_template_child (widget_class, AphReader, raw_clamp);
  gtk_widget_class_bind_template_child (widget_class, AphReader, search_bar);
  gtk_widget_class_bind_template_child (widget_class, AphReader, search_entry);
  gtk_widget_class_bind_template_child (widget_class, AphReader, stack);
  gtk_widget_class_bind_template_callback (widget_class, find_next_cb);
  gtk_widget_class_bind_template_callback (widget_class, find_previous_cb);
  gtk_widget_class_bind_template_callback (widget_class, link_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_mode_cb);
  gtk_widget_class_bind_template_callback (widget_class, update_count);
  gtk_widget_class_bind_template_callback (widget_class, update_follow_button);
}

static void
aph_reader_init (AphReader *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_search_bar_connect_entry (self->search_bar, self->search_entry);
  update_count (self);
}

/**
 * aph_reader_new:
 *
 * Returns: (transfer floating): a reader of nothing
 */
GtkWidget *
aph_reader_new (void)
{
  return g_object_new (APH_TYPE_READER, NULL);
}

/**
 * aph_reader_restart:
 * @self: a reader
 * @follow: whether to begin at the end of what is to come, as for a text that is being written
 *
 * Shows nothing, as of now: another text is to come.
 */
void
aph_reader_restart (AphReader *self,
                    gboolean   follow)
{
  g_return_if_fail (APH_IS_READER (self));

  aph_markdown_view_restart (self->markdown, follow);
  aph_stream_view_restart (self->answer_text, follow);
}

/**
 * aph_reader_take:
 * @self: a reader
 * @text: valid UTF-8: all of it, of which the reader may already show the beginning
 * @length: of @text, in bytes
 *
 * Shows what is new, or as much of it as there is time for.
 *
 * Returns: whether all is shown
 */
gboolean
aph_reader_take (AphReader  *self,
                 const char *text,
                 gsize       length)
{
  g_return_val_if_fail (APH_IS_READER (self), TRUE);

  if (self->raw)
    return aph_stream_view_take (self->answer_text, text, length);

  return aph_markdown_view_take (self->markdown, text, length);
}

/**
 * aph_reader_set_growing:
 * @self: a reader
 * @growing: whether the text is being written, so that there is something to follow
 */
void
aph_reader_set_growing (AphReader *self,
                        gboolean   growing)
{
  g_return_if_fail (APH_IS_READER (self));

  self->growing = growing;
  update_follow_button (self);
}

/**
 * aph_reader_set_max_width:
 * @self: a reader
 * @max_width: of a column of text, in pixels
 */
void
aph_reader_set_max_width (AphReader *self,
                          int        max_width)
{
  g_return_if_fail (APH_IS_READER (self));

  /* Without the margins, which are within the clamp of the other. */
  aph_markdown_view_set_max_width (self->markdown, max_width - 2 * SIDE_MARGIN);
  adw_clamp_scrollable_set_maximum_size (self->raw_clamp, max_width);
  adw_clamp_scrollable_set_tightening_threshold (self->raw_clamp, max_width);
}

gboolean
aph_reader_get_raw (AphReader *self)
{
  g_return_val_if_fail (APH_IS_READER (self), FALSE);

  return self->raw;
}

void
aph_reader_set_raw (AphReader *self,
                    gboolean   raw)
{
  g_return_if_fail (APH_IS_READER (self));

  raw = !!raw;
  if (self->raw == raw)
    return;

  self->raw = raw;
  gtk_stack_set_visible_child_name (self->stack, raw ? "raw" : "markdown");
  g_signal_emit (self, signals[SIGNAL_TURNED], 0);
  search (self);
  update_follow_button (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RAW]);
}

gboolean
aph_reader_get_following (AphReader *self)
{
  g_return_val_if_fail (APH_IS_READER (self), FALSE);

  return self->raw ? aph_stream_view_get_following (self->answer_text)
                   : aph_markdown_view_get_following (self->markdown);
}

/**
 * aph_reader_find:
 * @self: a reader
 *
 * Opens the bar to find words, for the keyboard to write into.
 */
void
aph_reader_find (AphReader *self)
{
  g_return_if_fail (APH_IS_READER (self));

  gtk_search_bar_set_search_mode (self->search_bar, TRUE);
  gtk_widget_grab_focus (GTK_WIDGET (self->search_entry));
  gtk_editable_select_region (self->search_entry, 0, -1);
}

/**
 * aph_reader_focus_text:
 * @self: a reader
 *
 * Returns: whether the text has the focus now
 */
gboolean
aph_reader_focus_text (AphReader *self)
{
  g_return_val_if_fail (APH_IS_READER (self), FALSE);

  return gtk_widget_grab_focus (get_shown (self));
}

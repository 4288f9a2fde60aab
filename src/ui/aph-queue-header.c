/* aph-queue-header.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-queue-header"

#include "config.h"

#include <glib/gi18n.h>

#include "ui/aph-queue-header.h"
#include "ui/aph-ui.h"

/* A button with an icon, a number and a word for it. */
typedef struct
{
  GtkWidget *button;
  GtkLabel *label;
  guint count;
} Chip;

/* So much of the pace fits into a narrow window. */
#define MAX_WHOLE_CHARS 40

struct _AphQueueHeader
{
  GtkWidget parent_instance;

  AphShow show;
  gboolean is_compact;
  gboolean is_table;            /* what is below */
  gboolean is_showing;          /* we press the buttons, not the user */
  Chip chips[APH_N_SHOWS];      /* there is none for all */

  GtkBox *chip_box;
  GtkLabel *pace;
  GtkWidget *pace_child;
  GtkMenuButton *columns_button;
};

enum
{
  PROP_0,
  PROP_SHOW,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_ENUM_TYPE (AphShow, aph_show,
                    G_DEFINE_ENUM_VALUE (APH_SHOW_ALL, "all"),
                    G_DEFINE_ENUM_VALUE (APH_SHOW_DONE, "done"),
                    G_DEFINE_ENUM_VALUE (APH_SHOW_RUNNING, "running"),
                    G_DEFINE_ENUM_VALUE (APH_SHOW_WAITING, "waiting"),
                    G_DEFINE_ENUM_VALUE (APH_SHOW_FAILED, "failed"),
                    G_DEFINE_ENUM_VALUE (APH_SHOW_SUSPECT, "suspect"),
                    G_DEFINE_ENUM_VALUE (APH_SHOW_CANCELLED, "cancelled"))

G_DEFINE_FINAL_TYPE (AphQueueHeader, aph_queue_header, GTK_TYPE_WIDGET)

static const struct
{
  const char *icon;
  const char *css_class;
  const char *tooltip;
} looks[APH_N_SHOWS] = {
  [APH_SHOW_DONE] = { "aph-done-symbolic", "done", N_("List the prompts that are done") },
  [APH_SHOW_RUNNING] = { "aph-answering-symbolic", "answering",
                         N_("List the prompts that are running") },
  [APH_SHOW_WAITING] = { "aph-waiting-symbolic", "waiting", N_("List the prompts that wait") },
  [APH_SHOW_FAILED] = { "aph-failed-symbolic", "failed", N_("List the prompts that failed") },
  [APH_SHOW_SUSPECT] = { "aph-suspect-symbolic", "suspect",
                         N_("List the answers that deserve a second look: cut short, empty, "
                            "repeating themselves, or to a prompt that was cut") },
  [APH_SHOW_CANCELLED] = { "aph-cancelled-symbolic", "cancelled",
                           N_("List the prompts that were cancelled") },
};

static char *
format_count (AphShow show,
              guint   n)
{
  switch (show)
    {
    case APH_SHOW_DONE:
      return g_strdup_printf (ngettext ("%'u done", "%'u done", n), n);
    case APH_SHOW_RUNNING:
      return g_strdup_printf (ngettext ("%'u running", "%'u running", n), n);
    case APH_SHOW_WAITING:
      return g_strdup_printf (ngettext ("%'u waiting", "%'u waiting", n), n);
    case APH_SHOW_FAILED:
      return g_strdup_printf (ngettext ("%'u failed", "%'u failed", n), n);
    case APH_SHOW_SUSPECT:
      return g_strdup_printf (ngettext ("%'u suspect", "%'u suspect", n), n);
    case APH_SHOW_CANCELLED:
      return g_strdup_printf (ngettext ("%'u cancelled", "%'u cancelled", n), n);
    case APH_SHOW_ALL:
    default:
      g_return_val_if_reached (NULL);
    }
}

static void
show_columns_button (AphQueueHeader *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self->columns_button), self->is_table && !self->is_compact);
}

/* Where there is little room the pace has a line of its own, rather than being cut beside the
 * chips. */
static void
show_pace_whole (AphQueueHeader *self)
{
  glong n_chars = g_utf8_strlen (gtk_label_get_label (self->pace), -1);

  gtk_label_set_ellipsize (self->pace, self->is_compact && n_chars <= MAX_WHOLE_CHARS
                                         ? PANGO_ELLIPSIZE_NONE : PANGO_ELLIPSIZE_END);
}

static void
toggled_cb (AphQueueHeader  *self,
            GtkToggleButton *button)
{
  gboolean is_active = gtk_toggle_button_get_active (button);

  if (self->is_showing)
    return;

  for (guint i = APH_SHOW_ALL + 1; i < APH_N_SHOWS; i++)
    if (self->chips[i].button == GTK_WIDGET (button))
      aph_queue_header_set_show (self, is_active ? i : APH_SHOW_ALL);
}

static void
add_chip (AphQueueHeader *self,
          AphShow         show)
{
  Chip *chip = &self->chips[show];
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *image = gtk_image_new_from_icon_name (looks[show].icon);
  GtkWidget *label = gtk_label_new (NULL);
  GtkWidget *before = NULL;

  gtk_widget_add_css_class (image, "aph-state");
  gtk_widget_add_css_class (image, looks[show].css_class);
  gtk_widget_add_css_class (label, "numeric");
  gtk_box_append (GTK_BOX (box), image);
  gtk_box_append (GTK_BOX (box), label);

  chip->label = GTK_LABEL (label);
  chip->button = gtk_toggle_button_new ();
  gtk_button_set_child (GTK_BUTTON (chip->button), box);
  gtk_widget_add_css_class (chip->button, "flat");
  gtk_widget_add_css_class (chip->button, "aph-chip");
  gtk_widget_set_tooltip_text (chip->button, _(looks[show].tooltip));
  g_signal_connect_swapped (chip->button, "toggled", G_CALLBACK (toggled_cb), self);

  for (guint i = APH_SHOW_ALL + 1; i < show; i++)
    if (self->chips[i].button != NULL)
      before = self->chips[i].button;
  gtk_box_insert_child_after (self->chip_box, chip->button, before);
}

/* What there is none of is not worth a button, unless just that is listed. It is made when it is
 * first shown. */
static void
show_chip (AphQueueHeader *self,
           AphShow         show)
{
  Chip *chip = &self->chips[show];
  gboolean is_shown = chip->count > 0 || self->show == show;
  g_autofree char *number = NULL;
  g_autofree char *text = NULL;

  if (!is_shown && chip->button == NULL)
    return;

  if (chip->button == NULL)
    add_chip (self, show);
  text = format_count (show, chip->count);
  number = g_strdup_printf ("%'u", chip->count);
  gtk_label_set_label (chip->label, self->is_compact ? number : text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (chip->button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  text, -1);
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (chip->button), self->show == show);
  gtk_widget_set_visible (chip->button, is_shown);
}

static void
aph_queue_header_get_property (GObject    *object,
                               guint       prop_id,
                               GValue     *value,
                               GParamSpec *pspec)
{
  AphQueueHeader *self = APH_QUEUE_HEADER (object);

  switch (prop_id)
    {
    case PROP_SHOW:
      g_value_set_enum (value, self->show);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
aph_queue_header_set_property (GObject      *object,
                               guint         prop_id,
                               const GValue *value,
                               GParamSpec   *pspec)
{
  AphQueueHeader *self = APH_QUEUE_HEADER (object);

  switch (prop_id)
    {
    case PROP_SHOW:
      aph_queue_header_set_show (self, g_value_get_enum (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
aph_queue_header_dispose (GObject *object)
{
  aph_ui_dispose_template (GTK_WIDGET (object), APH_TYPE_QUEUE_HEADER);

  G_OBJECT_CLASS (aph_queue_header_parent_class)->dispose (object);
}

static void
aph_queue_header_class_init (AphQueueHeaderClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = aph_queue_header_dispose;
  object_class->get_property = aph_queue_header_get_property;
  object_class->set_property = aph_queue_header_set_property;

  properties[PROP_SHOW] =
    g_param_spec_enum ("show", NULL, NULL, APH_TYPE_SHOW, APH_SHOW_ALL,
                       G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               APH_APP_PATH "/ui/aph-queue-header.ui");
  gtk_widget_class_bind_template_child_full (widget_class, "chips", FALSE,
                                             G_STRUCT_OFFSET (AphQueueHeader, chip_box));
  gtk_widget_class_bind_template_child (widget_class, AphQueueHeader, columns_button);
  gtk_widget_class_bind_template_child (widget_class, AphQueueHeader, pace);
  gtk_widget_class_bind_template_child (widget_class, AphQueueHeader, pace_child);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "aphqueueheader");
}

static void
aph_queue_header_init (AphQueueHeader *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  aph_queue_header_set_table (self, TRUE);
}

AphShow
aph_queue_header_get_show (AphQueueHeader *self)
{
  g_return_val_if_fail (APH_IS_QUEUE_HEADER (self), APH_SHOW_ALL);

  return self->show;
}

/**
 * aph_queue_header_set_show:
 * @self: a header
 * @show: which prompts are listed
 */
void
aph_queue_header_set_show (AphQueueHeader *self,
                           AphShow         show)
{
  g_return_if_fail (APH_IS_QUEUE_HEADER (self));

  if (self->show == show)
    return;

  self->show = show;
  self->is_showing = TRUE;
  for (guint i = APH_SHOW_ALL + 1; i < APH_N_SHOWS; i++)
    show_chip (self, i);
  self->is_showing = FALSE;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SHOW]);
}

/**
 * aph_queue_header_set_counts:
 * @self: a header
 * @counts: (array fixed-size=7): how many prompts each #AphShow would list
 */
void
aph_queue_header_set_counts (AphQueueHeader *self,
                             const guint     counts[APH_N_SHOWS])
{
  g_return_if_fail (APH_IS_QUEUE_HEADER (self));

  for (guint i = APH_SHOW_ALL + 1; i < APH_N_SHOWS; i++)
    if (self->chips[i].count != counts[i])
      {
        self->chips[i].count = counts[i];
        show_chip (self, i);
      }
}

/**
 * aph_queue_header_set_pace:
 * @self: a header
 * @pace: how fast it goes and how long it takes, in one line; "" if nothing runs
 */
void
aph_queue_header_set_pace (AphQueueHeader *self,
                           const char     *pace)
{
  g_return_if_fail (APH_IS_QUEUE_HEADER (self));

  if (g_str_equal (gtk_label_get_label (self->pace), pace))
    return;

  gtk_label_set_label (self->pace, pace);
  show_pace_whole (self);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->pace), *pace != '\0' ? pace : NULL);
  gtk_widget_set_visible (self->pace_child, *pace != '\0');
}

/**
 * aph_queue_header_set_compact:
 * @self: a header
 * @compact: whether there is no room for words, nor for a table
 */
void
aph_queue_header_set_compact (AphQueueHeader *self,
                              gboolean        compact)
{
  g_return_if_fail (APH_IS_QUEUE_HEADER (self));

  if (self->is_compact == compact)
    return;

  self->is_compact = compact;
  show_columns_button (self);
  show_pace_whole (self);
  for (guint i = APH_SHOW_ALL + 1; i < APH_N_SHOWS; i++)
    show_chip (self, i);
}

/**
 * aph_queue_header_set_table:
 * @self: a header
 * @table: whether the table is below it, and not another view
 */
void
aph_queue_header_set_table (AphQueueHeader *self,
                            gboolean        table)
{
  g_return_if_fail (APH_IS_QUEUE_HEADER (self));

  self->is_table = table;
  show_columns_button (self);
}

/**
 * aph_queue_header_set_columns:
 * @self: a header
 * @menu: which columns the table has
 */
void
aph_queue_header_set_columns (AphQueueHeader *self,
                              GMenuModel     *menu)
{
  g_return_if_fail (APH_IS_QUEUE_HEADER (self));

  aph_ui_set_menu (self->columns_button, menu);
}

/* aph-start-page.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-start-page"

#include "config.h"

#include <glib/gi18n.h>

#include "ui/aph-start-page.h"
#include "ui/aph-ui.h"

/* What a window without prompts shows. It is part of the first frame, so it is no AdwStatusPage:
 * that aligns its texts in a way that makes GTK lay each of them out at forty widths. */
struct _AphStartPage
{
  GtkWidget parent_instance;

  GtkLabel *description;
  GtkWidget *demo_button;
};

G_DEFINE_FINAL_TYPE (AphStartPage, aph_start_page, GTK_TYPE_WIDGET)

static void
aph_start_page_dispose (GObject *object)
{
  aph_ui_dispose_template (GTK_WIDGET (object), APH_TYPE_START_PAGE);

  G_OBJECT_CLASS (aph_start_page_parent_class)->dispose (object);
}

static void
aph_start_page_class_init (AphStartPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = aph_start_page_dispose;

  gtk_widget_class_set_template_from_resource (widget_class, APH_APP_PATH "/ui/aph-start-page.ui");
  gtk_widget_class_bind_template_child (widget_class, AphStartPage, demo_button);
  gtk_widget_class_bind_template_child (widget_class, AphStartPage, description);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "aphstartpage");
}

static void
aph_start_page_init (AphStartPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
aph_start_page_new (void)
{
  return g_object_new (APH_TYPE_START_PAGE, NULL);
}

/**
 * aph_start_page_set_demo:
 * @self: a start page
 * @demo: whether the demo is on, so that it is not to be offered
 */
void
aph_start_page_set_demo (AphStartPage *self,
                         gboolean      demo)
{
  g_return_if_fail (APH_IS_START_PAGE (self));

  gtk_widget_set_visible (self->demo_button, !demo);
  gtk_label_set_label (self->description,
                       demo ? _("Write below, or open a file of prompts.")
                            : _("Write below, open a file of prompts, or look "
                                "around in the demo."));
}

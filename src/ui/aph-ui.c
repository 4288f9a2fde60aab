/* aph-ui.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-ui"

#include "config.h"

#include "ui/aph-resources.h"
#include "ui/aph-ui.h"

/* GTK looks here first for the name of its theme, and libadwaita, whether it is to keep away. */
#define THEME_VARIABLE "GTK_THEME"

/* What libadwaita sets, as soon as it starts: a theme without a line, because it brings its own. */
#define THEME "Adwaita-empty"

static gboolean theme_is_ours;

static char **icon_dirs;  /* (nullable) where icons are looked for, while GTK is not to do so */

/**
 * aph_ui_prepare:
 *
 * To be called first in main(), while there are no threads, which environment variables are not
 * made for. When GTK starts it reads a whole theme that libadwaita throws away a moment later,
 * which takes a sixth of the instructions of an empty window. We name the one that stays.
 * aph_ui_start() takes the name back before libadwaita, or a program that we start, can see it. Who
 * has named a theme keeps it.
 */
void
aph_ui_prepare (void)
{
  theme_is_ours = g_getenv (THEME_VARIABLE) == NULL && g_setenv (THEME_VARIABLE, THEME, TRUE);
}

/**
 * aph_ui_start:
 *
 * Starts GTK, before libadwaita does. To be followed by aph_ui_started().
 *
 * GTK reads all icon themes in a thread as soon as it can, and again whenever somebody names one
 * more place for icons. GtkApplication and libadwaita both do so when they start, and wait each
 * time until the thread is done, for nothing. So there is nothing to be read before they have.
 */
void
aph_ui_start (void)
{
  static const char *const nowhere[] = { NULL };
  GtkIconTheme *icons;

  /* Pango asks fontconfig in a thread, too. */
  pango_cairo_font_map_get_default ();

  if (gtk_init_check ())
    {
      /* Reads the theme, too, for the settings. */
      icons = gtk_icon_theme_get_for_display (gdk_display_get_default ());
      icon_dirs = gtk_icon_theme_get_search_path (icons);
      gtk_icon_theme_set_search_path (icons, nowhere);
    }
  if (theme_is_ours)
    g_unsetenv (THEME_VARIABLE);
  theme_is_ours = FALSE;
}

/**
 * aph_ui_started:
 *
 * To be called when libadwaita has started: lets GTK read the icons, while we make a window.
 */
void
aph_ui_started (void)
{
  GdkDisplay *display = gdk_display_get_default ();

  if (icon_dirs == NULL)
    return;

  gtk_icon_theme_set_search_path (gtk_icon_theme_get_for_display (display),
                                  (const char *const *) icon_dirs);
  g_clear_pointer (&icon_dirs, g_strfreev);
  /* This is what lets it begin. */
  g_object_notify (G_OBJECT (gtk_settings_get_for_display (display)), "gtk-icon-theme-name");
}

/**
 * aph_ui_init:
 *
 * Makes the templates, icons and styles of this library known; to be called before the first of
 * our widgets is made. The linker drops what nobody calls, so a constructor in a static library
 * would not do. #AphApplication finds icons and styles by itself; without one they are made known
 * here, if GTK is initialized.
 */
void
aph_ui_init (void)
{
  GdkDisplay *display = gdk_display_get_default ();

  aph_register_resource ();
  if (display != NULL)
    gtk_icon_theme_add_resource_path (gtk_icon_theme_get_for_display (display),
                                      APH_APP_PATH "/icons");
}

/**
 * aph_ui_ensure_child:
 * @place: where a widget is made when it is first shown
 * @type: its class
 *
 * Returns: (transfer none): what is in @place
 */
GtkWidget *
aph_ui_ensure_child (AdwBin *place,
                     GType   type)
{
  g_return_val_if_fail (ADW_IS_BIN (place), NULL);

  if (adw_bin_get_child (place) == NULL)
    adw_bin_set_child (place, g_object_new (type, NULL));

  return adw_bin_get_child (place);
}

static void
create_menu_cb (GtkMenuButton *button,
                gpointer       user_data)
{
  if (gtk_menu_button_get_menu_model (button) == NULL)
    gtk_menu_button_set_menu_model (button, user_data);
}

/**
 * aph_ui_set_menu:
 * @button: a button, once
 * @menu: what it opens
 *
 * The widgets of the menu are made when it is opened first; with GTK's own function they are made
 * now.
 */
void
aph_ui_set_menu (GtkMenuButton *button,
                 GMenuModel    *menu)
{
  g_return_if_fail (GTK_IS_MENU_BUTTON (button));
  g_return_if_fail (G_IS_MENU_MODEL (menu));

  gtk_menu_button_set_create_popup_func (button, create_menu_cb, g_object_ref (menu),
                                         g_object_unref);
}

/**
 * aph_ui_dispose_template:
 * @widget: a widget made of a template, whose class derives from #GtkWidget itself
 * @type: the class of the template
 *
 * To be called when @widget is disposed of. gtk_widget_dispose_template() lets go of the children
 * that are bound to fields; those that are not stay, and GTK warns about them.
 */
void
aph_ui_dispose_template (GtkWidget *widget,
                         GType      type)
{
  GtkWidget *child;

  gtk_widget_dispose_template (widget, type);
  while ((child = gtk_widget_get_first_child (widget)) != NULL)
    gtk_widget_unparent (child);
}

/**
 * aph_ui_set_adjustment:
 * @self: an object that scrolls
 * @field: where it keeps one of its adjustments
 * @adjustment: (nullable): what it is to keep there from now on
 * @value_changed: (nullable): called with @self when somebody scrolls
 */
void
aph_ui_set_adjustment (gpointer        self,
                       GtkAdjustment **field,
                       GtkAdjustment  *adjustment,
                       GCallback       value_changed)
{
  g_return_if_fail (field != NULL);
  g_return_if_fail (adjustment == NULL || GTK_IS_ADJUSTMENT (adjustment));

  if (*field != NULL)
    g_signal_handlers_disconnect_by_data (*field, self);
  g_clear_object (field);
  if (adjustment == NULL)
    return;

  *field = g_object_ref_sink (adjustment);
  if (value_changed != NULL)
    g_signal_connect_swapped (adjustment, "value-changed", value_changed, self);
}

/**
 * aph_ui_align_title:
 * @view: a table
 * @position: which of its columns
 *
 * Puts the title of a column of numbers where the numbers stand, and before it the arrow that tells
 * the order, which has its room even if there is none. GTK 4.8 has no word for it.
 */
void
aph_ui_align_title (GtkColumnView *view,
                    guint          position)
{
  GtkWidget *header, *title, *box;

  g_return_if_fail (GTK_IS_COLUMN_VIEW (view));

  header = gtk_widget_get_first_child (GTK_WIDGET (view));
  title = gtk_widget_get_first_child (header);
  while (title != NULL && position-- > 0)
    title = gtk_widget_get_next_sibling (title);
  box = title != NULL ? gtk_widget_get_first_child (title) : NULL;
  if (!GTK_IS_BOX (box))
    return;

  gtk_widget_set_halign (box, GTK_ALIGN_END);
  gtk_box_reorder_child_after (GTK_BOX (box), gtk_widget_get_last_child (box), NULL);
}

/**
 * aph_ui_focus_children:
 * @widget: a widget that hands the focus on to one of its children when it is given it
 * @direction: where the focus is to go
 *
 * The focus function of such a widget, whose children are one below the other. GTK's own gives a
 * widget that the focus leaves backwards the focus again, so that it would never get out.
 *
 * Returns: whether the focus is in it now
 */
gboolean
aph_ui_focus_children (GtkWidget        *widget,
                       GtkDirectionType  direction)
{
  gboolean is_back = direction == GTK_DIR_TAB_BACKWARD || direction == GTK_DIR_UP
                     || direction == GTK_DIR_LEFT;
  GtkWidget *child = gtk_widget_get_focus_child (widget);

  if (child == NULL)
    child = is_back ? gtk_widget_get_last_child (widget) : gtk_widget_get_first_child (widget);

  while (child != NULL)
    {
      if (gtk_widget_get_mapped (child) && gtk_widget_child_focus (child, direction))
        return TRUE;

      child = is_back ? gtk_widget_get_prev_sibling (child)
                      : gtk_widget_get_next_sibling (child);
    }

  return FALSE;
}

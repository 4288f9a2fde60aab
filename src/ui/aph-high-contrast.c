/* aph-high-contrast.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-high-contrast"

#include "config.h"

#include <adwaita.h>

#include "ui/aph-high-contrast.h"

static void
changed_cb (AdwStyleManager *manager,
            GParamSpec      *pspec,
            GtkCssProvider  *provider)
{
  GdkDisplay *display = adw_style_manager_get_display (manager);

  if (adw_style_manager_get_high_contrast (manager))
    {
      gtk_css_provider_load_from_resource (provider, APH_APP_PATH "/high-contrast.css");
      gtk_style_context_add_provider_for_display (display, GTK_STYLE_PROVIDER (provider),
                                                  GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
    }
  else
    gtk_style_context_remove_provider_for_display (display, GTK_STYLE_PROVIDER (provider));
}

/* The provider is the signal handler's. */
static void
unref_cb (gpointer  data,
          GClosure *closure)
{
  g_object_unref (data);
}

/**
 * aph_high_contrast_follow:
 * @display: where the windows are
 *
 * Adds our style for high contrast whenever the user wants that. The libadwaita of today would take
 * media queries for it, which the oldest one that we know does not have; what that one has, today's
 * warns about.
 */
void
aph_high_contrast_follow (GdkDisplay *display)
{
  GtkCssProvider *provider;
  AdwStyleManager *manager;

  g_return_if_fail (GDK_IS_DISPLAY (display));

  manager = adw_style_manager_get_for_display (display);
  provider = gtk_css_provider_new ();
  g_signal_connect_data (manager, "notify::high-contrast", G_CALLBACK (changed_cb), provider,
                         unref_cb, 0);
  changed_cb (manager, NULL, provider);
}

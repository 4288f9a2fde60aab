/* aph-import-bad-rows.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-import-bad-rows"

#include "config.h"

#include <glib/gi18n.h>

#include "ui/aph-import-bad-rows.h"
#include "ui/aph-import-save.h"
#include "ui/aph-ui.h"

/* So many bad rows are listed. */
#define MAX_LISTED 30

/* Those of one file. */
typedef struct
{
  char *name;    /* of the file */
  GBytes *rows;  /* as it has them, as many as were kept */
} Source;

struct _AphImportBadRows
{
  AdwPreferencesGroup parent_instance;

  GPtrArray *sources;  /* of Source: those that have bad rows */
  GPtrArray *lines;    /* of AdwActionRow, as listed */
  guint n_listed;      /* bad rows among those */
  guint64 n_bad;
  gboolean is_cut;

  AdwExpanderRow *bad_row;
  GtkWidget *save_button;
};

G_DEFINE_FINAL_TYPE (AphImportBadRows, aph_import_bad_rows, ADW_TYPE_PREFERENCES_GROUP)

static void
source_free (gpointer data)
{
  Source *source = data;

  g_free (source->name);
  g_bytes_unref (source->rows);
  g_free (source);
}

static void
save_action (GtkWidget  *widget,
             const char *action_name,
             GVariant   *parameter)
{
  AphImportBadRows *self = APH_IMPORT_BAD_ROWS (widget);
  guint number = g_variant_get_uint32 (parameter);
  g_autofree char *name = NULL;
  Source *source;

  if (number >= self->sources->len)
    return;

  source = g_ptr_array_index (self->sources, number);
  /* Translators: the proposed name of a file for the bad rows of the file %s */
  name = g_strdup_printf (_("bad-rows-%s"), source->name);
  aph_import_save_rows (GTK_WINDOW (gtk_widget_get_root (widget)), name, source->rows);
}

static void
aph_import_bad_rows_dispose (GObject *object)
{
  aph_ui_dispose_template (GTK_WIDGET (object), APH_TYPE_IMPORT_BAD_ROWS);

  G_OBJECT_CLASS (aph_import_bad_rows_parent_class)->dispose (object);
}

static void
aph_import_bad_rows_finalize (GObject *object)
{
  AphImportBadRows *self = APH_IMPORT_BAD_ROWS (object);

  g_ptr_array_unref (self->sources);
  g_ptr_array_unref (self->lines);

  G_OBJECT_CLASS (aph_import_bad_rows_parent_class)->finalize (object);
}

static void
aph_import_bad_rows_class_init (AphImportBadRowsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = aph_import_bad_rows_dispose;
  object_class->finalize = aph_import_bad_rows_finalize;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               APH_APP_PATH "/ui/aph-import-bad-rows.ui");
  gtk_widget_class_bind_template_child (widget_class, AphImportBadRows, bad_row);
  gtk_widget_class_bind_template_child (widget_class, AphImportBadRows, save_button);
  gtk_widget_class_install_action (widget_class, "bad-rows.save", "u", save_action);
}

static void
aph_import_bad_rows_init (AphImportBadRows *self)
{
  self->sources = g_ptr_array_new_with_free_func (source_free);
  self->lines = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (self->bad_row), FALSE);
}

/* The texts are those of files and of other programs. */
static GtkWidget *
add_line (AphImportBadRows *self,
          const char       *title,
          const char       *subtitle)
{
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  adw_expander_row_add_row (self->bad_row, row);
  g_ptr_array_add (self->lines, row);

  return row;
}

static char *
describe_count (guint64 n_bad)
{
  return g_strdup_printf (ngettext ("%'lu row is not queued", "%'lu rows are not queued",
                                    (gulong) n_bad), (gulong) n_bad);
}

/* Where there are several files, each is saved by itself: rows of one may not fit into another. */
static void
add_source_line (AphImportBadRows *self,
                 const char       *name,
                 guint64           n_bad)
{
  GtkWidget *button = gtk_button_new_with_mnemonic (_("_Save the Bad Rows…"));
  g_autofree char *count = describe_count (n_bad);

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "bad-rows.save");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "u", self->sources->len - 1);
  adw_action_row_add_suffix (ADW_ACTION_ROW (add_line (self, name, count)), button);
}

static void
list_rows (AphImportBadRows    *self,
           const AphFileSurvey *survey)
{
  for (guint i = 0; i < survey->errors->len && self->n_listed < MAX_LISTED; i++)
    {
      const AphRowError *error = g_ptr_array_index (survey->errors, i);
      g_autofree char *title = g_strdup_printf (_("Line %lu"), (gulong) error->line);

      add_line (self, title, error->reason);
      self->n_listed++;
    }
}

/**
 * aph_import_bad_rows_clear:
 * @self: a list of bad rows
 *
 * Forgets all of them.
 */
void
aph_import_bad_rows_clear (AphImportBadRows *self)
{
  g_return_if_fail (APH_IS_IMPORT_BAD_ROWS (self));

  for (guint i = 0; i < self->lines->len; i++)
    adw_expander_row_remove (self->bad_row, g_ptr_array_index (self->lines, i));
  g_ptr_array_set_size (self->lines, 0);
  g_ptr_array_set_size (self->sources, 0);
  self->n_listed = 0;
  self->n_bad = 0;
  self->is_cut = FALSE;
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

/**
 * aph_import_bad_rows_add:
 * @self: a list of bad rows
 * @name: the name of a file
 * @is_one_of_many: whether there are other files
 * @survey: what was found in it
 *
 * Lists those of one more file, if it has any.
 */
void
aph_import_bad_rows_add (AphImportBadRows    *self,
                         const char          *name,
                         gboolean             is_one_of_many,
                         const AphFileSurvey *survey)
{
  g_autofree char *title = NULL;
  Source *source;

  g_return_if_fail (APH_IS_IMPORT_BAD_ROWS (self));
  g_return_if_fail (name != NULL);
  g_return_if_fail (survey != NULL);

  if (survey->n_bad == 0)
    return;

  source = g_new0 (Source, 1);
  source->name = g_strdup (name);
  source->rows = g_bytes_new (survey->bad_rows->str, survey->bad_rows->len);
  g_ptr_array_add (self->sources, source);
  self->n_bad += survey->n_bad;
  self->is_cut |= survey->is_cut;

  if (is_one_of_many)
    add_source_line (self, name, survey->n_bad);
  list_rows (self, survey);

  title = describe_count (self->n_bad);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->bad_row), title);
  adw_expander_row_set_subtitle (self->bad_row,
                                 self->is_cut ? _("Not all of them can be saved") : "");
  gtk_widget_set_visible (self->save_button, !is_one_of_many);
  gtk_widget_set_visible (GTK_WIDGET (self), TRUE);
}

/**
 * aph_import_bad_rows_dup_rows:
 * @self: a list of bad rows
 * @number: of a file that has some, from 0, as they were added
 *
 * Returns: (transfer full) (nullable): its bad rows as the file has them, as many as were kept
 */
GBytes *
aph_import_bad_rows_dup_rows (AphImportBadRows *self,
                              guint             number)
{
  g_return_val_if_fail (APH_IS_IMPORT_BAD_ROWS (self), NULL);

  if (number >= self->sources->len)
    return NULL;

  return g_bytes_ref (((Source *) g_ptr_array_index (self->sources, number))->rows);
}

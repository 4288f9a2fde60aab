/* test-import-dialog.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include <glib/gstdio.h>

#include "ui/aph-import-bad-rows.h"
#include "ui/aph-import-dialog.h"
#include "ui/aph-preset-row.h"

#include "find.h"
#include "gui-init.h"
#include "pump.h"

typedef struct
{
  gpointer dialog;       /* (nullable) once it is gone */
  AphImportPlan *queued; /* (nullable) */
} Fixture;

static gpointer
get_child (Fixture    *fixture,
           const char *id)
{
  return gtk_widget_get_template_child (fixture->dialog, APH_TYPE_IMPORT_DIALOG, id);
}

static gpointer
get_bad_row (Fixture *fixture)
{
  return gtk_widget_get_template_child (get_child (fixture, "bad_rows"), APH_TYPE_IMPORT_BAD_ROWS,
                                        "bad_row");
}

static const char *
get_text (Fixture    *fixture,
          const char *id)
{
  return gtk_label_get_text (GTK_LABEL (get_child (fixture, id)));
}

static void
queue_cb (AphImportDialog *dialog,
          AphImportPlan   *plan,
          Fixture         *fixture)
{
  fixture->queued = aph_import_plan_copy (plan);
}

static void
present (Fixture    *fixture,
         const char *text)
{
  g_autoptr (AphImportPlan) plan = aph_import_plan_new ();
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  g_ptr_array_add (plan->sources, aph_prompt_source_new_for_bytes (bytes, "pasted"));
  plan->options->kind = APH_FILE_TABLE;
  fixture->queued = NULL;
  fixture->dialog = aph_import_dialog_new (NULL, plan);
  g_object_add_weak_pointer (fixture->dialog, &fixture->dialog);
  g_signal_connect (fixture->dialog, "queue", G_CALLBACK (queue_cb), fixture);
  gtk_window_present (fixture->dialog);
}

static gboolean
is_gone (gpointer fixture)
{
  return ((Fixture *) fixture)->dialog == NULL;
}

/* One that is closed has queued nothing. */
static void
finish (Fixture *fixture)
{
  if (fixture->dialog != NULL)
    {
      gtk_window_close (fixture->dialog);
      assert_eventually (is_gone, fixture);
      g_assert_null (fixture->queued);
    }
  g_clear_pointer (&fixture->queued, aph_import_plan_free);
}

typedef struct
{
  Fixture *fixture;
  const char *id;
  const char *text;
} Saying;

static gboolean
says (gpointer user_data)
{
  Saying *saying = user_data;

  return strstr (get_text (saying->fixture, saying->id), saying->text) != NULL;
}

static void
wait_for (Fixture    *fixture,
          const char *id,
          const char *text)
{
  Saying saying = { fixture, id, text };

  g_test_message ("waiting for %s to say: %s", id, text);

  assert_eventually (says, &saying);
}

static gboolean
is_counted (gpointer user_data)
{
  return !gtk_spinner_get_spinning (GTK_SPINNER (get_child (user_data, "spinner")));
}

static void
choose (Fixture    *fixture,
        const char *id,
        guint       item)
{
  adw_combo_row_set_selected (ADW_COMBO_ROW (get_child (fixture, id)), item);
}

static guint
chosen (Fixture    *fixture,
        const char *id)
{
  return adw_combo_row_get_selected (ADW_COMBO_ROW (get_child (fixture, id)));
}

static void
set_template (Fixture    *fixture,
              const char *text)
{
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (get_child (fixture, "template_view")), text,
                            -1);
}

static gboolean
can_queue (Fixture *fixture)
{
  return gtk_widget_is_sensitive (find_label (fixture->dialog, "_Queue"));
}

static gboolean
has_template_text (Fixture    *fixture,
                   const char *text)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (get_child (fixture, "template_view"));
  g_autofree char *current = NULL;
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  current = gtk_text_buffer_get_text (buffer, &start, &end, FALSE);

  return g_str_equal (current, text);
}

static void
test_table (void)
{
  Fixture fixture;

  present (&fixture, "id;question;lang\n1;Why?;en\n2;Warum?;de\n3;a;b;c\n");
  wait_for (&fixture, "result", "2 prompts");
  assert_eventually (is_counted, &fixture);
  g_assert_cmpstr (get_text (&fixture, "example"), ==, "First prompt: Why?");
  g_assert_cmpuint (chosen (&fixture, "prompt_row"), ==, 1);
  g_assert_cmpuint (chosen (&fixture, "id_row"), ==, 1);
  g_assert_true (gtk_widget_get_visible (get_child (&fixture, "bad_rows")));
  g_assert_cmpstr (adw_preferences_row_get_title (get_bad_row (&fixture)), ==,
                   "1 row is not queued");

  /* Another column, then a template. */
  choose (&fixture, "prompt_row", 2);
  wait_for (&fixture, "example", "First prompt: en");
  choose (&fixture, "prompt_row", 3);
  wait_for (&fixture, "example", "First prompt: en");
  g_assert_false (gtk_widget_get_visible (get_child (&fixture, "placeholder")));
  g_assert_true (has_template_text (&fixture, "{{lang}}"));
  set_template (&fixture, "In {{lang}}: {{question}}");
  wait_for (&fixture, "example", "First prompt: In en: Why?");
  set_template (&fixture, "In {{langue}}");
  wait_for (&fixture, "problem", "did you mean “lang”?");
  set_template (&fixture, "In {{");
  wait_for (&fixture, "problem", "without");
  set_template (&fixture, "{{lang}}!");
  wait_for (&fixture, "example", "First prompt: en!");
  wait_for (&fixture, "result", "2 prompts");
  assert_eventually (is_counted, &fixture);

  /* What it is multiplied by. */
  gtk_editable_set_text (get_child (&fixture, "models_row"), "a, b");
  gtk_editable_set_text (get_child (&fixture, "vary_row"), "temperature=0,1");
  gtk_spin_button_set_value (get_child (&fixture, "repeat_button"), 3);
  g_assert_cmpstr (get_text (&fixture, "result"), ==, "2 rows × 12 = 24 prompts");
  gtk_editable_set_text (get_child (&fixture, "vary_row"), "temprature=0");
  g_assert_nonnull (strstr (get_text (&fixture, "result"), "did you mean “temperature”?"));
  gtk_editable_set_text (get_child (&fixture, "vary_row"), "");

  g_assert_true (gtk_widget_activate_action (fixture.dialog, "import.queue", NULL));
  assert_eventually (is_gone, &fixture);
  g_assert_nonnull (fixture.queued);
  g_assert_cmpuint (aph_grid_get_size (fixture.queued->grid), ==, 6);
  g_assert_cmpstr (aph_template_get_text (fixture.queued->options->prompt_template), ==, "{{lang}}!");
  finish (&fixture);
}

/* A template that is not there asks nothing: what to do is said, and nothing can be queued. */
static void
test_empty_template (void)
{
  Fixture fixture;

  present (&fixture, "dish;lang\nsoup;en\nSuppe;de\n");
  wait_for (&fixture, "problem", "Say which column is the prompt, or give a template.");
  g_assert_cmpuint (chosen (&fixture, "prompt_row"), ==, 2);
  g_assert_cmpstr (get_text (&fixture, "placeholder"), ==, "For example: Tell me about {{dish}}");
  g_assert_true (gtk_widget_get_visible (get_child (&fixture, "placeholder")));
  g_assert_false (can_queue (&fixture));

  set_template (&fixture, "What is {{dish}}?");
  wait_for (&fixture, "example", "First prompt: What is soup?");
  assert_eventually (is_counted, &fixture);
  g_assert_true (can_queue (&fixture));

  /* Not even where a column is known. */
  choose (&fixture, "prompt_row", 0);
  wait_for (&fixture, "example", "First prompt: soup");
  set_template (&fixture, "");
  choose (&fixture, "prompt_row", 2);
  g_assert_true (has_template_text (&fixture, "{{dish}}"));
  set_template (&fixture, " ");
  wait_for (&fixture, "problem", "The template is empty");
  g_assert_false (can_queue (&fixture));

  /* Lines of text need none. */
  set_template (&fixture, "");
  choose (&fixture, "kind_row", APH_FILE_TEXT);
  wait_for (&fixture, "result", "3 prompts");
  finish (&fixture);
}

/* Whatever is chosen wrongly can be chosen otherwise. */
static void
test_layout (void)
{
  Fixture fixture;

  present (&fixture, "a;b,c;prompt\n1;2,9;x\n");
  wait_for (&fixture, "example", "First prompt: x");
  choose (&fixture, "delimiter_row", 1);
  wait_for (&fixture, "problem", "Say which column is the prompt");
  choose (&fixture, "prompt_row", 0);
  wait_for (&fixture, "example", "First prompt: 1;2");
  choose (&fixture, "header_row", 2);
  wait_for (&fixture, "problem", "column1");
  choose (&fixture, "prompt_row", 1);
  wait_for (&fixture, "result", "2 prompts");
  choose (&fixture, "kind_row", 1);
  wait_for (&fixture, "example", "First prompt: a;b,c;prompt");
  g_assert_true (gtk_widget_get_visible (get_child (&fixture, "blocks_row")));
  g_assert_false (gtk_widget_get_visible (get_child (&fixture, "delimiter_row")));
  finish (&fixture);
}

/* What was saved under a name is there again in the next dialog. */
static void
test_preset (void)
{
  Fixture fixture;
  GListModel *names;

  present (&fixture, "a,b\n1,2\n");
  wait_for (&fixture, "problem", "Say which column is the prompt");
  set_template (&fixture, "{{a}} and {{b}}");
  wait_for (&fixture, "example", "First prompt: 1 and 2");
  gtk_editable_set_text (get_child (&fixture, "models_row"), "m1, m2");
  gtk_spin_button_set_value (get_child (&fixture, "repeat_button"), 3);
  aph_preset_row_save (get_child (&fixture, "preset_row"), "Both");
  g_assert_cmpuint (chosen (&fixture, "preset_row"), ==, 1);
  assert_eventually (is_counted, &fixture);
  finish (&fixture);

  present (&fixture, "a,b\n3,4\n");
  names = adw_combo_row_get_model (get_child (&fixture, "preset_row"));
  wait_for (&fixture, "problem", "Say which column is the prompt");
  do
    {
      pump_for (20);
      names = adw_combo_row_get_model (get_child (&fixture, "preset_row"));
    }
  while (g_list_model_get_n_items (names) < 2);
  choose (&fixture, "preset_row", 1);
  wait_for (&fixture, "example", "First prompt: 3 and 4");
  wait_for (&fixture, "result", "× 6 = 6 prompts");
  g_assert_true (gtk_widget_activate_action (get_child (&fixture, "preset_row"), "preset.delete",
                                             NULL));
  g_assert_cmpuint (chosen (&fixture, "preset_row"), ==, 0);
  finish (&fixture);
}

/* There is more that is wrong than is kept to be saved, and it says so. */
static void
test_cut (void)
{
  g_autoptr (GString) text = g_string_new ("prompt\n");
  g_autofree char *cell = g_strnfill (1024 * 1024, 'x');
  Fixture fixture;

  for (guint i = 0; i < 20; i++)
    g_string_append_printf (text, "%s,one,too many\n", cell);
  g_string_append (text, "a good one\n");
  present (&fixture, text->str);
  wait_for (&fixture, "result", "1 prompt");
  assert_eventually (is_counted, &fixture);
  g_assert_cmpstr (adw_preferences_row_get_title (get_bad_row (&fixture)), ==,
                   "20 rows are not queued");
  g_assert_cmpstr (adw_expander_row_get_subtitle (get_bad_row (&fixture)), ==,
                   "Not all of them can be saved");
  finish (&fixture);
}

static void
assert_bad_rows (Fixture    *fixture,
                 guint       number,
                 const char *expected)
{
  g_autoptr (GBytes) rows =
    aph_import_bad_rows_dup_rows (get_child (fixture, "bad_rows"), number);

  g_assert_nonnull (rows);
  g_assert_cmpmem (g_bytes_get_data (rows, NULL), g_bytes_get_size (rows), expected,
                   strlen (expected));
}

/* A table of results says how much of it is done, and that this is not asked again. */
static void
test_results (void)
{
  Fixture fixture;

  present (&fixture,
           "_prompt,_response,_model,_state,_id,_index,_thinking,_done_reason,_marks,_attempts,"
           "_error,_error_class,_error_status,_server,_time,_wait_ms,_ttft_ms,_total_ms,"
           "_prompt_tokens,_answer_tokens,_tokens_per_s,_params,_images,_rating,_note\n"
           "one,yes,m,done,,0,,stop,,1,,,,,,,,,,,,,,,\n"
           "two,no,m,done,,1,,stop,,1,,,,,,,,,,,,,,,\n"
           "three,,m,failed,,2,,,,1,why,server,500,,,,,,,,,,,,\n");
  wait_for (&fixture, "result", "3 prompts, of which 2 have their answers and are not sent");
  assert_eventually (is_counted, &fixture);
  finish (&fixture);
}

/* Two files with other columns: the bad rows of each stay apart. */
static void
test_several (void)
{
  g_autoptr (AphImportPlan) plan = aph_import_plan_new ();
  const char *texts[] = { "prompt,a\none,1\nbad,2,x\n", "prompt\ngood\n",
                          "prompt,b,c\none,1,2\nworse,2,3,y\n" };
  Fixture fixture = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new_static (texts[i], strlen (texts[i]));

      g_ptr_array_add (plan->sources, aph_prompt_source_new_for_bytes (bytes, "file.csv"));
    }
  plan->options->kind = APH_FILE_TABLE;
  fixture.dialog = aph_import_dialog_new (NULL, plan);
  g_object_add_weak_pointer (fixture.dialog, &fixture.dialog);
  gtk_window_present (fixture.dialog);

  wait_for (&fixture, "result", "3 prompts");
  assert_eventually (is_counted, &fixture);
  g_assert_cmpstr (adw_preferences_row_get_title (get_bad_row (&fixture)), ==,
                   "2 rows are not queued");
  assert_bad_rows (&fixture, 0, "prompt,a\nbad,2,x\n");
  assert_bad_rows (&fixture, 1, "prompt,b,c\nworse,2,3,y\n");
  g_assert_null (aph_import_bad_rows_dup_rows (get_child (&fixture, "bad_rows"), 2));
  finish (&fixture);
}

/* It goes away while it reads. */
static void
test_close (void)
{
  g_autoptr (GString) text = g_string_new ("prompt,x\n");
  Fixture fixture;

  for (guint i = 0; i < 200000; i++)
    g_string_append (text, "some prompt,1\n");
  present (&fixture, text->str);
  finish (&fixture);

  present (&fixture, text->str);
  wait_for (&fixture, "example", "some prompt");
  finish (&fixture);
}

int
main (int   argc,
      char *argv[])
{
  gui_init (&argc, &argv);
  g_test_add_func ("/import-dialog/table", test_table);
  g_test_add_func ("/import-dialog/empty-template", test_empty_template);
  g_test_add_func ("/import-dialog/results", test_results);
  g_test_add_func ("/import-dialog/layout", test_layout);
  g_test_add_func ("/import-dialog/preset", test_preset);
  g_test_add_func ("/import-dialog/cut", test_cut);
  g_test_add_func ("/import-dialog/several", test_several);
  g_test_add_func ("/import-dialog/close", test_close);

  return g_test_run ();
}

/* aph-code-colors.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-code-colors"

#include "config.h"

#include <string.h>

#include <gtksourceview/gtksource.h>

#include "ui/aph-code-colors.h"

/* What is read at once: some milliseconds, for a language that is slow to read. */
#define STEP_CHARS 2000

struct _AphCodeColors
{
  GObject parent_instance;

  char *name;                    /* (owned): of the language, as it was given */
  gboolean dark;
  GtkSourceLanguage *language;   /* (owned) (nullable) */
  GtkSourceBuffer *buffer;       /* (owned) (nullable): there is none before there is a language */
  GString *text;                 /* what is in the buffer, or will be */
  int n_read;                    /* so many characters of it have their colours */
  gboolean given_up;             /* it is no language that we know */
};

G_DEFINE_FINAL_TYPE (AphCodeColors, aph_code_colors, G_TYPE_OBJECT)

static void
aph_code_colors_finalize (GObject *object)
{
  AphCodeColors *self = APH_CODE_COLORS (object);

  g_free (self->name);
  g_clear_object (&self->language);
  g_clear_object (&self->buffer);
  g_string_free (self->text, TRUE);

  G_OBJECT_CLASS (aph_code_colors_parent_class)->finalize (object);
}

static void
aph_code_colors_class_init (AphCodeColorsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = aph_code_colors_finalize;
}

static void
aph_code_colors_init (AphCodeColors *self)
{
  self->text = g_string_new (NULL);
}

/**
 * aph_code_colors_new:
 * @language: (nullable): as the fence around the code names it
 * @dark: whether the code is shown on a dark ground
 *
 * Returns: (transfer full): the colours of no code yet
 */
AphCodeColors *
aph_code_colors_new (const char *language,
                     gboolean    dark)
{
  AphCodeColors *self = g_object_new (APH_TYPE_CODE_COLORS, NULL);

  self->name = g_ascii_strdown (language != NULL ? language : "", -1);
  self->dark = dark;
  self->given_up = *self->name == '\0';

  return self;
}

/* What models call a language is often not what GtkSourceView calls it. */
static GtkSourceLanguage *
find_language (const char *name)
{
  static const char *const aliases[][2] = {
    { "bash", "sh" }, { "c#", "c-sharp" }, { "c++", "cpp" }, { "console", "sh" },
    { "cs", "c-sharp" }, { "csharp", "c-sharp" }, { "dockerfile", "docker" },
    { "golang", "go" }, { "javascript", "js" }, { "jsonc", "json" }, { "md", "markdown" },
    { "node", "js" }, { "objective-c", "objc" }, { "patch", "diff" }, { "ps1", "powershell" },
    { "py", "python3" }, { "python", "python3" }, { "rb", "ruby" }, { "rs", "rust" },
    { "shell", "sh" }, { "svg", "xml" }, { "ts", "typescript" }, { "tex", "latex" },
    { "vb", "vbnet" }, { "yml", "yaml" }, { "zsh", "sh" },
  };
  GtkSourceLanguageManager *manager = gtk_source_language_manager_get_default ();
  GtkSourceLanguage *language;
  g_autofree char *file = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (aliases); i++)
    if (strcmp (aliases[i][0], name) == 0)
      name = aliases[i][1];

  language = gtk_source_language_manager_get_language (manager, name);
  if (language != NULL)
    return language;

  file = g_strconcat ("code.", name, NULL);

  return gtk_source_language_manager_guess_language (manager, file, NULL);
}

static void
apply_scheme (AphCodeColors *self)
{
  GtkSourceStyleSchemeManager *manager = gtk_source_style_scheme_manager_get_default ();

  gtk_source_buffer_set_style_scheme (self->buffer,
                                      gtk_source_style_scheme_manager_get_scheme (
                                        manager, self->dark ? "Adwaita-dark" : "Adwaita"));
}

/**
 * aph_code_colors_set_dark:
 * @self: colours
 * @dark: whether the code is shown on a dark ground
 */
void
aph_code_colors_set_dark (AphCodeColors *self,
                          gboolean       dark)
{
  g_return_if_fail (APH_IS_CODE_COLORS (self));

  self->dark = dark;
  if (self->buffer != NULL)
    apply_scheme (self);
}

static gsize
find_common (const GString *text,
             const char    *other,
             gsize          length)
{
  gsize common = 0;

  while (common < text->len && common < length && text->str[common] == other[common])
    common++;
  while (common > 0 && common < length && (other[common] & 0xc0) == 0x80)
    common--;

  return common;
}

/**
 * aph_code_colors_set_text:
 * @self: colours
 * @text: valid UTF-8: all of the code
 * @length: of @text, in bytes
 *
 * Says what the code is now. What is new has no colours yet.
 */
void
aph_code_colors_set_text (AphCodeColors *self,
                          const char    *text,
                          gsize          length)
{
  gsize common;
  int n_common;

  g_return_if_fail (APH_IS_CODE_COLORS (self));

  if (length > APH_CODE_COLORS_MAX)
    self->given_up = TRUE;
  if (self->given_up)
    return;

  common = find_common (self->text, text, length);
  if (common == length && common == self->text->len)
    return;

  n_common = g_utf8_strlen (text, common);
  g_string_truncate (self->text, common);
  g_string_append_len (self->text, text + common, length - common);
  self->n_read = MIN (self->n_read, n_common);
  if (self->buffer != NULL)
    {
      GtkTextBuffer *buffer = GTK_TEXT_BUFFER (self->buffer);
      GtkTextIter start, end;

      gtk_text_buffer_get_iter_at_offset (buffer, &start, n_common);
      gtk_text_buffer_get_end_iter (buffer, &end);
      gtk_text_buffer_delete (buffer, &start, &end);
      gtk_text_buffer_insert (buffer, &end, text + common, length - common);
    }
}

/* Each of these takes some milliseconds the first time. */
static void
load (AphCodeColors *self)
{
  if (self->language == NULL)
    {
      g_set_object (&self->language, find_language (self->name));
      self->given_up = self->language == NULL;
      return;
    }

  self->buffer = gtk_source_buffer_new_with_language (self->language);
  gtk_text_buffer_set_enable_undo (GTK_TEXT_BUFFER (self->buffer), FALSE);
  gtk_source_buffer_set_highlight_matching_brackets (self->buffer, FALSE);
  apply_scheme (self);
  gtk_text_buffer_set_text (GTK_TEXT_BUFFER (self->buffer), self->text->str, self->text->len);
}

/**
 * aph_code_colors_step:
 * @self: colours
 * @end: up to where they are wanted, in bytes of the code
 *
 * Goes on, for some milliseconds.
 *
 * Returns: whether there are all colours up to @end
 */
gboolean
aph_code_colors_step (AphCodeColors *self,
                      gsize          end)
{
  GtkTextBuffer *buffer;
  GtkTextIter start_iter, end_iter;
  int wanted;

  g_return_val_if_fail (APH_IS_CODE_COLORS (self), TRUE);

  if (self->given_up)
    return TRUE;
  if (self->buffer == NULL)
    {
      load (self);
      return self->given_up;
    }

  wanted = g_utf8_strlen (self->text->str, MIN (end, self->text->len));
  if (wanted <= self->n_read)
    return TRUE;

  buffer = GTK_TEXT_BUFFER (self->buffer);
  gtk_text_buffer_get_iter_at_offset (buffer, &start_iter, self->n_read);
  gtk_text_buffer_get_iter_at_offset (buffer, &end_iter,
                                      MIN (self->n_read + STEP_CHARS, wanted));
  if (gtk_text_iter_get_offset (&end_iter) < wanted)
    gtk_text_iter_forward_line (&end_iter);
  gtk_source_buffer_ensure_highlight (self->buffer, &start_iter, &end_iter);
  self->n_read = gtk_text_iter_get_offset (&end_iter);

  return self->n_read >= wanted;
}

/* What the tags at a place say, each of which may say one thing. */
static void
add_attributes (PangoAttrList *attributes,
                GtkTextIter   *iter,
                guint          start,
                guint          end)
{
  GSList *tags = gtk_text_iter_get_tags (iter);

  for (GSList *l = tags; l != NULL; l = l->next)
    {
      gboolean has_color, has_weight, has_style;
      g_autoptr (GdkRGBA) color = NULL;
      PangoAttribute *attribute;
      PangoStyle style;
      int weight;

      g_object_get (l->data,
                    "foreground-set", &has_color,
                    "foreground-rgba", &color,
                    "weight-set", &has_weight,
                    "weight", &weight,
                    "style-set", &has_style,
                    "style", &style,
                    NULL);
      if (has_color && color != NULL)
        {
          attribute = pango_attr_foreground_new (color->red * G_MAXUINT16,
                                                 color->green * G_MAXUINT16,
                                                 color->blue * G_MAXUINT16);
          attribute->start_index = start;
          attribute->end_index = end;
          pango_attr_list_change (attributes, attribute);
        }
      if (has_weight)
        {
          attribute = pango_attr_weight_new (weight);
          attribute->start_index = start;
          attribute->end_index = end;
          pango_attr_list_change (attributes, attribute);
        }
      if (has_style)
        {
          attribute = pango_attr_style_new (style);
          attribute->start_index = start;
          attribute->end_index = end;
          pango_attr_list_change (attributes, attribute);
        }
    }
  g_slist_free (tags);
}

/**
 * aph_code_colors_get:
 * @self: colours
 * @start: in bytes of the code
 * @end: likewise
 *
 * Returns: (transfer full) (nullable): how this part is to look, counted from @start; %NULL if
 *   nothing is known of it yet
 */
PangoAttrList *
aph_code_colors_get (AphCodeColors *self,
                     gsize          start,
                     gsize          end)
{
  PangoAttrList *attributes;
  GtkTextBuffer *buffer;
  const char *p;
  GtkTextIter iter;
  int stop;

  g_return_val_if_fail (APH_IS_CODE_COLORS (self), NULL);

  if (self->buffer == NULL || end > self->text->len)
    return NULL;
  stop = g_utf8_strlen (self->text->str, end);
  buffer = GTK_TEXT_BUFFER (self->buffer);
  gtk_text_buffer_get_iter_at_offset (buffer, &iter, g_utf8_strlen (self->text->str, start));
  stop = MIN (stop, self->n_read);
  if (gtk_text_iter_get_offset (&iter) >= stop)
    return NULL;

  attributes = pango_attr_list_new ();
  p = self->text->str + start;
  while (gtk_text_iter_get_offset (&iter) < stop)
    {
      GtkTextIter next = iter;
      const char *next_p;

      if (!gtk_text_iter_forward_to_tag_toggle (&next, NULL)
          || gtk_text_iter_get_offset (&next) > stop)
        gtk_text_buffer_get_iter_at_offset (buffer, &next, stop);
      next_p = g_utf8_offset_to_pointer (p, gtk_text_iter_get_offset (&next)
                                            - gtk_text_iter_get_offset (&iter));
      add_attributes (attributes, &iter, p - self->text->str - start,
                      next_p - self->text->str - start);
      p = next_p;
      iter = next;
    }

  return attributes;
}

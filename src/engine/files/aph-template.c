/* aph-template.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-template"

#include "config.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "base/aph-nearest.h"
#include "files/aph-template.h"

G_DEFINE_QUARK (aph-template-error-quark, aph_template_error)

#define OPENING "{{"
#define CLOSING "}}"
#define LITERAL "{{{{"

/* So many columns are listed where none is near the one that was asked for. */
#define MAX_LISTED 8

/* A text, and the place after it. */
typedef struct
{
  char *text;      /* (owned) before the place */
  gsize length;
  char *column;    /* (owned) (nullable) at the end there is no place */
  char *fallback;  /* (owned) (nullable) for an empty cell */
} Part;

struct _AphTemplate
{
  char *text;
  GArray *parts;   /* of Part; the last has no column */
};

G_DEFINE_BOXED_TYPE (AphTemplate, aph_template, aph_template_ref, aph_template_unref)

static void
part_clear (gpointer data)
{
  Part *part = data;

  g_free (part->text);
  g_free (part->column);
  g_free (part->fallback);
}

static AphTemplate *
template_new (const char *text)
{
  AphTemplate *self = g_atomic_rc_box_new0 (AphTemplate);

  self->text = g_strdup (text);
  self->parts = g_array_new (FALSE, FALSE, sizeof (Part));
  g_array_set_clear_func (self->parts, part_clear);

  return self;
}

static void
add_part (AphTemplate *self,
          GString     *before,
          char        *column,
          char        *fallback)
{
  Part part = {
    .text = g_strndup (before->str, before->len),
    .length = before->len,
    .column = column,
    .fallback = fallback,
  };

  g_array_append_val (self->parts, part);
  g_string_truncate (before, 0);
}

/* Reads the place that begins at @start, after its braces; returns what is after it. */
static const char *
parse_place (AphTemplate  *self,
             GString      *before,
             const char   *start,
             GError      **error)
{
  const char *end = strstr (start, CLOSING);
  const char *bar;
  g_autofree char *column = NULL;

  if (end == NULL)
    {
      g_autofree char *begin = g_utf8_substring (start, 0, MIN (20, g_utf8_strlen (start, -1)));

      g_set_error (error, APH_TEMPLATE_ERROR, APH_TEMPLATE_ERROR_SYNTAX,
                   _("The template has “{{%s” without “}}” after it; write “{{{{” for two braces"),
                   begin);
      return NULL;
    }

  bar = memchr (start, '|', end - start);
  column = g_strstrip (g_strndup (start, (bar != NULL ? bar : end) - start));
  if (*column == '\0')
    {
      g_set_error_literal (error, APH_TEMPLATE_ERROR, APH_TEMPLATE_ERROR_SYNTAX,
                           _("The template has “{{” without the name of a column; write “{{{{” "
                             "for two braces"));
      return NULL;
    }

  add_part (self, before, g_steal_pointer (&column),
            bar != NULL ? g_strndup (bar + 1, end - bar - 1) : NULL);

  return end + strlen (CLOSING);
}

/**
 * aph_template_new:
 * @text: valid UTF-8
 * @error: return location
 *
 * Returns: (transfer full): the template that @text is, or %NULL with an %APH_TEMPLATE_ERROR
 */
AphTemplate *
aph_template_new (const char  *text,
                  GError     **error)
{
  g_autoptr (AphTemplate) self = NULL;
  g_autoptr (GString) before = g_string_new (NULL);
  const char *p = text;

  g_return_val_if_fail (text != NULL, NULL);

  self = template_new (text);
  while (*p != '\0')
    {
      const char *braces = strstr (p, OPENING);

      if (braces == NULL)
        braces = p + strlen (p);
      g_string_append_len (before, p, braces - p);
      p = braces;

      if (g_str_has_prefix (p, LITERAL))
        {
          g_string_append (before, OPENING);
          p += strlen (LITERAL);
        }
      else if (*p != '\0')
        {
          p = parse_place (self, before, p + strlen (OPENING), error);
          if (p == NULL)
            return NULL;
        }
    }
  add_part (self, before, NULL, NULL);

  return g_steal_pointer (&self);
}

/**
 * aph_template_new_column:
 * @column: the name of a column, which may hold anything
 *
 * Returns: (transfer full): the template that is nothing but @column
 */
AphTemplate *
aph_template_new_column (const char *column)
{
  AphTemplate *self;
  g_autoptr (GString) before = g_string_new (NULL);
  g_autofree char *text = NULL;

  g_return_val_if_fail (column != NULL, NULL);

  text = g_strconcat (OPENING, column, CLOSING, NULL);
  self = template_new (text);
  add_part (self, before, g_strdup (column), NULL);
  add_part (self, before, NULL, NULL);

  return self;
}

AphTemplate *
aph_template_ref (AphTemplate *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
template_clear (gpointer data)
{
  AphTemplate *self = data;

  g_free (self->text);
  g_array_unref (self->parts);
}

void
aph_template_unref (AphTemplate *self)
{
  g_atomic_rc_box_release_full (self, template_clear);
}

/**
 * aph_template_get_text:
 * @self: a template
 *
 * Returns: it, as it was written
 */
const char *
aph_template_get_text (const AphTemplate *self)
{
  return self->text;
}

/**
 * aph_template_get_n_places:
 * @self: a template
 *
 * Returns: how many places for columns it has
 */
guint
aph_template_get_n_places (const AphTemplate *self)
{
  return self->parts->len - 1;
}

/**
 * aph_template_get_column:
 * @self: a template
 * @place: a number from 0 to aph_template_get_n_places() - 1
 *
 * Returns: the name of the column that belongs there
 */
const char *
aph_template_get_column (const AphTemplate *self,
                         guint              place)
{
  g_return_val_if_fail (place + 1 < self->parts->len, NULL);

  return g_array_index (self->parts, Part, place).column;
}

static void
set_column_error (GError            **error,
                  const char         *column,
                  const char *const  *columns)
{
  guint n_columns = g_strv_length ((char **) columns);
  const char *nearest = aph_nearest_name (column, columns, n_columns);
  g_autoptr (GString) list = NULL;

  if (nearest != NULL)
    {
      g_set_error (error, APH_TEMPLATE_ERROR, APH_TEMPLATE_ERROR_COLUMN,
                   _("There is no column “%s”; did you mean “%s”?"), column, nearest);
      return;
    }

  list = g_string_new (NULL);
  for (guint i = 0; i < MIN (n_columns, MAX_LISTED); i++)
    g_string_append_printf (list, "%s%s", i > 0 ? ", " : "", columns[i]);
  if (n_columns > MAX_LISTED)
    g_string_append (list, ", …");

  g_set_error (error, APH_TEMPLATE_ERROR, APH_TEMPLATE_ERROR_COLUMN,
               _("There is no column “%s”; there are: %s"), column, list->str);
}

/**
 * aph_template_check:
 * @self: a template
 * @columns: (array zero-terminated=1): the names of all columns
 * @error: return location
 *
 * Returns: %FALSE with an %APH_TEMPLATE_ERROR_COLUMN if it names a column that is not among
 *   @columns; the message has the nearest one
 */
gboolean
aph_template_check (const AphTemplate  *self,
                    const char *const  *columns,
                    GError            **error)
{
  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (columns != NULL, FALSE);

  for (guint i = 0; i + 1 < self->parts->len; i++)
    {
      const char *column = g_array_index (self->parts, Part, i).column;

      if (!g_strv_contains (columns, column))
        {
          set_column_error (error, column, columns);
          return FALSE;
        }
    }

  return TRUE;
}

/**
 * aph_template_expand:
 * @self: a template
 * @lookup: finds the cell of a column
 * @user_data: for @lookup
 * @out: where to append
 * @error: return location
 *
 * Writes the template with the cells of a row in its places.
 *
 * Returns: %FALSE with an %APH_TEMPLATE_ERROR_COLUMN if the row lacks a column and the place has no
 *   text to stand for it
 */
gboolean
aph_template_expand (const AphTemplate  *self,
                     AphTemplateLookup   lookup,
                     gpointer            user_data,
                     GString            *out,
                     GError            **error)
{
  for (guint i = 0; i < self->parts->len; i++)
    {
      const Part *part = &g_array_index (self->parts, Part, i);
      gsize length = 0;
      const char *cell;

      g_string_append_len (out, part->text, part->length);
      if (part->column == NULL)
        break;

      cell = lookup (part->column, &length, user_data);
      if (cell != NULL && length > 0)
        g_string_append_len (out, cell, length);
      else if (part->fallback != NULL)
        g_string_append (out, part->fallback);
      else if (cell == NULL)
        {
          g_set_error (error, APH_TEMPLATE_ERROR, APH_TEMPLATE_ERROR_COLUMN,
                       _("it has no “%s”"), part->column);
          return FALSE;
        }
    }

  return TRUE;
}

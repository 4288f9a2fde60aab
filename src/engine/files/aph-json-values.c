/* aph-json-values.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-json-values"

#include "config.h"

#include "files/aph-json-values.h"

struct _AphJsonValues
{
  AphTextInput *input;  /* (not owned) */
  gsize max_length;
  guint64 line;         /* of the place in the window, from 1 */
  guint64 number;       /* of the line on which the last value begins */
  guint64 n_values;     /* how many were found, with the last one */
  gboolean has_begun;
  gboolean is_list;     /* what is cut are the values of a list … */
  gboolean is_open;     /* … which was not closed so far */
  gsize taken;          /* so much of the window is the value that was last returned */

  /* The value that is being read */
  gboolean in_value;
  gboolean is_whole;    /* it ends at scanned */
  gboolean skipping;    /* it is too long; what was seen of it is gone */
  gsize scanned;        /* so much of the window was looked at */
  guint64 depth;
  gboolean in_string;
  gboolean is_escaped;
};

/**
 * aph_json_values_new:
 * @input: what to read; must outlive this
 * @max_length: the longest value that is returned, in bytes
 *
 * Returns: (transfer full): a reader of the values in @input
 */
AphJsonValues *
aph_json_values_new (AphTextInput *input,
                     gsize         max_length)
{
  AphJsonValues *self;

  g_return_val_if_fail (input != NULL, NULL);

  self = g_new0 (AphJsonValues, 1);
  self->input = input;
  self->max_length = max_length;
  self->line = 1;

  return self;
}

void
aph_json_values_free (AphJsonValues *self)
{
  g_free (self);
}

static void
drop (AphJsonValues *self,
      gsize          length)
{
  gsize size;
  const char *text = aph_text_input_peek (self->input, &size);

  for (gsize i = 0; i < length; i++)
    self->line += text[i] == '\n';
  aph_text_input_skip (self->input, length);
}

static gboolean
is_between (AphJsonValues *self,
            char           c)
{
  return g_ascii_isspace (c) || (self->is_list && c == ',');
}

/* Goes to the first byte of the next value, as far as the window reaches. */
static gboolean
find_value (AphJsonValues *self)
{
  gsize size, i = 0;
  const char *text = aph_text_input_peek (self->input, &size);

  for (; i < size; i++)
    {
      if (is_between (self, text[i]))
        continue;

      if (!self->has_begun && text[i] == '[')
        self->is_list = self->is_open = TRUE;
      else if (self->is_open && self->depth == 0 && text[i] == ']')
        self->is_open = FALSE;
      else
        break;
      self->has_begun = TRUE;
    }
  drop (self, i);
  if (i == size)
    return FALSE;

  self->has_begun = TRUE;
  self->in_value = TRUE;
  self->number = self->line;
  self->n_values++;

  return TRUE;
}

/* Whether the value ends before @c, or with it. */
static gboolean
take_byte (AphJsonValues *self,
           char           c,
           gsize         *length)
{
  if (self->in_string)
    {
      if (self->is_escaped)
        self->is_escaped = FALSE;
      else if (c == '\\')
        self->is_escaped = TRUE;
      else if (c == '"')
        self->in_string = FALSE;
      *length += 1;
      return c == '"' && !self->in_string && self->depth == 0;
    }

  if (self->depth == 0 && (g_ascii_isspace (c) || c == ',' || c == ']' || c == '}'))
    {
      /* A bracket that closes nothing is a value of its own, and none that is any good. */
      *length += *length == 0;
      return TRUE;
    }

  *length += 1;
  if (c == '"')
    self->in_string = TRUE;
  else if (c == '{' || c == '[')
    self->depth++;
  else if (c == '}' || c == ']')
    return --self->depth == 0;

  return FALSE;
}

/* Looks for the end of the value in the window. */
static gboolean
find_end (AphJsonValues *self)
{
  gsize size;
  const char *text = aph_text_input_peek (self->input, &size);

  while (!self->is_whole && self->scanned < size)
    self->is_whole = take_byte (self, text[self->scanned], &self->scanned);

  return self->is_whole;
}

/* Whether the value after the one that was last returned ends in the window. */
static gboolean
find_whole_value (AphJsonValues *self)
{
  drop (self, self->taken);
  self->taken = 0;

  return (self->in_value || find_value (self)) && find_end (self);
}

static AphLineStatus
take_value (AphJsonValues  *self,
            const char    **text,
            gsize          *length)
{
  gboolean too_long = self->skipping || self->scanned > self->max_length;
  gsize size;

  *text = aph_text_input_peek (self->input, &size);
  *length = self->scanned;
  self->taken = self->scanned;
  self->scanned = 0;
  self->depth = 0;
  self->in_value = FALSE;
  self->is_whole = FALSE;
  self->in_string = FALSE;
  self->is_escaped = FALSE;
  self->skipping = FALSE;

  return too_long ? APH_LINE_TOO_LONG : APH_LINE_READ;
}

/**
 * aph_json_values_next:
 * @self: a reader
 * @text: (out): the value; not terminated, may hold any bytes; valid until the next call of this or
 *   aph_json_values_has_value()
 * @length: (out): its length in bytes
 * @cancellable: (nullable): ends the waiting
 * @error: return location
 *
 * Cuts out the next value. The last one may be cut off by the end of the text.
 *
 * Returns: what was found; @text and @length are set for %APH_LINE_READ only
 */
AphLineStatus
aph_json_values_next (AphJsonValues  *self,
                      const char    **text,
                      gsize          *length,
                      GCancellable   *cancellable,
                      GError        **error)
{
  for (;;)
    {
      if (find_whole_value (self))
        return take_value (self, text, length);

      if (aph_text_input_is_at_end (self->input))
        return self->in_value ? take_value (self, text, length) : APH_LINE_END;

      if (self->scanned > self->max_length)
        {
          drop (self, self->scanned);
          self->scanned = 0;
          self->skipping = TRUE;
        }

      if (!aph_text_input_fill (self->input, cancellable, error))
        return APH_LINE_ERROR;
    }
}

/**
 * aph_json_values_has_value:
 * @self: a reader
 *
 * Is done with the last value, and looks for the next one.
 *
 * Returns: whether aph_json_values_next() would return at once
 */
gboolean
aph_json_values_has_value (AphJsonValues *self)
{
  return find_whole_value (self) || aph_text_input_is_at_end (self->input);
}

/**
 * aph_json_values_get_number:
 * @self: a reader
 *
 * Returns: the line on which the value that was last found begins, from 1
 */
guint64
aph_json_values_get_number (AphJsonValues *self)
{
  return self->number;
}

/**
 * aph_json_values_get_element:
 * @self: a reader
 *
 * Returns: which element of the list the value is that was last found, from 1; 0 if there is no
 *   list
 */
guint64
aph_json_values_get_element (AphJsonValues *self)
{
  return self->is_list ? self->n_values : 0;
}

/**
 * aph_json_values_is_open:
 * @self: a reader
 *
 * Returns: whether it is in a list that was not closed so far
 */
gboolean
aph_json_values_is_open (AphJsonValues *self)
{
  return self->is_open;
}

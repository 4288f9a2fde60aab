/* aph-json.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * JSON from outside is read here with the limits json-glib 1.6 lacks (see aph-json-check.c), and
 * JSON is written here without the errors it makes: an unescaped 0x1f, "1e+22.0", 0.7 as
 * 0.69999999999999996.
 */

#define G_LOG_DOMAIN "aph-json"

#include "config.h"

#include <math.h>
#include <string.h>

#include "base/aph-json-check.h"
#include "base/aph-json.h"

G_DEFINE_QUARK (aph-json-error-quark, aph_json_error)

/* Some servers write a tab or a line's end into a string as it is, which is no JSON. json-glib
 * reads that up to 1.8 and refuses it since. Returns %NULL if there is none; @text is otherwise in
 * order. */
static GString *
escape_controls (const char *text,
                 gsize       size)
{
  GString *escaped = NULL;
  gboolean is_in_string = FALSE;
  gsize kept = 0;

  for (gsize i = 0; i < size; i++)
    {
      guchar c = text[i];

      if (is_in_string && c == '\\')
        i++;
      else if (c == '"')
        is_in_string = !is_in_string;
      else if (is_in_string && c < 0x20)
        {
          if (escaped == NULL)
            escaped = g_string_sized_new (size + 16);
          g_string_append_len (escaped, text + kept, i - kept);
          g_string_append_printf (escaped, "\\u%04x", c);
          kept = i + 1;
        }
    }

  if (escaped != NULL)
    g_string_append_len (escaped, text + kept, size - kept);

  return escaped;
}

static JsonNode *
parse (const char  *text,
       gsize        size,
       gboolean     lossy,
       GError     **error)
{
  g_autoptr (JsonParser) parser = NULL;
  g_autoptr (GError) local = NULL;
  g_autofree char *valid = NULL;
  g_autoptr (GString) escaped = NULL;
  JsonNode *root;

  if (!g_utf8_validate_len (text, size, NULL))
    {
      valid = g_utf8_make_valid (text, size);
      text = valid;
      size = strlen (valid);
    }

  if (!aph_json_check (text, size, lossy, error))
    return NULL;

  escaped = escape_controls (text, size);
  if (escaped != NULL)
    {
      text = escaped->str;
      size = escaped->len;
    }

  parser = json_parser_new ();
  if (!json_parser_load_from_data (parser, text, size, &local))
    {
      /* It quotes the text, and cuts what it quotes anywhere. */
      g_autofree char *message = g_utf8_make_valid (local->message, -1);

      g_set_error_literal (error, APH_JSON_ERROR, APH_JSON_ERROR_SYNTAX, message);
      return NULL;
    }

  /* Blank text parses without an error and without a root. */
  root = json_parser_steal_root (parser);
  if (root == NULL)
    g_set_error_literal (error, APH_JSON_ERROR, APH_JSON_ERROR_EMPTY, "there is no JSON value");

  return root;
}

static JsonObject *
parse_object (const char  *text,
              gsize        size,
              gboolean     lossy,
              GError     **error)
{
  g_autoptr (JsonNode) root = parse (text, size, lossy, error);

  if (root == NULL)
    return NULL;

  if (!JSON_NODE_HOLDS_OBJECT (root))
    {
      g_set_error_literal (error, APH_JSON_ERROR, APH_JSON_ERROR_TYPE, "this is not a JSON object");
      return NULL;
    }

  return json_node_dup_object (root);
}

/**
 * aph_json_parse:
 * @text: JSON from outside, trusted in nothing
 * @length: its length in bytes, or -1 if it ends in NUL
 * @error: return location
 *
 * Parses one JSON value. Invalid UTF-8 is replaced by U+FFFD before parsing, so that one broken
 * byte does not cost the whole text. All strings of the result are valid UTF-8, and all numbers
 * are those of @text: what cannot be kept is refused.
 *
 * Returns: (transfer full): the root, or %NULL with an %APH_JSON_ERROR
 */
JsonNode *
aph_json_parse (const char  *text,
                gssize       length,
                GError     **error)
{
  g_return_val_if_fail (text != NULL, NULL);

  return parse (text, length < 0 ? strlen (text) : (gsize) length, FALSE, error);
}

/**
 * aph_json_parse_object:
 * @text: JSON from outside
 * @length: its length in bytes, or -1 if it ends in NUL
 * @error: return location
 *
 * Like aph_json_parse(), for a text that must be one object.
 *
 * Returns: (transfer full): the object, or %NULL with an %APH_JSON_ERROR
 */
JsonObject *
aph_json_parse_object (const char  *text,
                       gssize       length,
                       GError     **error)
{
  g_return_val_if_fail (text != NULL, NULL);

  return parse_object (text, length < 0 ? strlen (text) : (gsize) length, FALSE, error);
}

/**
 * aph_json_parse_object_lossy:
 * @text: JSON from outside
 * @length: its length in bytes, or -1 if it ends in NUL
 * @error: return location
 *
 * Like aph_json_parse_object(), for a text of which as much as possible shall be had: half a
 * surrogate pair and `\u0000` are replaced by U+FFFD as well, and a number that is too large costs
 * no more than that number.
 *
 * Returns: (transfer full): the object, or %NULL with an %APH_JSON_ERROR
 */
JsonObject *
aph_json_parse_object_lossy (const char  *text,
                             gssize       length,
                             GError     **error)
{
  g_autofree char *repaired = NULL;
  gsize size;

  g_return_val_if_fail (text != NULL, NULL);

  size = length < 0 ? strlen (text) : (gsize) length;
  repaired = aph_json_repair_escapes (text, size);

  return parse_object (repaired != NULL ? repaired : text, size, TRUE, error);
}

static JsonNode *
get_value (JsonObject *object,
           const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) ? node : NULL;
}

/**
 * aph_json_get_string:
 * @object: an object
 * @name: the member
 *
 * Returns: (nullable): the string, or %NULL if the member is missing or of another type
 */
const char *
aph_json_get_string (JsonObject *object,
                     const char *name)
{
  JsonNode *node = get_value (object, name);

  if (node == NULL || json_node_get_value_type (node) != G_TYPE_STRING)
    return NULL;

  return json_node_get_string (node);
}

/**
 * aph_json_get_int:
 * @object: an object
 * @name: the member
 * @fallback: returned when the member is missing or no number
 *
 * Returns: the number, cut towards zero if it has a fraction
 */
gint64
aph_json_get_int (JsonObject *object,
                  const char *name,
                  gint64      fallback)
{
  JsonNode *node = get_value (object, name);
  GType type = node != NULL ? json_node_get_value_type (node) : G_TYPE_INVALID;

  if (type == G_TYPE_INT64)
    return json_node_get_int (node);

  if (type == G_TYPE_DOUBLE)
    {
      double value = json_node_get_double (node);

      /* Outside this range the conversion is undefined behaviour. */
      if (value > -9.2e18 && value < 9.2e18)
        return (gint64) value;
    }

  return fallback;
}

/**
 * aph_json_get_double:
 * @object: an object
 * @name: the member
 * @fallback: returned when the member is missing or no number
 *
 * Returns: the number
 */
double
aph_json_get_double (JsonObject *object,
                     const char *name,
                     double      fallback)
{
  JsonNode *node = get_value (object, name);
  GType type = node != NULL ? json_node_get_value_type (node) : G_TYPE_INVALID;

  if (type == G_TYPE_INT64 || type == G_TYPE_DOUBLE)
    return json_node_get_double (node);

  return fallback;
}

/**
 * aph_json_get_boolean:
 * @object: an object
 * @name: the member
 * @fallback: returned when the member is missing or no boolean
 *
 * Returns: the boolean
 */
gboolean
aph_json_get_boolean (JsonObject *object,
                      const char *name,
                      gboolean    fallback)
{
  JsonNode *node = get_value (object, name);

  if (node == NULL || json_node_get_value_type (node) != G_TYPE_BOOLEAN)
    return fallback;

  return json_node_get_boolean (node);
}

/**
 * aph_json_get_object:
 * @object: an object
 * @name: the member
 *
 * Returns: (transfer none) (nullable): the object, or %NULL if missing or of another type
 */
JsonObject *
aph_json_get_object (JsonObject *object,
                     const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

/**
 * aph_json_get_array:
 * @object: an object
 * @name: the member
 *
 * Returns: (transfer none) (nullable): the array, or %NULL if missing or of another type
 */
JsonArray *
aph_json_get_array (JsonObject *object,
                    const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

/* What stands for itself within a string. */
static inline gboolean
is_plain (guchar c)
{
  return c >= 0x20 && c != '"' && c != '\\' && c != 0x7f;
}

static void
append_escape (GString *out,
               guchar   c)
{
  static const char hex[] = "0123456789abcdef";
  char escape[] = { '\\', 'u', '0', '0', hex[c >> 4], hex[c & 15] };

  switch (c)
    {
    case '"':
    case '\\':
      escape[1] = c;
      break;
    case '\n':
      escape[1] = 'n';
      break;
    case '\r':
      escape[1] = 'r';
      break;
    case '\t':
      escape[1] = 't';
      break;
    default:
      g_string_append_len (out, escape, sizeof escape);
      return;
    }
  g_string_append_len (out, escape, 2);
}

/**
 * aph_json_append_valid_string:
 * @out: where to write
 * @text: valid UTF-8
 * @length: its length in bytes
 *
 * Like aph_json_append_string_len() for a text that was looked at already.
 */
void
aph_json_append_valid_string (GString    *out,
                              const char *text,
                              gsize       length)
{
  gsize start = 0;

  g_string_append_c (out, '"');
  for (gsize i = 0; i < length; i++)
    if (!is_plain (text[i]))
      {
        g_string_append_len (out, text + start, i - start);
        append_escape (out, text[i]);
        start = i + 1;
      }
  g_string_append_len (out, text + start, length - start);
  g_string_append_c (out, '"');
}

/**
 * aph_json_append_string_len:
 * @out: where to write
 * @text: any bytes
 * @length: how many
 *
 * Writes a JSON string with its quotes. Invalid UTF-8 becomes U+FFFD; non-ASCII stays as it is.
 */
void
aph_json_append_string_len (GString    *out,
                            const char *text,
                            gsize       length)
{
  g_return_if_fail (out != NULL);
  g_return_if_fail (text != NULL || length == 0);

  if (length == 0 || g_utf8_validate_len (text, length, NULL))
    aph_json_append_valid_string (out, text, length);
  else
    {
      g_autofree char *valid = g_utf8_make_valid (text, length);

      aph_json_append_valid_string (out, valid, strlen (valid));
    }
}

/**
 * aph_json_append_string:
 * @out: where to write
 * @text: (nullable): a string
 *
 * Writes a JSON string with its quotes, or `null` for %NULL.
 */
void
aph_json_append_string (GString    *out,
                        const char *text)
{
  if (text == NULL)
    g_string_append (out, "null");
  else
    aph_json_append_string_len (out, text, strlen (text));
}

/**
 * aph_json_append_int:
 * @out: where to write
 * @value: a number
 *
 * Writes it in decimal. A row of results has two dozen numbers: printf() would be a third of the
 * work of writing it.
 */
void
aph_json_append_int (GString *out,
                     gint64   value)
{
  char digits[20];
  char *first = digits + sizeof digits;
  guint64 rest = value < 0 ? -(guint64) value : (guint64) value;

  do
    *--first = (char) ('0' + rest % 10);
  while ((rest /= 10) > 0);

  if (value < 0)
    *--first = '-';
  g_string_append_len (out, first, digits + sizeof digits - first);
}

/* Measured figures have three decimals at most: there is no need to look for more. */
static gboolean
append_thousandths (GString *out,
                    double   value)
{
  gint64 thousandths;
  gint64 rest;

  if (!(value > -1e6 && value < 1e6))
    return FALSE;

  thousandths = llround (value * 1000);
  if (thousandths / 1000.0 != value)
    return FALSE;

  if (thousandths < 0)
    g_string_append_c (out, '-');
  aph_json_append_int (out, ABS (thousandths) / 1000);

  rest = ABS (thousandths) % 1000;
  if (rest > 0)
    g_string_append_c (out, '.');
  for (gint64 unit = 100; rest > 0; rest %= unit, unit /= 10)
    g_string_append_c (out, (char) ('0' + rest / unit));

  return TRUE;
}

/**
 * aph_json_append_double:
 * @out: where to write
 * @value: a number
 *
 * Writes the shortest decimal that reads back as @value; `null` for infinities and NaN, which
 * JSON does not have.
 */
void
aph_json_append_double (GString *out,
                        double   value)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  if (!isfinite (value))
    {
      g_string_append (out, "null");
      return;
    }

  /* As "-0" it would be an integer, which has no sign there. */
  if (value == 0 && signbit (value))
    {
      g_string_append (out, "-0.0");
      return;
    }

  if (append_thousandths (out, value))
    return;

  for (int precision = 6; precision <= 17; precision++)
    {
      char format[] = "%.00g";

      format[2] = (char) ('0' + precision / 10);
      format[3] = (char) ('0' + precision % 10);
      g_ascii_formatd (buffer, sizeof buffer, format, value);
      if (g_ascii_strtod (buffer, NULL) == value)
        break;
    }
  g_string_append (out, buffer);
}

/**
 * aph_json_append_name:
 * @out: where to write, inside an object
 * @name: the member's name
 *
 * Writes `"name":`, after a comma unless the object was just opened.
 */
void
aph_json_append_name (GString    *out,
                      const char *name)
{
  if (out->len > 0 && out->str[out->len - 1] != '{')
    g_string_append_c (out, ',');
  aph_json_append_string (out, name);
  g_string_append_c (out, ':');
}

static void
append_array (GString   *out,
              JsonArray *array)
{
  guint length = json_array_get_length (array);

  g_string_append_c (out, '[');
  for (guint i = 0; i < length; i++)
    {
      if (i > 0)
        g_string_append_c (out, ',');
      aph_json_append_node (out, json_array_get_element (array, i));
    }
  g_string_append_c (out, ']');
}

static void
append_object (GString    *out,
               JsonObject *object)
{
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  g_string_append_c (out, '{');
  json_object_iter_init_ordered (&iter, object);
  while (json_object_iter_next_ordered (&iter, &name, &node))
    {
      aph_json_append_name (out, name);
      aph_json_append_node (out, node);
    }
  g_string_append_c (out, '}');
}

/**
 * aph_json_append_node:
 * @out: where to write
 * @node: any node
 *
 * Writes @node compactly, members in their order.
 */
void
aph_json_append_node (GString  *out,
                      JsonNode *node)
{
  g_return_if_fail (out != NULL);
  g_return_if_fail (node != NULL);

  switch (json_node_get_node_type (node))
    {
    case JSON_NODE_OBJECT:
      append_object (out, json_node_get_object (node));
      break;
    case JSON_NODE_ARRAY:
      append_array (out, json_node_get_array (node));
      break;
    case JSON_NODE_VALUE:
      switch (json_node_get_value_type (node))
        {
        case G_TYPE_STRING:
          aph_json_append_string (out, json_node_get_string (node));
          break;
        case G_TYPE_BOOLEAN:
          g_string_append (out, json_node_get_boolean (node) ? "true" : "false");
          break;
        case G_TYPE_INT64:
          aph_json_append_int (out, json_node_get_int (node));
          break;
        default:
          aph_json_append_double (out, json_node_get_double (node));
          break;
        }
      break;
    case JSON_NODE_NULL:
    default:
      g_string_append (out, "null");
      break;
    }
}

/**
 * aph_json_node_to_text:
 * @node: any node
 *
 * Returns: (transfer full): @node as compact JSON
 */
char *
aph_json_node_to_text (JsonNode *node)
{
  GString *out = g_string_new (NULL);

  aph_json_append_node (out, node);

  return g_string_free (out, FALSE);
}

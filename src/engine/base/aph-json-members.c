/* aph-json-members.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-json"

#include "config.h"

#include <math.h>

#include "base/aph-json-members.h"
#include "base/aph-json.h"

/**
 * aph_json_append_text:
 * @out: where to write, inside an object
 * @name: the member's name
 * @text: (nullable): its value
 */
void
aph_json_append_text (GString    *out,
                      const char *name,
                      const char *text)
{
  aph_json_append_name (out, name);
  aph_json_append_string (out, text);
}

/**
 * aph_json_append_text_len:
 * @out: where to write, inside an object
 * @name: the member's name
 * @text: its value, any bytes
 * @length: how many
 */
void
aph_json_append_text_len (GString    *out,
                          const char *name,
                          const char *text,
                          gsize       length)
{
  aph_json_append_name (out, name);
  aph_json_append_string_len (out, text, length);
}

/**
 * aph_json_append_count:
 * @out: where to write, inside an object
 * @name: the member's name
 * @value: its value; negative if it is not known
 */
void
aph_json_append_count (GString    *out,
                       const char *name,
                       gint64      value)
{
  aph_json_append_name (out, name);
  if (value < 0)
    g_string_append (out, "null");
  else
    aph_json_append_int (out, value);
}

/**
 * aph_json_append_figure:
 * @out: where to write, inside an object
 * @name: the member's name
 * @value: its value; negative if it is not known
 *
 * A measured figure: more than three decimals would be noise.
 */
void
aph_json_append_figure (GString    *out,
                        const char *name,
                        double      value)
{
  aph_json_append_name (out, name);
  aph_json_append_double (out, value >= 0 ? round (value * 1000) / 1000 : NAN);
}

/**
 * aph_json_append_raw:
 * @out: where to write, inside an object
 * @name: the member's name
 * @json: (nullable): its value as JSON text
 *
 * Line ends in @json, which there mean nothing, are left out: rows are lines.
 */
void
aph_json_append_raw (GString    *out,
                     const char *name,
                     const char *json)
{
  aph_json_append_name (out, name);
  if (json == NULL)
    {
      g_string_append (out, "null");
      return;
    }

  for (const char *p = json; *p != '\0'; p++)
    if (*p != '\n' && *p != '\r')
      g_string_append_c (out, *p);
}

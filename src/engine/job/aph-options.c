/* aph-options.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The names, types and defaults are those of Ollama v0.33's api.Options and api.Runner.
 */

#define G_LOG_DOMAIN "aph-options"

#include "config.h"

#include <math.h>
#include <string.h>

#include <glib/gi18n-lib.h>

#include "base/aph-json.h"
#include "base/aph-nearest.h"
#include "job/aph-options.h"

G_DEFINE_QUARK (aph-options-error-quark, aph_options_error)

/* Sorted by what people use most, which is the order help texts show them in. */
static const AphOption options[] = {
  { "temperature", APH_OPTION_FLOAT, FALSE, 0, 10 },
  { "seed", APH_OPTION_INT, FALSE, -1, G_MAXINT32 },
  { "num_ctx", APH_OPTION_INT, TRUE, 1, G_MAXINT32 },
  { "num_predict", APH_OPTION_INT, FALSE, -2, G_MAXINT32 },
  { "top_p", APH_OPTION_FLOAT, FALSE, 0, 1 },
  { "top_k", APH_OPTION_INT, FALSE, 0, G_MAXINT32 },
  { "min_p", APH_OPTION_FLOAT, FALSE, 0, 1 },
  { "typical_p", APH_OPTION_FLOAT, FALSE, 0, 1 },
  { "stop", APH_OPTION_STRINGS, FALSE, 0, 0 },
  { "repeat_penalty", APH_OPTION_FLOAT, FALSE, -10, 10 },
  { "repeat_last_n", APH_OPTION_INT, FALSE, -1, G_MAXINT32 },
  { "presence_penalty", APH_OPTION_FLOAT, FALSE, -10, 10 },
  { "frequency_penalty", APH_OPTION_FLOAT, FALSE, -10, 10 },
  { "num_keep", APH_OPTION_INT, FALSE, -1, G_MAXINT32 },
  { "num_batch", APH_OPTION_INT, TRUE, 1, G_MAXINT32 },
  { "num_gpu", APH_OPTION_INT, TRUE, -1, G_MAXINT32 },
  { "main_gpu", APH_OPTION_INT, TRUE, 0, G_MAXINT32 },
  { "num_thread", APH_OPTION_INT, TRUE, 0, G_MAXINT32 },
  { "use_mmap", APH_OPTION_BOOLEAN, TRUE, 0, 0 },
  { "draft_num_predict", APH_OPTION_INT, TRUE, 0, G_MAXINT32 },
};

/**
 * aph_options_get_all:
 * @n_options: (out): how many
 *
 * Returns: (array length=n_options): every option we know
 */
const AphOption *
aph_options_get_all (guint *n_options)
{
  *n_options = G_N_ELEMENTS (options);

  return options;
}

/**
 * aph_options_lookup:
 * @name: a name
 *
 * Returns: (nullable): the option of that name
 */
const AphOption *
aph_options_lookup (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (options); i++)
    if (strcmp (options[i].name, name) == 0)
      return &options[i];

  return NULL;
}

/**
 * aph_options_nearest:
 * @name: a name that is no option's
 *
 * Returns: (nullable): the option that was probably meant, or %NULL if none is near
 */
const char *
aph_options_nearest (const char *name)
{
  const char *names[G_N_ELEMENTS (options)];

  for (guint i = 0; i < G_N_ELEMENTS (options); i++)
    names[i] = options[i].name;

  return aph_nearest_name (name, names, G_N_ELEMENTS (names));
}

static JsonNode *
parse_number (const AphOption  *option,
              const char       *text,
              GError          **error)
{
  gboolean integer = option->type == APH_OPTION_INT;
  char *end = NULL;
  double value = g_ascii_strtod (text, &end);

  if (end == text || *end != '\0' || !isfinite (value) || (integer && value != trunc (value)))
    {
      g_set_error (error, APH_OPTIONS_ERROR, APH_OPTIONS_ERROR_VALUE,
                   integer ? _("%s takes a whole number, not “%s”")
                           : _("%s takes a number, not “%s”"),
                   option->name, text);
      return NULL;
    }

  if (value < option->minimum || value > option->maximum)
    {
      g_set_error (error, APH_OPTIONS_ERROR, APH_OPTIONS_ERROR_VALUE,
                   _("%s takes a number from %g to %g, not “%s”"),
                   option->name, option->minimum, option->maximum, text);
      return NULL;
    }

  return integer ? json_node_init_int (json_node_alloc (), (gint64) value)
                 : json_node_init_double (json_node_alloc (), value);
}

static JsonNode *
parse_boolean (const AphOption  *option,
               const char       *text,
               GError          **error)
{
  static const char *const yes[] = { "true", "yes", "on", "1", NULL };
  static const char *const no[] = { "false", "no", "off", "0", NULL };
  gboolean value = g_strv_contains (yes, text);

  if (!value && !g_strv_contains (no, text))
    {
      g_set_error (error, APH_OPTIONS_ERROR, APH_OPTIONS_ERROR_VALUE,
                   _("%s takes true or false, not “%s”"), option->name, text);
      return NULL;
    }

  return json_node_init_boolean (json_node_alloc (), value);
}

/* One string, or a JSON array of strings. */
static JsonNode *
parse_strings (const AphOption  *option,
               const char       *text,
               GError          **error)
{
  g_autoptr (JsonArray) array = NULL;

  if (text[0] == '[')
    {
      g_autoptr (JsonNode) node = aph_json_parse (text, -1, NULL);
      gboolean good = node != NULL && JSON_NODE_HOLDS_ARRAY (node);

      for (guint i = 0; good && i < json_array_get_length (json_node_get_array (node)); i++)
        {
          JsonNode *element = json_array_get_element (json_node_get_array (node), i);

          good = JSON_NODE_HOLDS_VALUE (element)
                 && json_node_get_value_type (element) == G_TYPE_STRING;
        }

      if (good)
        return g_steal_pointer (&node);

      g_set_error (error, APH_OPTIONS_ERROR, APH_OPTIONS_ERROR_VALUE,
                   _("%s takes a text or a JSON array of texts, not “%s”"), option->name, text);
      return NULL;
    }

  array = json_array_new ();
  json_array_add_string_element (array, text);

  return json_node_init_array (json_node_alloc (), array);
}

/**
 * aph_options_parse_value:
 * @name: an option's name
 * @text: its value as people write it
 * @error: return location
 *
 * Returns: (transfer full): the value with the type Ollama insists on, or %NULL with an
 *   %APH_OPTIONS_ERROR whose message names the option and what it takes
 */
JsonNode *
aph_options_parse_value (const char  *name,
                         const char  *text,
                         GError     **error)
{
  const AphOption *option;

  g_return_val_if_fail (name != NULL, NULL);
  g_return_val_if_fail (text != NULL, NULL);

  option = aph_options_lookup (name);
  if (option == NULL)
    {
      const char *nearest = aph_options_nearest (name);

      if (nearest != NULL)
        g_set_error (error, APH_OPTIONS_ERROR, APH_OPTIONS_ERROR_UNKNOWN,
                     _("there is no option “%s”; did you mean “%s”?"), name, nearest);
      else
        g_set_error (error, APH_OPTIONS_ERROR, APH_OPTIONS_ERROR_UNKNOWN,
                     _("there is no option “%s”"), name);
      return NULL;
    }

  switch (option->type)
    {
    case APH_OPTION_INT:
    case APH_OPTION_FLOAT:
      return parse_number (option, text, error);
    case APH_OPTION_BOOLEAN:
      return parse_boolean (option, text, error);
    case APH_OPTION_STRINGS:
      return parse_strings (option, text, error);
    default:
      g_return_val_if_reached (NULL);
    }
}

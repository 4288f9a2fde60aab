/* aph-params.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-params"

#include "config.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "base/aph-blank.h"
#include "base/aph-json.h"
#include "job/aph-options.h"
#include "job/aph-params.h"

struct _AphParams
{
  JsonObject *members;
  GMutex lock;        /* of the two texts below, made on first use from any thread */
  char *text;         /* (nullable) */
  char *load_key;     /* (nullable) */
};

G_DEFINE_BOXED_TYPE (AphParams, aph_params, aph_params_ref, aph_params_unref)

/* More does not fit into the nanoseconds of Ollama; and infinity is no number. */
#define MAX_SECONDS 9e9

/* What a request says elsewhere than in its params. */
static const char *const not_params[] = {
  "model", "prompt", "stream", "custom_id", NULL,
};

/**
 * aph_params_new:
 *
 * Returns: (transfer full): params that leave everything to the server
 */
AphParams *
aph_params_new (void)
{
  AphParams *self = g_atomic_rc_box_new0 (AphParams);

  g_mutex_init (&self->lock);
  self->members = json_object_new ();

  return self;
}

/**
 * aph_params_new_from_body:
 * @body: the body of a request to Ollama's /api/generate
 *
 * Returns: (transfer full): all it says but model, prompt, stream and custom_id; members we do
 *   not know included, and none checked: a file's word is sent as it is
 */
AphParams *
aph_params_new_from_body (JsonObject *body)
{
  AphParams *self = aph_params_new ();
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  json_object_iter_init_ordered (&iter, body);
  while (json_object_iter_next_ordered (&iter, &name, &node))
    if (!g_strv_contains (not_params, name))
      json_object_set_member (self->members, name, json_node_copy (node));

  return self;
}

static JsonNode *
copy_deep (JsonNode *node)
{
  g_autofree char *text = aph_json_node_to_text (node);

  return aph_json_parse (text, -1, NULL);
}

/**
 * aph_params_copy:
 * @self: params
 *
 * Returns: (transfer full): params of the same content that may be changed
 */
AphParams *
aph_params_copy (const AphParams *self)
{
  AphParams *copy = aph_params_new ();

  aph_params_add_defaults (copy, self);

  return copy;
}

AphParams *
aph_params_ref (AphParams *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
aph_params_clear (gpointer data)
{
  AphParams *self = data;

  json_object_unref (self->members);
  g_mutex_clear (&self->lock);
  g_free (self->text);
  g_free (self->load_key);
}

void
aph_params_unref (AphParams *self)
{
  g_atomic_rc_box_release_full (self, aph_params_clear);
}

static void
set_member (AphParams  *self,
            const char *name,
            JsonNode   *node)
{
  /* Once read, it may be shared. */
  g_return_if_fail (self->text == NULL && self->load_key == NULL);

  json_object_set_member (self->members, name, node);
}

/**
 * aph_params_set_option:
 * @self: params with one owner
 * @name: an option's name, as in #AphOption
 * @text: its value as people write it
 * @error: return location
 *
 * Setting `stop` again adds another stop text.
 *
 * Returns: %FALSE with an %APH_OPTIONS_ERROR if there is no such option or the value does not
 *   suit it
 */
gboolean
aph_params_set_option (AphParams   *self,
                       const char  *name,
                       const char  *text,
                       GError     **error)
{
  JsonNode *value = aph_options_parse_value (name, text, error);
  JsonObject *options;
  JsonArray *present;

  if (value == NULL)
    return FALSE;

  options = aph_json_get_object (self->members, "options");
  if (options == NULL)
    {
      options = json_object_new ();
      set_member (self, "options", json_node_init_object (json_node_alloc (), options));
      json_object_unref (options);
    }

  present = aph_json_get_array (options, name);
  if (present != NULL && JSON_NODE_HOLDS_ARRAY (value))
    {
      JsonArray *added = json_node_get_array (value);

      for (guint i = 0; i < json_array_get_length (added); i++)
        json_array_add_element (present, json_array_dup_element (added, i));
      json_node_unref (value);
    }
  else
    json_object_set_member (options, name, value);

  return TRUE;
}

/**
 * aph_params_set_system:
 * @self: params with one owner
 * @system: (nullable): the system prompt; %NULL or "" for the model's own
 */
void
aph_params_set_system (AphParams  *self,
                       const char *system)
{
  if (system == NULL || *system == '\0')
    json_object_remove_member (self->members, "system");
  else
    set_member (self, "system", json_node_init_string (json_node_alloc (), system));
}

/**
 * aph_params_set_think:
 * @self: params with one owner
 * @text: "yes", "no", "low", "medium", "high" or "max"
 * @error: return location
 *
 * Returns: %FALSE with an %APH_OPTIONS_ERROR if @text is another word
 */
gboolean
aph_params_set_think (AphParams   *self,
                      const char  *text,
                      GError     **error)
{
  static const char *const yes[] = { "yes", "true", "on", NULL };
  static const char *const no[] = { "no", "false", "off", NULL };
  static const char *const levels[] = { "low", "medium", "high", "max", NULL };
  JsonNode *node = json_node_alloc ();

  if (g_strv_contains (yes, text) || g_strv_contains (no, text))
    json_node_init_boolean (node, g_strv_contains (yes, text));
  else if (g_strv_contains (levels, text))
    json_node_init_string (node, text);
  else
    {
      g_set_error (error, APH_OPTIONS_ERROR, APH_OPTIONS_ERROR_VALUE,
                   _("think takes yes, no, low, medium, high or max, not “%s”"), text);
      json_node_unref (node);
      return FALSE;
    }

  set_member (self, "think", node);

  return TRUE;
}

/**
 * aph_params_set_format:
 * @self: params with one owner
 * @text: "json", or a JSON schema
 * @error: return location
 *
 * Returns: %FALSE with an %APH_OPTIONS_ERROR if @text is neither
 */
gboolean
aph_params_set_format (AphParams   *self,
                       const char  *text,
                       GError     **error)
{
  g_autoptr (JsonObject) schema = NULL;
  g_autoptr (GError) local = NULL;

  if (strcmp (text, "json") == 0)
    {
      set_member (self, "format", json_node_init_string (json_node_alloc (), "json"));
      return TRUE;
    }

  schema = aph_json_parse_object (text, -1, &local);
  if (schema == NULL)
    {
      g_set_error (error, APH_OPTIONS_ERROR, APH_OPTIONS_ERROR_VALUE,
                   _("format takes “json” or a JSON schema: %s"), local->message);
      return FALSE;
    }

  set_member (self, "format", json_node_init_object (json_node_alloc (), schema));

  return TRUE;
}

/* A duration as Go's time.ParseDuration() reads it: 5m, 1h30m, 300ms, -1m. */
static gboolean
is_go_duration (const char *text)
{
  static const char *const units[] = { "ns", "us", "µs", "ms", "s", "m", "h", NULL };

  if (*text == '-' || *text == '+')
    text++;
  if (*text == '\0')
    return FALSE;

  while (*text != '\0')
    {
      gsize digits = strspn (text, "0123456789");
      guint i;

      if (text[digits] == '.')
        digits += 1 + strspn (text + digits + 1, "0123456789");
      if (digits == 0)
        return FALSE;
      text += digits;

      for (i = 0; units[i] != NULL; i++)
        if (g_str_has_prefix (text, units[i]))
          break;
      if (units[i] == NULL)
        return FALSE;
      text += strlen (units[i]);
    }

  return TRUE;
}

/**
 * aph_params_set_keep_alive:
 * @self: params with one owner
 * @text: seconds, or a duration with units ("5m", "1h30m"); negative for ever, 0 to unload
 * @error: return location
 *
 * Returns: %FALSE with an %APH_OPTIONS_ERROR if @text is neither
 */
gboolean
aph_params_set_keep_alive (AphParams   *self,
                           const char  *text,
                           GError     **error)
{
  char *end = NULL;
  double seconds = g_ascii_strtod (text, &end);
  JsonNode *node;

  /* A number must be sent as a number: Ollama refuses "10" for want of a unit. */
  if (end != text && *end == '\0' && ABS (seconds) <= MAX_SECONDS)
    node = seconds == (gint64) seconds ? json_node_init_int (json_node_alloc (), (gint64) seconds)
                                       : json_node_init_double (json_node_alloc (), seconds);
  else if (is_go_duration (text))
    node = json_node_init_string (json_node_alloc (), text);
  else
    {
      g_set_error (error, APH_OPTIONS_ERROR, APH_OPTIONS_ERROR_VALUE,
                   _("keep_alive takes seconds or a duration like 5m or 1h30m, not “%s”"), text);
      return FALSE;
    }

  set_member (self, "keep_alive", node);

  return TRUE;
}

/**
 * aph_params_add_image:
 * @self: params with one owner
 * @base64: a picture, as Ollama wants it; or its address, for servers that read those
 *
 * Adds it to the `images`.
 */
void
aph_params_add_image (AphParams  *self,
                      const char *base64)
{
  JsonArray *images = aph_json_get_array (self->members, "images");

  if (images == NULL)
    {
      JsonNode *node = json_node_alloc ();

      images = json_array_new ();
      json_node_init_array (node, images);
      json_array_unref (images);
      set_member (self, "images", node);
    }
  json_array_add_string_element (images, base64);
}

/**
 * aph_params_set_strict:
 * @self: params with one owner
 *
 * A prompt that does not fit into the context is an error: the server neither cuts it to fit
 * (`truncate`) nor forgets the beginning while it answers (`shift`). Ollama loads a model with
 * `shift`, so all requests of a run should agree on it.
 */
void
aph_params_set_strict (AphParams *self)
{
  set_member (self, "truncate", json_node_init_boolean (json_node_alloc (), FALSE));
  set_member (self, "shift", json_node_init_boolean (json_node_alloc (), FALSE));
}

/**
 * aph_params_add_defaults:
 * @self: params with one owner
 * @defaults: what holds where @self says nothing
 *
 * Options are filled in one by one, the other members as a whole.
 */
void
aph_params_add_defaults (AphParams       *self,
                         const AphParams *defaults)
{
  JsonObject *options = aph_json_get_object (self->members, "options");
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  json_object_iter_init_ordered (&iter, defaults->members);
  while (json_object_iter_next_ordered (&iter, &name, &node))
    {
      if (!json_object_has_member (self->members, name))
        set_member (self, name, copy_deep (node));
      else if (strcmp (name, "options") == 0 && options != NULL && JSON_NODE_HOLDS_OBJECT (node))
        {
          JsonObjectIter option_iter;
          const char *option;
          JsonNode *value;

          json_object_iter_init_ordered (&option_iter, json_node_get_object (node));
          while (json_object_iter_next_ordered (&option_iter, &option, &value))
            if (!json_object_has_member (options, option))
              json_object_set_member (options, option, copy_deep (value));
        }
    }
}

/**
 * aph_params_merge:
 * @own: what a request says
 * @defaults: (nullable): what holds where it says nothing
 *
 * Returns: (transfer full): both together; one of the two if the other says nothing
 */
AphParams *
aph_params_merge (AphParams *own,
                  AphParams *defaults)
{
  AphParams *merged;

  g_return_val_if_fail (own != NULL, NULL);

  if (defaults == NULL || json_object_get_size (defaults->members) == 0)
    return aph_params_ref (own);
  if (json_object_get_size (own->members) == 0)
    return aph_params_ref (defaults);

  merged = aph_params_copy (own);
  aph_params_add_defaults (merged, defaults);

  return merged;
}

/**
 * aph_params_get_members:
 * @self: params
 *
 * Returns: (transfer none): the members of a request body to Ollama
 */
JsonObject *
aph_params_get_members (const AphParams *self)
{
  return self->members;
}

/**
 * aph_params_get_options:
 * @self: params
 *
 * Returns: (transfer none) (nullable): the `options`
 */
JsonObject *
aph_params_get_options (const AphParams *self)
{
  return aph_json_get_object (self->members, "options");
}

/**
 * aph_params_get_messages:
 * @self: params
 *
 * Returns: (transfer none) (nullable): the conversation that comes before the prompt, which may be
 *   empty then; %NULL if there is none
 */
JsonArray *
aph_params_get_messages (const AphParams *self)
{
  JsonArray *messages = aph_json_get_array (self->members, "messages");

  return messages != NULL && json_array_get_length (messages) > 0 ? messages : NULL;
}

/**
 * aph_params_takes_prompt:
 * @self: params
 * @prompt: a prompt
 *
 * Returns: whether there is something to answer: @prompt is not blank, or it is empty and a
 *   conversation comes before it
 */
gboolean
aph_params_takes_prompt (const AphParams *self,
                         const char      *prompt)
{
  return *prompt == '\0' ? aph_params_get_messages (self) != NULL : !aph_is_blank (prompt, -1);
}

/**
 * aph_params_get_system:
 * @self: params
 *
 * Returns: (nullable): the system prompt
 */
const char *
aph_params_get_system (const AphParams *self)
{
  return aph_json_get_string (self->members, "system");
}

/**
 * aph_params_get_num_ctx:
 * @self: params
 *
 * Returns: the size of the context in tokens, or -1 if it is left to the server
 */
gint64
aph_params_get_num_ctx (const AphParams *self)
{
  JsonObject *options = aph_params_get_options (self);

  return options != NULL ? aph_json_get_int (options, "num_ctx", -1) : -1;
}

/**
 * aph_params_get_seed:
 * @self: params
 * @seed: (out): the seed
 *
 * Returns: whether they name a seed; if not, or if it is negative, the server takes any
 */
gboolean
aph_params_get_seed (const AphParams *self,
                     gint64          *seed)
{
  JsonObject *options = aph_params_get_options (self);

  *seed = aph_json_get_int (self->members, "seed", -1);
  if (options != NULL)
    *seed = aph_json_get_int (options, "seed", *seed);

  return *seed >= 0;
}

/**
 * aph_params_get_text:
 * @self: params, which from now on do not change
 *
 * Returns: (transfer none): the members as JSON without the braces around them: `"think":false`.
 *   Made once, since thousands of requests share it.
 */
const char *
aph_params_get_text (AphParams *self)
{
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  if (self->text == NULL)
    {
      GString *out = g_string_new (NULL);
      JsonObjectIter iter;
      const char *name;
      JsonNode *node;

      json_object_iter_init_ordered (&iter, self->members);
      while (json_object_iter_next_ordered (&iter, &name, &node))
        {
          if (out->len > 0)
            g_string_append_c (out, ',');
          aph_json_append_string (out, name);
          g_string_append_c (out, ':');
          aph_json_append_node (out, node);
        }
      self->text = g_string_free (out, FALSE);
    }

  return self->text;
}

/**
 * aph_params_get_load_key:
 * @self: params, which from now on do not change
 *
 * Requests to the same model whose load keys are equal can be answered without reloading it.
 *
 * Returns: (transfer none): the options a model is loaded with, as a text
 */
const char *
aph_params_get_load_key (AphParams *self)
{
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  if (self->load_key == NULL)
    {
      GString *key = g_string_new (NULL);
      JsonObject *given = aph_params_get_options (self);
      guint n_options;
      const AphOption *options = aph_options_get_all (&n_options);

      for (guint i = 0; given != NULL && i < n_options; i++)
        if (options[i].load_time && json_object_has_member (given, options[i].name))
          {
            g_string_append_printf (key, "%s=", options[i].name);
            aph_json_append_node (key, json_object_get_member (given, options[i].name));
            g_string_append_c (key, ';');
          }

      /* Not an option, but the model is loaded with it as well since Ollama 0.30. */
      if (json_object_has_member (self->members, "shift"))
        {
          g_string_append (key, "shift=");
          aph_json_append_node (key, json_object_get_member (self->members, "shift"));
        }
      self->load_key = g_string_free (key, FALSE);
    }

  return self->load_key;
}

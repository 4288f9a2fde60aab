/* sim-spec.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "sim-spec"

#include "config.h"

#include <string.h>

#include "sim-error.h"
#include "sim-loop.h"
#include "sim-spec.h"

typedef enum
{
  KEY_COUNT,
  KEY_AUTO_COUNT, /* a count, or nothing for what follows from others */
  KEY_RATE,
  KEY_MSEC,
  KEY_TEXT,
  KEY_FAULT,
  KEY_TAG,
} KeyType;

static const struct
{
  const char *name;
  KeyType     type;
  gsize       offset;
  const char *help;
} keys[] = {
  { "tokens", KEY_AUTO_COUNT, G_STRUCT_OFFSET (SimSpec, tokens),
    "length of the answer; auto: all of the text, or 32 of one without end" },
  { "thinking", KEY_AUTO_COUNT, G_STRUCT_OFFSET (SimSpec, thinking),
    "tokens to think before that" },
  { "rate", KEY_RATE, G_STRUCT_OFFSET (SimSpec, rate),
    "tokens per second and stream; 0: as fast as possible" },
  { "jitter", KEY_COUNT, G_STRUCT_OFFSET (SimSpec, jitter),
    "how far an interval may be off, in percent" },
  { "ttft", KEY_MSEC, G_STRUCT_OFFSET (SimSpec, ttft),
    "milliseconds before the first line" },
  { "duration", KEY_MSEC, G_STRUCT_OFFSET (SimSpec, duration),
    "milliseconds for the whole reply; 0: as rate says" },
  { "slots", KEY_COUNT, G_STRUCT_OFFSET (SimSpec, slots),
    "requests that run at the same time; 0: any number" },
  { "peak", KEY_COUNT, G_STRUCT_OFFSET (SimSpec, peak),
    "running requests beyond which they slow each other down; 0: never" },
  { "load", KEY_MSEC, G_STRUCT_OFFSET (SimSpec, load),
    "milliseconds to load the model" },
  { "queue", KEY_COUNT, G_STRUCT_OFFSET (SimSpec, queue),
    "requests that may wait for a load" },
  { "ctx", KEY_AUTO_COUNT, G_STRUCT_OFFSET (SimSpec, ctx),
    "length of the context array; auto: all tokens" },
  { "text", KEY_TEXT, G_STRUCT_OFFSET (SimSpec, text),
    "what to answer" },
  { "fault", KEY_FAULT, G_STRUCT_OFFSET (SimSpec, fault),
    "what goes wrong, and after how many tokens" },
  { "at", KEY_AUTO_COUNT, G_STRUCT_OFFSET (SimSpec, at),
    "the same as @N; auto: half of the tokens" },
  { "every", KEY_COUNT, G_STRUCT_OFFSET (SimSpec, every),
    "only with each so manyeth request of the model; 0: each" },
  { "first", KEY_COUNT, G_STRUCT_OFFSET (SimSpec, first),
    "only with the first so many requests of the model; 0: all" },
  { "retry", KEY_COUNT, G_STRUCT_OFFSET (SimSpec, retry),
    "seconds in Retry-After" },
  { "pull", KEY_MSEC, G_STRUCT_OFFSET (SimSpec, pull),
    "milliseconds that a pull takes" },
  { "tag", KEY_TAG, 0,
    "nothing; tells models of the same behaviour apart" },
};

/* What a value looks like. */
static const char *const values[] = {
  [KEY_COUNT] = "N",
  [KEY_AUTO_COUNT] = "N|auto",
  [KEY_RATE] = "NUMBER",
  [KEY_MSEC] = "MSEC",
  [KEY_TEXT] = "KIND",
  [KEY_FAULT] = "KIND[@N]",
  [KEY_TAG] = "WORD",
};

/**
 * sim_spec_init:
 * @self: what to fill in
 *
 * Sets what holds without a word about it: 32 tokens, at once, never a fault.
 */
void
sim_spec_init (SimSpec *self)
{
  *self = (SimSpec) {
    .tokens = SIM_SPEC_AUTO,
    .queue = 512,
    .ctx = SIM_SPEC_AUTO,
    .text = SIM_TEXT_LOREM,
    .at = SIM_SPEC_AUTO,
    .retry = 1,
    .pull = SIM_SEC,
  };
}

static gboolean
parse_number (const char *value,
              double      max,
              double     *number)
{
  char *end;

  *number = g_ascii_strtod (value, &end);

  return end != value && *end == '\0' && *number >= 0 && *number <= max;
}

static gboolean
parse_count (const char *value,
             gboolean    may_be_auto,
             guint      *count)
{
  guint64 number;

  if (may_be_auto && g_str_equal (value, "auto"))
    {
      *count = SIM_SPEC_AUTO;
      return TRUE;
    }
  if (!g_ascii_string_to_unsigned (value, 10, 0, 100 * 1000 * 1000, &number, NULL))
    return FALSE;

  *count = (guint) number;

  return TRUE;
}

/* NAME or NAME@TOKEN. */
static gboolean
parse_fault (SimSpec    *self,
             const char *value)
{
  const char *at = strchr (value, '@');
  g_autofree char *name = g_strndup (value, at != NULL ? (gsize) (at - value) : strlen (value));

  if (at != NULL && !parse_count (at + 1, FALSE, &self->at))
    return FALSE;

  return sim_fault_from_nick (name, &self->fault);
}

static gboolean
set_key (SimSpec    *self,
         guint       key,
         const char *value)
{
  gpointer field = (char *) self + keys[key].offset;
  double number;

  switch (keys[key].type)
    {
    case KEY_COUNT:
      return parse_count (value, FALSE, field);
    case KEY_AUTO_COUNT:
      return parse_count (value, TRUE, field);
    case KEY_RATE:
      return parse_number (value, 1e9, field);
    case KEY_MSEC:
      if (!parse_number (value, 1e9, &number))
        return FALSE;
      *(gint64 *) field = (gint64) (number * SIM_MSEC);
      return TRUE;
    case KEY_TEXT:
      return sim_text_kind_from_nick (value, field);
    case KEY_FAULT:
      return parse_fault (self, value);
    case KEY_TAG:
      return TRUE;
    default:
      g_assert_not_reached ();
    }
}

/**
 * sim_spec_apply:
 * @self: what to change
 * @text: `key=value,key=value`, may be empty
 * @error: says which part is wrong
 *
 * Returns: whether everything in @text is understood. If not, @self may be changed in part.
 */
gboolean
sim_spec_apply (SimSpec     *self,
                const char  *text,
                GError     **error)
{
  g_auto(GStrv) parts = g_strsplit (text, ",", -1);

  for (char **part = parts; *part != NULL; part++)
    {
      char *equals = strchr (*part, '=');
      guint key = G_N_ELEMENTS (keys);

      if (**part == '\0')
        continue;
      if (equals != NULL)
        {
          *equals = '\0';
          for (key = 0; key < G_N_ELEMENTS (keys); key++)
            if (g_str_equal (keys[key].name, *part))
              break;
        }
      if (key == G_N_ELEMENTS (keys))
        {
          g_set_error (error, SIM_ERROR, 400, "sim: unknown key “%s” in “%s”", *part, text);
          return FALSE;
        }
      if (!set_key (self, key, equals + 1))
        {
          g_set_error (error, SIM_ERROR, 400, "sim: “%s” cannot be “%s”", *part, equals + 1);
          return FALSE;
        }
    }

  return TRUE;
}

/* Words with commas between them, in lines that are indented so far and end at column 78. */
static void
append_list (GString           *out,
             const char *const *words,
             guint              indent)
{
  guint column = 0;

  for (guint i = 0; words[i] != NULL; i++)
    {
      guint length = (guint) strlen (words[i]) + (words[i + 1] != NULL);

      if (column == 0 || column + 1 + length > 78)
        {
          g_string_append_printf (out, "%s%*s", i > 0 ? "\n" : "", (int) indent, "");
          column = indent;
        }
      else
        {
          g_string_append_c (out, ' ');
          column++;
        }
      g_string_append_printf (out, "%s%s", words[i], words[i + 1] != NULL ? "," : "");
      column += length;
    }
  g_string_append_c (out, '\n');
}

/* What holds without a word about a key, in parentheses. */
static void
append_default (GString       *out,
                const SimSpec *spec,
                guint          key)
{
  gconstpointer field = (const char *) spec + keys[key].offset;

  switch (keys[key].type)
    {
    case KEY_COUNT:
    case KEY_AUTO_COUNT:
      if (*(const guint *) field == SIM_SPEC_AUTO)
        g_string_append (out, " (auto)");
      else
        g_string_append_printf (out, " (%u)", *(const guint *) field);
      break;
    case KEY_RATE:
      g_string_append_printf (out, " (%g)", *(const double *) field);
      break;
    case KEY_MSEC:
      g_string_append_printf (out, " (%" G_GINT64_FORMAT ")", *(const gint64 *) field / SIM_MSEC);
      break;
    case KEY_TEXT:
      g_string_append_printf (out, " (%s):", sim_text_get_nicks ()[*(const SimTextKind *) field]);
      break;
    case KEY_FAULT:
      g_string_append (out, " (none):");
      break;
    case KEY_TAG:
    default:
      break;
    }
}

/**
 * sim_spec_append_help:
 * @out: where to write
 *
 * Writes a line for each key, with its default in parentheses, and what it may be.
 */
void
sim_spec_append_help (GString *out)
{
  g_auto(GStrv) faults = sim_fault_dup_nicks ();
  SimSpec spec;

  sim_spec_init (&spec);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      g_autofree char *key = g_strdup_printf ("%s=%s", keys[i].name, values[keys[i].type]);

      g_string_append_printf (out, "  %-16s %s", key, keys[i].help);
      append_default (out, &spec, i);
      g_string_append_c (out, '\n');
      if (keys[i].type == KEY_TEXT)
        append_list (out, sim_text_get_nicks (), 19);
      else if (keys[i].type == KEY_FAULT)
        append_list (out, (const char *const *) faults, 19);
    }
}

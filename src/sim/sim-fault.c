/* sim-fault.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "sim-fault"

#include "config.h"

#include <string.h>

#include "sim-fault.h"

static const struct
{
  const char  *nick;
  SimFaultKind kind;
} kinds[] = {
  { "none", SIM_FAULT_NONE },
  { "busy", SIM_FAULT_BUSY },
  { "busy-retry-after", SIM_FAULT_BUSY_RETRY },
  { "busy-retry-after-date", SIM_FAULT_BUSY_RETRY_DATE },
  { "rate-limit", SIM_FAULT_RATE_LIMIT },
  { "rate-limit-date", SIM_FAULT_RATE_LIMIT_DATE },
  { "quota", SIM_FAULT_QUOTA },
  { "stall-headers", SIM_FAULT_STALL_HEADERS },
  { "close-before-headers", SIM_FAULT_CLOSE_BEFORE_HEADERS },
  { "error-line", SIM_FAULT_ERROR_LINE },
  { "error-first-line", SIM_FAULT_ERROR_FIRST_LINE },
  { "no-done", SIM_FAULT_NO_DONE },
  { "cut-boundary", SIM_FAULT_CUT_BOUNDARY },
  { "cut-chunk", SIM_FAULT_CUT_CHUNK },
  { "rst", SIM_FAULT_RST },
  { "stall", SIM_FAULT_STALL },
  { "huge-line", SIM_FAULT_HUGE_LINE },
  { "bad-utf8", SIM_FAULT_BAD_UTF8 },
  { "deep", SIM_FAULT_DEEP },
  { "null-response", SIM_FAULT_NULL_RESPONSE },
  { "wrong-types", SIM_FAULT_WRONG_TYPES },
  { "early-headers", SIM_FAULT_EARLY_HEADERS },
  { "two-lines", SIM_FAULT_TWO_LINES },
  { "split", SIM_FAULT_SPLIT },
  { "crlf", SIM_FAULT_CRLF },
  { "no-newline", SIM_FAULT_NO_NEWLINE },
  { "blank-lines", SIM_FAULT_BLANK_LINES },
  { "unknown-fields", SIM_FAULT_UNKNOWN_FIELDS },
  { "done-false", SIM_FAULT_DONE_FALSE },
  { "idle-close", SIM_FAULT_IDLE_CLOSE },
  { "stale-close", SIM_FAULT_STALE_CLOSE },
  { "slow-accept", SIM_FAULT_SLOW_ACCEPT },
  { "sse-ping", SIM_FAULT_SSE_PING },
  { "sse-no-space", SIM_FAULT_SSE_NO_SPACE },
  { "sse-no-done", SIM_FAULT_SSE_NO_DONE },
  { "sse-error", SIM_FAULT_SSE_ERROR },
  { "sse-error-done", SIM_FAULT_SSE_ERROR_DONE },
  { "sse-error-old", SIM_FAULT_SSE_ERROR_OLD },
  { "sse-null-content", SIM_FAULT_SSE_NULL_CONTENT },
  { "sse-empty-choices", SIM_FAULT_SSE_EMPTY_CHOICES },
  { "sse-reasoning-content", SIM_FAULT_SSE_REASONING_CONTENT },
};

static const struct
{
  const char  *nick;
  SimFaultBody body;
} bodies[] = {
  { "", SIM_FAULT_BODY_JSON },
  { "-text", SIM_FAULT_BODY_TEXT },
  { "-html", SIM_FAULT_BODY_HTML },
  { "-empty", SIM_FAULT_BODY_EMPTY },
  { "-nested", SIM_FAULT_BODY_NESTED },
  { "-string", SIM_FAULT_BODY_STRING },
  { "-flat", SIM_FAULT_BODY_FLAT },
  { "-detail", SIM_FAULT_BODY_DETAIL },
  { "-string-code", SIM_FAULT_BODY_STRING_CODE },
  { "-legacy", SIM_FAULT_BODY_LEGACY },
};

/* NUMBER, or NUMBER-BODY. */
static gboolean
parse_status (const char *nick,
              guint       min,
              guint       max,
              SimFault   *fault)
{
  g_autofree char *number = g_strndup (nick, strcspn (nick, "-"));
  guint64 status;

  if (!g_ascii_string_to_unsigned (number, 10, min, max, &status, NULL))
    return FALSE;
  fault->status = (guint) status;

  for (guint i = 0; i < G_N_ELEMENTS (bodies); i++)
    if (g_str_equal (bodies[i].nick, nick + strlen (number)))
      {
        fault->body = bodies[i].body;
        return TRUE;
      }

  return FALSE;
}

/**
 * sim_fault_from_nick:
 * @nick: such as "busy", "status-500-html", "redirect-307"
 * @fault: (out): what it means
 *
 * Returns: whether there is such a fault
 */
gboolean
sim_fault_from_nick (const char *nick,
                     SimFault   *fault)
{
  *fault = (SimFault) { SIM_FAULT_NONE, 0, SIM_FAULT_BODY_JSON };

  if (g_str_has_prefix (nick, "status-"))
    {
      fault->kind = SIM_FAULT_STATUS;
      return parse_status (nick + strlen ("status-"), 400, 599, fault);
    }
  if (g_str_has_prefix (nick, "redirect-"))
    {
      fault->kind = SIM_FAULT_REDIRECT;
      return parse_status (nick + strlen ("redirect-"), 300, 399, fault);
    }

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_str_equal (kinds[i].nick, nick))
      {
        fault->kind = kinds[i].kind;
        return TRUE;
      }

  return FALSE;
}

/**
 * sim_fault_dup_nicks:
 *
 * Returns: (transfer full) (array zero-terminated=1): all there is, for people; for numbers and
 *   what may come after them there is a placeholder
 */
char **
sim_fault_dup_nicks (void)
{
  g_autoptr(GPtrArray) nicks = g_ptr_array_new ();
  GString *status = g_string_new ("status-N");

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    g_ptr_array_add (nicks, g_strdup (kinds[i].nick));
  for (guint i = 1; i < G_N_ELEMENTS (bodies); i++)
    g_string_append_printf (status, "%s%s", i > 1 ? "|" : "[", bodies[i].nick);
  g_ptr_array_add (nicks, g_string_free (g_string_append_c (status, ']'), FALSE));
  g_ptr_array_add (nicks, g_strdup ("redirect-N"));
  g_ptr_array_add (nicks, NULL);

  return (char **) g_ptr_array_free (g_steal_pointer (&nicks), FALSE);
}

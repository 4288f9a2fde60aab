/* sim-fault.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What can go wrong; README.md says what each does. */
typedef enum
{
  SIM_FAULT_NONE,

  /* Instead of an answer. */
  SIM_FAULT_STATUS,
  SIM_FAULT_REDIRECT,
  SIM_FAULT_BUSY,
  SIM_FAULT_BUSY_RETRY,
  SIM_FAULT_BUSY_RETRY_DATE,
  SIM_FAULT_RATE_LIMIT,
  SIM_FAULT_RATE_LIMIT_DATE,
  SIM_FAULT_QUOTA,
  SIM_FAULT_STALL_HEADERS,
  SIM_FAULT_CLOSE_BEFORE_HEADERS,

  /* At a token. */
  SIM_FAULT_ERROR_LINE,
  SIM_FAULT_ERROR_FIRST_LINE,
  SIM_FAULT_NO_DONE,
  SIM_FAULT_CUT_BOUNDARY,
  SIM_FAULT_CUT_CHUNK,
  SIM_FAULT_RST,
  SIM_FAULT_STALL,
  SIM_FAULT_HUGE_LINE,
  SIM_FAULT_BAD_UTF8,
  SIM_FAULT_DEEP,
  SIM_FAULT_NULL_RESPONSE,
  SIM_FAULT_WRONG_TYPES,
  SIM_FAULT_SSE_EMPTY_CHOICES,
  SIM_FAULT_SSE_ERROR,
  SIM_FAULT_SSE_ERROR_DONE,
  SIM_FAULT_SSE_ERROR_OLD,

  /* All the time. */
  SIM_FAULT_EARLY_HEADERS,
  SIM_FAULT_TWO_LINES,
  SIM_FAULT_SPLIT,
  SIM_FAULT_CRLF,
  SIM_FAULT_NO_NEWLINE,
  SIM_FAULT_BLANK_LINES,
  SIM_FAULT_UNKNOWN_FIELDS,
  SIM_FAULT_SSE_PING,
  SIM_FAULT_SSE_NO_SPACE,
  SIM_FAULT_SSE_NULL_CONTENT,
  SIM_FAULT_SSE_REASONING_CONTENT,

  /* At the end, or after it. */
  SIM_FAULT_DONE_FALSE,
  SIM_FAULT_SSE_NO_DONE,
  SIM_FAULT_IDLE_CLOSE,
  SIM_FAULT_STALE_CLOSE,
  SIM_FAULT_SLOW_ACCEPT,
} SimFaultKind;

/* What an error reply holds. */
typedef enum
{
  SIM_FAULT_BODY_JSON,
  SIM_FAULT_BODY_TEXT,
  SIM_FAULT_BODY_HTML,
  SIM_FAULT_BODY_EMPTY,
  SIM_FAULT_BODY_NESTED,
  SIM_FAULT_BODY_STRING,
  SIM_FAULT_BODY_FLAT,
  SIM_FAULT_BODY_DETAIL,
  SIM_FAULT_BODY_STRING_CODE,
  SIM_FAULT_BODY_LEGACY,
} SimFaultBody;

/**
 * SimFault:
 * @kind: what goes wrong
 * @status: the HTTP status of a status or redirect fault
 * @body: what comes with the status
 */
typedef struct
{
  SimFaultKind kind;
  guint        status;
  SimFaultBody body;
} SimFault;

gboolean sim_fault_from_nick (const char *nick,
                              SimFault   *fault);
char   **sim_fault_dup_nicks (void);

G_END_DECLS

/* aph-trace.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * aph_trace:
 * @...: as for g_debug()
 *
 * g_debug() for what happens many times with each prompt: g_debug() makes the message before it
 * finds that nobody wants it. Whether G_MESSAGES_DEBUG asks for this domain is looked up once.
 */
#define aph_trace(...)                                                                        \
  G_STMT_START                                                                                \
    {                                                                                         \
      static int is_dropped_ = -1;                                                            \
      if (G_UNLIKELY (is_dropped_ == -1))                                                     \
        is_dropped_ = g_log_writer_default_would_drop (G_LOG_LEVEL_DEBUG, G_LOG_DOMAIN);      \
      if (!is_dropped_)                                                                       \
        g_debug (__VA_ARGS__);                                                                \
    }                                                                                         \
  G_STMT_END

G_END_DECLS

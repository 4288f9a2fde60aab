/* aph-report-text.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* By which a report in Markdown is told from prompts in Markdown; a reader of it sees nothing. */
#define APH_REPORT_MARK "<!-- antiphon report -->"

/* What people, models and servers wrote, as part of a report: it is never taken for markup. */
void aph_report_append_html       (GString    *out,
                                   const char *text,
                                   gssize      length);
void aph_report_append_markdown   (GString    *out,
                                   const char *text);
void aph_report_append_fenced     (GString    *out,
                                   const char *text,
                                   gsize       length);

G_END_DECLS

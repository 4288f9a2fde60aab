/* aph-export-html.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A report that is one page: it is read without a network, runs nothing, follows the reader's
 * choice of light and dark, and can be printed. It is well-formed XML as well.
 */

#define G_LOG_DOMAIN "aph-exporter"

#include "config.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "base/aph-json.h"
#include "files/aph-exporter-private.h"
#include "files/aph-report-lines.h"
#include "files/aph-report-text.h"
#include "stats/aph-run-figures.h"
#include "stats/aph-timeline-svg.h"

static const char style_sheet[] =
  ":root{color-scheme:light dark;--bg:#fff;--fg:#1e1e1e;--dim:#5e5c64;--card:#f6f5f4;"
  "--line:#c0bfbc;--blue:#1a5fb4;--pale:#99c1f1;--red:#a51d2d;--amber:#8f4700;--green:#1a6b38}\n"
  "@media(prefers-color-scheme:dark){:root{--bg:#1e1e1e;--fg:#f6f5f4;--dim:#b5b3ae;"
  "--card:#2a2a2c;--line:#4d4d50;--blue:#62a0ea;--pale:#3d5a80;--red:#ff7b63;--amber:#f8c572;"
  "--green:#8ff0a4}}\n"
  "body{font:16px/1.5 system-ui,sans-serif;background:var(--bg);color:var(--fg);max-width:62rem;"
  "margin:2rem auto;padding:0 1rem;overflow-wrap:anywhere}\n"
  "h1{font-size:1.8rem;margin-bottom:.25rem}\nh2{margin-top:2.5rem}\n"
  "h3{margin:0 0 .25rem;font-size:1.05rem}\nh4{margin:.75rem 0 .25rem;font-size:.85rem;"
  "color:var(--dim);font-weight:600}\n"
  ".dim,footer{color:var(--dim)}\n.scroll{overflow-x:auto}\n"
  "table{border-collapse:collapse;font-variant-numeric:tabular-nums}\n"
  "th,td{padding:.3rem .7rem;text-align:right;border-bottom:1px solid var(--line)}\n"
  "th:first-child,td:first-child{text-align:left}\n"
  "article{background:var(--card);border-radius:12px;padding:1rem 1.25rem;margin:1rem 0;"
  "content-visibility:auto;contain-intrinsic-size:auto 20rem}\n"
  "article.failed{border-left:4px solid var(--red)}\n"
  "article.marked{border-left:4px solid var(--amber)}\n"
  "article p{margin:0;color:var(--dim)}\narticle p.trouble{color:var(--red);margin-top:.5rem}\n"
  "article.marked p.trouble{color:var(--amber)}\n"
  ".text{white-space:pre-wrap;unicode-bidi:isolate;margin:0;font:inherit}\n"
  ".prompt{border-left:3px solid var(--blue);padding-left:.75rem}\n"
  "summary{cursor:pointer;color:var(--dim);font-size:.85rem;margin-top:.5rem}\n"
  "dl{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1rem;margin:.5rem 0}\n"
  "dt{color:var(--dim)}\ndd{margin:0;white-space:pre-wrap;unicode-bidi:isolate}\n"
  ".timeline svg{width:100%;height:auto}\n.timeline svg>rect:not([class]){fill:var(--bg)}\n"
  ".timeline text{fill:var(--fg)}\n.timeline .d{fill:var(--dim)}\n"
  ".timeline .g{stroke:var(--line)}\n"
  "@media print{article{break-inside:avoid;content-visibility:visible}}\n";

static void
append_element (AphExporter *self,
                const char  *tag,
                const char  *text)
{
  g_string_append_printf (self->text, "<%s>", tag);
  aph_report_append_html (self->text, text, -1);
  g_string_append_printf (self->text, "</%.*s>\n", (int) strcspn (tag, " "), tag);
}

/* The drawing has colours for a light ground; those for a dark one are the page's. */
static void
append_dark_colors (AphExporter *self)
{
  g_string_append (self->text, "@media(prefers-color-scheme:dark){");
  for (AphPhase phase = 0; phase < APH_N_PHASES; phase++)
    g_string_append_printf (self->text, ".timeline .p%d{fill:#%06x}", phase,
                            aph_phase_get_look (phase)->dark);
  g_string_append (self->text, "}\n");
}

static void
append_head (AphExporter *self,
             const char  *title)
{
  g_string_append (self->text,
                   "<!DOCTYPE html>\n"
                   "<html xmlns=\"http://www.w3.org/1999/xhtml\">\n<head>\n"
                   "<meta charset=\"utf-8\"/>\n"
                   "<meta http-equiv=\"Content-Security-Policy\" "
                   "content=\"default-src 'none'; style-src 'unsafe-inline'\"/>\n"
                   "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n");
  append_element (self, "title", title);
  g_string_append_printf (self->text, "<style>\n%s", style_sheet);
  append_dark_colors (self);
  g_string_append (self->text, "</style>\n</head>\n<body>\n");
}

static void
append_table (AphExporter *self)
{
  AphExportSurvey *survey = self->options.survey;

  g_string_append (self->text, "<div class=\"scroll\"><table>\n<thead><tr>");
  for (guint column = 0; column < APH_REPORT_N_COLUMNS; column++)
    append_element (self, "th scope=\"col\"", aph_report_get_column (column));
  g_string_append (self->text, "</tr></thead>\n<tbody>\n");

  for (guint i = 0; i < aph_export_survey_get_n_models (survey); i++)
    {
      g_string_append (self->text, "<tr>");
      for (guint column = 0; column < APH_REPORT_N_COLUMNS; column++)
        {
          g_autofree char *cell = aph_report_dup_cell (survey, self->options.words, i, column);

          append_element (self, "td", cell);
        }
      g_string_append (self->text, "</tr>\n");
    }
  g_string_append (self->text, "</tbody>\n</table></div>\n");
}

static void
append_timeline (AphExporter *self)
{
  AphFigures *figures = aph_export_survey_get_figures (self->options.survey);
  const AphTimelineSvg drawing = {
    .rate_label = _("Tokens per second"),
    .phase_labels = {
      [APH_PHASE_LOADING] = _("Loading the model"),
      [APH_PHASE_WAITING] = _("Waiting for a slot"),
      [APH_PHASE_PROMPT] = _("Reading the prompt"),
      [APH_PHASE_THINKING] = _("Thinking"),
      [APH_PHASE_ANSWERING] = _("Answering"),
      [APH_PHASE_FAILED] = _("Failed attempt"),
    },
  };
  AphRunFigures run;

  aph_run_figures_compute (&run, figures, APH_ANY_MODEL, g_get_monotonic_time ());
  if (run.begin == 0)
    return;

  append_element (self, "h2", _("Timeline"));
  g_string_append (self->text, "<div class=\"timeline scroll\">\n");
  aph_timeline_svg_write (figures, &drawing, self->text);
  g_string_append (self->text, "</div>\n");
}

static void
begin_html (AphExporter *self)
{
  const AphExportOptions *options = &self->options;
  const char *title = options->title != NULL ? options->title : _("Answers");
  g_autofree char *counts = aph_report_dup_counts (options->survey, options->words);
  g_autofree char *time = aph_report_dup_now ();

  append_head (self, title);
  append_element (self, "h1 dir=\"auto\"", title);
  append_element (self, "p", counts);
  append_element (self, "p class=\"dim\"", time);
  append_element (self, "h2", _("Statistics"));
  append_table (self);
  append_timeline (self);
  append_element (self, "h2", _("Prompts and answers"));
}

static void
append_text (AphExporter *self,
             const char  *style,
             const char  *text,
             gsize        length)
{
  g_string_append_printf (self->text, "<pre class=\"text %s\" dir=\"auto\">", style);
  /* A line end right after the tag would be lost. */
  if (length > 0 && text[0] == '\n')
    g_string_append_c (self->text, '\n');
  aph_report_append_html (self->text, text, (gssize) length);
  g_string_append (self->text, "</pre>\n");
}

static void
append_details (AphExporter *self,
                const char  *summary,
                const char  *text,
                gsize        length)
{
  if (length == 0)
    return;

  g_string_append (self->text, "<details>");
  append_element (self, "summary", summary);
  append_text (self, "more", text, length);
  g_string_append (self->text, "</details>\n");
}

static void
append_vars (AphExporter *self,
             const char  *vars)
{
  g_autoptr (JsonObject) object = NULL;
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  if (vars != NULL)
    object = aph_json_parse_object_lossy (vars, -1, NULL);
  if (object == NULL || json_object_get_size (object) == 0)
    return;

  g_string_append (self->text, "<details>");
  append_element (self, "summary", _("Columns"));
  g_string_append (self->text, "<dl>\n");
  json_object_iter_init_ordered (&iter, object);
  while (json_object_iter_next_ordered (&iter, &name, &node))
    {
      const char *string = JSON_NODE_HOLDS_VALUE (node) ? json_node_get_string (node) : NULL;
      g_autofree char *text = string != NULL ? g_strdup (string) : aph_json_node_to_text (node);

      append_element (self, "dt dir=\"auto\"", name);
      append_element (self, "dd dir=\"auto\"", text);
    }
  g_string_append (self->text, "</dl></details>\n");
}

static void
append_question (AphExporter *self,
                 AphRequest  *request)
{
  const char *prompt = aph_request_get_prompt (request);
  const char *params = aph_params_get_text (aph_request_get_params (request));

  append_element (self, "h4", _("Prompt"));
  append_text (self, "prompt", prompt, strlen (prompt));
  append_details (self, _("System prompt and options"), params, strlen (params));
  append_vars (self, aph_request_get_vars (request));
}

static gboolean
append_html (AphExporter  *self,
             AphJob       *job,
             GError      **error)
{
  g_autofree char *title = aph_report_dup_heading (job, self->index);
  g_autofree char *line = aph_report_dup_line (job, self->options.words);
  g_autofree char *trouble = aph_report_dup_trouble (job, self->options.words);
  gsize answer_length, thinking_length;
  const char *answer = aph_job_get_answer (job, &answer_length);
  const char *thinking = aph_job_get_thinking (job, &thinking_length);
  const char *style = aph_job_get_marks (job) != 0
                        ? "marked" : aph_job_state_to_nick (aph_job_get_state (job));

  g_string_append_printf (self->text, "<article id=\"p%" G_GUINT64_FORMAT "\" class=\"%s\">\n",
                          self->index + 1, style);
  append_element (self, "h3 dir=\"auto\"", title);
  append_element (self, "p", line);
  append_question (self, aph_job_get_request (job));
  append_details (self, _("Thinking"), thinking, thinking_length);
  if (answer_length > 0)
    {
      append_element (self, "h4", _("Answer"));
      append_text (self, "answer", answer, answer_length);
    }
  if (trouble != NULL)
    append_element (self, "p class=\"trouble\" dir=\"auto\"", trouble);
  g_string_append (self->text, "</article>\n");

  return TRUE;
}

static void
end_html (AphExporter *self)
{
  g_string_append (self->text, "</body>\n</html>\n");
}

const AphExportWriter aph_export_html_writer = { begin_html, append_html, end_html };

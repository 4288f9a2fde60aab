/* aph-json-row.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

#include "files/aph-row-fields.h"

G_BEGIN_DECLS

/**
 * AphJsonRowKind:
 * @APH_JSON_ROW_REQUEST: the body of a request: `prompt` or `messages`, and what belongs to it
 * @APH_JSON_ROW_BATCH: a line of a batch: the body is in `body`
 * @APH_JSON_ROW_RESULT: a row that antiphon-run wrote
 * @APH_JSON_ROW_TEST: a test of promptfoo: columns in `vars`
 * @APH_JSON_ROW_TABLE: anything else: its members are columns
 *
 * What a JSON object is, as a row.
 */
typedef enum
{
  APH_JSON_ROW_REQUEST,
  APH_JSON_ROW_BATCH,
  APH_JSON_ROW_RESULT,
  APH_JSON_ROW_TEST,
  APH_JSON_ROW_TABLE,
} AphJsonRowKind;

AphJsonRowKind  aph_json_row_get_kind    (JsonObject     *row);

char           *aph_json_row_dup_cell    (JsonObject     *row,
                                          const char     *column);
char           *aph_json_row_dup_vars    (JsonObject     *row);

gboolean        aph_json_row_read        (JsonObject     *row,
                                          const char     *prompt,
                                          GFile          *folder,
                                          AphRowFields   *fields);

char          **aph_json_row_split_paths (const char     *cell,
                                          GFile          *folder);

G_END_DECLS

/* aph-file-layout.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib-object.h>

#include "files/aph-template.h"

G_BEGIN_DECLS

/**
 * AphFileKind:
 * @APH_FILE_ANY: to be told from the content
 * @APH_FILE_TEXT: prompts as they are
 * @APH_FILE_TABLE: rows of cells between delimiters
 * @APH_FILE_JSON_LINES: a JSON object on each line
 * @APH_FILE_JSON_LIST: a JSON list, or JSON values one after the other
 * @APH_FILE_PICTURES: a folder of pictures
 *
 * What a file is.
 */
typedef enum
{
  APH_FILE_ANY,
  APH_FILE_TEXT,
  APH_FILE_TABLE,
  APH_FILE_JSON_LINES,
  APH_FILE_JSON_LIST,
  APH_FILE_PICTURES,
} AphFileKind;

/**
 * AphBlocks:
 * @APH_BLOCKS_ANY: to be told from the content
 * @APH_BLOCKS_LINES: each line is a prompt
 * @APH_BLOCKS_DASHES: lines of `---` are between prompts
 * @APH_BLOCKS_PARAGRAPHS: blank lines are between prompts
 *
 * Where in a text a prompt ends.
 */
typedef enum
{
  APH_BLOCKS_ANY,
  APH_BLOCKS_LINES,
  APH_BLOCKS_DASHES,
  APH_BLOCKS_PARAGRAPHS,
} AphBlocks;

/**
 * AphHeader:
 * @APH_HEADER_ANY: to be told from the content
 * @APH_HEADER_YES: the first row has the names of the columns
 * @APH_HEADER_NO: the first row is one like the others
 *
 * What the first row of a table is.
 */
typedef enum
{
  APH_HEADER_ANY,
  APH_HEADER_YES,
  APH_HEADER_NO,
} AphHeader;

/**
 * AphRole:
 * @APH_ROLE_PROMPT: the prompt, unless there is a template
 * @APH_ROLE_SYSTEM: the system prompt
 * @APH_ROLE_MODEL: the model to ask
 * @APH_ROLE_ID: the file's own name for the row
 * @APH_ROLE_IMAGES: the paths of pictures
 *
 * What a column is for.
 */
typedef enum
{
  APH_ROLE_PROMPT,
  APH_ROLE_SYSTEM,
  APH_ROLE_MODEL,
  APH_ROLE_ID,
  APH_ROLE_IMAGES,
} AphRole;

#define APH_N_ROLES (APH_ROLE_IMAGES + 1)

/**
 * AphReadOptions:
 * @kind: what the file is
 * @encoding: (nullable): a name of aph_text_encoding_lookup(); %NULL to tell it from the content
 * @delimiter: what is between cells; 0 to tell it from the content
 * @blocks: where a prompt of a text ends
 * @header: whether a table has names for its columns
 * @prompt_template: (owned) (nullable): what to make of a row
 * @keeps_answers: what was answered in a file of results is not asked again
 * @columns: (owned) (nullable): the column for each role; "" for none, %NULL for the one whose
 *   name says so
 *
 * What the user says of a file. All zero is to say nothing.
 */
typedef struct
{
  AphFileKind  kind;
  const char  *encoding;
  char         delimiter;
  AphBlocks    blocks;
  AphHeader    header;
  AphTemplate *prompt_template;
  gboolean     keeps_answers;
  char        *columns[APH_N_ROLES];
} AphReadOptions;

AphReadOptions *aph_read_options_new  (void);
AphReadOptions *aph_read_options_copy (const AphReadOptions *self);
void            aph_read_options_free (AphReadOptions       *self);
void            aph_read_options_set_column (AphReadOptions *self,
                                             AphRole         role,
                                             const char     *column);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AphReadOptions, aph_read_options_free)

/**
 * AphFileLayout:
 * @kind: what the file is
 * @encoding: its encoding
 * @delimiter: what is between cells
 * @trims: spaces around cells do not count
 * @blocks: where a prompt ends
 * @has_header: the first row has the names of the columns
 * @columns: (owned) (array zero-terminated=1): the names of the columns: different from each other
 *
 * What was found out about a file.
 */
typedef struct
{
  AphFileKind  kind;
  const char  *encoding;
  char         delimiter;
  gboolean     trims;
  AphBlocks    blocks;
  gboolean     has_header;
  char       **columns;
} AphFileLayout;

void        aph_file_layout_detect      (AphFileLayout         *self,
                                         const AphReadOptions  *options,
                                         const char            *name,
                                         const char            *head,
                                         gsize                  length);
gboolean    aph_file_layout_is_pasted   (const char            *text,
                                         gsize                  length);
const char *aph_file_layout_find_column (const char *const     *columns,
                                         AphRole                role);

G_END_DECLS

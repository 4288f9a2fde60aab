/* aph-search-tokenizer.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a word is, for the full-text index. Letters and digits that follow one another are one, in
 * lower case and without accents. Where a language does not put blanks between its words, each
 * character makes a pair with the next one, and the last one stands alone: so a word of any length
 * is found at any place, the same way as others, by the pairs that follow one another in it, and a
 * single character as the beginning of a pair.
 */

#define G_LOG_DOMAIN "aph-store"

#include "config.h"

#include <string.h>

#include "store/aph-search-tokenizer.h"

/* A longer word is cut: it is no word. In bytes. */
#define MAX_WORD 64

typedef int (*TokenFunc) (void       *context,
                          int         flags,
                          const char *token,
                          int         length,
                          int         start,
                          int         end);

typedef enum
{
  KIND_OTHER,
  KIND_LETTER,
  KIND_IDEOGRAPH,
  KIND_MARK,
} Kind;

/* A character of a text. */
typedef struct
{
  const char *start;
  const char *end;
  gunichar folded;
  Kind kind;
} Char;

static gboolean
is_ideograph (gunichar c)
{
  return (c >= 0x3040 && c <= 0x30ff)        /* Hiragana and Katakana */
         || (c >= 0x3400 && c <= 0x4dbf)     /* Han */
         || (c >= 0x4e00 && c <= 0x9fff)
         || (c >= 0xf900 && c <= 0xfaff)
         || (c >= 0x20000 && c <= 0x3ffff)
         || c == 0x3005 || c == 0x3007
         || (c >= 0xac00 && c <= 0xd7a3)     /* Hangul */
         || (c >= 0x0e01 && c <= 0x0e5b)     /* Thai */
         || (c >= 0x0e81 && c <= 0x0edf)     /* Lao */
         || (c >= 0x1780 && c <= 0x17b3)     /* Khmer */
         || (c >= 0x1000 && c <= 0x102a);    /* Burmese */
}

/* Lower case, no accent, and the narrow form of a wide letter. */
static gunichar
fold (gunichar c)
{
  gunichar base, mark;

  if (c >= 0xff01 && c <= 0xff5e)
    c -= 0xfee0;
  while (g_unichar_decompose (c, &base, &mark) && mark != 0 && g_unichar_ismark (mark))
    c = base;

  return g_unichar_tolower (c);
}

static Kind
find_kind (gunichar c)
{
  if (is_ideograph (c))
    return KIND_IDEOGRAPH;
  if (g_unichar_isalnum (c))
    return KIND_LETTER;

  return g_unichar_ismark (c) ? KIND_MARK : KIND_OTHER;
}

/* Returns: %FALSE at the end. */
static gboolean
read_char (const char *text,
           const char *end,
           Char       *read)
{
  gunichar c;

  if (text >= end)
    return FALSE;

  read->start = text;
  if ((guchar) *text < 0x80)
    {
      read->end = text + 1;
      read->folded = g_ascii_tolower (*text);
      read->kind = g_ascii_isalnum (*text) ? KIND_LETTER : KIND_OTHER;
      return TRUE;
    }

  c = g_utf8_get_char_validated (text, end - text);
  if (c == (gunichar) -1 || c == (gunichar) -2)
    {
      read->end = text + 1;
      read->kind = KIND_OTHER;
      return TRUE;
    }
  read->end = g_utf8_next_char (text);
  read->kind = find_kind (c);
  read->folded = read->kind == KIND_IDEOGRAPH ? c : fold (c);

  return TRUE;
}

/* From a letter to the end of its word.
 * Returns: SQLite's code */
static int
emit_word (const char  *base,
           Char         first,
           const char  *end,
           TokenFunc    func,
           void        *context,
           const char **next)
{
  char word[MAX_WORD + 6];
  int length = 0;
  Char c = first;

  *next = first.start;
  do
    {
      if (c.kind == KIND_LETTER && length < MAX_WORD)
        length += g_unichar_to_utf8 (c.folded, word + length);
      *next = c.end;
    }
  while (read_char (*next, end, &c) && (c.kind == KIND_LETTER || c.kind == KIND_MARK));

  return func (context, 0, word, length, first.start - base, *next - base);
}

/* A character with the one behind it, or alone at the end of what is written together. In a query,
 * a word may go on where the query ends: there the last one does not stand alone. */
static int
emit_ideograph (const char *base,
                Char        c,
                const char *end,
                gboolean    is_query,
                gboolean    is_inside,
                TokenFunc   func,
                void       *context)
{
  char token[12];
  int length = g_unichar_to_utf8 (c.folded, token);
  Char following;
  gboolean is_last = !read_char (c.end, end, &following);

  if (is_last && is_query && is_inside)
    return SQLITE_OK;

  if (!is_last && following.kind == KIND_IDEOGRAPH)
    length += g_unichar_to_utf8 (following.folded, token + length);
  else
    following = c;

  return func (context, 0, token, length, c.start - base, following.end - base);
}

static int
tokenize (Fts5Tokenizer *tokenizer,
          void          *context,
          int            flags,
          const char    *text,
          int            length,
          TokenFunc      func)
{
  const char *end = text + length;
  const char *next = text;
  gboolean is_inside = FALSE;
  Char c;
  int code = SQLITE_OK;

  while (code == SQLITE_OK && read_char (next, end, &c))
    {
      next = c.end;
      if (c.kind == KIND_IDEOGRAPH)
        code = emit_ideograph (text, c, end, (flags & FTS5_TOKENIZE_QUERY) != 0, is_inside, func,
                               context);
      else if (c.kind == KIND_LETTER)
        code = emit_word (text, c, end, func, context, &next);
      is_inside = c.kind == KIND_IDEOGRAPH;
    }

  return code;
}

static int
create (void           *context,
        const char    **arguments,
        int             n_arguments,
        Fts5Tokenizer **tokenizer)
{
  /* There is nothing to remember, but NULL would be an error. */
  *tokenizer = (Fts5Tokenizer *) (gpointer) &create;

  return SQLITE_OK;
}

static void
delete (Fts5Tokenizer *tokenizer)
{
}

/**
 * aph_search_tokenizer_register:
 * @database: a connection
 *
 * Makes `tokenize = 'antiphon'` known to it.
 *
 * Returns: %FALSE if this SQLite has no full-text search
 */
gboolean
aph_search_tokenizer_register (sqlite3 *database)
{
  fts5_tokenizer functions = { create, delete, tokenize };
  fts5_api *api = NULL;
  sqlite3_stmt *statement = NULL;

  if (sqlite3_prepare_v2 (database, "SELECT fts5(?1)", -1, &statement, NULL) == SQLITE_OK)
    {
      sqlite3_bind_pointer (statement, 1, &api, "fts5_api_ptr", NULL);
      sqlite3_step (statement);
    }
  sqlite3_finalize (statement);

  return api != NULL
         && api->xCreateTokenizer (api, "antiphon", NULL, &functions, NULL) == SQLITE_OK;
}

static gboolean
has_word (const char *text)
{
  const char *end = text + strlen (text);
  Char c;

  for (; read_char (text, end, &c); text = c.end)
    if (c.kind == KIND_LETTER || c.kind == KIND_IDEOGRAPH)
      return TRUE;

  return FALSE;
}

static char *
skip (char     *text,
      gboolean  is_space)
{
  while (*text != '\0' && !g_unichar_isspace (g_utf8_get_char (text)) == !is_space)
    text = g_utf8_next_char (text);

  return text;
}

/**
 * aph_search_split:
 * @search: what a user looks for
 *
 * Returns: (transfer full): what is between blanks, of whatever script they are
 */
char **
aph_search_split (const char *search)
{
  g_autofree char *valid = g_utf8_make_valid (search, -1);
  g_autoptr (GStrvBuilder) words = g_strv_builder_new ();
  char *word = skip (valid, TRUE);

  while (*word != '\0')
    {
      char *end = skip (word, FALSE);
      char *next = skip (end, TRUE);

      *end = '\0';
      g_strv_builder_add (words, word);
      word = next;
    }

  return g_strv_builder_end (words);
}

/**
 * aph_search_make_expression:
 * @search: what a user looks for
 *
 * Returns: (transfer full) (nullable): what to match the index with: all words, each of which may
 *   be the beginning of one; %NULL if there is no word in it
 */
char *
aph_search_make_expression (const char *search)
{
  g_auto (GStrv) words = aph_search_split (search);
  GString *expression = g_string_new (NULL);

  for (guint i = 0; words[i] != NULL; i++)
    {
      if (!has_word (words[i]))
        continue;
      g_string_append (expression, expression->len > 0 ? " AND \"" : "\"");
      for (const char *c = words[i]; *c != '\0'; c++)
        if (*c == '"')
          g_string_append (expression, "\"\"");
        else
          g_string_append_c (expression, *c);
      g_string_append (expression, "\" *");
    }

  if (expression->len == 0)
    return g_string_free (expression, TRUE);

  return g_string_free (expression, FALSE);
}

/* aph-text-encoding.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-text-encoding"

#include "config.h"

#include <string.h>

#include "files/aph-text-encoding.h"

const char aph_encoding_utf8[] = "UTF-8";
const char aph_encoding_utf16le[] = "UTF-16LE";
const char aph_encoding_utf16be[] = "UTF-16BE";
const char aph_encoding_gb18030[] = "GB18030";
const char aph_encoding_windows1252[] = "WINDOWS-1252";

/* Those that are offered; what is in a file is guessed among the first five. */
static const char *const names[] = {
  aph_encoding_utf8,
  aph_encoding_utf16le,
  aph_encoding_utf16be,
  aph_encoding_gb18030,
  aph_encoding_windows1252,
  "BIG5",
  "SHIFT_JIS",
  "EUC-JP",
  "EUC-KR",
  "WINDOWS-1250",
  "WINDOWS-1251",
  "KOI8-R",
  NULL,
};

/* Other names of the same; what is a subset is read as its superset. */
static const struct
{
  const char *alias;
  const char *name;
} aliases[] = {
  { "UTF8", aph_encoding_utf8 },
  { "ASCII", aph_encoding_utf8 },
  { "US-ASCII", aph_encoding_utf8 },
  { "UTF-16", aph_encoding_utf16le },
  { "UTF16", aph_encoding_utf16le },
  { "UTF16LE", aph_encoding_utf16le },
  { "UTF16BE", aph_encoding_utf16be },
  { "GBK", aph_encoding_gb18030 },
  { "GB2312", aph_encoding_gb18030 },
  { "CP936", aph_encoding_gb18030 },
  { "LATIN1", aph_encoding_windows1252 },
  { "LATIN-1", aph_encoding_windows1252 },
  { "ISO-8859-1", aph_encoding_windows1252 },
  { "CP1252", aph_encoding_windows1252 },
};

/* Fewer lines do not tell whether a file is text at all. */
#define LEAST_LINES_TO_JUDGE 4
#define LEAST_BYTES_TO_JUDGE 64

/**
 * aph_text_encoding_get_names:
 *
 * Returns: (array zero-terminated=1): the encodings to choose from
 */
const char *const *
aph_text_encoding_get_names (void)
{
  return names;
}

/**
 * aph_text_encoding_lookup:
 * @name: what the user calls an encoding
 *
 * Returns: (nullable): a name that iconv knows, for ever; %NULL if it knows none like @name
 */
const char *
aph_text_encoding_lookup (const char *name)
{
  GIConv converter;

  for (guint i = 0; names[i] != NULL; i++)
    if (g_ascii_strcasecmp (names[i], name) == 0)
      return names[i];
  for (guint i = 0; i < G_N_ELEMENTS (aliases); i++)
    if (g_ascii_strcasecmp (aliases[i].alias, name) == 0)
      return aliases[i].name;

  if (*name == '\0' || strchr (name, '/') != NULL)
    return NULL;

  converter = g_iconv_open ("UTF-8", name);
  if (converter == (GIConv) -1)
    return NULL;
  g_iconv_close (converter);

  return g_intern_string (name);
}

/* What the high bytes of a text look like. */
typedef struct
{
  gsize valid;    /* characters of more than one byte */
  gsize common;   /* of them, those that everyday text consists of */
  gsize invalid;
} Census;

/* A sequence that is only cut off by the end is nothing against it. */
static Census
count_utf8 (const char *text,
            gsize       length)
{
  const char *end = text + length;
  Census census = { 0 };

  while (text < end)
    {
      gunichar c;

      if ((guchar) *text < 0x80)
        {
          text++;
          continue;
        }

      c = g_utf8_get_char_validated (text, end - text);
      if (c == (gunichar) -2)
        break;
      if (c == (gunichar) -1)
        {
          census.invalid++;
          text++;
        }
      else
        {
          census.valid++;
          text = g_utf8_next_char (text);
        }
    }

  return census;
}

/* The length of the character of GB18030 at @text; 0 if there is none, -1 if it is cut off. */
static int
measure_gb18030 (const guchar *text,
                 gsize         length)
{
  if (text[0] == 0x80 || text[0] == 0xff)
    return 0;
  if (length < 2)
    return -1;
  if ((text[1] >= 0x40 && text[1] <= 0x7e) || (text[1] >= 0x80 && text[1] <= 0xfe))
    return 2;
  if (text[1] < 0x30 || text[1] > 0x39)
    return 0;
  if (length < 4)
    return -1;

  return text[2] >= 0x81 && text[2] <= 0xfe && text[3] >= 0x30 && text[3] <= 0x39 ? 4 : 0;
}

static Census
count_gb18030 (const guchar *text,
               gsize         length)
{
  Census census = { 0 };

  for (gsize i = 0; i < length;)
    {
      int size = text[i] < 0x80 ? 1 : measure_gb18030 (text + i, length - i);

      if (size < 0)
        break;
      if (size > 1)
        {
          census.valid++;
          /* The plane of GB2312, in which all everyday characters are. */
          census.common += size == 2 && text[i] >= 0xa1 && text[i] <= 0xf7 && text[i + 1] >= 0xa1;
        }
      census.invalid += size == 0;
      i += MAX (1, size);
    }

  return census;
}

/* In western text a letter with an accent has others without beside it. */
static Census
count_western (const guchar *text,
               gsize         length)
{
  static const guchar unused[] = { 0x81, 0x8d, 0x8f, 0x90, 0x9d };
  Census census = { 0 };

  for (gsize i = 0; i < length; i++)
    {
      gboolean has_letter = (i > 0 && g_ascii_isalpha (text[i - 1]))
                            || (i + 1 < length && g_ascii_isalpha (text[i + 1]));

      if (text[i] < 0x80)
        census.invalid += g_ascii_iscntrl (text[i]) && !g_ascii_isspace (text[i]);
      else if (memchr (unused, text[i], sizeof unused) != NULL)
        census.invalid++;
      else
        {
          census.valid++;
          census.common += has_letter || text[i] < 0xc0;
        }
    }

  return census;
}

/* Text in UTF-16 has NUL bytes, all of them in the same half of the pairs: at least those of its
 * line ends, and of western text every one. */
static const char *
detect_utf16 (const char *head,
              gsize       length)
{
  gsize n_nul[2] = { 0, 0 };
  gsize n_line_ends[2] = { 0, 0 };
  gsize n_newlines = 0;

  for (gsize i = 0; i < length; i++)
    if (head[i] == '\n')
      n_newlines++;
    else if (head[i] == '\0')
      {
        n_nul[i & 1]++;
        n_line_ends[i & 1] += i % 2 == 1 ? head[i - 1] == '\n'
                                         : i + 1 < length && head[i + 1] == '\n';
      }

  for (guint half = 0; half < 2; half++)
    /* A few in the other half may be halves of other characters. */
    if (n_nul[half] > 20 * n_nul[1 - half]
        && (n_line_ends[half] * 2 > n_newlines || n_nul[half] * 4 >= length))
      return half == 1 ? aph_encoding_utf16le : aph_encoding_utf16be;

  return NULL;
}

/**
 * aph_text_encoding_detect:
 * @head: the first bytes of a file
 * @length: how many
 * @mark_length: (out): how many of them are a byte order mark
 *
 * Returns: the encoding it probably has; UTF-8 if it is not clear
 */
const char *
aph_text_encoding_detect (const char *head,
                          gsize       length,
                          gsize      *mark_length)
{
  const char *utf16;
  Census utf8, chinese, western;

  *mark_length = 0;
  if (length >= 3 && memcmp (head, "\xef\xbb\xbf", 3) == 0)
    {
      *mark_length = 3;
      return aph_encoding_utf8;
    }
  if (length >= 2 && (memcmp (head, "\xff\xfe", 2) == 0 || memcmp (head, "\xfe\xff", 2) == 0))
    {
      *mark_length = 2;
      return head[0] == '\xff' ? aph_encoding_utf16le : aph_encoding_utf16be;
    }

  utf16 = detect_utf16 (head, length);
  if (utf16 != NULL)
    return utf16;

  /* One broken line does not make a file another's. */
  utf8 = count_utf8 (head, length);
  if (utf8.valid >= utf8.invalid || memchr (head, '\0', length) != NULL)
    return aph_encoding_utf8;

  chinese = count_gb18030 ((const guchar *) head, length);
  if (chinese.invalid == 0 && chinese.common * 10 >= chinese.valid * 7)
    return aph_encoding_gb18030;

  western = count_western ((const guchar *) head, length);
  if (western.invalid == 0 && western.common * 10 >= western.valid * 8)
    return aph_encoding_windows1252;

  return aph_encoding_utf8;
}

static gboolean
is_garbled (const char *line,
            gsize       length)
{
  return memchr (line, '\0', length) != NULL || !g_utf8_validate_len (line, length, NULL);
}

/* A disk image or the like need not have any lines. */
static gboolean
has_many_nul (const char *head,
              gsize       length)
{
  gsize n_nul = 0;

  for (gsize i = 0; i < length; i++)
    n_nul += head[i] == '\0';

  return length >= LEAST_BYTES_TO_JUDGE && n_nul * 10 > length;
}

/**
 * aph_text_is_binary:
 * @head: the first bytes of a file that should be UTF-8
 * @length: how many
 *
 * A picture, an archive, a text in yet another encoding: what looks like lines of it by chance is
 * not to be asked.
 *
 * Returns: whether most of its lines are no text
 */
gboolean
aph_text_is_binary (const char *head,
                    gsize       length)
{
  const char *end = head + length;
  guint n_lines = 0, n_garbled = 0;

  if (has_many_nul (head, length))
    return TRUE;

  while (head < end)
    {
      const char *newline = memchr (head, '\n', end - head);

      /* The last line may be cut within a character. */
      if (newline == NULL && n_lines >= LEAST_LINES_TO_JUDGE)
        break;
      if (newline == NULL)
        newline = end;
      if (newline > head)
        {
          n_lines++;
          n_garbled += is_garbled (head, newline - head);
        }
      head = newline + 1;
    }

  return n_lines >= LEAST_LINES_TO_JUDGE && n_garbled * 2 > n_lines;
}

/* test-json.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <math.h>
#include <string.h>

#include "base/aph-json.h"

static void
test_bad (void)
{
  static const struct
  {
    const char *text;
    AphJsonError code;
  } cases[] = {
    { "", APH_JSON_ERROR_EMPTY },
    { "  \n", APH_JSON_ERROR_EMPTY },
    { "{", APH_JSON_ERROR_SYNTAX },
    { "{\"a\":1,}", APH_JSON_ERROR_SYNTAX },
    { "nonsense", APH_JSON_ERROR_SYNTAX },
    { "[1,2]", APH_JSON_ERROR_TYPE },
    { "3", APH_JSON_ERROR_TYPE },

    /* json-glib 1.6 takes these, each for something else. */
    { "{'a':1}", APH_JSON_ERROR_SYNTAX },
    { "/* */{}", APH_JSON_ERROR_SYNTAX },
    { "{}// x", APH_JSON_ERROR_SYNTAX },
    { "var x = {}", APH_JSON_ERROR_SYNTAX },
    { "{\"a\":1}{\"b\":2}", APH_JSON_ERROR_SYNTAX },
    { "1 {}", APH_JSON_ERROR_SYNTAX },
    { "{\"a\":010}", APH_JSON_ERROR_SYNTAX },
    { "{\"a\":0x1f}", APH_JSON_ERROR_SYNTAX },
    { "{\"a\":$1f}", APH_JSON_ERROR_SYNTAX },
    { "{\"a\":.5}", APH_JSON_ERROR_SYNTAX },
    { "{\"a\":1.}", APH_JSON_ERROR_SYNTAX },
    { "{\"a\":- 5}", APH_JSON_ERROR_SYNTAX },
    { "{\"a\":1e999}", APH_JSON_ERROR_SYNTAX },
    { "{\"a\":9223372036854775808}", APH_JSON_ERROR_SYNTAX },
    { "{\"a\":\"\\q\"}", APH_JSON_ERROR_SYNTAX },
    { "{\"a\":\"\\377\"}", APH_JSON_ERROR_SYNTAX },
    { "{\"a\":\"\\u1\"}", APH_JSON_ERROR_SYNTAX },
    { "{\"a\":\"\\u0000\"}", APH_JSON_ERROR_NUL },
    { "{\"\\u0000\":1}", APH_JSON_ERROR_NUL },
    { "{\"a\":\"\\ud83d x\"}", APH_JSON_ERROR_SURROGATE },
    { "{\"a\":\"\\ud83d\\u0041\"}", APH_JSON_ERROR_SURROGATE },
    { "{\"a\":\"\\ude00\\ud83d\"}", APH_JSON_ERROR_SURROGATE },
    { "{\"a\":\"\\ud83d\"}", APH_JSON_ERROR_SURROGATE },

    /* The message quotes the text up to the 56th byte, which is within a character here. */
    { "{\"a\":{\"鱼鱼鱼鱼鱼鱼鱼鱼鱼鱼鱼鱼鱼鱼鱼鱼鱼鱼鱼鱼\" 1}}", APH_JSON_ERROR_SYNTAX },
    { "{\"a\":{\"x鱼鱼鱼鱼鱼鱼鱼鱼鱼鱼鱼鱼鱼鱼鱼鱼鱼鱼鱼鱼\" 1}}", APH_JSON_ERROR_SYNTAX },
    { "{\"a\":{\"xx鱼鱼鱼鱼鱼鱼鱼鱼鱼鱼鱼鱼鱼鱼鱼鱼鱼鱼鱼鱼\" 1}}", APH_JSON_ERROR_SYNTAX },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", cases[i].text);
      g_assert_null (aph_json_parse_object (cases[i].text, -1, &error));
      g_assert_error (error, APH_JSON_ERROR, (int) cases[i].code);
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
    }
}

static void
test_depth (void)
{
  g_autofree char *deep = g_strnfill (200000, '[');
  g_autofree char *quoted = g_strconcat ("{\"a\":\"\\\"", deep, "\"}", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) object = NULL;

  g_assert_null (aph_json_parse (deep, -1, &error));
  g_assert_error (error, APH_JSON_ERROR, APH_JSON_ERROR_TOO_DEEP);

  /* Brackets within a string are no nesting. */
  object = aph_json_parse_object (quoted, -1, NULL);
  g_assert_nonnull (object);
}

/* Brackets that are within a string to us and outside of one to json-glib 1.6 would overrun its
 * stack. */
static void
test_hidden_depth (void)
{
  static const char *const starts[] = {
    "{'\"':", "/* \" */", "// \"\n", "[\"\\u1\",\",", "[\"\\ud83d\",\",", "[\"\\ud83d\\u1\",\",",
    "[\"\\ud83d\\\",\",", "[\"\\u\",\",", "[\"\\u12\\\",\",", "[\"\\\",\",",
  };
  g_autofree char *deep = g_strnfill (1000000, '[');

  for (guint i = 0; i < G_N_ELEMENTS (starts); i++)
    {
      g_autofree char *text = g_strconcat (starts[i], deep, NULL);

      g_test_message ("%s", starts[i]);
      g_assert_null (aph_json_parse (text, -1, NULL));
      g_assert_null (aph_json_parse_object_lossy (text, -1, NULL));
    }
}

/* All of JSON, nonetheless. */
static void
test_good (void)
{
  static const struct
  {
    const char *text;
    const char *written;
  } cases[] = {
    { "0", "0" },
    { " \t\r\n-0.5e+1 ", "-5" },
    { "\xef\xbb\xbf[]", "[]" },
    { "[-9223372036854775808,9223372036854775807,1E-2,0,-1,0.25]",
      "[-9223372036854775808,9223372036854775807,0.01,0,-1,0.25]" },
    { "[99999999999999999999.5]", "[1e+20]" },
    { "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u9c7c\\ud83d\\uDC1F\"",
      "\"\\\"\\\\/\\u0008\\u000c\\n\\r\\t鱼🐟\"" },
    { "{\"\":{\"a\":[[],{},null,true,false]}}", "{\"\":{\"a\":[[],{},null,true,false]}}" },
    { "\"'/*[[{{\"", "\"'/*[[{{\"" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (JsonNode) node = aph_json_parse (cases[i].text, -1, &error);
      g_autofree char *written = NULL;

      g_test_message ("%s", cases[i].text);
      g_assert_no_error (error);
      written = aph_json_node_to_text (node);
      g_assert_cmpstr (written, ==, cases[i].written);
    }
}

/* A number that cannot be kept costs no more than itself where all else is wanted. */
static void
test_lossy_numbers (void)
{
  g_autoptr (JsonObject) object = aph_json_parse_object_lossy (
      "{\"a\":123456789012345678901234567890,\"b\":1e999,\"c\":\"x\"}", -1, NULL);

  g_assert_cmpstr (aph_json_get_string (object, "c"), ==, "x");
}

/* What json-glib 1.6 gets wrong: it cuts the string, breaks it, or refuses all of it. */
static void
test_escapes (void)
{
  static const struct
  {
    const char *text;
    const char *value;
  } cases[] = {
    { "a\\u0000b", "a\357\277\275b" },
    { "\\ud83d x", "\357\277\275 x" },
    { "\\uD83D", "\357\277\275" },
    { "\\ude00", "\357\277\275" },
    { "\\ude00\\ud83d", "\357\277\275\357\277\275" },
    { "\\ud83d\\ud83d\\ude00", "\357\277\275\360\237\230\200" },
    { "\\ud83d\\u0041", "\357\277\275A" },
    { "\\ud83d\\n", "\357\277\275\n" },
    { "\\ud83d\\ude00", "\360\237\230\200" },
    { "\\\\ud83d", "\\ud83d" },
    { "\\\\\\ud83d", "\\\357\277\275" },
    { "\\u003c\\u4f60", "<\344\275\240" },
  };
  const char *whole = "{\"a\":\"\\ud83d\\ude00\"}";

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = g_strdup_printf ("{\"a\":\"%s\"}", cases[i].text);
      g_autoptr (GError) error = NULL;
      g_autoptr (JsonObject) object = aph_json_parse_object_lossy (text, -1, &error);

      g_test_message ("%s", text);
      g_assert_no_error (error);
      g_assert_cmpstr (aph_json_get_string (object, "a"), ==, cases[i].value);
    }

  /* Cut off within an escape. */
  for (gsize length = 0; length < strlen (whole); length++)
    {
      g_autofree char *cut = g_memdup2 (whole, MAX (length, 1));

      g_assert_null (aph_json_parse_object_lossy (cut, length, NULL));
    }
}

static void
test_get (void)
{
  g_autoptr (JsonObject) object = aph_json_parse_object (
      "{\"s\":\"x\",\"i\":7,\"d\":2.9,\"b\":true,\"n\":null,\"o\":{},\"a\":[],\"huge\":1e300}", -1, NULL);

  g_assert_cmpstr (aph_json_get_string (object, "s"), ==, "x");
  g_assert_null (aph_json_get_string (object, "i"));
  g_assert_null (aph_json_get_string (object, "n"));
  g_assert_null (aph_json_get_string (object, "missing"));
  g_assert_cmpint (aph_json_get_int (object, "i", -1), ==, 7);
  g_assert_cmpint (aph_json_get_int (object, "d", -1), ==, 2);
  g_assert_cmpint (aph_json_get_int (object, "s", -1), ==, -1);
  g_assert_cmpint (aph_json_get_int (object, "huge", -1), ==, -1);
  g_assert_cmpint (aph_json_get_int (object, "o", -1), ==, -1);
  g_assert_cmpfloat (aph_json_get_double (object, "i", -1), ==, 7);
  g_assert_true (aph_json_get_boolean (object, "b", FALSE));
  g_assert_false (aph_json_get_boolean (object, "i", FALSE));
  g_assert_nonnull (aph_json_get_object (object, "o"));
  g_assert_null (aph_json_get_object (object, "a"));
  g_assert_nonnull (aph_json_get_array (object, "a"));
  g_assert_null (aph_json_get_array (object, "s"));
}

static void
test_invalid_utf8 (void)
{
  g_autoptr (JsonObject) object = aph_json_parse_object ("{\"s\":\"a\xff" "b\"}", -1, NULL);

  g_assert_cmpstr (aph_json_get_string (object, "s"), ==, "a\357\277\275b");
}

static void
test_write (void)
{
  static const struct
  {
    const char *in;
    const char *out;
  } cases[] = {
    { "", "\"\"" },
    { "鱼香肉丝", "\"鱼香肉丝\"" },
    { "a\"b\\c", "\"a\\\"b\\\\c\"" },
    { "\n\r\t", "\"\\n\\r\\t\"" },
    { "\x1f\x01\x7f", "\"\\u001f\\u0001\\u007f\"" },
    { "a\xff", "\"a\357\277\275\"" },
    { NULL, "null" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GString) out = g_string_new (NULL);

      aph_json_append_string (out, cases[i].in);
      g_assert_cmpstr (out->str, ==, cases[i].out);
    }
}

/* No JSON, but some servers write it; what json-glib makes of it depends on its version. */
static void
test_raw_controls (void)
{
  static const struct
  {
    const char *in;
    const char *out;
  } cases[] = {
    { "{\"a\":\"x\ty\"}", "x\ty" },
    { "{\"a\":\"x\ny\x01\"}", "x\ny\x01" },
    { "\t{\n\"a\"\t:\t\"x\\\"\ty\\\\\"\n}", "x\"\ty\\" },
    { "{\"b\":\"\t\",\"a\":\"\x1f\"}", "\x1f" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (JsonObject) object = aph_json_parse_object (cases[i].in, -1, &error);

      g_assert_no_error (error);
      g_assert_cmpstr (aph_json_get_string (object, "a"), ==, cases[i].out);
    }
}

static void
test_double (void)
{
  static const struct
  {
    double in;
    const char *out;
  } cases[] = {
    { 0.7, "0.7" },
    { 1e22, "1e+22" },
    { 0.1 + 0.2, "0.30000000000000004" },
    { -3, "-3" },
    { 0.0, "0" },
    { -0.0, "-0.0" },
    { 1234567.25, "1234567.25" },
    { 12.5, "12.5" },
    { 0.001, "0.001" },
    { 7.05, "7.05" },
    { -7.5, "-7.5" },
    { -0.01, "-0.01" },
    { -0.25, "-0.25" },
    { 1.0001, "1.0001" },
    { 999999.999, "999999.999" },
    { 1000000, "1e+06" },
    { 100, "100" },
    { INFINITY, "null" },
    { NAN, "null" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GString) out = g_string_new (NULL);

      aph_json_append_double (out, cases[i].in);
      g_assert_cmpstr (out->str, ==, cases[i].out);
    }
}

static void
test_int (void)
{
  static const gint64 cases[] = { 0, 7, -7, 10, 1234567890123456789, G_MAXINT64, G_MININT64 };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GString) out = g_string_new ("[");
      g_autofree char *expected = g_strdup_printf ("[%" G_GINT64_FORMAT, cases[i]);

      aph_json_append_int (out, cases[i]);
      g_assert_cmpstr (out->str, ==, expected);
    }
}

/* What is written reads back the same, whatever the bytes. */
static void
test_round_trip (void)
{
  for (guint round = 0; round < 2000; round++)
    {
      gsize length = g_test_rand_int_range (0, 40);
      g_autofree char *bytes = g_malloc0 (length + 1);
      g_autofree char *valid = NULL;
      g_autoptr (GString) out = g_string_new ("{\"x\":");
      g_autoptr (JsonObject) object = NULL;

      for (gsize i = 0; i < length; i++)
        bytes[i] = (char) g_test_rand_int_range (1, 256);
      valid = g_utf8_make_valid (bytes, length);

      aph_json_append_string_len (out, bytes, length);
      g_string_append_c (out, '}');
      object = aph_json_parse_object (out->str, out->len, NULL);
      g_assert_nonnull (object);
      g_assert_cmpstr (aph_json_get_string (object, "x"), ==, valid);
    }
}

static void
test_node (void)
{
  const char *text = "{\"b\":[1,-2.5,true,null,\"x\"],\"a\":{\"c\":{}}}";
  g_autoptr (JsonNode) node = aph_json_parse (text, -1, NULL);
  g_autofree char *out = aph_json_node_to_text (node);

  g_assert_cmpstr (out, ==, text);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/json/bad", test_bad);
  g_test_add_func ("/json/depth", test_depth);
  g_test_add_func ("/json/hidden-depth", test_hidden_depth);
  g_test_add_func ("/json/good", test_good);
  g_test_add_func ("/json/lossy-numbers", test_lossy_numbers);
  g_test_add_func ("/json/escapes", test_escapes);
  g_test_add_func ("/json/get", test_get);
  g_test_add_func ("/json/invalid-utf8", test_invalid_utf8);
  g_test_add_func ("/json/write", test_write);
  g_test_add_func ("/json/raw-controls", test_raw_controls);
  g_test_add_func ("/json/int", test_int);
  g_test_add_func ("/json/double", test_double);
  g_test_add_func ("/json/round-trip", test_round_trip);
  g_test_add_func ("/json/node", test_node);

  return g_test_run ();
}

/* aph-json.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* Deeper nesting than this is refused: json-glib 1.6 recurses without a limit and overruns the
 * stack at some 10^5 levels. */
#define APH_JSON_MAX_DEPTH 64

#define APH_JSON_ERROR (aph_json_error_quark ())

/**
 * AphJsonError:
 * @APH_JSON_ERROR_EMPTY: there is no value in the text
 * @APH_JSON_ERROR_SYNTAX: the text is not JSON
 * @APH_JSON_ERROR_TOO_DEEP: nested deeper than %APH_JSON_MAX_DEPTH
 * @APH_JSON_ERROR_TYPE: it is JSON, but not of the wanted type
 * @APH_JSON_ERROR_NUL: there is a `\u0000`, where json-glib 1.6 would cut the string
 * @APH_JSON_ERROR_SURROGATE: there is half of a surrogate pair, which is no character
 *
 * What can be wrong with JSON from outside.
 */
typedef enum
{
  APH_JSON_ERROR_EMPTY,
  APH_JSON_ERROR_SYNTAX,
  APH_JSON_ERROR_TOO_DEEP,
  APH_JSON_ERROR_TYPE,
  APH_JSON_ERROR_NUL,
  APH_JSON_ERROR_SURROGATE,
} AphJsonError;

GQuark      aph_json_error_quark    (void);

JsonNode   *aph_json_parse          (const char  *text,
                                     gssize       length,
                                     GError     **error);
JsonObject *aph_json_parse_object   (const char  *text,
                                     gssize       length,
                                     GError     **error);
JsonObject *aph_json_parse_object_lossy (const char *text,
                                     gssize       length,
                                     GError     **error);

const char *aph_json_get_string     (JsonObject  *object,
                                     const char  *name);
gint64      aph_json_get_int        (JsonObject  *object,
                                     const char  *name,
                                     gint64       fallback);
double      aph_json_get_double     (JsonObject  *object,
                                     const char  *name,
                                     double       fallback);
gboolean    aph_json_get_boolean    (JsonObject  *object,
                                     const char  *name,
                                     gboolean     fallback);
JsonObject *aph_json_get_object     (JsonObject  *object,
                                     const char  *name);
JsonArray  *aph_json_get_array      (JsonObject  *object,
                                     const char  *name);

void        aph_json_append_string  (GString     *out,
                                     const char  *text);
void        aph_json_append_string_len (GString  *out,
                                     const char  *text,
                                     gsize        length);
void        aph_json_append_valid_string (GString *out,
                                     const char  *text,
                                     gsize        length);
void        aph_json_append_int     (GString     *out,
                                     gint64       value);
void        aph_json_append_double  (GString     *out,
                                     double       value);
void        aph_json_append_node    (GString     *out,
                                     JsonNode    *node);
void        aph_json_append_name    (GString     *out,
                                     const char  *name);
char       *aph_json_node_to_text   (JsonNode    *node);

G_END_DECLS

/* aph-dialect.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "job/aph-failure.h"
#include "job/aph-job.h"
#include "job/aph-request.h"
#include "server/aph-model.h"

G_BEGIN_DECLS

/**
 * AphReply:
 * @thinking: text that this line added to the thinking; the reader empties it
 * @answer: text that this line added to the answer; the reader empties it
 * @done: the server said that the answer is complete
 * @has_ended: nothing that may still come matters; only ever together with @done
 * @done_reason: (owned) (nullable): its word for why it stopped
 * @usage: what it says it used
 * @failure: (owned) (nullable): the server reported an error within its reply
 * @is_garbled: something came that is none of this dialect, so text may be missing
 *
 * What a reply has said up to the line that was last read.
 */
typedef struct
{
  GString    *thinking;
  GString    *answer;
  gboolean    done;
  gboolean    has_ended;
  char       *done_reason;
  AphUsage    usage;
  AphFailure *failure;
  gboolean    is_garbled;
} AphReply;

void aph_reply_init  (AphReply *self);
void aph_reply_clear (AphReply *self);

/**
 * AphPullLine:
 * @status: (owned) (nullable): what the server does, in its words
 * @digest: (owned) (nullable): which layer the numbers are about
 * @completed: how many bytes of it are there
 * @total: how many it has
 *
 * One line of the reply to a pull.
 */
typedef struct
{
  char   *status;
  char   *digest;
  gint64  completed;
  gint64  total;
} AphPullLine;

/**
 * AphAbout:
 * @version: (owned) (nullable): the server's version
 * @slots: how many requests it answers at the same time; 0 if it does not say
 *
 * What a server says of itself.
 */
typedef struct
{
  char  *version;
  guint  slots;
} AphAbout;

/**
 * AphModelCall:
 * @method: (nullable): "GET", "POST" or "DELETE"; %NULL if the API has no such thing
 * @path: where it goes
 * @write_body: (nullable): writes the body for a model; %NULL if there is none
 *
 * How one thing about the models of a server is asked for.
 */
typedef struct
{
  const char  *method;
  const char  *path;
  void       (*write_body) (const char *model,
                            GString    *body);
} AphModelCall;

/**
 * AphDialect:
 * @name: its name in addresses: `api=ollama`
 * @content_type: what a streamed reply is asked for as (the Accept header)
 * @version_path: a cheap path that answers 200 when the server lives
 * @models_path: the path that lists the installed models
 * @about_paths: (array zero-terminated=1): what to ask, in this order and until one tells the
 *   version, to know what the server is
 * @get_generate_path: where a request goes
 * @write_generate: writes the body of a request
 * @load_path: (nullable): where a model is loaded without asking it anything; %NULL if the API has
 *   no such thing
 * @write_load: writes the body that loads the model as a request will want it loaded; read by
 *   @read_body
 * @read_line: reads one line of a streamed reply, without its end, into @reply; a line that
 *   means nothing changes nothing
 * @read_body: reads a whole reply that was not streamed
 * @read_error: makes a failure of a reply that is not 200
 * @read_models: reads the list of models; %NULL with @error if it is none
 * @show: asks what there is to know of a model; read by @read_model, which gets its name
 * @list_loaded: asks which models are loaded; read by @read_loaded, as @read_models does
 * @unload: has a model unloaded; read by @read_body
 * @pull: has a model downloaded; each line of the reply is read by @read_pull_line
 * @delete: has a model deleted; any good reply will do
 * @read_about: reads the reply of one of @about_paths; what it does not say stays as it is
 *
 * How requests are written and replies are read in one API. Pure functions: no I/O, no clock.
 */
typedef struct
{
  const char *name;
  const char *content_type;
  const char *version_path;
  const char *models_path;
  const char *load_path;
  const char *about_paths[3];

  const char *(*get_generate_path) (AphRequest *request);
  void        (*write_generate)    (AphRequest *request,
                                    gboolean    stream,
                                    GString    *body);
  void        (*write_load)        (AphRequest *request,
                                    GString    *body);
  void        (*read_line)         (AphReply   *reply,
                                    const char *line,
                                    gsize       length);
  void        (*read_body)         (AphReply   *reply,
                                    const char *body,
                                    gsize       length);
  AphFailure *(*read_error)        (guint       status,
                                    const char *body,
                                    gsize       length);
  GPtrArray  *(*read_models)       (const char *body,
                                    gsize       length,
                                    GError    **error);

  AphModelCall show;
  AphModelCall list_loaded;
  AphModelCall unload;
  AphModelCall pull;
  AphModelCall delete;

  AphModel   *(*read_model)        (const char  *model,
                                    const char  *body,
                                    gsize        length,
                                    GError     **error);
  GPtrArray  *(*read_loaded)       (const char  *body,
                                    gsize        length,
                                    GError     **error);
  void        (*read_pull_line)    (AphReply    *reply,
                                    AphPullLine *pulled,
                                    const char  *line,
                                    gsize        length);
  void        (*read_about)        (AphAbout    *about,
                                    const char  *body,
                                    gsize        length);
} AphDialect;

/* The table of dialects. Each is defined as aph_dialect_NAME in a file of its own; the first one
 * is spoken where an address does not name another. */
#define APH_DIALECTS(DIALECT) \
  DIALECT (ollama) \
  DIALECT (openai)

#define APH_DECLARE_DIALECT(name) extern const AphDialect aph_dialect_##name;
APH_DIALECTS (APH_DECLARE_DIALECT)
#undef APH_DECLARE_DIALECT

const AphDialect *aph_dialect_get_default (void);
const AphDialect *aph_dialect_lookup      (const char *name);
char             *aph_dialect_dup_names   (void);

G_END_DECLS

/* aph-record.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A body is a function of the request and of how the server is spoken to. So none is kept: a
 * hundred thousand jobs need no memory for it, and what is shown is what was sent.
 */

#define G_LOG_DOMAIN "aph-record"

#include "config.h"

#include "base/aph-json-members.h"
#include "base/aph-json.h"
#include "server/aph-dialect.h"
#include "server/aph-record.h"

static const AphDialect *
get_dialect (AphJob *job)
{
  AphOrigin *origin = aph_job_get_origin (job);

  return origin != NULL ? aph_dialect_lookup (aph_origin_get_fields (origin)->api) : NULL;
}

/**
 * aph_record_get_path:
 * @job: a job
 *
 * Returns: (nullable): the path of the server's API that it was last sent to, or %NULL if it was
 *   not sent
 */
const char *
aph_record_get_path (AphJob *job)
{
  const AphDialect *dialect;

  g_return_val_if_fail (APH_IS_JOB (job), NULL);

  dialect = get_dialect (job);

  return dialect != NULL ? dialect->get_generate_path (aph_job_get_request (job)) : NULL;
}

/**
 * aph_record_dup_body:
 * @job: a job
 *
 * Pictures are not in it: they were read when it was sent, and aph_request_get_images() names them.
 *
 * Returns: (transfer full) (nullable): the body of its last request as it went out, but for
 *   pictures byte by byte, or %NULL if it was not sent
 */
char *
aph_record_dup_body (AphJob *job)
{
  const AphDialect *dialect;
  GString *body;

  g_return_val_if_fail (APH_IS_JOB (job), NULL);

  dialect = get_dialect (job);
  if (dialect == NULL)
    return NULL;

  body = g_string_new (NULL);
  dialect->write_generate (aph_job_get_request (job),
                           aph_origin_get_fields (aph_job_get_origin (job))->streamed, body);

  return g_string_free (body, FALSE);
}

/**
 * aph_record_append:
 * @out: where to write
 * @job: a job
 *
 * Writes what it takes to get the same answer again, as far as known, as a JSON object; or `null`
 * if the job was never sent. What is not known is `null` too; so is the seed if the server was to
 * take any. The key that the server wants to see is no part of it.
 */
void
aph_record_append (GString *out,
                   AphJob  *job)
{
  g_autofree char *body = NULL;
  const AphOriginFields *origin;
  gint64 seed;

  g_return_if_fail (out != NULL);
  g_return_if_fail (APH_IS_JOB (job));

  body = aph_record_dup_body (job);
  if (body == NULL)
    {
      g_string_append (out, "null");
      return;
    }

  origin = aph_origin_get_fields (aph_job_get_origin (job));
  g_string_append_c (out, '{');
  aph_json_append_text (out, "server", aph_job_get_server (job));
  aph_json_append_text (out, "api", origin->api);
  aph_json_append_text (out, "version", origin->version);
  aph_json_append_text (out, "digest", origin->digest);
  aph_json_append_name (out, "seed");
  if (aph_params_get_seed (aph_request_get_params (aph_job_get_request (job)), &seed))
    aph_json_append_int (out, seed);
  else
    g_string_append (out, "null");
  aph_json_append_name (out, "in_flight");
  g_string_append_printf (out, "%u", aph_job_get_in_flight (job));
  aph_json_append_text (out, "path", aph_record_get_path (job));
  aph_json_append_name (out, "body");
  g_string_append (out, body);
  g_string_append_c (out, '}');
}

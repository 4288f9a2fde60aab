/* aph-run-words.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-run-words"

#include "config.h"

#include <string.h>

#include <glib/gi18n.h>

#include "cli/aph-run-text.h"
#include "cli/aph-run-words.h"
#include "server/aph-error-body.h"
#include "ui/aph-format.h"

/**
 * aph_run_words_for_failure:
 * @failure: why it failed
 * @model: (nullable): the model that was asked
 * @server: (nullable): the address it was sent to
 *
 * Returns: (transfer full): what happened, in one line
 */
char *
aph_run_words_for_failure (AphFailure *failure,
                           const char *model,
                           const char *server)
{
  const char *message = aph_failure_get_message (failure);
  g_autofree char *title = NULL;
  g_autofree char *words = NULL;

  /* Without a reply the message is our own and says it all; a server's own words need to be
   * told whose they are. */
  if (aph_failure_get_status (failure) == 0)
    return aph_run_text_one_line (message, 0);

  title = aph_format_failure_title (failure, model, server);
  words = g_strdup_printf ("%s: %s", title, message);

  return aph_run_text_one_line (words, 0);
}

static char *
remedy_for_refusal (AphFailure *failure,
                    const char *model)
{
  g_autofree char *message = g_ascii_strdown (aph_failure_get_message (failure), -1);

  if (strstr (message, "does not support thinking") != NULL)
    return g_strdup (_("Leave out --think, or say --think no."));
  if (strstr (message, "context size") != NULL || strstr (message, "context length") != NULL)
    return g_strdup (_("Shorten the prompt, or ask for more with --option num_ctx."));
  if (aph_error_body_lacks_memory (message))
    return g_strdup (_("Name a smaller model with -m, or ask for a smaller context with "
                       "--option num_ctx."));

  switch (aph_failure_get_status (failure))
    {
    case 301:
    case 302:
    case 303:
    case 307:
    case 308:
      return g_strdup (_("Name that address with -s."));
    case 403:
      return g_strdup (_("Ask whoever runs the server to allow it, or name another one with -s."));
    case 404:
      if (strstr (message, "model") != NULL && model != NULL)
        return g_strdup_printf (_("Pull it with “ollama pull %s”, or name another one with -m."),
                                model);
      return g_strdup (_("Check the address of the server (-s)."));
    case 413:
      return g_strdup (_("Shorten the prompt, or raise the limit of the proxy before the server."));
    default:
      return g_strdup (_("Change the prompt, the model or the options: "
                         "asking the same again gives the same error."));
    }
}

/**
 * aph_run_words_for_remedy:
 * @failure: why it failed
 * @model: (nullable): the model that was asked
 *
 * Returns: (transfer full): what the user can do about it
 */
char *
aph_run_words_for_remedy (AphFailure *failure,
                          const char *model)
{
  switch (aph_failure_get_class (failure))
    {
    case APH_FAILURE_REFUSED:
      /* Something answers there, but not as such a server does. */
      if (aph_failure_get_status (failure) != 0)
        return g_strdup (_("Check the address of the server (-s)."));
      return g_strdup (_("Start Ollama with “ollama serve”, name another server with -s, "
                         "or try --demo."));
    case APH_FAILURE_BUSY:
      return g_strdup (_("Send fewer prompts at once (-j), or try longer (--retries)."));
    case APH_FAILURE_QUOTA:
      return g_strdup (_("Wait until the limit is renewed, or name another server with -s."));
    case APH_FAILURE_DENIED:
      return g_strdup (_("Name the key with the server (-s ADDRESS,key-env=VARIABLE), or sign in "
                         "there with “ollama signin”."));
    case APH_FAILURE_PERMANENT:
      return remedy_for_refusal (failure, model);
    case APH_FAILURE_SERVER:
      return g_strdup (_("The log of the server says why."));
    case APH_FAILURE_TRANSPORT:
      return g_strdup (_("Check that the server still runs."));
    case APH_FAILURE_TRUNCATED:
      return g_strdup (_("Models that repeat themselves are cut off by the server: another "
                         "--option temperature or seed helps."));
    case APH_FAILURE_TIMEOUT:
      return g_strdup (_("Wait longer (--timeout), or send fewer prompts at once (-j)."));
    case APH_FAILURE_CANCELLED:
    default:
      return g_strdup ("");
    }
}

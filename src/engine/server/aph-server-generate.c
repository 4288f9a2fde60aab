/* aph-server-generate.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Questions to a model. One with pictures waits until they are read.
 */

#define G_LOG_DOMAIN "aph-server"

#include "config.h"

#include "server/aph-pictures.h"
#include "server/aph-server-private.h"

static void
generated_cb (AphExchange *exchange,
              AphFailure  *failure,
              gpointer     user_data)
{
  g_autoptr (GTask) task = user_data;
  AphServer *self = g_task_get_source_object (task);

  aph_server_finish_exchange (task, failure);
  aph_server_count_in_flight (self, -1);
  g_task_return_boolean (task, TRUE);
}

/* What is asked, while its pictures are read. */
typedef struct
{
  GTask *task;
  gboolean stream;
  AphClocks clocks;
  AphTextFunc text_func;
  gpointer text_data;
} Question;

static void
ask (Question   *question,
     AphRequest *request)
{
  AphServer *self = g_task_get_source_object (question->task);
  AphExchange *exchange = aph_server_add_exchange (self, question->task, &question->clocks);

  aph_exchange_generate (exchange, request, question->stream, question->text_func,
                         question->text_data);
  aph_exchange_run (exchange, g_task_get_cancellable (question->task), generated_cb,
                    question->task);
}

static void
pictures_loaded_cb (GObject      *source,
                    GAsyncResult *result,
                    gpointer      user_data)
{
  g_autofree Question *question = user_data;
  AphServer *self = g_task_get_source_object (question->task);
  g_autoptr (AphFailure) failure = NULL;
  g_autoptr (AphRequest) request = aph_pictures_load_finish (result, &failure);

  if (request != NULL)
    {
      ask (question, request);
      return;
    }

  /* An exchange that never runs, so that the task ends as all others do. */
  generated_cb (aph_server_add_exchange (self, question->task, &question->clocks), failure,
                question->task);
}

/**
 * aph_server_generate_async:
 * @self: a server
 * @request: what is asked
 * @stream: whether the answer is to come in pieces
 * @clocks: how long we wait
 * @text_func: (nullable): called when text has come; never after @cancellable was cancelled, and
 *   never after @callback
 * @text_data: for @text_func; must live until @callback
 * @cancellable: (nullable): to stop it
 * @callback: called when it is over and its connection is closed or free again
 * @user_data: for @callback
 *
 * Asks a model.
 */
void
aph_server_generate_async (AphServer           *self,
                           AphRequest          *request,
                           gboolean             stream,
                           const AphClocks     *clocks,
                           AphTextFunc          text_func,
                           gpointer             text_data,
                           GCancellable        *cancellable,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  Question question = { .stream = stream, .text_func = text_func, .text_data = text_data };

  g_return_if_fail (APH_IS_SERVER (self));
  g_return_if_fail (request != NULL);
  g_return_if_fail (clocks != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, aph_server_generate_async);
  if (g_task_return_error_if_cancelled (task))
    return;

  aph_server_count_in_flight (self, 1);
  question.task = g_steal_pointer (&task);
  question.clocks = *clocks;
  if (aph_request_get_images (request) == NULL)
    ask (&question, request);
  else
    aph_pictures_load_async (request, cancellable, pictures_loaded_cb,
                             g_memdup2 (&question, sizeof question));
}

/**
 * aph_server_generate_finish:
 * @self: a server
 * @result: as given to the callback
 * @done_reason: (out) (optional) (nullable) (transfer full): the server's word for why it stopped
 * @usage: (out) (optional): what the server says it used
 * @failure: (out) (optional): why there is no complete answer
 *
 * The out parameters are set only as the return value says: @failure with %FALSE, the others
 * with %TRUE.
 *
 * Returns: whether the server said that the answer is complete
 */
gboolean
aph_server_generate_finish (AphServer     *self,
                            GAsyncResult  *result,
                            char         **done_reason,
                            AphUsage      *usage,
                            AphFailure   **failure)
{
  const AphReply *reply;

  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, aph_server_generate_async), FALSE);

  if (!aph_server_propagate (G_TASK (result), failure))
    return FALSE;

  reply = aph_exchange_get_reply (aph_server_get_exchange (G_TASK (result)));
  if (done_reason != NULL)
    *done_reason = g_strdup (reply->done_reason);
  if (usage != NULL)
    *usage = reply->usage;

  return TRUE;
}

/* aph-store-writer.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-store"

#include "config.h"

#include "store/aph-store-file.h"
#include "store/aph-store-load.h"
#include "store/aph-store-schema.h"
#include "store/aph-store-writer.h"

/* What comes within this time is one transaction, in microseconds. */
#define TRANSACTION_TIME (100 * G_TIME_SPAN_MILLISECOND)

/* How long to wait before trying again what failed. */
#define RETRY_TIME G_TIME_SPAN_SECOND

typedef struct
{
  AphWriteFunc write;
  AphWrittenFunc written;  /* (nullable) */
  gpointer data;
  GDestroyNotify data_free;
  gboolean is_careful;     /* it could not be written as a whole */
  GError *error;           /* (nullable) why it is given up */
} Piece;

struct _AphStoreWriter
{
  gatomicrefcount ref_count;  /* what waits for the main context holds it, too */
  GThread *thread;
  GMainContext *context;
  char *path;
  gboolean is_temporary;
  AphStoreEvents events;
  AphIdleFunc idle;
  gpointer user_data;         /* for the events, in the main context until closed */

  GMutex lock;                /* of the members below */
  GCond changed;
  GQueue pieces;              /* of Piece */
  gboolean is_open;
  gboolean is_closing;
  gboolean is_alone;          /* nobody reads the database any more */
  gboolean is_resting;        /* all is written and nothing else is to do */
  gboolean is_ended;          /* nothing is written any more */

  /* The thread's own */
  AphStoreFile *file;
  AphDatabase *database;
  AphSaver *saver;
  gboolean is_blocked;
  GError *death;              /* (nullable) how the database turned out to be damaged */
  gboolean has_idle_work;
};

static void
piece_free (gpointer data)
{
  Piece *piece = data;

  if (piece->data_free != NULL)
    piece->data_free (piece->data);
  g_clear_error (&piece->error);
  g_free (piece);
}

void
aph_store_writer_unref (AphStoreWriter *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_queue_clear_full (&self->pieces, piece_free);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->changed);
  g_main_context_unref (self->context);
  g_clear_error (&self->death);
  g_free (self->path);
  g_free (self);
}

/* To the main context */

typedef struct
{
  AphStoreWriter *writer;
  AphStoreOpening *opening; /* (nullable) */
  GPtrArray *pieces;        /* (nullable) of Piece */
  GError *error;            /* (nullable) */
} Message;

static void
opening_free (AphStoreOpening *opening)
{
  g_clear_pointer (&opening->batches, g_ptr_array_unref);
  g_clear_pointer (&opening->places, aph_places_unref);
  g_clear_error (&opening->problem);
  g_free (opening->set_aside);
  g_free (opening);
}

static void
message_free (gpointer data)
{
  Message *message = data;

  g_clear_pointer (&message->opening, opening_free);
  g_clear_pointer (&message->pieces, g_ptr_array_unref);
  g_clear_error (&message->error);
  aph_store_writer_unref (message->writer);
  g_free (message);
}

static gboolean
message_cb (gpointer user_data)
{
  Message *message = user_data;
  AphStoreWriter *self = message->writer;

  if (message->opening != NULL)
    {
      if (self->user_data != NULL)
        self->events.opened (message->opening, self->user_data);
    }
  else if (message->pieces != NULL)
    for (guint i = 0; i < message->pieces->len; i++)
      {
        Piece *piece = g_ptr_array_index (message->pieces, i);

        if (piece->written != NULL)
          piece->written (piece->data, piece->error);
      }
  else if (self->user_data != NULL)
    self->events.blocked (message->error, self->user_data);

  return G_SOURCE_REMOVE;
}

static void
tell (AphStoreWriter  *self,
      AphStoreOpening *opening,
      GPtrArray       *pieces,
      const GError    *error)
{
  g_autoptr (GSource) source = g_idle_source_new ();
  Message *message = g_new0 (Message, 1);

  message->writer = aph_store_writer_ref (self);
  message->opening = opening;
  message->pieces = pieces;
  message->error = error != NULL ? g_error_copy (error) : NULL;
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, message_cb, message, message_free);
  g_source_attach (source, self->context);
}

/* The thread */

static void
set_blocked (AphStoreWriter *self,
             const GError   *error)
{
  if (error != NULL)
    g_debug ("store: %s", error->message);
  if (error == NULL && !self->is_blocked)
    return;

  self->is_blocked = error != NULL;
  tell (self, NULL, NULL, error);
}

/* Returns: whether it is being closed. */
static gboolean
wait_to_retry (AphStoreWriter *self)
{
  gint64 end = g_get_monotonic_time () + RETRY_TIME;
  gboolean is_closing;

  g_mutex_lock (&self->lock);
  while (!self->is_closing && g_cond_wait_until (&self->changed, &self->lock, end))
    ;
  is_closing = self->is_closing;
  g_mutex_unlock (&self->lock);

  return is_closing;
}

static gboolean
read_counter (AphStoreWriter  *self,
              const char      *name,
              const char      *fallback,
              guint64         *value,
              GError         **error)
{
  g_autofree char *sql =
    g_strdup_printf ("SELECT max (ifnull ((SELECT value FROM counters WHERE name = '%s'), 1),"
                     " ifnull ((SELECT max (id) + 1 FROM %s), 1))", name, fallback);
  gint64 number;

  if (!aph_database_get_int (self->database, sql, &number, error))
    return FALSE;

  *value = MAX (number, 1);

  return TRUE;
}

static gboolean
look_around (AphStoreWriter   *self,
             AphStoreOpening  *opening,
             GError          **error)
{
  g_autoptr (AphLoader) loader = aph_loader_new (self->database);

  opening->batches = aph_loader_load_batches (loader, error);
  if (opening->batches != NULL)
    opening->places = aph_loader_load_places (loader, error);

  return opening->places != NULL
         && read_counter (self, "next-job", "jobs", &opening->next_job, error)
         && read_counter (self, "next-batch", "batches", &opening->next_batch, error);
}

static void
close_database (AphStoreWriter *self)
{
  g_clear_pointer (&self->saver, aph_saver_free);
  g_clear_pointer (&self->database, aph_database_close);
}

static gboolean
try_to_open (AphStoreWriter   *self,
             AphStoreOpening  *opening,
             GError          **error)
{
  self->database = aph_store_file_open (self->file, error);
  if (self->database == NULL
      || !aph_store_schema_prepare (self->database, error)
      || !aph_store_schema_recover (self->database, error)
      || !look_around (self, opening, error))
    {
      close_database (self);
      return FALSE;
    }
  self->saver = aph_saver_new (self->database);
  self->has_idle_work = TRUE;

  return TRUE;
}

/* Damaged or newer: out of the way, untouched, and another one is begun. */
static gboolean
set_aside (AphStoreWriter  *self,
           AphStoreOpening *opening,
           GError         **error)
{
  if (opening->set_aside != NULL
      || !(g_error_matches (*error, APH_STORE_ERROR, APH_STORE_ERROR_DAMAGED)
           || g_error_matches (*error, APH_STORE_ERROR, APH_STORE_ERROR_NEWER)))
    return FALSE;

  opening->problem = g_steal_pointer (error);
  opening->set_aside = aph_store_file_set_aside (self->file, opening->problem->code, error);
  if (opening->set_aside == NULL)
    g_clear_error (&opening->problem);

  return opening->set_aside != NULL;
}

/* Returns: %FALSE if it was closed before it could be opened. */
static gboolean
open_store (AphStoreWriter *self)
{
  AphStoreOpening *opening = g_new0 (AphStoreOpening, 1);

  for (;;)
    {
      g_autoptr (GError) error = NULL;

      if (try_to_open (self, opening, &error))
        break;
      g_clear_pointer (&opening->batches, g_ptr_array_unref);
      g_clear_pointer (&opening->places, aph_places_unref);
      if (set_aside (self, opening, &error))
        continue;

      set_blocked (self, error);
      if (wait_to_retry (self))
        {
          opening_free (opening);
          return FALSE;
        }
    }

  /* It is offered again until somebody has dealt with it. */
  if (opening->problem == NULL)
    opening->set_aside = aph_store_file_find_aside (self->file, &opening->problem);

  set_blocked (self, NULL);
  tell (self, opening, NULL, NULL);
  g_mutex_lock (&self->lock);
  self->is_open = TRUE;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);

  return TRUE;
}

static Piece *
pop_piece (AphStoreWriter *self)
{
  Piece *piece;

  g_mutex_lock (&self->lock);
  piece = g_queue_pop_head (&self->pieces);
  g_mutex_unlock (&self->lock);

  return piece;
}

static void
roll_back (AphStoreWriter *self)
{
  /* What has failed may have been rolled back already. */
  if (sqlite3_get_autocommit (aph_database_get_handle (self->database)) == 0)
    aph_database_execute (self->database, "ROLLBACK", NULL);
  aph_saver_forget (self->saver);
}

/* All of @pieces, and those that come meanwhile. On failure @failed is the piece that could not be
 * written, or NULL if it was the transaction itself. */
static gboolean
write_all (AphStoreWriter  *self,
           GPtrArray       *pieces,
           Piece          **failed,
           GError         **error)
{
  gint64 end = g_get_monotonic_time () + TRANSACTION_TIME;
  Piece *piece;

  *failed = NULL;
  if (!aph_database_execute (self->database, "BEGIN IMMEDIATE", error))
    return FALSE;

  for (guint i = 0; i < pieces->len; i++)
    {
      piece = g_ptr_array_index (pieces, i);
      aph_saver_set_careful (self->saver, piece->is_careful);
      if (piece->error == NULL && !piece->write (self->saver, piece->data, error))
        {
          *failed = piece;
          return FALSE;
        }
      if (i + 1 == pieces->len && g_get_monotonic_time () < end
          && (piece = pop_piece (self)) != NULL)
        g_ptr_array_add (pieces, piece);
    }

  return aph_database_execute (self->database, "COMMIT", error);
}

static void
give_up (GPtrArray    *pieces,
         const GError *error)
{
  for (guint i = 0; i < pieces->len; i++)
    {
      Piece *piece = g_ptr_array_index (pieces, i);

      if (piece->error == NULL)
        piece->error = g_error_copy (error);
    }
}

/* Writing goes no further; nothing more is touched, and the next start looks closer. */
static void
die (AphStoreWriter *self,
     const GError   *error)
{
  g_clear_error (&self->death);
  self->death = g_error_copy (error);
  aph_store_file_suspect (self->file);
  set_blocked (self, error);
}

static void
write_pieces (AphStoreWriter *self,
              Piece          *first)
{
  GPtrArray *pieces = g_ptr_array_new_with_free_func (piece_free);

  g_ptr_array_add (pieces, first);
  for (;;)
    {
      g_autoptr (GError) error = NULL;
      Piece *failed;

      if (write_all (self, pieces, &failed, &error))
        {
          set_blocked (self, NULL);
          break;
        }
      roll_back (self);

      if (g_error_matches (error, APH_STORE_ERROR, APH_STORE_ERROR_DAMAGED))
        {
          die (self, error);
          give_up (pieces, error);
          break;
        }

      /* Of many jobs it may be one that no waiting helps: that one is left out. */
      if (failed != NULL && !failed->is_careful
          && g_error_matches (error, APH_STORE_ERROR, APH_STORE_ERROR_FAILED))
        {
          failed->is_careful = TRUE;
          continue;
        }

      /* What comes later waits, too: it may be about the same. */
      set_blocked (self, error);
      if (!wait_to_retry (self))
        continue;

      /* It is closed: what cannot be written takes nothing else with it. */
      if (aph_store_error_may_pass (error) || failed == NULL)
        {
          give_up (pieces, error);
          break;
        }
      failed->error = g_steal_pointer (&error);
    }

  tell (self, NULL, pieces, NULL);
}

static void
do_idle_work (AphStoreWriter *self)
{
  g_autoptr (GError) error = NULL;

  self->has_idle_work = aph_database_execute (self->database, "BEGIN IMMEDIATE", &error);
  if (self->has_idle_work)
    self->has_idle_work = self->idle (self->saver, &error);
  if (error == NULL && aph_database_execute (self->database, "COMMIT", &error))
    return;

  /* It comes again with the next piece that is written. */
  roll_back (self);
  self->has_idle_work = FALSE;
  if (g_error_matches (error, APH_STORE_ERROR, APH_STORE_ERROR_DAMAGED))
    die (self, error);
  else
    g_debug ("store: %s", error->message);
}

/* Waits for something to write, and meanwhile does what is left to do.
 * Returns: (nullable): a piece; NULL when it is closed and all is written */
static Piece *
wait_for_piece (AphStoreWriter *self)
{
  Piece *piece;

  g_mutex_lock (&self->lock);
  while ((piece = g_queue_pop_head (&self->pieces)) == NULL && !self->is_closing)
    {
      if (self->has_idle_work && self->death == NULL)
        {
          g_mutex_unlock (&self->lock);
          do_idle_work (self);
          g_mutex_lock (&self->lock);
        }
      else
        {
          self->is_resting = TRUE;
          g_cond_wait (&self->changed, &self->lock);
        }
    }
  self->is_resting = FALSE;
  g_mutex_unlock (&self->lock);

  return piece;
}

/* What comes after the database was found to be damaged; whoever waits for it is to know. */
static void
refuse (AphStoreWriter *self,
        Piece          *piece)
{
  GPtrArray *pieces = g_ptr_array_new_with_free_func (piece_free);

  g_ptr_array_add (pieces, piece);
  give_up (pieces, self->death);
  tell (self, NULL, pieces, NULL);
}

/* The last one to close the database has to be one that may write: only it can move what is in the
 * write-ahead log to its place. */
static void
wait_until_alone (AphStoreWriter *self)
{
  g_mutex_lock (&self->lock);
  while (!self->is_alone)
    g_cond_wait (&self->changed, &self->lock);
  g_mutex_unlock (&self->lock);
}

static gpointer
writer_thread (gpointer user_data)
{
  AphStoreWriter *self = user_data;
  Piece *piece;

  self->file = aph_store_file_new (self->path, self->is_temporary);
  if (open_store (self))
    while ((piece = wait_for_piece (self)) != NULL)
      {
        if (self->death != NULL)
          {
            refuse (self, piece);
            continue;
          }
        write_pieces (self, piece);
        self->has_idle_work = TRUE;
      }
  wait_until_alone (self);
  close_database (self);
  aph_store_file_free (self->file);

  return NULL;
}

/**
 * aph_store_writer_new:
 * @path: the file
 * @is_temporary: whether it is to be deleted in the end
 * @events: whom to tell
 * @idle: what to do when there is nothing else to do
 * @user_data: for @events
 *
 * Starts the thread.
 *
 * Returns: (transfer full): a writer, for aph_store_writer_close()
 */
AphStoreWriter *
aph_store_writer_new (const char           *path,
                      gboolean              is_temporary,
                      const AphStoreEvents *events,
                      AphIdleFunc           idle,
                      gpointer              user_data)
{
  AphStoreWriter *self = g_new0 (AphStoreWriter, 1);

  g_atomic_ref_count_init (&self->ref_count);
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  g_queue_init (&self->pieces);
  self->path = g_strdup (path);
  self->is_temporary = is_temporary;
  self->context = g_main_context_ref_thread_default ();
  self->events = *events;
  self->idle = idle;
  self->user_data = user_data;
  self->thread = g_thread_new ("store-writer", writer_thread, self);

  return self;
}

/**
 * aph_store_writer_begin_close:
 * @self: a writer
 *
 * Nothing more is to come. No event comes any more, either.
 */
void
aph_store_writer_begin_close (AphStoreWriter *self)
{
  self->user_data = NULL;
  g_mutex_lock (&self->lock);
  self->is_closing = TRUE;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
}

/**
 * aph_store_writer_close:
 * @self: (transfer full): a writer that began to close; nobody reads the database any more
 *
 * Waits until it has written what it was given, and ends the thread.
 */
void
aph_store_writer_close (AphStoreWriter *self)
{
  g_autoptr (GPtrArray) late = g_ptr_array_new_with_free_func (piece_free);
  Piece *piece;

  g_mutex_lock (&self->lock);
  self->is_alone = TRUE;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
  g_thread_join (self->thread);
  g_mutex_lock (&self->lock);
  self->is_ended = TRUE;
  while ((piece = g_queue_pop_head (&self->pieces)) != NULL)
    g_ptr_array_add (late, piece);
  g_mutex_unlock (&self->lock);
  aph_store_writer_unref (self);
}

/**
 * aph_store_writer_ref:
 * @self: a writer
 *
 * For a thread that may still have something to write when it is closed.
 *
 * Returns: (transfer full): @self, for aph_store_writer_unref()
 */
AphStoreWriter *
aph_store_writer_ref (AphStoreWriter *self)
{
  g_atomic_ref_count_inc (&self->ref_count);

  return self;
}

/**
 * aph_store_writer_is_closing:
 * @self: a writer
 *
 * May be called in any thread.
 *
 * Returns: whether nothing more is to come
 */
gboolean
aph_store_writer_is_closing (AphStoreWriter *self)
{
  gboolean is_closing;

  g_mutex_lock (&self->lock);
  is_closing = self->is_closing;
  g_mutex_unlock (&self->lock);

  return is_closing;
}

/**
 * aph_store_writer_push:
 * @self: a writer
 * @write: what writes
 * @written: (nullable): what is called when that is on disk
 * @data: for both
 * @data_free: (nullable): frees @data, in the main context if @written was called
 *
 * May be called in any thread. What comes after the writer has ended is freed at once.
 */
void
aph_store_writer_push (AphStoreWriter *self,
                       AphWriteFunc    write,
                       AphWrittenFunc  written,
                       gpointer        data,
                       GDestroyNotify  data_free)
{
  Piece *piece = g_new0 (Piece, 1);
  gboolean is_ended;

  piece->write = write;
  piece->written = written;
  piece->data = data;
  piece->data_free = data_free;

  g_mutex_lock (&self->lock);
  is_ended = self->is_ended;
  if (!is_ended)
    g_queue_push_tail (&self->pieces, piece);
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);

  if (is_ended)
    piece_free (piece);
}

/**
 * aph_store_writer_is_resting:
 * @self: a writer
 *
 * Returns: whether all is written and nothing is left to do when there is time
 */
gboolean
aph_store_writer_is_resting (AphStoreWriter *self)
{
  gboolean is_resting;

  g_mutex_lock (&self->lock);
  is_resting = self->is_resting && g_queue_is_empty (&self->pieces);
  g_mutex_unlock (&self->lock);

  return is_resting;
}

/**
 * aph_store_writer_wait_open:
 * @self: a writer
 *
 * Waits, in a thread of the caller's, until the database can be read.
 *
 * Returns: %FALSE if it is closed instead
 */
gboolean
aph_store_writer_wait_open (AphStoreWriter *self)
{
  gboolean is_open;

  g_mutex_lock (&self->lock);
  while (!self->is_open && !self->is_closing)
    g_cond_wait (&self->changed, &self->lock);
  is_open = self->is_open;
  g_mutex_unlock (&self->lock);

  return is_open;
}

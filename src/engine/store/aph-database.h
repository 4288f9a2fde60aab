/* aph-database.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>
#include <sqlite3.h>

#include "store/aph-store-error.h"

G_BEGIN_DECLS

/**
 * AphDatabase:
 *
 * A connection to an SQLite database, for one thread. It keeps the statements it has prepared.
 */
typedef struct _AphDatabase AphDatabase;

AphDatabase  *aph_database_open         (const char    *path,
                                         int            flags,
                                         GError       **error);
void          aph_database_close        (AphDatabase   *self);

sqlite3      *aph_database_get_handle   (AphDatabase   *self);
gboolean      aph_database_execute      (AphDatabase   *self,
                                         const char    *sql,
                                         GError       **error);
sqlite3_stmt *aph_database_prepare      (AphDatabase   *self,
                                         const char    *sql,
                                         GError       **error);
gboolean      aph_database_step         (AphDatabase   *self,
                                         sqlite3_stmt  *statement,
                                         GError       **error);
gboolean      aph_database_run          (AphDatabase   *self,
                                         sqlite3_stmt  *statement,
                                         GError       **error);
gboolean      aph_database_get_int      (AphDatabase   *self,
                                         const char    *sql,
                                         gint64        *value,
                                         GError       **error);
gulong        aph_database_watch_cancel (AphDatabase   *self,
                                         GCancellable  *cancellable);
void          aph_database_watch_flag   (AphDatabase   *self,
                                         gint          *flag);

/* Parameters are counted from 1, columns from 0 */
void          aph_database_bind_int     (sqlite3_stmt  *statement,
                                         int            parameter,
                                         gint64         value);
void          aph_database_bind_known   (sqlite3_stmt  *statement,
                                         int            parameter,
                                         gint64         value,
                                         gint64         unknown);
void          aph_database_bind_text    (sqlite3_stmt  *statement,
                                         int            parameter,
                                         const char    *text);
char         *aph_database_dup_text     (sqlite3_stmt  *statement,
                                         int            column);
gint64        aph_database_get_known    (sqlite3_stmt  *statement,
                                         int            column,
                                         gint64         unknown);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AphDatabase, aph_database_close)

G_END_DECLS

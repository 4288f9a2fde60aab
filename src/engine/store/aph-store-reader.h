/* aph-store-reader.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "store/aph-store-load.h"
#include "store/aph-store-writer.h"

G_BEGIN_DECLS

/**
 * AphStoreReader:
 *
 * A thread that reads from a store, one question after the other, while the writer writes.
 */
typedef struct _AphStoreReader AphStoreReader;

/**
 * AphReadFunc:
 * @loader: what to read with
 * @task_data: of the task
 * @error: return location
 *
 * Reads something, in the reader's thread. What is cancelled is interrupted by itself.
 *
 * Returns: what the task is to return; %NULL with @error if that fails
 */
typedef gpointer (*AphReadFunc) (AphLoader *loader,
                                 gpointer   task_data,
                                 GError   **error);

AphStoreReader *aph_store_reader_new   (const char      *path,
                                        AphStoreWriter  *writer,
                                        const char      *name);
void            aph_store_reader_close (AphStoreReader  *self);

void            aph_store_reader_run   (AphStoreReader  *self,
                                        GTask           *task,
                                        AphReadFunc      read,
                                        GDestroyNotify   result_free);

G_END_DECLS

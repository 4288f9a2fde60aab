/* aph-store-file.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "store/aph-database.h"

G_BEGIN_DECLS

/**
 * AphStoreFile:
 *
 * The file of a store: who has it, whether it can be trusted, and what becomes of one that cannot.
 */
typedef struct _AphStoreFile AphStoreFile;

char         *aph_store_file_make_temporary_path (void);

AphStoreFile *aph_store_file_new          (const char    *path,
                                           gboolean       is_temporary);
void          aph_store_file_free         (AphStoreFile  *self);

AphDatabase  *aph_store_file_open         (AphStoreFile  *self,
                                           GError       **error);
char         *aph_store_file_set_aside    (AphStoreFile  *self,
                                           AphStoreError  reason,
                                           GError       **error);
char         *aph_store_file_find_aside   (AphStoreFile  *self,
                                           GError       **problem);
void          aph_store_file_forget_aside (const char    *path,
                                           const char    *aside);
void          aph_store_file_suspect      (AphStoreFile  *self);

G_END_DECLS

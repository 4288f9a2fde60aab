/* aph-store-error.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define APH_STORE_ERROR (aph_store_error_quark ())

/**
 * AphStoreError:
 * @APH_STORE_ERROR_FAILED: something that should not be; the message is SQLite's
 * @APH_STORE_ERROR_DAMAGED: the file is no database, or a damaged one
 * @APH_STORE_ERROR_NEWER: it was written by a newer version
 * @APH_STORE_ERROR_LOCKED: another instance has it
 * @APH_STORE_ERROR_FULL: there is no room left on the disk
 * @APH_STORE_ERROR_READ_ONLY: it may not be written to
 * @APH_STORE_ERROR_IO: it cannot be opened, read or written for another reason
 *
 * What can be wrong with the store. The last four may pass by themselves, so what is to be written
 * is kept and tried again.
 */
typedef enum
{
  APH_STORE_ERROR_FAILED,
  APH_STORE_ERROR_DAMAGED,
  APH_STORE_ERROR_NEWER,
  APH_STORE_ERROR_LOCKED,
  APH_STORE_ERROR_FULL,
  APH_STORE_ERROR_READ_ONLY,
  APH_STORE_ERROR_IO,
} AphStoreError;

GQuark   aph_store_error_quark    (void);
gboolean aph_store_error_may_pass (const GError *error);

G_END_DECLS

/* fuzz-stream.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "fuzz.h"

G_BEGIN_DECLS

#define FUZZ_TYPE_STREAM (fuzz_stream_get_type ())

/**
 * FuzzStream:
 *
 * A stream of the input, which never gives as much as it is asked for: how much, the input says.
 */
G_DECLARE_FINAL_TYPE (FuzzStream, fuzz_stream, FUZZ, STREAM, GInputStream)

GInputStream *fuzz_stream_new (const uint8_t   *data,
                               size_t           size,
                               const FuzzDice  *dice);

G_END_DECLS

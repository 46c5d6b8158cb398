/* base64.h - RFC 4648, section 4: the standard alphabet, padded. */
#ifndef QUOTH_BASE_BASE64_H
#define QUOTH_BASE_BASE64_H

#include "base/memory.h"

/* Appends `data` in base64. */
quoth_status quoth_base64_encode(quoth_buffer *out, quoth_bytes data, quoth_error *err);

/* Appends what `text` stands for. Strict: other characters (line ends too), wrong padding and bits
 * that are set but not used are QUOTH_ERR_DATA, and nothing is appended. */
quoth_status quoth_base64_decode(quoth_buffer *out, quoth_bytes text, quoth_error *err);

#endif

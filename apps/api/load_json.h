/* load_json.h - JSON that others have sent, also where memory runs out. */
#ifndef QUOTH_API_LOAD_JSON_H
#define QUOTH_API_LOAD_JSON_H

#include "base/json.h"

/* json_loadb for one value, any if JSON_DECODE_ANY is among `flags`. A new reference, or NULL with
 * `fault` set; quoth_json_is_out_of_memory tells whether that is why. */
json_t *quoth_api_load_json(quoth_bytes text, size_t flags, json_error_t *fault);

#endif

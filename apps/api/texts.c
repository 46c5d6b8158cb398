/* The texts of a request. */
#include "api/call.h"

int quoth_api_push_text(quoth_api_call *call, quoth_bytes text) {
  quoth_api_worker *worker = call->worker;
  if (worker->n_texts == QUOTH_API_MAX_TEXTS)
    return quoth_api_refuse(call, 422, "more than %d texts; send them in several requests",
                            QUOTH_API_MAX_TEXTS);
  quoth_bytes *texts = quoth_grow(worker->texts, &worker->texts_capacity, worker->n_texts + 1,
                                  sizeof *texts, &worker->fault);
  if (!texts) return 503;
  worker->texts = texts;
  texts[worker->n_texts++] = text;
  return 0;
}

int quoth_api_add_text(quoth_api_call *call, const json_t *value, const char *what, long index) {
  if (json_is_string(value))
    return quoth_api_push_text(call,
                               (quoth_bytes){json_string_value(value), json_string_length(value)});
  if (index < 0)
    return quoth_api_refuse(call, 422, "\"%s\" is %s; it must be a string", what,
                            quoth_api_type_name(value));
  return quoth_api_refuse(call, 422, "\"%s\"[%ld] is %s; it must be a string", what, index,
                          quoth_api_type_name(value));
}

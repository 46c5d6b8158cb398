/* Text as a spec in JSON, and its lines as changes (--set). No input may crash; a spec that is
 * taken can be written and read again and is the same; its parameters can be read. */
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "model/spec.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void demand(bool condition) {
  if (!condition) abort();
}

static void check_params(const quoth_spec *spec) {
  for (size_t i = 0; i < quoth_spec_n_stages(spec); i++) {
    void *params = quoth_stage_spec_params(quoth_spec_stage(spec, i), NULL);
    demand(params != NULL);
    free(params);
  }
  quoth_evaluation evaluation;
  demand(!quoth_spec_evaluation(spec, &evaluation, NULL));
}

static void check_round_trip(const quoth_spec *spec) {
  quoth_buffer first = {0}, second = {0};
  quoth_spec again;
  demand(!quoth_spec_append_json(spec, 2, &first, NULL));
  demand(!quoth_spec_from_json((quoth_bytes){first.data, first.size}, NULL, &again, NULL));
  demand(!quoth_spec_append_json(&again, 2, &second, NULL));
  demand(first.size == second.size && memcmp(first.data, second.data, first.size) == 0);
  quoth_spec_clear(&again);
  quoth_buffer_clear(&first);
  quoth_buffer_clear(&second);
}

static void try_json(quoth_bytes text) {
  quoth_spec spec;
  quoth_error err = {0};
  if (quoth_spec_from_json(text, "input", &spec, &err)) {
    quoth_bytes message = {err.message, strlen(err.message)};
    demand(message.size > 0 && quoth_utf8_valid_prefix(message) == message.size);
    return;
  }
  check_params(&spec);
  check_round_trip(&spec);
  quoth_spec_clear(&spec);
}

static void try_changes(quoth_bytes text) {
  quoth_spec spec;
  demand(!quoth_spec_from_recipe("topics-forest", &spec, NULL));
  char *lines = strndup(text.data, text.size), *rest = lines;
  demand(lines != NULL);
  for (char *line; (line = strsep(&rest, "\n"));) {
    quoth_error err = {0};
    if (quoth_spec_set(&spec, line, &err)) demand(err.message[0] != '\0');
  }
  check_params(&spec);
  check_round_trip(&spec);
  free(lines);
  quoth_spec_clear(&spec);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  quoth_bytes text = {size ? (const char *)data : "", size};
  try_json(text);
  try_changes(text);
  return 0;
}

#include "model/analyzer_params.h"

#include <string.h>

/* ORDER quoth_strip_accents, quoth_term_unit, quoth_token_pattern, quoth_lemmatizer,
 * quoth_stemmer */
const char *const quoth_strip_accents_names[] = {"null", "ascii", "unicode", NULL};
const char *const quoth_unit_names[] = {"word", "char", "char_wb", NULL};
const char *const quoth_token_pattern_names[] = {"word", "word+punct", "whitespace",
                                                 "word+punct+unspaced", NULL};
const char *const quoth_lemmatizer_names[] = {
    "null", "wordnet", "wordnet-verb", "wordnet-adj", "wordnet-adv", "wordnet-all", NULL};
#define STEMMER_NAME(language) #language,
const char *const quoth_stemmer_names[] = {"null", QUOTH_STEMMERS(STEMMER_NAME) NULL};

static bool is_language(const char *name) {
  return strcmp(name, "english") == 0 || quoth_stop_words_of(name).size > 0;
}

bool quoth_param_read_stop_words(const quoth_param *param, const json_t *value, void *field) {
  (void)param;
  bool is_sound = json_is_null(value) || json_is_array(value) ||
                  (json_is_string(value) && is_language(json_string_value(value)));
  for (size_t i = 0; i < json_array_size(value); i++)
    is_sound = is_sound && json_is_string(json_array_get(value, i));
  if (is_sound) memcpy(field, &value, sizeof value);
  return is_sound;
}

#include "train/search_space.h"

#include <stdlib.h>
#include <string.h>

#include "base/logarithm.h"
#include "base/number.h"
#include "math/functions.h"

/* ---- What suits the recipes ------------------------------------------------ */

enum { MAX_STANDARD = 8 };

static const struct {
  const char *recipe;
  const char *texts[MAX_STANDARD]; /* NULL-ended */
} standards[] = {
    {"best",
     {"stack.svm.union.characters.vectorizer.ngram_range=[2,5],[1,5],[2,6],[1,4]",
      "stack.svm.classifier.C=0.2..5", "stack.nbsvm.classifier.C=0.02..1",
      "stack.nbsvm.classifier.beta=0.25,0.5,1.0", "stack.characters.classifier.order=4,5,6,7",
      "stack.characters.classifier.lowercase=false,true", "stack.words.classifier.order=2,3"}},
    {"topics-forest",
     {"vectorizer.min_df=1,2,5", "lda.n_components=20..150", "lda.max_iter=5,10",
      "forest.n_estimators=100,300", "forest.min_samples_split=2..100",
      "forest.min_samples_leaf=1..100"}},
    {"bayes",
     {"vectorizer.ngram_range=[1,1],[1,2],[1,3]", "vectorizer.min_df=1,2,3",
      "vectorizer.lowercase=true,false", "vectorizer.token_pattern=word,word+punct",
      "tfidf.sublinear_tf=false,true", "classifier.alpha=0.005..2"}},
    {"linear",
     {"vectorizer.ngram_range=[1,1],[1,2],[1,3]", "vectorizer.min_df=1,2,3",
      "vectorizer.lowercase=true,false", "tfidf.sublinear_tf=true,false", "classifier.C=0.3..300"}},
    {"ngram",
     {"classifier.order=4,5,6,7", "classifier.lowercase=false,true", "classifier.type_weight=1..30",
      "classifier.smoothing=kneser_ney,witten_bell"}},
};

quoth_status quoth_search_space_add_standard(quoth_search_space *space, const quoth_spec *spec,
                                             quoth_error *err) {
  const char *recipe = json_string_value(json_object_get(spec->root, "recipe"));
  for (size_t i = 0; i < sizeof standards / sizeof *standards; i++) {
    if (!recipe || strcmp(standards[i].recipe, recipe) != 0) continue;
    for (const char *const *text = standards[i].texts; *text; text++)
      if (quoth_search_space_add(space, spec, *text, err) == QUOTH_ERR_NOMEM)
        return QUOTH_ERR_NOMEM;
  }
  return QUOTH_OK;
}

/* ---- Reading --------------------------------------------------------------- */

static void dimension_clear(quoth_search_dimension *dimension) {
  free(dimension->key);
  free(dimension->values);
  json_decref(dimension->choices);
}

/* Whether `spec`, which stays as it is, takes KEY=VALUE. */
static quoth_status check_value(const quoth_spec *spec, const char *assignment, quoth_error *err) {
  quoth_spec copy = {json_deep_copy(spec->root)};
  quoth_status status =
      copy.root ? quoth_spec_set(&copy, assignment, err) : quoth_fail_nomem(err, 1);
  quoth_spec_clear(&copy);
  return status;
}

/* "KEY=VALUE" to `out`, NUL-ended, in place of what it held. */
static quoth_status assign(const char *key, quoth_bytes value, quoth_buffer *out,
                           quoth_error *err) {
  out->size = 0;
  quoth_status status = quoth_buffer_printf(out, err, "%s=%.*s", key, (int)value.size, value.data);
  return status ? status : quoth_buffer_append(out, "", 1, err);
}

/* The bytes before the first comma that is in no brackets and no quotes. */
static size_t value_size(const char *text) {
  int depth = 0;
  bool is_quoted = false;
  size_t i = 0;
  for (; text[i]; i++) {
    if (is_quoted && text[i] == '\\' && text[i + 1])
      i++;
    else if (text[i] == '"')
      is_quoted = !is_quoted;
    else if (!is_quoted && strchr("[{", text[i]))
      depth++;
    else if (!is_quoted && strchr("]}", text[i]))
      depth--;
    else if (!is_quoted && depth <= 0 && text[i] == ',')
      break;
  }
  return i;
}

static quoth_status read_choices(quoth_search_dimension *it, const quoth_spec *spec,
                                 quoth_error *err) {
  quoth_buffer assignment = {0};
  quoth_status status = QUOTH_OK;
  it->choices = json_array();
  for (const char *value = it->values; value && !status;) {
    size_t size = value_size(value);
    status = assign(it->key, (quoth_bytes){value, size}, &assignment, err);
    if (!status) status = check_value(spec, assignment.data, err);
    if (!status) quoth_json_push(&it->choices, json_string(assignment.data));
    value = value[size] ? value + size + 1 : NULL;
  }
  quoth_buffer_clear(&assignment);
  if (!status && !it->choices) status = quoth_fail_nomem(err, 1);
  return status;
}

static bool read_number(const char *text, size_t size, double *out) {
  json_t *value = NULL;
  quoth_status status = quoth_json_parse((quoth_bytes){text, size}, NULL, &value, NULL);
  bool is_number = !status && json_is_number(value);
  *out = is_number ? json_number_value(value) : 0;
  json_decref(value);
  return is_number;
}

/* Whether `spec` takes KEY=`value`; a whole number is written without a point. */
static quoth_status check_number(const quoth_search_dimension *it, const quoth_spec *spec,
                                 double value, bool is_whole, quoth_error *err) {
  char text[QUOTH_NUMBER_SIZE];
  size_t size = quoth_number_shortest(value, text);
  if (is_whole && size > 2 && strcmp(text + size - 2, ".0") == 0) size -= 2;
  quoth_buffer assignment = {0};
  quoth_status status = assign(it->key, (quoth_bytes){text, size}, &assignment, err);
  if (!status) status = check_value(spec, assignment.data, err);
  quoth_buffer_clear(&assignment);
  return status;
}

static quoth_status read_range(quoth_search_dimension *it, const quoth_spec *spec,
                               quoth_error *err) {
  if (!(it->low > 0 && it->low < it->high && it->high <= 1e15))
    return quoth_fail(err, QUOTH_ERR_ARG,
                      "%s=%s: a range is log-uniform; its ends are above 0, the lower one first",
                      it->key, it->values);
  /* No whole number, whatever the ends are. */
  double between = it->low + (it->high - it->low) * 0.38196601125010515;
  it->is_whole = check_number(it, spec, between, false, NULL) != QUOTH_OK;
  if (it->is_whole && (it->low < 1 || it->low != (double)(uint64_t)it->low))
    return quoth_fail(err, QUOTH_ERR_ARG, "%s=%s: this range begins with a whole number", it->key,
                      it->values);
  quoth_status status = check_number(it, spec, it->low, it->is_whole, err);
  return status ? status : check_number(it, spec, it->high, it->is_whole, err);
}

static quoth_status read_values(quoth_search_dimension *it, const quoth_spec *spec,
                                quoth_error *err) {
  const char *dots = strstr(it->values, "..");
  if (dots && read_number(it->values, (size_t)(dots - it->values), &it->low) &&
      read_number(dots + 2, strlen(dots + 2), &it->high))
    return read_range(it, spec, err);
  return read_choices(it, spec, err);
}

static quoth_search_dimension *find(const quoth_search_space *space, const char *key, size_t size) {
  for (size_t i = 0; i < space->n_dimensions; i++)
    if (quoth_bytes_equal((quoth_bytes){key, size}, space->dimensions[i].key))
      return &space->dimensions[i];
  return NULL;
}

quoth_status quoth_search_space_add(quoth_search_space *space, const quoth_spec *spec,
                                    const char *text, quoth_error *err) {
  const char *equals = strchr(text, '=');
  if (!equals || !equals[1] || !memchr(text, '.', (size_t)(equals - text)))
    return quoth_fail(err, QUOTH_ERR_ARG,
                      "%s: write what to try as vectorizer.min_df=1,2,5 or classifier.C=0.1..100",
                      text);
  void *dimensions = quoth_grow(space->dimensions, &space->capacity, space->n_dimensions + 1,
                                sizeof *space->dimensions, err);
  if (!dimensions) return QUOTH_ERR_NOMEM;
  space->dimensions = dimensions;
  quoth_search_dimension it = {.key = strndup(text, (size_t)(equals - text)),
                               .values = strdup(equals + 1)};
  quoth_status status =
      it.key && it.values ? read_values(&it, spec, err) : quoth_fail_nomem(err, 1);
  if (status) {
    dimension_clear(&it);
    return status;
  }
  quoth_search_dimension *old = find(space, it.key, strlen(it.key));
  if (old)
    dimension_clear(old);
  else
    old = &space->dimensions[space->n_dimensions++];
  *old = it;
  return QUOTH_OK;
}

void quoth_search_space_remove(quoth_search_space *space, const char *assignment) {
  quoth_search_dimension *it = find(space, assignment, strcspn(assignment, "="));
  if (!it) return;
  dimension_clear(it);
  quoth_search_dimension *end = space->dimensions + space->n_dimensions--;
  memmove(it, it + 1, (size_t)(end - (it + 1)) * sizeof *it);
}

void quoth_search_space_clear(quoth_search_space *space) {
  for (size_t i = 0; i < space->n_dimensions; i++) dimension_clear(&space->dimensions[i]);
  free(space->dimensions);
  *space = (quoth_search_space){0};
}

/* ---- Drawing --------------------------------------------------------------- */

/* To three significant digits. Powers of ten up to 10^22 are exact, and so dividing by one gives
 * the double that is written with these digits. */
static double round_to_digits(double x) {
  double power = 1;
  if (x < 100) {
    while (x * power < 100) power *= 10;
    return (double)(uint64_t)(x * power + 0.5) / power;
  }
  while (x / power >= 1000) power *= 10;
  return (double)(uint64_t)(x / power + 0.5) * power;
}

/* Log-uniform between the ends; of whole numbers, k stands for all of [k, k + 1). */
static double draw_number(const quoth_search_dimension *it, quoth_random *random) {
  double low = quoth_log(it->low), high = quoth_log(it->is_whole ? it->high + 1 : it->high);
  double x = quoth_exp(low + (high - low) * quoth_random_unit(random));
  x = it->is_whole ? (double)(uint64_t)x : round_to_digits(x);
  return x < it->low ? it->low : x > it->high ? it->high : x;
}

static json_t *draw(const quoth_search_dimension *it, quoth_random *random) {
  size_t n = json_array_size(it->choices);
  if (n)
    return json_incref(
        json_array_get(it->choices, n > 1 ? quoth_random_below(random, (uint32_t)n) : 0));
  double x = draw_number(it, random);
  if (it->is_whole) return json_sprintf("%s=%lld", it->key, (long long)x);
  char text[QUOTH_NUMBER_SIZE];
  quoth_number_shortest(x, text);
  return json_sprintf("%s=%s", it->key, text);
}

quoth_status quoth_search_space_draw(const quoth_search_space *space, quoth_random *random,
                                     json_t **settings, quoth_error *err) {
  *settings = json_array();
  for (size_t i = 0; i < space->n_dimensions; i++)
    quoth_json_push(settings, draw(&space->dimensions[i], random));
  return *settings ? QUOTH_OK : quoth_fail_nomem(err, 1);
}

json_t *quoth_search_space_json(const quoth_search_space *space) {
  json_t *result = json_object();
  for (size_t i = 0; i < space->n_dimensions && result; i++)
    if (json_object_set_new(result, space->dimensions[i].key,
                            json_string(space->dimensions[i].values)) != 0) {
      json_decref(result);
      result = NULL;
    }
  return result;
}

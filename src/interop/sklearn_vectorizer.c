/* CountVectorizer and HashingVectorizer. A vocabulary in another order than that of code points,
 * which only users can give it, is put into this order, and all that follows with it. */
#include <stdlib.h>
#include <string.h>

#include "interop/sklearn_parts.h"

/* ---- Parameters ------------------------------------------------------------ */

static json_t *translate_token_pattern(const quoth_value *value) {
  static const struct {
    const char *pattern, *name;
  } patterns[] = {
      {"(?u)\\b\\w\\w+\\b", "word"},    {"\\b\\w\\w+\\b", "word"},
      {"\\w+|[^\\w\\s]", "word+punct"}, {"(?u)\\w+|[^\\w\\s]", "word+punct"},
      {"\\S+", "whitespace"},           {"(?u)\\S+", "whitespace"},
  };
  for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++)
    if (quoth_value_is_text(value, patterns[i].pattern)) return json_string(patterns[i].name);
  return NULL;
}

/* None, "english", which is the only list that scikit-learn names, or words; a set's are in no
 * order. */
static json_t *translate_stop_words(const quoth_value *value) {
  if (value->kind == QUOTH_VALUE_NONE) return json_null();
  if (quoth_value_is_text(value, "english")) return json_string("english");
  if (value->kind != QUOTH_VALUE_LIST && value->kind != QUOTH_VALUE_TUPLE &&
      value->kind != QUOTH_VALUE_SET)
    return NULL;
  json_t *words = json_array();
  for (size_t i = 0; i < value->values.n; i++) {
    const quoth_value *word = value->values.items[i];
    quoth_json_push(&words, word->kind == QUOTH_VALUE_TEXT
                                ? json_stringn(word->bytes.data, word->bytes.size)
                                : NULL);
  }
  return words;
}

static const quoth_needed needed_of_words[] = {
    {"lowercase", NULL},
    {"strip_accents", NULL},
    {"analyzer", NULL},
    {"ngram_range", NULL},
    {"stop_words", translate_stop_words},
    {"token_pattern", translate_token_pattern},
    {"binary", NULL},
    {"n_features", NULL},
    {"alternate_sign", NULL},
    {"norm", NULL},
    {NULL, NULL},
};
/* Characters are counted whatever the words are. */
static const quoth_needed needed_of_characters[] = {
    {"lowercase", NULL},   {"strip_accents", NULL},  {"analyzer", NULL},
    {"ngram_range", NULL}, {"binary", NULL},         {"n_features", NULL},
    {"norm", NULL},        {"alternate_sign", NULL}, {NULL, NULL},
};

/* Code that is not in the file, and input that is no text. */
static quoth_status refuse_code(const quoth_estimator *estimator, quoth_error *err) {
  static const char *const functions[] = {"preprocessor", "tokenizer", NULL};
  for (const char *const *name = functions; *name; name++) {
    const quoth_value *value = quoth_estimator_get(estimator, *name);
    if (value && value->kind != QUOTH_VALUE_NONE)
      return quoth_estimator_fail(estimator, *name, err,
                                  "is a function, whose code is not in the file; quoth runs none");
  }
  const quoth_value *input = quoth_estimator_get(estimator, "input");
  if (input && !quoth_value_is_text(input, "content"))
    return quoth_estimator_fail(estimator, "input", err, "is not 'content': quoth reads texts");
  const quoth_value *encoding = quoth_estimator_get(estimator, "encoding");
  if (encoding && !quoth_value_is_text(encoding, "utf-8"))
    return quoth_estimator_fail(estimator, "encoding", err, "is not 'utf-8': quoth reads UTF-8");
  return QUOTH_OK;
}

/* The numbers' type, where it can change what comes after them. Weights are no integers. */
static quoth_status check_dtype(const quoth_estimator *estimator, const quoth_stage_type *type,
                                quoth_error *err) {
  static const char *const wide[] = {"float64", "int64", "int32", "uint64", "uint32", NULL};
  const quoth_value *dtype = quoth_estimator_get(estimator, "dtype");
  bool is_wide = !dtype, has_weights = type->output == QUOTH_DATA_WEIGHTS;
  if (has_weights && dtype && !quoth_value_is_global(dtype, "numpy", "float64"))
    return quoth_estimator_fail(estimator, "dtype", err, "is not float64, which quoth has");
  for (const char *const *name = wide; *name; name++)
    is_wide = is_wide || quoth_value_is_global(dtype, "numpy", *name);
  return is_wide ? QUOTH_OK
                 : quoth_estimator_fail(estimator, "dtype", err,
                                        "is too small for quoth's numbers to be the same; it has "
                                        "int64, int32, uint64, uint32 and float64");
}

/* A class that somebody made of scikit-learn's does more than the file says. */
static quoth_status set_lemmatizer(const quoth_import *import, const quoth_estimator *estimator,
                                   const quoth_stage_type *type, json_t *params, quoth_error *err) {
  const char *name = import->options->lemmatizer;
  if (!name && !quoth_estimator_is_sklearn(estimator)) {
    const quoth_global *class = estimator->class;
    return quoth_fail_at(err, QUOTH_ERR_DATA, estimator->file, 0,
                         "%.*s.%.*s is a class of somebody's own, whose code is not in the file; "
                         "say with --lemmatizer what it does with words, null for nothing",
                         (int)(class->module.size < 80 ? class->module.size : 80),
                         class->module.data, (int)(class->name.size < 80 ? class->name.size : 80),
                         class->name.data);
  }
  if (!name) return QUOTH_OK;
  json_t *value = strcmp(name, "null") == 0 ? json_null() : json_string(name);
  if (!value) return quoth_fail_nomem(err, 1);
  quoth_status status =
      quoth_params_set(&type->params, params, "--lemmatizer", "lemmatizer", value, err);
  json_decref(value);
  return status;
}

static quoth_status take_params(const quoth_import *import, const quoth_estimator *estimator,
                                const quoth_stage_type *type, json_t **params, quoth_error *err) {
  if (import->n_columns)
    return quoth_fail_at(err, QUOTH_ERR_DATA, estimator->file, 0,
                         "a vectorizer comes first, and there is one");
  const quoth_value *analyzer = quoth_estimator_get(estimator, "analyzer");
  bool is_words = !analyzer || quoth_value_is_text(analyzer, "word");
  quoth_status status = refuse_code(estimator, err);
  if (!status) status = check_dtype(estimator, type, err);
  if (!status)
    status = quoth_estimator_params(estimator, type,
                                    is_words ? needed_of_words : needed_of_characters, params, err);
  if (!status) status = set_lemmatizer(import, estimator, type, *params, err);
  return status;
}

/* ---- Vocabulary ------------------------------------------------------------ */

typedef struct numbered_term {
  quoth_bytes text;
  int64_t number; /* theirs */
} numbered_term;

static int compare_terms(const void *a, const void *b) {
  return quoth_bytes_compare(((const numbered_term *)a)->text, ((const numbered_term *)b)->text);
}

static quoth_status fail_vocabulary(const quoth_estimator *estimator, quoth_error *err) {
  return quoth_estimator_fail(estimator, "vocabulary_", err,
                              "should give each term a number of its own, from 0 up");
}

/* The terms in order of code points; their numbers are 0 to n - 1, each once. */
static quoth_status read_terms(const quoth_estimator *estimator, const quoth_value *vocabulary,
                               numbered_term *terms, size_t n, quoth_error *err) {
  bool *is_taken = quoth_new_array(n, sizeof *is_taken, err);
  if (!is_taken) return QUOTH_ERR_NOMEM;
  bool is_sound = true;
  for (size_t i = 0; i < n && is_sound; i++) {
    const quoth_value *text = vocabulary->values.items[2 * i];
    int64_t number = -1;
    is_sound = text->kind == QUOTH_VALUE_TEXT &&
               quoth_value_integer(vocabulary->values.items[2 * i + 1], &number) && number >= 0 &&
               number < (int64_t)n && !is_taken[number];
    if (!is_sound) break;
    is_taken[number] = true;
    terms[i] = (numbered_term){text->bytes, number};
  }
  free(is_taken);
  if (!is_sound) return fail_vocabulary(estimator, err);
  qsort(terms, n, sizeof *terms, compare_terms);
  for (size_t i = 1; i < n; i++)
    if (compare_terms(&terms[i - 1], &terms[i]) == 0) return fail_vocabulary(estimator, err);
  return QUOTH_OK;
}

/* The tensors of the vocabulary. All are added, so that all are freed. */
static quoth_status store(quoth_tensors *tensors, const numbered_term *terms, size_t n,
                          quoth_error *err) {
  quoth_buffer bytes = {0};
  uint64_t *ends = quoth_new_array(n, sizeof *ends, err);
  quoth_status status = ends ? QUOTH_OK : QUOTH_ERR_NOMEM;
  for (size_t i = 0; i < n && !status; i++) {
    status = quoth_buffer_append(&bytes, terms[i].text.data, terms[i].text.size, err);
    ends[i] = bytes.size;
  }
  quoth_strings view = {.bytes = bytes.data, .ends = ends, .n_strings = (uint32_t)n};
  uint64_t n_slots = quoth_strings_index_size((uint32_t)n);
  uint32_t *slots = status ? NULL : quoth_strings_index(&view, n_slots, err);
  const char *name = "vectorizer";
  quoth_status a =
      quoth_tensors_add(tensors, name, "vocabulary", QUOTH_U8, bytes.size, 0, bytes.data, err);
  quoth_status b = quoth_tensors_add(tensors, name, "vocabulary_ends", QUOTH_U64, n, 0, ends, err);
  quoth_status c =
      quoth_tensors_add(tensors, name, "vocabulary_index", QUOTH_U32, n_slots, 0, slots, err);
  return status ? status : a ? a : b ? b : c;
}

static quoth_status set_order(quoth_import *import, const numbered_term *terms, size_t n,
                              quoth_error *err) {
  bool is_ours = true;
  for (size_t i = 0; i < n; i++) is_ours = is_ours && terms[i].number == (int64_t)i;
  import->n_terms = n;
  import->n_columns = (uint32_t)n;
  if (is_ours) return QUOTH_OK;
  import->order = quoth_new_array(n, sizeof *import->order, err);
  if (!import->order) return QUOTH_ERR_NOMEM;
  for (size_t i = 0; i < n; i++) import->order[i] = (uint32_t)terms[i].number;
  return QUOTH_OK;
}

static quoth_status take_vocabulary(quoth_import *import, const quoth_estimator *estimator,
                                    quoth_error *err) {
  const quoth_value *vocabulary = quoth_estimator_get(estimator, "vocabulary_");
  if (!vocabulary || vocabulary->kind != QUOTH_VALUE_DICT)
    return quoth_estimator_fail(estimator, "vocabulary_", err, "is not there: it was not fitted");
  size_t n = vocabulary->values.n / 2;
  if (n == 0 || n >= QUOTH_STRING_NONE)
    return quoth_estimator_fail(estimator, "vocabulary_", err, "has %zu terms", n);
  numbered_term *terms = quoth_new_array(n, sizeof *terms, err);
  if (!terms) return QUOTH_ERR_NOMEM;
  quoth_status status = read_terms(estimator, vocabulary, terms, n, err);
  if (!status) status = store(&import->tensors, terms, n, err);
  if (!status) status = set_order(import, terms, n, err);
  free(terms);
  return status;
}

quoth_status quoth_import_count_vectorizer(quoth_import *import, const quoth_estimator *estimator,
                                           quoth_error *err) {
  json_t *params = NULL;
  quoth_status status = take_params(import, estimator, &quoth_count_vectorizer, &params, err);
  if (!status) status = take_vocabulary(import, estimator, err);
  if (!status)
    return quoth_import_add_stage(import, "vectorizer", &quoth_count_vectorizer, params, err);
  json_decref(params);
  return status;
}

/* It has learnt nothing: its parameters are all there is. */
quoth_status quoth_import_hashing_vectorizer(quoth_import *import, const quoth_estimator *estimator,
                                             quoth_error *err) {
  json_t *params = NULL;
  quoth_status status = take_params(import, estimator, &quoth_hashing_vectorizer, &params, err);
  if (status) {
    json_decref(params);
    return status;
  }
  import->n_columns = (uint32_t)json_integer_value(json_object_get(params, "n_features"));
  return quoth_import_add_stage(import, "vectorizer", &quoth_hashing_vectorizer, params, err);
}

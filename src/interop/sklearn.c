#include "interop/sklearn.h"

#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "interop/decompress.h"
#include "interop/pickle.h"
#include "interop/sklearn_parts.h"
#include "text/unicode.h"

/* ---- Stages ---------------------------------------------------------------- */

quoth_status quoth_import_add_stage(quoth_import *import, const char *name,
                                    const quoth_stage_type *type, json_t *params,
                                    quoth_error *err) {
  json_t *stage =
      params ? json_pack("{s:s, s:s, s:o}", "name", name, "type", type->name, "params", params)
             : NULL;
  return stage && json_array_append_new(import->pipeline, stage) == 0 ? QUOTH_OK
                                                                      : quoth_fail_nomem(err, 1);
}

quoth_status quoth_import_needs_input(const quoth_import *import, const quoth_estimator *estimator,
                                      quoth_error *err) {
  return import->n_columns
             ? QUOTH_OK
             : quoth_fail_at(err, QUOTH_ERR_DATA, estimator->file, 0,
                             "%.*s comes before a vectorizer; name the files in the "
                             "order in which texts go through them",
                             (int)(estimator->class->name.size), estimator->class->name.data);
}

static quoth_status take_encoder(quoth_import *import, const quoth_estimator *estimator,
                                 quoth_error *err) {
  if (import->encoder.class)
    return quoth_fail_at(err, QUOTH_ERR_DATA, estimator->file, 0, "a second LabelEncoder");
  import->encoder = *estimator;
  return QUOTH_OK;
}

/* ---- Objects --------------------------------------------------------------- */

static const struct {
  const char *name;
  quoth_import_function take;
} classes[] = {
    {"CountVectorizer", quoth_import_count_vectorizer},
    {"HashingVectorizer", quoth_import_hashing_vectorizer},
    {"TfidfVectorizer", quoth_import_tfidf_vectorizer},
    {"TfidfTransformer", quoth_import_tfidf},
    {"LatentDirichletAllocation", quoth_import_lda},
    {"LabelEncoder", take_encoder},
    {"RandomForestClassifier", quoth_import_forest},
    {"ExtraTreesClassifier", quoth_import_forest},
    {"DecisionTreeClassifier", quoth_import_decision_tree},
    {"MultinomialNB", quoth_import_multinomial_nb},
    {"ComplementNB", quoth_import_complement_nb},
    {"BernoulliNB", quoth_import_bernoulli_nb},
    {"LogisticRegression", quoth_import_logistic_regression},
    {"SGDClassifier", quoth_import_sgd},
    {"LinearSVC", quoth_import_linear_svc},
    {"CalibratedClassifierCV", quoth_import_calibrated},
    {"FeatureUnion", quoth_import_union},
    {"ColumnTransformer", quoth_import_columns},
};

static quoth_status fail_class(const quoth_estimator *estimator, quoth_error *err) {
  quoth_buffer names = {0};
  for (size_t i = 0; i < sizeof classes / sizeof *classes; i++)
    quoth_buffer_printf(&names, NULL, "%s, ", classes[i].name);
  const quoth_global *class = estimator->class;
  quoth_fail_at(err, QUOTH_ERR_DATA, estimator->file, 0,
                "an object of %.*s.%.*s; quoth takes %.*sPipeline",
                (int)(class->module.size < 100 ? class->module.size : 100), class->module.data,
                (int)(class->name.size < 100 ? class->name.size : 100), class->name.data,
                (int)names.size, names.data ? names.data : "");
  quoth_buffer_clear(&names);
  return QUOTH_ERR_DATA;
}

/* By name; a class of somebody's own by what a vectorizer has. */
static quoth_import_function find_function(const quoth_estimator *estimator) {
  const quoth_value class = {.kind = QUOTH_VALUE_GLOBAL,
                             .global = (quoth_global *)(uintptr_t)estimator->class};
  if (!quoth_estimator_is_sklearn(estimator)) {
    bool is_vectorizer = quoth_estimator_get(estimator, "token_pattern");
    if (is_vectorizer && quoth_estimator_get(estimator, "alternate_sign"))
      return quoth_import_hashing_vectorizer;
    return !is_vectorizer || !quoth_estimator_get(estimator, "vocabulary_") ? NULL
           : quoth_estimator_get(estimator, "_tfidf") ? quoth_import_tfidf_vectorizer
                                                      : quoth_import_count_vectorizer;
  }
  for (size_t i = 0; i < sizeof classes / sizeof *classes; i++)
    if (quoth_value_is_global(&class, NULL, classes[i].name)) return classes[i].take;
  return NULL;
}

static quoth_status note_object(quoth_import *import, const quoth_estimator *estimator,
                                quoth_error *err) {
  enum { MOST_OBJECTS = 64 };
  const quoth_value *version = quoth_estimator_get(estimator, "_sklearn_version");
  bool has_version = version && version->kind == QUOTH_VALUE_TEXT;
  if (json_array_size(import->objects) == MOST_OBJECTS)
    return quoth_fail_at(err, QUOTH_ERR_DATA, estimator->file, 0, "more than %d objects",
                         MOST_OBJECTS);
  json_t *object = json_pack(
      "{s:s%, s:s%}", "class", estimator->class->name.data, estimator->class->name.size, "version",
      has_version ? version->bytes.data : "", has_version ? version->bytes.size : 0);
  return object && json_array_append_new(import->objects, object) == 0 ? QUOTH_OK
                                                                       : quoth_fail_nomem(err, 1);
}

static bool is_pipeline(const quoth_estimator *estimator) {
  return quoth_estimator_is_sklearn(estimator) && quoth_estimator_get(estimator, "steps");
}

/* A step that does nothing. */
static bool is_nothing(const quoth_value *value) {
  return value && (value->kind == QUOTH_VALUE_NONE || quoth_value_is_text(value, "passthrough"));
}

static quoth_status take_object(quoth_import *import, const quoth_value *value, const char *file,
                                int depth, quoth_error *err);

static quoth_status take_steps(quoth_import *import, const quoth_estimator *estimator, int depth,
                               quoth_error *err) {
  const quoth_value *steps = quoth_estimator_get(estimator, "steps");
  if (depth == 0 || steps->kind != QUOTH_VALUE_LIST)
    return quoth_estimator_fail(estimator, "steps", err, "is no list of steps");
  quoth_status status = QUOTH_OK;
  for (size_t i = 0; i < steps->values.n && !status; i++) {
    const quoth_value *step = quoth_value_item(steps->values.items[i], 1);
    if (!is_nothing(step)) status = take_object(import, step, estimator->file, depth - 1, err);
  }
  return status;
}

static quoth_status take_object(quoth_import *import, const quoth_value *value, const char *file,
                                int depth, quoth_error *err) {
  quoth_estimator estimator;
  quoth_status status = quoth_estimator_open(value, file, &estimator, err);
  if (!status) status = note_object(import, &estimator, err);
  if (status) return status;
  if (is_pipeline(&estimator)) return take_steps(import, &estimator, depth, err);
  quoth_import_function take = find_function(&estimator);
  if (!take) return fail_class(&estimator, err);
  return take(import, &estimator, err);
}

/* Objects within objects come to an end: each is noted, and there are not that many. */
quoth_status quoth_import_take(quoth_import *import, const quoth_value *value, const char *file,
                               quoth_error *err) {
  enum { MOST_PIPELINES = 4 };
  return take_object(import, value, file, MOST_PIPELINES, err);
}

/* ---- Files ----------------------------------------------------------------- */

typedef struct opened_file {
  quoth_buffer expanded;
  quoth_pickle *pickle;
} opened_file;

/* Names the file in a message, whose words may be the file's: they stay on one line. */
static quoth_status blame(const quoth_import_source *source, quoth_error *fault, quoth_error *err) {
  for (char *c = fault->message; *c; c++)
    if ((unsigned char)*c < 0x20 || *c == 0x7f) *c = '?';
  return quoth_fail_at(err, fault->status, source->name, 0, "%s", fault->message);
}

static quoth_status open_file(const quoth_import_source *source, opened_file *out, size_t *n_bytes,
                              quoth_error *err) {
  quoth_error fault = {0};
  bool is_compressed;
  size_t limit = quoth_decompressed_limit(source->data.size);
  quoth_status status =
      quoth_decompress(source->data, limit, &is_compressed, &out->expanded, &fault);
  quoth_bytes data =
      is_compressed ? (quoth_bytes){out->expanded.data, out->expanded.size} : source->data;
  if (!status) status = quoth_pickle_read(data, &out->pickle, &fault);
  *n_bytes += data.size;
  return status ? blame(source, &fault, err) : QUOTH_OK;
}

/* None of the calls in a file is made; but one that has such calls is not what it should be. */
static quoth_status check_calls(const quoth_import_source *source, const opened_file *file,
                                quoth_error *err) {
  const quoth_global *call = quoth_pickle_foreign_call(file->pickle);
  return !call
             ? QUOTH_OK
             : quoth_fail_at(err, QUOTH_ERR_DATA, source->name, 0,
                             "it would call %.*s.%.*s when opened, as no file of scikit-learn "
                             "does; quoth calls nothing, and has not",
                             (int)(call->module.size < 100 ? call->module.size : 100),
                             call->module.data,
                             (int)(call->name.size < 100 ? call->name.size : 100), call->name.data);
}

static quoth_status take_files(quoth_import *import, const quoth_import_source *sources,
                               opened_file *files, size_t n, quoth_error *err) {
  quoth_status status = QUOTH_OK;
  for (size_t i = 0; i < n && !status; i++)
    status = open_file(&sources[i], &files[i], &import->n_bytes, err);
  for (size_t i = 0; i < n && !status; i++) {
    quoth_error fault = {0};
    status = quoth_import_take(import, quoth_pickle_root(files[i].pickle), sources[i].name, &fault);
    if (!status) status = check_calls(&sources[i], &files[i], &fault);
    if (status) blame(&sources[i], &fault, err);
  }
  if (!status && !import->classifier.class)
    status = quoth_fail(err, QUOTH_ERR_DATA, "there is no classifier among the files' objects");
  return status;
}

/* ---- Metadata -------------------------------------------------------------- */

static quoth_status set_text(quoth_tensors *tensors, const char *key, const char *value,
                             quoth_error *err) {
  return quoth_tensors_set_metadata(tensors, key, (quoth_bytes){value, strlen(value)}, err);
}

/* Takes the stages; completes and checks the spec as that of any model. */
static quoth_status set_spec(quoth_import *import, quoth_error *err) {
  json_t *given = json_pack("{s:i, s:s, s:O}", "quoth_spec", 1, "recipe", "scikit-learn",
                            "pipeline", import->pipeline);
  quoth_buffer text = {0};
  quoth_spec spec = {0};
  json_t *complete = NULL;
  quoth_status status = given ? quoth_json_append(&text, given, 0, err) : quoth_fail_nomem(err, 1);
  json_decref(given);
  if (!status) status = quoth_spec_from_json((quoth_bytes){text.data, text.size}, NULL, &spec, err);
  if (!status) status = quoth_spec_to_json(&spec, &complete, err);
  if (!status) status = quoth_tensors_set_json(&import->tensors, QUOTH_KEY_SPEC, complete, err);
  quoth_spec_clear(&spec);
  quoth_buffer_clear(&text);
  return status;
}

static quoth_status set_metadata(quoth_import *import, quoth_error *err) {
  json_t *names;
  quoth_tensors *tensors = &import->tensors;
  quoth_status status = set_text(tensors, QUOTH_KEY_FORMAT, QUOTH_MODEL_FORMAT, err);
  if (!status) status = set_text(tensors, QUOTH_KEY_VERSION, quoth_version(), err);
  if (!status) status = set_spec(import, err);
  if (!status) status = quoth_import_classes(import, &names, err);
  if (!status) status = quoth_tensors_set_json(tensors, QUOTH_KEY_CLASSES, names, err);
  if (!status) status = quoth_tensors_set_json(tensors, QUOTH_KEY_METRICS, json_object(), err);
  return status;
}

static json_t *files_json(const quoth_import_source *sources, size_t n) {
  json_t *files = json_array();
  for (size_t i = 0; i < n; i++) {
    char digest[QUOTH_DIGEST_SIZE];
    quoth_digest(sources[i].data.data, sources[i].data.size, digest);
    const char *slash = strrchr(sources[i].name, '/');
    quoth_json_push(&files, json_pack("{s:s, s:s}", "name", slash ? slash + 1 : sources[i].name,
                                      "xxh3", digest));
  }
  return files;
}

static json_t *provenance_json(const quoth_import *import, const quoth_import_source *sources,
                               size_t n) {
  return json_pack("{s:{s:o, s:O}, s:I, s:s, s:s}", "imported", "files", files_json(sources, n),
                   "objects", import->objects, "vocabulary_size", (json_int_t)import->n_terms,
                   "unicode", QUOTH_UNICODE_VERSION, "wordnet", QUOTH_WORDNET_VERSION);
}

/* ---- The whole ------------------------------------------------------------- */

static quoth_status finish(quoth_import *import, const quoth_import_source *sources, size_t n,
                           quoth_imported *out, quoth_error *err) {
  quoth_status status = set_metadata(import, err);
  if (status) return status;
  out->provenance = provenance_json(import, sources, n);
  if (!out->provenance) return quoth_fail_nomem(err, 1);
  out->tensors = import->tensors;
  import->tensors = (quoth_tensors){0};
  return QUOTH_OK;
}

quoth_status quoth_sklearn_import(const quoth_import_source *sources, size_t n_sources,
                                  const quoth_import_options *options, quoth_imported *out,
                                  quoth_error *err) {
  *out = (quoth_imported){0};
  quoth_import import = {.options = options, .pipeline = json_array(), .objects = json_array()};
  opened_file *files = quoth_new_array(n_sources, sizeof *files, err);
  quoth_status status =
      files ? take_files(&import, sources, files, n_sources, err) : QUOTH_ERR_NOMEM;
  if (!status) status = finish(&import, sources, n_sources, out, err);
  for (size_t i = 0; files && i < n_sources; i++) {
    quoth_pickle_free(files[i].pickle);
    quoth_buffer_clear(&files[i].expanded);
  }
  free(files);
  free(import.order);
  json_decref(import.pipeline);
  json_decref(import.objects);
  quoth_tensors_clear(&import.tensors);
  return status;
}

void quoth_imported_clear(quoth_imported *imported) {
  quoth_tensors_clear(&imported->tensors);
  json_decref(imported->provenance);
  *imported = (quoth_imported){0};
}

quoth_status quoth_imported_write(quoth_imported *imported, char **image, size_t *size,
                                  quoth_error *err) {
  quoth_status status = quoth_tensors_set_json(&imported->tensors, QUOTH_KEY_PROVENANCE,
                                               json_incref(imported->provenance), err);
  return status ? status : quoth_tensors_write(&imported->tensors, image, size, err);
}

#include "interop/python_export.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "interop/load_model_script.h"
#include "interop/npy.h"
#include "text/stop_words.h"

/* What the script has a function for. */
static const quoth_stage_type *const known[] = {
    &quoth_count_vectorizer,    &quoth_hashing_vectorizer,
    &quoth_tfidf_stage,         &quoth_lda_stage,
    &quoth_forest_stage,        &quoth_multinomial_nb_stage,
    &quoth_complement_nb_stage, &quoth_logistic_regression_stage,
    &quoth_linear_svc_stage,    &quoth_nb_svm_stage,
};

static quoth_status check_stages(const quoth_pipeline *pipeline, quoth_error *err) {
  for (size_t i = 0; i < pipeline->n_stages; i++) {
    const quoth_stage *stage = &pipeline->stages[i];
    bool is_known = false;
    for (size_t k = 0; k < sizeof known / sizeof *known; k++)
      is_known = is_known || stage->type == known[k];
    if (!is_known)
      return quoth_fail(
          err, QUOTH_ERR_ARG,
          "the stage %s is of type %s, of which quoth makes no object of scikit-learn", stage->name,
          stage->type->name);
  }
  return QUOTH_OK;
}

/* ---- Files ----------------------------------------------------------------- */

/* Adds an empty file; NULL if out of memory. */
static quoth_exported_file *add_file(quoth_exported *exported, const char *stem, const char *ending,
                                     quoth_error *err) {
  quoth_exported_file *files =
      quoth_grow(exported->files, &exported->capacity, exported->n_files + 1, sizeof *files, err);
  if (!files) return NULL;
  exported->files = files;
  quoth_exported_file *file = &files[exported->n_files];
  *file = (quoth_exported_file){0};
  if (asprintf(&file->name, "%s%s", stem, ending) < 0) {
    quoth_fail_nomem(err, strlen(stem));
    return NULL;
  }
  exported->n_files++;
  return file;
}

static quoth_status add_array(const quoth_tensor *tensor, quoth_exported *exported,
                              quoth_error *err) {
  quoth_exported_file *file = add_file(exported, tensor->name, ".npy", err);
  if (!file) return QUOTH_ERR_NOMEM;
  file->rest = (quoth_bytes){tensor->data, tensor->size};
  return quoth_npy_append_header(tensor, &file->head, err);
}

/* The hash table of a vocabulary is nobody's but quoth's. */
static bool is_index(const quoth_tensor *tensor) {
  static const char ending[] = ".vocabulary_index";
  size_t size = strlen(tensor->name);
  return size >= sizeof ending && strcmp(tensor->name + size + 1 - sizeof ending, ending) == 0;
}

static quoth_status add_arrays(const quoth_model *model, quoth_exported *exported,
                               quoth_error *err) {
  quoth_status status = QUOTH_OK;
  for (size_t i = 0; i < model->tensors.n_items && !status; i++) {
    const quoth_tensor *tensor = &model->tensors.items[i];
    if (!quoth_tensor_is_padding(tensor) && !is_index(tensor))
      status = add_array(tensor, exported, err);
  }
  return status;
}

/* Words with a space behind each as a list. */
static json_t *list_words(quoth_bytes words) {
  json_t *list = json_array();
  for (size_t begin = 0, at = 0; at < words.size; at++) {
    if (words.data[at] != ' ') continue;
    quoth_json_push(&list, json_stringn(words.data + begin, at - begin));
    begin = at + 1;
  }
  return list;
}

/* The spec with the words of a language's list, of which scikit-learn has but the English one. */
static json_t *describe_spec(const quoth_spec *spec) {
  json_t *copy = json_deep_copy(spec->root), *stage;
  size_t i;
  json_array_foreach(json_object_get(copy, "pipeline"), i, stage) {
    json_t *params = json_object_get(stage, "params");
    const char *language = json_string_value(json_object_get(params, "stop_words"));
    quoth_bytes words = language ? quoth_stop_words_of(language) : (quoth_bytes){0};
    if (words.size > 0 && json_object_set_new(params, "stop_words", list_words(words)) != 0) {
      json_decref(copy);
      return NULL;
    }
  }
  return copy;
}

static quoth_status add_description(const quoth_model *model, quoth_exported *exported,
                                    quoth_error *err) {
  json_t *spec = describe_spec(&model->spec);
  json_t *description =
      spec ? json_pack("{s:s, s:s, s:o, s:O}", "quoth", quoth_version(), "digest",
                       quoth_model_digest(model), "spec", spec, "classes", model->classes)
           : NULL;
  if (!description) return quoth_fail_nomem(err, 1);
  quoth_exported_file *file = add_file(exported, "model", ".json", err);
  quoth_status status =
      file ? quoth_json_append(&file->head, description, 1, err) : QUOTH_ERR_NOMEM;
  json_decref(description);
  return status ? status : quoth_buffer_append(&file->head, "\n", 1, err);
}

static quoth_status add_script(quoth_exported *exported, quoth_error *err) {
  quoth_exported_file *file = add_file(exported, "load_model", ".py", err);
  if (!file) return QUOTH_ERR_NOMEM;
  file->rest = (quoth_bytes){(const char *)load_model_script, sizeof load_model_script - 1};
  return QUOTH_OK;
}

quoth_status quoth_python_export(const quoth_model *model, quoth_exported *out, quoth_error *err) {
  *out = (quoth_exported){0};
  if (quoth_model_is_quantized(model))
    return quoth_fail(
        err, QUOTH_ERR_ARG,
        "a quantized model has not all that scikit-learn needs; export the model that "
        "it was made from");
  quoth_status status = check_stages(&model->pipeline, err);
  if (!status) status = add_arrays(model, out, err);
  if (!status) status = add_description(model, out, err);
  if (!status) status = add_script(out, err);
  if (status) quoth_exported_clear(out);
  return status;
}

void quoth_exported_clear(quoth_exported *exported) {
  for (size_t i = 0; i < exported->n_files; i++) {
    free(exported->files[i].name);
    quoth_buffer_clear(&exported->files[i].head);
  }
  free(exported->files);
  *exported = (quoth_exported){0};
}

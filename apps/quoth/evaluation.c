#include "quoth/evaluation.h"

#include <stdlib.h>
#include <string.h>

#include "model/describe.h"
#include "quoth/console.h"
#include "quoth/input.h"
#include "report/calibration_drawing.h"
#include "report/confusion_drawing.h"
#include "report/html.h"
#include "report/letters.h"
#include "report/picture.h"

enum { MAX_FACTS = 8 };

void evaluation_clear(evaluation *e) {
  quoth_topics_clear(&e->topics);
  quoth_buffer_clear(&e->spec);
  free(e->classes);
  free(e->class_counts);
  free(e->facts);
  *e = (evaluation){0};
}

static quoth_status fill_classes(evaluation *e, const quoth_model *model, quoth_error *err) {
  uint32_t n = quoth_model_n_classes(model);
  e->classes = quoth_new_array(n, sizeof *e->classes, err);
  e->class_counts = quoth_new_array(n, sizeof *e->class_counts, err);
  if (!e->classes || !e->class_counts) return QUOTH_ERR_NOMEM;
  const json_t *counts = json_object_get(model->provenance, "class_counts");
  for (uint32_t c = 0; c < n; c++) {
    const char *name = quoth_model_class(model, c);
    e->classes[c] = (quoth_bytes){name, strlen(name)};
    e->class_counts[c] = (uint64_t)json_integer_value(json_array_get(counts, c));
  }
  e->report.n_classes = n;
  e->report.class_names = e->classes;
  e->report.class_counts = e->class_counts;
  return QUOTH_OK;
}

static quoth_status fill_facts(evaluation *e, const quoth_model *model, quoth_error *err) {
  e->facts = quoth_new_array(MAX_FACTS, sizeof *e->facts, err);
  if (!e->facts) return QUOTH_ERR_NOMEM;
  const struct {
    const char *name, *value;
  } facts[] = {
      {"quoth", quoth_tensors_metadata(&model->tensors, QUOTH_KEY_VERSION)},
      {"model digest (XXH3)", quoth_model_digest(model)},
      {"data digest (XXH3)", json_string_value(json_object_get(model->provenance, "data_xxh3"))},
      {"text column", json_string_value(json_object_get(model->provenance, "text_column"))},
      {"label column", json_string_value(json_object_get(model->provenance, "label_column"))},
      {"Unicode", json_string_value(json_object_get(model->provenance, "unicode"))},
      {"WordNet", json_string_value(json_object_get(model->provenance, "wordnet"))},
  };
  size_t n = 0;
  for (size_t i = 0; i < sizeof facts / sizeof *facts; i++)
    if (facts[i].value) e->facts[n++] = (quoth_fact){facts[i].name, facts[i].value};
  e->report.provenance = e->facts;
  e->report.n_provenance = n;
  return QUOTH_OK;
}

quoth_status evaluation_init(evaluation *e, const quoth_model *model, quoth_error *err) {
  quoth_status status = fill_classes(e, model, err);
  if (!status) status = fill_facts(e, model, err);
  if (!status) status = quoth_spec_append_json(&model->spec, 2, &e->spec, err);
  if (!status) status = quoth_buffer_append(&e->spec, "", 1, err);
  if (!status && quoth_model_find_stage(model, &quoth_lda_stage))
    status = quoth_topics_list(model, QUOTH_WORDS_PER_TOPIC, &e->topics, err);
  if (status) return status;
  const char *recipe = json_string_value(json_object_get(model->spec.root, "recipe"));
  snprintf(e->title, sizeof e->title, "%s", recipe ? recipe : "");
  e->report.title = e->title;
  e->report.spec = e->spec.data;
  e->report.topics = e->topics.topics;
  e->report.n_topics = e->topics.n_topics;
  e->report.vocabulary_size =
      (uint64_t)json_integer_value(json_object_get(model->provenance, "vocabulary_size"));
  e->report.nnz = (uint64_t)json_integer_value(json_object_get(model->provenance, "nnz"));
  return QUOTH_OK;
}

typedef quoth_status drawing_new(const quoth_report *report, quoth_drawing **out, quoth_error *err);

static quoth_status draw(const char *path, drawing_new *make, const quoth_report *report,
                         quoth_error *err) {
  quoth_drawing *drawing;
  quoth_status status = make(report, &drawing, err);
  if (!status) status = quoth_picture_write(path, drawing, err);
  quoth_drawing_free(drawing);
  return status;
}

quoth_status evaluation_write(const evaluation *e, const report_paths *paths, quoth_error *err) {
  quoth_status status = QUOTH_OK;
  hold_interrupts();
  if (paths->picture) status = draw(paths->picture, quoth_confusion_drawing_new, &e->report, err);
  if (!status && paths->calibration)
    status = draw(paths->calibration, quoth_calibration_drawing_new, &e->report, err);
  if (!status && paths->page) status = quoth_html_write(paths->page, &e->report, err);
  release_interrupts();
  return status;
}

static quoth_status check_file_output(const char *const inputs[2], const char *path,
                                      quoth_error *err) {
  if (path && strcmp(path, "-") == 0)
    return quoth_fail_at(err, QUOTH_ERR_ARG, path, 0,
                         "standard output is for the tables; give a file name");
  return check_output(inputs, path, err);
}

static quoth_status check_picture_output(const char *const inputs[2], const char *path,
                                         quoth_error *err) {
  quoth_picture_format format;
  quoth_status status = path ? quoth_picture_format_of(path, &format, err) : QUOTH_OK;
  return status ? status : check_file_output(inputs, path, err);
}

quoth_status check_outputs(const char *const inputs[2], const char *model,
                           const report_paths *paths, quoth_error *err) {
  quoth_status status = check_file_output(inputs, model, err);
  if (!status) status = check_picture_output(inputs, paths->picture, err);
  if (!status) status = check_picture_output(inputs, paths->calibration, err);
  if (!status) status = check_file_output(inputs, paths->page, err);
  bool will_draw = paths->picture || paths->calibration || paths->page;
  if (!status && will_draw) status = quoth_letters_check(err);
  return status;
}

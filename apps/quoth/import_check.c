#include "quoth/import_check.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "data/csv.h"
#include "learn/metrics.h"
#include "quoth/console.h"

/* What Python predicted, on its way. */
typedef struct predictions {
  const char *name;
  quoth_csv *csv;
  size_t label;    /* its column, or NO_COLUMN */
  size_t *columns; /* [n_classes]: of the probabilities; NULL if there are none */
} predictions;

enum { NO_COLUMN = -1 };

static size_t find_column(const quoth_csv *csv, const char *name) {
  for (size_t i = 0; i < quoth_csv_n_columns(csv); i++)
    if (quoth_bytes_equal(quoth_csv_column(csv, i), name)) return i;
  return (size_t)NO_COLUMN;
}

/* All classes have a column, or none has. */
static quoth_status find_classes(predictions *p, const quoth_model *model, quoth_error *err) {
  uint32_t n_classes = quoth_model_n_classes(model), n_found = 0;
  const char *missing = NULL;
  p->columns = quoth_new_array(n_classes, sizeof *p->columns, err);
  if (!p->columns) return QUOTH_ERR_NOMEM;
  for (uint32_t c = 0; c < n_classes; c++) {
    p->columns[c] = find_column(p->csv, quoth_model_class(model, c));
    if (p->columns[c] == (size_t)NO_COLUMN)
      missing = quoth_model_class(model, c);
    else
      n_found++;
  }
  if (n_found == 0) {
    free(p->columns);
    p->columns = NULL;
  }
  if (n_found == 0 && p->label == (size_t)NO_COLUMN)
    return quoth_fail_at(err, QUOTH_ERR_DATA, p->name, quoth_csv_header_line(p->csv),
                         "no column is named label, and none as a class of the model, such as %s",
                         quoth_model_class(model, 0));
  if (n_found > 0 && missing)
    return quoth_fail_at(err, QUOTH_ERR_DATA, p->name, quoth_csv_header_line(p->csv),
                         "there is no column for the class %s", missing);
  return QUOTH_OK;
}

static quoth_status read_number(const predictions *p, quoth_bytes field, uint64_t line, double *out,
                                quoth_error *err) {
  char text[64], *end = text;
  if (field.size > 0 && field.size < sizeof text) {
    memcpy(text, field.data, field.size);
    text[field.size] = '\0';
    *out = strtod(text, &end);
  }
  return end != text && !*end
             ? QUOTH_OK
             : quoth_fail_at(err, QUOTH_ERR_DATA, p->name, line, "\"%.*s\" is no probability",
                             (int)(field.size < 40 ? field.size : 40), field.data);
}

/* ---- Comparing ------------------------------------------------------------- */

/* The largest difference of a row's probabilities; a number that is none differs by all. */
static quoth_status compare_probabilities(const predictions *p, const quoth_bytes *fields,
                                          uint64_t line, const double *ours, uint32_t n_classes,
                                          double *difference, double *theirs, quoth_error *err) {
  *difference = 0;
  for (uint32_t c = 0; c < n_classes; c++) {
    quoth_status status = read_number(p, fields[p->columns[c]], line, &theirs[c], err);
    if (status) return status;
    double d = fabs(theirs[c] - ours[c]);
    if (!(d <= *difference)) *difference = isnan(d) ? INFINITY : d;
  }
  return QUOTH_OK;
}

static quoth_status compare_row(const predictions *p, const quoth_model *model,
                                const quoth_bytes *fields, uint64_t line, const double *ours,
                                double *theirs, import_check *out, quoth_error *err) {
  uint32_t n_classes = quoth_model_n_classes(model);
  uint32_t label = quoth_most_probable(ours, n_classes);
  double difference = 0;
  if (p->columns) {
    quoth_status status =
        compare_probabilities(p, fields, line, ours, n_classes, &difference, theirs, err);
    if (status) return status;
  }
  bool is_same = p->label != (size_t)NO_COLUMN
                     ? quoth_bytes_equal(fields[p->label], quoth_model_class(model, label))
                     : quoth_most_probable(theirs, n_classes) == label;
  out->n_equal_labels += is_same;
  if (difference > out->largest) out->largest = difference;
  if (!is_same || difference > IMPORT_TOLERANCE) {
    if (out->n_differing < IMPORT_ROWS_NAMED) out->rows[out->n_differing] = out->n_rows + 1;
    out->n_differing++;
  }
  out->n_rows++;
  return QUOTH_OK;
}

static quoth_status compare_rows(predictions *p, const quoth_model *model,
                                 const quoth_batch *probabilities, import_check *out,
                                 quoth_error *err) {
  uint32_t n_classes = quoth_model_n_classes(model);
  const quoth_bytes *fields;
  uint64_t line;
  double *theirs = quoth_new_array(n_classes, sizeof *theirs, err);
  if (!theirs) return QUOTH_ERR_NOMEM;
  quoth_status status = quoth_csv_next(p->csv, &fields, &line, err);
  for (; !status && fields; status = quoth_csv_next(p->csv, &fields, &line, err)) {
    if (out->n_rows == probabilities->n_rows)
      status = quoth_fail_at(err, QUOTH_ERR_DATA, p->name, line,
                             "more rows than the %zu texts of --check", out->n_rows);
    else
      status = compare_row(p, model, fields, line, probabilities->dense + out->n_rows * n_classes,
                           theirs, out, err);
    if (status) break;
  }
  free(theirs);
  if (!status && out->n_rows < probabilities->n_rows)
    status = quoth_fail_at(err, QUOTH_ERR_DATA, p->name, 0, "%zu rows for the %zu texts of --check",
                           out->n_rows, probabilities->n_rows);
  return status;
}

static quoth_status compare_file(const quoth_model *model, const quoth_file *file, const char *name,
                                 const quoth_batch *probabilities, import_check *out,
                                 quoth_error *err) {
  predictions p = {.name = name};
  quoth_status status = quoth_csv_new((quoth_bytes){file->data, file->size}, name, &p.csv, err);
  if (status) return status;
  p.label = find_column(p.csv, "label");
  status = find_classes(&p, model, err);
  out->has_probabilities = p.columns != NULL;
  if (!status) status = compare_rows(&p, model, probabilities, out, err);
  free(p.columns);
  quoth_csv_free(p.csv);
  out->is_equal = !status && out->n_differing == 0;
  return status;
}

quoth_status import_check_run(const quoth_model *model, const char *data, const char *against,
                              const csv_settings *csv, quoth_pool *pool, import_check *out,
                              quoth_error *err) {
  *out = (import_check){0};
  quoth_dataset dataset = {0};
  quoth_batch probabilities = {0};
  quoth_file file = {.data = ""};
  quoth_status status = read_csv(data, csv, QUOTH_LABELS_NONE, &dataset, err);
  bool is_open = !status && !(status = quoth_file_open(against, &file, err));
  if (!status)
    status = apply_model(model, model->pipeline.n_stages, dataset.texts, dataset.n_rows, pool,
                         &probabilities, err);
  progress_end();
  if (!status) status = compare_file(model, &file, input_name(against), &probabilities, out, err);
  if (!status) {
    memcpy(out->data_digest, dataset.digest, sizeof out->data_digest);
    quoth_digest(file.data, file.size, out->predictions_digest);
  }
  quoth_batch_clear(&probabilities);
  quoth_dataset_clear(&dataset);
  if (is_open) quoth_file_close(&file);
  return status;
}

/* ---- Telling --------------------------------------------------------------- */

static size_t n_named(const import_check *check) {
  return check->n_differing < IMPORT_ROWS_NAMED ? check->n_differing : IMPORT_ROWS_NAMED;
}

void import_check_tell(const import_check *check, quoth_writer *out) {
  quoth_put_format(out, "check: %zu of %zu labels equal", check->n_equal_labels, check->n_rows);
  if (check->has_probabilities)
    quoth_put_format(out, ", largest difference of a probability %.2g", check->largest);
  quoth_put(out, "\n");
  if (check->is_equal) return;
  quoth_put_format(out, "%zu row%s:", check->n_differing,
                   check->n_differing == 1 ? " differs" : "s differ");
  for (size_t i = 0; i < n_named(check); i++) quoth_put_format(out, " %zu", check->rows[i]);
  quoth_put(out, check->n_differing > n_named(check) ? " ...\n" : "\n");
}

json_t *import_check_json(const import_check *check) {
  json_t *rows = json_array();
  for (size_t i = 0; i < n_named(check); i++)
    quoth_json_push(&rows, json_integer((json_int_t)check->rows[i]));
  return json_pack("{s:b, s:I, s:I, s:o, s:f, s:I, s:o, s:s, s:s}", "equal", check->is_equal,
                   "rows", (json_int_t)check->n_rows, "equal_labels",
                   (json_int_t)check->n_equal_labels, "largest_difference",
                   !check->has_probabilities || isinf(check->largest) ? json_null()
                                                                      : json_real(check->largest),
                   "tolerance", IMPORT_TOLERANCE, "differing_rows", (json_int_t)check->n_differing,
                   "first_differing_rows", rows, "data_xxh3", check->data_digest,
                   "predictions_xxh3", check->predictions_digest);
}

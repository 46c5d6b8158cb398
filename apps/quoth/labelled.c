#include "quoth/labelled.h"

#include <stdlib.h>
#include <string.h>

#include "report/text.h"

static uint32_t find_class(const quoth_model *model, quoth_bytes name) {
  for (uint32_t c = 0; c < quoth_model_n_classes(model); c++) {
    const char *known = quoth_model_class(model, c);
    if (strlen(known) == name.size && memcmp(known, name.data, name.size) == 0) return c;
  }
  return UINT32_MAX;
}

/* Names the data's class `c`, which the model lacks, and those that the model has. */
static quoth_status fail_label(const quoth_model *model, const char *path,
                               const quoth_dataset *data, uint32_t c, quoth_error *err) {
  enum { MAX_LISTED = 12, MAX_COLUMNS = 40 };
  uint64_t n_rows = data->class_counts[c];
  uint32_t n_classes = quoth_model_n_classes(model);
  quoth_buffer text = {0};
  quoth_writer writer = {.out = &text, .err = err};
  quoth_put(&writer, "label \"");
  quoth_put_label(&writer, data->classes[c], MAX_COLUMNS);
  quoth_put_format(&writer, "\" (%llu row%s) is not a class of the model, which has: ",
                   (unsigned long long)n_rows, n_rows == 1 ? "" : "s");
  for (uint32_t i = 0; i < n_classes && i < MAX_LISTED; i++) {
    if (i) quoth_put(&writer, ", ");
    quoth_put_label(&writer, quoth_bytes_of(quoth_model_class(model, i)), MAX_COLUMNS);
  }
  if (n_classes > MAX_LISTED) quoth_put(&writer, ", ...");
  quoth_put_end(&writer);
  if (!writer.status)
    writer.status = quoth_fail_at(err, QUOTH_ERR_DATA, input_name(path), 0, "%s", text.data);
  quoth_buffer_clear(&text);
  return writer.status;
}

/* The data's labels as the model's classes. */
static quoth_status match_labels(const quoth_model *model, const char *path,
                                 const quoth_dataset *data, uint32_t *labels, quoth_error *err) {
  uint32_t *match = quoth_new_array(data->n_classes, sizeof *match, err);
  quoth_status status = match ? QUOTH_OK : QUOTH_ERR_NOMEM;
  for (uint32_t c = 0; c < data->n_classes && !status; c++) {
    match[c] = find_class(model, data->classes[c]);
    if (match[c] == UINT32_MAX) status = fail_label(model, path, data, c, err);
  }
  for (size_t i = 0; i < data->n_rows && !status; i++) labels[i] = match[data->labels[i]];
  free(match);
  return status;
}

quoth_status read_labelled(const quoth_model *model, const char *path, const csv_settings *settings,
                           quoth_dataset *out, uint32_t **labels, quoth_error *err) {
  csv_settings csv = *settings;
  remember_columns(model, &csv);
  quoth_status status = read_csv(path, &csv, QUOTH_LABELS_REQUIRED, out, err);
  if (!status && out->n_rows == 0)
    status = quoth_fail_at(err, QUOTH_ERR_DATA, input_name(path), 0, "no rows behind the header");
  if (status) return status;
  *labels = quoth_new_array(out->n_rows, sizeof **labels, err);
  return *labels ? match_labels(model, path, out, *labels, err) : QUOTH_ERR_NOMEM;
}

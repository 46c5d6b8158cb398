#include "quoth/input.h"

#include <string.h>
#include <sys/stat.h>

#include "base/number.h"
#include "base/utf8.h"
#include "data/csv.h"
#include "quoth/console.h"

static quoth_encoding_errors encoding_errors(const char *name) {
  if (name && strcmp(name, "replace") == 0) return QUOTH_ENCODING_REPLACE;
  if (name && strcmp(name, "ignore") == 0) return QUOTH_ENCODING_IGNORE;
  return QUOTH_ENCODING_STRICT;
}

quoth_status make_valid(quoth_bytes *text, const csv_settings *settings, quoth_buffer *repaired,
                        quoth_error *err) {
  size_t prefix = quoth_utf8_valid_prefix(*text);
  if (prefix == text->size) return QUOTH_OK;
  quoth_encoding_errors how = encoding_errors(settings->encoding_errors);
  if (how == QUOTH_ENCODING_STRICT)
    return quoth_fail(err, QUOTH_ERR_DATA,
                      "byte 0x%02X at offset %zu is not UTF-8; give UTF-8, or --encoding-errors "
                      "replace or ignore",
                      (unsigned char)text->data[prefix], prefix);
  quoth_status status = quoth_encoding_repair(*text, how, repaired, err);
  *text = (quoth_bytes){repaired->data, repaired->size};
  return status;
}

quoth_status read_csv(const char *path, const csv_settings *settings, quoth_label_need labels,
                      quoth_dataset *out, quoth_error *err) {
  quoth_dataset_options options = {.text_column = settings->text,
                                   .label_column = settings->label,
                                   .id_column = settings->id,
                                   .labels = labels,
                                   .encoding_errors = encoding_errors(settings->encoding_errors)};
  return quoth_dataset_read(path, &options, out, err);
}

static const char *trained_column(const quoth_model *model, const char *key) {
  static const char *const usual[] = {"text", "label", "author", "class", "category", "target"};
  const char *name = json_string_value(json_object_get(model->provenance, key));
  for (size_t i = 0; name && i < sizeof usual / sizeof *usual; i++)
    if (strcmp(usual[i], name) == 0) return NULL;
  return name;
}

void remember_columns(const quoth_model *model, csv_settings *settings) {
  if (!settings->text) settings->text = trained_column(model, "text_column");
  if (!settings->label) settings->label = trained_column(model, "label_column");
}

quoth_status apply_model(const quoth_model *model, size_t n_stages, const quoth_bytes *texts,
                         size_t n_rows, quoth_pool *pool, quoth_batch *out, quoth_error *err) {
  quoth_batch in = {.kind = QUOTH_DATA_TEXTS, .n_rows = n_rows, .texts = texts};
  return quoth_stages_apply_batch(model->pipeline.stages, n_stages, &in, pool, "predict",
                                  console_progress(), out, err);
}

const char *input_name(const char *path) {
  return strcmp(path, "-") == 0 ? "standard input" : path;
}

static bool is_same_file(const char *a, const char *b) {
  struct stat x, y;
  return a && b && stat(a, &x) == 0 && stat(b, &y) == 0 && S_ISREG(x.st_mode) &&
         x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

quoth_status check_no_input(const char *const inputs[2], const char *output, quoth_error *err) {
  if (!is_same_file(output, inputs[0]) && !is_same_file(output, inputs[1])) return QUOTH_OK;
  return quoth_fail_at(err, QUOTH_ERR_ARG, output, 0,
                       "this is an input, and would be replaced; give another name");
}

quoth_status name_data(const char *path, quoth_status status, quoth_error *err) {
  if (status == QUOTH_ERR_DATA && !err->file[0])
    snprintf(err->file, sizeof err->file, "%s", input_name(path));
  return status;
}

quoth_status check_output(const char *const inputs[2], const char *output, quoth_error *err) {
  if (!output || strcmp(output, "-") == 0) return QUOTH_OK;
  if (!*output) return quoth_fail(err, QUOTH_ERR_ARG, "the name of an output is empty");
  quoth_status status = check_no_input(inputs, output, err);
  if (status) return status;
  quoth_output *opened;
  hold_interrupts();
  status = quoth_output_open(output, &opened, err);
  if (!status) quoth_output_abandon(opened);
  release_interrupts();
  return status;
}

quoth_bytes row_name(const quoth_dataset *dataset, size_t row, char number[static 24]) {
  if (dataset->ids) return dataset->ids[row];
  int size = snprintf(number, 24, "%zu", row + 1);
  return (quoth_bytes){number, (size_t)size};
}

static quoth_status append_header(quoth_buffer *line, const quoth_bytes *names, uint32_t n,
                                  quoth_error *err) {
  quoth_status status = quoth_buffer_append(line, "id", 2, err);
  for (uint32_t i = 0; i < n && !status; i++) {
    status = quoth_buffer_append(line, ",", 1, err);
    if (!status) status = quoth_csv_append_field(line, names[i], err);
  }
  return status ? status : quoth_buffer_append(line, "\n", 1, err);
}

static quoth_status append_row(quoth_buffer *line, quoth_bytes name, const double *numbers,
                               uint32_t n, quoth_error *err) {
  quoth_status status = quoth_csv_append_field(line, name, err);
  for (uint32_t i = 0; i < n && !status; i++) {
    char text[QUOTH_NUMBER_SIZE + 1] = ",";
    size_t size = quoth_number_17(numbers[i], text + 1) + 1;
    status = quoth_buffer_append(line, text, size, err);
  }
  return status ? status : quoth_buffer_append(line, "\n", 1, err);
}

static quoth_status write_rows(quoth_output *output, const quoth_dataset *dataset,
                               const quoth_batch *numbers, const quoth_bytes *names,
                               quoth_error *err) {
  quoth_buffer line = {0};
  uint32_t n = numbers->n_columns;
  quoth_status status = append_header(&line, names, n, err);
  for (size_t row = 0; row < numbers->n_rows && !status; row++) {
    char number[24];
    status = append_row(&line, row_name(dataset, row, number), numbers->dense + row * n, n, err);
    if (!status) status = quoth_output_write(output, line.data, line.size, err);
    line.size = 0;
    if (!status && is_interrupted()) status = quoth_fail(err, QUOTH_ERR_STOPPED, "stopped");
  }
  if (!status && line.size) status = quoth_output_write(output, line.data, line.size, err);
  quoth_buffer_clear(&line);
  return status;
}

static quoth_status write_table(const char *path, const quoth_dataset *dataset,
                                const quoth_batch *numbers, const quoth_bytes *names,
                                quoth_error *err) {
  quoth_output *output;
  quoth_status status = quoth_output_open(path, &output, err);
  if (status) return status;
  status = write_rows(output, dataset, numbers, names, err);
  if (!status) return quoth_output_commit(output, err);
  quoth_output_abandon(output);
  return status;
}

/* A reader of standard output may take its time, and there is nothing to clean up. */
static void hold_for(const char *path) {
  if (strcmp(path, "-") != 0) hold_interrupts();
}

quoth_status write_numbers(const char *path, const quoth_dataset *dataset,
                           const quoth_batch *numbers, const quoth_bytes *names, quoth_error *err) {
  hold_for(path);
  quoth_status status = write_table(path, dataset, numbers, names, err);
  release_interrupts();
  return status;
}

quoth_status write_file(const char *path, const void *data, size_t size, quoth_error *err) {
  hold_for(path);
  quoth_status status = quoth_file_write(path, data, size, err);
  release_interrupts();
  return status;
}

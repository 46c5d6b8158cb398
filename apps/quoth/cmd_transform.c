/* quoth transform: the features of each row, as CSV. */
#include <stdlib.h>

#include "quoth/commands.h"
#include "quoth/console.h"
#include "quoth/input.h"

typedef struct settings {
  csv_settings csv;
  const char *input, *output;
  option_number threads;
  bool no_verify;
} settings;

static const option transform_options[] = {
    {"input", 0, OPTION_TEXT, offsetof(settings, input), "FILE.csv",
     "the rows to transform; - is standard input", NULL},
    {"output", 'o', OPTION_TEXT, offsetof(settings, output), "OUT.csv",
     "where the features go (default: standard output)", NULL},
    CSV_TEXT_OPTION(settings),
    CSV_ID_OPTION(settings),
    CSV_ENCODING_OPTION(settings),
    THREADS_OPTION(settings),
    NO_VERIFY_OPTION(settings),
};

enum { NAME_SIZE = 24 };

/* "topic_0", "topic_1", ...: [n] names, whose texts lie in *texts. */
static quoth_bytes *name_columns(uint32_t n, char **texts, quoth_error *err) {
  quoth_bytes *names = quoth_new_array(n, sizeof *names, err);
  *texts = quoth_new_array(n, NAME_SIZE, err);
  if (!names || !*texts) {
    free(names);
    return NULL;
  }
  for (uint32_t i = 0; i < n; i++) {
    char *text = *texts + (size_t)i * NAME_SIZE;
    names[i] = (quoth_bytes){text, (size_t)snprintf(text, NAME_SIZE, "topic_%u", i)};
  }
  return names;
}

static quoth_status write_features(const settings *s, const quoth_dataset *dataset,
                                   const quoth_batch *features, quoth_error *err) {
  char *texts;
  quoth_bytes *names = name_columns(features->n_columns, &texts, err);
  quoth_status status =
      names ? write_numbers(s->output ? s->output : "-", dataset, features, names, err)
            : QUOTH_ERR_NOMEM;
  free(texts);
  free(names);
  return status;
}

static quoth_status transform(const settings *s, const char *model_path, quoth_error *err) {
  quoth_model *model = NULL;
  quoth_dataset dataset = {0};
  quoth_pool *pool = NULL;
  quoth_batch features = {0};
  csv_settings csv = s->csv;
  const char *inputs[] = {model_path, s->input};
  quoth_status status = check_output(inputs, s->output, err);
  if (!status)
    status = quoth_model_open(model_path, s->no_verify ? QUOTH_TRUST_DIGESTS : 0, &model, err);
  if (!status && model->n_feature_stages == 0)
    status = quoth_fail_at(err, QUOTH_ERR_ARG, model_path, 0,
                           "this model has no topics or other dense features");
  if (!status) {
    remember_columns(model, &csv);
    status = read_csv(s->input, &csv, QUOTH_LABELS_NONE, &dataset, err);
  }
  if (!status) status = open_pool(s->threads, &pool, err);
  if (!status)
    status = apply_model(model, model->n_feature_stages, dataset.texts, dataset.n_rows, pool,
                         &features, err);
  progress_end();
  if (!status) status = write_features(s, &dataset, &features, err);
  quoth_batch_clear(&features);
  quoth_pool_free(pool);
  quoth_dataset_clear(&dataset);
  quoth_model_free(model);
  return status;
}

static int run_transform(const void *settings_, const char *const *operands, size_t n_operands) {
  (void)n_operands;
  const settings *s = settings_;
  if (!s->input) return misused(&command_transform, "say what to read: --input FILE.csv");
  if (s->output) catch_interrupts();
  quoth_error err = {0};
  return transform(s, operands[0], &err) ? fail(&err) : EXIT_DONE;
}

const command command_transform = {
    .name = "transform",
    .summary = "write the features of each row: its shares of the topics",
    .usage = "MODEL --input FILE.csv [-o OUT.csv]",
    .details = "Writes CSV: id, then a column for each topic with 17 significant digits.\n"
               "Rows without an id are numbered from 1.\n",
    .options = transform_options,
    .n_options = sizeof transform_options / sizeof *transform_options,
    .settings_size = sizeof(settings),
    .min_operands = 1,
    .max_operands = 1,
    .run = run_transform,
};

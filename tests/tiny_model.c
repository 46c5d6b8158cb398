#include "tiny_model.h"

/* Each row takes three words of its class, one of the other, and one that both have. */
static quoth_status append_rows(quoth_buffer *csv, quoth_error *err) {
  static const char *const words[2][8] = {
      {"field", "plough", "wheat", "barn", "hedge", "orchard", "furrow", "Äcker"},
      {"whale", "ship", "wave", "sail", "anchor", "harbour", "oyster", "Möwe"},
  };
  static const char *const shared[] = {"morning", "evening", "storm"};
  quoth_status status = quoth_buffer_printf(csv, err, "text,label\n");
  for (size_t i = 0; i < 120 && !status; i++) {
    const char *const *own = words[i % 2], *const *other = words[1 - i % 2];
    status = quoth_buffer_printf(csv, err, "The %s and the %s; %ss by the %s in the %s,%s\n",
                                 own[i % 8], own[i / 3 % 8], own[i / 5 % 8], other[i / 7 % 8],
                                 shared[i % 3], i % 2 ? "sea" : "land");
  }
  return status;
}

static quoth_status make_spec(quoth_spec *spec, quoth_error *err) {
  static const char *const settings[] = {
      "lda.n_components=3",        "lda.max_iter=3",
      "forest.n_estimators=10",    "forest.min_samples_split=4",
      "forest.min_samples_leaf=2", "evaluation.train_size=0.7",
  };
  quoth_status status = quoth_spec_from_recipe("topics-forest", spec, err);
  for (size_t i = 0; i < sizeof settings / sizeof *settings && !status; i++)
    status = quoth_spec_set(spec, settings[i], err);
  return status;
}

static quoth_status train(quoth_training *training, quoth_error *err) {
  quoth_buffer csv = {0};
  quoth_spec spec = {0};
  quoth_dataset dataset = {0};
  quoth_pool *pool = NULL;
  quoth_dataset_options options = {.labels = QUOTH_LABELS_REQUIRED};
  quoth_status status = append_rows(&csv, err);
  if (!status) status = make_spec(&spec, err);
  if (!status)
    status =
        quoth_dataset_parse((quoth_bytes){csv.data, csv.size}, "tiny", &options, &dataset, err);
  if (!status) status = quoth_pool_new(1, &pool, err);
  if (!status) status = quoth_train(&spec, &dataset, pool, NULL, training, err);
  quoth_pool_free(pool);
  quoth_dataset_clear(&dataset);
  quoth_spec_clear(&spec);
  quoth_buffer_clear(&csv);
  return status;
}

quoth_status tiny_model_init(tiny_model *tiny, quoth_error *err) {
  *tiny = (tiny_model){0};
  quoth_status status = train(&tiny->training, err);
  if (!status)
    status = quoth_model_open_memory(tiny->training.image, tiny->training.image_size, 0,
                                     &tiny->model, err);
  return status;
}

void tiny_model_clear(tiny_model *tiny) {
  quoth_model_free(tiny->model);
  quoth_training_clear(&tiny->training);
}

#include "sample.h"

#include <stdlib.h>
#include <string.h>

#include "base/random.h"

enum { N_CLASSES = 3, N_WORDS = 12, N_COMMON = 8 };

static const char *const class_names[N_CLASSES] = {"farm", "sea", "sky"};
static const char *const class_words[N_CLASSES][N_WORDS] = {
    {"horses", "barn", "wheat", "ploughs", "geese", "meadow", "sheep", "hay", "orchard", "fences",
     "oxen", "mill"},
    {"waves", "harbour", "sails", "fishes", "anchor", "gulls", "tide", "reefs", "sailors", "storm",
     "nets", "mast"},
    {"clouds", "stars", "moon", "comets", "wings", "wind", "sun", "planets", "dawn", "lightning",
     "larks", "storm"},
};
static const char *const common_words[N_COMMON] = {"the", "and",   "old",  "Über",
                                                   "of",  "Λόγος", "near", "three"};

static void append_text(quoth_buffer *csv, quoth_random *random, uint32_t class_index) {
  uint32_t n_words = quoth_random_below(random, 9);
  for (uint32_t i = 0; i < n_words; i++) {
    bool is_common = quoth_random_below(random, 3) == 0;
    const char *word = is_common ? common_words[quoth_random_below(random, N_COMMON)]
                                 : class_words[class_index][quoth_random_below(random, N_WORDS)];
    assert_int_equal(quoth_buffer_printf(csv, NULL, "%s%s", i ? " " : "", word), QUOTH_OK);
  }
}

void sample_dataset(size_t n_rows, quoth_buffer *csv, quoth_dataset *out) {
  quoth_random random;
  quoth_random_seed(&random, 5);
  assert_int_equal(quoth_buffer_append(csv, "text,label\n", 11, NULL), QUOTH_OK);
  for (size_t i = 0; i < n_rows; i++) {
    uint32_t class_index = i < N_CLASSES ? (uint32_t)i : quoth_random_below(&random, N_CLASSES);
    append_text(csv, &random, class_index);
    assert_int_equal(quoth_buffer_printf(csv, NULL, ",%s\n", class_names[class_index]), QUOTH_OK);
  }
  quoth_dataset_options options = {.labels = QUOTH_LABELS_REQUIRED};
  assert_done(
      quoth_dataset_parse((quoth_bytes){csv->data, csv->size}, "sample", &options, out, err));
}

sample_rows sampled;

int sample_setup(void **state) {
  (void)state;
  sample_dataset(SAMPLE_ROWS, &sampled.csv, &sampled.dataset);
  return 0;
}

int sample_teardown(void **state) {
  (void)state;
  quoth_dataset_clear(&sampled.dataset);
  quoth_buffer_clear(&sampled.csv);
  return 0;
}

void sample_spec(quoth_spec *out) {
  static const char *const changes[] = {
      "lda.n_components=4",        "lda.max_iter=2",
      "lda.batch_size=16",         "forest.n_estimators=5",
      "forest.min_samples_leaf=2", "forest.min_samples_split=4",
      "evaluation.train_size=0.5",
  };
  *out = (quoth_spec){0};
  assert_done(quoth_spec_from_recipe("topics-forest", out, err));
  for (size_t i = 0; i < sizeof changes / sizeof *changes; i++)
    assert_done(quoth_spec_set(out, changes[i], err));
}

quoth_pool *sample_pool(size_t threads) {
  quoth_pool *pool;
  assert_done(quoth_pool_new(threads, &pool, err));
  return pool;
}

void sample_model_init(sample_model *sample, size_t n_rows) {
  quoth_buffer csv = {0};
  quoth_dataset dataset;
  quoth_spec spec;
  quoth_training training;
  sample_dataset(n_rows, &csv, &dataset);
  sample_spec(&spec);
  quoth_pool *pool = sample_pool(2);
  assert_done(quoth_train(&spec, &dataset, pool, NULL, &training, err));
  sample->image = exact_copy(training.image, training.image_size);
  sample->size = training.image_size;
  assert_done(quoth_model_open_memory(sample->image, sample->size, 0, &sample->model, err));
  quoth_training_clear(&training);
  quoth_pool_free(pool);
  quoth_spec_clear(&spec);
  quoth_dataset_clear(&dataset);
  quoth_buffer_clear(&csv);
}

void sample_model_clear(sample_model *sample) {
  quoth_model_free(sample->model);
  free(sample->image);
  *sample = (sample_model){0};
}

char *exact_copy(const char *bytes, size_t size) {
  void *copy;
  if (posix_memalign(&copy, 64, size ? size : 1) != 0) abort();
  if (size) memcpy(copy, bytes, size);
  return copy;
}

/* ---- Writing anew ---------------------------------------------------------- */

static void copy_tensor(const quoth_tensor *tensor, const sample_change *change,
                        quoth_tensors *to) {
  const char *dot = strchr(tensor->name, '.');
  char *prefix = strndup(tensor->name, (size_t)(dot - tensor->name));
  char *data = exact_copy(tensor->data, tensor->size);
  if (change->tensor && strcmp(change->tensor, tensor->name) == 0) {
    assert_true(change->item_offset + change->n_bytes <= tensor->size);
    memcpy(data + change->item_offset, change->bytes, change->n_bytes);
  }
  assert_done(quoth_tensors_add(to, prefix, dot + 1, tensor->dtype, tensor->shape[0],
                                tensor->rank == 2 ? tensor->shape[1] : 0, data, err));
  free(prefix);
}

static void copy_metadata(const quoth_tensors *from, const sample_change *change,
                          quoth_tensors *to) {
  const char *key;
  json_t *value;
  json_object_foreach(from->metadata, key, value) {
    const char *text = json_string_value(value);
    if (strncmp(key, "xxh3.", 5) == 0 || strcmp(key, "quoth.digest") == 0) continue;
    if (change->metadata && strcmp(change->metadata, key) == 0) text = change->value;
    if (!text) continue;
    quoth_bytes line = {text, strlen(text)};
    assert_done(quoth_tensors_set_metadata(to, key, line, err));
  }
}

void rewrite_image(const char *image, size_t size, const sample_change *change, char **out,
                   size_t *out_size) {
  quoth_tensors from, to = {0};
  assert_done(quoth_tensors_read((quoth_bytes){image, size}, true, &from, err));
  for (size_t i = 0; i < from.n_items; i++)
    if (!quoth_tensor_is_padding(&from.items[i])) copy_tensor(&from.items[i], change, &to);
  copy_metadata(&from, change, &to);
  assert_done(quoth_tensors_write(&to, out, out_size, err));
  quoth_tensors_clear(&from);
  quoth_tensors_clear(&to);
}

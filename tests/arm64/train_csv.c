/* Trains as `quoth train` does, without what draws and prints; for test_arm64.py.
 *
 * usage: train_csv SPEC.json DATA.csv THREADS MODEL */
#include <stdio.h>
#include <stdlib.h>

#include "train/train.h"

static void demand(quoth_status status, const quoth_error *err) {
  if (status == QUOTH_OK) return;
  fprintf(stderr, "train_csv: %s\n", err->message);
  exit(1);
}

int main(int argc, char **argv) {
  if (argc != 5) return 2;
  quoth_error err = {0};
  quoth_file text;
  quoth_spec spec;
  quoth_dataset dataset;
  quoth_pool *pool;
  quoth_training training;
  demand(quoth_file_open(argv[1], &text, &err), &err);
  demand(quoth_spec_from_json((quoth_bytes){text.data, text.size}, argv[1], &spec, &err), &err);
  const quoth_dataset_options options = {.labels = QUOTH_LABELS_REQUIRED};
  demand(quoth_dataset_read(argv[2], &options, &dataset, &err), &err);
  demand(quoth_pool_new(strtoul(argv[3], NULL, 10), &pool, &err), &err);
  demand(quoth_train(&spec, &dataset, pool, NULL, &training, &err), &err);
  demand(quoth_file_write(argv[4], training.image, training.image_size, &err), &err);
  quoth_training_clear(&training);
  quoth_pool_free(pool);
  quoth_dataset_clear(&dataset);
  quoth_spec_clear(&spec);
  quoth_file_close(&text);
  return 0;
}

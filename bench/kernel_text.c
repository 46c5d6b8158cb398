/* From bytes to fields, from a text to counts of terms, from a text to probabilities. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "data/csv.h"
#include "inputs.h"
#include "kernel.h"
#include "train/train.h"

enum { N_TEXTS = 500, N_COLUMNS = 3 };

/* ---- CSV ---------------------------------------------------------------------------------- */

typedef struct csv_work {
  kernel_results results; /* where each field begins, and its size */
  quoth_buffer csv;
} csv_work;

static void *prepare_csv(void) {
  csv_work *work = kernel_memory(1, sizeof *work);
  kernel_results_init(&work->results, (size_t)N_TEXTS * N_COLUMNS * 2);
  input_csv(N_TEXTS, &work->csv);
  return work;
}

static void release_csv(void *work_) {
  csv_work *work = work_;
  kernel_results_clear(&work->results);
  quoth_buffer_clear(&work->csv);
  free(work);
}

static double *put_field(double *out, const csv_work *work, const char *begin, size_t size) {
  out[0] = (double)(begin - work->csv.data);
  out[1] = (double)size;
  return out + 2;
}

static void fast_csv(void *work_, quoth_width width) {
  (void)width;
  csv_work *work = work_;
  quoth_error err;
  quoth_csv *csv;
  const quoth_bytes *fields;
  uint64_t line;
  double *out = work->results.fast;
  kernel_require(quoth_csv_new((quoth_bytes){work->csv.data, work->csv.size}, "", &csv, &err),
                 &err);
  for (;;) {
    kernel_require(quoth_csv_next(csv, &fields, &line, &err), &err);
    if (!fields) break;
    for (size_t c = 0; c < N_COLUMNS; c++)
      out = put_field(out, work, fields[c].data, fields[c].size);
  }
  quoth_csv_free(csv);
}

/* A byte at a time; knows quotes, but not doubled ones. */
static void naive_csv(void *work_) {
  csv_work *work = work_;
  double *out = work->results.naive;
  const char *end = work->csv.data + work->csv.size, *begin = strchr(work->csv.data, '\n') + 1;
  bool is_quoted = false;
  for (const char *p = begin; p < end; p++) {
    if (*p == '"') {
      is_quoted = !is_quoted;
    } else if (!is_quoted && (*p == ',' || *p == '\n')) {
      bool has_quotes = *begin == '"';
      out = put_field(out, work, begin + has_quotes, (size_t)(p - begin) - 2 * has_quotes);
      begin = p + 1;
    }
  }
}

const kernel csv_kernel = {
    "csv", N_TEXTS, "record", false, 0, prepare_csv, release_csv, fast_csv, naive_csv,
};

/* ---- Counts -------------------------------------------------------------------------------- */

typedef struct counts_work {
  kernel_results results; /* of each text, the counts of all terms */
  input_texts texts;
  quoth_counting counting;
  quoth_counter counter;
} counts_work;

static void *prepare_counts(void) {
  counts_work *work = kernel_memory(1, sizeof *work);
  input_texts_init(&work->texts, N_TEXTS);
  input_counting(&work->texts, &work->counting);
  kernel_results_init(&work->results, N_TEXTS * (size_t)work->counting.vocabulary.n_strings);
  return work;
}

static void release_counts(void *work_) {
  counts_work *work = work_;
  kernel_results_clear(&work->results);
  quoth_counter_clear(&work->counter);
  quoth_counting_clear(&work->counting);
  input_texts_clear(&work->texts);
  free(work);
}

static void fast_count_terms(void *work_, quoth_width width) {
  (void)width;
  counts_work *work = work_;
  const quoth_strings *vocabulary = &work->counting.vocabulary;
  quoth_error err;
  for (size_t i = 0; i < N_TEXTS; i++) {
    kernel_require(quoth_counter_count(&work->counter, &input_analyzer, vocabulary, false,
                                       work->texts.texts[i], &err),
                   &err);
    double *row = work->results.fast + i * vocabulary->n_strings;
    for (size_t p = 0; p < work->counter.n_pairs; p++)
      row[work->counter.pairs[p] >> 32] = (uint32_t)work->counter.pairs[p];
  }
}

/* From the first term of the vocabulary to the last. */
static void count_naively(const quoth_strings *vocabulary, const char *token, size_t size,
                          double *row) {
  char term[64];
  quoth_bytes word = {token, size};
  if (size < 2 || quoth_is_stop_word(input_analyzer.stop_words, NULL, word)) return;
  quoth_lemma lemma = quoth_lemmatize(input_analyzer.lemmatizer, word);
  memcpy(term, token, lemma.head_size);
  memcpy(term + lemma.head_size, lemma.tail.data, lemma.tail.size);
  word = (quoth_bytes){term, lemma.head_size + lemma.tail.size};
  for (uint32_t id = 0; id < vocabulary->n_strings; id++)
    if (quoth_bytes_compare(quoth_strings_get(vocabulary, id), word) == 0) row[id]++;
}

static void naive_count_terms(void *work_) {
  counts_work *work = work_;
  const quoth_strings *vocabulary = &work->counting.vocabulary;
  memset(work->results.naive, 0, work->results.n * sizeof(double));
  for (size_t i = 0; i < N_TEXTS; i++) {
    quoth_bytes text = work->texts.texts[i];
    char token[64];
    size_t size = 0;
    for (size_t at = 0; at < text.size; at++) {
      if (isalnum((unsigned char)text.data[at]) && size < sizeof token) {
        token[size++] = (char)tolower((unsigned char)text.data[at]);
        continue;
      }
      count_naively(vocabulary, token, size, work->results.naive + i * vocabulary->n_strings);
      size = 0;
    }
  }
}

const kernel count_terms_kernel = {
    "count_terms",    N_TEXTS,           "text", false, 0, prepare_counts, release_counts,
    fast_count_terms, naive_count_terms,
};

/* ---- One text after another, through a whole model ------------------------------------------- */

typedef struct model_work {
  kernel_results results;
  input_texts texts;
  quoth_training training;
  quoth_model *model;
  quoth_scratch *scratch;
} model_work;

static void train(quoth_bytes csv, quoth_training *out) {
  quoth_error err;
  quoth_spec spec = {0};
  quoth_dataset dataset;
  quoth_dataset_options options = {.labels = QUOTH_LABELS_REQUIRED};
  quoth_pool *pool;
  kernel_require(quoth_dataset_parse(csv, "", &options, &dataset, &err), &err);
  kernel_require(quoth_spec_from_recipe("topics-forest", &spec, &err), &err);
  kernel_require(quoth_spec_set(&spec, "lda.max_iter=2", &err), &err);
  kernel_require(quoth_spec_set(&spec, "forest.min_samples_leaf=10", &err), &err);
  kernel_require(quoth_pool_new(1, &pool, &err), &err);
  kernel_require(quoth_train(&spec, &dataset, pool, NULL, out, &err), &err);
  quoth_pool_free(pool);
  quoth_spec_clear(&spec);
  quoth_dataset_clear(&dataset);
}

static void *prepare_model(void) {
  model_work *work = kernel_memory(1, sizeof *work);
  quoth_error err;
  input_texts_init(&work->texts, N_TEXTS);
  train((quoth_bytes){work->texts.csv.data, work->texts.csv.size}, &work->training);
  kernel_require(quoth_model_open_memory(work->training.image, work->training.image_size, 0,
                                         &work->model, &err),
                 &err);
  kernel_require(quoth_scratch_new(work->model, &work->scratch, &err), &err);
  kernel_results_init(&work->results, N_TEXTS * (size_t)quoth_model_n_classes(work->model));
  return work;
}

static void release_model(void *work_) {
  model_work *work = work_;
  kernel_results_clear(&work->results);
  quoth_scratch_free(work->scratch);
  quoth_model_free(work->model);
  quoth_training_clear(&work->training);
  input_texts_clear(&work->texts);
  free(work);
}

static void fast_predict(void *work_, quoth_width width) {
  (void)width;
  model_work *work = work_;
  quoth_error err;
  size_t n_classes = quoth_model_n_classes(work->model);
  for (size_t i = 0; i < N_TEXTS; i++)
    kernel_require(quoth_predict(work->model, work->scratch, work->texts.texts[i].data,
                                 work->texts.texts[i].size, work->results.fast + i * n_classes,
                                 &err),
                   &err);
}

const kernel predict_kernel = {
    "predict", N_TEXTS, "text", false, 0, prepare_model, release_model, fast_predict, NULL,
};

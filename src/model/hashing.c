#include "model/hashing.h"

#include <stdlib.h>

#include "base/murmur.h"

void quoth_hashed_clear(quoth_hashed *hashed) {
  quoth_counter_clear(&hashed->counter);
  free(hashed->columns);
  free(hashed->weights);
  *hashed = (quoth_hashed){0};
}

/* 2 column + 1 if it counts negative, else 2 column. */
static uint32_t number_by_hash(const void *context, quoth_bytes term) {
  const quoth_hashing_params *params = context;
  uint32_t hash = quoth_murmur3_32(term, 0);
  bool is_negative = hash >> 31;
  uint32_t column = (is_negative ? -hash : hash) % params->n_features;
  return column << 1 | (is_negative && params->alternate_sign);
}

static quoth_status reserve(quoth_hashed *out, size_t n, quoth_error *err) {
  uint32_t *columns = quoth_grow(out->columns, &out->columns_capacity, n, sizeof *columns, err);
  if (!columns) return QUOTH_ERR_NOMEM;
  out->columns = columns;
  double *weights = quoth_grow(out->weights, &out->weights_capacity, n, sizeof *weights, err);
  if (!weights) return QUOTH_ERR_NOMEM;
  out->weights = weights;
  return QUOTH_OK;
}

/* Joins the two signs of a column. As in scikit-learn, a column whose terms cancel stays, with the
 * weight 0, or 1 if binary. */
static void join_signs(const quoth_counter *counter, bool binary, quoth_hashed *out) {
  out->n_entries = 0;
  for (size_t i = 0; i < counter->n_pairs; i++) {
    uint32_t number = (uint32_t)(counter->pairs[i] >> 32), column = number >> 1;
    double count = (uint32_t)counter->pairs[i];
    bool is_new = out->n_entries == 0 || out->columns[out->n_entries - 1] != column;
    if (is_new) {
      out->columns[out->n_entries] = column;
      out->weights[out->n_entries++] = 0;
    }
    double *weight = &out->weights[out->n_entries - 1];
    *weight = binary ? 1 : *weight + (number & 1 ? -count : count);
  }
}

quoth_status quoth_hash_text(const quoth_hashing_params *params, const quoth_analyzer *analyzer,
                             quoth_bytes text, quoth_hashed *out, quoth_error *err) {
  bool binary = params->counting.binary;
  quoth_status status =
      quoth_counter_count_by(&out->counter, analyzer, number_by_hash, params, binary, text, err);
  if (!status) status = reserve(out, out->counter.n_pairs, err);
  if (status) return status;
  join_signs(&out->counter, binary, out);
  quoth_normalise(params->norm, out->weights, out->n_entries);
  return QUOTH_OK;
}

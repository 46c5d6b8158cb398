#include "corpus/text_ids.h"

#include <stdlib.h>

#include "base/sort.h"

typedef struct matrix_job {
  const quoth_text_ids *texts;
  quoth_sparse *out;
} matrix_job;

quoth_status quoth_text_ids_init(size_t n_texts, quoth_text_ids *out, quoth_error *err) {
  size_t n_chunks = (n_texts + QUOTH_CHUNK_TEXTS - 1) / QUOTH_CHUNK_TEXTS;
  *out = (quoth_text_ids){.n_texts = n_texts, .n_chunks = n_chunks};
  out->chunks = quoth_new_array(n_chunks, sizeof *out->chunks, err);
  out->n_ids = quoth_new_array(n_texts, sizeof *out->n_ids, err);
  return out->chunks && out->n_ids ? QUOTH_OK : QUOTH_ERR_NOMEM;
}

void quoth_text_ids_clear(quoth_text_ids *texts) {
  for (size_t i = 0; texts->chunks && i < texts->n_chunks; i++) free(texts->chunks[i].ids);
  free(texts->chunks);
  free(texts->n_ids);
  *texts = (quoth_text_ids){0};
}

size_t quoth_chunk_end(const quoth_text_ids *texts, size_t chunk) {
  size_t left = texts->n_texts - chunk * QUOTH_CHUNK_TEXTS;
  return chunk * QUOTH_CHUNK_TEXTS + (left < QUOTH_CHUNK_TEXTS ? left : QUOTH_CHUNK_TEXTS);
}

quoth_status quoth_text_ids_failure(const quoth_text_ids *texts, quoth_error *err) {
  for (size_t i = 0; i < texts->n_chunks; i++) {
    if (texts->chunks[i].status == QUOTH_OK) continue;
    if (err) *err = texts->chunks[i].err;
    return texts->chunks[i].status;
  }
  return QUOTH_OK;
}

/* ---- Sorting --------------------------------------------------------------- */

static size_t longest_text(const quoth_text_ids *texts, size_t index) {
  size_t longest = 0;
  for (size_t row = index * QUOTH_CHUNK_TEXTS; row < quoth_chunk_end(texts, index); row++)
    if (texts->n_ids[row] > longest) longest = texts->n_ids[row];
  return longest;
}

/* Sorts one text's `ids` ([n]). `pairs` is room for 2 n. Returns how many distinct ones there
 * are. */
static uint64_t sort_text(uint32_t *ids, size_t n, uint64_t *pairs) {
  uint64_t n_distinct = 0;
  for (size_t i = 0; i < n; i++) pairs[i] = (uint64_t)ids[i] << 32;
  quoth_sort_pairs(pairs, pairs + n, n);
  for (size_t i = 0; i < n; i++) {
    ids[i] = (uint32_t)(pairs[i] >> 32);
    n_distinct += i == 0 || ids[i] != ids[i - 1];
  }
  return n_distinct;
}

/* Sorts a chunk's ids and sets row_begin of each row behind its texts to that row's size. */
static quoth_status sort_chunk(const matrix_job *job, size_t index) {
  const quoth_text_ids *texts = job->texts;
  quoth_id_chunk *chunk = &texts->chunks[index];
  uint64_t *pairs = quoth_new_unset(longest_text(texts, index), 2 * sizeof *pairs, &chunk->err);
  if (!pairs) return QUOTH_ERR_NOMEM;
  uint32_t *ids = chunk->ids;
  for (size_t row = index * QUOTH_CHUNK_TEXTS; row < quoth_chunk_end(texts, index); row++) {
    job->out->row_begin[row + 1] = sort_text(ids, texts->n_ids[row], pairs);
    ids += texts->n_ids[row];
  }
  free(pairs);
  return QUOTH_OK;
}

static void sort_chunks(void *context, size_t begin, size_t end, size_t worker) {
  (void)worker;
  const matrix_job *job = context;
  for (size_t i = begin; i < end; i++) job->texts->chunks[i].status = sort_chunk(job, i);
}

/* ---- Counting -------------------------------------------------------------- */

static void fill_row(const quoth_sparse *counts, uint64_t at, const uint32_t *ids, size_t n) {
  for (size_t i = 0; i < n; at++) {
    size_t begin = i;
    while (++i < n && ids[i] == ids[begin]) {
    }
    counts->columns[at] = ids[begin];
    counts->counts[at] = (uint32_t)(i - begin);
  }
}

/* Fills the rows of chunks, which are then no longer needed. */
static void fill_chunks(void *context, size_t begin, size_t end, size_t worker) {
  (void)worker;
  const matrix_job *job = context;
  const quoth_text_ids *texts = job->texts;
  for (size_t c = begin; c < end; c++) {
    const uint32_t *ids = texts->chunks[c].ids;
    for (size_t row = c * QUOTH_CHUNK_TEXTS; row < quoth_chunk_end(texts, c); row++) {
      fill_row(job->out, job->out->row_begin[row], ids, texts->n_ids[row]);
      ids += texts->n_ids[row];
    }
    free(texts->chunks[c].ids);
    texts->chunks[c].ids = NULL;
  }
}

quoth_status quoth_text_ids_count(const quoth_text_ids *texts, uint32_t n_terms, quoth_pool *pool,
                                  quoth_sparse *out, quoth_error *err) {
  size_t n_texts = texts->n_texts;
  matrix_job job = {texts, out};
  *out = (quoth_sparse){.n_rows = n_texts, .n_columns = n_terms};
  out->row_begin = quoth_new_array(n_texts + 1, sizeof *out->row_begin, err);
  if (!out->row_begin) return QUOTH_ERR_NOMEM;
  quoth_pool_run(pool, texts->n_chunks, 1, sort_chunks, &job);
  quoth_status status = quoth_text_ids_failure(texts, err);
  if (status) return status;
  for (size_t row = 0; row < n_texts; row++) out->row_begin[row + 1] += out->row_begin[row];
  uint64_t n_entries = out->row_begin[n_texts];
  out->columns = quoth_new_unset(n_entries, sizeof *out->columns, err);
  out->counts = quoth_new_unset(n_entries, sizeof *out->counts, err);
  if (!out->columns || !out->counts) return QUOTH_ERR_NOMEM;
  quoth_pool_run(pool, texts->n_chunks, 1, fill_chunks, &job);
  return QUOTH_OK;
}

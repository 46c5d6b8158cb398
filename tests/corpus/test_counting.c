#include "testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "corpus/counting.h"

#define COUNT(n)                                                                                   \
  { .kind = QUOTH_AMOUNT_COUNT, .count = n }
#define SHARE(x)                                                                                   \
  { .kind = QUOTH_AMOUNT_SHARE, .share = x }

enum { N_FEW = 6 };
static const char *const few_texts[N_FEW] = {"apple pear apple plum",  "pear kiwi fig lime",
                                             "fig fig Fig lime date",  "",
                                             "plum lime apple x lime", "kiwi lime Ärger"};

typedef struct texts {
  quoth_bytes *items; /* [n] */
  size_t n;
} texts;

static texts few(void) {
  texts list = {calloc(N_FEW, sizeof *list.items), N_FEW};
  for (size_t i = 0; i < N_FEW; i++)
    list.items[i] = (quoth_bytes){few_texts[i], strlen(few_texts[i])};
  return list;
}

static quoth_counting_params standard(void) {
  return (quoth_counting_params){.analyzer = {.folding.lowercase = true, .ngrams = {1, 1}},
                                 .max_df = SHARE(1.0),
                                 .min_df = COUNT(1)};
}

static quoth_status count_with(size_t threads, const quoth_counting_params *params, texts list,
                               quoth_counting *out, quoth_error *err) {
  quoth_pool *pool;
  assert_int_equal(quoth_pool_new(threads, &pool, NULL), QUOTH_OK);
  quoth_status status =
      quoth_count_terms(params, list.items, list.n, pool, "vectorize", NULL, out, err);
  quoth_pool_free(pool);
  return status;
}

/* ---- Against scikit-learn -------------------------------------------------- */

static void append_terms(quoth_buffer *out, const quoth_counting *counting) {
  for (uint32_t i = 0; i < counting->vocabulary.n_strings; i++) {
    quoth_bytes term = quoth_strings_get(&counting->vocabulary, i);
    quoth_buffer_printf(out, NULL, "%s%.*s", i ? "," : "", (int)term.size, term.data);
  }
}

/* "column:count column:count|..." */
static void append_matrix(quoth_buffer *out, const quoth_sparse *matrix) {
  for (size_t row = 0; row < matrix->n_rows; row++) {
    if (row) quoth_buffer_append(out, "|", 1, NULL);
    for (uint64_t i = matrix->row_begin[row]; i < matrix->row_begin[row + 1]; i++)
      quoth_buffer_printf(out, NULL, "%s%u:%u", i > matrix->row_begin[row] ? " " : "",
                          matrix->columns[i], matrix->counts[i]);
  }
  quoth_buffer_append(out, "", 1, NULL);
}

/* Printed by scikit-learn 1.2.1 for few_texts: get_feature_names_out() and the rows of
 * fit_transform(). What a case leaves out is at its default. */
static const struct {
  bool binary, keeps_case;
  quoth_ngram_range ngrams;
  quoth_amount max_df, min_df;
  uint32_t max_features;
  const char *terms, *rows;
} cases[] = {
    {.terms = "apple,date,fig,kiwi,lime,pear,plum,ärger",
     .rows = "0:2 5:1 6:1|2:1 3:1 4:1 5:1|1:1 2:3 4:1||0:1 4:2 6:1|3:1 4:1 7:1"},
    {.binary = true,
     .terms = "apple,date,fig,kiwi,lime,pear,plum,ärger",
     .rows = "0:1 5:1 6:1|2:1 3:1 4:1 5:1|1:1 2:1 4:1||0:1 4:1 6:1|3:1 4:1 7:1"},
    {.keeps_case = true,
     .terms = "Fig,apple,date,fig,kiwi,lime,pear,plum,Ärger",
     .rows = "1:2 6:1 7:1|3:1 4:1 5:1 6:1|0:1 2:1 3:2 5:1||1:1 5:2 7:1|4:1 5:1 8:1"},
    {.min_df = COUNT(2),
     .terms = "apple,fig,kiwi,lime,pear,plum",
     .rows = "0:2 4:1 5:1|1:1 2:1 3:1 4:1|1:3 3:1||0:1 3:2 5:1|2:1 3:1"},
    {.max_df = COUNT(2),
     .terms = "apple,date,fig,kiwi,pear,plum,ärger",
     .rows = "0:2 4:1 5:1|2:1 3:1 4:1|1:1 2:3||0:1 5:1|3:1 6:1"},
    {.max_df = COUNT(1), .terms = "date,ärger", .rows = "||0:1|||1:1"},
    {.min_df = SHARE(0.5), .terms = "lime", .rows = "|0:1|0:1||0:2|0:1"},
    {.min_df = SHARE(0.3333333333333333),
     .terms = "apple,fig,kiwi,lime,pear,plum",
     .rows = "0:2 4:1 5:1|1:1 2:1 3:1 4:1|1:3 3:1||0:1 3:2 5:1|2:1 3:1"},
    {.max_df = SHARE(0.3333333333333333),
     .terms = "apple,date,fig,kiwi,pear,plum,ärger",
     .rows = "0:2 4:1 5:1|2:1 3:1 4:1|1:1 2:3||0:1 5:1|3:1 6:1"},
    {.max_df = SHARE(0.34),
     .min_df = SHARE(0.33),
     .terms = "apple,fig,kiwi,pear,plum",
     .rows = "0:2 3:1 4:1|1:1 2:1 3:1|1:3||0:1 4:1|2:1"},
    {.min_df = SHARE(0.0),
     .terms = "apple,date,fig,kiwi,lime,pear,plum,ärger",
     .rows = "0:2 5:1 6:1|2:1 3:1 4:1 5:1|1:1 2:3 4:1||0:1 4:2 6:1|3:1 4:1 7:1"},
    {.max_features = 3, .terms = "apple,fig,lime", .rows = "0:2|1:1 2:1|1:3 2:1||0:1 2:2|2:1"},
    {.binary = true,
     .max_features = 4,
     .terms = "apple,fig,kiwi,lime",
     .rows = "0:1|1:1 2:1 3:1|1:1 3:1||0:1 3:1|2:1 3:1"},
    {.max_features = 1, .terms = "lime", .rows = "|0:1|0:1||0:2|0:1"},
    {.max_features = 100,
     .terms = "apple,date,fig,kiwi,lime,pear,plum,ärger",
     .rows = "0:2 5:1 6:1|2:1 3:1 4:1 5:1|1:1 2:3 4:1||0:1 4:2 6:1|3:1 4:1 7:1"},
    {.min_df = COUNT(2),
     .max_features = 2,
     .terms = "fig,lime",
     .rows = "|0:1 1:1|0:3 1:1||1:2|1:1"},
    {.max_df = COUNT(3), .max_features = 2, .terms = "apple,fig", .rows = "0:2|1:1|1:3||0:1|"},
    {.max_df = COUNT(9),
     .terms = "apple,date,fig,kiwi,lime,pear,plum,ärger",
     .rows = "0:2 5:1 6:1|2:1 3:1 4:1 5:1|1:1 2:3 4:1||0:1 4:2 6:1|3:1 4:1 7:1"},
    {.ngrams = {1, 2},
     .terms =
         "apple,apple lime,apple pear,apple plum,date,fig,fig fig,fig lime,kiwi,kiwi fig,kiwi "
         "lime,lime,lime apple,lime date,lime ärger,pear,pear apple,pear kiwi,plum,plum lime,ärger",
     .rows = "0:2 2:1 3:1 15:1 16:1 18:1|5:1 7:1 8:1 9:1 11:1 15:1 17:1|4:1 5:3 6:2 7:1 11:1 "
             "13:1||0:1 1:1 11:2 12:1 18:1 19:1|8:1 10:1 11:1 14:1 20:1"},
    {.ngrams = {2, 3},
     .terms = "apple lime,apple pear,apple pear apple,apple plum,fig fig,fig fig fig,fig fig "
              "lime,fig lime,fig lime date,kiwi fig,kiwi fig lime,kiwi lime,kiwi lime ärger,lime "
              "apple,lime apple lime,lime date,lime ärger,pear apple,pear apple plum,pear "
              "kiwi,pear kiwi fig,plum lime,plum lime apple",
     .rows = "1:1 2:1 3:1 17:1 18:1|7:1 9:1 10:1 19:1 20:1|4:2 5:1 6:1 7:1 8:1 15:1||0:1 13:1 14:1 "
             "21:1 22:1|11:1 12:1 16:1"},
    {.ngrams = {4, 9},
     .terms = "apple pear apple plum,fig fig fig lime,fig fig fig lime date,fig fig lime date,pear "
              "kiwi fig lime,plum lime apple lime",
     .rows = "0:1|4:1|1:1 2:1 3:1||5:1|"},
    {.ngrams = {1, 3},
     .min_df = COUNT(2),
     .terms = "apple,fig,fig lime,kiwi,lime,pear,plum",
     .rows = "0:2 5:1 6:1|1:1 2:1 3:1 4:1 5:1|1:3 2:1 4:1||0:1 4:2 6:1|3:1 4:1"},
    {.ngrams = {1, 2},
     .max_features = 4,
     .terms = "apple,fig,lime,plum",
     .rows = "0:2 3:1|1:1 2:1|1:3 2:1||0:1 2:2 3:1|2:1"},
};

static quoth_counting_params params_of_case(size_t i) {
  quoth_counting_params params = standard();
  params.analyzer.folding.lowercase = !cases[i].keeps_case;
  params.binary = cases[i].binary;
  if (cases[i].ngrams.max_n) params.analyzer.ngrams = cases[i].ngrams;
  params.max_features = cases[i].max_features;
  if (cases[i].max_df.kind) params.max_df = cases[i].max_df;
  if (cases[i].min_df.kind) params.min_df = cases[i].min_df;
  return params;
}

static void check_rows(size_t i, const quoth_sparse *counts) {
  quoth_buffer text = {0};
  append_matrix(&text, counts);
  assert_string_equal(text.data, cases[i].rows);
  quoth_buffer_clear(&text);
}

/* Clears `counting`. */
static void check_case(size_t i, quoth_counting *counting) {
  quoth_buffer text = {0};
  append_terms(&text, counting);
  assert_int_equal(text.size, strlen(cases[i].terms));
  assert_memory_equal(text.data, cases[i].terms, text.size);
  assert_int_equal(counting->counts.n_columns, counting->vocabulary.n_strings);
  quoth_buffer_clear(&text);
  check_rows(i, &counting->counts);
  quoth_counting_clear(counting);
}

static void test_as_sklearn(void **state) {
  (void)state;
  texts list = few();
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    quoth_counting_params params = params_of_case(i);
    quoth_counting counting;
    assert_done(count_with(1, &params, list, &counting, err));
    check_case(i, &counting);
  }
  free(list.items);
}

/* Rows of a corpus are counted as if its other texts, before, between and behind them, were not
 * there; so they are by the vocabulary made of them. */
static void test_rows_of_a_corpus(void **state) {
  (void)state;
  enum { N_ALL = 2 * N_FEW + 1 };
  quoth_bytes all[N_ALL];
  uint32_t rows[N_FEW];
  for (size_t i = 0; i < N_ALL; i++) all[i] = (quoth_bytes){"apple zebra lime lime", 21};
  for (uint32_t i = 0; i < N_FEW; i++) {
    rows[i] = 2 * i + 1;
    all[rows[i]] = (quoth_bytes){few_texts[i], strlen(few_texts[i])};
  }
  quoth_pool *pool;
  assert_done(quoth_pool_new(2, &pool, err));
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    quoth_counting_params params = params_of_case(i);
    quoth_corpus corpus;
    quoth_counting counting;
    assert_done(quoth_corpus_read(&params, all, N_ALL, pool, "vectorize", NULL, &corpus, err));
    assert_done(quoth_count_rows(&params, &corpus, rows, N_FEW, pool, &counting, err));
    quoth_sparse again;
    assert_done(quoth_count_rows_again(&params, &corpus, &counting.vocabulary, rows, N_FEW, pool,
                                       &again, err));
    check_rows(i, &again);
    quoth_sparse_clear(&again);
    check_case(i, &counting);
    quoth_error err = {0};
    assert_int_equal(quoth_count_rows(&params, &corpus, rows + 3, 1, pool, &counting, &err),
                     QUOTH_ERR_DATA); /* the empty text */
    quoth_corpus_clear(&corpus);
  }
  quoth_pool_free(pool);
}

static void check_refused(quoth_amount max_df, quoth_amount min_df, texts list, quoth_status status,
                          const char *message) {
  quoth_counting_params params = standard();
  params.max_df = max_df;
  params.min_df = min_df;
  quoth_counting counting;
  quoth_error err = {0};
  assert_int_equal(count_with(1, &params, list, &counting, &err), status);
  assert_string_equal(err.message, message);
  assert_null(counting.vocabulary.bytes);
}

static void test_refused(void **state) {
  (void)state;
  texts list = few();
  check_refused((quoth_amount)SHARE(1.0), (quoth_amount)COUNT(7), list, QUOTH_ERR_ARG,
                "vectorizer.max_df means at most 6 documents and vectorizer.min_df at least 7, of "
                "6 in all; no term can meet both");
  check_refused((quoth_amount)SHARE(0.0), (quoth_amount)COUNT(1), list, QUOTH_ERR_ARG,
                "vectorizer.max_df means at most 0 documents and vectorizer.min_df at least 1, of "
                "6 in all; no term can meet both");
  check_refused((quoth_amount)SHARE(1.0), (quoth_amount)SHARE(1.0), list, QUOTH_ERR_DATA,
                "no terms remain after pruning; try a lower vectorizer.min_df or a higher "
                "vectorizer.max_df");
  list.n = 0;
  check_refused((quoth_amount)SHARE(1.0), (quoth_amount)COUNT(1), list, QUOTH_ERR_DATA,
                "empty vocabulary; the texts hold no words, or only stop words");
  list.items[0] = (quoth_bytes){"a b, c! é", 10};
  list.n = 1;
  check_refused((quoth_amount)SHARE(1.0), (quoth_amount)COUNT(1), list, QUOTH_ERR_DATA,
                "empty vocabulary; the texts hold no words, or only stop words");
  free(list.items);
}

/* ---- Many texts ------------------------------------------------------------ */

enum { N_MANY = 5000, MANY_BYTES = 64 };

/* Random words over several chunks of texts; some empty texts, some words in one chunk only. */
static texts many(void) {
  texts list = {calloc(N_MANY, sizeof *list.items), N_MANY};
  char *bytes = calloc(N_MANY, MANY_BYTES);
  quoth_random random;
  quoth_random_seed(&random, 3);
  for (size_t i = 0; i < N_MANY; i++) {
    char *text = bytes + i * MANY_BYTES;
    size_t size = 0;
    for (uint32_t n = quoth_random_below(&random, 8); n > 0; n--) {
      uint32_t bound = 1 + quoth_random_below(&random, 500);
      size += (size_t)snprintf(text + size, MANY_BYTES - size, "w%u ",
                               (unsigned)(i / 1000) * 100 + quoth_random_below(&random, bound));
    }
    list.items[i] = (quoth_bytes){text, size};
  }
  return list;
}

static void free_many(texts list) {
  free((void *)(uintptr_t)list.items[0].data);
  free(list.items);
}

static quoth_counting_params pruned(void) {
  quoth_counting_params params = standard();
  params.min_df = (quoth_amount)COUNT(3);
  params.max_features = 300;
  return params;
}

static void check_threads(quoth_ngram_range ngrams) {
  texts list = many();
  quoth_counting_params params = pruned();
  params.analyzer.ngrams = ngrams;
  quoth_counting one, more;
  assert_done(count_with(1, &params, list, &one, err));
  assert_int_equal(one.vocabulary.n_strings, 300);
  uint64_t n = quoth_sparse_n_entries(&one.counts);
  static const size_t threads[] = {2, 5};
  for (size_t i = 0; i < 2; i++) {
    assert_done(count_with(threads[i], &params, list, &more, err));
    assert_int_equal(more.n_bytes, one.n_bytes);
    assert_memory_equal(more.vocabulary.bytes, one.vocabulary.bytes, one.n_bytes);
    assert_memory_equal(more.vocabulary.ends, one.vocabulary.ends, 300 * sizeof(uint64_t));
    assert_int_equal(more.vocabulary.n_slots, one.vocabulary.n_slots);
    assert_memory_equal(more.vocabulary.slots, one.vocabulary.slots,
                        one.vocabulary.n_slots * sizeof(uint32_t));
    assert_memory_equal(more.counts.row_begin, one.counts.row_begin,
                        (N_MANY + 1) * sizeof(uint64_t));
    assert_memory_equal(more.counts.columns, one.counts.columns, n * sizeof(uint32_t));
    assert_memory_equal(more.counts.counts, one.counts.counts, n * sizeof(uint32_t));
    quoth_counting_clear(&more);
  }
  quoth_counting_clear(&one);
  free_many(list);
}

static void test_threads(void **state) {
  (void)state;
  check_threads((quoth_ngram_range){1, 1});
  check_threads((quoth_ngram_range){1, 3});
}

enum { N_LONG = 4000, LONG_BYTES = 128 };

static int compare_words(const void *a, const void *b) { return strcmp(a, b); }

/* One word a text, most with the same 70 bytes before what tells them apart, others with few. */
static void write_long_word(char word[LONG_BYTES], uint32_t number) {
  memset(word, 'a', LONG_BYTES);
  size_t size = number % 3 ? 70 : number % 7;
  snprintf(word + size, LONG_BYTES - size, "%s%u", number % 5 ? "" : "\xC3\xA9", number);
}

/* The order is strcmp's, each word has its number, and the row of each text its word. */
static void test_order(void **state) {
  (void)state;
  char(*words)[LONG_BYTES] = calloc(N_LONG, LONG_BYTES), (*sorted)[LONG_BYTES];
  texts list = {calloc(N_LONG, sizeof *list.items), N_LONG};
  for (uint32_t i = 0; i < N_LONG; i++) {
    write_long_word(words[i], i * 7919 % N_LONG);
    list.items[i] = (quoth_bytes){words[i], strlen(words[i])};
  }
  sorted = calloc(N_LONG, LONG_BYTES);
  memcpy(sorted, words, (size_t)N_LONG * LONG_BYTES);
  qsort(sorted, N_LONG, LONG_BYTES, compare_words);
  quoth_counting_params params = standard();
  params.analyzer.tokens = QUOTH_TOKENS_WHITESPACE;
  quoth_counting counting;
  assert_done(count_with(3, &params, list, &counting, err));
  assert_int_equal(counting.vocabulary.n_strings, N_LONG);
  for (uint32_t i = 0; i < N_LONG; i++) {
    quoth_bytes term = quoth_strings_get(&counting.vocabulary, i);
    assert_true(quoth_bytes_equal(term, sorted[i]));
    assert_int_equal(quoth_strings_find(&counting.vocabulary, term), i);
    assert_int_equal(counting.counts.row_begin[i + 1], i + 1);
    assert_string_equal(sorted[counting.counts.columns[i]], words[i]);
  }
  quoth_counting_clear(&counting);
  free(list.items);
  free(sorted);
  free(words);
}

enum { N_ODD = 1500, ODD_CHARACTERS = 12 };

/* Texts of few characters, of which two are words' in any pattern and two sort below a space. */
static texts odd(void) {
  static const char *const characters[] = {"a", "b", " ", " ", "\x01", "\x1b", "-", "\xC3\xA9"};
  texts list = {calloc(N_ODD, sizeof *list.items), N_ODD};
  char *bytes = calloc(N_ODD, MANY_BYTES);
  quoth_random random;
  quoth_random_seed(&random, 5);
  for (size_t i = 0; i < N_ODD; i++) {
    char *text = bytes + i * MANY_BYTES;
    size_t size = 0;
    for (size_t n = quoth_random_below(&random, ODD_CHARACTERS); n > 0; n--)
      size += (size_t)snprintf(text + size, MANY_BYTES - size, "%s",
                               characters[quoth_random_below(&random, 8)]);
    list.items[i] = (quoth_bytes){text, size};
  }
  return list;
}

/* N-grams ascend by code points, also where a word goes on with a character below the space that
 * stands behind another. */
static void test_order_of_ngrams(void **state) {
  (void)state;
  texts list = odd();
  for (int pattern = QUOTH_TOKENS_WORD; pattern <= QUOTH_TOKENS_WORD_PUNCT_UNSPACED; pattern++) {
    quoth_counting_params params = standard();
    params.analyzer.tokens = (quoth_token_pattern)pattern;
    params.analyzer.ngrams = (quoth_ngram_range){1, 3};
    quoth_counting counting;
    assert_done(count_with(2, &params, list, &counting, err));
    assert_done(quoth_strings_check(&counting.vocabulary, counting.n_bytes, "terms", err));
    quoth_counting_clear(&counting);
  }
  free_many(list);
}

/* One text against the vocabulary is its row of the matrix. */
static void test_counter(void **state) {
  (void)state;
  texts list = many();
  for (int binary = 0; binary < 2; binary++) {
    quoth_counting_params params = pruned();
    params.binary = binary;
    quoth_counting counting;
    assert_done(count_with(2, &params, list, &counting, err));
    quoth_counter counter = {0};
    for (size_t row = 0; row < list.n; row++) {
      assert_done(quoth_counter_count(&counter, &params.analyzer, &counting.vocabulary, binary,
                                      list.items[row], err));
      uint64_t begin = counting.counts.row_begin[row];
      assert_int_equal(counter.n_pairs, counting.counts.row_begin[row + 1] - begin);
      for (size_t i = 0; i < counter.n_pairs; i++) {
        assert_int_equal(counter.pairs[i] >> 32, counting.counts.columns[begin + i]);
        assert_int_equal((uint32_t)counter.pairs[i], counting.counts.counts[begin + i]);
      }
    }
    quoth_counter_clear(&counter);
    quoth_counting_clear(&counting);
  }
  free_many(list);
}

static void test_counter_without_terms(void **state) {
  (void)state;
  texts list = few();
  quoth_counting_params params = standard();
  quoth_counting counting;
  assert_done(count_with(1, &params, list, &counting, err));
  quoth_counter counter = {0};
  static const char *const none[] = {"", "nothing known here", "a b c"};
  for (size_t i = 0; i < 3; i++) {
    quoth_bytes text = {none[i], strlen(none[i])};
    assert_done(
        quoth_counter_count(&counter, &params.analyzer, &counting.vocabulary, false, text, err));
    assert_int_equal(counter.n_pairs, 0);
  }
  quoth_counter_clear(&counter);
  quoth_counting_clear(&counting);
  free(list.items);
}

/* ---- Progress -------------------------------------------------------------- */

typedef struct watcher {
  size_t n_calls, stop_at;
  uint64_t done, total;
} watcher;

static bool watch(void *context, const char *stage, uint64_t done, uint64_t total) {
  watcher *seen = context;
  assert_string_equal(stage, "vectorize");
  assert_true(done > seen->done && done <= total);
  seen->done = done;
  seen->total = total;
  return ++seen->n_calls != seen->stop_at;
}

static void test_progress(void **state) {
  (void)state;
  texts list = many();
  quoth_pool *pool;
  assert_done(quoth_pool_new(1, &pool, err));
  quoth_counting_params params = pruned();
  quoth_counting counting;
  watcher seen = {0};
  quoth_progress progress = {&seen, watch};
  assert_done(
      quoth_count_terms(&params, list.items, list.n, pool, "vectorize", &progress, &counting, err));
  assert_int_equal(seen.done, N_MANY);
  assert_int_equal(seen.total, N_MANY);
  quoth_counting_clear(&counting);
  seen = (watcher){.stop_at = 1};
  assert_int_equal(
      quoth_count_terms(&params, list.items, list.n, pool, "vectorize", &progress, &counting, NULL),
      QUOTH_ERR_STOPPED);
  assert_null(counting.counts.row_begin);
  quoth_pool_free(pool);
  free_many(list);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_as_sklearn), cmocka_unit_test(test_rows_of_a_corpus),
      cmocka_unit_test(test_refused),    cmocka_unit_test(test_threads),
      cmocka_unit_test(test_order),      cmocka_unit_test(test_order_of_ngrams),
      cmocka_unit_test(test_counter),    cmocka_unit_test(test_counter_without_terms),
      cmocka_unit_test(test_progress),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

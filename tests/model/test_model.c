#include "sample.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { N_ROWS = 90, N_CLASSES = 3, N_TOPICS = 4 };

static sample_model sample;

static int setup(void **state) {
  (void)state;
  sample_model_init(&sample, N_ROWS);
  return 0;
}

static int teardown(void **state) {
  (void)state;
  sample_model_clear(&sample);
  return 0;
}

static quoth_scratch *new_scratch(const quoth_model *model) {
  quoth_scratch *scratch;
  assert_done(quoth_scratch_new(model, &scratch, err));
  return scratch;
}

/* ---- Asking ---------------------------------------------------------------- */

static void test_getters(void **state) {
  (void)state;
  assert_int_equal(quoth_model_n_classes(sample.model), N_CLASSES);
  assert_string_equal(quoth_model_class(sample.model, 0), "farm");
  assert_string_equal(quoth_model_class(sample.model, 2), "sky");
  assert_int_equal(quoth_model_n_features(sample.model), N_TOPICS);
  assert_int_equal(strlen(quoth_model_digest(sample.model)), 32);
  assert_int_equal(strspn(quoth_model_digest(sample.model), "0123456789abcdef"), 32);
}

static void assert_shares(const double *shares, uint32_t n) {
  double sum = 0;
  for (uint32_t i = 0; i < n; i++) {
    assert_true(shares[i] >= 0 && shares[i] <= 1);
    sum += shares[i];
  }
  assert_true(fabs(sum - 1) < 1e-12);
}

static const char *const questions[] = {
    "horses and sheep near the old barn",
    "THE STORM: waves, sails and a mast!",
    "",
    "none known",
    "dawn sun moon stars comets planets larks wings wind clouds lightning dawn dawn dawn",
    "Über Λόγος über λόγος \xf0\x9f\x98\x80",
};
enum { N_QUESTIONS = sizeof questions / sizeof *questions };

static void ask(const quoth_model *model, quoth_scratch *scratch, const char *text,
                double *probabilities, double *topics) {
  size_t size = strlen(text);
  assert_done(quoth_predict(model, scratch, text, size, probabilities, err));
  assert_done(quoth_transform(model, scratch, text, size, topics, err));
}

static void test_predict(void **state) {
  (void)state;
  quoth_scratch *scratch = new_scratch(sample.model);
  for (size_t i = 0; i < N_QUESTIONS; i++) {
    double probabilities[N_CLASSES], topics[N_TOPICS], again[N_CLASSES];
    ask(sample.model, scratch, questions[i], probabilities, topics);
    assert_shares(probabilities, N_CLASSES);
    assert_shares(topics, N_TOPICS);
    ask(sample.model, scratch, questions[i], again, topics);
    assert_memory_equal(again, probabilities, sizeof again);
  }
  quoth_scratch_free(scratch);
}

/* Without known words all topics are alike: the prior is the same for each. */
static void test_no_known_words(void **state) {
  (void)state;
  quoth_scratch *scratch = new_scratch(sample.model);
  double topics[N_TOPICS];
  static const char *const texts[] = {"", "xyzzy", "the the", "a b c"};
  for (size_t i = 0; i < 4; i++) {
    assert_done(quoth_transform(sample.model, scratch, texts[i], strlen(texts[i]), topics, err));
    for (uint32_t k = 0; k < N_TOPICS; k++) assert_true(topics[k] == 1.0 / N_TOPICS);
  }
  assert_done(quoth_transform(sample.model, scratch, NULL, 0, topics, err));
  quoth_scratch_free(scratch);
}

static void test_known_terms(void **state) {
  (void)state;
  static const struct {
    const char *text;
    size_t n_known;
  } cases[] = {{"", 0}, {"none known", 0}, {"dawn, DAWN and dawn", 1}, {"the sun xyz moon", 2}};
  quoth_scratch *scratch = new_scratch(sample.model);
  double probabilities[N_CLASSES], topics[N_TOPICS];
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    ask(sample.model, scratch, cases[i].text, probabilities, topics);
    assert_int_equal(quoth_known_terms(scratch), cases[i].n_known);
  }
  quoth_scratch_free(scratch);
}

static void test_not_utf8(void **state) {
  (void)state;
  quoth_scratch *scratch = new_scratch(sample.model);
  double numbers[N_TOPICS];
  quoth_error err = {0};
  assert_int_equal(quoth_predict(sample.model, scratch, "barn \xc3(", 7, numbers, &err),
                   QUOTH_ERR_DATA);
  assert_string_equal(err.message, "the text is not UTF-8: byte 0xc3 at offset 5");
  assert_int_equal(quoth_transform(sample.model, scratch, "\xff", 1, numbers, NULL),
                   QUOTH_ERR_DATA);
  quoth_scratch_free(scratch);
}

/* NUL is a character like others: texts are counted, not ended. */
static void test_nul(void **state) {
  (void)state;
  quoth_scratch *scratch = new_scratch(sample.model);
  double with[N_TOPICS], without[N_TOPICS];
  assert_done(quoth_transform(sample.model, scratch, "barn\0sheep", 10, with, err));
  assert_done(quoth_transform(sample.model, scratch, "barn sheep", 10, without, err));
  assert_memory_equal(with, without, sizeof with);
  quoth_scratch_free(scratch);
}

/* ---- Threads --------------------------------------------------------------- */

enum { ROUNDS = 300 };

typedef struct asker {
  const quoth_model *model;
  double expected[N_QUESTIONS][N_CLASSES];
  bool is_same;
} asker;

static void *ask_often(void *argument) {
  asker *a = argument;
  quoth_scratch *scratch = NULL;
  a->is_same = quoth_scratch_new(a->model, &scratch, NULL) == QUOTH_OK;
  for (size_t i = 0; i < ROUNDS && a->is_same; i++) {
    const char *text = questions[i % N_QUESTIONS];
    double probabilities[N_CLASSES];
    a->is_same = quoth_predict(a->model, scratch, text, strlen(text), probabilities, NULL) == 0 &&
                 memcmp(probabilities, a->expected[i % N_QUESTIONS], sizeof probabilities) == 0;
  }
  quoth_scratch_free(scratch);
  return NULL;
}

static void test_two_threads(void **state) {
  (void)state;
  asker askers[2] = {{.model = sample.model}, {.model = sample.model}};
  quoth_scratch *scratch = new_scratch(sample.model);
  for (size_t i = 0; i < N_QUESTIONS; i++)
    for (size_t t = 0; t < 2; t++)
      assert_done(quoth_predict(sample.model, scratch, questions[i], strlen(questions[i]),
                                askers[t].expected[i], err));
  quoth_scratch_free(scratch);
  pthread_t threads[2];
  for (size_t t = 0; t < 2; t++)
    assert_int_equal(pthread_create(&threads[t], NULL, ask_often, &askers[t]), 0);
  for (size_t t = 0; t < 2; t++) pthread_join(threads[t], NULL);
  assert_true(askers[0].is_same);
  assert_true(askers[1].is_same);
}

/* ---- Opening --------------------------------------------------------------- */

static quoth_status try_open(const char *image, size_t size, unsigned flags, quoth_error *err) {
  quoth_model *model;
  quoth_status status = quoth_model_open_memory(image, size, flags, &model, err);
  if (status) assert_null(model);
  quoth_model_free(model);
  return status;
}

static void test_trust(void **state) {
  (void)state;
  char *altered = exact_copy(sample.image, sample.size);
  /* The last bytes are the last tensor's: an importance, which nothing depends on. */
  altered[sample.size - 1] ^= 1;
  quoth_error err = {0};
  assert_int_equal(try_open(altered, sample.size, 0, &err), QUOTH_ERR_FORMAT);
  assert_non_null(strstr(err.message, "does not match its digest"));
  assert_int_equal(try_open(altered, sample.size, QUOTH_TRUST_DIGESTS, NULL), QUOTH_OK);
  free(altered);
}

static void test_misaligned(void **state) {
  (void)state;
  char *block = malloc(sample.size + 128);
  char *shifted = block + (8 - (uintptr_t)block % 64 + 64) % 64;
  memcpy(shifted, sample.image, sample.size);
  quoth_error err = {0};
  assert_int_equal(try_open(shifted, sample.size, 0, &err), QUOTH_ERR_FORMAT);
  assert_non_null(strstr(err.message, "not aligned to 64 bytes"));
  free(block);
}

static void test_truncated(void **state) {
  (void)state;
  for (size_t size = 0; size < sample.size; size += size < 64 ? 1 : 97) {
    char *cut = exact_copy(sample.image, size);
    assert_int_equal(try_open(cut, size, 0, NULL), QUOTH_ERR_FORMAT);
    assert_int_equal(try_open(cut, size, QUOTH_TRUST_DIGESTS, NULL), QUOTH_ERR_FORMAT);
    free(cut);
  }
}

/* ---- Files ----------------------------------------------------------------- */

typedef struct temporary {
  char path[64];
} temporary;

static temporary write_temporary(const char *bytes, size_t size) {
  temporary file = {"/tmp/quoth_test_XXXXXX"};
  int fd = mkstemp(file.path);
  assert_true(fd >= 0);
  assert_int_equal(write(fd, bytes, size), size);
  close(fd);
  return file;
}

static void test_file(void **state) {
  (void)state;
  temporary file = write_temporary(sample.image, sample.size);
  quoth_model *model;
  assert_done(quoth_model_open(file.path, 0, &model, err));
  assert_string_equal(quoth_model_digest(model), quoth_model_digest(sample.model));
  quoth_model_free(model);
  unlink(file.path);
}

static void test_file_refused(void **state) {
  (void)state;
  temporary file = write_temporary("not a model\n", 12);
  quoth_model *model;
  quoth_error err = {0};
  assert_int_equal(quoth_model_open(file.path, 0, &model, &err), QUOTH_ERR_FORMAT);
  assert_string_equal(err.file, file.path);
  assert_null(model);
  unlink(file.path);
  assert_int_equal(quoth_model_open(file.path, 0, &model, &err), QUOTH_ERR_IO);
  assert_string_equal(err.file, file.path);
  quoth_model_free(NULL);
  quoth_scratch_free(NULL);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_getters),        cmocka_unit_test(test_predict),
      cmocka_unit_test(test_no_known_words), cmocka_unit_test(test_known_terms),
      cmocka_unit_test(test_not_utf8),       cmocka_unit_test(test_nul),
      cmocka_unit_test(test_two_threads),    cmocka_unit_test(test_trust),
      cmocka_unit_test(test_misaligned),     cmocka_unit_test(test_truncated),
      cmocka_unit_test(test_file),           cmocka_unit_test(test_file_refused),
  };
  return cmocka_run_group_tests(tests, setup, teardown);
}

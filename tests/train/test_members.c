/* Stages with members: what specs of them are refused, and that training, opening, slimming and
 * explaining go down the tree. That their numbers are right is for tests/parity/test_members.py. */
#include "../model/sample.h"

#include <stdlib.h>
#include <string.h>

#include "model/explain.h"
#include "model/slim.h"

enum { N_ROWS = 90, N_CLASSES = 3 };

#define SPEC(stages) "{\"quoth_spec\": 1, \"pipeline\": [" stages "]}"
#define VECTORIZER "{\"name\": \"vectorizer\", \"type\": \"count_vectorizer\"}"
#define BAYES "{\"name\": \"bayes\", \"type\": \"multinomial_nb\"}"
#define UNION(members)                                                                             \
  "{\"name\": \"union\", \"type\": \"feature_union\", \"members\": [" members "]}"
#define STACK(members) "{\"name\": \"stack\", \"type\": \"stacking\", \"members\": [" members "]}"
#define MEMBER(name, stages) "{\"name\": \"" name "\", \"pipeline\": [" stages "]}"
#define LOGIT "{\"name\": \"final\", \"type\": \"conditional_logit\"}"
#define LM "{\"name\": \"lm\", \"type\": \"ngram_lm\"}"
#define TWO_KINDS                                                                                  \
  UNION(MEMBER("words", VECTORIZER) "," MEMBER(                                                    \
      "topics", VECTORIZER ", {\"name\": \"lda\", \"type\": \"latent_dirichlet_allocation\","      \
                           " \"params\": {\"n_components\": 3, \"max_iter\": 1}}"))

static const char *const tree =
    "{\"quoth_spec\": 1, \"evaluation\": {\"refit\": true}, \"pipeline\": [" STACK(
        MEMBER("both", TWO_KINDS "," BAYES) "," MEMBER("lm", LM)) "," LOGIT "]}";

typedef struct fixture {
  quoth_buffer csv;
  quoth_dataset dataset;
  quoth_spec spec;
} fixture;

static fixture f;

static quoth_bytes bytes(const char *text) { return (quoth_bytes){text, strlen(text)}; }

static int setup(void **state) {
  (void)state;
  sample_dataset(N_ROWS, &f.csv, &f.dataset);
  assert_done(quoth_spec_from_json(bytes(tree), NULL, &f.spec, err));
  return 0;
}

static int teardown(void **state) {
  (void)state;
  quoth_spec_clear(&f.spec);
  quoth_dataset_clear(&f.dataset);
  quoth_buffer_clear(&f.csv);
  return 0;
}

static void train(const quoth_spec *spec, size_t threads, quoth_training *out) {
  quoth_pool *pool = sample_pool(threads);
  assert_done(quoth_train(spec, &f.dataset, pool, NULL, out, err));
  quoth_pool_free(pool);
}

static quoth_model *open_image(const char *image, size_t size) {
  quoth_model *model;
  assert_done(quoth_model_open_memory(image, size, 0, &model, err));
  return model;
}

/* ---- Specs ----------------------------------------------------------------- */

static void test_refused(void **state) {
  (void)state;
  static const struct {
    const char *spec, *message;
  } refused[] = {
      {SPEC("{\"name\": \"u\", \"type\": \"feature_union\"}," BAYES),
       "stage u needs \"members\", a list of 1 to 64 pipelines with names"},
      {SPEC(UNION(MEMBER("a", VECTORIZER) "," MEMBER("a", VECTORIZER)) "," BAYES),
       "each member of union needs a name of its own, of a-z, 0-9, - and _"},
      {SPEC(UNION(MEMBER("a", "")) "," BAYES),
       "union.a: \"pipeline\" should be a list of 1 to 64 stages"},
      {SPEC(UNION(MEMBER("a", LM)) "," BAYES),
       "member union.a should end with counts or weights or features; it ends with probabilities"},
      {SPEC(STACK(MEMBER("a", VECTORIZER)) "," LOGIT),
       "member stack.a should end with probabilities; it ends with counts"},
      {SPEC(STACK(MEMBER("a", BAYES)) "," LOGIT),
       "stage stack.a.bayes takes counts or weights or features, but would be given texts"},
      {SPEC(STACK(MEMBER("a", LM))), "the pipeline ends with features; it lacks a classifier"},
      {SPEC("{\"name\": \"lm\", \"type\": \"ngram_lm\", \"members\": []}"),
       "stage lm: a ngram_lm has no members"},
      {SPEC(STACK(MEMBER("a", LM)) "," LOGIT),
       "stage stack learns from labels and would see those of the test rows; set evaluation.refit "
       "to true"},
      {SPEC(UNION("{\"name\": \"a\", \"stages\": []}") "," BAYES),
       "unknown key \"stages\" in union.a; there are: name, pipeline"},
      {SPEC(UNION(MEMBER(
           "a",
           UNION(MEMBER(
               "b", UNION(MEMBER(
                        "c", UNION(MEMBER("d", UNION(MEMBER("e", VECTORIZER)))))))))) "," BAYES),
       "stage union.a.union.b.union.c.union.d.union: members lie in one another, at most 4 deep"},
  };
  for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
    quoth_spec spec;
    quoth_error fault = {0};
    assert_int_equal(quoth_spec_from_json(bytes(refused[i].spec), NULL, &spec, &fault),
                     QUOTH_ERR_ARG);
    assert_string_equal(fault.message, refused[i].message);
  }
}

static void test_set(void **state) {
  (void)state;
  quoth_spec spec;
  assert_done(quoth_spec_from_json(bytes(tree), NULL, &spec, err));
  assert_done(quoth_spec_set(&spec, "stack.both.union.words.vectorizer.min_df=2", err));
  assert_done(quoth_spec_set_seed(&spec, 7, err));
  quoth_buffer text = {0};
  assert_done(quoth_spec_append_json(&spec, 0, &text, err));
  assert_done(quoth_buffer_append(&text, "", 1, err));
  assert_non_null(strstr(text.data, "\"min_df\":2"));
  assert_non_null(strstr(text.data, "\"mean_change_tol\":0.001,\"max_doc_update_iter\":100,"
                                    "\"random_state\":7"));
  quoth_buffer_clear(&text);
  quoth_error fault = {0};
  assert_int_equal(quoth_spec_set(&spec, "stack.words.vectorizer.min_df=2", &fault), QUOTH_ERR_ARG);
  assert_string_equal(fault.message,
                      "there is nothing called \"stack.words.vectorizer\" to set; there are: "
                      "stack.both.union.words.vectorizer, stack.both.union.topics.vectorizer, "
                      "stack.both.union.topics.lda, stack.both.union, stack.both.bayes, "
                      "stack.lm.lm, stack, final, evaluation");
  assert_int_equal(quoth_spec_set(&spec, "evaluation.refit=false", &fault), QUOTH_ERR_ARG);
  quoth_spec_clear(&spec);
}

/* ---- Models ---------------------------------------------------------------- */

static void test_threads(void **state) {
  (void)state;
  quoth_training one, many;
  train(&f.spec, 1, &one);
  train(&f.spec, 3, &many);
  assert_int_equal(one.image_size, many.image_size);
  assert_memory_equal(one.image, many.image, one.image_size);
  assert_true(one.test.accuracy > 0.6);
  quoth_training_clear(&one);
  quoth_training_clear(&many);
}

static void test_slim(void **state) {
  (void)state;
  quoth_training training;
  train(&f.spec, 2, &training);
  quoth_model *whole = open_image(training.image, training.image_size);
  char *image;
  size_t size;
  assert_done(quoth_model_slim(whole, QUOTH_FLOAT64, &image, &size, err));
  assert_true(size < training.image_size);
  quoth_model *slim = open_image(image, size);
  quoth_scratch *scratch[2];
  assert_done(quoth_scratch_new(whole, &scratch[0], err));
  assert_done(quoth_scratch_new(slim, &scratch[1], err));
  for (size_t row = 0; row < N_ROWS; row++) {
    double p[2][N_CLASSES];
    quoth_bytes text = f.dataset.texts[row];
    assert_done(quoth_predict(whole, scratch[0], text.data, text.size, p[0], err));
    assert_done(quoth_predict(slim, scratch[1], text.data, text.size, p[1], err));
    assert_memory_equal(p[0], p[1], sizeof p[0]);
  }
  quoth_scratch_free(scratch[0]);
  quoth_scratch_free(scratch[1]);
  quoth_model_free(slim);
  quoth_model_free(whole);
  free(image);
  quoth_training_clear(&training);
}

static void test_explain(void **state) {
  (void)state;
  quoth_training training;
  train(&f.spec, 2, &training);
  quoth_model *model = open_image(training.image, training.image_size);
  quoth_scratch *scratch;
  assert_done(quoth_scratch_new(model, &scratch, err));
  double p[N_CLASSES];
  quoth_explanation explanation;
  quoth_bytes text = f.dataset.texts[0];
  assert_done(quoth_explain(model, scratch, text.data, text.size, p, &explanation, err));
  assert_true(explanation.n_words > 0);
  quoth_explanation_clear(&explanation);
  quoth_scratch_free(scratch);
  quoth_model_free(model);
  quoth_training_clear(&training);
}

/* Fewer rows than folds, and a class with a single row. */
static void test_few_rows(void **state) {
  (void)state;
  static const char csv[] = "text,label\nred apple,a\ngreen apple,a\nblue sea,b\n";
  quoth_dataset dataset;
  quoth_dataset_options options = {.labels = QUOTH_LABELS_REQUIRED};
  assert_done(quoth_dataset_parse(bytes(csv), "few", &options, &dataset, err));
  quoth_spec spec;
  assert_done(quoth_spec_from_json(bytes(tree), NULL, &spec, err));
  assert_done(quoth_spec_set(&spec, "evaluation.train_size=2", err));
  quoth_pool *pool = sample_pool(2);
  quoth_training training;
  assert_done(quoth_train(&spec, &dataset, pool, NULL, &training, err));
  quoth_training_clear(&training);
  quoth_pool_free(pool);
  quoth_spec_clear(&spec);
  quoth_dataset_clear(&dataset);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_refused), cmocka_unit_test(test_set),
      cmocka_unit_test(test_threads), cmocka_unit_test(test_slim),
      cmocka_unit_test(test_explain), cmocka_unit_test(test_few_rows),
  };
  return cmocka_run_group_tests(tests, setup, teardown);
}

#include "testing.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "train/search_space.h"

enum { N_DRAWS = 4000 };

static quoth_spec spec;

static int setup(void **state) {
  (void)state;
  return quoth_spec_from_recipe("bayes", &spec, NULL) != QUOTH_OK;
}

static int teardown(void **state) {
  (void)state;
  quoth_spec_clear(&spec);
  return 0;
}

/* The value of the only dimension, drawn: "0.02" of "classifier.alpha=0.02". Valid until the next
 * call. */
static const char *draw_value(const quoth_search_space *space, quoth_random *random) {
  static char text[64];
  json_t *settings;
  assert_done(quoth_search_space_draw(space, random, &settings, err));
  assert_int_equal(json_array_size(settings), 1);
  const char *setting = json_string_value(json_array_get(settings, 0));
  assert_done(quoth_spec_set(&spec, setting, err));
  snprintf(text, sizeof text, "%s", strchr(setting, '=') + 1);
  json_decref(settings);
  return text;
}

/* Within 4.5 standard deviations of a count that is binomial with N_DRAWS and `share`. */
static bool is_likely(size_t count, double share) {
  double mean = N_DRAWS * share;
  return fabs((double)count - mean) < 4.5 * sqrt(mean * (1 - share));
}

/* Real numbers: within the ends, a third of them in each of three powers of ten, and short. */
static void test_real_range(void **state) {
  (void)state;
  quoth_search_space space = {0};
  quoth_random random;
  size_t counts[3] = {0};
  quoth_random_seed(&random, 7);
  assert_done(quoth_search_space_add(&space, &spec, "classifier.alpha=0.05..50", err));
  for (int i = 0; i < N_DRAWS; i++) {
    const char *text = draw_value(&space, &random);
    double value = strtod(text, NULL);
    assert_true(value >= 0.05 && value <= 50);
    assert_true(strlen(text) <= strlen("0.0501"));
    counts[value < 0.5 ? 0 : value < 5 ? 1 : 2]++;
  }
  for (int i = 0; i < 3; i++) assert_true(is_likely(counts[i], 1.0 / 3));
  quoth_search_space_clear(&space);
}

/* Where the parameter takes whole numbers only, k is drawn as often as log((k + 1) / k) says. */
static void test_whole_range(void **state) {
  (void)state;
  quoth_search_space space = {0};
  quoth_random random;
  size_t counts[9] = {0};
  quoth_random_seed(&random, 8);
  assert_done(quoth_search_space_add(&space, &spec, "vectorizer.min_df=1..8", err));
  for (int i = 0; i < N_DRAWS; i++) {
    char *end;
    long value = strtol(draw_value(&space, &random), &end, 10);
    assert_true(*end == '\0' && value >= 1 && value <= 8);
    counts[value]++;
  }
  for (int k = 1; k <= 8; k++) assert_true(is_likely(counts[k], log((k + 1.0) / k) / log(9)));
  quoth_search_space_clear(&space);
}

static void test_choices(void **state) {
  (void)state;
  quoth_search_space space = {0};
  quoth_random random;
  static const char *const values[] = {"[1,1]", "[1, 2]", "[2,3]"};
  size_t counts[3] = {0};
  quoth_random_seed(&random, 9);
  assert_done(
      quoth_search_space_add(&space, &spec, "vectorizer.ngram_range=[1,1],[1, 2],[2,3]", err));
  for (int i = 0; i < N_DRAWS; i++) {
    const char *text = draw_value(&space, &random);
    int k = 0;
    while (strcmp(values[k], text) != 0) assert_true(++k < 3);
    counts[k]++;
  }
  for (int k = 0; k < 3; k++) assert_true(is_likely(counts[k], 1.0 / 3));
  quoth_search_space_clear(&space);
}

static void test_reproducible(void **state) {
  (void)state;
  quoth_search_space space = {0};
  quoth_random one, same, other;
  quoth_random_seed(&one, 1);
  quoth_random_seed(&same, 1);
  quoth_random_seed(&other, 2);
  assert_done(quoth_search_space_add_standard(&space, &spec, err));
  bool differs = false;
  for (int i = 0; i < 20; i++) {
    json_t *a, *b, *c;
    assert_done(quoth_search_space_draw(&space, &one, &a, err));
    assert_done(quoth_search_space_draw(&space, &same, &b, err));
    assert_done(quoth_search_space_draw(&space, &other, &c, err));
    assert_true(json_equal(a, b));
    differs |= !json_equal(a, c);
    json_decref(a);
    json_decref(b);
    json_decref(c);
  }
  assert_true(differs);
  quoth_search_space_clear(&space);
}

/* All recipes can be searched, and a recipe's space is taken whole by its spec. */
static void test_standard(void **state) {
  (void)state;
  static const struct {
    const char *recipe;
    size_t n;
  } known[] = {{"best", 7}, {"topics-forest", 6}, {"bayes", 6}, {"linear", 5}, {"ngram", 4}};
  for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
    quoth_search_space space = {0};
    quoth_spec recipe;
    assert_done(quoth_spec_from_recipe(known[i].recipe, &recipe, err));
    assert_done(quoth_search_space_add_standard(&space, &recipe, err));
    assert_int_equal(space.n_dimensions, known[i].n);
    quoth_search_space_clear(&space);
    quoth_spec_clear(&recipe);
  }
}

static void test_replace_and_remove(void **state) {
  (void)state;
  quoth_search_space space = {0};
  assert_done(quoth_search_space_add(&space, &spec, "classifier.alpha=1,2", err));
  assert_done(quoth_search_space_add(&space, &spec, "tfidf.norm=null,l2,\"l1\"", err));
  assert_done(quoth_search_space_add(&space, &spec, "vectorizer.min_df=1,2", err));
  assert_done(quoth_search_space_add(&space, &spec, "classifier.alpha=1..2", err));
  quoth_search_space_remove(&space, "vectorizer.max_df=0.5");
  quoth_search_space_remove(&space, "vectorizer.min_df=3");
  json_t *json = quoth_search_space_json(&space);
  json_t *wanted =
      json_pack("{s:s, s:s}", "classifier.alpha", "1..2", "tfidf.norm", "null,l2,\"l1\"");
  assert_true(json_equal(json, wanted));
  json_decref(json);
  json_decref(wanted);
  quoth_search_space_clear(&space);
}

static void test_refused(void **state) {
  (void)state;
  static const struct {
    const char *text, *message;
  } cases[] = {
      {"alpha", "alpha: write what to try as vectorizer.min_df=1,2,5 or classifier.C=0.1..100"},
      {"classifier.alpha=", "classifier.alpha=: write what to try as vectorizer.min_df=1,2,5 or "
                            "classifier.C=0.1..100"},
      {"classifier.alpha=1,-1", "classifier.alpha cannot be -1; allowed: a number from 0 up"},
      {"classifier.alpha=0..1",
       "classifier.alpha=0..1: a range is log-uniform; its ends are above 0, the lower one first"},
      {"classifier.alpha=2..1",
       "classifier.alpha=2..1: a range is log-uniform; its ends are above 0, the lower one first"},
      {"vectorizer.min_df=0.5..8",
       "vectorizer.min_df=0.5..8: this range begins with a whole number"},
      {"tree.depth=1,2",
       "there is nothing called \"tree\" to set; there are: vectorizer, tfidf, classifier, "
       "evaluation"},
      {"tree.depth=1..2",
       "there is nothing called \"tree\" to set; there are: vectorizer, tfidf, classifier, "
       "evaluation"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    quoth_search_space space = {0};
    quoth_error err = {0};
    assert_int_equal(quoth_search_space_add(&space, &spec, cases[i].text, &err), QUOTH_ERR_ARG);
    assert_string_equal(err.message, cases[i].message);
    assert_int_equal(space.n_dimensions, 0);
    quoth_search_space_clear(&space);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_real_range, setup, teardown),
      cmocka_unit_test_setup_teardown(test_whole_range, setup, teardown),
      cmocka_unit_test_setup_teardown(test_choices, setup, teardown),
      cmocka_unit_test_setup_teardown(test_reproducible, setup, teardown),
      cmocka_unit_test_setup_teardown(test_standard, setup, teardown),
      cmocka_unit_test_setup_teardown(test_replace_and_remove, setup, teardown),
      cmocka_unit_test_setup_teardown(test_refused, setup, teardown),
  };
  return cmocka_run_group_tests_name("search_space", tests, NULL, NULL);
}

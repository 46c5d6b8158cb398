#include "testing.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "corpus/counting.h"
#include "learn/forest.h"
#include "learn/lda.h"
#include "model/spec.h"

static quoth_spec article(void) {
  quoth_spec spec = {0};
  assert_done(quoth_spec_from_recipe("topics-forest", &spec, err));
  return spec;
}

static quoth_bytes bytes(const char *text) { return (quoth_bytes){text, strlen(text)}; }

/* The article's pipeline, everything left out at scikit-learn 1.2.1's defaults. */
static const char ARTICLE[] =
    "{\"quoth_spec\":1,\"recipe\":\"topics-forest\",\"pipeline\":["
    "{\"name\":\"vectorizer\",\"type\":\"count_vectorizer\",\"params\":{\"lowercase\":true,"
    "\"stop_words\":\"english\",\"lemmatizer\":\"wordnet\",\"max_df\":0.95,\"min_df\":2,"
    "\"max_features\":null,\"binary\":false}},"
    "{\"name\":\"lda\",\"type\":\"latent_dirichlet_allocation\",\"params\":{\"n_components\":50,"
    "\"max_iter\":5,\"learning_method\":\"online\",\"learning_offset\":50.0,"
    "\"learning_decay\":0.7,\"batch_size\":128,\"doc_topic_prior\":null,"
    "\"topic_word_prior\":null,\"mean_change_tol\":0.001,\"max_doc_update_iter\":100,"
    "\"random_state\":0}},"
    "{\"name\":\"forest\",\"type\":\"random_forest\",\"params\":{\"n_estimators\":100,"
    "\"criterion\":\"gini\",\"max_depth\":null,\"max_features\":\"sqrt\","
    "\"min_samples_split\":100,\"min_samples_leaf\":100,\"bootstrap\":true,"
    "\"class_weight\":null,\"random_state\":0}}],"
    "\"evaluation\":{\"train_size\":0.25,\"test_size\":null,\"stratify\":false,"
    "\"random_state\":0}}";

static void assert_json(const quoth_spec *spec, const char *expected) {
  quoth_buffer text = {0};
  assert_done(quoth_spec_append_json(spec, 0, &text, err));
  assert_done(quoth_buffer_append(&text, "", 1, err));
  assert_string_equal(text.data, expected);
  quoth_buffer_clear(&text);
}

static void test_recipe(void **state) {
  (void)state;
  quoth_spec spec = article();
  assert_json(&spec, ARTICLE);
  quoth_spec_clear(&spec);
  quoth_error fault = {0};
  assert_int_equal(quoth_spec_from_recipe("topics", &spec, &fault), QUOTH_ERR_ARG);
  assert_string_equal(
      fault.message,
      "there is no recipe \"topics\"; there are: best, topics-forest, bayes, linear, ngram");
  for (const quoth_recipe *recipe = quoth_recipes; recipe->name; recipe++) {
    assert_done(quoth_spec_from_recipe(recipe->name, &spec, err));
    quoth_spec_clear(&spec);
  }
}

static void test_round_trip(void **state) {
  (void)state;
  quoth_spec spec = {0};
  assert_done(quoth_spec_from_json(bytes(ARTICLE), NULL, &spec, err));
  assert_json(&spec, ARTICLE);
  quoth_buffer text = {0};
  assert_done(quoth_spec_append_json(&spec, 2, &text, err));
  quoth_spec again = {0};
  assert_done(quoth_spec_from_json((quoth_bytes){text.data, text.size}, NULL, &again, err));
  assert_json(&again, ARTICLE);
  quoth_buffer_clear(&text);
  quoth_spec_clear(&again);
  quoth_spec_clear(&spec);
}

static void test_stages(void **state) {
  (void)state;
  quoth_spec spec = article();
  assert_int_equal(quoth_spec_n_stages(&spec), 3);
  quoth_stage_spec stage = quoth_spec_stage(&spec, 1);
  assert_string_equal(stage.name, "lda");
  assert_ptr_equal(stage.type, &quoth_lda_stage);

  quoth_counting_params *counting = quoth_stage_spec_params(quoth_spec_stage(&spec, 0), NULL);
  assert_true(counting->analyzer.folding.lowercase);
  assert_string_equal(json_string_value(counting->stop_words), "english");
  assert_int_equal(counting->analyzer.lemmatizer, QUOTH_LEMMATIZER_NOUN);
  assert_true(counting->max_df.kind == QUOTH_AMOUNT_SHARE && counting->max_df.share == 0.95);
  assert_true(counting->min_df.kind == QUOTH_AMOUNT_COUNT && counting->min_df.count == 2);
  free(counting);
  quoth_lda_params *lda = quoth_stage_spec_params(quoth_spec_stage(&spec, 1), NULL);
  assert_int_equal(lda->n_components, 50);
  assert_int_equal(lda->learning_method, QUOTH_LDA_ONLINE);
  assert_true(isnan(lda->doc_topic_prior));
  free(lda);
  quoth_forest_params *forest = quoth_stage_spec_params(quoth_spec_stage(&spec, 2), NULL);
  assert_int_equal(forest->n_estimators, 100);
  assert_int_equal(forest->max_features.kind, QUOTH_AMOUNT_SQRT);
  assert_int_equal(forest->min_samples_leaf.count, 100);
  assert_true(forest->bootstrap);
  free(forest);
  quoth_evaluation evaluation;
  assert_done(quoth_spec_evaluation(&spec, &evaluation, err));
  assert_true(evaluation.split.train_size.share == 0.25);
  assert_int_equal(evaluation.split.test_size.kind, QUOTH_AMOUNT_ALL);
  quoth_spec_clear(&spec);
}

/* Words of enums and their numbers stay in step (ORDER ... in the stages). */
static void test_words(void **state) {
  (void)state;
  quoth_spec spec = article();
  for (int i = 0; i <= QUOTH_LEMMATIZER_ALL; i++) {
    const char *name = quoth_lemmatizer_name((quoth_lemmatizer)i);
    char change[64];
    snprintf(change, sizeof change, "vectorizer.lemmatizer=%s", name ? name : "null");
    assert_done(quoth_spec_set(&spec, change, err));
    quoth_counting_params *counting = quoth_stage_spec_params(quoth_spec_stage(&spec, 0), NULL);
    assert_int_equal(counting->analyzer.lemmatizer, i);
    free(counting);
  }
  static const struct {
    const char *change;
    quoth_criterion criterion;
    quoth_class_weight class_weight;
  } words[] = {
      {"forest.criterion=gini", QUOTH_GINI, QUOTH_CLASS_WEIGHT_NONE},
      {"forest.criterion=log_loss", QUOTH_LOG_LOSS, QUOTH_CLASS_WEIGHT_NONE},
      {"forest.criterion=entropy", QUOTH_ENTROPY, QUOTH_CLASS_WEIGHT_NONE},
      {"forest.class_weight=balanced", QUOTH_ENTROPY, QUOTH_CLASS_WEIGHT_BALANCED},
      {"forest.class_weight=balanced_subsample", QUOTH_ENTROPY,
       QUOTH_CLASS_WEIGHT_BALANCED_SUBSAMPLE},
  };
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    assert_done(quoth_spec_set(&spec, words[i].change, err));
    quoth_forest_params *forest = quoth_stage_spec_params(quoth_spec_stage(&spec, 2), NULL);
    assert_int_equal(forest->criterion, words[i].criterion);
    assert_int_equal(forest->class_weight, words[i].class_weight);
    free(forest);
  }
  quoth_spec_clear(&spec);
}

static const json_t *value_of(const quoth_spec *spec, size_t stage, const char *key) {
  return json_object_get(quoth_spec_stage(spec, stage).params, key);
}

static void test_set(void **state) {
  (void)state;
  quoth_spec spec = article();
  assert_done(quoth_spec_set(&spec, "lda.n_components=20", err));
  assert_int_equal(json_integer_value(value_of(&spec, 1, "n_components")), 20);
  assert_done(quoth_spec_set(&spec, "lda.learning_method=\"batch\"", err));
  assert_done(quoth_spec_set(&spec, "lda.learning_method=batch", err));
  assert_string_equal(json_string_value(value_of(&spec, 1, "learning_method")), "batch");
  assert_done(quoth_spec_set(&spec, "vectorizer.lemmatizer=wordnet-all", err));
  assert_done(quoth_spec_set(&spec, "vectorizer.stop_words=null", err));
  assert_true(json_is_null(value_of(&spec, 0, "stop_words")));
  assert_done(quoth_spec_set(&spec, "lda.learning_offset=10", err));
  assert_true(json_is_real(value_of(&spec, 1, "learning_offset")));
  assert_done(quoth_spec_set(&spec, "evaluation.stratify=true", err));
  assert_done(quoth_spec_set(&spec, "evaluation.test_size= 0.5 ", err));
  quoth_evaluation evaluation;
  assert_done(quoth_spec_evaluation(&spec, &evaluation, err));
  assert_true(evaluation.split.stratify && evaluation.split.test_size.share == 0.5);
  quoth_spec_clear(&spec);
}

static void test_set_refused(void **state) {
  (void)state;
  static const char *const cases[][2] = {
      {"lda.n_components", "lda.n_components: write a change as lda.n_components=20"},
      {"n_components=3", "n_components=3: write a change as lda.n_components=20"},
      {"=", "=: write a change as lda.n_components=20"},
      {"ldb.n_components=3", "there is nothing called \"ldb\" to set; there are: vectorizer, lda, "
                             "forest, evaluation"},
      {".a=3", "there is nothing called \"\" to set; there are: vectorizer, lda, forest, "
               "evaluation"},
      {"evaluation.seed=3", "unknown key evaluation.seed; evaluation has: train_size, test_size, "
                            "stratify, random_state, refit"},
      {"lda.n_components=",
       "lda.n_components=: not JSON: unexpected token near end of file (column "
       "0); write null, true, 0.95, 2 or \"word\""},
      {"lda.max_iter=99999999999999999999",
       "lda.max_iter=99999999999999999999: a number is too large to be kept (column 20); write "
       "null, true, 0.95, 2 or \"word\""},
      {"forest.criterion=Gini",
       "forest.criterion=Gini: not JSON: invalid token near 'Gini' (column "
       "4); write null, true, 0.95, 2 or \"word\""},
      {"forest.criterion=loss", "forest.criterion cannot be \"loss\"; allowed: \"gini\", "
                                "\"entropy\" or \"log_loss\""},
      {"lda.n_components=0", "lda.n_components cannot be 0; allowed: an integer from 1 to 65536"},
      {"vectorizer.max_df=1.5", "vectorizer.max_df cannot be 1.5; allowed: a share of the "
                                "documents from 0.0 to 1.0, or a number of documents from 1 up"},
      {"evaluation.train_size=1.0", "evaluation.train_size cannot be 1.0; allowed: a share above "
                                    "0.0 and below 1.0, a number of rows from 1 up, or null"},
  };
  quoth_spec spec = article();
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    quoth_error err = {0};
    assert_int_equal(quoth_spec_set(&spec, cases[i][0], &err), QUOTH_ERR_ARG);
    assert_string_equal(err.message, cases[i][1]);
  }
  assert_json(&spec, ARTICLE);
  quoth_spec_clear(&spec);
}

/* Every number of an integer parameter that the message allows is allowed. */
static void test_integers_up_to(void **state) {
  (void)state;
  static const char *const keys[] = {
      "lda.max_iter",        "lda.batch_size",          "lda.random_state",

      "forest.random_state", "evaluation.random_state", "vectorizer.max_features",
      "forest.max_depth"};
  quoth_spec spec = article();
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
    char change[64];
    quoth_error fault = {0};
    snprintf(change, sizeof change, "%s=4294967295", keys[i]);
    assert_done(quoth_spec_set(&spec, change, err));
    snprintf(change, sizeof change, "%s=4294967296", keys[i]);
    assert_int_equal(quoth_spec_set(&spec, change, &fault), QUOTH_ERR_ARG);
    assert_non_null(strstr(fault.message, "4294967295"));
  }
  quoth_spec_clear(&spec);
}

static void test_seed(void **state) {
  (void)state;
  quoth_spec spec = article();
  assert_done(quoth_spec_set_seed(&spec, 4000000000, err));
  quoth_evaluation evaluation;
  assert_done(quoth_spec_evaluation(&spec, &evaluation, err));
  assert_int_equal(evaluation.split.random_state, 4000000000);
  assert_int_equal(json_integer_value(value_of(&spec, 1, "random_state")), 4000000000);
  assert_int_equal(json_integer_value(value_of(&spec, 2, "random_state")), 4000000000);
  assert_null(value_of(&spec, 0, "random_state"));
  quoth_spec_clear(&spec);
}

#define VECTORIZER "{\"name\": \"v\", \"type\": \"count_vectorizer\"}"
#define LDA "{\"name\": \"t\", \"type\": \"latent_dirichlet_allocation\"}"
#define FOREST "{\"name\": \"f\", \"type\": \"random_forest\"}"
#define TYPES                                                                                      \
  "count_vectorizer, hashing_vectorizer, tfidf, latent_dirichlet_allocation, random_forest, "      \
  "multinomial_nb, "                                                                               \
  "complement_nb, logistic_regression, linear_svc, nb_svm, ngram_lm, feature_union, stacking, "    \
  "conditional_logit"
#define PIPELINE(stages) "{\"quoth_spec\": 1, \"pipeline\": [" stages "]}"

static void test_completed(void **state) {
  (void)state;
  quoth_spec spec = {0};
  assert_done(
      quoth_spec_from_json(bytes(PIPELINE(VECTORIZER "," LDA "," FOREST)), NULL, &spec, err));
  assert_string_equal(json_string_value(json_object_get(spec.root, "recipe")), "custom");
  assert_int_equal(json_integer_value(value_of(&spec, 1, "n_components")), 10);
  assert_done(quoth_spec_set(&spec, "t.max_iter=3", err));
  quoth_spec_clear(&spec);
}

static void test_refused(void **state) {
  (void)state;
  static const struct {
    const char *text, *message;
    quoth_status status;
  } cases[] = {
      {"[]", "a spec is a JSON object", QUOTH_ERR_ARG},
      {"{}", "a spec of this version of quoth says \"quoth_spec\": 1", QUOTH_ERR_VERSION},
      {"{\"quoth_spec\": 2}", "a spec of this version of quoth says \"quoth_spec\": 1",
       QUOTH_ERR_VERSION},
      {"{\"quoth_spec\": 1}", "\"pipeline\" should be a list of 1 to 64 stages", QUOTH_ERR_ARG},
      {PIPELINE(""), "\"pipeline\" should be a list of 1 to 64 stages", QUOTH_ERR_ARG},
      {"{\"quoth_spec\": 1, \"stages\": []}",
       "unknown key \"stages\" in the spec; there are: "
       "quoth_spec, recipe, pipeline, evaluation",
       QUOTH_ERR_ARG},
      {"{\"quoth_spec\": 1, \"recipe\": 3, \"pipeline\": [" VECTORIZER "," LDA "," FOREST "]}",
       "\"recipe\" should be a string", QUOTH_ERR_ARG},
      {PIPELINE("3"), "each stage needs a name of its own, of a-z, 0-9, - and _", QUOTH_ERR_ARG},
      {PIPELINE("{\"name\": \"A\", \"type\": \"random_forest\"}"),
       "each stage needs a name of its own, of a-z, 0-9, - and _", QUOTH_ERR_ARG},
      {PIPELINE("{\"name\": \"evaluation\", \"type\": \"random_forest\"}"),
       "each stage needs a name of its own, of a-z, 0-9, - and _", QUOTH_ERR_ARG},
      {PIPELINE(VECTORIZER "," VECTORIZER),
       "each stage needs a name of its own, of a-z, 0-9, - and _", QUOTH_ERR_ARG},
      {PIPELINE("{\"name\": \"v\"}"), "stage v: there is no type \"\"; there are: " TYPES,
       QUOTH_ERR_ARG},
      {PIPELINE("{\"name\": \"v\", \"type\": \"svm\"}"),
       "stage v: there is no type \"svm\"; there are: " TYPES, QUOTH_ERR_ARG},
      {PIPELINE("{\"name\": \"v\", \"type\": \"count_vectorizer\", \"parms\": {}}"),
       "unknown key \"parms\" in v; there are: name, type, params, members", QUOTH_ERR_ARG},
      {PIPELINE("{\"name\": \"v\", \"type\": \"count_vectorizer\", \"params\": []}"),
       "the parameters of v should be an object", QUOTH_ERR_ARG},
      {PIPELINE("{\"name\": \"v\", \"type\": \"count_vectorizer\", \"params\": {\"binary\": 1}}"),
       "v.binary cannot be 1; allowed: true or false", QUOTH_ERR_ARG},
      {PIPELINE(LDA "," FOREST), "stage t takes counts, but would be given texts", QUOTH_ERR_ARG},
      {PIPELINE(VECTORIZER "," FOREST), "stage f takes features, but would be given counts",
       QUOTH_ERR_ARG},
      {PIPELINE(VECTORIZER ",{\"name\": \"w\", \"type\": \"tfidf\"}," LDA),
       "stage t takes counts, but would be given weights", QUOTH_ERR_ARG},
      {PIPELINE("{\"name\": \"c\", \"type\": \"complement_nb\"}"),
       "stage c takes counts or weights or features, but would be given texts", QUOTH_ERR_ARG},
      {PIPELINE(VECTORIZER "," LDA), "the pipeline ends with features; it lacks a classifier",
       QUOTH_ERR_ARG},
      {"{\"quoth_spec\": 1, \"pipeline\": [" VECTORIZER "," LDA "," FOREST
       "], \"evaluation\": {\"train_size\": 0}}",
       "evaluation.train_size cannot be 0; allowed: a share above 0.0 and below 1.0, a number of "
       "rows from 1 up, or null",
       QUOTH_ERR_ARG},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    quoth_spec spec = {0};
    quoth_error err = {0};
    quoth_status status = quoth_spec_from_json(bytes(cases[i].text), "a.json", &spec, &err);
    if (status != cases[i].status || strcmp(err.message, cases[i].message) != 0)
      fail_msg("%s\n%s: %s", cases[i].text, quoth_status_name(status), err.message);
    assert_null(spec.root);
  }
}

/* Errors tell the file, and the line where JSON itself is wrong. */
static void test_place(void **state) {
  (void)state;
  quoth_spec spec = {0};
  quoth_error err = {0};
  assert_int_not_equal(
      quoth_spec_from_json(bytes("{\"quoth_spec\": 1,\n 3}"), "a.json", &spec, &err), QUOTH_OK);
  assert_string_equal(err.file, "a.json");
  assert_int_equal(err.line, 2);
  assert_int_not_equal(quoth_spec_from_json(bytes("{}"), "a.json", &spec, &err), QUOTH_OK);
  assert_string_equal(err.file, "a.json");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_recipe),
      cmocka_unit_test(test_round_trip),
      cmocka_unit_test(test_stages),
      cmocka_unit_test(test_words),
      cmocka_unit_test(test_set),
      cmocka_unit_test(test_set_refused),
      cmocka_unit_test(test_integers_up_to),
      cmocka_unit_test(test_seed),
      cmocka_unit_test(test_completed),
      cmocka_unit_test(test_refused),
      cmocka_unit_test(test_place),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

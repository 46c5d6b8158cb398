/* Which members of a stack are learnt: what can be said of it without knowing how fast the machine
 * is. */
#include "../model/sample.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "train/member_choice.h"

enum { N_ROWS = 240 };

/* Words tell the classes apart; a single column of the number of words, normalised, tells
 * nothing. */
#define LOGIT "{\"name\": \"final\", \"type\": \"conditional_logit\"}"
#define WORDS                                                                                      \
  "{\"name\": \"words\", \"pipeline\": ["                                                          \
  " {\"name\": \"vectorizer\", \"type\": \"count_vectorizer\"},"                                   \
  " {\"name\": \"bayes\", \"type\": \"multinomial_nb\"}]}"
#define BLIND(name)                                                                                \
  "{\"name\": \"" name "\", \"pipeline\": ["                                                       \
  " {\"name\": \"vectorizer\", \"type\": \"hashing_vectorizer\", \"params\":"                      \
  "  {\"n_features\": 1, \"alternate_sign\": false}},"                                             \
  " {\"name\": \"bayes\", \"type\": \"multinomial_nb\"}]}"

static const char *const stack =
    "{\"quoth_spec\": 1, \"evaluation\": {\"refit\": true}, \"pipeline\": ["
    " {\"name\": \"stack\", \"type\": \"stacking\", \"members\": [" BLIND("a") "," WORDS "," BLIND(
        "b") "]}," LOGIT "]}";
static const char *const no_stack = "{\"quoth_spec\": 1, \"pipeline\": ["
                                    " {\"name\": \"vectorizer\", \"type\": \"count_vectorizer\"},"
                                    " {\"name\": \"bayes\", \"type\": \"multinomial_nb\"}]}";

static quoth_status choose(const char *text, double seconds, quoth_member_choice *out,
                           quoth_error *fault) {
  quoth_buffer csv = {0};
  quoth_dataset dataset;
  quoth_spec spec;
  sample_dataset(N_ROWS, &csv, &dataset);
  assert_done(quoth_spec_from_json((quoth_bytes){text, strlen(text)}, NULL, &spec, err));
  quoth_pool *pool = sample_pool(2);
  quoth_status status = quoth_choose_members(&spec, &dataset, seconds, pool, NULL, out, fault);
  quoth_pool_free(pool);
  quoth_spec_clear(&spec);
  quoth_dataset_clear(&dataset);
  quoth_buffer_clear(&csv);
  return status;
}

/* The names of the spec's members. */
static void list_members(const quoth_member_choice *choice, char *out, size_t size) {
  quoth_stage_spec stage = quoth_spec_stage(&choice->spec, 0);
  *out = '\0';
  for (size_t m = 0; m < quoth_stage_spec_n_members(&stage); m++) {
    size_t n = strlen(out);
    snprintf(out + n, size - n, "%s ", quoth_stage_spec_member(&stage, m).name);
  }
}

static void test_superfluous(void **state) {
  (void)state;
  char names[64];
  quoth_member_choice choice;
  assert_done(choose(stack, 1e6, &choice, err));
  list_members(&choice, names, sizeof names);
  assert_string_equal(names, "words ");
  assert_int_equal(choice.n_members, 3);
  assert_int_equal(choice.n_rows, N_ROWS * 3 / 4);
  assert_true(choice.members[1].is_chosen);
  assert_false(choice.members[0].is_chosen || choice.members[2].is_chosen);
  assert_string_equal(choice.members[2].name, "b");
  /* Three classes of like size, of which nothing is known: log 3. */
  assert_true(fabs(choice.members[0].log_loss - log(3)) < 0.01);
  assert_true(choice.members[1].log_loss < 0.5);
  assert_true(choice.members[0].seconds > 0);
  quoth_member_choice_clear(&choice);
}

static void test_no_time(void **state) {
  (void)state;
  quoth_member_choice choice;
  assert_done(choose(stack, 0, &choice, err));
  quoth_stage_spec stage = quoth_spec_stage(&choice.spec, 0);
  assert_int_equal(quoth_stage_spec_n_members(&stage), 1);
  quoth_member_choice_clear(&choice);
}

static void test_no_stack(void **state) {
  (void)state;
  quoth_error err = {0};
  quoth_member_choice choice;
  assert_int_equal(choose(no_stack, 60, &choice, &err), QUOTH_ERR_ARG);
  assert_non_null(strstr(err.message, "only a stack"));
  quoth_member_choice_clear(&choice);
}

static bool stop(void *context, const char *stage, uint64_t done, uint64_t total) {
  (void)context, (void)stage, (void)done, (void)total;
  return false;
}

static void test_stopped(void **state) {
  (void)state;
  quoth_buffer csv = {0};
  quoth_dataset dataset;
  quoth_spec spec;
  const quoth_progress progress = {NULL, stop};
  quoth_member_choice choice;
  sample_dataset(N_ROWS, &csv, &dataset);
  assert_done(quoth_spec_from_recipe("best", &spec, err));
  quoth_pool *pool = sample_pool(1);
  quoth_error err = {0};
  assert_int_equal(quoth_choose_members(&spec, &dataset, 60, pool, &progress, &choice, &err),
                   QUOTH_ERR_STOPPED);
  quoth_member_choice_clear(&choice);
  quoth_pool_free(pool);
  quoth_spec_clear(&spec);
  quoth_dataset_clear(&dataset);
  quoth_buffer_clear(&csv);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_superfluous),
      cmocka_unit_test(test_no_time),
      cmocka_unit_test(test_no_stack),
      cmocka_unit_test(test_stopped),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

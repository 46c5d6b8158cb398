#include "testing.h"

#include <math.h>
#include <string.h>

#include "model/param.h"

/* A parameter of each kind. */
typedef struct fruit {
  bool ripe;
  uint32_t count;
  uint32_t limit;
  double weight;
  double prior;
  quoth_amount share;
  enum { APPLE, PEAR, NOTHING } kind;
  uint32_t sizes[2];
} fruit;

static const char *const kinds[] = {"apple", "pear", "null", NULL};
static const char *const words[] = {"sqrt", "log2", "null", NULL};
#define FIELD(name) .offset = offsetof(fruit, name)

static const quoth_param params[] = {
    {"ripe", "true or false", "", "false", FIELD(ripe), quoth_param_read_bool},
    {"count", "an integer from 1 to 9", "", "3", FIELD(count), quoth_param_read_u32, .min = 1,
     .max = 9},
    {"limit", "an integer from 2 to 4294967295, or null", "", "null", FIELD(limit),
     quoth_param_read_u32_or_null, .min = 2, .max = INFINITY},
    {"weight", "a number above 0 and up to 1", "", "0.5", FIELD(weight), quoth_param_read_double,
     .min = 0, .max = 1, .min_is_open = true},
    {"prior", "a number from 0 and below 1, or null", "", "null", FIELD(prior),
     quoth_param_read_double_or_null, .min = 0, .max = 1, .max_is_open = true},
    {"share", "a share, a number from 2 up, or a word", "", "1.0", FIELD(share),
     quoth_param_read_amount, .min = 0, .max = 1, .min_is_open = true, .min_count = 2,
     .choices = words},
    {"kind", "\"apple\", \"pear\" or null", "", "\"pear\"", FIELD(kind), quoth_param_read_choice,
     .choices = kinds},
    {"sizes", "[least, most]", "", "[1, 2]", FIELD(sizes), quoth_param_read_range, .min = 1,
     .max = 9, .is_late = true},
};
static const quoth_param_table table = {params, sizeof params / sizeof *params, sizeof(fruit)};

static json_t *parse(const char *text) {
  json_t *value = json_loads(text, JSON_DECODE_ANY, NULL);
  assert_non_null(value);
  return value;
}

/* `key` set to the JSON `text`, then all read. */
static quoth_status set(const char *key, const char *text, fruit *out, quoth_error *err) {
  json_t *all = quoth_params_standard(&table), *value = parse(text);
  quoth_status status = quoth_params_set(&table, all, "fruit", key, value, err);
  quoth_status read = quoth_params_read(&table, all, "fruit", out, NULL);
  assert_int_equal(read, QUOTH_OK);
  json_decref(value);
  json_decref(all);
  return status;
}

static fruit taken(const char *key, const char *text) {
  fruit out;
  assert_done(set(key, text, &out, err));
  return out;
}

static void refused(const char *key, const char *text) {
  fruit out;
  quoth_error err = {0};
  assert_int_equal(set(key, text, &out, &err), QUOTH_ERR_ARG);
  char start[64];
  snprintf(start, sizeof start, "fruit.%s cannot be ", key);
  if (strncmp(err.message, start, strlen(start)) != 0)
    fail_msg("%s %s: %s", key, text, err.message);
}

static void test_standard(void **state) {
  (void)state;
  fruit out = taken("ripe", "false");
  assert_false(out.ripe);
  assert_int_equal(out.count, 3);
  assert_int_equal(out.limit, 0);
  assert_true(out.weight == 0.5);
  assert_true(isnan(out.prior));
  assert_int_equal(out.share.kind, QUOTH_AMOUNT_SHARE);
  assert_true(out.share.share == 1);
  assert_int_equal(out.kind, PEAR);
}

static void test_bool(void **state) {
  (void)state;
  assert_true(taken("ripe", "true").ripe);
  refused("ripe", "1");
  refused("ripe", "null");
  refused("ripe", "\"true\"");
}

static void test_integers(void **state) {
  (void)state;
  assert_int_equal(taken("count", "1").count, 1);
  assert_int_equal(taken("count", "9").count, 9);
  refused("count", "0");
  refused("count", "10");
  refused("count", "-1");
  refused("count", "2.0");
  refused("count", "true");
  refused("count", "null");
  assert_int_equal(taken("limit", "4294967295").limit, 4294967295);
  assert_int_equal(taken("limit", "null").limit, 0);
  refused("limit", "4294967296");
  refused("limit", "9223372036854775807");
  refused("limit", "1");
}

static void test_numbers(void **state) {
  (void)state;
  assert_true(taken("weight", "1").weight == 1);
  assert_true(taken("weight", "1e-300").weight == 1e-300);
  refused("weight", "0");
  refused("weight", "0.0");
  refused("weight", "1.0000000000000002");
  refused("weight", "null");
  refused("weight", "\"0.5\"");
  assert_true(taken("prior", "0").prior == 0);
  assert_true(taken("prior", "0.9999999999999999").prior < 1);
  assert_true(isnan(taken("prior", "null").prior));
  refused("prior", "1");
  refused("prior", "-1e-9");
}

static void test_ranges(void **state) {
  (void)state;
  static const uint32_t wide[] = {1, 9};
  assert_memory_equal(taken("sizes", "[1, 9]").sizes, wide, sizeof wide);
  assert_int_equal(taken("sizes", "[3, 3]").sizes[1], 3);
  refused("sizes", "[3, 2]");
  refused("sizes", "[0, 2]");
  refused("sizes", "[1, 10]");
  refused("sizes", "[1]");
  refused("sizes", "[1, 2, 3]");
  refused("sizes", "[1, 2.0]");
  refused("sizes", "2");
  refused("sizes", "null");
}

/* What came later is left out while it is at its default, and only then. */
static void test_late(void **state) {
  (void)state;
  json_t *all = quoth_params_standard(&table), *value = parse("[1, 3]");
  assert_non_null(json_object_get(all, "sizes"));
  assert_done(quoth_params_set(&table, all, "fruit", "sizes", value, err));
  assert_true(quoth_params_drop_late(&table, all));
  assert_true(json_equal(json_object_get(all, "sizes"), value));
  json_decref(value);
  value = parse("[1, 2]");
  assert_done(quoth_params_set(&table, all, "fruit", "sizes", value, err));
  assert_true(quoth_params_drop_late(&table, all));
  assert_null(json_object_get(all, "sizes"));
  assert_non_null(json_object_get(all, "kind"));
  json_decref(value);
  json_decref(all);
}

static void test_amounts(void **state) {
  (void)state;
  quoth_amount amount = taken("share", "2").share;
  assert_int_equal(amount.kind, QUOTH_AMOUNT_COUNT);
  assert_int_equal(amount.count, 2);
  assert_int_equal(taken("share", "9223372036854775807").share.count, INT64_MAX);
  amount = taken("share", "0.25").share;
  assert_int_equal(amount.kind, QUOTH_AMOUNT_SHARE);
  assert_true(amount.share == 0.25);
  assert_int_equal(taken("share", "1.0").share.kind, QUOTH_AMOUNT_SHARE);
  assert_int_equal(taken("share", "\"sqrt\"").share.kind, QUOTH_AMOUNT_SQRT);
  assert_int_equal(taken("share", "\"log2\"").share.kind, QUOTH_AMOUNT_LOG2);
  assert_int_equal(taken("share", "null").share.kind, QUOTH_AMOUNT_ALL);
  refused("share", "1");
  refused("share", "0");
  refused("share", "-3");
  refused("share", "0.0");
  refused("share", "1.5");
  refused("share", "\"null\"");
  refused("share", "\"auto\"");
  refused("share", "false");
}

static void test_choices(void **state) {
  (void)state;
  assert_int_equal(taken("kind", "\"apple\"").kind, APPLE);
  assert_int_equal(taken("kind", "null").kind, NOTHING);
  refused("kind", "\"null\"");
  refused("kind", "\"Apple\"");
  refused("kind", "0");
  refused("kind", "[\"apple\"]");
}

static void test_messages(void **state) {
  (void)state;
  fruit out;
  quoth_error err = {0};
  set("count", "[1, 2]", &out, &err);
  assert_string_equal(err.message, "fruit.count cannot be [1,2]; allowed: an integer from 1 to 9");
  set("kind", "\"plum\"", &out, &err);
  assert_string_equal(err.message,
                      "fruit.kind cannot be \"plum\"; allowed: \"apple\", \"pear\" or null");
  assert_int_equal(set("size", "1", &out, &err), QUOTH_ERR_ARG);
  assert_string_equal(err.message, "unknown key fruit.size; fruit has: ripe, count, limit, weight, "
                                   "prior, share, kind, sizes");
}

/* A long value is cut between characters. */
static void test_long_value(void **state) {
  (void)state;
  fruit out;
  quoth_error err = {0};
  char text[256] = "\"";
  for (int i = 0; i < 60; i++) strcat(text, "é");
  strcat(text, "\"");
  assert_int_equal(set("kind", text, &out, &err), QUOTH_ERR_ARG);
  json_t *message = json_string(err.message);
  assert_non_null(message); /* valid UTF-8 */
  json_decref(message);
}

/* Whole numbers become real where real ones are meant, so that one spec has one text. */
static void test_normal_form(void **state) {
  (void)state;
  json_t *all = quoth_params_standard(&table), *one = json_integer(1), *two = json_integer(2);
  assert_done(quoth_params_set(&table, all, "fruit", "weight", one, err));
  assert_true(json_is_real(json_object_get(all, "weight")));
  assert_done(quoth_params_set(&table, all, "fruit", "share", two, err));
  assert_true(json_is_integer(json_object_get(all, "share")));
  json_decref(one);
  json_decref(two);
  json_decref(all);
}

static void test_missing(void **state) {
  (void)state;
  fruit out;
  quoth_error err = {0};
  json_t *all = quoth_params_standard(&table);
  json_object_del(all, "weight");
  assert_int_equal(quoth_params_read(&table, all, "fruit", &out, &err), QUOTH_ERR_ARG);
  assert_string_equal(err.message, "the spec lacks fruit.weight");
  json_decref(all);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_standard),    cmocka_unit_test(test_bool),
      cmocka_unit_test(test_integers),    cmocka_unit_test(test_numbers),
      cmocka_unit_test(test_ranges),      cmocka_unit_test(test_late),
      cmocka_unit_test(test_amounts),     cmocka_unit_test(test_choices),
      cmocka_unit_test(test_messages),    cmocka_unit_test(test_long_value),
      cmocka_unit_test(test_normal_form), cmocka_unit_test(test_missing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

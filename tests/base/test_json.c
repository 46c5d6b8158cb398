#include "testing.h"

#include <string.h>

#include "base/json.h"

static json_t *parse(const char *text, quoth_error *err) {
  json_t *value = NULL;
  quoth_json_parse((quoth_bytes){text, strlen(text)}, "spec.json", &value, err);
  return value;
}

static void check_round_trip(const char *text, int indent) {
  json_t *value = parse(text, NULL);
  assert_non_null(value);
  quoth_buffer out = {0};
  assert_done(quoth_json_append(&out, value, indent, err));
  assert_int_equal(out.size, strlen(text));
  assert_memory_equal(out.data, text, out.size);
  quoth_buffer_clear(&out);
  json_decref(value);
}

static void test_round_trips(void **state) {
  (void)state;
  check_round_trip("{\"b\":[1,0.95,null,true,\"a\\\"\\\\\\n\\u0001é\"],\"a\":{},\"c\":[]}", 0);
  check_round_trip("{\n  \"z\": [1, 2],\n  \"a\": {\n    \"k\": -1.5\n  }\n}", 2);
  check_round_trip("0.1", 0);
}

static void check_refused(const char *text, uint64_t line) {
  quoth_error err = {0};
  assert_null(parse(text, &err));
  assert_int_equal(err.status, QUOTH_ERR_DATA);
  assert_int_equal(err.line, line);
  assert_string_equal(err.file, "spec.json");
}

static void test_refuses(void **state) {
  (void)state;
  check_refused("{\"a\":1,\n\"a\":2}", 2);
  check_refused("{\"a\":1,}", 1);
  check_refused("NaN", 1);
  check_refused("1 2", 1);
  check_refused("\"\xff\"", 1);
  check_refused("", 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_round_trips),
      cmocka_unit_test(test_refuses),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

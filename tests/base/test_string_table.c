#include "testing.h"

#include <stdio.h>
#include <string.h>

#include "base/string_table.h"

static quoth_bytes bytes(const char *text) { return (quoth_bytes){text, strlen(text)}; }

static void test_ids_follow_first_appearance(void **state) {
  (void)state;
  quoth_string_table table = {0};
  assert_int_equal(quoth_string_table_find(&table, bytes("a")), QUOTH_STRING_NONE);
  assert_int_equal(quoth_string_table_add(&table, bytes("b"), NULL), 0);
  assert_int_equal(quoth_string_table_add(&table, bytes(""), NULL), 1);
  assert_int_equal(quoth_string_table_add(&table, bytes("a"), NULL), 2);
  assert_int_equal(quoth_string_table_add(&table, bytes("b"), NULL), 0);
  assert_int_equal(quoth_string_table_find(&table, bytes("")), 1);
  assert_int_equal(quoth_string_table_get(&table, 1).size, 0);
  quoth_string_table_clear(&table);
}

static void test_survives_growth(void **state) {
  (void)state;
  enum { N = 5000 };
  quoth_string_table table = {0};
  char text[32];
  for (int i = 0; i < N; i++) {
    snprintf(text, sizeof text, "term %d", i);
    assert_int_equal(quoth_string_table_add(&table, bytes(text), NULL), i);
  }
  for (int i = 0; i < N; i++) {
    snprintf(text, sizeof text, "term %d", i);
    assert_int_equal(quoth_string_table_find(&table, bytes(text)), i);
    quoth_bytes found = quoth_string_table_get(&table, (uint32_t)i);
    assert_int_equal(found.size, strlen(text));
    assert_memory_equal(found.data, text, found.size);
  }
  quoth_string_table_clear(&table);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_ids_follow_first_appearance),
      cmocka_unit_test(test_survives_growth),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

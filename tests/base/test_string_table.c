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

/* Some at once are numbered as one by one, also those that come twice. */
static void test_some_at_once(void **state) {
  (void)state;
  enum { N = 3000, DISTINCT = 1100 };
  quoth_string_table one = {0}, some = {0};
  char words[QUOTH_STRINGS_TOGETHER][16];
  quoth_bytes texts[QUOTH_STRINGS_TOGETHER];
  uint32_t ids[QUOTH_STRINGS_TOGETHER];
  for (unsigned i = 0, n; i < N; i += n) {
    n = 1 + i % QUOTH_STRINGS_TOGETHER;
    for (unsigned k = 0; k < n; k++) {
      snprintf(words[k], sizeof words[k], "%u", (i + k) * (i + k) % DISTINCT);
      texts[k] = bytes(words[k]);
    }
    assert_int_equal(quoth_string_table_add_some(&some, texts, n, ids, NULL), QUOTH_OK);
    for (unsigned k = 0; k < n; k++)
      assert_int_equal(quoth_string_table_add(&one, texts[k], NULL), ids[k]);
  }
  assert_int_equal(one.n_strings, some.n_strings);
  quoth_string_table_clear(&one);
  quoth_string_table_clear(&some);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_ids_follow_first_appearance),
      cmocka_unit_test(test_survives_growth),
      cmocka_unit_test(test_some_at_once),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/key_table.h"

/* "term 0" to "term N - 1", one behind another. */
typedef struct terms {
  char *bytes;
  uint64_t *ends;
  quoth_strings strings;
} terms;

static terms terms_new(uint32_t n) {
  terms t = {malloc(16 * (size_t)n + 16), calloc(n + 1, sizeof(uint64_t)), {0}};
  assert_non_null(t.bytes);
  assert_non_null(t.ends);
  size_t size = 0;
  for (uint32_t i = 0; i < n; i++) {
    size += (size_t)sprintf(t.bytes + size, "term %u", i);
    t.ends[i] = size;
  }
  t.strings = (quoth_strings){.bytes = t.bytes, .ends = t.ends, .n_strings = n};
  return t;
}

static void terms_clear(terms *t) {
  free(t->bytes);
  free(t->ends);
}

/* Every term has the number that `order` says, and others have none. */
static void check_terms(uint32_t n) {
  terms t = terms_new(n);
  quoth_key_table table;
  uint32_t *order = calloc(n + 1, sizeof *order);
  assert_non_null(order);
  for (uint32_t i = 0; i < n; i++) order[i] = i;
  assert_done(quoth_key_table_new(&t.strings, order, n, &table, err));
  assert_done(quoth_key_table_check(&table, "terms", err));
  assert_int_equal(table.n_keys, n);
  for (uint32_t i = 0; i < n; i++) {
    uint32_t found = quoth_key_table_find(&table, quoth_strings_get(&t.strings, i));
    assert_true(found < n);
    assert_int_equal(order[found], i);
  }
  char other[32];
  for (uint32_t i = 0; i < 2000; i++) {
    int size = snprintf(other, sizeof other, "other %u", i);
    uint32_t found = quoth_key_table_find(&table, (quoth_bytes){other, (size_t)size});
    assert_int_equal(found, QUOTH_STRING_NONE);
  }
  quoth_key_table_free(&table);
  free(order);
  terms_clear(&t);
}

static void test_find(void **state) {
  (void)state;
  for (uint32_t n = 0; n < 40; n++) check_terms(n);
  check_terms(20000);
}

/* Of texts with the same key the first is found; nothing else changes places. */
static void test_equal_keys(void **state) {
  (void)state;
  static const uint64_t ends[] = {1, 2, 3};
  const quoth_strings strings = {.bytes = "aba", .ends = ends, .n_strings = 3};
  quoth_key_table table;
  uint32_t order[3] = {0, 1, 2};
  assert_done(quoth_key_table_new(&strings, order, 3, &table, err));
  assert_int_equal(table.n_keys, 2);
  assert_int_equal(order[quoth_key_table_find(&table, (quoth_bytes){"a", 1})], 0);
  assert_int_equal(order[quoth_key_table_find(&table, (quoth_bytes){"b", 1})], 1);
  quoth_key_table_free(&table);
}

/* Others are not in the table. */
static void test_some(void **state) {
  (void)state;
  terms t = terms_new(100);
  quoth_key_table table;
  uint32_t order[] = {7, 99, 0};
  assert_done(quoth_key_table_new(&t.strings, order, 3, &table, err));
  assert_int_equal(table.n_keys, 3);
  for (uint32_t i = 0; i < 100; i++) {
    uint32_t found = quoth_key_table_find(&table, quoth_strings_get(&t.strings, i));
    if (i == 0 || i == 7 || i == 99)
      assert_int_equal(order[found], i);
    else
      assert_int_equal(found, QUOTH_STRING_NONE);
  }
  quoth_key_table_free(&table);
  terms_clear(&t);
}

static void refuse(const uint32_t *buckets, const uint32_t *keys, uint32_t n_keys) {
  quoth_key_table table = {.buckets = buckets, .keys = keys, .n_keys = n_keys, .bucket_bits = 1};
  assert_int_equal(quoth_key_table_check(&table, "terms", NULL), QUOTH_ERR_FORMAT);
}

static void test_check(void **state) {
  (void)state;
  static const uint32_t keys[] = {3, 5, 5, 7};
  refuse((const uint32_t[]){1, 2, 4}, keys, 4);
  refuse((const uint32_t[]){0, 2, 3}, keys, 4);
  refuse((const uint32_t[]){0, 5, 4}, keys, 4);
  refuse((const uint32_t[]){0, 1, 4}, keys, 4);
  quoth_key_table sound = {
      .buckets = (const uint32_t[]){0, 2, 4}, .keys = keys, .n_keys = 4, .bucket_bits = 1};
  assert_done(quoth_key_table_check(&sound, "terms", err));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_find),
      cmocka_unit_test(test_equal_keys),
      cmocka_unit_test(test_some),
      cmocka_unit_test(test_check),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

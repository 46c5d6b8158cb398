#include "testing.h"

#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "base/strings.h"

enum { MOST_STRINGS = 12, MOST_SIZE = 40 };

/* Strings in a block that ends where they end, so that AddressSanitizer sees who reads on. */
typedef struct sample {
  char *bytes;
  uint64_t ends[MOST_STRINGS];
  quoth_strings strings;
} sample;

/* Of few letters, NUL among them, and often as the one before but for the end. */
static size_t make_string(quoth_random *random, const char *before, size_t before_size, char *out) {
  static const char letters[] = {0, 'a', 'b', (char)0xC3};
  size_t size = quoth_random_below(random, MOST_SIZE);
  size_t shared = quoth_random_below(random, MOST_SIZE);
  if (shared > before_size) shared = before_size;
  if (shared > size) shared = size;
  memcpy(out, before, shared);
  for (size_t i = shared; i < size; i++) out[i] = letters[quoth_random_below(random, 4)];
  return size;
}

static void fill(sample *s, quoth_random *random) {
  char all[MOST_STRINGS * MOST_SIZE], before[MOST_SIZE];
  size_t n = 0, size = 0;
  s->strings = (quoth_strings){.n_strings = 1 + quoth_random_below(random, MOST_STRINGS)};
  for (uint32_t i = 0; i < s->strings.n_strings; i++) {
    memcpy(before, all + n - size, size);
    size = make_string(random, before, size, all + n);
    s->ends[i] = n += size;
  }
  s->bytes = malloc(n ? n : 1);
  memcpy(s->bytes, all, n);
  s->strings.bytes = s->bytes;
  s->strings.ends = s->ends;
}

/* Byte by byte: whether a string is before the next. */
static bool is_before(quoth_bytes a, quoth_bytes b) {
  for (size_t i = 0; i < a.size && i < b.size; i++)
    if (a.data[i] != b.data[i]) return (unsigned char)a.data[i] < (unsigned char)b.data[i];
  return a.size < b.size;
}

static bool ascend(const quoth_strings *strings) {
  for (uint32_t i = 1; i < strings->n_strings; i++)
    if (!is_before(quoth_strings_get(strings, i - 1), quoth_strings_get(strings, i))) return false;
  return true;
}

static quoth_status check(sample *s, uint64_t n_bytes) {
  s->strings.n_slots = quoth_strings_index_size(s->strings.n_strings);
  uint32_t *slots = quoth_strings_index(&s->strings, s->strings.n_slots, NULL);
  assert_non_null(slots);
  s->strings.slots = slots;
  quoth_status status = quoth_strings_check(&s->strings, n_bytes, "sample", NULL);
  free(slots);
  return status;
}

static void test_order(void **state) {
  (void)state;
  quoth_random random;
  quoth_random_seed(&random, 1);
  size_t n_ascending = 0;
  for (int round = 0; round < 20000; round++) {
    sample s;
    fill(&s, &random);
    bool is_right = ascend(&s.strings);
    quoth_status status = check(&s, s.ends[s.strings.n_strings - 1]);
    assert_int_equal(status, is_right ? QUOTH_OK : QUOTH_ERR_FORMAT);
    n_ascending += is_right;
    free(s.bytes);
  }
  assert_true(n_ascending > 2000 && n_ascending < 18000);
}

static void test_ends_out_of_range(void **state) {
  (void)state;
  char bytes[] = "abc";
  sample s = {.bytes = bytes, .ends = {1, 2, 3}, .strings = {bytes, NULL, 3, NULL, 0}};
  s.strings.ends = s.ends;
  assert_int_equal(check(&s, 3), QUOTH_OK);
  assert_int_equal(check(&s, 2), QUOTH_ERR_FORMAT);
  uint32_t slots[8] = {0, 1, 2, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff};
  s.strings.slots = slots;
  s.strings.n_slots = 8;
  static const uint64_t wrong[][3] = {{2, 1, 3}, {1, UINT64_MAX, 3}, {UINT64_MAX, 2, 3}, {1, 3, 2}};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    memcpy(s.ends, wrong[i], sizeof *wrong);
    assert_int_equal(quoth_strings_check(&s.strings, 3, "sample", NULL), QUOTH_ERR_FORMAT);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_order),
      cmocka_unit_test(test_ends_out_of_range),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

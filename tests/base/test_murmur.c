/* Published vectors of MurmurHash3_x86_32, which scikit-learn's murmurhash3_32 gives too. */
#include "testing.h"

#include <string.h>

#include "base/murmur.h"

static void test_vectors(void **state) {
  (void)state;
  static const struct {
    const char *text;
    uint32_t seed, hash;
  } vectors[] = {
      {"", 0, 0},
      {"", 1, 0x514e28b7},
      {"", 0xffffffff, 0x81f16f39},
      {"test", 0, 0xba6bd213},
      {"test", 0x9747b28c, 0x704b81dc},
      {"Hello, world!", 0, 0xc0363e43},
      {"Hello, world!", 0x9747b28c, 0x24884cba},
      {"The quick brown fox jumps over the lazy dog", 0, 0x2e4ff723},
      {"The quick brown fox jumps over the lazy dog", 0x9747b28c, 0x2fa826cd},
      {"\xC3\xA9t\xC3\xA9", 0, 0x3393660f},
  };
  for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++)
    assert_int_equal(
        quoth_murmur3_32((quoth_bytes){vectors[i].text, strlen(vectors[i].text)}, vectors[i].seed),
        vectors[i].hash);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_vectors)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}

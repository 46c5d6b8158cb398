#include "testing.h"

#include <stdlib.h>
#include <string.h>

#include "base/base64.h"

typedef struct pair {
  const char *plain, *encoded;
} pair;

/* RFC 4648, section 10. */
static const pair vectors[] = {
    {"", ""},
    {"f", "Zg=="},
    {"fo", "Zm8="},
    {"foo", "Zm9v"},
    {"foob", "Zm9vYg=="},
    {"fooba", "Zm9vYmE="},
    {"foobar", "Zm9vYmFy"},
};

/* Python: base64.b64encode(bytes(range(256))) */
static const char all_bytes[] = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMD"
                                "EyMzQ1Njc4OTo7PD0+P0BBQkNERUZH"
                                "SElKS0xNTk9QUVJTVFVWV1hZWltcXV5fYGFiY2RlZmdoaWprbG1ub3BxcnN0dXZ3eH"
                                "l6e3x9fn+AgYKDhIWGh4iJiouMjY6P"
                                "kJGSk5SVlpeYmZqbnJ2en6ChoqOkpaanqKmqq6ytrq+wsbKztLW2t7i5uru8vb6/"
                                "wMHCw8TFxsfIycrLzM3Oz9DR0tPU1dbX"
                                "2Nna29zd3t/g4eLj5OXm5+jp6uvs7e7v8PHy8/T19vf4+fr7/P3+/w==";

static void check_both_ways(quoth_bytes plain, quoth_bytes encoded) {
  quoth_buffer out = {0};
  assert_done(quoth_base64_encode(&out, plain, err));
  assert_int_equal(out.size, encoded.size);
  if (encoded.size) assert_memory_equal(out.data, encoded.data, encoded.size);
  out.size = 0;
  assert_done(quoth_base64_decode(&out, encoded, err));
  assert_int_equal(out.size, plain.size);
  if (plain.size) assert_memory_equal(out.data, plain.data, plain.size);
  quoth_buffer_clear(&out);
}

static void test_vectors(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++)
    check_both_ways((quoth_bytes){vectors[i].plain, strlen(vectors[i].plain)},
                    (quoth_bytes){vectors[i].encoded, strlen(vectors[i].encoded)});
}

static void test_all_bytes(void **state) {
  (void)state;
  char bytes[256];
  for (int i = 0; i < 256; i++) bytes[i] = (char)i;
  check_both_ways((quoth_bytes){bytes, sizeof bytes},
                  (quoth_bytes){all_bytes, sizeof all_bytes - 1});
}

static void test_append(void **state) {
  (void)state;
  quoth_buffer out = {0};
  assert_done(quoth_base64_encode(&out, (quoth_bytes){"foo", 3}, err));
  assert_done(quoth_base64_encode(&out, (quoth_bytes){"ba", 2}, err));
  assert_int_equal(out.size, 8);
  assert_memory_equal(out.data, "Zm9vYmE=", 8);
  quoth_buffer_clear(&out);
}

typedef struct refusal {
  const char *text;
  const char *message;
} refusal;

static const refusal refusals[] = {
    {"Z", "not base64: 1 characters, where groups of four are needed"},
    {"Zg=", "not base64: 3 characters, where groups of four are needed"},
    {"Zm9vY", "not base64: 5 characters, where groups of four are needed"},
    {"====", "not base64: byte 0x3d at offset 0"},
    {"Z===", "not base64: byte 0x3d at offset 1"},
    {"Zg==Zm9v", "not base64: byte 0x3d at offset 2"},
    {"Zm9vZm\n=", "not base64: byte 0x0a at offset 6"},
    {"Zm 9", "not base64: byte 0x20 at offset 2"},
    {"Zm-_", "not base64: byte 0x2d at offset 2"}, /* the alphabet of section 5 */
    {"Zm9\xff", "not base64: byte 0xff at offset 3"},
    {"Zh==", "not base64: byte 0x68 at offset 1"}, /* section 3.5: bits that are not used */
    {"Zm9=", "not base64: byte 0x39 at offset 2"},
};

static void test_refusals(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
    quoth_buffer out = {0};
    quoth_error fault = {0};
    assert_done(quoth_base64_encode(&out, (quoth_bytes){"foo", 3}, err));
    quoth_bytes text = {refusals[i].text, strlen(refusals[i].text)};
    assert_int_equal(quoth_base64_decode(&out, text, &fault), QUOTH_ERR_DATA);
    assert_string_equal(fault.message, refusals[i].message);
    assert_int_equal(out.size, 4);
    quoth_buffer_clear(&out);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_vectors),
      cmocka_unit_test(test_all_bytes),
      cmocka_unit_test(test_append),
      cmocka_unit_test(test_refusals),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

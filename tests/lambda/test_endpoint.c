#include "testing.h"

#include <arpa/inet.h>
#include <string.h>

#include "lambda/endpoint.h"

static void assert_address(const quoth_http_address *a, const char *address, int port) {
  char name[INET6_ADDRSTRLEN];
  bool is_v6 = a->any.sa_family == AF_INET6;
  const void *bytes = is_v6 ? (const void *)&a->v6.sin6_addr : &a->v4.sin_addr;
  assert_string_equal(inet_ntop(a->any.sa_family, bytes, name, sizeof name), address);
  assert_int_equal(ntohs(is_v6 ? a->v6.sin6_port : a->v4.sin_port), port);
}

static void test_good_endpoints(void **state) {
  (void)state;
  static const struct {
    const char *text, *host, *prefix, *address, *other;
    int port;
  } GOOD[] = {
      {"127.0.0.1:9001", "127.0.0.1:9001", "", "127.0.0.1", NULL, 9001},
      {"169.254.100.1:9001", "169.254.100.1:9001", "", "169.254.100.1", NULL, 9001},
      {"localhost:2222/8476a536", "localhost:2222", "/8476a536", "127.0.0.1", "::1", 2222},
      {"localhost:2222/a/b/", "localhost:2222", "/a/b", "127.0.0.1", "::1", 2222},
      {"http://127.0.0.1:9001", "127.0.0.1:9001", "", "127.0.0.1", NULL, 9001},
      {"HTTP://127.0.0.1:9001/", "127.0.0.1:9001", "", "127.0.0.1", NULL, 9001},
      {"[::1]:65535", "[::1]:65535", "", "::1", NULL, 65535},
      {"[fe80::1]:80/x", "[fe80::1]:80", "/x", "fe80::1", NULL, 80},
  };
  for (size_t i = 0; i < sizeof GOOD / sizeof *GOOD; i++) {
    quoth_lambda_endpoint e;
    assert_done(quoth_lambda_endpoint_parse(GOOD[i].text, &e, err));
    assert_string_equal(e.host, GOOD[i].host);
    assert_string_equal(e.prefix, GOOD[i].prefix);
    assert_int_equal(e.n_addresses, GOOD[i].other ? 2 : 1);
    assert_address(&e.addresses[0], GOOD[i].address, GOOD[i].port);
    if (GOOD[i].other) assert_address(&e.addresses[1], GOOD[i].other, GOOD[i].port);
  }
}

static void test_bad_endpoints(void **state) {
  (void)state;
  static const char *const BAD[] = {"",
                                    "127.0.0.1",
                                    ":9001",
                                    "9001",
                                    "example.org:9001",
                                    "/x",
                                    "http://",
                                    "127.0.0.1:",
                                    "127.0.0.1:9x",
                                    "127.0.0.1:65536",
                                    "[::1:9001",
                                    "::1:9001",
                                    "127.0.0.1:1/a b",
                                    "127.0.0.1:1/a\r\nX: y",
                                    "https://127.0.0.1:9001",
                                    "127.0.0.1:-1",
                                    "user@127.0.0.1:9001",
                                    "127.0.0.1:9001?x",
                                    "localhost.:80"};
  for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
    quoth_lambda_endpoint e;
    quoth_error err;
    if (quoth_lambda_endpoint_parse(BAD[i], &e, &err) != QUOTH_ERR_ARG)
      fail_msg("taken: %s", BAD[i]);
    assert_non_null(strstr(err.message, "AWS_LAMBDA_RUNTIME_API"));
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_good_endpoints),
                                     cmocka_unit_test(test_bad_endpoints)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}

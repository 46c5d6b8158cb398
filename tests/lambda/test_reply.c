#include "testing.h"

#include <stdlib.h>
#include <string.h>

#include "lambda/reply.h"

#define ID "Lambda-Runtime-Aws-Request-Id: "
#define OK "HTTP/1.1 200 OK\r\n"

typedef struct outcome {
  quoth_http_progress progress;
  quoth_lambda_reply reply;
  char body[64];
} outcome;

/* Gives `text` in steps of `step` bytes, then its end. */
static outcome read_reply(const char *text, size_t step) {
  outcome out = {0};
  quoth_http_refusal refusal;
  size_t text_size = strlen(text), size = 0, n_given = 0;
  char *data = malloc(text_size + 1);
  bool is_at_end = false;
  while (out.progress == QUOTH_HTTP_MORE && !is_at_end) {
    size_t n = text_size - n_given < step ? text_size - n_given : step;
    is_at_end = n == 0;
    memcpy(data + size, text + n_given, n);
    n_given += n, size += n;
    out.progress = quoth_lambda_read_reply(&out.reply, data, &size, is_at_end, &refusal);
  }
  if (out.progress == QUOTH_HTTP_DONE) {
    assert_true(out.reply.body_size < sizeof out.body);
    memcpy(out.body, data + out.reply.head_size, out.reply.body_size);
  }
  free(data);
  return out;
}

static void test_good_replies(void **state) {
  (void)state;
  static const struct {
    const char *text, *id, *body;
    int status;
    bool is_persistent;
  } GOOD[] = {
      {OK ID "a-1\r\nContent-Length: 4\r\n\r\n\"ab\"", "a-1", "\"ab\"", 200, true},
      {OK "lambda-RUNTIME-aws-request-id:a-1\r\ncontent-length:0\r\n\r\n", "a-1", "", 200, true},
      {OK ID " \ta.b_c~d \t\r\nContent-Length: 1\r\n\r\n1", "a.b_c~d", "1", 200, true},
      {OK "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n2;x=y\r\nbc\r\n0\r\nX: y\r\n\r\n", "", "abc",
       200, true},
      {OK "Connection: close\r\nContent-Length: 1\r\n\r\n1", "", "1", 200, false},
      {OK "Connection: x, Close\r\nContent-Length: 1\r\n\r\n1", "", "1", 200, false},
      {OK "\r\nuntil the end", "", "until the end", 200, false},
      {"HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\n1", "", "1", 200, false},
      {"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\n1", "", "1", 200,
       true},
      {"HTTP/1.1 202\r\nContent-Length: 0\r\n\r\n", "", "", 202, true},
      {"HTTP/1.1 413 Request Entity Too Large\r\nContent-Length: 2\r\n\r\n{}", "", "{}", 413, true},
      {"HTTP/1.1 204 No Content\r\n\r\n", "", "", 204, true},
      {"HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n", "", "", 204, true},
      {"HTTP/1.1 100 Continue\r\nX: y\r\n\r\nHTTP/1.1 103 \r\n\r\n" OK "Content-Length: 1\r\n\r\n1",
       "", "1", 200, true},
  };
  for (size_t i = 0; i < sizeof GOOD / sizeof *GOOD; i++)
    for (size_t step = 1; step < 100; step += 7) {
      outcome o = read_reply(GOOD[i].text, step);
      if (o.progress != QUOTH_HTTP_DONE) fail_msg("%s", GOOD[i].text);
      assert_int_equal(o.reply.status, GOOD[i].status);
      assert_string_equal(o.reply.request_id, GOOD[i].id);
      assert_string_equal(o.body, GOOD[i].body);
      assert_int_equal(o.reply.framing.is_persistent, GOOD[i].is_persistent);
    }
}

/* Bytes behind a reply are nobody's answer. */
static void test_more_than_was_asked_for(void **state) {
  (void)state;
  static const char *const LONGER[] = {OK "Content-Length: 1\r\n\r\n12",
                                       OK "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n2",
                                       "HTTP/1.1 204 No Content\r\n\r\n2"};
  for (size_t i = 0; i < sizeof LONGER / sizeof *LONGER; i++) {
    outcome o = read_reply(LONGER[i], 100);
    assert_int_equal(o.progress, QUOTH_HTTP_DONE);
    assert_false(o.reply.framing.is_persistent);
  }
}

static void test_cut_replies(void **state) {
  (void)state;
  static const char *const CUT[] = {"",
                                    "HTTP/1.1 200 OK",
                                    OK,
                                    OK "Content-Length: 1\r\n",
                                    OK "Content-Length: 2\r\n\r\n1",
                                    OK "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n",
                                    "HTTP/1.1 100 Continue\r\n\r\n",
                                    OK "Transfer-Encoding: chunked\r\n\r\n0\r\n"};
  for (size_t i = 0; i < sizeof CUT / sizeof *CUT; i++)
    for (size_t step = 1; step < 50; step += 7)
      assert_int_equal(read_reply(CUT[i], step).progress, QUOTH_HTTP_MORE);
}

static void test_malformed_replies(void **state) {
  (void)state;
  static const char *const BAD[] = {
      "HTTP/2 200 OK\r\n\r\n",
      "HTTP/1.2 200 OK\r\n\r\n",
      "http/1.1 200 OK\r\n\r\n",
      "HTTP/1.1  200 OK\r\n\r\n",
      "HTTP/1.1 20 OK\r\n\r\n",
      "HTTP/1.1 2000 OK\r\n\r\n",
      "HTTP/1.1 -20 OK\r\n\r\n",
      "HTTP/1.1 099 OK\r\n\r\n",
      "HTTP/1.1 600 OK\r\n\r\n",
      "SSH-2.0-OpenSSH\r\n\r\n",
      "\r\n" OK "Content-Length: 0\r\n\r\n",
      "HTTP/1.1 200 OK\nContent-Length: 0\n\n",
      OK "Content-Length: 1\r\nContent-Length: 1\r\n\r\n1",
      OK "Content-Length: +1\r\n\r\n1",
      OK "Content-Length: 1, 1\r\n\r\n1",
      OK "Content-Length: 8388609\r\n\r\n",
      OK "Content-Length: 18446744073709551617\r\n\r\n1",
      OK "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      OK "Transfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n0\r\n\r\n",
      OK "Transfer-Encoding: gzip\r\n\r\n",
      OK "Transfer-Encoding: chunked\r\n\r\n+1\r\na\r\n0\r\n\r\n",
      OK "Transfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n",
      OK "Transfer-Encoding: chunked\r\n\r\n800001\r\n",
      OK "Content-Length : 1\r\n\r\n1",
      OK "X: a\r\n b\r\nContent-Length: 0\r\n\r\n",
      OK ID "a/b\r\nContent-Length: 0\r\n\r\n",
      OK ID "a b\r\nContent-Length: 0\r\n\r\n",
      OK ID "a%2fb\r\nContent-Length: 0\r\n\r\n",
      OK ID "a?b\r\nContent-Length: 0\r\n\r\n",
      OK ID "\xC3\xA9\r\nContent-Length: 0\r\n\r\n",
      OK ID "\r\nContent-Length: 0\r\n\r\n",
      OK ID "a\r\n" ID "b\r\nContent-Length: 0\r\n\r\n",
  };
  for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++)
    for (size_t step = 1; step < 100; step += 7)
      if (read_reply(BAD[i], step).progress != QUOTH_HTTP_REFUSED) fail_msg("taken: %s", BAD[i]);
}

/* Client contexts and traces of some kilobytes are taken; a head without an end is not. */
static void test_long_heads(void **state) {
  (void)state;
  static const char end[] = "\r\nContent-Length: 0\r\n\r\n";
  for (int is_too_long = 0; is_too_long < 2; is_too_long++) {
    size_t size = (is_too_long ? 65537 : 65536) - sizeof end + 1;
    char *text = malloc(size + sizeof end);
    memset(text, 'x', size);
    memcpy(text, OK "X: ", strlen(OK "X: "));
    memcpy(text + size, end, sizeof end);
    assert_int_equal(read_reply(text, 1000).progress,
                     is_too_long ? QUOTH_HTTP_REFUSED : QUOTH_HTTP_DONE);
    free(text);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_good_replies), cmocka_unit_test(test_more_than_was_asked_for),
      cmocka_unit_test(test_cut_replies), cmocka_unit_test(test_malformed_replies),
      cmocka_unit_test(test_long_heads)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}

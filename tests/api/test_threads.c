/* Two workers of one API at once: the same answers as one alone, and every prediction counted.
 * ThreadSanitizer watches it in `make check-tsan`. */
#include "testing.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "api/api.h"
#include "tiny_model.h"

enum { N_THREADS = 2, N_ROUNDS = 200 };

static quoth_bytes bytes_of(const char *text) { return (quoth_bytes){text, strlen(text)}; }

/* What is asked, in turn. */
static const char *const asked[][4] = {
    {"POST", "/predict", "application/json",
     "{\"texts\":[\"a whale\",\"a barn\"],\"explain\":true}"},
    {"POST", "/predict", "text/plain", "the field and the plough"},
    {"GET", "/model", "", ""},
    {"POST", "/v2/models/tiny/infer", "application/json",
     "{\"inputs\":[{\"name\":\"text\",\"datatype\":\"BYTES\",\"shape\":[1],\"data\":[\"sail\"]}]}"},
    {"POST", "/predict", "application/json", "{\"text\":1}"},
    {"GET", "/metrics", "", ""},
};
enum { N_ASKED = sizeof asked / sizeof *asked, METRICS = N_ASKED - 1 };

typedef struct visitor {
  quoth_api *api;
  quoth_buffer answers[N_ASKED]; /* the first to each question */
  bool is_steady;                /* all later ones were the same */
} visitor;

static void ask(visitor *v, quoth_api_worker *worker, size_t i) {
  quoth_api_request request = {bytes_of(asked[i][0]), bytes_of(asked[i][1]), bytes_of(asked[i][2]),
                               bytes_of(asked[i][3]), false};
  quoth_api_response response;
  quoth_api_count_in_flight(v->api, 1);
  quoth_api_handle(v->api, worker, &request, &response);
  quoth_api_count_request(v->api, response.route, response.status, 0.001);
  quoth_api_count_in_flight(v->api, -1);
  quoth_buffer *first = &v->answers[i];
  if (!first->data)
    quoth_buffer_append(first, response.body.data, response.body.size, NULL);
  else if (i != METRICS && (first->size != response.body.size ||
                            memcmp(first->data, response.body.data, first->size) != 0))
    v->is_steady = false;
}

static void *visit(void *visitor_) {
  visitor *v = visitor_;
  quoth_api_worker *worker;
  v->is_steady = quoth_api_worker_new(v->api, &worker, NULL) == QUOTH_OK;
  for (size_t i = 0; i < N_ROUNDS * N_ASKED && v->is_steady; i++) ask(v, worker, i % N_ASKED);
  quoth_api_worker_free(worker);
  return NULL;
}

static void check_counts(quoth_api *api) {
  quoth_api_worker *worker;
  assert_done(quoth_api_worker_new(api, &worker, err));
  quoth_api_request request = {.method = bytes_of("GET"), .path = bytes_of("/metrics")};
  quoth_api_response response;
  quoth_api_handle(api, worker, &request, &response);
  const char *const lines[] = {
      "\nquoth_texts_total{model=\"tiny\"} 1600\n", /* 2 threads, 200 rounds, 4 texts */
      "\nquoth_requests_total{route=\"/predict\",status=\"200\"} 800\n",
      "\nquoth_requests_total{route=\"/predict\",status=\"422\"} 400\n",
      "\nquoth_requests_in_flight 0\n",
  };
  for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
    if (!memmem(response.body.data, response.body.size, lines[i], strlen(lines[i])))
      fail_msg("metrics lack %s in\n%.*s", lines[i], (int)response.body.size, response.body.data);
  quoth_api_worker_free(worker);
}

static void test_two_workers(void **state) {
  (void)state;
  tiny_model tiny;
  quoth_api *api;
  assert_done(tiny_model_init(&tiny, err));
  quoth_api_model model = {"tiny", tiny.model};
  assert_done(quoth_api_new(&model, 1, &api, err));
  visitor visitors[N_THREADS] = {{.api = api}, {.api = api}};
  pthread_t threads[N_THREADS];
  for (size_t t = 0; t < N_THREADS; t++)
    assert_int_equal(pthread_create(&threads[t], NULL, visit, &visitors[t]), 0);
  for (size_t t = 0; t < N_THREADS; t++) assert_int_equal(pthread_join(threads[t], NULL), 0);
  for (size_t i = 0; i < N_ASKED; i++) {
    const quoth_buffer *a = &visitors[0].answers[i], *b = &visitors[1].answers[i];
    assert_true(visitors[0].is_steady && visitors[1].is_steady);
    if (i == METRICS) continue;
    assert_int_equal(a->size, b->size);
    assert_memory_equal(a->data, b->data, a->size);
  }
  check_counts(api);
  for (size_t t = 0; t < N_THREADS; t++)
    for (size_t i = 0; i < N_ASKED; i++) quoth_buffer_clear(&visitors[t].answers[i]);
  quoth_api_free(api);
  tiny_model_clear(&tiny);
}

static void test_names(void **state) {
  (void)state;
  tiny_model tiny;
  assert_done(tiny_model_init(&tiny, err));
  static const char *const bad[] = {"", "a/b", "a b", "é", "a\"b"};
  quoth_api *api;
  quoth_error err = {0};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    quoth_api_model model = {bad[i], tiny.model};
    assert_int_equal(quoth_api_new(&model, 1, &api, &err), QUOTH_ERR_ARG);
    assert_null(api);
  }
  quoth_api_model twins[] = {{"a", tiny.model}, {"a", tiny.model}};
  assert_int_equal(quoth_api_new(twins, 2, &api, &err), QUOTH_ERR_ARG);
  assert_int_equal(quoth_api_new(twins, 0, &api, &err), QUOTH_ERR_ARG);
  tiny_model_clear(&tiny);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_two_workers),
      cmocka_unit_test(test_names),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

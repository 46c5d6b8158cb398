#include "testing.h"

#include <stdatomic.h>

#include "base/thread_pool.h"

enum { N_ITEMS = 1000 };

typedef struct tally {
  atomic_int seen[N_ITEMS];
  atomic_int in_use[16];
  atomic_int n_clashes;
} tally;

static void count_items(void *context, size_t begin, size_t end, size_t worker) {
  tally *t = context;
  if (atomic_fetch_add(&t->in_use[worker], 1) != 0) atomic_fetch_add(&t->n_clashes, 1);
  for (size_t i = begin; i < end; i++) atomic_fetch_add(&t->seen[i], 1);
  atomic_fetch_sub(&t->in_use[worker], 1);
}

static void check_every_item_once(size_t threads, size_t grain) {
  quoth_pool *pool;
  assert_done(quoth_pool_new(threads, &pool, err));
  for (int round = 0; round < 20; round++) {
    tally t = {0};
    quoth_pool_run(pool, N_ITEMS, grain, count_items, &t);
    for (int i = 0; i < N_ITEMS; i++) assert_int_equal(atomic_load(&t.seen[i]), 1);
    assert_int_equal(atomic_load(&t.n_clashes), 0);
  }
  quoth_pool_free(pool);
}

static void test_every_item_once(void **state) {
  (void)state;
  check_every_item_once(1, 7);
  check_every_item_once(2, 1);
  check_every_item_once(8, 7);
  check_every_item_once(3, 100000);
}

static void test_no_items(void **state) {
  (void)state;
  quoth_pool *pool;
  assert_done(quoth_pool_new(0, &pool, err));
  assert_true(quoth_pool_threads(pool) >= 1);
  quoth_pool_run(pool, 0, 1, count_items, NULL);
  quoth_pool_free(pool);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_every_item_once),
      cmocka_unit_test(test_no_items),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

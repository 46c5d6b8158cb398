#include "base/thread_pool.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/memory.h"

/* A thread's part of the items, from which others take when they are done with theirs. So the same
 * items of one run after another mostly meet the same cache. */
typedef struct items_left {
  _Alignas(64) atomic_size_t next;
  size_t end;
} items_left;

struct quoth_pool {
  size_t n_threads; /* the caller's included */
  size_t n_started; /* threads to join, at most n_threads - 1 */
  pthread_t *threads;
  pthread_mutex_t lock; /* of those who sleep; what changes under it is told by the conditions */
  pthread_cond_t work_ready, work_done;
  atomic_uint_fast64_t round; /* counts quoth_pool_run; a change wakes the threads */
  atomic_size_t n_busy;       /* threads still in this round */
  atomic_bool is_closing;
  atomic_size_t next_worker;
  unsigned patience; /* how often to look before going to sleep */

  quoth_pool_work work;
  void *context;
  size_t grain;
  items_left *left; /* [n_threads] */
};

size_t quoth_usable_cores(void) {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0) return (size_t)CPU_COUNT(&set);
  long cores = sysconf(_SC_NPROCESSORS_ONLN);
  return cores > 0 ? (size_t)cores : 1;
}

static void take_part(quoth_pool *pool, items_left *left, size_t worker) {
  for (;;) {
    size_t begin = atomic_fetch_add(&left->next, pool->grain);
    if (begin >= left->end) return;
    size_t n = left->end - begin;
    pool->work(pool->context, begin, begin + (n < pool->grain ? n : pool->grain), worker);
  }
}

static void take_items(quoth_pool *pool, size_t worker) {
  for (size_t i = 0; i < pool->n_threads; i++)
    take_part(pool, &pool->left[(worker + i) % pool->n_threads], worker);
}

/* In whole grains, so that runs are as long as if nothing were shared out. */
static void share_out(quoth_pool *pool, size_t n_items) {
  size_t n_grains = n_items / pool->grain + (n_items % pool->grain > 0), begin = 0;
  for (size_t i = 0; i < pool->n_threads; i++) {
    size_t grains = n_grains / pool->n_threads + (i < n_grains % pool->n_threads);
    size_t most = n_items - begin, size = grains * pool->grain;
    pool->left[i].end = begin + (size < most ? size : most);
    atomic_store(&pool->left[i].next, begin);
    begin = pool->left[i].end;
  }
}

/* ---- Waiting ------------------------------------------------------------------------ */

/* Work often comes in runs of less than a millisecond, and waking a thread that sleeps takes up to
 * a tenth of one. So who waits looks around for about that long first, unless there are more
 * threads than cores. */
enum { PATIENCE = 1500 };

static void pause_a_little(void) {
#ifdef __x86_64__
  __builtin_ia32_pause();
#else
  __asm__ volatile("" ::: "memory");
#endif
}

static bool has_news(quoth_pool *pool, uint64_t seen) {
  return atomic_load(&pool->round) != seen || atomic_load(&pool->is_closing);
}

static void wait_for_news(quoth_pool *pool, uint64_t seen) {
  for (unsigned i = 0; i < pool->patience; i++) {
    if (has_news(pool, seen)) return;
    pause_a_little();
  }
  pthread_mutex_lock(&pool->lock);
  while (!has_news(pool, seen)) pthread_cond_wait(&pool->work_ready, &pool->lock);
  pthread_mutex_unlock(&pool->lock);
}

static void wait_for_threads(quoth_pool *pool) {
  for (unsigned i = 0; i < pool->patience; i++) {
    if (atomic_load(&pool->n_busy) == 0) return;
    pause_a_little();
  }
  pthread_mutex_lock(&pool->lock);
  while (atomic_load(&pool->n_busy) > 0) pthread_cond_wait(&pool->work_done, &pool->lock);
  pthread_mutex_unlock(&pool->lock);
}

/* What has changed was changed before: whoever holds the lock and has not seen it sleeps by now. */
static void wake(quoth_pool *pool, pthread_cond_t *condition) {
  pthread_mutex_lock(&pool->lock);
  pthread_cond_broadcast(condition);
  pthread_mutex_unlock(&pool->lock);
}

static void *thread_main(void *argument) {
  quoth_pool *pool = argument;
  size_t worker = atomic_fetch_add(&pool->next_worker, 1);
  for (uint64_t seen = 0;; seen++) {
    wait_for_news(pool, seen);
    if (atomic_load(&pool->is_closing)) return NULL;
    take_items(pool, worker);
    if (atomic_fetch_sub(&pool->n_busy, 1) == 1) wake(pool, &pool->work_done);
  }
}

/* ---- The pool ----------------------------------------------------------------------- */

quoth_status quoth_pool_new(size_t threads, quoth_pool **out, quoth_error *err) {
  *out = NULL;
  if (threads == 0) threads = quoth_usable_cores();
  if (threads > 1024) return quoth_fail(err, QUOTH_ERR_ARG, "at most 1024 threads");
  quoth_pool *pool = quoth_new_array(1, sizeof *pool, err);
  if (!pool) return QUOTH_ERR_NOMEM;
  pool->threads = quoth_new_array(threads, sizeof *pool->threads, err);
  pool->left = quoth_new_aligned(threads, sizeof *pool->left, err);
  if (!pool->threads || !pool->left) {
    free(pool->threads);
    free(pool->left);
    free(pool);
    return QUOTH_ERR_NOMEM;
  }
  pool->n_threads = threads;
  pool->patience = threads <= quoth_usable_cores() ? PATIENCE : 0;
  pthread_mutex_init(&pool->lock, NULL);
  pthread_cond_init(&pool->work_ready, NULL);
  pthread_cond_init(&pool->work_done, NULL);
  atomic_init(&pool->next_worker, 1);
  for (; pool->n_started < threads - 1; pool->n_started++) {
    if (pthread_create(&pool->threads[pool->n_started], NULL, thread_main, pool) != 0) {
      quoth_pool_free(pool);
      return quoth_fail(err, QUOTH_ERR_IO, "cannot start %zu threads; try fewer", threads);
    }
  }
  *out = pool;
  return QUOTH_OK;
}

void quoth_pool_free(quoth_pool *pool) {
  if (!pool) return;
  atomic_store(&pool->is_closing, true);
  wake(pool, &pool->work_ready);
  for (size_t i = 0; i < pool->n_started; i++) pthread_join(pool->threads[i], NULL);
  pthread_cond_destroy(&pool->work_done);
  pthread_cond_destroy(&pool->work_ready);
  pthread_mutex_destroy(&pool->lock);
  free(pool->threads);
  free(pool->left);
  free(pool);
}

size_t quoth_pool_threads(const quoth_pool *pool) { return pool->n_threads; }

void quoth_pool_run(quoth_pool *pool, size_t n_items, size_t grain, quoth_pool_work work,
                    void *context) {
  if (n_items == 0) return;
  if (pool->n_threads == 1 || n_items <= grain) {
    work(context, 0, n_items, 0);
    return;
  }
  pool->work = work;
  pool->context = context;
  pool->grain = grain;
  share_out(pool, n_items);
  atomic_store(&pool->n_busy, pool->n_started);
  atomic_fetch_add(&pool->round, 1);
  wake(pool, &pool->work_ready);
  take_items(pool, 0);
  wait_for_threads(pool);
}

/* thread_pool.h - the same work on several threads.
 *
 * A pool only shares out items; it never combines results. Code whose item i writes
 * to places of its own, and which combines these in index order afterwards, gives the
 * same bytes with any number of threads. */
#ifndef QUOTH_BASE_THREAD_POOL_H
#define QUOTH_BASE_THREAD_POOL_H

#include "base/error.h"

typedef struct quoth_pool quoth_pool;

/* Work on items [begin, end). `worker` is in [0, quoth_pool_threads), and no two calls
 * under way have the same: use it to pick a scratch. */
typedef void (*quoth_pool_work)(void *context, size_t begin, size_t end, size_t worker);

/* The cores that this process may use; at least 1. */
size_t quoth_usable_cores(void);

/* `threads` 0 means one for each of them. */
quoth_status quoth_pool_new(size_t threads, quoth_pool **out, quoth_error *err);
void quoth_pool_free(quoth_pool *pool);

size_t quoth_pool_threads(const quoth_pool *pool);

/* Runs `work` over all of [0, n_items) in runs of at most `grain` (>= 1) items and
 * returns when all is done. The caller's thread takes part. One run at a time. */
void quoth_pool_run(quoth_pool *pool, size_t n_items, size_t grain, quoth_pool_work work,
                    void *context);

#endif

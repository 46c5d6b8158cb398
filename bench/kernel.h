/* kernel.h - what bench/kernels.c runs: inner loops of the library, each beside a naive twin that
 * says the same in plain code and serves as oracle. */
#ifndef QUOTH_BENCH_KERNEL_H
#define QUOTH_BENCH_KERNEL_H

#include "base/memory.h"
#include "math/width.h"

/* The first member of a kernel's work. */
typedef struct kernel_results {
  double *fast, *naive; /* [n] */
  size_t n;
} kernel_results;

typedef struct kernel {
  const char *name;
  size_t n_items;         /* that one call goes through */
  const char *item;       /* what one is */
  bool has_widths;        /* else `fast` does not look at its width */
  double tolerance;       /* largest relative difference from the twin; 0: the same bits */
  void *(*prepare)(void); /* makes the work: inputs that are the same on every machine */
  void (*release)(void *work);
  void (*fast)(void *work, quoth_width width);
  void (*naive)(void *work); /* NULL if there is none */
} kernel;

/* ORDER KERNELS */
extern const kernel exp_kernel, digamma_kernel, gamma_kernel;
extern const kernel lda_transform_kernel, lda_fit_kernel;
extern const kernel forest_fit_kernel, balanced_forest_fit_kernel, forest_predict_kernel,
    forest_predict_together_kernel;
extern const kernel csv_kernel, count_terms_kernel, predict_kernel;

/* Zeroed memory; ends the program if there is none. */
void *kernel_memory(size_t n, size_t item_size);
void kernel_results_init(kernel_results *results, size_t n);
void kernel_results_clear(kernel_results *results);
/* Ends the program if `status` is a failure. */
void kernel_require(quoth_status status, const quoth_error *err);

#endif

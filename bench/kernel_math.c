/* exp, digamma and gamma deviates beside the C library and one draw at a time. */
#include <math.h>
#include <stdlib.h>

#include "base/random.h"
#include "kernel.h"
#include "learn/lda_naive.h"
#include "math/functions.h"
#include "math/gamma.h"

enum { N_VALUES = 20000 };

typedef struct values {
  kernel_results results;
  double *x; /* [N_VALUES] */
} values;

static void *prepare(double low, double high) {
  values *work = kernel_memory(1, sizeof *work);
  kernel_results_init(&work->results, N_VALUES);
  work->x = kernel_memory(N_VALUES, sizeof *work->x);
  quoth_random random;
  quoth_random_seed(&random, 3);
  for (size_t i = 0; i < N_VALUES; i++)
    work->x[i] = low + (high - low) * quoth_random_unit(&random);
  return work;
}

static void release(void *work_) {
  values *work = work_;
  kernel_results_clear(&work->results);
  free(work->x);
  free(work);
}

static void *prepare_exp(void) { return prepare(-60, 5); }

static void fast_exp(void *work_, quoth_width width) {
  values *work = work_;
  quoth_functions_for(width)->exp(work->x, work->results.fast, N_VALUES);
}

static void naive_exp(void *work_) {
  values *work = work_;
  for (size_t i = 0; i < N_VALUES; i++) work->results.naive[i] = exp(work->x[i]);
}

const kernel exp_kernel = {
    "exp", N_VALUES, "value", true, 4e-16, prepare_exp, release, fast_exp, naive_exp,
};

/* Half of them need the recurrence. */
static void *prepare_digamma(void) { return prepare(0.01, 12); }

static void fast_digamma(void *work_, quoth_width width) {
  values *work = work_;
  quoth_functions_for(width)->digamma(work->x, work->results.fast, N_VALUES);
}

static void naive_digamma(void *work_) {
  values *work = work_;
  for (size_t i = 0; i < N_VALUES; i++) work->results.naive[i] = lda_naive_psi(work->x[i]);
}

/* Near the root at 1.46 a difference of larger terms. */
const kernel digamma_kernel = {
    "digamma",       N_VALUES, "value",      true,          1e-11,
    prepare_digamma, release,  fast_digamma, naive_digamma,
};

static void *prepare_gamma(void) { return prepare(0, 1); }

static void fast_gamma(void *work_, quoth_width width) {
  values *work = work_;
  quoth_random random;
  quoth_random_seed(&random, 4);
  quoth_gamma_array(width, &random, 100, 0.01, work->results.fast, N_VALUES);
}

static void naive_gamma(void *work_) {
  values *work = work_;
  quoth_random random;
  quoth_random_seed(&random, 4);
  for (size_t i = 0; i < N_VALUES; i++)
    work->results.naive[i] = quoth_random_gamma(&random, 100, 0.01);
}

const kernel gamma_kernel = {
    "gamma", N_VALUES, "draw", true, 2e-15, prepare_gamma, release, fast_gamma, naive_gamma,
};

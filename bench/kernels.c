/* Runs the library's inner loops on made-up inputs.
 *
 * usage: kernels [TEXT]   a table: time of one item at each width of the processor's vectors,
 *                         beside the naive twin; of the loops with TEXT in their names
 *        kernels --check  compares with the twins, and the widths with each other; prints TAP
 *        kernels --once   prints the loops' names and runs each at 256 bits, once of it inside
 *                         run_counted, for tests/speed/test_instructions.py */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "kernel.h"

/* ORDER KERNELS */
static const kernel *const KERNELS[] = {
    &exp_kernel,
    &digamma_kernel,
    &gamma_kernel,
    &lda_transform_kernel,
    &lda_fit_kernel,
    &forest_fit_kernel,
    &balanced_forest_fit_kernel,
    &forest_predict_kernel,
    &forest_predict_together_kernel,
    &csv_kernel,
    &count_terms_kernel,
    &predict_kernel,
};
enum { N_KERNELS = sizeof KERNELS / sizeof *KERNELS };

static const char *const WIDTH_NAMES[] = {"128 bits", "256 bits", "512 bits"}; /* ORDER WIDTHS */

void *kernel_memory(size_t n, size_t item_size) {
  quoth_error err;
  void *memory = quoth_new_array(n, item_size, &err);
  if (!memory) kernel_require(QUOTH_ERR_NOMEM, &err);
  return memory;
}

void kernel_require(quoth_status status, const quoth_error *err) {
  if (!status) return;
  fprintf(stderr, "kernels: %s\n", err->message);
  exit(1);
}

void kernel_results_init(kernel_results *results, size_t n) {
  results->n = n;
  results->fast = kernel_memory(n, sizeof *results->fast);
  results->naive = kernel_memory(n, sizeof *results->naive);
}

void kernel_results_clear(kernel_results *results) {
  free(results->fast);
  free(results->naive);
}

static bool runs_at(const kernel *k, quoth_width width) {
  return quoth_width_usable(width) && (k->has_widths || width == QUOTH_WIDTH_BASELINE);
}

/* ---- Table ----------------------------------------------------------------------------- */

enum { LEAST_ROUNDS = 5 };
static const double LEAST_SECONDS = 0.3; /* of all rounds together */

/* Nanoseconds of one item: the least of some rounds. A width of QUOTH_N_WIDTHS is the twin's. */
static double time_item(const kernel *k, void *work, quoth_width width) {
  double least = HUGE_VAL, begin = quoth_seconds(), start = begin;
  for (int round = 0; round < LEAST_ROUNDS || start < begin + LEAST_SECONDS; round++) {
    start = quoth_seconds();
    if (width == QUOTH_N_WIDTHS)
      k->naive(work);
    else
      k->fast(work, width);
    least = fmin(least, quoth_seconds() - start);
  }
  return least * 1e9 / (double)k->n_items;
}

static void print_cell(bool is_there, double value, const char *form) {
  if (is_there) printf(form, value);
  printf(" |");
}

static void print_row(const kernel *k) {
  void *work = k->prepare();
  double best = HUGE_VAL, naive = k->naive ? time_item(k, work, QUOTH_N_WIDTHS) : 0;
  printf("| %s | %s |", k->name, k->item);
  print_cell(k->naive, naive, " %.4g");
  for (quoth_width width = 0; width < QUOTH_N_WIDTHS; width++) {
    double now = runs_at(k, width) ? time_item(k, work, width) : HUGE_VAL;
    print_cell(now < HUGE_VAL, now, " %.4g");
    best = fmin(best, now);
  }
  print_cell(k->naive, naive / best, " %.3g");
  printf("\n");
  fflush(stdout);
  k->release(work);
}

static void print_table(const char *match) {
  printf("Nanoseconds an item, one thread, the least of %d rounds or more.\n\n", LEAST_ROUNDS);
  printf("| kernel | item | naive |");
  for (quoth_width width = 0; width < QUOTH_N_WIDTHS; width++) printf(" %s |", WIDTH_NAMES[width]);
  printf(" times faster |\n|---|---|---|---|---|---|---|\n");
  for (size_t i = 0; i < N_KERNELS; i++)
    if (strstr(KERNELS[i]->name, match)) print_row(KERNELS[i]);
}

/* ---- Check ----------------------------------------------------------------------------- */

static double largest_difference(const kernel_results *results) {
  double largest = 0;
  for (size_t i = 0; i < results->n; i++) {
    double a = results->fast[i], b = results->naive[i];
    if (a == b) continue;
    double difference = fabs(a - b) / fmax(fabs(b), 1e-150);
    if (!(difference <= largest)) largest = difference;
  }
  return largest;
}

static unsigned n_tests, n_failed;

static void tell(bool is_good, const kernel *k, quoth_width width, const char *what) {
  n_failed += !is_good;
  printf("%s %u - %s, %s: %s\n", is_good ? "ok" : "not ok", ++n_tests, k->name,
         k->has_widths ? WIDTH_NAMES[width] : "any width", what);
  fflush(stdout);
}

static void check_kernel(const kernel *k) {
  kernel_results *results = k->prepare();
  double *first = kernel_memory(results->n, sizeof *first);
  if (k->naive) k->naive(results);
  for (quoth_width width = 0; width < QUOTH_N_WIDTHS; width++) {
    if (!runs_at(k, width)) continue;
    k->fast(results, width);
    char what[80];
    double difference = largest_difference(results);
    snprintf(what, sizeof what, "%.2g off the naive twin, %g allowed", difference, k->tolerance);
    if (k->naive) tell(difference <= k->tolerance, k, width, what);
    if (width == 0) {
      memcpy(first, results->fast, results->n * sizeof *first);
      k->fast(results, width);
    }
    bool is_same = memcmp(first, results->fast, results->n * sizeof *first) == 0;
    tell(is_same, k, width, width ? "the bits of 128 bits" : "the same bits again");
  }
  free(first);
  k->release(results);
}

static int check_all(void) {
  for (size_t i = 0; i < N_KERNELS; i++) check_kernel(KERNELS[i]);
  printf("1..%u\n", n_tests);
  return n_failed > 0;
}

/* ---- For callgrind ------------------------------------------------------------------------ */

/* Callgrind counts what happens in here; the last line keeps the call from becoming a jump. */
static __attribute__((noinline, used)) void run_counted(const kernel *k, void *work) {
  k->fast(work, QUOTH_WIDTH_AVX2);
  __asm__ volatile("");
}

/* The first time binds symbols and grows buffers. */
static void run_once(void) {
  for (size_t i = 0; i < N_KERNELS; i++) {
    void *work = KERNELS[i]->prepare();
    KERNELS[i]->fast(work, QUOTH_WIDTH_AVX2);
    run_counted(KERNELS[i], work);
    KERNELS[i]->release(work);
    printf("%s\n", KERNELS[i]->name);
  }
}

int main(int argc, char **argv) {
  if (argc == 1) {
    print_table("");
  } else if (argc == 2 && strcmp(argv[1], "--check") == 0) {
    return check_all();
  } else if (argc == 2 && strcmp(argv[1], "--once") == 0) {
    run_once();
  } else if (argc == 2 && argv[1][0] != '-') {
    print_table(argv[1]);
  } else {
    fprintf(stderr, "usage: kernels [TEXT | --check | --once]\n");
    return 2;
  }
  return 0;
}

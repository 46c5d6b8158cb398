/* The objective is concave. The intercepts climb by iterative scaling (Darroch and Ratcliff, 1972),
 * the slope by Newton's method, in turn. */
#include "learn/temperature.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/logarithm.h"
#include "learn/linear.h"

enum { MAX_ROUNDS = 200 };
#define TOLERANCE 1e-6 /* of slope and intercepts; 1e-6 of a log probability */
#define SHARE_WITHOUT_SCORES 0.1
#define SLOPE_DEVIATION 10.0

typedef struct calibration {
  const double *scores;
  const uint32_t *labels;
  size_t n_rows;
  uint32_t n_classes;
  double variance; /* s^2 */
  double slope;
  double *intercept;     /* [C] */
  double *counts;        /* [C] rows, with those with no scores */
  double *expected;      /* [C] the same by the probabilities */
  double *probabilities; /* [C] of the row at work */
} calibration;

static double mean_variance(const calibration *job) {
  double sum = 0, n_telling = 0, n_classes = job->n_classes;
  for (size_t row = 0; row < job->n_rows; row++) {
    const double *scores = job->scores + row * job->n_classes;
    double mean = 0, squares = 0;
    for (uint32_t c = 0; c < job->n_classes; c++) mean += scores[c] / n_classes;
    for (uint32_t c = 0; c < job->n_classes; c++)
      squares += (scores[c] - mean) * (scores[c] - mean);
    sum += squares / n_classes;
    n_telling += squares > 0;
  }
  return n_telling > 0 ? sum / n_telling : 0;
}

/* Adds what a row says of the classes to job->expected, and to the slope's derivatives. */
static void add_row(calibration *job, size_t row, double *gradient, double *curvature) {
  const double *scores = job->scores + row * job->n_classes;
  double mean = 0, squares = 0, *p = job->probabilities;
  for (uint32_t c = 0; c < job->n_classes; c++) p[c] = job->intercept[c] + job->slope * scores[c];
  quoth_softmax(p, job->n_classes);
  for (uint32_t c = 0; c < job->n_classes; c++) {
    job->expected[c] += p[c];
    mean += p[c] * scores[c];
  }
  for (uint32_t c = 0; c < job->n_classes; c++)
    squares += p[c] * (scores[c] - mean) * (scores[c] - mean);
  *gradient += scores[job->labels[row]] - mean;
  *curvature += squares;
}

/* Returns how far slope and intercepts moved at most. */
static double climb(calibration *job, bool moves_slope) {
  double penalty = job->variance / (SLOPE_DEVIATION * SLOPE_DEVIATION), moved = 0;
  double gradient = -penalty * job->slope, curvature = penalty;
  memset(job->expected, 0, job->n_classes * sizeof *job->expected);
  for (size_t row = 0; row < job->n_rows; row++) add_row(job, row, &gradient, &curvature);
  if (moves_slope) {
    if (!(curvature > 0)) return 0;
    double next = job->slope + gradient / curvature;
    next = next > 2 * job->slope ? 2 * job->slope : next < job->slope / 2 ? job->slope / 2 : next;
    moved = fabs(next - job->slope) * sqrt(job->variance);
    job->slope = next;
    return moved;
  }
  memcpy(job->probabilities, job->intercept, job->n_classes * sizeof *job->probabilities);
  quoth_softmax(job->probabilities, job->n_classes);
  for (uint32_t c = 0; c < job->n_classes; c++) {
    if (!(job->counts[c] > 0)) continue;
    double step = quoth_log(job->counts[c]) -
                  quoth_log(job->expected[c] +
                            SHARE_WITHOUT_SCORES * (double)job->n_rows * job->probabilities[c]);
    job->intercept[c] += step;
    if (fabs(step) > moved) moved = fabs(step);
  }
  return moved;
}

static void start(calibration *job) {
  for (size_t row = 0; row < job->n_rows; row++) job->counts[job->labels[row]]++;
  for (uint32_t c = 0; c < job->n_classes; c++) {
    job->intercept[c] = quoth_log(job->counts[c]) - quoth_log((double)job->n_rows);
    job->counts[c] *= 1 + SHARE_WITHOUT_SCORES;
  }
  job->variance = mean_variance(job);
  job->slope = job->variance > 0 ? 1 / sqrt(job->variance) : 1;
}

quoth_status quoth_temperature_fit(const double *scores, const uint32_t *labels, size_t n_rows,
                                   uint32_t n_classes, double *slope, double *intercept,
                                   quoth_error *err) {
  double *memory = quoth_new_array(n_classes, 3 * sizeof *memory, err);
  if (!memory) return QUOTH_ERR_NOMEM;
  calibration job = {.scores = scores,
                     .labels = labels,
                     .n_rows = n_rows,
                     .n_classes = n_classes,
                     .intercept = intercept,
                     .counts = memory,
                     .expected = memory + n_classes,
                     .probabilities = memory + 2 * (size_t)n_classes};
  start(&job);
  for (int round = 0; round < MAX_ROUNDS; round++) {
    double moved = climb(&job, true);
    double shifted = climb(&job, false);
    if (moved < TOLERANCE && shifted < TOLERANCE) break;
  }
  *slope = job.slope;
  free(memory);
  return QUOTH_OK;
}

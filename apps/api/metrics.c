/* Counters, and their text: https://prometheus.io/docs/instrumenting/exposition_formats/ */
#include "api/metrics.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "api/call.h"
#include "base/number.h"

typedef atomic_uint_fast64_t counter;

static const int statuses[] = {200, 204, 400, 404, 405, 408, 413, 414, 415,
                               417, 422, 429, 431, 500, 501, 503, 505};
enum { N_STATUSES = sizeof statuses / sizeof *statuses };

/* Upper bounds of the latency histogram, seconds. */
static const double bounds[] = {0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025,
                                0.05,   0.1,     0.25,   0.5,   1.0,    2.5,   5.0,  10.0};
enum { N_BOUNDS = sizeof bounds / sizeof *bounds };

typedef struct route_counters {
  counter requests[N_STATUSES + 1]; /* the last: any other status */
  counter latencies[N_BOUNDS + 1];  /* not cumulative; the last: above all bounds */
  counter nanoseconds;
} route_counters;

struct quoth_api_metrics {
  const quoth_api_model *models; /* [n_models] */
  size_t n_models;
  route_counters *routes; /* [quoth_api_n_routes + 1], the last: no route */
  counter **predictions;  /* [n_models][classes of the model] */
  atomic_int_fast64_t in_flight;
};

void quoth_api_metrics_free(quoth_api_metrics *metrics) {
  if (!metrics) return;
  for (size_t m = 0; metrics->predictions && m < metrics->n_models; m++)
    free(metrics->predictions[m]);
  free(metrics->predictions);
  free(metrics->routes);
  free(metrics);
}

static bool allocate(quoth_api_metrics *metrics, quoth_error *err) {
  metrics->routes = quoth_new_array(quoth_api_n_routes + 1, sizeof *metrics->routes, err);
  metrics->predictions = quoth_new_array(metrics->n_models, sizeof *metrics->predictions, err);
  if (!metrics->routes || !metrics->predictions) return false;
  for (size_t m = 0; m < metrics->n_models; m++) {
    uint32_t n_classes = quoth_model_n_classes(metrics->models[m].model);
    metrics->predictions[m] = quoth_new_array(n_classes, sizeof *metrics->predictions[m], err);
    if (!metrics->predictions[m]) return false;
  }
  return true;
}

quoth_status quoth_api_metrics_new(const quoth_api_model *models, size_t n_models,
                                   quoth_api_metrics **out, quoth_error *err) {
  *out = NULL;
  quoth_api_metrics *metrics = quoth_new_array(1, sizeof *metrics, err);
  if (!metrics) return QUOTH_ERR_NOMEM;
  metrics->models = models;
  metrics->n_models = n_models;
  if (!allocate(metrics, err)) {
    quoth_api_metrics_free(metrics);
    return QUOTH_ERR_NOMEM;
  }
  *out = metrics;
  return QUOTH_OK;
}

/* ---- Counting -------------------------------------------------------------- */

static void add(counter *c, uint64_t more) {
  atomic_fetch_add_explicit(c, more, memory_order_relaxed);
}

static uint64_t read(const counter *c) { return atomic_load_explicit(c, memory_order_relaxed); }

void quoth_api_metrics_count_prediction(quoth_api_metrics *metrics, size_t model, uint32_t label) {
  add(&metrics->predictions[model][label], 1);
}

static size_t route_index(const char *route) {
  size_t i = 0;
  while (i < quoth_api_n_routes && (!route || strcmp(quoth_api_routes[i].pattern, route) != 0)) i++;
  return i;
}

void quoth_api_metrics_count_request(quoth_api_metrics *metrics, const char *route, int status,
                                     double seconds) {
  route_counters *counters = &metrics->routes[route_index(route)];
  size_t s = 0, b = 0;
  while (s < N_STATUSES && statuses[s] != status) s++;
  while (b < N_BOUNDS && seconds > bounds[b]) b++;
  add(&counters->requests[s], 1);
  add(&counters->latencies[b], 1);
  if (seconds > 0) add(&counters->nanoseconds, (uint64_t)(seconds * 1e9));
}

void quoth_api_metrics_count_in_flight(quoth_api_metrics *metrics, int change) {
  atomic_fetch_add_explicit(&metrics->in_flight, change, memory_order_relaxed);
}

/* ---- Text ------------------------------------------------------------------ */

static quoth_status head(quoth_buffer *out, const char *name, const char *type, const char *help,
                         quoth_error *err) {
  return quoth_buffer_printf(out, err, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

/* A label's value, quotes included. */
static quoth_status put_label(quoth_buffer *out, const char *value, quoth_error *err) {
  quoth_status status = quoth_buffer_append(out, "\"", 1, err);
  for (; *value && !status; value++) {
    if (*value == '\n')
      status = quoth_buffer_append(out, "\\n", 2, err);
    else
      status =
          quoth_buffer_printf(out, err, *value == '"' || *value == '\\' ? "\\%c" : "%c", *value);
  }
  return status ? status : quoth_buffer_append(out, "\"", 1, err);
}

static const char *route_name(size_t route) {
  return route < quoth_api_n_routes ? quoth_api_routes[route].pattern : "other";
}

static quoth_status append_requests(const quoth_api_metrics *metrics, quoth_buffer *out,
                                    quoth_error *err) {
  quoth_status status = head(out, "quoth_requests_total", "counter",
                             "Requests answered, by route and HTTP status.", err);
  for (size_t r = 0; r <= quoth_api_n_routes; r++)
    for (size_t s = 0; s <= N_STATUSES && !status; s++) {
      uint64_t n = read(&metrics->routes[r].requests[s]);
      char code[16] = "other";
      if (s < N_STATUSES) snprintf(code, sizeof code, "%d", statuses[s]);
      if (n)
        status = quoth_buffer_printf(
            out, err, "quoth_requests_total{route=\"%s\",status=\"%s\"} %" PRIu64 "\n",
            route_name(r), code, n);
    }
  return status;
}

/* Counters are read one by one while others raise them, so the count is made of the buckets. */
static quoth_status append_route_latency(const route_counters *counters, const char *route,
                                         quoth_buffer *out, quoth_error *err) {
  uint64_t so_far = 0;
  quoth_status status = QUOTH_OK;
  for (size_t b = 0; b <= N_BOUNDS && !status; b++) {
    char bound[QUOTH_NUMBER_SIZE] = "+Inf";
    if (b < N_BOUNDS) quoth_number_shortest(bounds[b], bound);
    so_far += read(&counters->latencies[b]);
    status = quoth_buffer_printf(
        out, err, "quoth_request_duration_seconds_bucket{route=\"%s\",le=\"%s\"} %" PRIu64 "\n",
        route, bound, so_far);
  }
  if (status) return status;
  char sum[QUOTH_NUMBER_SIZE];
  quoth_number_shortest((double)read(&counters->nanoseconds) / 1e9, sum);
  return quoth_buffer_printf(out, err,
                             "quoth_request_duration_seconds_sum{route=\"%s\"} %s\n"
                             "quoth_request_duration_seconds_count{route=\"%s\"} %" PRIu64 "\n",
                             route, sum, route, so_far);
}

static quoth_status append_latencies(const quoth_api_metrics *metrics, quoth_buffer *out,
                                     quoth_error *err) {
  quoth_status status = head(out, "quoth_request_duration_seconds", "histogram",
                             "Time from the last byte of a request to its answer, by route.", err);
  for (size_t r = 0; r <= quoth_api_n_routes && !status; r++) {
    const route_counters *counters = &metrics->routes[r];
    uint64_t n = 0;
    for (size_t b = 0; b <= N_BOUNDS; b++) n += read(&counters->latencies[b]);
    if (n) status = append_route_latency(counters, route_name(r), out, err);
  }
  return status;
}

static quoth_status append_predictions(const quoth_api_metrics *metrics, quoth_buffer *out,
                                       quoth_error *err) {
  quoth_status status = head(out, "quoth_predictions_total", "counter",
                             "Texts labelled, by model and predicted label.", err);
  for (size_t m = 0; m < metrics->n_models; m++)
    for (uint32_t c = 0; c < quoth_model_n_classes(metrics->models[m].model) && !status; c++) {
      status = quoth_buffer_printf(
          out, err, "quoth_predictions_total{model=\"%s\",label=", metrics->models[m].name);
      if (!status) status = put_label(out, quoth_model_class(metrics->models[m].model, c), err);
      if (!status)
        status =
            quoth_buffer_printf(out, err, "} %" PRIu64 "\n", read(&metrics->predictions[m][c]));
    }
  return status;
}

static quoth_status append_texts(const quoth_api_metrics *metrics, quoth_buffer *out,
                                 quoth_error *err) {
  quoth_status status = head(out, "quoth_texts_total", "counter", "Texts labelled, by model.", err);
  for (size_t m = 0; m < metrics->n_models && !status; m++) {
    uint64_t n = 0;
    for (uint32_t c = 0; c < quoth_model_n_classes(metrics->models[m].model); c++)
      n += read(&metrics->predictions[m][c]);
    status = quoth_buffer_printf(out, err, "quoth_texts_total{model=\"%s\"} %" PRIu64 "\n",
                                 metrics->models[m].name, n);
  }
  return status;
}

static quoth_status append_models(const quoth_api_metrics *metrics, quoth_buffer *out,
                                  quoth_error *err) {
  quoth_status status =
      head(out, "quoth_model_info", "gauge", "Always 1; says what is served.", err);
  for (size_t m = 0; m < metrics->n_models && !status; m++)
    status = quoth_buffer_printf(
        out, err, "quoth_model_info{model=\"%s\",digest=\"%s\",version=\"%s\"} 1\n",
        metrics->models[m].name, quoth_model_digest(metrics->models[m].model), quoth_version());
  return status;
}

quoth_status quoth_api_metrics_append(const quoth_api_metrics *metrics, quoth_buffer *out,
                                      quoth_error *err) {
  quoth_status status = append_requests(metrics, out, err);
  if (!status) status = append_latencies(metrics, out, err);
  if (!status) status = append_texts(metrics, out, err);
  if (!status) status = append_predictions(metrics, out, err);
  if (!status)
    status = head(out, "quoth_requests_in_flight", "gauge", "Requests being answered now.", err);
  if (!status)
    status = quoth_buffer_printf(out, err, "quoth_requests_in_flight %" PRIdFAST64 "\n",
                                 atomic_load_explicit(&metrics->in_flight, memory_order_relaxed));
  return status ? status : append_models(metrics, out, err);
}

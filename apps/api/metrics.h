/* metrics.h - what the API counts, and its text for Prometheus. Counters may be raised from any
 * thread. */
#ifndef QUOTH_API_METRICS_H
#define QUOTH_API_METRICS_H

#include "api/api.h"

typedef struct quoth_api_metrics quoth_api_metrics;

quoth_status quoth_api_metrics_new(const quoth_api_model *models, size_t n_models,
                                   quoth_api_metrics **out, quoth_error *err);
void quoth_api_metrics_free(quoth_api_metrics *metrics);

void quoth_api_metrics_count_prediction(quoth_api_metrics *metrics, size_t model, uint32_t label);
/* A route that is NULL or unknown is counted as "other". */
void quoth_api_metrics_count_request(quoth_api_metrics *metrics, const char *route, int status,
                                     double seconds);
void quoth_api_metrics_count_in_flight(quoth_api_metrics *metrics, int change);

/* Appends everything in the text format 0.0.4. */
quoth_status quoth_api_metrics_append(const quoth_api_metrics *metrics, quoth_buffer *out,
                                      quoth_error *err);

#endif

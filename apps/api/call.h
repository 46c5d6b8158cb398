/* call.h - one request on its way through the API: what the handlers share. */
#ifndef QUOTH_API_CALL_H
#define QUOTH_API_CALL_H

#include "api/api.h"
#include "api/load_json.h"
#include "api/metrics.h"

/* Limits of one request beyond the transport's limit of its body; openapi.json states them. */
enum {
  QUOTH_API_MAX_TEXTS = 10000,
  QUOTH_API_MAX_EXPLAINED = 10000 /* bytes of all texts: time grows with words times bytes, and
                                     is about half a second for these */
};

struct quoth_api {
  const quoth_api_model *models; /* [n_models] */
  size_t n_models;
  quoth_api_metrics *metrics;
};

struct quoth_api_worker {
  quoth_scratch **scratches; /* [n_models] */
  size_t n_models;
  double *probabilities;    /* [most classes of any model]: the text's at hand */
  uint32_t *order;          /* likewise: classes, most probable first */
  quoth_buffer body;        /* of the response */
  quoth_buffer fields;      /* a form, decoded */
  quoth_buffer outputs[2];  /* data of the Open Inference Protocol's outputs */
  quoth_buffer description; /* of the first model, once it was asked for */
  quoth_bytes *texts;       /* [n_texts] of the request */
  size_t n_texts, texts_capacity;
  json_t *json;      /* the request's body; the texts point into it */
  quoth_error fault; /* its message becomes the problem's detail */
};

typedef struct quoth_api_call {
  const quoth_api *api;
  quoth_api_worker *worker;
  const quoth_api_request *request;
  quoth_api_response *response;
  quoth_bytes name; /* what stands for {name} in the path */
} quoth_api_call;

/* Answers a call: fills the response's content type and body. Returns the HTTP status; from 400 on
 * the response becomes a problem document whose detail is the worker's fault. */
typedef int (*quoth_api_handler)(quoth_api_call *call);

/* ---- problem.c ---- */

/* Sets the detail of the problem and returns `status`. */
int quoth_api_refuse(quoth_api_call *call, int status, const char *format, ...) QUOTH_PRINTF(3, 4);
/* Writes the problem document; `with_error` adds the member that the Open Inference Protocol
 * wants. */
void quoth_api_write_problem(quoth_api_worker *worker, int status, const char *detail,
                             bool with_error, quoth_api_response *response);

/* ---- answer.c ---- */

/* Hands the worker's buffer over as the body: 200. After a failed `status` of the library, the
 * status of a refusal, whose detail is the worker's fault. */
int quoth_api_answer(quoth_api_call *call, quoth_status status, const char *content_type);

/* ---- put.c: these fail only for want of memory ---- */

quoth_status quoth_api_put(quoth_buffer *out, const char *text);
quoth_status quoth_api_put_string(quoth_buffer *out, const char *text);
/* In shortest form; null if it is not finite. */
quoth_status quoth_api_put_number(quoth_buffer *out, double number);

/* ---- request_json.c ---- */

/* "an array" and the like, for messages. */
const char *quoth_api_type_name(const json_t *value);
/* Parses the body, which must be one JSON object without members other than `known`
 * (NULL-ended), into worker->json. 0, or the status of a refusal. */
int quoth_api_read_object(quoth_api_call *call, const char *const *known);
/* Refuses an object with other members; `what` is its name in messages. */
int quoth_api_check_members(quoth_api_call *call, const json_t *object, const char *what,
                            const char *const *known);
/* ---- texts.c ---- */

/* Adds one text to the worker's; refuses more than QUOTH_API_MAX_TEXTS. */
int quoth_api_push_text(quoth_api_call *call, quoth_bytes text);
/* Adds the string `value` to the texts; `what` and `index` (if not negative) name it. */
int quoth_api_add_text(quoth_api_call *call, const json_t *value, const char *what, long index);

/* ---- predict.c ---- */

/* The index of the model that is called `name`, or api->n_models. */
size_t quoth_api_find_model(const quoth_api *api, quoth_bytes name);
/* Counts one prediction that was made. */
void quoth_api_count_prediction(quoth_api_call *call, size_t model, uint32_t label);

/* ---- form.c ---- */

typedef struct quoth_api_field {
  quoth_bytes name, value;
  size_t offset; /* in the body */
} quoth_api_field;

/* Decodes the next "name=value" of the body at *at; field->name.data is NULL at the end. Decoded
 * bytes are appended to worker->fields, which has room for the whole body. */
int quoth_api_next_field(quoth_api_call *call, size_t *at, quoth_api_field *field);

/* ---- content_type.c ---- */

typedef enum quoth_api_media {
  QUOTH_API_JSON,
  QUOTH_API_PLAIN,
  QUOTH_API_FORM,
  QUOTH_API_NO_MEDIA, /* no Content-Type */
  QUOTH_API_OTHER_MEDIA
} quoth_api_media;

/* Reads the Content-Type; a charset other than UTF-8 is refused. 0, or the status of a refusal. */
int quoth_api_read_media(quoth_api_call *call, quoth_api_media *media);

/* ---- Handlers ---- */

int quoth_api_page(quoth_api_call *call);
int quoth_api_openapi(quoth_api_call *call);
int quoth_api_healthz(quoth_api_call *call);
int quoth_api_readyz(quoth_api_call *call);
int quoth_api_get_metrics(quoth_api_call *call);
int quoth_api_get_model(quoth_api_call *call);
int quoth_api_predict(quoth_api_call *call);
int quoth_api_v2_server(quoth_api_call *call);
int quoth_api_v2_live(quoth_api_call *call);
int quoth_api_v2_ready(quoth_api_call *call);
int quoth_api_v2_model(quoth_api_call *call);
int quoth_api_v2_model_ready(quoth_api_call *call);
int quoth_api_v2_infer(quoth_api_call *call);

/* ---- routes.c ---- */

typedef struct quoth_api_route {
  const char *method;  /* "GET" or "POST" */
  const char *pattern; /* "/v2/models/{name}" */
  const char *cache_control;
  quoth_api_handler handle;
} quoth_api_route;

extern const quoth_api_route quoth_api_routes[];
extern const size_t quoth_api_n_routes;

/* The route of `path`, with what stands for {name}; NULL if there is none. */
const quoth_api_route *quoth_api_find_route(quoth_bytes path, quoth_bytes *name);

#endif

#include "lambda/error_report.h"

#include "base/json.h"
#include "base/utf8.h"

/* The message may quote what was sent, or a file's name. */
static quoth_status write_body(const char *type, quoth_bytes message, quoth_buffer *out,
                               quoth_error *err) {
  quoth_buffer valid = {0};
  quoth_status status = quoth_buffer_append(&valid, message.data, message.size, err);
  if (!status) quoth_utf8_make_valid(valid.data, valid.size);
  if (!status) status = quoth_buffer_printf(out, err, "{\"errorMessage\":");
  if (!status) status = quoth_json_append_string(out, (quoth_bytes){valid.data, valid.size}, err);
  if (!status)
    status = quoth_buffer_printf(out, err, ",\"errorType\":\"%s\",\"stackTrace\":[]}", type);
  quoth_buffer_clear(&valid);
  return status;
}

quoth_status quoth_lambda_report_error(quoth_lambda_client *client, const char *path,
                                       const char *type, quoth_bytes message, quoth_error *err) {
  quoth_buffer body = {0};
  quoth_status status = write_body(type, message, &body, err);
  if (!status)
    status = quoth_lambda_exchange(
        client,
        &(quoth_lambda_request){
            .path = path, .error_type = type, .body = &(quoth_bytes){body.data, body.size}},
        err);
  quoth_buffer_clear(&body);
  return status;
}

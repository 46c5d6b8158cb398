#include "interop/npy.h"

/* ORDER quoth_dtype */
static const char *const descriptions[] = {"|u1", "<i4", "<u4", "<u8", "<f8", "<f4"};

static quoth_status append_shape(const quoth_tensor *tensor, quoth_buffer *out, quoth_error *err) {
  quoth_status status = QUOTH_OK;
  for (uint32_t i = 0; i < tensor->rank && !status; i++)
    status = quoth_buffer_printf(out, err, "%llu,", (unsigned long long)tensor->shape[i]);
  return status;
}

/* The magic, the version, the size of the rest in 16 bits, a dictionary as Python writes it, and
 * spaces and a line break, so that the array begins at a multiple of 64 bytes. */
quoth_status quoth_npy_append_header(const quoth_tensor *tensor, quoth_buffer *out,
                                     quoth_error *err) {
  enum { PREFIX_SIZE = 10, ALIGNMENT = 64 };
  size_t begin = out->size;
  quoth_status status = quoth_buffer_append(out, "\x93NUMPY\1\0\0\0", PREFIX_SIZE, err);
  if (!status)
    status = quoth_buffer_printf(out, err, "{'descr': '%s', 'fortran_order': False, 'shape': (",
                                 descriptions[tensor->dtype]);
  if (!status) status = append_shape(tensor, out, err);
  if (!status) status = quoth_buffer_append(out, "), }", 4, err);
  if (status) return status;
  size_t size = out->size - begin + 1;
  size_t padding = (ALIGNMENT - size % ALIGNMENT) % ALIGNMENT;
  status = quoth_buffer_printf(out, err, "%*s\n", (int)padding, "");
  if (status) return status;
  size_t rest = out->size - begin - PREFIX_SIZE;
  out->data[begin + 8] = (char)(rest & 0xFF);
  out->data[begin + 9] = (char)(rest >> 8);
  return QUOTH_OK;
}

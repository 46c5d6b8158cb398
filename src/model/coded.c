#include "model/coded.h"

quoth_status quoth_get_coded(const quoth_tensors *tensors, const char *prefix, const char *name,
                             uint32_t rank, const quoth_tensor **out, const double **levels,
                             quoth_error *err) {
  *levels = NULL;
  const quoth_tensor *found = quoth_tensors_find(tensors, prefix, name), *table;
  if (!found || found->dtype != QUOTH_U8)
    return quoth_tensors_get(tensors, prefix, name, QUOTH_F64, rank, out, err);
  quoth_status status = quoth_tensors_get(tensors, prefix, name, QUOTH_U8, rank, out, err);
  if (!status)
    status = quoth_tensors_get(tensors, prefix, QUOTH_LEVELS_TENSOR, QUOTH_F64, 1, &table, err);
  if (status) return status;
  if (table->shape[0] != QUOTH_N_LEVELS)
    return quoth_fail(err, QUOTH_ERR_FORMAT, "tensor %s should have %d items", table->name,
                      QUOTH_N_LEVELS);
  *levels = table->data;
  return QUOTH_OK;
}

#include "math/sparse.h"

#include <stdlib.h>

void quoth_sparse_clear(quoth_sparse *matrix) {
  free(matrix->row_begin);
  free(matrix->columns);
  free(matrix->counts);
  free(matrix->weights);
  *matrix = (quoth_sparse){0};
}

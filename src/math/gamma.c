#include "math/gamma.h"

#include <math.h>

#include "math/gamma_kernels.h"

QUOTH_DECLARE_WIDTHS(quoth_gamma_kernel, quoth_gamma_kernel_table);

void quoth_gamma_array(quoth_width width, quoth_random *random, double shape, double scale,
                       double *out, size_t n) {
  double b = shape - 1.0 / 3, c = 1 / sqrt(9 * b);
  size_t i = 0;
  while (i < n && (random->has_normal || c * QUOTH_LARGEST_NORMAL >= 1))
    out[i++] = quoth_random_gamma(random, shape, scale);
  if (i < n)
    i += QUOTH_PICK_WIDTH(quoth_gamma_kernel_table, width)
             ->draw(random, b, c, scale, out + i, n - i);
  if (i < n) out[i] = quoth_random_gamma(random, shape, scale);
}

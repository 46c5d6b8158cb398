/* npy.h - arrays in numpy's own format, version 1.0:
 * https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html */
#ifndef QUOTH_INTEROP_NPY_H
#define QUOTH_INTEROP_NPY_H

#include "model/tensors.h"

/* Appends what stands before the tensor's bytes in an .npy file. */
quoth_status quoth_npy_append_header(const quoth_tensor *tensor, quoth_buffer *out,
                                     quoth_error *err);

#endif

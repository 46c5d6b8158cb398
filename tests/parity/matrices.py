"""Sparse matrices for the library: random ones, and how they are handed over."""
import ctypes

import tap
import numpy
import scipy.sparse


def random_counts(generator, n_rows, n_columns):
    """As csr_matrix; no column is empty, some rows are."""
    counts = generator.poisson(generator.choice([.05, .3, 1]), (n_rows, n_columns))
    counts[generator.integers(n_rows, size=n_columns), numpy.arange(n_columns)] += 1
    counts[generator.random(n_rows) < .05] = 0
    counts = counts[:, counts.any(axis=0)]
    return scipy.sparse.csr_matrix(counts)


def csr_arguments(matrix, ctype, dtype):
    """Sizes, row_begin, columns, values; and what keeps them alive. Columns ascend in each row."""
    matrix = matrix.sorted_indices()
    arrays = [numpy.ascontiguousarray(matrix.indptr, dtype="<u8"),
              numpy.ascontiguousarray(matrix.indices, dtype="<u4"),
              numpy.ascontiguousarray(matrix.data, dtype=dtype)]
    types = [ctypes.c_uint64, ctypes.c_uint32, ctype]
    return [ctypes.c_size_t(matrix.shape[0]), ctypes.c_uint32(matrix.shape[1]),
            *map(tap.pointer, arrays, types)], arrays

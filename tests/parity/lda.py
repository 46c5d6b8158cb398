"""Calls quoth's LDA, with scikit-learn's names and shapes."""
import ctypes as c
import math

import numpy as np
import tap

LIB = tap.load_library()


class Params(c.Structure):  # quoth_lda_params
    _fields_ = [("n_components", c.c_uint32), ("max_iter", c.c_uint32),
                ("learning_method", c.c_int), ("learning_offset", c.c_double),
                ("learning_decay", c.c_double), ("batch_size", c.c_uint32),
                ("doc_topic_prior", c.c_double), ("topic_word_prior", c.c_double),
                ("mean_change_tol", c.c_double), ("max_doc_update_iter", c.c_uint32),
                ("random_state", c.c_uint32)]


class Sparse(c.Structure):  # quoth_sparse
    _fields_ = [("n_rows", c.c_size_t), ("n_columns", c.c_uint32),
                ("row_begin", c.POINTER(c.c_uint64)), ("columns", c.POINTER(c.c_uint32)),
                ("counts", c.POINTER(c.c_uint32))]


class Model(c.Structure):  # quoth_lda
    _fields_ = [("n_topics", c.c_uint32), ("n_terms", c.c_uint32),
                ("exp_beta", c.POINTER(c.c_double)), ("exp_beta_single", c.POINTER(c.c_float)),
                ("components", c.POINTER(c.c_double)), ("doc_topic_prior", c.c_double),
                ("mean_change_tol", c.c_double), ("max_doc_update_iter", c.c_uint32)]


class Error(c.Structure):  # quoth_error
    _fields_ = [("status", c.c_int), ("line", c.c_uint64), ("file", c.c_char * 256),
                ("message", c.c_char * 768)]


LIB.parity_sum_pairwise.restype = c.c_double


def check(status, error):
    if status:
        raise RuntimeError(error.message.decode())


def to_sparse(matrix):
    """A Sparse and the arrays that it points into."""
    matrix = matrix.sorted_indices()
    arrays = (np.ascontiguousarray(matrix.indptr, np.uint64),
              np.ascontiguousarray(matrix.indices, np.uint32),
              np.ascontiguousarray(matrix.data, np.uint32))
    kinds = (c.c_uint64, c.c_uint32, c.c_uint32)
    return Sparse(matrix.shape[0], matrix.shape[1],
                  *map(tap.pointer, arrays, kinds)), arrays


def fit(matrix, threads=1, **settings):
    """(components_, exp_dirichlet_component_) transposed, and the parameters used."""
    values = dict(n_components=10, max_iter=10, learning_method="batch", learning_offset=10.0,
                  learning_decay=.7, batch_size=128, doc_topic_prior=None, topic_word_prior=None,
                  mean_change_tol=1e-3, max_doc_update_iter=100, random_state=0)
    values.update(settings)
    values["learning_method"] = ("batch", "online").index(values["learning_method"])
    for prior in ("doc_topic_prior", "topic_word_prior"):
        values[prior] = math.nan if values[prior] is None else values[prior]
    params = Params(**values)
    sparse, keep = to_sparse(matrix)
    shape = (matrix.shape[1], params.n_components)
    components, exp_beta = np.empty(shape), np.empty(shape)
    error = Error()
    check(LIB.parity_lda_fit(c.byref(params), c.byref(sparse), c.c_size_t(threads),
                             tap.pointer(components, c.c_double),
                             tap.pointer(exp_beta, c.c_double), c.byref(error)), error)
    del keep
    return components, exp_beta, params


def transform(matrix, exp_beta, params):
    alpha = params.doc_topic_prior
    alpha = 1 / params.n_components if math.isnan(alpha) else alpha
    model = Model(exp_beta.shape[1], exp_beta.shape[0], tap.pointer(exp_beta, c.c_double), None,
                  None, alpha, params.mean_change_tol, params.max_doc_update_iter)
    sparse, keep = to_sparse(matrix)
    shares = np.empty((matrix.shape[0], exp_beta.shape[1]))
    error = Error()
    check(LIB.parity_lda_transform(c.byref(model), c.byref(sparse),
                                   tap.pointer(shares, c.c_double), c.byref(error)), error)
    del keep
    return shares

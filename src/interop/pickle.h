/* pickle.h - Python's pickles, protocols 0 to 5, and joblib's files, read as data.
 *
 * A pickle is a program for a small machine with a stack, whose opcodes may call any function of
 * Python. This machine calls nothing: it puts a record of the call where its result would be.
 * Opcodes: Python's Lib/pickletools.py. Left out, and refused, are those that ask somebody outside
 * for an object (persistent ids, registered extensions, buffers out of band) and those of Python
 * 2's old classes.
 *
 * Memory is bounded by the size of the input: every value costs at least a byte of it, lengths are
 * compared with the bytes that are left, and there is a limit to the whole. */
#ifndef QUOTH_INTEROP_PICKLE_H
#define QUOTH_INTEROP_PICKLE_H

#include "interop/value.h"

typedef struct quoth_pickle quoth_pickle;

/* Reads one pickle, which is all of `data`. `data` outlives *out, whose values point into it.
 * Anything malformed or cut off is QUOTH_ERR_FORMAT, with the place in bytes. */
quoth_status quoth_pickle_read(quoth_bytes data, quoth_pickle **out, quoth_error *err);
void quoth_pickle_free(quoth_pickle *pickle);

/* The value that the file holds; it and all it refers to live as long as the pickle. */
const quoth_value *quoth_pickle_root(const quoth_pickle *pickle);
/* The first call, in the order of the file, of a function that is none of numpy's, scipy's,
 * joblib's, scikit-learn's or pickle's own; NULL if there is none. */
const quoth_global *quoth_pickle_foreign_call(const quoth_pickle *pickle);

#endif

/* importance.h - how much each term matters to the linear classifier that it ends up in: how far it
 * can move a decision, seen once in a text. */
#ifndef QUOTH_TRAIN_IMPORTANCE_H
#define QUOTH_TRAIN_IMPORTANCE_H

#include "model/pipeline.h"

/* Of the columns of weights that the pipeline's classifier takes in, each: the largest weight by
 * size or, if classes have a column each and probabilities are a softmax, the difference between
 * the largest and the smallest; times idf. In units of the root of their mean square. [*n], from
 * malloc; NULL, without an error, if the pipeline doesn't end in a linear classifier over such
 * columns. */
quoth_status quoth_term_importance(const quoth_pipeline *pipeline, const quoth_tensors *tensors,
                                   double **importance, size_t *n, quoth_error *err);

#endif

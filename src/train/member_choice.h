/* member_choice.h - which members of a stack are worth learning in the time there is.
 *
 * Members are tried on a sample of the train rows, and then on one four times as large, for as long
 * as that takes less than a tenth of the time. Of the last sample there are, for each member, the
 * seconds that it took, from which follow those of all rows, and its answers about rows that it had
 * not seen. For a set of members, the stage behind the stack is learnt from their answers and
 * tested, in two folds.
 *
 * Beginning with all members (backward elimination: Kohavi and John, "Wrappers for feature subset
 * selection", Artificial Intelligence 97, 1997), one after another is left out. While they take
 * too long together, it is the one without which there is time enough and the log loss is least,
 * or, if leaving out one is not enough, the one that adds the least log loss for each second saved.
 * Then, if the sample is all train rows, it is the one that lowers the log loss least, if it does
 * so by less than a thousandth; of a smaller sample, members that need many rows learn too little
 * to tell. One always stays. Then those come back that there is time for, the one that lowers the
 * log loss most first.
 *
 * Since seconds decide, what is chosen may differ between two runs; what is learnt from the spec
 * with the chosen members does not. */
#ifndef QUOTH_TRAIN_MEMBER_CHOICE_H
#define QUOTH_TRAIN_MEMBER_CHOICE_H

#include "data/dataset.h"
#include "model/spec.h"

typedef struct quoth_tried_member {
  char *name;
  double seconds;  /* that learning it would take, as often as training does */
  double log_loss; /* of the stage behind the stack with this member alone */
  bool is_chosen;
} quoth_tried_member;

typedef struct quoth_member_choice {
  quoth_spec spec;             /* the given one without the members that are left out */
  quoth_tried_member *members; /* [n_members] of the given one */
  size_t n_members;
  size_t n_rows;       /* of the last sample */
  double log_loss;     /* with the chosen members */
  double seconds;      /* that trying took, and that learning the chosen ones would take */
} quoth_member_choice; /* start from {0} */

/* Chooses among the members of `spec`, which is a stack and a stage behind it, for training on
 * `dataset` (with labels) in about `seconds`, trying included. A spec without a stack is an error.
 * Release with quoth_member_choice_clear, also on failure. */
quoth_status quoth_choose_members(const quoth_spec *spec, const quoth_dataset *dataset,
                                  double seconds, quoth_pool *pool, const quoth_progress *progress,
                                  quoth_member_choice *out, quoth_error *err);
void quoth_member_choice_clear(quoth_member_choice *choice);

#endif

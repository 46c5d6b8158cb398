/* labelled.h - rows of a CSV file whose labels are classes of a model. */
#ifndef QUOTH_APP_LABELLED_H
#define QUOTH_APP_LABELLED_H

#include "quoth/input.h"

/* Reads the rows, at least one, and into `labels` ([out->n_rows], from malloc) the model's class of
 * each. A label that is not a class of the model is QUOTH_ERR_DATA. Columns that the settings don't
 * name are those that the model was trained on. */
quoth_status read_labelled(const quoth_model *model, const char *path, const csv_settings *settings,
                           quoth_dataset *out, uint32_t **labels, quoth_error *err);

#endif

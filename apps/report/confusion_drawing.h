/* confusion_drawing.h - the confusion matrix as a drawing: true labels down, predicted labels
 * across, counts in the cells, colours by the share of the true label's rows. */
#ifndef QUOTH_REPORT_CONFUSION_DRAWING_H
#define QUOTH_REPORT_CONFUSION_DRAWING_H

#include "report/drawing.h"
#include "report/summary.h"

enum { QUOTH_DRAWING_MAX_CLASSES = 500 };

/* Lays out quoth_report_metrics(report), which must not be NULL; borrows `report`. Fails if there
 * are no classes or too many, or if no font is installed. */
quoth_status quoth_confusion_drawing_new(const quoth_report *report, quoth_drawing **out,
                                         quoth_error *err);

#endif

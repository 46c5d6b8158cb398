/* calibration_drawing.h - a reliability diagram: how often the most probable class is right, by the
 * probability that it was given, and below how many rows had such a probability. */
#ifndef QUOTH_REPORT_CALIBRATION_DRAWING_H
#define QUOTH_REPORT_CALIBRATION_DRAWING_H

#include "report/drawing.h"
#include "report/summary.h"

/* Lays out quoth_report_metrics(report), which must not be NULL; borrows `report`. Fails if no font
 * is installed. */
quoth_status quoth_calibration_drawing_new(const quoth_report *report, quoth_drawing **out,
                                           quoth_error *err);

#endif

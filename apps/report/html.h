/* html.h - the report as one page that needs nothing else: no script, no other file. It follows
 * the reader's choice of light or dark and the width of the screen. Foreign text is escaped, and
 * the page forbids itself to run or load anything (Content-Security-Policy). */
#ifndef QUOTH_REPORT_HTML_H
#define QUOTH_REPORT_HTML_H

#include "report/summary.h"

/* The picture of the confusion matrix is left out if it cannot show so many classes. */
quoth_status quoth_html_append(quoth_buffer *out, const quoth_report *report, quoth_error *err);
/* The same into a file that appears whole. */
quoth_status quoth_html_write(const char *path, const quoth_report *report, quoth_error *err);

#endif

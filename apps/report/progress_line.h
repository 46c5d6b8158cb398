/* progress_line.h - how far work of some length has come, as one line for a terminal. */
#ifndef QUOTH_REPORT_PROGRESS_LINE_H
#define QUOTH_REPORT_PROGRESS_LINE_H

#include <stddef.h>
#include <stdint.h>

typedef struct quoth_progress_state {
  const char *stage; /* ASCII */
  uint64_t done, total;
  double seconds; /* since the stage began */
} quoth_progress_state;

enum { QUOTH_PROGRESS_LINE_SIZE = 128 };

/* "lda        [#####     ]  50 %  1200/s  3 min 20 s left": the stage, and of the rest what has
 * room in `columns`: first the percentage, then rate and time left, then the bar. These two are
 * left out in the first half second, when they would be guesses. */
void quoth_progress_line(const quoth_progress_state *state, size_t columns,
                         char line[static QUOTH_PROGRESS_LINE_SIZE]);

#endif

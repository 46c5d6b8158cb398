/* clock.h - how long things take. Never part of a result. */
#ifndef QUOTH_BASE_CLOCK_H
#define QUOTH_BASE_CLOCK_H

/* Seconds since some moment, always forwards. */
double quoth_seconds(void);

#endif

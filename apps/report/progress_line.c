#include "report/progress_line.h"

#include <stdio.h>
#include <string.h>

enum { NAME_WIDTH = 10, PERCENT_WIDTH = 6, MOST_BAR = 30, LEAST_BAR = 5, TEXT_SIZE = 32 };
static const double SECONDS_OF_GUESSES = 0.5;

/* "12 s", "3 min 20 s", "2 h 5 min". */
static void write_duration(double seconds, char text[static TEXT_SIZE]) {
  static const double LONGEST = 1e9;
  unsigned long whole = (unsigned long)((seconds < LONGEST ? seconds : LONGEST) + 0.5);
  if (whole < 60)
    snprintf(text, TEXT_SIZE, "%lu s", whole);
  else if (whole < 3600)
    snprintf(text, TEXT_SIZE, "%lu min %lu s", whole / 60, whole % 60);
  else
    snprintf(text, TEXT_SIZE, "%lu h %lu min", whole / 3600, whole / 60 % 60);
}

/* "  1200/s  3 min 20 s left", or nothing. */
static void write_rate(const quoth_progress_state *state, char text[static 2 * TEXT_SIZE]) {
  text[0] = '\0';
  if (!state->done || state->seconds <= SECONDS_OF_GUESSES) return;
  double rate = (double)state->done / state->seconds;
  char left[TEXT_SIZE];
  write_duration((double)(state->total - state->done) / rate, left);
  snprintf(text, (size_t)2 * TEXT_SIZE, rate < 10 ? "  %.2g/s  %s left" : "  %.0f/s  %s left", rate,
           left);
}

static void write_bar(double share, size_t width, char bar[static MOST_BAR + 3]) {
  size_t n = (size_t)(share * (double)width);
  bar[0] = '[';
  memset(bar + 1, '#', n);
  memset(bar + 1 + n, ' ', width - n);
  memcpy(bar + 1 + width, "]", 2);
}

void quoth_progress_line(const quoth_progress_state *state, size_t columns,
                         char line[static QUOTH_PROGRESS_LINE_SIZE]) {
  double share = state->total ? (double)state->done / (double)state->total : 0;
  char rate[2 * TEXT_SIZE], bar[MOST_BAR + 3] = "";
  write_rate(state, rate);
  size_t name = strlen(state->stage), used = (name > NAME_WIDTH ? name : NAME_WIDTH);
  used += PERCENT_WIDTH;
  if (used + strlen(rate) > columns) rate[0] = '\0';
  used += strlen(rate) + strlen(" []");
  if (used + LEAST_BAR <= columns)
    write_bar(share, columns - used < MOST_BAR ? columns - used : MOST_BAR, bar);
  snprintf(line, QUOTH_PROGRESS_LINE_SIZE, "%-10s%s%s %3.0f %%%s", state->stage, *bar ? " " : "",
           bar, 100 * share, rate);
  if (columns < QUOTH_PROGRESS_LINE_SIZE) line[columns] = '\0';
}

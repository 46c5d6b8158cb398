#include "quoth/console.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/json.h"
#include "cli/failure.h"
#include "report/progress_line.h"

/* ---- Interrupts ------------------------------------------------------------ */

/* Learning and predicting leave nothing behind when they end anywhere, so there a signal ends the
 * program at once. Only while an output is written is there an unfinished file to take care of. */

static volatile sig_atomic_t is_held, held_signal, has_bar;

/* Calls only what a signal handler may call. */
static void end_by(int number) {
  static const char words[] = "\r\033[Kquoth: interrupted\n";
  size_t skipped = has_bar ? 0 : 4; /* what removes the bar */
  ssize_t ignored = write(STDERR_FILENO, words + skipped, sizeof words - 1 - skipped);
  (void)ignored;
  signal(number, SIG_DFL);
  raise(number);
}

static void on_signal(int number) {
  if (is_held)
    held_signal = number;
  else
    end_by(number);
}

static void catch_signal(int number) {
  struct sigaction before, action = {.sa_handler = on_signal, .sa_flags = SA_RESETHAND};
  if (sigaction(number, NULL, &before) == 0 && before.sa_handler != SIG_IGN)
    sigaction(number, &action, NULL);
}

void catch_interrupts(void) {
  catch_signal(SIGINT);
  catch_signal(SIGTERM);
  catch_signal(SIGHUP);
}

void hold_interrupts(void) { is_held = true; }

bool is_interrupted(void) { return held_signal != 0; }

void release_interrupts(void) {
  is_held = false;
  if (held_signal) end_by(held_signal);
}

/* ---- Errors ---------------------------------------------------------------- */

int fail(const quoth_error *err) {
  progress_end();
  print_failure("quoth", err);
  return EXIT_FAILED;
}

/* ---- Progress -------------------------------------------------------------- */

static const double SECONDS_BETWEEN_BARS = 0.1;

typedef struct progress_bar {
  char stage[48];
  double stage_start, last_shown; /* seconds */
} progress_bar;

static progress_bar bar;

/* Columns of the terminal that is `file`; 80 if it is none, or says nothing that can be true. */
static size_t columns_of(int file, size_t least) {
  struct winsize size;
  return ioctl(file, TIOCGWINSZ, &size) == 0 && size.ws_col >= least ? size.ws_col : 80;
}

/* A line as wide as the terminal would make some of them go to the next. */
static void draw_bar(uint64_t done, uint64_t total, double elapsed) {
  char line[QUOTH_PROGRESS_LINE_SIZE];
  quoth_progress_state state = {bar.stage, done, total, elapsed};
  quoth_progress_line(&state, columns_of(STDERR_FILENO, 2) - 1, line);
  fprintf(stderr, "\r%s\033[K", line);
  fflush(stderr);
  has_bar = true;
}

static bool update_bar(void *context, const char *stage, uint64_t done, uint64_t total) {
  (void)context;
  if (!isatty(STDERR_FILENO)) return true;
  double now = quoth_seconds();
  if (strcmp(bar.stage, stage) != 0) {
    snprintf(bar.stage, sizeof bar.stage, "%s", stage);
    bar.stage_start = now;
  }
  if (now - bar.last_shown >= SECONDS_BETWEEN_BARS) {
    draw_bar(done, total, now - bar.stage_start);
    bar.last_shown = now;
  }
  return true;
}

const quoth_progress *console_progress(void) {
  static const quoth_progress progress = {NULL, update_bar};
  return &progress;
}

void progress_end(void) {
  if (has_bar) fprintf(stderr, "\r\033[K");
  has_bar = false;
}

/* ---- Standard output ------------------------------------------------------- */

size_t console_width(void) { return columns_of(STDOUT_FILENO, 40); }

quoth_status print_bytes(const char *data, size_t size, quoth_error *err) {
  progress_end();
  if (fwrite(data, 1, size, stdout) == size && fflush(stdout) == 0) return QUOTH_OK;
  return quoth_fail_at(err, QUOTH_ERR_IO, "standard output", 0, "cannot write: %s",
                       strerror(errno));
}

quoth_status print_json(json_t *value, quoth_error *err) {
  quoth_buffer text = {0};
  quoth_status status = value ? quoth_json_append(&text, value, 2, err) : quoth_fail_nomem(err, 1);
  if (!status) status = quoth_buffer_append(&text, "\n", 1, err);
  if (!status) status = print_bytes(text.data, text.size, err);
  quoth_buffer_clear(&text);
  json_decref(value);
  return status;
}

quoth_status open_pool(option_number threads, quoth_pool **out, quoth_error *err) {
  return quoth_pool_new(threads.is_given ? threads.value : 0, out, err);
}

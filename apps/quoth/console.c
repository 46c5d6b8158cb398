#include "quoth/console.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/json.h"

/* ---- Interrupts ------------------------------------------------------------ */

static volatile sig_atomic_t caught_signal;

static void remember_signal(int number) { caught_signal = number; }

void catch_interrupts(void) {
  struct sigaction action = {.sa_handler = remember_signal};
  sigaction(SIGINT, &action, NULL);
  sigaction(SIGTERM, &action, NULL);
}

bool is_interrupted(void) { return caught_signal != 0; }

/* ---- Errors ---------------------------------------------------------------- */

/* A file's name on one line, whatever is in it. */
static void print_name(const char *name) {
  for (; *name; name++) fputc((unsigned char)*name < 0x20 || *name == 0x7f ? '?' : *name, stderr);
}

int fail(const quoth_error *err) {
  progress_end();
  if (caught_signal) {
    fprintf(stderr, "quoth: interrupted; nothing was written\n");
    signal(caught_signal, SIG_DFL);
    raise(caught_signal);
  }
  fprintf(stderr, "quoth: ");
  print_name(err->file);
  if (err->file[0]) fprintf(stderr, ":");
  if (err->line) fprintf(stderr, "%" PRIu64 ":", err->line);
  fprintf(stderr, "%s%s\n", err->file[0] || err->line ? " " : "", err->message);
  return EXIT_FAILED;
}

/* ---- Progress -------------------------------------------------------------- */

enum { BAR_WIDTH = 30 };
static const double SECONDS_BETWEEN_BARS = 0.1;

typedef struct progress_bar {
  bool is_shown;
  char stage[32];
  double stage_start, last_shown; /* seconds */
} progress_bar;

static progress_bar bar;

static void draw_bar(uint64_t done, uint64_t total, double elapsed) {
  char filled[BAR_WIDTH + 1];
  size_t n = total ? (size_t)((double)done / (double)total * BAR_WIDTH) : 0;
  memset(filled, ' ', BAR_WIDTH);
  memset(filled, '#', n < BAR_WIDTH ? n : BAR_WIDTH);
  filled[BAR_WIDTH] = '\0';
  fprintf(stderr, "\r%-10s [%s] %3.0f %%", bar.stage, filled,
          total ? 100.0 * (double)done / (double)total : 0.0);
  if (done && elapsed > 0.5)
    fprintf(stderr, "  %.0f/s  %.0f s left", (double)done / elapsed,
            elapsed * (double)(total - done) / (double)done);
  fprintf(stderr, "\033[K");
  fflush(stderr);
  bar.is_shown = true;
}

static bool update_bar(void *context, const char *stage, uint64_t done, uint64_t total) {
  (void)context;
  if (is_interrupted()) return false;
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
  if (bar.is_shown) fprintf(stderr, "\r\033[K");
  bar.is_shown = false;
}

/* ---- Standard output ------------------------------------------------------- */

size_t console_width(void) {
  struct winsize size;
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 40) return size.ws_col;
  return 80;
}

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

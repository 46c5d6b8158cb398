/* draw_samples N_CLASSES LABELS ROWS FILE... - writes a sample report (labels: short, words, long
 * Python, and for looking at. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "report/calibration_drawing.h"
#include "report/confusion_drawing.h"
#include "report/html.h"
#include "report/picture.h"
#include "report/tables.h"
#include "samples.h"

static bool ends_in(const char *path, const char *extension) {
  size_t size = strlen(path), n = strlen(extension);
  return size >= n && strcmp(path + size - n, extension) == 0;
}

static quoth_status write_tables(const char *path, const quoth_report *report, quoth_error *err) {
  quoth_buffer text = {0};
  quoth_status status = quoth_table_append_report(&text, report, 80, err);
  if (!status) status = quoth_table_append_topics(&text, report->topics, report->n_topics, 80, err);
  if (!status) status = quoth_file_write(path, text.data, text.size, err);
  quoth_buffer_clear(&text);
  return status;
}

/* The calibration in a file whose name says so, else the confusion matrix. */
static quoth_status write_picture(const char *path, const quoth_report *report, quoth_error *err) {
  quoth_drawing *drawing;
  quoth_status status =
      (strstr(path, "calibration") ? quoth_calibration_drawing_new
                                   : quoth_confusion_drawing_new)(report, &drawing, err);
  if (!status) status = quoth_picture_write(path, drawing, err);
  quoth_drawing_free(drawing);
  return status;
}

int main(int argc, char **argv) {
  static const char *const kinds[] = {"short", "words", "long", "hostile"};
  if (argc < 5) return 2;
  int labels = 0;
  while (labels < SAMPLE_HOSTILE && strcmp(argv[2], kinds[labels]) != 0) labels++;
  sample drawn;
  sample_init(&drawn, (uint32_t)atoi(argv[1]), (sample_labels)labels, (uint32_t)atoi(argv[3]));
  quoth_error err = {0};
  quoth_status status = QUOTH_OK;
  for (int i = 4; i < argc && !status; i++)
    status = ends_in(argv[i], ".html")  ? quoth_html_write(argv[i], &drawn.report, &err)
             : ends_in(argv[i], ".txt") ? write_tables(argv[i], &drawn.report, &err)
                                        : write_picture(argv[i], &drawn.report, &err);
  sample_clear(&drawn);
  if (status) fprintf(stderr, "%s: %s\n", err.file, err.message);
  return status ? 1 : 0;
}

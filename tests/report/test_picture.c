#include "testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "report/calibration_drawing.h"
#include "report/comparison.h"
#include "report/confusion_drawing.h"
#include "report/html.h"
#include "report/picture.h"
#include "samples.h"

static void check_message(quoth_status status, quoth_status expected, const quoth_error *err,
                          const char *part) {
  assert_int_equal(status, expected);
  if (!strstr(err->message, part)) fail_msg("\"%s\" lacks \"%s\"", err->message, part);
}

static void test_format_by_name(void **state) {
  (void)state;
  static const struct {
    const char *path;
    quoth_picture_format format;
  } cases[] = {{"a.png", QUOTH_PICTURE_PNG},
               {"dir.pdf/b.SVG", QUOTH_PICTURE_SVG},
               {".Pdf", QUOTH_PICTURE_PDF}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    quoth_picture_format format = QUOTH_PICTURE_PNG;
    assert_done(quoth_picture_format_of(cases[i].path, &format, err));
    assert_int_equal(format, cases[i].format);
  }
  static const char *const wrong[] = {"a.gif", "png", "", "a.png.", "a.svgz", "-"};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    quoth_picture_format format;
    quoth_error err;
    check_message(quoth_picture_format_of(wrong[i], &format, &err), QUOTH_ERR_ARG, &err,
                  ".png, .svg or .pdf");
    assert_string_equal(err.file, wrong[i]);
  }
}

typedef quoth_status drawing_new(const quoth_report *report, quoth_drawing **out, quoth_error *err);

static quoth_drawing *draw(drawing_new *make, const sample *it) {
  quoth_drawing *drawing;
  assert_done(make(&it->report, &drawing, err));
  return drawing;
}

/* Width and height from a PNG's header. */
static void check_png(const quoth_buffer *bytes, uint32_t at_least) {
  static const char head[] = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
  assert_true(bytes->size > 100);
  assert_memory_equal(bytes->data, head, sizeof head - 1);
  const unsigned char *p = (const unsigned char *)bytes->data + 16;
  for (int i = 0; i < 2; i++, p += 4) {
    uint32_t side = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
    assert_in_range(side, at_least, 6000);
  }
}

static void check_formats(const quoth_drawing *drawing, uint32_t least_side) {
  quoth_buffer bytes = {0};
  assert_done(quoth_picture_append(&bytes, drawing, QUOTH_PICTURE_PNG, err));
  check_png(&bytes, least_side);
  bytes.size = 0;
  assert_done(quoth_picture_append(&bytes, drawing, QUOTH_PICTURE_SVG, err));
  assert_memory_equal(bytes.data, "<?xml version=\"1.0\"", 19);
  assert_memory_equal(bytes.data + bytes.size - 7, "</svg>\n", 7);
  bytes.size = 0;
  assert_done(quoth_picture_append(&bytes, drawing, QUOTH_PICTURE_PDF, err));
  assert_memory_equal(bytes.data, "%PDF-1.", 7);
  assert_memory_equal(bytes.data + bytes.size - 6, "%%EOF\n", 6);
  quoth_buffer_clear(&bytes);
}

static void check_drawing(drawing_new *make, uint32_t n_classes, sample_labels labels) {
  sample drawn;
  sample_init(&drawn, n_classes, labels, 100);
  quoth_drawing *drawing = draw(make, &drawn);
  check_formats(drawing, make == quoth_confusion_drawing_new ? n_classes * 9 : 400);
  quoth_drawing_free(drawing);
  sample_clear(&drawn);
}

static void test_any_number_of_classes(void **state) {
  (void)state;
  static const uint32_t few[] = {1, 2, 3, 4, 5, 6, 9, 12, 21, 33, 60};
  for (size_t i = 0; i < sizeof few / sizeof *few; i++)
    check_drawing(quoth_confusion_drawing_new, few[i], (sample_labels)(i % 4));
  check_drawing(quoth_confusion_drawing_new, 200, SAMPLE_WORDS);
}

static void test_any_labels(void **state) {
  (void)state;
  for (int labels = SAMPLE_SHORT; labels <= SAMPLE_HOSTILE; labels++)
    check_drawing(quoth_confusion_drawing_new, 20, (sample_labels)labels);
}

static void test_calibration(void **state) {
  (void)state;
  check_drawing(quoth_calibration_drawing_new, 2, SAMPLE_WORDS);
  check_drawing(quoth_calibration_drawing_new, 600, SAMPLE_HOSTILE);
}

static void check_comparison(const quoth_contender *contenders, size_t n) {
  const quoth_comparison comparison = {"<data>\n.csv", 1234, 3, 5, contenders, n};
  quoth_drawing *drawing;
  assert_done(quoth_comparison_drawing_new(&comparison, &drawing, err));
  check_formats(drawing, 400);
  quoth_drawing_free(drawing);
}

/* One alone, perfect, in no time; several of all sizes. */
static void test_comparison(void **state) {
  (void)state;
  static const quoth_contender perfect = {.name = "one", .accuracy = 1};
  static const quoth_contender several[] = {
      {.name = "good", .accuracy = .9, .accuracy_std = .01, .text_seconds = 2e-6},
      {.name = "slow", .accuracy = .89, .accuracy_std = .3, .text_seconds = 3},
      {.name = "a name so long that it has to be shortened wherever it stands", .accuracy = 0}};
  check_comparison(&perfect, 1);
  check_comparison(several, 3);
}

/* Also within one process: cairo numbers what it makes. */
static void test_same_bytes_again(void **state) {
  (void)state;
  sample drawn;
  sample_init(&drawn, 7, SAMPLE_WORDS, 100);
  quoth_drawing *drawing = draw(quoth_confusion_drawing_new, &drawn);
  for (int format = QUOTH_PICTURE_PNG; format <= QUOTH_PICTURE_PDF; format++) {
    quoth_buffer one = {0}, two = {0};
    assert_done(quoth_picture_append(&one, drawing, (quoth_picture_format)format, err));
    if (format == QUOTH_PICTURE_PDF) sleep(1); /* PDF dates are in seconds */
    assert_done(quoth_picture_append(&two, drawing, (quoth_picture_format)format, err));
    assert_int_equal(one.size, two.size);
    assert_memory_equal(one.data, two.data, one.size);
    quoth_buffer_clear(&one);
    quoth_buffer_clear(&two);
  }
  quoth_drawing_free(drawing);
  sample_clear(&drawn);
}

static void test_what_cannot_be_drawn(void **state) {
  (void)state;
  quoth_error err;
  quoth_drawing *drawing;
  quoth_metrics metrics = {0};
  quoth_report report = {.test = &metrics, .n_classes = 501};
  check_message(quoth_confusion_drawing_new(&report, &drawing, &err), QUOTH_ERR_ARG, &err,
                "1 to 500 classes; there are 501");
  report.n_classes = 0;
  check_message(quoth_confusion_drawing_new(&report, &drawing, &err), QUOTH_ERR_ARG, &err,
                "there are 0");
  quoth_drawing_free(drawing);
}

/* Errors name the file, and nothing is left behind. */
static void test_output_that_fails(void **state) {
  (void)state;
  sample drawn;
  sample_init(&drawn, 3, SAMPLE_WORDS, 100);
  quoth_drawing *drawing = draw(quoth_confusion_drawing_new, &drawn);
  quoth_error failure;
  char directory[] = "/tmp/quoth-test-XXXXXX", path[64], link[64];
  assert_non_null(mkdtemp(directory));
  snprintf(path, sizeof path, "%s/none/a.svg", directory);
  check_message(quoth_picture_write(path, drawing, &failure), QUOTH_ERR_IO, &failure,
                "No such file");
  snprintf(path, sizeof path, "%s/full.png", directory);
  assert_int_equal(symlink("/dev/full", path), 0);
  check_message(quoth_picture_write(path, drawing, &failure), QUOTH_ERR_IO, &failure,
                "No space left");
  assert_string_equal(failure.file, path);
  check_message(quoth_html_write("/dev/full", &drawn.report, &failure), QUOTH_ERR_IO, &failure,
                "No space left");
  snprintf(link, sizeof link, "%s/a.pdf", directory);
  assert_done(quoth_picture_write(link, drawing, err));
  quoth_file file;
  assert_done(quoth_file_open(link, &file, err));
  assert_memory_equal(file.data, "%PDF-1.", 7);
  quoth_file_close(&file);
  unlink(link);
  unlink(path);
  assert_int_equal(rmdir(directory), 0); /* nothing else was left */
  quoth_drawing_free(drawing);
  sample_clear(&drawn);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_format_by_name),       cmocka_unit_test(test_any_number_of_classes),
      cmocka_unit_test(test_any_labels),           cmocka_unit_test(test_calibration),
      cmocka_unit_test(test_comparison),           cmocka_unit_test(test_same_bytes_again),
      cmocka_unit_test(test_what_cannot_be_drawn), cmocka_unit_test(test_output_that_fails),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

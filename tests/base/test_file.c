#include "testing.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

static char directory[] = "/tmp/quoth-test-XXXXXX";

static int set_up(void **state) {
  (void)state;
  return mkdtemp(directory) ? 0 : -1;
}

static int tear_down(void **state) {
  (void)state;
  char command[64];
  snprintf(command, sizeof command, "rm -r %s", directory);
  return system(command);
}

static const char *inside(const char *name) {
  static char path[128];
  snprintf(path, sizeof path, "%s/%s", directory, name);
  return path;
}

static size_t count_entries(void) {
  DIR *handle = opendir(directory);
  size_t n = 0;
  for (struct dirent *entry; (entry = readdir(handle));)
    n += entry->d_name[0] != '.' || strlen(entry->d_name) > 2;
  closedir(handle);
  return n;
}

static void test_writes_and_reads(void **state) {
  (void)state;
  assert_done(quoth_file_write(inside("a"), "one", 3, err));
  assert_done(quoth_file_write(inside("a"), "three", 5, err));
  quoth_file file;
  assert_done(quoth_file_open(inside("a"), &file, err));
  assert_int_equal(file.size, 5);
  assert_memory_equal(file.data, "three", 5);
  quoth_file_close(&file);
  assert_int_equal(count_entries(), 1);
}

static void test_abandoned_output_leaves_nothing(void **state) {
  (void)state;
  quoth_output *output;
  size_t before = count_entries();
  assert_done(quoth_output_open(inside("b"), &output, err));
  assert_done(quoth_output_write(output, "x", 1, err));
  quoth_output_abandon(output);
  assert_int_equal(count_entries(), before);
}

static void test_empty_file(void **state) {
  (void)state;
  quoth_file file;
  assert_done(quoth_file_write(inside("empty"), "", 0, err));
  assert_done(quoth_file_open(inside("empty"), &file, err));
  assert_int_equal(file.size, 0);
  quoth_file_close(&file);
}

/* Kilobytes of files that this process has in memory. */
static long mapped_kb(void) {
  char line[128];
  long kb, sum = 0;
  FILE *status = fopen("/proc/self/status", "r");
  assert_non_null(status);
  while (fgets(line, sizeof line, status))
    if (sscanf(line, "RssFile: %ld", &kb) == 1 || sscanf(line, "RssShmem: %ld", &kb) == 1)
      sum += kb;
  fclose(status);
  return sum;
}

/* A file that rests takes no memory, and is read again as it was. */
static void test_rest(void **state) {
  (void)state;
  enum { SIZE = 32 << 20 };
  char *data = malloc(SIZE);
  for (size_t i = 0; i < SIZE; i++) data[i] = (char)(i * 31 >> 5);
  assert_done(quoth_file_write(inside("rest"), data, SIZE, err));
  quoth_file file;
  assert_done(quoth_file_open(inside("rest"), &file, err));
  assert_memory_equal(file.data, data, SIZE);
  long before = mapped_kb();
  quoth_file_rest(&file);
  assert_true(mapped_kb() < before - SIZE / 1024 / 2);
  assert_memory_equal(file.data, data, SIZE);
  quoth_file_close(&file);
  free(data);
}

static void test_pipe_is_read_to_its_end(void **state) {
  (void)state;
  char path[128];
  snprintf(path, sizeof path, "%s", inside("pipe"));
  assert_int_equal(mkfifo(path, 0600), 0);
  char command[300];
  snprintf(command, sizeof command, "head -c 200000 /dev/zero > %s &", path);
  assert_int_equal(system(command), 0);
  quoth_file file;
  assert_done(quoth_file_open(path, &file, err));
  assert_int_equal(file.size, 200000);
  quoth_file_close(&file);
}

static void check_message(quoth_status status, const quoth_error *err, const char *part) {
  assert_int_equal(status, QUOTH_ERR_IO);
  if (!strstr(err->message, part)) fail_msg("\"%s\" lacks \"%s\"", err->message, part);
}

static void test_failures_say_why(void **state) {
  (void)state;
  quoth_error err;
  quoth_file file;
  check_message(quoth_file_open(inside("missing"), &file, &err), &err, "No such file");
  check_message(quoth_file_open(directory, &file, &err), &err, "is a directory");
  check_message(quoth_file_write("/dev/full", "x", 1, &err), &err, "No space left");
  check_message(quoth_file_write(inside("no/such/place"), "x", 1, &err), &err, "No such file");
  check_message(quoth_file_write(directory, "x", 1, &err), &err, "is a directory");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_writes_and_reads),
      cmocka_unit_test(test_abandoned_output_leaves_nothing),
      cmocka_unit_test(test_empty_file),
      cmocka_unit_test(test_rest),
      cmocka_unit_test(test_pipe_is_read_to_its_end),
      cmocka_unit_test(test_failures_say_why),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}

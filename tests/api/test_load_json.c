/* JSON where memory runs out. */
#include "testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "api/load_json.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { IS_SANITIZED = true }; /* needs more address space than there is */
#else
enum { IS_SANITIZED = false };
#endif

static size_t address_space(void) {
  unsigned long pages = 0;
  FILE *file = fopen("/proc/self/statm", "r");
  if (!file || fscanf(file, "%lu", &pages) != 1) _exit(2);
  fclose(file);
  return pages * (size_t)sysconf(_SC_PAGESIZE);
}

/* There is room for what the string becomes, and not for the lexer's buffer, which doubles. */
static void load_with_little_memory(quoth_bytes text) {
  size_t most = address_space() + (20u << 20);
  if (setrlimit(RLIMIT_AS, &(struct rlimit){most, most}) != 0) _exit(2);
  json_error_t fault;
  json_t *value = quoth_api_load_json(text, JSON_DECODE_ANY, &fault);
  _exit(value || !quoth_json_is_out_of_memory(&fault));
}

static void test_memory_runs_out(void **state) {
  (void)state;
  enum { SIZE = 9000000 };
  char *text = malloc(SIZE);
  assert_non_null(text);
  memset(text, 'a', SIZE);
  text[0] = text[SIZE - 1] = '"';
  pid_t child = fork();
  if (child == 0) load_with_little_memory((quoth_bytes){text, SIZE});
  int status;
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_true(WIFEXITED(status));
  assert_int_equal(WEXITSTATUS(status), 0);
  free(text);
}

int main(void) {
  if (IS_SANITIZED) return puts("1..1\nok 1 - memory runs out # SKIP built with a sanitizer") < 0;
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_memory_runs_out),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

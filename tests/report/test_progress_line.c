#include "testing.h"

#include <string.h>

#include "report/progress_line.h"

static const struct {
  quoth_progress_state state;
  size_t columns;
  const char *line;
} cases[] = {
    {{"lda", 0, 100, 0}, 80, "lda        [                              ]   0 %"},
    {{"lda", 50, 100, 0.5}, 80, "lda        [###############               ]  50 %"},
    {{"lda", 50, 100, 25}, 80, "lda        [###############               ]  50 %  2/s  25 s left"},
    {{"vectorize", 100, 100, 10},
     80,
     "vectorize  [##############################] 100 %  10/s  0 s left"},
    {{"predict", 250000, 1000000, 1000},
     80,
     "predict    [#######                       ]  25 %  250/s  50 min 0 s left"},
    {{"predict", 1000, 1000000, 20},
     80,
     "predict    [                              ]   0 %  50/s  5 h 33 min left"},
    {{"forest", 1, 3, 8},
     80,
     "forest     [##########                    ]  33 %  0.12/s  16 s left"},
    {{"forest", 1, 3, 59},
     80,
     "forest     [##########                    ]  33 %  0.017/s  1 min 58 s left"},
    /* The bar has the room that is left, down to five marks, then goes; then rate and time do. */
    {{"lda", 50, 100, 25}, 50, "lda        [#######        ]  50 %  2/s  25 s left"},
    {{"lda", 50, 100, 25}, 40, "lda        [##   ]  50 %  2/s  25 s left"},
    {{"lda", 50, 100, 25}, 39, "lda         50 %  2/s  25 s left"},
    {{"lda", 50, 100, 25}, 32, "lda         50 %  2/s  25 s left"},
    {{"lda", 50, 100, 25}, 31, "lda        [######      ]  50 %"},
    {{"lda", 50, 100, 25}, 20, "lda         50 %"},
    {{"lda", 50, 100, 25}, 12, "lda         "},
    {{"fold 12 of 20, linear", 1, 2, 0},
     80,
     "fold 12 of 20, linear [###############               ]  50 %"},
    /* Nothing to do, and nothing known of how much. */
    {{"lda", 0, 0, 3}, 80, "lda        [                              ]   0 %"},
};

static void test_lines(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char line[QUOTH_PROGRESS_LINE_SIZE];
    quoth_progress_line(&cases[i].state, cases[i].columns, line);
    assert_string_equal(line, cases[i].line);
  }
}

/* Whatever the numbers, a line ends within its columns and its memory. */
static void test_no_line_is_too_long(void **state) {
  (void)state;
  static const double seconds[] = {0, 1e-9, 0.6, 1e3, 1e30};
  char long_stage[300];
  memset(long_stage, 's', sizeof long_stage);
  long_stage[sizeof long_stage - 1] = '\0';
  for (size_t columns = 0; columns < 300; columns++)
    for (size_t s = 0; s < 5; s++)
      for (int is_long = 0; is_long < 2; is_long++) {
        quoth_progress_state at = {is_long ? long_stage : "lda", 1, UINT64_MAX, seconds[s]};
        char line[QUOTH_PROGRESS_LINE_SIZE];
        quoth_progress_line(&at, columns, line);
        assert_true(strlen(line) <= columns);
      }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_lines),
      cmocka_unit_test(test_no_line_is_too_long),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

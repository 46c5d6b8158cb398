/* testing.h - what every unit test includes, in the order that cmocka wants. */
#ifndef QUOTH_TESTING_H
#define QUOTH_TESTING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "quoth.h"

/* Fails with the library's own words. */
#define assert_done(call)                                                                          \
  do {                                                                                             \
    quoth_error assert_err = {0};                                                                  \
    quoth_error *err = &assert_err;                                                                \
    if ((call) != QUOTH_OK) fail_msg("%s: %s", #call, assert_err.message);                         \
  } while (0)

#endif

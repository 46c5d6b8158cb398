/* failing_memory.h - an allocator that fails when it is told to. Linked with -Wl,--wrap=..., it
 * stands before the C library's in the library under test and in jansson. */
#ifndef QUOTH_TEST_FAILING_MEMORY_H
#define QUOTH_TEST_FAILING_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

/* From now on, the `n`-th allocation (1 is the next) fails, and only that one. 0: none does. */
void fail_allocation(size_t n);
/* Allocations since. */
size_t n_allocations(void);
/* Whether one of them failed ... */
bool has_failed(void);
/* ... in jansson's parser, which tells some of its failures as syntax errors. */
bool has_failed_in_parser(void);

/* Lets jansson allocate here. */
void watch_jansson(void);

#endif

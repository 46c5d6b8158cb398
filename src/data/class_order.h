/* class_order.h - the order of classes; dataset.h says which. */
#ifndef QUOTH_DATA_CLASS_ORDER_H
#define QUOTH_DATA_CLASS_ORDER_H

#include "base/memory.h"

typedef struct quoth_class {
  quoth_bytes name;
  uint32_t id;
} quoth_class;

/* Names must be distinct. */
void quoth_class_order(quoth_class *classes, size_t n_classes);

#endif

#include "report/comparison.h"

#include "report/text.h"

enum { MAX_NAME_COLUMNS = 24 };

static void put_size(quoth_writer *writer, size_t bytes) {
  bool is_large = bytes >= 1000000;
  quoth_put_format(writer, " %6.1f %s\n", (double)bytes / (is_large ? 1e6 : 1e3),
                   is_large ? "MB" : "kB");
}

quoth_status quoth_comparison_append_table(quoth_buffer *out, const quoth_comparison *comparison,
                                           quoth_error *err) {
  quoth_writer writer = {.out = out, .err = err};
  quoth_put_label(&writer, quoth_bytes_of(comparison->data_name), SIZE_MAX);
  quoth_put(&writer, ": ");
  quoth_put_count(&writer, comparison->n_rows);
  quoth_put_format(&writer, " rows, %u classes; %u folds, stratified\n\n", comparison->n_classes,
                   comparison->n_folds);
  size_t columns = 6;
  for (size_t i = 0; i < comparison->n_contenders; i++) {
    size_t needed = quoth_label_columns(quoth_bytes_of(comparison->contenders[i].name));
    if (needed > columns) columns = needed < MAX_NAME_COLUMNS ? needed : MAX_NAME_COLUMNS;
  }
  quoth_put_cell(&writer, quoth_bytes_of("recipe"), columns, false);
  quoth_put(&writer,
            "  accuracy     std  macro F1  log loss     ECE  learn s  us/text     model\n");
  for (size_t i = 0; i < comparison->n_contenders; i++) {
    const quoth_contender *it = &comparison->contenders[i];
    quoth_put_cell(&writer, quoth_bytes_of(it->name), columns, false);
    quoth_put_format(&writer, "  %8.4f  %6.4f  %8.4f  %8.4f  %6.4f  %7.2f  %7.1f", it->accuracy,
                     it->accuracy_std, it->macro_f1, it->log_loss, it->calibration_error,
                     it->train_seconds, 1e6 * it->text_seconds);
    put_size(&writer, it->model_bytes);
  }
  return writer.status;
}

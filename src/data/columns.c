#include "data/columns.h"

#include <string.h>
#include <strings.h>

static const char *const LABEL_NAMES[] = {"label", "author", "class", "category", "target"};
enum { N_LABEL_NAMES = sizeof LABEL_NAMES / sizeof *LABEL_NAMES, MAX_LISTED = 12 };

/* ---- Messages -------------------------------------------------------------- */

int quoth_column_name_width(quoth_bytes name) {
  size_t width = 40;
  if (name.size <= width) return (int)name.size;
  while (width > 0 && ((unsigned char)name.data[width] & 0xC0) == 0x80) width--;
  return (int)width;
}

/* "id, text, author", NUL-ended. */
static quoth_status list_columns(const quoth_header *header, quoth_buffer *list, quoth_error *err) {
  for (size_t i = 0; i < header->n_columns; i++) {
    const char *comma = i ? ", " : "";
    if (i == MAX_LISTED) return quoth_buffer_printf(list, err, "%s...", comma);
    quoth_bytes name = header->names[i];
    quoth_status status =
        quoth_buffer_printf(list, err, "%s%.*s", comma, quoth_column_name_width(name), name.data);
    if (status) return status;
  }
  return QUOTH_OK;
}

static quoth_status fail_missing(const quoth_header *header, const char *wanted, const char *advice,
                                 quoth_error *err) {
  quoth_buffer list = {0};
  quoth_status status = list_columns(header, &list, err);
  if (!status) {
    bool is_single = header->n_columns == 1;
    if (is_single && strpbrk(list.data, ";\t")) advice = "separate columns with commas";
    status = quoth_fail_at(err, QUOTH_ERR_DATA, header->file, header->line,
                           "no column is named %s; the column%s: %s; %s", wanted,
                           is_single ? " is" : "s are", list.data, advice);
  }
  quoth_buffer_clear(&list);
  return status;
}

static quoth_status fail_ambiguous(const quoth_header *header, const char *first,
                                   const char *second, quoth_error *err) {
  return quoth_fail_at(err, QUOTH_ERR_DATA, header->file, header->line,
                       "both %s and %s could be the label; choose one with --label COL", first,
                       second);
}

/* ---- Names ----------------------------------------------------------------- */

static bool name_matches(quoth_bytes name, const char *wanted, bool is_exact) {
  size_t size = strlen(wanted);
  if (name.size != size) return false;
  return is_exact ? memcmp(name.data, wanted, size) == 0
                  : strncasecmp(name.data, wanted, size) == 0;
}

/* The column of that name in *column, or QUOTH_COLUMN_NONE. Two of them are an error. */
static quoth_status find_name(const quoth_header *header, const char *wanted, size_t *column,
                              quoth_error *err) {
  *column = QUOTH_COLUMN_NONE;
  for (int is_exact = 1; is_exact >= 0 && *column == QUOTH_COLUMN_NONE; is_exact--)
    for (size_t i = 0; i < header->n_columns; i++) {
      if (!name_matches(header->names[i], wanted, is_exact)) continue;
      if (*column != QUOTH_COLUMN_NONE)
        return quoth_fail_at(err, QUOTH_ERR_DATA, header->file, header->line,
                             "columns %zu and %zu are both named %s; rename one", *column + 1,
                             i + 1, wanted);
      *column = i;
    }
  return QUOTH_OK;
}

static quoth_status find_given(const quoth_header *header, const char *wanted, const char *advice,
                               size_t *column, quoth_error *err) {
  quoth_status status = find_name(header, wanted, column, err);
  if (!status && *column == QUOTH_COLUMN_NONE) return fail_missing(header, wanted, advice, err);
  return status;
}

/* ---- The three columns ----------------------------------------------------- */

static bool is_label_name(quoth_bytes name) {
  for (size_t i = 0; i < N_LABEL_NAMES; i++)
    if (name_matches(name, LABEL_NAMES[i], false)) return true;
  return false;
}

static quoth_status find_text(const quoth_header *header, const quoth_dataset_options *options,
                              quoth_columns *out, quoth_error *err) {
  if (options->text_column)
    return find_given(header, options->text_column, "choose one with --text COL", &out->text, err);
  return find_name(header, "text", &out->text, err);
}

static quoth_status find_id(const quoth_header *header, const quoth_dataset_options *options,
                            quoth_columns *out, quoth_error *err) {
  if (options->id_column)
    return find_given(header, options->id_column, "choose one with --id COL", &out->id, err);
  quoth_status status = find_name(header, "id", &out->id, err);
  if (out->id == out->text) out->id = QUOTH_COLUMN_NONE;
  return status;
}

static quoth_status find_default_label(const quoth_header *header, quoth_columns *out,
                                       quoth_error *err) {
  const char *found = NULL;
  for (size_t i = 0; i < N_LABEL_NAMES; i++) {
    size_t column;
    quoth_status status = find_name(header, LABEL_NAMES[i], &column, err);
    if (status) return status;
    if (column == QUOTH_COLUMN_NONE || column == out->text || column == out->id) continue;
    if (found) return fail_ambiguous(header, found, LABEL_NAMES[i], err);
    found = LABEL_NAMES[i];
    out->label = column;
  }
  return QUOTH_OK;
}

static quoth_status find_label(const quoth_header *header, const quoth_dataset_options *options,
                               quoth_columns *out, quoth_error *err) {
  if (options->label_column)
    return find_given(header, options->label_column, "choose one with --label COL", &out->label,
                      err);
  quoth_status status = find_default_label(header, out, err);
  if (status || out->label != QUOTH_COLUMN_NONE) return status;
  bool text_is_known = out->text != QUOTH_COLUMN_NONE;
  return fail_missing(header, "label, author, class, category or target",
                      text_is_known ? "give --label COL" : "give --text COL and --label COL", err);
}

/* The only column that is neither label nor id, provided that one of those is there: else the
 * first line may not be a header at all. */
static size_t only_other_column(const quoth_header *header, const quoth_columns *found) {
  size_t n_others = 0, other = QUOTH_COLUMN_NONE;
  for (size_t i = 0; i < header->n_columns; i++) {
    if (i == found->id || i == found->label || is_label_name(header->names[i])) continue;
    other = i;
    n_others++;
  }
  return n_others == 1 && header->n_columns > 1 ? other : QUOTH_COLUMN_NONE;
}

quoth_status quoth_columns_find(const quoth_header *header, const quoth_dataset_options *options,
                                quoth_columns *out, quoth_error *err) {
  *out = (quoth_columns){QUOTH_COLUMN_NONE, QUOTH_COLUMN_NONE, QUOTH_COLUMN_NONE};
  quoth_status status = find_text(header, options, out, err);
  if (!status) status = find_id(header, options, out, err);
  if (!status && options->labels == QUOTH_LABELS_REQUIRED)
    status = find_label(header, options, out, err);
  if (status) return status;
  if (out->text == QUOTH_COLUMN_NONE) out->text = only_other_column(header, out);
  if (out->text == QUOTH_COLUMN_NONE) return fail_missing(header, "text", "give --text COL", err);
  if (out->text == out->label)
    return quoth_fail_at(err, QUOTH_ERR_ARG, header->file, header->line,
                         "the text and the label are the same column; choose two with --text COL "
                         "and --label COL");
  return QUOTH_OK;
}

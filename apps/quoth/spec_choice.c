#include "quoth/spec_choice.h"

#include "base/file.h"
#include "quoth/input.h"

const char *spec_choice_misuse(const spec_choice *choice) {
  return choice->recipe && choice->file ? "--recipe and --spec exclude each other" : NULL;
}

static quoth_status read_spec_file(const char *path, quoth_spec *out, quoth_error *err) {
  quoth_file file;
  quoth_status status = quoth_file_open(path, &file, err);
  if (status) return status;
  status = quoth_spec_from_json((quoth_bytes){file.data, file.size}, input_name(path), out, err);
  quoth_file_close(&file);
  return status;
}

quoth_status choose_spec(const spec_choice *choice, quoth_spec *out, quoth_error *err) {
  quoth_status status =
      choice->file ? read_spec_file(choice->file, out, err)
                   : quoth_spec_from_recipe(choice->recipe ? choice->recipe : quoth_recipes[0].name,
                                            out, err);
  if (!status && choice->seed.is_given) status = quoth_spec_set_seed(out, choice->seed.value, err);
  for (size_t i = 0; i < choice->set.n_items && !status; i++)
    status = quoth_spec_set(out, choice->set.items[i], err);
  return status;
}

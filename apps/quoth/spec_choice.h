/* spec_choice.h - how a command line says what is to be learnt: train and tune share it. */
#ifndef QUOTH_APP_SPEC_CHOICE_H
#define QUOTH_APP_SPEC_CHOICE_H

#include "cli/options.h"
#include "model/spec.h"

typedef struct spec_choice {
  const char *recipe, *file;
  option_list set;
  option_number seed;
} spec_choice;

/* Their rows in an option table, for a struct of settings with a member `choice`. */
#define RECIPE_OPTION(settings)                                                                    \
  {                                                                                                \
    "recipe", 0, OPTION_TEXT, offsetof(settings, choice.recipe), "NAME",                           \
        "a named pipeline (default: best)", "best topics-forest bayes linear ngram"                \
  }
#define SPEC_OPTION(settings)                                                                      \
  {                                                                                                \
    "spec", 0, OPTION_TEXT, offsetof(settings, choice.file), "FILE",                               \
        "a full description in JSON instead (quoth inspect MODEL --spec)", NULL                    \
  }
#define SET_OPTION(settings)                                                                       \
  {                                                                                                \
    "set", 0, OPTION_LIST, offsetof(settings, choice.set), "KEY=VALUE",                            \
        "change a parameter; again for more", NULL                                                 \
  }

/* What is wrong with the choice as such, or NULL. */
const char *spec_choice_misuse(const spec_choice *choice);

quoth_status choose_spec(const spec_choice *choice, quoth_spec *out, quoth_error *err);

#endif

/* quoth topics: the top words of each topic. */
#include "model/describe.h"
#include "quoth/commands.h"
#include "quoth/console.h"
#include "report/tables.h"

typedef struct settings {
  option_number words;
  bool json;
} settings;

static const option topics_options[] = {
    {"words", 0, OPTION_NUMBER, offsetof(settings, words), "N", "words a topic (default: 10)",
     NULL},
    {"json", 0, OPTION_FLAG, offsetof(settings, json), NULL, "print one JSON object instead", NULL},
};

static quoth_status print_topics(const quoth_topics *topics, quoth_error *err) {
  quoth_buffer text = {0};
  quoth_status status =
      quoth_table_append_topics(&text, topics->topics, topics->n_topics, console_width(), err);
  if (!status) status = print_bytes(text.data, text.size, err);
  quoth_buffer_clear(&text);
  return status;
}

static int run_topics(const void *settings_, const char *const *operands, size_t n_operands) {
  (void)n_operands;
  const settings *s = settings_;
  quoth_error err = {0};
  quoth_model *model = NULL;
  quoth_topics topics = {0};
  quoth_status status = quoth_model_open(operands[0], 0, &model, &err);
  if (!status) {
    status = quoth_topics_list(model, s->words.is_given ? s->words.value : QUOTH_WORDS_PER_TOPIC,
                               &topics, &err);
    if (status) snprintf(err.file, sizeof err.file, "%s", operands[0]);
  }
  if (!status)
    status = s->json ? print_json(json_pack("{s:o}", "topics", quoth_topics_json(&topics)), &err)
                     : print_topics(&topics, &err);
  int code = status ? fail(&err) : EXIT_DONE;
  quoth_topics_clear(&topics);
  quoth_model_free(model);
  return code;
}

const command command_topics = {
    .name = "topics",
    .summary = "list each topic's share of the corpus and its top words",
    .usage = "MODEL [options]",
    .details = "A topic's share is that of the training texts' words.\n",
    .options = topics_options,
    .n_options = sizeof topics_options / sizeof *topics_options,
    .settings_size = sizeof(settings),
    .min_operands = 1,
    .max_operands = 1,
    .run = run_topics,
};

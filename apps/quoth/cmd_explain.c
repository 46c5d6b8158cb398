/* quoth explain: which words made a decision. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "base/number.h"
#include "model/explain.h"
#include "quoth/answer.h"
#include "quoth/commands.h"
#include "quoth/console.h"
#include "report/text.h"

enum { DEFAULT_WORDS = 10, WORD_COLUMNS = 24 };

typedef struct settings {
  option_number words;
  bool json;
} settings;

static const option explain_options[] = {
    {"words", 0, OPTION_NUMBER, offsetof(settings, words), "N", "words to list (default: 10)",
     NULL},
    {"json", 0, OPTION_FLAG, offsetof(settings, json), NULL,
     "print one JSON object with every word and its place in the text", NULL},
};

/* One text, explained. */
typedef struct explained {
  const quoth_model *model;
  quoth_bytes text;
  const double *probabilities; /* [n_classes] */
  const quoth_explanation *explanation;
} explained;

/* ---- JSON ------------------------------------------------------------------ */

static json_t *explanation_json(const explained *e) {
  json_t *words = json_array();
  for (size_t i = 0; i < e->explanation->n_words; i++) {
    const quoth_word *word = &e->explanation->words[i];
    json_array_append_new(words,
                          json_pack("{s:s%, s:I, s:I, s:f}", "word", e->text.data + word->begin,
                                    word->end - word->begin, "start", (json_int_t)word->begin,
                                    "end", (json_int_t)word->end, "weight", word->weight));
  }
  json_t *answer = prediction_json(e->model, e->probabilities, e->explanation->label,
                                   e->explanation->n_known == 0);
  json_object_set_new(answer, "explanation", words);
  return answer;
}

/* ---- Text ------------------------------------------------------------------ */

static double heaviest_weight(const quoth_explanation *explanation) {
  double heaviest = 0;
  for (size_t i = 0; i < explanation->n_words; i++)
    heaviest = fmax(heaviest, fabs(explanation->words[i].weight));
  return heaviest;
}

/* The sequence that colours the ground of a word: green for the label, orange against it, in three
 * strengths. NULL for a word without weight. */
static const char *colour_of(double weight, double heaviest) {
  static const char *const colours[2][3] = {
      {"\033[30;48;5;194m", "\033[30;48;5;157m", "\033[30;48;5;78m"},
      {"\033[30;48;5;230m", "\033[30;48;5;223m", "\033[30;48;5;215m"},
  };
  if (weight == 0) return NULL;
  double strength = fabs(weight) / heaviest;
  return colours[weight < 0][strength > 2.0 / 3 ? 2 : strength > 1.0 / 3];
}

/* A run of the text on a terminal: safe to show, with its line breaks. */
static void put_run(quoth_writer *writer, quoth_bytes text, size_t begin, size_t end) {
  while (begin < end) {
    const char *line_end = memchr(text.data + begin, '\n', end - begin);
    size_t stop = line_end ? (size_t)(line_end - text.data) : end;
    quoth_put_label(writer, (quoth_bytes){text.data + begin, stop - begin}, SIZE_MAX);
    if (line_end) quoth_put(writer, "\n");
    begin = line_end ? stop + 1 : stop;
  }
}

static void put_marked_text(quoth_writer *writer, const explained *e) {
  double heaviest = heaviest_weight(e->explanation);
  size_t at = 0;
  quoth_put(writer, "\n");
  for (size_t i = 0; i < e->explanation->n_words; i++) {
    const quoth_word *word = &e->explanation->words[i];
    const char *colour = colour_of(word->weight, heaviest);
    if (!colour || word->begin < at) continue; /* one mark where words overlap */
    put_run(writer, e->text, at, word->begin);
    quoth_put(writer, colour);
    put_run(writer, e->text, word->begin, word->end);
    quoth_put(writer, "\033[0m");
    at = word->end;
  }
  put_run(writer, e->text, at, e->text.size);
  quoth_put(writer, "\n\n");
}

static int compare_words(const void *a_, const void *b_) {
  const quoth_word *a = a_, *b = b_;
  double difference = fabs(b->weight) - fabs(a->weight);
  if (difference != 0) return difference > 0 ? 1 : -1;
  if (a->term != b->term) return a->term < b->term ? -1 : 1;
  return a->begin < b->begin ? -1 : a->begin > b->begin;
}

static void put_weight(quoth_writer *writer, const explained *e, const quoth_word *word,
                       bool is_terminal) {
  quoth_bytes text = {e->text.data + word->begin, word->end - word->begin};
  if (is_terminal) {
    quoth_put(writer, "  ");
    quoth_put_cell(writer, text, WORD_COLUMNS, false);
    quoth_put_format(writer, "  %+.4f\n", word->weight);
    return;
  }
  char number[QUOTH_NUMBER_SIZE];
  quoth_number_shortest(word->weight, number);
  quoth_put_label(writer, text, SIZE_MAX);
  quoth_put_format(writer, "\t%s\n", number);
}

/* The heaviest words, each as it first stands in the text. Sorts a copy. */
static quoth_status put_words(quoth_writer *writer, const explained *e, size_t n_listed,
                              bool is_terminal) {
  size_t n = e->explanation->n_words;
  quoth_word *words = quoth_new_array(n, sizeof *words, writer->err);
  if (!words) return QUOTH_ERR_NOMEM;
  if (n) memcpy(words, e->explanation->words, n * sizeof *words);
  qsort(words, n, sizeof *words, compare_words);
  for (size_t i = 0; i < n && n_listed > 0; i++) {
    if (i > 0 && words[i].term == words[i - 1].term) continue;
    put_weight(writer, e, &words[i], is_terminal);
    n_listed--;
  }
  free(words);
  return QUOTH_OK;
}

static quoth_status print_explained(const settings *s, const explained *e, quoth_error *err) {
  quoth_buffer text = {0};
  quoth_writer writer = {.out = &text, .err = err};
  bool is_terminal = isatty(STDOUT_FILENO) && !getenv("NO_COLOR");
  char number[QUOTH_NUMBER_SIZE];
  quoth_number_shortest(e->probabilities[e->explanation->label], number);
  const char *label = quoth_model_class(e->model, e->explanation->label);
  if (is_terminal)
    quoth_put_label(&writer, quoth_bytes_of(label), SIZE_MAX);
  else
    quoth_put(&writer, label);
  quoth_put_format(&writer, "\t%s\n", number);
  if (is_terminal) put_marked_text(&writer, e);
  quoth_status status =
      put_words(&writer, e, s->words.is_given ? s->words.value : DEFAULT_WORDS, is_terminal);
  if (!status) status = writer.status;
  if (!status) status = print_bytes(text.data, text.size, err);
  quoth_buffer_clear(&text);
  return status;
}

/* ---- The command ----------------------------------------------------------- */

static quoth_status explain_text(const settings *s, const quoth_model *model,
                                 quoth_scratch *scratch, quoth_bytes text, double *probabilities,
                                 json_t *predictions, quoth_error *err) {
  quoth_explanation explanation;
  quoth_status status =
      quoth_explain(model, scratch, text.data, text.size, probabilities, &explanation, err);
  if (status) return status;
  explained e = {model, text, probabilities, &explanation};
  if (s->json)
    json_array_append_new(predictions, explanation_json(&e));
  else
    status = print_explained(s, &e, err);
  quoth_explanation_clear(&explanation);
  return status;
}

/* The operand, or all of standard input without its last line break. */
static quoth_status read_text(const char *operand, quoth_file *input, quoth_bytes *text,
                              quoth_error *err) {
  *text = (quoth_bytes){operand, strlen(operand)};
  if (strcmp(operand, "-") != 0) return QUOTH_OK;
  quoth_status status = quoth_file_open(operand, input, err);
  if (status) return status;
  *text = (quoth_bytes){input->data, input->size};
  if (text->size && text->data[text->size - 1] == '\n') text->size--;
  return QUOTH_OK;
}

static quoth_status explain_texts(const settings *s, const quoth_model *model,
                                  quoth_scratch *scratch, const char *const *texts, size_t n,
                                  quoth_error *err) {
  double *probabilities = quoth_new_array(quoth_model_n_classes(model), sizeof *probabilities, err);
  json_t *predictions = json_array();
  quoth_status status = probabilities && predictions ? QUOTH_OK : QUOTH_ERR_NOMEM;
  for (size_t i = 0; i < n && !status; i++) {
    quoth_file input = {.data = "", .is_mapped = true};
    quoth_bytes text;
    status = read_text(texts[i], &input, &text, err);
    if (!status && i > 0 && !s->json) status = print_bytes("\n", 1, err);
    if (!status) status = explain_text(s, model, scratch, text, probabilities, predictions, err);
    quoth_file_close(&input);
  }
  free(probabilities);
  if (!status && s->json)
    return print_json(json_pack("{s:{s:s}, s:o}", "model", "digest", quoth_model_digest(model),
                                "predictions", predictions),
                      err);
  json_decref(predictions);
  return status;
}

static int run_explain(const void *settings_, const char *const *operands, size_t n_operands) {
  quoth_error err = {0};
  quoth_model *model = NULL;
  quoth_scratch *scratch = NULL;
  quoth_status status = quoth_model_open(operands[0], 0, &model, &err);
  if (!status) status = quoth_scratch_new(model, &scratch, &err);
  if (!status)
    status = explain_texts(settings_, model, scratch, operands + 1, n_operands - 1, &err);
  int code = status ? fail(&err) : EXIT_DONE;
  quoth_scratch_free(scratch);
  quoth_model_free(model);
  return code;
}

const command command_explain = {
    .name = "explain",
    .summary = "show which words made the decision",
    .usage = "MODEL TEXT... | MODEL -",
    .details =
        "Prints the label and its probability, then the heaviest words with their weights; on a\n"
        "terminal also the text, its words marked: green for the label, orange against it. With\n"
        "- the text is standard input, all of it.\n"
        "\n"
        "A word's weight is the log-odds of the label for the whole text, less those for the\n"
        "text without any occurrence of the word. Above 0, the word speaks for the label. It is\n"
        "exact: the text is predicted again without the word. It says what this model did with\n"
        "this text; not what leaving out several words at once would do (weights don't add up),\n"
        "and not that the word is a cause of anything outside the model. Only words that the\n"
        "model knows have weights; words that become the same term, such as \"whale\" and\n"
        "\"whales\", share one.\n"
        "\n"
        "With --json, \"start\" and \"end\" count bytes of the text's UTF-8, from 0; the word is\n"
        "before \"end\".\n",
    .options = explain_options,
    .n_options = sizeof explain_options / sizeof *explain_options,
    .settings_size = sizeof(settings),
    .min_operands = 2,
    .max_operands = SIZE_MAX,
    .run = run_explain,
};

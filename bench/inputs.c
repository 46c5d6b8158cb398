#include "inputs.h"

#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "data/csv.h"
#include "kernel.h"

static const char *const STOP_WORDS[] = {"the", "of",  "and", "to",   "a",  "in",    "was", "that",
                                         "I",   "his", "had", "with", "it", "which", "as",  "my"};

static const char *const WORDS[] = {
    "street",  "lantern", "window",  "letter",  "garden", "harbour", "captain",  "mountain",
    "candle",  "shadow",  "voice",   "wolf",    "church", "leaf",    "woman",    "child",
    "knife",   "mouse",   "box",     "glass",   "story",  "city",    "bridge",   "winter",
    "morning", "carry",   "watch",   "whisper", "walk",   "open",    "remember", "cross",
    "follow",  "burn",    "dream",   "measure", "answer", "listen",  "wander",   "turn",
    "old",     "silent",  "strange", "narrow",  "heavy",  "bright",  "hollow",   "distant",
    "river",   "forest",  "engine",  "mirror",  "paper",  "picture", "island",   "tower",
    "stone",   "storm",   "table",   "cellar",  "door",   "fever",   "servant",  "journey"};

static const char *const ENDINGS[] = {"", "", "", "s", "es", "ed", "ing", "er"};

static const char *const SYLLABLES[] = {"ka", "lor", "mi",  "ten", "vas", "ul", "bre", "dor",
                                        "si", "gan", "pel", "wyn", "oth", "ra", "ish", "quo"};

#define PICK(random, list) list[quoth_random_below(random, sizeof list / sizeof *list)]

/* Of two draws the smaller: early words come more often. */
static uint32_t draw_early(quoth_random *random, uint32_t n) {
  uint32_t a = quoth_random_below(random, n), b = quoth_random_below(random, n);
  return a < b ? a : b;
}

static void append(quoth_buffer *out, const char *text) {
  quoth_error err;
  kernel_require(quoth_buffer_append(out, text, strlen(text), &err), &err);
}

/* About half are stop words, a seventh names that no dictionary knows. A class has favourites. */
static void append_word(quoth_random *random, uint32_t class_index, quoth_buffer *out) {
  uint32_t kind = quoth_random_below(random, 14), n = sizeof WORDS / sizeof *WORDS;
  if (kind < 6) {
    append(out, PICK(random, STOP_WORDS));
  } else if (kind < 12) {
    append(out, WORDS[(draw_early(random, n) + class_index * n / 6) % n]);
    append(out, PICK(random, ENDINGS));
  } else {
    for (uint32_t i = 2 + quoth_random_below(random, 2); i > 0; i--)
      append(out, PICK(random, SYLLABLES));
  }
}

void input_csv(size_t n_rows, quoth_buffer *out) {
  static const char *const CLASSES[] = {"north", "south", "west"};
  quoth_random random;
  quoth_random_seed(&random, 1);
  append(out, "id,text,author\n");
  for (size_t row = 0; row < n_rows; row++) {
    uint32_t class_index = quoth_random_below(&random, 3);
    quoth_error err;
    kernel_require(quoth_buffer_printf(out, &err, "row%zu,\"", row), &err);
    for (uint32_t n = 10 + draw_early(&random, 40); n > 0; n--) {
      append_word(&random, class_index, out);
      append(out, n == 1 ? "." : quoth_random_below(&random, 8) ? " " : ", ");
    }
    append(out, "\",");
    append(out, CLASSES[class_index]);
    append(out, "\n");
  }
}

void input_texts_init(input_texts *texts, size_t n) {
  *texts = (input_texts){.n = n, .texts = kernel_memory(n, sizeof *texts->texts)};
  input_csv(n, &texts->csv);
  quoth_error err;
  quoth_csv *csv;
  const quoth_bytes *fields;
  uint64_t line;
  kernel_require(quoth_csv_new((quoth_bytes){texts->csv.data, texts->csv.size}, "", &csv, &err),
                 &err);
  for (size_t i = 0; i < n; i++) {
    kernel_require(quoth_csv_next(csv, &fields, &line, &err), &err);
    texts->texts[i] = fields[1];
  }
  quoth_csv_free(csv);
}

void input_texts_clear(input_texts *texts) {
  free(texts->texts);
  quoth_buffer_clear(&texts->csv);
}

const quoth_analyzer input_analyzer = {
    .folding = {.lowercase = true},
    .ngrams = {1, 1},
    .stop_words = QUOTH_STOP_WORDS_ENGLISH,
    .lemmatizer = QUOTH_LEMMATIZER_NOUN,
};

void input_counting(const input_texts *texts, quoth_counting *out) {
  quoth_counting_params params = {
      .analyzer = input_analyzer,
      .max_df = {.kind = QUOTH_AMOUNT_SHARE, .share = 1},
      .min_df = {.kind = QUOTH_AMOUNT_COUNT, .count = 2},
  };
  quoth_error err;
  quoth_pool *pool;
  kernel_require(quoth_pool_new(1, &pool, &err), &err);
  kernel_require(quoth_count_terms(&params, texts->texts, texts->n, pool, "", NULL, out, &err),
                 &err);
  quoth_pool_free(pool);
}

void input_shares(size_t n, uint32_t n_features, uint32_t n_classes, float *features,
                  uint32_t *labels) {
  quoth_random random;
  quoth_random_seed(&random, 2);
  for (size_t row = 0; row < n; row++) {
    float *shares = features + row * n_features;
    uint32_t length = 3 + quoth_random_below(&random, 12), first = 0;
    for (uint32_t f = 0; f < n_features; f++) shares[f] = 0.02f / (float)length;
    for (uint32_t i = 0; i < 1 + length / 4; i++) {
      uint32_t f = draw_early(&random, n_features);
      shares[f] = (float)quoth_random_unit(&random);
      if (i == 0) first = f;
    }
    labels[row] =
        quoth_random_below(&random, 3) ? first % n_classes : quoth_random_below(&random, n_classes);
  }
}

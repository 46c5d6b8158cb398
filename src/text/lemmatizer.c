#include "text/lemmatizer.h"

#include <string.h>

#include "base/digest.h"
#include "text/wordnet_tables.h"

/* ORDER PARTS: as in tools/make_wordnet.py */
enum { NOUN, VERB, ADJ, ADV, N_PARTS };

/* ORDER EDGE: as in tools/make_wordnet.py, which describes the automaton */
enum { ROOT = 1, LABEL = 0x3F, LAST = 0x40, NEXT = 0x80, TARGET = 0xFFFFF, MASK_SHIFT = 20 };

/* The edge of a state, 0 if there is none: TARGET bits and, from MASK_SHIFT on, a bit for each
 * part of speech of the lemma that ends with it. */
static uint32_t find_edge(uint32_t state, unsigned label) {
  const unsigned char *at = wordnet_edges + state;
  while ((*at & LABEL) != label) {
    if (*at & LAST) return 0;
    at += 4; /* only the last edge of a state may be shorter */
  }
  if (*at & NEXT) return (uint32_t)(at + 1 - wordnet_edges);
  return at[1] | (uint32_t)at[2] << 8 | (uint32_t)at[3] << 16;
}

/* The edge behind `edge` under a byte of a word. */
static uint32_t follow(uint32_t edge, char byte) {
  uint32_t state = edge & TARGET;
  return state ? find_edge(state, wordnet_labels[(unsigned char)byte]) : 0;
}

/* How far a word leads into the dictionary. With it, whether a head of the word with a short
 * tail is a lemma takes a few steps, whatever the size of the head. */
typedef struct word_path {
  quoth_bytes word;
  size_t depth;                        /* size of the longest head known to the dictionary */
  uint32_t edges[WORDNET_LONGEST + 1]; /* [depth + 1]: the last edge of each head */
} word_path;

static void find_path(word_path *path, quoth_bytes word) {
  path->word = word;
  path->depth = 0;
  for (uint32_t edge = ROOT; edge; edge = follow(edge, word.data[path->depth++])) {
    path->edges[path->depth] = edge;
    if (path->depth == word.size) return;
  }
  path->depth--;
}

static bool is_lemma(const word_path *path, int part, size_t head_size, const char *tail) {
  if (head_size > path->depth) return false;
  uint32_t edge = path->edges[head_size];
  while (*tail) edge = follow(edge, *tail++);
  return edge >> MASK_SHIFT >> part & 1;
}

static quoth_lemma make_lemma(size_t head_size, const void *tail, size_t tail_size) {
  return (quoth_lemma){head_size, {tail, tail_size}};
}

/* The lemma of a word in the list of irregular forms. */
static bool find_irregular(const word_path *path, int part, quoth_lemma *out) {
  if (path->depth < path->word.size) return false;
  uint32_t state = path->edges[path->depth] & TARGET;
  uint32_t answer = state ? find_edge(state, 1 + (unsigned)part) : 0;
  if (!answer) return false;
  *out = make_lemma(path->word.size - wordnet_answer_removed[answer],
                    wordnet_tails + wordnet_answer_tail[answer], wordnet_answer_tail_size[answer]);
  return true;
}

/* Morphy's rule of detachment, "ves" -> "f": words with the suffix lose n_removed bytes of
 * it and get the tail. What suffix and replacement begin with in common is not removed. */
typedef struct suffix_rule {
  char suffix[5], tail[3];
  unsigned char suffix_size, n_removed, tail_size;
} suffix_rule;

#define RULE(suffix, n_removed, tail)                                                              \
  { suffix, tail, sizeof suffix - 1, n_removed, sizeof tail - 1 }

/* The order of nltk.corpus.reader.wordnet's MORPHOLOGICAL_SUBSTITUTIONS. A list ends with an
 * empty suffix. */
enum { MAX_RULES = 10 };
static const suffix_rule RULES[N_PARTS][MAX_RULES] = {
    [NOUN] = {RULE("s", 1, ""), RULE("ses", 2, ""), RULE("ves", 3, "f"), RULE("xes", 2, ""),
              RULE("zes", 2, ""), RULE("ches", 2, ""), RULE("shes", 2, ""), RULE("men", 2, "an"),
              RULE("ies", 3, "y")},
    [VERB] = {RULE("s", 1, ""), RULE("ies", 3, "y"), RULE("es", 1, ""), RULE("es", 2, ""),
              RULE("ed", 1, ""), RULE("ed", 2, ""), RULE("ing", 3, "e"), RULE("ing", 3, "")},
    [ADJ] = {RULE("er", 2, ""), RULE("est", 3, ""), RULE("er", 1, ""), RULE("est", 2, "")},
};

static bool has_suffix(quoth_bytes word, const suffix_rule *rule) {
  return word.size >= rule->suffix_size &&
         word.data[word.size - 1] == rule->suffix[rule->suffix_size - 1] &&
         memcmp(word.data + word.size - rule->suffix_size, rule->suffix, rule->suffix_size) == 0;
}

static size_t lemma_size(quoth_lemma lemma) { return lemma.head_size + lemma.tail.size; }

/* One round of rules, applied to the head of `head_size` bytes. The shortest lemma among the
 * results, the first of equals, replaces `best` if that is longer.
 *
 * Returns the size of the one result that a further round can change, or 0. Results with a tail
 * end in f, n or y, and those that keep the e of a suffix in e: no suffix does, but "men", which
 * "man" is not. What remains are heads of the word, at most one for each suffix met. */
static size_t apply_rules(const word_path *path, int part, size_t head_size, quoth_lemma *best) {
  quoth_bytes head = {path->word.data, head_size};
  size_t next = 0;
  for (const suffix_rule *rule = RULES[part]; rule->suffix_size; rule++) {
    if (!has_suffix(head, rule)) continue;
    size_t kept = head_size - rule->n_removed;
    if (kept + rule->tail_size < lemma_size(*best) && is_lemma(path, part, kept, rule->tail))
      *best = make_lemma(kept, rule->tail, rule->tail_size);
    if (!rule->tail_size && kept > 0 && head.data[kept - 1] != 'e') next = kept;
  }
  return next;
}

static quoth_lemma lemmatize_as(const word_path *path, int part) {
  static const size_t NONE = SIZE_MAX;
  size_t size = path->word.size;
  quoth_lemma word = make_lemma(size, "", 0), best = make_lemma(NONE, "", 0);
  if (find_irregular(path, part, &best)) return best;
  if (is_lemma(path, part, size, "")) best = word;
  do size = apply_rules(path, part, size, &best);
  while (size && best.head_size == NONE);
  return best.head_size == NONE ? word : best;
}

quoth_lemma quoth_lemmatize(quoth_lemmatizer lemmatizer, quoth_bytes word) {
  word_path path;
  if (lemmatizer == QUOTH_LEMMATIZER_NONE) return make_lemma(word.size, "", 0);
  find_path(&path, word);
  if (lemmatizer != QUOTH_LEMMATIZER_ALL)
    return lemmatize_as(&path, (int)lemmatizer - QUOTH_LEMMATIZER_NOUN);
  quoth_lemma best = lemmatize_as(&path, NOUN);
  for (int part = VERB; part < N_PARTS; part++) {
    quoth_lemma lemma = lemmatize_as(&path, part);
    if (lemma_size(lemma) < lemma_size(best)) best = lemma;
  }
  return best;
}

quoth_lemma quoth_lemmatize_again(quoth_lemmatizer lemmatizer, quoth_known_lemma *known,
                                  quoth_bytes word) {
  if (!known || lemmatizer == QUOTH_LEMMATIZER_NONE || word.size > sizeof known->word)
    return quoth_lemmatize(lemmatizer, word);
  quoth_known_lemma *slot = &known[quoth_hash(word.data, word.size) % QUOTH_KNOWN_LEMMAS];
  if (slot->lemmatizer == lemmatizer && slot->size == word.size &&
      memcmp(slot->word, word.data, word.size) == 0)
    return make_lemma(slot->head_size, slot->tail, slot->tail_size);
  quoth_lemma lemma = quoth_lemmatize(lemmatizer, word);
  if (lemma.tail.size > UINT8_MAX) return lemma;
  *slot = (quoth_known_lemma){.size = (uint8_t)word.size,
                              .head_size = (uint8_t)lemma.head_size,
                              .tail_size = (uint8_t)lemma.tail.size,
                              .lemmatizer = (uint8_t)lemmatizer,
                              .tail = lemma.tail.data};
  memcpy(slot->word, word.data, word.size);
  return lemma;
}

static const char NAMES[][16] = {
    [QUOTH_LEMMATIZER_NONE] = "",
    [QUOTH_LEMMATIZER_NOUN] = "wordnet",
    [QUOTH_LEMMATIZER_VERB] = "wordnet-verb",
    [QUOTH_LEMMATIZER_ADJ] = "wordnet-adj",
    [QUOTH_LEMMATIZER_ADV] = "wordnet-adv",
    [QUOTH_LEMMATIZER_ALL] = "wordnet-all",
};

const char *quoth_lemmatizer_name(quoth_lemmatizer lemmatizer) {
  return lemmatizer == QUOTH_LEMMATIZER_NONE ? NULL : NAMES[lemmatizer];
}

bool quoth_lemmatizer_from_name(const char *name, quoth_lemmatizer *out) {
  for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++)
    if (strcmp(name ? name : "", NAMES[i]) == 0) {
      *out = (quoth_lemmatizer)i;
      return true;
    }
  return false;
}

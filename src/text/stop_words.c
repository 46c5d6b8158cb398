#include "text/stop_words.h"

#include <string.h>

#include "text/stop_words_tables.h"

/* The slot where a word stands or the search for it begins, as in tools/make_stop_words.py. */
static unsigned slot_of(const unsigned char *word, size_t size) {
  unsigned hash = 5u * word[0] + 37u * word[size / 2] + 211u * word[size - 1];
  return (hash + 101u * (unsigned)size) % STOP_WORDS_SLOTS;
}

static bool is_english(quoth_bytes word) {
  if (word.size == 0) return false;
  unsigned slot = slot_of((const unsigned char *)word.data, word.size);
  for (; stop_words_size[slot]; slot = (slot + 1) % STOP_WORDS_SLOTS)
    if (stop_words_size[slot] == word.size &&
        memcmp(stop_words + stop_words_begin[slot], word.data, word.size) == 0)
      return true;
  return false;
}

bool quoth_is_stop_word(quoth_stop_words which, const quoth_string_table *list, quoth_bytes word) {
  if (which == QUOTH_STOP_WORDS_LISTED)
    return quoth_string_table_find(list, word) != QUOTH_STRING_NONE;
  return which == QUOTH_STOP_WORDS_ENGLISH && is_english(word);
}

quoth_bytes quoth_stop_words_of(const char *language) {
  for (size_t i = 0; i < sizeof stop_word_lists / sizeof *stop_word_lists; i++)
    if (strcmp(stop_word_lists[i].language, language) == 0)
      return (quoth_bytes){(const char *)stop_word_lists[i].words, stop_word_lists[i].size};
  return (quoth_bytes){0};
}

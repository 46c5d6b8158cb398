#include "text/stop_words.h"

#include <string.h>

#include "text/stop_words_tables.h"

/* Binary search among the words of the same size. */
static bool is_english(quoth_bytes word) {
  if (word.size == 0 || word.size > STOP_WORDS_LONGEST) return false;
  const unsigned char *words = stop_words + stop_words_begin[word.size];
  size_t low = 0;
  size_t high = (stop_words_begin[word.size + 1] - stop_words_begin[word.size]) / word.size;
  while (low < high) {
    size_t middle = (low + high) / 2;
    int order = memcmp(word.data, words + middle * word.size, word.size);
    if (order == 0) return true;
    if (order < 0)
      high = middle;
    else
      low = middle + 1;
  }
  return false;
}

bool quoth_is_stop_word(quoth_stop_words list, quoth_bytes word) {
  return list == QUOTH_STOP_WORDS_ENGLISH && is_english(word);
}

/* snowball.h - the part of libstemmer that quoth uses, for which the library has no header: its
 * stemmers one by one, for UTF-8. Through sb_stemmer_new, which libstemmer.h declares, a program
 * gets all languages in all encodings, 0.5 MB in place of 0.14.
 *
 * The declarations are those of libstemmer 2.2 (Debian's libstemmer-dev): runtime/header.h,
 * runtime/api.h and the headers of its stemmers. */
#ifndef QUOTH_TEXT_SNOWBALL_H
#define QUOTH_TEXT_SNOWBALL_H

/* Working memory of a stemmer; one thread's. */
struct SN_env {
  unsigned char *p; /* [l]: the word, and then its stem */
  int c, l, lb, bra, ket;
  unsigned char **S; /* strings and integers that the stemmer keeps */
  int *I;
};

/* What the stemmers that quoth has want at most: Danish and Finnish a string, Romanian integers. */
enum { QUOTH_SNOWBALL_STRINGS = 1, QUOTH_SNOWBALL_INTEGERS = 4 };

/* NULL if memory runs out; but for that, SN_create_env would crash if asked for strings. */
struct SN_env *SN_create_env(int n_strings, int n_integers);
unsigned char *create_s(void);
void SN_close_env(struct SN_env *env, int n_strings);

/* Puts a word into the memory. Not 0: out of memory. */
int SN_set_current(struct SN_env *env, int size, const unsigned char *word);

/* Stems the word. Negative if memory runs out: the environment is of no more use then. */
#define QUOTH_SNOWBALL_DECLARE(language) int language##_UTF_8_stem(struct SN_env *env);

#endif

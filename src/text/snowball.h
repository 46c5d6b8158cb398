/* snowball.h - the part of libstemmer that quoth uses, for which the library has no header: its
 * stemmers one by one, for UTF-8. Through sb_stemmer_new, which libstemmer.h declares, a program
 * gets all languages in all encodings, 0.5 MB in place of 0.14.
 *
 * The declarations are those of libstemmer 2.2 (Debian's libstemmer-dev): runtime/header.h,
 * runtime/api.h and the headers of its stemmers. */
#ifndef QUOTH_TEXT_SNOWBALL_H
#define QUOTH_TEXT_SNOWBALL_H

/* One stemmer's working memory; one thread's. */
struct SN_env {
  unsigned char *p; /* [l]: the word, and then its stem */
  int c, l, lb, bra, ket;
  unsigned char **S;
  int *I;
};

/* Puts a word into the memory. Not 0: out of memory. */
int SN_set_current(struct SN_env *env, int size, const unsigned char *word);

/* A language's: new memory, NULL if there is none; its end; and stemming the word in it, which
 * gives a negative number if memory runs out. */
#define QUOTH_SNOWBALL_DECLARE(language)                                                           \
  struct SN_env *language##_UTF_8_create_env(void);                                                \
  void language##_UTF_8_close_env(struct SN_env *env);                                             \
  int language##_UTF_8_stem(struct SN_env *env);

#endif

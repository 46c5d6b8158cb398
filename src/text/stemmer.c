#include "text/stemmer.h"

#include <stdlib.h>

#include "text/snowball.h"

QUOTH_STEMMERS(QUOTH_SNOWBALL_DECLARE)

#define ALGORITHM(language) [QUOTH_STEMMER_##language] = language##_UTF_8_stem,
static int (*const algorithms[])(struct SN_env *env) = {NULL, QUOTH_STEMMERS(ALGORITHM)};

/* For any stemmer. */
static struct SN_env *new_environment(void) {
  struct SN_env *env = SN_create_env(0, QUOTH_SNOWBALL_INTEGERS);
  if (!env) return NULL;
  bool is_whole = (env->S = calloc(QUOTH_SNOWBALL_STRINGS, sizeof *env->S)) != NULL;
  for (int i = 0; i < QUOTH_SNOWBALL_STRINGS && is_whole; i++)
    is_whole = (env->S[i] = create_s()) != NULL;
  if (is_whole) return env;
  SN_close_env(env, env->S ? QUOTH_SNOWBALL_STRINGS : 0);
  return NULL;
}

void quoth_stemming_clear(quoth_stemming *stemming) {
  if (stemming->env) SN_close_env(stemming->env, QUOTH_SNOWBALL_STRINGS);
  *stemming = (quoth_stemming){0};
}

quoth_status quoth_stem(quoth_stemmer stemmer, quoth_stemming *stemming, quoth_bytes word,
                        quoth_bytes *stem, quoth_error *err) {
  *stem = word;
  if (stemmer == QUOTH_STEMMER_NONE || word.size > QUOTH_STEMMED_MAX) return QUOTH_OK;
  if (!stemming->env) stemming->env = new_environment();
  struct SN_env *env = stemming->env;
  if (!env || SN_set_current(env, (int)word.size, (const unsigned char *)word.data) != 0 ||
      algorithms[stemmer](env) < 0) {
    quoth_stemming_clear(stemming);
    return quoth_fail_nomem(err, word.size);
  }
  *stem = (quoth_bytes){(const char *)env->p, (size_t)env->l};
  return QUOTH_OK;
}

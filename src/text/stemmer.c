#include "text/stemmer.h"

#include "text/snowball.h"

QUOTH_STEMMERS(QUOTH_SNOWBALL_DECLARE)

#define ALGORITHM(language)                                                                        \
  [QUOTH_STEMMER_##language] = {language##_UTF_8_create_env, language##_UTF_8_close_env,           \
                                language##_UTF_8_stem},
static const struct {
  struct SN_env *(*create)(void);
  void (*close)(struct SN_env *env);
  int (*stem)(struct SN_env *env);
} algorithms[] = {[QUOTH_STEMMER_NONE] = {0}, QUOTH_STEMMERS(ALGORITHM)};

void quoth_stemming_clear(quoth_stemming *stemming) {
  if (stemming->env) algorithms[stemming->stemmer].close(stemming->env);
  *stemming = (quoth_stemming){0};
}

static quoth_status begin(quoth_stemmer stemmer, quoth_stemming *stemming, quoth_error *err) {
  if (stemming->env && stemming->stemmer == stemmer) return QUOTH_OK;
  quoth_stemming_clear(stemming);
  *stemming = (quoth_stemming){stemmer, algorithms[stemmer].create()};
  return stemming->env ? QUOTH_OK : quoth_fail_nomem(err, sizeof *stemming->env);
}

quoth_status quoth_stem(quoth_stemmer stemmer, quoth_stemming *stemming, quoth_bytes word,
                        quoth_bytes *stem, quoth_error *err) {
  *stem = word;
  if (stemmer == QUOTH_STEMMER_NONE || word.size > QUOTH_STEMMED_MAX) return QUOTH_OK;
  quoth_status status = begin(stemmer, stemming, err);
  if (status) return status;
  struct SN_env *env = stemming->env;
  if (SN_set_current(env, (int)word.size, (const unsigned char *)word.data) != 0 ||
      algorithms[stemmer].stem(env) < 0)
    return quoth_fail_nomem(err, word.size);
  *stem = (quoth_bytes){(const char *)env->p, (size_t)env->l};
  return QUOTH_OK;
}

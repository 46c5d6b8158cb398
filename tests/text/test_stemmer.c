/* Words and stems are out of Snowball's vocabularies (github.com/snowballstem/snowball-data), one
 * line for each stemmer; tests/parity/test_stemmers.py compares many more. */
#include "testing.h"

#include <stdlib.h>
#include <string.h>

#include "text/stemmer.h"

static void check_stem(quoth_stemmer stemmer, quoth_stemming *stemming, quoth_bytes word,
                       quoth_bytes expected) {
  quoth_bytes stem;
  assert_done(quoth_stem(stemmer, stemming, word, &stem, err));
  if (stem.size != expected.size || memcmp(stem.data, expected.data, stem.size) != 0)
    fail_msg("%.*s: %.*s", (int)word.size, word.data, (int)stem.size, stem.data);
}

static quoth_bytes bytes(const char *text) { return (quoth_bytes){text, strlen(text)}; }

enum { N_SAMPLES = 4 };

static const struct {
  quoth_stemmer stemmer;
  const char *words[N_SAMPLES][2];
} samples[] = {
    {QUOTH_STEMMER_NONE, {{"knights", "knights"}, {"", ""}, {"laughs", "laughs"}, {"s", "s"}}},
    {QUOTH_STEMMER_arabic,
     {{"فأذابا", "اذاب"}, {"فأذاباك", "اذاب"}, {"فأذاباكم", "اذاب"}, {"فأذاباكما", "اذاب"}}},
    {QUOTH_STEMMER_danish,
     {{"liflig", "lif"}, {"lifligere", "lif"}, {"rørtes", "rørt"}, {"grushobe", "grushob"}}},
    {QUOTH_STEMMER_dutch,
     {{"gepatenteerde", "gepatenteerd"},
      {"meegedongen", "meegedong"},
      {"meegeëxtrudeerd", "meegeextrudeerd"},
      {"ring", "ring"}}},
    {QUOTH_STEMMER_english,
     {{"knightly", "knight"}, {"consignment", "consign"}, {"knackeries", "knackeri"}, {"", ""}}},
    {QUOTH_STEMMER_finnish,
     {{"bongausta", "bongau"},
      {"erikoispalkinnon", "erikoispalkino"},
      {"harmonisointiin", "harmonisoint"},
      {"bongaus", "bongaus"}}},
    {QUOTH_STEMMER_french,
     {{"inaccoutumées", "inaccoutum"},
      {"pétrifié", "pétrifi"},
      {"dissertation", "dissert"},
      {"petits", "petit"}}},
    {QUOTH_STEMMER_german,
     {{"frösche", "frosch"},
      {"kätzchens", "katzch"},
      {"aufgefaßt", "aufgefasst"},
      {"kater", "kat"}}},
    {QUOTH_STEMMER_hungarian,
     {{"kardjukkal", "kard"}, {"kutyára", "kuty"}, {"lóról", "ló"}, {"lovardában", "lovard"}}},
    {QUOTH_STEMMER_indonesian,
     {{"pengapit", "apit"}, {"pengaplikasiannya", "aplikasi"}, {"fugu", "fugu"}, {"ly", "ly"}}},
    {QUOTH_STEMMER_italian,
     {{"letteratone", "letteraton"}, {"donati", "don"}, {"donatella", "donatell"}, {"ra", "ra"}}},
    {QUOTH_STEMMER_norwegian,
     {{"lovutval", "lovutval"},
      {"granbar", "granb"},
      {"risikopremier", "risikopremi"},
      {"grane", "gran"}}},
    {QUOTH_STEMMER_porter,
     {{"laughingly", "laughingli"}, {"quiddities", "quidditi"}, {"enseamed", "enseam"}, {"s", ""}}},
    {QUOTH_STEMMER_portuguese,
     {{"desmoralização", "desmoraliz"},
      {"pagariam", "pag"},
      {"honrosa", "honros"},
      {"honrar", "honr"}}},
    {QUOTH_STEMMER_romanian,
     {{"etichetelor", "etichet"},
      {"povârnişul", "povârniş"},
      {"etnografice", "etnograf"},
      {"le", "le"}}},
    {QUOTH_STEMMER_russian,
     {{"ослепленный", "ослеплен"},
      {"прохладных", "прохладн"},
      {"кленовые", "кленов"},
      {"клен", "клен"}}},
    {QUOTH_STEMMER_spanish,
     {{"implementarán", "implement"},
      {"desenvolverse", "desenvolv"},
      {"pasando", "pas"},
      {"desentonados", "desenton"}}},
    {QUOTH_STEMMER_swedish,
     {{"gulhårige", "gulhår"}, {"låtelse", "låt"}, {"låtit", "låtit"}, {"låter", "låt"}}},
    {QUOTH_STEMMER_turkish,
     {{"kopmuştu", "kopmuş"}, {"gazzede", "gazze"}, {"selami", "sela"}, {"larında", ""}}},
};

static void test_samples(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
    quoth_stemming stemming = {0};
    for (size_t k = 0; k < N_SAMPLES; k++)
      check_stem(samples[i].stemmer, &stemming, bytes(samples[i].words[k][0]),
                 bytes(samples[i].words[k][1]));
    quoth_stemming_clear(&stemming);
  }
}

static void test_language_changes(void **state) {
  (void)state;
  quoth_stemming stemming = {0};
  check_stem(QUOTH_STEMMER_german, &stemming, bytes("kategorien"), bytes("kategori"));
  check_stem(QUOTH_STEMMER_english, &stemming, bytes("knees"), bytes("knee"));
  check_stem(QUOTH_STEMMER_german, &stemming, bytes("kategorisch"), bytes("kategor"));
  quoth_stemming_clear(&stemming);
}

/* What is no word of any language, of every size that is stemmed, and more. The bytes lie at the
 * end of a block of their own, for the sanitizers. */
static void test_any_bytes(void **state) {
  (void)state;
  static const char *const PARTS[] = {"a",     "eu", "\xC3\xA4",        "\xFF", "\xE0\xA4", "yy",
                                      "\0ing", "ي",  "\xF0\x9F\x98\x80"};
  for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
    quoth_stemming stemming = {0};
    for (size_t size = 0; size <= QUOTH_STEMMED_MAX + 1; size += 1 + size / 7) {
      for (size_t part = 0; part < sizeof PARTS / sizeof *PARTS; part++) {
        char *word = malloc(size + 1);
        assert_non_null(word);
        size_t part_size = strlen(PARTS[part]) + (*PARTS[part] ? 0 : 4);
        for (size_t k = 0; k < size; k++) word[k + 1] = PARTS[part][k % part_size];
        quoth_bytes stem;
        assert_done(
            quoth_stem(samples[i].stemmer, &stemming, (quoth_bytes){word + 1, size}, &stem, err));
        free(word);
      }
    }
    quoth_stemming_clear(&stemming);
  }
}

static void test_long_words_stay(void **state) {
  (void)state;
  quoth_stemming stemming = {0};
  char word[QUOTH_STEMMED_MAX + 1];
  memset(word, 'a', sizeof word);
  word[sizeof word - 1] = 's';
  check_stem(QUOTH_STEMMER_english, &stemming, (quoth_bytes){word, sizeof word},
             (quoth_bytes){word, sizeof word});
  memmove(word, word + 1, QUOTH_STEMMED_MAX);
  check_stem(QUOTH_STEMMER_english, &stemming, (quoth_bytes){word, QUOTH_STEMMED_MAX},
             (quoth_bytes){word, QUOTH_STEMMED_MAX - 1});
  quoth_stemming_clear(&stemming);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_samples),
      cmocka_unit_test(test_language_changes),
      cmocka_unit_test(test_any_bytes),
      cmocka_unit_test(test_long_words_stay),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

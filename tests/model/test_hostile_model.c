/* Model files whose digests are right and whose content is not: somebody's work rather than an
 * accident. Each is refused, or answers without going astray. */
#include "sample.h"

#include <stdlib.h>
#include <string.h>

#include "base/random.h"

static sample_model sample;

static int setup(void **state) {
  (void)state;
  sample_model_init(&sample, 40);
  return 0;
}

static int teardown(void **state) {
  (void)state;
  sample_model_clear(&sample);
  return 0;
}

/* Opens an image and, where that works, predicts with it. */
static quoth_status try_model(const char *image, size_t size, unsigned flags, quoth_error *err) {
  quoth_model *model;
  quoth_scratch *scratch = NULL;
  quoth_status status = quoth_model_open_memory(image, size, flags, &model, err);
  if (status) return status;
  double *numbers = calloc(quoth_model_n_classes(model), sizeof *numbers);
  assert_non_null(numbers);
  static const char text[] = "storm over the old barn, sheep and sails";
  status = quoth_scratch_new(model, &scratch, err);
  if (!status) status = quoth_predict(model, scratch, text, sizeof text - 1, numbers, err);
  quoth_scratch_free(scratch);
  free(numbers);
  quoth_model_free(model);
  return status;
}

static quoth_status try_change(const sample_change *change, quoth_error *err) {
  char *image;
  size_t size;
  rewrite_image(sample.image, sample.size, change, &image, &size);
  char *exact = exact_copy(image, size);
  free(image);
  quoth_status status = try_model(exact, size, 0, err);
  free(exact);
  return status;
}

static void refuse(const sample_change *change, const char *message) {
  quoth_error err = {0};
  quoth_status status = try_change(change, &err);
  if (status != QUOTH_ERR_FORMAT || !strstr(err.message, message))
    fail_msg("%s %s: %s, not: %s", change->tensor ? change->tensor : change->metadata,
             quoth_status_name(status), err.message, message);
}

static void refuse_u32(const char *tensor, size_t item, uint32_t value, const char *message) {
  refuse(&(sample_change){tensor, item * sizeof value, &value, sizeof value, NULL, NULL}, message);
}

static void refuse_u64(const char *tensor, size_t item, uint64_t value, const char *message) {
  refuse(&(sample_change){tensor, item * sizeof value, &value, sizeof value, NULL, NULL}, message);
}

static void refuse_f64(const char *tensor, size_t item, double value, const char *message) {
  refuse(&(sample_change){tensor, item * sizeof value, &value, sizeof value, NULL, NULL}, message);
}

static void refuse_line(const char *key, const char *value, const char *message) {
  refuse(&(sample_change){.metadata = key, .value = value}, message);
}

/* Without a change, an image written anew is the same. */
static void test_control(void **state) {
  (void)state;
  char *image;
  size_t size;
  rewrite_image(sample.image, sample.size, &(sample_change){0}, &image, &size);
  assert_int_equal(size, sample.size);
  assert_memory_equal(image, sample.image, size);
  assert_int_equal(try_model(image, size, 0, NULL), QUOTH_OK);
  free(image);
}

static void test_vocabulary(void **state) {
  (void)state;
  static const char damaged[] = "out of order or out of range";
  refuse_u64("vectorizer.vocabulary_ends", 0, UINT64_MAX, damaged);
  refuse_u64("vectorizer.vocabulary_ends", 3, 1, damaged);
  refuse_u64("vectorizer.vocabulary_ends", 2, 1 << 20, damaged);
  refuse(&(sample_change){"vectorizer.vocabulary", 0, "zzz", 3, NULL, NULL}, damaged);
  refuse(&(sample_change){"vectorizer.vocabulary", 1, "\xff", 1, NULL, NULL}, "not UTF-8");
}

/* Between the last term that begins in ASCII and the one before it: neither is UTF-8, both together
 * are. */
static void test_split_character(void **state) {
  (void)state;
  const quoth_tensors *tensors = &sample.model->tensors;
  const quoth_tensor *bytes, *ends;
  assert_done(quoth_tensors_get(tensors, "vectorizer", "vocabulary", QUOTH_U8, 1, &bytes, err));
  assert_done(
      quoth_tensors_get(tensors, "vectorizer", "vocabulary_ends", QUOTH_U64, 1, &ends, err));
  size_t last = ends->shape[0] - 1, begin;
  do begin = ((const uint64_t *)ends->data)[--last];
  while (((const unsigned char *)bytes->data)[begin] >= 0x80);
  refuse(&(sample_change){"vectorizer.vocabulary", begin - 1, "\xC3\xA9", 2, NULL, NULL},
         "not UTF-8");
}

static void test_vocabulary_index(void **state) {
  (void)state;
  const quoth_tensor *index;
  assert_done(quoth_tensors_get(&sample.model->tensors, "vectorizer", "vocabulary_index", QUOTH_U32,
                                1, &index, err));
  uint32_t *slots = malloc(index->size);
  assert_non_null(slots);
  for (size_t i = 0; i < index->shape[0]; i++) slots[i] = 0;
  sample_change change = {"vectorizer.vocabulary_index", 0, slots, index->size, NULL, NULL};
  refuse(&change, "its index is damaged"); /* no empty slot: a look-up would not end */
  memset(slots, 0xff, index->size);
  refuse(&change, "its index is damaged");
  free(slots);
  refuse_u32("vectorizer.vocabulary_index", 0, 1 << 20, "its index is damaged");
}

/* The trees would be walked out of bounds, or for ever. */
static void test_forest(void **state) {
  (void)state;
  refuse_u32("forest.tree_begin", 0, 1, "the first tree does not begin at node 0");
  refuse_u32("forest.tree_begin", 1, 0, "forest: tree 0 has no nodes");
  refuse_u32("forest.tree_begin", 1, 4000000000, "forest: tree 1 has no nodes");
  refuse_u32("forest.tree_begin", 5, 4000000000, "its trees and its nodes differ in number");
  refuse_u32("forest.feature", 0, 4, "there is no such feature");
  refuse_u32("forest.feature", 0, UINT32_MAX, "there is no such feature");
  refuse_u32("forest.feature", 0, 0x80000000, "there is no such feature");
  refuse_u32("forest.right", 0, 0, "the right child is not a later node");
  refuse_u32("forest.right", 0, 1, "the right child is not a later node");
  refuse_u32("forest.right", 0, UINT32_MAX, "the right child is not a later node");
  refuse_f64("forest.threshold", 0, __builtin_nan(""), "the threshold is not finite");
  refuse_f64("forest.value", 0, -1, "a class weight is negative");
  refuse_f64("forest.value", 1, __builtin_inf(), "a class weight is negative or not finite");
}

/* A leaf with all weights 0 has no shares. */
static void test_empty_leaf(void **state) {
  (void)state;
  static const double zeros[3];
  refuse(&(sample_change){"forest.value", 0, zeros, sizeof zeros, NULL, NULL}, "all are 0");
}

/* Numbers that lead nowhere worse than to strange shares. */
static void test_strange_topics(void **state) {
  (void)state;
  static const double strange[] = {-1, 0, 1e300, __builtin_inf(), __builtin_nan("")};
  for (size_t i = 0; i < sizeof strange / sizeof *strange; i++) {
    double values[8];
    for (size_t v = 0; v < 8; v++) values[v] = strange[i];
    sample_change change = {"lda.exp_beta", 0, values, sizeof values, NULL, NULL};
    assert_int_equal(try_change(&change, NULL), QUOTH_OK);
    change.tensor = "lda.components";
    assert_int_equal(try_change(&change, NULL), QUOTH_OK);
  }
}

/* ---- Metadata -------------------------------------------------------------- */

/* The model's spec with the first `from` replaced. */
static void refuse_spec(const char *from, const char *to, const char *message) {
  const char *spec = quoth_tensors_metadata(&sample.model->tensors, QUOTH_KEY_SPEC);
  const char *found = strstr(spec, from);
  assert_non_null(found);
  quoth_buffer text = {0};
  assert_done(quoth_buffer_printf(&text, err, "%.*s%s%s", (int)(found - spec), spec, to,
                                  found + strlen(from)));
  refuse_line(QUOTH_KEY_SPEC, text.data, message);
  quoth_buffer_clear(&text);
}

static void test_spec(void **state) {
  (void)state;
  refuse_line(QUOTH_KEY_SPEC, NULL, "its spec is damaged: it is missing");
  refuse_line(QUOTH_KEY_SPEC, "", "its spec is damaged");
  refuse_line(QUOTH_KEY_SPEC, "[]", "its spec is damaged: a spec is a JSON object");
  /* Sizes come from the tensors; a spec cannot make them larger. */
  refuse_spec("\"n_components\":4", "\"n_components\":65536", "lda: 4 topics where the spec has");
  refuse_spec("\"n_components\":4", "\"n_components\":5", "lda: 4 topics where the spec has 5");
  refuse_spec("\"n_components\":4", "\"n_components\":0", "its spec is damaged: lda.n_components");
  refuse_spec("\"max_doc_update_iter\":100", "\"max_doc_update_iter\":4294967295",
              "its spec is damaged: lda.max_doc_update_iter cannot be 4294967295");
  refuse_spec("\"name\":\"lda\"", "\"name\":\"tuba\"", "tensor tuba.exp_beta is missing");
  refuse_spec("\"name\":\"lda\"", "\"name\":\"forest\"", "its spec is damaged");
  refuse_spec("\"latent_dirichlet_allocation\"", "\"random_forest\"", "its spec is damaged");
}

static void test_metadata(void **state) {
  (void)state;
  refuse_line(QUOTH_KEY_FORMAT, NULL, "its quoth.format is missing");
  refuse_line(QUOTH_KEY_CLASSES, NULL, "its quoth.classes is missing or damaged");
  refuse_line(QUOTH_KEY_CLASSES, "{}", "its quoth.classes is missing or damaged");
  refuse_line(QUOTH_KEY_CLASSES, "[\"a\"]", "its list of classes is damaged");
  refuse_line(QUOTH_KEY_CLASSES, "[\"a\",\"b\",3]", "its list of classes is damaged");
  refuse_line(QUOTH_KEY_CLASSES, "[\"a\",\"b\"]", "2 classes are named, stage forest tells 3");
  refuse_line(QUOTH_KEY_METRICS, "[]", "its quoth.metrics is missing or damaged");
  refuse_line(QUOTH_KEY_PROVENANCE, NULL, "its quoth.provenance is missing or damaged");
  /* One string JSON within another, very deep. */
  char *deep = malloc(100001);
  assert_non_null(deep);
  memset(deep, '[', 100000);
  deep[100000] = '\0';
  refuse_line(QUOTH_KEY_METRICS, deep, "its quoth.metrics is missing or damaged");
  free(deep);
}

static void test_other_format(void **state) {
  (void)state;
  quoth_error err = {0};
  sample_change change = {.metadata = QUOTH_KEY_FORMAT, .value = "3"};
  assert_int_equal(try_change(&change, &err), QUOTH_ERR_VERSION);
}

/* ---- Noise ----------------------------------------------------------------- */

/* Any byte altered: refused when verified; when trusted, refused or safe. */
static void test_altered_bytes(void **state) {
  (void)state;
  quoth_random random;
  quoth_random_seed(&random, 1);
  char *copy = exact_copy(sample.image, sample.size);
  for (size_t i = 0; i < sample.size; i++) {
    char original = copy[i];
    copy[i] = (char)(copy[i] ^ 1 << quoth_random_below(&random, 8));
    if (i % 7 == 0 && try_model(copy, sample.size, 0, NULL) != QUOTH_ERR_FORMAT)
      fail_msg("byte %zu goes unnoticed", i);
    try_model(copy, sample.size, QUOTH_TRUST_DIGESTS, NULL);
    copy[i] = original;
  }
  free(copy);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_control),          cmocka_unit_test(test_vocabulary),
      cmocka_unit_test(test_forest),           cmocka_unit_test(test_split_character),
      cmocka_unit_test(test_vocabulary_index), cmocka_unit_test(test_empty_leaf),
      cmocka_unit_test(test_strange_topics),   cmocka_unit_test(test_spec),
      cmocka_unit_test(test_metadata),         cmocka_unit_test(test_other_format),
      cmocka_unit_test(test_altered_bytes),
  };
  return cmocka_run_group_tests(tests, setup, teardown);
}

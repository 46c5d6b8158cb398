"""The whole program against the article's pipeline, run live: random corpora and random specs, and
the shared data sets where they are. Every stage is compared.

QUOTH is the program. QUOTH_PARITY_CASES changes how many random cases are run, QUOTH_PARITY_FIRST
with which seed they begin."""
import collections
import csv
import ctypes
import hashlib
import json
import os
import random
import subprocess
import tempfile
import traceback

import tap
import numpy

import article
import corpora

QUOTH = os.environ["QUOTH"]
N_CASES = int(os.environ.get("QUOTH_PARITY_CASES", 25))
FIRST_CASE = int(os.environ.get("QUOTH_PARITY_FIRST", 0))
# What is promised (docs/NUMERICS.md); all else is exact.
TOLERANCE = 1e-9
worst = collections.Counter()  # the largest relative difference of a test, by stage
seen = collections.Counter()


def quoth(*arguments):
    """Exit status, stdout, stderr."""
    done = subprocess.run([QUOTH, *arguments], capture_output=True)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def run_quoth(*arguments):
    status, out, err = quoth(*arguments)
    assert status == 0, err
    return out


def read_numbers(path):
    """A CSV file of quoth transform or predict --proba: column names, numbers by row."""
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    return rows[0][1:], numpy.array([[float(cell) for cell in row[1:]] for row in rows[1:]])


def relative_difference(mine, theirs):
    """The largest."""
    mine, theirs = numpy.asarray(mine, dtype=float), numpy.asarray(theirs, dtype=float)
    assert mine.shape == theirs.shape, (mine.shape, theirs.shape)
    size = numpy.maximum(numpy.abs(mine), numpy.abs(theirs))
    with numpy.errstate(invalid="ignore", divide="ignore"):
        relative = numpy.where(size > 0, numpy.abs(mine - theirs) / size, 0)
    assert not numpy.isnan(relative).any()
    return float(relative.max(initial=0))


def check_close(stage, mine, theirs):
    """Within TOLERANCE; remembers the largest difference."""
    largest = relative_difference(mine, theirs)
    worst[stage] = max(worst[stage], largest)
    assert largest <= TOLERANCE, (stage, largest)


def tell_worst():
    print("# largest relative differences: "
          + ", ".join(f"{stage} {largest:.2g}" for stage, largest in sorted(worst.items())))
    worst.clear()


def check_metrics(mine, theirs):
    """What quoth tells of one side of the split."""
    for key in ("accuracy", "log_loss"):
        check_close(key, mine[key], theirs[key])
    assert mine["confusion_matrix"] == theirs["confusion_matrix"]
    for key in ("precision", "recall", "f1", "support"):
        check_close("per class", [row[key] for row in mine["per_class"]],
                    [row[key] for row in theirs["per_class"]])
    for average in ("macro", "weighted"):
        for key in ("precision", "recall", "f1"):
            check_close("per class", mine[average][key], theirs[average][key])


def check_probabilities(reference, mine, theirs):
    """The same bits; returns `mine`. scikit-learn's forest does not know classes without a train
    row, and numpy's sum of eight or more numbers depends on where zeros stand among them."""
    if len(reference.forest.classes_) == reference.n_classes:
        assert tap.same_bits(mine, theirs)
    else:
        assert numpy.abs(mine - theirs).max(initial=0) <= 2**-52
    return mine


class Parts(ctypes.Structure):
    """parity_parts of parity_pipeline.c."""
    _fields_ = ([(name, ctypes.c_uint64) for name in ("n_rows", "n_columns", "n_train", "n_test")]
                + [("row_begin", ctypes.POINTER(ctypes.c_uint64))]
                + [(name, ctypes.POINTER(ctypes.c_uint32))
                   for name in ("columns", "counts", "train", "test")]
                + [("private", ctypes.c_char * 256)])


def counts_and_split(data, assignments, text):
    """Row begins, columns, counts, train rows, test rows."""
    library = tap.load_library()
    library.parity_parts_make.restype = ctypes.c_bool
    parts, message = Parts(), ctypes.create_string_buffer(768)
    words = (ctypes.c_char_p * len(assignments))(*(word.encode() for word in assignments))
    assert library.parity_parts_make(data.encode(), text.encode(), words,
                                     ctypes.c_size_t(len(words)), ctypes.byref(parts),
                                     message), message.value
    n = parts.row_begin[parts.n_rows]
    found = [numpy.array(numpy.ctypeslib.as_array(array, (size,)) if size else [], dtype="<i4")
             for array, size in [(parts.row_begin, parts.n_rows + 1), (parts.columns, n),
                                 (parts.counts, n), (parts.train, parts.n_train),
                                 (parts.test, parts.n_test)]]
    library.parity_parts_clear(ctypes.byref(parts))
    return found


class Trained:
    """A model that quoth trained, beside the same model of scikit-learn."""

    def __init__(self, folder, data, spec, reference, text="text"):
        self.folder, self.data, self.text, self.reference = folder, data, text, reference
        self.model = os.path.join(folder, "model")
        self.assignments = corpora.assignments(spec)
        self.told = json.loads(run_quoth("train", data, "-o", self.model, "--json", "--text", text,
                                         "--recipe", "topics-forest",
                                         *("--set=" + word for word in self.assignments)))
        self.metrics = json.loads(run_quoth("inspect", self.model, "--json"))["metrics"]

    def numbers(self, command, data, *options):
        path = os.path.join(self.folder, "out.csv")
        run_quoth(command, self.model, "--input", data, "-o", path, *options)
        return read_numbers(path)

    def check_counts(self):
        """Vocabulary, matrix, split."""
        reference = self.reference
        terms = json.loads(run_quoth("inspect", self.model, "--json"))["vocabulary"]
        assert terms == reference.vocabulary
        assert self.told["vocabulary_size"] == len(terms)
        assert self.told["nnz"] == reference.counts.nnz
        assert self.told["class_counts"] == numpy.bincount(reference.codes).tolist()
        counts = reference.counts.sorted_indices()
        expected = [counts.indptr, counts.indices, counts.data, reference.train, reference.test]
        for mine, theirs in zip(counts_and_split(self.data, self.assignments, self.text), expected):
            assert numpy.array_equal(mine, theirs)

    def check_topics(self, topics, expected):
        if relative_difference(topics, expected) > TOLERANCE \
                and self.reference.is_chaotic(TOLERANCE):
            seen["chaotic"] += 1
        else:
            check_close("topic shares", topics, expected)

    def check_features(self):
        _, self.topics = self.numbers("transform", self.data)
        self.check_topics(self.topics, self.reference.topics)

    def check_forest(self, spec):
        """The forest sees float32. Where all of these are the same, so is all else, bit for bit;
        else scikit-learn's forest is fitted again, to quoth's features."""
        reference = self.reference
        float32 = numpy.float32
        n_different = int((self.topics.astype(float32) != reference.topics.astype(float32)).sum())
        seen["float32 features"] += self.topics.size
        seen["differing float32 features"] += n_different
        if n_different:
            reference.fit_forest(spec, self.topics)
        names, probabilities = self.numbers("predict", self.data, "--proba")
        assert names == [str(name) for name in self.told["classes"]]
        reference.probabilities = check_probabilities(reference, probabilities,
                                                      reference.probabilities)
        check_metrics(self.metrics["train"], reference.metrics(reference.train))
        check_metrics(self.metrics["test"], reference.metrics(reference.test))
        assert self.told["test_accuracy"] == self.metrics["test"]["accuracy"]
        assert self.told["confusion_matrix"] == self.metrics["test"]["confusion_matrix"]

    def check_unseen(self, data):
        """Texts that the model was not trained on."""
        _, topics = self.numbers("transform", data)
        frame = article.read_csv(data, self.text)
        self.check_topics(topics, self.reference.transform(frame[self.text]))
        _, probabilities = self.numbers("predict", data, "--proba")
        check_probabilities(self.reference, probabilities, self.reference.probabilities_of(topics))


def read_fields(path, column):
    with open(path, encoding="utf-8", newline="") as file:
        return [row[column] for row in csv.DictReader(file)]


def check_class_names(trained, data, label="label"):
    """The classes are the file's own labels, in the order of LabelEncoder's codes."""
    names = trained.told["classes"]
    codes = trained.reference.codes
    assert [names[code] for code in codes] == read_fields(data, label)


def run_case(seed, folder):
    rng = random.Random(seed)
    corpus = corpora.Corpus(rng)
    data, unseen = os.path.join(folder, "data.csv"), os.path.join(folder, "unseen.csv")
    corpus.write(data)
    spec = corpora.random_spec(rng, corpus.n_rows)
    try:
        reference = article.Article(article.read_csv(data), spec)
    except ValueError as refusal:
        status, _, err = quoth("train", data, "-o", os.path.join(folder, "model"), "--recipe",
                               "topics-forest",
                               *("--set=" + word for word in corpora.assignments(spec)))
        # Without a prior, scikit-learn's topic shares of an empty text are not numbers, and its
        # forest refuses them; quoth's are all alike, unless a topic lost all its words.
        is_nan = "contains NaN" in str(refusal)
        assert status == 1 and err.startswith("quoth: ") or is_nan and status == 0, (err, refusal)
        seen["refused"] += 1
        return
    trained = Trained(folder, data, spec, reference)
    trained.check_counts()
    trained.check_features()
    trained.check_forest(spec["forest"])
    check_class_names(trained, data)
    corpus.write(unseen, 40)
    trained.check_unseen(unseen)
    seen["cases"] += 1
    seen["without a class"] += len(reference.forest.classes_) < reference.n_classes
    seen["rows"] += corpus.n_rows


@tap.test
def random_cases():
    """random corpora and specs: every stage is scikit-learn's"""
    failures = []
    for seed in range(FIRST_CASE, FIRST_CASE + N_CASES):
        with tempfile.TemporaryDirectory() as folder:
            try:
                run_case(seed, folder)
            except Exception as fault:
                failures.append(seed)
                at = traceback.extract_tb(fault.__traceback__)[-1]
                print(f"# case {seed}: {at.name}: {at.line}: {str(fault)[:400]!r}", flush=True)
    print(f"# {seen['cases']} cases, {seen['rows']} rows, {seen['refused']} refused, "
          f"{seen['without a class']} without a class in the train rows, "
          f"{seen['chaotic']} times chaotic")
    tell_worst()
    assert not failures, f"cases {failures}"
    assert seen["chaotic"] <= 2 + N_CASES // 50
    assert N_CASES < 25 or seen["cases"] > .5 * N_CASES


def make_deep(keys, n_steps):
    """`keys` with larger ones around them, in an order in which a median of three cuts off only two
    at each of the first `n_steps` steps."""
    keys = numpy.concatenate([keys, keys.max(initial=0) + numpy.arange(1, 2 * n_steps + 1)])
    for end in range(len(keys), len(keys) - 2 * n_steps, -2):
        keys[[end // 2, end - 2]] = keys[[end - 2, end // 2]]
    return keys


@tap.test
def argsort():
    """max_features: the order of 5000 random lists, with ties, is numpy.argsort's"""
    library = tap.load_library()
    for seed in range(5000):
        rng = numpy.random.default_rng(seed)
        keys = -rng.geometric(rng.choice([.001, .1, .3, .9]), rng.integers(1, 2000))
        if seed % 3 == 0:
            keys = make_deep(keys, rng.integers(30))
        keys = numpy.ascontiguousarray(keys, dtype=numpy.int64)
        order = numpy.empty(len(keys), dtype=numpy.uint32)
        library.parity_argsort(keys.ctypes.data_as(ctypes.c_void_p),
                               order.ctypes.data_as(ctypes.c_void_p), ctypes.c_size_t(len(keys)))
        assert (order == keys.argsort()).all(), seed


# ---- Shared data ---------------------------------------------------------------------------


def sha256(array, dtype):
    return hashlib.sha256(numpy.ascontiguousarray(array).astype(dtype).tobytes()).hexdigest()


ARTICLE = {
    "vectorizer": {"stop_words": "english", "lemmatizer": "wordnet", "max_df": .95, "min_df": 2},
    "lda": {"n_components": 50, "max_iter": 5, "learning_method": "online",
            "learning_offset": 50.0, "random_state": 0},
    "forest": {"min_samples_split": 100, "min_samples_leaf": 100, "random_state": 0},
    "evaluation": {"train_size": .25, "random_state": 0},
}
# Of scikit-learn 1.2.1 on Kaggle's train.csv: seeds of the split and of the forest, test accuracy,
# log loss, nodes of all trees.
KAGGLE = [(0, 0, .5061627511065714, 1.0206500905147415, 4310),
          (1, 7, .4943820224719101, 1.0229845918458231, 4366),
          (12345, 2, .5035750766087844, 1.0216016117523077, 4348)]
KAGGLE_SHA256 = [  # row begins, columns, counts, train rows, test rows
    "4236160a099dea3d09d01aac9d415b36c958a6ffde79e9da9df7a6baf1a7928e",
    "581a6b501634dcd81646d0f8f163f6218cab01c239ec642ab7782fc2d924392d",
    "7ba50e20a63866d4e4b0827f8164c447fd5a385ee22749539616852a0a53b3a8",
    "16901c460920bf80f7c4c486e5e5f81575e192b437a730df54d366629db56267",
    "9d5220983fcc51c410354a300d84a3bef40b0261b7e2a1f946f6bae78e053808"]


def count_nodes(model):
    tensors = json.loads(run_quoth("inspect", model, "--json"))["tensors"]
    return next(t["shape"][0] for t in tensors if t["name"] == "forest.feature")


@tap.test
def kaggle():
    """Kaggle's train.csv: the article's numbers, and all of scikit-learn's run live"""
    data = tap.shared("spooky", "train.csv")
    reference = article.Article(article.read_csv(data), ARTICLE, label="author")
    with tempfile.TemporaryDirectory() as folder:
        for split_seed, forest_seed, accuracy, loss, n_nodes in KAGGLE:
            spec = dict(ARTICLE, forest=dict(ARTICLE["forest"], random_state=forest_seed),
                        evaluation=dict(ARTICLE["evaluation"], random_state=split_seed))
            reference.split(spec["evaluation"])
            reference.fit_forest(spec["forest"], reference.topics)
            trained = Trained(folder, data, spec, reference)
            if split_seed == 0:
                trained.check_counts()
                found = counts_and_split(data, trained.assignments, "text")
                assert [sha256(part, "<i4") for part in found] == KAGGLE_SHA256
                assert (trained.told["vocabulary_size"], trained.told["nnz"]) == (13781, 212037)
                assert trained.told["train_accuracy"] == .5431140171638741
                assert trained.told["confusion_matrix"] == [[4419, 915, 609], [1973, 1724, 525],
                                                            [2491, 739, 1290]]
            trained.check_features()
            trained.check_forest(spec["forest"])
            assert trained.told["test_accuracy"] == accuracy
            assert abs(trained.told["test_log_loss"] - loss) <= 1e-9
            assert count_nodes(trained.model) == n_nodes
        trained.check_unseen(tap.shared("spooky", "test.csv"))
    tell_worst()


def check_shared(name, **changes):
    """train.csv learnt, test.csv as unseen texts; `changes` to the article's spec by stage."""
    data = tap.shared(name, "train.csv")
    spec = {stage: dict(params, **changes.get(stage, {})) for stage, params in ARTICLE.items()}
    reference = article.Article(article.read_csv(data), spec)
    with tempfile.TemporaryDirectory() as folder:
        trained = Trained(folder, data, spec, reference)
        trained.check_counts()
        trained.check_features()
        trained.check_forest(spec["forest"])
        trained.check_unseen(tap.shared(name, "test.csv"))
    tell_worst()


@tap.test
def german_news():
    """gnad_de: long German texts, nine classes"""
    check_shared("gnad_de", vectorizer={"lemmatizer": None, "stop_words": None},
                 lda={"n_components": 12, "max_iter": 2, "learning_method": "batch"},
                 forest={"min_samples_leaf": 2, "min_samples_split": 2, "criterion": "entropy"},
                 evaluation={"stratify": True, "train_size": .6})


@tap.test
def questions():
    """trec6: short questions, six classes, all lemmas, balanced classes"""
    check_shared("trec6", vectorizer={"lemmatizer": "wordnet-all", "max_features": 500},
                 lda={"n_components": 10, "max_iter": 2, "batch_size": 64},
                 forest={"min_samples_leaf": 1, "class_weight": "balanced", "n_estimators": 30})


@tap.test
def reviews():
    """mr: movie reviews, two classes, verbs"""
    check_shared("mr", vectorizer={"lemmatizer": "wordnet-verb", "binary": True},
                 lda={"n_components": 8, "max_iter": 1, "random_state": 3},
                 forest={"max_depth": 6, "max_features": None, "bootstrap": False,
                         "n_estimators": 10, "random_state": 3})


@tap.test
def features():
    """float32 features, which is what forests see: none differs"""
    print(f"# {seen['float32 features']} float32 features, "
          f"{seen['differing float32 features']} differ")
    assert seen["differing float32 features"] == 0


if __name__ == "__main__":
    tap.run()

#!/usr/bin/env python3
"""Quantized models, decoded by the Python of docs/MODEL_FORMAT.md: each number is one of the levels
and as near to what it was as the format says, and n-grams have all their counts."""
import csv
import functools
import importlib.util
import io
import json
import os
import re
import sys
import tempfile

import program
from tap_tests import Skip, run, test

CORPUS = program.path("tests", "cli", "corpus.py")


@functools.lru_cache(None)
def reader():
    """The names that the document's snippets define."""
    for module in ["numpy", "xxhash"]:
        if not importlib.util.find_spec(module):
            raise Skip(f"{module} is not installed")
    names = {}
    text = program.read("docs", "MODEL_FORMAT.md")
    snippets = re.findall("^```python\n(.*?)^```$", text, re.M | re.S)
    exec(snippets[0].split("\nmetadata, tensors =")[0], names)
    exec(snippets[2], names)
    return names


@functools.lru_cache(None)
def models(recipe, *changes):
    """The tensors of a model and of the quantized one that is made from it."""
    read_model = reader()["read_model"]
    with tempfile.TemporaryDirectory() as folder:
        def path(name):
            return os.path.join(folder, name)
        corpus = program.subprocess.run([sys.executable, CORPUS, "--rows", "240", "--noise", "9"],
                                        check=True, stdout=program.subprocess.PIPE).stdout
        with open(path("data.csv"), "wb") as file:
            file.write(corpus)
        program.quoth("train", path("data.csv"), "--recipe", recipe, "-o", path("model"), *changes)
        program.quoth("quantize", path("model"), "-o", path("small"))
        (before, full), (after, small) = (read_model(path(name)) for name in ("model", "small"))
        assert before["quoth.format"] == "1" and after["quoth.format"] == "2"
        return full, small


def terms_of(tensors, stage):
    text = tensors[stage + ".vocabulary"].tobytes()
    ends = [0, *tensors[stage + ".vocabulary_ends"]]
    return [text[begin:end] for begin, end in zip(ends, ends[1:])]


def columns_left(full, small, stage):
    """The rows of the terms that are left, and the columns that they have."""
    import xxhash
    keys, buckets = (small[stage + name] for name in (".vocabulary_keys", ".vocabulary_buckets"))
    bits, rows, columns = (len(buckets) - 1).bit_length() - 1, [], []
    for row, term in enumerate(terms_of(full, stage)):
        digest = xxhash.xxh3_64_intdigest(term)
        bucket = digest >> 64 - bits
        own = list(keys[buckets[bucket]:buckets[bucket + 1]])
        if digest >> 32 - bits & 0xffffffff in own:
            rows.append(row)
            columns.append(int(buckets[bucket]) + own.index(digest >> 32 - bits & 0xffffffff))
    return rows, columns


def columns_after(full, small, stage):
    """The column that each term has in the quantized model."""
    rows, columns = columns_left(full, small, stage)
    assert rows == list(range(len(terms_of(full, stage)))), "all terms are left"
    assert sorted(columns) == rows, "each term has a column of its own"
    return columns


def check_numbers(full, small, name, columns):
    """Each number is the nearest level; ends are levels; few numbers stay as they were."""
    np = reader()["np"]
    assert small[name].dtype == np.uint8, name
    before, after = full[name], reader()["numbers"](small, name)[columns]
    levels = small[name.rpartition(".")[0] + ".levels"]
    assert (np.diff(levels) >= 0).all(), name
    assert levels[0] == before.min() and levels[-1] == before.max(), name
    nearest = np.abs(before[..., None] - levels).min(axis=-1)
    assert (np.abs(before - after) == nearest).all(), name
    if len(np.unique(before)) <= len(levels):
        assert (before == after).all(), name


@test
def linear():
    """idf and weights of linear"""
    full, small = models("linear")
    columns = columns_after(full, small, "vectorizer")
    check_numbers(full, small, "tfidf.idf", columns)
    check_numbers(full, small, "classifier.coef", columns)
    assert (full["classifier.intercept"] == small["classifier.intercept"]).all()


@test
def bayes():
    """idf and weights of bayes"""
    full, small = models("bayes")
    columns = columns_after(full, small, "vectorizer")
    check_numbers(full, small, "tfidf.idf", columns)
    check_numbers(full, small, "classifier.feature_log_prob", columns)


@test
def best():
    """members of best: a union's columns are in the order of its members"""
    full, small = models("best")
    union, columns, first = "stack.svm.union.", [], 0
    for member in "words", "characters":
        own = columns_after(full, small, union + member + ".vectorizer")
        check_numbers(full, small, union + member + ".tfidf.idf", own)
        columns += [first + column for column in own]
        first += len(own)
    check_numbers(full, small, "stack.svm.classifier.coef", columns)
    columns = columns_after(full, small, "stack.nbsvm.vectorizer")
    check_numbers(full, small, "stack.nbsvm.classifier.coef", columns)


def read_ngrams(tensors, stage, n_following):
    """The n-grams of a table that is not packed: {hash: (counts, followers)}."""
    buckets, data = tensors[stage + ".buckets"], tensors[stage + ".ngrams"].tobytes()
    bits = (len(buckets) - 1).bit_length() - 1
    size, at, ngrams = (71 - bits) // 8, 0, {}

    def read_run(n_numbers):
        nonlocal at
        head = shift = 0
        while True:
            byte, at = data[at], at + 1
            head, shift = head | (byte & 127) << shift, shift + 7
            if byte < 128:
                break
        width, rows = 1 << (head & 3), head >> 2
        run = [int.from_bytes(data[at + i * width:at + (i + 1) * width], "little")
               for i in range(rows * n_numbers)]
        at += rows * n_numbers * width
        return [run[i:i + n_numbers] for i in range(0, len(run), n_numbers)]

    for bucket, end in enumerate(buckets[1:]):
        while at < end:
            low = int.from_bytes(data[at:at + size], "little") & (1 << 64 - bits) - 1
            at += size
            ngrams[f"{bucket << 64 - bits | low:064b}"] = read_run(2), read_run(n_following)
    return ngrams


def check_ngrams(full, small, stage, n_following):
    before = read_ngrams(full, stage, n_following)
    after = list(reader()["packed_ngrams"](small, stage))
    assert len(before) == len(after) > 100
    assert [known for known, _, _ in after] == sorted(known for known, _, _ in after)
    for (key, (counts, followers)), (known, *rows) in zip(sorted(before.items()), after):
        if n_following == 3:
            followers = [row for row in followers if row[1] > 0]
        assert key.startswith(known) and rows == [counts, followers], (key, known)


@test
def ngrams():
    """packed n-grams have the counts that they had"""
    full, small = models("ngram")
    check_ngrams(full, small, "classifier", 4)
    full, small = models("best")
    check_ngrams(full, small, "stack.words.classifier", 3)
    check_ngrams(full, small, "stack.characters.classifier", 3)


def corpus(folder, name, rows, begin):
    """Rows of the corpus behind the first `begin`, with many wrong labels."""
    text = program.subprocess.run(
        [sys.executable, CORPUS, "--rows", str(rows), "--noise", "4"], check=True,
        stdout=program.subprocess.PIPE).stdout.decode()
    header, *rest = list(csv.reader(io.StringIO(text)))
    with open(os.path.join(folder, name), "w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rest[begin:]])


def check_pruned(recipe, importances):
    """The terms that are left are the most important ones; `importances` of a model's tensors."""
    names = reader()
    with tempfile.TemporaryDirectory() as folder:
        corpus(folder, "train.csv", 200, 0)
        corpus(folder, "test.csv", 400, 200)
        quoth = functools.partial(program.quoth, cwd=folder)
        quoth("train", "train.csv", "--recipe", recipe, "-o", "model")
        told = json.loads(quoth("quantize", "model", "-o", "small", "--check", "test.csv",
                                "--max-loss", "0.05", "--json"))
        (_, full), (_, small) = (names["read_model"](os.path.join(folder, name))
                                 for name in ("model", "small"))
        before, after = told["before"], told["after"]
        assert after["terms"] < before["terms"] and told["pruning"]["least_importance"] > 0, told
        assert told["rows"] == told["pruning"]["rows"] == 100, told
        n_terms = 0
        for stage, importance in importances(names["np"], full):
            rows, columns = columns_left(full, small, stage)
            least = told["pruning"]["least_importance"]
            assert sorted(rows) == list((importance >= least).nonzero()[0]), stage
            assert sorted(columns) == list(range(len(rows))), stage
            n_terms += len(rows)
        assert n_terms == after["terms"], told


@test
def pruned_softmax():
    """of linear, terms whose weights differ least between classes are left out"""
    def importances(np, full):
        coef = full["classifier.coef"]
        sizes = np.ptp(coef, axis=1) * full["tfidf.idf"]
        yield "vectorizer", sizes / np.sqrt((sizes ** 2).mean())
    check_pruned("linear", importances)


@test
def pruned_union():
    """of best, terms with the smallest weights of each classifier are left out"""
    def importances(np, full):
        union = "stack.svm.union."
        idf = np.concatenate([full[union + name + ".tfidf.idf"] for name in ("words", "characters")])
        sizes = np.abs(full["stack.svm.classifier.coef"]).max(axis=1) * idf
        sizes /= np.sqrt((sizes ** 2).mean())
        n_words = len(full[union + "words.tfidf.idf"])
        yield union + "words.vectorizer", sizes[:n_words]
        yield union + "characters.vectorizer", sizes[n_words:]
        sizes = np.abs(full["stack.nbsvm.classifier.coef"]).max(axis=1)
        yield "stack.nbsvm.vectorizer", sizes / np.sqrt((sizes ** 2).mean())
    check_pruned("best", importances)


run()

"""Model files as an ordinary safetensors reader sees them: 20 lines of Python that know nothing of
quoth find the vocabulary, and work out topic shares and probabilities from the tensors."""
import csv
import json
import os
import random
import struct
import subprocess
import tempfile

import tap
import numpy
from sklearn.feature_extraction.text import CountVectorizer

import corpora

QUOTH = os.environ["QUOTH"]
DTYPES = {"U8": "u1", "I32": "<i4", "U32": "<u4", "U64": "<u8", "F64": "<f8"}
N_ROWS = 200
TOPICS = {"vectorizer": {"stop_words": None, "lemmatizer": None, "max_df": .9, "min_df": 2},
          "lda": {"n_components": 9, "max_iter": 3, "learning_method": "online"},
          "forest": {"n_estimators": 15, "min_samples_leaf": 2, "min_samples_split": 5},
          "evaluation": {"train_size": .5}}


def read_safetensors(path):
    """Metadata, and arrays by name."""
    with open(path, "rb") as file:
        data = file.read()
    (size,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8:8 + size])
    metadata = header.pop("__metadata__")
    arrays = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        part = data[8 + size + begin:8 + size + end]
        arrays[name] = numpy.frombuffer(part, DTYPES[entry["dtype"]]).reshape(entry["shape"])
    return metadata, arrays


def psi(x):
    """The digamma of scikit-learn's LatentDirichletAllocation."""
    result = 0.0
    while x < 6:
        result -= 1 / x
        x += 1
    r = 1 / x
    result += numpy.log(x) - .5 * r
    return result - r * r * (1 / 12 - r * r * (1 / 120 - r * r / 252))


def topic_shares(exp_beta, counts, prior):
    """Variational inference for one text; exp_beta is [terms of the text][topics]."""
    n_topics = exp_beta.shape[1]
    gamma = numpy.ones(n_topics)
    for _ in range(100):
        exp_theta = numpy.exp([psi(g) - psi(gamma.sum()) for g in gamma])
        phi = exp_beta @ exp_theta + 2.0**-52
        last, gamma = gamma, prior + exp_theta * (counts / phi @ exp_beta)
        if numpy.abs(gamma - last).mean() < 1e-3:
            break
    return gamma / gamma.sum()


def probabilities(forest, shares):
    features = shares.astype(numpy.float32).astype(float)
    total = 0
    for root in forest["tree_begin"][:-1]:
        node = root
        while forest["feature"][node] != -2:
            is_left = features[forest["feature"][node]] <= forest["threshold"][node]
            node = node + 1 if is_left else root + forest["right"][node]
        total = total + forest["value"][node] / forest["value"][node].sum()
    return total / (len(forest["tree_begin"]) - 1)


def run_quoth(*arguments):
    return subprocess.run([QUOTH, *arguments], check=True, capture_output=True).stdout.decode()


def read_numbers(path):
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    return numpy.array([[float(cell) for cell in row[1:]] for row in rows[1:]])


class Files:
    """A corpus, its model, and what quoth makes of it."""

    def __init__(self, folder):
        rng = random.Random(7)
        corpus = corpora.Corpus(rng)
        data, self.path = os.path.join(folder, "data.csv"), os.path.join(folder, "model")
        corpus.write(data, N_ROWS)
        run_quoth("train", "--recipe", "topics-forest", data, "-o", self.path, "--json",
                  *("--set=" + word for word in corpora.assignments(TOPICS)))
        self.metadata, self.arrays = read_safetensors(self.path)
        self.terms = json.loads(run_quoth("inspect", self.path, "--json"))["vocabulary"]
        out = os.path.join(folder, "out.csv")
        run_quoth("transform", self.path, "--input", data, "-o", out)
        self.shares = read_numbers(out)
        run_quoth("predict", self.path, "--input", data, "--proba", "-o", out)
        self.proba = read_numbers(out)
        with open(data, encoding="utf-8", newline="") as file:
            self.texts = [row["text"] for row in csv.DictReader(file)]

    def stage(self, name):
        return {key.split(".")[1]: array for key, array in self.arrays.items()
                if key.startswith(name + ".")}


files = None


@tap.test
def layout():
    """the file: strings as metadata, tensors at multiples of 64 bytes, nothing between them"""
    assert all(isinstance(value, str) for value in files.metadata.values())
    assert files.metadata["quoth.format"] == "1"
    with open(files.path, "rb") as file:
        data = file.read()
    (size,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8:8 + size])
    at = 0
    for name, entry in list(header.items())[1:]:
        begin, end = entry["data_offsets"]
        assert begin == at
        assert name.startswith("pad.") or (8 + size + begin) % 64 == 0
        assert not name.startswith("pad.") or not any(data[8 + size + begin:8 + size + end])
        at = end
    assert 8 + size + at == len(data)


@tap.test
def vocabulary():
    """the terms, from bytes and ends; the index holds each number once"""
    stage = files.stage("vectorizer")
    ends = [0, *stage["vocabulary_ends"]]
    data = stage["vocabulary"].tobytes()
    terms = [data[begin:end].decode() for begin, end in zip(ends, ends[1:])]
    assert terms == files.terms == sorted(terms)
    index = stage["vocabulary_index"]
    assert sorted(index[index != 2**32 - 1]) == list(range(len(terms)))


@tap.test
def topics():
    """topic shares of every row, from exp_beta"""
    exp_beta = files.stage("lda")["exp_beta"]
    counts = CountVectorizer(vocabulary=files.terms).transform(files.texts)
    for row, expected in enumerate(files.shares):
        document = counts[row]
        shares = topic_shares(exp_beta[document.indices], document.data, 1 / exp_beta.shape[1])
        assert numpy.allclose(shares, expected, rtol=1e-9, atol=0), row


@tap.test
def forest():
    """probabilities of every row, from the trees"""
    trees = files.stage("forest")
    for row, expected in enumerate(files.proba):
        assert numpy.allclose(probabilities(trees, files.shares[row]), expected, rtol=1e-14), row


@tap.test
def components():
    """exp_beta is exp(E[log beta]) of components; shares add up to 1"""
    stage = files.stage("lda")
    weights = stage["components"]
    psi_total = [psi(total) for total in weights.sum(axis=0)]
    for term in range(0, len(weights), 7):
        expected = numpy.exp([psi(weight) for weight in weights[term]] - numpy.array(psi_total))
        assert numpy.allclose(stage["exp_beta"][term], expected, rtol=1e-9), term
    assert abs(stage["shares"].sum() - 1) < 1e-12


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        files = Files(temporary)
        tap.run()

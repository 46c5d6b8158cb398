#!/usr/bin/env python3
"""Writes the seeds of fuzz_pickle: small pickles of each protocol, and compressed ones.

usage: fuzz/make_pickles.py FOLDER

Needs numpy, joblib and scikit-learn, and gives the same files each time.
"""
import io
import os
import pathlib
import pickle
import sys

import joblib
import numpy as np
from sklearn.calibration import CalibratedClassifierCV
from sklearn.decomposition import LatentDirichletAllocation
from sklearn.ensemble import ExtraTreesClassifier, RandomForestClassifier
from sklearn.feature_extraction.text import CountVectorizer, HashingVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.naive_bayes import BernoulliNB, ComplementNB, MultinomialNB
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.preprocessing import LabelEncoder
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeClassifier


class Calls:
    def __reduce__(self):
        return os.system, ("true",)


def dump(value, **options):
    out = io.BytesIO()
    joblib.dump(value, out, **options)
    return out.getvalue()


def seeds():
    """Yields (name, bytes)."""
    values = [None, True, 7, -2**40, 2**70, 0.5, "text \u20ac", b"bytes\xff", (1, 2), [3, [4]],
              {"a": {1}}, frozenset({2})]
    arrays = {"f": np.arange(3.0), "o": np.array(["x", 1], object), "s": np.int64(5),
              "F": np.asfortranarray(np.arange(4).reshape(2, 2)), "u": np.array(["ab", "c"]),
              "r": np.zeros(2, [("left", "i8"), ("value", "f4")])}
    for protocol in range(6):
        yield f"values{protocol}", pickle.dumps(values, protocol)
        yield f"arrays{protocol}", pickle.dumps(arrays, protocol)
        yield f"joblib{protocol}", dump(arrays, protocol=protocol)
        yield f"encoder{protocol}", dump(LabelEncoder().fit(["b", "a"]), protocol=protocol)
    texts, labels = ["one two", "two three", "three one", "one"], np.array(list("abba"))
    topics = [CountVectorizer(), LatentDirichletAllocation(2, max_iter=1, random_state=0)]
    for name, steps in {
            "multinomial": [CountVectorizer(), MultinomialNB()],
            "logistic": [CountVectorizer(), LogisticRegression()],
            "bernoulli": [TfidfVectorizer(), BernoulliNB()],
            "hashing": [HashingVectorizer(n_features=9), LogisticRegression()],
            "calibrated": [CountVectorizer(),
                           CalibratedClassifierCV(LinearSVC(random_state=0), cv=2)],
            "one_vs_rest": [CountVectorizer(), SGDClassifier(loss="log_loss", random_state=0)],
            "union": [FeatureUnion([("a", TfidfVectorizer()), ("b", CountVectorizer())]),
                      MultinomialNB()],
            "complement": [TfidfVectorizer(), ComplementNB()],
            "forest": [*topics, RandomForestClassifier(1, random_state=0)],
            "extra_trees": [*topics, ExtraTreesClassifier(1, random_state=0)],
            "tree": [*topics, DecisionTreeClassifier(random_state=0)]}.items():
        pipeline = make_pipeline(*steps).fit(texts, labels)
        yield name, dump(pipeline)
        yield name + "_plain", pickle.dumps(pipeline)
    yield "calls", pickle.dumps(Calls())
    for name in ["zlib", "gzip", "bz2", "xz", "lzma", "lz4"]:
        data = dump(values, compress=(name, 3))
        yield name, data[:4] + bytes(4) + data[8:] if name == "gzip" else data  # no date


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in seeds():
        (folder / name).write_bytes(data)


if __name__ == "__main__":
    main()

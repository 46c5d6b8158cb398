#!/usr/bin/env python3
"""Writes pickles as scikit-learn's, with Python's standard library alone.

usage: sklearn_pickles.py FILE [CHANGE]

FILE is a Pipeline of a CountVectorizer with four terms and a MultinomialNB of two classes. CHANGE is
one of the words at the end, which make it something else.
"""
import os
import pickle
import struct
import sys
import types


def known_as(module, name, thing=None):
    """Lets pickle find `thing`, by default a new class, as module.name."""
    thing = thing or type(name, (), {})
    thing.__module__, thing.__qualname__, thing.__name__ = module, name, name
    parts = module.split(".")
    for i in range(len(parts)):
        part = ".".join(parts[:i + 1])
        sys.modules.setdefault(part, types.ModuleType(part))
    setattr(sys.modules[module], name, thing)
    return thing


def reconstruct(*_):
    pass


reconstruct = known_as("numpy.core.multiarray", "_reconstruct", reconstruct)
ndarray = known_as("numpy", "ndarray")
int64 = known_as("numpy", "int64")
numpy_dtype = known_as("numpy", "dtype")


class Reduced:
    """Pickled as the call of a function with these arguments and this state."""

    def __init__(self, function, args, state=None):
        self.parts = function, args, state

    def __reduce__(self):
        return self.parts


def array(code, shape, data):
    dtype = Reduced(numpy_dtype, (code, False, True),
                    (3, "<" if code != "O8" else "|", None, None, None, -1, -1, 0))
    return Reduced(reconstruct, (ndarray, (0,), b"b"), (1, shape, dtype, False, data))


def doubles(shape, values):
    return array("f8", shape, struct.pack(f"<{len(values)}d", *values))


def make(module, name, **attributes):
    thing = known_as(module, name)()
    thing.__dict__.update(attributes)
    return thing


# Each word weighs in one class; the classes' priors are the same.
LOGS = [-0.5, -3.0, -1.0, -2.0, -2.5, -0.75, -1.5, -1.25]
vectorizer = dict(
    input="content", encoding="utf-8", lowercase=True, strip_accents=None, preprocessor=None,
    tokenizer=None, analyzer="word", stop_words=None, token_pattern=r"(?u)\b\w\w+\b",
    ngram_range=(1, 1), max_df=1.0, min_df=1, max_features=None, binary=False, dtype=int64,
    vocabulary_={"box": 0, "driver": 1, "invoice": 2, "refund": 3}, _sklearn_version="1.2.1")
bayes = dict(
    alpha=1.0, fit_prior=True, classes_=array("O8", (2,), ["billing", "delivery"]),
    feature_log_prob_=doubles((2, 4), LOGS), class_log_prior_=doubles((2,), [-0.6931471805599453] * 2),
    _sklearn_version="1.2.1")
module = "sklearn.feature_extraction.text"
change = sys.argv[2] if len(sys.argv) > 2 else ""
if change == "tokenizer":
    vectorizer["tokenizer"] = known_as("shop", "split_words", lambda text: text.split())
elif change == "pattern":
    vectorizer["token_pattern"] = r"[a-z]+"
elif change == "own":
    module = "shop"
    del vectorizer["_sklearn_version"]
elif change == "float32":
    bayes["feature_log_prob_"] = array("f4", (2, 4), struct.pack("<8f", *LOGS))
elif change == "shape":
    bayes["feature_log_prob_"] = doubles((2, 3), LOGS[:6])
elif change == "system":
    bayes["alpha"] = Reduced(os.system, ("touch was-here",))

pipeline = make("sklearn.pipeline", "Pipeline", memory=None, verbose=False, steps=[
    ("count", make(module, "CountVectorizer", **vectorizer)),
    ("bayes", make("sklearn.naive_bayes", "MultinomialNB", **bayes))])
with open(sys.argv[1], "wb") as file:
    pickle.dump(pipeline, file)

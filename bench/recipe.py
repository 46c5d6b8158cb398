#!/usr/bin/env python3
"""The recipes bayes and linear as a user of pandas and scikit-learn writes them.

usage: bench/recipe.py RECIPE DATA.csv MODEL

Does what `quoth train --recipe RECIPE` does: learns from three quarters of the rows, stratified, is
tested on the others, learns again from all rows and writes that model. Prints accuracy, log loss
and each step's seconds as JSON."""
import json
import sys
import time

import joblib
import pandas
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, log_loss
from sklearn.model_selection import train_test_split
from sklearn.naive_bayes import ComplementNB
from sklearn.pipeline import make_pipeline

LABELS = ["label", "author", "class", "category", "target"]
WORDS = {"token_pattern": r"\w+|[^\w\s]", "ngram_range": (1, 2)}
RECIPES = {
    "bayes": lambda: make_pipeline(TfidfVectorizer(**WORDS), ComplementNB(alpha=.1)),
    "linear": lambda: make_pipeline(TfidfVectorizer(**WORDS, sublinear_tf=True),
                                    LogisticRegression(C=30, max_iter=1000)),
}


def main(recipe, data, model):
    seconds, last = {}, time.perf_counter()

    def stop(step):
        nonlocal last
        now = time.perf_counter()
        seconds[step], last = now - last, now

    table = pandas.read_csv(data, keep_default_na=False)
    labels = table[next(name for name in LABELS if name in table)]
    stop("read")
    train_texts, test_texts, train_labels, test_labels = train_test_split(
        table.text, labels, test_size=.25, random_state=0, stratify=labels)
    pipeline = RECIPES[recipe]().fit(train_texts, train_labels)
    stop("fit to train rows")
    probabilities = pipeline.predict_proba(test_texts)
    accuracy = accuracy_score(test_labels, pipeline.classes_[probabilities.argmax(axis=1)])
    loss = log_loss(test_labels, probabilities, labels=pipeline.classes_)
    stop("test")
    pipeline = RECIPES[recipe]().fit(table.text, labels)
    stop("fit to all rows")
    joblib.dump(pipeline, model)
    stop("write")
    print(json.dumps({"accuracy": accuracy, "log loss": loss, "seconds": seconds}))


if __name__ == "__main__":
    main(*sys.argv[1:])

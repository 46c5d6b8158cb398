#!/usr/bin/env python3
"""The pipeline of topics-forest as a user of pandas, NLTK and scikit-learn writes it.

usage: bench/pipeline.py train DATA.csv FOLDER
       bench/pipeline.py predict FOLDER TEXT
       bench/pipeline.py predict-file DATA.csv FOLDER
       bench/pipeline.py gensim DATA.csv

`train` leaves three files in FOLDER and prints the test accuracy and each step's seconds as JSON;
`predict` prints a label; `predict-file` prints the seconds of all rows of a file, and of one text
at a time; `gensim` those of gensim's LdaModel on the same counts."""
import json
import os
import sys
import time

import joblib
from sklearn.feature_extraction.text import CountVectorizer

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(ROOT, "tests", "parity"))
import wordnet

STAGES = ["vectorizer", "lda", "forest"]
N_SINGLE = 200  # texts predicted one at a time


class LemmaCountVectorizer(CountVectorizer):
    def build_analyzer(self):
        analyze = super().build_analyzer()
        lemmatize = wordnet.load_lemmatizer().lemmatize
        return lambda text: [lemmatize(word) for word in analyze(text)]


class Clock:
    """Seconds of each step, from the end of the one before."""

    def __init__(self):
        self.last, self.seconds = time.perf_counter(), {}

    def stop(self, step):
        now = time.perf_counter()
        self.seconds[step], self.last = now - self.last, now


def count(data):
    import pandas
    table = pandas.read_csv(data, keep_default_na=False)
    vectorizer = LemmaCountVectorizer(stop_words="english", max_df=.95, min_df=2)
    return table, vectorizer, vectorizer.fit_transform(table.text)


def train(data, folder):
    from sklearn.decomposition import LatentDirichletAllocation
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.metrics import accuracy_score
    from sklearn.model_selection import train_test_split
    clock = Clock()
    table, vectorizer, counts = count(data)
    clock.stop("read and vectorize")
    lda = LatentDirichletAllocation(n_components=50, max_iter=5, learning_method="online",
                                    learning_offset=50., random_state=0)
    topics = lda.fit_transform(counts)
    clock.stop("lda")
    train_topics, test_topics, train_labels, test_labels = train_test_split(
        topics, table.author, train_size=.25, random_state=0)
    for class_weight, step in ("balanced", "balanced forest"), (None, "forest"):
        forest = RandomForestClassifier(min_samples_split=100, min_samples_leaf=100,
                                        class_weight=class_weight, random_state=0)
        clock.stop("split")
        forest.fit(train_topics, train_labels)
        forest.predict_proba(topics)
        clock.stop(step)
    accuracy = accuracy_score(test_labels, forest.predict(test_topics))
    for name, stage in zip(STAGES, [vectorizer, lda, forest]):
        joblib.dump(stage, os.path.join(folder, name + ".pkl"))
    print(json.dumps({"accuracy": accuracy, "seconds": clock.seconds}))


def load(folder):
    return [joblib.load(os.path.join(folder, name + ".pkl")) for name in STAGES]


def predict_file(data, folder):
    import pandas
    vectorizer, lda, forest = load(folder)
    texts = pandas.read_csv(data, keep_default_na=False).text
    wordnet.load_lemmatizer = lambda lemmatizer=wordnet.load_lemmatizer(): lemmatizer
    clock = Clock()
    forest.predict_proba(lda.transform(vectorizer.transform(texts)))
    clock.stop("all rows")
    for text in texts[:N_SINGLE]:
        forest.predict_proba(lda.transform(vectorizer.transform([text])))
    clock.stop("one")
    clock.seconds["one"] /= N_SINGLE
    print(json.dumps(clock.seconds))


def gensim_lda(data):
    from gensim.matutils import Sparse2Corpus
    from gensim.models import LdaModel
    counts = count(data)[2]
    clock = Clock()
    LdaModel(Sparse2Corpus(counts, documents_columns=False), num_topics=50, passes=5,
             chunksize=128, decay=.7, offset=50, gamma_threshold=.001, iterations=100,
             eval_every=None, random_state=0)
    clock.stop("gensim")
    print(json.dumps(clock.seconds))


def predict(folder, text):
    vectorizer, lda, forest = load(folder)
    print(forest.predict(lda.transform(vectorizer.transform([text])))[0])


if __name__ == "__main__":
    {"train": train, "predict": predict, "predict-file": predict_file,
     "gensim": gensim_lda}[sys.argv[1]](*sys.argv[2:])

#!/usr/bin/env python3
"""The pipeline of topics-forest as a user of pandas, NLTK and scikit-learn writes it.

usage: bench/pipeline.py train DATA.csv FOLDER
       bench/pipeline.py predict FOLDER TEXT

`train` prints the test accuracy and leaves three files in FOLDER, `predict` prints a label."""
import os
import sys

import joblib
from sklearn.feature_extraction.text import CountVectorizer

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(ROOT, "tests", "parity"))
import wordnet

STAGES = ["vectorizer", "lda", "forest"]


class LemmaCountVectorizer(CountVectorizer):
    def build_analyzer(self):
        analyze = super().build_analyzer()
        lemmatize = wordnet.load_lemmatizer().lemmatize
        return lambda text: [lemmatize(word) for word in analyze(text)]


def train(data, folder):
    import pandas
    from sklearn.decomposition import LatentDirichletAllocation
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.metrics import accuracy_score
    from sklearn.model_selection import train_test_split
    table = pandas.read_csv(data, keep_default_na=False)
    vectorizer = LemmaCountVectorizer(stop_words="english", max_df=.95, min_df=2)
    counts = vectorizer.fit_transform(table.text)
    lda = LatentDirichletAllocation(n_components=50, max_iter=5, learning_method="online",
                                    learning_offset=50., random_state=0)
    topics = lda.fit_transform(counts)
    train_topics, test_topics, train_labels, test_labels = train_test_split(
        topics, table.author, train_size=.25, random_state=0)
    forest = RandomForestClassifier(min_samples_split=100, min_samples_leaf=100, random_state=0)
    forest.fit(train_topics, train_labels)
    print(accuracy_score(test_labels, forest.predict(test_topics)))
    for name, stage in zip(STAGES, [vectorizer, lda, forest]):
        joblib.dump(stage, os.path.join(folder, name + ".pkl"))


def predict(folder, text):
    vectorizer, lda, forest = (joblib.load(os.path.join(folder, name + ".pkl")) for name in STAGES)
    print(forest.predict(lda.transform(vectorizer.transform([text])))[0])


if __name__ == "__main__":
    {"train": train, "predict": predict}[sys.argv[1]](*sys.argv[2:])

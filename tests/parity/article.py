"""The article's pipeline in Python, as a user of pandas, NLTK and scikit-learn writes it, from a
quoth spec. Stage by stage, so that each can be compared."""
import functools

import wordnet  # before numpy: it brings tap, which chooses numpy's code path
import numpy
import pandas
from sklearn.decomposition import LatentDirichletAllocation
from sklearn.ensemble import RandomForestClassifier
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.metrics import confusion_matrix, log_loss, precision_recall_fscore_support
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import LabelEncoder

from token_patterns import TOKEN_PATTERNS

PARTS = {"wordnet": "n", "wordnet-verb": "v", "wordnet-adj": "a", "wordnet-adv": "r"}


@functools.lru_cache(maxsize=None)
def lemmatizer(name):
    """A function from word to lemma."""
    lemmatize = wordnet.load_lemmatizer().lemmatize
    if name == "wordnet-all":
        return functools.lru_cache(maxsize=None)(
            lambda word: min((lemmatize(word, pos) for pos in "nvar"), key=len))
    return functools.lru_cache(maxsize=None)(lambda word: lemmatize(word, PARTS[name]))


class LemmaCountVectorizer(CountVectorizer):
    """The article's: lemmatises after tokens and stop words, and here before n-grams."""

    lemma = None

    def _word_ngrams(self, tokens, stop_words=None):
        if self.lemma is not None:
            tokens = [self.lemma(word) for word in tokens if word not in (stop_words or ())]
            stop_words = None
        return super()._word_ngrams(tokens, stop_words)


def read_csv(path, text="text"):
    """Fields as they stand; labels as pandas infers them."""
    return pandas.read_csv(path, keep_default_na=False, dtype={text: str}, encoding="utf-8")


class Article:
    """Fitted on construction. `spec` is {stage: {parameter: value}}."""

    def __init__(self, frame, spec, text="text", label="label"):
        self.encoder = LabelEncoder()
        self.codes = self.encoder.fit_transform(frame[label])
        self.n_classes = len(self.encoder.classes_)

        params = dict(spec["vectorizer"])
        lemma = params.pop("lemmatizer", None)
        params["token_pattern"] = TOKEN_PATTERNS[params.get("token_pattern", "word")]
        params["ngram_range"] = tuple(params.get("ngram_range", (1, 1)))
        self.vectorizer = LemmaCountVectorizer(**params)
        if lemma is not None:
            self.vectorizer.lemma = lemmatizer(lemma)
        self.counts = self.vectorizer.fit_transform(frame[text])
        self.vocabulary = list(self.vectorizer.get_feature_names_out())

        self.lda = LatentDirichletAllocation(**spec["lda"])
        self.topics = self.lda.fit(self.counts).transform(self.counts)

        self.split(spec["evaluation"])
        self.fit_forest(spec["forest"], self.topics)

    def is_chaotic(self, tolerance):
        """Whether the last bit of a parameter moves a topic share by more. It can: a topic that
        dies out, a document whose topics are settled in one round more or less."""
        params = self.lda.get_params()
        prior = params["doc_topic_prior"] or 1 / params["n_components"]
        params["doc_topic_prior"] = numpy.nextafter(prior, 1)
        topics = LatentDirichletAllocation(**params).fit(self.counts).transform(self.counts)
        return (numpy.abs(topics - self.topics) > tolerance * self.topics).any()

    def split(self, params):
        """The rows to learn from and to test on."""
        params = dict(params)
        stratify = self.codes if params.pop("stratify", False) else None
        self.train, self.test = train_test_split(numpy.arange(len(self.codes)),
                                                 stratify=stratify, **params)

    def fit_forest(self, params, topics):
        """The forest, and its probabilities of all rows."""
        self.forest = RandomForestClassifier(**params)
        self.forest.fit(topics[self.train], self.codes[self.train])
        self.probabilities = self.probabilities_of(topics)

    def transform(self, texts):
        return self.lda.transform(self.vectorizer.transform(texts))

    def probabilities_of(self, topics):
        """[n][n_classes]; classes without a train row, which the forest does not know, get 0."""
        known = self.forest.predict_proba(topics)
        out = numpy.zeros((len(topics), self.n_classes))
        out[:, self.forest.classes_] = known
        return out

    def metrics(self, rows):
        truth, proba = self.codes[rows], self.probabilities[rows]
        guess = proba.argmax(axis=1)
        every = numpy.arange(self.n_classes)
        precision, recall, f1, support = precision_recall_fscore_support(
            truth, guess, labels=every, zero_division=0)
        result = {
            "accuracy": (truth == guess).mean(),
            "log_loss": log_loss(truth, proba, labels=every),
            "confusion_matrix": confusion_matrix(truth, guess, labels=every).tolist(),
            "per_class": [dict(zip(("precision", "recall", "f1", "support"), row))
                          for row in zip(precision, recall, f1, support)],
        }
        for average in ("macro", "weighted"):
            row = precision_recall_fscore_support(truth, guess, labels=every, average=average,
                                                  zero_division=0)
            result[average] = dict(zip(("precision", "recall", "f1"), row))
        return result

#!/usr/bin/env python3
"""A model of quoth as scikit-learn's objects, made from the arrays beside this file.

    from load_model import load
    pipeline = load()
    pipeline.predict(["a text", "another"])

usage: python3 load_model.py [TEXT]...    prints the label of each text, or of each line read

Needs scikit-learn; where the model lemmatises NLTK with its corpus wordnet; and where it stems
snowballstemmer 2.
"""
import importlib.metadata
import json
import pathlib
import sys
import unicodedata

import numpy
from scipy.sparse import issparse
from sklearn.calibration import (CalibratedClassifierCV, _CalibratedClassifier,
                                 _SigmoidCalibration)
from sklearn.decomposition import LatentDirichletAllocation
from sklearn.ensemble import RandomForestClassifier
from sklearn.feature_extraction.text import (CountVectorizer, HashingVectorizer,
                                             TfidfTransformer)
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import ComplementNB, MultinomialNB
from sklearn.pipeline import Pipeline
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeClassifier
from sklearn.tree._tree import Tree

FOLDER = pathlib.Path(__file__).resolve().parent
# Letters of scripts without spaces, by Unicode 14 (Script_Extensions), and marks that combine.
UNSPACED = (
    r"\u0e01-\u0e30\u0e32-\u0e33\u0e40-\u0e46\u0e81-\u0e82\u0e84\u0e86-\u0e8a\u0e8c-\u0ea3\u0ea5"
    r"\u0ea7-\u0eb0\u0eb2-\u0eb3\u0ebd\u0ec0-\u0ec4\u0ec6\u0edc-\u0edf\u1000-\u102a\u103f"
    r"\u1050-\u1055\u105a-\u105d\u1061\u1065-\u1066\u106e-\u1070\u1075-\u1081\u108e\u1780-\u17b3"
    r"\u17d7\u17dc\u17f0-\u17f9\u3005-\u3007\u3021-\u3029\u3031-\u3035\u3038-\u303c\u3041-\u3096"
    r"\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3192-\u3195\u31f0-\u31ff\u3220-\u3229"
    r"\u3280-\u3289\u3400-\u4dbf\u4e00-\u9fff\ua9e0-\ua9e4\ua9e6-\ua9ef\ua9fa-\ua9fe"
    r"\uaa60-\uaa76\uaa7a\uaa7e-\uaa7f\uf900-\ufa6d\ufa70-\ufad9\uff66-\uff9f\U00016fe3"
    r"\U0001aff0-\U0001aff3\U0001aff5-\U0001affb\U0001affd-\U0001affe\U0001b000-\U0001b122"
    r"\U0001b150-\U0001b152\U0001b164-\U0001b167\U0001d360-\U0001d371\U00020000-\U0002a6df"
    r"\U0002a700-\U0002b738\U0002b740-\U0002b81d\U0002b820-\U0002cea1\U0002ceb0-\U0002ebe0"
    r"\U0002f800-\U0002fa1d\U00030000-\U0003134a")
MARKS = "".join(char for char in map(chr, range(sys.maxunicode + 1))
                if unicodedata.category(char).startswith("M"))
TOKEN_PATTERNS = {"word": r"(?u)\b\w\w+\b", "word+punct": r"\w+|[^\w\s]", "whitespace": r"\S+",
                  "word+punct+unspaced": rf"[{UNSPACED}][{MARKS}]*|[^\W{UNSPACED}]+|[^\w\s]"}
PARTS_OF_SPEECH = {"wordnet": "n", "wordnet-verb": "v", "wordnet-adj": "a", "wordnet-adv": "r",
                   "wordnet-all": "nvar"}
LONGEST_STEMMED = 1000  # bytes


# ---- What quoth does and scikit-learn doesn't -----------------------------------

def make_lemmatizer(name):
    from nltk.stem import WordNetLemmatizer
    lemmatize, parts = WordNetLemmatizer().lemmatize, PARTS_OF_SPEECH[name]
    return lambda word: min((lemmatize(word, part) for part in parts), key=len)


def make_stemmer(language):
    """Stems all but very long words. Snowball 3 has other stems."""
    import snowballstemmer
    if importlib.metadata.version("snowballstemmer").split(".")[0] != "2":
        raise ImportError("the model's stems are those of snowballstemmer 2; install that version")
    stem = vars(snowballstemmer)[language.title() + "Stemmer"]().stemWord
    return lambda word: stem(word) if len(word.encode()) <= LONGEST_STEMMED else word


class Normalizing:
    """Lemmatises and stems what is no stop word, before n-grams are made."""

    lemmatizer = stemmer = None

    def get_stop_words(self):
        return None  # build_tokenizer leaves them out

    def build_tokenizer(self):
        tokenize, stop_words = super().build_tokenizer(), super().get_stop_words() or ()
        lemmatize = make_lemmatizer(self.lemmatizer) if self.lemmatizer else str
        stem = make_stemmer(self.stemmer) if self.stemmer else str
        return lambda text: [stem(lemmatize(word)) for word in tokenize(text)
                             if word not in stop_words]


class NormalizingCountVectorizer(Normalizing, CountVectorizer):
    pass


class NormalizingHashingVectorizer(Normalizing, HashingVectorizer):
    pass


class WithPrior:
    """Gives a text without known terms the classes' prior, as quoth does."""

    def predict_proba(self, X):
        probabilities = super().predict_proba(X)
        if issparse(X):
            probabilities[numpy.diff(X.tocsr().indptr) == 0] = self.prior
        return probabilities

    def predict(self, X):
        return self.classes_[self.predict_proba(X).argmax(axis=1)]


class ComplementWithPrior(WithPrior, ComplementNB):
    pass


class LogisticWithPrior(WithPrior, LogisticRegression):
    pass


class CalibratedWithPrior(WithPrior, CalibratedClassifierCV):
    pass


# ---- Stages ---------------------------------------------------------------------

class Stage:
    """A stage of the spec, with its arrays as attributes; those that the model hasn't are None."""

    def __init__(self, folder, spec, classes):
        self.name, self.type, self.params = spec["name"], spec["type"], spec["params"]
        self.classes, self.folder = classes, folder

    def __getattr__(self, name):
        path = self.folder / f"{self.name}.{name}.npy"
        if not path.exists():
            return None
        array = numpy.load(path)
        setattr(self, name, array.astype("f8") if array.dtype == "f4" else array)
        return getattr(self, name)

    def make(self, kind, **attributes):
        """An object of class `kind` with what it knows of the stage's parameters."""
        known = kind().get_params()
        thing = kind(**{name: value for name, value in self.params.items() if name in known})
        return fill(thing, **attributes)

    def make_classifier(self, kind, **attributes):
        return self.make(kind, classes_=self.classes, **attributes)


def fill(thing, **attributes):
    """Sets the attributes that a fitted object has."""
    for name, value in attributes.items():
        if value is not None:
            setattr(thing, name, value)
    return thing


def normal(logs):
    """Probabilities of their logarithms, but for a factor."""
    shares = numpy.exp(logs - logs.max())
    return shares / shares.sum()


def make_vectorizer(stage, plain, normalizing, **attributes):
    params = stage.params
    changes = {name: params[name] for name in ["lemmatizer", "stemmer"]
               if params["analyzer"] == "word"}
    vectorizer = stage.make(normalizing if any(changes.values()) else plain, **attributes)
    return fill(vectorizer, **changes, ngram_range=tuple(params["ngram_range"]),
                token_pattern=TOKEN_PATTERNS[params["token_pattern"]])


def count_vectorizer(stage):
    text, ends = stage.vocabulary.tobytes(), stage.vocabulary_ends
    terms = [text[begin:end].decode() for begin, end in zip([0, *ends], ends)]
    return make_vectorizer(stage, CountVectorizer, NormalizingCountVectorizer, fixed_vocabulary_=False,
                           vocabulary_={term: i for i, term in enumerate(terms)})


def hashing_vectorizer(stage):
    return make_vectorizer(stage, HashingVectorizer, NormalizingHashingVectorizer)


def tfidf(stage):
    idf = stage.idf if stage.params["use_idf"] else None
    return stage.make(TfidfTransformer, idf_=idf, n_features_in_=len(stage.idf))


def latent_dirichlet_allocation(stage):
    n_topics = stage.params["n_components"]
    priors = {name + "_": 1 / n_topics if stage.params[name] is None else stage.params[name]
              for name in ["doc_topic_prior", "topic_word_prior"]}
    beta, components = stage.exp_beta, stage.components
    if components is None:  # a packaged model's; only their shape and dtype count in predicting
        components = numpy.full(beta.shape, numpy.nan)
    return stage.make(LatentDirichletAllocation, n_features_in_=len(beta), **priors,
                      exp_dirichlet_component_=beta.T.copy(), components_=components.T.copy())


def multinomial_nb(stage):
    weights = stage.feature_log_prob
    return stage.make_classifier(MultinomialNB, class_log_prior_=stage.class_log_prior,
                                 feature_log_prob_=weights.T.copy(), n_features_in_=len(weights))


def complement_nb(stage):
    weights, prior = stage.feature_log_prob, stage.class_log_prior
    return stage.make_classifier(ComplementWithPrior, class_log_prior_=prior, prior=normal(prior),
                                 feature_log_prob_=weights.T.copy(), n_features_in_=len(weights))


def logistic_regression(stage):
    coef, prior = stage.coef, stage.class_log_prior
    return stage.make_classifier(LogisticWithPrior, coef_=coef.T.copy(), prior=normal(prior),
                                 intercept_=stage.intercept, n_features_in_=len(coef))


def linear_svc(stage):
    n_classes, coef, intercept = len(stage.classes), stage.coef.T, stage.intercept
    numbers, n_each, models = numpy.arange(n_classes), n_classes if n_classes > 2 else 1, []
    for begin in range(0, len(coef), n_each):
        part = slice(begin, begin + n_each)
        svc = fill(LinearSVC(), coef_=coef[part].copy(), intercept_=intercept[part],
                   classes_=numbers, n_features_in_=coef.shape[1])
        sigmoids = [fill(_SigmoidCalibration(), a_=a, b_=b) for a, b in stage.sigmoid[:, part].T]
        models.append(_CalibratedClassifier(svc, sigmoids, classes=numbers, method="sigmoid"))
    return stage.make_classifier(CalibratedWithPrior, calibrated_classifiers_=models,
                                 prior=normal(stage.class_log_prior), n_features_in_=coef.shape[1])


nb_svm = linear_svc


# ---- Forests --------------------------------------------------------------------

def has_shares():
    """Whether this scikit-learn's trees hold shares of the classes, as since 1.3, or totals."""
    probe = DecisionTreeClassifier().fit([[0], [0]], [0, 0])
    return probe.tree_.value.max() == 1


def make_nodes(stage, part):
    """A tree's nodes as scikit-learn's Tree has them, and its depth."""
    feature, right = stage.feature[part], stage.right[part].astype("i8")
    nodes = numpy.zeros(len(feature), Tree(1, numpy.array([1]), 1).__getstate__()["nodes"].dtype)
    is_leaf, depths = feature < 0, numpy.zeros(len(feature), int)
    nodes["left_child"] = numpy.where(is_leaf, -1, numpy.arange(len(feature)) + 1)
    nodes["right_child"] = numpy.where(is_leaf, -1, right)
    nodes["feature"], nodes["threshold"] = feature, stage.threshold[part]
    for name in ["impurity", "n_node_samples", "weighted_n_node_samples"]:
        values = getattr(stage, name)
        if values is not None:
            nodes[name] = values[part]
    for node in numpy.flatnonzero(~is_leaf):
        depths[[node + 1, right[node]]] = depths[node] + 1
    return nodes, int(depths.max())


def random_forest(stage):
    n_features, n_classes = len(stage.importances), len(stage.classes)
    values, ends = stage.value, stage.tree_begin
    if has_shares():
        values = values / values.sum(axis=1, keepdims=True)
    known = {"n_features_in_": n_features, "n_outputs_": 1, "n_classes_": n_classes}
    trees = []
    for begin, end in zip(ends, ends[1:]):
        nodes, depth = make_nodes(stage, slice(begin, end))
        tree = Tree(n_features, numpy.array([n_classes]), 1)
        tree.__setstate__({"max_depth": depth, "node_count": len(nodes), "nodes": nodes,
                           "values": values[begin:end].reshape(-1, 1, n_classes).copy()})
        trees.append(fill(DecisionTreeClassifier(), tree_=tree, classes_=numpy.arange(n_classes),
                          max_features_=n_features, **known))
    return stage.make_classifier(RandomForestClassifier, estimators_=trees, **known)


# ---- The whole ------------------------------------------------------------------

def load(folder=FOLDER):
    """The model as a fitted Pipeline."""
    folder = pathlib.Path(folder)
    model = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    classes = numpy.array(model["classes"], object)
    stages = [Stage(folder, spec, classes) for spec in model["spec"]["pipeline"]]
    return Pipeline([(stage.name, globals()[stage.type](stage)) for stage in stages])


if __name__ == "__main__":
    print(*load().predict(sys.argv[1:] or sys.stdin.read().splitlines()), sep="\n")

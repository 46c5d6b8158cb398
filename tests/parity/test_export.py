#!/usr/bin/env python3
"""quoth export --python: what scikit-learn predicts with the objects that its script makes."""
import copy
import importlib.util
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import zipfile

from tap import quoth, run, test
import joblib
import pandas
from sklearn.calibration import CalibratedClassifierCV
from sklearn.decomposition import LatentDirichletAllocation
from sklearn.ensemble import ExtraTreesClassifier, RandomForestClassifier
from sklearn.feature_extraction.text import CountVectorizer, HashingVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import BernoulliNB, ComplementNB, MultinomialNB
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeClassifier
import token_patterns
import wordnet

FOLDER = pathlib.Path(tempfile.mkdtemp(prefix="export-"))
DATA = os.path.join(os.environ["QUOTH_SOURCE_ROOT"], "examples", "tickets.csv")
FRAME = pandas.read_csv(DATA, keep_default_na=False, dtype=str)
TEXTS, LABELS = FRAME["text"], FRAME["label"]
# The last ones have no known word, other letters, other blanks, and nothing.
NEW = [*TEXTS, "Zzz qqq", "L'\u00e9tat na\u00efve \u0130stanbul BOX!", "the\u00a0box\tthe  card\n", ""]
PROBABILITIES = 1e-12
pandas.DataFrame({"text": NEW}).to_csv(FOLDER / "new.csv", index=False)


def train(*options, pipeline=None, data=DATA):
    """A model of a recipe, or of a spec with this pipeline."""
    if pipeline:
        spec = {"quoth_spec": 1, "recipe": "test", "pipeline": pipeline,
                "evaluation": {"refit": True}}
        (FOLDER / "spec.json").write_text(json.dumps(spec))
        options += "--spec", FOLDER / "spec.json"
    quoth("train", data, "-o", FOLDER / "model.quoth", *options)
    return FOLDER / "model.quoth"


def export(model):
    """The model as a Pipeline of scikit-learn's."""
    folder = pathlib.Path(tempfile.mkdtemp(dir=FOLDER)) / "exported"
    quoth("export", model, "--python", folder)
    spec = importlib.util.spec_from_file_location("load_model", folder / "load_model.py")
    sys.modules["load_model"] = module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.load()


def predict(model):
    quoth("predict", model, "--input", FOLDER / "new.csv", "--proba", "-o", FOLDER / "out.csv")
    quoth("predict", model, "--input", FOLDER / "new.csv", "-o", FOLDER / "labels.csv")
    labels = pandas.read_csv(FOLDER / "labels.csv", dtype=str)["label"]
    return pandas.read_csv(FOLDER / "out.csv", index_col="id"), labels


def prove(model):
    """scikit-learn predicts what quoth does."""
    pipeline, (probabilities, labels) = export(model), predict(model)
    assert list(probabilities.columns) == list(pipeline.classes_)
    found = pipeline.predict_proba(NEW)
    difference = abs(found - probabilities.to_numpy()).max()
    assert difference <= PROBABILITIES, (pipeline, difference)
    assert (pipeline.predict(NEW) == labels).all(), pipeline
    assert abs(pipeline.predict_proba([""]) - found[-1]).max() <= PROBABILITIES
    return pipeline


QUICK = [word for change in ["lda.n_components=6", "lda.max_iter=3", "forest.n_estimators=20",
                             "forest.min_samples_split=5", "forest.min_samples_leaf=2"]
         for word in ("--set", change)]


@test
def recipes():
    """models of the recipes, with NLTK's lemmas in Python"""
    wordnet.load_lemmatizer()
    pipeline = prove(train("--recipe", "topics-forest", *QUICK))
    assert isinstance(pipeline[-1], RandomForestClassifier)
    assert pipeline[-1].n_estimators == len(pipeline[-1].estimators_) == 20
    assert pipeline[0].max_df == 0.95 and pipeline[0].stop_words == "english"
    for name in ["bayes", "linear"]:
        prove(train("--recipe", name))


@test
def vectorizers():
    """each parameter of the vectorizer"""
    wordnet.load_lemmatizer()
    for params in [{}, {"lowercase": False}, {"binary": True}, {"ngram_range": [1, 2]},
                   {"analyzer": "char", "ngram_range": [2, 4]}, {"strip_accents": "unicode"},
                   {"analyzer": "char_wb", "ngram_range": [3, 3], "lemmatizer": "wordnet"},
                   {"strip_accents": "ascii"}, {"stop_words": ["box", "The", "invoice"]}, {"token_pattern": "whitespace"},
                   {"token_pattern": "word+punct+unspaced", "ngram_range": [1, 2]},
                   {"token_pattern": "word+punct", "stop_words": "english"},
                   {"max_features": 50, "min_df": 2, "max_df": 0.5},
                   {"lemmatizer": "wordnet", "ngram_range": [1, 3], "stop_words": "english"},
                   {"stemmer": "english", "ngram_range": [1, 2], "stop_words": "english"},
                   {"stemmer": "porter", "lemmatizer": "wordnet"},
                   {"stemmer": "german", "stop_words": "german", "analyzer": "char"},
                   {"stemmer": "german", "stop_words": "german"}, {"stop_words": "french"},
                   {"lemmatizer": "wordnet-verb"}, {"lemmatizer": "wordnet-adj"},
                   {"lemmatizer": "wordnet-adv", "lowercase": False}, {"lemmatizer": "wordnet-all"}]:
        pipeline = prove(train(pipeline=[
            {"name": "words", "type": "count_vectorizer", "params": params},
            {"name": "bayes", "type": "multinomial_nb"}]))
        again = copy.deepcopy(pipeline[0]).fit(TEXTS)
        assert again.vocabulary_ == pipeline[0].vocabulary_, params


@test
def hashing():
    """hashing vectorizers, and what was learnt from them, in any number of threads"""
    wordnet.load_lemmatizer()
    plain = {"alternate_sign": False, "norm": None}
    many = FOLDER / "many.csv"
    pandas.concat([FRAME] * 8).drop(columns="id", errors="ignore").to_csv(many, index=False)
    for params in [{}, {"n_features": 7}, {"binary": True, "norm": "l1", "n_features": 100},
                   {"stop_words": ["the"], "ngram_range": [1, 2], "lemmatizer": "wordnet"},
                   {"stop_words": "dutch", "ngram_range": [1, 2], "stemmer": "dutch"},
                   {"analyzer": "char_wb", "ngram_range": [2, 3], "n_features": 2 ** 12},
                   {**plain, "n_features": 1000}, {**plain, "binary": True, "n_features": 50}]:
        type = "logistic_regression" if params.get("alternate_sign", True) else "multinomial_nb"
        params.setdefault("n_features", 5000)
        stages = [{"name": "vectorizer", "type": "hashing_vectorizer", "params": params},
                  {"name": "classifier", "type": type}]
        pipeline = prove(train("--threads", 1, pipeline=stages, data=many))
        one = (FOLDER / "model.quoth").read_bytes()
        assert train("--threads", 3, pipeline=stages, data=many).read_bytes() == one
        if type == "multinomial_nb":
            again = MultinomialNB().fit(pipeline[0].transform([*TEXTS] * 8), [*LABELS] * 8)
            difference = abs(again.feature_log_prob_ - pipeline[1].feature_log_prob_).max()
            assert difference <= PROBABILITIES, difference


@test
def unspaced_characters():
    """the script's letters of scripts without spaces are those of Unicode"""
    export(train("--recipe", "bayes"))
    script = sys.modules["load_model"]
    assert (re.findall(f"[{script.UNSPACED}]", "".join(token_patterns.all_characters()))
            == list(token_patterns.UNSPACED))
    assert script.MARKS == token_patterns.MARKS


@test
def classifiers():
    """tf-idf and classifiers with their parameters, of three classes and of two"""
    two = FOLDER / "two.csv"
    FRAME.assign(label=LABELS.where(LABELS != "technical", "billing")).to_csv(two, index=False)
    for weights in [{}, {"norm": "l1", "sublinear_tf": True}, {"norm": None, "use_idf": False},
                    {"smooth_idf": False}]:
        for type, params in [("multinomial_nb", {"alpha": 0.1, "fit_prior": False}),
                             ("complement_nb", {"norm": True}), ("logistic_regression", {"C": 5.0}),
                             ("logistic_regression", {"fit_intercept": False}),
                             ("linear_svc", {"C": 0.5}), ("nb_svm", {"loss": "log_loss"})]:
            for data in [DATA, two]:
                prove(train(data=data, pipeline=[
                    {"name": "vectorizer", "type": "count_vectorizer"},
                    {"name": "tf-idf", "type": "tfidf", "params": weights},
                    {"name": "classifier", "type": type, "params": params}]))


@test
def topics():
    """topics before a linear classifier, with priors of their own"""
    pipeline = prove(train(pipeline=[
        {"name": "vectorizer", "type": "count_vectorizer"},
        {"name": "lda", "type": "latent_dirichlet_allocation",
         "params": {"n_components": 4, "max_iter": 2, "doc_topic_prior": 0.3}},
        {"name": "classifier", "type": "logistic_regression"}]))
    assert pipeline[1].doc_topic_prior_ == 0.3 and pipeline[1].topic_word_prior_ == 0.25
    assert pipeline[1].components_.shape == pipeline[1].exp_dirichlet_component_.shape


@test
def imported():
    """objects of scikit-learn, imported and exported: they predict what they did"""
    topics = [CountVectorizer(), LatentDirichletAllocation(5, random_state=0)]
    for steps in [[*topics, RandomForestClassifier(10)], [*topics, ExtraTreesClassifier(10)],
                  [*topics, DecisionTreeClassifier()], [TfidfVectorizer(), MultinomialNB()],
                  [CountVectorizer(max_features=40), ComplementNB()],
                  [TfidfVectorizer(), BernoulliNB()],
                  [TfidfVectorizer(), CalibratedClassifierCV(LinearSVC())],
                  [CountVectorizer(), LogisticRegression(solver="liblinear")],
                  [HashingVectorizer(n_features=2 ** 14), LogisticRegression()],
                  [TfidfVectorizer(ngram_range=(1, 2)), LogisticRegression()]]:
        pipeline = make_pipeline(*steps).fit(TEXTS, LABELS)
        joblib.dump(pipeline, FOLDER / "pipeline.pkl")
        quoth("import", FOLDER / "pipeline.pkl", "-o", FOLDER / "imported.quoth")
        exported = prove(FOLDER / "imported.quoth")
        difference = abs(exported.predict_proba(NEW) - pipeline.predict_proba(NEW)).max()
        assert difference <= PROBABILITIES, (pipeline, difference)
        if hasattr(steps[-1], "estimators_"):
            for one, other in zip(exported[-1].estimators_, steps[-1].estimators_):
                assert one.tree_.max_depth == other.tree_.max_depth
                assert (one.tree_.impurity == other.tree_.impurity).all()
                assert (one.tree_.value == other.tree_.value).all()


@test
def round_trip():
    """what was exported, pickled and imported again is the same model"""
    model = train(pipeline=[{"name": "vectorizer", "type": "count_vectorizer",
                             "params": {"stop_words": "english", "ngram_range": [1, 2]}},
                            {"name": "tfidf", "type": "tfidf"},
                            {"name": "classifier", "type": "multinomial_nb"}])
    joblib.dump(export(model), FOLDER / "pipeline.pkl")
    before = predict(model)[0]
    quoth("import", FOLDER / "pipeline.pkl", "-o", FOLDER / "again.quoth")
    assert (predict(FOLDER / "again.quoth")[0] == before).all(axis=None)


@test
def slim_models():
    """packaged models, which lack what prediction does without, also rounded"""
    wordnet.load_lemmatizer()
    for options in [["--recipe", "topics-forest", *QUICK], ["--recipe", "bayes"]]:
        model = train(*options)
        for precision in ["float64", "float32"]:
            quoth("package", model, "-o", FOLDER / "function.zip", "--precision", precision)
            with zipfile.ZipFile(FOLDER / "function.zip") as archive:
                archive.extract("model.quoth", FOLDER / "slim")
            prove(FOLDER / "slim" / "model.quoth")


@test
def script():
    """the script as a program: texts on the command line, or lines"""
    model = train(pipeline=[{"name": "vectorizer", "type": "count_vectorizer"},
                            {"name": "classifier", "type": "multinomial_nb"}])
    quoth("export", model, "--python", FOLDER / "script")
    program = [sys.executable, FOLDER / "script" / "load_model.py"]
    labels = list(predict(model)[1])[:20]
    done = subprocess.run([*program, *NEW[:20]], capture_output=True, text=True, check=True)
    assert done.stdout.split() == labels
    done = subprocess.run(program, input="\n".join(NEW[:20]), capture_output=True, text=True,
                          check=True)
    assert done.stdout.split() == labels


@test
def refusals():
    """a language model is refused by name, and nothing is written"""
    words = quoth("export", train("--recipe", "ngram"), "--python", FOLDER / "no", status=1)
    assert "is of type ngram_lm, of which quoth makes no object" in words, words
    assert not (FOLDER / "no").exists()


run()

"""Stages with members: feature unions against scikit-learn's, stacks against the same arithmetic in
numpy with scikit-learn's classifiers and scipy's optimum."""
import json
import os
import pathlib
import subprocess
import tempfile

from tap import quoth, run, shared, test
import numpy
import pandas
import scipy.optimize
from sklearn.decomposition import LatentDirichletAllocation
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer
from sklearn.naive_bayes import ComplementNB, MultinomialNB
from sklearn.pipeline import FeatureUnion, make_pipeline

FOLDER = pathlib.Path(tempfile.mkdtemp(prefix="members-"))
DATA = os.path.join(os.environ["QUOTH_SOURCE_ROOT"], "examples", "tickets.csv")
FRAME = pandas.read_csv(DATA, keep_default_na=False, dtype=str)
TRAIN, TEST = FRAME.iloc[::2], FRAME.iloc[1::2]
CLASSES, LABELS = numpy.unique(TRAIN["label"], return_inverse=True)
# The last ones have no known word, and nothing.
NEW = [*TEST["text"], "Zzz qqq 123456", ""]


def stage(name, type_, **params):
    return {"name": name, "type": type_, "params": params}


def member(name, *stages):
    return {"name": name, "pipeline": list(stages)}


def predict(*pipeline):
    """quoth's probabilities of NEW, learnt from all rows of TRAIN."""
    TRAIN.to_csv(FOLDER / "train.csv", index=False)
    pandas.DataFrame({"text": NEW}).to_csv(FOLDER / "new.csv", index=False)
    (FOLDER / "spec.json").write_text(json.dumps(
        {"quoth_spec": 1, "pipeline": pipeline, "evaluation": {"test_size": .2, "refit": True}}))
    commands = [["train", FOLDER / "train.csv", "--spec", FOLDER / "spec.json", "-o", FOLDER / "m"],
                ["predict", FOLDER / "m", "--input", FOLDER / "new.csv", "--proba", "-o",
                 FOLDER / "out.csv"]]
    for command in commands:
        done = subprocess.run([os.environ["QUOTH"], *map(str, command)], capture_output=True,
                              text=True, timeout=300)
        assert done.returncode == 0, done.stderr
    out = pandas.read_csv(FOLDER / "out.csv", keep_default_na=False)
    return out[list(CLASSES)].to_numpy(float)


WORDS = stage("vectorizer", "count_vectorizer", ngram_range=[1, 2])
CHARACTERS = stage("vectorizer", "count_vectorizer", analyzer="char", ngram_range=[2, 3], min_df=2)
TFIDF = stage("tfidf", "tfidf")


@test
def unions():
    """a union of weights, counts and topics has scikit-learn's numbers"""
    lda = {"n_components": 4, "max_iter": 3, "random_state": 0}
    union = {**stage("union", "feature_union"), "members": [
        member("words", WORDS, TFIDF), member("characters", CHARACTERS),
        member("topics", stage("vectorizer", "count_vectorizer"),
               stage("lda", "latent_dirichlet_allocation", **lda))]}
    mine = predict(union, stage("bayes", "multinomial_nb", alpha=.5))
    model = make_pipeline(
        FeatureUnion([
            ("words", make_pipeline(CountVectorizer(ngram_range=(1, 2)), TfidfTransformer())),
            ("characters", CountVectorizer(analyzer="char", ngram_range=(2, 3), min_df=2)),
            ("topics", make_pipeline(CountVectorizer(), LatentDirichletAllocation(**lda)))]),
        MultinomialNB(alpha=.5))
    theirs = model.fit(TRAIN["text"], TRAIN["label"]).predict_proba(NEW)
    assert abs(mine - theirs).max() < 1e-9, abs(mine - theirs).max()


def deal(labels, n_folds):
    """The rows of each class in turn; a class begins where the one before ended."""
    folds, at = numpy.zeros(len(labels), int), 0
    for label in range(len(CLASSES)):
        rows = numpy.flatnonzero(labels == label)
        folds[rows] = (at + numpy.arange(len(rows))) % n_folds
        at = (at + len(rows)) % n_folds
    return folds


def joint(model, texts, n_classes):
    """Centred scores of the classes that the model knows; its lowest for the others."""
    vectors = model[:-1].transform(texts)
    scores = numpy.full((len(texts), n_classes), numpy.nan)
    scores[:, model[-1].classes_] = model[-1]._joint_log_likelihood(vectors)
    # A text without known terms has the classes' prior for scores.
    if isinstance(model[-1], ComplementNB):
        scores[vectors.getnnz(axis=1) == 0] = model[-1].class_log_prior_
    return scores - scores.mean(axis=1, keepdims=True)


def features(scores, texts):
    """[members][n][C] to [2 * members][n][C]."""
    roots = numpy.sqrt([max(len(text), 1) for text in texts])[:, None]
    return numpy.array([part for one in scores for part in (one, one / roots)])


def fit_logit(x, labels, alpha=2, class_alpha=3):
    """The stated objective's minimum, by another method."""
    n_features, _, n_classes = x.shape
    truth = numpy.eye(n_classes)[labels]

    def unpack(p):
        w, rest = p[:n_features], p[n_features:]
        return w, rest[:-n_classes].reshape(n_features, n_classes), rest[-n_classes:]

    def objective(p):
        w, d, b = unpack(p)
        z = ((w[:, None] + d)[:, None] * x).sum(axis=0) + b
        log_p = z - scipy.special.logsumexp(z, axis=1, keepdims=True)
        error = numpy.exp(log_p) - truth
        by_coef = (x * error).sum(axis=1)
        value = -(truth * log_p).sum() + alpha / 2 * (w**2).sum() + class_alpha / 2 * (d**2).sum()
        return value, numpy.concatenate([by_coef.sum(axis=1) + alpha * w,
                                         (by_coef + class_alpha * d).ravel(), error.sum(axis=0)])

    found = scipy.optimize.minimize(objective, numpy.zeros(n_features * (n_classes + 1) + n_classes),
                                    jac=True, method="BFGS", options={"gtol": 1e-7})
    return unpack(found.x)


@test
def stacks():
    """a stack learns from answers about held-out rows, and is its objective's minimum"""
    makers = [
        lambda: make_pipeline(CountVectorizer(ngram_range=(1, 2)), MultinomialNB(alpha=.1)),
        lambda: make_pipeline(CountVectorizer(analyzer="char", ngram_range=(2, 3), min_df=2),
                              TfidfTransformer(), ComplementNB(alpha=.2))]
    stack = {**stage("stack", "stacking", cv=4), "members": [
        member("words", WORDS, stage("bayes", "multinomial_nb", alpha=.1)),
        member("characters", CHARACTERS, TFIDF, stage("bayes", "complement_nb", alpha=.2))]}
    mine = predict(stack, stage("final", "conditional_logit", alpha=2, class_alpha=3,
                                tol=1e-10, max_iter=5000))

    texts, n_classes = TRAIN["text"].to_numpy(), len(CLASSES)
    folds, held_out = deal(LABELS, 4), numpy.zeros((2, len(texts), n_classes))
    for fold in range(4):
        learnt = folds != fold
        for m, make in enumerate(makers):
            model = make().fit(texts[learnt], LABELS[learnt])
            held_out[m, ~learnt] = joint(model, texts[~learnt], n_classes)
    x = features(held_out, texts)
    scale = numpy.sqrt((x**2).mean(axis=(1, 2)))[:, None, None]
    w, d, b = fit_logit(x / scale, LABELS)
    answers = [joint(make().fit(texts, LABELS), NEW, n_classes) for make in makers]
    z = ((w[:, None] + d)[:, None] * features(answers, NEW) / scale).sum(axis=0) + b
    theirs = scipy.special.softmax(z, axis=1)
    assert abs(mine - theirs).max() < 1e-6, abs(mine - theirs).max()


def log_losses(folder, name, *arguments):
    """-log P of each test row's label, of a model learnt from the train rows."""
    model, answers = FOLDER / name, FOLDER / f"{name}.csv"
    quoth("train", folder / "train.csv", "-o", model, *arguments)
    quoth("predict", model, "--input", folder / "test.csv", "--proba", "-o", answers)
    answers = pandas.read_csv(answers, keep_default_na=False, dtype=str)
    labels = pandas.read_csv(folder / "test.csv", keep_default_na=False, dtype=str)["label"]
    return numpy.array([-numpy.log(max(float(answers[label][row]), 1e-15))
                        for row, label in enumerate(labels)]), model


@test
def best_and_its_members():
    """the recipe best is no worse than any of its members alone, by more than noise"""
    folder = pathlib.Path(shared("trec6"))
    stack, model = log_losses(folder, "best")
    spec = json.loads(quoth("inspect", model, "--spec"))
    members = spec["pipeline"][0]["members"]
    assert len(members) > 1
    for one in members:
        spec["pipeline"][0]["members"] = [one]
        (FOLDER / "alone.json").write_text(json.dumps(spec))
        alone, _ = log_losses(folder, one["name"], "--spec", FOLDER / "alone.json")
        gain = alone - stack
        noise = gain.std(ddof=1) / len(gain) ** .5
        assert gain.mean() > -2 * noise, f"{one['name']}: {gain.mean()} +- {noise}"


run()

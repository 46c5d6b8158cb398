"""Linear support vector machines and NB-SVM against scikit-learn, run live: on random matrices
through the library, and from texts to probabilities through the program. QUOTH is the program."""
import ctypes
import random

import tap
import numpy
from scipy.special import expit, xlogy
from sklearn.calibration import CalibratedClassifierCV, _sigmoid_calibration
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.svm import LinearSVC
from sklearn.utils.class_weight import compute_class_weight

from matrices import csr_arguments, random_counts

library = tap.load_library()
library.parity_one_vs_rest.restype = ctypes.c_bool
library.parity_platt.restype = ctypes.c_bool
LOSSES = ["squared_hinge", "hinge", "logistic"]


class Params(ctypes.Structure):
    """quoth_one_vs_rest_params."""
    _fields_ = [("C", ctypes.c_double), ("loss", ctypes.c_int), ("fit_intercept", ctypes.c_bool),
                ("intercept_scaling", ctypes.c_double), ("class_weight", ctypes.c_int),
                ("tol", ctypes.c_double), ("max_iter", ctypes.c_uint32), ("cv", ctypes.c_uint32),
                ("is_nb", ctypes.c_bool), ("alpha", ctypes.c_double), ("beta", ctypes.c_double)]


def stratified_folds(labels, n_folds):
    folds = numpy.zeros(len(labels), dtype="<u4")
    if n_folds > 1:
        for fold, (_, test) in enumerate(StratifiedKFold(n_folds).split(labels, labels)):
            folds[test] = fold
    return folds


def fit(rows, labels, n_classes, C, loss="squared_hinge", fit_intercept=True, intercept_scaling=1.0,
        class_weight=None, n_folds=0, nb=None, threads=1, tol=1e-6, max_iter=1000):
    """coef [K][V], intercept [K], slopes and offsets [K]; nb is (alpha, beta)."""
    n_columns = 1 if n_classes == 2 else n_classes
    coef, intercept = numpy.empty((rows.shape[1], n_columns)), numpy.empty(n_columns)
    sigmoid = numpy.empty((2, n_columns))
    params = Params(C, LOSSES.index(loss), fit_intercept, intercept_scaling,
                    class_weight is not None, tol, max_iter, n_folds, nb is not None,
                    *(nb or (1, 1)))
    folds = stratified_folds(labels, n_folds)
    arguments, _alive = csr_arguments(rows, ctypes.c_double, "<f8")
    assert library.parity_one_vs_rest(
        ctypes.byref(params), *arguments, tap.pointer(labels.astype("<u4"), ctypes.c_uint32),
        ctypes.c_uint32(n_classes), tap.pointer(folds, ctypes.c_uint32), ctypes.c_uint32(n_folds),
        ctypes.c_size_t(threads), tap.pointer(coef, ctypes.c_double),
        tap.pointer(intercept, ctypes.c_double), tap.pointer(sigmoid, ctypes.c_double))
    return coef.T, intercept, sigmoid


def objective(rows, labels, coef, intercept, settings):
    """What each class against the rest minimises, as liblinear's paper has it: [K]."""
    n_classes = max(len(coef), labels.max() + 1)
    weights = numpy.ones(n_classes)
    if settings.get("class_weight"):
        weights = compute_class_weight("balanced", classes=numpy.arange(n_classes), y=labels)
    values = []
    for k, (w, b) in enumerate(zip(coef, numpy.broadcast_to(intercept, len(coef)))):
        positive = 1 if len(coef) == 1 else k
        y = numpy.where(labels == positive, 1, -1)
        # Of more classes than two, liblinear weighs only the positive rows.
        costs = numpy.where(y > 0, weights[positive], weights[0] if len(coef) == 1 else 1)
        margins = y * (rows @ w + b)
        slack = numpy.maximum(1 - margins, 0)
        loss = {"hinge": slack, "squared_hinge": slack ** 2,
                "logistic": numpy.logaddexp(0, -margins)}[settings["loss"]]
        scaled = b / settings.get("intercept_scaling", 1)
        values.append((w @ w + scaled ** 2) / 2 + settings["C"] * (costs * loss).sum())
    return numpy.array(values)


def random_problem(seed, losses):
    """Rows, labels, number of classes, settings."""
    generator, rng = numpy.random.default_rng(seed), random.Random(seed)
    rows = random_counts(generator, rng.randrange(8, 150), rng.randrange(1, 60)).astype(float)
    kind = rng.choice(["counts", "tfidf", "tfidf", "large", "negative"])
    if kind == "tfidf":
        rows = TfidfTransformer().fit_transform(rows)
    loss, C = rng.choice(losses), rng.choice([1e-3, .1, 1.0, 30.0])
    if loss == "hinge":  # of large features, liblinear does not get to the end either
        C, kind = min(C, 1.0), "counts" if kind == "large" else kind
    rows = rows * {"large": 100, "negative": -1.5}.get(kind, 1)
    n_classes = rng.choice([2, 3, 4, 5, 9])
    labels = generator.integers(n_classes, size=rows.shape[0])
    labels[:n_classes] = numpy.arange(n_classes)[:rows.shape[0]]
    settings = {"C": C, "loss": loss,
                "fit_intercept": rng.random() < .8, "intercept_scaling": rng.choice([1.0, 4.0]),
                "class_weight": rng.choice([None, None, "balanced"])}
    return rows, labels, labels.max() + 1, settings


def check_minimum(mine, least, what):
    assert (mine <= least * (1 + 1.01e-6)).all(), f"{what}: {mine}, not {least}"
    return (mine / least - 1).max()


@tap.test
def support_vectors():
    """random rows: every objective is as low as LinearSVC's with a tight tolerance"""
    worst = -1
    for seed in range(150):
        rows, labels, n_classes, settings = random_problem(seed, LOSSES[:2])
        theirs = LinearSVC(tol=1e-9, max_iter=200000, **settings).fit(rows, labels)
        coef, intercept, _ = fit(rows, labels, n_classes, max_iter=200000, **settings)
        again = fit(rows, labels, n_classes, max_iter=200000, threads=3, **settings)
        assert tap.same_bits(coef, again[0]) and tap.same_bits(intercept, again[1])
        least = objective(rows, labels, theirs.coef_, theirs.intercept_, settings)
        mine = objective(rows, labels, coef, intercept, settings)
        worst = max(worst, check_minimum(mine, least, f"seed {seed}: {theirs}"))
        if not settings["fit_intercept"]:
            assert not intercept.any()
    print(f"# objectives are above scikit-learn's by at most {worst:.2g}")


@tap.test
def logistic_against_the_rest():
    """random rows: every objective is as low as that of LogisticRegression(solver="liblinear")"""
    for seed in range(60):
        rows, labels, n_classes, settings = random_problem(seed, LOSSES[2:])
        theirs = LogisticRegression(
            solver="liblinear", multi_class="ovr", tol=1e-10, max_iter=100000,
            **{name: value for name, value in settings.items() if name != "loss"})
        theirs.fit(rows, labels)
        coef, intercept, sigmoid = fit(rows, labels, n_classes, nb=None, **settings)
        least = objective(rows, labels, theirs.coef_, theirs.intercept_, settings)
        check_minimum(objective(rows, labels, coef, intercept, settings), least, f"seed {seed}")
        assert (sigmoid[0] == -1).all() and (sigmoid[1] == 0).all()


def platt_objective(decisions, is_positive, slope, offset):
    """What _sigmoid_calibration minimises."""
    n = is_positive.sum()
    targets = numpy.where(is_positive, (n + 1) / (n + 2), 1 / (len(is_positive) - n + 2))
    p = expit(-(slope * decisions + offset))
    return -(xlogy(targets, p) + xlogy(1 - targets, 1 - p)).sum()


@tap.test
def platt():
    """slopes and offsets are those of scikit-learn's sigmoid calibration"""
    for seed in range(200):
        generator, rng = numpy.random.default_rng(seed), random.Random(seed)
        n = rng.randrange(1, 300)
        is_positive = generator.random(n) < rng.choice([.02, .3, .5])
        decisions = generator.normal(size=n) * rng.choice([.1, 1, 5]) \
            + is_positive * rng.choice([0, .5, 2, 30])
        slope, offset = ctypes.c_double(), ctypes.c_double()
        assert library.parity_platt(
            tap.pointer(decisions, ctypes.c_double), tap.pointer(is_positive, ctypes.c_bool),
            ctypes.c_size_t(n), ctypes.byref(slope), ctypes.byref(offset))
        theirs = _sigmoid_calibration(decisions, is_positive.astype(int))
        mine = platt_objective(decisions, is_positive, slope.value, offset.value)
        least = platt_objective(decisions, is_positive, *theirs)
        assert mine <= least + 1e-8 * n, f"seed {seed}: {mine}, not {least}"
        numpy.testing.assert_allclose(expit(-(slope.value * decisions + offset.value)),
                                      expit(-(theirs[0] * decisions + theirs[1])), atol=1e-3)


def nb_svm(rows, labels, positive, C, alpha, beta, folds=None, fold=None):
    """Weights and intercept of Wang and Manning's NB-SVM for one class, on rows not in the fold."""
    kept = numpy.ones(len(labels), bool) if fold is None else folds != fold
    y = labels == positive
    p = alpha + numpy.asarray(rows[kept & y].sum(axis=0)).ravel()
    q = alpha + numpy.asarray(rows[kept & ~y].sum(axis=0)).ravel()
    ratios = numpy.log((p / p.sum()) / (q / q.sum()))
    scaled = rows.multiply(ratios).tocsr()
    svm = LinearSVC(C=C, tol=1e-10, max_iter=1000000).fit(scaled[kept], y[kept])
    u = svm.coef_[0]
    return ratios * ((1 - beta) * numpy.abs(u).mean() + beta * u), svm.intercept_[0]


@tap.test
def nb_svms():
    """random counts: NB-SVM's weights and calibration are those of its formula over LinearSVC"""
    for seed in range(40):
        generator, rng = numpy.random.default_rng(seed), random.Random(seed)
        rows = random_counts(generator, rng.randrange(40, 150), rng.randrange(2, 60)).astype(float)
        n_classes = rng.choice([2, 3, 5])
        labels = generator.permutation(numpy.arange(rows.shape[0]) % n_classes)
        C, alpha, beta = rng.choice([.01, .1, 1]), rng.choice([.1, 1]), rng.choice([0, .25, 1])
        coef, intercept, sigmoid = fit(rows, labels, n_classes, C, nb=(alpha, beta), n_folds=4,
                                       tol=1e-12)
        folds = stratified_folds(labels, 4)
        for k in range(len(coef)):
            positive = 1 if n_classes == 2 else k
            theirs = nb_svm(rows, labels, positive, C, alpha, beta)
            numpy.testing.assert_allclose(coef[k], theirs[0], atol=1e-4 * abs(theirs[0]).max())
            numpy.testing.assert_allclose(intercept[k], theirs[1], atol=1e-4)
            decisions = numpy.empty(len(labels))
            for fold in range(4):
                w, b = nb_svm(rows, labels, positive, C, alpha, beta, folds, fold)
                decisions[folds == fold] = (rows @ w + b)[folds == fold]
            expected = _sigmoid_calibration(decisions, (labels == positive).astype(int))
            numpy.testing.assert_allclose(
                expit(-(sigmoid[0, k] * decisions + sigmoid[1, k])),
                expit(-(expected[0] * decisions + expected[1])), atol=1e-3)


@tap.test
def calibration():
    """random rows: slopes and offsets are CalibratedClassifierCV's (ensemble=False)"""
    for seed in range(40):
        generator, rng = numpy.random.default_rng(seed), random.Random(seed)
        rows = TfidfTransformer().fit_transform(
            random_counts(generator, rng.randrange(60, 200), rng.randrange(2, 60)))
        n_classes, n_folds = rng.choice([2, 3, 5]), rng.choice([2, 3, 5])
        labels = generator.permutation(numpy.arange(rows.shape[0]) % n_classes)
        settings = {"C": rng.choice([.1, 1.0]), "loss": rng.choice(LOSSES[:2]),
                    "class_weight": rng.choice([None, "balanced"])}
        theirs = CalibratedClassifierCV(LinearSVC(tol=1e-9, max_iter=100000, **settings),
                                        cv=n_folds, ensemble=False).fit(rows, labels)
        coef, intercept, sigmoid = fit(rows, labels, n_classes, n_folds=n_folds, tol=1e-10,
                                       max_iter=100000, **settings)
        mine = expit(-(sigmoid[0] * (rows @ coef.T + intercept) + sigmoid[1]))
        if n_classes == 2:
            mine = numpy.hstack([1 - mine, mine])
        mine /= mine.sum(axis=1, keepdims=True)
        numpy.testing.assert_allclose(mine, theirs.predict_proba(rows), atol=1e-3,
                                      err_msg=f"seed {seed}")


if __name__ == "__main__":
    tap.run()

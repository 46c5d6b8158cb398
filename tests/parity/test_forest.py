"""Forests and metrics against scikit-learn, node for node and bit for bit."""
import ctypes
import sys

from tap import Skip, library, pointer, run, same_bits, test

import numpy as np
from sklearn.ensemble import RandomForestClassifier

LIB = library()
KINDS = {"all": 0, "count": 1, "share": 2, "sqrt": 3, "log2": 4}
CRITERIA = {"gini": 0, "entropy": 1}
CLASS_WEIGHTS = {None: 0, "balanced": 1, "balanced_subsample": 2}


class Amount(ctypes.Structure):
    _fields_ = [("kind", ctypes.c_int32), ("value", ctypes.c_double)]

    @classmethod
    def of(cls, value):
        if value is None:
            return cls(KINDS["all"], 0)
        if isinstance(value, str):
            return cls(KINDS[value], 0)
        return cls(KINDS["count" if isinstance(value, int) else "share"], value)


class Fit(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint32) for name in (
        "n_estimators", "criterion", "max_depth", "bootstrap", "class_weight", "random_state")] + [
        (name, Amount) for name in ("max_features", "min_samples_split", "min_samples_leaf")]


class Error(ctypes.Structure):
    _fields_ = [("status", ctypes.c_int), ("line", ctypes.c_uint64), ("file", ctypes.c_char * 256),
                ("message", ctypes.c_char * 768)]


class Forest(ctypes.Structure):
    """quoth_forest."""
    _fields_ = [("n_trees", ctypes.c_uint32), ("n_features", ctypes.c_uint32),
                ("n_classes", ctypes.c_uint32)] + [
        (name, ctypes.POINTER(kind)) for name, kind in (
            ("tree_begin", ctypes.c_uint32), ("feature", ctypes.c_int32),
            ("threshold", ctypes.c_double), ("right", ctypes.c_uint32),
            ("value", ctypes.c_double), ("impurity", ctypes.c_double),
            ("n_node_samples", ctypes.c_uint32), ("weighted_n_node_samples", ctypes.c_double))]

    def array(self, name, first, last, width=1):
        whole = np.ctypeslib.as_array(getattr(self, name), (last * width,))
        return whole[first * width:last * width]


LIB.parity_forest_fit.restype = ctypes.POINTER(Forest)


def fit(params, X, y, n_classes, threads=1):
    argument = Fit(
        n_estimators=params["n_estimators"], criterion=CRITERIA[params["criterion"]],
        max_depth=params["max_depth"] or 0, bootstrap=params["bootstrap"],
        class_weight=CLASS_WEIGHTS[params["class_weight"]], random_state=params["random_state"],
        max_features=Amount.of(params["max_features"]),
        min_samples_split=Amount.of(params["min_samples_split"]),
        min_samples_leaf=Amount.of(params["min_samples_leaf"]))
    y = np.ascontiguousarray(y, np.uint32)
    error = Error()
    forest = LIB.parity_forest_fit(
        ctypes.byref(argument), pointer(X, ctypes.c_float), pointer(y, ctypes.c_uint32),
        ctypes.c_size_t(X.shape[0]), X.shape[1], n_classes, ctypes.c_size_t(threads),
        ctypes.byref(error))
    assert forest, error.message
    return forest


def predict(forest, X):
    probabilities = np.empty((len(X), forest.contents.n_classes))
    LIB.parity_forest_predict(forest, pointer(X, ctypes.c_float), ctypes.c_size_t(len(X)),
                              pointer(probabilities, ctypes.c_double))
    return probabilities


def importances(forest):
    out = np.empty(forest.contents.n_features)
    assert LIB.parity_forest_importances(forest, pointer(out, ctypes.c_double)) == 0
    return out


def check_tree(forest, number, tree, is_exact):
    first, last = forest.tree_begin[number], forest.tree_begin[number + 1]
    assert last - first == tree.node_count, "number of nodes"
    is_leaf = tree.children_left == -1
    left = np.where(is_leaf, -1, np.arange(tree.node_count) + 1)
    right = np.where(is_leaf, -1, forest.array("right", first, last))
    pairs = {
        "left": (left, tree.children_left), "right": (right, tree.children_right),
        "feature": (forest.array("feature", first, last), tree.feature),
        "threshold": (forest.array("threshold", first, last), tree.threshold),
        "n_node_samples": (forest.array("n_node_samples", first, last), tree.n_node_samples),
        "weighted_n_node_samples": (forest.array("weighted_n_node_samples", first, last),
                                    tree.weighted_n_node_samples),
        "value": (forest.array("value", first, last, forest.n_classes), tree.value.ravel()),
        "impurity": (forest.array("impurity", first, last), tree.impurity),
    }
    for name, (ours, theirs) in pairs.items():
        if name == "impurity" and not is_exact:
            assert np.allclose(ours, theirs, rtol=0, atol=2e-15), name
        else:
            assert same_bits(ours.astype(theirs.dtype), theirs), name


def compare(params, X, y, threads=1):
    model = RandomForestClassifier(n_jobs=1, **params).fit(X, y)
    is_exact = params["criterion"] == "gini"
    forest = fit(params, X, y, len(model.classes_), threads)
    try:
        for number, tree in enumerate(model.estimators_):
            check_tree(forest.contents, number, tree.tree_, is_exact)
        assert same_bits(predict(forest, X), model.predict_proba(X)), "probabilities"
        ours, theirs = importances(forest), model.feature_importances_
        if is_exact and np.isfinite(theirs).all():
            assert same_bits(ours, theirs), "importances"
        else:
            assert np.allclose(ours, np.nan_to_num(theirs), rtol=0, atol=1e-14), "importances"
    finally:
        LIB.parity_forest_free(forest)
    return sum(tree.tree_.node_count for tree in model.estimators_)


def random_features(rng, n, n_features):
    """One of: continuous, rounded, counts, topic shares; some columns constant or repeated."""
    kind = rng.randint(4)
    if kind == 0:
        X = rng.standard_normal((n, n_features))
    elif kind == 1:
        X = np.round(rng.standard_normal((n, n_features)), 1)
    elif kind == 2:
        X = rng.poisson(0.2, (n, n_features)).astype(float)
    else:
        X = rng.dirichlet(np.full(n_features, 0.1), n)
    for column in range(n_features):
        what = rng.rand()
        if what < 0.1:
            X[:, column] = rng.choice([0.0, -0.0, 3.5])
        elif what < 0.2:
            X[:, column] = X[:, rng.randint(n_features)]
        elif what < 0.3:
            X[:, column] = 0.5 + rng.rand(n) * 1e-6  # many steps below the 1e-7 threshold
    return np.ascontiguousarray(X, np.float32)


def random_labels(rng, X, n_classes):
    """Classes that depend on the features, of very different sizes, numbered without gaps."""
    score = X[:, :3].sum(axis=1) + rng.standard_normal(len(X)) * rng.choice([0.01, 0.5, 5])
    bounds = np.sort(rng.choice(score, n_classes - 1))
    return np.unique(np.searchsorted(bounds, score), return_inverse=True)[1]


def random_params(rng):
    choose = lambda *options: options[rng.randint(len(options))]
    return dict(
        n_estimators=choose(1, 3, 8), criterion=choose("gini", "gini", "entropy"),
        max_depth=choose(None, None, 1, 3, 10),
        max_features=choose("sqrt", "sqrt", "log2", None, 1, 2, 1000, 0.3, 1.0, 0.01),
        min_samples_split=choose(2, 2, 10, 100, 0.1, 0.001, 1.0),
        min_samples_leaf=choose(1, 1, 5, 30, 0.02, 0.0001, 0.49),
        bootstrap=choose(True, True, False),
        class_weight=choose(None, None, "balanced", "balanced_subsample"),
        random_state=int(rng.randint(2 ** 31)))


def compare_random(seed):
    rng = np.random.RandomState(seed)
    n = int(rng.choice([2, 3, 7, 20, 100, 400, 1000, 1000, 5000]))
    n_features = int(rng.choice([1, 2, 3, 8, 20, 50]))
    n_classes = int(rng.choice([2, 2, 3, 3, 5, 9, 20, 50]))
    X = random_features(rng, n, n_features)
    y = random_labels(rng, X, n_classes)
    params = random_params(rng)
    try:
        return compare(params, X, y, threads=int(rng.choice([1, 2, 3])))
    except AssertionError as failure:
        raise AssertionError(f"seed {seed}: {failure}; n={n} F={n_features} C={n_classes} {params}")


@test
def random_configurations():
    """120 random forests equal scikit-learn's, node for node"""
    n_nodes = sum(compare_random(seed) for seed in range(120))
    print(f"# {n_nodes} nodes compared", file=sys.stderr)


if __name__ == "__main__":
    run()

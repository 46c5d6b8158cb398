"""Forests and metrics against scikit-learn, node for node and bit for bit."""
import ctypes

import tap
import numpy as np
from sklearn import metrics
from sklearn.ensemble import RandomForestClassifier
from tap import same_bits

LIBRARY = tap.load_library()
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


LIBRARY.parity_forest_fit.restype = ctypes.POINTER(Forest)


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
    forest = LIBRARY.parity_forest_fit(
        ctypes.byref(argument), tap.pointer(X, ctypes.c_float), tap.pointer(y, ctypes.c_uint32),
        ctypes.c_size_t(X.shape[0]), X.shape[1], n_classes, ctypes.c_size_t(threads),
        ctypes.byref(error))
    assert forest, error.message
    return forest


def predict(forest, X):
    probabilities = np.empty((len(X), forest.contents.n_classes))
    status = LIBRARY.parity_forest_predict(
        forest, tap.pointer(X, ctypes.c_float), ctypes.c_size_t(len(X)),
        tap.pointer(probabilities, ctypes.c_double))
    assert status == 0
    return probabilities


def importances(forest):
    out = np.empty(forest.contents.n_features)
    assert LIBRARY.parity_forest_importances(forest, tap.pointer(out, ctypes.c_double)) == 0
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
        LIBRARY.parity_forest_free(forest)
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
        elif what < 0.4:
            X[:, column] *= rng.choice([1.0, -1.0], n) * rng.choice([1, 1e-30, 1e30])
    return np.ascontiguousarray(X, np.float32)


def random_labels(rng, X, n_classes):
    """Classes that depend on the features, of very different sizes, numbered without gaps."""
    score = np.clip(X[:, :3], -9, 9).sum(axis=1)
    score = score + rng.standard_normal(len(X)) * rng.choice([0.01, 0.5, 5])
    bounds = np.sort(rng.choice(score, n_classes - 1))
    return np.unique(np.searchsorted(bounds, score), return_inverse=True)[1]


def random_params(rng):
    def choose(*options):
        return options[rng.randint(len(options))]

    params = dict(
        n_estimators=choose(1, 3, 8), criterion=choose("gini", "gini", "entropy"), max_depth=None,
        max_features=choose("sqrt", "sqrt", "log2", None, 1, 2, 1000, 0.3, 1.0, 0.01),
        min_samples_split=2, min_samples_leaf=1, bootstrap=choose(True, True, False),
        class_weight=choose(None, None, "balanced", "balanced_subsample"),
        random_state=int(rng.randint(2 ** 31)))
    limit = choose("max_depth", "min_samples_split", "min_samples_leaf", None, None)
    if limit == "max_depth":
        params[limit] = choose(1, 3, 10)
    elif limit == "min_samples_split":
        params[limit] = choose(5, 10, 100, 0.1, 0.0377, 0.001, 1.0)
    elif limit == "min_samples_leaf":
        params[limit] = choose(2, 5, 30, 0.02, 0.0123, 0.0003, 0.49)
    return params


def compare_random(seed):
    rng = np.random.RandomState(seed)
    n = int(rng.choice([2, 3, 7, 20, 100, 400, 1000, 2000, 5000]))
    n_features = int(rng.choice([1, 2, 3, 8, 20, 50]))
    n_classes = int(rng.choice([2, 2, 3, 3, 5, 9, 20, 50]))
    X = random_features(rng, n, n_features)
    y = random_labels(rng, X, n_classes)
    params = random_params(rng)
    try:
        return compare(params, X, y, threads=int(rng.choice([1, 2, 3])))
    except AssertionError as failure:
        raise AssertionError(f"seed {seed}: {failure}; n={n} F={n_features} C={n_classes} {params}")


def params_with(**changes):
    """RandomForestClassifier's defaults, but for some."""
    return {**dict(n_estimators=5, criterion="gini", max_depth=None, max_features="sqrt",
                   min_samples_split=2, min_samples_leaf=1, bootstrap=True, class_weight=None,
                   random_state=0), **changes}


@tap.test
def random_configurations():
    """150 random forests equal scikit-learn's, node for node"""
    n_nodes = sum(compare_random(seed) for seed in range(150))
    assert n_nodes > 50000, n_nodes


@tap.test
def deep_forests():
    """deep trees over 5,000 rows and up to 50 classes, with class weights of all kinds"""
    rng = np.random.RandomState(3)
    shares = np.ascontiguousarray(rng.dirichlet(np.full(20, 0.1), 5000), np.float32)
    counts = np.ascontiguousarray(rng.poisson(0.3, (5000, 20)), np.float32)
    for X, n_classes in (shares, 3), (counts, 3), (shares, 50):
        y = random_labels(rng, X, n_classes)
        for class_weight in CLASS_WEIGHTS:
            for criterion in CRITERIA:
                n_nodes = compare(params_with(n_estimators=2, criterion=criterion,
                                              class_weight=class_weight), X, y)
                assert n_nodes > 1000, n_nodes


@tap.test
def chain():
    """a tree as deep as it has rows"""
    X = np.arange(2000, dtype=np.float32).reshape(-1, 1)
    y = np.arange(2000) % 2
    for class_weight in None, "balanced":
        params = params_with(n_estimators=1, bootstrap=False, class_weight=class_weight)
        model = RandomForestClassifier(**params).fit(X, y)
        assert model.estimators_[0].get_depth() > 900
        compare(params, X, y)


@tap.test
def small_data():
    """one row, one class, all constant, gains of exactly 0, values near the float limits"""
    one = np.ones((1, 2), np.float32)
    compare(params_with(), one, np.zeros(1, int))
    some = np.random.RandomState(0).rand(30, 3).astype(np.float32)
    compare(params_with(), some, np.zeros(30, int))
    compare(params_with(), np.full((30, 3), 7, np.float32), np.arange(30) % 4)
    xor = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.float32)
    for max_depth in 1, None:
        compare(params_with(bootstrap=False, max_depth=max_depth), xor, np.array([0, 1, 1, 0]))
    limits = np.finfo(np.float32)
    edge = np.array([[limits.min], [-limits.tiny], [limits.smallest_subnormal], [limits.tiny],
                     [limits.max / 2], [limits.max]], np.float32)
    compare(params_with(bootstrap=False), edge, np.array([0, 1, 2, 0, 1, 2]))


@tap.test
def neighbouring_floats():
    """thresholds between floats that have no float between them"""
    X = 1000 + np.arange(64, dtype=np.float32).reshape(-1, 1) * np.spacing(np.float32(1000))
    y = np.random.RandomState(0).randint(2, size=64)
    compare(params_with(bootstrap=False), X, y)
    compare(params_with(class_weight="balanced"), X, y)


@tap.test
def gains_below_zero():
    """splits that part no classes, some of which rounding makes look worse than none"""
    n_refused = 0
    for n_classes in range(2, 40):
        for ratio in range(2, 8):
            X = np.repeat([0, 1], [n_classes, n_classes * ratio]).astype(np.float32)[:, None]
            y = np.arange(len(X)) % n_classes
            for criterion in CRITERIA:
                n_nodes = compare(params_with(n_estimators=1, bootstrap=False,
                                              criterion=criterion), X, y)
                n_refused += n_nodes == 1
    assert n_refused > 0


class Adversary:
    """M. D. McIlroy, "A killer adversary for quicksort" (1999): settles values while they are
    compared, so that each pivot turns out to be among the smallest."""

    def __init__(self, n):
        self.gas = n
        self.values = [n] * n
        self.n_solid = self.candidate = 0

    def compare(self, x, y):
        values = self.values
        if values[x] == self.gas and values[y] == self.gas:
            values[x if x == self.candidate else y] = self.n_solid
            self.n_solid += 1
        if values[x] == self.gas:
            self.candidate = x
        elif values[y] == self.gas:
            self.candidate = y
        return values[x] - values[y]


def introsort_until_heap(n, compare):
    """Runs scikit-learn's introsort as far as its quicksort goes; how many items are then left
    for heapsort."""
    items, begin, n_heap = list(range(n)), 0, 0
    stack = [(0, n, 2 * int(np.log2(n)))]
    while stack:
        begin, end, depth = stack.pop()
        if end - begin < 2:
            continue
        if depth <= 0:
            n_heap += end - begin
            continue
        a, b, c = items[begin], items[begin + (end - begin) // 2], items[end - 1]
        if compare(a, b) < 0:
            pivot = b if compare(b, c) < 0 else c if compare(a, c) < 0 else a
        else:
            pivot = b if compare(b, c) >= 0 else a if compare(a, c) < 0 else c
        i, less, more = begin, begin, end
        while i < more:
            order = compare(items[i], pivot)
            if order < 0:
                items[i], items[less] = items[less], items[i]
                i, less = i + 1, less + 1
            elif order > 0:
                more -= 1
                items[i], items[more] = items[more], items[i]
            else:
                i += 1
        stack += [(more, end, depth - 1), (begin, less, depth - 1)]
    return n_heap


@tap.test
def bad_order():
    """rows in an order that drives introsort into its heapsort, with ties and class weights"""
    n = 800
    adversary = Adversary(n)
    introsort_until_heap(n, adversary.compare)
    for seed in range(10):
        # What the quicksort leaves for heapsort was never compared with each other.
        rng = np.random.RandomState(seed)
        values = np.array(adversary.values)
        values[values == n] = adversary.n_solid + rng.randint(0, 40 * seed + 2, n)[values == n]
        n_heap = introsort_until_heap(n, lambda x, y: values[x] - values[y])
        assert n_heap > n / 2, n_heap
        X = np.ascontiguousarray(values.reshape(-1, 1), np.float32)
        y = random_labels(rng, X / X.max() * 9, 7)
        compare(params_with(n_estimators=1, bootstrap=False, class_weight="balanced"), X, y)


def measure(labels, probabilities):
    n_rows, n_classes = probabilities.shape
    numbers = np.empty(2)
    confusion = np.empty((n_classes, n_classes), np.uint64)
    rates = np.empty((n_classes + 2, 4))
    labels = np.ascontiguousarray(labels, np.uint32)
    assert LIBRARY.parity_metrics(
        tap.pointer(labels, ctypes.c_uint32), tap.pointer(probabilities, ctypes.c_double),
        ctypes.c_size_t(n_rows), n_classes, tap.pointer(numbers, ctypes.c_double),
        tap.pointer(confusion, ctypes.c_uint64), tap.pointer(rates, ctypes.c_double)) == 0
    return numbers, confusion, rates


def check_metrics(labels, probabilities):
    classes = range(probabilities.shape[1])
    predicted = probabilities.argmax(axis=1)
    numbers, confusion, rates = measure(labels, probabilities)
    assert numbers[0] == metrics.accuracy_score(labels, predicted), "accuracy"
    loss = metrics.log_loss(labels, probabilities, labels=classes)
    assert abs(numbers[1] - loss) <= 2e-16 * loss, ("log loss", numbers[1], loss)
    expected = metrics.confusion_matrix(labels, predicted, labels=classes)
    assert same_bits(confusion, expected.astype(np.uint64)), "confusion"
    for average, ours in ((None, rates[:-2]), ("macro", rates[-2]), ("weighted", rates[-1])):
        theirs = metrics.precision_recall_fscore_support(
            labels, predicted, labels=classes, average=average, zero_division=0)
        for name, column, expected in zip(("precision", "recall", "f1"), range(3), theirs):
            assert same_bits(ours[..., column], np.float64(expected)), (name, average)
        if average is None:
            assert (ours[:, 3] == theirs[3]).all(), "support"
        else:
            assert ours[3] == len(labels), "support"
    return numbers[1] == loss


@tap.test
def all_metrics():
    """metrics equal scikit-learn's: classes without rows, ties, 0 and 1, sums other than 1"""
    n_same = n_all = 0
    for seed in range(200):
        rng = np.random.RandomState(seed)
        n_classes = int(rng.choice([2, 2, 3, 7, 8, 9, 20, 130]))
        n = int(rng.choice([1, 2, 7, 50, 129, 3000]))
        probabilities = rng.dirichlet(np.full(n_classes, rng.choice([0.01, 1, 50])), n)
        if rng.rand() < 0.5:
            probabilities = np.round(probabilities, 1)
        if rng.rand() < 0.2:
            probabilities *= 0.9
        present = rng.choice(n_classes, rng.randint(1, n_classes + 1), replace=False)
        labels = rng.choice(present, n)
        likely = rng.rand(n) < 0.6
        likely &= np.isin(probabilities.argmax(axis=1), present)
        labels[likely] = probabilities.argmax(axis=1)[likely]
        try:
            n_same += check_metrics(labels, probabilities)
            n_all += 1
        except AssertionError as failure:
            raise AssertionError(f"seed {seed}: {failure}; n={n} C={n_classes}")
    assert n_same >= 0.97 * n_all, (n_same, n_all)


if __name__ == "__main__":
    tap.run()

"""n-gram language models against the papers' formulas over dictionaries, and their calibration
against scipy's optimum of the stated objective."""
import collections
import ctypes
import math
import random

import tap
import numpy
import scipy.optimize
import scipy.special

library = tap.load_library()
library.parity_ngram_lm.restype = ctypes.c_bool
library.parity_calibrate.restype = ctypes.c_bool

START = 0
WITTEN_BELL, ABSOLUTE_DISCOUNTING, KNESER_NEY = range(3)


class Params(ctypes.Structure):
    """quoth_ngram_lm_params."""
    _fields_ = [("order", ctypes.c_uint32), ("min_count", ctypes.c_uint32),
                ("type_weight", ctypes.c_double), ("smoothing", ctypes.c_int)]


class Sequences(ctypes.Structure):
    """quoth_sequences."""
    _fields_ = [("n_rows", ctypes.c_size_t), ("symbols", ctypes.POINTER(ctypes.c_uint64)),
                ("row_begin", ctypes.POINTER(ctypes.c_uint64))]

    def __init__(self, texts):
        self.arrays = [numpy.array(sum(texts, []) + [0], dtype="<u8"),
                       numpy.cumsum([0] + [len(text) for text in texts]).astype("<u8")]
        super().__init__(len(texts), *(tap.pointer(a, ctypes.c_uint64) for a in self.arrays))


def discounts_of(counts):
    """Chen and Goodman's equation 26 and what src/learn/ngram_lm.h has for what is missing."""
    n = [sum(c == i for c in counts) for i in range(5)]
    y = n[1] / (n[1] + 2 * n[2]) if n[1] else 1 / 2
    discounts = [i - (i + 1) * y * n[i + 1] / n[i] if n[i] else otherwise
                 for i, otherwise in ((1, 1 / 2), (2, 1), (3, 1.3))]
    held = [min(max(discount, .1), i - .05) for i, discount in enumerate(discounts, 1)]
    return [0] + [math.floor(discount * 256 + 1 / 2) / 256 for discount in held]


class Model:
    """The formulas of src/learn/ngram_lm.h, word for word."""

    def __init__(self, params, texts, labels, n_classes):
        self.params, self.n_classes = params, n_classes
        self.count = [collections.Counter() for _ in range(n_classes)]
        for text, label in zip(texts, labels):
            marked = [START] + text
            for end in range(2, len(marked) + 1):
                for length in range(1, params.order + 1):
                    if length <= end:
                        self.count[label][tuple(marked[end - length:end])] += 1
        pruned = [{ngram for ngram, times in counts.items()
                   if len(ngram) >= 3 and times < params.min_count} for counts in self.count]
        if params.smoothing == KNESER_NEY:
            self.count = [self.continuations(counts) for counts in self.count]
        self.discounts = [[discounts_of([c for ngram, c in counts.items() if len(ngram) == length])
                           for length in range(params.order + 1)] for counts in self.count]
        self.followers = [collections.Counter() for _ in range(n_classes)]
        self.types = [collections.Counter() for _ in range(n_classes)]
        self.taken = [collections.Counter() for _ in range(n_classes)]
        for label, counts in enumerate(self.count):
            for ngram, times in list(counts.items()):
                history, is_kept = ngram[:-1], ngram not in pruned[label]
                self.types[label][history] += 1
                if is_kept or params.smoothing != WITTEN_BELL:
                    self.followers[label][history] += times
                self.taken[label][history] += (self.discount(label, len(ngram), times) if is_kept
                                               else times)
                if not is_kept:
                    del counts[ngram]
        self.known = {symbol for text in texts for symbol in text}
        self.all = collections.Counter()
        for counts in self.count:
            self.all.update({ngram[0]: c for ngram, c in counts.items() if len(ngram) == 1})

    def continuations(self, counts):
        """Different symbols before an n-gram, unless it is of the longest or begins a text."""
        before = collections.Counter(ngram[1:] for ngram in counts)
        return {ngram: times if len(ngram) == self.params.order or ngram[0] == START
                else before[ngram] for ngram, times in counts.items()}

    def discount(self, label, length, count):
        return self.discounts[label][length][min(count, 3)]

    def discounted(self, label, shorter, symbol, weight, p):
        count = self.count[label].get((*shorter, symbol), 0)
        kept = count - self.discount(label, len(shorter) + 1, count)
        return (kept + (self.taken[label][shorter] + weight) * p) / (
            self.followers[label][shorter] + weight)

    def probability(self, label, history, symbol):
        n_known = len(self.known)
        p = (self.all[symbol] + n_known / (n_known + 1)) / (self.all.total() + n_known)
        for length in range(min(self.params.order, len(history) + 1)):
            shorter = tuple(history[len(history) - length:])
            weight = self.params.type_weight * self.types[label][shorter]
            if weight and self.params.smoothing != WITTEN_BELL:
                p = self.discounted(label, shorter, symbol, weight, p)
            elif weight:
                p = (self.count[label][*shorter, symbol] + weight * p) / (
                    self.followers[label][shorter] + weight)
        return p

    def log_likelihoods(self, text):
        marked = [START] + text
        return [math.fsum(math.log(self.probability(label, marked[:i], marked[i]))
                          for i in range(1, len(marked))) for label in range(self.n_classes)]


def score(params, texts, labels, n_classes, queries, n_threads=2):
    """[queries][n_classes] log-likelihoods, [queries] known symbols."""
    mine = numpy.full((len(queries), n_classes), numpy.nan)
    n_known = numpy.zeros(len(queries), dtype="<u8")
    assert library.parity_ngram_lm(
        ctypes.byref(params), ctypes.byref(Sequences(texts)),
        tap.pointer(numpy.array(labels + [0], dtype="<u4"), ctypes.c_uint32),
        ctypes.c_uint32(n_classes), ctypes.c_size_t(n_threads), ctypes.byref(Sequences(queries)),
        tap.pointer(mine, ctypes.c_double), tap.pointer(n_known, ctypes.c_uint64))
    return mine, n_known


def random_text(rng, n_symbols, longest):
    """Symbols from 1 up, the first ones most often; some texts are empty."""
    return [min(1 + int(rng.expovariate(1) * n_symbols / 4), n_symbols)
            for _ in range(rng.choice([0, 1, 2, rng.randrange(longest)]))]


def random_case(rng):
    """Parameters, texts, labels, number of classes, of symbols. Some classes have no rows."""
    params = Params(rng.randrange(1, 8), rng.choice([1, 1, 2, 3]), rng.choice([.001, .5, 10]),
                    rng.choice([WITTEN_BELL, ABSOLUTE_DISCOUNTING, KNESER_NEY]))
    n_classes, n_symbols = rng.choice([2, 3, 50]), rng.choice([1, 4, 200])
    texts = [random_text(rng, n_symbols, 60) for _ in range(rng.randrange(1, 40))] + [[1]]
    return params, texts, [rng.randrange(n_classes) for _ in texts], n_classes, n_symbols


@tap.test
def log_likelihoods():
    """random sequences have the formulas' log-likelihoods"""
    for seed in range(180):
        rng = random.Random(seed)
        params, texts, labels, n_classes, n_symbols = random_case(rng)
        queries = [random_text(rng, n_symbols + 3, 300) for _ in range(5)] + texts[:2]
        mine, n_known = score(params, texts, labels, n_classes, queries)
        twin = Model(params, texts, labels, n_classes)
        theirs = [twin.log_likelihoods(query) for query in queries]
        # log p of a p near 1 has p's rounding for its own.
        numpy.testing.assert_allclose(mine, theirs, rtol=1e-12, atol=1e-13, err_msg=f"seed {seed}")
        assert n_known.tolist() == [sum(s in twin.known for s in query) for query in queries]


@tap.test
def sums():
    """behind any history the probabilities of all symbols and the unknown one sum to 1"""
    for seed in range(60):
        rng = random.Random(seed)
        params, texts, labels, n_classes, n_symbols = random_case(rng)
        known = sorted(set(sum(texts, [])))
        history = random_text(rng, n_symbols, 10)
        nexts = [history + [symbol] for symbol in known + [10**6]]
        mine, _ = score(params, texts, labels, n_classes, [history] + nexts)
        numpy.testing.assert_allclose(numpy.exp(mine[1:] - mine[0]).sum(axis=0), 1, rtol=1e-11,
                                      err_msg=f"seed {seed}")


@tap.test
def threads():
    """any number of threads gives the same bits"""
    for seed in range(20):
        rng = random.Random(seed)
        case = random_case(rng)[:4]
        queries = case[1]
        one, _ = score(*case, queries, n_threads=1)
        for n_threads in (2, 3, 8):
            assert tap.same_bits(one, score(*case, queries, n_threads)[0]), seed


# ---- Calibration -----------------------------------------------------------------------------

def objective(numbers, scores, labels, prior):
    """The one of src/learn/temperature.h, negated."""
    slope, intercept = numbers[0], numbers[1:]
    n_rows = len(labels)
    log_p = scipy.special.log_softmax(intercept + slope * scores, axis=1)
    without = .1 * n_rows * (prior * scipy.special.log_softmax(intercept)).sum()
    variance = scores.var(axis=1).mean()
    return -(log_p[numpy.arange(n_rows), labels].sum() + without - slope ** 2 * variance / 200)


@tap.test
def calibration():
    """slope and intercepts have scipy's optimum of the objective"""
    for seed in range(60):
        generator, rng = numpy.random.default_rng(seed), random.Random(seed)
        n_classes, n_rows = rng.choice([2, 3, 8]), rng.choice([20, 100, 400])
        labels = generator.choice(n_classes, n_rows, p=generator.dirichlet([2] * n_classes))
        labels[:n_classes] = numpy.arange(n_classes)
        scores = generator.normal(size=(n_rows, n_classes)) * rng.choice([.01, 1, 50])
        scores += generator.normal(size=n_classes) * scores.std()
        scores[numpy.arange(n_rows), labels] += rng.choice([.3, 1, 20]) * scores.std()
        slope, intercept = numpy.zeros(1), numpy.zeros(n_classes)
        assert library.parity_calibrate(
            tap.pointer(scores, ctypes.c_double),
            tap.pointer(labels.astype("<u4"), ctypes.c_uint32), ctypes.c_size_t(n_rows),
            ctypes.c_uint32(n_classes), tap.pointer(slope, ctypes.c_double),
            tap.pointer(intercept, ctypes.c_double))
        prior = numpy.bincount(labels, minlength=n_classes) / n_rows
        spread = math.sqrt(scores.var(axis=1).mean())
        start = numpy.concatenate([[1], numpy.log(prior)])
        bounds = [(0, None)] + [(None, None)] * n_classes
        best = scipy.optimize.minimize(objective, start, (scores / spread, labels, prior),
                                       bounds=bounds, options={"ftol": 1e-13, "gtol": 1e-9}).fun
        mine = objective(numpy.concatenate([slope, intercept]), scores, labels, prior)
        assert mine <= best + 1e-6 * n_rows, f"seed {seed}: {mine} for {best}"


@tap.test
def calibration_without_evidence():
    """where no row tells classes apart the slope is 1 and the intercepts are the prior's"""
    labels = numpy.array([0, 1, 1, 2], dtype="<u4")
    scores, slope, intercept = numpy.full((4, 3), -7.5), numpy.zeros(1), numpy.zeros(3)
    assert library.parity_calibrate(
        tap.pointer(scores, ctypes.c_double), tap.pointer(labels, ctypes.c_uint32),
        ctypes.c_size_t(4), ctypes.c_uint32(3), tap.pointer(slope, ctypes.c_double),
        tap.pointer(intercept, ctypes.c_double))
    assert slope[0] == 1
    numpy.testing.assert_allclose(scipy.special.softmax(intercept), [.25, .5, .25], rtol=1e-6)


if __name__ == "__main__":
    tap.run()

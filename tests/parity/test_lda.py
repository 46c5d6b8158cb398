"""quoth's LDA against scikit-learn's, run live."""
import os
import re
import shutil
import subprocess

import tap

import lda
import numpy as np
import pandas as pd
import scipy.sparse as sp
import wordnet
from sklearn.decomposition import LatentDirichletAllocation
from sklearn.feature_extraction.text import CountVectorizer

# Of components, exp table and transform. psi's cut series jumps by 2.5e-9 where its number of
# steps changes, and a parameter next to an integer may fall on either side.
TOLERANCES = np.array([1e-9, 1e-8, 1e-9])
# Values below this are compared as if they were it: near underflow nothing keeps its digits.
TINY = 1e-150


def relative_difference(ours, theirs):
    return np.max(np.abs(ours - theirs) / np.maximum(np.abs(theirs), TINY), initial=0)


def compare(matrix, threads, **settings):
    """The largest relative differences of components, exp table and transform."""
    theirs = LatentDirichletAllocation(**settings).fit(matrix)
    components, exp_beta, params = lda.fit(matrix, threads, **settings)
    shares = lda.transform(matrix, exp_beta, params)
    return np.array([relative_difference(components.T, theirs.components_),
                     relative_difference(exp_beta.T, theirs.exp_dirichlet_component_),
                     relative_difference(shares, theirs.transform(matrix))])


def check(differences, what):
    if not np.all(differences < TOLERANCES):
        raise AssertionError(f"{what}: components, exp table, transform {differences} apart")


def tell(differences):
    print("# largest relative differences: components %.1e, exp table %.1e, transform %.1e"
          % tuple(differences))


def random_matrix(rng):
    """Word frequencies as in texts: a few words are in many documents. Some are empty."""
    n_rows, n_columns = int(rng.integers(2, 250)), int(rng.integers(1, 400))
    frequencies = 1 / np.arange(1, n_columns + 1) ** rng.uniform(0, 1.2)
    lengths = rng.poisson(rng.uniform(1, 25), n_rows) * (rng.random(n_rows) > .1)
    rows = [rng.multinomial(n, frequencies / frequencies.sum()) for n in lengths]
    return sp.csr_matrix(np.array(rows))


def random_settings(rng):
    prior = lambda: rng.choice([None, None, .01, .1, .5, 1.])
    return dict(n_components=int(rng.choice([1, 2, 3, 7, 8, 10, 20, 33, 50, 100, 200])),
                max_iter=int(rng.integers(1, 5)),
                learning_method=str(rng.choice(["online", "batch"])),
                learning_offset=float(rng.choice([1., 10., 50.5])),
                learning_decay=float(rng.choice([0., .3, .51, .7, 1.])),
                batch_size=int(rng.choice([1, 2, 16, 128, 1000])),
                doc_topic_prior=prior(), topic_word_prior=prior(),
                mean_change_tol=float(rng.choice([1e-3, 1e-2, 1e-4])),
                max_doc_update_iter=int(rng.choice([100, 10, 1])),
                random_state=int(rng.integers(0, 2 ** 32)))


@tap.test
def random_corpora():
    """random corpora and parameters"""
    worst = np.zeros(3)
    for seed in range(60):
        rng = np.random.default_rng(seed)
        matrix, settings = random_matrix(rng), random_settings(rng)
        differences = compare(matrix, 1 + seed % 3, **settings)
        check(differences, f"seed {seed} {matrix.shape} {settings}")
        worst = np.maximum(worst, differences)
    tell(worst)


@tap.test
def kaggle_file():
    """50 topics of the Kaggle file, 5 online passes"""
    texts = pd.read_csv(tap.shared("spooky", "train.csv")).text
    lemmatize = wordnet.load_lemmatizer().lemmatize

    class LemmaVectorizer(CountVectorizer):
        def build_analyzer(self):
            analyze = super().build_analyzer()
            return lambda text: [lemmatize(word) for word in analyze(text)]

    matrix = LemmaVectorizer(stop_words="english", max_df=.95, min_df=2).fit_transform(texts)
    assert matrix.shape == (19579, 13781)
    differences = compare(matrix, 2, n_components=50, max_iter=5, learning_method="online",
                          learning_offset=50., random_state=0)
    check(differences, "Kaggle")
    tell(differences)


@tap.test
def pairwise_sum():
    """numpy's sum, bit for bit"""
    rng = np.random.default_rng(1)
    for n in list(range(300)) + [1000, 1023, 4096, 100003]:
        x = rng.normal(size=n) * 10. ** rng.integers(-8, 8, n)
        assert lda.LIB.parity_sum_pairwise(tap.pointer(x, lda.c.c_double), lda.c.c_size_t(n)) \
            == x.sum(), n


@tap.test
def no_fused_arithmetic():
    """no fused multiply-add in the library, and none of libm's exp, log, pow"""
    if not shutil.which("objdump"):
        raise tap.Skip("binutils is not installed")
    library = os.environ["QUOTH_PARITY_LIB"]
    code = subprocess.run(["objdump", "-d", library], check=True, capture_output=True,
                          text=True).stdout
    assert "mul" in code
    fused = re.findall(r"\t(vfn?m(?:add|sub)\w*|fn?m(?:add|sub))\s", code)
    assert not fused, fused[:5]
    names = subprocess.run(["objdump", "-T", library], check=True, capture_output=True,
                           text=True).stdout
    wanted = re.findall(r"\*UND\*.*\b(exp\w*|log\w*|pow\w*|\w*gamma|sin|cos|tanh?)$", names, re.M)
    assert not wanted, wanted


tap.run()

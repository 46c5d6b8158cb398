#!/usr/bin/env python3
"""quoth import: objects that scikit-learn fits and Python writes here, and what they predict."""
import io
import json
import os
import pathlib
import pickle
import subprocess
import tempfile

from tap import quoth, run, test
import joblib
import numpy
import pandas
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer
from sklearn.decomposition import LatentDirichletAllocation
from sklearn.ensemble import (ExtraTreesClassifier, GradientBoostingClassifier,
                              RandomForestClassifier)
from sklearn.feature_extraction.text import (CountVectorizer, HashingVectorizer,
                                             TfidfTransformer, TfidfVectorizer)
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.naive_bayes import BernoulliNB, ComplementNB, MultinomialNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline
from sklearn.preprocessing import LabelEncoder
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeClassifier
import wordnet

FOLDER = pathlib.Path(tempfile.mkdtemp(prefix="import-"))
DATA = os.path.join(os.environ["QUOTH_SOURCE_ROOT"], "examples", "tickets.csv")
FRAME = pandas.read_csv(DATA, keep_default_na=False, dtype=str)
TEXTS, LABELS = FRAME["text"], FRAME["label"]
# The last ones have no known word, other letters, and nothing.
NEW = pandas.Series(["Zzz qqq", "L'\u00e9tat na\u00efve \u0130stanbul BOX!", "", *TEXTS[:100]])
TWO = LABELS.where(LABELS != "technical", "billing")
PROBABILITIES = 1e-12
TOPICS = 1e-9


def write(name, data):
    path = FOLDER / name
    path.write_bytes(data)
    return path


def dump(value, protocol=None, compress=0):
    out = io.BytesIO()
    joblib.dump(value, out, compress=compress, protocol=protocol)
    return out.getvalue()


def write_predictions(classes, probabilities, labels):
    pandas.DataFrame({"text": NEW}).to_csv(FOLDER / "new.csv", index=False)
    table = pandas.DataFrame(probabilities, columns=list(map(str, classes)))
    table.assign(label=labels).to_csv(FOLDER / "predictions.csv", index=False)
    return ["--check", FOLDER / "new.csv", "--against", FOLDER / "predictions.csv"]


def proof(files, checked, *options):
    """What quoth says of the predictions of these files."""
    output = quoth("import", *files, "-o", FOLDER / "model.quoth", *checked, *options, "--json")
    found = json.loads(output)["check"]
    assert found["equal"] and found["equal_labels"] == found["rows"] == len(NEW), found
    assert found["largest_difference"] <= PROBABILITIES, found
    return found["largest_difference"]


def prove(pipeline, *options):
    """A pipeline's predictions are quoth's."""
    checked = write_predictions(pipeline.classes_, pipeline.predict_proba(NEW),
                                pipeline.predict(NEW))
    return proof([write("pipeline.pkl", dump(pipeline))], checked, *options)


def refused(value, *options):
    """The words with which a file is refused; no model appears."""
    path, output = write("refused.pkl", dump(value)), FOLDER / "refused.quoth"
    words = quoth("import", path, "-o", output, *options, status=1)
    assert words.startswith(f"quoth: {path}: ") and words.count("\n") == 1, words
    assert not output.exists()
    return words


# ---- The article ---------------------------------------------------------------

class LemmaCountVectorizer(CountVectorizer):
    """As in the article."""

    lemmatize = staticmethod(str)

    def build_analyzer(self):
        analyzer = super().build_analyzer()
        return lambda text: [self.lemmatize(word) for word in analyzer(text)]


def article():
    """The article's objects, fitted, under the names of its files."""
    LemmaCountVectorizer.lemmatize = staticmethod(wordnet.load_lemmatizer().lemmatize)
    vectorizer = LemmaCountVectorizer(max_df=0.95, min_df=2, stop_words="english")
    lda = LatentDirichletAllocation(n_components=12, max_iter=5, learning_method="online",
                                    learning_offset=50.0, random_state=0)
    encoder = LabelEncoder()
    codes = encoder.fit_transform(LABELS)
    topics = lda.fit_transform(vectorizer.fit_transform(TEXTS))
    forest = RandomForestClassifier(min_samples_split=20, min_samples_leaf=5, random_state=0)
    return {"tf_vectorizer.pkl": vectorizer, "lda.pkl": lda, "le.pkl": encoder,
            "clf.pkl": forest.fit(topics, codes)}


ARTICLE = article()


def article_predictions():
    vectorizer, lda, encoder, forest = ARTICLE.values()
    topics = lda.transform(vectorizer.transform(NEW))
    checked = write_predictions(encoder.classes_, forest.predict_proba(topics),
                                encoder.inverse_transform(forest.predict(topics)))
    return topics, checked


# Every protocol and compression.
WAYS = [(f"pickle {n}", lambda value, n=n: pickle.dumps(value, n)) for n in range(6)]
WAYS += [(f"joblib {n}", lambda value, n=n: dump(value, n)) for n in range(6)]
WAYS += [(f"joblib {name}", lambda value, name=name: dump(value, None, (name, 3)))
         for name in ["zlib", "gzip", "bz2", "xz", "lzma", "lz4"]]


def tensors_of(path):
    data = path.read_bytes()
    return data[8 + int.from_bytes(data[:8], "little"):]


@test
def article_files():
    """the article's four files, of every protocol and compression"""
    topics, checked = article_predictions()
    models = set()
    for name, writing in WAYS:
        files = [write(file, writing(value)) for file, value in ARTICLE.items()]
        proof(files, checked, "--lemmatizer", "wordnet")
        models.add(tensors_of(FOLDER / "model.quoth"))
        features = pandas.read_csv(io.StringIO(quoth(
            "transform", FOLDER / "model.quoth", "--input", FOLDER / "new.csv")), index_col="id")
        assert abs(features.to_numpy() - topics).max() <= TOPICS, name
    assert len(models) == 1  # the tensors are the same, whatever they were written with


@test
def class_of_its_own():
    """a vectorizer of a class of its own needs --lemmatizer, and any that is said is taken"""
    vectorizer, lda, encoder, forest = ARTICLE.values()
    assert "__main__.LemmaCountVectorizer is a class of somebody's own" in refused(vectorizer)
    files = [write(file, dump(value)) for file, value in ARTICLE.items()]
    quoth("import", *files, "-o", FOLDER / "null.quoth", "--lemmatizer", "null")
    spec = json.loads(quoth("inspect", FOLDER / "null.quoth", "--spec"))
    assert spec["pipeline"][0]["params"]["lemmatizer"] is None


@test
def model_is_whole():
    """what was imported has its spec, topics, provenance and proof, and can be packaged"""
    _, checked = article_predictions()
    files = [write(file, dump(value)) for file, value in ARTICLE.items()]
    proof(files, checked, "--lemmatizer", "wordnet")
    model = FOLDER / "model.quoth"
    told = json.loads(quoth("inspect", model, "--json"))
    imported = told["provenance"]["imported"]
    assert [file["name"] for file in imported["files"]] == list(ARTICLE)
    assert [o["class"] for o in imported["objects"]] == [type(v).__name__ for v in ARTICLE.values()]
    assert imported["objects"][1]["version"] == "1.2.1" and imported["check"]["equal"]
    assert told["classes"] == sorted(set(LABELS))
    assert told["vocabulary"] == sorted(ARTICLE["tf_vectorizer.pkl"].vocabulary_)
    params = {stage["name"]: stage["params"] for stage in told["spec"]["pipeline"]}
    assert params["vectorizer"]["max_df"] == 0.95 and params["vectorizer"]["min_df"] == 2
    assert params["lda"]["n_components"] == 12 and params["lda"]["learning_method"] == "online"
    assert params["forest"]["min_samples_leaf"] == 5
    assert "imported    tf_vectorizer.pkl, lda.pkl, le.pkl, clf.pkl" in quoth("inspect", model)
    components = ARTICLE["lda.pkl"].components_
    names = numpy.array(sorted(ARTICLE["tf_vectorizer.pkl"].vocabulary_))
    for topic, row in zip(told["topics"], components):
        assert topic["words"][0]["word"] == names[row.argmax()]
        assert abs(topic["words"][0]["weight"] - row.max() / row.sum()) < 1e-12
    importances = ARTICLE["clf.pkl"].feature_importances_
    data = model.read_bytes()
    size = int.from_bytes(data[:8], "little")
    begin, end = json.loads(data[8:8 + size])["forest.importances"]["data_offsets"]
    stored = numpy.frombuffer(data[8 + size + begin:8 + size + end])
    assert abs(stored - importances).max() < 1e-15
    quoth("package", model, "-o", FOLDER / "function.zip")
    quoth("eval", model, DATA)


# ---- Classes and their parameters ------------------------------------------------

@test
def vectorizers():
    """CountVectorizer with each parameter that quoth has"""
    words = sorted(CountVectorizer().fit(TEXTS).vocabulary_)
    worst = 0
    for params in [{}, {"lowercase": False}, {"ngram_range": (1, 2)}, {"binary": True},
                   {"analyzer": "char", "ngram_range": (2, 4)},
                   {"analyzer": "char_wb", "ngram_range": (3, 3), "token_pattern": "any"},
                   {"strip_accents": "unicode"}, {"strip_accents": "ascii"},
                   {"token_pattern": r"\S+"}, {"token_pattern": r"\w+|[^\w\s]"},
                   {"stop_words": "english"}, {"stop_words": ["box", "The", "invoice", "na\u00efve"]},
                   {"stop_words": [], "ngram_range": (2, 2)}, {"max_features": 50}, {"min_df": 3, "max_df": 0.5},
                   {"vocabulary": words[::-1]}, {"vocabulary": {"the": 1, "box": 0}},
                   {"dtype": numpy.float64}, {"dtype": numpy.int32}]:
        worst = max(worst, prove(make_pipeline(CountVectorizer(**params),
                                               MultinomialNB()).fit(TEXTS, LABELS)))
    print(f"# largest difference of a probability {worst:.2g}")


@test
def hashing():
    """HashingVectorizer with each parameter; that it is fitted to nothing changes nothing"""
    worst = 0
    for params in [{}, {"n_features": 30}, {"n_features": 30, "binary": True}, {"norm": "l1"},
                   {"norm": None}, {"alternate_sign": False}, {"n_features": 2 ** 10 - 3},
                   {"analyzer": "char_wb", "ngram_range": (2, 4), "n_features": 1000},
                   {"n_features": 1}, {"stop_words": ["box"], "ngram_range": (1, 2)},
                   {"strip_accents": "unicode", "lowercase": False, "token_pattern": r"\S+"}]:
        params.setdefault("n_features", 2 ** 13)
        pipeline = make_pipeline(HashingVectorizer(**params), LogisticRegression())
        worst = max(worst, prove(pipeline.fit(TEXTS, LABELS)))
    pipeline = make_pipeline(HashingVectorizer(alternate_sign=False, norm=None), MultinomialNB())
    worst = max(worst, prove(pipeline.fit(TEXTS, LABELS)))
    print(f"# largest difference of a probability {worst:.2g}")
    vectorizer = HashingVectorizer(n_features=64, dtype=numpy.float32)
    pipeline = make_pipeline(vectorizer, LogisticRegression()).fit(TEXTS, LABELS)
    assert "HashingVectorizer.dtype is not float64" in refused(pipeline)
    quoth("explain", FOLDER / "model.quoth", "the box was late")


@test
def sets_of_stop_words():
    """stop words as scikit-learn before 1.2 took them, too"""
    words = ["box", "the", "invoice"]
    for kind in [set, frozenset, tuple]:
        pipeline = make_pipeline(CountVectorizer(stop_words=words), MultinomialNB()).fit(TEXTS, LABELS)
        checked = write_predictions(pipeline.classes_, pipeline.predict_proba(NEW),
                                    pipeline.predict(NEW))
        pipeline[0].stop_words = kind(words)
        for protocol in range(6):
            proof([write("set.pkl", pickle.dumps(pipeline, protocol))], checked)


@test
def tfidf():
    """TfidfVectorizer and TfidfTransformer, before both kinds of naive Bayes"""
    words = sorted(CountVectorizer().fit(TEXTS).vocabulary_)
    worst = 0
    for params in [{}, {"norm": "l1"}, {"norm": None}, {"use_idf": False}, {"smooth_idf": False},
                   {"sublinear_tf": True}]:
        for bayes in [MultinomialNB(alpha=0.1), MultinomialNB(fit_prior=False), ComplementNB(),
                      ComplementNB(norm=True, alpha=0.5), MultinomialNB(class_prior=[.5, .3, .2])]:
            steps = [CountVectorizer(vocabulary=words[::-1]), TfidfTransformer(**params), bayes]
            worst = max(worst, prove(make_pipeline(*steps).fit(TEXTS, LABELS)))
        steps = [TfidfVectorizer(ngram_range=(1, 2), **params), ComplementNB()]
        worst = max(worst, prove(make_pipeline(*steps).fit(TEXTS, LABELS)))
    print(f"# largest difference of a probability {worst:.2g}")


@test
def bernoulli():
    """BernoulliNB of counts and of weights, which it takes for 0 and 1"""
    words = sorted(CountVectorizer().fit(TEXTS).vocabulary_)
    worst = 0
    for steps in [[CountVectorizer()], [CountVectorizer(vocabulary=words[::-1])],
                  [TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2))],
                  [CountVectorizer(), TfidfTransformer(norm=None, smooth_idf=False)]]:
        for params in [{}, {"alpha": 0.01}, {"fit_prior": False}, {"class_prior": [.5, .3, .2]}]:
            pipeline = make_pipeline(*steps, BernoulliNB(**params)).fit(TEXTS, LABELS)
            worst = max(worst, prove(pipeline))
    for vectorizer, binarize in [(CountVectorizer(binary=True), None), (CountVectorizer(), 0.9)]:
        pipeline = make_pipeline(vectorizer, BernoulliNB(binarize=binarize)).fit(TEXTS, LABELS)
        worst = max(worst, prove(pipeline))
    print(f"# largest difference of a probability {worst:.2g}")
    for steps, binarize in [([CountVectorizer()], None), ([CountVectorizer()], 1),
                            ([TfidfVectorizer()], 0.1), ([TfidfVectorizer(binary=True)], None)]:
        pipeline = make_pipeline(*steps, BernoulliNB(binarize=binarize)).fit(TEXTS, LABELS)
        assert "BernoulliNB.binarize does not tell terms that" in refused(pipeline)
    for pipeline in [topics_then(BernoulliNB(binarize=0.1)),
                     make_pipeline(HashingVectorizer(), BernoulliNB()).fit(TEXTS, LABELS)]:
        words = refused(pipeline)
        assert "BernoulliNB.binarize would make 0 and 1 of what is no count" in words, words


@test
def logistic_regression():
    """LogisticRegression of two classes and of more, in each way that is multinomial"""
    worst = 0
    for values, params in [(LABELS, {}), (LABELS, {"solver": "newton-cg", "fit_intercept": False}),
                           (TWO, {}), (TWO, {"solver": "liblinear", "penalty": "l1"}),
                           (TWO, {"solver": "liblinear", "fit_intercept": False}),
                           (TWO, {"multi_class": "multinomial"}), (TWO, {"multi_class": "ovr"}),
                           (LABELS, {"multi_class": "multinomial", "class_weight": {"billing": 3}})]:
        for steps in [[CountVectorizer(vocabulary=["the", "box", "card", "invoice"])],
                      [TfidfVectorizer(sublinear_tf=True)],
                      [CountVectorizer(), LatentDirichletAllocation(5, random_state=0)]]:
            pipeline = make_pipeline(*steps, LogisticRegression(**params))
            worst = max(worst, prove(pipeline.fit(TEXTS, values)))
    print(f"# largest difference of a probability {worst:.2g}")


@test
def one_vs_rest():
    """logistic losses of a class against the rest: LogisticRegression and SGDClassifier"""
    worst = 0
    words = sorted(CountVectorizer().fit(TEXTS).vocabulary_)
    for classifier in [LogisticRegression(multi_class="ovr"),
                       LogisticRegression(solver="liblinear", fit_intercept=False),
                       SGDClassifier(loss="log_loss", random_state=0),
                       SGDClassifier(loss="log_loss", average=True, penalty="l1", random_state=0)]:
        for steps in [[CountVectorizer(vocabulary=words[::-1])], [TfidfVectorizer()],
                      [HashingVectorizer(n_features=500)],
                      [CountVectorizer(), LatentDirichletAllocation(5, random_state=0)]]:
            for values in [LABELS, TWO]:
                worst = max(worst, prove(make_pipeline(*steps, classifier).fit(TEXTS, values)))
    spec = json.loads(quoth("inspect", FOLDER / "model.quoth", "--spec"))
    assert {"loss": "log_loss", "cv": None}.items() <= spec["pipeline"][-1]["params"].items(), spec
    print(f"# largest difference of a probability {worst:.2g}")


@test
def calibrated():
    """CalibratedClassifierCV over linear classifiers, one or several"""
    worst = 0
    for base in [LinearSVC(), LinearSVC(fit_intercept=False), SGDClassifier(random_state=0),
                 SGDClassifier(loss="modified_huber", random_state=0), LogisticRegression()]:
        for params in [{}, {"ensemble": False}, {"cv": 2}]:
            for values in [LABELS, TWO]:
                pipeline = make_pipeline(TfidfVectorizer(), CalibratedClassifierCV(base, **params))
                worst = max(worst, prove(pipeline.fit(TEXTS, values)))
    fitted = LinearSVC().fit(TfidfVectorizer().fit_transform(TEXTS), LABELS)
    pipeline = make_pipeline(TfidfVectorizer(), CalibratedClassifierCV(fitted, cv="prefit"))
    worst = max(worst, prove(pipeline.fit(TEXTS, LABELS)))
    print(f"# largest difference of a probability {worst:.2g}")
    checked = write_predictions(pipeline.classes_, pipeline.predict_proba(NEW),
                                pipeline.predict(NEW))
    for one in pipeline[-1].calibrated_classifiers_:  # as before scikit-learn 1.2 (emulated)
        one.base_estimator = one.__dict__.pop("estimator")
        one.calibrators_ = one.__dict__.pop("calibrators")
    proof([write("earlier.pkl", dump(pipeline))], checked)


@test
def unions():
    """vectorizers side by side, and of one column of a table"""
    words = sorted(CountVectorizer().fit(TEXTS).vocabulary_)
    parts = [("Words", TfidfVectorizer()), ("order", CountVectorizer(vocabulary=words[::-1])),
             ("none", "drop"), ("hashes", HashingVectorizer(n_features=60)),
             ("topics", make_pipeline(CountVectorizer(), LatentDirichletAllocation(4, random_state=0)))]
    worst = 0
    for classifier in [LogisticRegression(), CalibratedClassifierCV(LinearSVC())]:
        pipeline = make_pipeline(FeatureUnion(parts), classifier).fit(TEXTS, LABELS)
        worst = max(worst, prove(pipeline))
    table, new = pandas.DataFrame({"x": 1, "text": TEXTS}), pandas.DataFrame({"x": 1, "text": NEW})
    for columns in [[(*part, "text") for part in parts], [(*parts[0], 1)]]:
        pipeline = make_pipeline(ColumnTransformer(columns), MultinomialNB()
                                 if len(columns) == 1 else LogisticRegression()).fit(table, LABELS)
        checked = write_predictions(pipeline.classes_, pipeline.predict_proba(new),
                                    pipeline.predict(new))
        worst = max(worst, proof([write("columns.pkl", dump(pipeline))], checked))
    print(f"# largest difference of a probability {worst:.2g}")
    pipeline = make_pipeline(ColumnTransformer([(*parts[0], "text"), ("x", "passthrough", ["x"])]),
                             MultinomialNB()).fit(table, LABELS)
    assert "ColumnTransformer.transformers_ take other columns than one of" in refused(pipeline)
    pipeline = make_pipeline(FeatureUnion(parts[:2], transformer_weights={"Words": 2}),
                             MultinomialNB()).fit(TEXTS, LABELS)
    assert "FeatureUnion.transformer_weights is given" in refused(pipeline)
    pipeline = make_pipeline(FeatureUnion(parts[:2]), MultinomialNB()).fit(TEXTS, LABELS)
    pipeline[0].transformer_list.append(("self", pipeline[0]))
    assert "more than 64 objects" in refused(pipeline)


@test
def decisions():
    """classifiers without probabilities give their labels"""
    for classifier in [LinearSVC(), LinearSVC(loss="hinge", max_iter=10000, fit_intercept=False),
                       SGDClassifier(random_state=0),
                       SGDClassifier(loss="squared_hinge", random_state=0),
                       SGDClassifier(loss="perceptron", random_state=0)]:
        for values in [LABELS, TWO]:
            pipeline = make_pipeline(TfidfVectorizer(), classifier).fit(TEXTS, values)
            pandas.DataFrame({"text": NEW}).to_csv(FOLDER / "new.csv", index=False)
            pandas.DataFrame({"label": pipeline.predict(NEW)}).to_csv(FOLDER / "labels.csv")
            output = quoth("import", write("pipeline.pkl", dump(pipeline)), "-o",
                           FOLDER / "model.quoth", "--check", FOLDER / "new.csv", "--against",
                           FOLDER / "labels.csv", "--json")
            found = json.loads(output)["check"]
            assert found["equal"] and found["equal_labels"] == len(NEW), (classifier, found)


@test
def uncalibrated():
    """probabilities of a kind that quoth has not are refused, with what to do"""
    for classifier, words in [
            (SGDClassifier(loss="modified_huber"), "SGDClassifier.loss is 'modified_huber', whose"),
            (CalibratedClassifierCV(LinearSVC(), method="isotonic"), "method is not 'sigmoid'"),
            (LinearSVC(multi_class="crammer_singer"), "LinearSVC.multi_class is not 'ovr'"),
            (CalibratedClassifierCV(MultinomialNB()), "estimator is of class MultinomialNB; quoth")]:
        found = refused(make_pipeline(TfidfVectorizer(), classifier).fit(TEXTS, LABELS))
        assert words in found, found


@test
def forests():
    """forests of each kind that there is, and trees that grew best first"""
    for params in [{}, {"max_leaf_nodes": 12}, {"class_weight": "balanced"},
                   {"criterion": "entropy", "bootstrap": False}, {"max_depth": 1},
                   {"class_weight": {"billing": 2, "delivery": 1, "technical": 1}},
                   {"max_features": None, "random_state": numpy.random.RandomState(3)}]:
        lda = LatentDirichletAllocation(7, random_state=0, doc_topic_prior=0.3,
                                        topic_word_prior=0.2, max_doc_update_iter=30)
        pipeline = make_pipeline(CountVectorizer(), lda, RandomForestClassifier(20, **params))
        prove(pipeline.fit(TEXTS, LABELS))


def topics_then(classifier):
    return make_pipeline(CountVectorizer(), LatentDirichletAllocation(7, random_state=0),
                         classifier).fit(TEXTS, LABELS)


@test
def trees():
    """trees that are drawn at random, and single ones"""
    for params in [{}, {"max_leaf_nodes": 12}, {"bootstrap": True, "class_weight": "balanced"},
                   {"criterion": "log_loss", "max_features": None, "max_depth": 3}]:
        prove(topics_then(ExtraTreesClassifier(20, random_state=1, **params)))
    for params in [{}, {"splitter": "random"}, {"ccp_alpha": 0.005}, {"max_leaf_nodes": 9},
                   {"class_weight": {"billing": 2, "delivery": 1, "technical": 0.3}},
                   {"criterion": "entropy", "min_samples_leaf": 7, "max_depth": 4}]:
        prove(topics_then(DecisionTreeClassifier(random_state=2, **params)))
    spec = json.loads(quoth("inspect", FOLDER / "model.quoth", "--spec"))
    assert {"n_estimators": 1, "bootstrap": False, "criterion": "entropy", "max_features": None,
            "max_depth": 4}.items() <= spec["pipeline"][-1]["params"].items(), spec


def each_class():
    """Pipelines with those classes that the article hasn't."""
    topics = [ExtraTreesClassifier(3, max_depth=4), DecisionTreeClassifier()]
    terms = [MultinomialNB(), ComplementNB(), BernoulliNB(), LogisticRegression(max_iter=20),
             LogisticRegression(solver="liblinear"), SGDClassifier(loss="log_loss"),
             CalibratedClassifierCV(LinearSVC())]
    return [*map(topics_then, topics),
            make_pipeline(HashingVectorizer(n_features=99), LogisticRegression()).fit(TEXTS, LABELS),
            *(make_pipeline(TfidfVectorizer(), one).fit(TEXTS, LABELS) for one in terms)]


@test
def written_in_each_way():
    """every class, of every protocol and compression, is the same model"""
    for pipeline in each_class():
        checked = write_predictions(pipeline.classes_, pipeline.predict_proba(NEW),
                                    pipeline.predict(NEW))
        models = set()
        for name, writing in WAYS:
            proof([write("pipeline.pkl", writing(pipeline))], checked)
            models.add(tensors_of(FOLDER / "model.quoth"))
        assert len(models) == 1, (pipeline, name)


@test
def labels():
    """classes of texts, numbers and truth, and an encoder with more than the classifier saw"""
    codes = LabelEncoder().fit_transform(LABELS)
    for values, names in [(codes * 7, ["0", "7", "14"]), (codes * 7.0, ["0.0", "7.0", "14.0"]),
                          (codes > 0, ["False", "True"]), (numpy.array(LABELS, str), None),
                          (numpy.array(LABELS, object), None), (codes.astype("i1"), None)]:
        pipeline = make_pipeline(CountVectorizer(), MultinomialNB()).fit(TEXTS, values)
        prove(pipeline)
        classes = json.loads(quoth("inspect", FOLDER / "model.quoth", "--json"))["classes"]
        assert classes == (names or list(map(str, pipeline.classes_))), classes
    encoder = LabelEncoder().fit([*LABELS, "aardvark"])
    pipeline = make_pipeline(CountVectorizer(), MultinomialNB()).fit(TEXTS, encoder.transform(LABELS))
    checked = write_predictions(encoder.inverse_transform(pipeline.classes_),
                                pipeline.predict_proba(NEW),
                                encoder.inverse_transform(pipeline.predict(NEW)))
    proof([write("le.pkl", dump(encoder)), write("p.pkl", dump(pipeline))], checked)


@test
def pipelines():
    """pipelines within pipelines, and steps that do nothing"""
    inner = Pipeline([("count", CountVectorizer()), ("nothing", "passthrough"), ("none", None)])
    prove(Pipeline([("inner", inner), ("bayes", MultinomialNB())]).fit(TEXTS, LABELS))


# ---- Other versions ---------------------------------------------------------------

class Rebuilt:
    """Pickled as the call of a function with a state, both given."""

    def __init__(self, function, args, state):
        self.parts = function, args, state

    def __reduce__(self):
        return self.parts


def rebuild_trees(forest, change):
    """The forest, or the tree, with `change` applied to the state of each tree."""
    for tree in getattr(forest, "estimators_", [forest]):
        function, args, state = tree.tree_.__reduce__()
        tree.__dict__["tree_"] = Rebuilt(function, args, change(state))
    return forest


def later_tree(state):
    """As scikit-learn 1.4 has it: a further field of a node, values as fractions."""
    nodes = state["nodes"]
    fields = {name: nodes.dtype.fields[name] for name in nodes.dtype.names}
    fields["missing_go_to_left"] = numpy.dtype("u1"), 56
    later = numpy.zeros(len(nodes), {"names": list(fields), "itemsize": 64,
                                     "formats": [field[0] for field in fields.values()],
                                     "offsets": [field[1] for field in fields.values()]})
    for name in nodes.dtype.names:
        later[name] = nodes[name]
    assert later.dtype.itemsize == 64
    values = state["values"] / state["values"].sum(axis=2, keepdims=True)
    return {**state, "nodes": later, "values": values}


def later_fields(state):
    nodes = state["nodes"]
    later = numpy.zeros(len(nodes), nodes.dtype.descr + [("categories", "<u8")])
    return {**state, "nodes": later}


def fit_forest():
    return topics_then(RandomForestClassifier(10, random_state=0))



@test
def later_versions():
    """files of later versions (emulated): nodes of 64 bytes, fractions, idf_, numpy 2, big-endian"""
    for classifier in [RandomForestClassifier(10), ExtraTreesClassifier(10), DecisionTreeClassifier()]:
        pipeline = topics_then(classifier)
        checked = write_predictions(pipeline.classes_, pipeline.predict_proba(NEW),
                                    pipeline.predict(NEW))
        rebuild_trees(classifier, later_tree)
        for data in [dump(pipeline), pickle.dumps(pipeline, 5),
                     pickle.dumps(pipeline, 2).replace(b"numpy.core.", b"numpy._core.")]:
            proof([write("later.pkl", data)], checked)
    assert "a field categories" in refused(make_pipeline(
        *fit_forest()[:2], rebuild_trees(fit_forest()[-1], later_fields)))

    pipeline = make_pipeline(TfidfVectorizer(), MultinomialNB()).fit(TEXTS, LABELS)
    checked = write_predictions(pipeline.classes_, pipeline.predict_proba(NEW), pipeline.predict(NEW))
    state = pipeline[0]._tfidf.__dict__
    state["idf_"] = state.pop("_idf_diag").diagonal().astype(">f8")
    proof([write("later.pkl", dump(pipeline))], checked)


# ---- Refusals ----------------------------------------------------------------------

def tokenize(text):
    return text.split()


class Calls:
    def __init__(self, mark):
        self.mark = mark

    def __reduce__(self):
        return os.system, (f"touch {self.mark}",)


@test
def refusals():
    """what quoth has not is refused with the attribute and why, before anything is written"""
    bayes = MultinomialNB()

    def fitted(**params):
        return make_pipeline(CountVectorizer(**params), bayes).fit(TEXTS, LABELS)

    def changed(**attributes):
        pipeline = fitted()
        pipeline[0].__dict__.update(attributes)
        return pipeline
    half = make_pipeline(TfidfVectorizer(dtype=numpy.float32), bayes).fit(TEXTS, LABELS)
    for value, words in [
            (fitted(tokenizer=tokenize, token_pattern=None), "CountVectorizer.tokenizer is a function"),
            (fitted(preprocessor=str.lower), "CountVectorizer.preprocessor is a function"),
            (fitted(analyzer=tokenize), "CountVectorizer.analyzer is a class or function of __main__.tokenize"),
            (fitted(strip_accents=str), "CountVectorizer.strip_accents is a class or function"),
            (fitted(token_pattern=r"[a-z]+"), "CountVectorizer.token_pattern is '[a-z]+'; quoth has"),
            (changed(stop_words=["the", 7]), "CountVectorizer.stop_words is a list"),
            (changed(stop_words="french"), "CountVectorizer.stop_words is 'french'; quoth has null, "),
            (fitted(dtype=numpy.int8), "CountVectorizer.dtype is too small"),
            (fitted(encoding="latin-1"), "CountVectorizer.encoding is not 'utf-8'"),
            (half, "TfidfVectorizer.dtype is too small"),
            (make_pipeline(CountVectorizer(), KNeighborsClassifier()).fit(TEXTS, LABELS),
             "an object of sklearn.neighbors._classification.KNeighborsClassifier; quoth takes Count"),
            (make_pipeline(CountVectorizer(), GradientBoostingClassifier(n_estimators=1)).fit(
                TEXTS, LABELS), "an object of sklearn.ensemble._gb.GradientBoostingClassifier"),
            (CountVectorizer(), "CountVectorizer.vocabulary_ is not there: it was not fitted"),
            (MultinomialNB().fit([[1], [2]], [0, 1]), "MultinomialNB comes before a vectorizer"),
            ({"a": 1}, "it holds a dict"), (["x"], "it holds a list"), (None, "it holds None")]:
        assert words in refused(value), (words, refused(value))
    path = write("counts.pkl", dump(CountVectorizer().fit(TEXTS)))
    words = quoth("import", path, "-o", FOLDER / "refused.quoth", status=1)
    assert "there is no classifier" in words
    forest = make_pipeline(CountVectorizer(), RandomForestClassifier(2)).fit(TEXTS, LABELS)
    words = quoth("import", write("p.pkl", dump(forest)), "-o", FOLDER / "refused.quoth", status=1)
    assert "stage forest takes features, but would be given counts" in words, words


@test
def hostile_files():
    """a file that would run os.system is refused, wherever the call is, and nothing runs"""
    mark = FOLDER / "was-here"
    pipeline = make_pipeline(CountVectorizer(), MultinomialNB()).fit(TEXTS, LABELS)
    assert "it would call posix.system when opened" in refused(Calls(mark))
    pipeline[0].stop_words_ = Calls(mark)
    assert "it would call posix.system when opened" in refused(pipeline)
    pipeline[0].stop_words_ = None
    pipeline[0].analyzer = Calls(mark)
    assert "CountVectorizer.analyzer is an object of posix.system" in refused(pipeline)
    assert not mark.exists()


@test
def bombs():
    """one tree that is there a hundred thousand times is refused"""
    pipeline = fit_forest()
    pipeline[-1].estimators_ = pipeline[-1].estimators_[:1] * 100000
    assert "estimators_ has more nodes than there can be" in refused(pipeline)


@test
def damaged_files():
    """beginnings of a file and turned bits: an error, or a model; never a crash"""
    pipeline = make_pipeline(CountVectorizer(max_features=5), MultinomialNB()).fit(TEXTS, LABELS)
    data = dump(pipeline)
    output = FOLDER / "damaged.quoth"
    changed = [data[:size] for size in range(0, len(data), len(data) // 60)]
    for bit in range(0, 8 * len(data), 8 * len(data) // 150 | 1):
        turned = bytearray(data)
        turned[bit // 8] ^= 1 << bit % 8
        changed.append(bytes(turned))
    for one in changed:
        done = subprocess.run([os.environ["QUOTH"], "import", write("damaged.pkl", one), "-o", output],
                              capture_output=True, timeout=60)
        assert done.returncode in (0, 1), done
        assert (done.returncode == 0) == output.exists()
        if output.exists():
            quoth("predict", output, "a box")
            output.unlink()


# ---- The check -----------------------------------------------------------------------

@test
def differing_predictions():
    """predictions that differ are told, the model is not written, and the status is 1"""
    pipeline = make_pipeline(CountVectorizer(), MultinomialNB()).fit(TEXTS, LABELS)
    path, output = write("p.pkl", dump(pipeline)), FOLDER / "differs.quoth"
    probabilities, found = pipeline.predict_proba(NEW), pipeline.predict(NEW)
    probabilities[4, 0] += 1e-6
    found[7] = "billing" if found[7] != "billing" else "delivery"
    checked = write_predictions(pipeline.classes_, probabilities, found)
    done = subprocess.run([os.environ["QUOTH"], "import", path, "-o", output, *checked],
                          capture_output=True, text=True)
    assert done.returncode == 1 and not output.exists(), done
    assert "102 of 103 labels equal, largest difference of a probability 1e-06" in done.stdout, done
    assert "2 rows differ: 5 8\n" in done.stdout, done
    assert "Python's predictions differ by more than 1e-09; no model was written" in done.stderr


@test
def forms_of_predictions():
    """labels alone and probabilities alone do; other files are refused"""
    pipeline = make_pipeline(CountVectorizer(), MultinomialNB()).fit(TEXTS, LABELS)
    path, output = write("p.pkl", dump(pipeline)), FOLDER / "forms.quoth"
    checked = write_predictions(pipeline.classes_, pipeline.predict_proba(NEW), pipeline.predict(NEW))
    whole = pandas.read_csv(FOLDER / "predictions.csv")
    for part in [whole[["label"]], whole[list(pipeline.classes_)]]:
        part.to_csv(FOLDER / "predictions.csv", index=False)
        assert "103 of 103 labels equal" in quoth("import", path, "-o", output, *checked)
    for part, words in [
            (whole[["billing", "label"]], "there is no column for the class technical"),
            (whole[["label"]].rename(columns={"label": "x"}), "no column is named label"),
            (whole[:50], "50 rows for the 103 texts"),
            (pandas.concat([whole, whole]), "more rows than the 103 texts"),
            (whole.assign(billing="much"), "\"much\" is no probability")]:
        part.to_csv(FOLDER / "predictions.csv", index=False)
        assert words in quoth("import", path, "-o", FOLDER / "not.quoth", *checked, status=1)
    assert not (FOLDER / "not.quoth").exists()


run()

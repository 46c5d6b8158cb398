#!/usr/bin/env python3
"""Makes the golden values of tests/golden: what pandas, NLTK and scikit-learn make of a small
corpus of the project's own, stage by stage. With them the numbers are tested where there is no
Python stack.

usage: /usr/bin/python3 tools/make_golden.py [--format-1 QUOTH] [--format-2 QUOTH]

Needs scikit-learn 1.2.1, NLTK 3.8 and WordNet, as Debian 12 has them; run by hand. The same versions
give the same files. --format-1 also makes format-1.quoth with the program QUOTH, which is done
once: the file that is there must load and answer the same for ever. --format-2 makes format-2.quoth,
a quantized model, in the same way; what is expected of it is what the model answers that it was made
of.
"""
import argparse
import csv
import json
import os
import random
import subprocess
import sys
import tempfile
import unicodedata

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
FOLDER = os.path.join(ROOT, "tests", "golden")
sys.dont_write_bytecode = True
sys.path.append(os.path.join(ROOT, "tests", "parity"))
import article  # before numpy, see there
import nltk
import numpy
import sklearn

# ---- The corpus ----------------------------------------------------------------------------

N_ROWS = 400
N_SHOWN = 40  # rows whose topic shares and probabilities are kept
# Words by class: English for sentences, and a handful from elsewhere.
WORDS = {
    "garden": {
        "nouns": "rose leaf bush hedge wolf mouse goose bench spade ladder "
                 "berry cherry tomato knife path shed box moss child "
                 "gardener",
        "verbs": "plants waters cuts digs watches carries ties grows buries "
                 "dries",
        "adjectives": "green wilder muddy early older dry smallest quiet "
                      "heavier",
        "foreign": "Gärten Blüte Bäume фиалка сад деревья κήπος λουλούδι "
                   "Ρόδος 花 花園 庭の花 정원 꽃 bahçe Çiçek גן פרח حديقة زهرة बगीचा "
                   "फूल สวน ดอกไม้",
    },
    "harbour": {
        "nouns": "ship sail gull wave mast rope anchor captain crate barrel "
                 "tide fish axis compass lighthouse crew dock storm woman "
                 "box",
        "verbs": "sails loads mends hoists sinks carries hails drifts "
                 "leaves signals",
        "adjectives": "salty wetter grey calm roughest late old foreign "
                      "louder",
        "foreign": "Häfen Schiffe Möwe корабль волны порт λιμάνι πλοίο "
                   "Θάλασσας 船 港口 海の船 항구 배 liman İskele נמל ספינה ميناء "
                   "سفينة बंदरगाह जहाज ท่าเรือ เรือ",
    },
    "kitchen": {
        "nouns": "pan oven loaf knife dish spice onion potato peach kettle "
                 "apron cook menu dough recipe box child salt berry shelf",
        "verbs": "bakes stirs chops tastes boils fries carries wipes serves "
                 "salts",
        "adjectives": "hot sweeter burnt fresh oldest small spicy bitter "
                      "cleaner",
        "foreign": "Küchen Töpfe Brötchen кухня хлеб ложки κουζίνα ψωμί "
                   "Φούρνος 厨房 面包 台所の鍋 부엌 빵 mutfak Ekmeği מטבח לחם مطبخ خبز "
                   "रसोई रोटी ครัว ขนมปัง",
    },
    "railway": {
        "nouns": "train rail engine whistle platform ticket guard signal "
                 "tunnel bridge wagon station axle timetable passenger lamp "
                 "switch box woman ox",
        "verbs": "runs stops whistles shunts couples carries waits passes "
                 "leaves arrives",
        "adjectives": "late faster iron crowded longest old electric empty "
                      "earlier",
        "foreign": "Züge Bahnhöfe Schienen поезд вокзал рельсы τρένο "
                   "σταθμός Ράγες 火车 车站 駅の電車 기차 역 tren İstasyon רכבת תחנה "
                   "قطار محطة रेलगाड़ी स्टेशन รถไฟ สถานี",
    },
}
TEMPLATES = [
    "The {adjective} {noun} near the {noun} {verb} the {noun}.",
    "{noun}s and {noun}s: the {noun} {verb}, the {noun} was {adjective}",
    "Nobody {verb} a {adjective} {noun} before the {noun} {verb} its {noun}s!",
    "\"{adjective}\", says the {noun}, and {verb} the {noun}\u2019s {noun}.",
    "Has the {noun} of the {adjective} {noun} gone? It {verb} us\u2014it {verb} the {noun}",
    "{foreign} {noun} {foreign}, {foreign} \u00b7 {noun}",
    "{foreign} {foreign}: {adjective} {noun}\n{foreign}",
    "{noun} {noun} {noun}, {noun}_{number} x {number}",
]


def make_text(rng, label):
    words = {kind: text.split() for kind, text in WORDS[label].items()}
    others = {kind: text.split() for kind, text in WORDS[rng.choice(sorted(WORDS))].items()}

    def word(kind):
        found = rng.choice((words if rng.random() < .8 else others)[kind])
        if kind == "foreign" and rng.random() < .2:
            found = unicodedata.normalize("NFD", found)
        return rng.choice([found, found, found, found.upper(), found.capitalize()])

    sentences = []
    for _ in range(rng.choice([1, 1, 1, 2, 3])):
        sentence = rng.choice(TEMPLATES)
        for kind in ("noun", "verb", "adjective", "foreign"):
            plural = kind if kind == "foreign" else kind + "s"
            while "{" + kind + "}" in sentence:
                sentence = sentence.replace("{" + kind + "}", word(plural), 1)
        while "{number}" in sentence:
            sentence = sentence.replace("{number}", str(rng.choice([7, 12, 12, 1900])), 1)
        sentences.append(sentence)
    return " ".join(sentences)


def make_corpus():
    """(id, text, label): some texts empty, of one word, or seen before."""
    rng = random.Random(2024)
    rows = []
    for number in range(N_ROWS):
        label = rng.choice(["garden"] * 2 + ["harbour"] * 3 + ["kitchen"] * 2 + ["railway"])
        kind = rng.random()
        if kind < .02:
            text = rng.choice(["", " ", "...", "the"])
        elif kind < .05:
            text = rng.choice(WORDS[label]["nouns"].split())
        elif kind < .08 and rows:
            text = rng.choice(rows)[1]
        else:
            text = make_text(rng, label)
        rows.append((f"g{number:03}", text, label))
    return rows


def write_corpus(path):
    with open(path, "w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["id", "text", "label"])
        out.writerows(make_corpus())


# ---- Cases ---------------------------------------------------------------------------------

CASES = {
    "article": {
        "vectorizer": {"stop_words": "english", "lemmatizer": "wordnet", "max_df": .95,
                       "min_df": 2},
        "lda": {"n_components": 8, "max_iter": 4, "learning_method": "online",
                "learning_offset": 50.0, "random_state": 0},
        "forest": {"n_estimators": 12, "min_samples_split": 20, "min_samples_leaf": 10,
                   "random_state": 0},
        "evaluation": {"train_size": .25, "random_state": 0},
    },
    "batch": {
        "vectorizer": {"stop_words": None, "lemmatizer": "wordnet-all", "max_df": 300,
                       "min_df": .005, "max_features": 150, "binary": True},
        "lda": {"n_components": 5, "max_iter": 3, "learning_method": "batch",
                "doc_topic_prior": .3, "topic_word_prior": .05, "random_state": 11},
        "forest": {"n_estimators": 6, "criterion": "entropy", "class_weight": "balanced",
                   "bootstrap": False, "max_features": None, "max_depth": 6,
                   "min_samples_leaf": .01, "min_samples_split": 2, "random_state": 5},
        "evaluation": {"train_size": .6, "test_size": 100, "stratify": True,
                       "random_state": 1234567890},
    },
    "deep": {
        "vectorizer": {"stop_words": "english", "lemmatizer": None, "max_df": 1.0, "min_df": 1,
                       "lowercase": False},
        "lda": {"n_components": 17, "max_iter": 2, "learning_method": "online",
                "learning_offset": 1.0, "learning_decay": .51, "batch_size": 33,
                "random_state": 4294967295},
        "forest": {"n_estimators": 4, "class_weight": "balanced_subsample",
                   "max_features": "log2", "min_samples_leaf": 1, "min_samples_split": 2,
                   "random_state": 4294967295},
        "evaluation": {"train_size": 200, "test_size": None, "random_state": 4294967295},
    },
}
# Relative; 0 is equality, bit for bit.
TOLERANCES = {
    "topic_shares": [1e-9, "sums are taken in another order, exp and log are quoth's own"],
    "probabilities": [0, "the forest sees topic shares rounded to float32, which are equal"],
    "metrics": [1e-9, "a mean of logarithms, which are quoth's own; ratios of counts"],
}
UNSEEN = ["", "unheard", "The old ship near the harbour carries salt and onions.",
          "ROSES, roses; the mice's berries!", "Ein Garten: Blüte und BÄUME · 花園 花",
          "the captain bakes loaves on the train", "сад корабль кухня поезд"]


def hexadecimal(numbers):
    return [float(number).hex() for number in numbers]


def tree_nodes(tree):
    """Nodes in order; of a leaf only its rows."""
    nodes = []
    for i in range(tree.node_count):
        leaf = tree.children_left[i] < 0
        nodes.append([int(tree.n_node_samples[i])] if leaf else
                     [int(tree.n_node_samples[i]), int(tree.feature[i]),
                      float(tree.threshold[i]).hex(), int(tree.children_right[i])])
    return nodes


def make_case(frame, spec):
    model = article.Article(frame, spec)
    assert len(model.forest.classes_) == model.n_classes
    counts = model.counts.sorted_indices()
    shown = list(range(0, N_ROWS, N_ROWS // N_SHOWN))
    unseen = model.transform(UNSEEN)
    return {
        "set": [f"{stage}.{name}={json.dumps(value)}" for stage, params in spec.items()
                for name, value in params.items()],
        "vocabulary": model.vocabulary,
        "row_begin": counts.indptr.tolist(),
        "columns": counts.indices.tolist(),
        "counts": counts.data.tolist(),
        "train_rows": model.train.tolist(),
        "test_rows": model.test.tolist(),
        "rows": shown,
        "topic_shares": [hexadecimal(model.topics[row]) for row in shown],
        "probabilities": [hexadecimal(model.probabilities[row]) for row in shown],
        "unseen_topic_shares": [hexadecimal(row) for row in unseen],
        "unseen_probabilities": [hexadecimal(row) for row in model.probabilities_of(unseen)],
        "trees": [tree_nodes(tree.tree_) for tree in model.forest.estimators_],
        "metrics": {"train": model.metrics(model.train), "test": model.metrics(model.test)},
    }


def plain(value):
    """numpy's numbers as Python's."""
    return value.item()


def write_json(name, value):
    """One key a line, lists of lists one item a line."""
    lines = []
    for key, item in value.items():
        text = json.dumps(item, ensure_ascii=False, separators=(",", ":"), default=plain)
        if isinstance(item, list) and item and isinstance(item[0], (list, dict)):
            parts = [json.dumps(part, ensure_ascii=False, separators=(",", ":"), default=plain)
                     for part in item]
            text = "[\n  " + ",\n  ".join(parts) + "]"
        lines.append(f"{json.dumps(key)}: {text}")
    with open(os.path.join(FOLDER, name), "w", encoding="utf-8") as file:
        file.write("{" + ",\n".join(lines) + "}\n")


# ---- Terms ---------------------------------------------------------------------------------

TERM_TEXTS = [
    "The men and the women, us: it was, it has; as wolves!",
    "churches boxes buzzes bushes flies mice geese possesses ramesses catss iss",
    "axes dice data theses species glasses bus leaves running ran better best quickly",
    "ΟΔΥΣΣΕΥΣ ΣΑΣ Σ ΑΣ. İstanbul ISPARTA ııı ǅungla Straße STRASSE ﬁn",
    "e\u0301te\u0301 été naïve nai\u0308ve — don\u2019t x_1 _ __ 3 42 ٤٢ Ⅳ ½ ²",
    "日本語 日 本 한국어 สวัสดี हिन्दी עברית العربية 𝐛𝐨𝐥𝐝 𐐀𐐁 😀😀 a\u200bb c\u00add",
]


def make_terms():
    items = []
    for lemmatizer in (None, "wordnet", "wordnet-verb", "wordnet-adj", "wordnet-adv",
                       "wordnet-all"):
        for lowercase, stop_words in ((True, "english"), (True, None), (False, None)):
            vectorizer = article.LemmaCountVectorizer(lowercase=lowercase, stop_words=stop_words)
            if lemmatizer:
                vectorizer.lemma = article.lemmatizer(lemmatizer)
            analyze = vectorizer.build_analyzer()
            items.append({"lemmatizer": lemmatizer, "lowercase": lowercase,
                          "stop_words": stop_words,
                          "terms": [analyze(text) for text in TERM_TEXTS]})
    return {"texts": TERM_TEXTS, "analyzers": items}


# ---- The model file ------------------------------------------------------------------------

FORMAT_1 = {
    "vectorizer": dict(CASES["article"]["vectorizer"], min_df=3),
    "lda": dict(CASES["article"]["lda"], n_components=6, max_iter=3),
    "forest": {"n_estimators": 5, "min_samples_split": 20, "min_samples_leaf": 10,
               "random_state": 0},
    "evaluation": CASES["article"]["evaluation"],
}


def make_format_1(frame, corpus, program):
    path = os.path.join(FOLDER, "format-1.quoth")
    case = make_case(frame, FORMAT_1)
    if os.path.exists(path):
        sys.exit(f"{path} is there; it is made once")
    subprocess.run([program, "train", corpus, "-o", path, "--recipe", "topics-forest"]
                   + [f"--set={change}" for change in case["set"]], check=True)
    keys = ("unseen_topic_shares", "unseen_probabilities")
    write_json("format-1.json", dict({"texts": UNSEEN, "tolerances": TOLERANCES},
                                     **{key: case[key] for key in keys}))


def member(name, *stages):
    return {"name": name, "pipeline": [{"name": stage, "type": kind, "params": params}
                                       for stage, kind, params in stages]}


# A stack, for all kinds of quantized tensors.
FORMAT_2 = {
    "quoth_spec": 1, "evaluation": {"refit": True},
    "pipeline": [
        {"name": "stack", "type": "stacking", "members": [
            member("svm", ("vectorizer", "count_vectorizer", {"min_df": 9}), ("tfidf", "tfidf", {}),
                   ("classifier", "linear_svc", {"cv": None})),
            member("bayes", ("vectorizer", "count_vectorizer", {"min_df": 9}),
                   ("classifier", "multinomial_nb", {})),
            member("ngram", ("classifier", "ngram_lm", {"order": 2, "cv": None}))]},
        {"name": "final", "type": "conditional_logit"}]}
QUANTIZED_TOLERANCES = {"probabilities": [0.01, "weights are one of 256 levels"]}


def make_format_2(corpus, program):
    path = os.path.join(FOLDER, "format-2.quoth")
    if os.path.exists(path):
        sys.exit(f"{path} is there; it is made once")
    with tempfile.TemporaryDirectory() as folder:
        spec, whole = os.path.join(folder, "spec.json"), os.path.join(folder, "whole.quoth")
        with open(spec, "w", encoding="utf-8") as file:
            json.dump(FORMAT_2, file)
        subprocess.run([program, "train", corpus, "-o", whole, "--spec", spec], check=True)
        subprocess.run([program, "quantize", whole, "-o", path], check=True)
        told = subprocess.run([program, "predict", whole, "--json", *UNSEEN], check=True,
                              capture_output=True, text=True).stdout
    probabilities = [[share.hex() for share in one["probabilities"].values()] for one in json.loads(told)["predictions"]]
    write_json("format-2.json", {"texts": UNSEEN, "tolerances": QUANTIZED_TOLERANCES,
                                 "unseen_probabilities": probabilities})


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--format-1", metavar="QUOTH")
    parser.add_argument("--format-2", metavar="QUOTH")
    options = parser.parse_args()
    corpus = os.path.join(FOLDER, "corpus.csv")
    write_corpus(corpus)
    frame = article.read_csv(corpus)
    versions = {"scikit-learn": sklearn.__version__, "numpy": numpy.__version__,
                "nltk": nltk.__version__}
    for name, spec in CASES.items():
        write_json(name + ".json", dict({"made_with": versions, "tolerances": TOLERANCES,
                                         "unseen": UNSEEN}, **make_case(frame, spec)))
    write_json("terms.json", dict({"made_with": versions}, **make_terms()))
    if options.format_1:
        make_format_1(frame, corpus, options.format_1)
    if options.format_2:
        make_format_2(corpus, options.format_2)


if __name__ == "__main__":
    main()

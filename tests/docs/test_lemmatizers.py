#!/usr/bin/env python3
"""The table of lemmas in quoth-train(1)."""
import importlib.util
import os
import re
import sys
import tempfile

import program
from tap_tests import Skip, run, test

PARTS = {"wordnet": "n", "wordnet-verb": "v", "wordnet-adj": "a", "wordnet-adv": "r"}
NAMES = [*PARTS, "wordnet-all"]


def table():
    """{word: [its lemma by each of NAMES]}"""
    text = program.section(program.manual("quoth-train"), "LEMMATISERS")
    rows = re.findall(r"^\|  (\S+)\n((?::  \S+\n)+)", text, re.M)
    found = {word: re.findall(r":  (\S+)\n", lemmas) for word, lemmas in rows}
    assert len(found) > 5 and all(len(lemmas) == len(NAMES) for lemmas in found.values()), found
    return found


def lemma(word, lemmatizer, folder):
    """What training on a text of that word alone (and "qqq") puts into the vocabulary."""
    data = os.path.join(folder, "word.csv")
    with open(data, "w", encoding="utf-8") as file:
        file.write("text,label\n" + f"{word} qqq,a\n{word} qqq,b\n" * 4)
    program.quoth("train", "--recipe", "topics-forest", data, "-o", data + ".quoth", "--json",
                  "--set", f"vectorizer.lemmatizer={lemmatizer}",
                  "--set", "vectorizer.stop_words=null", "--set", "vectorizer.max_df=1.0",
                  "--set", "lda.n_components=1", "--set", "lda.max_iter=1",
                  "--set", "forest.n_estimators=1")
    (found,) = set(program.quoth("inspect", data + ".quoth", "--vocabulary").split()) - {"qqq"}
    return found


@test
def quoth_lemmas():
    """the table has the lemmas that quoth finds"""
    with tempfile.TemporaryDirectory() as folder:
        for word, lemmas in table().items():
            ours = [lemma(word, name, folder) for name in NAMES]
            assert ours == lemmas, f"{word}: {ours}"


@test
def nltk_lemmas():
    """the table has the lemmas that NLTK finds"""
    for module in ["nltk", "numpy", "pandas", "sklearn"]:
        if not importlib.util.find_spec(module):
            raise Skip(f"{module} is not installed")
    sys.path.insert(0, program.path("tests", "parity"))
    import wordnet
    lemmatize = wordnet.load_lemmatizer().lemmatize
    for word, lemmas in table().items():
        theirs = [lemmatize(word, part) for part in PARTS.values()]
        assert lemmas == theirs + [min(theirs, key=len)], f"{word}: {theirs}"


run()

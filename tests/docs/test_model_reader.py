#!/usr/bin/env python3
"""The Python of docs/MODEL_FORMAT.md reads a model as the program does."""
import contextlib
import csv
import functools
import importlib.util
import io
import json
import os
import re
import tempfile

import program
from tap_tests import Skip, run, test


def need(module):
    if not importlib.util.find_spec(module):
        raise Skip(f"{module} is not installed")


@functools.lru_cache(None)
def folder():
    made = tempfile.TemporaryDirectory()
    program.prepare(made.name)
    return made  # kept, and with it the files


def quoth(*arguments):
    return program.quoth(*arguments, cwd=folder().name)


def snippets():
    return re.findall("^```python\n(.*?)^```$", program.read("docs", "MODEL_FORMAT.md"), re.M | re.S)


def execute(snippet, names):
    """Runs a snippet in the folder of the model; returns what it prints."""
    printed = io.StringIO()
    before = os.getcwd()
    os.chdir(folder().name)
    try:
        with contextlib.redirect_stdout(printed):
            exec(snippet, names)
    finally:
        os.chdir(before)
    return printed.getvalue()


@functools.lru_cache(None)
def reader():
    """The names that the reader defines, and what it prints."""
    need("numpy")
    names = {}
    return names, execute(snippets()[0], names)


@test
def terms():
    """the terms are those of inspect --vocabulary"""
    names, _ = reader()
    assert names["terms"] == quoth("inspect", "tickets.quoth", "--vocabulary").splitlines()


@test
def topics():
    """the topics' words are those of quoth topics"""
    _, printed = reader()
    theirs = json.loads(quoth("topics", "tickets.quoth", "--words", "5", "--json"))["topics"]
    words = [" ".join([str(topic["topic"])] + [word["word"] for word in topic["words"]])
             for topic in theirs]
    assert printed.splitlines() == words, printed


@test
def metadata():
    """spec, classes, metrics and provenance are those of inspect --json"""
    names, _ = reader()
    told = json.loads(quoth("inspect", "tickets.quoth", "--json"))
    for key in ["spec", "classes", "metrics", "provenance"]:
        assert json.loads(names["metadata"]["quoth." + key]) == told[key], key
    assert names["metadata"]["quoth.version"] == told["version"]
    assert names["metadata"]["quoth.digest"] == told["digest"]
    shapes = {tensor["name"]: tensor["shape"] for tensor in told["tensors"]}
    assert shapes == {name: list(array.shape) for name, array in names["tensors"].items()
                      if not name.startswith("pad.")}


def rows(*arguments):
    return list(csv.reader(io.StringIO(quoth(*arguments, "--input", "tickets.csv"))))[1:]


@test
def forest():
    """the forest's probabilities are those of predict --proba, bit for bit"""
    names, _ = reader()
    execute(snippets()[1], names)
    shares, probabilities = rows("transform", "tickets.quoth"), rows("predict", "tickets.quoth",
                                                                    "--proba")
    assert len(shares) == len(probabilities) == 310
    for (row, *features), (_, *expected) in zip(shares, probabilities):
        ours = names["predict_proba"](names["tensors"], [float(x) for x in features])
        assert list(ours) == [float(x) for x in expected], row


@test
def documented():
    """every tensor and every line of metadata is in the document"""
    names, _ = reader()
    text = program.read("docs", "MODEL_FORMAT.md")
    for name, array in names["tensors"].items():
        stage, tensor = name.split(".")
        kind = {"u1": "U8", "i4": "I32", "u4": "U32", "u8": "U64", "f8": "F64"}[array.dtype.str[1:]]
        assert stage == "pad" or f"| `{tensor}` | {kind} |" in text, name
    for key in names["metadata"]:
        assert key.startswith("xxh3.") or f"| `{key}` |" in text, key
    for key in json.loads(names["metadata"]["quoth.provenance"]):
        assert f"`{key}`" in text, key


@test
def digest():
    """the digest of the header is the model's"""
    names, _ = reader()
    need("xxhash")
    execute(snippets()[3], names)
    path = os.path.join(folder().name, "tickets.quoth")
    assert names["header_digest"](path) == names["metadata"]["quoth.digest"]


run()

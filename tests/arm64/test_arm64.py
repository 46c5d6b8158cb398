#!/usr/bin/env python3
"""quothd and training for arm64, run by qemu, beside this machine's: the same bytes.

QUOTH and QUOTHD name this machine's programs. quothd-arm64 lies beside QUOTH, where `quoth
package` looks for it; TRAIN_CSV is the program of train_csv.c, for arm64."""
import copy
import csv
import json
import os
import random
import re
import struct
import subprocess
import sys
import tempfile
import zipfile

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
ROOT = os.path.dirname(TESTS)
sys.path[:0] = [TESTS, os.path.join(TESTS, "http")]
from server import QUOTH, QUOTHD, Server
from tap_tests import Skip, run, test

QEMU = "qemu-aarch64-static"
QUOTHD_ARM64 = os.path.join(os.path.dirname(QUOTH), "quothd-arm64")
AUTHORS = os.path.join(ROOT, "data", "authors.csv")
FOLDER = tempfile.TemporaryDirectory()
# What is learnt from small data: names, and a recipe with changes.
QUICK = ["lda.n_components=8", "forest.n_estimators=20", "forest.min_samples_split=4",
         "forest.min_samples_leaf=2"]
SMALL = {
    "words": ("topics-forest", QUICK),
    "characters": ("topics-forest", ["vectorizer.analyzer=char_wb", "vectorizer.ngram_range=[2,4]",
                                     "vectorizer.strip_accents=unicode", *QUICK]),
    "stems": ("bayes", ["vectorizer.stemmer=english", "vectorizer.stop_words=french"]),
}


def path_of(name):
    return os.path.join(FOLDER.name, name)


def read(path):
    with open(path, "rb") as file:
        return file.read()


def small_csv():
    """Sentences in several scripts, from the generator of the command line's tests."""
    path = path_of("small.csv")
    with open(path, "wb") as file:
        subprocess.run([sys.executable, os.path.join(TESTS, "cli", "corpus.py"), "--rows", "600",
                        "--noise", "9"], check=True, stdout=file)
    return path


def authors_csv(n_rows):
    """Some rows of the demo's data, from all over: they are in the order of the books."""
    if not os.path.exists(AUTHORS):
        raise Skip("no data/authors.csv: make demo makes it")
    path = path_of("authors.csv")
    with open(AUTHORS, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["text", "author"])
        writer.writerows([row["text"], row["author"]] for row in rows[::len(rows) // n_rows])
    return path


def recipes():
    """The names of all."""
    refused = subprocess.run([QUOTH, "train", "--recipe", "?"], capture_output=True, text=True)
    return re.search("choose from: (.*)", refused.stderr)[1].split()


def train_here(name, data, recipe, changes=()):
    """Trains with quoth; returns the paths of the model and of its spec."""
    model, spec = path_of(name + ".quoth"), path_of(name + ".json")
    options = [word for change in changes for word in ("--set", change)]
    subprocess.run([QUOTH, "train", data, "-o", model, "--recipe", recipe, *options], check=True,
                   stdout=subprocess.DEVNULL)
    with open(spec, "wb") as file:
        subprocess.run([QUOTH, "inspect", model, "--spec"], check=True, stdout=file)
    return model, spec


def train_there(data, spec, n_threads):
    """The bytes of the model that the program for arm64 learns."""
    model = path_of("arm64.quoth")
    subprocess.run([QEMU, os.environ["TRAIN_CSV"], spec, data, str(n_threads), model], check=True)
    return read(model)


def texts_of(path, n):
    with open(path, encoding="utf-8", newline="") as file:
        return [row["text"] for row in csv.DictReader(file)][:n]


def odd_texts(words):
    """Texts that nobody trained on: any characters, no words, very many words."""
    draw = random.Random(64)
    any_characters = ["".join(chr(draw.choice([draw.randrange(32, 0xD800),
                                               draw.randrange(0xE000, 0x110000)]))
                              for _ in range(draw.randrange(1, 80))) for _ in range(100)]
    shuffled = [" ".join(draw.choices(words, k=draw.randrange(1, 200))) for _ in range(100)]
    return ["", " ", "\0", "a", *any_characters, *shuffled, " ".join(draw.choices(words, k=20000))]


def ask(client, method, path, body=None):
    """(status, content type, body) of an answer."""
    fields = {"Content-Type": "application/json"} if body else {}
    client.request(method, path, body=body and json.dumps(body), headers=fields)
    answer = client.getresponse()
    return answer.status, answer.getheader("Content-Type"), answer.read()


def requests(texts):
    """Requests of each kind; predictions of all texts, some explained."""
    for path in ["/", "/healthz", "/readyz", "/openapi.json", "/model", "/v2", "/v2/models/m",
                 "/nowhere"]:
        yield "GET", path
    for i in range(0, len(texts), 50):
        yield "POST", "/predict", {"texts": texts[i:i + 50]}
    for text in texts[::10]:
        yield "POST", "/predict", {"text": text[:500], "explain": True, "top": 2}
    yield "POST", "/v2/models/m/infer", {"inputs": [
        {"name": "text", "shape": [len(texts)], "datatype": "BYTES", "data": texts}]}
    yield "POST", "/predict", {"text": 1}


def compare_answers(model, texts):
    here = Server("m=" + model, program=(QUOTHD,))
    there = Server("m=" + model, program=(QEMU, QUOTHD_ARM64))
    try:
        ours, theirs = here.started().client(), there.started().client()
        for request in requests(texts):
            assert ask(ours, *request) == ask(theirs, *request), request
        ours.close()
        theirs.close()
        assert here.stop() == 0 and there.stop() == 0
    finally:
        here.clear()
        there.clear()


@test
def one_file():
    """quothd-arm64 is one executable for arm64, at most 2.5 MB, that needs no other file"""
    data = read(QUOTHD_ARM64)
    magic, machine = data[:5], struct.unpack_from("<H", data, 18)[0]
    assert magic == b"\x7fELF\x02" and machine == 183, "no program for arm64"
    offset, = struct.unpack_from("<Q", data, 32)
    size, n = struct.unpack_from("<HH", data, 54)
    kinds = {struct.unpack_from("<I", data, offset + i * size)[0] for i in range(n)}
    assert 3 not in kinds, "it wants an interpreter (PT_INTERP)"
    assert len(data) <= 2_500_000, len(data)


@test
def version():
    """it is of the same version"""
    ours, theirs = [subprocess.run([*program, "--version"], check=True, capture_output=True).stdout
                    for program in ([QUOTHD], [QEMU, QUOTHD_ARM64])]
    assert ours == theirs and ours.startswith(b"quothd ")


@test
def same_models():
    """the same data and spec give the same model file, with one thread and with three"""
    data = small_csv()
    for name, (recipe, changes) in SMALL.items():
        model, spec = train_here(name, data, recipe, changes)
        for n_threads in (1, 3):
            assert train_there(data, spec, n_threads) == read(model), (name, n_threads)


@test
def same_answers():
    """every answer over HTTP is the same, byte for byte"""
    texts = texts_of(small_csv(), 200)
    texts += odd_texts(" ".join(texts).split())
    for name in SMALL:
        compare_answers(path_of(name + ".quoth"), texts)


@test
def real_texts():
    """the same for novels' sentences and the recipes as they are"""
    data = authors_csv(3000)
    for recipe in recipes():
        model, spec = train_here(recipe, data, recipe)
        assert train_there(data, spec, 2) == read(model), recipe
        compare_answers(model, texts_of(data, 300))


def package(quoth, arch):
    """A function.zip for a processor, of the first small model."""
    path = path_of(arch + ".zip")
    subprocess.run([quoth, "package", path_of("words.quoth"), "-o", path, "--arch", arch],
                   check=True, stdout=subprocess.DEVNULL)
    return path


def emulated(path):
    """The same function for this machine: its bootstrap becomes a script that runs it by qemu."""
    result = path_of("emulated.zip")
    with zipfile.ZipFile(path) as whole, zipfile.ZipFile(result, "w") as changed:
        for entry in whole.infolist():
            data = whole.read(entry)
            if entry.filename == "bootstrap":
                assert data == read(QUOTHD_ARM64)
                changed.writestr(copy.copy(entry), f"#!/bin/sh\nexec {QEMU} ./quothd\n")
                entry.filename = "quothd"
            changed.writestr(entry, data)
    return result


def invoke(path, event):
    return subprocess.run([os.path.join(ROOT, "tools", "invoke"), path, json.dumps(event)],
                          check=True, stdout=subprocess.PIPE).stdout


@test
def function():
    """quoth package --arch arm64 makes a function that answers as one for this machine does"""
    ours, theirs = package(QUOTH, "x86_64"), emulated(package(QUOTH, "arm64"))
    text = texts_of(path_of("small.csv"), 1)[0]
    request = {"version": "2.0", "rawPath": "/predict", "headers": {},
               "requestContext": {"http": {"method": "POST"}}, "isBase64Encoded": False,
               "body": json.dumps({"text": text, "explain": True})}
    for event in [text, {"texts": [text, "roses"]}, request, [{"body": text}]]:
        answer = invoke(ours, event)
        assert answer and answer == invoke(theirs, event), event


@test
def installed():
    """once installed, quoth finds quothd-arm64"""
    root = path_of("root")
    subprocess.run(["meson", "install", "--no-rebuild", "--quiet", "-C", os.path.dirname(QUOTH)],
                   check=True, stdout=subprocess.DEVNULL, env=dict(os.environ, DESTDIR=root))
    quoth, = [os.path.join(folder, "quoth") for folder, _, files in os.walk(root)
              if os.path.basename(folder) == "bin" and "quoth" in files]
    assert read(package(quoth, "arm64")) == read(package(QUOTH, "arm64"))


run()

"""Stems and stop words of many languages against Snowball's own Python, NLTK and scikit-learn."""
import ctypes
import json
import pathlib
import random
import subprocess
import tempfile

import tap

import numpy
import pandas
import snowballstemmer
from nltk.stem.snowball import SnowballStemmer
from sklearn.feature_extraction.text import CountVectorizer

library = tap.load_library()
library.parity_text_stem.restype = ctypes.c_size_t
library.parity_text_stop_words.restype = ctypes.c_size_t

# ORDER QUOTH_STEMMERS
STEMMERS = ("arabic danish dutch english finnish french german hungarian indonesian italian norwegian "
            "porter portuguese romanian russian spanish swedish turkish").split()
# ORDER LANGUAGES of tools/make_stop_words.py, with the names of Lingua::StopWords
LISTS = {"danish": "da", "dutch": "nl", "finnish": "fi", "french": "fr", "german": "de",
         "hungarian": "hu", "indonesian": "id", "italian": "it", "norwegian": "no",
         "portuguese": "pt", "romanian": "ro", "russian": "ru", "spanish": "es", "swedish": "sv"}


def stems(language, words):
    text = "\n".join(words).encode()
    out = ctypes.create_string_buffer(3 * len(text) + len(words))
    size = library.parity_text_stem(ctypes.c_uint32(1 + STEMMERS.index(language)), text,
                                    ctypes.c_size_t(len(text)), out, ctypes.c_size_t(len(out)))
    return out.raw[:size].decode().split("\n")[:-1]


def python_stemmer(language):
    """The one in Python; snowballstemmer.stemmer may take C's instead, which quoth has, too."""
    return vars(snowballstemmer)[language.title() + "Stemmer"]()


def made_words(language, n):
    """Random letters of the language with endings and beginnings that its stemmer knows."""
    rng = random.Random(language)
    parts = [among.s for name, table in vars(type(python_stemmer(language))).items()
             if name.startswith("a_") for among in table]
    letters = sorted(set("".join(parts).lower()) | set("bcdfklmnprst" if "e" in "".join(parts) else ""))
    for _ in range(n):
        word = rng.choice(["", "", rng.choice(parts)])
        word += "".join(rng.choices(letters, k=rng.randrange(8)))
        yield (word + "".join(rng.choices(parts, k=rng.randrange(3)))).lower() or "x"


def check(language, words, stem):
    for word, given in zip(words, stems(language, words), strict=True):
        assert given == stem(word), (language, word, given, stem(word))


@tap.test
def snowball():
    """stems of made-up words are those of Snowball's stemmers in Python, in every language"""
    for language in STEMMERS:
        check(language, list(made_words(language, 2000)), python_stemmer(language).stemWord)


@tap.test
def nltk():
    """stems of made-up words are NLTK's where that always does what Snowball does"""
    for language in ["finnish", "german", "norwegian", "swedish"]:
        check(language, list(made_words(language, 2000)), SnowballStemmer(language).stem)


def list_of(language):
    """quoth's list; "" is a language that has none."""
    out = ctypes.create_string_buffer(8192)
    size = library.parity_text_stop_words(language.encode(), out, ctypes.c_size_t(len(out)))
    return out.raw[:size].decode().split(" ")[:-1]


@tap.test
def lists_of_stop_words():
    """stop words are those that Lingua::StopWords gives in Perl"""
    for language, code in LISTS.items():
        program = (f"use Lingua::StopWords 'getStopWords'; binmode STDOUT, ':utf8'; "
                   f"print join ' ', keys %{{getStopWords('{code}', 'UTF-8')}}")
        done = subprocess.run(["perl", "-e", program], capture_output=True, check=True)
        given = list_of(language)
        assert len(given) > 90 and given == sorted(done.stdout.decode().split()), language
        assert all(word == word.lower() for word in given), language
    for name in ["", "english", "French", "klingon"]:
        assert list_of(name) == [], name


def vocabulary(folder, texts, **params):
    """What quoth learns of texts."""
    pandas.DataFrame({"text": texts, "label": ["a", "b"] * (len(texts) // 2)}).to_csv(
        folder / "data.csv", index=False)
    (folder / "spec.json").write_text(json.dumps(
        {"quoth_spec": 1, "recipe": "test", "pipeline": [
            {"name": "words", "type": "count_vectorizer", "params": params},
            {"name": "bayes", "type": "multinomial_nb"}], "evaluation": {"refit": True}}))
    tap.quoth("train", folder / "data.csv", "-o", folder / "model", "--spec", folder / "spec.json")
    tap.quoth("export", folder / "model", "--python", folder / "python")
    text, ends = (numpy.load(folder / "python" / f"words.vocabulary{part}.npy") for part in ["", "_ends"])
    return [text[begin:end].tobytes().decode() for begin, end in zip([0, *ends], ends)]


@tap.test
def terms():
    """stop words are left out, the rest is stemmed, and n-grams are made of that"""
    for language in ["german", "turkish", "porter", "arabic"]:
        rng, stem = random.Random(language), python_stemmer(language).stemWord
        listed = list_of(language) or ["s", "leri"]
        words = [*made_words(language, 300), *listed, "s", "leri", "x" * 1001 + "leri"]
        texts = [" ".join(rng.choices(words, k=rng.randrange(1, 30))).title() for _ in range(60)]
        theirs = CountVectorizer(
            ngram_range=(1, 2), token_pattern=None,
            tokenizer=lambda text: [stem(word) if len(word) <= 1000 else word
                                    for word in text.split() if word not in listed])
        with tempfile.TemporaryDirectory() as folder:
            given = vocabulary(pathlib.Path(folder), texts, token_pattern="whitespace",
                               ngram_range=[1, 2], stemmer=language,
                               stop_words=language if language in LISTS else listed)
        assert given == sorted(theirs.fit(texts).vocabulary_), language


@tap.test
def german_news():
    """German news have the terms that CountVectorizer makes of Snowball's stems"""
    frame = pandas.read_csv(tap.shared("gnad_de", "train.csv"), dtype=str, keep_default_na=False)
    texts, listed, stem = list(frame["text"][:200]), set(list_of("german")), python_stemmer("german")
    tokenize = CountVectorizer().build_tokenizer()
    theirs = CountVectorizer(tokenizer=lambda text: [stem.stemWord(word) for word in tokenize(text)
                                                     if word not in listed])
    with tempfile.TemporaryDirectory() as folder:
        given = vocabulary(pathlib.Path(folder), texts, stemmer="german", stop_words="german")
    assert given == sorted(theirs.fit(texts).vocabulary_)


tap.run()

"""Characters, tokens, stop words and lemmas against Python, scikit-learn and NLTK."""
import ctypes
import functools
import hashlib
import os
import random
import re
import unicodedata

import tap

import token_patterns
import wordnet
from sklearn.feature_extraction.text import (ENGLISH_STOP_WORDS, CountVectorizer,
                                             strip_accents_ascii, strip_accents_unicode)

library = tap.load_library()
library.parity_text_lower.restype = ctypes.c_size_t
library.parity_text_lemmatize.restype = ctypes.c_size_t
library.parity_text_analyze.restype = ctypes.c_size_t
library.parity_text_spans.restype = ctypes.c_size_t

N_CODE_POINTS = 0x110000
# A lemma is at most this much longer than its word.
LEMMA_GROWTH = 32
SUFFIXES = ("s ses ves xes zes ches shes men ies es ed ing er est e i se ss f y man men's "
            "iest ier ings eds ness _s").split()
PATTERNS = token_patterns.TOKEN_PATTERNS
PARTS = {"wordnet": "n", "wordnet-verb": "v", "wordnet-adj": "a", "wordnet-adv": "r"}
# Characters for random texts: runs of one script each, and what lies between words.
SCRIPTS = [
    "abcdefghijklmnopqrstuvwxyzABCXYZ", "aeiouns_0123456789ESED", "éèüßñÅØŁĐŒæĳĲǅȺȾẞİIıiſ",
    "αβγσςδΑΒΣΣΣΆϴΩ", "абвгдЖЩЯЁЇ", "אבגדהו", "ابتثجحخد٠١٢٣", "कखगघाि्०१२", "กขคงะาิ๑๒", "一二三漢字々〇",
    "ひらがなカタカナーｶﾞ", "ກຂຄ່ຳເ", "កខគ្ាំ", "ကခဂ္ိေ၁",
    "한국어말", "𐐀𐐁𐐨𐐩𞤀𞤢", "ᎠᎡꭰꭱႠაᲐ", "𝟘𝟙𝐀𝐛𐄇①½²₃ⅣⅷⒶ㊀", "ǈʰʱͅªº𝼀ᵃ",
]
MARKS = "\u0301\u0308\u0307\u0327\u0345\u05b0\u064b\u0e31\u094d\u20e3"
BETWEEN = " \t\n.,:'’·-^`¨\u00ad\u200b\u200d\u2019\u2024\ufe0f\u180e\x00()—😀\ue000\ufffd\u0378\U000e0001"


def encode(words):
    return "\n".join(words).encode()


def lemmatize(lemmatizer, words):
    text = encode(words)
    out = ctypes.create_string_buffer(len(text) + LEMMA_GROWTH * len(words))
    size = library.parity_text_lemmatize(lemmatizer.encode(), text, ctypes.c_size_t(len(text)), out,
                                         ctypes.c_size_t(len(out)))
    return out.raw[:size].decode().split("\n")[:-1]


def analyzer_settings(lowercase=True, strip_accents=None, analyzer="word", ngram_range=(1, 1),
                      token_pattern="word", stop_words=False):
    """parity_analyzer of parity_text.c."""
    return (ctypes.c_uint32 * 7)(
        lowercase, [None, "ascii", "unicode"].index(strip_accents),
        ["word", "char", "char_wb"].index(analyzer), *ngram_range,
        list(PATTERNS).index(token_pattern), stop_words)


def analyze(text, lemmatizer="", **settings):
    """The terms."""
    max_n = settings.get("ngram_range", (1, 1))[1]
    out = ctypes.create_string_buffer((LEMMA_GROWTH + 60) * (len(text) + 1) * max_n ** 2)
    size = library.parity_text_analyze(analyzer_settings(**settings), lemmatizer.encode(), text,
                                       ctypes.c_size_t(len(text)), out, ctypes.c_size_t(len(out)))
    return [term.decode() for term in out.raw[:size].split(b"\xff")[:-1]]


def spans_of(text, lowercase, pattern):
    """Where its words stand, in bytes."""
    spans = (ctypes.c_uint64 * (2 * len(text) + 2))()
    n = library.parity_text_spans(analyzer_settings(lowercase, token_pattern=pattern), text,
                                  ctypes.c_size_t(len(text)), spans)
    return [(spans[2 * i], spans[2 * i + 1]) for i in range(n)]


def lower(text):
    data = text.encode()
    out = ctypes.create_string_buffer(2 * len(data) + 1)
    size = library.parity_text_lower(data, ctypes.c_size_t(len(data)), out,
                                     ctypes.c_size_t(len(out)))
    return out.raw[:size].decode()


def all_characters():
    return (chr(c) for c in range(N_CODE_POINTS) if not 0xD800 <= c <= 0xDFFF)


def need_unicode_14():
    if unicodedata.unidata_version != "14.0.0":
        raise tap.Skip(f"this Python follows Unicode {unicodedata.unidata_version}")


def random_text(rng):
    pieces = []
    for _ in range(rng.randrange(40)):
        script = rng.choice(SCRIPTS + [None])
        for _ in range(rng.randrange(1, 8)):
            pieces.append(rng.choice(script) if script
                          else chr(rng.choice([rng.randrange(0xD800),
                                               rng.randrange(0xE000, N_CODE_POINTS)])))
            if rng.random() < .1:
                pieces.append(rng.choice(MARKS))
        if rng.random() < .7:
            pieces.extend(rng.choices(BETWEEN, k=rng.randrange(1, 4)))
    return "".join(pieces)


def random_texts(seed, count):
    for number in range(count):
        rng = random.Random(f"{seed} {number}")
        yield number, rng, random_text(rng)


def first_difference(given, expected, what):
    for number, (mine, theirs) in enumerate(zip(given, expected)):
        assert mine == theirs, f"{what(number)}: {mine!r}, not {theirs!r}"
    assert len(given) == len(expected)


@tap.test
def every_word_character():
    r"""every code point is a word character if Python's \w matches it"""
    need_unicode_14()
    flags = ctypes.create_string_buffer(N_CODE_POINTS)
    library.parity_text_is_word(N_CODE_POINTS, flags)
    word = re.compile(r"\w")
    first_difference([flag != 0 for flag in flags.raw],
                     [word.match(chr(c)) is not None for c in range(N_CODE_POINTS)],
                     lambda c: f"U+{c:04X}")


@tap.test
def every_unspaced_character():
    """every code point belongs to a script without spaces by Script_Extensions, or is a mark"""
    need_unicode_14()
    for function, members in [(library.parity_text_is_unspaced, token_patterns.UNSPACED),
                              (library.parity_text_is_mark, token_patterns.MARKS)]:
        flags = ctypes.create_string_buffer(N_CODE_POINTS)
        function(N_CODE_POINTS, flags)
        assert {chr(c) for c, flag in enumerate(flags.raw) if flag} == set(members)


@tap.test
def every_lower_case():
    """every code point is lowered as by str.lower(), alone and beside capital sigmas"""
    need_unicode_14()
    for form in ("{}", "aΣ{}", "aΣ{}a", "a{}Σ", "{}Σ", "Σ{}Σ"):
        text = "\n".join(form.format(c) for c in all_characters())
        first_difference(lower(text).split("\n"), text.lower().split("\n"),
                         lambda n, form=form: f"{form}, line {n}")


@tap.test
def random_lower_case():
    """random texts are lowered as by str.lower()"""
    need_unicode_14()
    for number, _, text in random_texts("lower", 4000):
        assert lower(text) == text.lower(), f"text {number}: {text!r}"


@tap.test
def stop_list():
    """the stop list is scikit-learn's, by its digest and word for word"""
    path = os.path.join(os.environ["QUOTH_SOURCE_ROOT"], "src", "text", "stop_words_english.txt")
    with open(path, "rb") as file:
        data = file.read()
    assert (hashlib.sha256(data).hexdigest()
            == "4e22be0ad71ae1c41dd7a8f944e851ead671d114edf4faad1ee8c698d2ba5084")
    assert data.decode().split("\n")[:-1] == sorted(ENGLISH_STOP_WORDS)


@tap.test
def stop_words():
    """the words of the stop list are stop words, and no others are"""
    rng = random.Random("stop words")
    words = sorted(ENGLISH_STOP_WORDS) + ["", "\x00", "i\x00"]
    for word in sorted(ENGLISH_STOP_WORDS):
        at = rng.randrange(len(word))
        words += [word[:at] + word[at + 1:], word[:at] + "e" + word[at:], word.upper(),
                  word[:at] + "é" + word[at + 1:], word + word, word[:-1], word + "\x00"]
    words += all_lemmas()
    text = encode(words)
    flags = ctypes.create_string_buffer(len(words))
    library.parity_text_is_stop_word(text, ctypes.c_size_t(len(text)), flags)
    first_difference([flag != 0 for flag in flags.raw],
                     [word in ENGLISH_STOP_WORDS for word in words], words.__getitem__)


@functools.lru_cache(None)
def nltk_lemmatizer():
    return wordnet.load_lemmatizer()


@functools.lru_cache(None)
def all_lemmas():
    nltk_lemmatizer()
    from nltk.stem.wordnet import wn
    return sorted(set(wn._lemma_pos_offset_map))


@functools.lru_cache(None)
def all_irregular_forms():
    nltk_lemmatizer()
    from nltk.stem.wordnet import wn
    return sorted(set().union(*wn._exception_map.values()))


def check_lemmas(words):
    """Every part of speech, and the shortest of all."""
    nltk = nltk_lemmatizer()
    of_parts = []
    for name, part in PARTS.items():
        of_parts.append([nltk.lemmatize(word, part) for word in words])
        first_difference(lemmatize(name, words), of_parts[-1],
                         lambda n, name=name: f"{name} of {words[n]!r}")
    first_difference(lemmatize("wordnet-all", words),
                     [min(lemmas, key=len) for lemmas in zip(*of_parts)],
                     lambda n: f"wordnet-all of {words[n]!r}")


@tap.test
def lemmas_of_lemmas():
    """every lemma of WordNet has NLTK's lemmas, as all parts of speech"""
    check_lemmas(all_lemmas())


@tap.test
def lemmas_of_irregular_forms():
    """every irregular form has NLTK's lemmas, with and without suffixes"""
    forms = all_irregular_forms()
    check_lemmas(forms)
    check_lemmas([form + suffix for form in forms[::3] for suffix in ("s", "es", "ed", "er")])


@tap.test
def lemmas_of_inflected_words():
    """random lemmas with random suffixes have NLTK's lemmas"""
    rng = random.Random("inflected")
    words = []
    for stem in rng.choices(all_lemmas() + all_irregular_forms(), k=40000):
        n_removed = rng.choice([0, 0, 0, 1, 2, 3])
        words.append(stem[:len(stem) - n_removed] + "".join(
            rng.choices(SUFFIXES, k=rng.choice([1, 1, 2, 3]))))
    check_lemmas(words)


@tap.test
def lemmas_of_suffix_soup():
    """words made of suffixes, and stems before many of them, have NLTK's lemmas"""
    rng = random.Random("soup")
    stems = [""] * 3 + ["é", "x", "posses", "dog", "wo", "fe", "_", "'", "1", "Σ"]
    for kinds in (SUFFIXES, ["s", "ses", "men", "es"], ["es", "s", "ed", "ing"], ["er", "est"]):
        words = [rng.choice(stems + rng.choices(all_lemmas(), k=10))
                 + "".join(rng.choices(kinds, k=rng.randrange(1, 16))) for _ in range(8000)]
        check_lemmas(words)


def spans_in_bytes(text, pattern, lowercase):
    """Where the matches in a lowered text come from, in bytes of the text."""
    origins = [n for n, character in enumerate(text)
               for _ in range(len(character.lower()) if lowercase else 1)]
    offsets = [0]
    for character in text:
        offsets.append(offsets[-1] + len(character.encode()))
    lowered = text.lower() if lowercase else text
    return [(offsets[origins[found.start()]], offsets[origins[found.end() - 1] + 1])
            for found in pattern.finditer(lowered)]


@tap.test
def tokens_and_places():
    """random texts have the tokens of each named pattern, where it finds them"""
    need_unicode_14()
    for number, rng, text in random_texts("tokens", 6000):
        lowercase, name = rng.random() < .8, rng.choice(list(PATTERNS))
        pattern = re.compile(PATTERNS[name])
        expected = pattern.findall(text.lower() if lowercase else text)
        data = text.encode()
        given = analyze(data, lowercase=lowercase, token_pattern=name)
        assert given == expected, f"text {number}: {text!r}: {given}"
        spans = spans_of(data, lowercase, name)
        assert spans == spans_in_bytes(text, pattern, lowercase), f"text {number}: {text!r}"


@tap.test
def every_accent():
    """every code point loses its accents as by scikit-learn's functions"""
    need_unicode_14()
    strip = {"unicode": strip_accents_unicode, "ascii": strip_accents_ascii}
    for how, function in strip.items():
        text = "\n".join(f"x{c}y" for c in all_characters() if not c.isspace())
        given = analyze(text.encode(), lowercase=False, strip_accents=how,
                        token_pattern="whitespace")
        first_difference(given, function(text).split(), "word {}".format)


@tap.test
def ngrams():
    """random texts have CountVectorizer's n-grams, in its order, for random parameters"""
    need_unicode_14()
    blanks = " \t\n\r\x0b\x0c\x1c\x1f\x85\xa0\u1680\u2003\u2028\u3000"
    for number, rng, text in random_texts("n-grams", 4000):
        for _ in range(rng.randrange(6)):
            at = rng.randrange(len(text) + 1)
            text = text[:at] + "".join(rng.choices(blanks, k=rng.randrange(1, 4))) + text[at:]
        min_n = rng.choice([1, 1, 1, 2, 3, 7])
        settings = {"lowercase": rng.random() < .7,
                    "strip_accents": rng.choice([None, None, "ascii", "unicode"]),
                    "analyzer": rng.choice(["word", "char", "char_wb"]),
                    "ngram_range": (min_n, min_n + rng.choice([0, 0, 1, 2, 5]))}
        name, stop_words = rng.choice(list(PATTERNS)), rng.random() < .3
        theirs = CountVectorizer(token_pattern=PATTERNS[name],
                                 stop_words="english" if stop_words else None, **settings)
        given = analyze(text.encode(), token_pattern=name, stop_words=stop_words, **settings)
        assert given == theirs.build_analyzer()(text), f"text {number}: {settings}: {text!r}"


@tap.test
def analyzer():
    """texts give the terms of CountVectorizer with a lemmatiser behind it"""
    need_unicode_14()
    nltk = nltk_lemmatizer()
    words = all_irregular_forms() + sorted(ENGLISH_STOP_WORDS) + inflected_words("analyzer", 4000)
    for number, rng, text in random_texts("analyzer", 1500):
        text += " " + " ".join(rng.choices(words, k=rng.randrange(30)))
        lowercase, stop_words, name = rng.random() < .8, rng.random() < .7, rng.choice(list(PARTS))
        if rng.random() < .3:
            text = text.title()
        tokens = CountVectorizer(lowercase=lowercase,
                                 stop_words="english" if stop_words else None).build_analyzer()
        expected = [nltk.lemmatize(token, PARTS[name]) for token in tokens(text)]
        given = analyze(text.encode(), name, lowercase=lowercase, stop_words=stop_words)
        assert given == expected, f"text {number}: {text!r}: {given}, not {expected}"


def inflected_words(seed, count):
    rng = random.Random(seed)
    return [word + rng.choice(SUFFIXES) for word in rng.choices(all_lemmas(), k=count)]


@tap.test
def ill_formed_text():
    """ill-formed UTF-8 gives the tokens of what Python's decoder makes of it"""
    need_unicode_14()
    for number, rng, text in random_texts("ill-formed", 4000):
        data = bytearray(text.encode())
        for _ in range(rng.randrange(6)):
            at = rng.randrange(len(data) + 1)
            data[at:at + rng.randrange(3)] = rng.choices(
                b"\x80\xbf\xc0\xc3\xce\xe2\xe0\xed\xf0\xf4\xffa\xa3", k=rng.randrange(3))
        data = bytes(data)
        name = rng.choice(list(PATTERNS))
        expected = re.findall(PATTERNS[name], data.decode("utf-8", "replace").lower())
        given = analyze(data, token_pattern=name)
        assert given == expected, f"text {number}: {data!r}: {given}, not {expected}"


if __name__ == "__main__":
    tap.run()

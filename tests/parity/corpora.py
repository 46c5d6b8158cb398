"""Random labelled texts of many scripts, and random specs, from a seeded random.Random."""
import csv
import functools
import json
import os
import unicodedata

import wordnet

# Letters that make words of one script.
SCRIPTS = {
    "latin": "abcdefghijklmnopqrstuvwxyz",
    "accents": "aáàâäãåbcçdeéèêëfghiíîïlmnñoóôöõøprsštuúùûüvwyýzžßæœłđ",
    "turkish": "abcçdefgğhıİijklmnoöprsştuüvyzI",
    "greek": "αβγδεζηθικλμνξοπρστυφχψωάέήίόύώΣ",
    "cyrillic": "абвгдежзийклмнопрстуфхцчшщъыьэюяёїєґ",
    "arabic": "ابتثجحخدذرزسشصضطظعغفقكلمنهوي",
    "hebrew": "אבגדהוזחטיכלמנסעפצקרשתךםןףץ",
    "devanagari": "कखगघचछजझटठडढतथदधनपफबभमयरलवशषसह",
    "thai": "กขคงจฉชซญดตถทธนบปผพฟภมยรลวศสหอฮ",
    "han": "一二三大人日月火水木金土中国語本学生長山川田",
    "kana": "あいうえおかきくけこさしすせそアイウエオカキクケコー",
    "hangul": "가나다라마바사아자차카타파하",
    "deseret": "𐐨𐐩𐐪𐐫𐐬𐐭𐐮𐐯𐐀𐐁𐐂",
    "mathematical": "𝐚𝐛𝐜𝐀𝐁𝐂𝟎𝟏𝟐𝟘𝟙",
    "digits": "0123456789٠١٢٣०१२७八",
    "underscores": "_ab_01",
}
MARKS = {"thai": "\u0e31\u0e34\u0e48", "devanagari": "\u093e\u093f\u094d\u0902",
         "arabic": "\u064b\u064e\u0651", "hebrew": "\u05b0\u05b7\u05bc"}
BETWEEN = [" "] * 30 + ["\n", "\r\n", "  ", "\t", "\u00a0", "-", "—", ", ", ". ", "! ", "…", "'",
                        "’", "\u200b", "😀", "👩‍🚀 ", "\u00ad", "·", "\"", "\"\"", " (", ") ", ";", "/", "€"]
PARTS = {"noun": "s es ies ses men", "verb": "s es ed ing ies d", "adj": "er est r st ier",
         "adv": "er est ly"}


@functools.lru_cache(maxsize=None)
def english_words():
    """Words of WordNet's lists, as they are and inflected; irregular forms."""
    words = set()
    for part, endings in PARTS.items():
        with open(os.path.join(wordnet.FOLDER, "index." + part), encoding="ascii") as file:
            lemmas = [line.split()[0] for line in file if not line.startswith(" ")][::37]
        for lemma in lemmas:
            words.add(lemma)
            words.update(lemma + ending for ending in endings.split())
        with open(os.path.join(wordnet.FOLDER, part + ".exc"), encoding="ascii") as file:
            words.update(line.split()[0] for line in list(file)[::5])
    return sorted(words) + ["the", "and", "us", "was", "were", "has", "his", "this", "of"] * 200


def random_word(rng, script):
    if script == "english":
        return rng.choice(english_words())
    word = ""
    for _ in range(rng.choice([1, 2, 3, 4, 5, 6, 8, 30] if script != "han" else [1, 2, 3, 12])):
        word += rng.choice(SCRIPTS[script])
        if script in MARKS and rng.random() < .3:
            word += rng.choice(MARKS[script])
    if script in ("accents", "greek", "hangul", "turkish") and rng.random() < .3:
        word = unicodedata.normalize("NFD", word)
    return word


def random_case(rng, word):
    return rng.choice([word, word, word, word, word.capitalize(), word.upper(), word.title()])


class Corpus:
    """Classes draw from vocabularies of their own and from one in common, both skewed."""

    def __init__(self, rng):
        self.rng = rng
        scripts = rng.sample(sorted(SCRIPTS), rng.randint(1, 4)) + ["english"] * 4
        n_words = rng.choice([3, 20, 100, 400])
        self.n_rows = rng.choice([12, 40, 150, 300, 500])
        n_classes = min(rng.choice([2, 2, 3, 3, 5, 9, 30]), self.n_rows // 4)
        self.labels = random_labels(rng, n_classes)
        draw = [[random_word(rng, rng.choice(scripts)) for _ in range(n_words)]
                for _ in range(n_classes + 1)]
        self.words = {label: words for label, words in zip(self.labels, draw)}
        self.common = draw[-1]
        self.share_of_common = rng.choice([.1, .5, .9, 1])
        self.mean_length = rng.choice([1, 5, 15, 15, 40])
        self.newline = rng.choice(["\n", "\r\n"])
        self.quoting = rng.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
        self.header = rng.choice([["id", "text", "label"], ["text", "label"],
                                  ["label", "id", "text"]])

    def text(self, label):
        rng = self.rng
        n = rng.choice([0, 1, 1, 200, 1000]) if rng.random() < .06 else \
            max(0, round(rng.gauss(self.mean_length, self.mean_length / 2)))
        pieces = [rng.choice(["", "", "", "«", " "])]
        for _ in range(n):
            words = self.common if rng.random() < self.share_of_common else self.words[label]
            at = min(rng.randrange(len(words)), rng.randrange(len(words)))
            pieces += [random_case(rng, words[at]), rng.choice(BETWEEN)]
        text = "".join(pieces)
        return text if self.newline == "\r\n" else text.replace("\r\n", "\n")  # csv's quoting

    def rows(self, n_rows):
        """(text, label) pairs; some texts come again."""
        rng, rows = self.rng, []
        every = list(self.labels)
        for i in range(n_rows):
            label = every[i] if i < len(every) else \
                every[min(rng.randrange(len(every)), rng.randrange(len(every)))]
            text = rng.choice(rows)[0] if rows and rng.random() < .05 else self.text(label)
            rows.append((text, label))
        rng.shuffle(rows)
        return rows

    def write(self, path, n_rows=None):
        with open(path, "w", encoding="utf-8", newline="") as file:
            out = csv.writer(file, lineterminator=self.newline, quoting=self.quoting)
            out.writerow(self.header)
            for number, (text, label) in enumerate(self.rows(n_rows or self.n_rows)):
                fields = {"id": f"row {number}", "text": text, "label": label}
                out.writerow([fields[name] for name in self.header])


def random_labels(rng, n):
    """`n` distinct labels, as written in the file."""
    kind = rng.choice(["int", "float", "string", "string"])
    if kind == "int":
        return [str(value) for value in rng.sample(range(-20, 200), n)]
    if kind == "float":
        return [f"{value / 8}" for value in rng.sample(range(-200, 400), n)]
    strings = ["EAP", "HPL", "MWS", "a", "B", "b", "Ä", "ä", "z z", 'say "x"', "a,b", "two\nlines",
               "日本", "ёж", "😀", "ﬁ", "x1", "x10", "x2", "_", "-", "'", "é", "e\u0301", "Zz", "true",
               "0x10", "#", "=1", "ß", "İ", "NA", "null"]
    return rng.sample(strings, n)


# ---- Specs ---------------------------------------------------------------------------------


def random_amount(rng, shares, counts):
    return rng.choice(shares) if rng.random() < .5 else rng.choice(counts)


def random_seed(rng):
    return rng.choice([0, 1, 42, rng.randrange(2**32)])


def random_spec(rng, n_rows):
    """{stage: {parameter: value}}, every key that --set knows."""
    n_components = rng.choice([1, 2, 3, 5, 7, 8, 9, 12, 16, 17, 20, 33, 50, 60])
    big = n_rows > 150
    return {
        "vectorizer": {
            "lowercase": rng.random() < .8,
            "strip_accents": rng.choice([None, None, "ascii", "unicode"]),
            "analyzer": rng.choice(["word", "word", "word", "char", "char_wb"]),
            "ngram_range": rng.choice([[1, 1], [1, 1], [1, 1], [1, 2], [1, 3], [2, 3]]),
            "token_pattern": rng.choice(["word", "word", "word+punct", "whitespace",
                                         "word+punct+unspaced"]),
            "stop_words": rng.choice([None, "english"]),
            "lemmatizer": rng.choice([None, "wordnet", "wordnet", "wordnet-verb", "wordnet-adj",
                                      "wordnet-adv", "wordnet-all"]),
            "max_df": random_amount(rng, [1.0, 1.0, .95, .5, round(rng.random(), 3)],
                                    [n_rows, n_rows + 5, n_rows // 2, n_rows // 4 + 1]),
            "min_df": random_amount(rng, [0.0, .01, .02, .1], [1, 1, 2, 3]),
            "max_features": rng.choice([None, None, 1, 5, 30, rng.randint(1, 200)]),
            "binary": rng.random() < .25,
        },
        "lda": {
            "n_components": n_components,
            "max_iter": rng.choice([0, 1, 2, 3, 6]),
            "learning_method": rng.choice(["batch", "online", "online"]),
            "learning_offset": rng.choice([1.0, 1.5, 10.0, 50.0, 1000.0]),
            "learning_decay": rng.choice([0.0, .51, .7, .7, 1.0, round(rng.random(), 3)]),
            "batch_size": rng.choice([16, 50, 128, 1000] if big else [1, 2, 7, 64, 128, 1000]),
            "doc_topic_prior": rng.choice([None, None, 0.0, .001, .1, 1.0, round(rng.random(), 3)]),
            "topic_word_prior": rng.choice([None, None, 0.0, .001, .1, 1.0,
                                            round(rng.random(), 3)]),
            "mean_change_tol": rng.choice([.001, .001, .1, 1e-5]),
            "max_doc_update_iter": rng.choice([100, 100, 1, 20]),
            "random_state": random_seed(rng),
        },
        "forest": {
            "n_estimators": rng.choice([1, 5, 20, 60]),
            "criterion": rng.choice(["gini", "entropy", "log_loss"]),
            "max_depth": rng.choice([None, None, 1, 2, 5, 20]),
            "max_features": rng.choice(["sqrt", "log2", None, 1, max(1, n_components // 2),
                                        n_components + 3, .3, 1.0, .001]),
            "min_samples_split": random_amount(rng, [.01, .2, 1.0], [2, 2, 5, 100]),
            "min_samples_leaf": random_amount(rng, [.005, .1, .4], [1, 1, 3, 30]),
            "bootstrap": rng.random() < .7,
            "class_weight": rng.choice([None, None, "balanced", "balanced_subsample"]),
            "random_state": random_seed(rng),
        },
        "evaluation": {
            "train_size": random_amount(rng, [None, .25, .5, .9], [None, n_rows // 2, n_rows // 3]),
            "test_size": random_amount(rng, [None, None, .1, .33], [None, n_rows // 4, 1]),
            "stratify": rng.random() < .4,
            "random_state": random_seed(rng),
        },
    }


def assignments(spec):
    """`spec` as values of --set."""
    return [f"{stage}.{name}={json.dumps(value)}"
            for stage, params in spec.items() for name, value in params.items()]

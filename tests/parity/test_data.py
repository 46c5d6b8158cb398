"""Logarithm, random numbers, CSV files, classes and splits against Python, numpy, pandas and
scikit-learn."""
import csv
import ctypes
import glob
import hashlib
import io
import math
import os
import random
import re
from decimal import Decimal, getcontext

import tap
import numpy
import pandas
from sklearn.model_selection import StratifiedKFold, train_test_split
from sklearn.preprocessing import LabelEncoder

LIBRARY = tap.load_library()
for name in ("parity_csv", "parity_csv_write", "parity_dataset"):
    getattr(LIBRARY, name).restype = ctypes.c_size_t
SEEDS = [0, 1, 42, 209652396, 2**31 - 1, 2**32 - 1]
csv.field_size_limit(2**30)


def draw(function, dtype, n, *parameters):
    """Calls parity_FUNCTION(parameters..., out, n)."""
    out = numpy.empty(n, dtype=dtype)
    getattr(LIBRARY, "parity_" + function)(*parameters, out.ctypes.data_as(ctypes.c_void_p),
                                           ctypes.c_size_t(n))
    return out


# ---- Numbers -------------------------------------------------------------------------------


def logarithm_arguments(rng, n):
    doubles = rng.integers(1, 0x7FF0000000000000, n, dtype=numpy.uint64)
    subnormals = rng.integers(1, 1 << 52, n, dtype=numpy.uint64)
    fractions = rng.integers(1, 5000, (n, 2))
    return {
        "all doubles": doubles.view(numpy.float64),
        "subnormal": subnormals.view(numpy.float64),
        "0 to 1": rng.random(n),
        "1/2 to 2": rng.uniform(.5, 2, n),
        "1 +- 1/128": 1 + rng.uniform(-1 / 128, 1 / 128, n),
        "1 + few ulp": 1 + numpy.arange(-n // 2, n // 2) * 2.0**-52,
        "6 to 1000": rng.uniform(6, 1000, n),
        "c / w": fractions[:, 0] / fractions[:, 1],
    }


@tap.test
def logarithm():
    """log: correctly rounded by 45 digits of decimal, near math.log"""
    getcontext().prec = 45
    n_wrong = n_glibc = n_all = 0
    for name, x in logarithm_arguments(numpy.random.default_rng(1), 10000).items():
        out = numpy.empty_like(x)
        LIBRARY.parity_log(x.ctypes.data_as(ctypes.c_void_p), out.ctypes.data_as(ctypes.c_void_p),
                           ctypes.c_size_t(len(x)))
        exact = numpy.array([float(Decimal(v).ln()) for v in x.tolist()])
        glibc = numpy.array([math.log(v) for v in x.tolist()])
        ulps = numpy.abs(out.view(numpy.int64) - exact.view(numpy.int64))
        assert ulps.max() <= 1, name
        assert numpy.count_nonzero(ulps) <= 1, name
        n_wrong += numpy.count_nonzero(ulps)
        n_glibc += numpy.count_nonzero(out != glibc)
        n_all += len(x)
    assert n_glibc < n_all / 500
    print(f"# of {n_all} logarithms {n_wrong} rounded wrongly, {n_glibc} not glibc's")


@tap.test
def random_integers():
    """u32, unit, randint and permutation are numpy's, draw for draw"""
    n = 200000
    for seed in SEEDS:
        def rng():
            return numpy.random.RandomState(seed)
        expected = numpy.frombuffer(rng().bytes(4 * n), dtype="<u4")
        assert tap.same_bits(draw("random_u32", numpy.uint32, n, seed), expected), seed
        expected = rng().random_sample(n)
        assert tap.same_bits(draw("random_unit", numpy.float64, n, seed), expected), seed
        for bound in [1, 2, 3, 4894, 65536, 2**31 - 1, 2**32 - 1]:
            expected = rng().randint(0, bound, n // 10)
            assert (draw("random_below", numpy.uint32, n // 10, seed, bound) == expected).all()
        for size in [0, 1, 2, 10, 255, 256, 257, 20000]:
            expected = rng().permutation(size)
            assert (draw("random_permutation", numpy.uint32, size, seed) == expected).all()


def compare_reals(ours, theirs, what):
    """Equal but where glibc's log is rounded wrongly."""
    different = numpy.count_nonzero(ours != theirs)
    assert different < len(ours) / 500, what
    assert numpy.allclose(ours, theirs, rtol=4e-16, atol=1e-16), what
    print(f"# {what}: {different} of {len(ours)} differ in the last bit")


@tap.test
def random_normal():
    """normal draws are numpy's but for the last bit of a few"""
    n = 500000
    for seed in SEEDS[:3]:
        expected = numpy.random.RandomState(seed).normal(size=n)
        compare_reals(draw("random_normal", numpy.float64, n, seed), expected, f"normal {seed}")


@tap.test
def random_gamma():
    """gamma draws are numpy's but for the last bit of a few"""
    n = 700000
    for seed, shape, scale in [(0, 100., .01), (7, 100., .01), (0, 1.5, 2.)]:
        expected = numpy.random.RandomState(seed).gamma(shape, scale, n)
        ours = draw("random_gamma", numpy.float64, n, seed, ctypes.c_double(shape),
                    ctypes.c_double(scale))
        different = numpy.count_nonzero(ours != expected)
        assert different < n / 500
        assert numpy.allclose(ours, expected, rtol=4e-15, atol=0)
        print(f"# gamma seed {seed} shape {shape}: {different} of {n} differ")


# ---- CSV -----------------------------------------------------------------------------------


def cut(text, ends, n):
    begins = [0] + list(ends[:n])
    return [text[begins[i]:begins[i + 1]].decode("utf-8") for i in range(n)]


def read_csv(data):
    """(header, rows, the line of each row, message)"""
    text = ctypes.create_string_buffer(len(data) + 1)
    ends = (ctypes.c_uint64 * (len(data) + 2))()
    lines = (ctypes.c_uint64 * (len(data) + 2))()
    n_columns = ctypes.c_size_t()
    message = ctypes.create_string_buffer(1024)
    n_rows = LIBRARY.parity_csv(data, ctypes.c_size_t(len(data)), text, ends, lines,
                                ctypes.byref(n_columns), message)
    n = n_columns.value
    fields = cut(text.raw, ends, n * (n_rows + 1))
    rows = [fields[i:i + n] for i in range(0, len(fields), n)] if n else [[]]
    return rows[0], rows[1:], list(lines[:n_rows]), message.value.decode()


def write_field(field):
    field = field.encode()
    out = ctypes.create_string_buffer(2 * len(field) + 2)
    size = LIBRARY.parity_csv_write(field, ctypes.c_size_t(len(field)), out)
    return out.raw[:size].decode()


def random_field(rng):
    alphabet = ["a", "b", " ", ",", '"', "\n", "\r", "\r\n", "é", "世", "😀", "\ufeff", "\t", "'"]
    return "".join(rng.choice(alphabet) for _ in range(rng.choice([0, 1, 2, 3, 8])))


def quote(rng, field, is_first):
    must = set(field) & set(',"\n\r') or (is_first and not field.strip(" \t"))
    if must or field.startswith(("\ufeff", '"')) or rng.random() < .3:
        return '"' + field.replace('"', '""') + '"'
    return field


def random_file(rng):
    """(text, rows, their lines); the first row is a header of distinct names."""
    n_columns = rng.choice([1, 1, 2, 3, 5])
    header = [f"{random_field(rng)}{i}" for i in range(n_columns)]
    rows = [header] + [[random_field(rng) for _ in header] for _ in range(rng.randrange(8))]
    breaks = rng.choice([["\n"], ["\r\n"], ["\r"], ["\n", "\r\n"]])
    blanks = ["", " ", "\t "] if n_columns > 1 else [""]
    text, lines = "", []
    for row in rows:
        while rng.random() < .2:
            text += rng.choice(blanks) + rng.choice(breaks)
        lines.append(1 + len(re.findall("\r\n|\r|\n", text)))
        text += ",".join(quote(rng, field, not i) for i, field in enumerate(row))
        text += rng.choice(breaks)
    if rng.random() < .3:
        text = text.rstrip("\r\n")
    return text, rows, lines


def read_pandas(data):
    frame = pandas.read_csv(io.BytesIO(data), dtype=str, keep_default_na=False, index_col=False)
    return [list(frame.columns)] + [list(row) for row in frame.itertuples(index=False, name=None)]


# pandas 1.5.3 reads earlier records again where CR alone ends lines and a line begins with a
# space or a tab: its tokenizer backs up to the last LF, wherever that is.
PANDAS_BACKS_UP = re.compile("(^|\r)[ \t]")


@tap.test
def csv_tables():
    """CSV: 3000 random files give their table, as Python's csv and pandas read it"""
    n_pandas = 0
    for seed in range(3000):
        rng = random.Random(seed)
        text, rows, lines = random_file(rng)
        data = text.encode("utf-8-sig" if rng.random() < .2 else "utf-8")
        header, ours, our_lines, message = read_csv(data)
        assert not message, (seed, text, message)
        assert [header] + ours == rows, (seed, text)
        assert our_lines == lines[1:], (seed, text, our_lines, lines)
        python = [row for row in csv.reader(io.StringIO(text, newline=""))
                  if row and (len(row) > 1 or len(rows[0]) == 1)]
        assert python == rows, (seed, text)
        if not PANDAS_BACKS_UP.search(text):
            n_pandas += 1
            assert read_pandas(data) == rows, (seed, text)
    assert n_pandas > 2000
    print(f"# {n_pandas} of them by pandas too")


def python_strict(text):
    """The rows by Python's csv, or None for what it refuses in its strict mode or finds ragged."""
    try:
        rows = [row for row in csv.reader(io.StringIO(text, newline=""), strict=True) if row]
    except csv.Error:
        return None
    return rows if rows and all(len(row) == len(rows[0]) for row in rows) else None


@tap.test
def csv_wild():
    """CSV: of 40000 random texts those are refused that Python's strict csv refuses"""
    n_refused = 0
    for seed in range(40000):
        rng = random.Random(seed)
        text = "".join(rng.choice('aé,,""\n\n\r') for _ in range(rng.randrange(16)))
        header, ours, _, message = read_csv(text.encode())
        expected = python_strict(text)
        if expected is None:
            n_refused += 1
            assert message, (seed, text, header, ours)
        else:
            assert not message and [header] + ours == expected, (seed, text, message)
    assert 10000 < n_refused < 30000, n_refused


@tap.test
def csv_blank_lines():
    """CSV: lines of spaces and tabs are skipped as by pandas, also in a file of one column"""
    for text in ["a\n\n1\n", "a\n \n1\n\t \n", " \n\na\n1", "a\n1\n  ", "a\n1\n\n\n", "a,b\n \n1,2\n\t",
                 "a\r\n\t\r\n1\r\n", 'a\n" "\n1\n', 'a\n""\n1\n', 'a\n"\t"', "a\n x\n1\n"]:
        header, ours, _, message = read_csv(text.encode())
        assert not message and [header] + ours == read_pandas(text.encode()), (text, ours, message)


@tap.test
def csv_writing():
    """CSV: 5000 random fields written are read again by Python, pandas and here"""
    for seed in range(5000):
        rng = random.Random(seed)
        fields = [random_field(rng) for _ in range(rng.choice([1, 2, 3]))]
        header = [f"c{i}" for i in range(len(fields))]
        text = "\n".join(",".join(map(write_field, row)) for row in [header, fields]) + "\n"
        assert read_csv(text.encode())[:2] == (header, [fields]), (seed, text)
        assert list(csv.reader(io.StringIO(text, newline=""))) == [header, fields], (seed, text)
        assert read_pandas(text.encode()) == [header, fields], (seed, text)
        for field in fields:
            assert read_csv(write_field(field).encode())[0] == [field], (seed, field)


@tap.test
def csv_shared():
    """CSV: the shared data files are pandas'"""
    folder = os.path.dirname(os.path.dirname(tap.shared("spooky", "train.csv")))
    for path in sorted(glob.glob(os.path.join(folder, "*", "*.csv"))):
        with open(path, "rb") as file:
            data = file.read()
        header, ours, _, message = read_csv(data)
        assert not message and [header] + ours == read_pandas(data), path


# ---- Data sets -----------------------------------------------------------------------------


def read_dataset(data, errors=0):
    """(texts, labels, classes, message)"""
    text = ctypes.create_string_buffer(3 * len(data) + 1)
    ends = (ctypes.c_uint64 * (len(data) + 1))()
    labels = (ctypes.c_uint32 * (len(data) + 1))()
    n_classes = ctypes.c_size_t()
    message = ctypes.create_string_buffer(1024)
    n_rows = LIBRARY.parity_dataset(data, ctypes.c_size_t(len(data)), errors, text, ends, labels,
                                    ctypes.byref(n_classes), message)
    texts = cut(text.raw, ends, n_rows + n_classes.value)
    return texts[:n_rows], list(labels[:n_rows]), texts[n_rows:], message.value.decode()


def random_classes(rng):
    """Distinct labels of one kind that pandas takes for numbers or strings just as we do."""
    kind = rng.choice(["int", "float", "string"])
    if kind == "int":
        return [str(n) for n in {rng.choice([1, 10, 10**6, 10**18]) * rng.randint(-9, 9)
                                 for _ in range(9)}]
    if kind == "float":
        forms = ["{:.1f}", "{:.3f}", "{:g}", "{:e}", "{:.2E}"]
        values = {round(rng.uniform(-1, 1) * 10**rng.randint(-2, 6), 1) + 0.0 for _ in range(9)}
        labels = {float(text): text for text in (rng.choice(forms).format(v) for v in values)}
        return list(labels.values())
    letters = "abzAZ019 .-é世\uffee😀"
    labels = {"".join(rng.choice(letters) for _ in range(rng.randint(1, 4))) for _ in range(9)}
    return ["x" + label for label in labels]


@tap.test
def class_order():
    """classes: 1000 random label columns are coded as by LabelEncoder after pandas"""
    for seed in range(1000):
        rng = random.Random(seed)
        classes = random_classes(rng)
        column = [rng.choice(classes) for _ in range(40)]
        data = "text,label\n" + "".join(f"x,{label}\n" for label in column)
        frame = pandas.read_csv(io.StringIO(data))
        expected = LabelEncoder().fit_transform(frame["label"])
        texts, labels, names, message = read_dataset(data.encode())
        assert not message and labels == list(expected), (seed, column, message)
        assert [names[label] for label in labels] == column, seed


@tap.test
def bad_utf8():
    """UTF-8: 20000 random byte strings are refused, repaired or cut as by bytes.decode"""
    pieces = [b"a", b"\xc3\xa9", b"\xe4\xb8\x96", b"\xf0\x9f\x98\x80", b"\xed\xa0\x80", b"\xc0\xaf",
              b"\xf4\x90", b"\xff"] + [bytes([b]) for b in range(0x80, 0x100)]
    for seed in range(20000):
        rng = random.Random(seed)
        raw = b"".join(rng.choice(pieces)[:rng.choice([1, 2, 3, 4])] for _ in range(6))
        data = b'text,label\n"' + raw + b'",z\n'
        try:
            expected = raw.decode("utf-8")
            bad = None
        except UnicodeDecodeError as error:
            bad = raw[error.start]
        texts, _, _, message = read_dataset(data)
        if bad is None:
            assert not message and texts == [expected], (seed, raw)
        else:
            assert message.startswith(f"2: column 1 (text): byte 0x{bad:02X} "), (seed, raw, message)
        for number, errors in [(1, "replace"), (2, "ignore")]:
            texts, _, _, message = read_dataset(data, number)
            assert not message and texts == [raw.decode("utf-8", errors)], (seed, raw, errors)


# ---- Splits --------------------------------------------------------------------------------


def split(train_size, test_size, seed, n_rows, labels):
    """(train, test, message)"""
    sizes = [train_size, test_size]
    kinds = (ctypes.c_int * 2)(*({type(None): 0, int: 1, float: 2}[type(s)] for s in sizes))
    shares = (ctypes.c_double * 2)(*(s if isinstance(s, float) else 0 for s in sizes))
    counts = (ctypes.c_uint64 * 2)(*(s if isinstance(s, int) else 0 for s in sizes))
    out = [numpy.zeros(max(n_rows, 1), dtype=numpy.uint32) for _ in range(2)]
    n = [ctypes.c_size_t() for _ in range(2)]
    message = ctypes.create_string_buffer(1024)
    codes = numpy.array(labels if labels is not None else [0], dtype=numpy.uint32)
    LIBRARY.parity_split(kinds, shares, counts, labels is not None, ctypes.c_uint32(seed),
                         ctypes.c_size_t(n_rows), codes.ctypes.data_as(ctypes.c_void_p),
                         ctypes.c_uint32(int(codes.max()) + 1),
                         out[0].ctypes.data_as(ctypes.c_void_p), ctypes.byref(n[0]),
                         out[1].ctypes.data_as(ctypes.c_void_p), ctypes.byref(n[1]), message)
    return list(out[0][:n[0].value]), list(out[1][:n[1].value]), message.value.decode()


def random_size(rng, n_rows):
    return rng.choice([None, rng.choice([.1, .25, .3, .5, .75, rng.random()]),
                       rng.randint(0, n_rows)])


def random_labels(rng, n_rows):
    """Often equal class sizes, whose remainders tie; numbers of some classes are not used."""
    n_classes = rng.choice([2, 3, 8, 30])
    codes = [rng.randrange(n_classes) for _ in range(n_rows)]
    return [i % n_classes for i in range(n_rows)] if rng.random() < .5 else [2 * c for c in codes]


@tap.test
def splits():
    """train_test_split: 3000 random splits, plain and stratified, have scikit-learn's order"""
    n_refused = n_stratified = 0
    for seed in range(3000):
        rng = random.Random(seed)
        n_rows = rng.choice([1, 2, 5, 20, 60, 100, 997])
        train_size, test_size = random_size(rng, n_rows), random_size(rng, n_rows)
        labels = random_labels(rng, n_rows) if rng.random() < .6 else None
        train, test, message = split(train_size, test_size, seed, n_rows, labels)
        try:
            expected = train_test_split(range(n_rows), train_size=train_size, test_size=test_size,
                                        random_state=seed, stratify=labels)
        except ValueError as error:
            n_refused += 1
            assert message, (seed, error)
            continue
        assert not message, (seed, message)
        n_stratified += labels is not None
        assert [train, test] == expected, (seed, n_rows, train_size, test_size, labels)
    assert n_refused > 200 and n_stratified > 500
    print(f"# {n_refused} refused, {n_stratified} stratified")


@tap.test
def folds():
    """StratifiedKFold: 2000 random sets of labels go into scikit-learn's folds"""
    n_refused = 0
    for seed in range(2000):
        rng = random.Random(seed)
        n_rows, n_folds = rng.choice([2, 5, 20, 61, 100, 997]), rng.choice([2, 3, 5, 10])
        _, labels = numpy.unique(random_labels(rng, n_rows), return_inverse=True)
        labels = labels.astype(numpy.uint32)
        counts = numpy.bincount(labels).astype(numpy.uint64)
        mine = numpy.zeros(n_rows, dtype=numpy.uint32)
        message = ctypes.create_string_buffer(1024)
        LIBRARY.parity_folds(
            labels.ctypes.data_as(ctypes.c_void_p), ctypes.c_size_t(n_rows),
            ctypes.c_uint32(len(counts)), counts.ctypes.data_as(ctypes.c_void_p),
            ctypes.c_uint32(n_folds), ctypes.c_uint32(seed), mine.ctypes.data_as(ctypes.c_void_p),
            message)
        if counts.min() < n_folds:  # an error, or a warning, in scikit-learn
            n_refused += 1
            assert message.value, seed
            continue
        assert not message.value, (seed, message.value)
        expected = StratifiedKFold(n_folds, shuffle=True, random_state=seed).split(labels, labels)
        for fold, (_, test) in enumerate(expected):
            assert list(numpy.flatnonzero(mine == fold)) == list(test), (seed, fold)
        LIBRARY.parity_folds_in_order(
            labels.ctypes.data_as(ctypes.c_void_p), ctypes.c_size_t(n_rows),
            ctypes.c_uint32(len(counts)), ctypes.c_uint32(n_folds),
            mine.ctypes.data_as(ctypes.c_void_p))
        for fold, (_, test) in enumerate(StratifiedKFold(n_folds).split(labels, labels)):
            assert list(numpy.flatnonzero(mine == fold)) == list(test), (seed, fold)
    assert 200 < n_refused < 1500
    print(f"# {n_refused} refused")


@tap.test
def golden_split():
    """train_test_split: the article's split of 19,579 rows"""
    train, test, message = split(.25, None, 0, 19579, None)
    digests = [hashlib.sha256(numpy.array(rows, dtype="<i4").tobytes()).hexdigest()
               for rows in (train, test)]
    assert not message and digests == [
        "16901c460920bf80f7c4c486e5e5f81575e192b437a730df54d366629db56267",
        "9d5220983fcc51c410354a300d84a3bef40b0261b7e2a1f946f6bae78e053808"]


if __name__ == "__main__":
    tap.run()

#!/usr/bin/env python3
"""numpy's arrays and scalars in pickles and in joblib's files, as numpy and joblib write them."""
import io
import itertools
import os
import pathlib
import pickle
import subprocess
import sys
import tempfile

import joblib
import numpy as np

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path[:0] = [os.path.join(ROOT, "tests")]
from tap_tests import run, test

FOLDER = tempfile.TemporaryDirectory()
PROTOCOLS = range(6)
COMPRESSIONS = [("zlib", 3), ("gzip", 3), ("bz2", 3), ("xz", 3), ("lzma", 3), ("lz4", 3)]
PLAIN = set(map(chr, range(0x21, 0x7f))) - set("()[]{}<>\\")


def read(data, *options):
    path = pathlib.Path(FOLDER.name, "file.pkl")
    path.write_bytes(data)
    done = subprocess.run([os.environ["SHOW_PICKLE"], *options, path], capture_output=True,
                          text=True, timeout=300)
    assert done.returncode in (0, 1) and not done.stderr, done
    return done.stdout.rstrip("\n")


def show_item(item, kind):
    if kind == "U":
        return "".join(chr(c) if chr(c) in PLAIN else f"\\{c:02x}" for c in item.encode())
    if kind == "O":
        return "'" + item if isinstance(item, str) else str(item)
    return f"{float(item):.17g}" if kind == "f" else str(int(item))


def show(array):
    kind, extents = array.dtype.kind, "".join(f",{n}" for n in array.shape)
    words = f"array<{kind}{array.dtype.itemsize if kind != 'O' else 8}{extents}"
    if kind == "V":
        words += " " * array.size  # an item of a record is shown as nothing
        for name in array.dtype.names:
            words += f" {name}=" + show(array[name])
    else:
        words += "".join(" " + show_item(item, kind) for item in array.ravel(order="C"))
    return words + ">"


def dump(value, protocol, compress):
    out = io.BytesIO()
    joblib.dump(value, out, compress=compress, protocol=protocol)
    return out.getvalue()


def writings(value):
    """Every way of writing a value: (name, bytes)."""
    for protocol in PROTOCOLS:
        yield f"pickle {protocol}", pickle.dumps(value, protocol)
        yield f"joblib {protocol}", dump(value, protocol, 0)
    for compress in COMPRESSIONS:
        yield f"joblib {compress}", dump(value, None, compress)


NODE = np.dtype([("left_child", "<i8"), ("feature", "<i4"), ("threshold", "<f8"), ("flag", "u1")],
                align=True)
NODES = np.zeros(5, NODE)
NODES["left_child"], NODES["feature"], NODES["threshold"], NODES["flag"] = (
    range(-2, 3), range(5), np.linspace(0, 1, 5), [0, 1, 0, 1, 255])
ARRAYS = [np.arange(n, dtype=dtype) for n, dtype in itertools.product(
    [0, 1, 7], ["<i8", ">i8", "<i4", ">i2", "i1", "u1", "<u4", ">u8", "<f8", ">f8", "<f4", ">f4"])]
ARRAYS += [np.array([True, False]), np.array(["a", "\u20ac\U0001f600", ""]), np.array([["ab"], ["c"]], ">U2"),
           np.array(["EAP", "HPL", None, 3], object), np.array([], object), np.array(2.5), NODES,
           np.asfortranarray(np.arange(12.0).reshape(3, 4)), np.arange(24.0).reshape(2, 3, 4),
           np.asfortranarray(np.arange(24).reshape(2, 3, 4)), np.array([["b", "a"], ["d", "c"]], object),
           np.asfortranarray(np.array([["one", "two"], ["three", "four"], ["a", "b"]])),
           np.arange(-3, 4).astype("<i2"), np.array([np.nan, np.inf, -np.inf, -0.0, 1e-300])]


@test
def arrays():
    """arrays of each dtype, shape and order, from every protocol and compression"""
    for array in ARRAYS:
        for name, data in writings(array):
            words = read(data)
            assert words == show(array), (name, array.dtype, words[:300], show(array)[:300])


@test
def several_arrays():
    """arrays among other values, and one that is there twice"""
    array = np.arange(3)
    for name, data in writings({"a": array, "again": array, "o": np.array(["x"], object), "n": 1}):
        assert read(data) == "{'a array<i8,3 0 1 2> 'again array<i8,3 0 1 2> 'o array<O8,1 'x> 'n 1}", name


@test
def scalars():
    """numpy's scalars are numbers"""
    for scalar in [np.int64(-7), np.float64(0.1), np.float32(0.5), np.uint8(200), np.int32(5)]:
        for name, data in writings(scalar):
            assert read(data) == f"{float(scalar):.17g}", (name, read(data))


@test
def numpy_2():
    """numpy 2's names of the same functions (emulated: the names are put in)"""
    array = np.arange(3)
    for protocol in (0, 2, 3):
        data = pickle.dumps(array, protocol)
        assert b"numpy.core." in data
        assert read(data.replace(b"numpy.core.", b"numpy._core.")) == show(array)


@test
def unknown_dtypes():
    """dtypes that are not read are no arrays, and crash nothing"""
    for array in [np.zeros(3, "c16"), np.zeros(3, "f2"), np.zeros(2, "M8[s]")]:
        for name, data in writings(array):
            words = read(data)
            assert "array<" not in words, (name, words)


@test
def damage():
    """every beginning and many turned bits of arrays' files: an error, or a value"""
    value = {"a": np.arange(6.0).reshape(2, 3), "o": np.array(["x", "y"], object), "n": NODES[:2]}
    for protocol in PROTOCOLS:
        for compress in [0, ("zlib", 3)]:
            words = read(dump(value, protocol, compress), "--damage")
            assert words.startswith("0 cut"), words


run()

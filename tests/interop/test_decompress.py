#!/usr/bin/env python3
"""Compressed files, as Python's own modules write them."""
import bz2
import gzip
import lzma
import os
import pathlib
import pickle
import subprocess
import sys
import tempfile
import zlib

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path[:0] = [os.path.join(ROOT, "tests")]
from tap_tests import run, test

FOLDER = tempfile.TemporaryDirectory()


def lz4_frame(data):
    """An LZ4 frame whose blocks are stored, by the format's description; checksums are optional but
    for the header's, which is that of these two bytes."""
    blocks = b"".join((len(data[i:i + 65536]) | 1 << 31).to_bytes(4, "little") + data[i:i + 65536]
                      for i in range(0, len(data), 65536))
    return b"\x04\x22\x4d\x18\x60\x40\x82" + blocks + b"\0\0\0\0"


FORMATS = {
    "zlib": zlib.compress,
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "lzma": lambda data: lzma.compress(data, lzma.FORMAT_ALONE),
    "lz4": lz4_frame,
}


def read(data, *options):
    path = pathlib.Path(FOLDER.name, "file.pkl")
    path.write_bytes(data)
    done = subprocess.run([os.environ["SHOW_PICKLE"], *options, path], capture_output=True,
                          text=True, timeout=300)
    assert done.returncode in (0, 1) and not done.stderr, done
    return done.returncode, done.stdout


@test
def every_format():
    """each compression is undone, for small and large files"""
    for name, compress in FORMATS.items():
        for text in ["short", "longer " * 100000, "".join(map(chr, range(32, 0xd000)))]:
            plain = read(pickle.dumps(text))
            assert plain[0] == 0 and read(compress(pickle.dumps(text))) == plain, name


@test
def cut_off():
    """what is cut off, or has something behind it, is refused by name"""
    for name, compress in FORMATS.items():
        data = compress(pickle.dumps("longer " * 1000))
        for changed in [data[:-5], data[:len(data) // 2], data + b"more"]:
            status, words = read(changed)
            assert status == 1 and "data are damaged or cut off" in words, (name, words)


@test
def damage():
    """every beginning and many turned bits of compressed files: an error, or a value"""
    for name, compress in FORMATS.items():
        status, words = read(compress(pickle.dumps(["words of some kind", list(range(200))])),
                             "--damage")
        assert status == 0 and words.startswith("0 cut"), (name, words)


@test
def bombs():
    """a file that expands to far more than models do is refused"""
    data = bz2.compress(bytes(200 * 2**20))
    status, words = read(data)
    assert status == 1 and "expands to more than" in words, words


@test
def legacy():
    """files of joblib before 0.10 are refused with what to do"""
    status, words = read(b"ZF0x13 \0\0")
    assert status == 1 and "dump it again" in words, words


run()

"""What each parity test imports first: TAP lines, the library, the shared data.

Importing it on a machine without the Python stack ends the program with a skip.
"""
import ctypes
import importlib
import os
import subprocess
import sys

# One code path of numpy's exp on every processor (see docs/NUMERICS.md).
os.environ.setdefault("NPY_DISABLE_CPU_FEATURES",
                      "AVX512F AVX512CD AVX512_SKX AVX512_CLX AVX512_CNL AVX512_ICL")
import warnings
warnings.filterwarnings("ignore")

try:
    for module in ["nltk", "numpy", "pandas", "sklearn"]:
        importlib.import_module(module)
except ImportError as missing:
    print(f"ok 1 - parity # SKIP {missing}")
    sys.exit(0)

import numpy
sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from tap_tests import Skip, run, test

__all__ = ["Skip", "run", "test", "load_library", "pointer", "quoth", "shared", "same_bits"]


def quoth(*arguments, status=0):
    """Runs the program, which must end with this status: what it prints, or why it failed."""
    done = subprocess.run([os.environ["QUOTH"], *map(str, arguments)], capture_output=True,
                          text=True, timeout=300)
    assert done.returncode == status, (arguments, done.returncode, done.stdout, done.stderr)
    return done.stdout if status == 0 else done.stderr


def load_library():
    return ctypes.CDLL(os.environ["QUOTH_PARITY_LIB"])


def pointer(array, ctype):
    """A numpy array's storage as a ctypes pointer; the array must be contiguous."""
    assert array.flags["C_CONTIGUOUS"]
    return array.ctypes.data_as(ctypes.POINTER(ctype))


def shared(*parts):
    """Path of a shared data file; skips the test where it is absent."""
    root = os.environ.get("QUOTH_SHARED") or os.path.join(os.environ["QUOTH_SOURCE_ROOT"],
                                                          "..", "shared")
    path = os.path.join(root, "data", *parts)
    if not os.path.exists(path):
        raise Skip("no shared data")
    return path


def same_bits(a, b):
    a, b = numpy.ascontiguousarray(a), numpy.ascontiguousarray(b)
    return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()

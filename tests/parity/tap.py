"""What each parity test imports first: TAP lines, the library, the shared data.

Importing it on a machine without the Python stack ends the program with a skip.
"""
import ctypes
import os
import sys
import traceback

# One code path of numpy's exp on every processor (see docs/NUMERICS.md).
os.environ.setdefault("NPY_DISABLE_CPU_FEATURES",
                      "AVX512F AVX512CD AVX512_SKX AVX512_CLX AVX512_CNL AVX512_ICL")
import warnings
warnings.filterwarnings("ignore")

try:
    import nltk  # noqa: F401
    import numpy
    import pandas  # noqa: F401
    import sklearn  # noqa: F401
except ImportError as missing:
    print(f"ok 1 - parity # SKIP {missing}")
    sys.exit(0)

_tests = []


def test(function):
    """Marks a function as a test; its docstring's first line is its name."""
    _tests.append(function)
    return function


class Skip(Exception):
    """Raised by a test that cannot run here; its text says why."""


def run():
    """Runs the marked tests in order, prints TAP, exits 1 if any failed."""
    n_failed = 0
    print(f"1..{len(_tests)}")
    for number, function in enumerate(_tests, 1):
        name = (function.__doc__ or function.__name__).strip().split("\n")[0]
        try:
            function()
        except Skip as why:
            print(f"ok {number} - {name} # SKIP {why}", flush=True)
        except Exception:
            n_failed += 1
            print(f"not ok {number} - {name}")
            print("# " + traceback.format_exc().replace("\n", "\n# "), flush=True)
        else:
            print(f"ok {number} - {name}", flush=True)
    sys.exit(1 if n_failed else 0)


def library():
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

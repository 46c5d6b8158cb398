"""The frame of a test program in Python: functions marked as tests, run in order, as TAP."""
import sys
import traceback

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

#!/usr/bin/env python3
"""Runs the command line's tests: scripts beside what they should print.

usage: QUOTH=build/quoth tests/cli/run.py [--update] [--jobs N] [--keep] [NAME...]

A case is AREA/NAME.sh, run by bash (-euo pipefail, functions.sh loaded) in an empty folder, with
quoth and python3 in PATH and LC_ALL=C. Beside it stands what it should do:
  NAME.stdout, NAME.stderr             exactly that; if missing, nothing
  NAME.stdout.glob, NAME.stderr.glob   the same, but a * stands for anything within a line
  NAME.status                          the exit status; if missing, 0
A script that ends with status 77 is skipped; the last line of its stderr says why.
Prints TAP, one line a case, and differences as comments. Given NAMEs, runs the cases whose
AREA/NAME contains one of them. --update writes what the cases print into the expected files,
except those that end in .glob; read them before they are committed.
"""
import argparse
import concurrent.futures
import difflib
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
TIMEOUT_S = 300
SKIPPED = 77
SUFFIXES = (".stdout", ".stderr", ".stdout.glob", ".stderr.glob", ".status")
START = '. "$CLI/functions.sh"; . "$CASE"'


class Result:
    """What a case printed, or was to print: the two streams as bytes, and the exit status."""

    def __init__(self, stdout=b"", stderr=b"", status=0):
        self.streams = {"stdout": stdout, "stderr": stderr}
        self.status = status


def find_cases(wanted):
    cases = sorted(HERE.glob("*/*.sh"))
    check_strays(cases)
    return [case for case in cases if not wanted or any(part in name_of(case) for part in wanted)]


def check_strays(cases):
    """Expected files whose case is gone, or misspelt, would never be looked at."""
    known = {beside(case, suffix) for case in cases for suffix in SUFFIXES}
    strays = sorted({path for suffix in SUFFIXES for path in HERE.glob(f"*/*{suffix}")} - known)
    if strays:
        sys.exit("expected files without a case: " + ", ".join(map(str, strays)))


def name_of(case):
    return str(case.relative_to(HERE).with_suffix(""))


def beside(case, suffix):
    return case.with_name(case.stem + suffix)


def read_if_there(path):
    return path.read_bytes() if path.exists() else None


def environment(case, folder):
    """What quoth may look at, pinned; the sanitizers' settings pass."""
    kept = ("ASAN_OPTIONS", "LSAN_OPTIONS", "TSAN_OPTIONS", "UBSAN_OPTIONS", "QUOTH_VERSION")
    env = {name: os.environ[name] for name in kept if name in os.environ}
    env.update(PATH=f"{folder / 'bin'}:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", LC_ALL="C",
               HOME=str(folder / "home"), TMPDIR=str(folder / "scratch"),
               CASE=str(case), CLI=str(HERE), PYTHONDONTWRITEBYTECODE="1", PYTHONUTF8="1")
    return env


def prepare(folder, quoth):
    for name in ("bin", "home", "scratch", "work"):
        (folder / name).mkdir()
    folder.chmod(0o755)  # so that a case can be another user
    (folder / "bin" / "quoth").symlink_to(quoth)
    (folder / "bin" / "python3").symlink_to(sys.executable)


def run_in(folder, case):
    process = subprocess.Popen(["bash", "-euo", "pipefail", "-c", START], cwd=folder / "work",
                               env=environment(case, folder), start_new_session=True,
                               stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE)
    try:
        stdout, stderr = process.communicate(timeout=TIMEOUT_S)
        return Result(stdout, stderr, process.returncode)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        stdout, stderr = process.communicate()
        return Result(stdout, stderr + b"not finished after %d s\n" % TIMEOUT_S, "timeout")


def run_case(case, quoth, is_kept):
    folder = pathlib.Path(tempfile.mkdtemp(prefix="quoth-cli-"))
    try:
        prepare(folder, quoth)
        return run_in(folder, case)
    finally:
        if is_kept:
            print(f"# {name_of(case)}: {folder}", flush=True)
        else:
            subprocess.run(["chmod", "-R", "u+rwX", folder], check=False)
            shutil.rmtree(folder, ignore_errors=True)


# ---- What was expected ----------------------------------------------------------


def matches_glob(pattern, text):
    parts = [re.escape(part) for part in pattern.split(b"*")]
    return re.fullmatch(rb"[^\n]*".join(parts), text) is not None


def differences(name, expected, actual):
    lines = [text.decode("utf-8", "backslashreplace").splitlines() for text in (expected, actual)]
    return list(difflib.unified_diff(*lines, f"expected {name}", f"actual {name}", lineterm=""))


def compare(case, result):
    """What differs from the expected, as lines; none if nothing does."""
    lines = []
    for name, actual in result.streams.items():
        pattern = read_if_there(beside(case, f".{name}.glob"))
        expected = read_if_there(beside(case, f".{name}")) or b""
        if pattern is not None:
            if not matches_glob(pattern, actual):
                lines += differences(name + ".glob", pattern, actual)
        elif expected != actual:
            lines += differences(name, expected, actual)
    status = int(read_if_there(beside(case, ".status")) or 0)
    if status != result.status:
        lines.append(f"exit status {result.status}, expected {status}")
    return lines


def write_or_remove(path, content):
    if content:
        path.write_bytes(content)
    else:
        path.unlink(missing_ok=True)


def update(case, result):
    for name, actual in result.streams.items():
        if not beside(case, f".{name}.glob").exists():
            write_or_remove(beside(case, f".{name}"), actual)
    status = b"%d\n" % result.status if result.status else b""
    write_or_remove(beside(case, ".status"), status)


# ---- The whole ------------------------------------------------------------------


def report(number, case, result, is_updating):
    """Prints the case's line of TAP; False if it failed."""
    name = name_of(case)
    if result.status == SKIPPED:
        why = result.streams["stderr"].decode().strip().split("\n")[-1]
        print(f"ok {number} - {name} # SKIP {why}", flush=True)
        return True
    if is_updating and result.status != "timeout":
        update(case, result)
        if result.status:
            print(f"# {name} now ends with status {result.status}")
    lines = compare(case, result)
    print(f"{'not ok' if lines else 'ok'} {number} - {name}")
    for line in lines:
        print(f"# {line}")
    sys.stdout.flush()
    return not lines


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("names", nargs="*")
    parser.add_argument("--update", action="store_true", help="renew the expected files")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="cases at a time")
    parser.add_argument("--keep", action="store_true", help="leave the folders, and say where")
    options = parser.parse_args()
    quoth = pathlib.Path(os.environ["QUOTH"]).resolve(strict=True)
    cases = find_cases(options.names)
    print(f"1..{len(cases)}", flush=True)
    n_failed = 0
    with concurrent.futures.ThreadPoolExecutor(max_workers=options.jobs) as pool:
        results = pool.map(lambda case: run_case(case, quoth, options.keep), cases)
        for number, (case, result) in enumerate(zip(cases, results), 1):
            n_failed += not report(number, case, result, options.update)
    return 1 if n_failed or not cases else 0


if __name__ == "__main__":
    sys.exit(main())

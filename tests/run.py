#!/usr/bin/env python3
"""Runs the tests of a build folder and counts what they say.

usage: tests/run.py BUILD [--suite NAME]... [--match TEXT] [--runner COMMAND]

COMMAND runs the build folder's programs if this machine's processor can't.

Each test prints TAP ("ok 1 - name", "not ok 2 - name", "ok 3 - name # SKIP why"). The last
line is "N passed, N failed", with ", N skipped" behind it if any were. Exit status 1 if
any failed, if a program died, or if nothing ran.
"""
import argparse
import json
import os
import re
import shlex
import subprocess
import sys
import time

TAP_LINE = re.compile(r"^(not )?ok\b(?: (\d+))?(?: ?- ?(.*))?$")


def list_tests(build):
    text = subprocess.run(["meson", "introspect", "--tests", build], check=True,
                          capture_output=True, text=True).stdout
    return json.loads(text)


def run_one(test, build, runner):
    """Returns (names passed, names failed, names skipped, output)."""
    env = dict(os.environ, **test["env"])
    is_built = test["cmd"][0].startswith(os.path.realpath(build) + os.sep)
    command = (runner if is_built else []) + test["cmd"]
    try:
        done = subprocess.run(command, env=env, cwd=test["workdir"] or build, text=True,
                              errors="replace", stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              stdin=subprocess.DEVNULL, timeout=test["timeout"])
        output, code = done.stdout, done.returncode
    except subprocess.TimeoutExpired as late:
        output = (late.stdout or b"").decode("utf-8", "replace")
        output += f"\nnot finished after {test['timeout']} s\n"
        code = -1
    passed, failed, skipped = [], [], []
    for line in output.splitlines():
        found = TAP_LINE.match(line.strip())
        if not found:
            continue
        name = found.group(3) or "?"
        if found.group(1):
            failed.append(name)
        elif "# SKIP" in name.upper():
            skipped.append(name)
        else:
            passed.append(name)
    if code != 0 and not failed:
        failed.append(f"exit status {code}")
    if not passed and not failed and not skipped:
        failed.append("printed no result")
    return passed, failed, skipped, output


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("build")
    parser.add_argument("--suite", action="append", default=[])
    parser.add_argument("--match", default="")
    parser.add_argument("--runner", type=shlex.split, default=[])
    options = parser.parse_args()
    n_passed = n_failed = n_skipped = 0
    for test in list_tests(options.build):
        suites = {s.split(":")[-1] for s in test["suite"]}
        if options.suite and not suites & set(options.suite):
            continue
        if options.match not in test["name"]:
            continue
        start = time.monotonic()
        passed, failed, skipped, output = run_one(test, options.build, options.runner)
        n_passed += len(passed)
        n_failed += len(failed)
        n_skipped += len(skipped)
        state = "FAILED" if failed else "ok"
        note = f", {len(skipped)} skipped" if skipped else ""
        print(f"{state:6} {test['name']}: {len(passed)} passed{note}"
              f" ({time.monotonic() - start:.1f} s)", flush=True)
        for name in skipped:
            print(f"       skipped: {name}")
        if failed:
            print(output.rstrip())
            for name in failed:
                print(f"       failed: {name}", flush=True)
    line = f"{n_passed} passed, {n_failed} failed"
    print(line + (f", {n_skipped} skipped" if n_skipped else ""))
    return 1 if n_failed or n_passed == 0 else 0


if __name__ == "__main__":
    sys.exit(main())

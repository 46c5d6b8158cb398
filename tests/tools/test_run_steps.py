#!/usr/bin/env python3
"""tools/run_steps: no count is lost and no failure goes unnoticed."""
import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "tests"))
from tap_tests import run, test

RUN_STEPS = os.path.join(ROOT, "tools", "run_steps")


def run_steps(*commands):
    """Returns the exit status and the lines of output."""
    done = subprocess.run([RUN_STEPS, *commands], stdout=subprocess.PIPE, text=True,
                          stderr=subprocess.STDOUT)
    return done.returncode, done.stdout.splitlines()


def ends(last_line, status, *commands):
    code, lines = run_steps(*commands)
    assert (lines[-1], code) == (last_line, status), (lines, code)


@test
def sums():
    """the counts of all steps are summed"""
    ends("12 passed, 0 failed", 0, "echo 5 passed, 0 failed", "echo 7 passed, 0 failed")
    ends("3 passed, 0 failed, 4 skipped", 0, "echo 1 passed, 0 failed, 4 skipped",
         "echo 2 passed, 0 failed")


@test
def last_count():
    """only the last count of a step is taken, wherever it stands"""
    ends("4 passed, 0 failed", 0, "echo 3 passed, 0 failed; echo 4 passed, 0 failed; echo bye")


@test
def nested():
    """steps of steps are counted once"""
    ends("6 passed, 0 failed", 0, f"{RUN_STEPS} 'echo 1 passed, 0 failed' true",
         "echo 4 passed, 0 failed")


@test
def failures():
    """failed tests are counted and don't stop the next step"""
    ends("9 passed, 2 failed", 1, "echo 8 passed, 2 failed; false", "true")


@test
def without_count():
    """a step without a count is one passed or one failed"""
    ends("1 passed, 1 failed", 1, "true", "false")
    ends("0 passed, 1 failed", 1, "echo 0 passed, 0 failed; exit 3")


@test
def died_after_success():
    """a step that fails behind a clean count counts as a failure"""
    ends("5 passed, 1 failed", 1, "echo 5 passed, 0 failed; kill -9 $$")


@test
def failed_but_status_zero():
    """a step that counts failures and yet exits 0 is a failure"""
    ends("0 passed, 1 failed", 1, "echo 0 passed, 1 failed; true")


@test
def nothing():
    """running nothing is a failure"""
    ends("0 passed, 0 failed", 1)


@test
def streams():
    """output and errors of a step are shown"""
    _, lines = run_steps("echo out; echo err >&2; echo 10 passed, 0 failed, or so")
    assert "out" in lines and "err" in lines and lines[-1] == "1 passed, 0 failed"


run()

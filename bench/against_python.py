#!/usr/bin/env python3
"""Trains and asks quoth and the Python stack on the same data, in turn, and prints a table.

usage: bench/against_python.py [DATA.csv] [--program build/quoth] [--rounds 3]

DATA.csv (default: data/authors.csv) has columns text and author. Times are from the start of a
process to its end, the least of all rounds; processor time counts all threads; memory is the
most that a process had at any time."""
import argparse
import os
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
PYTHON = ["/usr/bin/python3", "-W", "ignore", os.path.join(HERE, "pipeline.py")]
TEXT = "The old captain swore that the whale had looked at his ship before it struck her."
PREDICTIONS_A_ROUND = 5


def measure(command):
    """Seconds, processor seconds, peak memory in MB, and what was printed."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    printed = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    if status:
        sys.exit(f"{' '.join(command)} failed")
    return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024 / 1e6, printed


def least(command, rounds):
    """The least of each number, and what was printed last."""
    *numbers, printed = zip(*(measure(command) for _ in range(rounds)))
    return *map(min, numbers), printed[-1]


def size(*files):
    return sum(os.path.getsize(file) for file in files) / 1e6


def python_stack(data, folder, rounds):
    train = least([*PYTHON, "train", data, folder], rounds)
    ask = least([*PYTHON, "predict", folder, TEXT], PREDICTIONS_A_ROUND * rounds)
    files = [os.path.join(folder, name) for name in os.listdir(folder)]
    return [train[-1].strip()[:6], *train[:2], ask[0], train[2], ask[2], size(*files)]


def quoth(program, data, folder, rounds):
    model = os.path.join(folder, "quoth")
    train = least([program, "train", data, "-o", model, "--json"], rounds)
    ask = least([program, "predict", model, TEXT], PREDICTIONS_A_ROUND * rounds)
    accuracy = train[-1].split('"test_accuracy": ')[1].split(",")[0]
    return [accuracy[:6], *train[:2], ask[0], train[2], ask[2], size(model)]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", nargs="?", default="data/authors.csv")
    parser.add_argument("--program", default="build/quoth")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        ours = quoth(os.path.abspath(options.program), options.data, one, options.rounds)
        theirs = python_stack(options.data, other, options.rounds)
    rows = [("test accuracy", "{}"), ("train and evaluate", "{:.2g} s"),
            ("processor time of that", "{:.2g} s"), ("start to first answer", "{:.2g} s"),
            ("memory to train", "{:.0f} MB"), ("memory to answer", "{:.0f} MB"),
            ("model file", "{:.1f} MB")]
    print("| | quoth | Python | ratio |\n|---|---|---|---|")
    for (name, form), our, their in zip(rows, ours, theirs):
        ratio = "" if isinstance(our, str) else f"{their / our:.{0 if their > 10 * our else 1}f}"
        print(f"| {name} | {form.format(our)} | {form.format(their)} | {ratio} |")


if __name__ == "__main__":
    main()

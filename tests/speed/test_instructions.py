#!/usr/bin/env python3
"""Counts the instructions of the inner loops (bench/kernels.c) under valgrind and holds each to 5 %
of the number in instructions.json.

Compilers and C libraries differ by more than that, so the numbers belong to one compiler and one
C library each; with others the test skips. After a change that is meant,

    QUOTH_RENEW_INSTRUCTIONS=1 make check-speed

writes the present numbers into the file."""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "tests"))
from tap_tests import Skip, run, test

RECORD = os.path.join(os.path.dirname(os.path.abspath(__file__)), "instructions.json")
ALLOWED = 0.05
COUNTED = "run_counted"


def has_avx2():
    with open("/proc/cpuinfo") as file:
        return re.search(r"^flags\s*:.*\bavx2\b", file.read(), re.M) is not None


def toolchain():
    return f"{os.environ['QUOTH_BUILT_BY']}, {os.confstr('CS_GNU_LIBC_VERSION')}"


def count():
    """{kernel: instructions}. Callgrind writes a file for each call of run_counted, in order."""
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "counts")
        done = subprocess.run(
            ["valgrind", "--tool=callgrind", f"--callgrind-out-file={file}",
             f"--zero-before={COUNTED}", f"--dump-after={COUNTED}",
             os.environ["QUOTH_KERNELS"], "--once"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if done.returncode:
            raise AssertionError(done.stderr)
        counts = {}
        for number, name in enumerate(done.stdout.split(), 1):
            with open(f"{file}.{number}") as part:
                text = part.read()
            assert f"--dump-after={COUNTED}" in text
            counts[name] = int(re.search(r"^summary: (\d+)$", text, re.M)[1])
        return counts


def read_record():
    with open(RECORD) as file:
        return json.load(file)


def renew(counts):
    record = read_record() if os.path.exists(RECORD) else {}
    record[toolchain()] = counts
    with open(RECORD, "w") as file:
        json.dump(record, file, indent=2, sort_keys=False)
        file.write("\n")


@test
def every_kernel():
    """each kernel takes as many instructions as recorded"""
    if not shutil.which("valgrind"):
        raise Skip("no valgrind")
    if os.uname().machine != "x86_64" or not has_avx2():
        raise Skip("no processor with AVX2")
    if os.environ.get("QUOTH_RENEW_INSTRUCTIONS"):
        return renew(count())
    recorded = read_record().get(toolchain())
    if not recorded:
        raise Skip(f"nothing recorded for {toolchain()}")
    counts, faults = count(), []
    for name in sorted(counts.keys() | recorded.keys()):
        now, then = counts.get(name, 0), recorded.get(name, 0)
        print(f"# {name}: {now:,}, recorded {then:,}")
        if abs(now - then) > ALLOWED * then or not then:
            faults.append(f"{name}: {now:,} instructions, not {then:,}")
    assert not faults, "; ".join(faults) + "; if this is meant, renew the record (see this file)"


run()

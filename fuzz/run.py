#!/usr/bin/env python3
"""Runs one libFuzzer target as a test.

usage: fuzz/run.py TARGET CORPUS SECONDS

First every file of the corpus, then a search that starts from them. New inputs go to a folder
that is removed afterwards; an input that breaks the target stays in the working directory.
QUOTH_FUZZ_SECONDS in the environment overrides SECONDS.
"""
import os
import subprocess
import sys
import tempfile


def main():
    target, corpus, seconds = sys.argv[1:]
    seconds = os.environ.get("QUOTH_FUZZ_SECONDS", seconds)
    n_files = len(os.listdir(corpus))
    with tempfile.TemporaryDirectory() as found:
        done = subprocess.run([target, f"-max_total_time={seconds}", "-timeout=20",
                               "-print_final_stats=1", found, corpus], text=True, errors="replace",
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    print("1..1")
    state = "ok" if done.returncode == 0 else "not ok"
    print(f"{state} 1 - {os.path.basename(target)}: {n_files} files and a search of {seconds} s")
    if done.returncode:
        print("# " + done.stdout.replace("\n", "\n# "))
    return 1 if done.returncode else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""How the cost of training grows with documents, vocabulary, topics and threads.

usage: bench/growth.py [DATA.csv] [--program build/quoth] [--documents 300000] [--vocabulary 300000]
                       [--topics 300] [--set lda.max_iter=1] [--output build/growth]

DATA.csv (default: data/authors.csv) has columns text and author. Its sentences are cut in two and
halves of the same author put together, as many as are wanted; for a larger vocabulary each text
gets ten made-up words more. Each size is trained once with the recipe topics-forest on all cores,
changed by what --set says. Prints tables and writes OUTPUT.json and OUTPUT.svg;
`processor` is the time of all cores, `load` the machine's at the end of a run, of which 1 or 2 are
the run's own. The options give the largest sizes; by default it takes about ten minutes, with 10
million documents hours."""
import argparse
import csv
import json
import os
import platform
import random
import subprocess
import sys
import tempfile

import growth_picture

STAGES = ["read", "vectorize", "lda", "forest"]
EXTRA_WORDS = 10


def sizes(first, largest):
    """1, 3, 10, 30, ... times `first`, up to `largest`."""
    found, factor = [], 1
    while first * factor <= largest:
        found.append(first * factor)
        factor = factor * 3 if str(factor)[0] == "1" else factor // 3 * 10
    return found


def read_halves(path):
    """{author: [(first half, second half)]}"""
    halves = {}
    with open(path, encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            words = row["text"].split()
            middle = len(words) // 2
            halves.setdefault(row["author"], []).append(
                (" ".join(words[:middle]), " ".join(words[middle:])))
    return halves


def word(number):
    """A made-up word that no dictionary knows."""
    letters = ""
    for _ in range(5):
        number, letter = divmod(number, 24)
        letters += "bcdfghjklmnpqrstvwxzaeio"[letter]
    return "q" + letters


def write_texts(path, halves, n, n_extra_terms=0):
    """Every made-up word comes at least twice if there are enough texts."""
    rng = random.Random(n)
    authors = sorted(halves)
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["text", "author"])
        for row in range(n):
            author = rng.choice(authors)
            text = f"{rng.choice(halves[author])[0]} {rng.choice(halves[author])[1]}"
            for i in range(EXTRA_WORDS if n_extra_terms else 0):
                text += " " + word((row * EXTRA_WORDS + i) % n_extra_terms)
            writer.writerow([text, author])


def train(program, data, folder, *options):
    """What `quoth train` tells, and the most memory it had, in MB."""
    command = [program, "train", data, "-o", os.path.join(folder, "model"), "--recipe",
               "topics-forest", "--json", *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    printed = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"{' '.join(command)} failed")
    told = json.loads(printed)
    return {"load": os.getloadavg()[0], "documents": told["rows"], "terms": told["vocabulary_size"], "entries": told["nnz"],
            "seconds": told["seconds"], "processor_seconds": usage.ru_utime + usage.ru_stime,
            "memory_mb": usage.ru_maxrss * 1024 / 1e6}


class Growth:
    def __init__(self, program, halves, folder, changes):
        self.program, self.halves, self.folder = program, halves, folder
        self.changes = [part for change in changes for part in ("--set", change)]
        self.series = []

    def measure(self, name, settings, run):
        """`run` trains with one of the settings; prints a table of all."""
        print(f"\n| {name} | documents | terms | counts | read | vectorize | lda | forest | total |"
              " processor | memory | load |\n|" + "---|" * 12)
        points = []
        for setting in settings:
            point = {"x": setting, **run(setting)}
            seconds = point["seconds"]
            print(f"| {setting:,} | {point['documents']:,} | {point['terms']:,} |"
                  f" {point['entries']:,} |",
                  " | ".join(f"{seconds[stage]:.3g} s" for stage in STAGES),
                  f"| {seconds['total']:.3g} s | {point['processor_seconds']:.3g} s |"
                  f" {point['memory_mb']:.0f} MB | {point['load']:.1f} |", flush=True)
            points.append(point)
        self.series.append({"name": name, "points": points})

    def texts(self, n, n_extra_terms=0):
        path = os.path.join(self.folder, "data.csv")
        write_texts(path, self.halves, n, n_extra_terms)
        return path

    def train(self, *options):
        return train(self.program, os.path.join(self.folder, "data.csv"), self.folder, *self.changes,
                     *options)

    def run(self, options):
        self.measure("documents", sizes(10_000, options.documents),
                     lambda n: (self.texts(n), self.train())[1])
        n = min(100_000, options.documents)
        self.measure("threads", [1, 2],
                     lambda threads: (self.texts(n), self.train("--threads", str(threads)))[1])
        n = max(n, 2 * options.vocabulary // EXTRA_WORDS)
        self.measure("words beside the vocabulary", sizes(10_000, options.vocabulary),
                     lambda extra: (self.texts(n, extra), self.train())[1])
        self.texts(min(30_000, options.documents))
        self.measure("topics", sizes(10, options.topics),
                     lambda k: self.train("--set", f"lda.n_components={k}"))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", nargs="?", default="data/authors.csv")
    parser.add_argument("--program", default="build/quoth")
    parser.add_argument("--documents", type=int, default=300_000)
    parser.add_argument("--vocabulary", type=int, default=300_000)
    parser.add_argument("--topics", type=int, default=300)
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", dest="changes")
    parser.add_argument("--output", default="build/growth")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        growth = Growth(os.path.abspath(options.program), read_halves(options.data), folder,
                        options.changes)
        growth.run(options)
    with open(options.output + ".json", "w") as file:
        json.dump({"machine": platform.platform(), "cores": os.cpu_count(),
                   "load": os.getloadavg(), "series": growth.series}, file, indent=1)
    with open(options.output + ".svg", "w") as file:
        file.write(growth_picture.draw(growth.series, STAGES))


if __name__ == "__main__":
    main()

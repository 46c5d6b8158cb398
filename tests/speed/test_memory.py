#!/usr/bin/env python3
"""How much memory training takes for each text more, which a busy machine does not change."""
import os
import random
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "tests"))
from tap_tests import run, test

WORDS = 10  # a text
FEW, MANY = 100_000, 300_000


def write_texts(path, n):
    """Texts of made-up words, which no dictionary knows; returns the bytes a row."""
    rng = random.Random(1)
    words = ["q" + "".join(rng.choices("bcdfghjklmnpqrstvwxz", k=5)) for _ in range(5000)]
    with open(path, "w", encoding="ascii") as file:
        file.write("text,label\n")
        for row in range(n):
            file.write(f"{' '.join(rng.choices(words, k=WORDS))},{'ab'[row % 2]}\n")
    return os.path.getsize(path) / n


def train(folder, n):
    """The most memory that training took, and the bytes of a row."""
    data = os.path.join(folder, f"{n}.csv")
    row_bytes = write_texts(data, n)
    pid = os.posix_spawn(
        os.environ["QUOTH"],
        ["quoth", "train", data, "-o", os.path.join(folder, "model"), "--recipe", "topics-forest",
         "--set", "lda.n_components=10", "--set", "lda.max_iter=1",
         "--set", "forest.n_estimators=2", "--threads", "2", "--json"],
        os.environ, file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)])
    _, status, usage = os.wait4(pid, 0)
    assert status == 0, f"exit status {status}"
    return usage.ru_maxrss * 1024, row_bytes


@test
def bytes_a_text():
    """a text more takes what PERFORMANCE.md's table says is held of it, and a tenth more"""
    with tempfile.TemporaryDirectory() as folder:
        few, row_bytes = train(folder, FEW)
        many, _ = train(folder, MANY)
    taken = (many - few) / (MANY - FEW)
    held = row_bytes + 20 + 4 * WORDS + 8 * WORDS + 8  # while the matrix is filled
    print(f"# {taken:.0f} bytes a text, {held:.0f} of them held; {many / 1e6:.0f} MB at the most")
    assert taken < 1.1 * held + 16, f"{taken:.0f} bytes a text"


run()

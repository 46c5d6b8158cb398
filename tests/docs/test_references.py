#!/usr/bin/env python3
"""What the documents refer to is there: files, folders, functions, make's targets."""
import glob
import os
import re

import program
from tap_tests import run, test

# Names that are quoth_... and no symbols of the library.
OTHER_NAMES = {"quoth_spec", "quoth_parity"}
FOLDERS = "src|apps|include|tests|fuzz|docs|examples|tools|bench"


def documents():
    """{path: text}"""
    paths = sorted(glob.glob(program.path("*.md")) + glob.glob(program.path("docs", "*.md")))
    return {os.path.relpath(path, program.ROOT): program.read(path) for path in paths}


@test
def links():
    """links between files lead somewhere"""
    for document, text in documents().items():
        for target in re.findall(r"\]\(([^)#]+)\)", text):
            if "://" not in target:
                folder = os.path.dirname(program.path(document))
                assert os.path.exists(os.path.join(folder, target)), f"{document}: {target}"


@test
def paths():
    """paths of files are right; names in capitals stand for others"""
    for document, text in documents().items():
        for path in re.findall(rf"`((?:{FOLDERS})/[\w./-]*)`", text):
            assert re.search("[A-Z]{4}", path) or os.path.exists(program.path(path)), (
                f"{document}: {path}")


@test
def functions():
    """functions and types of quoth's that are named exist"""
    sources = "".join(program.read(path) for folder in ["src", "include", "apps"] for path in
                      glob.glob(program.path(folder, "**", "*.[ch]"), recursive=True))
    defined = set(re.findall(r"\bquoth_\w+", sources)) | OTHER_NAMES
    for document, text in documents().items():
        for name in re.findall(r"\bquoth_\w+", text):
            assert name in defined or name.endswith("_"), f"{document}: {name}"


@test
def folders():
    """ARCHITECTURE.md shows the folders of src and apps"""
    tree = program.read("docs", "ARCHITECTURE.md").split("```")[1]
    for top, shown in [("src", tree.split("apps/")[0]), ("apps", tree.split("apps/")[1])]:
        shown = re.findall(r"^  (\w+)/", shown, re.M)
        there = [name for name in os.listdir(program.path(top))
                 if os.path.isdir(program.path(top, name))]
        assert sorted(shown) == sorted(there), f"{top}: shows {shown}, has {there}"


@test
def packages():
    """DEPENDENCIES.md names every package that make installs"""
    text = program.read("docs", "DEPENDENCIES.md")
    for path in glob.glob(program.path("tools", "packages", "*.txt")):
        for package in re.findall("^[a-z][^ \n]*", program.read(path), re.M):
            name = re.sub(r"[\d.]*-dev$", "", package)
            assert re.search(rf"\b{name}", text), f"{os.path.basename(path)}: {package}"


@test
def targets():
    """targets of make that are named exist"""
    makefile = program.read("Makefile")
    for document, text in documents().items():
        for name in re.findall(r"(?:`|^)(?:sudo )?make ([a-z0-9-]+)", text, re.M):
            assert re.search(rf"^{name}:", makefile, re.M), f"{document}: make {name}"


run()

#!/usr/bin/env python3
"""Every example in the README, the documents and the manual pages does what it shows.

An example is a block of console lines: "$ " and a command, which goes on behind a backslash or a
pipe at the end of its line, then what the command prints. "..." in a line stands for any text, a
line of "..." for any lines. The blocks of a document run one after the other in one folder; a
command may fail only where a message of quoth's is shown. A free port stands for quothd's own, 8080."""
import glob
import os
import re
import socket
import subprocess
import tempfile

import program
from tap_tests import Skip, run, test

SECONDS = 300
SEPARATOR = "\036"


def documents():
    found = sorted(glob.glob(program.path("*.md")))
    found += sorted(glob.glob(program.path("docs", "*.md")))
    return found + sorted(glob.glob(os.path.join(program.MANUALS, "*.scd")))


def blocks(document):
    """[(line number, lines)] of the document's console blocks."""
    with open(document, encoding="utf-8") as file:
        lines = file.read().split("\n")
    is_manual = document.endswith(".scd")
    found, start = [], None
    for number, line in enumerate(lines, 1):
        if not line.startswith("```"):
            continue
        if start is None:
            start = number
            continue
        block = lines[start:number - 1]
        is_console = lines[start - 1] == "```console" or is_manual
        shows_command = bool(block) and block[0].startswith("$ ")
        assert is_console == shows_command or is_manual, f"{document}:{start}: console or not?"
        if shows_command:
            found.append((start, [re.sub(r"\\(.)", r"\1", text) for text in block]
                          if is_manual else block))
        start = None
    return found


def split(block):
    """[(command, expected lines)]"""
    pairs = []
    is_command = False
    for line in block:
        if line.startswith("$ "):
            pairs.append([line[2:], []])
            is_command = True
        elif is_command:
            pairs[-1][0] += "\n" + line
        else:
            pairs[-1][1].append(line)
        is_command = is_command and line.endswith(("\\", "|"))
    return pairs


def pattern(expected):
    """A regular expression for the whole output."""
    parts = [".*?" if line == "..." else
             "[^\n]*".join(re.escape(piece) for piece in line.split("...")) + "\n"
             for line in expected]
    return re.compile("".join(parts) + r"\Z", re.S)


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return str(taken.getsockname()[1])


def run_block(block, folder):
    port = free_port()
    pairs = split([line.replace(":8080", ":" + port) for line in block])
    # Braces keep a command's output together without a shell of its own, so that one command can
    # prepare the next.
    script = "".join(f"{{ {command}\n}} 2>&1; printf '{SEPARATOR}%s{SEPARATOR}' $?\n"
                     for command, _ in pairs)
    path = os.path.join(folder, "bin") + os.pathsep + os.environ["PATH"]
    done = subprocess.run(["bash", "-c", script], cwd=folder, stdout=subprocess.PIPE, text=True,
                          env=dict(os.environ, PATH=path, LC_ALL="C.UTF-8", PORT=port),
                          timeout=SECONDS)
    told = done.stdout.split(SEPARATOR)
    for number, (command, expected) in enumerate(pairs):
        output, status = told[2 * number], told[2 * number + 1]
        tidy = "".join(line.rstrip() + "\n" for line in output.split("\n")[:-1])
        assert pattern(expected).match(tidy), f"$ {command}\nprints\n{output}"
        is_failure = any(line.startswith("quoth") for line in expected) and status in "12"
        assert status == "0" or is_failure, f"$ {command}\nexit status {status}"


def add_test(document, line, block, folder):
    @test
    def example():
        if not os.path.exists(os.path.join(folder, "data", "authors.csv")) and any(
                "authors" in text for text in block):
            raise Skip("data/authors.csv is not there; make demo makes it")
        run_block(block, folder)
    name = os.path.relpath(document, program.ROOT)
    command = block[0][2:].rstrip("\\ ")
    example.__doc__ = f"{name}:{line}: {command}"


def main():
    with tempfile.TemporaryDirectory() as root:
        for document in documents():
            found = blocks(document)
            if not found:
                continue
            folder = os.path.join(root, os.path.basename(document))
            os.makedirs(os.path.join(folder, "bin"))
            for name in ["quoth", "quothd"]:
                os.symlink(os.path.join(os.path.dirname(program.PROGRAM), name),
                           os.path.join(folder, "bin", name))
            os.symlink(program.path("tools"), os.path.join(folder, "tools"))
            program.prepare(folder)
            for line, block in found:
                add_test(document, line, block, folder)
        run()


main()

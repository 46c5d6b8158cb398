#!/usr/bin/env python3
"""Holds the #include lines of the house to its layer rule.

usage: tools/check_layers.py [ROOT]

    base <- text, data, math <- learn <- model <- train <- interop <- apps

Prints "FILE:LINE: what is wrong" for each violation; exit status 1 if there are any.
docs/ARCHITECTURE.md says why the rules are what they are.
"""
import os
import pathlib
import re
import sys

# Each folder, and the folders whose headers it may include beside its own and quoth.h. A
# name that ends in .h allows that one header.
ALLOWED = {
    "include": [],
    "src/base": [],
    "src/text": ["src/base"],
    "src/data": ["src/base"],
    "src/math": ["src/base"],
    "src/learn": ["src/base", "src/math"],
    "src/model": ["src/base", "src/text", "src/data", "src/math", "src/learn"],
    "src/corpus": ["src/base", "src/text", "src/math", "src/model"],
    "src/train": ["src/base", "src/text", "src/data", "src/math", "src/learn", "src/model",
                  "src/corpus"],
    "src/interop": ["src/base", "src/text", "src/data", "src/math", "src/learn", "src/model",
                    "src/train"],
    "apps/report": ["src/base", "src/learn/metrics.h", "src/model/topics.h"],
    "apps/api": ["src"],
    "apps/cli": ["src/base"],
    "apps/deploy": ["src/base"],
    "apps/http": ["src", "apps/api", "apps/cli"],
    "apps/lambda": ["src", "apps/api", "apps/cli", "apps/http"],
    "apps/quoth": ["src", "apps"],
    "apps/quothd": ["src", "apps/api", "apps/cli", "apps/http", "apps/lambda"],
}
# System headers that only the folders named here may include: what prints on a terminal, talks
# to a network or ends a process belongs to programs.
SYSTEM = {
    r"(sys/socket|netinet/.*|arpa/.*|netdb|event2/.*|evhttp)\.h": ["apps/http", "apps/lambda"],
    r"(getopt|argp|termios|sys/ioctl)\.h": ["apps"],
    r"(setjmp|locale|signal)\.h": ["apps"],
    r"cairo.*\.h|cairo/.*|pango/.*": ["apps/report"],
    r"zip\.h": ["apps/deploy"],
}
INCLUDE = re.compile(r'^\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)', re.MULTILINE)


def is_in(path, folder):
    return path == folder or path.startswith(folder + "/")


def folder_of(path):
    """The part of the house that a file belongs to, or None."""
    return next((folder for folder in ALLOWED if is_in(path, folder)), None)


def read_includes(root):
    """Returns {file: [(line, name, is a system header)]}, paths relative to root."""
    includes = {}
    for file in sorted(root.glob("*/**/*.[ch]")):
        path = file.relative_to(root).as_posix()
        if path.split("/")[0] not in ("include", "src", "apps"):
            continue
        text = file.read_text(encoding="utf-8")
        includes[path] = [(text.count("\n", 0, found.start(1 if found[1] else 2)) + 1,
                           found[1] or found[2], found[1] is None)
                          for found in INCLUDE.finditer(text)]
    return includes


def resolve(root, path, name):
    """The file that #include "name" in path means; a generated one need not exist."""
    folders = [os.path.dirname(path), "src", "apps", "include"]
    candidates = [os.path.normpath(os.path.join(folder, name)) for folder in folders]
    existing = [c for c in candidates if (root / c).is_file()]
    known = [c for c in candidates[1:] if folder_of(c)]
    return (existing + known + candidates)[0]


def is_allowed(source, target):
    if target == "include/quoth.h":
        return True
    folder = folder_of(source)
    return is_in(target, folder) or any(is_in(target, other) for other in ALLOWED[folder])


def check_file(path, includes, root):
    """Yields the violations of one file."""
    folder = folder_of(path)
    if folder is None:
        yield f"{path}:1: in no folder of the house; add it to tools/check_layers.py"
        return
    for line, name, is_system in includes:
        if not is_system:
            target = resolve(root, path, name)
            if not is_allowed(path, target):
                yield f"{path}:{line}: {folder} may not include {target}"
            continue
        for pattern, folders in SYSTEM.items():
            if re.fullmatch(pattern, name) and not any(is_in(path, f) for f in folders):
                yield f"{path}:{line}: only {', '.join(folders)} may include <{name}>"


def find_cycle(graph):
    """Returns a list of files that include each other in a ring, or None."""
    done, stack = set(), []

    def visit(path):
        if path in stack:
            return stack[stack.index(path):] + [path]
        if path in done:
            return None
        stack.append(path)
        cycle = next(filter(None, map(visit, graph.get(path, []))), None)
        stack.pop()
        done.add(path)
        return cycle

    return next(filter(None, map(visit, graph)), None)


def check(root):
    """Returns the violations under a project's root, as lines of text."""
    root = pathlib.Path(root)
    files = read_includes(root)
    found = [line for path, includes in files.items()
             for line in check_file(path, includes, root)]
    cycle = find_cycle({path: [resolve(root, path, name)
                               for _, name, is_system in includes if not is_system]
                        for path, includes in files.items()})
    if cycle:
        found.append(f"{cycle[0]}:1: includes itself: " + " -> ".join(cycle))
    return found


if __name__ == "__main__":
    violations = check(sys.argv[1] if len(sys.argv) > 1
                       else pathlib.Path(__file__).resolve().parent.parent)
    print("\n".join(violations) if violations else "layers: ok")
    sys.exit(1 if violations else 0)

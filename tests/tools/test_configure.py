#!/usr/bin/env python3
"""tools/configure: a build folder is made once, and anew when it is asked for otherwise."""
import os
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "tests"))
from tap_tests import run, test

MESON = """#!/bin/sh
echo "$*" >>"$LOG"
[ "$3" != -Dbroken ] || exit 1
mkdir -p "$2" && touch "$2/build.ninja"
"""


PKG_CONFIG = """#!/bin/sh
[ -n "$CMOCKA" ] && echo 1.1.5
"""


class Folder:
    """A build folder, a meson that writes down how it is called, and perhaps a cmocka."""

    def __enter__(self):
        self.root = tempfile.TemporaryDirectory()
        self.log = os.path.join(self.root.name, "log")
        self.build = os.path.join(self.root.name, "build")
        for name, text in [("meson", MESON), ("pkg-config", PKG_CONFIG)]:
            path = os.path.join(self.root.name, name)
            with open(os.open(path, os.O_CREAT | os.O_WRONLY, 0o755), "w") as stream:
                stream.write(text)
        return self

    def __exit__(self, *_):
        self.root.cleanup()

    def configure(self, *options, cc=None, cmocka=True):
        """Returns the options that meson was called with; None if it wasn't."""
        open(self.log, "w").close()
        env = {"PATH": self.root.name + ":" + os.environ["PATH"], "LOG": self.log,
               "CMOCKA": "1" if cmocka else ""}
        if cc:
            env["CC"] = cc
        self.status = subprocess.run([os.path.join(ROOT, "tools", "configure"), self.build,
                                      *options], env=env).returncode
        with open(self.log) as stream:
            calls = stream.read().splitlines()
        assert len(calls) <= 1
        return calls[0].split()[2:] if calls else None


@test
def once():
    """the same options and compiler set the folder up once"""
    with Folder() as folder:
        assert folder.configure("-Da=1") == ["-Da=1"]
        assert folder.configure("-Da=1") is None and folder.status == 0


@test
def anew():
    """other options or another compiler set it up anew"""
    with Folder() as folder:
        folder.configure("-Da=1")
        leftover = os.path.join(folder.build, "old.o")
        open(leftover, "w").close()
        assert folder.configure("-Da=2") == ["-Da=2"] and not os.path.exists(leftover)
        assert folder.configure("-Da=2", cc="clang") == ["-Da=2"]
        assert folder.configure("-Da=2", cc="clang") is None
        assert folder.configure("-Da=2") == ["-Da=2"]


@test
def tests_come_later():
    """it is set up anew when the unit tests' library has been installed since"""
    with Folder() as folder:
        assert folder.configure(cmocka=False) == []
        assert folder.configure(cmocka=False) is None
        assert folder.configure() == [] and folder.configure() is None


@test
def by_hand():
    """a folder that was set up by hand is left alone"""
    with Folder() as folder:
        os.mkdir(folder.build)
        open(os.path.join(folder.build, "build.ninja"), "w").close()
        assert folder.configure("-Da=1") is None and folder.status == 0


@test
def failed():
    """a failed setup fails and is tried again"""
    with Folder() as folder:
        assert folder.configure("-Dbroken") == ["-Dbroken"] and folder.status != 0
        assert folder.configure("-Dbroken") == ["-Dbroken"]


run()

#!/usr/bin/env python3
"""tools/install_packages, on a made-up machine: its dpkg-query, apt-get, id and sudo are scripts
that say what the test wants and write down how they were called."""
import os
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "tests"))
from tap_tests import run, test

LISTS = {
    "build": "gcc unless cc  # compiler\nmeson # build\n\n# a comment\n",
    "check": "meson\nlibcmocka-dev  # unit tests\n",
    "broken": "gcc perhaps cc\n",
}
STUBS = {
    "dpkg-query": 'case " $INSTALLED " in *" $4 "*) echo "installed ";; *) exit 1;; esac',
    "apt-cache": '[ -n "$KNOWN" ] || [ -e "$MACHINE/updated" ]',
    "apt-get": """echo "apt-get $*" >>"$MACHINE/log"
        case "$*" in
          *update) touch "$MACHINE/updated" ;;
          *) [ -z "$STALE" ] || [ -e "$MACHINE/updated" ] ;;
        esac""",
    "id": 'echo "$USER_ID"',
}
NEEDED = ["bash", "sh", "cat", "cut", "dirname", "env", "flock", "readlink", "sed", "sort",
          "touch", "tr"]


class Machine:
    """Runs the script on a machine with these packages, commands and rights."""

    def __init__(self, *arguments, installed="", commands=(), user_id=0, known=True, stale=False):
        with tempfile.TemporaryDirectory() as root:
            script = os.path.join(root, "tools", "install_packages")
            bin_folder = os.path.join(root, "bin")
            os.makedirs(os.path.join(root, "tools", "packages"))
            os.mkdir(bin_folder)
            shutil.copy(os.path.join(ROOT, "tools", "install_packages"), script)
            for name, text in LISTS.items():
                with open(os.path.join(root, "tools", "packages", name + ".txt"), "w") as stream:
                    stream.write(text)
            for name in NEEDED:
                os.symlink(shutil.which(name), os.path.join(bin_folder, name))
            stubs = dict(STUBS, **{name: 'exec "$@"' for name in commands})
            for name, text in stubs.items():
                with open(os.open(os.path.join(bin_folder, name), os.O_CREAT | os.O_WRONLY, 0o755),
                          "w") as stream:
                    stream.write("#!/bin/sh\n" + text + "\n")
            env = {"PATH": bin_folder, "MACHINE": root, "INSTALLED": installed,
                   "USER_ID": str(user_id), "KNOWN": "1" if known else "",
                   "STALE": "1" if stale else ""}
            done = subprocess.run([script, *arguments], env=env, capture_output=True, text=True)
            self.status, self.out, self.err = done.returncode, done.stdout, done.stderr
            try:
                with open(os.path.join(root, "log")) as stream:
                    self.calls = [line.split("Timeout=600 ")[1].strip() for line in stream]
            except FileNotFoundError:
                self.calls = []


INSTALL = "install --no-install-recommends "


@test
def nothing_missing():
    """nothing is run or said when nothing is missing"""
    machine = Machine("build", installed="gcc meson", user_id=1000)
    assert (machine.status, machine.calls, machine.out, machine.err) == (0, [], "", "")


@test
def only_missing():
    """only the missing packages are installed, each once, without an update"""
    assert Machine("build", "check", installed="gcc").calls == [INSTALL + "libcmocka-dev meson"]


@test
def command_from_elsewhere():
    """a package is not wanted where its command is there already"""
    assert Machine("build", installed="meson", commands=["cc"]).calls == []
    assert Machine("build", installed="meson").calls == [INSTALL + "gcc"]


@test
def empty_package_lists():
    """a machine with empty package lists gets an update first"""
    assert Machine("build", known=False).calls == ["update", INSTALL + "gcc meson"]


@test
def stale_package_lists():
    """a failed install is tried again after an update"""
    machine = Machine("build", stale=True)
    assert machine.calls == [INSTALL + "gcc meson", "update", INSTALL + "gcc meson"]
    assert machine.status == 0


@test
def sudo():
    """a user who is not root installs with sudo"""
    machine = Machine("build", user_id=1000, commands=["sudo"])
    assert machine.calls == [INSTALL + "gcc meson"] and machine.status == 0


@test
def no_rights():
    """without root and sudo it says what to run as root"""
    machine = Machine("build", user_id=1000)
    assert machine.status == 1 and machine.calls == []
    assert "as root, run: apt-get install gcc meson" in machine.err, machine.err


@test
def other_system():
    """on a system without dpkg it names the packages"""
    STUBS_WITHOUT = STUBS.pop("dpkg-query")
    try:
        machine = Machine("build")
    finally:
        STUBS["dpkg-query"] = STUBS_WITHOUT
    assert machine.status == 1 and machine.calls == []
    assert "not a Debian system" in machine.err and "gcc meson" in machine.err, machine.err


@test
def missing_only():
    """--missing says what is missing and how to get it, and installs nothing"""
    machine = Machine("--missing", "build", installed="gcc")
    assert machine.status == 1 and machine.calls == []
    assert machine.err == "missing packages: meson; 'make install-deps' installs them\n"
    assert Machine("--missing", "build", installed="gcc meson").status == 0


@test
def rehearsal():
    """--dry-run prints the commands and runs none"""
    machine = Machine("--dry-run", "build", installed="gcc")
    assert machine.status == 0 and machine.calls == []
    assert INSTALL + "meson" in machine.err, machine.err


@test
def wrong_use():
    """wrong options, unknown and broken lists are refused"""
    assert Machine().status == 2 and Machine("--all").status == 2
    assert "no such list: nope" in Machine("nope").err
    broken = Machine("broken")
    assert broken.status == 1 and "not understood: gcc perhaps" in broken.err, broken.err


run()

#!/usr/bin/env python3
"""tools/check_symbols.py: the library keeps its rules, and a breach of them is found."""
import os
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path[:0] = [os.path.join(ROOT, "tests"), os.path.join(ROOT, "tools")]
from check_symbols import check
from tap_tests import run, test


def check_code(code):
    """What the check says of an archive of one file with this code."""
    with tempfile.TemporaryDirectory() as folder:
        archive, object_file = os.path.join(folder, "a.a"), os.path.join(folder, "part.o")
        subprocess.run([*os.environ["QUOTH_CC"].split(), "-w", "-O1", "-fno-builtin", "-xc", "-c",
                        "-o", object_file, "-"], input=code, check=True, text=True)
        subprocess.run(["ar", "rc", archive, object_file], check=True)
        return check(archive)


@test
def the_library():
    """the library's symbols follow the rules"""
    assert check(os.environ["QUOTH_LIBRARY"]) == []


@test
def sound_code():
    """constants, tables of pointers, static functions and exact mathematics are accepted"""
    assert check_code("""
        #include <math.h>
        static const char *const names[] = {"one", "two"};
        const int quoth_numbers[] = {1, 2};
        static __attribute__((noinline)) double root(double x) { return sqrt(x); }
        const char *quoth_name(int i) { return root(i) > 1.5 ? names[1] : names[i]; }
    """) == []


@test
def each_breach():
    """each breach of the rules is found and named"""
    for code, name in [
            ("int helper(void) { return 1; }", "helper"),
            ("const int limit = 3;", "limit"),
            ("int quoth_count;", "quoth_count"),
            ("int quoth_count = 7;", "quoth_count"),
            ("_Thread_local int quoth_count = 7;", "quoth_count"),
            ("static int calls; int quoth_f(void) { return ++calls; }", "calls"),
            ("int quoth_f(void) { static int n = 1; return ++n; }", "n."),
            ("const char *quoth_names[] = {\"one\"};", "quoth_names"),
            ("int puts(const char *); int quoth_f(void) { return puts(\"\"); }", "puts"),
            ("void exit(int); void quoth_f(void) { exit(1); }", "exit"),
            ("extern void *stderr; void *quoth_f(void) { return stderr; }", "stderr"),
            ("double log(double); double quoth_f(double x) { return log(x); }", "log"),
            ("float expf(float); float quoth_f(float x) { return expf(x); }", "expf"),
            ("int tolower(int); int quoth_f(int c) { return tolower(c); }", "tolower")]:
        found = check_code(code)
        assert len(found) == 1 and name in found[0] and found[0].startswith("part.o: "), (
            code, found)


run()

#!/usr/bin/env python3
"""Pickles as Python's own module writes them, in every protocol, shown by show_pickle; and pickles
that nobody should open."""
import os
import pathlib
import pickle
import struct
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path[:0] = [os.path.join(ROOT, "tests")]
from tap_tests import run, test

FOLDER = tempfile.TemporaryDirectory()
PROTOCOLS = range(6)
PLAIN = set(map(chr, range(0x21, 0x7f))) - set("()[]{}<>\\")


def read(data, *options):
    """(exit status, what show_pickle prints of these bytes)."""
    path = pathlib.Path(FOLDER.name, "file.pkl")
    path.write_bytes(data)
    done = subprocess.run([os.environ["SHOW_PICKLE"], *options, path], capture_output=True,
                          text=True, timeout=120)
    assert done.returncode in (0, 1) and not done.stderr, done
    return done.returncode, done.stdout.rstrip("\n")


def refusal(data):
    status, words = read(data)
    assert status == 1 and words.startswith("error: "), words
    return words[len("error: "):]


def escape(data):
    return "".join(chr(c) if chr(c) in PLAIN else f"\\{c:02x}" for c in data)


def real(value):
    return "nan" if value != value else f"{value:.17g}"


def show(value):
    """What show_pickle should print."""
    if value is None or isinstance(value, bool):
        return str(value)
    if isinstance(value, int):
        return str(value) if -2**63 <= value < 2**63 else "big"
    if isinstance(value, float):
        return real(value)
    if isinstance(value, str):
        return "'" + escape(value.encode())
    if isinstance(value, (bytes, bytearray)):
        return '"' + escape(value)
    if isinstance(value, dict):
        return "{" + " ".join(show(item) for pair in value.items() for item in pair) + "}"
    brackets = {tuple: "()", list: "[]", set: "<>", frozenset: "<>"}[type(value)]
    return brackets[0] + " ".join(map(show, value)) + brackets[1]


SHARED = ["shared", 7]
VALUES = [
    None, True, False, 0, 1, -1, 255, 256, 65535, 65536, 2**31 - 1, -2**31, 2**31, 2**63 - 1,
    -2**63, 2**63, -2**200, 10**40, 0.0, -0.0, 0.1, 1e300, 5e-324, float("inf"), -float("inf"),
    "", "plain", "two words\n\\ back\u00e9\u20ac\U0001f600\x00\x7f", "\\u0041", "x" * 300, "y" * 70000,
    b"", b"plain", bytes(range(256)), b"z" * 70000, bytearray(b"ab\xff"),
    (), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4), [], [1], list(range(3000)), {}, {"a": 1, 2: [3]},
    {f"key {i}": i for i in range(3000)}, {1}, set(), frozenset({"a"}), frozenset(),
    [SHARED, SHARED, (SHARED, {"again": SHARED})], [[[[[("deep", [{}])]]]]],
]


@test
def values():
    """values of each kind are read as they were, from every protocol"""
    for protocol in PROTOCOLS:
        for value in VALUES:
            status, words = read(pickle.dumps(value, protocol))
            assert status == 0 and words == show(value), (protocol, words[:200], show(value)[:200])


class Thing:
    def __init__(self, **state):
        self.__dict__.update(state)


class Reduced:
    def __init__(self, *call):
        self.call = call

    def __reduce__(self):
        return self.call


@test
def objects():
    """objects become their class and their state"""
    for protocol in PROTOCOLS:
        status, words = read(pickle.dumps(Thing(a=1, b=[Thing(c="x")]), protocol))
        inner = "__main__.Thing(){'c 'x}" if protocol >= 2 else None
        assert status == 0 and "__main__.Thing" in words and "'c 'x" in words, words
        if inner:
            assert words == "__main__.Thing(){'a 1 'b [" + inner + "]}", words


@test
def hostile_calls():
    """a call of os.system is told, and nothing runs"""
    for protocol in PROTOCOLS:
        mark = pathlib.Path(FOLDER.name, "was-here")
        data = pickle.dumps([1, Reduced(os.system, (f"touch {mark}",))], protocol)
        status, words = read(data)
        assert status == 0 and words.endswith("foreign posix.system"), words
        assert not mark.exists()
        pickle.loads(data)
        assert mark.exists()
        mark.unlink()


@test
def familiar_calls():
    """calls that spell data are no foreign calls, others of the built-in functions are"""
    for function, is_foreign in [(frozenset, False), (bytearray, False), (eval, True),
                                 (getattr, True), (subprocess.Popen, True)]:
        status, words = read(b"\x80\x02c" + function.__module__.encode() + b"\n"
                             + function.__name__.encode() + b"\nK\x01\x85R.")
        assert status == 0 and ("foreign" in words) == is_foreign, words


@test
def cycles():
    """a list that holds itself is read, and following it ends"""
    value = []
    value.append(value)
    for protocol in PROTOCOLS:
        assert read(pickle.dumps(value, protocol))[1].count("[") == 21


@test
def strings_of_python_2():
    """str of Python 2 is text if it is ASCII, else bytes"""
    for data, words in [(b"S'a\\x41\\n\\'\"'\n.", "'aA\\0a'\""), (b"U\x03abc.", "'abc"),
                        (b"T\x02\0\0\0a\xff.", '"a\\ff'), (b"S\"it's\"\n.", "'it's"),
                        (b"I01\n.", "True"), (b"I7\n.", "7"), (b"L7L\n.", "7")]:
        assert read(data) == (0, words), (data, read(data))


@test
def malformed():
    """what is malformed is refused with the place and the fault"""
    for data, words in [
            (b"", "byte 0: 1 bytes should follow, there are 0"),
            (b"\x80\x06N.", "byte 0: protocol 6"),
            (b"N", "byte 1: 1 bytes"),
            (b"\xff.", "byte 0: 0xff is no opcode"),
            (b".", "byte 0: it should end with one object, and has 0"),
            (b"NN.", "has 2"),
            (b"(N.", "has 1"),
            (b"N.N", "but 1 bytes follow"),
            (b"0.", "there is no mark"),
            (b"N(a.", "the stack is empty"),
            (b"]Na0.", "it should end"),
            (b"NNa.", "nothing can be put into None"),
            (b")Na.", "nothing can be put into a tuple"),
            (b"(Nd.", "a key without a value"),
            (b"}(Nu.", "a key without a value"),
            (b"h\x05.", "the memo has nothing under 5"),
            (b"Nr\xff\xff\xff\x7f.", "the memo's number is too high"),
            (b"g-1\n.", "the memo's number is malformed"),
            (b"X\xff\xff\xff\xffabc.", "4294967295 bytes should follow, there are 4"),
            (b"\x8e" + b"\xff" * 8 + b".", "18446744073709551615 bytes should follow"),
            (b"X\x01\0\0\0\xff.", "a text that is not UTF-8"),
            (b"Iseven\n.", "an integer is malformed"), (b"I\n.", "an integer is malformed"),
            (b"I7", "its line has no end"),
            (b"F1.5.5\n.", "a number is malformed"), (b"F[]\n.", "a number is malformed"),
            (b"Sx\n.", "a string without quotes"), (b"S'\\q'\n.", "a string is badly escaped"),
            (b"V\\ud800\n.", "a text is badly escaped"), (b"V\\u12\n.", "a text is badly escaped"),
            (b"NNR.", "it would call None with None"),
            (b"cos\nsystem\nNR.", "it would call a class or function with None"),
            (b"cos\nsystem\n)R)R.", "it would call"),
            (b"NNb.", "None can't be given a state"),
            (b"cos\nsystem\n)R}b}b.", "can't be given a state"),
            (b"K\x01K\x02\x93.", "a class's name should be a text"),
            (b"Pid\n.", "PERSID, which no file"), (b"NQ.", "BINPERSID"), (b"\x82\x01.", "EXT1"),
            (b"(ios\nsystem\n.", "INST"), (b"(cos\nsystem\no.", "OBJ"), (b"\x97.", "NEXT_BUFFER"),
            (b"c_codecs\nencode\n(V\\u0100\nVlatin1\ntR.", "bytes above 255")]:
        assert words in refusal(data), (data, refusal(data))


@test
def bombs():
    """files made to fill memory are refused, or read in little of it"""
    deep = b"(" * 200000 + b"]" + b"]a" * 100000
    assert "error" in read(deep)[1]
    nested = b"]" * 100000 + b"a" * 99999 + b"."
    assert read(nested)[0] == 0
    doubled = b"]q\0" + b"".join(b"](h" + struct.pack("B", i) + b"h" + struct.pack("B", i)
                                 + b"eq" + struct.pack("B", i + 1) for i in range(60)) + b"."
    status, words = read(doubled)
    assert status == 1 or len(words) < 50 * 2**20
    lists = b"](" + b"]" * 400000 + b"e."
    assert read(lists)[0] == 0


@test
def damage():
    """every beginning and many turned bits of a pickle: an error, or a value"""
    for protocol in PROTOCOLS:
        data = pickle.dumps([Thing(a=VALUES[:30], b={"x": (1.5, {2})}, c=Thing()), "end"], protocol)
        status, words = read(data, "--damage")
        assert status == 0 and words.startswith("0 cut"), words


run()

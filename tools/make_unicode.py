#!/usr/bin/env python3
"""Writes the character tables of src/text/unicode.c.

usage: make_unicode.py UNICODE_H UNICODE_DATA DERIVED_CORE_PROPERTIES DERIVED_AGE SCRIPTS
                       SCRIPT_EXTENSIONS OUTPUT

The inputs are src/text/unicode.h, which says the version of Unicode to follow, and files of
the Unicode Character Database of that version or a later one; characters younger than the
version are left out, so that a later database gives the same tables.

The tables have two stages: unicode_blocks[code point / 128] is the number of a block of 128
record numbers in unicode_records; the records are unicode_deltas (simple lower case minus the
code point itself) and unicode_flags. Code points behind the last block have record 0, which
is all zeroes.
"""
import sys

import c_table

BLOCK_SIZE = 128
N_CODE_POINTS = 0x110000
# ORDER FLAGS: as in src/text/unicode.c
WORD, CASED, CASE_IGNORABLE, SPACE, UNSPACED, MARK = 1, 2, 4, 8, 16, 32
# Scripts of languages that are written without spaces between words, long and short names.
UNSPACED_SCRIPTS = {"Han": "Hani", "Hiragana": "Hira", "Katakana": "Kana", "Khmer": "Khmr",
                    "Lao": "Laoo", "Myanmar": "Mymr", "Thai": "Thai"}


def read_fields(path):
    """The fields of each line, without comments and surrounding blanks."""
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            line = line.partition("#")[0].strip()
            if line:
                yield [field.strip() for field in line.split(";")]


def read_property(path, name):
    """The code points of a property file's lines whose second field `name` accepts."""
    points = set()
    for code, value in (fields[:2] for fields in read_fields(path)):
        if name(value):
            first, _, last = code.partition("..")
            points.update(range(int(first, 16), int(last or first, 16) + 1))
    return points


def read_characters(path):
    """Yields (code point, fields); a First/Last pair stands for its whole range."""
    first = None
    for fields in read_fields(path):
        code = int(fields[0], 16)
        if fields[1].endswith(", First>"):
            first = code
            continue
        for point in range(code if first is None else first, code + 1):
            yield point, fields
        first = None


def is_word(fields):
    """What \\w of Python's re matches: a letter or anything with a numeric value."""
    return fields[2].startswith("L") or any(fields[6:9])


def is_space(fields):
    """What \\s of Python's re matches, and what str.split() splits at."""
    return fields[2] == "Zs" or fields[4] in ("WS", "B", "S")


def read_unspaced(scripts, script_extensions):
    """What UNSPACED_SCRIPTS are written with, such as the prolonged sound mark of both kana."""
    short_names = set(UNSPACED_SCRIPTS.values())
    return (read_property(scripts, UNSPACED_SCRIPTS.__contains__)
            | read_property(script_extensions, lambda names: short_names & set(names.split())))


def make_records(version, unicode_data, core_properties, derived_age, *scripts):
    """One (delta, flags) for each code point."""
    known = read_property(derived_age, lambda age: tuple(map(int, age.split("."))) <= version[:2])
    records = [(0, 0)] * N_CODE_POINTS
    cased = read_property(core_properties, lambda name: name == "Cased")
    ignorable = read_property(core_properties, lambda name: name == "Case_Ignorable")
    unspaced = read_unspaced(*scripts)
    for point, fields in read_characters(unicode_data):
        if point not in known:
            continue
        lower = int(fields[13], 16) if fields[13] else point
        flags = (WORD * (is_word(fields) or point == ord("_")) + CASED * (point in cased)
                 + CASE_IGNORABLE * (point in ignorable) + SPACE * is_space(fields)
                 + UNSPACED * (is_word(fields) and not fields[6] and point in unspaced)
                 + MARK * fields[2].startswith("M"))
        records[point] = lower - point, flags
    return records


def number_distinct(items):
    """Distinct items in order of first appearance, and each item's number among them."""
    numbers = {}
    return [numbers.setdefault(item, len(numbers)) for item in items], list(numbers)


def main():
    version = tuple(map(int, c_table.read_define(sys.argv[1], "QUOTH_UNICODE_VERSION").split(".")))
    numbers, records = number_distinct([(0, 0)] + make_records(version, *sys.argv[2:7]))
    numbers = numbers[1:]
    while numbers[-BLOCK_SIZE:] == [0] * BLOCK_SIZE:
        del numbers[-BLOCK_SIZE:]
    blocks, contents = number_distinct(
        tuple(numbers[begin:begin + BLOCK_SIZE]) for begin in range(0, len(numbers), BLOCK_SIZE))
    assert len(records) <= 256 and len(contents) <= 256
    c_table.write(sys.argv[7], "the Unicode Character Database by tools/make_unicode.py", [
        f"#define UNICODE_BLOCK_SIZE {BLOCK_SIZE}\n",
        c_table.array("uint8_t", "unicode_blocks", blocks),
        c_table.array("uint8_t", "unicode_records", [n for block in contents for n in block]),
        c_table.array("int32_t", "unicode_deltas", [delta for delta, _ in records]),
        c_table.array("uint8_t", "unicode_flags", [flags for _, flags in records]),
    ])


if __name__ == "__main__":
    main()

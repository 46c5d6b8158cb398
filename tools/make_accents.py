#!/usr/bin/env python3
"""Writes the tables of src/text/accents.c: characters without their accents.

usage: make_accents.py UNICODE_H UNICODE_DATA DERIVED_AGE OUTPUT

What remains of a character is its compatibility decomposition (NFKD) without the characters that
combine with others (those with a combining class). Their order, which NFKD also settles, no longer
matters then. Hangul syllables, which decompose by a rule, are not in the tables. Characters younger
than the version of Unicode that src/text/unicode.h names stay as they are.

accent_blocks[code point / 64] is the number of a block of 64 record numbers in accent_records;
record r is accent_points[accent_begins[r] ... accent_begins[r + 1]]. Record 0 stands for characters
that stay as they are, and for all behind the last block.
"""
import sys

import c_table
from make_unicode import N_CODE_POINTS, number_distinct, read_characters, read_property

BLOCK_SIZE = 64


def read_database(version, unicode_data, derived_age):
    """Decompositions of one step, and the characters that combine."""
    known = read_property(derived_age, lambda age: tuple(map(int, age.split("."))) <= version[:2])
    steps, combining = {}, set()
    for point, fields in read_characters(unicode_data):
        if point not in known:
            continue
        if fields[3] != "0":
            combining.add(point)
        if fields[5]:
            steps[point] = [int(code, 16) for code in fields[5].split() if code[0] != "<"]
    return steps, combining


def decompose(point, steps, combining):
    """What remains of a character."""
    if point in steps:
        return [part for next_ in steps[point] for part in decompose(next_, steps, combining)]
    return [] if point in combining else [point]


def main():
    version = tuple(map(int, c_table.read_define(sys.argv[1], "QUOTH_UNICODE_VERSION").split(".")))
    steps, combining = read_database(version, *sys.argv[2:4])
    remains = [None] * N_CODE_POINTS
    for point in steps.keys() | combining:
        remains[point] = tuple(decompose(point, steps, combining))
    numbers, records = number_distinct([None] + remains)
    numbers, records = numbers[1:], [()] + records[1:]
    while numbers[-BLOCK_SIZE:] == [0] * BLOCK_SIZE:
        del numbers[-BLOCK_SIZE:]
    blocks, contents = number_distinct(
        tuple(numbers[begin:begin + BLOCK_SIZE]) for begin in range(0, len(numbers), BLOCK_SIZE))
    begins = [0]
    for record in records:
        begins.append(begins[-1] + len(record))
    assert len(contents) <= 256 and begins[-1] < 65536
    c_table.write(sys.argv[4], "the Unicode Character Database by tools/make_accents.py", [
        f"#define ACCENT_BLOCK_SIZE {BLOCK_SIZE}\n",
        f"#define ACCENT_LONGEST {max(map(len, records))}\n",
        c_table.array("uint8_t", "accent_blocks", blocks),
        c_table.array("uint16_t", "accent_records", [n for block in contents for n in block]),
        c_table.array("uint16_t", "accent_begins", begins),
        c_table.array("uint32_t", "accent_points", [p for record in records for p in record]),
    ])


if __name__ == "__main__":
    main()

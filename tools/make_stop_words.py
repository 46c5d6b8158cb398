#!/usr/bin/env python3
"""Writes the table of src/text/stop_words.c.

usage: make_stop_words.py LIST OUTPUT

LIST has one word a line. In the table the words lie one behind another, ordered by size, then
by bytes; stop_words_begin[size] is where the words of a size begin.
"""
import sys

import c_table


def main():
    with open(sys.argv[1], encoding="ascii") as lines:
        words = sorted(set(lines.read().split()), key=lambda word: (len(word), word))
    begins = [sum(len(word) for word in words if len(word) < size)
              for size in range(len(words[-1]) + 2)]
    c_table.write(sys.argv[2], "stop_words_english.txt by tools/make_stop_words.py", [
        f"#define STOP_WORDS_LONGEST {len(words[-1])}\n",
        c_table.array("uint16_t", "stop_words_begin", begins),
        c_table.byte_string("stop_words", "".join(words).encode("ascii")),
    ])


if __name__ == "__main__":
    main()

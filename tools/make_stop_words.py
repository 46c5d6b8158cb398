#!/usr/bin/env python3
"""Writes the table of src/text/stop_words.c.

usage: make_stop_words.py LIST OUTPUT

LIST has one word a line. In the table the words lie one behind another. They are found by hashing:
a word's slot has where it begins and its size; if that slot is taken, the next free one has. A free
slot has size 0.
"""
import sys

import c_table

N_SLOTS = 1024  # about three times as many as words


def slot_of(word):
    """As in src/text/stop_words.c."""
    return (5 * word[0] + 37 * word[len(word) // 2] + 211 * word[-1] + 101 * len(word)) % N_SLOTS


def main():
    with open(sys.argv[1], "rb") as lines:
        words = sorted(set(lines.read().split()))
    begins, sizes, data = [0] * N_SLOTS, [0] * N_SLOTS, b""
    for word in words:
        slot = slot_of(word)
        while sizes[slot]:
            slot = (slot + 1) % N_SLOTS
        begins[slot], sizes[slot] = len(data), len(word)
        data += word
    c_table.write(sys.argv[2], "stop_words_english.txt by tools/make_stop_words.py", [
        f"#define STOP_WORDS_SLOTS {N_SLOTS}u\n",
        c_table.array("uint16_t", "stop_words_begin", begins),
        c_table.array("uint8_t", "stop_words_size", sizes),
        c_table.byte_string("stop_words", data),
    ])


if __name__ == "__main__":
    main()

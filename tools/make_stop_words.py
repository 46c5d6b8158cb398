#!/usr/bin/env python3
"""Writes the tables of src/text/stop_words.c.

usage: make_stop_words.py LIST LINGUA OUTPUT

LIST has one English word a line. In the table the words lie one behind another. They are found by
hashing: a word's slot has where it begins and its size; if that slot is taken, the next free one has.
A free slot has size 0.

LINGUA is the folder of Perl's Lingua::StopWords, with a file for each other language. Its words
are one string, a space behind each.
"""
import pathlib
import re
import sys

import c_table

N_SLOTS = 1024  # about three times as many as words
LANGUAGES = {
    "danish": "DA", "dutch": "NL", "finnish": "FI", "french": "FR", "german": "DE",
    "hungarian": "HU", "indonesian": "ID", "italian": "IT", "norwegian": "NO",
    "portuguese": "PT", "romanian": "RO", "russian": "RU", "spanish": "ES", "swedish": "SV"}


def slot_of(word):
    """As in src/text/stop_words.c."""
    return (5 * word[0] + 37 * word[len(word) // 2] + 211 * word[-1] + 101 * len(word)) % N_SLOTS


def hash_table(path):
    """The parts of the table of the words in a list."""
    with open(path, "rb") as lines:
        words = sorted(set(lines.read().split()))
    begins, sizes, data = [0] * N_SLOTS, [0] * N_SLOTS, b""
    for word in words:
        slot = slot_of(word)
        while sizes[slot]:
            slot = (slot + 1) % N_SLOTS
        begins[slot], sizes[slot] = len(data), len(word)
        data += word
    return [
        f"#define STOP_WORDS_SLOTS {N_SLOTS}u\n",
        c_table.array("uint16_t", "stop_words_begin", begins),
        c_table.array("uint8_t", "stop_words_size", sizes),
        c_table.byte_string("stop_words", data),
    ]


def read_perl(path):
    """The words of the list that the module of a language returns."""
    module = path.read_text(encoding="utf-8")
    return sorted(set(re.search(r"return qw\((.*?)\)", module, re.DOTALL).group(1).split()))


def lists(folder):
    """The parts of the table of the other languages' lists."""
    parts, rows = [], []
    for language, file in LANGUAGES.items():
        words = read_perl(folder / f"{file}.pm")
        parts.append(c_table.byte_string(f"stop_words_{language}",
                                         "".join(word + " " for word in words).encode()))
        rows.append(f'  {{"{language}", stop_words_{language}, '
                    f"sizeof stop_words_{language} - 1}},\n")
    return parts + ["static const struct {\n  const char *language;\n"
                    "  const unsigned char *words;\n  size_t size;\n"
                    "} stop_word_lists[] = {\n" + "".join(rows) + "};\n"]


def main():
    english, lingua, output = sys.argv[1:]
    c_table.write(output, "stop_words_english.txt and Lingua::StopWords by tools/make_stop_words.py",
                  hash_table(english) + lists(pathlib.Path(lingua)))


if __name__ == "__main__":
    main()

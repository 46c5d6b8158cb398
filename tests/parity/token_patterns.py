"""quoth's named token patterns as regular expressions of Python's re."""
import re
import unicodedata

import regex

# Scripts without spaces between words.
SCRIPTS = ["Han", "Hiragana", "Katakana", "Khmer", "Lao", "Myanmar", "Thai"]


def all_characters():
    return (chr(c) for c in range(0x110000) if not 0xD800 <= c <= 0xDFFF)


def find_unspaced():
    """Word characters of these scripts but for decimal digits."""
    of_scripts = regex.compile("(?V1)[" + "".join(rf"\p{{scx={name}}}" for name in SCRIPTS) + "]")
    word = re.compile(r"\w")
    return [char for char in all_characters() if of_scripts.match(char) and word.match(char)
            and unicodedata.category(char) != "Nd"]


def find_marks():
    return [char for char in all_characters() if unicodedata.category(char).startswith("M")]


def ranges(characters):
    """As in a class of a regular expression, which is fast with ranges and slow with characters."""
    runs = []
    for char in characters:
        if runs and ord(char) == ord(runs[-1][1]) + 1:
            runs[-1][1] = char
        else:
            runs.append([char, char])
    return "".join(f"{first}-{last}" for first, last in runs)


UNSPACED, MARKS = "".join(find_unspaced()), "".join(find_marks())
TOKEN_PATTERNS = {"word": r"(?u)\b\w\w+\b", "word+punct": r"\w+|[^\w\s]", "whitespace": r"\S+",
                  "word+punct+unspaced": rf"[{ranges(UNSPACED)}][{ranges(MARKS)}]*"
                                         rf"|[^\W{ranges(UNSPACED)}]+|[^\w\s]"}

#!/usr/bin/env python3
"""Prints an executable that does nothing but look like one: a header and its segments.

usage: elf.py [--machine N] [--type N] [--class N] [--data N] [--segments TYPE...] [--size N]

Numbers are those of the ELF specification: machine 62 is x86-64, 183 arm64; type 2 is an executable
at a fixed place, 3 one at any; class 2 is 64 bits, data 1 little-endian; segment 1 is what is loaded,
3 the name of a loader. --size pads with bytes that do not compress.
"""
import argparse
import random
import struct
import sys

HEADER_SIZE, SEGMENT_SIZE = 64, 56


def main():
    parser = argparse.ArgumentParser()
    for name, value in {"machine": 62, "type": 2, "class": 2, "data": 1, "size": 0}.items():
        parser.add_argument("--" + name, type=int, default=value)
    parser.add_argument("--segments", type=int, nargs="*", default=[1, 1])
    o = parser.parse_args()
    segments = b"".join(struct.pack("<IIQQQQQQ", kind, 5, 0, 0, 0, 0, 0, 4096) for kind in o.segments)
    content = struct.pack("<4sBBBB8xHHIQQQIHHHHHH", b"\x7fELF", getattr(o, "class"), o.data, 1, 0,
                          o.type, o.machine, 1, 0, HEADER_SIZE, 0, 0, HEADER_SIZE, SEGMENT_SIZE,
                          len(o.segments), 0, 0, 0) + segments
    content += random.Random(1).randbytes(max(0, o.size - len(content)))
    sys.stdout.buffer.write(content)


if __name__ == "__main__":
    main()

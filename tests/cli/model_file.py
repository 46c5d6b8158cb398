#!/usr/bin/env python3
"""Reads a model file, changes it, and writes it with digests that are right again.

usage: model_file.py MODEL OUT STATEMENTS

STATEMENTS are Python. They may change `metadata` (a dict of strings) and `tensors` (a dict of
{"dtype": ..., "shape": [...], "data": bytearray}, in the file's order, without the padding), and
`settings`: {"align": 64, "tail": b""}.
docs/MODEL_FORMAT.md specifies the file; this is a reader and a writer of its own.
"""
import ctypes
import json
import struct
import sys

ZEROS = "0" * 32


class Hash128(ctypes.Structure):
    _fields_ = [("low", ctypes.c_uint64), ("high", ctypes.c_uint64)]


xxhash = ctypes.CDLL("libxxhash.so.0")
xxhash.XXH3_128bits.restype = Hash128
xxhash.XXH3_128bits.argtypes = [ctypes.c_char_p, ctypes.c_size_t]


def digest(data):
    data = bytes(data)
    value = xxhash.XXH3_128bits(data, len(data))
    return f"{value.high:016x}{value.low:016x}"


def read(path):
    with open(path, "rb") as file:
        content = file.read()
    size, = struct.unpack("<Q", content[:8])
    header, data = json.loads(content[8:8 + size]), content[8 + size:]
    metadata = header.pop("__metadata__")
    tensors = {}
    for name, entry in header.items():
        begin, end = entry.pop("data_offsets")
        if not name.startswith("pad."):
            tensors[name] = {**entry, "data": bytearray(data[begin:end])}
    return metadata, tensors


def check_digests(metadata, tensors):
    for name, tensor in tensors.items():
        assert metadata["xxh3." + name] == digest(tensor["data"]), name


def compact(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode("utf-8")


def write(path, metadata, tensors, settings):
    metadata = {key: value for key, value in metadata.items() if not key.startswith("xxh3.")}
    metadata.pop("quoth.digest", None)
    for name, tensor in tensors.items():
        metadata["xxh3." + name] = digest(tensor["data"])
    metadata["quoth.digest"] = ZEROS
    header, data = {"__metadata__": metadata}, bytearray()
    n_pads = 0
    for name, tensor in tensors.items():
        gap = -len(data) % settings["align"]
        if gap:
            header[f"pad.{n_pads}"] = {"dtype": "U8", "shape": [gap],
                                       "data_offsets": [len(data), len(data) + gap]}
            data += bytes(gap)
            n_pads += 1
        begin = len(data)
        data += tensor["data"]
        header[name] = {"dtype": tensor["dtype"], "shape": tensor["shape"],
                        "data_offsets": [begin, len(data)]}
    text = compact(header)
    text += b" " * (-(8 + len(text)) % 64)
    mark = b'"quoth.digest":"'
    at = text.index(mark) + len(mark)
    text = text[:at] + digest(text).encode() + text[at + 32:]
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data + settings["tail"])


def main():
    model, out, statements = sys.argv[1:]
    metadata, tensors = read(model)
    check_digests(metadata, tensors)
    settings = {"align": 64, "tail": b""}
    exec(statements, {"metadata": metadata, "tensors": tensors, "settings": settings,
                      "json": json, "struct": struct})
    write(out, metadata, tensors, settings)


if __name__ == "__main__":
    main()

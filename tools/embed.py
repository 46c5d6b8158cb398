#!/usr/bin/env python3
"""Makes a C header of files that a program carries in itself.

usage: tools/embed.py OUT.h NAME=FILE...

Each file becomes a static array of bytes called NAME. For an HTML page there is also the string
NAME_policy: a Content-Security-Policy that allows its inline scripts and styles by their hashes,
requests to its own server, and nothing else.
"""
import base64
import hashlib
import pathlib
import re
import sys

import c_table

POLICY = ("default-src 'none'; script-src {scripts}; style-src {styles}; img-src data:; "
          "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
          "require-trusted-types-for 'script'")


def hashes(page, element):
    """The sources for all inline elements of a kind."""
    texts = re.findall(rf"<{element}>(.*?)</{element}>", page, re.DOTALL)
    digests = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in texts]
    return " ".join(f"'sha256-{digest}'" for digest in digests) or "'none'"


def policy(page):
    return POLICY.format(scripts=hashes(page, "script"), styles=hashes(page, "style"))


def main():
    out, *files = sys.argv[1:]
    parts = []
    for name, path in (item.split("=", 1) for item in files):
        data = pathlib.Path(path).read_bytes()
        parts.append(c_table.byte_string(name, data))
        if path.endswith(".html"):
            parts.append(f'static const char {name}_policy[] =\n  "{policy(data.decode())}";\n')
    c_table.write(out, ", ".join(item.rpartition("/")[2] for item in files), parts)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Checks what the library's object code defines and calls.

usage: tools/check_symbols.py LIBQUOTH.a

- Each symbol with external linkage starts with quoth_.
- There is no writable global: no variable in .data, .bss or thread-local storage.
- It calls nothing that prints, ends the process, opens sockets or depends on the locale, and no
  mathematical function whose last bit differs between C libraries.

Prints one line for each violation; exit status 1 if there are any.
"""
import re
import subprocess
import sys

# Constants with addresses in them are relocated at start and read-only from then on.
WRITABLE_SECTION = re.compile(r"\.(data|bss|tdata|tbss)(?!\.rel\.ro)(\..*)?|\*COM\*|COMMON")
FORBIDDEN_CALLS = re.compile(
    r"(__)?(printf|vprintf|puts|putchar|putc|perror|psignal)(_chk)?|std(in|out|err)"
    r"|_?exit|_Exit|quick_exit|abort|system|exec[lv].*|fork"
    r"|socket|connect|bind|listen|accept4?"
    r"|setlocale|uselocale|strcoll|toupper|tolower|isalpha|isalnum|iswalnum|towlower"
    r"|rand|srand|random|drand48|strtok|localtime|gmtime|asctime|ctime"
    r"|(exp|exp2|exp10|expm1|log|log2|log10|log1p|pow|cbrt|hypot|sin|cos|tan|asin|acos|atan|atan2"
    r"|sinh|cosh|tanh|erf|erfc|lgamma|tgamma|lgamma_r)[fl]?")


def read_symbols(archive):
    """Yields (object file, name, class as in nm, section) of each symbol in an archive."""
    output = subprocess.run(["nm", "--format=sysv", archive], check=True,
                            capture_output=True, text=True).stdout
    member = archive
    for line in output.splitlines():
        heading = re.match(r"Symbols from (.*[/\[])?([^/\[\]]+)\]?:$", line)
        if heading:
            member = heading[2]
        fields = [field.strip() for field in line.split("|")]
        if len(fields) == 7 and fields[0] != "Name":
            yield member, fields[0], fields[2], fields[6]


def check(archive):
    """Returns the violations in an archive, as lines of text."""
    found = []
    for member, name, kind, section in read_symbols(archive):
        if kind in "UwWvV":
            if FORBIDDEN_CALLS.fullmatch(name):
                found.append(f"{member}: calls {name}")
        elif kind.isupper() and not name.startswith("quoth_"):
            found.append(f"{member}: {name} has external linkage and no prefix quoth_")
        if kind not in "UwW" and WRITABLE_SECTION.fullmatch(section):
            found.append(f"{member}: {name} is a writable global ({section})")
    return found


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    violations = check(sys.argv[1])
    print("\n".join(violations) if violations else "symbols: ok")
    sys.exit(1 if violations else 0)

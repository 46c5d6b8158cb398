"""C source for constant tables; used by the make_*.py generators."""
import re
import textwrap


def read_define(path, name):
    """The string that a header defines `name` as."""
    with open(path, encoding="utf-8") as header:
        return re.search(rf'^#define {name} "(.*?)"', header.read(), re.MULTILINE).group(1)


def array(c_type, name, values):
    """A static const array of integers."""
    body = textwrap.fill(", ".join(str(value) for value in values), 98,
                         initial_indent="  ", subsequent_indent="  ")
    return f"static const {c_type} {name}[{len(values)}] = {{\n{body}\n}};\n"


def byte_string(name, data):
    """A static const array of bytes as a string literal, which compiles far faster than an
    array of numbers; a NUL follows the data."""
    lines = []
    for begin in range(0, len(data), 24):
        escapes = "".join(f"\\{byte:03o}" for byte in data[begin:begin + 24])
        lines.append(f'  "{escapes}"')
    return f"static const unsigned char {name}[{len(data) + 1}] =\n" + "\n".join(lines) + ";\n"


def write(path, source, parts):
    """Writes a header that says where its tables come from."""
    with open(path, "w", encoding="ascii") as out:
        out.write(f"/* Generated from {source}. */\n" + "\n".join(parts))

"""What the report's files are to programs that know nothing of quoth: Python's XML, HTML and zlib
modules, and scikit-learn. Needs QUOTH_DRAW_SAMPLES, the program of draw_samples.c."""
import html.parser
import os
import re
import struct
import subprocess
import sys
import tempfile
import traceback
import xml.dom.minidom
import zlib

DRAW = os.environ["QUOTH_DRAW_SAMPLES"]
HOSTILE = ["<script>alert('x')</script>", "]]>&amp;&#60;b&gt;", "</style></svg></html>",
           "\N{REPLACEMENT CHARACTER}RTL",
           '" onmouseover="alert(1)" title="long enough for…', "a␊b␉c␍␁␛[31mred␡ 10"]
VOID = {"meta", "br", "hr", "img", "link", "input"}


def draw(name, n_classes, labels, rows=200, **env):
    """Draws a sample into a temporary file and returns its bytes."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, name)
        subprocess.run([DRAW, str(n_classes), labels, str(rows), path], check=True,
                       env=dict(os.environ, **env))
        assert os.listdir(folder) == [name]
        with open(path, "rb") as file:
            return file.read()


class Page(html.parser.HTMLParser):
    """Checks that elements nest; collects tags, attributes and text."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.tags, self.attributes, self.texts = [], [], [], []
        self.feed(text)
        self.close()
        assert self.open == [], self.open

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]

    def handle_endtag(self, tag):
        assert self.open and self.open[-1] == tag, (tag, self.open)
        self.open.pop()

    def handle_data(self, data):
        if self.open[-1:] != ["style"]:
            self.texts.append(data)


def test_png_pixels():
    """PNG: every chunk and all pixels are there"""
    data = draw("a.png", 5, "words")
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    at, pixels, names = 8, b"", []
    while at < len(data):
        (size,) = struct.unpack(">I", data[at:at + 4])
        body = data[at + 4:at + 8 + size]
        (crc,) = struct.unpack(">I", data[at + 8 + size:at + 12 + size])
        assert zlib.crc32(body) == crc
        names.append(body[:4])
        if body[:4] == b"IHDR":
            width, height, depth, kind = struct.unpack(">IIBB", body[4:14])
        if body[:4] == b"IDAT":
            pixels += body[4:]
        at += 12 + size
    assert names[-1] == b"IEND" and b"tIME" not in names
    assert (depth, kind) == (8, 2)
    assert len(zlib.decompress(pixels)) == height * (1 + 3 * width)


def test_svg_is_xml():
    """SVG: well-formed, nothing in it can run or be loaded"""
    for name, n_classes, labels in (("a.svg", 2, "short"), ("a.svg", 12, "hostile"),
                                    ("a.svg", 30, "words"), ("calibration.svg", 5, "hostile")):
        document = xml.dom.minidom.parseString(draw(name, n_classes, labels))
        assert document.documentElement.tagName == "svg"
        assert not document.getElementsByTagName("script")
        for used in document.getElementsByTagName("use"):
            assert used.getAttribute("xlink:href").startswith("#")


def test_pdf_date():
    """PDF: its date is the epoch, or SOURCE_DATE_EPOCH"""
    clean = {"SOURCE_DATE_EPOCH": "0"}
    assert b"19700101000000Z" in plain_pdf(draw("a.pdf", 3, "words", **clean))
    assert b"20010909014640Z" in plain_pdf(draw("a.pdf", 3, "words",
                                                SOURCE_DATE_EPOCH="1000000000"))


def plain_pdf(data):
    """A PDF with its compressed streams opened."""
    assert data.startswith(b"%PDF-1.")
    for found in re.finditer(rb"stream\r?\n(.*?)endstream", data, re.S):
        try:
            data += zlib.decompressobj().decompress(found.group(1))
        except zlib.error:
            pass
    return data


def test_same_bytes():
    """Two runs give the same bytes"""
    for name in ("a.png", "a.svg", "a.pdf", "calibration.svg", "a.html", "a.txt"):
        assert draw(name, 9, "words") == draw(name, 9, "words"), name


def test_page_structure():
    """HTML: one page, headings in order, tables with scopes, nothing from outside"""
    page = Page(draw("a.html", 4, "words").decode())
    assert page.tags.count("h1") == 1
    assert page.tags.count("svg") == 2
    assert ("html", "lang", "en") in page.attributes
    for tag in ("script", "link", "iframe", "object", "img"):
        assert tag not in page.tags, tag
    assert page.tags.count("table") >= 6
    assert len([a for a in page.attributes if a[0] == "th" and a[1] == "scope"]) \
        == page.tags.count("th")
    ids = [value for _, name, value in page.attributes if name == "id"]
    assert len(ids) == len(set(ids))
    for _, name, value in page.attributes:
        assert not name.startswith("on"), name
        if name == "aria-labelledby":
            assert value in ids
        if name in ("href", "src", "xlink:href"):
            assert value.startswith("#") and value[1:] in ids, value
        if name == "style":
            assert "url(" not in value or "url(#" in value, value
    text = "".join(page.texts)
    for part in ("topics-forest", "data/authors.csv", "13,781 terms", "трагедия", "悲劇",
                 "9f2c01d84be0a6537d15cc3290ab6e4f", '"n_components": 50', "captain", "41.2 %",
                 "4.990"):
        assert part in text, part


def test_page_escapes():
    """HTML: hostile labels, terms, titles and file names are text"""
    data = draw("a.html", 12, "hostile").decode()
    page = Page(data)
    text = "".join(page.texts)
    for label in HOSTILE:
        assert label in text, label
    for part in ('<title> & "co" ␊', "d<a>ta\N{REPLACEMENT CHARACTER}.csv", "<b>",
                 '<b>bold</b> & "quoted"', '"note": "<script>&"'):
        assert part in text, part
    assert "script" not in page.tags and "b" not in page.tags
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f\u202e]", data)
    assert not any(name.startswith("on") for _, name, _ in page.attributes)
    titles = [value for _, name, value in page.attributes if name == "title"]
    assert any(len(value) == 10000 for value in titles)
    assert max(len(word) for word in page.texts) < 1000


def test_every_number_of_classes():
    """HTML: from 1 to 501 classes, with and without a picture"""
    for n_classes in (1, 2, 31, 200):
        assert Page(draw("a.html", n_classes, "short", 20).decode()).tags.count("svg") == 2
    page = Page(draw("a.html", 501, "short", 2).decode())
    assert page.tags.count("svg") == 1
    assert "501 classes are too many for a picture." in page.texts


def test_no_fonts():
    """Without fonts there is an error that says what to install"""
    with tempfile.TemporaryDirectory() as folder:
        config = os.path.join(folder, "fonts.conf")
        with open(config, "w") as file:
            file.write('<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">'
                       f"<fontconfig><dir>{folder}/none</dir><cachedir>{folder}</cachedir>"
                       "</fontconfig>")
        done = subprocess.run([DRAW, "3", "words", "9", os.path.join(folder, "a.png")],
                              env=dict(os.environ, FONTCONFIG_FILE=config), text=True,
                              stderr=subprocess.PIPE)
        assert done.returncode == 1
        assert "install some, such as Debian's fonts-dejavu-core" in done.stderr, done.stderr
        assert not os.path.exists(os.path.join(folder, "a.png"))


def test_classification_report():
    """Tables: the text is scikit-learn's classification_report"""
    try:
        from sklearn.metrics import classification_report
    except ImportError as missing:
        return str(missing)
    import warnings
    warnings.simplefilter("ignore")
    for n_classes in (2, 3, 7, 12):
        text = draw("a.txt", n_classes, "short", 500).decode()
        table = re.search(r"Classes \(test rows\)\n\n(.*)\nConfusion matrix[^\n]*\n\n(.*?)topic",
                          text, re.S)
        rows = [line.split() for line in table.group(2).splitlines()]
        names = rows[0]
        assert names == [f"c{i}" for i in range(n_classes)]
        truth, guess = [], []
        for row in rows[1:]:
            for name, count in zip(names, row[1:]):
                truth += [row[0]] * int(count)
                guess += [name] * int(count)
        expected = classification_report(truth, guess, labels=names, digits=4, zero_division=0)
        if n_classes > 5:  # scikit-learn: "micro avg" where a label is absent
            expected = re.sub(r" {3}micro avg.*?(\S+ +\d+)\n", r"    accuracy" + " " * 25 + r"\1\n",
                              expected)
        assert table.group(1) == expected, expected + table.group(1)


def main():
    tests = [value for name, value in globals().items() if name.startswith("test_")]
    print(f"1..{len(tests)}")
    n_failed = 0
    for number, test in enumerate(tests, 1):
        name = test.__doc__.split("\n")[0]
        try:
            why_not = test()
            print(f"ok {number} - {name}" + (f" # SKIP {why_not}" if why_not else ""), flush=True)
        except Exception:
            n_failed += 1
            print(f"not ok {number} - {name}")
            print("# " + traceback.format_exc().replace("\n", "\n# "), flush=True)
    sys.exit(1 if n_failed else 0)


main()

#!/usr/bin/env python3
"""tools/check_layers.py: the house keeps its rule, and a breach of it is found."""
import os
import pathlib
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path[:0] = [os.path.join(ROOT, "tests"), os.path.join(ROOT, "tools")]
from check_layers import check
from tap_tests import run, test


def check_house(files):
    """What the check says of a small house: {path: text}."""
    with tempfile.TemporaryDirectory() as root:
        for path, text in files.items():
            file = pathlib.Path(root, path)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        return check(root)


@test
def the_house():
    """the includes of the house follow the layer rule"""
    assert check(ROOT) == []


@test
def sound_house():
    """includes that follow the rule are accepted"""
    found = check_house({
        "include/quoth.h": "#include <stdint.h>\n",
        "src/base/error.h": '#include "quoth.h"\n',
        "src/math/sparse.h": '#include "base/error.h"\n',
        "src/learn/lda.c": '#include "math/sparse.h"\n# include "learn/generated.h"\n',
        "src/model/pipeline.c": '#include "learn/lda.h"\n#include "text/utf8.h"\n',
        "apps/report/picture.c": '#include "learn/metrics.h"\n#include <cairo/cairo.h>\n',
        "apps/quoth/main.c": '#include "report/picture.h"\n#include <signal.h>\n',
        "tests/model/test_all.c": '#include "apps/quoth/main.h"\n',
    })
    assert found == [], found


@test
def each_breach():
    """each breach of the rule is found, with its place"""
    for path, include in [
            ("src/base/file.c", '"text/utf8.h"'), ("src/text/utf8.c", '"data/csv.h"'),
            ("src/text/utf8.c", '"math/sparse.h"'), ("src/data/csv.c", '"text/utf8.h"'),
            ("src/math/sparse.c", '"learn/lda.h"'), ("src/learn/lda.c", '"text/utf8.h"'),
            ("src/learn/lda.c", '"data/csv.h"'), ("src/learn/lda.c", '"model/spec.h"'),
            ("src/model/spec.c", '"interop/pickle.h"'), ("src/interop/pickle.c", '"api/api.h"'),
            ("apps/report/table.c", '"model/spec.h"'), ("apps/report/table.c", '"learn/lda.h"'),
            ("apps/api/api.c", '"http/server.h"'), ("apps/quothd/main.c", '"report/table.h"'),
            ("src/model/spec.c", "<sys/socket.h>"), ("apps/api/api.c", "<event2/http.h>"),
            ("src/base/file.c", "<locale.h>"), ("src/model/spec.c", "<cairo.h>")]:
        name = include.strip('"<>')
        found = check_house({path: f"/* text */\n#include {include}\n"})
        assert len(found) == 1 and found[0].startswith(f"{path}:2:") and name in found[0], (
            path, include, found)


@test
def relative_include():
    """a way round the rule by a relative path is found"""
    found = check_house({"src/base/file.c": '#include "../text/utf8.h"\n', "src/text/utf8.h": ""})
    assert len(found) == 1, found


@test
def cycle():
    """headers that include each other are found"""
    found = check_house({"src/base/a.h": '#include "base/b.h"\n',
                         "src/base/b.h": '#include "base/c.h"\n',
                         "src/base/c.h": '#include "base/a.h"\n'})
    assert found == ["src/base/a.h:1: includes itself: "
                     "src/base/a.h -> src/base/b.h -> src/base/c.h -> src/base/a.h"], found


@test
def new_folder():
    """a folder that the rule doesn't know is found"""
    assert check_house({"src/utils/misc.c": ""}) == [
        "src/utils/misc.c:1: in no folder of the house; add it to tools/check_layers.py"]


run()

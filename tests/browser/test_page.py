#!/usr/bin/env python3
"""The page in a real browser: page.js drives chromium, this starts the server and finds what is
needed. With QUOTH_SCREENSHOTS=FOLDER the pictures of docs/ are written there."""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
TESTS = HERE.parent
sys.path[:0] = [str(TESTS), str(TESTS / "http")]

from npm import install  # noqa: E402
from server import serving  # noqa: E402
from tap_tests import Skip  # noqa: E402

PLAYWRIGHT = "playwright-core@1.60.0"  # the last that Debian's node runs
TRAINING = ["--set", "lda.n_components=10", "--set", "lda.learning_method=batch",
            "--set", "lda.max_iter=20", "--set", "forest.min_samples_split=4",
            "--set", "forest.min_samples_leaf=2"]


def find_browser():
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if shutil.which(name):
            return shutil.which(name)
    raise Skip("no chromium")


def main():
    try:
        browser, modules = find_browser(), install(PLAYWRIGHT)
    except Skip as why:
        print(f"1..1\nok 1 - the page in a browser # SKIP {why}")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        model = os.path.join(folder, "tickets.quoth")
        subprocess.run([os.environ["QUOTH"], "train", TESTS.parent / "examples" / "tickets.csv",
                        "-o", model, "--recipe", "topics-forest", *TRAINING], check=True, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)
        with serving("tickets=" + model) as server:
            address = "http://{}:{}/".format(*server.address)
            playwright = os.path.join(modules, PLAYWRIGHT.split("@")[0])
            return subprocess.run(["node", HERE / "page.js", playwright, browser, address,
                                   str(server.process.pid)],
                                  env=dict(os.environ, HOME=folder)).returncode


sys.exit(main())

#!/usr/bin/env python3
"""tools/invoke, with functions that are small shell or Python scripts."""
import os
import subprocess
import sys
import tempfile
import zipfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "tests"))
from tap_tests import run, test

INVOKE = os.path.join(ROOT, "tools", "invoke")
# Answers each event with its bytes in capitals, at PATH; then asks for the next, as functions do.
SHOUT = f"""#!{sys.executable}
import http.client, os
api = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
while True:
    api.request("GET", "/2018-06-01/runtime/invocation/next")
    reply = api.getresponse()
    event, id = reply.read(), reply.headers["Lambda-Runtime-Aws-Request-Id"]
    api.request("POST", f"/2018-06-01/runtime/invocation/{{id}}/PATH", event.decode().upper().encode())
    api.getresponse().read()
"""


def invoke(bootstrap, event, mode=0o755):
    """Exit status and output of an invocation of a zip that holds `bootstrap`."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "function.zip")
        with zipfile.ZipFile(path, "w") as file:
            entry = zipfile.ZipInfo("bootstrap")
            entry.external_attr = mode << 16
            file.writestr(entry, bootstrap)
        done = subprocess.run([sys.executable, INVOKE, path, event], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True)
    return done.returncode, done.stdout, done.stderr


@test
def answers():
    """prints the function's response and ends with 0"""
    assert invoke(SHOUT.replace("PATH", "response"), '"grüße"') == (0, '"GRÜSSE"\n', "")


@test
def fails():
    """prints the function's error and ends with 1"""
    assert invoke(SHOUT.replace("PATH", "error"), '"no"') == (1, '"NO"\n', "")


@test
def dies():
    """says when the function ends without an answer"""
    status, output, errors = invoke("#!/bin/sh\nexit 0\n", "{}")
    assert (status, output) == (1, ""), (status, output)
    assert "ended without an answer" in errors, errors


@test
def without_exec_bit():
    """a bootstrap that may not be executed fails, as it would on Lambda"""
    status, _, errors = invoke("#!/bin/sh\n", "{}", 0o644)
    assert status == 1 and "Permission denied" in errors, (status, errors)


@test
def unusable_arguments():
    """a zip that is none, an event that is none, a file that is not there: one line each"""
    with tempfile.TemporaryDirectory() as folder:
        text, absent = os.path.join(folder, "text"), os.path.join(folder, "absent")
        with open(text, "w", encoding="utf-8") as file:
            file.write("no zip")
        for arguments, why in [([text, "{}"], "not a zip"), ([absent, "{}"], "No such file"),
                               ([text, "{"], "not JSON"), ([text, "@" + absent], "No such file"),
                               ([text, "@" + text], "not JSON")]:
            done = subprocess.run([sys.executable, INVOKE, *arguments], stderr=subprocess.PIPE,
                                  text=True)
            assert done.returncode == 1 and why in done.stderr, (arguments, done)
            assert done.stderr.startswith("tools/invoke: ") and done.stderr.count("\n") == 1, done


@test
def usage():
    """wrong usage is told"""
    done = subprocess.run([sys.executable, INVOKE], stderr=subprocess.PIPE, text=True)
    assert done.returncode == 2 and done.stderr.startswith("usage:"), done


run()

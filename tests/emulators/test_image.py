#!/usr/bin/env python3
"""The image of quoth package's Dockerfile, without Docker: its entry point, as the Dockerfile has it,
with the folder function for its whole file system."""
import json
import os
import re
import subprocess

from function import FOLDER, SEA, UNICODE, answers_over_http, ask, package
from server import QUOTH, Server
from tap_tests import Skip, run, test


def read_dockerfile():
    """{instruction: what stands behind it}; each of ours occurs once."""
    with open(os.path.join(FOLDER, "Dockerfile"), encoding="utf-8") as file:
        return dict(re.findall(r"^([A-Z]+) (.+)$", file.read(), re.MULTILINE))


def enter_image():
    user, group = map(int, read_dockerfile()["USER"].split(":"))
    os.chroot(os.path.join(FOLDER, "function"))
    os.chdir("/")
    os.setgroups([])
    os.setgid(group)
    os.setuid(user)


@test
def serves():
    """it serves as the user that the Dockerfile names, with nothing else to be found"""
    if os.geteuid() != 0:
        raise Skip("only root may change the root of the file system")
    package()
    subprocess.run([QUOTH, "package", "places.quoth", "-o", "image.zip", "--template", "dockerfile"],
                   cwd=FOLDER, check=True, stdout=subprocess.DEVNULL)
    made = read_dockerfile()
    assert made["ENV"] == "PORT=8080", made
    os.chmod(FOLDER, 0o755)
    requests = [("POST", "/predict", "text/plain", text.encode()) for text in (SEA, UNICODE)]
    requests += [("GET", "/"), ("GET", "/model")]
    server = Server(program=json.loads(made["ENTRYPOINT"]), env={"PORT": "0"}, listen=False,
                    preexec_fn=enter_image)
    try:
        found = server.wait_for(r"listening on http://\[::\]:(\d+)|listening on http://0.0.0.0:(\d+)")
        address = "127.0.0.1", int(found[1] or found[2])
        answers = [ask(address, *request) for request in requests]
        assert server.stop() == 0, server.lines()
    finally:
        server.clear()
    expected = answers_over_http(requests)
    assert [status for status, _, _ in answers] == [200] * len(requests), answers
    assert [body for _, _, body in answers] == [body for _, _, body in expected]


run()

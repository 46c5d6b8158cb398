#!/usr/bin/env python3
"""function.zip behind API Gateway, as @architect/sandbox has it: real HTTP requests become events,
results become HTTP answers. What a client sees is what quothd as a server gives."""
import contextlib
import json
import os
import socket
import subprocess

from function import (FOLDER, FORM, JSON, SEA, TOWN, UNICODE, answers_over_http, ask, package,
                      unpack)
from npm import install
from tap_tests import run, test

HERE = os.path.dirname(os.path.abspath(__file__))
PROJECT = os.path.join(FOLDER, "project")
# The name of a runtime with "go" in it gets the Runtime API's address without "http://".
APP = """@app
quoth
@http
{routes}
@plugins
native
@aws
runtime native-go
timeout 60
"""
ROUTE = "{path}\n  method {method}\n  src src/function\n"
# HTTP APIs have routes for all; REST APIs only single ones, none of them for HEAD.
ROUTES = [("any", "/"), ("any", "/*"), ("get", "/"), ("get", "/openapi.json"), ("get", "/predict"),
          ("post", "/predict"), ("get", "/nowhere"), ("delete", "/predict")]
PLUGIN = """module.exports = { set: { runtimes: () => ({
  name: 'native-go', type: 'compiled', build: '.build', baseRuntime: 'provided.al2023' }) } };
"""
REQUESTS = [
    ("POST", "/predict", JSON, json.dumps({"text": SEA})),
    ("POST", "/predict", JSON, json.dumps({"texts": [SEA, TOWN, UNICODE], "explain": True})),
    ("POST", "/predict", JSON, json.dumps({"text": UNICODE}, ensure_ascii=False).encode()),
    ("POST", "/predict", "text/plain; charset=utf-8", UNICODE.encode()),
    ("POST", "/predict", FORM, "text=The+ship+%C3%BCber+alles&explain=true"),
    ("POST", "/predict?stage=1&a=b", JSON, json.dumps({"text": TOWN})),
    ("POST", "/predict", JSON, json.dumps({"text": SEA}), {"Cookie": "a=1; b=2"}),
    ("POST", "/predict", JSON, "{"),
    ("POST", "/predict", "application/xml", "<a/>"),
    ("POST", "/predict"),
    ("GET", "/"),
    ("GET", "/openapi.json"),
    ("GET", "/nowhere"),
    ("GET", "/predict"),
    ("DELETE", "/predict"),
]
# Of HTTP APIs alone.
MORE = [("HEAD", "/"), ("OPTIONS", "/predict")]
# What came in base64 may be anything.
BAD_UTF8 = [("POST", "/predict", JSON, b'{"text": "\xff"}')]
COMPARED = {"content-type", "allow", "cache-control", "content-security-policy"}


def write(path, text):
    path = os.path.join(PROJECT, path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def make_project():
    """The project's folder, with function.zip unpacked in it."""
    write("app.arc", APP.format(routes="".join(
        ROUTE.format(path=path, method=method) for method, path in ROUTES)))
    write("preferences.arc", "@sandbox\nlivereload false\n")
    write("src/plugins/native.js", PLUGIN)
    os.makedirs(os.path.join(PROJECT, "src", "function"))
    unpack(os.path.join(PROJECT, ".build", "src", "function"))


def free_ports(n):
    with contextlib.ExitStack() as stack:
        return [stack.enter_context(socket.create_server(("127.0.0.1", 0))).getsockname()[1]
                for _ in range(n)]


class Sandbox:
    """The project at work behind an API of this kind, for a with statement."""

    def __init__(self, api):
        modules = install("@architect/sandbox@9.0.0")
        port, runtime_port = free_ports(2)
        self.address = ("127.0.0.1", port)
        self.process = subprocess.Popen(
            ["node", os.path.join(HERE, "sandbox.js"), modules, PROJECT, api, str(port)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            env=dict(os.environ, ARC_INTERNAL_PORT=str(runtime_port), NO_UPDATE_NOTIFIER="1",
                     AWS_ACCESS_KEY_ID="x", AWS_SECRET_ACCESS_KEY="x", AWS_REGION="us-east-1"))

    def __enter__(self):
        output = ""
        while not output.endswith("ready\n"):
            line = self.process.stdout.readline()
            assert line, "the emulator ended:\n" + output
            output += line
        return self

    def __exit__(self, *_):
        self.process.communicate()  # ends its input


def check(api, requests):
    """Compares answers through an API with those of the HTTP server."""
    with Sandbox(api) as sandbox:
        for request, (status, fields, body) in zip(requests, answers_over_http(requests)):
            found, found_fields, found_body = ask(sandbox.address, *request)
            assert found == status, (request, found, found_body)
            assert found_body == body, (request, found_body)
            for name in COMPARED & fields.keys():
                assert found_fields.get(name) == fields[name], (request, name, found_fields)


@test
def http_json():
    """an HTTP API (payload 2.0) that hands JSON over as text"""
    check("http", REQUESTS + MORE)


@test
def http_base64():
    """an HTTP API (payload 2.0) that hands all bodies over in base64"""
    check("httpv2", REQUESTS + MORE + BAD_UTF8)


@test
def http_1():
    """an HTTP API (payload 1.0)"""
    check("httpv1", REQUESTS + MORE + BAD_UTF8)


@test
def rest():
    """a REST API"""
    check("rest", REQUESTS + BAD_UTF8)


package()
make_project()
run()

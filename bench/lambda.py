#!/usr/bin/env python3
"""Invokes quothd and a Python function through a Runtime API on this machine, in turn, and prints a
table.

usage: bench/lambda.py [DATA.csv] [--quoth build/quoth] [--rounds 3]

DATA.csv (default: data/authors.csv) has columns text and author. The function is what `quoth package`
puts into function.zip; the Python one has the same pipeline and no server around it. Starts are from
the process's start to its first answer, with files in the system's cache; an invocation is from the
moment that the event goes out to the call for the next one. Numbers are medians of all rounds."""
import argparse
import functools
import json
import os
import re
import socket
import subprocess
import tempfile
import time
import zipfile

from serve import HERE, PYTHON, compare, memory, read_texts, train

N_INVOCATIONS = 500
FIELDS = ["start to first answer ms", "invocation p50 ms", "p99 ms", "memory MB"]
EVENT = ("HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: 8476a536-e9f4-11e8-9739-2dfe598c3fcd\r\n"
         "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s")
ACCEPTED = b"HTTP/1.1 202 Accepted\r\nContent-Length: 16\r\n\r\n{\"status\": \"OK\"}"


def receive(connection):
    """One request, whole."""
    data = b""
    while True:
        data += (part := connection.recv(65536))
        if not part:
            raise ConnectionError("the function has ended")
        head, found, body = data.partition(b"\r\n\r\n")
        size = re.search(rb"content-length: *(\d+)", head, re.IGNORECASE)
        if found and len(body) >= (int(size[1]) if size else 0):
            return body


def invoke(connection, text):
    """Seconds of one invocation; a call for the next event has come in before and comes after."""
    event = json.dumps({"text": text})
    start = time.perf_counter()
    connection.sendall((EVENT % (len(event), event)).encode())
    answer = receive(connection)
    connection.sendall(ACCEPTED)
    receive(connection)
    seconds = time.perf_counter() - start
    assert b"label" in answer, answer
    return seconds


def measure(command, texts, **env):
    """The numbers of FIELDS, of one round."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        env["AWS_LAMBDA_RUNTIME_API"] = f"127.0.0.1:{listener.getsockname()[1]}"
        start = time.perf_counter()
        process = subprocess.Popen(command, cwd=HERE, env=dict(os.environ, **env),
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            connection, _ = listener.accept()
            with connection:
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                receive(connection)
                invoke(connection, texts[0])
                to_answer = time.perf_counter() - start
                times = sorted(invoke(connection, texts[i % len(texts)])
                               for i in range(N_INVOCATIONS))
                return [1e3 * to_answer, 1e3 * times[N_INVOCATIONS // 2],
                        1e3 * times[N_INVOCATIONS * 99 // 100], memory(process.pid)]
        finally:
            process.kill()
            process.wait()


def prepare(options, folder):
    """Trains and packs; returns {function: (command, environment)}."""
    model, pickles = train(options, folder)
    archive, task = os.path.join(folder, "function.zip"), os.path.join(folder, "task")
    subprocess.run([options.quoth, "package", model, "-o", archive], check=True,
                   stdout=subprocess.DEVNULL)
    with zipfile.ZipFile(archive) as file:
        file.extractall(task)
        size = sum(entry.file_size for entry in file.infolist())
    os.chmod(os.path.join(task, "bootstrap"), 0o755)
    print(f"function.zip has {os.path.getsize(archive) / 1e6:.2f} MB, {size / 1e6:.2f} unpacked\n")
    return {"quothd": ([os.path.join(task, "bootstrap")], {}),
            "Python": ([PYTHON, "-W", "ignore", "python_function.py"], {"MODEL_FOLDER": pickles})}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", nargs="?", default="data/authors.csv")
    parser.add_argument("--quoth", default="build/quoth")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    texts = read_texts(options.data)
    with tempfile.TemporaryDirectory() as folder:
        functions = prepare(options, folder)
        compare(FIELDS, options.rounds, {
            name: functools.partial(measure, command, texts, **env)
            for name, (command, env) in functions.items()})


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Invokes quothd and a Python function through a Runtime API on this machine, in turn, and prints
what goes into function.zip and a table.

usage: bench/lambda.py [DATA.csv] [--quoth build/quoth] [--rounds 3]

DATA.csv (default: data/authors.csv) has columns text and author. The function is what `quoth package`
puts into function.zip; the Python one has the same pipeline and no server around it. Starts are from
the process's start to its first answer, with files in the system's cache: the median of all starts of
a round, 15 of quothd and one of Python. An invocation is from the moment that the event goes out to
the call for the next one. Numbers are medians of all rounds."""
import argparse
import functools
import json
import os
import re
import signal
import socket
import statistics
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


def start(command, listener, environment):
    """The process and its connection, over which a call for an event has come in."""
    process = os.posix_spawn(command[0], command, dict(os.environ, **environment),
                             file_actions=[(os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0)])
    connection, _ = listener.accept()
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    receive(connection)
    return process, connection


def measure_start(command, text, listener, environment):
    """Seconds until the first answer; the process and its connection."""
    begin = time.perf_counter()
    process, connection = start(command, listener, environment)
    invoke(connection, text)
    return time.perf_counter() - begin, process, connection


def end(process, connection):
    connection.close()
    os.kill(process, signal.SIGKILL)
    os.waitpid(process, 0)


def measure(command, n_starts, texts, **environment):
    """The numbers of FIELDS, of one round."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        environment["AWS_LAMBDA_RUNTIME_API"] = f"127.0.0.1:{listener.getsockname()[1]}"
        starts = []
        for i in range(n_starts):
            seconds, process, connection = measure_start(command, texts[0], listener, environment)
            starts.append(seconds)
            if i < n_starts - 1:
                end(process, connection)
        times = sorted(invoke(connection, texts[i % len(texts)]) for i in range(N_INVOCATIONS))
        numbers = [1e3 * statistics.median(starts), 1e3 * times[N_INVOCATIONS // 2],
                   1e3 * times[N_INVOCATIONS * 99 // 100], memory(process)]
        end(process, connection)
        return numbers


def package(options, model, path, *more):
    """What `quoth package` says of a function.zip."""
    done = subprocess.run([options.quoth, "package", model, "-o", path, "--json", *more],
                          check=True, stdout=subprocess.PIPE)
    return json.loads(done.stdout)


def print_sizes(full, small):
    sizes = {name: f"{size / 1e6:.2f} MB" for name, size in full["sizes"].items()}
    print(f"function.zip has {sizes['zip']}: bootstrap {sizes['bootstrap']} and the model "
          f"{sizes['model']} before they are compressed.\nIn float32 it has "
          f"{small['sizes']['zip'] / 1e6:.2f} MB, and probabilities of the rows change by at most "
          f"{small['check']['largest_change']:.3g}.\n")


def prepare(options, folder):
    """Trains and packs; returns {function: (command, starts, environment)}."""
    model, pickles = train(options, folder)
    archive, task = os.path.join(folder, "function.zip"), os.path.join(folder, "task")
    small = package(options, model, archive, "--precision", "float32", "--check", options.data)
    print_sizes(package(options, model, archive), small)
    with zipfile.ZipFile(archive) as file:
        file.extractall(task)
    bootstrap = os.path.join(task, "bootstrap")
    os.chmod(bootstrap, 0o755)
    function = os.path.join(HERE, "python_function.py")
    return {"quothd": ([bootstrap], 15, {}),
            "Python": ([PYTHON, "-W", "ignore", function], 1, {"MODEL_FOLDER": pickles})}


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
            name: functools.partial(measure, command, n_starts, texts, **environment)
            for name, (command, n_starts, environment) in functions.items()})


if __name__ == "__main__":
    main()

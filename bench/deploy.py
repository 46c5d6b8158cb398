#!/usr/bin/env python3
"""What quoth needs where it is deployed: time to the first answer, time of an invocation, memory,
and the size of what is deployed. Prints a table.

usage: bench/deploy.py [DATA.csv] [--quoth build/quoth] [--starts 41] [--invocations 2000]

DATA.csv (default: data/authors.csv) has columns text and author. The function is started as Lambda
does, with a Runtime API on this machine, and the server from a shell's place. Times are medians, and
in brackets the least: those of a process that had a core for itself. "As Lambda sees it" is from the
first byte of an event that is sent to the last byte of its answer that is read, by a client written
in Python. Memory is the proportional share (PSS) after the last invocation, in MB."""
import argparse
import contextlib
import csv
import json
import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile

N_TEXTS = 500
NEXT = b"HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: %d\r\nContent-Length: %d\r\n\r\n"
ACCEPTED = b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n"


def read_texts(path):
    with open(path, encoding="utf-8", newline="") as file:
        return [row["text"] for _, row in zip(range(N_TEXTS), csv.DictReader(file))]


def memory(pid):
    with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as file:
        return int(re.search(r"^Pss: *(\d+) kB", file.read(), re.MULTILINE)[1]) / 1000


def read_message(connection):
    """The body of the next request or response."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += connection.recv(1 << 20) or sys.exit("the connection ended")
    head, body = data.split(b"\r\n\r\n", 1)
    length = re.search(rb"\r\nContent-Length: (\d+)", head)
    while length and len(body) < int(length[1]):
        body += connection.recv(1 << 20) or sys.exit("the connection ended")
    return body


def check(answer):
    prediction = json.loads(answer)["predictions"][0]
    assert abs(sum(prediction["probabilities"].values()) - 1) < 1e-9, answer


@contextlib.contextmanager
def process(program, *arguments, **environment):
    quiet = os.open(os.devnull, os.O_WRONLY)
    pid = os.posix_spawn(program, [program, *arguments], dict(os.environ, **environment),
                         file_actions=[(os.POSIX_SPAWN_DUP2, quiet, 2)])
    try:
        yield pid
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(quiet)


# ---- As a function -----------------------------------------------------------------------------

def invoke(connection, number, event):
    """Answers the `next` that has come in; seconds until the answer was there."""
    start = time.perf_counter()
    connection.sendall(NEXT % (number, len(event)) + event)
    answer = read_message(connection)
    seconds = time.perf_counter() - start
    check(answer)
    connection.sendall(ACCEPTED)
    read_message(connection)
    return seconds


def measure_function(folder, events):
    """Seconds from the start to the first answer, of the invocations after it, and memory."""
    with socket.create_server(("127.0.0.1", 0)) as api:
        address = f"127.0.0.1:{api.getsockname()[1]}"
        start = time.perf_counter()
        with process(os.path.join(folder, "bootstrap"), AWS_LAMBDA_RUNTIME_API=address) as pid:
            connection, _ = api.accept()
            with connection:
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                read_message(connection)
                invoke(connection, 0, events[0])
                to_answer = time.perf_counter() - start
                times = [invoke(connection, i, event) for i, event in enumerate(events[1:], 1)]
                return to_answer, times, memory(pid)


def unpack(path, folder):
    with zipfile.ZipFile(path) as whole:
        for entry in whole.infolist():
            os.chmod(whole.extract(entry, folder), entry.external_attr >> 16)


# ---- As a server -------------------------------------------------------------------------------

def connect(port):
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port))
        except ConnectionRefusedError:
            time.sleep(0.0001)  # the processor is for the server


def measure_server(program, model, event):
    """Seconds from the start to the first answer."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    start = time.perf_counter()
    with process(program, "--listen", f"127.0.0.1:{port}", model):
        with connect(port) as connection:
            connection.sendall(b"POST /predict HTTP/1.1\r\nHost: bench\r\nContent-Type: "
                               b"application/json\r\nContent-Length: %d\r\n\r\n" % len(event) + event)
            check(read_message(connection))
            return time.perf_counter() - start


# ---- The table ---------------------------------------------------------------------------------

def package(quoth, model, path, *options):
    """What `quoth package --json` says."""
    return json.loads(subprocess.run([quoth, "package", model, "-o", path, "--json", *options],
                                     check=True, stdout=subprocess.PIPE).stdout)


def milliseconds(times):
    return f"{statistics.median(times) * 1e3:.2f} ms ({min(times) * 1e3:.2f})"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", nargs="?", default="data/authors.csv")
    parser.add_argument("--quoth", default="build/quoth")
    parser.add_argument("--starts", type=int, default=41)
    parser.add_argument("--invocations", type=int, default=2000)
    options = parser.parse_args()
    events = [json.dumps({"text": text}).encode() for text in read_texts(options.data)]
    with tempfile.TemporaryDirectory() as folder:
        model, path = os.path.join(folder, "model"), os.path.join(folder, "function.zip")
        subprocess.run([options.quoth, "train", options.data, "-o", model], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        small = package(options.quoth, model, path, "--precision", "float32",
                        "--check", options.data)
        full = package(options.quoth, model, path)
        unpack(path, folder)
        bootstrap = os.path.join(folder, "bootstrap")
        server = [measure_server(bootstrap, model, events[0]) for _ in range(options.starts)]
        function = [measure_function(folder, events[:1])[0] for _ in range(options.starts)]
        many = [events[i % len(events)] for i in range(options.invocations + 1)]
        _, times, used = measure_function(folder, many)
        rows = [
            ("function: start to first answer", milliseconds(function)),
            ("server: start to first answer", milliseconds(server)),
            ("an invocation, as Lambda sees it", milliseconds(times)),
            ("memory of the function", f"{used:.1f} MB"),
            ("function.zip", f"{full['sizes']['zip'] / 1e6:.2f} MB"),
            ("function.zip, float32", f"{small['sizes']['zip'] / 1e6:.2f} MB"),
            ("largest change of a probability in it", f"{small['check']['largest_change']:.3g}"),
            ("bootstrap", f"{os.path.getsize(bootstrap) / 1e6:.2f} MB, "
                          + ("no shared library" if is_static(bootstrap) else "dynamic")),
        ]
    print("| | |\n|---|---|\n" + "\n".join(f"| {name} | {value} |" for name, value in rows))


def is_static(path):
    told = subprocess.run(["readelf", "--program-headers", path], check=True, text=True,
                          stdout=subprocess.PIPE).stdout
    return "INTERP" not in told and "DYNAMIC" not in told


if __name__ == "__main__":
    main()

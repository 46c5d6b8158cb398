#!/usr/bin/env python3
"""Asks quothd, Flask with gunicorn, and nginx with a constant answer, in turn, and prints a table.

usage: bench/serve.py [DATA.csv] [--quoth build/quoth] [--quothd build/quothd] [--rounds 3]
                      [--seconds 3]

DATA.csv (default: data/authors.csv) has columns text and author. Each server has two threads or
worker processes and is asked by wrk over 16 kept connections; numbers are medians of all rounds.
Memory is the proportional share (PSS) of all processes behind the load, in MB."""
import argparse
import csv
import functools
import json
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
PYTHON = "/usr/bin/python3"
N_TEXTS = 500
FIELDS = ["requests/s", "p50 ms", "p99 ms", "start to first answer ms", "memory MB"]

NGINX = """worker_processes 2; daemon off; pid {folder}/nginx.pid; error_log /dev/null;
events {{ worker_connections 1024; }}
http {{ access_log off; client_body_temp_path {folder}; proxy_temp_path {folder};
  fastcgi_temp_path {folder}; uwsgi_temp_path {folder}; scgi_temp_path {folder};
  server {{ listen 127.0.0.1:{port}; location / {{ default_type application/json;
    return 200 '{{"label": "constant", "probability": 1.0}}'; }} }} }}"""

WRK = """local bodies = {{{bodies}}}
local i = 0
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
function request()
  i = i % #bodies + 1
  return wrk.format(nil, "/predict", nil, bodies[i])
end"""


def read_texts(path):
    with open(path, encoding="utf-8", newline="") as file:
        return [row["text"] for _, row in zip(range(N_TEXTS), csv.DictReader(file))]


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


def ask(port, text):
    """One request over a connection of its own; False if nobody listens yet."""
    body = json.dumps({"text": text}).encode()
    try:
        with socket.create_connection(("127.0.0.1", port), 60) as connection:
            connection.sendall(b"POST /predict HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n"
                               b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n"
                               % len(body) + body)
            return connection.recv(65536).startswith(b"HTTP/1.1 200")
    except OSError:
        return False


def memory(pid):
    """PSS of a process and its children, in MB."""
    with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as file:
        own = int(re.search(r"^Pss: *(\d+) kB", file.read(), re.MULTILINE)[1]) / 1000
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
        return own + sum(memory(int(child)) for child in file.read().split())


def milliseconds(text):
    number, unit = re.fullmatch(r"([0-9.]+)(us|ms|s)", text).groups()
    return float(number) * {"us": 1e-3, "ms": 1, "s": 1e3}[unit]


def run_wrk(port, script, seconds):
    printed = subprocess.run(["wrk", "-t1", "-c16", f"-d{seconds}s", "--latency", "-s", script,
                              f"http://127.0.0.1:{port}/predict"],
                             capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in printed or "Socket errors" in printed:
        sys.exit(printed)
    latency = dict(re.findall(r"(50|99)% +(\S+)", printed))
    return [float(re.search(r"Requests/sec: +([0-9.]+)", printed)[1]),
            milliseconds(latency["50"]), milliseconds(latency["99"])]


def measure(command, port, text, script, seconds, **env):
    """The numbers of FIELDS, of one round."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                               cwd=HERE, env=dict(os.environ, **env))
    try:
        while not ask(port, text):
            if process.poll() is not None:
                sys.exit(f"{' '.join(command)} failed")
            time.sleep(0.0002)
        to_answer = (time.perf_counter() - start) * 1e3
        return [*run_wrk(port, script, seconds), to_answer, memory(process.pid)]
    finally:
        process.terminate()
        process.wait()


def train(options, folder):
    """Trains the same pipeline with both; returns quoth's model and Python's folder of pickles."""
    model, pickles = os.path.join(folder, "model.quoth"), os.path.join(folder, "pickles")
    os.mkdir(pickles)
    subprocess.run([options.quoth, "train", options.data, "-o", model, "--recipe", "topics-forest"], check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    # As a module and not a program: its classes are then found again by their names.
    subprocess.run([PYTHON, "-W", "ignore", "-c",
                    "import sys, pipeline; pipeline.train(*sys.argv[1:])",
                    os.path.abspath(options.data), pickles], check=True, cwd=HERE,
                   stdout=subprocess.DEVNULL)
    return model, pickles


def prepare(options, folder, texts):
    """Trains, writes settings; returns {server: (command, port, environment)}."""
    model, pickles = train(options, folder)
    with open(os.path.join(folder, "wrk.lua"), "w", encoding="utf-8") as file:
        file.write(WRK.format(bodies=", ".join(
            "[==[" + json.dumps({"text": text}) + "]==]" for text in texts)))
    ports = [free_port() for _ in range(3)]
    with open(os.path.join(folder, "nginx.conf"), "w", encoding="ascii") as file:
        file.write(NGINX.format(folder=folder, port=ports[2]))
    return {
        "quothd": ([os.path.abspath(options.quothd), "--threads", "2", "--listen",
                    f"127.0.0.1:{ports[0]}", model], ports[0], {}),
        "Flask": ([PYTHON, "-W", "ignore", "-m", "gunicorn", "--workers", "2", "--bind",
                   f"127.0.0.1:{ports[1]}", "flask_app:app"], ports[1], {"MODEL_FOLDER": pickles}),
        "nginx, constant": (["/usr/sbin/nginx", "-c", os.path.join(folder, "nginx.conf")],
                            ports[2], {}),
    }


def compare(fields, n_rounds, measures):
    """Calls each of {name: function} in turn, prints a table of medians, and returns them."""
    rounds = {name: [] for name in measures}
    for _ in range(n_rounds):
        for name, measure_once in measures.items():
            rounds[name].append(measure_once())
    medians = {name: [statistics.median(numbers) for numbers in zip(*measured)]
               for name, measured in rounds.items()}
    print("| | " + " | ".join(fields) + " |\n|---" + "|---" * len(fields) + "|")
    for name, numbers in medians.items():
        print(f"| {name} | " + " | ".join(f"{number:.3g}" if number < 1000 else f"{number:.0f}"
                                          for number in numbers) + " |")
    return medians


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", nargs="?", default="data/authors.csv")
    parser.add_argument("--quoth", default="build/quoth")
    parser.add_argument("--quothd", default="build/quothd")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=3)
    options = parser.parse_args()
    texts = read_texts(options.data)
    with tempfile.TemporaryDirectory() as folder:
        script = os.path.join(folder, "wrk.lua")
        servers = prepare(options, folder, texts)
        medians = compare(FIELDS, options.rounds, {
            name: functools.partial(measure, command, port, texts[0], script, options.seconds,
                                    **env)
            for name, (command, port, env) in servers.items()})
    ours, theirs, nginx = (medians[name][0] for name in servers)
    print(f"\nquothd answers {ours / theirs:.0f} times as many requests as Flask, "
          f"and {100 * ours / nginx:.0f} % of what nginx does.")


if __name__ == "__main__":
    main()

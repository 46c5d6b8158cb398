"""A server under test and raw connections to it, for the tests of the HTTP server."""
import contextlib
import http.client
import os
import re
import signal
import socket
import subprocess
import tempfile
import time

QUOTHD = os.environ["QUOTHD"]
QUOTH = os.environ["QUOTH"]
TIMEOUT = 20  # seconds; only a fault takes as long

SENTENCES = {
    "sea": ["The captain steered the ship over the waves", "Sailors hauled ropes on the deck",
            "A whale rose beside the ship at dawn", "The anchor fell and the ship stood still"],
    "town": ["The lady walked down the street to the market", "Shops in the town opened at nine",
             "A carriage stopped before the house in the street", "The market square was full"],
}


def train(path, seed=0):
    """Writes a small model whose classes are sea and town."""
    with tempfile.TemporaryDirectory() as folder:
        data = os.path.join(folder, "data.csv")
        with open(data, "w", encoding="utf-8") as file:
            file.write("text,label\n")
            for label, texts in SENTENCES.items():
                for text in texts * 10:
                    file.write(f"{text},{label}\n")
        subprocess.run([QUOTH, "train", data, "-o", path, "--recipe", "topics-forest",
                        "--set", "lda.n_components=4", "--set", "forest.min_samples_split=2",
                        "--set", "forest.min_samples_leaf=1", "--seed", str(seed)],
                       check=True, stdout=subprocess.DEVNULL)


class Server:
    """quothd, or `quoth serve`, at work; `log` is the path of what it has written."""

    def __init__(self, *arguments, program=(QUOTHD,), env=None, listen=True, **popen):
        self.file, self.log = tempfile.mkstemp()
        where = ["--listen", "127.0.0.1:0"] if listen else []
        self.process = subprocess.Popen([*program, *where, *arguments], stderr=self.file,
                                        env=dict(os.environ, **(env or {})), **popen)
        self.address = None

    def lines(self):
        with open(self.log, encoding="utf-8") as file:
            return file.read().splitlines()

    def wait_for(self, pattern, n=1):
        """Waits until `pattern` is in the log `n` times; returns the last match."""
        end = time.monotonic() + TIMEOUT
        while time.monotonic() < end:
            found = [m for m in (re.search(pattern, line) for line in self.lines()) if m]
            if len(found) >= n:
                return found[-1]
            if self.process.poll() is not None:
                break
            time.sleep(0.01)
        raise AssertionError(f"{pattern!r} is not in the log:\n" + "\n".join(self.lines()))

    def started(self):
        found = self.wait_for(r"listening on http://([0-9.]+|\[[0-9a-f:]+\]):(\d+)")
        self.address = (found[1].strip("[]"), int(found[2]))
        return self

    def stop(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        return self.process.wait(TIMEOUT)

    def clear(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self.file)
        os.unlink(self.log)

    def connect(self):
        return socket.create_connection(self.address, TIMEOUT)

    def client(self):
        return http.client.HTTPConnection(*self.address, timeout=TIMEOUT)


@contextlib.contextmanager
def serving(*arguments, **keywords):
    """A server for a with statement; it must end well, as sanitizers have it."""
    server = Server(*arguments, **keywords)
    try:
        yield server.started()
        if server.process.poll() is None:
            assert server.stop() == 0, "\n".join(server.lines()[-50:])
    finally:
        server.clear()


def receive_all(connection):
    """All bytes until the server closes."""
    parts = []
    while True:
        try:
            part = connection.recv(65536)
        except ConnectionResetError:
            part = b""
        if not part:
            return b"".join(parts)
        parts.append(part)


def exchange(server, data):
    """Sends bytes as they are, ends sending, and returns what comes back."""
    with server.connect() as connection:
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
        return receive_all(connection)


def read_answer(stream, is_head=False):
    """(status, fields, body) of the next answer of a connection's makefile("rb")."""
    line = stream.readline()
    assert line.startswith(b"HTTP/1.1 ") and line.endswith(b"\r\n"), line
    fields = {}
    while (field := stream.readline()) != b"\r\n":
        name, value = field.decode("latin-1").split(":", 1)
        fields[name.lower()] = value.strip()
    body = b"" if is_head else stream.read(int(fields.get("content-length", 0)))
    return int(line.split()[1]), fields, body


def post(body, fields=b"", path=b"/predict"):
    return (b"POST " + path + b" HTTP/1.1\r\nHost: test\r\nContent-Type: application/json\r\n"
            + fields + b"Content-Length: %d\r\n\r\n" % len(body) + body)

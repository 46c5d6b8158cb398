"""quothd and `quoth serve` as services: start, log, reload, end, systemd. Needs QUOTHD and QUOTH,
the programs."""
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from server import (QUOTH, QUOTHD, TIMEOUT, Server, post, read_answer, receive_all, serving, train)
from tap_tests import Skip, run, test

FOLDER = tempfile.TemporaryDirectory()
MODEL = os.path.join(FOLDER.name, "places.quoth")
OTHER = os.path.join(FOLDER.name, "other.quoth")
train(MODEL)
train(OTHER, seed=1)

GET = b"GET /healthz HTTP/1.1\r\nHost: test\r\n\r\n"
READY = GET.replace(b"healthz", b"readyz")
TEXT = b'{"text": "The ship left at dawn"}'


def digest(server):
    client = server.client()
    client.request("POST", "/predict", TEXT, {"Content-Type": "application/json"})
    return json.loads(client.getresponse().read())["model"]["digest"]


def fail(*arguments, program=(QUOTHD,), **env):
    """Runs a program that ends at once; returns its status and its words."""
    done = subprocess.run([*program, *arguments], capture_output=True, text=True, timeout=TIMEOUT,
                          env=dict(os.environ, **env))
    return done.returncode, done.stdout, done.stderr


# ---- The end -----------------------------------------------------------------

@test
def draining():
    """SIGTERM and SIGINT: what is under way is answered, /readyz says 503, the status is 0"""
    for number in [signal.SIGTERM, signal.SIGINT]:
        with serving(MODEL, "--threads", "1") as server:
            idle, late, ready = server.connect(), server.connect(), server.connect()
            for connection in [idle, late, ready]:
                connection.sendall(GET)
                assert read_answer(connection.makefile("rb"))[0] == 200
            whole = post(TEXT)
            new = server.connect()
            late.sendall(whole[:-5])
            ready.sendall(READY[:-5])
            time.sleep(0.1)
            server.process.send_signal(number)
            assert receive_all(idle) == b""
            new.sendall(GET)
            assert read_answer(new.makefile("rb"))[0] == 200
            new.close()
            try:
                server.connect().close()
                raise AssertionError("a connection is still accepted")
            except ConnectionRefusedError:
                pass
            for connection, rest, status in [(late, whole[-5:], 200), (ready, READY[-5:], 503)]:
                connection.sendall(rest)
                stream = connection.makefile("rb")
                found, fields, _ = read_answer(stream)
                assert (found, fields["connection"]) == (status, "close")
                assert stream.read() == b""
                stream.close()
                connection.close()
            start = time.monotonic()
            assert server.process.wait(TIMEOUT) == 0
            assert time.monotonic() - start < 3


@test
def draining_takes_no_longer_than_the_timeout():
    """a request that never ends does not hold the end up beyond the timeout"""
    with serving(MODEL, "--timeout", "1") as server, server.connect() as connection:
        connection.sendall(GET[:-5])
        time.sleep(0.1)
        start = time.monotonic()
        assert server.stop() == 0
        assert time.monotonic() - start < 4


@test
def nothing_is_lost_at_the_end():
    """each request that was taken is answered, though the server ends under load"""
    with serving(MODEL) as server:
        outcomes, is_over = [], threading.Event()

        def ask():
            while not is_over.is_set():
                try:
                    connection = server.connect()
                except ConnectionRefusedError:
                    return
                with connection:
                    connection.sendall(post(TEXT, b"Connection: close\r\n"))
                    outcomes.append(receive_all(connection)[:12])

        threads = [threading.Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        time.sleep(0.5)
        assert server.stop() == 0
        is_over.set()
        for thread in threads:
            thread.join()
        # The last one of each may have met the socket as it closed.
        n_lost = sum(o != b"HTTP/1.1 200" for o in outcomes)
        assert len(outcomes) > 50 and n_lost <= len(threads), (len(outcomes), n_lost)


# ---- Reloading ---------------------------------------------------------------

@test
def reloading():
    """SIGHUP changes the model under load, and no request fails"""
    path = os.path.join(FOLDER.name, "changing.quoth")
    shutil.copy(MODEL, path)
    with serving(path) as server:
        first, seen, is_over = digest(server), [], threading.Event()

        def ask():
            with server.connect() as connection:
                stream = connection.makefile("rb")
                while not is_over.is_set():
                    connection.sendall(post(TEXT))
                    status, _, body = read_answer(stream)
                    seen.append((status, json.loads(body)["model"]["digest"]))

        threads = [threading.Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        for i in range(10):
            shutil.copy(OTHER if i % 2 == 0 else MODEL, path + ".new")
            os.replace(path + ".new", path)
            server.process.send_signal(signal.SIGHUP)
            server.wait_for("serving changing", n=i + 2)
            time.sleep(0.02)
        is_over.set()
        for thread in threads:
            thread.join()
        assert {status for status, _ in seen} == {200} and len({d for _, d in seen}) == 2
        assert digest(server) == first
        assert server.stop() == 0


@test
def bad_reloads():
    """a file that cannot be used leaves the old model in place; the log says why"""
    path = os.path.join(FOLDER.name, "spoilt.quoth")
    shutil.copy(MODEL, path)
    with serving(path) as server:
        first = digest(server)
        with open(MODEL, "rb") as file:
            whole = file.read()
        altered = bytearray(whole)
        altered[-100] ^= 1
        for i, bad in enumerate([b"", b"not a model", whole[:5000], bytes(altered), None]):
            os.unlink(path)
            if bad is not None:
                with open(path, "wb") as file:
                    file.write(bad)
            server.process.send_signal(signal.SIGHUP)
            line = server.wait_for("not reloaded.*", n=i + 1)[0]
            assert path in line, line
            assert digest(server) == first
            if bad is None:
                shutil.copy(OTHER, path)
        server.process.send_signal(signal.SIGHUP)
        server.wait_for("serving spoilt", n=2)
        assert digest(server) != first


# ---- The log -----------------------------------------------------------------

@test
def log_lines():
    """each request is one line, as text or JSON, without a byte of the client's"""
    secret = b"Zanzibar"
    requests = [post(b'{"text": "' + secret + b'"}'), GET.replace(b"healthz", secret),
                GET.replace(b"GET", b"ZANZIBAR"), GET.replace(b"test", b"Zanzibar/")]
    for form in ["text", "json"]:
        with serving(MODEL, "--log", form) as server:
            for request in requests:
                with server.connect() as connection:
                    connection.sendall(request)
                    connection.shutdown(socket.SHUT_WR)
                    receive_all(connection)
            assert server.stop() == 0
            lines = server.lines()
            assert "zanzibar" not in "\n".join(lines).lower()
            stamp = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"
            if form == "json":
                entries = [json.loads(line) for line in lines]
                assert all(re.fullmatch(stamp, entry["time"]) for entry in entries)
                found = [(e["method"], e["route"], e["status"]) for e in entries if "status" in e]
                assert all(e["bytes"] > 0 and e["duration_ms"] >= 0
                           for e in entries if "status" in e)
            else:
                assert all(re.match(stamp + " ", line) for line in lines)
                pattern = stamp + r" (\S+) (\S+) (\d{3}) \d+ B \d+\.\d{3} ms"
                found = [re.fullmatch(pattern, line) for line in lines]
                found = [(m[1], m[2], int(m[3])) for m in found if m]
            assert [(m, s) for m, _, s in found] == [("POST", 200), ("GET", 404), ("OTHER", 405),
                                                     ("-", 400)], found
            assert found[0][1] == "/predict"


@test
def log_that_nobody_reads():
    """a log whose reader has gone does not end the server"""
    read, write = os.pipe()
    process = subprocess.Popen([QUOTHD, MODEL, "--listen", "127.0.0.1:0"], stderr=write)
    os.close(write)
    with open(read, encoding="utf-8") as log:
        while not (found := re.search(r"127\.0\.0\.1:(\d+)", log.readline())):
            pass
    try:
        for _ in range(3):
            with socket.create_connection(("127.0.0.1", int(found[1])), TIMEOUT) as connection:
                connection.sendall(GET)
                assert read_answer(connection.makefile("rb"))[0] == 200
    finally:
        process.terminate()
        assert process.wait(TIMEOUT) == 0


# ---- The command line --------------------------------------------------------

@test
def where_to_listen():
    """--listen, AWS_LAMBDA_HTTP_ENDPOINT and PORT, in this order; IPv6 in brackets"""
    with serving(MODEL, env={"PORT": "0"}, listen=False) as server:
        assert server.address[0] in ("::", "0.0.0.0")
        with socket.create_connection(("127.0.0.1", server.address[1]), TIMEOUT) as connection:
            connection.sendall(GET)
            assert read_answer(connection.makefile("rb"))[0] == 200
    endpoint = {"PORT": "1", "AWS_LAMBDA_HTTP_ENDPOINT": "127.0.0.1:0"}
    for arguments in [[], ["--listen", "localhost:0"]]:
        with serving(MODEL, *arguments, env=endpoint, listen=False) as server:
            assert server.address[0] == "127.0.0.1"
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        raise Skip("no IPv6 here") from None
    with serving(MODEL, "--listen", "[::1]:0", listen=False) as server:
        assert digest(server)


@test
def wrong_usage():
    """wrong usage ends with status 2, failure with 1; both say why on one line"""
    missing = os.path.join(FOLDER.name, "missing.quoth")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        busy = f"127.0.0.1:{taken.getsockname()[1]}"
        for arguments, status, words in [
                ([], 2, "an argument is missing"), (["--nonsense"], 2, "unknown option"),
                ([MODEL, "--log", "xml"], 2, "choose from: text json"),
                ([MODEL, "--threads", "x"], 2, "a whole number"),
                ([MODEL, "--threads", "1025"], 2, "from 0 to 1024"),
                ([MODEL, "--max-body", "0"], 2, "from 1 to 4294967295"),
                ([MODEL, "--max-connections", "0"], 2, "from 1 to 2147483647"),
                ([MODEL, "--timeout", "0"], 2, "from 1 to 4294967295"),
                ([MODEL, MODEL], 2, "places"), ([MODEL, "--name", "a b"], 2, "a b"),
                ([MODEL, "--listen", "8080"], 2, "HOST:PORT"),
                ([MODEL, "--listen", "127.0.0.1:65536"], 2, "HOST:PORT"),
                ([MODEL, "--listen", "example.org:80"], 2, "numeric"),
                ([MODEL, "--listen", "[::1:80"], 2, "HOST:PORT"),
                ([MODEL, "--listen", busy], 1, "Address already in use"),
                ([missing], 1, missing), ([os.path.devnull], 1, os.path.devnull)]:
            for program in [(QUOTHD,), (QUOTH, "serve")]:
                code, out, err = fail(*arguments, program=program)
                assert (code, out) == (status, "") and words in err, (arguments, code, err)
                lines = [line for line in err.splitlines() if words in line]
                assert re.match(r"quoth( serve|d)?: ", lines[0]), err


@test
def help_and_version():
    """--help and --version go to standard output"""
    code, out, err = fail("--version")
    assert code == 0 and re.fullmatch(r"quothd \d+\.\d+\.\d+\n", out) and not err
    for program, usage in [((QUOTHD,), "usage: quothd [options] MODEL"),
                           ((QUOTH, "serve"), "usage: quoth serve [options] MODEL")]:
        code, out, err = fail("--help", program=program)
        assert code == 0 and usage in out and "--listen" in out and not err


@test
def names_of_models():
    """a model is called as its file, as --name or NAME= says; the first is the default"""
    path = os.path.join(FOLDER.name, "two words.v1.quoth")
    shutil.copy(OTHER, path)
    with serving("--name", "first", MODEL, path, f"third={OTHER}") as server:
        client = server.client()
        found = []
        for name in ["first", "two-words.v1", "third", "places"]:
            client.request("GET", f"/v2/models/{name}")
            answer = client.getresponse()
            answer.read()
            found.append(answer.status)
        assert found == [200, 200, 200, 404], found
        client.request("POST", "/predict", TEXT, {"Content-Type": "application/json"})
        assert json.loads(client.getresponse().read())["model"]["name"] == "first"


@test
def quoth_serve():
    """quoth serve does what quothd does"""
    with serving(MODEL, program=(QUOTH, "serve")) as server, serving(MODEL) as runtime:
        assert digest(server) == digest(runtime)
        assert server.stop() == 0


@test
def static_executable():
    """quothd needs no shared library, and is at most 2.5 MB when stripped"""
    with open(QUOTHD, "rb") as file:
        if b"__asan_init" in (data := file.read()) or b"__tsan_init" in data:
            raise Skip("built with a sanitizer")
    listed = subprocess.run(["readelf", "-ld", QUOTHD], capture_output=True, text=True, check=True)
    assert "NEEDED" not in listed.stdout and "INTERP" not in listed.stdout
    with tempfile.NamedTemporaryFile() as stripped:
        subprocess.run(["strip", "-o", stripped.name, QUOTHD], check=True)
        assert os.path.getsize(stripped.name) <= 2.5e6


# ---- systemd -----------------------------------------------------------------

@test
def notes_to_systemd():
    """NOTIFY_SOCKET is told of the start, of reloads and of the end"""
    path = os.path.join(FOLDER.name, "notify")
    for address in [path, "\0quoth-test-%d" % os.getpid()]:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notes:
            notes.bind(address)
            notes.settimeout(TIMEOUT)
            with serving(MODEL, env={"NOTIFY_SOCKET": address.replace("\0", "@")}) as server:
                assert notes.recv(100) == b"READY=1"
                server.process.send_signal(signal.SIGHUP)
                found = notes.recv(100).decode()
                assert re.fullmatch(r"RELOADING=1\nMONOTONIC_USEC=\d+", found), found
                assert abs(int(found.split("=")[2]) / 1e6 - time.monotonic()) < 5
                assert notes.recv(100) == b"READY=1"
                assert server.stop() == 0
                assert notes.recv(100) == b"STOPPING=1"


@test
def sockets_from_systemd():
    """sockets handed over (LISTEN_FDS) are served, TCP and Unix, and stay open at the end"""
    path = os.path.join(FOLDER.name, "http.sock")
    with socket.create_server(("127.0.0.1", 0)) as tcp, \
            socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as local:
        local.bind(path)
        local.listen()
        # As systemd does: descriptors from 3 on, and the process's own number.
        script = (f"import os; os.dup2({tcp.fileno()}, 30); os.dup2({local.fileno()}, 31); "
                  "os.dup2(30, 3); os.dup2(31, 4); "
                  "os.environ.update(LISTEN_FDS='2', LISTEN_PID=str(os.getpid())); "
                  f"os.execv({QUOTHD!r}, ['quothd', '--listen', '127.0.0.1:1', {MODEL!r}])")
        server = Server(program=(sys.executable, "-c", script), listen=False,
                        pass_fds=[tcp.fileno(), local.fileno()])
        try:
            server.wait_for("listening", n=2)
            with socket.create_connection(tcp.getsockname(), TIMEOUT) as connection:
                connection.sendall(GET)
                assert read_answer(connection.makefile("rb"))[0] == 200
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
                connection.settimeout(TIMEOUT)
                connection.connect(path)
                connection.sendall(GET)
                assert read_answer(connection.makefile("rb"))[0] == 200
            assert server.stop() == 0
        finally:
            server.clear()
        # Whoever connects now waits for the next process.
        socket.create_connection(tcp.getsockname(), TIMEOUT).close()


run()

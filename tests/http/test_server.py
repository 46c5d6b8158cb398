"""The HTTP server, spoken to byte by byte. Needs QUOTHD and QUOTH, the programs."""
import json
import os
import socket
import sys
import tempfile
import threading
import time

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from server import TIMEOUT, exchange, post, read_answer, receive_all, serving, train
from tap_tests import run, test

FOLDER = tempfile.TemporaryDirectory()
MODEL = os.path.join(FOLDER.name, "places.quoth")
train(MODEL)

GET = b"GET /healthz HTTP/1.1\r\nHost: test\r\n\r\n"
TEXT = b'{"text": "The ship left at dawn"}'
HOST = b"Host: test\r\n"


def statuses(answer):
    """The status of each answer in `answer`, which holds nothing else."""
    found = []
    while answer:
        head, _, rest = answer.partition(b"\r\n\r\n")
        line, *fields = head.split(b"\r\n")
        assert line.startswith(b"HTTP/1.1 "), answer
        length = next(int(f[15:]) for f in fields if f.lower().startswith(b"content-length:"))
        found.append(int(line.split()[1]))
        answer = rest[length:]
    return found


# ---- What is refused ---------------------------------------------------------

# Behind each, a whole request that must not be answered: what is refused ends the connection.
BODY = b"\r\n\r\nabcde"
G, P = b"GET / HTTP/1.1\r\n" + HOST, b"POST / HTTP/1.1\r\n" + HOST
MALFORMED = [
    (400, "two different lengths", P + b"Content-Length: 5\r\nContent-Length: 6" + BODY),
    (400, "one length twice", P + b"Content-Length: 5\r\nContent-Length: 5" + BODY),
    (400, "a list of lengths", P + b"Content-Length: 5, 5" + BODY),
    (400, "a length beside an encoding",
     P + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    (400, "an encoding beside a length",
     P + b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"),
    (400, "a signed length", P + b"Content-Length: +5" + BODY),
    (400, "a negative length", P + b"Content-Length: -5" + BODY),
    (400, "a length in hexadecimal", P + b"Content-Length: 0x5" + BODY),
    (400, "a length with a fraction", P + b"Content-Length: 5.0" + BODY),
    (400, "an empty length", P + b"Content-Length:" + BODY),
    (400, "a length with a space in it", P + b"Content-Length: 1 5" + BODY),
    (413, "a length beyond 64 bits", P + b"Content-Length: 18446744073709551621" + BODY),
    (413, "a body that is too long", P + b"Content-Length: 10000001\r\n\r\n"),
    (413, "a chunk that is too long", P + b"Transfer-Encoding: chunked\r\n\r\n989681\r\n"),
    (501, "an unknown encoding", P + b"Transfer-Encoding: gzip\r\n\r\n"),
    (501, "an encoding before chunked", P + b"Transfer-Encoding: gzip, chunked\r\n\r\n"),
    (501, "another encoding", P + b"Transfer-Encoding: xchunked\r\n\r\n"),
    (400, "chunked twice",
     P + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    (501, "chunked twice in a list", P + b"Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n"),
    (400, "chunks in HTTP/1.0", b"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    (400, "a vertical tab in an encoding", P + b"Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n"),
    (400, "a NUL in a value", G + b"X: a\0b\r\n\r\n"),
    (400, "a NUL in a name", G + b"X\0: a\r\n\r\n"),
    (400, "a NUL in the target", b"GET /\0 HTTP/1.1\r\n" + HOST + b"\r\n"),
    (400, "line feeds alone", b"GET / HTTP/1.1\nHost: test\n\n"),
    (400, "a line feed alone behind a field", G + b"X: y\nZ: w\r\n\r\n"),
    (400, "a line feed alone at the end", G + b"\n"),
    (400, "a carriage return alone", G + b"X: a\rContent-Length: 5\r\n\r\n"),
    (400, "two carriage returns", G + b"X: a\r\r\n\r\n"),
    (400, "a folded field", G + b"X: a\r\n b\r\n\r\n"),
    (400, "a folded first field", b"GET / HTTP/1.1\r\n Host: test\r\n\r\n"),
    (400, "a space before the colon", P + b"Content-Length : 5" + BODY),
    (400, "a tab before the colon", P + b"Transfer-Encoding\t: chunked\r\n\r\n0\r\n\r\n"),
    (400, "a space in a name", G + b"X Y: a\r\n\r\n"),
    (400, "an empty name", G + b": a\r\n\r\n"),
    (400, "a field without a colon", G + b"X\r\n\r\n"),
    (400, "no host", b"GET / HTTP/1.1\r\n\r\n"),
    (400, "two hosts", G + b"Host: other\r\n\r\n"),
    (400, "a host with a path", b"GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"),
    (400, "a host with a user", b"GET / HTTP/1.1\r\nHost: a@b\r\n\r\n"),
    (400, "another host in the target", b"GET http://other/ HTTP/1.1\r\n" + HOST + b"\r\n"),
    (400, "a target without a host", b"GET http:///healthz HTTP/1.1\r\n" + HOST + b"\r\n"),
    (400, "a target of another scheme", b"GET https://test/ HTTP/1.1\r\n" + HOST + b"\r\n"),
    (400, "a target without a slash", b"GET healthz HTTP/1.1\r\n" + HOST + b"\r\n"),
    (400, "a target with a fragment", b"GET /healthz#a HTTP/1.1\r\n" + HOST + b"\r\n"),
    (400, "a target with half an escape", b"GET /%4 HTTP/1.1\r\n" + HOST + b"\r\n"),
    (400, "a target that is not ASCII", "GET /é HTTP/1.1\r\nHost: test\r\n\r\n".encode()),
    (400, "a target with a backslash", b"GET \\healthz HTTP/1.1\r\n" + HOST + b"\r\n"),
    (400, "a star for GET", b"GET * HTTP/1.1\r\n" + HOST + b"\r\n"),
    (400, "a tunnel", b"CONNECT test:80 HTTP/1.1\r\n" + HOST + b"\r\n"),
    (400, "no target", b"GET HTTP/1.1\r\n" + HOST + b"\r\n"),
    (400, "two spaces", b"GET  / HTTP/1.1\r\n" + HOST + b"\r\n"),
    (400, "a tab for a space", b"GET\t/ HTTP/1.1\r\n" + HOST + b"\r\n"),
    (400, "a space behind the version", b"GET / HTTP/1.1 \r\n" + HOST + b"\r\n"),
    (400, "a space before the method", b" GET / HTTP/1.1\r\n" + HOST + b"\r\n"),
    (400, "two empty lines first", b"\r\n\r\nGET / HTTP/1.1\r\n" + HOST + b"\r\n"),
    (501, "a method in lower case", b"get / HTTP/1.1\r\n" + HOST + b"\r\n"),
    (501, "a method of 17 letters", b"ABCDEFGHIJKLMNOPQ / HTTP/1.1\r\n" + HOST + b"\r\n"),
    (400, "a method with a brace", b"G{T / HTTP/1.1\r\n" + HOST + b"\r\n"),
    (400, "HTTP/0.9", b"GET /\r\n\r\n"),
    (505, "HTTP/2", b"PRI / HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    (505, "HTTP/1.2", b"GET / HTTP/1.2\r\n" + HOST + b"\r\n"),
    (400, "http in lower case", b"GET / http/1.1\r\n" + HOST + b"\r\n"),
    (400, "TLS", bytes.fromhex("16030100a5010000a10303") + bytes(64)),
    (414, "a line that does not end", b"GET /" + b"a" * 20000),
    (431, "a head that does not end", G + b"X: " + b"a" * 20000),
    (431, "101 fields", G + b"X: y\r\n" * 100 + b"\r\n"),
    (417, "another expectation", P + b"Expect: miracles\r\nContent-Length: 5" + BODY),
    (415, "a compressed body", P + b"Content-Encoding: gzip\r\nContent-Length: 5" + BODY),
    (400, "two content types",
     P + b"Content-Type: a/b\r\nContent-Type: c/d\r\nContent-Length: 5" + BODY),
]
CHUNKED = (b"POST /predict HTTP/1.1\r\n" + HOST + b"Content-Type: application/json\r\n"
           b"Transfer-Encoding: chunked\r\n\r\n")
MALFORMED += [(400, name, CHUNKED + chunks) for name, chunks in [
    ("a signed chunk size", b"+5\r\nabcde\r\n0\r\n\r\n"),
    ("a negative chunk size", b"-1\r\nabcde\r\n0\r\n\r\n"),
    ("a chunk size with 0x", b"0x5\r\nabcde\r\n0\r\n\r\n"),
    ("a chunk size of letters", b"five\r\nabcde\r\n0\r\n\r\n"),
    ("an empty chunk size", b"\r\nabcde\r\n0\r\n\r\n"),
    ("a chunk size with a space before it", b" 5\r\nabcde\r\n0\r\n\r\n"),
    ("a chunk size with a space behind it", b"5 \r\nabcde\r\n0\r\n\r\n"),
    ("a chunk size beyond 64 bits", b"10000000000000005\r\nabcde\r\n0\r\n\r\n"),
    ("a chunk that is longer than its size", b"4\r\nabcde\r\n0\r\n\r\n"),
    ("a chunk that is shorter than its size", b"6\r\nabcde\r\n0\r\n\r\n"),
    ("a line feed alone behind a chunk size", b"5\nabcde\r\n0\r\n\r\n"),
    ("a line feed alone behind a chunk", b"5\r\nabcde\n0\r\n\r\n"),
    ("a line feed alone in an extension", b"5;a\nb\r\nabcde\r\n0\r\n\r\n"),
    ("a control character in an extension", b"5;a\0\r\nabcde\r\n0\r\n\r\n"),
    ("an extension that does not end", b"5;" + b"a" * 300),
    ("a trailer with a space before the colon", b"0\r\nX : y\r\n\r\n"),
    ("a trailer without a colon", b"0\r\nGET / HTTP/1.1\r\n\r\n"),
    ("trailers that do not end", b"0\r\n" + b"X: y\r\n" * 3000),
]]


@test
def malformed_requests():
    """each malformed request is refused, once, and ends the connection"""
    with serving(MODEL) as server:
        for status, name, data in MALFORMED:
            answer = exchange(server, data + GET)
            assert statuses(answer) == [status], (name, answer)
            head, _, body = answer.partition(b"\r\n\r\n")
            assert b"\r\nConnection: close" in head, name
            assert b"Content-Type: application/problem+json" in head, name
            problem = json.loads(body)
            assert problem["status"] == status and problem["detail"], name


@test
def malformed_requests_in_drops():
    """malformed requests that arrive byte by byte get the same answer"""
    with serving(MODEL) as server:
        for status, name, data in MALFORMED:
            if len(data) > 400:
                continue
            with server.connect() as connection:
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                for i in range(len(data)):
                    try:
                        connection.sendall(data[i:i + 1])
                    except OSError:
                        break
                try:
                    connection.sendall(GET)
                    connection.shutdown(socket.SHUT_WR)
                except OSError:
                    pass
                assert statuses(receive_all(connection)) == [status], name


@test
def refused_before_the_end():
    """what cannot become a request is refused without waiting for more"""
    with serving(MODEL) as server:
        for data in [b"\x16\x03\x01", b"GET / HTTP/1.1\n", b"POST / HTTP/1.1\r\nX: y\n",
                     CHUNKED + b"5\n", CHUNKED + b"0\r\nX\r\n"]:
            with server.connect() as connection:
                connection.sendall(data)
                assert statuses(receive_all(connection)) == [400], data


# ---- What is understood ------------------------------------------------------

@test
def well_formed_requests():
    """unusual requests that are well-formed are answered"""
    requests = [
        b"GET /healthz HTTP/1.1\r\nhOST:test\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost:\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n",
        b"GET /healthz?a=b&c=%zz/?[] HTTP/1.1\r\nHost: test\r\n\r\n",
        b"GET http://test/healthz HTTP/1.1\r\nHost: TEST\r\n\r\n",
        b"GET /healthz HTTP/1.0\r\n\r\n",
        b"\r\n" + GET,
        b"GET /healthz HTTP/1.1\r\nHost: test\r\nX:\t \xff\xfe \t\r\nX:\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: test\r\nContent-Length: 0\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: test\r\nContent-Length: 5\r\n\r\nabcde",
        b"GET /healthz HTTP/1.1\r\nHost: test\r\n" + b"X: y\r\n" * 99 + b"\r\n",
        post(TEXT),
        post(TEXT, b"Expect: 100-Continue\r\n"),
        post(TEXT, b"Content-Encoding: identity\r\n"),
        CHUNKED + b"%x\r\n%s\r\n0\r\n\r\n" % (len(TEXT), TEXT),
        CHUNKED + b"5;a=b;c\r\n%s\r\n%X\r\n%s\r\n000\r\nX: y\r\n\r\n"
        % (TEXT[:5], len(TEXT) - 5, TEXT[5:]),
    ]
    with serving(MODEL) as server:
        for request in requests:
            assert statuses(exchange(server, request)) == [200], request
        together = b"".join(r for r in requests if b"HTTP/1.0" not in r)
        assert statuses(exchange(server, together)) == [200] * (len(requests) - 1)


@test
def chunks_of_one_byte():
    """a body in chunks of one byte, sent byte by byte, is put together"""
    chunks = b"".join(b"1\r\n%c\r\n" % byte for byte in TEXT) + b"0\r\n\r\n"
    with serving(MODEL) as server, server.connect() as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in CHUNKED + chunks:
            connection.send(bytes([byte]))
        status, _, body = read_answer(connection.makefile("rb"))
        assert status == 200
        client = server.client()
        client.request("POST", "/predict", TEXT, {"Content-Type": "application/json"})
        assert client.getresponse().read() == body


@test
def answers_of_a_kept_connection():
    """a connection serves many requests, those that the API refuses among them"""
    with serving(MODEL) as server, server.connect() as connection:
        stream = connection.makefile("rb")
        for request, status in [(GET, 200), (post(TEXT), 200), (post(b"{"), 400), (post(TEXT), 200),
                                (GET.replace(b"healthz", b"nowhere"), 404),
                                (GET.replace(b"GET", b"DELETE"), 405), (GET, 200)] * 3:
            connection.sendall(request)
            found, fields, _ = read_answer(stream)
            assert found == status and "connection" not in fields, (request, found)
            assert ("allow" in fields) == (status == 405)


@test
def pipelined_requests():
    """2,000 requests sent at once are answered in order, though the client is slow to read"""
    paths = [b"/healthz", b"/nowhere", b"/openapi.json", b"/v2/health/live"]
    wanted = [200, 404, 200, 200]
    data = b"".join(GET.replace(b"/healthz", path) for path in paths) * 500
    with serving(MODEL) as server, server.connect() as connection:
        sender = threading.Thread(target=connection.sendall, args=[data])
        sender.start()
        time.sleep(0.3)
        stream = connection.makefile("rb")
        for i in range(2000):
            assert read_answer(stream)[0] == wanted[i % 4], i
        sender.join()


@test
def head_requests():
    """HEAD is answered as GET is, without the body"""
    with serving(MODEL) as server, server.connect() as connection:
        stream = connection.makefile("rb")
        for path in [b"/healthz", b"/openapi.json", b"/nowhere"]:
            connection.sendall(GET.replace(b"/healthz", path))
            status, fields, _ = read_answer(stream)
            connection.sendall(GET.replace(b"/healthz", path).replace(b"GET", b"HEAD"))
            again, more, _ = read_answer(stream, is_head=True)
            assert (status, fields["content-length"]) == (again, more["content-length"])


@test
def versions_and_persistence():
    """the client says whether the connection is kept; HTTP/1.0 closes by default"""
    with serving(MODEL) as server:
        for version, fields, is_kept in [(b"1.1", b"", True), (b"1.0", b"", False),
                                         (b"1.1", b"Connection: close\r\n", False),
                                         (b"1.1", b"Connection: x, Close\r\n", False),
                                         (b"1.0", b"Connection: Keep-Alive\r\n", True)]:
            request = (b"GET /healthz HTTP/" + version + b"\r\n" + HOST + fields + b"\r\n")
            answer = exchange(server, request * 2)
            assert statuses(answer) == [200] * (2 if is_kept else 1), (version, fields)
            assert (b"Connection: close" in answer) == (not is_kept)


@test
def expectations():
    """100 Continue comes before the body is sent, and not when the body is refused"""
    head = post(TEXT, b"Expect: 100-continue\r\n")[:-len(TEXT)]
    with serving(MODEL, "--max-body", "1000") as server:
        with server.connect() as connection:
            stream = connection.makefile("rb")
            for _ in range(2):
                connection.sendall(head)
                assert stream.readline() == b"HTTP/1.1 100 Continue\r\n"
                assert stream.readline() == b"\r\n"
                connection.sendall(TEXT)
                assert read_answer(stream)[0] == 200
        with server.connect() as connection:
            connection.sendall(post(b"x" * 1001, b"Expect: 100-continue\r\n")[:-1001])
            assert statuses(receive_all(connection)) == [413]


@test
def long_bodies():
    """bodies of 10 MB are answered, whole or in chunks; a byte more is refused"""
    n = 10000000
    body = b'{"text": "' + b"ship " * ((n - 12) // 5)
    body += b" " * (n - 2 - len(body)) + b'"}'
    with serving(MODEL) as server:
        client = server.client()
        for headers in [{}, {"Transfer-Encoding": "chunked"}]:
            parts = (body[i:i + 100000] for i in range(0, n, 100000))
            client.request("POST", "/predict", parts if headers else body,
                           {"Content-Type": "application/json", **headers},
                           encode_chunked=bool(headers))
            answer = client.getresponse()
            assert answer.status == 200, answer.read()
            assert json.loads(answer.read())["predictions"][0]["label"] == "sea"
        client.close()
        with server.connect() as connection:
            connection.sendall(post(b"x" * n)[:-n].replace(b"0000000", b"0000001"))
            # A client that sends on without looking still gets the answer.
            connection.sendall(b"x" * (n + 1))
            assert statuses(receive_all(connection)) == [413]


# ---- Clients that do not behave ----------------------------------------------

@test
def slow_clients():
    """a request must arrive within the timeout: 408; an idle connection is closed silently"""
    with serving(MODEL, "--timeout", "1") as server:
        for slowly, answer in [(b"GET / HTTP/1.1\r\nX: " + b"a" * 100, [408]),
                               (post(b"x" * 100), [408]), (CHUNKED + b"64\r\n" + b"x" * 100, [408]),
                               (b"", [])]:
            with server.connect() as connection:
                start = time.monotonic()
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                connection.sendall(slowly[:-90])
                for byte in slowly[-90:-1]:
                    time.sleep(0.05)
                    try:
                        connection.send(bytes([byte]))
                    except OSError:
                        break
                    if time.monotonic() - start > 1.5:
                        break
                assert statuses(receive_all(connection)) == answer, slowly
                assert 0.9 < time.monotonic() - start < 6, slowly
        with server.connect() as connection:
            stream = connection.makefile("rb")
            for _ in range(4):  # each request has a second for itself
                time.sleep(0.5)
                connection.sendall(GET)
                assert read_answer(stream)[0] == 200


@test
def clients_that_do_not_read():
    """a client that takes no answers is let go; others are served meanwhile"""
    with serving(MODEL, "--timeout", "1", "--threads", "1") as server:
        with server.connect() as greedy:
            greedy.settimeout(0.5)
            try:
                while True:
                    greedy.sendall(GET.replace(b"healthz", b"openapi.json") * 100)
            except (TimeoutError, OSError):
                pass
            assert statuses(exchange(server, GET)) == [200]
            time.sleep(2)
            greedy.settimeout(TIMEOUT)
            receive_all(greedy)
        with open(f"/proc/{server.process.pid}/status", encoding="ascii") as file:
            size = next(int(line.split()[1]) for line in file if line.startswith("VmRSS"))
        assert size < 100000, f"{size} kB"


@test
def clients_that_leave():
    """clients that leave in the middle of a request or an answer do no harm"""
    with serving(MODEL) as server:
        n_open = len(os.listdir(f"/proc/{server.process.pid}/fd"))
        for data in [b"", b"GET", GET[:-2], post(b"x" * 5000)[:-100], CHUNKED + b"5\r\nab",
                     GET.replace(b"healthz", b"openapi.json") * 100]:
            for reset in [False, True]:
                connection = server.connect()
                if reset:
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                                          b"\x01\0\0\0\0\0\0\0")
                connection.sendall(data)
                connection.close()
        assert statuses(exchange(server, GET)) == [200]
        end = time.monotonic() + TIMEOUT
        while len(os.listdir(f"/proc/{server.process.pid}/fd")) != n_open:
            assert time.monotonic() < end
            time.sleep(0.02)


@test
def too_many_connections():
    """connections beyond the limit are told 503 at once, and served when there is room again"""
    with serving(MODEL, "--max-connections", "5") as server:
        held = [server.connect() for _ in range(5)]
        for connection in held:
            connection.sendall(GET)
            assert read_answer(connection.makefile("rb"))[0] == 200
        with server.connect() as sixth:
            assert statuses(receive_all(sixth)) == [503]
        held.pop().close()
        end = time.monotonic() + TIMEOUT
        while statuses(exchange(server, GET)) != [200]:
            assert time.monotonic() < end
        for connection in held:
            connection.sendall(GET)
            assert read_answer(connection.makefile("rb"))[0] == 200
            connection.close()


@test
def many_connections():
    """connections are shared out to threads, and all are answered"""
    with serving(MODEL, "--threads", "3") as server:
        held = [server.connect() for _ in range(90)]
        for _ in range(3):
            for connection in held:
                connection.sendall(post(TEXT))
            for connection in held:
                assert read_answer(connection.makefile("rb"))[0] == 200
        for connection in held:
            connection.close()


run()

"""A strict Runtime API of Lambda's (version 2018-06-01) that gives out events one by one, in many
ways, and holds its client to the letter: what is wrong in a request is kept in `faults`.

    with RuntimeApi() as api:
        ...start a function with AWS_LAMBDA_RUNTIME_API=api.address...
        answer = api.invoke(b'"a text"')
"""
import collections
import contextlib
import json
import re
import socket
import threading
import time
import uuid

TIMEOUT = 60  # seconds; only a fault takes as long
ONE_SEGMENT = 16384  # bytes that the client must send at once

Answer = collections.namedtuple("Answer", "kind body error_type")  # kind: response or error
Request = collections.namedtuple("Request", "method path fields body")


# ---- Ways to send an event: (connection, fields, body) -> is the connection kept -----------------

def head(fields, status="200 OK"):
    return (f"HTTP/1.1 {status}\r\n" + "".join(f"{n}: {v}\r\n" for n, v in fields) + "\r\n").encode()


def whole(connection, fields, body):
    connection.sendall(head([*fields, ("Content-Length", len(body))]) + body)
    return True


def chunked(*sizes, extension="", trailers=()):
    """In chunks of these sizes, again and again."""
    def send(connection, fields, body):
        data, at, n = head([*fields, ("Transfer-Encoding", "chunked")]), 0, 0
        while at < len(body):
            part = body[at:at + sizes[n % len(sizes)]]
            data += b"%x%s\r\n%s\r\n" % (len(part), extension.encode(), part)
            at, n = at + len(part), n + 1
        data += b"0\r\n" + "".join(f"{n}: {v}\r\n" for n, v in trailers).encode() + b"\r\n"
        connection.sendall(data)
        return True
    return send


def until_close(connection, fields, body):
    connection.sendall(head(fields) + body)
    return False


def announcing_close(connection, fields, body):
    whole(connection, [*fields, ("Connection", "close")], body)
    return False


def closing(connection, fields, body):
    """Closes the connection behind the event without having said so."""
    whole(connection, fields, body)
    return False


def raw(data, keeps=False):
    """These bytes in place of a reply."""
    def send(connection, _fields, _body):
        connection.sendall(data)
        return keeps
    return send


def cut(way, n):
    """Ends the connection behind the first n bytes of what `way` sends."""
    def send(connection, fields, body):
        way(_Catch(lambda data: connection.sendall(data[:n])), fields, body)
        return False
    return send


def slowly(way, pause=0.001):
    """Each byte a segment of its own."""
    def send_bytes(connection, data):
        for i in range(len(data)):
            connection.sendall(data[i:i + 1])
            time.sleep(pause)

    def send(connection, fields, body):
        return way(_Catch(lambda data: send_bytes(connection, data)), fields, body)
    return send


class _Catch:
    def __init__(self, sendall):
        self.sendall = sendall


# ---- Invocations ---------------------------------------------------------------------------------

class Invocation:
    """An event and what became of it. `ways` are those of its deliveries: it is given out again
    until it has come in the last of them. `statuses` are the replies to its answers, where None ends
    the connection without one, "unread" is a 413 before the body is read, and an event of
    threading's is waited for before a 202. `spell` changes the names of fields."""

    def __init__(self, event, fields=(), ways=(whole,), statuses=(202,), spell=str):
        self.id = str(uuid.uuid4())
        self.event = event if isinstance(event, bytes) else json.dumps(event).encode()
        told = {"Aws-Request-Id": self.id, "Deadline-Ms": int(time.time() * 1000) + 3000,
                "Invoked-Function-Arn": "arn:aws:lambda:us-east-1:123456789012:function:quoth",
                "Trace-Id": "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Sampled=1", **dict(fields)}
        self.fields = [(spell(f"Lambda-Runtime-{n}"), v) for n, v in told.items() if v is not None]
        self.ways, self.statuses = list(ways), list(statuses)
        self.answers = []
        self.arrived = threading.Event()

    def wait(self):
        """The answer that came last."""
        assert self.arrived.wait(TIMEOUT), "no answer"
        return self.answers[-1]


class RuntimeApi:
    """With `listens` false connections are refused until listen() is called; `is_restoring` holds up
    /runtime/restore/next until restore() is."""

    def __init__(self, host="127.0.0.1", prefix="", listens=True, is_restoring=False,
                 restore_status=200, receive_buffer=None):
        self.prefix = prefix
        self.faults, self.requests, self.n_connections = [], [], 0
        self.init_error = None
        self._is_restoring, self.restore_status = is_restoring, restore_status
        self._pending, self._given, self._waiting = collections.deque(), {}, set()
        self._changed = threading.Condition()
        self._is_closed = False
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._listener = socket.socket(family)
        self._listener.bind((host, 0))
        if receive_buffer:
            self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.port = self._listener.getsockname()[1]
        self.host = f"[{host}]:{self.port}" if ":" in host else f"{host}:{self.port}"
        self.address = self.host + prefix
        self.names = {self.host, f"localhost:{self.port}"}  # that may stand in a Host
        self._connections = set()
        if listens:
            self.listen()

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        self.close()
        if not failure[0]:
            assert not self.faults, "\n".join(self.faults)

    # ---- What tests call -----------------------------------------------------

    def listen(self):
        self._listener.listen()
        threading.Thread(target=self._accept, daemon=True).start()

    def start(self, event, **how):
        """Puts an event on the list; returns its Invocation."""
        invocation = Invocation(event, **how)
        with self._changed:
            self._pending.append(invocation)
            self._changed.notify_all()
        return invocation

    def invoke(self, event, **how):
        """The answer to an event."""
        return self.start(event, **how).wait()

    def wait_for(self, condition):
        end = time.monotonic() + TIMEOUT
        with self._changed:
            while not condition():  # which may change without anybody's telling, as sockets do
                assert time.monotonic() < end, "it does not happen"
                self._changed.wait(0.05)

    def wait_until_idle(self, n=1):
        """Until n calls of `next` wait for an event."""
        self.wait_for(lambda: self._n_waiting() == n and not self._pending)

    def _n_waiting(self):
        return sum(not self._is_gone(connection) for connection in self._waiting)

    def n_open(self):
        """Connections that the client has not closed."""
        return len(self._connections)

    def restore(self):
        """Lets a call of /runtime/restore/next go on."""
        with self._changed:
            self._is_restoring = False
            self._changed.notify_all()

    def close_idle(self):
        """Ends all connections, as servers do with those that have long been idle."""
        with self._changed:
            for connection in list(self._connections):
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def close(self):
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # wakes up accept()
        self._listener.close()
        self.close_idle()

    # ---- Requests ------------------------------------------------------------

    def _fault(self, text):
        self.faults.append(text)

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                with self._changed:
                    self.n_connections += 1
                    self._connections.add(connection)
                threading.Thread(target=self._serve, args=[connection], daemon=True).start()

    def _serve(self, connection):
        with connection, contextlib.suppress(ConnectionError, BrokenPipeError):
            while (request := self._read(connection)) and self._handle(connection, request):
                pass
        with self._changed:
            self._connections.discard(connection)
            self._changed.notify_all()

    def _read(self, connection):
        """The next request, checked; None at the end of the connection."""
        data = connection.recv(1 << 20)
        if not data:
            return None
        first_size = len(data)
        while b"\r\n\r\n" not in data:
            data += (part := connection.recv(1 << 20))
            if not part:
                return self._fault(f"half a request: {data!r}")
        head_bytes, _, body = data.partition(b"\r\n\r\n")
        line, *fields = head_bytes.decode("ascii").split("\r\n")
        found = re.fullmatch(r"(GET|POST) (/[!-~]*) HTTP/1\.1", line)
        fields = dict(re.fullmatch(r"([A-Za-z-]+): ([ -~]*)", field).groups() for field in fields)
        size = int(fields.get("Content-Length", 0))
        invocation = self._given.get(found[2].split("/")[-2]) if found else None
        if invocation and invocation.statuses[:1] == ["unread"]:
            return Request(found[1], found[2], fields, None)
        while len(body) < size:
            body += (part := connection.recv(1 << 20))
            if not part:
                return self._fault(f"half a body: {len(body)} of {size} bytes")
        total = len(head_bytes) + 4 + size
        if total <= ONE_SEGMENT and first_size != total:
            self._fault(f"{total} bytes of a request came in pieces, first {first_size}")
        request = Request(found[1], found[2], fields, body)
        self.requests.append(request)
        self._check(request)
        return request

    def _check(self, request):
        method, path, fields, body = request
        names = ["Host", "User-Agent"]
        if method == "POST":
            is_error = path.endswith("/error")
            names += ["Lambda-Runtime-Function-Error-Type"] * is_error
            names += ["Content-Type", "Content-Length"]
            if is_error:
                self._check_error(json.loads(body), fields)
        if list(fields) != names:
            self._fault(f"{method} {path} has the fields {list(fields)}, not {names}")
        if fields.get("Host") not in self.names:
            self._fault(f"Host is {fields.get('Host')}, not {self.host}")
        if not re.fullmatch(r"quoth/\d+\.\d+\.\d+", fields.get("User-Agent", "")):
            self._fault(f"User-Agent is {fields.get('User-Agent')}")
        if fields.get("Content-Type", "application/json") != "application/json":
            self._fault(f"Content-Type is {fields['Content-Type']}")
        if method == "GET" and body:
            self._fault("a GET with a body")

    def _check_error(self, error, fields):
        kind = error.get("errorType")
        if set(error) != {"errorMessage", "errorType", "stackTrace"} or error["stackTrace"] != []:
            self._fault(f"not an error of Lambda's: {error}")
        if not re.fullmatch(r"(Runtime|Function)\.[A-Z][A-Za-z]+", str(kind)):
            self._fault(f"the platform does not keep {kind}")
        if fields.get("Lambda-Runtime-Function-Error-Type") != kind:
            self._fault(f"the error is {kind} in the body and another in the header")

    # ---- Replies -------------------------------------------------------------

    def _handle(self, connection, request):
        """Replies; false if the connection is to be closed."""
        start = f"{self.prefix}/2018-06-01/runtime/"
        path = request.path[len(start):] if request.path.startswith(start) else ""
        found = re.fullmatch(r"invocation/([A-Za-z0-9-]+)/(response|error)", path)
        if (request.method, path) == ("GET", "invocation/next"):
            return self._next(connection)
        if (request.method, path) == ("GET", "restore/next"):
            self.wait_for(lambda: not self._is_restoring)
            return self._reply(connection, self.restore_status, {})
        if (request.method, path) == ("POST", "init/error"):
            with self._changed:
                self.init_error = json.loads(request.body)
                self._changed.notify_all()
            return self._reply(connection, 202)
        if request.method == "POST" and found:
            return self._answer(connection, request, found[1], found[2])
        self._fault(f"{request.method} {request.path} is not known")
        return self._reply(connection, 404)

    def _next(self, connection):
        with self._changed:
            self._waiting.add(connection)
            self._changed.notify_all()
            while not (self._pending or self._is_closed or self._is_gone(connection)):
                self._changed.wait(0.05)
            self._waiting.remove(connection)
            self._changed.notify_all()
            if self._is_closed or self._is_gone(connection):
                return False
            invocation = self._pending.popleft()
            way = invocation.ways.pop(0)
            self._given[invocation.id] = invocation
        keeps = way(connection, invocation.fields, invocation.event)
        with self._changed:
            if invocation.ways:
                self._pending.appendleft(invocation)
            self._changed.notify_all()
        return keeps

    @staticmethod
    def _is_gone(connection):
        """Whether the client has closed its end."""
        try:
            return connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
        except BlockingIOError:
            return False
        except OSError:
            return True

    def _answer(self, connection, request, name, kind):
        invocation = self._given.get(name)
        if not invocation:
            self._fault(f"an answer to {name}, which was not given out")
            return self._reply(connection, 400)
        if not invocation.statuses:
            self._fault(f"{name} is answered once too often")
            return self._reply(connection, 403)
        status = invocation.statuses.pop(0)
        if status == "unread":
            self._reply(connection, 413)
        invocation.answers.append(
            Answer(kind, request.body, request.fields.get("Lambda-Runtime-Function-Error-Type")))
        if not invocation.statuses:
            invocation.arrived.set()
        if status == "unread":  # the rest of the body stays where it is
            self.wait_for(lambda: self._is_closed or self._n_waiting())
            return False
        if isinstance(status, threading.Event):
            status = 202 if status.wait(TIMEOUT) else None
        return status is not None and self._reply(connection, status)

    def _reply(self, connection, status, body=None):
        body = json.dumps({"status": "OK"} if body is None else body).encode()
        connection.sendall(head([("Content-Type", "application/json"),
                                 ("Content-Length", len(body))], f"{status} Status") + body)
        return True

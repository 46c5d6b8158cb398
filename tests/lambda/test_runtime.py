"""quothd as a Lambda function at work, against a Runtime API that holds it to the letter. Needs QUOTHD and
QUOTH, the programs."""
import json
import os
import sys
import threading

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from function import SEA, TOWN, label, running
from runtime_api import (RuntimeApi, announcing_close, chunked, closing, cut, head, raw,
                         slowly, until_close, whole)
from tap_tests import run, test

MAX_EVENT = 6291556  # bytes, at which Lambda cuts


def long_event(size):
    """A text of so many bytes, in JSON."""
    text = SEA[1:-1] + b" "
    return b'"' + (text * (size // len(text) + 1))[:size - 2] + b'"'


# An event of EventBridge Pipes, which come back with their predictions: some megabytes.
TALKATIVE = json.dumps([{"text": SEA.decode() * 100}] * 1200).encode()


# ---- Events, however they come -----------------------------------------------

@test
def requests():
    """an invocation is one GET and one POST on one connection, each in one segment"""
    with RuntimeApi() as api, running(api) as function:
        for text, expected in [(SEA, "sea"), (TOWN, "town")] * 20:
            assert label(api.invoke(text)) == expected
        api.wait_until_idle()
        assert [r.method for r in api.requests] == ["GET", "POST"] * 40 + ["GET"]
        assert all(r.path == "/2018-06-01/runtime/invocation/next" for r in api.requests[::2])
        assert api.n_connections == 1
        log = function.lines()
        assert len(log) == 1 and "serving places" in log[0], log


@test
def deliveries():
    """events come with a length, in chunks, until the end, slowly, behind a 100 Continue"""
    long = b'{"texts": [' + b", ".join([SEA] * 1000) + b"]}"
    interim = b"HTTP/1.1 100 Continue\r\n\r\n"
    ways = [whole, chunked(2048), chunked(1), chunked(1, 7, 4096, 3), chunked(1 << 20),
            chunked(5, extension=";name=\"a value\""),
            chunked(100, trailers=[("X-Checksum", "abc"), ("X-Empty", "")]),
            until_close, announcing_close, closing, slowly(whole), slowly(chunked(3)),
            lambda c, f, b: c.sendall(interim) or whole(c, f, b)]
    with RuntimeApi() as api, running(api):
        for way in ways:
            assert label(api.invoke(SEA, ways=[way])) == "sea"
        for way in ways[:4] + ways[7:10]:
            answer = api.invoke(long, ways=[way])
            assert len(json.loads(answer.body)["predictions"]) == 1000


@test
def fields():
    """only the request id is needed; names are in any case; nonsense in other fields does no harm"""
    cases = [{name: None for name in ["Deadline-Ms", "Invoked-Function-Arn", "Trace-Id"]},
             {"Client-Context": "x" * 30000, "Cognito-Identity": '{"a": "é"}'},
             {"Aws-Tenant-Id": "tenant"}]
    deadlines = ["0", "5000", "-1", "99999999999999999999", "soon", "", "1e3", "\t7 "]
    with RuntimeApi() as api, running(api):
        for case in cases + [{"Deadline-Ms": deadline} for deadline in deadlines]:
            assert label(api.invoke(SEA, fields=case)) == "sea"
        for spell in [str.upper, str.lower, str.swapcase]:
            assert label(api.invoke(SEA, spell=spell)) == "sea"


@test
def large_events():
    """events of 6 MiB are answered; one that was cut there fails, and the next is answered"""
    with RuntimeApi() as api, running(api):
        answers = [api.invoke(long_event(MAX_EVENT), ways=[way])
                   for way in [whole, chunked(1 << 16), until_close]]
        assert label(answers[0]) and len(set(answers)) == 1
        answer = api.invoke(long_event(MAX_EVENT + 100)[:MAX_EVENT])
        assert (answer.kind, answer.error_type) == ("error", "Function.BadRequest")
        answer = api.invoke(TALKATIVE)
        assert len(answer.body) > 4000000, len(answer.body)
        assert len(json.loads(answer.body)) == 1200
        assert label(api.invoke(SEA)) == "sea"


@test
def bad_events():
    """what is no event is an error of the invocation, not the end of the function"""
    with RuntimeApi() as api, running(api):
        for event in [b"", b"{", b'"\xff\xfe"', b'"\\ud800"', b"\x00", b'{"text": 1}', b"[" * 5000,
                      b"NaN", SEA + b"x", b"\xef\xbb\xbf"]:
            answer = api.invoke(event)
            assert (answer.kind, answer.error_type) == ("error", "Function.BadRequest"), event
            assert len(json.loads(answer.body)["errorMessage"]) > 10
        assert label(api.invoke(SEA)) == "sea"


# ---- Connections that break --------------------------------------------------

@test
def stale_connections():
    """a connection that has been closed while nothing happened is opened anew"""
    with RuntimeApi() as api, running(api) as function:
        for n in range(1, 6):
            api.wait_until_idle()
            api.close_idle()
            api.wait_for(lambda: api.n_connections == n + 1)
            assert label(api.invoke(SEA)) == "sea"
        api.wait_until_idle()
        assert len(function.lines()) == 1
        # Each call of next that was lost was made once more; no answer was.
        assert [r.method for r in api.requests].count("GET") == 11


@test
def unexpected_bytes():
    """what comes behind an event is not taken for the reply to its answer"""
    timeout = b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n"

    def send(connection, fields, body):
        connection.sendall(head([*fields, ("Content-Length", len(body))]) + body + timeout)
        return True

    with RuntimeApi() as api, running(api) as function:
        for event in [SEA, long_event(100000)]:
            assert label(api.invoke(event, ways=[send]))
        assert label(api.invoke(SEA)) == "sea"
        assert api.n_connections == 3 and len(function.lines()) == 1


@test
def cut_events():
    """an event that breaks off is asked for again, and answered once"""
    with RuntimeApi() as api, running(api) as function:
        for way in [whole, chunked(10)]:
            for n in [0, 1, 17, 100, 300]:
                invocation = api.start(SEA, ways=[cut(way, n), whole])
                assert label(invocation.wait()) == "sea" and len(invocation.answers) == 1
        api.wait_until_idle()
        assert len(function.lines()) == 1


@test
def lost_replies():
    """an answer whose reply is lost is sent again; a 403 then means that it had arrived"""
    with RuntimeApi() as api, running(api) as function:
        for last in [202, 403]:
            invocation = api.start(SEA, statuses=[None, last])
            invocation.wait()
            assert len(invocation.answers) == 2 and len(set(invocation.answers)) == 1
        assert label(api.invoke(SEA)) == "sea"
        api.wait_until_idle()
        assert len(function.lines()) == 1
        invocation = api.start(SEA, statuses=[None, None])
        invocation.wait()
        assert label(api.invoke(SEA)) == "sea"
        log = function.lines()
        assert len(log) == 2 and f"ERROR {invocation.id} the answer is lost" in log[1], log


@test
def frozen():
    """a process that is stopped in the middle of anything goes on where it was"""
    with RuntimeApi() as api, running(api) as function:
        for way in [whole, slowly(chunked(3)), closing]:
            for is_closed in [False, True]:
                api.wait_until_idle()
                function.freeze()
                if is_closed:
                    api.close_idle()
                else:
                    invocation = api.start(SEA, ways=[way])
                    api.wait_for(lambda: not invocation.ways)
                function.thaw()
                if is_closed:
                    invocation = api.start(SEA, ways=[way])
                assert label(invocation.wait()) == "sea"
        gate = threading.Event()
        invocation = api.start(SEA, statuses=[gate])
        invocation.wait()
        function.freeze()
        gate.set()
        function.thaw()
        assert label(api.invoke(SEA)) == "sea"
        invocation = api.start(long_event(5000000), ways=[chunked(100000)])
        while not invocation.answers:
            function.freeze()
            function.thaw()
        assert label(invocation.wait())
        assert len(function.lines()) == 1


# ---- What the Runtime API says -----------------------------------------------

@test
def refused_answers():
    """a status of 400, 403, 413 or 500 to an answer is logged, and the next event is answered"""
    with RuntimeApi() as api, running(api) as function:
        for n, status in enumerate([400, 403, 413, 500], 1):
            invocation = api.start(SEA, statuses=[status])
            invocation.wait()
            assert label(api.invoke(SEA)) == "sea"
            log = function.lines()
            assert len(log) == n + 1 and f"ERROR {invocation.id}" in log[n], log
            assert ("longer" if status == 413 else str(status)) in log[n], log
        api.wait_until_idle()
        assert len(api.requests) == 17


@test
def unread_answers():
    """a 413 that comes before the answer has been read is understood"""
    with RuntimeApi(receive_buffer=65536) as api, running(api) as function:
        api.start(TALKATIVE, statuses=["unread"]).wait()
        assert label(api.invoke(SEA)) == "sea"
        assert "longer than Lambda takes" in function.lines()[1]


@test
def no_next_event():
    """any status but 200 to next, or what is no reply, ends the function: one line, status 1"""
    ok = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n"
    for reply in [b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n",
                  b"HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n"
                  b"Lambda-Runtime-Aws-Request-Id: 1\r\n\r\n{}",
                  b"HTTP/1.1 410 Gone\r\nContent-Length: 2\r\n\r\n{}",
                  b"HTTP/1.1 500 Error\r\nContent-Length: 0\r\n\r\n",
                  b"HTTP/1.1 503 Error\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                  b"HTTP/1.1 204 No Content\r\n\r\n", 
                  b"HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n",
                  ok + b"\r\n{}", ok + b"Lambda-Runtime-Aws-Request-Id: ../../x\r\n\r\n{}",
                  ok + b"Content-Length: 3\r\n\r\n{}", b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
                  b"HTTP/1.1 200 OK\nContent-Length: 0\n\n",
                  b"HTTP/1.1 200 OK\r\nX: " + b"x" * 70000,
                  b"HTTP/1.1 200 OK\r\nContent-Length: 9000000\r\n\r\n"]:
        with RuntimeApi() as api, running(api, ends=True) as function:
            api.start(b"", ways=[raw(reply, keeps=True)])
            assert function.wait() == 1, reply[:50]
            log = function.lines()
            assert len(log) == 2 and " FATAL " in log[1], (reply[:50], log)
            assert len(api.requests) == 1


@test
def no_reply_at_all():
    """an event that breaks off twice, or a Runtime API that goes away, ends the function"""
    with RuntimeApi() as api, running(api, ends=True) as function:
        api.start(SEA, ways=[cut(whole, 50), cut(whole, 50), whole])
        assert function.wait() == 1
        assert "without a reply" in function.lines()[1] and len(api.requests) == 2
    with RuntimeApi() as api, running(api, ends=True) as function:
        api.wait_until_idle()
        api.close()
        assert function.wait() == 1
        assert "cannot connect to the Runtime API" in function.lines()[1]


# ---- Several events at a time ------------------------------------------------

@test
def concurrency():
    """AWS_LAMBDA_MAX_CONCURRENCY events are in flight at once, each on its own connection"""
    with RuntimeApi() as api, running(api, AWS_LAMBDA_MAX_CONCURRENCY="4") as function:
        api.wait_until_idle(4)
        gate = threading.Event()
        for _ in range(3):
            gate.clear()
            held = [api.start(SEA, statuses=[gate]) for _ in range(4)]
            assert [label(invocation.wait()) for invocation in held] == ["sea"] * 4
            gate.set()
        api.wait_until_idle(4)
        assert api.n_connections == 4 and len(function.lines()) == 1
        many = [api.start(SEA if i % 2 else TOWN) for i in range(400)]
        assert [label(invocation.wait()) for invocation in many] == ["town", "sea"] * 200
    for text in ["0", "-3", "many", ""]:
        with RuntimeApi() as api, running(api, AWS_LAMBDA_MAX_CONCURRENCY=text):
            api.wait_until_idle(1)
            assert label(api.invoke(SEA)) == "sea"


@test
def failure_beside_others():
    """if one loop fails, events in flight are answered first, then the function ends"""
    with RuntimeApi() as api, \
            running(api, ends=True, AWS_LAMBDA_MAX_CONCURRENCY="4") as function:
        api.wait_until_idle(4)
        gate = threading.Event()
        held = api.start(SEA, statuses=[gate])
        assert label(held.wait()) == "sea"
        n_requests = len(api.requests)
        api.start(b"", ways=[raw(b"HTTP/1.1 500 Error\r\nContent-Length: 0\r\n\r\n")])
        api.wait_for(lambda: api.n_open() == 1)
        assert function.process.poll() is None
        gate.set()
        assert function.wait() == 1
        log = function.lines()
        assert len(log) == 2 and " FATAL " in log[1], log
        assert len(api.requests) == n_requests


run()

"""What quothd logs as a Lambda function, and that no byte of an event is in it. Needs QUOTHD and
QUOTH, the programs."""
import base64
import json
import os
import re
import subprocess
import sys
import threading

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from function import MODEL, SEA, TOWN, label, running
from runtime_api import RuntimeApi, cut, raw, whole
from server import QUOTHD
from tap_tests import run, test

STAMP = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"
LEVELS = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"]
MARKER = "Zanzibar"
JSON = {"AWS_LAMBDA_LOG_FORMAT": "JSON"}
DEBUG = {"AWS_LAMBDA_LOG_LEVEL": "DEBUG"}


def queue(*bodies):
    return {"Records": [{"messageId": f"message-{i}", "body": body, "eventSource": "aws:sqs",
                         "eventSourceARN": "arn:aws:sqs:us-east-1:123456789012:texts",
                         "attributes": {}, "messageAttributes": {}}
                        for i, body in enumerate(bodies)]}


def url(path, method="GET", body=""):
    """An event of a function URL."""
    return {"version": "2.0", "rawPath": path, "rawQueryString": MARKER, "isBase64Encoded": False,
            "headers": {"content-type": "text/plain", "x": MARKER, "host": "x.lambda-url.on.aws"},
            "requestContext": {"domainName": "x.lambda-url.us-east-1.on.aws",
                               "http": {"method": method, "path": path}}, "body": body}


# Events with the marker in all that a client may choose, good and bad.
EVENTS = [f'"{MARKER} ship"', f'{{"text": "{MARKER}"}}', f'{{"texts": ["{MARKER}", 1]}}',
          f'{{"{MARKER}": "{MARKER}"}}', f'{MARKER}', f'"{MARKER}', f'["{MARKER}", "{MARKER}"]',
          f'{{"text": "a", "text": "{MARKER}"}}', f'{{"text": "{MARKER}\\ud800"}}',
          json.dumps(queue(f"{MARKER} ship", f'{{"{MARKER}": 1}}', MARKER + "\n" + MARKER)),
          json.dumps(url("/predict", "POST", MARKER)), json.dumps(url(f"/{MARKER}")),
          json.dumps(url("/predict", MARKER)),
          json.dumps({"records": [{"recordId": "1", "data": base64.b64encode(
              MARKER.encode()).decode()}], "invocationId": "1", "deliveryStreamArn": "a"}),
          json.dumps([{"text": MARKER}, {MARKER: MARKER}])]


@test
def no_payload():
    """no byte of an event is in the log, whatever the event and the level"""
    for how in [{}, JSON]:
        with RuntimeApi() as api, running(api, AWS_LAMBDA_LOG_LEVEL="TRACE", **how) as function:
            for event in EVENTS:
                fields = {"Client-Context": MARKER, "Trace-Id": MARKER, "Cognito-Identity": MARKER}
                api.invoke(event.encode(), fields=fields)
                api.invoke(event.encode(), ways=[cut(whole, 200), whole], statuses=[None, 403])
            with open(function.log, "rb") as file:
                log = file.read()
            assert log.count(b"\n") > 2 * len(EVENTS)
            words = MARKER.encode(), base64.b64encode(MARKER.encode())[:10]
            assert not any(word.lower() in log.lower() for word in words), log.decode()


@test
def silence():
    """at INFO, an invocation that succeeds is not in the log"""
    with RuntimeApi() as api, running(api) as function:
        for event in [SEA, b'["a", "b"]', url("/healthz")]:
            assert api.invoke(event).kind == "response"
        assert len(function.lines()) == 1


def levels_of(function):
    return [re.fullmatch(STAMP + r" ([A-Z]+) .*", line)[1] for line in function.lines()]


@test
def levels():
    """AWS_LAMBDA_LOG_LEVEL, in any case, says from which level on lines are written"""
    for name in [*LEVELS, "info", "Warn", "nonsense", ""]:
        level = LEVELS.index(name.upper()) if name.upper() in LEVELS else LEVELS.index("INFO")
        with RuntimeApi() as api, running(api, ends=True, AWS_LAMBDA_LOG_LEVEL=name) as function:
            api.invoke(SEA)
            api.invoke(queue("A whale", ""))
            api.invoke(b"{")
            api.start(b"", ways=[raw(b"HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n")])
            assert function.wait() == 1
            found = levels_of(function)
        everything = ["INFO", "DEBUG", "INFO", "WARN", "DEBUG", "ERROR", "DEBUG", "FATAL"]
        assert found == [l for l in everything if LEVELS.index(l) >= level], (name, found)


@test
def invocations():
    """at DEBUG, each invocation is a line: source, route, status, texts, time"""
    with RuntimeApi() as api, running(api, **DEBUG) as function:
        invocations = [api.start(e) for e in [SEA, b'["a", "b", "c"]', url("/healthz"), url("/no"),
                                              url("/predict", "POST", "a ship"), queue("a ship")]]
        for invocation in invocations:
            invocation.wait()
        found = [line.split(" ", 3) for line in function.lines() if " DEBUG " in line]
        assert [i for _, _, i, _ in found] == [invocation.id for invocation in invocations]
        patterns = ["direct, 1 texts", "direct, 3 texts", "function-url /healthz 200, 0 texts",
                    "function-url - 404, 0 texts", "function-url /predict 200, 1 texts",
                    "sqs, 1 texts"]
        for (_, _, _, text), pattern in zip(found, patterns):
            assert re.fullmatch(re.escape(pattern) + r", \d+\.\d{3} ms", text), (text, pattern)


@test
def json_lines():
    """as JSON: one object a line with timestamp, level, message and the invocation's requestId"""
    for form in ["JSON", "json", "Json"]:
        with RuntimeApi() as api, running(api, ends=True, AWS_LAMBDA_LOG_FORMAT=form,
                                          **DEBUG) as function:
            good, bad = api.start(SEA), api.start(b"{")
            lost = api.start(SEA, statuses=[None, None])
            for invocation in good, bad, lost:
                invocation.wait()
            api.start(b"", ways=[raw(b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n")])
            assert function.wait() == 1
            entries = function.entries()
        assert [(e["level"], e.get("requestId")) for e in entries] == [
            ("INFO", None), ("DEBUG", good.id), ("ERROR", bad.id), ("DEBUG", bad.id),
            ("DEBUG", lost.id), ("ERROR", lost.id), ("FATAL", None)], entries
        for entry in entries:
            assert re.fullmatch(STAMP, entry["timestamp"])
            assert set(entry) <= {"timestamp", "level", "requestId", "message"} and entry["message"]
    with RuntimeApi() as api, running(api, AWS_LAMBDA_LOG_FORMAT="Text") as function:
        api.invoke(SEA)
        assert levels_of(function) == ["INFO"]


@test
def records():
    """each record of a queue is a line: its id with label and probability, or why it failed"""
    event = queue("A whale rose beside the ship at dawn", "", "The market square was full")
    with RuntimeApi() as api, running(api, **JSON) as function:
        invocation = api.start(event)
        assert json.loads(invocation.wait().body) == {"batchItemFailures": [
            {"itemIdentifier": "message-1"}]}
        probabilities = [json.loads(api.invoke(text).body)["predictions"][0]["probability"]
                         for text in [SEA, TOWN]]
        first, second, third = function.entries()[1:]
        assert {e["requestId"] for e in (first, second, third)} == {invocation.id}
        assert (first["level"], first["record"], first["label"], first["probability"]) == (
            "INFO", "message-0", "sea", probabilities[0])
        assert (second["level"], second["record"]) == ("WARN", "message-1") and second["reason"]
        assert (third["label"], third["probability"]) == ("town", probabilities[1])
    with RuntimeApi() as api, running(api) as function:
        invocation = api.start(event)
        invocation.wait()
        text = [line.split(" ", 1)[1] for line in function.lines()[1:]]
        assert text[0] == f"INFO {invocation.id} sqs record message-0: sea {probabilities[0]}"
        assert text[1].startswith(f"WARN {invocation.id} sqs record message-1: ")


@test
def firehose_records():
    """a record that Firehose gets back as failed is a line that says why; others are none"""
    data = [base64.b64encode(text).decode() for text in (b"A whale", b"\xff")]
    event = {"invocationId": "1", "deliveryStreamArn": "a", "records": [
        {"recordId": f"record-{i}", "data": one} for i, one in enumerate([*data, "*"])]}
    with RuntimeApi() as api, running(api, **JSON) as function:
        api.invoke(event)
        found = [(e["level"], e["record"], e["reason"]) for e in function.entries()[1:]]
    assert found == [("WARN", "record-1", "the record is not UTF-8"),
                     ("WARN", "record-2", "the record is not base64")], found


@test
def counters():
    """GET /metrics counts the requests of HTTP-shaped events, and all texts"""
    with RuntimeApi() as api, running(api):
        for event in [SEA, queue("a", "b"), url("/predict", "POST", "a ship"), url("/healthz"),
                      url("/no")]:
            assert api.invoke(event).kind == "response"
        answer = json.loads(api.invoke(url("/metrics")).body)["body"]
        found = dict(re.findall(r"^(\S+(?:\{.*?\})?) (\S+)$", answer, re.MULTILINE))
        counted = {name: n for name, n in found.items() if "requests_total" in name and n != "0"}
        assert sorted(counted.values()) == ["1", "1", "1"], counted
        for word in ['route="/predict"', 'route="/healthz"', 'status="404"']:
            assert sum(word in name for name in counted) == 1, (word, counted)
        texts = [float(n) for name, n in found.items() if "texts_total" in name]
        assert texts == [4], found


@test
def log_that_nobody_reads():
    """a log whose reader has gone does not end the function"""
    read, write = os.pipe()
    os.close(read)
    with RuntimeApi() as api:
        process = subprocess.Popen([QUOTHD, MODEL], stderr=write, env={
            "AWS_LAMBDA_RUNTIME_API": api.address, **DEBUG})
        os.close(write)
        try:
            assert [label(api.invoke(SEA)) for _ in range(3)] == ["sea"] * 3
            assert process.poll() is None
        finally:
            process.kill()
            process.wait()


@test
def one_write():
    """lines of several threads do not mix"""
    with RuntimeApi() as api, \
            running(api, AWS_LAMBDA_MAX_CONCURRENCY="4", **JSON, **DEBUG) as function:
        api.wait_until_idle(4)
        threads = [threading.Thread(target=lambda: [api.invoke(queue("a ship", "a house"))
                                                    for _ in range(20)]) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(function.entries()) == 1 + 4 * 20 * 3


run()

#!/usr/bin/env python3
"""function.zip as Lambda runs it, by @vercel/fun: real processes behind a Runtime API that freezes
them between events."""
import base64
import json
import os
import subprocess
import zipfile

from function import FOLDER, JSON, SEA, TOWN, UNICODE, ZIP, answers_over_http, package
from npm import install
from tap_tests import run, test

HERE = os.path.dirname(os.path.abspath(__file__))


class Function:
    """A function.zip at work, for a with statement."""

    def __init__(self, path=ZIP, **variables):
        modules = install("@vercel/fun@1.3.6")
        self.log = open(os.path.join(FOLDER, "log"), "w+", encoding="utf-8")
        self.process = subprocess.Popen(
            ["node", os.path.join(HERE, "fun.js"), modules, path, json.dumps(variables)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log,
            env=dict(os.environ, XDG_CACHE_HOME=os.path.join(FOLDER, "cache")))
        self.n_sent = 0
        self.answers = {}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        try:
            self.process.wait(60)
        finally:
            self.process.kill()
            self.log.close()

    def read_log(self):
        self.log.seek(0)
        return self.log.read()

    def send(self, event, freeze_early=False):
        """Starts an invocation; returns its number. `event` is bytes, or what JSON can hold. With
        freeze_early, the process is frozen before it can ask for another, for 5 s at least."""
        if not isinstance(event, bytes):
            event = json.dumps(event, ensure_ascii=False).encode()
        self.n_sent += 1
        line = {"id": self.n_sent, "event": base64.b64encode(event).decode(),
                "freeze_early": freeze_early}
        self.process.stdin.write(json.dumps(line).encode() + b"\n")
        self.process.stdin.flush()
        return self.n_sent

    def receive(self, number):
        """(kind of error or None, result's bytes, connections) of an invocation."""
        while number not in self.answers:
            line = self.process.stdout.readline()
            assert line, "the emulator ended:\n" + self.read_log()
            answer = json.loads(line)
            self.answers[answer["id"]] = (answer["error"], base64.b64decode(answer["result"]),
                                          answer["connections"])
        return self.answers.pop(number)

    def invoke(self, event):
        """The result of an event that succeeds."""
        error, result, _ = self.receive(self.send(event))
        assert error is None, result
        return json.loads(result)

    def fail(self, event):
        """What is told of an event that fails, handled."""
        error, result, _ = self.receive(self.send(event))
        assert error == "Handled", (error, result)
        return json.loads(result)


def predicted(*texts, **options):
    """What POST /predict answers to texts."""
    (status, _, body), = answers_over_http(
        [("POST", "/predict", JSON, json.dumps({"texts": texts, **options}))])
    assert status == 200, body
    return json.loads(body)


def labels(result):
    return [prediction["label"] for prediction in result["predictions"]]


def b64(text):
    return base64.b64encode(text.encode()).decode()


@test
def direct():
    """direct invocations get what POST /predict answers"""
    with Function() as function:
        for event in [SEA, {"text": SEA}, {"texts": [SEA]}, [SEA]]:
            assert function.invoke(event) == predicted(SEA), event
        assert function.invoke({"texts": [SEA, TOWN, UNICODE], "explain": True}) == predicted(
            SEA, TOWN, UNICODE, explain=True)


@test
def refused():
    """an event that nothing can be made of is a handled error; the next one is answered"""
    with Function() as function:
        for event in [None, 42, True, {}, [1], {"text": 1}, {"unknown": SEA}, b"", b"{", b"\xff",
                      b'"\\ud800"', b'{"text":"a","text":"b"}', b"[" * 100000]:
            fault = function.fail(event)
            assert fault["errorType"] == "Function.BadRequest", (event, fault)
            assert fault["errorMessage"] and fault["stackTrace"] == [], (event, fault)
        assert labels(function.invoke(SEA)) == ["sea"]


@test
def freezes():
    """connections that went stale in a freeze are opened again, and no event is lost"""
    with Function() as function:
        for n_connections in (1, 2):
            error, result, found = function.receive(function.send(SEA, freeze_early=True))
            assert error is None and labels(json.loads(result)) == ["sea"], result
            assert found == n_connections, (found, n_connections)
        assert labels(function.invoke(TOWN)) == ["town"]


@test
def large():
    """an event of 5 MiB is answered"""
    text = SEA + " and" * (5 * 1024 * 1024 // 4)
    with Function() as function:
        assert function.invoke({"text": text}) == predicted(text)
        assert function.invoke(SEA) == predicted(SEA)


@test
def at_once():
    """events at once are answered by several processes"""
    with Function() as function:
        numbers = [function.send([SEA, TOWN][i % 2]) for i in range(20)]
        for i, number in enumerate(numbers):
            error, result, _ = function.receive(number)
            assert error is None and labels(json.loads(result)) == [["sea", "town"][i % 2]]


@test
def batches():
    """SQS and Kinesis: what failed is named"""
    texts = [json.dumps({"text": SEA}), '{"text": 1}', TOWN]
    sqs = {"Records": [{"messageId": f"m{i}", "body": text, "eventSource": "aws:sqs",
                        "eventSourceARN": "arn:aws:sqs:us-east-1:1:queue"}
                       for i, text in enumerate(texts)]}
    kinesis = {"Records": [{"kinesis": {"sequenceNumber": f"s{i}", "partitionKey": "p",
                                        "data": b64(text)},
                            "eventSource": "aws:kinesis", "eventName": "aws:kinesis:record"}
                           for i, text in enumerate(texts)]}
    with Function() as function:
        assert function.invoke(sqs) == {"batchItemFailures": [{"itemIdentifier": "m1"}]}
        assert function.invoke(kinesis) == {"batchItemFailures": [{"itemIdentifier": "s1"}]}


@test
def enrichment():
    """Firehose and Pipes: records come back with their prediction"""
    prediction, = predicted(SEA)["predictions"]
    firehose = {"invocationId": "i", "deliveryStreamArn": "arn", "region": "us-east-1",
                "records": [{"recordId": "r1", "approximateArrivalTimestamp": 1,
                             "data": b64(json.dumps({"text": SEA, "id": 7}))}]}
    pipe = [{"messageId": "m1", "body": json.dumps({"text": SEA}), "eventSource": "aws:sqs"}]
    with Function() as function:
        record, = function.invoke(firehose)["records"]
        assert (record["recordId"], record["result"]) == ("r1", "Ok"), record
        assert json.loads(base64.b64decode(record["data"])) == {
            "text": SEA, "id": 7, "prediction": prediction}
        assert function.invoke(pipe) == [{**pipe[0], "prediction": prediction}]


@test
def load_balancer():
    """a load balancer's event gets the answer of the HTTP server"""
    event = {"requestContext": {"elb": {"targetGroupArn": "arn"}}, "httpMethod": "POST",
             "path": "/predict", "queryStringParameters": {}, "isBase64Encoded": False,
             "headers": {"content-type": JSON}, "body": json.dumps({"text": UNICODE})}
    (status, fields, body), = answers_over_http([("POST", "/predict", JSON, event["body"])])
    with Function() as function:
        answer = function.invoke(event)
    assert answer["statusCode"] == status == 200 and answer["statusDescription"] == "200 OK"
    assert {k.lower(): v for k, v in answer["headers"].items()}["content-type"] == fields[
        "content-type"]
    assert answer["body"].encode() == body and not answer["isBase64Encoded"]


@test
def silent():
    """texts don't get into the log"""
    with Function() as function:
        function.invoke({"text": "secret words " + SEA})
        function.fail({"texts": "secret words"})
        assert "secret" not in function.read_log()


@test
def without_model():
    """a function without its model says so"""
    path = os.path.join(FOLDER, "empty.zip")
    with zipfile.ZipFile(ZIP) as whole, zipfile.ZipFile(path, "w") as part:
        entry = whole.getinfo("bootstrap")
        part.writestr(entry, whole.read(entry))
    with Function(path) as function:
        error, result, _ = function.receive(function.send(SEA))
        assert error == "Unhandled", (error, result)
        assert json.loads(result)["errorType"] == "Runtime.ModelLoadFailed", result


@test
def mode():
    """Lambda could not start a bootstrap that is not executable: quoth package's is"""
    path = os.path.join(FOLDER, "mode.zip")
    with zipfile.ZipFile(ZIP) as whole, zipfile.ZipFile(path, "w") as changed:
        for entry in whole.infolist():
            data = whole.read(entry)
            entry.external_attr &= ~(0o111 << 16)
            changed.writestr(entry, data)
    with Function(path) as function:
        error, _, _ = function.receive(function.send(SEA))
        assert error == "Unhandled" and "Permission denied" in function.read_log()


package()
run()

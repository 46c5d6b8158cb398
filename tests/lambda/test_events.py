#!/usr/bin/env python3
"""Lambda's events as its sources send them, and what these want back; hostile ones. The shapes are
those of AWS's documentation, the values our own; predictions are compared with the API's."""
import base64
import json
import random

from lambda_program import Lambda  # first: it knows where api_program is
import api_program
from api_program import FORM, JSON
from tap_tests import run, test

MODEL = api_program.train("three", api_program.three_topics())
api = api_program.Api({"three": MODEL})
function = Lambda("three", MODEL)
TEXT = "My sister watered the roses by the orchard."
OTHER = "Zoë – “whales” and nets 😀"
MAX_PAYLOAD = 6 * 1024 * 1024 + 100


def b64(data):
    return base64.b64encode(data.encode() if isinstance(data, str) else data).decode()


def changed(event, **changes):
    return {**event, **changes}


# ---- Requests over HTTP: one event for each source, asking POST /predict for TEXT ----

def function_url(method="POST", path="/predict", content_type=JSON, body=None):
    """A function URL: https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html"""
    domain = "abcdefghijklmnopqrstuvwxyz012345.lambda-url.eu-central-1.on.aws"
    return {
        "version": "2.0", "routeKey": "$default", "rawPath": path, "rawQueryString": "a=1&a=2",
        "cookies": ["one=1", "two=2"],
        "headers": {"content-type": content_type, "host": domain, "x-forwarded-proto": "https"},
        "queryStringParameters": {"a": "1,2"},
        "requestContext": {
            "accountId": "anonymous", "apiId": domain.split(".")[0], "authentication": None,
            "authorizer": None, "domainName": domain, "domainPrefix": domain.split(".")[0],
            "http": {"method": method, "path": path, "protocol": "HTTP/1.1",
                     "sourceIp": "192.0.2.1", "userAgent": None},
            "requestId": "id", "routeKey": "$default", "stage": "$default",
            "time": "12/Mar/2020:19:03:58 +0000", "timeEpoch": 1583348638390},
        "pathParameters": None, "stageVariables": None, "isBase64Encoded": True,
        "body": None if body is None else b64(body)}


def http_api(method="POST", path="/predict", content_type=JSON, body=None, stage="$default"):
    """An HTTP API, payload 2.0."""
    prefix = "" if stage == "$default" else "/" + stage
    event = function_url(method, prefix + path, content_type)
    event["requestContext"].update(stage=stage, domainName="id.execute-api.eu-central-1.aws.test")
    del event["pathParameters"], event["queryStringParameters"], event["body"]
    event["isBase64Encoded"] = False
    if body is not None:
        event["body"] = body if isinstance(body, str) else body.decode()
    return event


def http_api_1(method="POST", path="/predict", content_type=JSON, body=None, stage="$default"):
    """An HTTP API, payload 1.0: the path has the stage in both places."""
    full = path if stage == "$default" else f"/{stage}{path}"
    event = rest_api(method, full, content_type, body)
    event["version"] = "1.0"
    event["requestContext"].update(path=full, stage=stage)
    return event


def rest_api(method="POST", path="/predict", content_type=JSON, body=None, stage="prod"):
    """A REST API with proxy integration: the path has no stage, that of the context has."""
    return {
        "resource": "/{proxy+}", "path": path, "httpMethod": method,
        "headers": {"Accept": "*/*", "CONTENT-Type": content_type, "X-Forwarded-Port": "443"},
        "multiValueHeaders": {"Accept": ["*/*"], "CONTENT-Type": [content_type],
                              "X-Forwarded-Port": ["443"]},
        "queryStringParameters": None, "multiValueQueryStringParameters": None,
        "pathParameters": {"proxy": path[1:]}, "stageVariables": None,
        "requestContext": {
            "resourceId": "id", "resourcePath": "/{proxy+}", "httpMethod": method,
            "path": f"/{stage}{path}", "stage": stage, "accountId": "123456789012",
            "protocol": "HTTP/1.1", "identity": {"sourceIp": "192.0.2.1", "userAgent": None}},
        "body": body, "isBase64Encoded": False}


def load_balancer(method="POST", path="/predict", content_type=JSON, body=""):
    """An Application Load Balancer's target group:
    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html"""
    arn = "arn:aws:elasticloadbalancing:us-east-2:123456789012:targetgroup/name/0123456789abcdef"
    return {
        "requestContext": {"elb": {"targetGroupArn": arn}}, "httpMethod": method, "path": path,
        "queryStringParameters": {}, "isBase64Encoded": False, "body": body,
        "headers": {"accept": "text/html", "content-type": content_type, "host": "name.test"}}


def load_balancer_multi(*request, **named):
    """The same with multi-value headers, a setting of the target group."""
    event = load_balancer(*request, **named)
    event["multiValueHeaders"] = {name: [value] for name, value in event.pop("headers").items()}
    event["multiValueQueryStringParameters"] = event.pop("queryStringParameters")
    return event


SOURCES = {
    "function-url": [function_url],
    "http-api": [http_api, http_api_1,
                 lambda *r, **n: http_api(*r, **n, stage="v2"),
                 lambda *r, **n: http_api_1(*r, **n, stage="v2")],
    "rest-api": [rest_api, lambda *r, **n: rest_api(*r, **n, stage="v2")],
    "alb": [load_balancer, load_balancer_multi],
}
EVENTS = [(source, make) for source, makers in SOURCES.items() for make in makers]

# Method, path, content type, body.
REQUESTS = [
    ("POST", "/predict", JSON, json.dumps({"text": TEXT})),
    ("POST", "/predict", JSON, json.dumps({"texts": [TEXT, OTHER, ""], "top": 2}, ensure_ascii=False)),
    ("POST", "/predict", JSON, json.dumps({"text": OTHER, "explain": True})),
    ("POST", "/predict", "text/plain; charset=utf-8", OTHER),
    ("POST", "/predict", FORM, "text=the+roses&explain=true"),
    ("POST", "/v2/models/three/infer", JSON, json.dumps(
        {"inputs": [{"name": "text", "shape": [1], "datatype": "BYTES", "data": [TEXT]}]})),
    ("GET", "/", "", ""),
    ("GET", "/openapi.json", "", ""),
    ("GET", "/model", "", ""),
    ("GET", "/v2", "", ""),
    ("GET", "/v2/models/three", "", ""),
    ("GET", "/healthz", "", ""),
    ("OPTIONS", "/predict", "", ""),
    ("GET", "/predict", "", ""),
    ("GET", "/nowhere", "", ""),
    ("POST", "/predict", JSON, ""),
    ("POST", "/predict", JSON, '{"text":"\\ud800"}'),
    ("POST", "/predict", JSON, '{"text":1}'),
    ("POST", "/predict", "application/xml", "<a/>"),
    ("POST", "/predict", "", "a"),
]
HEADERS = {"Content-Type": "content_type", "Allow": "allow", "Cache-Control": "cache_control",
           "Content-Security-Policy": "content_security_policy"}


def read_response(source, event):
    """The answer to an HTTP-shaped event: (what ask gives, the response), checked for what its
    source wants."""
    answer, body = function.ask(event)
    assert answer["error_type"] is None, (answer, body)
    assert answer["source"] == source, answer
    response = json.loads(body)
    keys = {"statusCode", "headers", "body", "isBase64Encoded"}
    if source == "alb":
        keys.add("statusDescription")
        assert response["statusDescription"].startswith(f"{response['statusCode']} ")
    if "elb" in event["requestContext"] and "multiValueHeaders" in event:
        multi = response.pop("multiValueHeaders")
        assert all(isinstance(values, list) and len(values) == 1 for values in multi.values())
        response["headers"] = {name: values[0] for name, values in multi.items()}
    assert set(response) == keys, response.keys()
    assert isinstance(response["body"], str) and response["isBase64Encoded"] is False
    assert response["headers"]["Content-Type"] and answer["status"] == response["statusCode"]
    return answer, response


@test
def http_sources():
    """each HTTP source is answered as the API answers, byte for byte"""
    for source, make in EVENTS:
        for method, path, content_type, body in REQUESTS:
            expected, expected_body = api.ask(method, path, content_type, body)
            answer, response = read_response(source, make(method, path, content_type, body))
            where = (source, method, path, body)
            assert response["body"].encode() == expected_body, where
            assert response["statusCode"] == expected["status"], where
            assert answer["route"] == expected["route"], where
            assert answer["n_texts"] == expected["n_texts"], where
            headers = {name: expected[key] for name, key in HEADERS.items() if expected[key]}
            headers.setdefault("Content-Type", "text/plain; charset=utf-8")
            headers["X-Content-Type-Options"] = "nosniff"
            assert response["headers"] == headers, where


@test
def encodings_of_bodies():
    """a body in base64 is the same as one that is not"""
    for source, make in EVENTS:
        for body in (json.dumps({"text": OTHER}), json.dumps({"text": OTHER}, ensure_ascii=False)):
            event = make(body=body)
            plain = read_response(source, changed(event, body=body, isBase64Encoded=False))
            coded = read_response(source, changed(event, body=b64(body), isBase64Encoded=True))
            assert plain == coded and plain[1]["statusCode"] == 200


@test
def head():
    """HEAD has the headers of GET and no body"""
    for source, make in EVENTS:
        for path in ("/", "/healthz"):
            get = read_response(source, make("GET", path))[1]
            assert read_response(source, make("HEAD", path))[1] == dict(get, body="")


@test
def status_descriptions():
    """load balancers get the status with its phrase"""
    for path, expected in (("/healthz", "200 OK"), ("/nowhere", "404 Not Found"),
                           ("/predict", "405 Method Not Allowed")):
        assert function.result(load_balancer("GET", path))["statusDescription"] == expected


@test
def stages():
    """a stage's name goes only where a stage stands"""
    def status(event):
        return function.result(event)["statusCode"]
    assert status(http_api("GET", "", stage="dev")) == 200
    assert status(http_api("GET", "/", stage="dev")) == 200
    assert status(http_api("GET", "/v2", stage="v2")) == 200
    assert status(http_api_1("GET", "/v2/health/live", stage="v2")) == 200
    assert status(rest_api("GET", "/v2/health/live", stage="v2")) == 200
    assert status(changed(http_api("GET", "/healthz", stage="dev"), rawPath="/development")) == 404
    assert status(changed(http_api("GET", "/", stage="dev"), rawPath="/healthz")) == 200
    assert status(changed(http_api("GET", "/", stage="dev"), rawPath="")) == 404
    event = http_api("GET", "/healthz")
    for stage in (None, "", 1):
        event["requestContext"]["stage"] = stage
        assert status(event) == 200
    del event["requestContext"]["stage"], event["requestContext"]["domainName"]
    del event["rawPath"]
    assert status(event) == 200, "rawPath is not there, the context's path is"


@test
def lenient_where_not_asked():
    """what is not asked for may be badly escaped, no UTF-8, of any type, null or absent"""
    request = ("POST", "/predict", JSON, json.dumps({"text": TEXT}))
    expected = api.ask(*request)[1].decode()
    for source, make in EVENTS:
        event = changed(make(*request), PLACE="x")
        for junk in (b'"\xff\xfe\x80"', b'"\\ud800"', b'"\\udfff\\ud800"', b'"\\x41\\u12"', b'"\t\x01"',
                     b"null", b"1e99999", b"-", b"nan", b'{"a":[{"b":"\xff"}]}', b"[[[]]]",
                     b"9" * 5000, b'{"httpMethod":"GET"}', b'"\\\\"', b'"\\\\\\""'):
            hostile = json.dumps(event).encode().replace(b'"PLACE": "x"', b'"PLACE":' + junk)
            assert hostile != json.dumps(event).encode()
            answer, body = function.ask(hostile)
            assert answer["source"] == source and json.loads(body)["body"] == expected, junk
        for name in ("queryStringParameters", "cookies", "stageVariables", "resource", "routeKey"):
            for value in (None, 5, [], {"a": None}):
                response = function.result(changed(event, **{name: value}))
                assert response["body"] == expected, (source, name, value)


@test
def headers_of_any_form():
    """the Content-Type is found in any case, in either map, and may be hidden by nothing"""
    body = json.dumps({"text": TEXT})
    for headers, multi, status in (
            ({"cOnTeNt-TyPe": JSON}, None, 200), (None, {"Content-Type": [JSON]}, 200),
            ({"accept": "*/*"}, {"CONTENT-TYPE": [JSON, "text/html"]}, 200),
            ({"content-type": None}, {"content-type": [JSON]}, 200),
            ({"content-type": None}, {"content-type": []}, 415), (None, None, 415),
            ({"content-type": 5}, {"content-type": JSON}, 200), ([JSON], "x", 415),
            ({"content-type": "\ud800"}, None, 415), ({"content_type": JSON}, None, 415)):
        event = changed(rest_api(body=body), headers=headers, multiValueHeaders=multi)
        assert function.result(event)["statusCode"] == status, (headers, multi)


@test
def compressed_bodies():
    """a compressed body is refused as the server refuses it"""
    for source, make in EVENTS:
        for coding, status in (("gzip", 415), ("BR", 415), ("identity", 200), ("", 200)):
            event = make(body=json.dumps({"text": TEXT}))
            kind = "headers" if "headers" in event else "multiValueHeaders"
            event[kind]["Content-Encoding"] = coding if kind == "headers" else [coding]
            response = read_response(source, event)[1]
            assert response["statusCode"] == status, (source, coding)
            assert status == 200 or "uncompressed" in json.loads(response["body"])["detail"]


@test
def bodies_that_are_wrong():
    """a body that the event spoils is the client's mistake: 400, in an invocation that succeeds"""
    for body, is_base64, why in (
            ("a", True, "not base64"), ("YWJj ", True, "not base64"), ("YW-_", True, "byte 0x2d"),
            ("YWJjZ===", True, "not base64"), ("é", True, "not base64"), ("//8=", True, "not"),
            (5, False, "not a string"), ({"text": "a"}, False, "not a string"),
            (["a"], True, "not a string"), ("\ud800", False, "not a string of Unicode"),
            ("\udc00", True, "not a string of Unicode")):
        for source, make in EVENTS:
            event = changed(make(), body=body, isBase64Encoded=is_base64)
            response = read_response(source, event)[1]
            assert response["statusCode"] == 400, (body, response)
            assert response["headers"]["Content-Type"] == "application/problem+json"
            assert why in json.loads(response["body"])["detail"], response
    for method, path in ((None, None), (5, {}), ("\ud800", "/\ud800\x00"), ("", "")):
        response = function.result(changed(rest_api(), httpMethod=method or "", path=path))
        assert response["statusCode"] == 404, response


def wide_model():
    """A model of 30 classes with long names: 10,000 of its answers are about 19 MB."""
    rows = [f"word{i % 30} thing{i % 7},{'long' * 10}{i % 30}" for i in range(300)]
    return api_program.train("wide", ("text,label\n" + "\n".join(rows)).encode())


@test
def large_http():
    """bodies of megabytes; an answer that Lambda would not pass on is a problem"""
    text = "the roses by the orchard " * 160000
    for event in (rest_api(body=text, content_type="text/plain"),
                  function_url(body=text, content_type="text/plain")):
        assert function.result(event)["statusCode"] == 200
    wide = Lambda("wide", wide_model())
    for make, most in ((rest_api, MAX_PAYLOAD), (http_api, MAX_PAYLOAD), (load_balancer, 1000000)):
        previous = 200
        for n in (100, 300, 1000, 3000, 10000):
            answer, body = wide.ask(make(body=json.dumps({"texts": ["a"] * n})))
            assert answer["error_type"] is None and len(body) <= most, len(body)
            response = json.loads(body)
            assert answer["status"] == response["statusCode"] and answer["route"] == "/predict"
            assert previous == 200 or response["statusCode"] == 413, "413 from some size on"
            previous = response["statusCode"]
        assert f"the most is {most} here" in json.loads(response["body"])["detail"], response
        body = json.dumps({"texts": ["a"] * 3000, "top": 1})
        assert json.loads(wide.ask(make(body=body))[1])["statusCode"] == 200, "top makes it fit"
    wide.close()


# ---- Direct invocations ----

@test
def direct():
    """a text, a list, or /predict's own JSON: the answer is /predict's, byte for byte"""
    for event, request in (
            (TEXT, {"text": TEXT}), ("", {"text": ""}), (OTHER, {"text": OTHER}),
            ("a\0b\ud83d\ude00\"\\", {"text": "a\0b\U0001f600\"\\"}),
            ([TEXT], {"texts": [TEXT]}), ([TEXT, "", OTHER], {"texts": [TEXT, "", OTHER]}),
            *((r, r) for r in ({"text": TEXT}, {"texts": [TEXT, OTHER]}, {"text": OTHER, "top": 1},
                               {"texts": ["roses", "oven"], "explain": True, "top": 2},
                               {"text": TEXT, "model": "three"}))):
        answer, body = function.ask(event)
        assert answer["error_type"] is None and answer["source"] == "direct", body
        expected, expected_body = api.ask("POST", "/predict", JSON, request)
        assert body == expected_body and answer["n_texts"] == expected["n_texts"], event
    assert function.ask(b' \n{"text":"a"}\t')[1] == api.ask("POST", "/predict", JSON, {"text": "a"})[1]


@test
def direct_refused():
    """what /predict refuses is Function.BadRequest, with what /predict says of it"""
    for request in ({}, {"txet": 1}, {"text": 5}, {"text": None}, {"texts": []}, {"texts": "a"},
                    {"text": "a", "texts": ["b"]}, {"text": "a", "top": 0}, {"text": "a", "é": 1},
                    {"texts": ["a"] * 10001}, {"text": "a", "explain": 1}, {"texts": ["a", 5]},
                    {"text": "a " * 5001, "explain": True}, {"text": "a", "model": "other"},
                    b'{"text":"\\ud800"}', b'{"text":"a","text":"b"}', b'{"text":"\xff"}',
                    b'{"text":"a","top":1e999}', b'{"text":"a\x01"}', b'{"text":nan}'):
        problem = json.loads(api.ask("POST", "/predict", JSON, request)[1])
        assert function.error(request) == problem["detail"], request
    for event, why in (([], "empty"), (5, '"text" is a number'), (None, '"text" is null'),
                       (["a", 5], '"texts"[1] is a number'), ([["a"]], '"texts"[0] is an array'),
                       (b'["\\ud800"]', "invalid Unicode"), (b'"\xff"', "0xff"), (True, "true")):
        assert why in function.error(event), event


@test
def not_json():
    """an event that is no JSON, or cut off, is an error that says so"""
    whole = json.dumps(function_url(body=json.dumps({"text": TEXT}))).encode()
    for event in (b"", b" ", b"{", b"[", b'"', b'"\\"', b"{]", b"[}", b'{"a"}', b'{"a":}', b'{"a":1,}',
                  b"[1,]", b"[,1]", b"{,}", b"a b", b"{} {}", b"\0", b"\xff", b"\xef\xbb\xbf{}", b"'a'",
                  b"[" * 1000000, b'{"a":' * 1000000, b"[" * 129 + b"]" * 129, b'{"a":1 "b":2}',
                  b'{1:2}', b"]", b":", *(whole[:n] for n in range(1, len(whole), 7))):
        message = function.error(event)
        assert "is not JSON, is cut off, or is nested deeper than 128 levels" in message, event
    assert "texts" in function.error(b"[" * 128 + b"]" * 128)
    assert function.error(b" " * (MAX_PAYLOAD + 1)) == \
        f"the event has {MAX_PAYLOAD + 1} bytes; the most is {MAX_PAYLOAD}"


@test
def direct_too_large():
    """a result that Lambda would refuse is an error that says so"""
    wide = Lambda("wide", wide_model())
    answer, body = wide.ask(["a"] * 3600)
    assert answer["error_type"] is None and MAX_PAYLOAD * 0.8 < len(body) <= MAX_PAYLOAD, len(body)
    answer, body = wide.ask(["a"] * 10000)
    assert answer["error_type"] == "Function.ResponseSizeTooLarge", answer
    assert f"the most is {MAX_PAYLOAD}" in body.decode(), body
    wide.close()


@test
def foreign_sources():
    """sources that quoth does not answer are told what it does answer"""
    bucket = {"bucket": {"name": "b"}, "object": {"key": "a+b.txt", "size": 1024}}
    for source, title, event in (
            ("s3", "an S3 event", {"Records": [{
                "eventVersion": "2.1", "eventSource": "aws:s3", "eventName": "ObjectCreated:Put",
                "s3": bucket}]}),
            ("sns", "an SNS event", {"Records": [{
                "EventVersion": "1.0", "EventSource": "aws:sns",
                "Sns": {"Type": "Notification", "Message": "m"}}]}),
            ("dynamodb", "a DynamoDB event", {"Records": [{
                "eventID": "1", "eventSource": "aws:dynamodb",
                "dynamodb": {"NewImage": {"text": {"S": "a"}}, "SequenceNumber": "1"}}]}),
            ("kafka", "a Kafka event", {
                "eventSource": "aws:kafka", "bootstrapServers": "b",
                "records": {"topic-0": [{"topic": "topic", "value": "YQ=="}]}}),
            ("cloudwatch-logs", "a CloudWatch Logs event", {"awslogs": {"data": "H4sIAAAA"}}),
            ("eventbridge", "an EventBridge event", {
                "version": "0", "id": "i", "detail-type": "Scheduled Event", "source": "aws.events",
                "time": "2015-10-08T16:53:06Z", "region": "us-east-1", "resources": [],
                "detail": {}}),
            ("websocket", "an API Gateway WebSocket event", {
                "requestContext": {"routeKey": "$default", "eventType": "MESSAGE",
                                   "connectionId": "c"}, "body": "a", "isBase64Encoded": False}),
            ("unknown", "not known here", {"Records": [{"eventSource": "aws:codecommit"}]}),
            ("unknown", "not known here", {"Records": ["a"]})):
        answer, body = function.ask(event)
        assert answer["error_type"] == "Function.BadRequest" and answer["source"] == source, body
        assert title in body.decode() and 'SQS, Kinesis, Firehose' in body.decode(), body
    assert "no records" in function.error({"Records": []})


# ---- Records ----

# A record's bytes, and the text that is predicted; None where there is none to predict.
RECORDS = [
    (TEXT, TEXT), (OTHER, OTHER), ("\"quoted\"", "\"quoted\""), ("[1]", "[1]"), ("a\0b", "a\0b"),
    (json.dumps({"text": TEXT}), TEXT), (json.dumps({"text": OTHER}), OTHER), ('{"text":""}', ""),
    (' \r\n\t{"id": 12345678901234567890123, "text": "roses", "more": [null, {}]} ', "roses"),
    ("", None), ("{", None), ("{}", None), ('{"text":5}', None), ('{"txt":"a"}', None),
    ('{"text":"a"} b', None), ('{"text":"a","text":"b"}', None), ('{"text":"\\ud800"}', None),
    ('{"a":' * 3000, None), ('{"text":"a","deep":' + "[" * 200 + "]" * 200 + "}", None),
]
BYTES = RECORDS + [(b"\xff\xfe", None), (b"\x1f\x8b\x08\0", None), (b'{"text":"\xff"}', None)]


def predicted(text):
    """The API's prediction, and as a record of the log."""
    one = api.predict({"text": text})["predictions"][0]
    return one, {"label": one["label"], "probability": one["probability"], "message": None}


def sqs(*bodies, queue="queue"):
    """https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html"""
    return {"Records": [{
        "messageId": f"059f36b4-87a3-44ab-83d2-66197597{i:04d}", "receiptHandle": "AQEBwJnKyr",
        "body": body, "attributes": {"ApproximateReceiveCount": "1", "MessageGroupId": "g"},
        "messageAttributes": {}, "md5OfBody": "x", "eventSource": "aws:sqs",
        "eventSourceARN": f"arn:aws:sqs:us-east-2:123456789012:{queue}", "awsRegion": "us-east-2"}
        for i, body in enumerate(bodies)]}


def kinesis(*data):
    """https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html"""
    return {"Records": [{
        "kinesis": {"kinesisSchemaVersion": "1.0", "partitionKey": "1",
                    "sequenceNumber": f"4959033827149025660855969253836157109592157598913672{i:04d}",
                    "data": one if isinstance(one, dict) else b64(one),
                    "approximateArrivalTimestamp": 1545084650.987},
        "eventSource": "aws:kinesis", "eventVersion": "1.0", "eventID": "shardId-0:1",
        "eventName": "aws:kinesis:record"} for i, one in enumerate(data)]}


def failures(result):
    assert set(result) == {"batchItemFailures"}, result
    assert all(set(item) == {"itemIdentifier"} for item in result["batchItemFailures"])
    return [item["itemIdentifier"] for item in result["batchItemFailures"]]


def check_log(answer, ids, texts):
    assert [r["id"] for r in answer["records"]] == ids, answer
    for record, text in zip(answer["records"], texts):
        if text is None:
            assert record["label"] is None and record["message"], record
        else:
            del record["id"]
            assert record == predicted(text)[1], record


@test
def sqs_queue():
    """SQS: each message by itself; those that failed are reported"""
    event = sqs(*(body for body, _ in RECORDS))
    ids = [record["messageId"] for record in event["Records"]]
    answer, body = function.ask(event)
    assert answer["source"] == "sqs" and answer["n_texts"] == sum(t is not None for _, t in RECORDS)
    assert failures(json.loads(body)) == [i for i, (_, t) in zip(ids, RECORDS) if t is None]
    check_log(answer, ids, [text for _, text in RECORDS])
    answer, body = function.ask(sqs(TEXT, OTHER))
    assert body == b'{"batchItemFailures":[]}', body


@test
def sqs_fifo():
    """a FIFO queue's messages behind one that failed fail untried"""
    event = sqs(TEXT, OTHER, "{", TEXT, "", OTHER, queue="queue.fifo")
    ids = [record["messageId"] for record in event["Records"]]
    answer, body = function.ask(event)
    assert failures(json.loads(body)) == ids[2:] and answer["n_texts"] == 2, answer
    check_log(answer, ids, [TEXT, OTHER, None, None, None, None])
    assert answer["records"][3]["message"].startswith("not tried"), answer
    for queue in ("fifo", "a.fifo.b", "x.FIFO"):
        event = sqs("{", TEXT, queue=queue)
        assert len(failures(function.result(event))) == 1, queue


@test
def kinesis_stream():
    """Kinesis: up to the first record that failed, which is reported"""
    for i, (record, text) in enumerate(BYTES):
        event = kinesis(TEXT, record, OTHER)
        ids = [r["kinesis"]["sequenceNumber"] for r in event["Records"]]
        answer, body = function.ask(event)
        assert answer["source"] == "kinesis"
        assert failures(json.loads(body)) == ([] if text is not None else [ids[1]]), record
        check_log(answer, ids if text is not None else ids[:2], [TEXT, text, OTHER])
    for data in ("a", "YWJj\n", "YQ", None, 5, "\ud800", {}):
        event = kinesis(TEXT)
        event["Records"][0]["kinesis"]["data"] = data
        answer, body = function.ask(event)
        assert failures(json.loads(body)) == [event["Records"][0]["kinesis"]["sequenceNumber"]]


@test
def ids_and_messages_for_logs():
    """ids that a log may not hold are hidden there and come back whole; messages quote nothing"""
    for id_, shown in (("a-b_1:2", "a-b_1:2"), ("a b", "-"), ("a\"b\\", "-"), ("é\0", "-"),
                       ("x" * 128, "x" * 128), ("x" * 129, "-"), ("", "-")):
        event = sqs('{"text":"SECRET', "{}")
        event["Records"][0]["messageId"] = id_
        answer, body = function.ask(event)
        assert json.loads(body)["batchItemFailures"][0] == {"itemIdentifier": id_}, body
        assert answer["records"][0]["id"] == shown, answer
        assert "SECRET" not in json.dumps(answer)
    for id_ in (None, 5, {}, "\ud800"):
        event = sqs("{")
        event["Records"][0]["messageId"] = id_
        assert failures(function.result(event)) == [""], id_
    for record in (None, 5, "a", [], {}, {"body": "a"}):
        event = {"Records": sqs(TEXT)["Records"] + [record]}
        assert failures(function.result(event)) == ([] if record == {"body": "a"} else [""]), record


def firehose(*data):
    """https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html"""
    return {"invocationId": "i", "deliveryStreamArn": "arn:aws:firehose:us-east-1:1:deliverystream/d",
            "region": "us-east-1", "records": [
                {"recordId": f"record{i}", "approximateArrivalTimestamp": 1510772160000,
                 "data": b64(one)} for i, one in enumerate(data)]}


@test
def firehose_transform():
    """Firehose gets each record back as a line of JSON with its prediction"""
    event = firehose(*(record for record, _ in BYTES))
    answer, body = function.ask(event)
    assert answer["source"] == "firehose" and set(json.loads(body)) == {"records"}, answer
    results = json.loads(body)["records"]
    assert len(results) == len(BYTES)
    for (record, text), asked, result in zip(BYTES, event["records"], results):
        assert set(result) == {"recordId", "result", "data"}, result
        assert result["recordId"] == asked["recordId"]
        if text is None:
            assert result["result"] == "ProcessingFailed" and result["data"] == asked["data"]
            continue
        line = base64.b64decode(result["data"], validate=True).decode()
        is_object = record.lstrip().startswith("{")
        expected = json.loads(record) if is_object else {"text": text}
        assert result["result"] == "Ok" and line.endswith("}\n") and line.count("\n") == 1, line
        assert json.loads(line) == {**expected, "prediction": predicted(text)[0]}, line
    old = '{"prediction":1,"text":"roses","n":1.50}'
    line = base64.b64decode(function.result(firehose(old))["records"][0]["data"]).decode()
    assert line.startswith('{"text":"roses","n":1.50,"prediction":{"label"'), line
    event = firehose(TEXT, TEXT, TEXT)
    event["records"][0].update(data="*", recordId=5)
    event["records"][1] = None
    results = function.result(event)["records"]
    assert [r["result"] for r in results] == ["ProcessingFailed"] * 2 + ["Ok"], results
    assert results[0] == {"recordId": "", "result": "ProcessingFailed", "data": "*"}, results
    assert results[1] == {"recordId": "", "result": "ProcessingFailed", "data": ""}, results
    assert function.result(firehose()) == {"records": []}


@test
def pipes_enrichment():
    """EventBridge Pipes gets each element back with its prediction"""
    message = sqs(TEXT)["Records"][0]
    record = {"kinesisSchemaVersion": "1.0", "partitionKey": "1", "sequenceNumber": "1",
              "data": b64(TEXT), "eventSource": "aws:kinesis", "eventID": "shardId-0:1"}
    kafka = {"eventSource": "aws:kafka", "topic": "t", "partition": 0, "offset": 15, "key": "YQ==",
             "value": b64(json.dumps({"text": TEXT})), "headers": []}
    template = {"id": 1.50, "text": TEXT, "body": "no", "é": "\U0001f600"}
    parsed = {"messageId": "1", "body": {"text": TEXT, "id": 7}}
    elements = [message, record, kafka, template, parsed, dict(template, prediction=[1])]
    answer, body = function.ask(elements)
    assert answer["source"] == "pipes" and answer["n_texts"] == 6, answer
    assert json.loads(body) == [{**e, "prediction": predicted(TEXT)[0]} for e in elements], body
    for element, why in (({}, "no \"text\""), ({"text": 5}, "no string"), ({"body": ""}, "empty"),
                         ({"body": "{"}, "not a JSON object"), ({"data": "*"}, "not base64"),
                         ({"body": {"a": 1}}, "no string"), ({"value": "/w=="}, "not UTF-8"),
                         ({"body": 5}, "not a string"), ({"data": None}, "no \"text\"")):
        first, second = function.result([element, template])
        assert why in first["prediction"]["error"] and set(first["prediction"]) == {"error"}, first
        assert {**element, "prediction": first["prediction"]} == first
        assert second["prediction"] == predicted(TEXT)[0]
    for bad in (b'{"a":"\\ud800","text":"a"}', b'{"a":"\xff","text":"a"}', b"5", b'{"a":nan}'):
        answer, body = function.ask(b'[{"text":"roses"},' + bad + b"]")
        assert list(json.loads(body)[1]) == ["prediction"], body


@test
def hostile():
    """events that are cut, shuffled and mixed at random are answered, in UTF-8 and JSON"""
    draw = random.Random(7)
    request = json.dumps({"text": OTHER})
    events = [json.dumps(event, ensure_ascii=ascii).encode() for ascii in (True, False) for event in
              ([make(body=request) for _, make in EVENTS] +
               [sqs(TEXT, request), kinesis(TEXT, request), firehose(TEXT, request),
                [sqs(TEXT)["Records"][0]], {"texts": [TEXT, OTHER]}, TEXT])]
    for _ in range(4000):
        event = bytearray(draw.choice(events))
        for _ in range(draw.randint(1, 4)):
            at, kind = draw.randrange(len(event)), draw.randrange(4)
            if kind == 0:
                event[at] = draw.choice(b'"\\{}[],:0\0\xff\x80 \n')
            elif kind == 1:
                del event[at:at + draw.randint(1, 40)]
            elif kind == 2:
                event[at:at] = draw.choice([b"null", b"\\ud800", b'"', b"\\u0000", b"[[", b"}", b"\xf0"])
            else:
                other = draw.choice(events)
                start = draw.randrange(len(other))
                event[at:at + 30] = other[start:start + 30]
            if not event:
                break
        answer, body = function.ask(bytes(event))
        text = body.decode()
        assert answer["error_type"] in (None, "Function.BadRequest"), answer
        if answer["error_type"] is None:
            json.loads(text)


@test
def still_answering():
    """after all this the function answers as at first, and ends well"""
    assert function.ask(TEXT)[1] == api.ask("POST", "/predict", JSON, {"text": TEXT})[1]
    function.close()
    api.close()


run()

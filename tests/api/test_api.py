#!/usr/bin/env python3
"""The prediction API as its clients meet it: each route, each refusal, hostile bodies."""
import json
import re

import api_program
from api_program import AWKWARD, FORM, JSON, SOURCE, Api
from tap_tests import Skip, run, test

THREE = api_program.train("three", api_program.three_topics())
ODD = api_program.train("odd", api_program.awkward_classes())
api = Api({"three": THREE, "odd-1.0_b": ODD})
DOCUMENT = json.loads((SOURCE / "apps/api/openapi.json").read_text())
TEXT = "My sister watered the roses by the orchard."
INFER = "/v2/models/three/infer"


def tensor(*texts, **changes):
    return {"inputs": [dict({"name": "text", "shape": [len(texts)], "datatype": "BYTES",
                             "data": list(texts)}, **changes)]}


# Method, path, content type, body, status, and a part of the body.
ANSWERED = [
    ("GET", "/", "", "", 200, "<!doctype html>"),
    ("HEAD", "/", "", "", 200, "<!doctype html>"),
    ("GET", "/healthz", "", "", 200, "ok"),
    ("GET", "/readyz", "", "", 200, "ready"),
    ("GET", "/metrics", "", "", 200, "quoth_model_info"),
    ("GET", "/model", "", "", 200, '"name":"three"'),
    ("GET", "/openapi.json", "", "", 200, '"3.1.0"'),
    ("GET", "/v2", "", "", 200, '"extensions":[]'),
    ("GET", "/v2/health/live", "", "", 200, '"live":true'),
    ("GET", "/v2/health/ready", "", "", 200, '"ready":true'),
    ("GET", "/v2/models/three", "", "", 200, '"shape":[-1,3]'),
    ("GET", "/v2/models/odd-1.0_b", "", "", 200, '"shape":[-1,5]'),
    ("GET", "/v2/models/three/ready", "", "", 200, '"name":"three"'),
    ("POST", "/predict", JSON, {"text": TEXT}, 200, '"label"'),
    ("POST", "/predict", "Application/JSON ; Charset=\"UTF-8\"", {"text": TEXT}, 200, '"label"'),
    ("POST", "/predict", JSON, {"text": ""}, 200, '"label"'),
    ("POST", "/predict", JSON, '{"text":"a\\u0000b \\ud83d\\ude00"}', 200, '"label"'),
    ("POST", "/predict", JSON, {"texts": [TEXT, "", "x"]}, 200, '"label"'),
    ("POST", "/predict", JSON, {"text": TEXT, "top": 10 ** 15}, 200, '"label"'),
    ("POST", "/predict", JSON, {"text": TEXT, "model": "odd-1.0_b"}, 200, '"odd-1.0_b"'),
    ("POST", "/predict", JSON, {"text": TEXT, "explain": True}, 200, '"explanation":[{'),
    ("POST", "/predict", JSON, {"text": "", "explain": True}, 200, '"explanation":[]'),
    ("POST", "/predict", JSON, {"texts": ["a"] * 10000, "top": 1}, 200, '"label"'),
    ("POST", "/predict", "text/plain", TEXT, 200, '"label"'),
    ("POST", "/predict", "text/plain;charset=utf-8", "b\0c", 200, '"label"'),
    ("POST", "/predict", FORM, "text=the+roses", 200, '"label"'),
    ("POST", "/predict", FORM, "&text=&&top=1&explain=true&model=three&", 200, '"explanation":[]'),
    ("POST", "/predict", FORM, "text=a&text=%C3%A9%00", 200, '"label"'),
    ("POST", "/predict", FORM, "text", 200, '"label"'),
    ("POST", INFER, JSON, tensor(TEXT), 200, '"model_name":"three"'),
    ("POST", INFER, "", tensor(TEXT), 200, '"model_name":"three"'),
    ("POST", INFER, JSON, dict(tensor("a"), id="n° 1", parameters={"x": [1]}), 200, '"id":"n° 1"'),
    ("POST", INFER, JSON, tensor(["a"], ["b"], shape=[2, 1]), 200, '"shape":[2,3]'),
    ("POST", INFER, JSON, tensor("a", parameters={}), 200, '"FP64"'),
    ("POST", INFER, JSON, dict(tensor("a"), outputs=[{"name": "label"}]), 200,
     '"outputs":[{"name":"label"'),
]

# The same, the part being one of the problem's detail.
REFUSED = [
    ("GET", "/nowhere", "", "", 404, "/openapi.json"),
    ("GET", "", "", "", 404, "there is no"),
    ("GET", "/predict/", "", "", 404, "there is no"),
    ("GET", b"/\xff\xfe\x01", "", "", 404, "there is no"),
    ("GET", "/" + "x" * 5000, "", "", 404, "there is no"),
    ("GET", "/v2/models/", "", "", 404, "there is no"),
    ("GET", "/v2/models/three/", "", "", 404, "there is no"),
    ("GET", "/v2/models/four", "", "", 404, "\"four\""),
    ("GET", "/v2/models/thre", "", "", 404, "\"thre\""),
    ("GET", "/v2/models/four/ready", "", "", 404, "\"four\""),
    ("POST", "/v2/models/four/infer", JSON, tensor("a"), 404, "the first one is \"three\""),
    ("GET", "/predict", "", "", 405, "POST"),
    ("HEAD", "/predict", "", "", 405, "POST"),
    ("POST", "/", "", "", 405, "GET, HEAD"),
    ("DELETE", "/model", "", "", 405, "GET, HEAD"),
    ("get", "/model", "", "", 405, "GET, HEAD"),
    ("", "/model", "", "", 405, "GET, HEAD"),
    # media
    ("POST", "/predict", "", {"text": "a"}, 415, "no Content-Type"),
    ("POST", "/predict", "application/xml", "<a/>", 415, "application/json"),
    ("POST", "/predict", "; charset=utf-8", "a", 415, "no Content-Type"),
    ("POST", "/predict", "application/json; charset=latin-1", {"text": "a"}, 415, "latin-1"),
    ("POST", "/predict", "text/plain; a=\";\"; charset=\"utf-16\"", "a", 415, "utf-16"),
    ("POST", "/predict", FORM + ";charset=ascii", "text=a", 415, "ascii"),
    ("POST", "/predict", FORM, '{"text":"a"}', 415, "looks like JSON"),
    ("POST", INFER, "application/octet-stream", b"\0\1", 415, "binary"),
    # JSON that is none
    ("POST", "/predict", JSON, "", 400, "empty"),
    ("POST", "/predict", JSON, '{"text":"a"', 400, "byte 11"),
    ("POST", "/predict", JSON, '{\n "text": NaN}', 400, "line 2, column 12"),
    ("POST", "/predict", JSON, '{"text":"a"} x', 400, "end of file expected"),
    ("POST", "/predict", JSON, '{"text":"a","text":"b"}', 400, "duplicate"),
    ("POST", "/predict", JSON, '{"text":"\\ud800"}', 400, "Unicode"),
    ("POST", "/predict", JSON, '{"text":"\\udc00\\ud800"}', 400, "Unicode"),
    ("POST", "/predict", JSON, b'{"text":"a\xff"}', 400, "0xff"),
    ("POST", "/predict", JSON, b'{"text":"\xed\xa0\x80"}', 400, "0xed"),
    ("POST", "/predict", JSON, b'{"text":"a\0b"}', 400, "control character 0x0"),
    ("POST", "/predict", JSON, b'\xef\xbb\xbf{"text":"a"}', 400, "not JSON"),
    ("POST", "/predict", JSON, '{"te\\u0000xt":"a"}', 400, "NUL"),
    ("POST", "/predict", JSON, "[" * 100000, 400, "depth"),
    ("POST", "/predict", JSON, '{"a":' * 100000, 400, "depth"),
    ("POST", "/predict", JSON, '{"top":1e999,"text":"a"}', 400, "overflow"),
    ("POST", "/predict", JSON, '{"top":' + "9" * 400 + ',"text":"a"}', 400, "too big"),
    ("POST", "/predict", JSON, '{"top":Infinity,"text":"a"}', 400, "invalid token"),
    ("POST", "/predict", JSON, "{'text':'a'}", 400, "not JSON"),
    ("POST", "/predict", JSON, "\0" * 1000, 400, "not JSON"),
    ("POST", INFER, JSON, "{", 400, "byte 1"),
    # JSON that asks for nothing we know
    ("POST", "/predict", JSON, "[]", 422, "an array"),
    ("POST", "/predict", JSON, '"a"', 422, "a string"),
    ("POST", "/predict", JSON, "null", 422, "null"),
    ("POST", "/predict", JSON, {}, 422, "send one of"),
    ("POST", "/predict", JSON, {"text": "a", "texts": ["b"]}, 422, "only one of"),
    ("POST", "/predict", JSON, {"text": "a", "txet": 1, "é" * 99: 2}, 422, "member"),
    ("POST", "/predict", JSON, {"Text": "a"}, 422, '"Text", which is none of "text", "texts"'),
    ("POST", "/predict", JSON, {"text": 1}, 422, '"text" is a number'),
    ("POST", "/predict", JSON, {"text": None}, 422, '"text" is null'),
    ("POST", "/predict", JSON, {"text": ["a"]}, 422, '"text" is an array'),
    ("POST", "/predict", JSON, {"texts": "a"}, 422, '"texts" is a string'),
    ("POST", "/predict", JSON, {"texts": []}, 422, '"texts" is empty'),
    ("POST", "/predict", JSON, {"texts": ["a", {}]}, 422, '"texts"[1] is an object'),
    ("POST", "/predict", JSON, {"texts": ["a"] * 10001}, 422, "10000"),
    ("POST", "/predict", JSON, {"text": "a", "top": 0}, 422, '"top" is less than 1'),
    ("POST", "/predict", JSON, {"text": "a", "top": -2 ** 63}, 422, '"top" is less than 1'),
    ("POST", "/predict", JSON, {"text": "a", "top": 1.0}, 422, '"top" is a number'),
    ("POST", "/predict", JSON, {"text": "a", "top": "1"}, 422, '"top" is a string'),
    ("POST", "/predict", JSON, {"text": "a", "explain": 1}, 422, '"explain" is a number'),
    ("POST", "/predict", JSON, {"text": "a", "model": 1}, 422, '"model" is a number'),
    ("POST", "/predict", JSON, {"text": "a", "model": "four"}, 422, 'no model "four"'),
    ("POST", "/predict", JSON, {"text": "a", "model": "thr\0"}, 422, "no model"),
    ("POST", "/predict", JSON, {"text": "a" * 10001, "explain": True}, 422, "10001 bytes"),
    ("POST", "/predict", JSON, {"texts": ["é" * 2501] * 2, "explain": True}, 422, "10004 bytes"),
    # plain text and forms
    ("POST", "/predict", "text/plain", "", 422, "empty"),
    ("POST", "/predict", "text/plain", b"abc\xff", 400, "0xff at offset 3"),
    ("POST", "/predict", FORM, "", 422, "no field \"text\""),
    ("POST", "/predict", FORM, "top=1", 422, "no field \"text\""),
    ("POST", "/predict", FORM, "text=a%", 400, "byte 6"),
    ("POST", "/predict", FORM, "text=a%4", 400, "byte 6"),
    ("POST", "/predict", FORM, "text=%g0", 400, "byte 5"),
    ("POST", "/predict", FORM, "text=%4%41", 400, "byte 5"),
    ("POST", "/predict", FORM, "a%zz=1", 400, "byte 1"),
    ("POST", "/predict", FORM, "text=%ff", 400, "0xff"),
    ("POST", "/predict", FORM, "text=a&top=0", 422, '"top"'),
    ("POST", "/predict", FORM, "text=a&top=", 422, '"top"'),
    ("POST", "/predict", FORM, "text=a&top=1x", 422, '"top"'),
    ("POST", "/predict", FORM, "text=a&explain=yes", 422, '"explain"'),
    ("POST", "/predict", FORM, "text=a&model=four", 422, '"four"'),
    ("POST", "/predict", FORM, "text=a&%00=1", 422, "byte 7"),
    # the Open Inference Protocol
    ("POST", INFER, JSON, "[]", 422, "an array"),
    ("POST", INFER, JSON, {}, 422, '"inputs"'),
    ("POST", INFER, JSON, {"inputs": {}}, 422, '"inputs"'),
    ("POST", INFER, JSON, {"inputs": [1]}, 422, '"inputs"'),
    ("POST", INFER, JSON, {"inputs": tensor("a")["inputs"] * 2}, 422, '"inputs"'),
    ("POST", INFER, JSON, dict(tensor("a"), more=1), 422, '"more"'),
    ("POST", INFER, JSON, dict(tensor("a"), parameters=[]), 422, "of the body are an array"),
    ("POST", INFER, JSON, tensor("a", parameters=1), 422, "of the input are a number"),
    ("POST", INFER, JSON, dict(tensor("a"), outputs=[{"name": "label", "parameters": "x"}]), 422,
     "of the output are a string"),
    ("POST", INFER, JSON, dict(tensor("a"), id=1), 422, '"id" is a number'),
    ("POST", INFER, JSON, dict(tensor("a"), outputs={}), 422, '"outputs" is an object'),
    ("POST", INFER, JSON, dict(tensor("a"), outputs=[{"name": "x"}]), 422, '"outputs"'),
    ("POST", INFER, JSON, dict(tensor("a"), outputs=["label"]), 422, '"outputs"'),
    ("POST", INFER, JSON, dict(tensor("a"), outputs=[{"name": "label"}] * 2), 422, "twice"),
    ("POST", INFER, JSON, tensor("a", name="txt"), 422, '"name": "text"'),
    ("POST", INFER, JSON, tensor("a", datatype="FP32"), 422, '"datatype": "BYTES"'),
    ("POST", INFER, JSON, tensor("a", more=1), 422, '"more"'),
    ("POST", INFER, JSON, tensor("a", shape=[2]), 422, "2 texts"),
    ("POST", INFER, JSON, tensor("a", shape=[]), 422, '"shape"'),
    ("POST", INFER, JSON, tensor("a", shape=[1, 2]), 422, '"shape"'),
    ("POST", INFER, JSON, tensor("a", shape=[-1]), 422, "-1 texts"),
    ("POST", INFER, JSON, tensor("a", shape="1"), 422, '"shape"'),
    ("POST", INFER, JSON, tensor(), 422, '"data"'),
    ("POST", INFER, JSON, tensor("a", data="a"), 422, '"data"'),
    ("POST", INFER, JSON, tensor("a", 1), 422, '"data"[1] is a number'),
    ("POST", INFER, JSON, tensor(["a", 1]), 422, '"data"[0] is a number'),
    ("POST", INFER, JSON, tensor([["a"]]), 422, '"data"[0] is an array'),
    ("POST", INFER, JSON, tensor(*["a"] * 10001), 422, "10000"),
]


def check_each(cases, check):
    """Runs a check over a table; all that fail are told."""
    failures = []
    for case in cases:
        method, path, content_type, body, status, part = case
        try:
            response, answer = api.ask(method, path, content_type, body)
            assert response["status"] == status, f"{response['status']} {answer[:300]!r}"
            check(case, response, answer, part)
        except AssertionError as failure:
            failures.append(f"{method} {path[:60]!r} {content_type} {str(body)[:80]}: {failure}")
    assert not failures, "\n".join(failures)


@test
def answers():
    """each route answers, in each form that it takes"""
    def check(_, response, answer, part):
        assert part.encode() in answer, answer[:300]
        assert response["content_type"] and response["cache_control"], response
        assert response["allow"] is None, response
    check_each(ANSWERED, check)


@test
def refusals():
    """each refusal is a problem document that says what is wrong"""
    def check(case, response, answer, part):
        problem = json.loads(answer)
        assert response["content_type"] == "application/problem+json", response
        assert problem["status"] == case[4] and problem["title"], problem
        assert part in problem["detail"], problem["detail"]
        assert (response["allow"] is not None) == (case[4] == 405), response
        path = case[1] if isinstance(case[1], str) else ""
        assert ("error" in problem) == path.startswith("/v2"), problem
        assert response["n_texts"] == 0, response
    check_each(REFUSED, check)


@test
def options():
    """OPTIONS tells a path's methods, and for * those of all paths (RFC 9110, 9.3.7)"""
    for path, allow in (("/predict", "POST, OPTIONS"), ("/model", "GET, HEAD, OPTIONS"),
                        ("*", "GET, HEAD, POST, OPTIONS")):
        response, body = api.ask("OPTIONS", path)
        assert (response["status"], response["allow"], body) == (204, allow, b""), response
        assert response["content_type"] is None, response


@test
def draining():
    """a server that drains is alive, not ready, and still answers"""
    for path, status in (("/healthz", 200), ("/readyz", 503), ("/v2/health/live", 200),
                         ("/v2/health/ready", 503), ("/v2/models/three/ready", 503),
                         ("/v2/models/four/ready", 404), ("/model", 200)):
        response, _ = api.ask("GET", path, draining=True)
        assert response["status"] == status, (path, response)
    response, _ = api.ask("POST", "/predict", "text/plain", TEXT, draining=True)
    assert response["status"] == 200, response


@test
def large_bodies():
    """bodies of 10 MB are answered, and leave nothing behind"""
    text = "The roses by the orchard. " * 400000
    assert api.predict({"text": text})["predictions"][0]["label"] == "garden"
    response, _ = api.ask("POST", "/predict", "text/plain", text)
    assert response["status"] == 200, response
    response, _ = api.ask("POST", "/predict", FORM, "text=" + "%61" * 3500000)
    assert response["status"] == 200, response
    response, _ = api.ask("POST", "/predict", JSON, b'{"text":"' + b"\xff" * 10000000)
    assert response["status"] == 400, response
    assert api.predict({"text": TEXT}) == api.predict({"text": TEXT})


@test
def same_as_the_command_line():
    """predictions are those of quoth predict, to the last digit"""
    texts = [TEXT, "", "the oven and the pantry", "whales, nets and 庭で薔薇"]
    for name, model in (("three", THREE), ("odd-1.0_b", ODD)):
        expected = json.loads(api_program.quoth("predict", model, "--json", *texts))["predictions"]
        answer = api.predict({"texts": texts, "model": name})
        assert answer["predictions"] == expected, answer
        assert answer["model"]["name"] == name
        for text, one in zip(texts, expected):
            response, body = api.ask("POST", "/predict", FORM,
                                     b"model=" + name.encode() + b"&text=" +
                                     b"".join(b"%%%02x" % byte for byte in text.encode()))
            assert json.loads(body)["predictions"] == [one], body


@test
def same_as_the_inference_protocol():
    """the Open Inference Protocol gives the same labels and probabilities, row by row"""
    texts = [TEXT, "the oven", "whales and nets", ""]
    expected = api.predict({"texts": texts})["predictions"]
    request = dict(tensor(*texts), outputs=[{"name": "probabilities"}, {"name": "label"}])
    answer = json.loads(api.ask("POST", INFER, JSON, request)[1])
    probabilities, labels = answer["outputs"]
    assert labels == {"name": "label", "datatype": "BYTES", "shape": [4],
                      "data": [p["label"] for p in expected]}, labels
    assert probabilities["shape"] == [4, 3], probabilities
    assert probabilities["data"] == [number for p in expected
                                     for number in p["probabilities"].values()], probabilities


@test
def top():
    """top keeps the most probable classes, most probable first"""
    everything = api.predict({"text": "word1 thing3", "model": "odd-1.0_b"})["predictions"][0]
    ranked = sorted(everything["probabilities"].items(), key=lambda item: -item[1])
    for n in (1, 2, 5, 6):
        one = api.predict({"text": "word1 thing3", "model": "odd-1.0_b", "top": n})
        probabilities = one["predictions"][0]["probabilities"]
        assert list(probabilities.values()) == [p for _, p in ranked[:n]], probabilities
        assert probabilities.items() <= everything["probabilities"].items()
        assert one["predictions"][0]["label"] == everything["label"]


@test
def labels_as_they_are():
    """class names come back as they went in, and in their order"""
    answer = api.predict({"text": "word1", "model": "odd-1.0_b"})["predictions"][0]
    assert list(answer["probabilities"]) == sorted(AWKWARD, key=str.encode), answer


@test
def unknown_texts():
    """texts of which the model knows no term are marked, explained or not"""
    texts = ["the roses", "", "Qzx!", "Qzx roses"]
    for more in [{}, {"explain": True}]:
        answers = api.predict({"texts": texts, **more})["predictions"]
        assert [a.get("unknown") for a in answers] == [None, True, True, None], answers


@test
def explanations():
    """explanations say where their words stand, in bytes"""
    text = "Zoë – “watered” the ROSES, roses & oysters\0in the greenhouse"
    answer = api.predict({"text": text, "explain": True})["predictions"][0]
    data = text.encode()
    words = answer.pop("explanation")
    assert answer == api.predict({"text": text})["predictions"][0]
    assert [w["word"].lower() for w in words].count("roses") == 2, words
    assert [w["start"] for w in words] == sorted(w["start"] for w in words)
    for word in words:
        assert data[word["start"]:word["end"]].decode() == word["word"], word
    assert len({w["weight"] for w in words if w["word"].lower() == "roses"}) == 1, words
    listed = json.loads(api_program.quoth("explain", THREE, "--json", "the roses by the oven"))
    asked = api.predict({"text": "the roses by the oven", "explain": True})
    assert listed["predictions"] == asked["predictions"]


@test
def model():
    """GET /model is what inspect --json says, without the vocabulary, with the name"""
    expected = json.loads(api_program.quoth("inspect", THREE, "--json"))
    del expected["vocabulary"]
    for _ in range(2):
        answer = json.loads(api.ask("GET", "/model")[1])
        assert answer.pop("name") == "three"
        assert answer == expected
    assert len(answer["topics"]) == 6 and len(answer["topics"][0]["words"]) == 10
    topics = json.loads(api_program.quoth("topics", THREE, "--json"))
    assert topics["topics"] == answer["topics"]


@test
def page():
    """the page loads nothing from elsewhere and its policy allows just its own script and style"""
    import base64
    import hashlib
    response, body = api.ask("GET", "/")
    text = body.decode()
    for element in ("script", "style"):
        inline = re.findall(rf"<{element}>(.*?)</{element}>", text, re.DOTALL)
        assert len(inline) == 1 and text.count(f"<{element}") == 1, element
        digest = base64.b64encode(hashlib.sha256(inline[0].encode()).digest()).decode()
        assert f"{element}-src 'sha256-{digest}'" in response["content_security_policy"]
    assert "unsafe" not in response["content_security_policy"]
    assert "default-src 'none'" in response["content_security_policy"]
    assert not re.search(r"https?://|innerHTML|\son\w+=| style=", text), "the page"
    assert api.ask("GET", "/model")[0]["content_security_policy"] is None


def parse_metrics(text):
    """{(name, frozenset of labels): value} of Prometheus's text format 0.0.4, strictly."""
    line_form = re.compile(r'(\w+)(?:\{((?:\w+="(?:[^"\\\n]|\\["\\n])*",?)*)\})? (\S+)')
    label_form = re.compile(r'(\w+)="((?:[^"\\\n]|\\["\\n])*)"')
    typed, found = {}, {}
    assert text.endswith("\n")
    for line in text[:-1].split("\n"):
        if line.startswith("# TYPE "):
            _, _, name, kind = line.split(" ")
            assert name not in typed, name
            typed[name] = kind
        elif not line.startswith("# HELP "):
            match = line_form.fullmatch(line)
            assert match, line
            name, labels, value = match.groups()
            family = re.sub("_(bucket|sum|count)$", "", name)
            assert name in typed or typed.get(family) == "histogram", line
            values = {key: re.sub(r"\\(.)", lambda m: "\n" if m[1] == "n" else m[1], text)
                      for key, text in label_form.findall(labels or "")}
            key = (name, frozenset(values.items()))
            assert key not in found, line
            found[key] = float(value)
    return found


@test
def metrics():
    """metrics count requests, texts and labels, and read as Prometheus's text format"""
    fresh = Api({"three": THREE, "odd": ODD})

    def read():
        return parse_metrics(fresh.ask("GET", "/metrics")[1].decode())

    def value(found, metric, **labels):
        return found.get((metric, frozenset(labels.items())), 0)

    before = read()
    assert {dict(key[1]).get("label") for key in before} >= set(AWKWARD)
    label = fresh.predict({"texts": [TEXT] * 7})["predictions"][0]["label"]
    fresh.ask("POST", "/predict", "text/plain", TEXT)
    fresh.ask("POST", "/v2/models/three/infer", JSON, tensor(TEXT, TEXT))
    fresh.ask("POST", "/predict", JSON, "{")
    fresh.ask("GET", "/nowhere/" + "x" * 50)
    after = read()
    assert value(after, "quoth_texts_total", model="three") == 10
    assert value(after, "quoth_texts_total", model="odd") == 0
    assert value(after, "quoth_predictions_total", model="three", label=label) == 10
    assert value(after, "quoth_requests_total", route="/predict", status="200") == 2
    assert value(after, "quoth_requests_total", route="/predict", status="400") == 1
    assert value(after, "quoth_requests_total", route="other", status="404") == 1
    assert value(after, "quoth_requests_total", route="/metrics", status="200") == 1
    assert value(after, "quoth_requests_in_flight") == 1
    name = "quoth_request_duration_seconds"
    assert value(after, name + "_count", route="/predict") == 3
    assert value(after, name + "_bucket", route="/predict", le="+Inf") == 3
    assert value(after, name + "_bucket", route="/predict", le="0.001") == 3
    assert value(after, name + "_bucket", route="/predict", le="0.0005") == 0
    assert abs(value(after, name + "_sum", route="/predict") - 0.003) < 1e-9
    digest = json.loads(fresh.ask("GET", "/model")[1])["digest"]
    version = json.loads(fresh.ask("GET", "/v2")[1])["version"]
    assert value(after, "quoth_model_info", model="three", digest=digest, version=version) == 1
    fresh.close()


@test
def openapi_routes():
    """openapi.json and the routing table have the same routes, and it is what is served"""
    table = re.findall(r'^\s+\{"(\w+)", "(\S+)", ', (SOURCE / "apps/api/routes.c").read_text(),
                       re.MULTILINE)
    described = [(method.upper(), path) for path, item in DOCUMENT["paths"].items()
                 for method in item if method != "parameters"]
    assert len(table) > 10 and sorted(table) == sorted(described), (table, described)
    assert json.loads(api.ask("GET", "/openapi.json")[1]) == DOCUMENT
    version = json.loads(api.ask("GET", "/v2")[1])["version"]
    assert DOCUMENT["info"]["version"] == version


def json_schema():
    try:
        import jsonschema
    except ImportError:
        raise Skip("python3-jsonschema is not installed") from None
    return jsonschema.Draft202012Validator


def resolve(node):
    """Follows a reference within the document."""
    while "$ref" in node:
        target = DOCUMENT
        for part in node["$ref"].lstrip("#/").split("/"):
            target = target[part]
        node = target
    return node


def check_schema(validator, schema, value):
    faults = list(validator(dict(schema, components=DOCUMENT["components"])).iter_errors(value))
    assert not faults, [f"{list(fault.absolute_path)}: {fault.message}" for fault in faults]


@test
def openapi_sound():
    """openapi.json's references lead somewhere, its schemas and examples are valid"""
    validator = json_schema()
    text = json.dumps(DOCUMENT)
    for reference in set(re.findall(r'"\$ref": "(.*?)"', text)):
        resolve({"$ref": reference})
    for schema in DOCUMENT["components"]["schemas"].values():
        validator.check_schema(schema)
    operations = [item[method] for item in DOCUMENT["paths"].values() for method in item
                  if method != "parameters"]
    assert len({operation["operationId"] for operation in operations}) == len(operations)
    for operation in operations:
        assert operation["summary"] and operation["responses"], operation
        body = operation.get("requestBody", {}).get("content", {}).get(JSON, {})
        examples = [item["value"] for item in body.get("examples", {}).values()]
        for example in examples + ([body["example"]] if "example" in body else []):
            check_schema(validator, body["schema"], example)


@test
def openapi_responses():
    """each response is one that openapi.json describes, and matches its schema"""
    validator = json_schema()

    def check(case, response, answer, _):
        if response["route"] is None or case[4] == 405:
            return  # no operation
        method = "get" if case[0] == "HEAD" else case[0].lower()
        described = DOCUMENT["paths"][response["route"]][method]["responses"]
        assert str(case[4]) in described, f"{case[4]} is not described"
        content = resolve(described[str(case[4])])["content"]
        media = response["content_type"].split(";")[0]
        assert media in content, media
        value = json.loads(answer) if media.endswith("json") else answer.decode()
        check_schema(validator, content[media]["schema"], value)
    check_each(ANSWERED + REFUSED, check)


@test
def openapi_requests():
    """what openapi.json's schemas of requests allow is answered, and nothing else is"""
    validator = json_schema()
    schemas = DOCUMENT["components"]["schemas"]
    for method, path, content_type, body, status, _ in ANSWERED + REFUSED:
        name = {"/predict": "PredictRequest", INFER: "V2InferRequest"}.get(path)
        if name is None or content_type != JSON or status not in (200, 422):
            continue
        value = json.loads(body) if isinstance(body, (str, bytes)) else body
        schema = dict(schemas[name], components=DOCUMENT["components"])
        is_allowed = validator(schema).is_valid(value)
        # What a schema cannot say: sizes in bytes, that a model is there, that counts agree.
        if status == 422 and is_allowed:
            assert value.get("explain") or value.get("model") or "top" in value or \
                "inputs" in value, value
        assert status == 422 or is_allowed, (value, "is answered but not allowed")


@test
def ends_well():
    """the program ends without a leak"""
    api.close()


if __name__ == "__main__":
    run()

"""What the tests with emulators share: a model, its function.zip as `quoth package` writes it, and
its model served by quothd over HTTP, whose answers are those to compare with. Needs QUOTH and QUOTHD."""
import http.client
import os
import subprocess
import sys
import tempfile
import zipfile

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [TESTS, os.path.join(TESTS, "http")]
from server import QUOTH, SENTENCES, TIMEOUT, serving, train

_folder = tempfile.TemporaryDirectory()
FOLDER = _folder.name
ZIP = os.path.join(FOLDER, "function.zip")
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
SEA, TOWN = SENTENCES["sea"][0], SENTENCES["town"][0]
UNICODE = "Zoë – «Über den Wellen», 船, 😀, \"ship\"\\\n"


def unpack(folder):
    """Unpacks ZIP as Lambda does."""
    with zipfile.ZipFile(ZIP) as whole:
        for entry in whole.infolist():
            os.chmod(whole.extract(entry, folder), entry.external_attr >> 16)


def package():
    """Makes ZIP, and unpacks it in FOLDER/task."""
    model = os.path.join(FOLDER, "places.quoth")
    train(model)
    subprocess.run([QUOTH, "package", model, "-o", ZIP], check=True, stdout=subprocess.DEVNULL)
    unpack(os.path.join(FOLDER, "task"))


def ask(address, method, path, content_type=None, body=None, fields=()):
    """(status, {field in lower case: value}, body) of the answer of an HTTP server."""
    client = http.client.HTTPConnection(*address, timeout=TIMEOUT)
    headers = dict(fields, **({"Content-Type": content_type} if content_type else {}))
    client.request(method, path, body=body, headers=headers)
    answer = client.getresponse()
    result = answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()
    client.close()
    return result


def answers_over_http(requests):
    """What quothd as a server answers to each."""
    with serving(os.path.join(FOLDER, "task", "model.quoth")) as server:
        return [ask(server.address, *request) for request in requests]

"""What the tests of the API share: models made on the spot, and the API as a program that answers
requests without sockets (ask_api.c). Needs QUOTH and QUOTH_ASK_API, the two programs."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

TESTS = pathlib.Path(__file__).resolve().parent.parent
SOURCE = TESTS.parent
sys.path.insert(0, str(TESTS))

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
# Classes whose names need care in JSON, in metrics and on a page.
AWKWARD = ["say \"hi\"", "back\\slash", "tab\tand\x01", "</script>", "été 😀"]

_folder = tempfile.TemporaryDirectory()


def train(name, csv_text):
    """Trains a small model; returns its path."""
    folder = pathlib.Path(_folder.name)
    data, model = folder / f"{name}.csv", folder / f"{name}.quoth"
    data.write_bytes(csv_text)
    subprocess.run([os.environ["QUOTH"], "train", data, "-o", model, "--recipe", "topics-forest", "--set", "lda.n_components=6",
                    "--set", "forest.n_estimators=20", "--set", "forest.min_samples_leaf=2",
                    "--set", "forest.min_samples_split=4", "--set", "evaluation.train_size=0.7"],
                   check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return model


def three_topics():
    """Sentences about three things, from the generator of the command line's tests."""
    return subprocess.run([sys.executable, TESTS / "cli" / "corpus.py", "--rows", "240"],
                          check=True, capture_output=True).stdout


def awkward_classes():
    rows = ["text,label"]
    for i in range(100):
        label = AWKWARD[i % len(AWKWARD)].replace('"', '""')
        rows.append(f'word{i % len(AWKWARD)} thing{i % 7} other{i % 3} word{i % len(AWKWARD)},"{label}"')
    return "\n".join(rows).encode()


class Api:
    """The API with the models of {name: path}."""

    def __init__(self, models):
        self.process = subprocess.Popen(
            [os.environ["QUOTH_ASK_API"], *(f"{name}={path}" for name, path in models.items())],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def ask(self, method, path, content_type="", body=b"", draining=False):
        """Returns (what the response has beside its body, the body)."""
        if not isinstance(body, (bytes, str)):
            body = json.dumps(body)
        parts = [part if isinstance(part, bytes) else part.encode()
                 for part in (method, path, content_type, body)]
        head = " ".join(map(str, [int(draining), *map(len, parts)]))
        self.process.stdin.write(head.encode() + b"\n" + b"".join(parts))
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, f"the API died of {method} {path} {body[:200]!r}"
        response = json.loads(line)
        return response, self.process.stdout.read(response["size"])

    def predict(self, request):
        """The answer of POST /predict."""
        response, body = self.ask("POST", "/predict", JSON, request)
        assert response["status"] == 200, body
        return json.loads(body)

    def close(self):
        """Ends the program, which must end well."""
        self.process.stdin.close()
        assert self.process.wait(60) == 0, "the API's program failed at its end"


def quoth(*arguments):
    return subprocess.run([os.environ["QUOTH"], *map(str, arguments)], check=True,
                          capture_output=True).stdout

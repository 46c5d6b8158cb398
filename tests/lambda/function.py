"""quothd as a function, started against a RuntimeApi. Needs QUOTHD and QUOTH, the programs."""
import contextlib
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent / "http"))
from server import QUOTHD, train
from runtime_api import TIMEOUT

FOLDER = tempfile.TemporaryDirectory()
MODEL = os.path.join(FOLDER.name, "places.quoth")
train(MODEL)
# Two texts as events, and their labels.
SEA, TOWN = b'"A whale rose beside the ship at dawn"', b'"The market square was full"'
# What sanitizers and the loader need; nothing else of this environment reaches a function.
PASSED_ON = {k: v for k, v in os.environ.items()
             if k == "PATH" or k.endswith("SAN_OPTIONS") or k.startswith("LD_")}


class Function:
    """The process; `log` is the path of what it writes on standard error."""

    def __init__(self, api, *arguments, program=QUOTHD, address=None, cwd="/", model=MODEL, **env):
        env = {"AWS_LAMBDA_RUNTIME_API": address or api.address, **PASSED_ON, **env}
        if model:
            env["QUOTH_MODEL"] = model
        self.file, self.log = tempfile.mkstemp()
        self.process = subprocess.Popen([program, *arguments], env=env, cwd=cwd, stderr=self.file,
                                        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)

    def lines(self):
        with open(self.log, encoding="utf-8") as file:
            return file.read().splitlines()

    def entries(self):
        """The lines of a log in JSON."""
        return [json.loads(line) for line in self.lines()]

    def wait(self):
        """The exit status."""
        return self.process.wait(TIMEOUT)

    def freeze(self):
        """Stops the process, and waits until it stands still."""
        self.process.send_signal(signal.SIGSTOP)
        end = time.monotonic() + TIMEOUT
        while time.monotonic() < end:
            with open(f"/proc/{self.process.pid}/stat", encoding="ascii") as file:
                if file.read().rpartition(")")[2].split()[0] == "T":
                    return
            time.sleep(0.005)
        raise AssertionError("the process does not stop")

    def thaw(self):
        self.process.send_signal(signal.SIGCONT)

    def clear(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self.file)
        os.unlink(self.log)


@contextlib.contextmanager
def running(api, *arguments, ends=False, **how):
    """A function for a with statement. It must still run at the end, as functions do until the
    platform kills them, or with `ends` have ended with status 1."""
    function = Function(api, *arguments, **how)
    try:
        yield function
        log = "\n".join(function.lines()[-50:])
        if ends:
            assert function.wait() == 1, log
        else:
            assert function.process.poll() is None, log
        assert "Sanitizer" not in log and "runtime error" not in log, log
    finally:
        function.clear()


def label(answer):
    """The label in the answer to a text, by the model in MODEL."""
    assert answer.kind == "response", answer
    result = json.loads(answer.body)
    assert result["model"]["name"] == "places", result
    return result["predictions"][0]["label"]

"""What the tests of Lambda's events share: events as a program answers them, without sockets
(ask_event.c). Needs QUOTH_ASK_EVENT, the program."""
import json
import os
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "api"))


class Lambda:
    """The function with the model `name` at `path`."""

    def __init__(self, name, path):
        self.process = subprocess.Popen([os.environ["QUOTH_ASK_EVENT"], f"{name}={path}"],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def ask(self, event):
        """Returns (what the answer has beside its body, the body). `event` is bytes, or anything
        that JSON can hold."""
        if not isinstance(event, bytes):
            event = json.dumps(event).encode()
        self.process.stdin.write(b"%d\n" % len(event) + event)
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, f"the function died of {event[:200]!r}"
        answer = json.loads(line)
        return answer, self.process.stdout.read(answer["size"])

    def result(self, event):
        """The result of an event that succeeds."""
        answer, body = self.ask(event)
        assert answer["error_type"] is None, body
        return json.loads(body)

    def error(self, event):
        """The message of an event that is refused."""
        answer, body = self.ask(event)
        assert answer["error_type"] == "Function.BadRequest", (answer, body[:300])
        return body.decode()

    def close(self):
        """Ends the program, which must end well."""
        self.process.stdin.close()
        assert self.process.wait(60) == 0, "the function's program failed at its end"

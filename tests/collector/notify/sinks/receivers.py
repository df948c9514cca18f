"""What the tests of the kinds of sinks share: sending with the real transport, and servers that take what is sent.

Everything runs on loopback and ends with the test.
"""
import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "..", "support"))
from http_standin import HttpStandin  # noqa: E402
import run_tests  # noqa: E402

SENDER = os.path.join(os.environ["DRIFTLINE_BUILD_DIR"], "tests", "collector", "notify", "sinks", "sink_sender")


class Failure(Exception):
    """A test found something that must not be."""


def check(holds, message):
    if not holds:
        raise Failure(message)


def message(name):
    """The path of a message of messages/."""
    return os.path.join(HERE, "messages", f"{name}.json")


def send(sink, path, *options):
    """Send a message to a sink; answers what became of it, `remote` taken apart."""
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
        json.dump(sink, file)
        file.flush()
        run = subprocess.run([SENDER, file.name, path, *options], capture_output=True, text=True, timeout=60, check=False)
    check(run.returncode == 0, f"sink_sender ended with {run.returncode}: {run.stderr}")
    answer = json.loads(run.stdout)
    answer["remote"] = json.loads(answer["remote"]) if answer["remote"] else None
    return answer


def remembering(answer):
    """The option that gives the next message what was kept of the last."""
    return "remote=" + json.dumps(answer["remote"])


class Receiver(HttpStandin):
    """An HTTP server whose answers a function gives: (request) -> (status, headers, text, or what becomes JSON). All that
    came is in `requests`; what the function found wrong fails the test at the end."""

    failure = Failure

    def __init__(self, answer):
        super().__init__()
        self.give = answer

    def reply(self, request):
        self.requests.append(request)
        try:
            status, headers, content = self.give(request)
        except Exception as problem:  # of the test's own thread it is to be seen in
            self.problems.append(f"{request['method']} {request['path']}: {type(problem).__name__}: {problem}")
            status, headers, content = 500, {}, str(problem)
        return status, headers, (content if isinstance(content, str) else json.dumps(content)).encode()


def certificate(folder):
    """A certificate of this machine that is its own authority; answers its path and its key's."""
    paths = os.path.join(folder, "certificate.pem"), os.path.join(folder, "key.pem")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-keyout", paths[1], "-out", paths[0], "-days", "2", "-subj", "/CN=localhost", "-addext",
                    "subjectAltName=DNS:localhost,IP:127.0.0.1"], check=True, capture_output=True, timeout=60)
    return paths


def run(tests):
    return run_tests.run(tests, Failure)

"""What the tests of the kinds of sinks share: sending with the real transport, and servers that take what is sent.

Everything runs on loopback and ends with the test.
"""
import http.server
import json
import os
import subprocess
import sys
import tempfile
import threading

HERE = os.path.dirname(os.path.abspath(__file__))
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


class Receiver:
    """An HTTP server whose answers a function gives: (request) -> (status, headers, body). A request has method, path,
    headers and body. All that came is in `requests`; what the function found wrong fails the test at the end."""

    def __init__(self, answer):
        self.requests = []
        self.problems = []
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *arguments):
                pass

            def answer(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                request = {"method": self.command, "path": self.path, "headers": self.headers,
                           "json": json.loads(body) if body else None, "size": len(body)}
                receiver.requests.append(request)
                try:
                    status, headers, content = answer(request)
                except Exception as problem:  # of the test's own thread it is to be seen in
                    receiver.problems.append(f"{self.command} {self.path}: {type(problem).__name__}: {problem}")
                    status, headers, content = 500, {}, str(problem)
                content = content if isinstance(content, str) else json.dumps(content)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(content.encode())))
                self.end_headers()
                self.wfile.write(content.encode())

            do_GET = do_POST = do_PATCH = do_PUT = answer

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, kind, value, trace):
        self.server.shutdown()
        self.server.server_close()
        if kind is None:
            check(not self.problems, "\n".join(self.problems))


def certificate(folder):
    """A certificate of this machine that is its own authority; answers its path and its key's."""
    paths = os.path.join(folder, "certificate.pem"), os.path.join(folder, "key.pem")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-keyout", paths[1], "-out", paths[0], "-days", "2", "-subj", "/CN=localhost", "-addext",
                    "subjectAltName=DNS:localhost,IP:127.0.0.1"], check=True, capture_output=True, timeout=60)
    return paths


def run(tests):
    """Run functions, each with a folder of its own; the exit status of the program."""
    failed = 0
    for test in tests:
        with tempfile.TemporaryDirectory() as folder:
            try:
                test(folder)
                print(f"ok      {test.__name__}")
            except Failure as failure:
                failed += 1
                print(f"FAILED  {test.__name__}: {failure}")
        sys.stdout.flush()
    return 1 if failed else 0

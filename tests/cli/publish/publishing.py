"""What the tests of `driftline publish` share: a project with its configuration, and the program."""
import functools
import json
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "support"))
from github_openapi import Api, Mismatch as Failure, check  # noqa: E402,F401
import run_tests  # noqa: E402

DRIFTLINE = os.path.join(os.environ["DRIFTLINE_BUILD_DIR"], "cli", "driftline")


@functools.lru_cache(maxsize=1)
def api():
    return Api()


class Project:
    """A folder with driftline.yaml and what it copies. `entry` is what is under `publish`, as JSON, which is YAML."""

    def __init__(self, folder, entry, **sections):
        self.folder = os.path.join(folder, "project")
        self.entry = entry
        self.sections = sections
        self.environment = {}
        os.makedirs(os.path.join(self.folder, "runtime"), exist_ok=True)
        self.configure()

    def configure(self, **changes):
        self.entry.update(changes)
        self.write("driftline.yaml", json.dumps({"publish": [self.entry], **self.sections}))

    def write(self, path, content):
        path = os.path.join(self.folder, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w" if isinstance(content, str) else "wb") as file:
            file.write(content)

    def run(self, *words):
        """Run it as it is; what it says must never have a secret in it."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("DRIFTLINE_P", "GIT_"))}
        environment.update(XDG_RUNTIME_DIR=os.path.join(self.folder, "runtime"), **self.environment)
        run = subprocess.run([DRIFTLINE, "publish", *words], cwd=self.folder, env=environment, capture_output=True,
                             timeout=100, check=False)
        for name, secret in self.environment.items():
            if name.endswith("_OF_TEST"):
                check(secret.encode() not in run.stdout + run.stderr, f"a secret is in what it says: {run}")
        check(b"Sanitizer" not in run.stderr and b"runtime error" not in run.stderr, run.stderr.decode())
        return run

    def publish(self, *words, status=0):
        """Run it; answers what became of the entry."""
        run = self.run("--format", "json", *words)
        check(run.returncode == status, f"it ended with {run.returncode}: {run.stderr.decode()} {run.stdout.decode()}")
        return json.loads(run.stdout)["entries"][0]

    def expect(self, state, *words, status=0):
        result = self.publish(*words, status=status)
        check(result["state"] == state, f"expected {state}: {result}")
        return result


def run(tests):
    return run_tests.run(tests, Failure)

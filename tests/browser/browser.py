"""What the tests of the dashboard share: the browser's tools, installed once, and running a script of run.mjs against a
collector."""
import json
import os
import signal
import subprocess
import sys
import threading

for folder in ("system", "support"):
    sys.path.insert(0, os.path.join(os.environ["DRIFTLINE_SOURCE_DIR"], "tests", folder))
import npm_tools
from system import Failure, check

HERE = os.path.dirname(os.path.abspath(__file__))
SHOTS = os.path.join(os.environ["DRIFTLINE_BUILD_DIR"], "tests", "browser", "screenshots")
SILENCE = 200  # seconds without a word, after which a browser hangs


def install():
    """playwright-core and axe-core, in the folder that this answers; a test that says nothing else yet installs them first."""
    return npm_tools.install(__file__, "chromium")


def run(stages, collector, on_line=None, **wishes):
    """Run scenarios of run.mjs, which says what stages are; what it prints beginning with `> ` is for `on_line`, which answers
    what it is told back."""
    tools = install()
    wishes = {"stages": stages, "base": collector.url, "token": collector.token,
              "screenshots": SHOTS if os.environ.get("DRIFTLINE_SCREENSHOTS") else None, **wishes}
    if wishes["screenshots"]:
        os.makedirs(SHOTS, exist_ok=True)
    for attempt in (1, 2):
        if drive(tools, wishes, on_line):
            return
        print(f"   nothing was heard of the browser for {SILENCE} s, attempt {attempt}", flush=True)
    raise Failure("the browser hangs, and did so twice")


def drive(tools, wishes, on_line):
    """Run run.mjs once; false when it, or the browser, hangs. What it finds is a failure."""
    child = subprocess.Popen(["node", os.path.join(HERE, "run.mjs")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                             env=dict(os.environ, DRIFTLINE_BROWSER_TOOLS=tools), start_new_session=True)
    hung = threading.Event()

    def end():
        hung.set()
        os.killpg(child.pid, signal.SIGKILL)

    silence = threading.Timer(SILENCE, end)
    silence.start()
    said = []
    try:
        print(json.dumps(wishes), file=child.stdin, flush=True)
        for line in child.stdout:
            silence.cancel()
            silence = threading.Timer(SILENCE, end)
            silence.start()
            if line.startswith("> "):
                print(json.dumps(on_line(line[2:].strip())), file=child.stdin, flush=True)
            else:
                said.append(line)
                print("   " + line, end="", flush=True)
        status = child.wait(60)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Failure(f"the browser: {error}") from error
    finally:
        silence.cancel()
        if child.poll() is None:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
    if hung.is_set():
        return False
    check(status == 0, f"the browser found something:\n{''.join(said[-60:])}")
    return True

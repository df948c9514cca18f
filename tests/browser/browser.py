"""What the tests of the dashboard share: the browser's tools, installed once, and running a script of run.mjs against a
collector."""
import contextlib
import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import threading

sys.path.insert(0, os.path.join(os.environ["DRIFTLINE_SOURCE_DIR"], "tests", "system"))
from system import Failure, check

HERE = os.path.dirname(os.path.abspath(__file__))
TOOLS = os.path.join(os.environ["DRIFTLINE_BUILD_DIR"], "tests", "browser", "tools")
SHOTS = os.path.join(os.environ["DRIFTLINE_BUILD_DIR"], "tests", "browser", "screenshots")
NEEDED = ("package.json", "package-lock.json", ".npmrc")
SKIPPED = 77
SILENCE = 200  # seconds without a word, after which a browser hangs


def skip(why):
    print(f"skipped: {why}")
    sys.exit(SKIPPED)


def same_file(one, other):
    with contextlib.suppress(OSError), open(one, "rb") as first, open(other, "rb") as second:
        return first.read() == second.read()
    return False


def install():
    """playwright-core and axe-core in the versions of the lock file, from the registry that npm is configured for."""
    for program in ("node", "npm", "chromium"):
        if shutil.which(program) is None:
            skip(f"{program} is not installed; deploy/install-deps.sh installs it")
    os.makedirs(TOOLS, exist_ok=True)
    with open(os.path.join(TOOLS, ".lock"), "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = os.path.join(TOOLS, "installed")
        if same_file(done, os.path.join(HERE, "package-lock.json")):
            return
        for name in NEEDED:
            shutil.copy(os.path.join(HERE, name), TOOLS)
        try:
            ended = subprocess.run(["npm", "ci", "--loglevel", "error"], cwd=TOOLS, stdout=subprocess.PIPE,
                                   stderr=subprocess.STDOUT, text=True, timeout=SILENCE, check=False)
        except subprocess.TimeoutExpired:
            skip(f"npm has not installed playwright-core and axe-core within {SILENCE} s")
        if ended.returncode != 0:
            skip(f"npm could not install playwright-core and axe-core: {ended.stdout.strip().splitlines()[:1]}")
        shutil.copy(os.path.join(HERE, "package-lock.json"), done)


def run(stages, collector, on_line=None, **wishes):
    """Run scenarios of run.mjs, which says what stages are; what it prints beginning with `> ` is for `on_line`, which answers
    what it is told back."""
    install()
    wishes = {"stages": stages, "base": collector.url, "token": collector.token,
              "screenshots": SHOTS if os.environ.get("DRIFTLINE_SCREENSHOTS") else None, **wishes}
    if wishes["screenshots"]:
        os.makedirs(SHOTS, exist_ok=True)
    for attempt in (1, 2):
        if drive(wishes, on_line):
            return
        print(f"   nothing was heard of the browser for {SILENCE} s, attempt {attempt}", flush=True)
    raise Failure("the browser hangs, and did so twice")


def drive(wishes, on_line):
    """Run run.mjs once; false when it, or the browser, hangs. What it finds is a failure."""
    child = subprocess.Popen(["node", os.path.join(HERE, "run.mjs")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                             env=dict(os.environ, DRIFTLINE_BROWSER_TOOLS=TOOLS), start_new_session=True)
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

"""What tests take from npm: installed once a build, in the versions of a lock file, and only for tests.

    tools = npm_tools.install(__file__)       # the folder's package.json and package-lock.json
    os.path.join(tools, "node_modules", ...)

Where there is no npm, or no registry, the test is skipped, and says so.
"""
import contextlib
import fcntl
import os
import shutil
import subprocess
import sys

SKIPPED = 77
PATIENCE = 200  # seconds for npm
NEEDED = ("package.json", "package-lock.json")
SETTINGS = "ignore-scripts=true\naudit=false\nfund=false\nupdate-notifier=false\n"


def skip(why):
    print(f"skipped: {why}")
    sys.exit(SKIPPED)


def same_file(one, other):
    with contextlib.suppress(OSError), open(one, "rb") as first, open(other, "rb") as second:
        return first.read() == second.read()
    return False


def need(*programs):
    for program in ("node", "npm", *programs):
        if shutil.which(program) is None:
            skip(f"{program} is not installed; deploy/install-deps.sh installs it")


def fill(here, tools):
    """Let npm install into the folder `tools` what the lock file in the folder `here` names."""
    below = os.path.relpath(here, os.environ["DRIFTLINE_SOURCE_DIR"])
    for name in NEEDED:
        shutil.copy(os.path.join(here, name), tools)
    with open(os.path.join(tools, ".npmrc"), "w", encoding="ascii") as settings:
        settings.write(SETTINGS)
    try:
        ended = subprocess.run(["npm", "ci", "--loglevel", "error"], cwd=tools, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, text=True, timeout=PATIENCE, check=False)
    except subprocess.TimeoutExpired:
        skip(f"npm has not installed what {below} needs within {PATIENCE} s")
    if ended.returncode != 0:
        skip(f"npm could not install what {below} needs: {ended.stdout.strip().splitlines()[:1]}")


def install(script, *programs):
    """Install what the package.json beside a script names, from the registry that npm is configured for; answers where.
    `programs` are others that the test needs."""
    here = os.path.dirname(os.path.abspath(script))
    below = os.path.relpath(here, os.environ["DRIFTLINE_SOURCE_DIR"])
    tools = os.path.join(os.environ["DRIFTLINE_BUILD_DIR"], below, "tools")
    need(*programs)
    os.makedirs(tools, exist_ok=True)
    with open(os.path.join(tools, ".lock"), "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = os.path.join(tools, "installed")
        if same_file(done, os.path.join(here, "package-lock.json")):
            return tools
        fill(here, tools)
        shutil.copy(os.path.join(here, "package-lock.json"), done)
    return tools

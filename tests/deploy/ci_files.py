"""What the tests of deploy/ share: programs that must be there, scripts taken out of files for CI, repositories to try them in.

Of the hosted services nothing is needed. What stands for them is said where it is used: npm packages that read the files as
the services do, a shell that is called as theirs, and stand-ins for programs that would change this machine.
"""
import atexit
import contextlib
import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile

import yaml

SOURCE = os.environ["DRIFTLINE_SOURCE_DIR"]
BUILD = os.environ["DRIFTLINE_BUILD_DIR"]
for below in ("system", "support"):
    sys.path.insert(0, os.path.join(SOURCE, "tests", below))
import npm_tools
from system import Failure, check

DEPLOY = os.path.join(SOURCE, "deploy")
GITHUB = os.path.join(DEPLOY, "github")
GITLAB = os.path.join(DEPLOY, "gitlab", "driftline.gitlab-ci.yml")
# As the documentation of GitHub's workflow syntax has it for `shell: bash`.
GITHUB_SHELL = ["bash", "--noprofile", "--norc", "-eo", "pipefail"]
# Scripts may change what git is configured with: in a file of their own, which is gone afterwards.
SETTINGS = tempfile.mkdtemp(prefix="driftline-deploy.")
atexit.register(shutil.rmtree, SETTINGS, ignore_errors=True)
NOBODY = {"GIT_AUTHOR_NAME": "test", "GIT_AUTHOR_EMAIL": "test@example.com", "GIT_COMMITTER_NAME": "test",
          "GIT_COMMITTER_EMAIL": "test@example.com", "GIT_CONFIG_NOSYSTEM": "1",
          "GIT_CONFIG_GLOBAL": os.path.join(SETTINGS, "gitconfig")}


def need(*programs):
    for program in programs:
        if shutil.which(program) is None:
            raise Failure(f"{program} is not installed; deploy/install-deps.sh installs it")


def npm():
    """Where the packages of package.json are installed. Without npm the test fails, without its registry it is skipped."""
    need("node", "npm")
    return npm_tools.install(__file__)


def workflows():
    return sorted(glob.glob(os.path.join(GITHUB, "workflows", "*.yml")))


def load(path):
    with open(path, encoding="utf-8") as file:
        return yaml.safe_load(file)


def shellcheck(name, script):
    """A script for bash as both services call it; without what .shellcheckrc lets pass."""
    need("shellcheck")
    done = subprocess.run(["shellcheck", "--norc", "--shell=bash", "-"], input="set -eo pipefail\n" + script,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    check(done.returncode == 0, f"{name}:\n{script}\n{done.stdout}")


def run(arguments, folder, environment=None, status=0):
    """Run a program; answers what it wrote. `status` None: whatever it ends with, which is answered, too."""
    done = subprocess.run(arguments, cwd=folder, env={**os.environ, **NOBODY, **(environment or {})},
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if status is None:
        return done.returncode, done.stdout
    check(done.returncode == status, f"{arguments}: exit status {done.returncode}, not {status}:\n{done.stdout}")
    return done.stdout


def write(path, text, mode=None):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    if mode:
        os.chmod(path, mode)


@contextlib.contextmanager
def temporary():
    folder = tempfile.mkdtemp(prefix="driftline-deploy.")
    os.chmod(folder, 0o1777)  # for scratch servers, which are not root's
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Repository:
    """A git repository with a branch `main`."""

    def __init__(self, folder):
        self.folder = folder
        os.makedirs(folder)
        self.git("init", "-q", "-b", "main")
        self.git("config", "user.email", "test@example.com")
        self.git("config", "user.name", "test")

    def git(self, *words, status=0, environment=None):
        return run(["git", *words], self.folder, environment, status)

    def write(self, name, text, mode=None):
        write(os.path.join(self.folder, name), text, mode)

    def commit(self, files, message="a change"):
        """Write files, name → text, and commit everything."""
        for name, text in files.items():
            self.write(name, text)
        self.git("add", "-A")
        self.git("commit", "-q", "--no-verify", "-m", message)


def tree(folder):
    """A repository with the files of this tree that others use, tagged as the release that they name."""
    repository = Repository(folder)
    shutil.copytree(DEPLOY, os.path.join(folder, "deploy"))
    shutil.copy(os.path.join(SOURCE, ".pre-commit-hooks.yaml"), folder)
    repository.commit({})
    repository.git("tag", "v0.1.0")
    return repository


def stand_ins(folder):
    """A folder for PATH in which what would install packages only says so."""
    programs = os.path.join(folder, "stand-ins")
    write(os.path.join(programs, "apt-get"), '#!/bin/sh\necho "not installed here: $*"\n', 0o755)
    write(os.path.join(programs, "dpkg-query"), "#!/bin/sh\nprintf installed\n", 0o755)
    return programs


def install_command(prefix):
    """The command of the build, where deploy/install.sh would put its own."""
    os.makedirs(os.path.join(prefix, "bin"))
    os.symlink(os.path.join(BUILD, "cli", "driftline"), os.path.join(prefix, "bin", "driftline"))


EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")


def fill(text, values):
    """The text with each `${{ expression }}` replaced; one that nobody gave a value is a failure."""
    def value(match):
        check(match[1] in values, f"nobody says what {match[0]} is")
        return values[match[1]]
    return EXPRESSION.sub(value, str(text))


class Job:
    """The scripts of one job of a workflow, run one after the other as a runner does. Actions of others are passed over;
    ours must have been installed by install_command."""

    def __init__(self, path, name, folder, values, environment):
        self.workflow = load(path)
        self.steps = self.workflow["jobs"][name]["steps"]
        self.folder = folder
        self.values = values
        self.environment = {**environment, "GITHUB_WORKSPACE": folder}
        self.files = {name: os.path.join(tempfile.mkdtemp(dir=os.path.dirname(folder)), name)
                      for name in ("GITHUB_ENV", "GITHUB_PATH", "GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
        for given in self.files.values():
            write(given, "")
        self.said = ""
        self.failed = []

    def read(self, name):
        with open(self.files[name], encoding="utf-8") as file:
            return file.read()

    def run(self):
        """Whether the job passes."""
        for number, step in enumerate(self.steps):
            if "run" in step and (not self.failed or "always()" in str(step.get("if", ""))):
                self.run_step(step.get("name", f"step {number + 1}"), step)
        return not self.failed

    def run_step(self, name, step):
        environment = {**self.environment, **self.files}
        for line in self.read("GITHUB_ENV").splitlines():
            key, _, value = line.partition("=")
            environment[key] = value
        for more in (self.workflow.get("env", {}), step.get("env", {})):
            environment.update({key: fill(value, self.values) for key, value in more.items()})
        script = os.path.join(os.path.dirname(self.files["GITHUB_ENV"]), "script")
        write(script, step["run"])
        status, said = run([*GITHUB_SHELL, script], self.folder, environment, None)
        self.said += f"== {name}: {status}\n{said}"
        if status != 0:
            self.failed.append(name)

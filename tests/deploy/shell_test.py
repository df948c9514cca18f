#!/usr/bin/python3
"""ShellCheck has nothing to say about the shell scripts of the tree. Those of deploy/, which others run, get no leave; the
others have what .shellcheckrc says."""
import os
import subprocess

from ci_files import SOURCE, need
from system import check, main

SHELLS = (b"sh", b"bash", b"dash", b"ksh")


def is_script(path):
    """Whether it is one by its name, or by its first line."""
    if path.endswith(".sh"):
        return True
    if os.path.islink(path):
        return False
    with open(path, "rb") as file:
        first = file.readline(100)
    return first.startswith(b"#!") and first.split(b"/")[-1].split()[-1] in SHELLS


def scripts():
    """Paths from the top of the tree."""
    found = []
    for folder, folders, names in os.walk(SOURCE):
        folders[:] = [name for name in folders if name not in ("build", ".git", "node_modules")]
        found += [os.path.relpath(path, SOURCE) for path in (os.path.join(folder, name) for name in names)
                  if os.path.isfile(path) and is_script(path)]
    return sorted(found)


def shellcheck(paths, *options):
    done = subprocess.run(["shellcheck", "--color=never", *options, *paths], cwd=SOURCE, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False)
    check(done.returncode == 0, "\n" + done.stdout)


def test_scripts():
    need("shellcheck")
    found = scripts()
    deployed = [path for path in found if path.startswith("deploy" + os.sep)]
    pieces = [path for path in found if path.startswith("agent" + os.sep)]  # given to `sh -c`: without a first line
    for path in (".ci/run", "tests/run.sh", "deploy/hooks/pre-commit", "deploy/install-deps.sh", "deploy/promote.sh"):
        check(path in found, f"{path} was not found")
    shellcheck(deployed, "--norc")
    shellcheck(pieces, "--shell=sh")
    shellcheck([path for path in found if path not in deployed + pieces])


main(test_scripts)

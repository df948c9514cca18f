#!/usr/bin/env python3
"""docs_tutorial.py PROGRAM: does what docs/tutorial/first-comparison.md says, and expects what it shows.

Blocks marked `sh` are run; in the others each line that begins with `$ ` is a command (which goes on after `\\` or `|`
at the end of a line), and what follows it is its output. A command of a program that is not installed is left out.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
LEAST_COMMANDS = 8


def sessions(block):
    """The commands of a block and their outputs."""
    for piece in re.split(r"^\$ ", block, flags=re.M)[1:]:
        lines = piece.split("\n")
        end = 1
        while lines[end - 1].endswith(("\\", "|")):
            end += 1
        yield "\n".join(lines[:end]), "\n".join(lines[end:])


def run(command, environment):
    done = subprocess.run(["bash", "-c", command], env=environment, text=True, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return done.stdout, done.returncode


def main():
    with open(os.path.join(TOP, "docs/tutorial/first-comparison.md"), encoding="utf-8") as file:
        blocks = re.findall(r"^```(sh)?\n(.*?)^```", file.read(), flags=re.M | re.S)
    environment = dict(os.environ, PATH=os.path.dirname(os.path.abspath(sys.argv[1])) + ":" + os.environ["PATH"])
    commands = failures = status = 0
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for kind, text in blocks:
            if kind == "sh" and "sqlite3" in text:
                output, status = run(re.sub(r"^mkdir .*\n", "", text), environment)
                failures += status != 0
            for command, expected in sessions(text) if kind == "" else ():
                if "jq " in command and shutil.which("jq") is None:
                    continue
                if command == "echo $?":
                    output = f"{status}\n"
                else:
                    output, status = run(command, environment)
                commands += 1
                if output != expected:
                    failures += 1
                    print(f"$ {command}\nexpected:\n{expected}\nfound:\n{output}")
        os.chdir("/")
    print(f"{commands} commands, {failures} of them not as the page says")
    return 0 if failures == 0 and commands >= LEAST_COMMANDS else 1


sys.exit(main())

#!/usr/bin/env python3
"""docs_tutorial.py PAGE FOLDER...: does what a tutorial says, and expects what it shows; the programs are in the folders.

All of it happens in one shell. Blocks marked `sh` are run, but for the one that builds; in the others each line that begins
with `$ ` is a command (which goes on after `\\` or `|` at the end of a line), and what follows it is its output. A
command of a program that is not installed is left out. Times, ages and ports are others each time: they are compared
by their form. Where a terminal of 80 columns folds a line, the page may, too.
"""
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile

LEAST_COMMANDS = 8
MARK = "-- the command is over --"
PORTS = ("7400", "7480")  # of the page; the test takes free ones


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


class Shell:
    """A shell with job control, as a reader of the page has one."""

    def __init__(self, folders):
        environment = dict(os.environ, PATH=":".join([*folders, os.environ["PATH"]]), COLUMNS="120")
        for name in [name for name in environment if name.startswith("DRIFTLINE_")]:
            del environment[name]
        self.child = subprocess.Popen(["bash", "--norc"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                      stderr=subprocess.STDOUT, text=True, env=environment, start_new_session=True)
        self.run("set -m")
        self.ports = {port: free_port() for port in PORTS}

    def run(self, command):
        """What it wrote, and how it ended."""
        for port, free in getattr(self, "ports", {}).items():
            command = command.replace(port, free)
        self.child.stdin.write(f"{command}\nstatus=$?; echo; echo '{MARK}' $status; (exit $status)\n")
        self.child.stdin.flush()
        lines = []
        for line in self.child.stdout:
            if line.startswith(MARK):
                return "".join(lines)[:-1], int(line.split()[-1])
            lines.append(line)
        raise RuntimeError("the shell ended: " + "".join(lines))

    def end(self):
        """Whatever it started is in its session."""
        self.child.stdin.close()
        for pid in subprocess.run(["ps", "-o", "pid=", "-s", str(self.child.pid)], stdout=subprocess.PIPE, text=True,
                                  check=False).stdout.split():
            try:
                os.kill(int(pid), signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.child.wait()


def sessions(block):
    """The commands of a block and their outputs."""
    for piece in re.split(r"^\$ ", block, flags=re.M)[1:]:
        lines = piece.split("\n")
        end = 1
        while lines[end - 1].endswith(("\\", "|")):
            end += 1
        yield "\n".join(lines[:end]), "\n".join(lines[end:])


def normalized(text):
    text = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", "TIME", text)
    text = re.sub(r"\b\d+[smh]\b( ago)?", "AGE", text)
    text = re.sub(r"\{[a-z, ]+\}", lambda names: "{" + ", ".join(sorted(names[0][1:-1].split(", "))) + "}", text)
    text = re.sub(r"\n {13,}(?=\S)", " ", text)  # the rest of a folded line; attributes of a change stand further left
    text = text.replace(f" {socket.gethostname()} ", " vm ")
    return re.sub(r" +", " ", text)


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        blocks = re.findall(r"^```(sh)?\n(.*?)^```", file.read(), flags=re.M | re.S)
    commands = failures = 0
    shell = Shell([os.path.abspath(folder) for folder in sys.argv[2:]])
    with tempfile.TemporaryDirectory() as folder:
        shell.run(f"cd {folder}")
        for kind, text in blocks:
            if kind == "sh" and "quickstart" not in text:
                output, status = shell.run(re.sub(r"^mkdir /.*\n", "", text))
                if status != 0:
                    failures += 1
                    print(f"{text}failed with {status}:\n{output}")
            for command, expected in sessions(text) if kind == "" else ():
                if "jq " in command and shutil.which("jq") is None:
                    continue
                output, _ = shell.run(command)
                commands += 1
                if normalized(output) != normalized(expected):
                    failures += 1
                    print(f"$ {command}\nexpected:\n{expected}\nfound:\n{output}")
        shell.run("cd /")
        shell.end()
    print(f"{commands} commands, {failures} of them not as the page says")
    return 0 if failures == 0 and commands >= LEAST_COMMANDS else 1


sys.exit(main())

#!/usr/bin/python3
"""docs_links.py PROGRAM [OTHER]...: what the pages refer to is there.

- Each relative link of a page leads to a file, and its #part to a heading of that page.
- Each option that a page gives `driftline COMMAND` is one that `PROGRAM help COMMAND` lists, and so is each option that
  stands alone in code (`--fail-on`), for at least one command, or for one of the OTHER programs. Commands that run over
  several lines, ending in a backslash, are read as one; what follows a pipe or semicolon is another program's.
"""

import pathlib
import re
import subprocess
import sys

TOP = pathlib.Path(__file__).resolve().parents[2]
COMMANDS_PAGE = TOP / "docs/reference/cli.md"
# Whose options are another program's: pgbench's and the like.
NO_LONE_OPTIONS = {COMMANDS_PAGE, TOP / "docs/reference/benchmarks.md"}
FEWEST = 40

FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^) ]+)\)")
HEADING = re.compile(r"^#{1,6} *(.*)$", re.MULTILINE)
LONE_OPTION = re.compile(r"`(--[a-z][a-z-]*)")
OPTION = re.compile(r"--?[a-z][a-z-]*")


def help_of(*words):
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout


def options_in(text):
    """Those that a help lists or speaks of."""
    return set(re.findall(r"(?:^|(?<=[ ,\[(|`]))--?[a-z][a-z-]*", text, re.MULTILINE))


def pages():
    for page in sorted(TOP.rglob("*.md")):
        if page.relative_to(TOP).parts[0] not in ("build", ".git") and "node_modules" not in page.parts:
            yield page


def anchors(text):
    """As the usual renderers make them: lower case, blanks to hyphens, other signs dropped."""
    for heading in HEADING.findall(FENCED.sub("", text)):
        yield re.sub(r"[^a-z0-9 _-]", "", heading.lower()).replace(" ", "-")


class Checker:
    def __init__(self, program, others):
        names = re.findall(r"^## driftline (.+)$", COMMANDS_PAGE.read_text(), re.MULTILINE)
        self.options = {name: options_in(help_of(program, "help", *name.split())) for name in names}
        self.any_option = set().union(*self.options.values(), *(options_in(help_of(other, "--help")) for other in others))
        longest_first = "|".join(sorted(map(re.escape, names), key=len, reverse=True))
        self.command = re.compile(rf"\bdriftline ({longest_first}) ([^`|;>)\"\n]*)")
        self.complaints = []
        self.links = self.seen_options = 0

    def complain(self, page, text):
        self.complaints.append(f"{page.relative_to(TOP)}: {text}")

    def check_link(self, page, link):
        if re.match(r"[a-z]+:", link):
            return
        self.links += 1
        name, _, part = link.partition("#")
        target = page.parent / name if name else page
        if not target.exists():
            self.complain(page, f"'{link}' leads nowhere")
        elif part and part not in anchors(target.read_text()):
            self.complain(page, f"'{link}': there is no such heading")

    def check_options(self, page, command, words, known):
        for word in words:
            option = OPTION.match(word)
            if option is None:
                continue
            self.seen_options += 1
            if option[0] not in known:
                self.complain(page, f"'driftline {command}' has no option '{option[0]}'")

    def check(self, page):
        text = page.read_text()
        for link in LINK.findall(re.sub(r"`[^`\n]*`", "", FENCED.sub("", text))):
            self.check_link(page, link)
        if page.relative_to(TOP).parts[0] not in ("docs", "README.md", "CHANGELOG.md"):
            return
        for command, rest in self.command.findall(re.sub(r"\\\n *", " ", text)):
            self.check_options(page, command, re.sub(r"'[^']*'", "", rest).split(), self.options[command])
        if page not in NO_LONE_OPTIONS:
            self.check_options(page, "COMMAND", LONE_OPTION.findall(text), self.any_option)


def main(program, *others):
    checker = Checker(program, others)
    for page in pages():
        checker.check(page)
    for complaint in checker.complaints:
        print(complaint, file=sys.stderr)
    print(f"{checker.links} links, {checker.seen_options} options")
    if min(checker.links, checker.seen_options) < FEWEST:
        sys.exit("so few: this test does not find what it looks for")
    sys.exit(1 if checker.complaints else 0)


if __name__ == "__main__":
    main(*sys.argv[1:])

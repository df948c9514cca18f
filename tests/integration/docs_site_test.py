#!/usr/bin/python3
"""Documentation of a schema that means ill: MkDocs builds it without a warning, every link leads somewhere, and nothing that
stands in a name, comment or definition became markup, neither in the pages nor in what MkDocs made of them."""
import collections
import html.parser
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.parse

from capture_database import BUILD, DRIFTLINE, SOURCE, check, environment, equal, psql, ref, run, run_file

DATABASE = "dl_docs"
SKIPPED = 77
# What a page of ours is made of; anything else is somebody's markup.
TAGS = {"a", "blockquote", "br", "code", "div", "h1", "h2", "h3", "h4", "h5", "li", "ol", "p", "pre", "span", "strong", "table",
        "tbody", "td", "th", "thead", "tr", "ul", "article", "em", "button", "hr", "nav", "small", "time"}
NOT_IN_TAGS = {"em"}


def driftline(*arguments, status=0, folder=None):
    done = subprocess.run([DRIFTLINE, *arguments], capture_output=True, text=True, cwd=folder, env=environment(), check=False)
    check(done.returncode == status, f"driftline {' '.join(arguments)}: {done.returncode}, {done.stdout} {done.stderr}")
    return done.stdout


class Article(html.parser.HTMLParser):
    """The part of a page that is ours: tags, links, places, text."""

    def __init__(self):
        super().__init__()
        self.depth = 0
        self.tags, self.links, self.places, self.text = collections.Counter(), [], set(), []
        self.attributes = set()
        self.whole_places, self.foreign = set(), []

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        if "id" in found:
            self.whole_places.add(found["id"])
        for name in ("src", "href"):
            if (found.get(name) or "").startswith(("http:", "https:", "//", "javascript:")):
                self.foreign.append((tag, found[name]))
        if tag == "article":
            self.depth += 1
        if self.depth == 0:
            return
        self.tags[tag] += 1
        self.attributes.update(name for name in found)
        if tag == "a" and "href" in found:
            self.links.append(found["href"])

    def handle_endtag(self, tag):
        if tag == "article":
            self.depth -= 1

    def handle_data(self, data):
        if self.depth > 0:
            self.text.append(data)


def read_pages(site):
    pages = {}
    for path in sorted(pathlib.Path(site).rglob("*.html")):
        article = Article()
        article.feed(path.read_text(encoding="utf-8"))
        pages[str(path.relative_to(site))] = article
    return pages


def build(folder, site):
    done = subprocess.run(["mkdocs", "build", "--strict", "--quiet", "--site-dir", site], cwd=folder, capture_output=True,
                          text=True, check=False)
    check(done.returncode == 0, f"mkdocs: {done.stdout} {done.stderr}")


def check_links(pages):
    links = 0
    for name, page in pages.items():
        for link in page.links:
            path, _, place = link.partition("#")
            target = os.path.normpath(os.path.join(os.path.dirname(name), urllib.parse.unquote(path))) if path else name
            if link.startswith(("http:", "https:")):
                continue
            check(target in pages, f"{name}: {link} leads nowhere")
            check(not place or urllib.parse.unquote(place) in pages[target].whole_places, f"{name}: no place for {link}")
            links += 1
    check(links > 300, f"only {links} links were looked at")


def check_markup(pages):
    for name, page in pages.items():
        strange = {tag for tag in page.tags if tag not in TAGS - NOT_IN_TAGS and tag not in ("svg", "path", "img")}
        check(not strange, f"{name} has {strange}")
        check("img" not in page.tags, f"{name} has an image")
        handlers = {word for word in page.attributes if word.startswith("on")}
        check(not handlers, f"{name} has {handlers}")
        check(not [link for link in page.links if link.startswith("javascript")], f"{name}: {page.links}")


def check_texts(pages):
    orders = "".join(pages["schemas/shop/tables/orders.html"].text)
    for words in ("<script>alert(1)</script> <img src=x onerror=alert(2)>", "# not a heading", "- not a list", "```",
                  "[link](javascript:alert(3)) ![image](http://example.org/x.png) <!-- driftline:end --> | cell | `code`",
                  "**bold** _it_ {{ 7*7 }} {% raw %} ]]> $math$ :smile: ---", "!!! danger \"admonition\"", "1. not numbered",
                  "a | b <b>bold</b> `tick` {: .class } [x](y \"z\") <!-- comment --> &lt;", "For the list | of <open> orders."):
        check(words in orders, f"'{words}' is not in the page of orders:\n{orders[:3000]}")
    marks = "".join(pages["schemas/shop/functions/marks.html"].text)
    check("<!-- driftline:end -->" in marks and "{{ 7*7 }} </code></pre><script>alert(4)</script>" in marks, marks)
    everything = "".join("".join(page.text) for page in pages.values())
    for words in ('shop."<script>alert(\'t\')</script>"', 'shop."{{ 7*7 }}"', 'shop."[x](javascript:alert(1))"',
                  'shop."über""quote"""', "日本語のテーブル", '"<b>bold</b>"', "it's \"odd\" | <i>label</i>", "elsewhere",
                  "The schema is empty.", "this_name_has_exactly_sixty_three_bytes_so_it_is_as_long_as_can"):
        check(words in everything, f"'{words}' is nowhere")
    check("49" not in "".join(pages["schemas/shop/tables/7-7-2331db92.html"].text), "a template ran")


def check_files(folder):
    names = [str(path.relative_to(folder)) for path in pathlib.Path(folder).rglob("*") if path.is_file()]
    lower = collections.Counter(name.lower() for name in names)
    check(max(lower.values()) == 1, f"the same but for case: {[name for name, count in lower.items() if count > 1]}")
    for name in names:
        check(all(part.isascii() and len(part) < 120 for part in name.split("/")), name)
        if name.endswith(".md"):
            lines = (pathlib.Path(folder) / name).read_text(encoding="utf-8").splitlines()
            check(lines.count("<!-- driftline:end -->") == 1 and lines[-1] == "<!-- driftline:end -->", name)


# What Mermaid reads in an entity-relationship diagram, from the version that Debian's theme loads (8.13) to 11.
WORD = r"(?!(?:pk|fk|uk))[A-Za-z][A-Za-z0-9_]*"
DIAGRAM = re.compile(rf"    {WORD} \{{|        {WORD} {WORD}(?: PK| FK)?|    \}}|"
                     rf"    {WORD} [|}}]o--(?:\|\||o\|) {WORD} : \"[^\"<>{{}}\[\]`|;]*(?:#[0-9]+;[^\"<>{{}}\[\]`|;]*)*\"", re.IGNORECASE)


def check_diagrams(folder):
    seen = 0
    for path in pathlib.Path(folder).rglob("*.md"):
        for block in re.findall(r"^``` mermaid\nerDiagram\n(.*?)^```$", path.read_text(encoding="utf-8"), re.S | re.M):
            seen += 1
            for line in block.splitlines():
                check(DIAGRAM.fullmatch(line), f"{path}: {line!r}")
    check(seen > 10, f"{seen} diagrams")


def contents(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in pathlib.Path(folder).rglob("*") if path.is_file()}


def test_hostile_site(folder):
    site, docs = os.path.join(folder, "site"), os.path.join(folder, "docs")
    driftline("docs", ref(DATABASE), "-o", docs)
    check_files(docs)
    check_diagrams(docs)
    build(docs, site)
    pages = read_pages(site)
    check(len(pages) > 50, f"{len(pages)} pages")
    check_links(pages)
    check_markup(pages)
    check_texts(pages)
    for name, page in pages.items():
        check(not [one for one in page.foreign if "mkdocs" not in one[1] and "squidfunk" not in one[1]], f"{name}: {page.foreign}")


def test_bytes_stay(folder):
    first, second = os.path.join(folder, "first"), os.path.join(folder, "second")
    driftline("docs", ref(DATABASE), "-o", first)
    driftline("docs", ref(DATABASE), "-o", second)
    equal(contents(first), contents(second))
    driftline("docs", ref(DATABASE), "-o", first, "--check")
    run(DATABASE, "ALTER TABLE shop.customers ADD COLUMN phone text")
    try:
        driftline("docs", ref(DATABASE), "-o", first, "--check", status=1)
        driftline("docs", ref(DATABASE), "-o", first)
        after = contents(first)
        changed = {name for name, bytes in contents(second).items() if after[name] != bytes}
        equal(changed, {".driftline-docs", "docs/comments.md", "docs/index.md", "docs/schemas/shop/index.md",
                        "docs/schemas/shop/tables/customers.md", "docs/schemas/shop/tables/orders.md"}
              - {"docs/schemas/shop/tables/orders.md"}, "what a new column changes")
    finally:
        run(DATABASE, "ALTER TABLE shop.customers DROP COLUMN phone")


def test_what_people_wrote_stays(folder):
    docs = os.path.join(folder, "docs")
    driftline("docs", ref(DATABASE), "-o", docs)
    page = pathlib.Path(docs, "docs/schemas/shop/tables/orders.md")
    page.write_text("# Ours\n\n" + page.read_text(encoding="utf-8") + "\nNote.\n", encoding="utf-8")
    config = pathlib.Path(docs, "mkdocs.yml")
    config.write_text(config.read_text(encoding="utf-8") + "copyright: us\n", encoding="utf-8")
    run(DATABASE, "ALTER TABLE shop.orders ADD COLUMN more text")
    try:
        driftline("docs", ref(DATABASE), "-o", docs)
    finally:
        run(DATABASE, "ALTER TABLE shop.orders DROP COLUMN more")
    text = page.read_text(encoding="utf-8")
    check(text.startswith("# Ours\n") and text.endswith("\nNote.\n") and "| `more` |" in text, text[:200])
    check(config.read_text(encoding="utf-8").endswith("copyright: us\n"), "mkdocs.yml")
    build(docs, os.path.join(folder, "site"))


def test_single_files(folder):
    document = json.loads(driftline("docs", ref(DATABASE), "--format", "json"))
    orders = next(one for one in document["objects"] if one["object"] == "shop.orders" and one["kind"] == "table")
    check("<script>" in orders["attributes"]["comment"], "JSON has texts as they are")
    check({"kind": "view", "object": "shop.open_orders", "how": "definition"} in orders["referred_to_by"], orders["referred_to_by"])
    path = os.path.join(folder, "one.md")
    driftline("docs", ref(DATABASE), "--format", "markdown", "-o", path)
    text = pathlib.Path(path).read_text(encoding="utf-8")
    check("## shop.orders\n" in text and "<script>alert(1)" not in text, "one file")


def test_coverage(folder):
    text = driftline("docs", ref(DATABASE), "--coverage", "--least", "90", status=1)
    check("table shop.\"Orders\"\n" in text and "90 % are wanted" in text, text[-500:])
    driftline("docs", ref(DATABASE), "--coverage", "--least", "1")
    found = json.loads(driftline("docs", ref(DATABASE), "--coverage", "--format", "json", "--kind", "enum", "--least", "100"))
    equal((found["coverage"], found["enough"]), ({"total": 1, "commented": 1, "percent": 100}, True))
    with open(os.path.join(folder, "driftline.yaml"), "w", encoding="utf-8") as file:
        file.write(f"docs:\n  - {{name: db, ref: \"{ref(DATABASE)}\", output: out, title: Our data, coverage: \"80\"}}\n")
    driftline("docs", "--coverage", status=1, folder=folder)
    driftline("docs", folder=folder)
    config = pathlib.Path(folder, "out/mkdocs.yml").read_text(encoding="utf-8")
    check('site_name: "Our data"' in config, config[:200])
    driftline("docs", "db", "--check", folder=folder)


def main():
    if shutil.which("mkdocs") is None:
        print("skipped: mkdocs is not installed; deploy/install-deps.sh installs it")
        sys.exit(SKIPPED)
    psql("postgres", f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
    run("postgres", f"CREATE DATABASE {DATABASE}")
    try:
        run_file(DATABASE, os.path.join(SOURCE, "tests", "integration", "docs_schema.sql"))
        for test in (test_hostile_site, test_bytes_stay, test_what_people_wrote_stays, test_single_files, test_coverage):
            with tempfile.TemporaryDirectory(dir=BUILD) as folder:
                print(test.__name__, flush=True)
                test(folder)
    finally:
        run("postgres", f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")


main()

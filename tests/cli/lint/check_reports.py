#!/usr/bin/python3
"""check_reports.py LINT_WRITE: other programs read lint's reports of all samples, and their regions are in the files."""
import os
import sys

SOURCE = os.environ["DRIFTLINE_SOURCE_DIR"]
FOLDER = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(SOURCE, "tests", "support"))
import reports  # noqa: E402

SAMPLES = ["clean", "shop", "hostile"]
PLACE = r"(?:file=[^:,\r\n]*,line=\d+,endLine=\d+,(?:col=\d+,endColumn=\d+,)?)?"
SPOILERS = (lambda d: d.update(extra=1), lambda d: d["findings"][0].update(severity="fatal"),
            lambda d: d["findings"][0].pop("rule"), lambda d: d["findings"][0].update(line=0),
            lambda d: d["findings"][0].update(group="other"), lambda d: d["summary"].pop("waived"))


def severities(document):
    return ["waived" if "waived" in finding else finding["severity"] for finding in document["findings"]]


def check_region(region, lines):
    """Columns count characters, and the end is behind the last one."""
    assert 1 <= region["startLine"] <= region["endLine"] <= len(lines), region
    assert 1 <= region["startColumn"] <= len(lines[region["startLine"] - 1]) + 1, region
    assert 1 <= region["endColumn"] <= len(lines[region["endLine"] - 1]) + 1, region
    assert (region["startLine"], region["startColumn"]) <= (region["endLine"], region["endColumn"]), region


def check_places(runs, sample):
    with open(os.path.join(FOLDER, "data", sample + ".sql"), encoding="utf-8", errors="replace") as stream:
        lines = stream.read().split("\n")
    for run in runs:
        for result in run["results"]:
            physical = result["locations"][0]["physicalLocation"]
            assert physical["artifactLocation"]["uri"] == f"db/{sample}.sql", physical
            check_region(physical["region"], lines)


def check_markdown(sample):
    """Nothing of a file becomes markup: what is no table, code or text of ours must not be there."""
    text = reports.write("markdown", sample).decode("utf-8")
    assert "<script" not in text and "](http" not in text and "`y`" not in text, text


def main():
    report = reports.schema(os.path.join(SOURCE, "docs/reference/lint-report.schema.json"))
    sarif = reports.schema(os.path.join(FOLDER, "sarif-subset.schema.json"))
    reports.check_strictness(report, "shop", SPOILERS)
    for sample in SAMPLES:
        reports.check_json(report, sample, severities)
        check_places(reports.check_sarif(sarif, sample), sample)
        reports.check_junit(sample, rb'tests="(\d+)" failures="(\d+)" errors="0" skipped="(\d+)"',
                            (b"testcase", b"failure", b"skipped"))
        reports.check_github(sample, ["findings"], PLACE)
        check_markdown(sample)


main()

#!/usr/bin/python3
"""check_reports.py LINT_WRITE: other programs read lint's reports of all samples.

JSON against the published schema, SARIF against the share of its standard that we use and against the files that its
regions are in, JUnit with xmllint, GitHub's commands with the rules by which its runner undoes their escapes.
"""
import json
import os
import re
import subprocess
import sys

import jsonschema

SAMPLES = ["clean", "shop", "hostile"]
SOURCE = os.environ["DRIFTLINE_SOURCE_DIR"]
FOLDER = os.path.dirname(os.path.abspath(__file__))


def write(report_format, sample):
    return subprocess.run([sys.argv[1], report_format, sample], check=True, stdout=subprocess.PIPE).stdout


def schema(path):
    with open(path, encoding="utf-8") as stream:
        content = json.load(stream)
    jsonschema.Draft202012Validator.check_schema(content)
    return jsonschema.Draft202012Validator(content)


def check_json(validator, sample):
    document = json.loads(write("json", sample))
    validator.validate(document)
    counted = dict.fromkeys(document["summary"], 0)
    for finding in document["findings"]:
        counted["waived" if "waived" in finding else finding["severity"]] += 1
    assert counted == document["summary"], counted


def check_strictness(validator):
    document = json.loads(write("json", "shop"))
    for spoil in (lambda d: d.update(extra=1), lambda d: d["findings"][0].update(severity="fatal"),
                  lambda d: d["findings"][0].pop("rule"), lambda d: d["findings"][0].update(line=0),
                  lambda d: d["findings"][0].update(group="other"), lambda d: d["summary"].pop("waived")):
        spoiled = json.loads(json.dumps(document))
        spoil(spoiled)
        assert not validator.is_valid(spoiled), "the schema lets a wrong report through"


def check_region(region, lines):
    """Columns count characters, and the end is behind the last one."""
    assert 1 <= region["startLine"] <= region["endLine"] <= len(lines), region
    assert 1 <= region["startColumn"] <= len(lines[region["startLine"] - 1]) + 1, region
    assert 1 <= region["endColumn"] <= len(lines[region["endLine"] - 1]) + 1, region
    assert (region["startLine"], region["startColumn"]) <= (region["endLine"], region["endColumn"]), region


def check_sarif(validator, sample):
    document = json.loads(write("sarif", sample))
    validator.validate(document)
    with open(os.path.join(FOLDER, "data", sample + ".sql"), encoding="utf-8", errors="replace") as stream:
        lines = stream.read().split("\n")
    for run in document["runs"]:
        rules = run["tool"]["driver"]["rules"]
        assert len({rule["id"] for rule in rules}) == len(rules), "two rules of one id"
        for result in run["results"]:
            assert rules[result["ruleIndex"]]["id"] == result["ruleId"], result["ruleId"]
            physical = result["locations"][0]["physicalLocation"]
            assert physical["artifactLocation"]["uri"] == f"db/{sample}.sql", physical
            check_region(physical["region"], lines)


def check_junit(sample):
    report = write("junit", sample)
    subprocess.run(["xmllint", "--noout", "-"], input=report, check=True)
    counts = re.search(rb'<testsuites tests="(\d+)" failures="(\d+)" errors="0" skipped="(\d+)">', report)
    found = [report.count(element) for element in (b"<testcase ", b"<failure ", b"<skipped ")]
    assert [int(count) for count in counts.groups()] == found, found


def check_github(sample):
    lines = write("github", sample).decode("utf-8").splitlines()
    document = json.loads(write("json", sample))
    assert len(lines) == len(document["findings"]) + 1, "a name forged a line"
    for line in lines:
        command = re.fullmatch(r"::(error|warning|notice) (file=[^:,\r\n]*,line=\d+,endLine=\d+,(col=\d+,endColumn=\d+,)?)?"
                               r"title=([^:,\r\n]*)::([^\r\n]*)", line)
        assert command, line
        assert not re.search(r"%(?!25|0D|0A|3A|2C)", command.group(4) + command.group(5)), line


def check_markdown(sample):
    """Nothing of a file becomes markup: what is no table, code or text of ours must not be there."""
    text = write("markdown", sample).decode("utf-8")
    assert "<script" not in text and "](http" not in text and "`y`" not in text, text


def main():
    report = schema(os.path.join(SOURCE, "docs/reference/lint-report.schema.json"))
    sarif = schema(os.path.join(FOLDER, "sarif-subset.schema.json"))
    check_strictness(report)
    for sample in SAMPLES:
        check_json(report, sample)
        check_sarif(sarif, sample)
        check_junit(sample)
        check_github(sample)
        check_markdown(sample)


main()

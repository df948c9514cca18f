#!/usr/bin/python3
"""check_reports.py REPORT_WRITE: other programs read the reports of all samples.

JSON against the published schema, SARIF against the share of its standard that we use, JUnit with xmllint, GitHub's
commands with the rules by which its runner undoes their escapes.
"""
import json
import os
import re
import subprocess
import sys

import jsonschema

SAMPLES = ["in_sync", "not_covered", "other_version", "other_major", "two_engines", "shop", "renamed_elsewhere", "hostile"]
SOURCE = os.environ["DRIFTLINE_SOURCE_DIR"]
FOLDER = os.path.dirname(os.path.abspath(__file__))


def write(report_format, sample):
    return subprocess.run([sys.argv[1], report_format, sample], check=True, stdout=subprocess.PIPE).stdout


def schema(path):
    with open(path, encoding="utf-8") as stream:
        content = json.load(stream)
    jsonschema.Draft202012Validator.check_schema(content)
    return jsonschema.Draft202012Validator(content)


def check_kinds(validator):
    with open(os.path.join(SOURCE, "common/schema/kind.def"), encoding="utf-8") as stream:
        kinds = re.findall(r'^KIND\(\w+, \d+, "(\w+)"', stream.read(), re.MULTILINE)
    assert kinds and validator.schema["$defs"]["kind"]["enum"] == kinds, "the schema's kinds are not those of kind.def"


def check_json(validator, sample):
    document = json.loads(write("json", sample))
    validator.validate(document)
    counted = dict.fromkeys(document["summary"], 0)
    for change in document["changes"]:
        counted[change["severity"]] += 1
    assert counted == document["summary"], counted


def check_strictness(validator):
    document = json.loads(write("json", "shop"))
    for spoil in (lambda d: d.update(extra=1), lambda d: d["changes"][0].update(kind="tabel"),
                  lambda d: d["changes"][0].update(severity="fatal"), lambda d: d["changes"][0].pop("rule"),
                  lambda d: d["changes"][0]["attributes"][0].update({"from": 1}), lambda d: d["from"].update(root="x")):
        spoiled = json.loads(json.dumps(document))
        spoil(spoiled)
        assert not validator.is_valid(spoiled), "the schema lets a wrong report through"


def check_sarif(validator, sample):
    document = json.loads(write("sarif", sample))
    validator.validate(document)
    for run in document["runs"]:
        rules = run["tool"]["driver"]["rules"]
        assert len({rule["id"] for rule in rules}) == len(rules), "two rules of one id"
        for result in run["results"]:
            assert rules[result["ruleIndex"]]["id"] == result["ruleId"], result["ruleId"]
        prints = [json.dumps(result["partialFingerprints"]) for result in run["results"]]
        assert len(set(prints)) == len(prints), "two results of one fingerprint"


def check_junit(sample):
    report = write("junit", sample)
    subprocess.run(["xmllint", "--noout", "-"], input=report, check=True)
    counts = re.search(rb'<testsuites tests="(\d+)" failures="(\d+)" errors="(\d+)">', report)
    found = [report.count(element) for element in (b"<testcase ", b"<failure ", b"<error ")]
    assert [int(count) for count in counts.groups()] == found, found


def check_github(sample):
    lines = write("github", sample).decode("utf-8").splitlines()
    document = json.loads(write("json", sample))
    assert len(lines) == len(document["changes"]) + len(document["uncovered"]) + 1, "a name forged a line"
    for line in lines:
        command = re.fullmatch(r"::(error|warning|notice) title=([^:,\r\n]*)::([^\r\n]*)", line)
        assert command, line
        assert not re.search(r"%(?!25|0D|0A|3A|2C)", command.group(2) + command.group(3)), line


def main():
    diff_report = schema(os.path.join(SOURCE, "docs/reference/diff-report.schema.json"))
    sarif = schema(os.path.join(FOLDER, "sarif-subset.schema.json"))
    check_kinds(diff_report)
    check_strictness(diff_report)
    for sample in SAMPLES:
        check_json(diff_report, sample)
        check_sarif(sarif, sample)
        check_junit(sample)
        check_github(sample)


main()

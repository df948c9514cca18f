#!/usr/bin/python3
"""check_reports.py REPORT_WRITE: other programs read the reports of all samples."""
import json
import os
import re
import sys

SOURCE = os.environ["DRIFTLINE_SOURCE_DIR"]
FOLDER = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(SOURCE, "tests", "support"))
import reports  # noqa: E402

SAMPLES = ["in_sync", "not_covered", "other_version", "other_major", "two_engines", "shop", "renamed_elsewhere", "hostile"]
SPOILERS = (lambda d: d.update(extra=1), lambda d: d["changes"][0].update(kind="tabel"),
            lambda d: d["changes"][0].update(severity="fatal"), lambda d: d["changes"][0].pop("rule"),
            lambda d: d["changes"][0]["attributes"][0].update({"from": 1}), lambda d: d["from"].update(root="x"))


def severities(document):
    return [change["severity"] for change in document["changes"]]


def check_kinds(validator):
    with open(os.path.join(SOURCE, "common/schema/kind.def"), encoding="utf-8") as stream:
        kinds = re.findall(r'^KIND\(\w+, \d+, "(\w+)"', stream.read(), re.MULTILINE)
    assert kinds and validator.schema["$defs"]["kind"]["enum"] == kinds, "the schema's kinds are not those of kind.def"


def check_fingerprints(runs):
    for run in runs:
        prints = [json.dumps(result["partialFingerprints"]) for result in run["results"]]
        assert len(set(prints)) == len(prints), "two results of one fingerprint"


def main():
    report = reports.schema(os.path.join(SOURCE, "docs/reference/diff-report.schema.json"))
    sarif = reports.schema(os.path.join(FOLDER, "sarif-subset.schema.json"))
    check_kinds(report)
    reports.check_strictness(report, "shop", SPOILERS)
    for sample in SAMPLES:
        reports.check_json(report, sample, severities)
        check_fingerprints(reports.check_sarif(sarif, sample))
        reports.check_junit(sample, rb'tests="(\d+)" failures="(\d+)" errors="(\d+)"', (b"testcase", b"failure", b"error"))
        reports.check_github(sample, ["changes", "uncovered"])


main()

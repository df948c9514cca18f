"""What the checks of reports share: other programs read what `PROGRAM FORMAT SAMPLE` writes, a program of the tests.

JSON against the published schema, SARIF against the share of its standard that we use, JUnit with xmllint, GitHub's
commands with the rules by which its runner undoes their escapes.
"""
import json
import re
import subprocess
import sys

import jsonschema


def write(report_format, sample):
    return subprocess.run([sys.argv[1], report_format, sample], check=True, stdout=subprocess.PIPE).stdout


def schema(path):
    with open(path, encoding="utf-8") as stream:
        content = json.load(stream)
    jsonschema.Draft202012Validator.check_schema(content)
    return jsonschema.Draft202012Validator(content)


def check_json(validator, sample, severities):
    """`severities` answers those of a document's items, each of which the summary counts."""
    document = json.loads(write("json", sample))
    validator.validate(document)
    counted = dict.fromkeys(document["summary"], 0)
    for severity in severities(document):
        counted[severity] += 1
    assert counted == document["summary"], counted


def check_strictness(validator, sample, spoilers):
    """Each of these functions makes a report wrong."""
    document = json.loads(write("json", sample))
    for spoil in spoilers:
        spoiled = json.loads(json.dumps(document))
        spoil(spoiled)
        assert not validator.is_valid(spoiled), "the schema lets a wrong report through"


def check_sarif(validator, sample):
    """Answers the runs."""
    document = json.loads(write("sarif", sample))
    validator.validate(document)
    for run in document["runs"]:
        rules = run["tool"]["driver"]["rules"]
        assert len({rule["id"] for rule in rules}) == len(rules), "two rules of one id"
        for result in run["results"]:
            assert rules[result["ruleIndex"]]["id"] == result["ruleId"], result["ruleId"]
    return document["runs"]


def check_junit(sample, counts, elements):
    """`counts` finds the numbers in the first element that count such elements."""
    report = write("junit", sample)
    subprocess.run(["xmllint", "--noout", "-"], input=report, check=True)
    found = [report.count(b"<%s " % element) for element in elements]
    said = re.search(rb"<testsuites " + counts + rb">", report)
    assert [int(count) for count in said.groups()] == found, found


def check_github(sample, lists, where=""):
    """One command for each item of these lists of the document, and one at the end. `where` is what commands say of places."""
    lines = write("github", sample).decode("utf-8").splitlines()
    document = json.loads(write("json", sample))
    assert len(lines) == sum(len(document[name]) for name in lists) + 1, "a name forged a line"
    for line in lines:
        command = re.fullmatch(rf"::(?:error|warning|notice) {where}title=([^:,\r\n]*)::([^\r\n]*)", line)
        assert command, line
        assert not re.search(r"%(?!25|0D|0A|3A|2C)", command.group(1) + command.group(2)), line

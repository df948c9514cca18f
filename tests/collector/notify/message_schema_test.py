#!/usr/bin/python3
"""Messages have the schema that docs/reference/notification.schema.json gives, and the page names each of its members.

The program of the argument prints messages of many sorts."""
import json
import os
import subprocess
import sys

import jsonschema

REFERENCE = os.path.join(os.environ["DRIFTLINE_SOURCE_DIR"], "docs", "reference")


def main():
    with open(os.path.join(REFERENCE, "notification.schema.json"), encoding="utf-8") as file:
        schema = json.load(file)
    with open(os.path.join(REFERENCE, "notifications.md"), encoding="utf-8") as file:
        page = file.read()
    for name in schema["properties"]:
        assert f"`{name}`" in page, f"{name} is not on the page"
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    lines = subprocess.run([sys.argv[1]], check=True, capture_output=True, text=True).stdout.splitlines()
    messages = [json.loads(line) for line in lines]
    for message in messages:
        validator.validate(message)
        numbers = [int(event["id"]) for event in message["events"]]
        assert numbers == sorted(numbers) or message["kind"] == "escalated", message["title"]
    kinds = {message["kind"] for message in messages}
    assert kinds == set(schema["properties"]["kind"]["enum"]), kinds
    seen = {name for message in messages for name in message}
    assert seen == set(schema["properties"]), set(schema["properties"]) - seen
    broken = dict(messages[0], surprise=1)
    assert not validator.is_valid(broken) and not validator.is_valid({})


main()

"""Every event that a collector has written, held against what it publishes of events: envelope, place, schema of its
data. What a story leads to is checked at its end, so that code and schemas cannot drift apart."""
import collections
import re

import jsonschema

from system import check

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
ATTRIBUTES = {"specversion", "id", "source", "type", "subject", "time", "datacontenttype", "dataschema", "sequence",
              "severity", "database", "environment", "instance", "agent", "summary", "data"}
OPTIONAL = {"subject", "database", "environment", "instance", "agent"}
# What must say where it was: filters, routes and topics go by that.
PLACED = re.compile(r"snapshot-|schema-|change-|history-|server-|coverage-|target-|drifts?-|contract-|gate-")
AGENTS = re.compile(r"agent-|target-state|target-claimed|snapshot-|schema-")


def schemas_of(collector):
    """A validator for each type that there is; the published examples fit."""
    validators = {}
    for row in collector.get("/api/v1/events/types")["types"]:
        check(row["schema"] == f"/api/v1/events/types/{row['name']}", row)
        schema = collector.get(row["schema"])
        jsonschema.Draft202012Validator.check_schema(schema)
        check(schema["title"] == row["name"] and schema["description"].startswith(row["summary"] + "."), schema)
        validators[row["name"]] = jsonschema.Draft202012Validator(schema)
        for example in schema["examples"]:
            check_data(validators[row["name"]], row["name"], example)
            spoiled = dict(example, surprise=1)
            check(not validators[row["name"]].is_valid(spoiled), f"the schema of {row['name']} takes anything")
    return validators


def check_data(validator, where, data):
    for mistake in validator.iter_errors(data):
        path = "/".join(str(step) for step in mistake.absolute_path)
        check(False, f"{where}: {path}: {mistake.message[:500]}\n{data}")


def check_envelope(event, name):
    check(set(event) <= ATTRIBUTES and ATTRIBUTES - set(event) <= OPTIONAL, f"attributes: {event}")
    check(all(event[attribute] for attribute in ATTRIBUTES & set(event) if attribute != "data"), f"empty: {event}")
    check(event["specversion"] == "1.0" and event["type"] == f"driftline.{name}", event)
    check(re.fullmatch("/driftline/[0-9a-f]{32}", event["source"]), event)
    check(TIME.fullmatch(event["time"]) and event["sequence"] == event["id"].zfill(20), event)
    check(event["dataschema"] == f"/api/v1/events/types/{name}", event)
    summary = event["summary"]
    check(len(summary.encode()) <= 500 and summary.isprintable() and "  " not in summary, f"summary: {event}")
    check(not PLACED.match(name) or event.get("database"), f"nobody knows where: {event}")
    check(not AGENTS.match(name) or event.get("agent"), f"nobody knows whose: {event}")
    check("environment" not in event or event["subject"].startswith(f"{event['database']}@{event['environment']}"),
          event)


def check_events(collector):
    """All of them; answers how many there are of each type."""
    validators = schemas_of(collector)
    counts, last = collections.Counter(), 0
    for event in collector.events():
        name = event["type"].removeprefix("driftline.")
        check(name in validators, f"there is no type {name}")
        check_envelope(event, name)
        check_data(validators[name], f"event {event['id']}, {name}", event["data"])
        check(int(event["id"]) > last, f"the order: {event}")
        last = int(event["id"])
        counts[name] += 1
    check(last > 0, "there are no events")
    return counts

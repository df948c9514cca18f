#!/usr/bin/python3
"""The schemas of what events say are schemas, strict ones, with a word on everything; what they give as examples fits."""
import json
import os
import re

import jsonschema

SOURCE = os.environ["DRIFTLINE_SOURCE_DIR"]


def read(*path):
    with open(os.path.join(SOURCE, "collector", *path), encoding="utf-8") as file:
        return file.read()


def no_duplicates(pairs):
    assert len({name for name, _ in pairs}) == len(pairs), f"twice: {[name for name, _ in pairs]}"
    return dict(pairs)


def check_strict(where, schema, shared):
    """An object names all its members, and says of each what it is: itself, or what it refers to."""
    if isinstance(schema, list):
        for place, member in enumerate(schema):
            check_strict(f"{where}[{place}]", member, shared)
    if not isinstance(schema, dict):
        return
    if "properties" in schema:
        assert schema.get("type") == "object" and schema["additionalProperties"] is False, where
        assert set(schema["required"]) <= set(schema["properties"]), where
        for name, member in schema["properties"].items():
            target = shared.get(member.get("$ref", "").removeprefix("#/$defs/"), {})
            assert "$ref" in member or "description" in member, f"{where}.{name} has no description"
            assert "$ref" not in member or target, f"{where}.{name} refers to nothing"
    for name, member in schema.items():
        if name != "examples":
            check_strict(f"{where}.{name}", member, shared)


def references(value):
    if isinstance(value, dict):
        if "$ref" in value:
            yield value["$ref"].removeprefix("#/$defs/")
        value = list(value.values())
    if isinstance(value, list):
        for member in value:
            yield from references(member)


def main():
    document = json.loads(read("event", "schemas.json"), object_pairs_hook=no_duplicates)
    names = re.findall(r'^EVENT_TYPE\(\w+, "([\w-]+)"', read("store", "event_types.def"), re.MULTILINE)
    shared, types = document["$defs"], document["types"]
    assert list(types) == names, f"not the types of event_types.def, or in another order: {set(types) ^ set(names)}"
    unused = set(shared) - set(references(document))
    assert not unused, f"nothing refers to {unused}"
    check_strict("types", types, shared)
    check_strict("$defs", shared, shared)
    for name, schema in types.items():
        whole = {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "$defs": shared}
        jsonschema.Draft202012Validator.check_schema(whole)
        validator = jsonschema.Draft202012Validator(whole)
        assert schema["examples"], f"{name} has no example"
        for example in schema["examples"]:
            validator.validate(example)
            assert not validator.is_valid({**example, "surprise": 1}), f"{name} takes anything"
            for member in example:
                if member in whole.get("required", ()):
                    assert not validator.is_valid({k: v for k, v in example.items() if k != member}), f"{name}: {member}"
    print(f"{len(types)} types")


if __name__ == "__main__":
    main()

"""GitHub's description of its API (npm package @octokit/openapi), and whether requests and answers are as it says.

npm puts the description into the build folder, once.
"""
import json
import os
import re
import tempfile
import urllib.parse

import jsonschema

import npm_tools


def description():
    """The description, installed if need be."""
    folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "github_openapi")
    with open(os.path.join(folder, "package-lock.json"), encoding="utf-8") as file:
        version = json.load(file)["packages"]["node_modules/@octokit/openapi"]["version"]
    path = os.path.join(os.environ["DRIFTLINE_BUILD_DIR"], f"github-openapi-{version}.json")
    if not os.path.exists(path):
        install(folder, path)
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def install(folder, path):
    """Of the package, which has the descriptions of all versions, only this one stays."""
    npm_tools.need()
    with tempfile.TemporaryDirectory(dir=os.path.dirname(path)) as work:
        npm_tools.fill(folder, work)
        found = os.path.join(work, "node_modules", "@octokit", "openapi", "generated", "api.github.com.json")
        os.rename(found, path)


class Mismatch(Exception):
    """A request or an answer is not as GitHub says."""


def check(holds, message):
    if not holds:
        raise Mismatch(message)


def make_plain(value):
    """JSON Schema has no `nullable`, which OpenAPI 3.0 has: say it as a type."""
    if isinstance(value, list):
        return [make_plain(one) for one in value]
    if not isinstance(value, dict):
        return value
    plain = {name: make_plain(one) for name, one in value.items()}
    if plain.pop("nullable", None) is not True:
        return plain
    if isinstance(plain.get("type"), str) and not {"$ref", "allOf", "anyOf", "oneOf"} & set(plain):
        plain["type"] = [plain["type"], "null"]
        if "enum" in plain:
            plain["enum"] = plain["enum"] + [None]
        return plain
    return {"anyOf": [plain, {"type": "null"}]}


class Api:
    """Whether requests and answers are what the description says."""

    def __init__(self):
        self.document = make_plain(description())
        self.validators = {}
        self.resolver = jsonschema.RefResolver("", self.document)
        self.paths = [(re.compile("^" + re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(path)) + "$"), path)
                      for path in self.document["paths"]]

    def resolve(self, value):
        while "$ref" in value:
            value = self.resolver.resolve(value["$ref"])[1]
        return value

    def validate(self, value, schema):
        jsonschema.Draft202012Validator(schema, resolver=self.resolver).validate(value)

    def operation(self, request):
        """The template of the path, and what the description says of the method there."""
        path = urllib.parse.urlsplit(request["path"]).path
        found = [template for pattern, template in self.paths if pattern.match(path)]
        # A path without parameters goes before one with them.
        found.sort(key=lambda template: template.count("{"))
        check(found, f"there is no path {path}")
        item = self.document["paths"][found[0]]
        check(request["method"].lower() in item, f"{found[0]} has no {request['method']}")
        return found[0], item[request["method"].lower()]

    def check_request(self, request):
        """Path, parameters, headers and body; answers the operation's id."""
        template, operation = self.operation(request)
        parameters = [self.resolve(one) for one in operation.get("parameters", [])]
        self.check_path(request, template, parameters)
        self.check_query(request, parameters)
        if "requestBody" in operation:
            schema = self.resolve(operation["requestBody"])["content"]["application/json"]["schema"]
            check(request["headers"]["Content-Type"] == "application/json", "the body is not said to be JSON")
            self.validate(request["json"], schema)
            self.check_known(request["json"], schema)
        else:
            check(request["json"] is None, "there is a body")
        check(request["headers"]["Accept"] == "application/vnd.github+json", request["headers"]["Accept"])
        check(request["headers"]["X-GitHub-Api-Version"] == "2022-11-28", "no version of the API")
        check(request["headers"]["User-Agent"], "GitHub refuses who does not say his name")
        return operation["operationId"]

    def check_path(self, request, template, parameters):
        values = urllib.parse.urlsplit(request["path"]).path.split("/")
        for part, value in zip(template.split("/"), values):
            for one in parameters:
                if one["in"] == "path" and part == "{" + one["name"] + "}":
                    kind = self.resolve(one["schema"]).get("type")
                    self.validate(int(value) if kind == "integer" else urllib.parse.unquote(value), one["schema"])

    def check_query(self, request, parameters):
        known = {one["name"]: one for one in parameters if one["in"] == "query"}
        for name, value in urllib.parse.parse_qsl(urllib.parse.urlsplit(request["path"]).query):
            check(name in known, f"there is no parameter {name}")
            kind = self.resolve(known[name]["schema"]).get("type")
            jsonschema.Draft202012Validator(known[name]["schema"], resolver=self.resolver,
                                            format_checker=jsonschema.FormatChecker()).validate(
                int(value) if kind == "integer" else value)

    def check_known(self, value, schema):
        """Members that the description does not have would be ignored by GitHub, and are mistakes of ours."""
        schema = self.resolve(schema)
        if isinstance(value, list):
            for one in value:
                self.check_known(one, schema.get("items", {}))
        if isinstance(value, dict) and self.properties(schema):
            known = self.properties(schema)
            check(set(value) <= set(known), f"unknown: {set(value) - set(known)}")
            for name, one in value.items():
                self.check_known(one, known[name])

    def answer_schema(self, request, status):
        """What the description says of an answer; None: it has no body, or one that says what is wrong."""
        responses = self.operation(request)[1]["responses"]
        check(str(status) in responses, f"GitHub never answers {status} there")
        content = self.resolve(responses[str(status)]).get("content", {}).get("application/json")
        return None if content is None or status >= 400 else content["schema"]

    def check_answer(self, request, status, value):
        """The members of an answer of ours have the types that GitHub's have."""
        schema = self.answer_schema(request, status)
        if schema is None:
            return
        schema = self.resolve(schema)
        items = value if isinstance(value, list) else [value]
        schema = self.resolve(schema["items"]) if isinstance(value, list) else schema
        for item in items:
            for name, member in item.items():
                self.validate(member, self.properties(schema)[name])

    def complete_answer(self, request, status, value):
        """The answer with every member that GitHub always gives, and which then is as the description says as a whole."""
        schema = self.answer_schema(request, status)
        if schema is None:
            return value
        value = self.complete(value, schema)
        key = self.operation(request)[1]["operationId"], status
        if key not in self.validators:
            self.validators[key] = jsonschema.Draft202012Validator(schema, resolver=self.resolver)
        self.validators[key].validate(value)
        return value

    def complete(self, value, schema):
        schema = self.one_of(schema, value)
        if isinstance(value, list):
            return [self.complete(one, schema.get("items", {})) for one in value]
        if not isinstance(value, dict):
            return value
        known = self.properties(schema)
        check(set(value) <= set(known) or not known, f"GitHub's answer has no {set(value) - set(known)}")
        done = {name: self.complete(one, known.get(name, {})) for name, one in value.items()}
        for name in self.required(schema):
            if name not in done:
                done[name] = self.example(known[name])
        return done

    def one_of(self, schema, value):
        """Of several schemas the one that such a value can have."""
        schema = self.resolve(schema)
        for one in schema.get("anyOf", []) + schema.get("oneOf", []):
            one = self.resolve(one)
            if isinstance(value, dict) == (self.properties(one) != {} or one.get("type") == "object"):
                return one
        return schema

    def required(self, schema):
        found = list(schema.get("required", []))
        for part in schema.get("allOf", []):
            found += self.required(self.resolve(part))
        return found

    def example(self, schema):
        """The least that a schema allows."""
        schema = self.resolve(schema)
        kinds = schema.get("type", "object")
        kinds = kinds if isinstance(kinds, list) else [kinds]
        choices = [self.resolve(one) for one in schema.get("anyOf", []) + schema.get("oneOf", [])]
        if "null" in kinds or any(one.get("type") == "null" for one in choices):
            return None
        if "enum" in schema:
            return schema["enum"][0]
        if choices:
            return self.example(choices[0])
        if "object" in kinds:
            known = self.properties(schema)
            return {name: self.example(known[name]) for name in self.required(schema)}
        texts = {"date-time": "2026-11-21T10:00:00Z", "uri": "https://github.com/", "email": "x@example.com"}
        return {"array": [], "string": texts.get(schema.get("format"), "x"), "integer": 1, "number": 1,
                "boolean": False}[kinds[0]]

    def properties(self, schema):
        """Of an object, also of one that is described in parts."""
        found = dict(schema.get("properties", {}))
        for part in schema.get("allOf", []) + schema.get("anyOf", []) + schema.get("oneOf", []):
            found.update(self.properties(self.resolve(part)))
        return found

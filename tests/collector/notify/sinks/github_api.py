"""GitHub's description of its API (npm package @octokit/openapi), and a small GitHub that is checked against it.

npm puts the description into the build folder, once. Requests and answers must be as it says.
"""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.parse

import jsonschema

from receivers import HERE, Receiver, check

SKIPPED = 77  # as CMakeLists.txt says


def description():
    """The description, installed if need be."""
    folder = os.path.join(HERE, "openapi")
    with open(os.path.join(folder, "package-lock.json"), encoding="utf-8") as file:
        version = json.load(file)["packages"]["node_modules/@octokit/openapi"]["version"]
    path = os.path.join(os.environ["DRIFTLINE_BUILD_DIR"], f"github-openapi-{version}.json")
    if not os.path.exists(path):
        install(folder, path)
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def skip(why):
    """The test cannot be made here, and says so: ctest counts it as skipped."""
    print(f"skipped: {why}")
    sys.exit(SKIPPED)


def install(folder, path):
    if shutil.which("npm") is None:
        skip("npm is not installed; deploy/install-deps.sh installs it")
    with tempfile.TemporaryDirectory(dir=os.path.dirname(path)) as work:
        for name in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copy(os.path.join(folder, name), work)
        try:
            done = subprocess.run(["npm", "ci", "--loglevel", "error"], cwd=work, capture_output=True, text=True,
                                  timeout=200, check=False)
        except subprocess.TimeoutExpired:
            skip("npm has not installed GitHub's description of its API within 200 s")
        if done.returncode != 0:
            skip(f"npm cannot install GitHub's description of its API: {done.stderr.strip()[:500]}")
        found = os.path.join(work, "node_modules", "@octokit", "openapi", "generated", "api.github.com.json")
        os.rename(found, path)


class Api:
    """Whether requests are what the description says."""

    def __init__(self):
        self.document = description()
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
            known = self.resolve(schema).get("properties", {})
            check(set(request["json"]) <= set(known), f"unknown: {set(request['json']) - set(known)}")
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

    def check_answer(self, request, status, value):
        """The members of an answer of ours have the types that GitHub's have."""
        responses = self.operation(request)[1]["responses"]
        check(str(status) in responses, f"GitHub never answers {status} there")
        content = self.resolve(responses[str(status)]).get("content", {}).get("application/json")
        if content is None or status >= 400:
            return
        schema = self.resolve(content["schema"])
        items = value if isinstance(value, list) else [value]
        schema = self.resolve(schema["items"]) if isinstance(value, list) else schema
        for item in items:
            for name, member in item.items():
                self.validate(member, self.properties(schema)[name])

    def properties(self, schema):
        """Of an object, also of one that is described in parts."""
        found = dict(schema.get("properties", {}))
        for part in schema.get("allOf", []) + schema.get("anyOf", []) + schema.get("oneOf", []):
            found.update(self.properties(self.resolve(part)))
        return found


class GitHub(Receiver):
    """Issues and comments of acme/shop. `refuse` is an answer that the next request gets instead; `is_cut` makes the
    next creation happen without an answer that says so."""

    def __init__(self, api):
        self.api = api
        self.issues = {12: {"number": 12, "body": "somebody's", "state": "open", "title": "Release"}}
        self.comments = {}
        self.calls = []
        self.refuse = None
        self.is_cut = False
        super().__init__(self.answer)

    def answer(self, request):
        self.calls.append(self.api.check_request(request))
        check(request["headers"]["Authorization"] == "Bearer ghp_token", "somebody else")
        if self.refuse is not None:
            refusal, self.refuse = self.refuse, None
            return refusal
        status, value = getattr(self, "do_" + self.calls[-1].replace("/", "_").replace("-", "_"))(request)
        self.api.check_answer(request, status, value)
        if self.is_cut and status == 201:
            self.is_cut = False
            return 502, {}, "<html>bad gateway</html>"
        return status, {}, value

    @staticmethod
    def number(request, index):
        return int(urllib.parse.urlsplit(request["path"]).path.split("/")[index])

    @staticmethod
    def page(request, items):
        query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(request["path"]).query))
        size, page = int(query["per_page"]), int(query["page"])
        return items[(page - 1) * size:page * size]

    def do_issues_create(self, request):
        number = max(self.issues) + 1
        self.issues[number] = {"number": number, "state": "open", "body": request["json"]["body"],
                               "title": request["json"]["title"]}
        return 201, self.issues[number]

    def do_issues_get(self, request):
        number = self.number(request, 5)
        if number not in self.issues:
            return 404, {"message": "Not Found"}
        return 200, self.issues[number]

    def do_issues_update(self, request):
        issue = self.issues[self.number(request, 5)]
        issue.update({name: value for name, value in request["json"].items() if name in issue})
        return 200, issue

    def do_issues_list_for_repo(self, request):
        return 200, self.page(request, [self.issues[number] for number in sorted(self.issues, reverse=True)])

    def do_issues_create_comment(self, request):
        check(self.number(request, 5) in self.issues, "a comment of no issue")
        number = 4711 + len(self.comments)
        self.comments[number] = {"id": number, "body": request["json"]["body"]}
        return 201, self.comments[number]

    def do_issues_get_comment(self, request):
        number = self.number(request, 6)
        return (200, self.comments[number]) if number in self.comments else (404, {"message": "Not Found"})

    def do_issues_update_comment(self, request):
        comment = self.comments[self.number(request, 6)]
        comment["body"] = request["json"]["body"]
        return 200, comment

    def do_issues_list_comments(self, request):
        return 200, self.page(request, list(self.comments.values()))

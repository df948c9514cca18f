#!/usr/bin/python3
"""The real collector over the sample fleet; every answer fits the OpenAPI document that it serves.

Each operation is asked well, and badly in every way that its own description suggests: without a token, with one that may
not, with parameters that are unknown, repeated, out of bounds or missing. What comes back must be a status, a content
type and a body that the document announces for it.
"""
import contextlib
import http.client
import json
import os
import re
import subprocess
import sys
import time
import urllib.parse

import jsonschema

sys.path.insert(0, os.path.join(os.environ["DRIFTLINE_SOURCE_DIR"], "tests", "system"))
from event_check import check_events
from system import Collector, Failure, check, main, system_test, wait_for

MAKE_SAMPLE = os.path.join(os.environ["DRIFTLINE_BUILD_DIR"], "tests", "collector", "feed", "feed_make_sample")
KEY = "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7"
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")

OPTIONS = """
path: [staging, prod]
stale_after: 1h
log: debug
gate: {max_age: 1h, waiver_days: 30}
notify:
  link: https://driftline.example.com
  sinks:
    - {name: true, kind: exec, command: [/bin/true]}
    - {name: false, kind: exec, command: [/bin/false]}
  routes:
    - {name: far, databases: [elsewhere], causes: [hotfix], sinks: [true], group_by: [nothing],
       limit: {messages: 3, per: 1h}, escalate: {after: 1h, to: [false]}, quiet: [{cron: "0 22 * * *", duration: 9h}]}
    - {name: all, types: ["*"], sinks: [true], settle: 1h, settle_most: 1h}
contracts:
  - name: reports
    owner: bi
    consumers: [monthly, yearly]
    database: orders
    requires:
      - table: shop.orders
        columns: [{name: id, type: bigint}]
  - name: totals
    owner: finance
    consumers: [ledger]
    database: orders
    severity: high
    requires:
      - table: shop.orders
        columns: [{name: total, type: integer}]
"""
PAST = "2001-01-01T00:00:00Z"  # before it is asked
TOMORROW = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 86400))
NEXT_YEAR = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 366 * 86400))

# Questions that have an answer: operation, parameters, body.
GOOD = [
    ("getDashboard", {}, None),
    ("getDashboardFile", {"name": "app.js"}, None),
    ("getDashboardPage", {"name": "fleet.js"}, None),
    ("getHealth", {}, None),
    ("getReadiness", {}, None),
    ("getOpenApi", {}, None),
    ("getMetrics", {}, None),
    ("getVersion", {}, None),
    ("getFleet", {}, None),
    ("getFleet", {"database": "orders"}, None),
    ("spreadDatabase", {"database": "orders"}, None),
    ("spreadDatabase", {"database": "billing"}, None),
    ("spreadDatabase", {"database": "silent"}, None),
    ("listDrifts", {}, None),
    ("listDrifts", {"database": "orders", "from": "staging", "to": "prod", "state": "open,ended", "limit": "1",
                    "cause": "baseline,pending,hotfix,diverged", "severity": "medium"}, None),
    ("listDrifts", {"database": "orders", "instance": "us-1", "object": "shop.orders"}, None),
    ("getDrift", {"id": 1}, None),
    ("listWaivers", {}, None),
    ("askGate", {"database": "orders", "from": "staging", "to": "prod"}, None),
    ("askGate", {"database": "orders", "from": "staging", "to": "prod", "allow_outliers": "true", "max_age": "60",
                 "against": "orders@staging~1"}, None),
    ("askGate", {"database": "orders", "to": "prod", "against": "orders@staging"}, None),
    ("askGate", {"database": "nobody", "from": "staging", "to": "prod"}, None),
    ("askGate", {"database": "silent", "from": "staging", "to": "prod"}, None),
    ("verifyTarget", {"target": "orders@prod", "root": "0" * 64}, None),
    ("verifyTarget", {"target": "silent@prod", "root": "0" * 64}, None),
    ("listGateRuns", {}, None),
    ("listSyncs", {}, None),
    ("recordSync", {}, {"kind": "publish", "name": "docs", "database": "orders", "environment": "prod",
                        "state": "opened", "root": "9f" * 32, "url": "https://example.com/1", "detail": "3 files"}),
    ("recordSync", {}, {"kind": "promote", "name": "release-7", "database": "orders", "state": "failed",
                        "manual": True}),
    ("listSyncs", {"database": "orders", "kind": "publish", "name": "docs", "before": "9", "limit": "1"}, None),
    ("listContracts", {}, None),
    ("listContracts", {"database": "orders", "contract": "totals"}, None),
    ("listAudit", {}, None),
    ("listAudit", {"limit": "1", "before": "3"}, None),
    ("listTargets", {}, None),
    ("listTargets", {"database": "silent", "environment": "prod", "instance": "never"}, None),
    ("compareEnvironments", {"database": "orders"}, None),
    ("compareEnvironments", {"database": "orders", "from": "prod", "to": "staging", "format": "json"}, None),
    ("compareEnvironments", {"database": "silent", "from": "prod", "to": "prod"}, None),
    ("compareEnvironments", {"database": "billing", "from": "staging", "to": "staging"}, None),
    ("compareEnvironments", {"database": "orders", "ignore": ["column:*", "comment:*"], "severity": ["view:*=critical"],
                             "aspect": "structure,access", "fold_partitions": "true"}, None),
    ("compareEnvironments", {"database": "orders", "format": "text", "colour": "true", "width": "80"}, None),
    ("compareEnvironments", {"database": "orders", "format": "markdown"}, None),
    ("compareEnvironments", {"database": "orders", "format": "sarif"}, None),
    ("compareEnvironments", {"database": "orders", "format": "junit"}, None),
    ("compareEnvironments", {"database": "orders", "format": "github"}, None),
    ("diffSnapshots", {"from": "orders@prod/eu-1", "to": "orders@prod/us-1"}, None),
    ("diffSnapshots", {"from": "#1", "to": "orders@staging~1"}, None),
    ("diffSnapshots", {"from": "billing@staging~1", "to": "billing@staging"}, None),
    ("listChanges", {"database": "orders"}, None),
    ("listChanges", {"database": "orders", "limit": "1"}, None),
    ("listChanges", {"database": "orders", "object": "shop.orders.total", "environment": "staging",
                     "severity": "low", "since": "2020-01-01", "until": "2100-01-01T00:00:00+02:00"}, None),
    ("listChanges", {"database": "billing"}, None),
    ("listStatements", {"database": "billing"}, None),
    ("listStatements", {"database": "billing", "environment": "staging", "object": "pay.bills", "actor": "carol",
                        "since": "1970-01-01", "until": "2100-01-01T00:00:00+02:00", "before": "1000", "limit": "1"}, None),
    ("listStatements", {"database": "orders"}, None),
    ("listSnapshots", {"database": "orders"}, None),
    ("listSnapshots", {"database": "orders", "limit": "2", "before": "5"}, None),
    ("getSnapshot", {"ref": "orders@staging"}, None),
    ("getSnapshot", {"ref": "billing@staging"}, None),
    ("downloadSnapshot", {"ref": "orders@prod"}, None),
    ("listObjects", {"ref": "orders@prod/us-1"}, None),
    ("listObjects", {"ref": "orders@prod/us-1", "limit": "1"}, None),
    ("listObjects", {"ref": "orders@prod/us-1", "kind": "view"}, None),
    ("drawDiagram", {"ref": "orders@staging"}, None),
    ("drawDiagram", {"ref": "orders@prod/us-1", "table": "shop.orders", "depth": "2"}, None),
    ("getObject", {"ref": "orders@staging", "object": "shop.orders"}, None),
    ("getObject", {"ref": "orders@prod/us-1", "object": "shop.orders", "kind": "statistics"}, None),
    ("getObject", {"ref": "orders@prod/us-1", "object": "shop.colour", "kind": "enum"}, None),
    ("listEvents", {}, None),
    ("listEvents", {"after": "3", "limit": "2"}, None),
    ("listEvents", {"type": ["drift-*", "history-gap"], "severity": "medium", "database": ["orders", "si*"],
                    "environment": ["prod", "?"], "order": "newest", "before": "1000"}, None),
    ("listEventTypes", {}, None),
    ("getEventType", {"name": "drift-waived"}, None),
    ("getOwnToken", {}, None),
    ("showNotify", {}, None),
    ("listDeliveries", {}, None),
    ("listDeliveries", {"state": "dead", "sink": "ops", "incident": "4", "before": "9", "limit": "3"}, None),
    ("listAgents", {}, None),
    ("enrollAgent", {}, {"name": "db-9", "key": KEY, "grants": ["orders@prod", "*@*/eu-1"]}),
    ("enrollAgent", {}, {"name": "db-9", "key": KEY, "grants": ["*@*"]}),
    ("listAgents", {}, None),
    ("revokeAgent", {"name": "db-9"}, None),
    ("revokeAgent", {"name": "db-9"}, None),
    ("createToken", {}, {"name": "ci", "rights": "gate"}),
    ("createToken", {}, {"name": "brief", "rights": "read", "expires_at": "2099-12-31T00:00Z"}),
    ("listTokens", {}, None),
    ("removeToken", {"name": "ci"}, None),
    ("forgetTarget", {"database": "silent", "environment": "prod", "instance": "never"}, None),
    ("listEvents", {"limit": "1000"}, None),
]

# Questions that have none: operation, parameters, body, status.
BAD = [
    ("getDashboardFile", {"name": "nothing.js"}, None, 404),
    ("getDashboardPage", {"name": "../app.js"}, None, 404),
    ("getFleet", {"database": "nobody"}, None, 404),
    ("spreadDatabase", {"database": "nobody"}, None, 404),
    ("listContracts", {"contract": "nobody"}, None, 404),
    ("listContracts", {"database": "nobody"}, None, 404),
    ("listDrifts", {"database": "nobody"}, None, 404),
    ("listDrifts", {"database": "orders", "to": "moon"}, None, 404),
    ("listWaivers", {"database": "nobody"}, None, 404),
    ("listGateRuns", {"database": "nobody"}, None, 404),
    ("listSyncs", {"database": "nobody"}, None, 404),
    ("recordSync", {}, {"kind": "publish", "name": "docs", "database": "nobody", "state": "opened"}, 404),
    ("recordSync", {}, {"kind": "publish", "name": "docs", "database": "orders", "environment": "moon",
                        "state": "opened"}, 404),
    ("recordSync", {}, {"kind": "publish", "name": "docs", "database": "orders", "state": "done"}, 400),
    ("recordSync", {}, {"kind": "publish", "database": "orders", "state": "opened"}, 400),
    ("recordSync", {}, {"kind": "a b", "name": "docs", "database": "orders", "state": "opened"}, 400),
    ("recordSync", {}, {"kind": "publish", "name": "docs", "database": "orders", "state": "opened", "root": "1"}, 400),
    ("recordSync", {}, {"kind": "publish", "name": "docs", "database": "orders", "state": "opened",
                        "url": "javascript:alert(1)"}, 400),
    ("listTargets", {"database": "nobody"}, None, 404),
    ("listSnapshots", {"database": "nobody"}, None, 404),
    ("listStatements", {"database": "nobody"}, None, 404),
    ("askGate", {"database": "orders", "to": "prod"}, None, 400),
    ("askGate", {"database": "orders", "from": "prod", "to": "staging"}, None, 400),
    ("askGate", {"database": "orders", "from": "staging", "to": "prod", "against": "nobody@prod"}, None, 404),
    ("askGate", {"database": "orders", "from": "staging", "to": "prod", "against": "nonsense"}, None, 400),
    ("runGate", {"database": "orders", "from": "staging", "to": "prod", "reference": "a.snap"}, None, 400),
    ("runGate", {"database": "orders", "from": "staging", "to": "prod"}, b"no snapshot", 400),
    ("verifyTarget", {"target": "orders@prod~1", "root": "0" * 64}, None, 400),
    ("verifyTarget", {"target": "orders@moon", "root": "0" * 64}, None, 404),
    ("verifyTarget", {"target": "orders@prod/xx", "root": "0" * 64}, None, 404),
    ("verifyTarget", {"target": "orders", "root": "0" * 64}, None, 400),
    ("giveWaivers", {}, {}, 400),
    ("giveWaivers", {}, {"waivers": []}, 400),
    ("giveWaivers", {}, {"waivers": [{"drifts": [1], "reason": "x"}]}, 400),
    ("giveWaivers", {}, {"waivers": [{"drifts": [], "reason": "x", "expires": TOMORROW}]}, 400),
    ("giveWaivers", {}, {"waivers": [{"drifts": ["1"], "reason": "x", "expires": TOMORROW}]}, 400),
    ("giveWaivers", {}, {"waivers": [{"drifts": [1], "reason": "x", "expires": "soon"}]}, 400),
    ("giveWaivers", {}, {"waivers": [{"drifts": [1], "reason": "", "expires": TOMORROW}]}, 400),
    ("giveWaivers", {}, {"waivers": [{"drifts": [1], "reason": "x", "expires": PAST}]}, 400),
    ("giveWaivers", {}, {"waivers": [{"drifts": [1], "reason": "x", "expires": NEXT_YEAR}]}, 400),
    ("giveWaivers", {}, {"waivers": [{"drifts": [999999], "reason": "x", "expires": TOMORROW}]}, 404),
    ("giveWaivers", {}, {"waivers": [{"drifts": [1], "pattern": "*:*", "reason": "x", "expires": TOMORROW}]}, 400),
    ("giveWaivers", {}, {"waivers": [{"database": "orders", "reason": "x", "expires": TOMORROW}]}, 400),
    ("giveWaivers", {}, {"waivers": [{"database": "-", "pattern": "*:*", "reason": "x", "expires": TOMORROW}]}, 400),
    ("giveWaivers", {}, {"waivers": [{"database": "orders", "pattern": "odd", "reason": "x", "expires": TOMORROW}]}, 400),
    ("giveWaivers", {}, {"waivers": [{"database": "orders", "pattern": "view:no.*", "reason": "x",
                                      "expires": TOMORROW}]}, 400),
    ("acknowledgeDrift", {"id": 1}, {"note": 1}, 400),
    ("acknowledgeDrift", {"id": 1}, {"remark": "x"}, 400),
    ("acknowledgeDrift", {"id": 1}, [], 400),
    ("compareEnvironments", {"database": "nobody"}, None, 404),
    ("compareEnvironments", {"database": "orders", "from": "prod"}, None, 400),
    ("compareEnvironments", {"database": "orders", "from": "prod", "to": "moon"}, None, 404),
    ("compareEnvironments", {"database": "billing"}, None, 404),
    ("compareEnvironments", {"database": "orders", "ignore": "nonsense"}, None, 400),
    ("compareEnvironments", {"database": "orders", "severity": "view:*=terrible"}, None, 400),
    ("diffSnapshots", {"from": "orders", "to": "orders@prod"}, None, 400),
    ("diffSnapshots", {"from": "orders@prod~9", "to": "orders@prod"}, None, 404),
    ("diffSnapshots", {"from": "#999", "to": "orders@prod"}, None, 404),
    ("listChanges", {"database": "nobody"}, None, 404),
    ("getSnapshot", {"ref": "nobody@prod"}, None, 404),
    ("getSnapshot", {"ref": "orders@prod~1990-01-01"}, None, 404),
    ("downloadSnapshot", {"ref": "orders@prod~99"}, None, 404),
    ("listObjects", {"ref": "orders@prod", "after": "nonsense"}, None, 400),
    ("drawDiagram", {"ref": "orders@prod", "table": "nothing"}, None, 404),
    ("getObject", {"ref": "orders@prod", "object": "nothing"}, None, 404),
    ("listEvents", {"type": ["drift-open"]}, None, 400),
    ("listEvents", {"order": "newest", "after": "1"}, None, 400),
    ("listEvents", {"before": "1"}, None, 400),
    ("listEvents", {"database": [","]}, None, 400),
    ("getEventType", {"name": "drift-open"}, None, 404),
    ("getObject", {"ref": "orders@prod/us-1", "object": "shop.orders"}, None, 409),
    ("testSink", {"name": "nobody"}, None, 404),
    ("enrollAgent", {}, {"name": "db-1", "key": KEY, "grants": ["*@*"]}, 409),
    ("enrollAgent", {}, {"name": "db-7", "key": "short", "grants": ["*@*"]}, 400),
    ("enrollAgent", {}, {"name": "db-7", "key": KEY, "grants": []}, 400),
    ("enrollAgent", {}, {"name": "db-7", "key": KEY, "grants": ["orders"]}, 400),
    ("enrollAgent", {}, {"name": "-x", "key": KEY, "grants": ["*@*"]}, 400),
    ("enrollAgent", {}, {"name": "db-7", "key": KEY}, 400),
    ("enrollAgent", {}, {"name": "db-7", "key": KEY, "grants": ["*@*"], "more": 1}, 400),
    ("enrollAgent", {}, ["db-7"], 400),
    ("revokeAgent", {"name": "nobody"}, None, 404),
    ("createToken", {}, {"name": "admin", "rights": "read"}, 409),
    ("createToken", {}, {"name": "x", "rights": "all"}, 400),
    ("createToken", {}, {"name": "x", "rights": "read", "expires_at": "2001-01-01"}, 400),
    ("removeToken", {"name": "nobody"}, None, 404),
    ("forgetTarget", {"database": "orders", "environment": "prod"}, None, 404),
]


class Api:
    """The document, and a client that believes no more than it says."""

    def __init__(self, port, tokens):
        self.port = port
        self.tokens = tokens
        status, _, body = self.exchange("GET", "/openapi.json", None, None)
        check(status == 200, f"no document: {status}")
        self.document = json.loads(body)
        self.resolver = jsonschema.RefResolver("", self.document)
        self.operations = {}
        self.answered = set()
        self.count = 0
        for path, item in self.document["paths"].items():
            for method, operation in item.items():
                self.operations[operation["operationId"]] = (method, path, operation)

    def exchange(self, method, target, token, body):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            headers = {} if token is None else {"Authorization": f"Bearer {token}"}
            if isinstance(body, bytes):
                headers["Content-Type"] = "application/octet-stream"
            elif body is not None:
                body = json.dumps(body)
            connection.request(method, target, body=body, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()

    def follow(self, value):
        while "$ref" in value and len(value) == 1:
            value = self.resolver.resolve(value["$ref"])[1]
        return value

    def ask(self, name, parameters=(), body=None, token="admin", wanted=200, query=None):
        """Ask an operation; the answer must be what the document says of this status."""
        method, path, operation = self.operations[name]
        parameters = dict(parameters)
        if "{name}" in path:
            path = path.replace("{name}", urllib.parse.quote(parameters.pop("name", "x"), safe=""))
        path = path.replace("{id}", str(parameters.pop("id", 1))) if "{id}" in path else path
        if query is None:
            query = urllib.parse.urlencode(parameters, doseq=True)
        target = path + ("?" + query if query else "")
        secret = self.tokens.get(token)
        status, headers, content = self.exchange(method.upper(), target, secret, body)
        where = f"{method.upper()} {target} with {token}: {status}"
        check(status == wanted, f"{where}, not {wanted}: {content[:500]}")
        self.check_answer(where, operation, status, headers, content)
        if status < 300:
            self.answered.add(name)
        self.count += 1
        return content

    def check_answer(self, where, operation, status, headers, content):
        response = self.follow(operation["responses"].get(str(status), operation["responses"]["default"]))
        kind = headers["Content-Type"].split(";")[0]
        check(kind in response["content"], f"{where}: '{kind}' is not announced")
        is_dashboard = operation["tags"] == ["dashboard"] and status < 300
        check(headers["X-Content-Type-Options"] == "nosniff", where)
        check(headers["Cache-Control"] == ("no-cache" if is_dashboard else "no-store"), where)
        for header in headers:
            check(not header.startswith("Driftline-") or header in response.get("headers", {}), f"{where}: {header}")
        if kind != "application/json":
            check(content, f"{where}: empty")
            return
        schema = response["content"][kind]["schema"]
        validator = jsonschema.Draft202012Validator(schema, resolver=self.resolver)
        error = jsonschema.exceptions.best_match(validator.iter_errors(json.loads(content)))
        check(error is None, f"{where}: {error and list(error.absolute_path)}: {error and error.message}")


# ---- the document itself


def references(value):
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for member in value.values():
            yield from references(member)
    elif isinstance(value, list):
        for member in value:
            yield from references(member)


def check_operation(path, method, operation):
    where = f"{method} {path}"
    check(set(operation) <= {"operationId", "summary", "tags", "security", "x-rights", "parameters", "requestBody",
                             "responses"}, where)
    check(operation["summary"] and operation["tags"], where)
    names = [(parameter["name"], parameter["in"]) for parameter in operation["parameters"]]
    check(len(set(names)) == len(names), f"{where}: a parameter twice")
    check({f"{{{name}}}" for name, place in names if place == "path"} == set(re.findall(r"{\w+}", path)), where)
    for parameter in operation["parameters"]:
        check(parameter["in"] != "path" or parameter["required"] is True, where)
        jsonschema.Draft202012Validator.check_schema(parameter["schema"])
        check("default" not in parameter["schema"] or not parameter["required"], where)
        if "default" in parameter["schema"] and "$ref" not in parameter["schema"]:
            jsonschema.validate(parameter["schema"]["default"], parameter["schema"])
    check(bool(operation["security"]) == ("x-rights" in operation), where)
    for status, response in operation["responses"].items():
        check(status == "default" or (status.isdigit() and 100 <= int(status) < 600), f"{where}: {status}")
        check("$ref" in response or (response["description"] and response["content"]), where)
    check("default" in operation["responses"], where)


def test_document():
    """It is an OpenAPI 3.1 document: complete, without dangling references, and every schema is one."""
    with sample() as (api, _):
        document = api.document
        check(set(document) == {"openapi", "info", "servers", "paths", "components"}, list(document))
        check(document["openapi"].startswith("3.1.") and document["info"]["title"] and document["info"]["version"],
              "the head of the document")
        names = []
        for path, item in document["paths"].items():
            check(path.startswith("/") and set(item) <= set(METHODS), path)
            for method, operation in item.items():
                check_operation(path, method, operation)
                names.append(operation["operationId"])
        check(len(set(names)) == len(names), "an operationId twice")
        for schema in document["components"]["schemas"].values():
            jsonschema.Draft202012Validator.check_schema(schema)
        used = set(references(document))
        for reference in used:
            api.resolver.resolve(reference)
        for name in document["components"]["schemas"]:
            check(f"#/components/schemas/{name}" in used, f"the schema '{name}' is used by nobody")
        print(f"   {len(names)} operations, {len(document['components']['schemas'])} schemas")


# ---- answers


@contextlib.contextmanager
def sample():
    """The collector over a fleet of its own, and what asks it."""
    with system_test() as (folder, things):
        data = os.path.join(folder, "data")
        made = subprocess.run([MAKE_SAMPLE, data], stdout=subprocess.PIPE, text=True, check=True).stdout
        collector = Collector(folder, data=data, options=OPTIONS)
        things.append(collector)
        collector.start()
        api = Api(collector.http_port, dict(line.split() for line in made.splitlines()))
        wait_for("drifts", lambda: json.loads(api.ask("listDrifts", {"database": "orders", "to": "prod"}))["drifts"])
        yield api, collector
        collector.stop()


def bad_values(parameter):
    """Values that the schema of a parameter does not have."""
    schema = parameter["schema"]
    if schema.get("type") == "array":
        schema = schema["items"]
    if "enum" in schema:
        return ["nonsense", ""]
    if schema.get("type") == "integer":
        return ["", "x", "-1", "1.5", str(schema["minimum"] - 1), "9" * 30]
    if schema.get("type") == "boolean":
        return ["", "yes", "1"]
    if "$ref" in schema:
        return ["", "-x", "a b", "x" * 129, "%00", "%ff"]
    return [""]


def required_of(operation):
    """Any value for what must be there in the query."""
    return {parameter["name"]: "x" for parameter in operation["parameters"]
            if parameter["required"] and parameter["in"] == "query"}


def ask_badly(api, name):
    method, _, operation = api.operations[name]
    right = operation.get("x-rights")
    below = {"gate": "read", "operate": "gate", "admin": "operate"}.get(right)
    needed = required_of(operation)
    named = {"name": "x"} if "{name}" in api.operations[name][1] else {}
    base = urllib.parse.urlencode(needed)
    join = base + "&" if base else ""
    body = {} if "application/json" in operation.get("requestBody", {}).get("content", {}) else None
    if right:
        for token in (None, "expired"):
            api.ask(name, named, body, token, 401, base)
    if below:
        api.ask(name, named, body, below, 403, base)
    api.ask(name, named, body, "admin", 400, join + "unheard_of=1")
    if "{id}" in api.operations[name][1]:
        for number in ("x", "0", "-1", "1.5", "9" * 30):
            api.ask(name, {"id": number}, body, "admin", 400)
        api.ask(name, {"id": 999999}, body, "admin", 404)
    for parameter in operation["parameters"]:
        key = parameter["name"]
        if parameter["in"] != "query":
            continue
        others = urllib.parse.urlencode({k: v for k, v in needed.items() if k != key})
        if parameter["required"]:
            api.ask(name, named, body, "admin", 400, others)
        if parameter["schema"].get("type") != "array" or not parameter.get("explode"):
            api.ask(name, named, body, "admin", 400, "&".join(filter(None, [others, f"{key}=x&{key}=x"])))
        for value in bad_values(parameter):
            quoted = value if value.startswith("%") else urllib.parse.quote(value)
            api.ask(name, named, body, "admin", 400, "&".join(filter(None, [others, f"{key}={quoted}"])))


def drifts_of(api, **parameters):
    return json.loads(api.ask("listDrifts", {"database": "orders", "from": "staging", "to": "prod", **parameters}))["drifts"]


def waivers(*wishes):
    return {"waivers": [{"expires": TOMORROW, "reason": "until the release", **wish} for wish in wishes]}


def item_of(content):
    return json.loads(content)["error"].get("item")


def settle(api):
    """What people do with drifts, and that it is told again."""
    first, second, *_ = drifts_of(api)
    drift = json.loads(api.ask("acknowledgeDrift", {"id": first["id"]}, {"note": "we know"}, token="operate"))
    check(drift["state"] == "acknowledged" and drift["acknowledged"]["by"] == "operator", drift)
    check(drift["steps"][-1]["what"] == "acknowledged" and drift["steps"][-1]["note"] == "we know", drift["steps"])
    api.ask("acknowledgeDrift", {"id": first["id"]}, {}, wanted=409)
    drift = json.loads(api.ask("reopenDrift", {"id": first["id"]}, {}, token="operate"))
    check(drift["state"] == "open" and drift["acknowledged"] is None and drift["reopened"] == 1, drift)
    api.ask("reopenDrift", {"id": first["id"]}, {}, wanted=409)

    given = json.loads(api.ask("giveWaivers", {}, waivers({"drifts": [first["id"]], "author": "eve"}), wanted=201))
    waiver = given["waivers"][0]
    check(waiver["author"] == "eve" and waiver["created_by"] == "admin" and waiver["drifts"] == 1, waiver)
    drift = json.loads(api.ask("getDrift", {"id": first["id"]}))
    check(drift["state"] == "waived" and drift["waiver"]["id"] == waiver["id"], drift)
    check([d["id"] for d in drifts_of(api, waiver=waiver["id"])] == [first["id"]], "what the waiver covers")

    # all or nothing: the second is about what is waived already
    content = api.ask("giveWaivers", {}, waivers({"drifts": [second["id"]]}, {"drifts": [first["id"]]}), wanted=409)
    check(item_of(content) == 1 and str(waiver["id"]) in json.loads(content)["error"]["message"], content)
    check(json.loads(api.ask("getDrift", {"id": second["id"]}))["state"] == "open", "half of two waivers")
    content = api.ask("giveWaivers", {}, waivers({"drifts": [second["id"]]}, {"drifts": [0]}), wanted=400)
    check(item_of(content) == 1 and "waivers[1].drifts[0]" in json.loads(content)["error"]["message"], content)
    content = api.ask("giveWaivers", {}, waivers({"drifts": [second["id"]]}, {"pattern": "*:*"}), wanted=400)
    check(item_of(content) == 1, content)
    content = api.ask("giveWaivers", {}, {"waivers": [], "more": 1}, wanted=400)
    check(item_of(content) is None, content)

    ended = json.loads(api.ask("endWaiver", {"id": waiver["id"], "note": "no longer"}, token="operate"))
    check(ended["ended_by"] == "operator" and ended["drifts"] == 0, ended)
    api.ask("endWaiver", {"id": waiver["id"]}, wanted=409)
    check(not json.loads(api.ask("listWaivers", {"database": "orders"}))["waivers"], "an ended waiver is listed")
    check(len(json.loads(api.ask("listWaivers", {"ended": "true"}))["waivers"]) == 1, "the ended waiver")
    actions = [entry["action"] for entry in json.loads(api.ask("listAudit", {"limit": 1000}))["entries"]]
    check({"drift-acknowledged", "drift-waived", "drift-reopened", "waiver-ended", "agent-enrolled"} <= set(actions),
          actions)


def promote(api):
    """The gate, what is kept of it, and what is verified afterwards."""
    way = {"database": "orders", "from": "staging", "to": "prod", "allow_outliers": "true"}
    blocked = json.loads(api.ask("runGate", {**way, "pin": "true"}, token="gate"))
    check(blocked["verdict"] == "BLOCKED" and blocked["run"] and not blocked["pinned"], blocked["verdict"])
    check({reason["code"] for reason in blocked["reasons"]} >= {"severity", "contract-would-break"},
          [reason["code"] for reason in blocked["reasons"]])
    check(blocked["plan"] and blocked["contracts"] == 2, "the plan")
    kept = json.loads(api.ask("getGateRun", {"id": blocked["run"]}))
    check(kept == blocked, "what is kept is not what was answered")

    # of one root, so that nothing stands in the way
    root = json.loads(api.ask("getSnapshot", {"ref": "orders@prod"}))["root"]
    content = api.ask("downloadSnapshot", {"ref": "orders@prod"})
    sent = json.loads(api.ask("runGate", {"database": "orders", "to": "prod", "reference": "prod.snap", "pin": "true",
                                          "allow_outliers": "true"}, content, token="gate"))
    check(sent["verdict"] == "PASS" and sent["pinned"] and sent["from"] is None, sent)
    check(sent["reference"] == {"name": "prod.snap", "root": root} and not sent["plan"], sent["reference"])
    api.ask("runGate", {**way, "against": "orders@staging"}, content, wanted=400)
    against = json.loads(api.ask("runGate", {**way, "against": "orders@prod"}, token="gate"))
    check("reference" in {reason["code"] for reason in against["reasons"]}, "another reference")

    runs = json.loads(api.ask("listGateRuns", {"database": "orders", "limit": 2}))
    check([run["id"] for run in runs["runs"]] == [against["run"], sent["run"]] and runs["next"] == sent["run"], runs)
    check([run["id"] for run in json.loads(api.ask("listGateRuns", {"pinned": "true"}))["runs"]] == [sent["run"]], "pins")

    found = json.loads(api.ask("verifyTarget", {"target": "orders@prod", "root": root}))
    check(found["verdict"] == "DRIFTED" and found["changes_of"] == "us-1" and found["changes"], found)
    check(found["pinned"]["run"] == sent["run"] and found["pinned"]["by"] == "gate", found["pinned"])
    found = json.loads(api.ask("verifyTarget", {"target": "orders@prod/eu-1", "root": root}))
    check(found["verdict"] == "IN_SYNC" and not found["changes"] and found["changes_of"] is None, found)
    found = json.loads(api.ask("verifyTarget", {"target": "orders@prod/eu-1", "root": "0" * 64}))
    check(found["verdict"] == "UNKNOWN" and found["pinned"] is None and found["unknown_reason"], found)

    run = {"kind": "promote", "name": "release-7", "database": "orders", "state": "succeeded", "root": root}
    api.ask("recordSync", {}, run, token="read", wanted=403)
    recorded = json.loads(api.ask("recordSync", {}, run, token="gate", wanted=201))
    check(recorded["by"] == "gate" and recorded["lead_seconds"] is not None, recorded)
    check(json.loads(api.ask("listSyncs", {"name": "release-7", "limit": 1}))["syncs"] == [recorded], "the sync")

    contracts = {c["name"]: c for c in json.loads(api.ask("listContracts"))["contracts"]}
    check(contracts["reports"]["state"] == "holds" and contracts["totals"]["state"] == "violated", contracts)
    check("totals" in json.dumps(blocked["plan"]), "the plan does not name the contract")
    actions = [entry for entry in json.loads(api.ask("listAudit"))["entries"] if entry["action"] == "gate-pinned"]
    check(len(actions) == 1 and actions[0]["data"]["root"] == root and actions[0]["by"] == "gate", actions)


def delivered(api, number, state="sent"):
    """A message, once it is in that state."""
    def look():
        delivery = json.loads(api.ask("getDelivery", {"id": number}))
        return delivery if delivery["state"] == state and delivery["attempts"] > 0 else None
    return wait_for(f"delivery {number} is {state}", look)


def notify(api):
    """Who is told, and messages that are tried, looked at and sent again."""
    told = json.loads(api.ask("showNotify"))
    check([(sink["name"], sink["kind"], sink["address"]) for sink in told["sinks"]]
          == [("true", "exec", "/bin/true"), ("false", "exec", "/bin/false")], told["sinks"])
    route = told["routes"][0]
    check(route["causes"] == ["hotfix"] and route["group_by"] == [] and route["limit"]["messages"] == 3
          and route["escalate"]["to"] == ["false"] and route["quiet"] == 1 and route["resolve"], route)
    check("drift-opened" in route["types"] and "notify-test" not in route["types"], route["types"])
    check(told["routes"][1]["types"] == ["*"], told["routes"][1]["types"])
    check(told["held"] and {(held["sink"], held["route"], held["why"]) for held in told["held"]} == {("true", "all", "settling")},
          told["held"])
    check([sink["held"] for sink in told["sinks"]] == [sum(held["events"] for held in told["held"]), 0], told["sinks"])

    sent = json.loads(api.ask("testSink", {"name": "true"}, token="operate", wanted=202))["delivery"]
    waiting = json.loads(api.ask("testSink", {"name": "false"}, wanted=202))["delivery"]
    delivery = delivered(api, sent)
    check(delivery["kind"] == "test" and delivery["message"]["id"].endswith(f"-{sent}"), delivery)
    check(delivered(api, waiting, "waiting")["problem"], "it failed without a problem")
    listed = json.loads(api.ask("listDeliveries", {"limit": "1"}))
    check([entry["id"] for entry in listed["deliveries"]] == [waiting] and listed["next"] == waiting, listed)
    listed = json.loads(api.ask("listDeliveries", {"state": "sent", "sink": "true"}))
    check([entry["id"] for entry in listed["deliveries"]] == [sent] and listed["next"] is None, listed)

    again = json.loads(api.ask("replayDelivery", {"id": sent}, token="operate"))
    check(again["state"] == "waiting" and again["attempts"] == 0 and again["message"] == delivery["message"], again)
    delivered(api, sent)
    api.ask("replayDelivery", {"id": waiting}, wanted=409)
    failing = {sink["name"]: sink for sink in json.loads(api.ask("showNotify"))["sinks"]}
    check(failing["true"]["sent"] == 1 and failing["true"]["problem"] is None, failing)
    check(failing["false"]["waiting"] == 1 and failing["false"]["problem"], failing)
    done = {(entry["action"], entry["by"], entry["subject"]) for entry in
            json.loads(api.ask("listAudit", {"limit": 1000}))["entries"]}
    check({("notify-test", "operator", "true"), ("notify-test", "admin", "false"),
           ("delivery-replayed", "operator", f"true {sent}")} <= done, done)


def test_answers():
    """Good and bad questions to every operation."""
    with sample() as (api, collector):
        for name in api.operations:
            ask_badly(api, name)
        for name, parameters, body, status in BAD:
            api.ask(name, parameters, body, wanted=status)
        for name, parameters, body in GOOD:
            api.ask(name, parameters, body, wanted=201 if body is not None else 200)
        settle(api)
        promote(api)
        notify(api)
        with open(os.path.join(collector.data, "admin.token"), "w", encoding="ascii") as file:
            file.write(api.tokens["admin"])
        counts = check_events(collector)
        check(counts["gate-evaluated"] and counts["gate-pinned"] and counts["agent-revoked"], counts)
        left = set(api.operations) - api.answered
        check(not left, f"nobody asked {left}")
        check(not collector.logged("event=http-failed"), collector.log_tail())
        print(f"   {api.count} answers")


def test_wrong_answers_are_noticed():
    """The document would not let just anything through."""
    with sample() as (api, _):
        fleet = json.loads(api.ask("getFleet"))
        schema = {"$ref": "#/components/schemas/Fleet"}
        validator = jsonschema.Draft202012Validator(schema, resolver=api.resolver)
        check(validator.is_valid(fleet), "the answer itself")
        for spoil in (lambda f: f.update(extra=1), lambda f: f.pop("at"), lambda f: f.update(at="yesterday"),
                      lambda f: f["summary"].update(drifted=-1),
                      lambda f: f["databases"][0].update(verdict="in_sync"),
                      lambda f: f["databases"][0]["environments"][0].update(majority="x"),
                      lambda f: f["databases"][0]["environments"][0]["targets"][0].update(state="bored")):
            spoiled = json.loads(json.dumps(fleet))
            spoil(spoiled)
            check(not validator.is_valid(spoiled), "a wrong answer fits")
        report = json.loads(api.ask("compareEnvironments", {"database": "orders"}))
        validator = jsonschema.Draft202012Validator({"$ref": "#/components/schemas/Report"}, resolver=api.resolver)
        check(validator.is_valid(report), "the report itself")
        report["changes"][0]["attributes"][0]["from"] = 1
        check(not validator.is_valid(report), "a wrong report fits")


def test_other_methods():
    """What a path does not take is 405, and Allow says what it does."""
    with sample() as (api, _):
        for path, item in api.document["paths"].items():
            for method in METHODS:
                if method in item or (method == "head" and "get" in item):
                    continue
                status, headers, content = api.exchange(method.upper(), path.replace("{name}", "x"),
                                                        api.tokens["admin"], None)
                check(status == 405, f"{method} {path}: {status}")
                check({word.lower() for word in headers["Allow"].split(", ")} - {"head"} == set(item),
                      f"{method} {path}: {headers['Allow']}")
                if method != "head":
                    check(json.loads(content)["error"]["code"] == "unsupported", content)


if __name__ == "__main__":
    try:
        main(test_document, test_wrong_answers_are_noticed, test_answers, test_other_methods)
    except Failure as failure:
        raise SystemExit(str(failure)) from failure

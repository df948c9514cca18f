#!/usr/bin/python3
"""`driftline mcp` as the official client of the Model Context Protocol sees it: every tool asked well and badly, over the
sample fleet of the API's tests; and as something that speaks no such protocol sees it."""
import contextlib
import json
import os
import subprocess
import sys

SOURCE = os.environ["DRIFTLINE_SOURCE_DIR"]
for folder in ("system", "support", os.path.join("collector", "feed")):
    sys.path.insert(0, os.path.join(SOURCE, "tests", folder))
import npm_tools
from api_test import sample
from system import DRIFTLINE, Failure, check, main

HERE = os.path.dirname(os.path.abspath(__file__))
READING = {"list_databases", "compare", "diff", "history", "statements", "show_object", "search_objects", "list_drifts",
           "gate", "contracts", "lint"}
WRITING = {"acknowledge_drift", "waive_drift", "run_gate"}
ORDERS = {"database": "orders"}


def ask(questions, *arguments, environment=None):
    """The client's answers to questions, which are pairs of a tool and its arguments."""
    tools = npm_tools.install(__file__)
    wishes = {"command": DRIFTLINE, "arguments": ["mcp", *arguments], "environment": environment or {},
              "questions": [{"name": name, "arguments": given} for name, given in questions]}
    ended = subprocess.run(["node", os.path.join(HERE, "ask.mjs")], input=json.dumps(wishes), stdout=subprocess.PIPE,
                           text=True, timeout=100, check=False, env=dict(os.environ, DRIFTLINE_NPM_TOOLS=tools))
    check(ended.returncode == 0, f"the client ended with {ended.returncode}")
    return json.loads(ended.stdout)


def said(answer):
    """What a tool answered, once as text and once as JSON: both are the same."""
    result = answer["result"]
    check(not result.get("isError"), result)
    check(json.loads(result["content"][0]["text"]) == result["structuredContent"], "text and structure differ")
    return result["structuredContent"]


def refused(answer):
    check(answer["result"]["isError"], answer)
    return answer["result"]["content"][0]["text"]


def settings_of(api, collector, token="read"):
    return {"DRIFTLINE_COLLECTOR": f"http://127.0.0.1:{collector.http_port}", "DRIFTLINE_TOKEN": api.tokens[token]}


def test_reading():
    """Every tool that reads, with the answers that the API gives."""
    questions = [
        ("list_databases", {}),
        ("compare", {**ORDERS, "from": "staging", "to": "prod"}),
        ("diff", {"from": "orders@prod/us-1", "to": "orders@staging"}),
        ("history", {**ORDERS, "limit": 2}),
        ("statements", {"database": "billing", "limit": 1}),
        ("show_object", {"ref": "orders@staging", "object": "shop.orders"}),
        ("search_objects", {"ref": "orders@staging", "text": "total"}),
        ("search_objects", {"ref": "orders@staging", "text": "shop.*", "kind": "table", "limit": 1}),
        ("list_drifts", {**ORDERS, "to": "prod"}),
        ("gate", {**ORDERS, "from": "staging", "to": "prod"}),
        ("contracts", ORDERS),
        ("lint", {"sql": "ALTER TABLE shop.orders DROP COLUMN total;", "against": "orders@staging"}),
        ("lint", {"sql": "SELEC 1"}),
    ]
    with sample() as (api, collector):
        told = ask(questions, environment=settings_of(api, collector))
        check(told["server"]["name"] == "driftline" and "UNKNOWN" in told["instructions"], told["server"])
        check({tool["name"] for tool in told["tools"]} == READING, [tool["name"] for tool in told["tools"]])
        check(all(tool["annotations"]["readOnlyHint"] and tool["inputSchema"]["additionalProperties"] is False
                  for tool in told["tools"]), "a tool says that it writes")
        (fleet, compared, differ, history, statements, shown, found, tables, drifts, gate, contracts, lint,
         syntax) = [said(answer) for answer in told["answers"]]
        check({"orders", "billing"} <= {database["database"] for database in fleet["databases"]}, fleet)
        check(compared == json.loads(api.ask("compareEnvironments", {**ORDERS, "from": "staging", "to": "prod"},
                                             token="read")), "another comparison")
        check(differ["verdict"] == "DRIFTED" and differ["changes"], differ)
        check(len(history["changes"]) == 2 and history["next"], history)
        check(len(statements["statements"]) == 1, statements)
        check(shown["found"][0]["object"] == "shop.orders" and shown["root"], shown)
        check({"kind": "column", "object": "shop.orders.total"} in found["found"], found)
        check(len(tables["found"]) == 1 and tables["found"][0]["kind"] == "table", tables)
        check(drifts["drifts"] and gate["verdict"] == "BLOCKED" and gate["reasons"], gate)
        check(not json.loads(api.ask("listGateRuns"))["runs"], "the gate was asked for the record")
        check({contract["name"] for contract in contracts["contracts"]} == {"reports", "totals"}, contracts)
        check("drop" in json.dumps(lint).lower() and syntax != lint, lint)


def test_mistakes():
    """What a model does wrong is told to the model; what it may not do is not done."""
    questions = [
        ("compare", {}),
        ("compare", {"database": "nobody"}),
        ("compare", {**ORDERS, "environment": "prod"}),
        ("history", {**ORDERS, "limit": -1}),
        ("history", {"database": 7}),
        ("diff", {"from": "orders@staging", "to": "sqlite:/etc/passwd"}),
        ("diff", {"from": "/etc/passwd", "to": "orders@staging"}),
        ("show_object", {"ref": "orders@staging", "object": "shop.nothing"}),
        ("search_objects", {"ref": "orders@staging", "text": "a", "kind": "thing"}),
        ("compare", {"database": "orders\u0000x"}),
    ]
    wanted = ["needs the argument 'database'", "nobody", "no argument 'environment'", "a whole number", "must be a text",
              "may not be read here", "may not be read here", "no object 'shop.nothing'", "no kind 'thing'",
              "must be a text"]
    with sample() as (api, collector):
        told = ask(questions + [("drop_everything", {}), ("acknowledge_drift", {"drift": 1})],
                   environment=settings_of(api, collector, "admin"))
        for answer, words in zip(told["answers"], wanted):
            check(words in refused(answer), f"{words}: {answer}")
        unknown, writing = told["answers"][len(wanted):]
        for answer, words in ((unknown, "there is no tool"), (writing, "--allow-write")):
            text = answer["error"]["message"] if "error" in answer else refused(answer)
            check(words in text, answer)
        check(json.loads(api.ask("getDrift", {"id": 1}))["acknowledged"] is None, "it was acknowledged")
        secret = api.tokens["admin"]
        check(secret not in json.dumps(told), "the token is in an answer")
    told = ask([("list_databases", {})], environment={"DRIFTLINE_COLLECTOR": "", "DRIFTLINE_TOKEN": ""})
    check("collector" in refused(told["answers"][0]), told)


def test_writing():
    """With leave, and only as far as the token goes."""
    with sample() as (api, collector):
        drift = json.loads(api.ask("listDrifts", {**ORDERS, "to": "prod"}))["drifts"][0]["id"]
        questions = [("acknowledge_drift", {"drift": drift, "note": "seen"}),
                     ("run_gate", {**ORDERS, "from": "staging", "to": "prod"}),
                     ("waive_drift", {"drift": drift, "reason": "for now", "expires": "2020-01-01"})]
        told = ask(questions, "--allow-write", environment=settings_of(api, collector, "admin"))
        check({tool["name"] for tool in told["tools"]} == READING | WRITING, "tools")
        check(said(told["answers"][0])["acknowledged"], told["answers"][0])
        check(said(told["answers"][1])["run"], told["answers"][1])
        check("2020" in refused(told["answers"][2]) or "time" in refused(told["answers"][2]), told["answers"][2])
        check(len(json.loads(api.ask("listGateRuns"))["runs"]) == 1, "the gate was not asked for the record")
        told = ask(questions, "--allow-write", environment=settings_of(api, collector, "read"))
        for answer in told["answers"]:
            check("right" in refused(answer), answer)


def exchange(lines, *arguments):
    """Send bytes; answers what came back, line by line."""
    ended = subprocess.run([DRIFTLINE, "mcp", *arguments], input=lines, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                           timeout=60, check=False)
    check(ended.returncode == 0 and not ended.stderr, f"{ended.returncode}: {ended.stderr[:300]}")
    return [json.loads(line) for line in ended.stdout.splitlines()]


def test_strangers():
    """Whatever comes, an answer of JSON-RPC goes back, or nothing."""
    def codes(lines):
        return [(answer.get("id"), answer["error"]["code"]) for answer in exchange(lines)]

    check(codes(b"hello\n") == [(None, -32700)], "no JSON")
    check(codes(b"[]\n") == [(None, -32600)], "a list")
    check(codes(b'{"id": 1}\n') == [(None, -32600)], "no version")
    check(codes(b'{"jsonrpc": "2.0", "id": {}, "method": "ping"}\n') == [(None, -32600)], "an odd id")
    check(codes(b'{"jsonrpc": "2.0", "id": 1}\n') == [(1, -32600)], "no method")
    check(codes(b'{"jsonrpc": "2.0", "id": "a", "method": "sampling/x"}\n') == [("a", -32601)], "another method")
    check(codes(b'{"jsonrpc": "2.0", "id": 1, "id": 2, "method": "ping"}\n') == [(None, -32700)], "an id twice")
    check(codes(b'{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "lint", "arguments": []}}\n')
          == [(1, -32602)], "arguments that are a list")
    check(exchange(b'{"jsonrpc": "2.0", "method": "notifications/initialized"}\n\r\n\n') == [], "a notification")
    check(exchange(b'{"jsonrpc": "2.0", "id": 5, "result": {}}\n') == [], "an answer that nobody asked for")
    check(codes(b"x" * 3000000 + b'\n{"jsonrpc": "2.0", "id": 2, "method": "x"}') == [(None, -32700), (2, -32601)],
          "a long line")
    check(codes(b"[" * 100000 + b"\n") == [(None, -32700)], "a deep document")
    for version, wanted in (("2024-11-05", "2024-11-05"), ("1999-01-01", "2025-06-18")):
        answer = exchange(json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
            "protocolVersion": version, "capabilities": {}, "clientInfo": {"name": "x", "version": "1"}}}).encode())
        check(answer[0]["result"]["protocolVersion"] == wanted, answer)


def test_a_reference_that_was_named():
    """One that is given on the command line may be read, without any collector."""
    history = os.path.join(SOURCE, "deploy", "examples", "shop.dummy.yaml")
    reference = f"dummy:{history}"
    told = ask([("search_objects", {"ref": reference, "text": "*", "kind": "table"}),
                ("diff", {"from": reference, "to": reference}), ("diff", {"from": reference + "~1", "to": reference})],
               reference)
    check(said(told["answers"][0])["found"], told)
    check(said(told["answers"][1])["verdict"] == "IN_SYNC", told)
    check("may not be read here" in refused(told["answers"][2]), told)


if __name__ == "__main__":
    with contextlib.suppress(BrokenPipeError):
        try:
            main(test_reading, test_mistakes, test_writing, test_strangers, test_a_reference_that_was_named)
        except Failure as failure:
            raise SystemExit(str(failure)) from failure

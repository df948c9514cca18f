"""Stories of waivers, acknowledgements, pins, references, rules and contracts."""
import json
import os
import signal
import subprocess
import time

from fleet_story import in_time, story
from story_schemas import BASE, NO_TOTAL, WITH_MORE, WITH_NOTE, total
from system import DRIFTLINE, check, main, wait_for

# ---- what people say

@story("plain", staging=BASE, prod=BASE)
def hotfix_waived(s):
    s.put("prod", WITH_NOTE)
    drift = s.only("orders.note", "removed", "hotfix")
    s.waive(drifts=[drift["id"]])
    waived = s.only("orders.note", "removed", "hotfix", "waived")
    check(waived["waiver"]["id"], waived)
    answer = s.gate("PASS")
    check(answer["waived"] == 1, answer)
    step = s.step()["staging", "prod"]
    check((step["verdict"], step["waived"]) == ("IN_SYNC", 1), step)


@story("plain", staging=BASE, prod=BASE)
def waived_and_changed(s):
    s.put("prod", total("bigint"))
    drift = s.only("orders.total", "modified", "hotfix")
    s.waive(drifts=[drift["id"]])
    s.gate("PASS")
    s.put("prod", total("text"))
    again = s.only("orders.total", "modified", "hotfix")
    check((again["id"], again["reopened"], again["waiver"]) == (drift["id"], 1, None), again)
    s.gate("BLOCKED", "hotfix")


@story("plain", staging=BASE, prod=BASE)
def waiver_expires(s):
    s.put("prod", WITH_NOTE)
    drift = s.only("orders.note", "removed", "hotfix")
    s.waive(drifts=[drift["id"]], expires=in_time(2))
    s.gate("PASS")
    wait_for("the waiver expires", lambda: s.drift(drift["id"])["state"] == "open")
    s.gate("BLOCKED", "hotfix")
    check(s.drift(drift["id"])["reopened"] == 1, "visible")


@story("plain", staging=BASE, prod=BASE)
def waiver_expires_while_the_drift_changes(s):
    s.put("prod", total("bigint"))
    drift = s.only("orders.total", "modified", "hotfix")
    waiver = s.waive(drifts=[drift["id"]], expires=in_time(3))["waivers"][0]
    s.put("prod", total("text"))
    s.only("orders.total", "modified", "hotfix")
    wait_for("the waiver expires", lambda: not any(
        row["id"] == waiver["id"] for row in s.collector.get("/api/v1/waivers", database=s.name)["waivers"]))
    check(s.drift(drift["id"])["reopened"] == 1, "opened again once, by the change")


@story("plain", staging=BASE, prod=BASE)
def pattern_of_what_is_there(s):
    s.put("prod", {"orders": [*BASE["orders"], "tmp_a text", "tmp_b text"]})
    s.waive(database=s.name, **{"from": "staging", "to": "prod"}, pattern="column:*.tmp_*")
    s.expect(("orders.tmp_a", "removed", "hotfix", "waived"), ("orders.tmp_b", "removed", "hotfix", "waived"))
    s.gate("PASS")
    s.put("prod", {"orders": [*BASE["orders"], "tmp_a text", "tmp_b text", "tmp_c text"]})
    s.expect(("orders.tmp_a", "removed", "hotfix", "waived"), ("orders.tmp_b", "removed", "hotfix", "waived"),
             ("orders.tmp_c", "removed", "hotfix"))
    s.gate("BLOCKED", "hotfix")


@story("plain", staging=BASE, prod=BASE)
def pattern_of_the_future(s):
    s.waive(database=s.name, **{"from": "staging", "to": "prod"}, pattern="column:*.tmp_*", future=True)
    s.put("prod", {"orders": [*BASE["orders"], "tmp_a text"]})
    s.only("orders.tmp_a", "removed", "hotfix", "waived")
    s.put("prod", {"orders": [*BASE["orders"], "tmp_a integer"]})
    s.only("orders.tmp_a", "removed", "hotfix", "waived")
    s.gate("PASS")


@story("plain", staging=BASE, prod=BASE)
def waivers_that_are_none(s):
    s.put("prod", WITH_NOTE)
    drift = s.only("orders.note", "removed", "hotfix")
    s.waive(status=400, drifts=[drift["id"]], expires=in_time(-60))
    s.waive(status=400, drifts=[drift["id"]], expires=in_time(400 * 86400))
    s.waive(status=400, drifts=[drift["id"]], reason="")
    s.waive(status=400, database=s.name, pattern="column:*.nothing")
    s.waive(status=404, drifts=[10**9])
    s.waive(drifts=[drift["id"]])
    answer = s.waive(status=409, drifts=[drift["id"]])
    check("waiver" in json.dumps(answer), answer)


@story("plain", staging=BASE, prod=BASE)
def all_waivers_or_none(s):
    s.put("prod", WITH_MORE)
    rows = s.expect(("orders.note", "removed", "hotfix"), ("orders.more", "removed", "hotfix"))
    wish = {"reason": "agreed", "expires": in_time(3600)}
    answer = s.post("/api/v1/waivers", {"waivers": [{**wish, "drifts": [rows["orders.note"]["id"]]},
                                                    {**wish, "drifts": [rows["orders.more"]["id"]], "expires": in_time(-5)}]},
                    400)
    check(answer["error"]["item"] == 1, answer)
    s.expect(("orders.note", "removed", "hotfix"), ("orders.more", "removed", "hotfix"))


@story("plain", staging=BASE, prod=BASE)
def waived_and_promoted(s):
    s.put("staging", NO_TOTAL)
    drift = s.only("orders.total", "removed", "pending")
    s.gate("BLOCKED", "severity")
    s.waive(drifts=[drift["id"]])
    s.gate("PASS")
    s.put("prod", NO_TOTAL)
    s.ended(drift["id"], "promoted", "pending")


@story("plain", staging=BASE, prod=BASE)
def acknowledged(s):
    s.put("prod", total("bigint"))
    drift = s.only("orders.total", "modified", "hotfix")
    s.post(f"/api/v1/drift/{drift['id']}/acknowledge", {"note": "looking at it"})
    s.only("orders.total", "modified", "hotfix", "acknowledged")
    s.gate("BLOCKED", "hotfix")
    s.put("prod", total("text"))
    check(s.only("orders.total", "modified", "hotfix")["reopened"] == 1, "news")


@story("plain", staging=BASE, prod=BASE)
def opened_again_by_hand(s):
    s.put("prod", WITH_NOTE)
    drift = s.only("orders.note", "removed", "hotfix")
    s.waive(drifts=[drift["id"]])
    s.post(f"/api/v1/drift/{drift['id']}/reopen", {"note": "not after all"})
    s.only("orders.note", "removed", "hotfix")
    s.post(f"/api/v1/drift/{drift['id']}/reopen", {"note": "again"}, 409)
    acts = [entry["action"] for entry in s.collector.get("/api/v1/audit", limit=500)["entries"]
            if s.name in entry["subject"] or f"{drift['id']}" in json.dumps(entry["data"])]
    check("drift-reopened" in acts and "drift-waived" in acts, acts)


@story("plain", staging=BASE, prod=BASE)
def waiver_taken_back(s):
    s.put("prod", WITH_NOTE)
    drift = s.only("orders.note", "removed", "hotfix")
    waiver = s.waive(drifts=[drift["id"]])["waivers"][0]
    status, answer = s.collector.ask("DELETE", f"/api/v1/waivers/{waiver['id']}")
    check(status == 200 and answer["ended_at"], answer)
    s.only("orders.note", "removed", "hotfix")


# ---- pins and references

@story("plain", staging=BASE, prod=BASE)
def pinned_and_verified(s):
    s.put("staging", WITH_NOTE)
    said = s.collector.driftline("gate", s.name, "--from", "staging", "--to", "prod", "--pin", "--format", "json")
    root = json.loads(said)["from"]["root"]
    s.collector.driftline("verify", f"{s.name}@prod", "--root", root, check_status=1)
    s.put("prod", WITH_NOTE)
    s.collector.driftline("verify", f"{s.name}@prod", "--root", root)
    s.put("prod", WITH_MORE)
    check("more" in s.collector.driftline("verify", f"{s.name}@prod", "--root", root, check_status=1), "what differs")
    s.collector.driftline("verify", f"{s.name}@prod", "--root", "0" * 64, check_status=3)
    runs = s.collector.get("/api/v1/gate/runs", database=s.name)["runs"]
    check(len(runs) == 1 and runs[0]["pinned"] and runs[0]["from_root"] == root, runs)


@story("plain", staging=BASE, prod=BASE)
def verify_waits(s):
    root = s.put("staging", WITH_NOTE)["root"]
    environment = dict(os.environ, DRIFTLINE_COLLECTOR=s.collector.url, DRIFTLINE_TOKEN=s.collector.token)
    with subprocess.Popen([DRIFTLINE, "verify", f"{s.name}@prod", "--root", root, "--wait", "60s"], env=environment,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as waiting:
        time.sleep(1)
        check(waiting.poll() is None, "it waits")
        s.put("prod", WITH_NOTE)
        said = waiting.communicate(timeout=60)[0]
        check(waiting.returncode == 0, said)


@story("plain", staging=BASE, prod=BASE)
def held_against_the_repository(s):
    file = os.path.join(s.world.folder, f"{s.name}.snap")
    s.put("staging", WITH_NOTE)
    s.collector.driftline("snapshot", f"{s.name}@staging", "-o", file)
    gate = ["gate", s.name, "--from", "staging", "--to", "prod", "--against", file]
    s.collector.driftline(*gate)
    s.put("staging", WITH_MORE)
    said = s.collector.driftline(*gate, check_status=1)
    check("more" in said, said)
    s.collector.driftline("gate", s.name, "--to", "prod", "--against", file)
    s.put("prod", {"orders": [*BASE["orders"], "fix text"]})
    said = s.collector.driftline("gate", s.name, "--to", "prod", "--against", file, check_status=1)
    check("fix" in said and "hotfix" in said, said)


# ---- configured: levels, freezes

@story("ruled", staging=BASE, prod=BASE)
def strict(s):
    """The configuration calls notes critical in prod of this database."""
    s.put("staging", WITH_NOTE)
    check(s.only("orders.note", "added", "pending")["severity"] == "critical", "as configured")
    s.gate("BLOCKED", "severity")


@story("ruled", dev=BASE, staging=BASE, prod=BASE)
def strict_in_prod_only(s):
    s.put("dev", WITH_NOTE)
    check(s.only("orders.note", "added", "pending", source="dev", target="staging")["severity"] == "medium", "as ever")
    s.put("staging", WITH_NOTE)
    check(s.only("orders.note", "added", "pending")["severity"] == "critical", "in prod")


@story("ruled", dev=BASE, staging=BASE, prod=BASE)
def frozen(s):
    reason = s.gate("BLOCKED", "freeze")["reasons"][0]
    check(reason["until"] and "turn of the year" in reason["message"], reason)
    s.gate("PASS", source="dev", target="staging")


@story("ruled", staging=BASE, prod=BASE)
def frozen_by_cron(s):
    s.gate("BLOCKED", "freeze")


@story("ruled", staging=BASE, prod=BASE)
def frozen_no_longer(s):
    s.gate("PASS")


@story("ruled", staging=BASE, prod=BASE)
def no_longer_counted(s):
    s.put("staging", {**BASE, "scratch": ["id bigint"]})
    drift = s.only("scratch", "added", "pending")
    config = open(s.collector.config, encoding="utf-8").read()
    with open(s.collector.config, "w", encoding="utf-8") as file:
        file.write(config.replace("ignore: []", "ignore: ['table:*.scratch']"))
    s.collector.signal(signal.SIGHUP)
    wait_for("it is excused", lambda: s.drift(drift["id"])["ending"] == "excused")
    s.put("staging", {**WITH_NOTE, "scratch": ["id bigint"]})
    s.only("orders.note", "added", "pending")


RULES = """
path: [dev, staging, prod]
heartbeat: 1s
stale_after: 20s
compare:
  ignore: []
  severity:
    - {match: "column:*.note", level: critical, database: strict, environment: prod}
    - {match: "column:*.note", level: critical, database: strict-in-prod-only, environment: prod}
gate:
  freezes:
    - {name: turn of the year, databases: [frozen], environments: [prod], timezone: Europe/Berlin, from: 2026-01-01, until: 2099-01-01}
    - {name: always, databases: [frozen-by-cron], timezone: Asia/Kathmandu, cron: "0 * * * *", duration: 2h}
    - {name: long ago, databases: [frozen-no-longer], timezone: UTC, from: 2020-01-01, until: 2020-02-01}
"""


# ---- contracts

CONTRACT = """
name: %(name)s
owner: team-billing
consumers: [invoices]
database: %(name)s
environments: [%(environments)s]
requires:
  - table: main.orders
    columns:
      - {name: total, type_at_least: integer}
"""


@story("contracted", staging=BASE, prod=BASE)
def contract_would_break(s):
    s.put("staging", NO_TOTAL)
    drift = s.only("orders.total", "removed", "pending")
    check(drift["contracts"][0]["consumers"] == ["invoices"] and drift["contracts"][0]["violated"], drift)
    answer = s.gate("BLOCKED", "contract-would-break", "severity")
    check(any("invoices" in json.dumps(reason) for reason in answer["reasons"]), answer)


@story("contracted", staging=BASE, prod=BASE)
def contract_violated_and_restored(s):
    s.put("staging", NO_TOTAL)
    row = s.collector.get("/api/v1/contracts", contract=s.name)["contracts"][0]
    check(row["state"] == "violated", row)
    broken = [target for target in row["targets"] if target["environment"] == "staging"][0]
    check(broken["state"] == "violated" and broken["change"]["object"] == "main.orders.total", broken)
    s.gate("BLOCKED", "contract-violated", "contract-would-break", "severity")
    s.put("staging", BASE)
    check(s.collector.get("/api/v1/contracts", contract=s.name)["contracts"][0]["state"] == "holds", "restored")
    s.gate("PASS")
    types = [event["type"] for event in s.collector.events("contract-*") if s.name in json.dumps(event)]
    check("driftline.contract-violated" in types and "driftline.contract-restored" in types, types)


@story("contracted", staging=BASE, prod=BASE)
def contract_allows_wider(s):
    s.put("staging", total("bigint"))
    s.only("orders.total", "modified", "pending")
    check(s.collector.get("/api/v1/contracts", contract=s.name)["contracts"][0]["state"] == "holds", "wider is fine")

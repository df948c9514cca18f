"""Stories of several environments and instances, and of what cannot be read."""
import json

from fleet_story import OwnAgent, story
from story_schemas import BASE, WITH_NOTE
from system import check, wait_for

VIEWED = {**BASE, "view:totals": "SELECT 1"}

# ---- several environments

@story("plain", dev=BASE, staging=BASE, prod=BASE)
def three_environments(s):
    s.put("dev", WITH_NOTE)
    first = s.only("orders.note", "added", "pending", source="dev", target="staging")
    s.expect()
    s.put("staging", WITH_NOTE)
    s.ended(first["id"], "promoted", "pending")
    second = s.only("orders.note", "added", "pending")
    s.put("prod", WITH_NOTE)
    s.ended(second["id"], "promoted", "pending")
    s.gate("PASS", source="dev", target="staging")


@story("plain", dev=BASE, staging=BASE, prod=BASE)
def hotfix_goes_all_the_way_back(s):
    s.put("prod", WITH_NOTE)
    first = s.only("orders.note", "removed", "hotfix")
    s.expect(source="dev", target="staging")
    s.put("staging", WITH_NOTE)
    s.ended(first["id"], "backported", "hotfix")
    second = s.only("orders.note", "removed", "hotfix", source="dev", target="staging")
    s.put("dev", WITH_NOTE)
    s.ended(second["id"], "backported", "hotfix")


@story("plain", dev=BASE, staging=BASE, prod=BASE)
def no_shortcut(s):
    status, answer = s.collector.ask("GET", f"/api/v1/gate?database={s.name}&from=dev&to=prod")
    check(status == 400 and "staging" in json.dumps(answer), f"{status} {answer}")


@story("plain", dev=BASE, prod=BASE)
def middle_environment_missing(s):
    s.put("dev", WITH_NOTE)
    s.only("orders.note", "added", "pending", source="dev", target="prod")
    s.gate("PASS", source="dev", target="prod")


@story("plain", dev=BASE, prod=BASE)
def middle_environment_added_later(s):
    s.put("dev", WITH_NOTE)
    direct = s.only("orders.note", "added", "pending", source="dev", target="prod")
    s.write("staging", BASE)
    OwnAgent(s.world, f"{s.name}-new", s.collector, [(s.name, "staging", "default", s.source("staging"))])
    s.arrived("staging")
    s.ended(direct["id"], "forgotten", "pending")
    s.only("orders.note", "added", "baseline", source="dev", target="staging")
    s.expect()
    s.put("staging", WITH_NOTE)
    s.only("orders.note", "added", "pending")


@story("plain", staging=BASE, prod=BASE)
def first_environment_added_later(s):
    s.write("dev", WITH_NOTE)
    OwnAgent(s.world, f"{s.name}-new", s.collector, [(s.name, "dev", "default", s.source("dev"))])
    s.arrived("dev")
    s.only("orders.note", "added", "baseline", source="dev", target="staging")
    s.expect()


@story("plain", staging=BASE)
def environment_missing(s):
    s.gate("UNKNOWN", "no-environment")
    said = s.collector.driftline("gate", s.name, "--from", "staging", "--to", "prod", check_status=3)
    check("UNKNOWN" in said and "prod" in said, said)


@story("plain", staging=BASE)
def database_unknown(s):
    s.collector.driftline("gate", "nothing-of-the-kind", "--from", "staging", "--to", "prod", check_status=3)


@story("plain", staging=BASE, prod=BASE)
def target_forgotten(s):
    s.write("gone", BASE)
    s.put("staging", WITH_NOTE)
    drift = s.only("orders.note", "added", "pending")
    status, answer = s.collector.ask("DELETE", f"/api/v1/targets?database={s.name}&environment=staging")
    check(status == 200, answer)
    wait_for("the drift is forgotten", lambda: s.drift(drift["id"])["ending"] == "forgotten")


# ---- instances

def as_told_everywhere(s, drift):
    """How bad an outlier is, which the gate and the fleet say, too."""
    answer = s.gate("BLOCKED", "outliers")
    database = s.collector.get("/api/v1/fleet", database=s.name)["databases"][0]
    prod = next(row for row in database["environments"] if row["environment"] == "prod")
    summary = next(variant["summary"] for variant in prod["variants"] if not variant["majority"])
    told = {level for level, count in summary.items() if count}
    check(told == {drift["severity"]}, f"{s.name}: {told}, not {drift['severity']}")
    message = answer["reasons"][0]["message"]
    check(drift["severity"] in message, f"{s.name}: {message}")
    return drift["severity"]


@story("plain", staging=BASE, prod__eu=BASE, prod__us=BASE, prod__asia=BASE)
def tenant_off_and_repaired(s):
    s.put("prod/us", WITH_NOTE)
    drift = s.only("orders.note", "added", "outlier", source="prod", instance="us")
    s.expect()
    check(as_told_everywhere(s, drift) == "medium", "one more column")
    s.gate("PASS", allow_outliers="true")
    s.put("prod/us", BASE)
    s.ended(drift["id"], "repaired", "outlier")
    s.gate("PASS")


@story("plain", staging=WITH_NOTE, prod__eu=WITH_NOTE, prod__us=WITH_NOTE, prod__asia=WITH_NOTE)
def tenant_lacks_what_all_have(s):
    s.put("prod/us", BASE)
    drift = s.only("orders.note", "removed", "outlier", source="prod", instance="us")
    check(as_told_everywhere(s, drift) == "critical", "one column less")
    check([step["side"] for step in s.drift(drift["id"])["steps"]] == ["to"], "the instance moved")
    said = s.collector.driftline("drift", "list", s.name, check_status=0)
    check("prod/us against the majority of prod" in said and "- column main.orders.note" in said, said)


@story("plain", staging=BASE, prod__eu=BASE)
def instances_seen_later(s):
    s.put("staging", WITH_NOTE)
    drift = s.only("orders.note", "added", "pending")
    for name in ("us", "asia"):
        s.write(f"prod/{name}", WITH_NOTE)
    OwnAgent(s.world, f"{s.name}-new", s.collector,
           [(s.name, "prod", name, s.source(f"prod/{name}")) for name in ("us", "asia")])
    s.arrived("prod/us")
    s.arrived("prod/asia")
    s.ended(drift["id"], "forgotten", "pending")
    s.expect()
    s.only("orders.note", "removed", "outlier", source="prod", instance="eu")
    s.put("prod/eu", WITH_NOTE)
    s.gate("PASS")


@story("plain", staging=WITH_NOTE, prod__eu=BASE, prod__us=BASE, prod__asia=BASE)
def majority_follows_a_tenant(s):
    drift = s.only("orders.note", "added", "baseline")
    s.put("prod/asia", WITH_NOTE)
    ahead = s.only("orders.note", "added", "outlier", source="prod", instance="asia")
    s.only("orders.note", "added", "baseline")
    s.put("prod/eu", WITH_NOTE)
    s.ended(ahead["id"], "adopted", "outlier")
    s.ended(drift["id"], "promoted", "baseline")
    behind = s.only("orders.note", "removed", "outlier", source="prod", instance="us")
    s.put("prod/us", WITH_NOTE)
    s.ended(behind["id"], "repaired", "outlier")
    s.gate("PASS")


@story("plain", staging=BASE, prod__eu=BASE, prod__us=BASE)
def no_majority(s):
    s.put("staging", WITH_NOTE)
    drift = s.only("orders.note", "added", "pending")
    s.put("prod/us", WITH_NOTE)
    s.gate("BLOCKED", "no-majority")
    check(s.only("orders.note", "added", "pending")["id"] == drift["id"], "as it was known last")
    s.put("prod/eu", WITH_NOTE)
    s.ended(drift["id"], "promoted", "pending")
    s.gate("PASS")


def told(s, *types):
    """What events of a database say, oldest first: type, severity and data."""
    return [(row["type"].removeprefix("driftline."), row["severity"], row["data"])
            for row in s.collector.events(*types, database=s.name)]


def split_is_told(s, environment="prod", times=1):
    """How an environment lost its majority, as it was told last."""
    rows = [row for row in told(s, "environment-split", "environment-agreed") if row[2]["environment"] == environment]
    check([row[0] for row in rows] == ["environment-split", "environment-agreed"] * (times - 1) + ["environment-split"], rows)
    check(rows[-1][1] == "high", rows)
    return rows[-1][2]


def agreement_is_told(s, environment="prod", times=1):
    rows = [row for row in told(s, "environment-split", "environment-agreed") if row[2]["environment"] == environment]
    check([row[0] for row in rows] == ["environment-split", "environment-agreed"] * times, rows)
    check(rows[-1][1] == "low", rows)
    return rows[-1][2]


def nothing_is_known(s):
    """The fleet says that nothing can be said of the pair, and why; the gate does not open."""
    step = s.step()["staging", "prod"]
    check(step["verdict"] == "UNKNOWN" and "no majority" in json.dumps(step), step)
    s.gate("BLOCKED", "no-majority")


@story("plain", staging=BASE, prod__eu=BASE, prod__us=BASE)
def two_instances_that_differ(s):
    split = s.put("prod/us", WITH_NOTE)
    said = split_is_told(s)
    check([(variant["count"], variant["instances"]) for variant in sorted(
        said["variants"], key=lambda variant: variant["instances"])] == [(1, ["eu"]), (1, ["us"])], said)
    check((said["instances"], said["instance"], said["snapshot"]) == (2, "us", split["id"]), said)
    changed = s.put("staging", VIEWED)
    s.expect()
    nothing_is_known(s)
    s.put("prod/us", BASE)
    agreed = agreement_is_told(s)
    check((agreed["instances"], agreed["agree"], agreed["instance"]) == (2, 2, "us"), agreed)
    drift = s.only("totals", "added", "pending")
    check(drift["opened_at"] == changed["taken_at"], f"since {drift['opened_at']}, not {changed['taken_at']}")
    s.put("prod/eu", VIEWED)
    check(split_is_told(s, times=2)["instance"] == "eu", "again")
    there = s.put("prod/us", VIEWED)
    s.ended(drift["id"], "promoted", "pending", at=there, lead=(changed, there))
    s.gate("PASS")


@story("plain", staging=VIEWED, prod__eu=VIEWED, prod__us=VIEWED, prod__asia=VIEWED)
def three_that_all_differ(s):
    s.put("prod/eu", {**VIEWED, "view:more": "SELECT 3"})
    ahead = s.only("more", "added", "outlier", source="prod", instance="eu")
    s.put("prod/us", {**VIEWED, "notes": ["text text"]})
    check(split_is_told(s)["variant_count"] == 3, "one each")
    nothing_is_known(s)
    # what is done to all of them in turn
    s.put("prod/eu", {**BASE, "view:more": "SELECT 3"})
    s.put("prod/us", {**BASE, "notes": ["text text"]})
    s.put("prod/asia", BASE)
    s.expect()
    check(s.only("more", "added", "outlier", source="prod", instance="eu")["id"] == ahead["id"], "as it was known last")
    back = s.put("prod/us", BASE)
    agreed = agreement_is_told(s)
    check((agreed["agree"], agreed["instances"]) == (2, 3), agreed)
    drift = s.only("totals", "added", "hotfix")
    check(drift["opened_at"] == back["taken_at"], "when the majority of prod had it")
    check(s.only("more", "added", "outlier", source="prod", instance="eu")["id"] == ahead["id"], "is still one")
    s.gate("BLOCKED", "hotfix", "outliers")


@story("plain", staging=BASE, prod__eu=BASE, prod__us=BASE)
def nothing_is_over_by_what_was(s):
    """Every instance has it: that staging takes it back is no end."""
    s.put("prod/us", VIEWED)
    s.put("staging", WITH_NOTE)
    s.put("prod/eu", WITH_NOTE)
    s.put("prod/us", {**VIEWED, **WITH_NOTE})
    s.put("staging", BASE)
    s.expect()
    check(told(s, "drift-*") == [], "nothing can be said")
    s.put("prod/us", WITH_NOTE)
    s.only("orders.note", "removed", "hotfix")


@story("plain", staging=BASE, prod__eu=BASE, prod__us=BASE)
def open_while_there_is_no_majority(s):
    """A drift that is there before: staging takes it back, and by then the instances have it."""
    s.put("staging", WITH_NOTE)
    drift = s.only("orders.note", "added", "pending")
    s.put("prod/us", VIEWED)
    s.put("staging", BASE)
    check(s.only("orders.note", "added", "pending")["id"] == drift["id"], "as it was known last")
    nothing_is_known(s)
    s.put("prod/eu", WITH_NOTE)
    s.put("prod/us", WITH_NOTE)
    check(s.only("orders.note", "removed", "hotfix")["id"] == drift["id"], "the same")
    check([kind for kind, _, _ in told(s, "drift-*")] == ["drift-opened", "drift-changed"], told(s, "drift-*"))
    s.put("staging", WITH_NOTE)
    s.ended(drift["id"], "promoted", "pending")


@story("plain", dev=BASE, staging__a=BASE, staging__b=BASE, prod=BASE)
def dev_moves_on_meanwhile(s):
    s.put("staging/b", VIEWED)
    first = s.put("dev", WITH_NOTE)
    s.put("dev", {**WITH_NOTE, "notes": ["text text"]})
    s.put("prod", VIEWED)
    s.expect(source="dev", target="staging")
    s.expect()
    s.put("staging/a", VIEWED)
    agreement_is_told(s, "staging")
    found = s.expect(("orders.note", "added", "pending"), ("notes", "added", "pending"), ("totals", "removed", "hotfix"),
                     source="dev", target="staging")
    check(found["orders.note"]["opened_at"] == first["taken_at"], "since dev had it")
    s.expect()
    s.gate("PASS")


@story("plain", staging=BASE, prod__eu=BASE)
def enrolled_one_by_one(s):
    s.write("prod/us", WITH_NOTE)
    s.write("prod/asia", VIEWED)
    OwnAgent(s.world, f"{s.name}-new", s.collector,
             [(s.name, "prod", name, s.source(f"prod/{name}")) for name in ("us", "asia")])
    s.arrived("prod/us")
    s.arrived("prod/asia")
    check(told(s, "environment-*") == [], "no alarm while instances are seen first")
    nothing_is_known(s)
    s.put("prod/asia", {**VIEWED, **WITH_NOTE})
    check(split_is_told(s)["instance"] == "asia", "but when one of them changes")


@story("plain", staging=BASE, prod__eu=BASE, prod__us=BASE)
def one_of_two_is_forgotten(s):
    s.put("prod/us", WITH_NOTE)
    s.put("staging", WITH_NOTE)
    split_is_told(s)
    status, answer = s.collector.ask("DELETE", f"/api/v1/targets?database={s.name}&environment=prod&instance=us")
    check(status == 200, answer)
    wait_for("it has one again", lambda: len(told(s, "environment-agreed")) == 1)
    check(agreement_is_told(s)["agree"] == 1, "alone")
    wait_for("the pair is worked out", lambda: len(s.drifts()) == 1)
    s.only("orders.note", "added", "pending")


@story("plain", staging=BASE, prod__eu=BASE, prod__us=BASE, prod__asia=BASE)
def outlier_waived(s):
    s.put("prod/us", WITH_NOTE)
    drift = s.only("orders.note", "added", "outlier", source="prod", instance="us")
    s.waive(drifts=[drift["id"]])
    s.gate("PASS")
    row = s.collector.get("/api/v1/fleet", database=s.name)["databases"][0]
    check(row["verdict"] == "IN_SYNC", row["verdict"])


# ---- what cannot be read

@story("plain", staging=VIEWED, prod=VIEWED)
def coverage_lost_and_regained(s):
    s.put("staging", {**BASE, "view:totals": "SELECT 2"})
    drift = s.only("totals", "modified", "pending")
    s.put("prod", BASE, gaps=["view"])
    hidden = s.only("totals", "modified", "pending")
    check(hidden["hidden"] and hidden["id"] == drift["id"], hidden)
    s.gate("UNKNOWN", "not-covered")
    s.put("prod", VIEWED)
    check(not s.only("totals", "modified", "pending")["hidden"], "visible again")


@story("plain", staging=VIEWED, prod=VIEWED)
def promoted_while_nobody_could_see(s):
    s.put("staging", {**BASE, "view:totals": "SELECT 2"})
    drift = s.only("totals", "modified", "pending")
    s.put("prod", BASE, gaps=["view"])
    s.put("prod", {**BASE, "view:totals": "SELECT 2"})
    s.ended(drift["id"], "promoted", "pending")


@story("plain", staging=VIEWED, prod=BASE)
def nothing_new_for_who_could_not_read(s):
    s.only("totals", "added", "baseline")
    s.put("staging", BASE, gaps=["view"])
    check(s.only("totals", "added", "baseline")["hidden"], "hidden, not gone")
    s.gate("UNKNOWN", "not-covered")


@story("plain", staging=VIEWED, prod=VIEWED)
def seen_for_the_first_time(s):
    s.put("prod", BASE, gaps=["view"])
    s.expect()
    s.put("prod", {**BASE, "view:totals": "SELECT 3"})
    s.only("totals", "modified", "baseline")


@story("plain", staging=BASE, prod=BASE)
def unreachable(s):
    s.write("prod", BASE, fail="the server is away")
    wait_for("the target is unreachable", lambda: s.collector.get(
        "/api/v1/targets", database=s.name, environment="prod")["targets"][0]["state"] == "unreachable")
    answer = s.gate("UNKNOWN", "stale")
    check("the server is away" in json.dumps(answer), answer)


@story("plain", staging=BASE, prod=BASE)
def unreachable_and_blocked(s):
    s.put("prod", WITH_NOTE)
    s.write("staging", BASE, fail="the server is away")
    wait_for("the target is unreachable", lambda: s.collector.get(
        "/api/v1/targets", database=s.name, environment="staging")["targets"][0]["state"] == "unreachable")
    answer = s.gate("BLOCKED", "hotfix", "stale")
    check([reason["verdict"] for reason in answer["reasons"]][-1] == "UNKNOWN", "blocked first")


# ---- drawn

SHOP = {
    "customers": ["id bigint not null", "name text"],
    "orders": ["id bigint not null", "customer bigint", "customer -> customers.id"],
    "items": ["id bigint not null", "order bigint", "order -> orders.id"],
    "notes": ["text text"],
}


def drawn(s, place, **question):
    answer = s.collector.get("/api/v1/diagram", ref=f"{s.name}@{place}", **question)
    return {table["path"].removeprefix("main."): table for table in answer["tables"]}, answer


@story("plain", staging=SHOP, prod=SHOP)
def diagram(s):
    tables, answer = drawn(s, "prod")
    check(sorted(tables) == ["customers", "items", "notes", "orders"] and answer["left_out"] == 0, answer)
    check([(line["from"], line["columns"], line["to"], line["to_columns"]) for line in answer["references"]] ==
          [("main.items", ["order"], "main.orders", ["id"]), ("main.orders", ["customer"], "main.customers", ["id"])], answer)
    check([tables[name]["references"] for name in ("customers", "items", "notes", "orders")] == [1, 1, 0, 2], tables)
    check(all(table["drifts"] == 0 and table["severity"] is None for table in tables.values()), tables)


@story("plain", staging=SHOP, prod=SHOP)
def diagram_around_a_table(s):
    tables, answer = drawn(s, "prod", table="main.customers")
    check(sorted(tables) == ["customers", "orders"] and answer["left_out"] == 2 and len(answer["references"]) == 1, answer)
    tables, answer = drawn(s, "prod", table="main.customers", depth=2)
    check(sorted(tables) == ["customers", "items", "orders"], answer)
    tables, answer = drawn(s, "prod", table="main.customers", depth=0)
    check(sorted(tables) == ["customers"] and answer["references"] == [], answer)
    check(sorted(drawn(s, "prod", limit=1)[0]) == ["orders"], "the one with the most references")


@story("plain", staging=SHOP, prod=SHOP)
def diagram_marks_what_differs(s):
    s.put("staging", {**{name: SHOP[name] for name in ("customers", "orders", "notes")},
                      "customers": ["id bigint not null", "name varchar(10)"], "visits": ["id bigint"]})
    for place, missing in (("staging", "items"), ("prod", "visits")):
        tables, answer = drawn(s, place)
        check([name for name, table in tables.items() if table["missing"]] == [missing], answer)
        check(tables[missing]["drifts"] == 1 and tables[missing]["columns"] == [], answer)
        check([(column["name"], column["drift"]) for column in tables["customers"]["columns"]] ==
              [("id", None), ("name", tables["customers"]["severity"])], answer)
        check(tables["notes"]["severity"] is None, answer)
    check(sorted(drawn(s, "prod", limit=3)[0]) == ["customers", "items", "visits"], "what differs comes first")

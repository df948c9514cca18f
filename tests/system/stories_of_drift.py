"""Stories of one difference between two environments: how it begins, what it is called, how it ends."""
from fleet_story import story
from story_schemas import BASE, NO_TOTAL, WITH_MORE, WITH_NOTE, total
from system import check, main

# ---- nothing, and the life of something pending

@story("plain", staging=BASE, prod=BASE)
def in_sync(s):
    s.expect()
    check(s.gate("PASS")["plan"] == [], "a plan of nothing")
    check(s.step()["staging", "prod"]["verdict"] == "IN_SYNC", "the fleet says so")


@story("plain", staging=BASE, prod=BASE)
def pending_and_promoted(s):
    changed = s.put("staging", WITH_NOTE)
    drift = s.only("orders.note", "added", "pending")
    check(drift["opened_at"] == changed["taken_at"] and drift["severity"] == "medium", drift)
    check([row["id"] for row in s.gate("PASS")["plan"]] == [drift["id"]], "the plan is the drift")
    promoted = s.put("prod", WITH_NOTE)
    s.expect()
    s.ended(drift["id"], "promoted", "pending", at=promoted, lead=(changed, promoted))


@story("plain", staging=BASE, prod=BASE)
def pending_blocks_by_severity(s):
    s.put("staging", NO_TOTAL)
    s.only("orders.total", "removed", "pending")
    reason = s.gate("BLOCKED", "severity")["reasons"][0]
    check((reason["severity"], reason["object"]) == ("critical", "main.orders.total"), reason)


@story("plain", staging=BASE, prod=BASE)
def pending_reverted(s):
    s.put("staging", WITH_NOTE)
    drift = s.only("orders.note", "added", "pending")
    s.ended(drift["id"], "reverted", "pending", at=s.put("staging", BASE))
    s.gate("PASS")


@story("plain", staging=BASE, prod=BASE)
def pending_changes_meanwhile(s):
    first = s.put("staging", WITH_NOTE)
    drift = s.only("orders.note", "added", "pending")
    second = s.put("staging", {"orders": [*BASE["orders"], "note varchar(20)"]})
    same = s.only("orders.note", "added", "pending")
    check((same["id"], same["opened_at"], same["changed_at"]) == (drift["id"], first["taken_at"], second["taken_at"]), same)
    promoted = s.put("prod", {"orders": [*BASE["orders"], "note varchar(20)"]})
    s.ended(drift["id"], "promoted", "pending", lead=(second, promoted))


@story("plain", staging=BASE, prod=BASE)
def promoted_in_steps(s):
    s.put("staging", total("bigint"))
    second = s.put("staging", total("numeric"))
    s.only("orders.total", "modified", "pending")
    s.put("prod", total("bigint"))
    drift = s.only("orders.total", "modified", "pending")
    promoted = s.put("prod", total("numeric"))
    s.ended(drift["id"], "promoted", "pending", lead=(second, promoted))


@story("plain", staging=BASE, prod=BASE)
def feature_promoted_in_parts(s):
    s.put("staging", {**WITH_NOTE, "items": ["id bigint"]})
    s.expect(("orders.note", "added", "pending"), ("items", "added", "pending"))
    s.put("prod", {**BASE, "items": ["id bigint"]})
    s.only("orders.note", "added", "pending")
    s.put("prod", {**WITH_NOTE, "items": ["id bigint"]})
    s.expect()


@story("plain", staging=BASE, prod=BASE)
def table_dropped_and_promoted(s):
    s.put("staging", {"items": ["id bigint"]})
    rows = s.expect(("orders", "removed", "pending"), ("items", "added", "pending"))
    check(rows["orders"]["severity"] == "critical", rows)
    s.gate("BLOCKED", "severity")
    s.put("prod", {"items": ["id bigint"]})
    s.ended(rows["orders"]["id"], "promoted", "pending")
    s.ended(rows["items"]["id"], "promoted", "pending")


@story("plain", staging=BASE, prod=BASE)
def again_after_its_end(s):
    s.put("staging", WITH_NOTE)
    first = s.only("orders.note", "added", "pending")
    s.put("staging", BASE)
    s.put("staging", WITH_NOTE)
    second = s.only("orders.note", "added", "pending")
    check(second["id"] != first["id"] and second["previous"] == first["id"], second)


# ---- hotfix

@story("plain", staging=BASE, prod=BASE)
def hotfix_and_backported(s):
    s.put("prod", WITH_NOTE)
    drift = s.only("orders.note", "removed", "hotfix")
    reason = s.gate("BLOCKED", "hotfix")["reasons"][0]
    check(reason["drift"] == drift["id"], reason)
    backported = s.put("staging", WITH_NOTE)
    row = s.ended(drift["id"], "backported", "hotfix", at=backported)
    check(row["lead_seconds"] is None, "nothing was promoted")
    s.gate("PASS")


@story("plain", staging=BASE, prod=BASE)
def hotfix_taken_back(s):
    s.put("prod", WITH_NOTE)
    drift = s.only("orders.note", "removed", "hotfix")
    s.ended(drift["id"], "reverted", "hotfix", at=s.put("prod", BASE))


@story("plain", staging=BASE, prod=BASE)
def hotfix_in_steps(s):
    s.put("prod", total("bigint"))
    s.put("prod", total("numeric"))
    s.put("staging", total("bigint"))
    drift = s.only("orders.total", "modified", "hotfix")
    s.put("staging", total("numeric"))
    s.ended(drift["id"], "backported", "hotfix")


@story("plain", staging=BASE, prod=BASE)
def hotfix_beside_a_feature(s):
    s.put("staging", {**BASE, "items": ["id bigint"]})
    s.put("prod", WITH_NOTE)
    s.expect(("items", "added", "pending"), ("orders.note", "removed", "hotfix"))
    s.gate("BLOCKED", "hotfix")
    s.put("staging", {**WITH_NOTE, "items": ["id bigint"]})
    s.only("items", "added", "pending")
    s.gate("PASS")


# ---- diverged

@story("plain", staging=BASE, prod=BASE)
def diverged_and_promoted(s):
    s.put("staging", total("bigint"))
    s.put("prod", total("text"))
    drift = s.only("orders.total", "modified", "diverged")
    s.gate("BLOCKED", "diverged")
    s.put("prod", total("bigint"))
    s.ended(drift["id"], "promoted", "diverged")
    s.gate("PASS")


@story("plain", staging=BASE, prod=BASE)
def diverged_and_backported(s):
    s.put("prod", total("text"))
    s.put("staging", total("bigint"))
    drift = s.only("orders.total", "modified", "diverged")
    s.put("staging", total("text"))
    s.ended(drift["id"], "backported", "diverged")


@story("plain", staging=BASE, prod=BASE)
def diverged_and_both_back(s):
    s.put("staging", total("bigint"))
    s.put("prod", total("text"))
    drift = s.only("orders.total", "modified", "diverged")
    s.put("staging", BASE)
    s.only("orders.total", "modified", "hotfix")
    s.put("prod", BASE)
    s.ended(drift["id"], "reverted", "hotfix")


@story("plain", staging=BASE, prod=BASE)
def diverged_until_prod_gives_way(s):
    s.put("prod", total("text"))
    s.put("staging", total("bigint"))
    drift = s.only("orders.total", "modified", "diverged")
    s.put("prod", BASE)
    check(s.only("orders.total", "modified", "pending")["id"] == drift["id"], "the same drift, explained anew")
    s.put("prod", total("bigint"))
    s.ended(drift["id"], "promoted", "pending")


@story("plain", staging=BASE, prod=BASE)
def both_changed_to_the_same(s):
    first = s.put("staging", WITH_NOTE)
    drift = s.only("orders.note", "added", "pending")
    second = s.put("prod", WITH_NOTE)
    s.ended(drift["id"], "promoted", "pending", lead=(first, second))
    s.put("prod", WITH_MORE)
    drift = s.only("orders.more", "removed", "hotfix")
    s.put("staging", WITH_MORE)
    s.ended(drift["id"], "backported", "hotfix")


# ---- baseline

@story("plain", staging=WITH_NOTE, prod=BASE)
def baseline_passes_by_severity(s):
    s.only("orders.note", "added", "baseline")
    s.gate("PASS")


@story("plain", staging=NO_TOTAL, prod=BASE)
def baseline_blocks_by_severity(s):
    s.only("orders.total", "removed", "baseline")
    s.gate("BLOCKED", "severity")


@story("plain", staging=WITH_NOTE, prod=BASE)
def baseline_promoted(s):
    drift = s.only("orders.note", "added", "baseline")
    row = s.ended(drift["id"], "promoted", "baseline", at=s.put("prod", WITH_NOTE))
    check(row["lead_seconds"] is None, "since when it was upstream is not known")


@story("plain", staging=BASE, prod=WITH_NOTE)
def baseline_backported(s):
    drift = s.only("orders.note", "removed", "baseline")
    s.put("staging", WITH_NOTE)
    s.ended(drift["id"], "backported", "baseline")


@story("plain", staging=total("bigint"), prod=BASE)
def baseline_stays_one(s):
    drift = s.only("orders.total", "modified", "baseline")
    s.put("staging", total("numeric"))
    check(s.only("orders.total", "modified", "baseline")["id"] == drift["id"], "the same")
    s.put("prod", {**BASE, "items": ["id bigint"]})
    s.expect(("orders.total", "modified", "baseline"), ("items", "removed", "hotfix"))


# ---- names

RENAMED = {"bookings#orders": BASE["orders"]}


@story("plain", staging=BASE, prod=BASE)
def table_renamed_upstream(s):
    s.put("staging", RENAMED)
    drift = s.only("bookings", "renamed", "pending")
    check(drift["renamed_from"] == "main.orders", drift)
    s.gate("BLOCKED", "severity")
    s.put("prod", RENAMED)
    s.ended(drift["id"], "promoted", "pending")


@story("plain", staging=BASE, prod=BASE)
def table_renamed_and_back(s):
    s.put("staging", RENAMED)
    drift = s.only("bookings", "renamed", "pending")
    s.put("staging", BASE)
    s.expect()
    s.ended(drift["id"], "reverted", "pending")


@story("plain", staging=BASE, prod=BASE)
def table_renamed_twice(s):
    s.put("staging", RENAMED)
    drift = s.only("bookings", "renamed", "pending")
    s.put("staging", {"sales#orders": BASE["orders"]})
    same = s.only("sales", "renamed", "pending")
    check((same["id"], same["renamed_from"]) == (drift["id"], "main.orders"), same)
    s.put("prod", {"sales#orders": BASE["orders"]})
    s.ended(drift["id"], "promoted", "pending")


@story("plain", staging={**BASE, "view:totals": "SELECT 1"}, prod={**BASE, "view:totals": "SELECT 1"})
def view_renamed_and_changed_at_once(s):
    s.put("staging", {**BASE, "view:sums#totals": "SELECT 2"})
    rows = s.drifts()
    check(sorted((row["object"], row["effect"], row["cause"]) for row in rows)
          == [("main.sums", "modified", "pending"), ("main.sums", "renamed", "pending")], rows)
    by_effect = {row["effect"]: row["id"] for row in rows}
    s.put("prod", {**BASE, "view:sums#totals": "SELECT 1"})
    s.ended(by_effect["renamed"], "promoted", "pending")
    s.only("sums", "modified", "pending")
    s.put("prod", {**BASE, "view:sums#totals": "SELECT 2"})
    s.ended(by_effect["modified"], "promoted", "pending")
    s.gate("PASS")


@story("plain", staging=BASE, prod=BASE)
def column_renamed_upstream(s):
    renamed = {"orders": ["id bigint not null", "amount#total integer"]}
    s.put("staging", renamed)
    drift = s.only("orders.amount", "renamed", "pending")
    check(drift["renamed_from"] == "main.orders.total", drift)
    s.put("prod", renamed)
    s.ended(drift["id"], "promoted", "pending")


@story("plain", staging=BASE, prod=BASE)
def column_drift_survives_the_name_of_its_table(s):
    s.put("staging", WITH_NOTE)
    note = s.only("orders.note", "added", "pending")
    s.put("staging", {"bookings#orders": WITH_NOTE["orders"]})
    rows = s.expect(("bookings", "renamed", "pending"), ("bookings.note", "added", "pending"))
    check(rows["bookings.note"]["id"] == note["id"], "the same drift under another name")
    check("renamed" in [step["what"] for step in s.drift(note["id"])["steps"]], "and its steps say so")
    s.put("prod", RENAMED)
    check(s.only("bookings.note", "added", "pending")["id"] == note["id"], "still")
    s.put("prod", {"bookings#orders": WITH_NOTE["orders"]})
    s.ended(note["id"], "promoted", "pending")


@story("plain", staging=BASE, prod=BASE)
def renamed_in_prod_first(s):
    s.put("prod", RENAMED)
    drift = s.only("orders", "renamed", "hotfix")
    s.put("staging", RENAMED)
    s.ended(drift["id"], "backported", "hotfix")


@story("plain", staging=BASE, prod=BASE)
def renamed_here_changed_there(s):
    s.put("staging", RENAMED)
    s.put("prod", WITH_NOTE)
    s.expect(("bookings", "renamed", "pending"), ("bookings.note", "removed", "hotfix"))


# ---- larger and smaller differences

@story("plain", staging=BASE, prod=BASE)
def absorbed_by_the_end_of_its_table(s):
    s.put("staging", WITH_NOTE)
    note = s.only("orders.note", "added", "pending")
    s.put("staging", {"items": ["id bigint"]})
    s.expect(("orders", "removed", "pending"), ("items", "added", "pending"))
    s.ended(note["id"], "absorbed", "pending")


@story("plain", staging=BASE, prod=BASE)
def a_table_that_came_in_part(s):
    s.put("staging", {**BASE, "items": ["id bigint", "price integer"]})
    table = s.only("items", "added", "pending")
    s.put("prod", {**BASE, "items": ["id bigint"]})
    s.only("items.price", "added", "pending")
    s.ended(table["id"], "absorbed", "pending")


@story("plain", staging=BASE, prod=BASE)
def made_changed_and_promoted_as_it_was_first(s):
    """Upstream makes a table and changes it; prod takes it as it was at first: the rest is yet to come, not diverged."""
    s.put("staging", {**BASE, "items": ["id bigint", "price integer"]})
    s.put("staging", {**BASE, "items": ["id bigint", "price numeric"]})
    table = s.only("items", "added", "pending")
    s.put("prod", {**BASE, "items": ["id bigint", "price integer"]})
    s.only("items.price", "modified", "pending")
    s.ended(table["id"], "absorbed", "pending")


@story("plain", staging=BASE, prod=BASE)
def made_here_and_backported_as_it_was_first(s):
    s.put("prod", {**BASE, "items": ["id bigint", "price integer"]})
    s.put("prod", {**BASE, "items": ["id bigint", "price numeric"]})
    s.put("staging", {**BASE, "items": ["id bigint", "price integer"]})
    s.only("items.price", "modified", "hotfix")


@story("plain", staging=BASE, prod=BASE)
def made_apart_and_different(s):
    s.put("staging", {**BASE, "items": ["id bigint", "price integer"]})
    s.put("prod", {**BASE, "items": ["id bigint", "price text"]})
    s.only("items.price", "modified", "diverged")


@story("plain", staging=BASE, prod=BASE)
def renamed_and_changed_at_once(s):
    changed = {"orders": ["id bigint not null", "amount#total numeric"]}
    s.put("staging", changed)
    rows = s.drifts()
    check(all(row["cause"] == "pending" and row["object"] == "main.orders.amount" for row in rows), rows)
    s.put("prod", changed)
    for row in rows:
        s.ended(row["id"], "promoted", "pending")


@story("plain", staging=BASE, prod=BASE)
def schema_renamed_upstream(s):
    s.put("staging", {"schema:shop": "", "shop.items": ["id bigint"], **BASE})
    s.put("prod", {"schema:shop": "", "shop.items": ["id bigint"], **BASE})
    s.expect()
    s.put("staging", {"schema:store#shop": "", "store.items#items": ["id bigint"], **BASE})
    schema = s.drifts()
    check([(row["object"], row["effect"], row["cause"]) for row in schema] == [("store", "renamed", "pending")], schema)
    s.put("prod", {"schema:shop": "", "shop.items": ["id bigint", "price integer"], **BASE})
    rows = sorted((row["object"], row["effect"], row["cause"]) for row in s.drifts())
    check(rows == [("store", "renamed", "pending"), ("store.items.price", "removed", "hotfix")], rows)

"""Stories of agents that are away, and of what is learned late. Each needs the own agent of its world."""
from fleet_story import story
from story_schemas import BASE, WITH_NOTE, total
from system import check, wait_for

# ---- agents that are away; each has one of its own

@story("away", staging=BASE, prod=BASE)
def agent_silent_and_back(s):
    own = s.world.own_agent
    s.gate("PASS")
    own.agent.kill()
    wait_for("its silence shows", lambda: s.collector.get(
        "/api/v1/gate", database=s.name, **{"from": "staging", "to": "prod"})["verdict"] == "UNKNOWN")
    s.gate("UNKNOWN", "stale")
    wait_for("its silence is told", lambda: s.collector.events("agent-silent"))  # up to a second later
    s.put("prod", WITH_NOTE)
    s.only("orders.note", "removed", "hotfix")
    s.gate("BLOCKED", "hotfix", "stale")
    s.write("staging", WITH_NOTE)
    own.agent.start()
    s.arrived("staging")
    wait_for("the gate opens", lambda: s.collector.get(
        "/api/v1/gate", database=s.name, **{"from": "staging", "to": "prod"})["verdict"] == "PASS")


def hold(s, place, versions):
    """Change a database whose agent is cut off, version by version."""
    own = s.world.own_agent
    key = (s.name, *s.split(place))
    for tables in versions:
        before = len(own.agent.outbox().get(key, []))
        s.write(place, tables)
        own.holds(s, place, before + 1)


def arrive(s, place, number):
    """Wait until so many snapshots of a place are recorded; answers the last ones, oldest first."""
    environment, instance = s.split(place)
    rows = wait_for(f"{s.name}: {number} snapshots of {place}", lambda: (
        lambda found: found if len(found) >= number else None)(s.collector.snapshots(s.name, environment, instance)))
    s.last[place] = rows[-1]["id"]
    return rows


@story("away", staging=BASE, prod=BASE)
def learned_late_a_promotion(s):
    """Staging changed first, but its agent was away: what looked like a hotfix was a promotion."""
    s.world.own_agent.cut()
    hold(s, "staging", [WITH_NOTE])
    promoted = s.put("prod", WITH_NOTE)
    drift = s.only("orders.note", "removed", "hotfix")
    s.world.own_agent.mend()
    changed = arrive(s, "staging", 2)[-1]
    s.ended(drift["id"], "promoted", "pending", lead=(changed, promoted))


@story("away", staging=BASE, prod=BASE)
def learned_late_in_steps(s):
    s.world.own_agent.cut()
    hold(s, "staging", [total("bigint"), total("numeric")])
    s.world.own_agent.mend()
    first, second = arrive(s, "staging", 3)[-2:]
    drift = s.only("orders.total", "modified", "pending")
    check((drift["opened_at"], drift["changed_at"]) == (first["taken_at"], second["taken_at"]), drift)


@story("away", staging=BASE, prod=BASE)
def learned_late_a_divergence(s):
    s.world.own_agent.cut()
    hold(s, "staging", [total("bigint")])
    s.put("prod", total("text"))
    s.only("orders.total", "modified", "hotfix")
    s.world.own_agent.mend()
    arrive(s, "staging", 2)
    s.only("orders.total", "modified", "diverged")


@story("away", staging=BASE, prod=BASE)
def learned_late_there_and_back(s):
    """Away, staging changed and changed back: nothing is left of it but its history."""
    s.world.own_agent.cut()
    hold(s, "staging", [WITH_NOTE, BASE])
    s.world.own_agent.mend()
    arrive(s, "staging", 3)
    s.expect()
    rows = s.drifts(states="ended")
    check([(row["ending"], row["cause"]) for row in rows] == [("reverted", "pending")], rows)

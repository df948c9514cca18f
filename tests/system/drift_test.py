#!/usr/bin/env python3
"""What drift is called, how it ends, and what the gate says: each story is played by real agents, and what the collector
answers after each step must be exactly this."""
import os
import subprocess

import stories_of_absence  # the stories register themselves
import stories_of_drift
import stories_of_fleets
import stories_of_people
from event_check import check_events
from fleet_story import OwnAgent, World, Story
from stories_of_people import CONTRACT, RULES
from story_schemas import BASE
from system import Collector, DRIFTLINE, check, free_port, main, system_test, wait_for

# ---- the tests

PLAIN = "path: [dev, staging, prod]\nheartbeat: 1s\nstale_after: 20s"


def run_world(name, options, before=None, alone=False):
    with system_test() as (folder, things):
        collector = Collector(folder, options=options(folder) if callable(options) else options)
        things.append(collector)
        world = World(name, folder, things, collector)
        if before:
            before(world)
        collector.start()
        world.start()
        count = world.tell()
        check(count > 0, "no stories")
        counts = check_events(collector)
        print("   " + ", ".join(f"{count} {name}" for name, count in sorted(counts.items())))
        collector.stop()
        collector.verify()
        return count


def test_stories():
    """One collector, one agent, all ordinary stories."""
    print(f"{run_world('plain', PLAIN)} stories")


def test_rules():
    """Levels by database and environment, freezes, a configuration that changes."""
    with system_test() as (folder, things):
        collector = Collector(folder, options=RULES)
        things.append(collector)
        collector.start()
        world = World("ruled", folder, things, collector)
        world.start()
        last = [entry for entry in world.stories if entry[0].name == "no-longer-counted"]
        world.stories = [entry for entry in world.stories if entry not in last]
        world.tell()
        world.stories = last  # it changes what counts for all
        world.tell()
        check_events(collector)


def test_contracts():
    with system_test() as (folder, things):
        contracts = os.path.join(folder, "contracts")
        os.mkdir(contracts)
        collector = Collector(folder, options=f"{PLAIN}\ncontracts_folder: {contracts}")
        things.append(collector)
        world = World("contracted", folder, things, collector)
        for told, _, _ in world.stories:
            environments = "prod" if told.name == "contract-would-break" else "staging, prod"
            with open(os.path.join(contracts, f"{told.name}.yaml"), "w", encoding="utf-8") as file:
                file.write(CONTRACT % {"name": told.name, "environments": environments})
        collector.start()
        world.start()
        world.tell()
        broken = os.path.join(contracts, "zz.yaml")
        with open(broken, "w", encoding="utf-8") as file:
            file.write("name: broken\nowner: nobody\ndatabase: x\nrequires:\n  - tabel: main.orders\n")
        said = wait_for("the mistake shows", lambda: collector.get("/readyz")["contracts"]["problem"])
        check("zz.yaml:5" in said, said)
        check(collector.get("/readyz")["contracts"]["known"], "the last good ones stay")
        check("zz.yaml:5" in collector.driftline("contracts", check_status=None), "and the command says so")
        world.stories[0][0].gate("BLOCKED", "contract-would-break", "severity")
        os.remove(broken)
        wait_for("it is mended", lambda: not collector.get("/readyz")["contracts"]["problem"])
        counts = check_events(collector)
        check(counts["contract-violated"] and counts["contract-restored"], counts)


def test_contracts_never_read():
    """A collector that could not read its contracts since it started watches on, and lets nothing pass."""
    with system_test() as (folder, things):
        contracts = os.path.join(folder, "contracts")
        os.mkdir(contracts)
        with open(os.path.join(contracts, "bad.yaml"), "w", encoding="utf-8") as file:
            file.write("name: [\n")
        collector = Collector(folder, options=f"{PLAIN}\ncontracts_folder: {contracts}")
        things.append(collector)
        collector.start()
        STORY = World("none", folder, things, collector)
        from fleet_story import Story  # pylint: disable=import-outside-toplevel
        told = Story(STORY, "unknowing", collector)
        STORY.stories = [(told, lambda s: None, {"staging": BASE, "prod": BASE})]
        STORY.start()
        told.gate("UNKNOWN", "contracts-unreadable")
        os.remove(os.path.join(contracts, "bad.yaml"))
        wait_for("the gate opens", lambda: collector.get(
            "/api/v1/gate", database="unknowing", **{"from": "staging", "to": "prod"})["verdict"] == "PASS")


def test_away():
    """Agents that are cut off or killed. One after another, since they share the agent that is."""
    with system_test() as (folder, things):
        collector = Collector(folder, options="path: [dev, staging, prod]\nheartbeat: 1s\nstale_after: 4s")
        things.append(collector)
        collector.start()
        world = World("away", folder, things, collector)
        for told, function, places in world.stories:
            for place, tables in places.items():
                told.write(place, tables)
        stories, world.stories = world.stories, [
            (told, function, {"prod": places["prod"]}) for told, function, places in world.stories]
        world.own_agent = OwnAgent(world, "away", collector, [
            (told.name, "staging", "default", told.source("staging")) for told, _, _ in stories])
        world.start()
        for told, function, _ in stories:
            told.arrived("staging")
        for told, function, _ in stories:
            function(told)
        counts = check_events(collector)
        check(counts["agent-silent"] and counts["agent-returned"], counts)


def test_collector_down():
    """A gate without its collector is one clear line, and exit status 3."""
    url = f"http://127.0.0.1:{free_port()}"
    done = subprocess.run([DRIFTLINE, "gate", "orders", "--from", "staging", "--to", "prod", "--collector", url],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False,
                          env=dict(os.environ, DRIFTLINE_TOKEN="dl_nothing"))
    check(done.returncode == 3 and not done.stdout, f"{done.returncode}: {done.stdout}{done.stderr}")
    check(len(done.stderr.strip().splitlines()) <= 2 and url.removeprefix("http://") in done.stderr, done.stderr)


if __name__ == "__main__":
    main(test_stories, test_rules, test_contracts, test_contracts_never_read, test_away, test_collector_down)

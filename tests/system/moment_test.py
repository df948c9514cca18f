#!/usr/bin/python3
"""Snapshots arrive, people accept differences and take that back, and the gate is asked, all at once: whoever asks sees
one moment, never half of a change.

Whatever the gate plans must be exactly the difference of the two snapshots that it names, which anybody can compare again
later. Two tables of staging change together in every snapshot, and two differences are accepted together by every
waiver: an answer in which only one of the two has moved was not of one moment.
"""
import collections
import json
import os
import random
import threading
import time

from system import Agent, Collector, check, main, system_test, wait_for

SECONDS = 15
TYPES = ["integer", "bigint", "text", "numeric(10,2)"]
PLACES = [("staging", "default"), ("prod", "a"), ("prod", "b"), ("prod", "c"), ("prod", "d")]


# ---- databases that change


def column(name, number, kind):
    return {"kind": "column", "name": name, "id": number, "attributes": [f"type = {kind}", "nullable = yes"]}


def table(name, number, *columns):
    return {"kind": "table", "path": ["main", name], "id": number, "parts": list(columns)}


class Databases:
    """What each of them has; changed as a whole, under random."""

    def __init__(self, folder, seed):
        self.folder = folder
        self.random = random.Random(seed)
        self.twins = {place: TYPES[0] for place in PLACES}
        self.extra = {place: {} for place in PLACES}
        self.goal = TYPES[0], {}  # what is being promoted
        for place in PLACES:
            self.write(place)

    def source(self, place):
        return f"dummy:{self.path(place)}"

    def path(self, place):
        return os.path.join(self.folder, f"{place[0]}.{place[1]}.yaml")

    def write(self, place):
        upstream = place[0] == "staging"
        schema = [table("twin_a", 10, column("value", 11, self.twins[place])),
                  table("twin_b", 20, column("value", 21, self.twins[place])),
                  # which differ for good
                  table("still", 30, column("one", 31, "text" if upstream else "integer"),
                        column("two", 32, "text" if upstream else "integer"))]
        schema += [table(name, number, column("id", number + 1, "bigint"), column("note", number + 2, kind))
                   for number, (name, kind) in self.extra[place].items()]
        with open(self.path(place) + ".new", "w", encoding="utf-8") as file:
            json.dump({"origin": ".".join(place), "version": "1", "steps": [{"schema": schema}]}, file)
        os.replace(self.path(place) + ".new", self.path(place))

    def change(self):
        """Something happens somewhere: upstream, or an instance takes what is being promoted, or one goes its own way."""
        place = self.random.choice(PLACES + PLACES[:1] * 2)
        if place[0] == "prod" and (place != PLACES[-1] or self.random.random() < 0.7):
            self.twins[place], self.extra[place] = self.goal[0], dict(self.goal[1])
            if all(self.twins[other] == self.goal[0] and self.extra[other] == self.goal[1] for other in PLACES[1:-1]):
                self.goal = self.twins[PLACES[0]], dict(self.extra[PLACES[0]])
        else:
            self.twins[place] = self.random.choice(TYPES)
            number = 100 * self.random.randrange(1, 6)
            if number in self.extra[place] and self.random.random() < 0.3:
                del self.extra[place][number]
            else:  # new, or renamed, or of another type
                self.extra[place][number] = (f"t{number}_{self.random.randrange(3)}", self.random.choice(TYPES))
        self.write(place)


# ---- what is found


def difference(rows):
    """What differs, without what people say of it."""
    return sorted(json.dumps([row["effect"], row["kind"], row["object"], row.get("renamed_from"), row["aspect"],
                              row["attributes"]]) for row in rows)


class Watch:
    def __init__(self, collector):
        self.collector = collector
        self.end = time.monotonic() + SECONDS
        self.failures = []
        self.counts = collections.Counter()
        self.lock = threading.Lock()

    def run(self, work):
        """Again and again until the end; the first failure ends it for all."""
        def loop():
            while time.monotonic() < self.end and not self.failures:
                try:
                    work()
                except Exception as failure:  # pylint: disable=broad-except
                    self.failures.append(failure)
        thread = threading.Thread(target=loop)
        thread.start()
        return thread

    def count(self, what, number=1):
        with self.lock:
            self.counts[what] += number

    # ---- the gate

    def check_plan(self, answer):
        sides = [answer["from"]["snapshot"], answer["to"]["snapshot"]]
        report = self.collector.get("/api/v1/diff", **{"from": f"#{sides[1]}", "to": f"#{sides[0]}"})
        planned, fresh = difference(answer["plan"]), difference(report["changes"])
        check(planned == fresh, f"the plan is not the difference of #{sides[1]} and #{sides[0]}:\n"
              f"planned {sorted(set(planned) - set(fresh))}\nfresh   {sorted(set(fresh) - set(planned))}")
        check(report["to"]["root"] == answer["from"]["root"] and report["from"]["root"] == answer["to"]["root"], "roots")
        self.count("compared")
        self.count("changes", len(planned))

    def check_counts(self, answer):
        plan = answer["plan"]
        for level in answer["summary"]:
            open_ones = [row for row in plan if row["severity"] == level and row["state"] != "waived"]
            check(answer["summary"][level] == len(open_ones), f"{level}: {answer['summary']} of {len(open_ones)}")
        check(answer["waived"] == len([row for row in plan if row["state"] == "waived"]), "waived")
        check((answer["verdict"] == "PASS") == (not answer["reasons"]), answer["verdict"])
        known = {row["id"] for row in plan}
        for reason in answer["reasons"]:
            check(reason["drift"] is None or reason["drift"] in known, f"a reason without its drift: {reason}")

    def check_pairs(self, answer):
        """Two things that only ever change together."""
        still = {row["object"]: row for row in answer["plan"] if row["owner"] == "main.still"}
        check(set(still) == {"main.still.one", "main.still.two"}, f"what differs for good: {set(still)}")
        one, two = still.values()
        check(one["state"] == two["state"] and one["waiver"] == two["waiver"],
              f"half a waiver: {one['state']} {one['waiver']}, {two['state']} {two['waiver']}")
        check((one["waiver"] is not None) == (one["state"] == "waived"), one["waiver"])
        check(answer["waived"] == (2 if one["state"] == "waived" else 0), "what is waived")
        self.count(one["state"])
        twins = {row["object"]: row["attributes"] for row in answer["plan"] if row["owner"].startswith("main.twin_")}
        check(len(twins) in (0, 2) and len({json.dumps(value) for value in twins.values()}) <= 1,
              f"half a snapshot: {twins}")

    def check(self, answer):
        """Without a majority there is nothing that a promotion would change; and that is said."""
        self.check_counts(answer)
        if any(reason["code"] == "no-majority" for reason in answer["reasons"]):
            check(not answer["plan"] and answer["verdict"] == "BLOCKED", "a plan without a majority")
            self.count("no majority")
            return
        check(all(reason["code"] != "behind" for reason in answer["reasons"]), "ingest leaves the gate behind")
        self.check_pairs(answer)
        self.check_plan(answer)

    def ask(self):
        parameters = {"database": "orders", "from": "staging", "to": "prod", "allow_outliers": "true"}
        answer = self.collector.get("/api/v1/gate", **parameters)
        self.check(answer)

    def run_gate(self):
        status, answer = self.collector.ask("POST", "/api/v1/gate?database=orders&from=staging&to=prod&pin=true")
        check(status == 200, f"{status}: {answer}")
        self.check(answer)
        kept = self.collector.get(f"/api/v1/gate/runs/{answer['run']}")
        check(kept == answer, "what was kept is not what was answered")
        self.count("recorded")

    def look_at_fleet(self):
        for database in self.collector.get("/api/v1/fleet", database="orders")["databases"]:
            for step in database["steps"]:
                check(step["waived"] in (0, 2), f"half a waiver in the fleet: {step}")
        self.count("fleets")

    # ---- people

    def waive(self):
        still = self.collector.get("/api/v1/drift", database="orders", object="main.still", to="prod")["drifts"]
        still = [row["id"] for row in still if row["instance"] is None]
        expires = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 3600))
        status, answer = self.collector.ask("POST", "/api/v1/waivers", {"waivers": [
            {"drifts": still, "reason": "as it is", "expires": expires}]})
        check(status == 201, f"{status}: {answer}")
        time.sleep(random.random() / 20)
        status, answer = self.collector.ask("DELETE", f"/api/v1/waivers/{answer['waivers'][0]['id']}")
        check(status == 200 and answer["drifts"] == 0, f"{status}: {answer}")
        time.sleep(random.random() / 20)
        self.count("waivers")


def test_one_moment():
    """Gate, waivers, fleet and ingest at once."""
    with system_test() as (folder, things):
        seed = random.randrange(1 << 30)
        print(f"   seed {seed}")
        databases = Databases(folder, seed)
        collector = Collector(folder, options="path: [staging, prod]\ngate: {max_age: 1h}\nstale_after: 1h")
        things.append(collector)
        collector.start()
        agent = Agent(folder, "agent", [("orders", *place, databases.source(place)) for place in PLACES])
        things.append(agent)
        agent.enroll(collector)
        agent.start()
        wait_for("all snapshots", lambda: len(collector.snapshots("orders")) >= len(PLACES))
        wait_for("drifts", lambda: len(collector.get("/api/v1/drift", database="orders")["drifts"]) >= 2)
        watch = Watch(collector)
        before = len(collector.snapshots("orders"))

        def change():
            databases.change()
            time.sleep(0.05)
        threads = [watch.run(work) for work in (change, watch.ask, watch.ask, watch.run_gate, watch.look_at_fleet,
                                                watch.waive)]
        for thread in threads:
            thread.join()
        if watch.failures:
            raise watch.failures[0]
        snapshots = len(collector.snapshots("orders")) - before
        print(f"   {snapshots} snapshots, {dict(watch.counts)}")
        check(snapshots > 20 and watch.counts["compared"] > 20 and watch.counts["changes"] > 20, "too little happened")
        check(watch.counts["waived"] > 0 and watch.counts["open"] > 0 and watch.counts["waivers"] > 5, "waivers")
        agent.stop()
        collector.stop()
        collector.verify()
        collector.check_no_sanitizer()


if __name__ == "__main__":
    main(test_one_moment)

"""Stories of environments, told through real agents and a real collector.

A story is a database of its own with a few scripted environments. Many stories run side by side: they share one
collector and, unless they need one that can be cut off or stopped, one agent. After each change a story waits until the
collector has recorded it; what it then asks is the state after exactly that change.
"""
import concurrent.futures
import json
import os
import time
import traceback
import zlib

from system import Agent, Failure, Proxy, check, wait_for

SIDE_BY_SIDE = 12


def number_of(label):
    return zlib.crc32(label.encode()) + 1


def split_label(word):
    """`name#label`: what has this name now is the thing that was called label at first."""
    name, _, label = word.partition("#")
    return name, label or name


def column(text, number):
    words, _, default = text.partition(" default ")
    name, _, rest = words.partition(" ")
    name, label = split_label(name)
    nullable = not rest.endswith(" not null")
    attributes = [f"type = {rest.removesuffix(' not null')}", f"nullable = {'yes' if nullable else 'no'}"]
    if default:
        attributes.append(f"default = {default}")
    return {"kind": "column", "name": name, "id": number_of(f"{number}.{label}"), "attributes": attributes}


def part(text, number):
    """A column, or `customer -> customers.id`: a reference."""
    name, arrow, target = text.partition(" -> ")
    if not arrow:
        return column(text, number)
    table, _, there = target.rpartition(".")
    return {"kind": "foreign_key", "name": f"{name}_fkey",
            "attributes": [f"columns[] = {{{name}}}", f"references = main.{table}", f"referenced_columns[] = {{{there}}}"]}


def thing(word, content):
    """`orders: [columns]`, or `view:totals: text`, `enum:state: [labels]`."""
    kind, _, name = word.rpartition(":")
    name, label = split_label(name)
    schema, _, name = name.rpartition(".")
    kind = kind or "table"
    found = {"kind": kind, "path": [name] if kind == "schema" else [schema or "main", name],
             "id": number_of(f"{kind}:{label}")}
    if kind == "table":
        found["parts"] = [part(text, found["id"]) for text in content]
    elif kind == "schema":
        pass
    elif kind == "enum":
        found["attributes"] = [f"labels[] = {{{','.join(content)}}}"]
    else:
        found["attributes"] = [f"definition = {content}"]
    return found


class Story:
    """One database, and what is done to it."""

    def __init__(self, world, name, collector):
        self.world = world
        self.name = name
        self.collector = collector
        self.last = {}  # place → number of its newest snapshot

    # ---- databases

    @staticmethod
    def split(place):
        environment, _, instance = place.partition("/")
        return environment, instance or "default"

    def path(self, place):
        return os.path.join(self.world.folder, f"{self.name}.{place.replace('/', '.')}.yaml")

    def source(self, place):
        return f"dummy:{self.path(place)}"

    def write(self, place, tables, gaps=(), fail=None):
        step = {"schema": [thing(word, content) for word, content in tables.items()]}
        if gaps:
            step["gaps"] = [{"kind": kind, "reason": "permission denied"} for kind in gaps]
        if fail:
            step["fail"] = {"code": "connect", "message": fail}
        temporary = self.path(place) + ".new"
        with open(temporary, "w", encoding="utf-8") as file:
            json.dump({"origin": f"{self.name}-{place}", "version": "1", "steps": [step]}, file)  # JSON is YAML
        os.replace(temporary, self.path(place))

    def newest(self, place):
        environment, instance = self.split(place)
        rows = self.collector.rows("snapshots", database=self.name, environment=environment, instance=instance, limit=1)
        return rows[0] if rows else None

    def arrived(self, place):
        """Wait for a snapshot that was not there before; answers it."""
        def fresh():
            row = self.newest(place)
            return row if row and row["id"] != self.last.get(place) else None
        row = wait_for(f"{self.name}: a snapshot of {place}", fresh, pause=0.03)
        self.last[place] = row["id"]
        return row

    def put(self, place, tables, **options):
        """Change a database, and wait until that is recorded; answers the snapshot."""
        self.write(place, tables, **options)
        return self.arrived(place)

    # ---- questions

    def drifts(self, source="staging", target="prod", instance=None, states="open,acknowledged,waived"):
        parameters = {"database": self.name, "from": source, "to": target, "state": states, "limit": 500}
        if instance:
            parameters["instance"] = instance
        rows = self.collector.get("/api/v1/drift", **parameters)["drifts"]
        return [row for row in rows if (row["instance"] or None) == instance]

    def expect(self, *expected, **pair):
        """The living drifts of a pair are exactly these: (object, effect, cause[, state]). Answers them by object."""
        rows = self.drifts(**pair)
        found = sorted((row["object"].removeprefix("main."), row["effect"], row["cause"], row["state"]) for row in rows)
        wanted = sorted((*entry, "open") if len(entry) == 3 else entry for entry in expected)
        check(found == wanted, f"{self.name} {pair or ''}:\n  found    {found}\n  expected {wanted}")
        return {row["object"].removeprefix("main."): row for row in rows}

    def only(self, *expected, **pair):
        return next(iter(self.expect(expected, **pair).values()))

    def drift(self, number):
        return self.collector.get(f"/api/v1/drift/{number}")

    def ended(self, number, ending, cause, at=None, lead=None):
        """A drift is over, as it should be; times are those of the snapshots that made it so."""
        row = self.drift(number)
        said = (row["state"], row["ending"], row["cause"])
        check(said == ("ended", ending, cause), f"{self.name}: drift {row['object']}: {said}, not {ending}, {cause}")
        if at is not None:
            check(row["ended_at"] == at["taken_at"], f"{self.name}: ended at {row['ended_at']}, not {at['taken_at']}")
        if lead is not None:
            since, until = (seconds(snapshot["taken_at"]) for snapshot in lead)
            check(row["lead_seconds"] is not None and abs(row["lead_seconds"] - (until - since)) < 1.002,
                  f"{self.name}: lead {row['lead_seconds']}, not {until - since}")
        return row

    def gate(self, verdict, *codes, source="staging", target="prod", **parameters):
        """The gate's answer is this, for exactly these reasons."""
        answer = self.collector.get("/api/v1/gate", **{"database": self.name, "from": source, "to": target}, **parameters)
        found = sorted({reason["code"] for reason in answer["reasons"]})
        check((answer["verdict"], found) == (verdict, sorted(codes)),
              f"{self.name}: the gate says {answer['verdict']} {found}, not {verdict} {sorted(codes)}: "
              f"{[reason['message'] for reason in answer['reasons']]}")
        for reason in answer["reasons"]:
            check(reason["message"] and reason["advice"], f"{self.name}: a reason without words: {reason}")
        return answer

    def post(self, path, body, status=200):
        found, answer = self.collector.ask("POST", path, body)
        check(found == status, f"{self.name}: POST {path}: {found}, not {status}: {answer}")
        return answer

    def waive(self, status=201, **wish):
        wish = {"reason": "agreed", "expires": in_time(3600), **wish}
        return self.post("/api/v1/waivers", {"waivers": [wish]}, status)

    def step(self):
        for database in self.collector.get("/api/v1/fleet", database=self.name)["databases"]:
            return {(step["from"], step["to"]): step for step in database["steps"]}
        return {}


def seconds(text):
    """A time as the API writes it, in seconds."""
    whole, _, fraction = text.removesuffix("Z").partition(".")
    return time.mktime(time.strptime(whole, "%Y-%m-%dT%H:%M:%S")) + float("0." + (fraction or "0"))


def in_time(delay):
    """The time in so many seconds, as the API reads it."""
    moment = time.time() + delay
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(moment)) + f".{int(moment % 1 * 1000):03}Z"


class OwnAgent:
    """An agent for one or a few stories that can be cut off, killed, and come back."""

    def __init__(self, world, name, collector, targets):
        self.proxy = Proxy(collector.port)
        self.agent = Agent(world.folder, name, targets)
        world.things += [self.proxy, self.agent]
        self.agent.enroll(collector, self.proxy.endpoint)
        self.agent.start()

    def cut(self):
        self.proxy.open = False
        self.proxy.cut()

    def mend(self):
        self.proxy.open = True

    def holds(self, story, place, count):
        """Wait until the outbox has so many snapshots of a place."""
        key = (story.name, *story.split(place))
        wait_for(f"{story.name}: {count} snapshots in the outbox", lambda: len(self.agent.outbox().get(key, [])) >= count)


STORIES = []


def story(world, **places):
    """Register a story: the world that it needs, and its databases at the beginning. A place is `prod` or `prod__eu`."""
    def register(function):
        name = function.__name__.replace("_", "-")
        STORIES.append((world, name, function, {place.replace("__", "/"): tables for place, tables in places.items()}))
        return function
    return register


class World:
    """A collector, the agent of most stories, and those stories."""

    def __init__(self, name, folder, things, collector):
        self.name = name
        self.folder = folder
        self.things = things
        self.collector = collector
        self.stories = [(Story(self, title, collector), function, places) for world, title, function, places in STORIES
                        if world == name]

    def start(self):
        targets = []
        for told, _, places in self.stories:
            for place, tables in places.items():
                told.write(place, tables)
                targets.append((told.name, *told.split(place), told.source(place)))
        self.agent = Agent(self.folder, f"agent-{self.name}", targets)
        self.things.append(self.agent)
        self.agent.enroll(self.collector)
        self.agent.start()
        for told, _, places in self.stories:
            for place in places:
                told.arrived(place)

    def tell(self, wanted=()):
        """Run all stories, some of them side by side; what went wrong in any is reported."""
        def run(entry):
            told, function, _ = entry
            try:
                function(told)
                return None
            except Failure as failure:
                return f"{told.name}: {failure}"
            except Exception:  # pylint: disable=broad-except
                return f"{told.name}: {traceback.format_exc()}"
        chosen = [entry for entry in self.stories if not wanted or entry[0].name in wanted]
        with concurrent.futures.ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
            failures = [failure for failure in pool.map(run, chosen) if failure]
        check(not failures, f"{len(failures)} of {len(chosen)} stories went wrong:\n" + "\n".join(failures))
        return len(chosen)

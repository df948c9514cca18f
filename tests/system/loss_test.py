#!/usr/bin/env python3
"""Nothing acknowledged is lost, nothing is recorded twice, whatever is killed, cut or full.

Agents watch scripted databases that change all the time. What an agent saw is what its outbox holds (it keeps what was
acknowledged, too): at the end the collector's history must be exactly that, in order, and `verify` must find nothing.
"""
import os
import random
import resource
import threading
import time

from system import (AGENT, Agent, Collector, Failure, Proxy, check, main, system_test, wait_for, write_script)

KILLS = int(os.environ.get("DRIFTLINE_KILLS", "200"))
AGENTS = 20


class Changer:
    """Changes the schemas of scripted databases, each to a state that it never had."""

    def __init__(self, folder, count, weight=0):
        self.weight = weight  # bytes that each change makes new, besides itself
        self.paths = [os.path.join(folder, f"db{number}.yaml") for number in range(count)]
        self.tables = [{"orders": ["id bigint not null"], "customers": ["id bigint not null"]} for _ in self.paths]
        self.count = 0
        self.pause = (0.01, 0.08)
        self.stopping = threading.Event()
        self.thread = None
        for number in range(count):
            self.change(number)

    def change(self, number):
        self.count += 1
        tables = self.tables[number]
        kind = random.randrange(4)
        if kind == 0 and len(tables) < 12:
            tables[f"t{self.count}"] = ["id bigint not null"]
        elif kind == 1 and len(tables) > 3:
            del tables[random.choice([name for name in tables if name.startswith("t")] or [next(iter(tables))])]
        tables["orders" if "orders" in tables else next(iter(tables))] = [
            "id bigint not null", f"state{self.count} text default '{random.randbytes(self.weight // 2).hex()}'"]
        write_script(self.paths[number], tables, origin=f"db{number}")

    def _run(self):
        while not self.stopping.is_set():
            self.change(random.randrange(len(self.paths)))
            time.sleep(random.uniform(*self.pause))

    def start(self):
        self.stopping.clear()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def stop(self):
        self.stopping.set()
        self.thread.join()


def make_agents(folder, things, changer, collector, endpoint):
    agents = []
    for number, path in enumerate(changer.paths):
        agent = Agent(folder, f"agent{number}", [(f"db{number}", "prod", "default", f"dummy:{path}")])
        agent.enroll(collector, endpoint)
        agent.start()
        things.append(agent)
        agents.append(agent)
    return agents


def is_delivered(collector, agents):
    """Whether the newest snapshot of every outbox is the newest of the history."""
    newest = {(t["database"], t["environment"], t["instance"]): t["root"]
              for t in collector.get("/api/v1/targets")["targets"]}
    for agent in agents:
        for target, held in agent.outbox().items():
            if newest.get(target) != held[-1][1]:
                return False
    return True


def settle(collector, agents, changer):
    """Wait until what is in the files is what the collector has."""
    for agent in agents:
        if not agent.is_running():
            agent.start()
    time.sleep(1)  # a look at least
    wait_for("every agent has delivered", lambda: is_delivered(collector, agents), patience=120, pause=0.5)
    for number, agent in enumerate(agents):
        want = collector.driftline("hash", f"dummy:{changer.paths[number]}").strip()
        wait_for(f"{agent.name} has seen the last state",
                 lambda want=want, number=number: collector.get("/api/v1/targets", database=f"db{number}")
                 ["targets"][0]["root"] == want)


def compare_histories(collector, agents):
    """Every state of every outbox exactly once, in order. Answers how many there were."""
    states = 0
    for agent in agents:
        for (database, environment, instance), held in agent.outbox().items():
            history = collector.snapshots(database, environment, instance)
            seen = [root for _, root in held]
            recorded = [snapshot["root"] for snapshot in history]
            check(seen == recorded, f"{database}: the agent saw {len(seen)} states, the history has {len(recorded)}: "
                  f"{[root[:8] for root in seen]} {[root[:8] for root in recorded]}")
            check(all(snapshot["lost"] == 0 for snapshot in history), f"{database}: a gap in the history")
            check([seq for seq, _ in held] == list(range(1, len(held) + 1)), f"{database}: a hole in the outbox")
            states += len(seen)
    return states


def finish(collector, agents):
    states = compare_histories(collector, agents)
    report = collector.verify()
    check("problem" not in report or "0 problems" in report or "no problems" in report, report)
    return states


def test_kills_and_cuts():
    """SIGKILL of the collector, of agents, and a network that delays, stalls and breaks."""
    with system_test() as (folder, things):
        collector = Collector(folder)
        proxy = Proxy(collector.port)
        changer = Changer(folder, AGENTS)
        things += [collector, proxy]
        collector.start()
        agents = make_agents(folder, things, changer, collector, proxy.endpoint)
        wait_for("all agents deliver", lambda: is_delivered(collector, agents))
        changer.start()
        agent_kills = cuts = 0
        for number in range(KILLS):
            time.sleep(random.expovariate(1 / 0.15))
            collector.kill()
            if number % 3 == 0:
                agent = random.choice(agents)
                agent.kill()
                agent.start()
                agent_kills += 1
            if number % 5 == 0:
                proxy.cut()
                cuts += 1
            proxy.delay = random.choice([0, 0, 0.002, 0.02])
            proxy.stalled = number % 11 == 0
            collector.start(wait=number % 4 == 0)
            proxy.stalled = False
        proxy.delay = 0
        collector.wait_until_ready()
        time.sleep(2)
        changer.stop()
        settle(collector, agents, changer)
        states = finish(collector, agents)
        check(states > AGENTS * 4, f"only {states} states: the test is too tame")
        print(f"   {KILLS} kills of the collector, {agent_kills} of agents, {cuts} cuts: {states} states, each once")
        for agent in agents:
            check(agent.stop() < 2.5, f"{agent.name} took too long to end")
        check(collector.stop() < 2.5, "the collector took too long to end")


def fill_up(collector, agents, changer):
    """Change until the collector says that it is full."""
    changer.start()

    def says_full():
        status, answer = collector.ask("GET", "/readyz", token=None)
        return status == 503 and any("no room" in problem for problem in answer["problems"])
    wait_for("the collector says that its disk is full", says_full, patience=120, pause=0.2)
    time.sleep(2)
    changer.stop()
    check(collector.logged("store-full"), "nothing in the log says that the disk is full")
    check(len(collector.logged("level=error")) < 20, "the log is flooded")
    check(collector.get("/api/v1/fleet")["databases"], "a full disk must not keep anybody from reading")
    for agent in agents:
        check(agent.is_running(), f"{agent.name} ended")


def test_full_store():
    """The store reaches its limit: no acknowledgement, readers are served; room is made by SIGHUP with a higher limit."""
    with system_test() as (folder, things):
        collector = Collector(folder, options="limits: {store: 16MiB}")
        changer = Changer(folder, 4, weight=64 * 1024)
        things.append(collector)
        collector.start()
        agents = make_agents(folder, things, changer, collector, collector.endpoint)
        fill_up(collector, agents, changer)
        collector.options = "limits: {store: 1GiB}"
        collector.write_config()
        collector.signal(1)  # SIGHUP
        settle(collector, agents, changer)
        wait_for("the collector is ready again", lambda: collector.ask("GET", "/readyz", token=None)[0] == 200)
        print(f"   {finish(collector, agents)} states, each once")


def test_full_disk():
    """The system refuses to let a file grow: the same, and room is made without the collector knowing."""
    with system_test() as (folder, things):
        collector = Collector(folder)
        changer = Changer(folder, 4, weight=16 * 1024)
        things.append(collector)
        collector.start()
        agents = make_agents(folder, things, changer, collector, collector.endpoint)
        settle(collector, agents, changer)
        limit = 128 * 1024 + max(os.path.getsize(os.path.join(collector.data, name)) for name in os.listdir(collector.data))
        resource.prlimit(collector.child.pid, resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
        fill_up(collector, agents, changer)
        resource.prlimit(collector.child.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        settle(collector, agents, changer)
        wait_for("the collector is ready again", lambda: collector.ask("GET", "/readyz", token=None)[0] == 200)
        print(f"   {finish(collector, agents)} states, each once")


def test_full_outbox():
    """An agent that cannot deliver keeps what its outbox has room for; what it dropped is a recorded gap."""
    with system_test() as (folder, things):
        collector = Collector(folder)
        proxy = Proxy(collector.port)
        changer = Changer(folder, 1, weight=64 * 1024)
        things += [collector, proxy]
        collector.start()
        agent = Agent(folder, "agent0", [("db0", "prod", "default", f"dummy:{changer.paths[0]}")],
                      options="outbox: {limit: 1MiB, keep: 0s}")
        things.append(agent)
        agent.enroll(collector, proxy.endpoint)
        agent.start()
        settle(collector, [agent], changer)
        proxy.open = False
        proxy.cut()
        changer.pause = (0.0, 0.01)
        changer.start()
        wait_for("the outbox is full", lambda: agent.logged("outbox") and agent.logged("full"), patience=180, pause=0.5)
        time.sleep(3)
        changer.stop()
        proxy.open = True
        time.sleep(1)
        wait_for("the newest state arrives",
                 lambda: collector.get("/api/v1/targets")["targets"][0]["root"]
                 == collector.driftline("hash", f"dummy:{changer.paths[0]}").strip(), patience=120, pause=0.5)
        history = collector.snapshots("db0")
        lost = sum(snapshot["lost"] for snapshot in history)
        check(lost > 0, "nothing is said to be lost")
        check(all(snapshot["lost_reason"] for snapshot in history if snapshot["lost"]), "a gap without a reason")
        seqs = collector.get("/api/v1/history", database="db0", limit=500)
        check(any("lost" in note["note"] for note in seqs["notes"]), "the history does not show the gap")
        collector.verify()
        print(f"   {len(history)} states recorded, {lost} said to be lost")


def test_backup():
    """A backup taken while agents stream, brought back: the agents offer what it does not have."""
    with system_test() as (folder, things):
        collector = Collector(folder)
        changer = Changer(folder, 4)
        things.append(collector)
        collector.start()
        agents = make_agents(folder, things, changer, collector, collector.endpoint)
        changer.start()
        time.sleep(2)
        backup = os.path.join(folder, "backup")
        collector.command("backup", backup)
        taken = sum(len(collector.snapshots(f"db{number}")) for number in range(4))
        time.sleep(2)
        changer.stop()
        settle(collector, agents, changer)
        before = finish(collector, agents)
        check(before > taken, "nothing happened after the backup")
        collector.stop()
        os.rename(collector.data, collector.data + ".lost")
        os.makedirs(collector.data, mode=0o700)
        if os.path.isdir(backup):
            for name in os.listdir(backup):
                os.rename(os.path.join(backup, name), os.path.join(collector.data, name))
        else:
            os.rename(backup, os.path.join(collector.data, "history.db"))
            for name in ("collector.key", "collector.key.pub", "admin.token"):
                os.rename(os.path.join(collector.data + ".lost", name), os.path.join(collector.data, name))
        collector.start()
        settle(collector, agents, changer)
        check(finish(collector, agents) == before, "the history is another than before")
        print(f"   {before} states, also after the backup was brought back")


if __name__ == "__main__":
    check(os.path.exists(AGENT), f"{AGENT} is not built")
    try:
        main(test_kills_and_cuts, test_full_store, test_full_disk, test_full_outbox, test_backup)
    except Failure as failure:
        raise SystemExit(str(failure)) from failure

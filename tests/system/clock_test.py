#!/usr/bin/env python3
"""Wall clocks that jump by hours, forward and backward, under programs that run.

libfaketime sets the clock of one program; the time that passes (CLOCK_MONOTONIC) goes on undisturbed, as it does when
an administrator or NTP sets the clock of a machine.
"""
import datetime
import glob
import os
import signal

from loss_test import compare_histories
from situations_test import QUICK, fleet_verdict, scripted_agent, target
from system import Collector, check, main, system_test, wait_for, write_script

LIBRARIES = glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1")


class Clock:
    """The wall clock of one program, so many hours from the right time."""

    def __init__(self, folder, name):
        check(LIBRARIES, "libfaketime is not installed")
        self.path = os.path.join(folder, f"{name}.clock")
        self.set(0)

    def set(self, hours):
        with open(self.path + ".new", "w", encoding="ascii") as file:
            file.write(f"{hours:+d}h\n")
        os.replace(self.path + ".new", self.path)

    def govern(self, process):
        sanitizer = process.environment.get("ASAN_OPTIONS", "")
        process.environment.update(
            LD_PRELOAD=LIBRARIES[0], FAKETIME_TIMESTAMP_FILE=self.path, FAKETIME_NO_CACHE="1",
            FAKETIME_DONT_FAKE_MONOTONIC="1", NO_FAKE_STAT="1",
            ASAN_OPTIONS=f"{sanitizer}{':' if sanitizer else ''}verify_asan_link_order=0")


def moment(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


def now():
    return datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def check_order(collector):
    """Time does not go backward in the history. Answers how many snapshots there are."""
    history = collector.snapshots("db")
    times = [moment(snapshot["taken_at"]) for snapshot in history]
    check(times == sorted(times), f"time goes backward: {[snapshot['taken_at'] for snapshot in history]}")
    changes = [moment(change["at"]) for change in
               collector.get("/api/v1/history", database="db", limit=500)["changes"]]  # newest first
    check(changes == sorted(changes, reverse=True), f"changes are out of order: {changes}")
    return len(history)


def start_system(folder, things):
    """A collector with a clock, and an agent with another."""
    collector = Collector(folder, options=QUICK)
    agent, path = scripted_agent(folder, things, collector)
    things.insert(0, collector)
    clocks = []
    for program in (collector, agent):
        clocks.append(Clock(folder, program.name))
        clocks[-1].govern(program)
    collector.start()
    agent.enroll(collector)
    agent.start()
    wait_for("the first snapshot", lambda: fleet_verdict(collector)[0] == "IN_SYNC")
    return collector, agent, path, clocks


def change(collector, path, number):
    """One more state of the schema, which arrives, and the target is known."""
    write_script(path, {"orders": ["id bigint not null", f"state{number} text"]})
    wait_for(f"snapshot {number + 1}", lambda: len(collector.snapshots("db")) == number + 1)
    wait_for("the fleet knows it", lambda: fleet_verdict(collector)[0] == "IN_SYNC")


def wait_for_heartbeat(collector):
    heard = target(collector)["heard_at"]
    wait_for("a heartbeat", lambda: target(collector)["heard_at"] != heard)


def test_agent():
    """The agent's clock jumps: nothing is lost, the history is in order, and heartbeats go on."""
    with system_test() as (folder, things):
        collector, agent, path, (_, clock) = start_system(folder, things)
        for number, hours in enumerate((5, -48, 12), start=1):
            clock.set(hours)
            wait_for_heartbeat(collector)
            change(collector, path, number)
            check_order(collector)
        clock.set(0)
        before = now()
        change(collector, path, 4)
        changes = collector.get("/api/v1/history", database="db", since=before)["changes"]
        check({entry["object"] for entry in changes} == {"main.orders.state3", "main.orders.state4"}, str(changes))
        shown = collector.driftline("history", "db@prod", "--since", "1h")
        check("state1" in shown and "state4" in shown, shown)
        newest = collector.snapshots("db")[-1]
        check(moment(before) <= moment(newest["taken_at"]) <= moment(now()), "the last one has not the right time")
        check(not agent.logged("level=error"), agent.log_tail())
        check(compare_histories(collector, [agent]) == 5, "another number of states")
        collector.verify()
        for process in things[::-1]:
            check(process.stop() < 2.5, f"{process.name} took too long to end")


def session(collector):
    return [agent for agent in collector.get("/api/v1/agents")["agents"] if agent["connected"]]


def test_collector():
    """The collector's clock jumps: no session ends for it, and what is silent or fresh is judged right soon."""
    with system_test() as (folder, things):
        collector, agent, path, (clock, _) = start_system(folder, things)
        begun = session(collector)[0]["connected_since"]
        for number, hours in enumerate((6, -9, 0), start=1):
            clock.set(hours)
            wait_for_heartbeat(collector)
            change(collector, path, number)
            check_order(collector)
            check(session(collector)[0]["connected_since"] == begun, "the jump ended the session")
        check(compare_histories(collector, [agent]) == 4, "another number of states")

        clock.set(6)
        ahead = collector.get("/api/v1/fleet")["at"]
        wait_for("it is heard in the wrong time", lambda: target(collector)["heard_at"] >= ahead)
        agent.signal(signal.SIGSTOP)
        clock.set(0)
        wait_for("it is known to be silent though it was heard in six hours", patience=30,
                 condition=lambda: fleet_verdict(collector)[0] == "UNKNOWN")
        wait_for("still", lambda: moment(target(collector)["heard_at"]) > moment(now()) and
                 fleet_verdict(collector)[0] == "UNKNOWN")
        agent.signal(signal.SIGCONT)
        wait_for("it is fresh again", lambda: fleet_verdict(collector)[0] == "IN_SYNC")
        change(collector, path, 4)
        collector.verify()
        for process in things[::-1]:
            check(process.stop() < 2.5, f"{process.name} took too long to end")


def test_restart():
    """Both clocks are set back while the collector is away: the history goes on, and the target can be claimed."""
    with system_test() as (folder, things):
        collector, agent, path, clocks = start_system(folder, things)
        for clock in clocks:
            clock.set(8)
        wait_for_heartbeat(collector)
        change(collector, path, 1)
        collector.kill()
        for clock in clocks:
            clock.set(0)
        collector.start()
        change(collector, path, 2)
        check(check_order(collector) == 3, "another number of snapshots")
        check(compare_histories(collector, [agent]) == 3, "another number of states")
        for clock in clocks:
            clock.set(8)
        wait_for_heartbeat(collector)
        wait_for("it is heard in the wrong time", lambda: moment(target(collector)["heard_at"]) > moment(now()))
        agent.kill()
        collector.kill()
        for clock in clocks:
            clock.set(0)
        collector.start()
        second, _ = scripted_agent(folder, things, collector, "second")
        second.enroll(collector)
        second.start()
        wait_for("another agent takes the target over", lambda: target(collector)["agent"] == "second" and
                 fleet_verdict(collector)[0] == "IN_SYNC")
        check_order(collector)
        collector.verify()


if __name__ == "__main__":
    main(test_agent, test_collector, test_restart)

#!/usr/bin/env python3
"""Peers that are up to no good, against the real collector: each is refused, and the others are served meanwhile.

The honest ones are an agent whose database changes and a reader of the API, both of 127.0.0.1; the others come from
other addresses of the loopback network.
"""
import contextlib
import os
import random
import resource
import selectors
import socket
import struct
import subprocess
import threading
import time

from situations_test import QUICK, fleet_verdict
from event_check import check_events
from system import BUILD, PATIENCE, Agent, Collector, Process, check, main, system_test, wait_for, write_script

HOSTILE_PEER = os.path.join(BUILD, "tests", "system", "hostile_peer")
CROWD = 1000


class Honest:
    """An agent that delivers and a reader that is answered."""

    def __init__(self, folder, things, collector):
        self.collector = collector
        self.path = os.path.join(folder, "honest.script.yaml")
        self.count = 1
        write_script(self.path, {"orders": ["id bigint not null"]})
        self.agent = Agent(folder, "honest", [("db", "prod", "honest", f"dummy:{self.path}")])
        things.append(self.agent)
        self.agent.enroll(collector)
        self.agent.start()
        wait_for("the first snapshot", lambda: len(self.snapshots()) == 1)

    def snapshots(self):
        return self.collector.snapshots("db", "prod", "honest")

    def is_served(self):
        """A change arrives in the history, and the API answers: neither takes longer than a test waits."""
        write_script(self.path, {"orders": ["id bigint not null", f"state{self.count} text"]})
        self.count += 1
        wait_for("the change arrives", lambda: len(self.snapshots()) == self.count)
        check(self.collector.ask("GET", "/healthz", token=None)[0] == 200, "the API does not answer")


class Crowd:
    """Connections from one address that say what a function tells them to, now and then; who is cut comes again."""

    def __init__(self, port, address, count, say=lambda connection: None):
        self.port, self.address, self.count, self.say = port, address, count, say
        self.connections = set()
        self.cut = 0
        self.stopping = threading.Event()
        self.selector = selectors.DefaultSelector()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _fill(self):
        while len(self.connections) < self.count and not self.stopping.is_set():
            connection = socket.socket()
            connection.bind((self.address, 0))
            connection.setblocking(False)
            connection.connect_ex(("127.0.0.1", self.port))
            self.selector.register(connection, selectors.EVENT_READ)
            self.connections.add(connection)

    def _drop(self, connection):
        self.selector.unregister(connection)
        self.connections.discard(connection)
        connection.close()
        self.cut += 1

    def _run(self):
        while not self.stopping.is_set():
            self._fill()
            for key, _ in self.selector.select(0.1):
                with contextlib.suppress(OSError):
                    if key.fileobj.recv(4096):
                        continue
                self._drop(key.fileobj)
            for connection in list(self.connections):
                try:
                    self.say(connection)
                except BlockingIOError:
                    pass
                except OSError:
                    self._drop(connection)
            time.sleep(0.05)

    def close(self):
        self.stopping.set()
        self.thread.join()
        for connection in list(self.connections):
            self._drop(connection)
        self.selector.close()


def descriptors(collector):
    return len(os.listdir(f"/proc/{collector.child.pid}/fd"))


def limit_descriptors(collector, count):
    collector.limits = lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (count, count))


def wait_for_descriptors(collector, before):
    """Who is gone leaves nothing behind."""
    wait_for("descriptors are given back", lambda: descriptors(collector) <= before + 4)


def start_system(folder, things, options="", limit=None):
    collector = Collector(folder, options=f"{QUICK}\n{options}")
    if limit:
        limit_descriptors(collector, limit)
    things.append(collector)
    collector.start()
    return collector, Honest(folder, things, collector)


def end_system(collector, honest):
    wait_for("the fleet is known", lambda: fleet_verdict(collector)[0] in ("IN_SYNC", "DRIFTED"))
    check(len(collector.logged("level=error")) == 0, collector.log_tail())
    check_events(collector)
    collector.verify()
    check(honest.agent.stop() < 2.5, "the agent took too long to end")
    check(collector.stop() < 2.5, "the collector took too long to end")


def test_silence():
    """A thousand connections to each port that say nothing: agents and readers come and go as ever."""
    with system_test() as (folder, things):
        collector, honest = start_system(folder, things, limit=4 * CROWD)
        before = descriptors(collector)
        crowds = [Crowd(collector.port, "127.0.0.2", CROWD), Crowd(collector.http_port, "127.0.0.3", CROWD)]
        things += crowds
        wait_for("they are there", lambda: descriptors(collector) >= before + CROWD)
        for _ in range(3):
            honest.is_served()
        newcomer = os.path.join(folder, "newcomer.script.yaml")
        write_script(newcomer, {"x": ["id int"]})
        agent = Agent(folder, "newcomer", [("db", "prod", "newcomer", f"dummy:{newcomer}")])
        things.append(agent)
        agent.enroll(collector)
        agent.start()
        wait_for("a newcomer is let in", lambda: len(collector.snapshots("db", "prod", "newcomer")) == 1)
        agent.stop()
        check(descriptors(collector) >= before + CROWD, "they are not there any more")
        for crowd in crowds:
            crowd.close()
        wait_for_descriptors(collector, before)
        wait_for("the log tells of them", lambda: collector.logged("event=strangers-gone"))
        check(len(collector.logged("event=strangers-gone")) <= 2, "the log is flooded")
        end_system(collector, honest)


def test_more_than_descriptors():
    """More connections than there are descriptors: who is connected is served, and afterwards everybody is."""
    with system_test() as (folder, things):
        collector, honest = start_system(folder, things, limit=200)
        before = descriptors(collector)
        crowd = Crowd(collector.port, "127.0.0.2", 400)
        things.append(crowd)
        wait_for("there are no descriptors left", lambda: descriptors(collector) >= 200)
        delivered = len(honest.agent.logged("snapshot-delivered"))
        for number in range(3):
            write_script(honest.path, {"orders": ["id bigint not null", f"meanwhile{number} text"]})
            wait_for("the agent delivers", lambda number=number:
                     len(honest.agent.logged("snapshot-delivered")) == delivered + number + 1)
        honest.count += 3
        check(collector.is_running(), "the collector ended")
        crowd.close()
        wait_for_descriptors(collector, before)
        collector.wait_until_ready()
        honest.is_served()
        end_system(collector, honest)


def dribble(connection):
    """A byte of a request that never ends."""
    connection.send(b"x")


def test_slow_requests():
    """Requests that never end are cut, whatever place they take; with all places taken others wait for their turn."""
    with system_test() as (folder, things):
        collector, honest = start_system(folder, things, options="http: {timeout: 2s}")
        before = descriptors(collector)
        crowds = [Crowd(collector.http_port, "127.0.0.2", 60, dribble)]
        things.append(crowds[0])
        for _ in range(3):
            honest.is_served()
        wait_for("they are cut", lambda: crowds[0].cut >= 60)
        for host in range(3, 8):
            crowds.append(Crowd(collector.http_port, f"127.0.0.{host}", 60, dribble))
            things.append(crowds[-1])
        wait_for("all places are taken", lambda: descriptors(collector) >= before + 250)
        honest.is_served()
        for crowd in crowds:
            crowd.close()
        wait_for_descriptors(collector, before)
        end_system(collector, honest)


def greeting(mechanism, version=(3, 1), as_server=0):
    """The first 64 bytes of ZMTP: rfc.zeromq.org/spec/37."""
    return (b"\xff\x00\x00\x00\x00\x00\x00\x00\x01\x7f" + bytes(version) + mechanism.ljust(20, b"\0")
            + bytes([as_server]) + bytes(31))


def command(name, body):
    content = bytes([len(name)]) + name + body
    return (b"\x04" + bytes([len(content)]) if len(content) < 256 else b"\x06" + struct.pack(">Q", len(content))) + content


def hello():
    return command(b"HELLO", b"\x01\x00" + bytes(72) + random.randbytes(32 + 8 + 80))


GARBAGE = {
    "nothing": b"",
    "random bytes": random.Random(1).randbytes(4096),
    "zeros": bytes(65536),
    "HTTP": b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
    "TLS": bytes.fromhex("16030100c8010000c40303") + bytes(200),
    "half a greeting": greeting(b"CURVE")[:20],
    "the greeting alone": greeting(b"CURVE"),
    "ZMTP 1.0": b"\x01\x00" + bytes(100),
    "ZMTP 2.0": b"\xff\0\0\0\0\0\0\0\x01\x7f\x01\x05\x00\x00" + bytes(100),
    "no encryption": greeting(b"NULL") + command(b"READY", b"\x0bSocket-Type\x00\x00\x00\x06DEALER"),
    "a password": greeting(b"PLAIN") + command(b"HELLO", b"\x05admin\x05admin"),
    "another mechanism": greeting(b"NONSENSE"),
    "a second server": greeting(b"CURVE", as_server=1) + hello(),
    "a HELLO that is none": greeting(b"CURVE") + hello(),
    "a short HELLO": greeting(b"CURVE") + command(b"HELLO", b"\x01\x00"),
    "another command": greeting(b"CURVE") + command(b"INITIATE", random.Random(2).randbytes(250)),
    "a frame of 4 EiB": greeting(b"CURVE") + b"\x06" + struct.pack(">Q", 2 ** 62) + bytes(100),
    "a message before all": greeting(b"CURVE") + b"\x00\x05hello",
}


def test_garbage():
    """What is not the protocol of agents is cut, at once or when the time for a handshake is over."""
    with system_test() as (folder, things):
        collector, honest = start_system(folder, things)
        before = descriptors(collector)
        connections = {}
        for name, content in GARBAGE.items():
            for _ in range(5):
                connection = socket.create_connection(("127.0.0.1", collector.port), timeout=PATIENCE,
                                                      source_address=("127.0.0.2", 0))
                with contextlib.suppress(OSError):  # it may be cut already
                    connection.sendall(content)
                connections[connection] = name
        for _ in range(3):
            honest.is_served()
        for connection, name in connections.items():
            try:
                while connection.recv(4096):
                    pass
            except ConnectionError:
                pass
            except TimeoutError:
                check(False, f"{name}: the connection stays open")
            connection.close()
        wait_for_descriptors(collector, before)
        wait_for("the log tells of them", lambda: collector.logged("event=strangers-gone"))
        honest.is_served()
        check(len(collector.logged("event=strangers-gone")) <= 3, "the log is flooded")
        end_system(collector, honest)


# What hostile_peer does, and the reason with which it is refused; None: it is not, but it achieves nothing.
ACTS = {"garbage": "protocol", "huge": None, "nonsense": "corrupt", "wrong": "protocol", "missing": "incomplete",
        "endless": "protocol", "replay": None, "forbidden": "forbidden", "hellos": None, "deaf": None,
        "page": "corrupt", "large": "limit", "stray": "protocol"}
TIMES = 20


class HostilePeer(Process):
    """An enrolled agent that is up to no good."""

    def __init__(self, folder, collector, act):
        path = os.path.join(folder, f"{act}.script.yaml")
        write_script(path, {"x": ["id int"]})
        agent = Agent(folder, act, [("db", "prod", act, f"dummy:{path}")])
        agent.enroll(collector)  # makes the key
        with open(collector.public_key_path, encoding="ascii") as file:
            key = file.read().strip()
        super().__init__(f"hostile-{act}", folder, [HOSTILE_PEER, collector.endpoint, key,
                                                    os.path.join(agent.data, "agent.key"), act, str(TIMES)])


def test_hostile_agents():
    """Enrolled agents that break the rules, all at the same time: refused with the reason, logged once, others served."""
    with system_test() as (folder, things):
        collector, honest = start_system(folder, things)
        peers = {act: HostilePeer(folder, collector, act) for act in ACTS}
        things += peers.values()
        for peer in peers.values():
            peer.start()
        honest.is_served()
        while any(peer.is_running() for peer in peers.values()):
            honest.is_served()
        for act, peer in peers.items():
            check(peer.child.wait() == 0, f"{act}:\n{peer.log_tail()}")
        for act, reason in ACTS.items():
            said = collector.logged(f"agent={act} ", f"reason={reason}")
            check(len(said) == (reason is not None), f"{act}: not once in the log: {said}")
            stored = len(collector.snapshots("db", "prod", act)) if act not in ("huge",) else 0
            check(stored == (act == "replay"), f"{act}: {stored} snapshots")
        events = collector.events("agent-refused")
        for act, reason in ACTS.items():
            if reason not in (None, "incomplete"):
                of_act = [event for event in events if event.get("agent") == act]
                check(len(of_act) == 1 and of_act[0]["data"]["reason"] == reason, f"{act}: {of_act}")
        honest.is_served()
        end_system(collector, honest)


if __name__ == "__main__":
    check(os.path.exists(HOSTILE_PEER), f"{HOSTILE_PEER} is not built")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    main(test_silence, test_more_than_descriptors, test_slow_requests, test_garbage, test_hostile_agents)

#!/usr/bin/python3
"""Events as they happen, over HTTP and over ZeroMQ: nobody who goes on after a number misses one, whatever is killed, and
nobody who is slow or stuck is anybody else's concern.

The log of events is the truth: whatever a reader has must be exactly what a page of it says.
"""
import contextlib
import http.client
import json
import os
import random
import re
import select
import socket
import sqlite3
import threading
import time
import urllib.parse

import zmq

from system import Collector, Failure, check, free_port, main, system_test, wait_for

KILLS = 8
READERS = 500
STUCK = 50


class StreamingCollector(Collector):
    """One that has the feed over ZeroMQ, too."""

    def __init__(self, folder, options="", subscribers=()):
        self.feed_port = free_port()
        self.subscribers = list(subscribers)
        super().__init__(folder, options=options)

    def write_config(self):
        keys = "".join(f"\n    - {{name: {name}, key: {json.dumps(key)}}}" for name, key in self.subscribers)
        with open(self.config, "w", encoding="utf-8") as file:
            file.write(f"data: {self.data}\n"
                       f"listen:\n  agents: \"tcp://127.0.0.1:{self.port}\"\n  http: \"127.0.0.1:{self.http_port}\"\n"
                       f"  feed: \"tcp://127.0.0.1:{self.feed_port}\"\n"
                       + (f"feed:\n  subscribers:{keys}\n" if keys else "") + self.options + "\n")

    def make_events(self, count, prefix="t"):
        """Two events for each: a token is made and removed."""
        for number in range(count):
            name = f"{prefix}-{number}"
            status, answer = self.ask("POST", "/api/v1/tokens", {"name": name, "rights": "read"})
            check(status == 201, f"{status}: {answer}")
            status, answer = self.ask("DELETE", f"/api/v1/tokens/{name}")
            check(status == 200, f"{status}: {answer}")

    def make_many(self, count, prefix="m", threads=6):
        """The same by several at once."""
        makers = [threading.Thread(target=self.make_events, args=(count // threads, f"{prefix}{maker}"))
                  for maker in range(threads)]
        for maker in makers:
            maker.start()
        return makers

    def all_events(self, after=0, **parameters):
        events = []
        while True:
            page = self.get("/api/v1/events", after=after, limit=500, **parameters)
            events += page["events"]
            if page["next"] == after:
                return events
            after = page["next"]


def number(event):
    return int(event["id"])


# ---- over HTTP


class Reader:
    """One stream of server-sent events, read by whoever calls."""

    def __init__(self, collector, token=None, last=None, receive_buffer=None, **parameters):
        query = urllib.parse.urlencode(parameters)
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(60)
        self.socket.connect(("127.0.0.1", collector.http_port))
        head = f"GET /api/v1/events{'?' + query if query else ''} HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\n" \
               f"Authorization: Bearer {token or collector.token}\r\n" \
               + (f"Last-Event-ID: {last}\r\n" if last is not None else "") + "\r\n"
        self.socket.sendall(head.encode())
        self.bytes = b""
        self.status = None
        self.headers = b""
        self.text = b""  # of the body, without chunks
        self.is_over = False
        self.comments = 0

    def fill(self):
        """Read once. False when the connection has ended."""
        data = self.socket.recv(1 << 16)
        self.bytes += data
        if self.status is None and b"\r\n\r\n" in self.bytes:
            self.headers, self.bytes = self.bytes.split(b"\r\n\r\n", 1)
            self.status = int(self.headers.split()[1])
        while self.status == 200 and not self.is_over:
            found = re.match(rb"([0-9A-Fa-f]+)[^\r]*\r\n", self.bytes)
            if not found or len(self.bytes) < found.end() + int(found[1], 16) + 2:
                break
            size = int(found[1], 16)
            self.text += self.bytes[found.end():found.end() + size]
            self.bytes = self.bytes[found.end() + size + 2:]
            self.is_over = size == 0
        return bool(data)

    def take(self):
        """The events that are there as a whole: (id, type, data)."""
        events = []
        while b"\n\n" in self.text:
            block, self.text = self.text.split(b"\n\n", 1)
            fields = {}
            for line in block.decode().split("\n"):
                if line.startswith(":"):
                    self.comments += 1
                elif line:
                    name, value = line.split(": ", 1)
                    fields[name] = value
            if "data" in fields:
                events.append((int(fields["id"]), fields["event"], json.loads(fields["data"])))
        return events

    def next(self, count=1, patience=60):
        """So many events."""
        events, end = self.take(), time.monotonic() + patience
        while len(events) < count:
            check(time.monotonic() < end, f"{len(events)} of {count} events came")
            ready, _, _ = select.select([self.socket], [], [], 0.2)
            if ready:
                check(self.fill(), f"the stream ended after {len(events)} of {count} events: {self.status}")
                check(self.status in (None, 200), f"{self.headers} {self.bytes}")
                events += self.take()
        return events

    def wait_for_end(self, patience):
        end = time.monotonic() + patience
        while time.monotonic() < end:
            ready, _, _ = select.select([self.socket], [], [], 0.2)
            if ready and (not self.fill() or self.is_over):
                return
        raise Failure(f"the stream did not end within {patience} s")

    def close(self):
        self.socket.close()


def test_live_and_resumed():
    """What happens arrives at once; who was away gets what he missed; filters; what is no stream is a page."""
    with system_test() as (folder, things):
        collector = StreamingCollector(folder)
        things.append(collector)
        collector.start()
        collector.make_events(2, "old")
        live = Reader(collector)
        all_of_it = Reader(collector, after=0)
        some = Reader(collector, after=0, type="token-removed")
        begun = time.monotonic()
        wait_for("the headers of a stream", lambda: live.status or not live.fill() or live.status)
        check(live.status == 200 and b"text/event-stream" in live.headers, live.headers)
        collector.make_events(1, "new")
        events = live.next(2)
        check(time.monotonic() - begun < 5, "events do not arrive at once")
        check([kind for _, kind, _ in events] == ["token-created", "token-removed"], events)
        log = collector.all_events()
        check(all_of_it.next(6) == [(number(event), event["type"].removeprefix("driftline."), event) for event in log],
              "a stream is not the log")
        check([number for number, _, _ in some.next(3)] == [2, 4, 6], "a filtered stream")
        resumed = Reader(collector, last=3)
        check([number for number, _, _ in resumed.next(3)] == [4, 5, 6], "who goes on after 3")
        both = Reader(collector, last=5, after=0)
        check([number for number, _, _ in both.next(1)] == [6], "the header goes before the parameter")
        for query, last in (("limit=5", None), ("order=newest", None), ("type=nonsense", None), ("", "x")):
            wrong = Reader(collector, last=last, **dict(urllib.parse.parse_qsl(query)))
            while wrong.status is None:
                wrong.fill()
            check(wrong.status == 400, f"{query} {last}: {wrong.status}")
            wrong.close()
        nobody = Reader(collector, token="dl_" + "0" * 64)
        while nobody.status is None:
            nobody.fill()
        check(nobody.status == 401, f"without a token: {nobody.status}")
        check(collector.stop() < 2.5, "the end waits for streams")
        live.wait_for_end(5)


def test_what_is_gone():
    """Who wants to go on from what retention removed, or from another history, is told."""
    with system_test() as (folder, things):
        collector = StreamingCollector(folder)
        things.append(collector)
        collector.start()
        collector.make_events(3)
        collector.stop()
        with contextlib.closing(sqlite3.connect(os.path.join(collector.data, "history.db"))) as store:
            store.execute("DELETE FROM event WHERE id <= 4")
            store.commit()
        collector.start()
        events = Reader(collector, last=2).next(3)
        check(events[0] == (4, "gone", {"from": 2, "oldest": 5}), events[0])
        check([number for number, _, _ in events[1:]] == [5, 6], events)
        check([number for number, _, _ in Reader(collector, last=4).next(2)] == [5, 6], "nothing is gone after 4")
        events = Reader(collector, last=1000).next(3)
        check(events[0][1:] == ("gone", {"from": 1000, "oldest": 5}), events[0])


def test_kills():
    """The collector is killed again and again: who goes on after the last number that he had misses nothing."""
    with system_test() as (folder, things):
        collector = StreamingCollector(folder)
        things.append(collector)
        collector.start()
        stop = threading.Event()

        def change():
            count = 0
            while not stop.is_set():
                count += 1
                with contextlib.suppress(OSError, Failure, http.client.HTTPException, ValueError):
                    collector.make_events(1, f"k{count}")

        changer = threading.Thread(target=change)
        changer.start()
        had, seen = 0, []
        for _ in range(KILLS):
            with contextlib.suppress(OSError, Failure):
                reader = Reader(collector, last=had)
                for position, _, event in reader.next(random.randrange(1, 40), patience=20):
                    had = position
                    seen.append(event)
                reader.close()
            collector.kill()
            collector.start()
        stop.set()
        changer.join()
        log = collector.all_events()
        reader = Reader(collector, last=had)
        seen += [event for _, _, event in reader.next(len(log) - had)]
        check([event["id"] for event in seen] == [event["id"] for event in log], "an event is missing, or there twice")
        check(seen == log, "an event is another in the stream")
        print(f"   {KILLS} kills: {len(log)} events, each once")


def test_tokens_end_streams():
    """A token that is removed ends what is read by it."""
    with system_test() as (folder, things):
        collector = StreamingCollector(folder)
        things.append(collector)
        collector.start()
        secret = collector.ask("POST", "/api/v1/tokens", {"name": "reader", "rights": "read"})[1]["token"]
        reader, other = Reader(collector, token=secret), Reader(collector)
        for stream in (reader, other):
            while stream.status is None:
                stream.fill()
        collector.ask("DELETE", "/api/v1/tokens/reader")
        reader.wait_for_end(60)
        wait_for("a comment for who hears nothing", lambda: other.fill() and (other.take() or True) and other.comments)


def test_limit():
    """No more streams than there may be, and then room again; other requests are not among them."""
    with system_test() as (folder, things):
        collector = StreamingCollector(folder, options="http: {streams: 3, connections_per_address: 4}")
        things.append(collector)
        collector.start()
        readers = [Reader(collector) for _ in range(3)]
        for reader in readers:
            while reader.status is None:
                reader.fill()
        refused = Reader(collector)
        while refused.status is None:
            refused.fill()
        check(refused.status == 503 and b"Retry-After" in refused.headers, refused.headers)
        refused.close()
        collector.make_events(2)
        readers[0].close()

        def comes_in():
            collector.make_events(1)  # the server finds out when it has something to say
            reader = Reader(collector)
            while reader.status is None:
                reader.fill()
            return reader.status == 200
        wait_for("room for another", comes_in)


def open_readers(collector, count, **options):
    """So many, a few at a time: connections of one address that are no streams yet have a limit."""
    readers = []
    while len(readers) < count:
        some = [Reader(collector, after=0, **options) for _ in range(min(50, count - len(readers)))]
        for reader in some:
            while reader.status is None:
                check(reader.fill(), "a reader was turned away")
            check(reader.status == 200, reader.headers)
        readers += some
    return readers


def test_stuck():
    """Who does not read what he is sent is cut, and comes back where he was; the others never notice."""
    with system_test() as (folder, things):
        collector = StreamingCollector(folder, options="http: {timeout: 2s}")
        things.append(collector)
        collector.start()
        for maker in collector.make_many(720):
            maker.join()
        log = collector.all_events()
        stuck, reader = Reader(collector, after=0, receive_buffer=4096), Reader(collector, after=0)
        check([event for _, _, event in reader.next(len(log))] == log, "the reader has another log")
        time.sleep(1)
        check(not stuck.take(), "what is stuck reads")
        wait_for("he is cut", lambda: collector.logged("http-cut") or not is_connected(stuck, collector))
        had = []
        with contextlib.suppress(OSError):
            while stuck.fill():
                had += stuck.take()
        check(0 < len(had) < len(log), f"{len(had)} of {len(log)} events")
        again = Reader(collector, last=had[-1][0])
        had += again.next(len(log) - len(had))
        check([event for _, _, event in had] == log, "who came back has another log")


def is_connected(reader, collector):
    """Whether the other side still holds the connection, as the system sees it."""
    near = reader.socket.getsockname()[1]
    with open("/proc/net/tcp", encoding="ascii") as table:
        for line in table.read().splitlines()[1:]:
            local, remote, state = line.split()[1:4]
            if int(local.split(":")[1], 16) == collector.http_port and int(remote.split(":")[1], 16) == near:
                return state == "01"  # established
    return False


def test_crowd():
    """Many at once, some of whom never read: the others get everything, and so does who asks for something else."""
    with system_test() as (folder, things):
        collector = StreamingCollector(folder, options="http: {timeout: 5s}")
        things.append(collector)
        collector.start()
        stuck = open_readers(collector, STUCK, receive_buffer=4096)
        readers = open_readers(collector, READERS - STUCK)
        collector.make_events(40)
        slowest = 0.0
        wanted = [number(event) for event in collector.all_events()]
        left, had, end = {reader.socket: reader for reader in readers}, {}, time.monotonic() + 90
        while left:
            check(time.monotonic() < end, f"{len(left)} of {len(readers)} readers do not get everything")
            ready, _, _ = select.select(list(left), [], [], 1)
            for one in ready:
                reader = left[one]
                check(reader.fill(), f"a reader was cut: {reader.status}")
                had.setdefault(one, []).extend(position for position, _, _ in reader.take())
                if len(had[one]) >= len(wanted):
                    check(had[one] == wanted, f"a reader had {had[one]}")
                    del left[one]
            begun = time.monotonic()
            collector.ask("GET", "/healthz", token=None)
            slowest = max(slowest, time.monotonic() - begun)
        check(slowest < 5, f"who asks something else waited {slowest:.1f} s")
        print(f"   {len(readers)} readers had {len(wanted)} events, {len(stuck)} never read; "
              f"the slowest other answer took {slowest * 1000:.0f} ms")
        for reader in readers + stuck:
            reader.close()
        check(collector.stop() < 2.5, "the end waits for streams")


# ---- over ZeroMQ


class Subscriber:
    """Follows topics as docs/reference/streams.md says, and goes on over HTTP where something may be missing."""

    def __init__(self, collector, keys, *topics, queue=1000):
        self.collector = collector
        self.socket = zmq.Context.instance().socket(zmq.SUB)
        self.socket.setsockopt(zmq.LINGER, 0)
        self.socket.setsockopt(zmq.RCVHWM, queue)
        self.socket.curve_publickey, self.socket.curve_secretkey = keys
        with open(collector.public_key_path, "rb") as file:
            self.socket.curve_serverkey = file.read().strip()
        self.topics = topics
        for topic in topics + ("_position",):
            self.socket.setsockopt(zmq.SUBSCRIBE, topic.encode())
        self.socket.connect(f"tcp://127.0.0.1:{collector.feed_port}")
        self.position = 0      # everything up to it was seen
        self.last_position = None
        self.last = {}         # topic → number
        self.seen = {}         # number → event
        self.resumed = self.gaps = 0

    def receive(self, patience=30.0):
        """A message, or None."""
        if not self.socket.poll(patience * 1000):
            return None
        topic, position, before, body = self.socket.recv_multipart()
        return topic.decode(), int(position), int(before), json.loads(body)

    def wants(self, topic):
        return any(topic.startswith(prefix) for prefix in self.topics)

    def resume(self):
        """Ask for what may be missing."""
        self.resumed += 1
        for event in self.collector.all_events(self.position):
            self.seen[number(event)] = event
            self.position = number(event)

    def follow(self, patience=30.0):
        """Handle one message. False when there is none."""
        message = self.receive(patience)
        if message is None:
            return False
        topic, position, before, body = message
        if topic == "_position":
            missing = any(self.last.get(name, 0) < last and last > self.position
                          for name, last in body["topics"].items() if self.wants(name))
            if before != self.last_position or not body["complete"] or missing:
                self.resume()
            self.last_position = position
            self.position = max(self.position, position)
            return True
        if before > self.last.get(topic, 0) and before > self.position:
            self.gaps += 1
            self.resume()
        self.last[topic] = position
        self.seen[position] = body
        return True

    def follow_all(self):
        """Handle what is there."""
        while self.follow(0.05):
            pass

    def close(self):
        self.socket.close()


def test_feed():
    """A subscriber gets what it subscribes to; an unknown key gets nothing, until the file lists it."""
    bus, stranger = zmq.curve_keypair(), zmq.curve_keypair()
    with system_test() as (folder, things):
        collector = StreamingCollector(folder, subscribers=[("bus", bus[0].decode())])
        things.append(collector)
        collector.start()
        collector.make_events(2, "early")
        inside, outside = Subscriber(collector, bus, "token-created."), Subscriber(collector, stranger, "")
        wait_for("a position", lambda: inside.follow() and inside.last_position is not None)
        check(len(inside.seen) == 4, "who joins late goes on over HTTP")
        collector.make_events(3)
        wait_for("three events", lambda: inside.follow() and len(inside.seen) >= 7)
        check([event["type"] for event in list(inside.seen.values())[4:]] == ["driftline.token-created"] * 3, inside.seen)
        check(inside.last == {"token-created.-.-.low": 9}, inside.last)
        check(inside.gaps == 0, "gaps where there are none")
        check(outside.receive(1) is None, "a stranger got something")
        check(collector.logged("connection-refused", "feed.subscribers"), "nobody is told of the stranger")
        outside.close()
        collector.subscribers.append(("new", stranger[0].decode()))
        collector.write_config()
        collector.signal(1)  # SIGHUP
        wait_for("the configuration is read again", lambda: collector.logged("event=reloaded"))
        late = Subscriber(collector, stranger, "")
        check(late.receive() is not None, "who was added gets nothing")
        collector.subscribers.pop(0)
        collector.write_config()
        collector.signal(1)
        wait_for("the first is out", lambda: collector.logged("feed-disconnected"))
        wait_for("his key is refused", lambda: collector.logged("connection-refused", bus[0].decode()[:8])
                 or len(collector.logged("connection-refused")) >= 2)
        collector.make_events(1, "afterwards")
        wait_for("who is let in is back", lambda: late.follow() and 12 in late.seen)
        while inside.receive(0.2):
            pass  # what was under way before
        collector.make_events(1, "later")
        check(inside.receive(1.5) is None, "who was removed still gets something")


def test_feed_kills():
    """The collector is killed again and again: with the third frame and positions nothing is missed."""
    bus = zmq.curve_keypair()
    with system_test() as (folder, things):
        collector = StreamingCollector(folder, subscribers=[("bus", bus[0].decode())])
        things.append(collector)
        collector.start()
        subscriber = Subscriber(collector, bus, "")
        for kill in range(KILLS):
            for step in range(3):
                collector.make_events(random.randrange(1, 5), f"f{kill}-{step}")
                subscriber.follow_all()
            collector.kill()
            collector.start()
        collector.make_events(2, "end")
        log = collector.all_events()
        wait_for("everything", lambda: subscriber.follow(2) and len(subscriber.seen) >= len(log),
                 pause=0)
        check([subscriber.seen[number(event)] for event in log] == log, "what was seen is not the log")
        print(f"   {KILLS} kills: {len(log)} events, resumed {subscriber.resumed} times")


def test_feed_gaps():
    """One who does not read for a while loses messages, sees it, and has everything in the end."""
    bus, wall = zmq.curve_keypair(), zmq.curve_keypair()
    with system_test() as (folder, things):
        collector = StreamingCollector(folder, subscribers=[("bus", bus[0].decode()), ("wall", wall[0].decode())])
        things.append(collector)
        collector.start()
        slow, quick = Subscriber(collector, bus, "", queue=5), Subscriber(collector, wall, "")
        for one in (slow, quick):
            wait_for("a position", lambda one=one: one.follow() and one.last_position is not None)
        makers = collector.make_many(1800)
        while any(maker.is_alive() for maker in makers):
            quick.follow(0.2)
        quick.follow_all()
        check(quick.gaps == 0, "who reads loses something")
        log = collector.all_events()
        wait_for("the slow one has everything", lambda: slow.follow(2) and len(slow.seen) >= len(log), pause=0)
        check([slow.seen[number(event)] for event in log] == log, "what the slow one saw is not the log")
        print(f"   {len(log)} events; the slow one saw {slow.gaps} gaps and resumed {slow.resumed} times")


main(test_live_and_resumed, test_what_is_gone, test_kills, test_tokens_end_streams, test_limit, test_stuck, test_crowd,
     test_feed, test_feed_kills, test_feed_gaps)

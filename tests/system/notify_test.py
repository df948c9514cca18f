#!/usr/bin/env python3
"""Notifications: whoever is to be told is told, at least once, in order, whatever is killed or fails meanwhile; nobody else
is, and secrets stay where they belong.

What a sink got is held against what the collector itself says that happened (GET /api/v1/events).
"""
import base64
import contextlib
import hashlib
import hmac
import http.server
import json
import os
import random
import resource
import socket
import socketserver
import struct
import subprocess
import threading
import time

from system import (Agent, Collector, Failure, check, free_port, main, system_test, wait_for, write_script)

KILLS = int(os.environ.get("DRIFTLINE_NOTIFY_KILLS", "40"))
DATABASES = 4
KEY = b"sesame-is-what-opens-0123456789"
SECRET = "whsec_" + base64.b64encode(KEY).decode()


# ---- who is told

class Receiver:
    """A webhook's server. `mood` gives what becomes of each request: a status, "stall", "reset", or "late": taken, and then
    no answer. It can be closed and opened again on its port."""

    def __init__(self, mood=lambda: 200):
        self.mood = mood
        self.port = free_port()
        self.lock = threading.Lock()
        self.seen = []  # (id, body) of what arrived whole, in order
        self.bodies = {}  # id → body
        self.taken = set()  # ids that were answered with 200
        self.problems = []
        self.paths = []
        self.last = None  # headers and body
        self.server = None
        self.open()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}/hook"

    def open(self):
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.paths.append(self.path)
                receiver.take(self, body)

            do_GET = do_POST

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address = True
            daemon_threads = True
            request_queue_size = 64

            def handle_error(self, *_):
                pass

        self.server = Server(("127.0.0.1", self.port), Handler)
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def close(self):
        if self.server:
            self.server.shutdown()
            self.server.server_close()
            self.server = None

    def note(self, headers, body):
        """Keep what came, and what is wrong with it."""
        identity = headers["webhook-id"]
        signed = f"{identity}.{headers['webhook-timestamp']}.".encode() + body
        want = "v1," + base64.b64encode(hmac.new(KEY, signed, hashlib.sha256).digest()).decode()
        event = json.loads(body)
        message = event["data"]
        with self.lock:
            if headers["webhook-signature"] != want:
                self.problems.append(f"{identity}: a wrong signature")
            if abs(int(headers["webhook-timestamp"]) - time.time()) > 300:
                self.problems.append(f"{identity}: a wrong time")
            if self.bodies.setdefault(identity, body) != body:
                self.problems.append(f"{identity}: says something else when it comes again")
            if event["id"] != identity or message["id"] != identity or event["type"] != "driftline.notification":
                self.problems.append(f"{identity}: is called {event['id']} and {message['id']}")
            before = {m["number"]: i for i, m in self.messages().items() if m["incident"] == message["incident"]}
            for number in range(1, message["number"]):
                if before.get(number) not in self.taken:
                    self.problems.append(f"{identity}: number {message['number']} of incident {message['incident']} came "
                                         f"before number {number} was taken")
            self.seen.append((identity, body))
            self.last = (headers, body)
        return identity

    def take(self, handler, body):
        mood = self.mood()
        if mood == "reset":
            handler.close_connection = True
            handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            handler.connection.close()
            return
        identity = self.note(handler.headers, body)
        if mood == "stall":
            time.sleep(3)
            handler.close_connection = True
            return
        if mood in (200, "late"):
            with self.lock:
                self.taken.add(identity)
        if mood == "late":
            handler.close_connection = True
            return
        handler.send_response(mood)
        if mood == 429:
            handler.send_header("Retry-After", "1")
        if mood == 302:
            handler.send_header("Location", f"http://127.0.0.1:{self.port}/elsewhere")
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    def messages(self):
        """id → what was said."""
        return {identity: json.loads(body)["data"] for identity, body in self.bodies.items()}

    def events(self):
        """The numbers of the events that arrived and were taken."""
        with self.lock:
            return {int(event["id"]) for identity, message in self.messages().items() if identity in self.taken
                    for event in message["events"]}

    def check_good(self):
        with self.lock:
            check(not self.problems, "\n".join(self.problems[:5]))


# ---- what happens

class Changer:
    """Two environments of some databases that change all the time, now one, now the other, so that drifts begin and end."""

    def __init__(self, folder, count=DATABASES):
        self.folder = folder
        self.count = count
        self.number = 0
        self.tables = {(n, e): {"orders": ["id bigint not null"]} for n in range(count) for e in ("staging", "prod")}
        self.stopping = threading.Event()
        self.thread = None
        for place in self.tables:
            self.write(*place)

    def path(self, number, environment):
        return os.path.join(self.folder, f"db{number}-{environment}.yaml")

    def write(self, number, environment):
        write_script(self.path(number, environment), self.tables[number, environment], origin=f"db{number}")

    def change(self):
        number = random.randrange(self.count)
        self.number += 1
        if random.random() < 0.4:  # promoted
            self.tables[number, "prod"] = dict(self.tables[number, "staging"])
            self.write(number, "prod")
            return
        environment = random.choice(["staging", "staging", "prod"])
        tables = self.tables[number, environment]
        name = f"t{self.number}"
        if len(tables) > 5:
            del tables[random.choice(list(tables))]
        tables[name] = ["id bigint not null", f"c{self.number} text"]
        self.write(number, environment)

    def run(self):
        while not self.stopping.is_set():
            self.change()
            time.sleep(random.uniform(0.02, 0.15))

    def start(self):
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def stop(self):
        self.stopping.set()
        self.thread.join()

    def agents(self, things, collector):
        for number in range(self.count):
            agent = Agent(self.folder, f"agent{number}", [
                (f"db{number}", environment, "default", f"dummy:{self.path(number, environment)}")
                for environment in ("staging", "prod")])
            agent.enroll(collector)
            agent.start()
            things.append(agent)


PATH = "path: [staging, prod]\n"


def configuration(folder, sinks, routes, more=PATH):
    """The options of a collector; secrets are in files."""
    with open(os.path.join(folder, "hook.secret"), "w", encoding="ascii") as file:
        file.write(SECRET + "\n")
    lines = ["notify:", "  sinks:"] + [f"    - {{{sink}}}" for sink in sinks]
    lines += ["  routes:"] + [f"    - {{{route}}}" for route in routes]
    return more + "\n".join(lines)


def hook(folder, receiver, name="hook", more="timeout: 1s"):
    return (f"name: {name}, kind: webhook, url: \"{receiver.url}\", secret: \"file:{folder}/hook.secret\", "
            f"allow_private: true, {more}")


def all_events(collector, **filters):
    events, after = [], 0
    while True:
        page = collector.get("/api/v1/events", after=after, limit=500, **filters)
        events += page["events"]
        if page["next"] == after:
            return events
        after = page["next"]


def deliveries(collector, **filters):
    return collector.get("/api/v1/deliveries", limit=500, **filters)["deliveries"]


def told_by(collector, route, **filters):
    return [entry["id"] for entry in deliveries(collector, **filters) if entry["route"] == route]


def send_test(collector, sink):
    status, answer = collector.ask("POST", f"/api/v1/sinks/{sink}/test")
    check(status == 202, f"a test of {sink}: {status}: {answer}")
    return answer["delivery"]


def delivery(collector, number):
    return collector.get(f"/api/v1/deliveries/{number}")


def wait_for_state(collector, number, state, patience=60):
    return wait_for(f"delivery {number} is {state}", lambda: delivery(collector, number)["state"] == state
                    and delivery(collector, number), patience)


# ---- the tests

ALL_TYPES = "types: [\"schema-*\", \"snapshot-*\", \"drift-*\", \"drifts-*\"], severity: low"


def moody():
    """Every third attempt fails, each in one of the ways that there are."""
    return random.choice([200] * 12 + [500, 503, 429, "stall", "reset", "late"])


def restart_now_and_then(receiver, stopping):
    while not stopping.wait(random.uniform(1, 4)):
        receiver.close()
        time.sleep(random.uniform(0.05, 0.7))
        receiver.open()


def expected(collector, first):
    wanted = ("schema-", "snapshot-", "drift-", "drifts-")
    return {int(event["id"]) for event in all_events(collector)
            if int(event["id"]) > first and event["type"].removeprefix("driftline.").startswith(wanted)}


def check_delivered(collector, receiver, first):
    """All of it, nothing twice under different names, and the collector knows."""
    want = expected(collector, first)
    wait_for("everything has arrived", lambda: want <= receiver.events(), patience=420, pause=0.5)
    receiver.check_good()
    wait_for("nothing waits", lambda: not deliveries(collector, state="waiting"), patience=120, pause=0.5)
    check(not deliveries(collector, state="dead"), "something was given up")
    told = {}
    for identity, message in receiver.messages().items():
        for event in message["events"]:
            key = (message["incident"], event["id"])
            check(told.setdefault(key, identity) == identity, f"event {event['id']} is in {told[key]} and in {identity}")
    check(not want - {int(event) for _, event in told}, "an event is in no message")
    return len(want)


def test_kills():
    """SIGKILL of the collector while the receiver fails, stalls, resets and restarts: nothing is lost."""
    with system_test() as (folder, things):
        receiver = Receiver()
        changer = Changer(folder)
        things.append(receiver)
        collector = Collector(folder, options=configuration(
            folder, [hook(folder, receiver)],
            [f"name: all, {ALL_TYPES}, sinks: [hook], settle: 200ms, settle_most: 2s"]))
        things.append(collector)
        collector.start()
        wait_for_state(collector, send_test(collector, "hook"), "sent")
        first = max(int(event["id"]) for event in all_events(collector))
        changer.agents(things, collector)
        receiver.mood = moody
        changer.start()
        stopping = threading.Event()
        restarts = threading.Thread(target=restart_now_and_then, args=(receiver, stopping), daemon=True)
        restarts.start()
        for number in range(KILLS):
            time.sleep(random.expovariate(1 / 0.5))
            collector.kill()
            collector.start(wait=number % 3 == 0)
        collector.wait_until_ready()
        changer.stop()
        time.sleep(3)
        stopping.set()
        restarts.join()
        receiver.mood = lambda: 200
        count = check_delivered(collector, receiver, first)
        check(count > KILLS, f"only {count} events: the test is too tame")
        again = len(receiver.seen) - len(receiver.bodies)
        print(f"   {KILLS} kills: {count} events in {len(receiver.bodies)} messages, {again} of them came again")
        collector.check_no_sanitizer()
        check(collector.stop() < 3, "the collector took too long to end")


def check_nowhere(folder, collector, secrets):
    """In no answer, no log, no argument and no environment of a child."""
    paths = ["/api/v1/notify", "/api/v1/deliveries?limit=500", "/api/v1/events?limit=500", "/api/v1/audit", "/metrics", "/readyz"]
    paths += [f"/api/v1/deliveries/{row['id']}" for row in deliveries(collector)]
    texts = {path: json.dumps(collector.ask("GET", path)[1], default=repr) for path in paths}
    texts["the log"] = collector.log()
    texts["the arguments"] = subprocess.run(["ps", "axww", "-o", "args"], stdout=subprocess.PIPE, text=True, check=True).stdout
    texts["--check-config"] = collector.command("--check-config")
    for name in os.listdir(folder):
        if name.endswith(".seen"):  # what programs saw
            with open(os.path.join(folder, name), encoding="utf-8") as file:
                texts[name] = file.read()
    for where, text in texts.items():
        for secret in secrets:
            check(secret not in text, f"a secret is in {where}")


def test_secrets_and_addresses():
    """No redirection is followed, no private address is connected to unasked, and nothing tells a secret."""
    with system_test() as (folder, things):
        receiver = Receiver(lambda: 302)
        things.append(receiver)
        secret_path = "T0/wJalrXUtnFEMI-bPxRfiCY"
        script = os.path.join(folder, "script")
        with open(script, "w", encoding="ascii") as file:
            file.write(f"#!/bin/sh\n(env; cat /proc/self/cmdline; ls -l /proc/self/fd; cat) > {folder}/script.seen\n")
        os.chmod(script, 0o755)
        sinks = [hook(folder, receiver, "moved"),
                 f"name: inside, kind: webhook, url: \"https://localhost:{receiver.port}/{secret_path}\", "
                 f"secret: \"file:{folder}/hook.secret\"",
                 f"name: script, kind: exec, command: [{script}, --flag]"]
        collector = Collector(folder, options=configuration(folder, sinks, ["name: none, types: [notify-test], sinks: [moved]"]),
                              environment={"DRIFTLINE_HOOK_SECRET": SECRET})
        things.append(collector)
        collector.start()
        moved = wait_for_state(collector, send_test(collector, "moved"), "dead")
        check("302" in moved["problem"] and "not followed" in moved["problem"], moved["problem"])
        check("/elsewhere" not in receiver.paths, receiver.paths)
        inside = wait_for_state(collector, send_test(collector, "inside"), "dead")
        check("no address of the public internet" in inside["problem"] and "allow_private: true" in inside["problem"] and
              inside["attempts"] == 1, inside)
        check(not [path for path in receiver.paths if "T0" in path], "a private address was connected to")
        wait_for_state(collector, send_test(collector, "script"), "sent")
        with open(os.path.join(folder, "script.seen"), encoding="utf-8") as file:
            seen = file.read()
        check("DRIFTLINE_KIND=test" in seen and "\"kind\":\"test\"" in seen.replace(" ", ""), seen)
        check("DRIFTLINE_HOOK_SECRET" not in seen, "a program was given the environment of the collector")
        check("socket:" not in seen and ".db" not in seen, f"a program was given files of the collector: {seen}")
        check_nowhere(folder, collector, [SECRET, SECRET[6:], KEY.decode(), "wJalrXUtnFEMI"])


def documented(language):
    """The first example of the section on webhooks in a language, that checks a signature."""
    with open(os.path.join(os.environ["DRIFTLINE_SOURCE_DIR"], "docs/reference/sinks.md"), encoding="utf-8") as file:
        section = file.read().split("\n## webhook\n")[1].split("\n## ")[0]
    blocks = [block.split("```")[0] for block in section.split(f"```{language}\n")[1:]]
    return next(block for block in blocks if "webhook-signature" in block or "signature" in block)


def check_documented(receiver, folder):
    """What the documentation says of signatures holds for one that came, and for no other."""
    headers, body = receiver.last
    code = {}
    exec(documented("python"), code)  # pylint: disable=exec-used
    for secret in (SECRET, "whsec_" + base64.b64encode(b"x" * 24).decode()):
        for sent in (body, body + b" "):
            want = secret == SECRET and sent == body
            check(code["is_genuine"](secret, headers, sent) == want, "the example in Python is wrong")
            path = os.path.join(folder, "body")
            with open(path, "wb") as file:
                file.write(sent)
            variables = {"secret": secret, "id": headers["webhook-id"], "timestamp": headers["webhook-timestamp"],
                         "signature": headers["webhook-signature"], "body": path}
            done = subprocess.run(["sh", "-c", documented("sh")], env=dict(os.environ, **variables), check=False)
            check((done.returncode == 0) == want, "the example in shell is wrong")


def test_signatures_as_documented():
    with system_test() as (folder, things):
        receiver = Receiver()
        things.append(receiver)
        collector = Collector(folder, options=configuration(
            folder, [hook(folder, receiver)], ["name: none, types: [notify-test], sinks: [hook]"]))
        things.append(collector)
        collector.start()
        wait_for_state(collector, send_test(collector, "hook"), "sent")
        check_documented(receiver, folder)


def test_programs_files_and_dead_letters():
    """A program that hangs is killed, what is given up is an event, unless somebody only tried a sink, and can be sent
    again, and a sink that is gone is given up."""
    with system_test() as (folder, things):
        receiver = Receiver(lambda: 503)
        things.append(receiver)
        log = os.path.join(folder, "log.socket")
        with contextlib.closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as syslog:
            syslog.bind(log)
            sinks = [hook(folder, receiver, "hook", "retry_for: 2s, timeout: 1s"),
                     "name: sleeper, kind: exec, command: [/bin/sleep, \"1000\"], timeout: 1s, retry_for: 1s",
                     f"name: lines, kind: file, path: {folder}/lines.jsonl",
                     f"name: system, kind: syslog, url: \"unix:{log}\", facility: local3"]
            route = "name: dead, types: [delivery-dead], severity: low, sinks: [hook, lines], settle: 0s, group_by: []"
            tried = "name: tried, types: [notify-test], severity: low, sinks: [hook, sleeper], settle: 0s"
            collector = Collector(folder, options=configuration(folder, sinks, [route, tried]))
            things.append(collector)
            collector.start()
            begun = time.monotonic()
            only_tried = send_test(collector, "hook")
            hooked, slept = (wait_for(f"it is told to {sink}", lambda sink=sink: told_by(collector, "tried", sink=sink))[-1]
                             for sink in ("hook", "sleeper"))
            check("killed" in wait_for_state(collector, slept, "dead")["problem"], "it says that the program was killed")
            dead = wait_for_state(collector, hooked, "dead")
            check(dead["attempts"] > 1 and dead["status"] == 503, dead)
            check(1.5 < time.monotonic() - begun < 45, "it was given up too early or too late")
            check(b"<156>" in (line := syslog_line(collector, syslog)) or b"<157>" in line, line)

            def lines():
                with contextlib.suppress(FileNotFoundError), open(f"{folder}/lines.jsonl", encoding="utf-8") as file:
                    return [json.loads(line) for line in file]
                return []
            wait_for("the file tells of both", lambda: sum(len(line["events"]) for line in lines()) >= 2)
            wait_for("what tells of deaths is given up, too", lambda: told_by(collector, "dead", state="dead", sink="hook"))
            wait_for("nothing waits", lambda: not deliveries(collector, state="waiting"))
            time.sleep(1)
            events = [event["data"]["delivery"] for event in all_events(collector, type="delivery-dead")]
            check(sorted(events) == sorted(told_by(collector, "tried", state="dead")),
                  "what is given up is told once, and neither telling of it is told of nor trying a sink")
            check(delivery(collector, only_tried)["state"] == "dead", "the test is dead, too")
            receiver.mood = lambda: 200
            status, answer = collector.ask("POST", f"/api/v1/deliveries/{hooked}/replay")
            check(status == 200, answer)
            again = wait_for_state(collector, hooked, "sent")
            check(again["attempts"] >= 1, again)
            receiver.mood = lambda: "stall"
            waits = send_test(collector, "hook")
            collector.options = configuration(folder, sinks[1:], [text.replace("hook, ", "") for text in (route, tried)])
            collector.write_config()
            collector.signal(1)  # SIGHUP
            said = wait_for_state(collector, waits, "dead")
            check("no sink" in said["problem"] or "no answer" in said["problem"], said)


def syslog_line(collector, syslog):
    wait_for_state(collector, send_test(collector, "system"), "sent")
    syslog.settimeout(10)
    return syslog.recv(4096)


def test_one_that_hangs_is_in_nobodys_way():
    """Sinks that never answer, with more waiting for them than there are places; another one is told at once."""
    with system_test() as (folder, things):
        stuck, well = Receiver(lambda: "stall"), Receiver()
        things += [stuck, well]
        sinks = [hook(folder, stuck, f"stuck{n}", "timeout: 30s") for n in range(3)] + [hook(folder, well, "well")]
        collector = Collector(folder, options=configuration(folder, sinks, ["name: none, types: [notify-test], sinks: [well]"]))
        things.append(collector)
        collector.start()
        for _ in range(10):
            for number in range(3):
                send_test(collector, f"stuck{number}")
        time.sleep(0.5)
        for _ in range(20):
            begun = time.monotonic()
            wait_for_state(collector, send_test(collector, "well"), "sent")
            took = time.monotonic() - begun
            check(took < 3, f"it took {took:.1f} s to tell somebody who listens")
        check(collector.stop() < 3, "the collector took too long to end")


def test_full_store():
    """What became of a message cannot be written: it is kept until it can, and the message is not sent again."""
    with system_test() as (folder, things):
        gate = threading.Event()

        def mood():
            gate.wait(60)
            return 200
        receiver = Receiver(mood)
        things.append(receiver)
        collector = Collector(folder, options=configuration(
            folder, [hook(folder, receiver, "hook", "timeout: 60s")], ["name: none, types: [notify-test], sinks: [hook]"]))
        things.append(collector)
        collector.start()
        number = send_test(collector, "hook")
        wait_for("it is under way", lambda: receiver.paths)
        size = os.path.getsize(os.path.join(collector.data, "history.db-wal"))
        check(size > os.path.getsize(collector.log_path) + 65536, "the log could not be written either")
        resource.prlimit(collector.child.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
        gate.set()
        wait_for("the collector says that it cannot write", lambda: collector.logged("event=notify-stuck"))
        time.sleep(3)
        check(delivery(collector, number)["state"] == "waiting", "it was written?")
        check(len(collector.logged("event=notify-stuck")) < 10, "the log is flooded")
        resource.prlimit(collector.child.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        wait_for_state(collector, number, "sent", patience=60)
        check(len(receiver.seen) == 1, f"it came {len(receiver.seen)} times")


if __name__ == "__main__":
    try:
        main(test_signatures_as_documented, test_secrets_and_addresses, test_programs_files_and_dead_letters, test_one_that_hangs_is_in_nobodys_way,
             test_full_store, test_kills)
    except Failure as failure:
        raise SystemExit(str(failure)) from failure

"""What the tests of the whole system share: a collector, agents, a network that misbehaves, databases that change.

Everything runs on loopback, in a folder of its own, and ends with the test: processes are ended by the ids under which
they were started. The programs are those of the build that DRIFTLINE_BUILD_DIR names.
"""
import contextlib
import http.client
import json
import os
import random
import select
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

BUILD = os.environ["DRIFTLINE_BUILD_DIR"]
COLLECTOR = os.path.join(BUILD, "collector", "driftline-collector")
AGENT = os.path.join(BUILD, "agent", "driftline-agent")
DRIFTLINE = os.path.join(BUILD, "cli", "driftline")
PATIENCE = 90  # seconds after which what was waited for does not come


class Failure(Exception):
    """A test found something that must not be."""


def check(holds, message):
    if not holds:
        raise Failure(message)


def wait_for(what, condition, patience=PATIENCE, pause=0.05):
    """Wait until a condition holds; answers what it answered."""
    end = time.monotonic() + patience
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > end:
            raise Failure(f"waited {patience} s in vain: {what}")
        time.sleep(pause)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Process:
    """A program of ours with its log in a file."""

    def __init__(self, name, folder, arguments, environment=None):
        self.name = name
        self.log_path = os.path.join(folder, f"{name}.log")
        self.arguments = arguments
        self.environment = dict(os.environ, **(environment or {}))
        self.child = None

    def start(self):
        check(self.child is None or self.child.poll() is not None, f"{self.name} runs already")
        with open(self.log_path, "ab") as log:
            self.child = subprocess.Popen(self.arguments, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                          env=self.environment, preexec_fn=getattr(self, "limits", None))

    def is_running(self):
        return self.child is not None and self.child.poll() is None

    def kill(self):
        """SIGKILL, as a power cut for the process."""
        if self.is_running():
            self.child.kill()
            self.child.wait()

    def signal(self, number):
        self.child.send_signal(number)

    def stop(self, patience=PATIENCE):
        """SIGTERM; answers how long the end took."""
        if not self.is_running():
            return 0.0
        begun = time.monotonic()
        self.child.terminate()
        try:
            status = self.child.wait(patience)
        except subprocess.TimeoutExpired as late:
            self.kill()
            raise Failure(f"{self.name} does not end on SIGTERM") from late
        check(status == 0, f"{self.name} ended with {status}:\n{self.log_tail()}")
        return time.monotonic() - begun

    def log(self):
        try:
            with open(self.log_path, encoding="utf-8", errors="replace") as file:
                return file.read()
        except FileNotFoundError:
            return ""

    def log_tail(self, lines=25):
        return "\n".join(self.log().splitlines()[-lines:])

    def logged(self, *words):
        """The lines of the log that have all these words."""
        return [line for line in self.log().splitlines() if all(word in line for word in words)]

    def check_no_sanitizer(self):
        for word in ("AddressSanitizer", "runtime error:", "ThreadSanitizer", "LeakSanitizer"):
            check(word not in self.log(), f"{self.name}: {word}:\n{self.log_tail(60)}")


class Collector(Process):
    def __init__(self, folder, name="collector", options="", data=None, port=None, environment=None):
        self.data = data or os.path.join(folder, f"{name}.data")
        self.port = port or free_port()
        self.http_port = free_port()
        self.config = os.path.join(folder, f"{name}.yaml")
        self.options = options
        self.write_config()
        super().__init__(name, folder, [COLLECTOR, "--config", self.config], environment)

    def write_config(self):
        with open(self.config, "w", encoding="utf-8") as file:
            file.write(f"data: {self.data}\n"
                       f"listen: {{agents: \"tcp://127.0.0.1:{self.port}\", http: \"127.0.0.1:{self.http_port}\"}}\n"
                       f"{self.options}\n")

    @property
    def endpoint(self):
        return f"tcp://127.0.0.1:{self.port}"

    @property
    def url(self):
        return f"http://127.0.0.1:{self.http_port}"

    def start(self, wait=True):
        super().start()
        if wait:
            self.wait_until_ready()

    def wait_until_ready(self):
        def ready():
            check(self.is_running(), f"the collector ended by itself:\n{self.log_tail()}")
            with contextlib.suppress(OSError, http.client.HTTPException):
                return self.ask("GET", "/healthz", token=None)[0] == 200
            return False
        wait_for("the collector answers", ready)

    @property
    def token(self):
        with open(os.path.join(self.data, "admin.token"), encoding="ascii") as file:
            return file.read().strip()

    @property
    def public_key_path(self):
        return os.path.join(self.data, "collector.key.pub")

    def ask(self, method, path, body=None, token="admin", timeout=30):
        """Status, and the answer: parsed if it is JSON."""
        connection = http.client.HTTPConnection("127.0.0.1", self.http_port, timeout=timeout)
        try:
            headers = {}
            if token is not None:
                headers["Authorization"] = "Bearer " + (self.token if token == "admin" else token)
            if body is not None:
                body = json.dumps(body)
                headers["Content-Type"] = "application/json"
            connection.request(method, path, body=body, headers=headers)
            answer = connection.getresponse()
            content = answer.read()
            if "json" in (answer.getheader("Content-Type") or ""):
                content = json.loads(content)
            return answer.status, content
        finally:
            connection.close()

    def get(self, path, **parameters):
        query = urllib.parse.urlencode(parameters)
        status, answer = self.ask("GET", path + ("?" + query if query else ""))
        check(status == 200, f"GET {path}: {status}: {answer}")
        return answer

    def rows(self, what, **parameters):
        """A list; it is empty as long as nobody watches what it is asked of."""
        status, answer = self.ask("GET", f"/api/v1/{what}?{urllib.parse.urlencode(parameters)}")
        check(status in (200, 404), f"GET {what} {parameters}: {status}: {answer}")
        return answer[what] if status == 200 else []

    def enroll(self, name, key, *grants):
        status, answer = self.ask("POST", "/api/v1/agents", {"name": name, "key": key, "grants": list(grants)})
        check(status == 201, f"enrolling {name}: {status}: {answer}")

    def snapshots(self, database, environment=None, instance=None):
        """All snapshots, oldest first."""
        found, before = [], 0
        while True:
            parameters = {"database": database, "limit": 500}
            if environment:
                parameters["environment"] = environment
            if instance:
                parameters["instance"] = instance
            if before:
                parameters["before"] = before
            page = self.rows("snapshots", **parameters)
            found += page
            if len(page) < parameters["limit"]:
                return found[::-1]
            before = page[-1]["id"]

    def events(self, *types, **parameters):
        """All events of these types, `drift-*` stands for several; oldest first."""
        found, after = [], 0
        while True:
            page = self.get("/api/v1/events", after=after, limit=500, **parameters,
                            **({"type": ",".join(types)} if types else {}))
            found += page["events"]
            if page["next"] == after:
                return found
            after = page["next"]

    def command(self, *words, check_status=0):
        """A one-shot subcommand of the program; answers what it wrote."""
        done = subprocess.run([COLLECTOR, "--config", self.config, *words], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, check=False)
        check(check_status is None or done.returncode == check_status,
              f"{' '.join(words)}: exit status {done.returncode}: {done.stdout}")
        return done.stdout

    def verify(self):
        return self.command("verify")

    def driftline(self, *words, check_status=0):
        """The command line against this collector."""
        environment = dict(os.environ, DRIFTLINE_COLLECTOR=self.url, DRIFTLINE_TOKEN=self.token, NO_COLOR="1")
        done = subprocess.run([DRIFTLINE, *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              env=environment, check=False)
        check(check_status is None or done.returncode == check_status,
              f"driftline {' '.join(words)}: exit status {done.returncode}: {done.stdout}")
        return done.stdout


class Agent(Process):
    """An agent of one or more targets: (database, environment, instance, source)."""

    def __init__(self, folder, name, targets, options="", poll="100ms", environment=None):
        self.data = os.path.join(folder, f"{name}.data")
        self.config = os.path.join(folder, f"{name}.yaml")
        self.targets = targets
        self.options = options
        self.poll = poll
        self.debounce = "50ms"  # None: the preset
        super().__init__(name, folder, [AGENT, "--config", self.config], environment)

    def point_at(self, collector, *endpoints):
        """Write the configuration; the endpoints are those of the collector unless others are given."""
        lines = [f"agent: {self.name}", f"data: {self.data}", "collector:",
                 f"  endpoints: [{', '.join(json.dumps(e) for e in endpoints or (collector.endpoint,))}]",
                 f"  key: \"file:{collector.public_key_path}\"", "targets:"]
        for database, environment, instance, source in self.targets:
            lines.append(f"  - {{database: {database}, environment: {environment}, instance: {instance}, "
                         f"source: {json.dumps(source)}, poll: {self.poll}"
                         + (f", debounce: {self.debounce}" if self.debounce else "") + "}")
        with open(self.config, "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n" + self.options + "\n")

    def public_key(self):
        done = subprocess.run(self.arguments + ["--public-key"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              text=True, check=False)
        check(done.returncode == 0, f"{self.name} --public-key: {done.stderr}")
        return done.stdout.strip()

    def enroll(self, collector, *endpoints):
        """Configure it for a collector, and enrol it there for exactly its targets, or, if these are many, for their
        environments."""
        self.point_at(collector, *endpoints)
        exact = {f"{d}@{e}/{i}" for d, e, i, _ in self.targets}
        wide = {f"{d}@{e}" for d, e, _, _ in self.targets}
        collector.enroll(self.name, self.public_key(), *(exact if len(exact) <= 100 else wide))

    def outbox(self):
        """(database, environment, instance) → the roots that it holds, oldest first, with their numbers."""
        held, rows = {}, []
        if not os.path.exists(f"{self.data}/outbox.db"):
            return held
        with contextlib.closing(sqlite3.connect(f"file:{self.data}/outbox.db?mode=ro", uri=True)) as outbox:
            with contextlib.suppress(sqlite3.OperationalError):  # it is just being made
                rows = outbox.execute(OUTBOX_QUERY).fetchall()
            for database, environment, instance, seq, root in rows:
                held.setdefault((database, environment, instance), []).append((seq, root.hex()))
        return held


# What the agent's outbox holds; see agent/sql.
OUTBOX_QUERY = """
SELECT t.database, t.environment, t.instance, s.seq, s.root
  FROM snapshot s JOIN target t ON t.id = s.target ORDER BY t.id, s.seq
"""


class Proxy:
    """A network between agents and collector: forwards, delays, cuts, stalls, and counts bytes."""

    def __init__(self, port):
        self.target = port
        self.delay = 0.0
        self.open = True
        self.stalled = False
        self.bytes = [0, 0]  # towards the collector, and back
        self.pairs = []
        self.lock = threading.Lock()
        self.server = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.port = self.server.getsockname()[1]
        self.ended = False
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def endpoint(self):
        return f"tcp://127.0.0.1:{self.port}"

    def _accept(self):
        while not self.ended:
            try:
                near, _ = self.server.accept()
            except OSError:
                return
            if not self.open:
                near.close()
                continue
            try:
                far = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                near.close()
                continue
            with self.lock:
                self.pairs.append((near, far))
            threading.Thread(target=self._pump, args=(near, far), daemon=True).start()

    def _pump(self, near, far):
        ways = {near: (far, 0), far: (near, 1)}
        try:
            while True:
                ready, _, _ = select.select(list(ways), [], [], 1)
                if self.stalled:
                    time.sleep(0.05)
                    continue
                for source in ready:
                    data = source.recv(65536)
                    if not data:
                        return
                    if self.delay:
                        time.sleep(random.uniform(0, self.delay))
                    sink, way = ways[source]
                    self.bytes[way] += len(data)
                    sink.sendall(data)
        except (OSError, ValueError):
            pass
        finally:
            self._close(near, far)

    def _close(self, near, far):
        for end in (near, far):
            with contextlib.suppress(OSError):
                end.close()
        with self.lock, contextlib.suppress(ValueError):
            self.pairs.remove((near, far))

    def cut(self):
        """Break every connection, at once."""
        with self.lock:
            pairs = list(self.pairs)
        for pair in pairs:
            for end in pair:
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)

    def close(self):
        self.ended = True
        with contextlib.suppress(OSError):
            self.server.shutdown(socket.SHUT_RDWR)
        self.server.close()
        self.cut()


def run_sql(*statements, database="postgres"):
    """Run statements on the PostgreSQL that the tests share; answers how it is reached."""
    environment = {}
    with open(os.path.join(os.environ["DRIFTLINE_TEST_PG"], "env"), encoding="utf-8") as file:
        for line in file:
            name, _, value = line.removeprefix("export ").strip().partition("=")
            environment[name] = value.strip("'\"")
    done = subprocess.run([os.path.join(environment["PGBIN"], "psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1",
                           "-d", database, *[word for statement in statements for word in ("-c", statement)]],
                          env=dict(os.environ, **environment), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, check=False)
    check(done.returncode == 0, done.stdout)
    return environment


def write_script(path, tables, origin="system-test"):
    """A scripted database (docs/reference/dummy.md) with these tables: name → columns. Replaced as a whole."""
    lines = [f"origin: {origin}", "version: '1'", "steps:", "  - schema:"]
    for number, (name, columns) in enumerate(tables.items(), start=1):
        lines.append(f"      - {{kind: table, path: [main, {name}], id: {number}, "
                     f"columns: [{', '.join(json.dumps(column) for column in columns)}]}}")
    temporary = path + ".new"
    with open(temporary, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    os.replace(temporary, path)


@contextlib.contextmanager
def system_test():
    """A folder, and a list of things to end: whatever has kill() or close(). What runs at the end of a test that went
    well is told to end, so that leaks show."""
    folder = tempfile.mkdtemp(prefix="driftline-system.")
    things = []
    try:
        yield folder, things
        for thing in reversed(things):
            if isinstance(thing, Process):
                thing.stop()
                thing.check_no_sanitizer()
    except BaseException:
        for thing in things:
            if isinstance(thing, Process):
                print(f"---- {thing.name}:\n{thing.log_tail()}", file=sys.stderr)
        raise
    finally:
        for thing in reversed(things):
            (thing.kill if isinstance(thing, Process) else thing.close)()
        if os.environ.get("DRIFTLINE_KEEP"):
            print(f"kept: {folder}", file=sys.stderr)
        else:
            shutil.rmtree(folder, ignore_errors=True)


def main(*tests):
    """Run the tests in order; what fails first ends the run."""
    random.seed(int(os.environ.get("DRIFTLINE_SEED", random.randrange(2**32))))
    wanted = sys.argv[1:]
    for test in tests:
        if wanted and test.__name__ not in wanted:
            continue
        begun = time.monotonic()
        try:
            test()
        except Failure as failure:
            print(f"FAILED {test.__name__}: {failure}")
            sys.exit(1)
        print(f"ok {test.__name__} ({time.monotonic() - begun:.1f} s)", flush=True)

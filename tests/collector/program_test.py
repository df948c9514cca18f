#!/usr/bin/python3
"""`driftline-collector` as people and systemd call it: the command line, the first start, signals, commands, failures."""
import contextlib
import json
import os
import signal
import socket
import sqlite3
import ssl
import stat
import subprocess
import sys
import time
import urllib.request

sys.path.insert(0, os.path.join(os.environ["DRIFTLINE_SOURCE_DIR"], "tests", "system"))
from event_check import check_events
from system import COLLECTOR, Collector, Failure, check, main, system_test, wait_for

KEY = "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7"


CONTRACT = """name: billing-orders
owner: billing
consumers: [invoicing]
database: orders
requires:
  - table: shop.orders
    columns: [{name: id, type_at_least: bigint}]
"""


def write_file(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def run(*words, status=0):
    """Run the program to its end; answers what it wrote to both."""
    done = subprocess.run([COLLECTOR, *words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, check=False, timeout=60)
    check(done.returncode == status,
          f"{' '.join(words)}: exit status {done.returncode}, not {status}: {done.stdout}{done.stderr}")
    if status != 0:
        check(done.stderr.startswith("driftline-collector: ") and done.stderr.count("\n") == 1,
              f"not one line: {done.stderr}")
    return done.stdout, done.stderr


def test_command_line():
    """What is said wrongly is told in one line, with status 2."""
    with system_test() as (folder, _):
        for words, part in (([], "'--config' is missing"), (["--confg", "x"], "did you mean '--config'?"),
                            (["--config", "x", "bakcup"], "no command 'bakcup'"),
                            (["--config", "x", "backup"], "'backup' takes DEST"),
                            (["--config", "x", "verify", "all"], "'verify' takes nothing more"),
                            (["--config", "x", "token"], "'token' needs another word"),
                            (["--config", "x", "token", "make", "a"], "no command 'token make'"),
                            (["--config", "x", "token", "create"], "'token create' takes NAME"),
                            (["--config", "x", "--rights", "all"], "it takes read, gate, operate, admin"),
                            (["--config", "x", "--expires", "3"], "belongs to 'token create'"),
                            (["--config", "x", "--check-config", "gc"], "stands alone")):
            check(part in run(*words, status=2)[1], f"{words}: {run(*words, status=2)[1]}")
        check("No such file" in run("--config", os.path.join(folder, "none"), status=3)[1], "a missing file")
        for word in ("backup DEST", "token create NAME", "listen.http", "--check-config"):
            check(word in run("--help")[0], f"--help does not say '{word}'")
        check(all(len(line) < 80 for line in run("--help")[0].splitlines()), "a long line")
        check(run("--version")[0].startswith("driftline-collector "), "--version")


def test_configuration_is_checked():
    """--check-config says where the mistake is, and touches nothing."""
    with system_test() as (folder, _):
        path = os.path.join(folder, "c.yaml")

        def write(text):
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)

        write(f"data: {folder}/data\n")
        check(run("--config", path, "--check-config")[0] == f"{path}: in order\n", "in order")
        write("data: x\nheartbeat: soon\n")
        check(f"{path}:2:12: 'heartbeat' cannot be 'soon'" in run("--config", path, "--check-config", status=2)[1],
              "the place of a mistake")
        check("'heartbeat'" in run("--config", path, status=2)[1], "also when it is to run")
        write(f"data: {folder}/data\nlisten: {{http: \"0.0.0.0:0\"}}\n")
        check("no 'tls'" in run("--config", path, status=2)[1], "other machines without TLS")
        write(f"data: {folder}/data\ntls: {{certificate: {path}, key: {path}}}\n")
        check("not a certificate" in run("--config", path, "--check-config", status=2)[1], "a certificate")
        os.mkdir(f"{folder}/contracts")
        write(f"data: {folder}/data\ncontracts_folder: {folder}/contracts\n")
        check("in order" in run("--config", path, "--check-config")[0], "an empty folder of contracts")
        write_file(f"{folder}/contracts/a.yaml", CONTRACT.replace("owner", "onwer"))
        check(f"{folder}/contracts/a.yaml:2:1: unknown key 'onwer'" in
              run("--config", path, "--check-config", status=2)[1], "the place of a mistake in a contract")
        for line, place, part in (
                ("gate: {freezes: [{name: x, cron: '0 18 * * someday', duration: 1h}]}", "2:34", "'someday'"),
                ("gate: {freezes: [{name: x, from: 2026-02-30, until: 2026-03-01}]}", "2:34", "is not a date"),
                ("gate: {freezes: [{name: x, from: 2026-03-02, until: 2026-03-01}]}", "2:53", "before it begins"),
                ("gate: {freezes: [{name: x, timezone: Moon, from: 2026-03-02, until: 2026-03-03}]}", "2:38", "'Moon'"),
                ("gate: {waiver_days: forever}", "2:21", "'forever'"),
                ("contracts: [{name: x, owner: y, consumers: [z], database: orders, requires: []}]", "2:", "few")):
            write(f"data: {folder}/data\n{line}\n")
            for words in (["--check-config"], []):
                said = run("--config", path, *words, status=2)[1]
                check(f"{path}:{place}" in said and part in said, f"{line}: {said}")
        check_notify(folder, path, write)
        check(not os.path.exists(f"{folder}/data"), "a folder was made")


def check_notify(folder, path, write):
    """What is odd is a warning; a contract that no route can wait for is looked for in the folder, too."""
    write(f"contracts_folder: {folder}/contracts\nnotify:\n  sinks: [{{name: a, kind: file, path: {folder}/a}}, "
          f"{{name: b, kind: file, path: {folder}/b}}]\n  routes: [{{name: r, contracts: [checkout], sinks: [a]}}]\n")
    write_file(f"{folder}/contracts/a.yaml", CONTRACT)
    said = run("--config", path, "--check-config", status=2)[1]
    check(f"{path}:4:34: there is no contract 'checkout'" in said, said)
    write_file(f"{folder}/contracts/b.yaml", CONTRACT.replace("name: ", "name: checkout #", 1))
    output, said = run("--config", path, "--check-config")
    check(output == f"{path}: in order\n" and
          said.startswith(f"driftline-collector: warning: {path}:3:") and
          said.endswith("no route tells the sink 'b' anything\n"), f"{output}{said}")


def mode(path):
    return stat.S_IMODE(os.stat(path).st_mode)


def test_first_start():
    """The folder, its files and their modes; one line with the addresses; the first token works, and is kept."""
    with system_test() as (folder, things):
        collector = Collector(folder)
        things.append(collector)
        collector.start()
        check(mode(collector.data) == 0o700, "the folder's mode")
        for name in ("history.db", "collector.key", "admin.token"):
            check(mode(os.path.join(collector.data, name)) == 0o600, f"the mode of {name}")
        started = collector.logged("event=started")
        check(len(started) == 1 and f"agents={collector.endpoint}" in started[0] and
              f"http={collector.url}" in started[0], f"{started}")
        token = collector.token
        check(collector.get("/api/v1/tokens")["tokens"][0]["name"] == "admin", "the first token")
        for _ in range(3):
            collector.kill()
            collector.start()
        check(collector.token == token and len(collector.get("/api/v1/tokens")["tokens"]) == 1, "one first token")
        check(collector.ask("DELETE", "/api/v1/tokens/admin")[0] == 200, "removing it")
        collector.stop()
        collector.start()
        check(collector.token != token and collector.get("/api/v1/fleet"), "a new one when there is none")
        collector.stop()


def test_ends_within_two_seconds():
    """SIGTERM with clients in every state: it ends in time, with status 0."""
    with system_test() as (folder, things):
        collector = Collector(folder)
        things.append(collector)
        collector.start()
        clients = [socket.create_connection(("127.0.0.1", collector.http_port)) for _ in range(5)]
        clients[1].sendall(b"GET /healthz HTTP/1.1\r\n")
        clients[2].sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        clients[3].sendall(b"POST /api/v1/tokens HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
        clients[4].sendall(b"GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n")
        collector.get("/api/v1/fleet")
        took = collector.stop()
        print(f"   ended after {took:.2f} s")
        check(took < 2, f"it took {took:.2f} s")
        check(collector.logged("event=stopping") and collector.logged("event=stopped"), collector.log_tail())
        for client in clients:
            client.close()
        collector.start()
        collector.signal(signal.SIGINT)
        check(collector.child.wait(30) == 0, "SIGINT")


def test_reload():
    """SIGHUP: what can change changes, what cannot is named, and a mistake changes nothing."""
    with system_test() as (folder, things):
        collector = Collector(folder, options="path: [staging, prod]")
        things.append(collector)
        collector.start()

        def reload(options, event):
            before = len(collector.logged(f"event={event}"))
            collector.options = options
            collector.write_config()
            collector.signal(signal.SIGHUP)
            wait_for(event, lambda: len(collector.logged(f"event={event}")) > before)

        check(collector.get("/api/v1/fleet")["path"] == ["staging", "prod"], "the path")
        check(not collector.logged("event=http-request"), "debug lines before")
        reload("path: [dev, prod]\nlog: debug", "reloaded")
        check(collector.get("/api/v1/fleet")["path"] == ["dev", "prod"], "another path")
        wait_for("debug lines", lambda: collector.logged("event=http-request"))
        reload("path: [dev, dev]", "reload-failed")
        check(collector.logged("event=reload-failed", "on the path twice", "keeping"), collector.log_tail())
        check(collector.get("/api/v1/fleet")["path"] == ["dev", "prod"], "the path is kept")
        reload("http: {threads: 5}\nlog: debug", "reloaded")
        check(collector.logged("event=reload-incomplete", "key=http.threads"), collector.log_tail())
        check(collector.get("/api/v1/fleet")["path"] == [], "no path")
        collector.stop()


def readiness(collector):
    """What needs no token; always 200 here, since problems with files are none of serving."""
    status, answer = collector.ask("GET", "/readyz", token=None)
    check(status == 200 and answer["status"] == "ready", f"{status}: {answer}")
    return answer


def test_a_bad_configuration_is_told():
    """The one before stays in use, and /readyz says what is wrong, where, and since when, until it is mended."""
    with system_test() as (folder, things):
        collector = Collector(folder, options="path: [staging, prod]")
        things.append(collector)
        collector.start()

        def reload(options):
            collector.options = options
            collector.write_config()
            collector.signal(signal.SIGHUP)

        check(readiness(collector)["configuration"] == {"ok": True, "problem": None, "since": None}, "at first")
        reload("path: [staging, prod]\ngate: {freezes: [{name: x, from: 2026-03-02, until: 2026-03-01}]}")
        told = wait_for("it is told", lambda: (lambda now: now if not now["ok"] else None)(
            readiness(collector)["configuration"]))
        check(told["problem"].startswith(f"{collector.config}:4:53: the freeze ends before it begins"), f"{told}")
        check(told["since"] is not None and told["since"].endswith("Z"), f"{told}")
        check(collector.get("/api/v1/fleet")["path"] == ["staging", "prod"], "the path is kept")
        reload("path: [dev")
        wait_for("another mistake", lambda: "freeze" not in readiness(collector)["configuration"]["problem"])
        check(readiness(collector)["configuration"]["since"] == told["since"], "it is wrong since the first")
        reload("path: [dev, prod]")
        wait_for("it is mended", lambda: readiness(collector)["configuration"]["ok"])
        check(readiness(collector)["configuration"] == {"ok": True, "problem": None, "since": None}, "mended")
        check(collector.get("/api/v1/fleet")["path"] == ["dev", "prod"], "the new path")
        collector.stop()


def test_contracts_are_read_again():
    """Files of the folder are looked at every second; while one is wrong the last that were in order stay."""
    with system_test() as (folder, things):
        contracts = os.path.join(folder, "contracts")
        os.mkdir(contracts)
        write_file(f"{contracts}/orders.yaml", CONTRACT)
        collector = Collector(folder, options=f"contracts_folder: {contracts}")
        things.append(collector)
        collector.start()

        def told():
            """The same, whoever is asked; the two questions may be on two sides of a change."""
            ready = readiness(collector)["contracts"]
            listed = collector.get("/api/v1/contracts")
            same = ready == {"known": listed["known"], "count": len(listed["contracts"]), "problem": listed["problem"],
                             "since": listed["problem_since"]}
            return ready if same else None

        check(wait_for("an answer", told) == {"known": True, "count": 1, "problem": None, "since": None}, f"{told()}")
        write_file(f"{contracts}/more.yaml", CONTRACT.replace("billing-orders", "more").replace("- table", "- tabel"))
        wait_for("the mistake is told", lambda: readiness(collector)["contracts"]["problem"])
        bad = wait_for("an answer", told)
        check(bad["known"] and bad["count"] == 1 and bad["since"] is not None, f"{bad}")
        check(bad["problem"].startswith(f"{contracts}/more.yaml:6:5: unknown key 'tabel'"), f"{bad}")
        check(collector.logged("event=contracts-failed", "more.yaml:6:5", "keeping the contracts as they were"),
              collector.log_tail())
        write_file(f"{contracts}/more.yaml", CONTRACT)
        wait_for("another", lambda: "more.yaml:1" in (readiness(collector)["contracts"]["problem"] or ""))
        check("orders.yaml:1" in wait_for("an answer", told)["problem"], "both places of a name that is there twice")
        write_file(f"{contracts}/more.yaml", CONTRACT.replace("billing-orders", "more"))
        wait_for("it is mended", lambda: readiness(collector)["contracts"]["count"] == 2)
        check(wait_for("an answer", told) == {"known": True, "count": 2, "problem": None, "since": None}, f"{told()}")
        os.remove(f"{contracts}/orders.yaml")
        wait_for("one is gone", lambda: readiness(collector)["contracts"]["count"] == 1)
        collector.stop()
        write_file(f"{contracts}/more.yaml", "name: more\n")
        collector.start()
        never = readiness(collector)["contracts"]
        check(not never["known"] and never["count"] == 0 and "more.yaml:1:1" in never["problem"], f"{never}")
        check(collector.logged("event=contracts-failed", "the gate lets nothing pass"), collector.log_tail())
        collector.stop()


def make_certificate(key, certificate):
    """A key and a certificate for 127.0.0.1 that signs itself."""
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key,
                    "-out", certificate], check=True, stderr=subprocess.DEVNULL)


def test_tls():
    """With a certificate it speaks TLS only; a renewed one waits for the next start, and the log says so."""
    with system_test() as (folder, things):
        key, certificate = os.path.join(folder, "tls.key"), os.path.join(folder, "tls.crt")
        make_certificate(key, certificate)
        collector = Collector(folder, options=f"tls: {{certificate: {certificate}, key: {key}}}")
        things.append(collector)
        collector.command("--check-config")
        collector.start(wait=False)
        context = ssl.create_default_context(cafile=certificate)

        def ask(path="/healthz"):
            with contextlib.suppress(OSError):
                request = urllib.request.Request(collector.url.replace("http:", "https:") + path)
                if path.startswith("/api"):
                    request.add_header("Authorization", f"Bearer {collector.token}")
                with urllib.request.urlopen(request, context=context, timeout=10) as answer:
                    return answer.read()
            return None

        check(wait_for("an answer", ask) == b'{"status":"ok"}\n', "over TLS")
        check(collector.logged("event=started", "http=https://"), collector.log_tail())
        check(json.loads(ask("/api/v1/fleet"))["databases"] == [], "an answer that a worker made")
        check(len(ask("/openapi.json")) > 50000, "a large answer")

        def reload(times):
            collector.signal(signal.SIGHUP)
            wait_for("reloading", lambda: collector.logged("event=reloaded", f"times={times}"))

        reload(1)
        check(not collector.logged("event=reload-incomplete"), "the same certificate")
        make_certificate(key, certificate)
        reload(2)
        check(collector.logged("event=reload-incomplete", "certificate"), collector.log_tail())
        check(ask() == b'{"status":"ok"}\n', "it goes on with the old one")
        with open(certificate, "w", encoding="ascii") as file:
            file.write("nonsense")
        reload(3)
        check(collector.logged("event=reload-failed", "not a certificate"), collector.log_tail())
        collector.stop()


def test_one_of_a_kind():
    """A second collector on the same store, or at the same port, is refused and says who is in the way."""
    with system_test() as (folder, things):
        first = Collector(folder)
        things.append(first)
        first.start()
        check(f"(process {first.child.pid})" in run("--config", first.config, status=4)[1], "the same store")
        other = Collector(folder, name="other")
        other.http_port = first.http_port
        other.write_config()
        check("listen" in run("--config", other.config, status=4)[1], "the same HTTP port")
        other.http_port, other.port = 0, first.port
        other.write_config()
        check(str(first.port) in run("--config", other.config, status=4)[1], "the same port for agents")
        first.stop()


def test_tokens():
    """Made, listed and removed on the command line, with a collector and without."""
    with system_test() as (folder, things):
        collector = Collector(folder)
        things.append(collector)
        alone = collector.command("token", "create", "early", "--rights", "operate").strip()
        collector.start()
        check(collector.ask("GET", "/api/v1/fleet", token=alone)[0] == 200, "a token from before the first start")
        check(os.path.exists(os.path.join(collector.data, "admin.token")), "there is an admin, too")
        beside = collector.command("token", "create", "ci", "--rights", "gate", "--expires", "2").strip()
        check(collector.ask("GET", "/api/v1/fleet", token=beside)[0] == 200, "a token beside a collector")
        collector.command("token", "create", "ci", check_status=4)
        collector.command("token", "create", "-x", check_status=2)
        listed = collector.command("token", "list")
        check("ci" in listed and "gate" in listed and "dl_" not in listed, listed)
        collector.command("token", "remove", "ci")
        check(collector.ask("GET", "/api/v1/fleet", token=beside)[0] == 401, "a removed token")
        collector.command("token", "remove", "ci", check_status=3)
        types = [event["type"] for event in collector.events("token-*")]
        check(types.count("driftline.token-created") == 2 and types.count("driftline.token-removed") == 1, types)
        check_events(collector)
        collector.stop()


def test_backup_and_verify():
    """A copy while it runs is a whole history; damage is found, and named."""
    with system_test() as (folder, things):
        collector = Collector(folder)
        things.append(collector)
        collector.start()
        collector.enroll("db-1", KEY, "*@*")
        copy = os.path.join(folder, "copy.db")
        collector.command("backup", copy)
        collector.command("backup", copy, check_status=4)
        check(mode(copy) == 0o600, "the copy's mode")
        with sqlite3.connect(copy) as database:
            check(database.execute("SELECT name FROM agent").fetchall() == [("db-1",)], "what is in the copy")
        check("0 problems" in collector.verify(), "a sound history")
        collector.command("gc", check_status=4)
        collector.stop()
        check("let go" in collector.command("gc"), "gc")
        with sqlite3.connect(os.path.join(collector.data, "history.db")) as database:
            database.execute("INSERT INTO node (hash, type, bytes) VALUES (zeroblob(32), 1, x'00')")
        database.close()
        report = collector.command("verify", check_status=3)
        check("problem: " in report and "is damaged" in report, report)


def test_stores_that_are_none():
    """A database of another program, and one that is no database: refused in one line, and left alone."""
    with system_test() as (folder, _):
        collector = Collector(folder)
        os.makedirs(collector.data, mode=0o700)
        path = os.path.join(collector.data, "history.db")
        with sqlite3.connect(path) as database:
            database.execute("CREATE TABLE theirs (x)")
        database.close()
        check("another program" in run("--config", collector.config, status=3)[1], "another's database")
        with open(path, "wb") as file:
            file.write(b"nonsense" * 1000)
        run("--config", collector.config, status=3)
        with open(path, "rb") as file:
            check(file.read(8) == b"nonsense", "it was touched")


def test_systemd():
    """The service manager hears when it is ready, reloads and stops; the watchdog is fed."""
    with system_test() as (folder, things):
        path = os.path.join(folder, "notify")
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        listener.bind(path)
        listener.settimeout(60)
        collector = Collector(folder, environment={"NOTIFY_SOCKET": path, "WATCHDOG_USEC": "1000000"})
        things += [collector, listener]
        collector.start(wait=False)

        def hear(word):
            while True:
                said = listener.recv(4096).decode()
                if word in said:
                    return said

        check(collector.url in hear("READY=1"), "ready, and where")
        check(collector.ask("GET", "/healthz", token=None)[0] == 200, "it is ready when it says so")
        hear("WATCHDOG=1")
        collector.signal(signal.SIGHUP)
        hear("RELOADING=1")
        hear("READY=1")
        collector.signal(signal.SIGTERM)
        hear("STOPPING=1")
        check(collector.child.wait(30) == 0, "the end")


def test_readiness():
    """A history that cannot grow is not ready, and says why."""
    with system_test() as (folder, things):
        collector = Collector(folder)
        things.append(collector)
        collector.start()
        status, answer = collector.ask("GET", "/readyz", token=None)
        check(status == 200 and answer["status"] == "ready" and answer["problems"] == [], answer)
        check(answer["configuration"] == {"ok": True, "problem": None, "since": None}, answer)
        check(answer["contracts"] == {"known": True, "count": 0, "problem": None, "since": None}, answer)
        check(answer["feed"] == {"endpoint": None, "subscribers": 0, "subscriptions": 0}, answer)
        check(json.dumps(collector.get("/api/v1/version")).count("0.1") == 1, "the version")
        began = time.monotonic()
        for _ in range(50):
            collector.ask("GET", "/healthz", token=None)
        print(f"   {50 / (time.monotonic() - began):.0f} connections a second")
        collector.stop()


if __name__ == "__main__":
    try:
        main(test_command_line, test_configuration_is_checked, test_first_start, test_ends_within_two_seconds,
             test_reload, test_a_bad_configuration_is_told, test_contracts_are_read_again, test_tls, test_one_of_a_kind, test_tokens, test_backup_and_verify, test_stores_that_are_none,
             test_systemd, test_readiness)
    except Failure as failure:
        raise SystemExit(str(failure)) from failure

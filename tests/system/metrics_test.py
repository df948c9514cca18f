#!/usr/bin/env python3
"""What Prometheus sees: /metrics of a real collector and a real agent, checked by Prometheus' own tool, held against
the table that the reference page is written from, and scraped by a real Prometheus whose alert fires."""
import contextlib
import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import time
import urllib.parse

from system import Agent, Collector, Process, check, free_port, main, system_test, wait_for, write_script

SOURCE = os.environ["DRIFTLINE_SOURCE_DIR"]
RULES = os.path.join(SOURCE, "deploy", "prometheus", "driftline-alerts.yaml")
TESTS = os.path.join(SOURCE, "deploy", "prometheus", "driftline-alerts.test.yaml")
CONFIG = os.path.join(SOURCE, "deploy", "prometheus", "prometheus.yml")
DASHBOARD = os.path.join(SOURCE, "deploy", "grafana", "driftline.json")
PAGE = os.path.join(SOURCE, "docs", "reference", "metrics.md")
SAMPLE = re.compile(r'^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$')
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"')
OPTIONS = """
path: [dev, staging, prod]
heartbeat: 1s
stale_after: 3s
contracts:
  - name: billing
    owner: finance
    consumers: [ledger]
    database: orders
    requires:
      - table: main.orders
        columns: [{name: total, type: bigint}]
"""


def ask_metrics(port, token=None, method="GET", path="/metrics", host=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        headers = {"Authorization": "Bearer " + token} if token else {}
        if host:
            headers["Host"] = host
        connection.request(method, path, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.getheader("Content-Type"), answer.read().decode()
    finally:
        connection.close()


def scrape(port, token=None):
    status, kind, text = ask_metrics(port, token)
    check(status == 200, f"/metrics: {status}: {text[:300]}")
    check(kind == "text/plain; version=0.0.4; charset=utf-8", kind)
    return text


def parse(text):
    """{name: {labels as a tuple of pairs: value}}, and the families that were announced."""
    samples, families = {}, {}
    for line in text.splitlines():
        if line.startswith("# TYPE "):
            _, _, name, kind = line.split()
            check(name not in families, f"{name} is announced twice")
            families[name] = kind
        elif not line.startswith("#"):
            found = SAMPLE.match(line)
            check(found, f"not a sample: {line}")
            labels = tuple(sorted(LABEL.findall(found.group(2) or "")))
            values = samples.setdefault(found.group(1), {})
            check(labels not in values, f"a sample is there twice: {line}")
            values[labels] = float(found.group(3))
    return samples, families


def value(samples, name, **labels):
    """The sum of the samples that have these labels; None when there is none."""
    found = [number for have, number in samples.get(name, {}).items()
             if all((key, text) in have for key, text in labels.items())]
    return sum(found) if found else None


def promtool(*words, text=None):
    done = subprocess.run(["promtool", *words], input=text, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          check=False)
    check(done.returncode == 0, f"promtool {' '.join(words)}: {done.returncode}:\n{done.stdout}")
    return done.stdout


class Fleet:
    """A collector, and an agent that watches orders in three environments, one of them with two instances."""

    def __init__(self, folder, things, options=OPTIONS):
        self.folder = folder
        self.scripts = {}
        targets = []
        for environment, instance in (("dev", "default"), ("staging", "default"), ("prod", "eu-1"), ("prod", "eu-2")):
            path = os.path.join(folder, f"{environment}-{instance}.dummy.yaml")
            self.scripts[environment, instance] = path
            targets.append(("orders", environment, instance, f"dummy:{path}"))
        self.collector = Collector(folder, options=options)
        self.agent_port = free_port()
        self.agent = Agent(folder, "watcher", targets, options=f"metrics: 127.0.0.1:{self.agent_port}")
        things += [self.collector, self.agent]

    def write(self, tables, *environments):
        for (environment, _), path in self.scripts.items():
            if environment in environments:
                write_script(path, tables, origin=environment)

    def start(self):
        self.write({"orders": ["id bigint", "total bigint"], "people": ["id bigint"]}, "dev", "staging", "prod")
        self.collector.start()
        self.agent.enroll(self.collector)
        self.agent.start()
        wait_for("all is recorded", lambda: len(self.collector.rows("targets", database="orders")) == 4 and all(
            row["root"] for row in self.collector.rows("targets", database="orders")))

    def metrics(self):
        return scrape(self.collector.http_port, self.collector.token)

    def value(self, name, **labels):
        return value(parse(self.metrics())[0], name, **labels)


def table_of_page():
    """{program: {name: type}} of the reference page."""
    tables, program = {}, None
    with open(PAGE, encoding="utf-8") as file:
        for line in file:
            if line.startswith("## "):
                program = line[3:].strip()
            found = re.match(r"\| `([a-z_0-9]+)` \| (counter|gauge|histogram) \|", line)
            if found:
                tables.setdefault(program, {})[found.group(1)] = found.group(2)
    return tables


def test_every_metric_is_in_the_table_and_the_table_in_a_scrape():
    with system_test() as (folder, things):
        fleet = Fleet(folder, things)
        fleet.start()
        texts = {"The collector": fleet.metrics(), "The agent": scrape(fleet.agent_port)}
        tables = table_of_page()
        check(set(tables) == {"The collector", "The agent", "Of both"}, tables.keys())
        for program, text in texts.items():
            print(promtool("check", "metrics", text=text), end="")
            _, families = parse(text)
            expected = dict(tables[program], **tables["Of both"])
            check(families == expected, f"{program}: the page and a scrape differ: "
                  f"{sorted(set(families.items()) ^ set(expected.items()))}")
        fleet.agent.stop()


def test_figures_follow_what_happens():
    with system_test() as (folder, things):
        fleet = Fleet(folder, things)
        fleet.start()
        check(fleet.value("driftline_ready") == 1, "it is ready")
        check(fleet.value("driftline_agents_connected") == 1, "one agent")
        check(fleet.value("driftline_targets", environment="prod", state="fine") == 2, "two targets in prod")
        check(fleet.value("driftline_database_verdict", database="orders", verdict="IN_SYNC") == 1, "all alike")
        checked = fleet.value("driftline_target_checked_timestamp_seconds", database_instance="eu-2")
        check(time.time() - 60 < checked <= time.time() + 1, f"fresh: {checked}")
        check(fleet.value("driftline_drifts") is None, "no drift")
        fleet.collector.ask("POST", "/api/v1/gate?" + urllib.parse.urlencode(
            {"database": "orders", "from": "staging", "to": "prod"}))
        samples, _ = parse(fleet.metrics())
        verdicts = {dict(key)["verdict"]: number for key, number in samples["driftline_gate_verdict"].items()}
        check(sum(verdicts.values()) == 1 and set(verdicts) == {"PASS", "BLOCKED", "UNKNOWN"}, verdicts)
        check(value(samples, "driftline_gate_runs_total") == 1, "asked once")
        check(value(samples, "driftline_events_total", type="snapshot-recorded") == 4, "four snapshots")
        posted = {"method": "POST", "route": "/api/v1/gate", "class": "2xx"}
        check(value(samples, "driftline_http_requests_total", **posted) == 1, "one POST")
        # A change upstream, and its way down.
        fleet.write({"orders": ["id bigint", "total bigint", "vat bigint"], "people": ["id bigint"]}, "staging")
        wait_for("the change is pending", lambda: fleet.value("driftline_drifts", **{"from": "staging"}, to="prod",
                                                              cause="pending", state="open") == 1)
        fleet.write({"orders": ["id bigint", "total bigint", "vat bigint"], "people": ["id bigint"]}, "prod")
        wait_for("the change was promoted", lambda: fleet.value("driftline_lead_time_seconds_count",
                                                                environment="prod") == 1)
        check(fleet.value("driftline_lead_time_seconds_bucket", environment="prod", le="300") == 1, "soon")
        # Restarted, it counts from nothing: all counters at once.
        fleet.collector.stop()
        fleet.collector.start()
        check(fleet.value("driftline_lead_time_seconds_count") is None, "no lead time yet")
        check(fleet.value("driftline_events_total", type="snapshot-recorded") == 0, "no event yet")
        fleet.agent.stop()
        wait_for("the agent is missed", lambda: fleet.value("driftline_agents_connected") == 0)
        wait_for("nothing is known", lambda: fleet.value("driftline_targets_unknown", environment="prod") == 2)


def test_who_may_ask():
    with system_test() as (folder, things):
        fleet = Fleet(folder, things)
        fleet.start()
        check(ask_metrics(fleet.collector.http_port)[0] == 401, "without a token")
        status, answer = fleet.collector.ask("POST", "/api/v1/tokens", {"name": "prometheus", "rights": "read"})
        check(status == 201, answer)
        check(ask_metrics(fleet.collector.http_port, answer["token"])[0] == 200, "read is enough")
        check(ask_metrics(fleet.agent_port, host="evil.example.com")[0] == 403, "led here by another name")
        check(ask_metrics(fleet.agent_port, host=f"localhost:{fleet.agent_port}")[0] == 200, "localhost")
        check(ask_metrics(fleet.agent_port, path="/")[0] == 404, "only /metrics")
        check(ask_metrics(fleet.agent_port, method="POST")[0] == 405, "only GET")
        check(ask_metrics(fleet.agent_port, method="HEAD")[2] == "", "HEAD")
        begun = time.monotonic()
        with socket.create_connection(("127.0.0.1", fleet.agent_port), timeout=10) as line:
            question = f"GET /metrics HTTP/1.1\r\nHost: 127.0.0.1:{fleet.agent_port}\r\n"
            line.sendall((question + "\r\n" + question + "Connection: close\r\n\r\n").encode())
            both = b"".join(iter(lambda: line.recv(65536), b""))
        check(both.count(b"# TYPE driftline_agent_connected gauge") == 2, "two questions at once")
        check(time.monotonic() - begun < 4, "nobody waits for the next turn of the loop")
        fleet.agent.stop()


def test_the_agent_serves_what_it_does():
    with system_test() as (folder, things):
        fleet = Fleet(folder, things)
        fleet.start()
        samples, _ = parse(scrape(fleet.agent_port))
        check(value(samples, "driftline_agent_target_state", database_instance="eu-1", state="fine") == 1, "fine")
        check(value(samples, "driftline_agent_target_state", database_instance="eu-1") == 1, "one state at a time")
        check(value(samples, "driftline_agent_reads_total") >= 4, "all were read")
        check(value(samples, "driftline_agent_snapshots_total") == 4, "all were new")
        wait_for("it looks", lambda: value(parse(scrape(fleet.agent_port))[0], "driftline_agent_looks_total") > 8)
        check(value(samples, "driftline_agent_sent_bytes_total") > 0, "it has spoken")
        wait_for("it is connected", lambda: value(parse(scrape(fleet.agent_port))[0],
                                                  "driftline_agent_delivered_snapshots_total") == 4)
        check(value(samples, "driftline_agent_outbox_limit_bytes") == 256 * 1024 * 1024, "the limit")
        fleet.collector.stop()
        wait_for("it is cut off", lambda: value(parse(scrape(fleet.agent_port))[0], "driftline_agent_connected") == 0)
        # A reload moves it, or ends it.
        other = free_port()
        fleet.agent.options = f"metrics: 127.0.0.1:{other}"
        fleet.agent.point_at(fleet.collector)
        fleet.agent.signal(1)
        wait_for("it moved", lambda: can_connect(other) and not can_connect(fleet.agent_port))
        check(value(parse(scrape(other))[0], "driftline_agent_delivered_snapshots_total") == 4, "it goes on counting")
        fleet.agent.options = ""
        fleet.agent.point_at(fleet.collector)
        fleet.agent.signal(1)
        wait_for("it ended", lambda: not can_connect(other))
        for bad in ("0.0.0.0:7490", "192.168.1.1:7490", "localhost:7490", "127.0.0.1:0", "[::]:7490", "7490"):
            fleet.agent.options = f"metrics: \"{bad}\""
            fleet.agent.point_at(fleet.collector)
            done = subprocess.run(fleet.agent.arguments + ["--check-config"], stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, text=True, check=False)
            check(done.returncode == 2 and "is not a port of this machine" in done.stdout, f"{bad}: {done.stdout}")
        fleet.agent.stop()


def can_connect(port):
    with contextlib.suppress(OSError):
        return ask_metrics(port)[0] == 200
    return False


# ---- what is made of them: rules, dashboard, pages


def labels_of_page():
    """{name of a sample: its labels}; histograms have three names."""
    labels = {}
    with open(PAGE, encoding="utf-8") as file:
        for line in file:
            found = re.match(r"\| `([a-z_0-9]+)` \| (counter|gauge|histogram) \| (.*?) \|", line)
            if not found:
                continue
            names = set(re.findall(r"`([a-z_]+)`", found.group(3)))
            if found.group(2) == "histogram":
                for suffix in ("_bucket", "_sum", "_count"):
                    labels[found.group(1) + suffix] = names | ({"le"} if suffix == "_bucket" else set())
            else:
                labels[found.group(1)] = names
    return labels


def check_names(where, expression, labels):
    """Every metric of an expression is one of ours, and has the labels that it is asked for."""
    for found in re.finditer(r"\b((?:driftline|process)_[a-z0-9_]+)(?:\{([^}]*)\})?", expression):
        check(found.group(1) in labels, f"{where}: there is no metric {found.group(1)}")
        asked = set(re.findall(r"([a-z_]+) *(?:=~|!~|!=|=)", found.group(2) or "")) - {"job", "instance"}
        missing = asked - labels[found.group(1)]
        check(not missing, f"{where}: {found.group(1)} has no label {missing}")


def expressions_of_rules():
    """(alert, expression), read without a parser of YAML: the file has one way of writing them."""
    with open(RULES, encoding="utf-8") as file:
        text = file.read()
    found = re.findall(r"- alert: (\w+)\n +expr: (?:>-\n +(.*)|'(.*)'|\"(.*)\")\n", text)
    check(len(found) == text.count("- alert:"), "each alert has an expression in one line")
    return [(name, folded or single or double) for name, folded, single, double in found]


def expressions_of_dashboard():
    with open(DASHBOARD, encoding="utf-8") as file:
        dashboard = json.load(file)
    ids = [panel["id"] for panel in dashboard["panels"]]
    check(len(ids) == len(set(ids)), "panels have numbers of their own")
    for panel in dashboard["panels"]:
        check(panel["type"] == "row" or panel["targets"], f"{panel['title']} shows nothing")
        check(panel["type"] == "row" or panel["description"], f"{panel['title']} is not described")
        for target in panel.get("targets", []):
            yield panel["title"], target["expr"]
    for variable in dashboard["templating"]["list"]:
        if variable["type"] == "query":
            yield variable["name"], re.sub(r"^label_values\((.*), \w+\)$", r"\1", variable["query"]["query"])


def test_rules_and_dashboard_ask_for_what_there_is():
    labels = labels_of_page()
    with system_test() as (folder, _):
        rules = expressions_of_rules()
        panels = list(expressions_of_dashboard())
        for where, expression in rules + panels:
            check_names(where, expression, labels)
        promtool("check", "rules", RULES)
        print(promtool("test", "rules", TESTS).strip().splitlines()[-1].strip())
        with open(TESTS, encoding="utf-8") as file:
            tested = file.read()
        for name, _ in rules:
            check(f'alertname="{name}"' in tested, f"{name} is not tested")
        # What Grafana would ask, as rules, so that Prometheus reads it.
        copy = os.path.join(folder, "dashboard.rules.yaml")
        with open(copy, "w", encoding="utf-8") as file:
            file.write("groups:\n  - name: dashboard\n    rules:\n")
            for number, (_, expression) in enumerate(panels):
                expression = expression.replace("$__rate_interval", "5m").replace("$agent_job", ".*")
                expression = expression.replace("$database", ".*").replace("$job", ".*")
                file.write(f"      - {{record: panel_{number}, expr: {json.dumps(expression)}}}\n")
        promtool("check", "rules", copy)
        promtool("check", "config", "--syntax-only", CONFIG)
        print(f"{len(rules)} alerts, {len(panels)} queries")


def test_pages_name_what_there_is():
    labels = labels_of_page()
    known = set(labels) | {name for table in table_of_page().values() for name in table}
    for folder, _, names in os.walk(os.path.join(SOURCE, "docs")):
        for name in names:
            if not name.endswith(".md"):
                continue
            with open(os.path.join(folder, name), encoding="utf-8") as file:
                words = re.findall(r"\b(?:driftline|process)_[a-z0-9_]+_(?:seconds|bytes|total|info)\b", file.read())
            for word in words:
                check(word in known, f"{name}: there is no metric {word}")


class Prometheus(Process):
    """A real one, in a hurry: it scrapes and looks at its rules many times a second."""

    def __init__(self, folder, fleet, token):
        self.port = free_port()
        shutil.copy(RULES, folder)
        rules = os.path.join(folder, os.path.basename(RULES))
        with open(rules, encoding="utf-8") as file:
            hurried = re.sub(r"\n +for: \w+", "", file.read())
        with open(rules, "w", encoding="utf-8") as file:
            file.write(hurried)
        token_path = os.path.join(folder, "driftline.token")
        with open(token_path, "w", encoding="ascii") as file:
            file.write(token)
        with open(CONFIG, encoding="utf-8") as file:
            config = file.read()
        for old, new in (("/etc/prometheus/driftline.token", token_path),
                         ("127.0.0.1:7480", f"127.0.0.1:{fleet.collector.http_port}"),
                         ("127.0.0.1:7490", f"127.0.0.1:{fleet.agent_port}"), ("interval: 30s", "interval: 200ms")):
            check(old in config, f"the sample configuration has {old}")
            config = config.replace(old, new)
        config = re.sub(r"alerting:\n(?:  .*\n)+", "", config)
        path = os.path.join(folder, "prometheus.yml")
        with open(path, "w", encoding="utf-8") as file:
            file.write(config)
        promtool("check", "config", path)
        super().__init__("prometheus", folder, ["prometheus", f"--config.file={path}", "--log.level=warn",
                                                f"--web.listen-address=127.0.0.1:{self.port}",
                                                f"--storage.tsdb.path={folder}/prometheus.data"])

    def ask(self, path):
        with contextlib.suppress(OSError, http.client.HTTPException, ValueError):
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
            try:
                connection.request("GET", path)
                return json.loads(connection.getresponse().read())["data"]
            finally:
                connection.close()
        return {}

    def firing(self):
        return {(alert["labels"]["alertname"], alert["labels"].get("contract"))
                for alert in self.ask("/api/v1/alerts").get("alerts", []) if alert["state"] == "firing"}


def test_a_real_prometheus_scrapes_and_an_alert_fires():
    with system_test() as (folder, things):
        fleet = Fleet(folder, things)
        fleet.start()
        status, answer = fleet.collector.ask("POST", "/api/v1/tokens", {"name": "prometheus", "rights": "read"})
        check(status == 201, answer)
        prometheus = Prometheus(folder, fleet, answer["token"])
        things.append(prometheus)
        prometheus.start()

        def is_up():
            check(prometheus.is_running(), f"Prometheus ended:\n{prometheus.log_tail()}")
            found = prometheus.ask("/api/v1/query?query=up")
            return sorted(row["value"][1] for row in found.get("result", [])) == ["1", "1"]
        wait_for("both are scraped", is_up)
        broken = {("DriftlineContractViolated", "billing"), ("DriftlineCriticalDrift", None)}
        check(not prometheus.firing() & broken, prometheus.firing())
        fleet.write({"orders": ["id bigint", "total integer"], "people": ["id bigint"]}, "staging")
        wait_for("the alerts fire", lambda: prometheus.firing() >= broken)
        fleet.write({"orders": ["id bigint", "total bigint"], "people": ["id bigint"]}, "staging")
        wait_for("they are over", lambda: not prometheus.firing() & broken)
        found = prometheus.ask("/api/v1/targets")["activeTargets"]
        check(all(not target["lastError"] for target in found), found)
        prometheus.stop()
        fleet.agent.stop()


if __name__ == "__main__":
    main(test_every_metric_is_in_the_table_and_the_table_in_a_scrape, test_figures_follow_what_happens,
         test_who_may_ask, test_the_agent_serves_what_it_does, test_rules_and_dashboard_ask_for_what_there_is,
         test_pages_name_what_there_is, test_a_real_prometheus_scrapes_and_an_alert_fires)

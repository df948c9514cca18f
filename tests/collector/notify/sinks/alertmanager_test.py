#!/usr/bin/python3
"""Alerts in a real Alertmanager, Debian's, on loopback: they fire, become worse, end, and it tells of them."""
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

from receivers import Failure, Receiver, check, message, remembering, run, send

PATIENCE = 60  # seconds


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(what, condition):
    end = time.monotonic() + PATIENCE
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > end:
            raise Failure(f"waited {PATIENCE} s in vain: {what}")
        time.sleep(0.05)


class Alertmanager:
    def __init__(self, folder, told):
        self.folder = folder
        self.url = f"http://127.0.0.1:{free_port()}"
        self.config = os.path.join(folder, "alertmanager.yml")
        with open(self.config, "w", encoding="utf-8") as file:
            file.write("route: {receiver: test, group_by: ['...'], group_wait: 0s, group_interval: 1s}\n"
                       f"receivers: [{{name: test, webhook_configs: [{{url: '{told}', send_resolved: true}}]}}]\n")

    def __enter__(self):
        self.log = open(os.path.join(self.folder, "log"), "wb")
        self.child = subprocess.Popen(
            ["prometheus-alertmanager", f"--config.file={self.config}", "--cluster.listen-address=",
             f"--web.listen-address={self.url[7:]}", f"--storage.path={os.path.join(self.folder, 'data')}"],
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)
        wait_for("Alertmanager is ready", self.is_ready)
        return self

    def __exit__(self, *arguments):
        self.child.kill()
        self.child.wait()
        self.log.close()

    def is_ready(self):
        if self.child.poll() is not None:
            with open(self.log.name, encoding="utf-8") as file:
                raise Failure(f"Alertmanager ended: {file.read()[-2000:]}")
        try:
            with urllib.request.urlopen(self.url + "/-/ready", timeout=5) as answer:
                return answer.status == 200
        except (urllib.error.URLError, OSError):
            return False

    def alerts(self, **labels):
        filters = [("filter", f'{name}="{value}"') for name, value in labels.items()]
        with urllib.request.urlopen(f"{self.url}/api/v2/alerts?{urllib.parse.urlencode(filters)}", timeout=10) as answer:
            return json.load(answer)

    def sink(self, **more):
        return {"kind": "alertmanager", "url": self.url, "allow_private": True, "labels": ["team=dba"], **more}


def with_time(folder, name, seconds=0):
    """A message of just now: Alertmanager drops alerts that ended long ago."""
    with open(message(name), encoding="utf-8") as file:
        content = json.load(file)
    content["time"] = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(time.time() + seconds))
    path = os.path.join(folder, f"{name}.json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump(content, file)
    return path


def told_statuses(receiver, severity):
    return [alert["status"] for request in list(receiver.requests) for alert in request["json"]["alerts"]
            if alert["labels"]["severity"] == severity]


def test_fires_and_ends(folder):
    with Receiver(lambda request: (200, {}, "")) as receiver, Alertmanager(folder, receiver.url) as manager:
        update = send(manager.sink(), with_time(folder, "update", -60))
        check(update["outcome"] == "sent", update)
        alerts = wait_for("the alert is there", lambda: manager.alerts(incident="4"))
        check(len(alerts) == 1, alerts)
        check(alerts[0]["labels"] == {"alertname": "Driftline", "database": "orders", "environment": "prod",
                                      "severity": "high", "incident": "4", "team": "dba"}, alerts)
        check(alerts[0]["generatorURL"] == "https://driftline.example.com/#/drift?database=orders&to=prod", alerts)
        check(alerts[0]["annotations"]["summary"] == "orders@prod: constraint shop.orders.orders_pkey differs, high; 4 are open",
              alerts)
        wait_for("it is told", lambda: "firing" in told_statuses(receiver, "high"))

        # It becomes worse: the alert of the lower level ends with it.
        worse = send(manager.sink(), with_time(folder, "opened", -30), remembering(update))
        wait_for("only the worse one fires",
                 lambda: [alert["labels"]["severity"] for alert in manager.alerts(incident="4")] == ["critical"])
        wait_for("the end of the other is told", lambda: "resolved" in told_statuses(receiver, "high"))

        # Something less bad is added: it stays what it is.
        less = send(manager.sink(), with_time(folder, "update", -10), remembering(worse))
        check(less["remote"] == worse["remote"], less)
        alerts = manager.alerts(incident="4")
        check([alert["labels"]["severity"] for alert in alerts] == ["critical"], alerts)
        check(alerts[0]["startsAt"] == update["remote"]["starts_at"], alerts)
        check(alerts[0]["annotations"]["summary"] == "orders@prod: constraint shop.orders.orders_pkey differs, high; 4 are open",
              alerts)

        over = send(manager.sink(), with_time(folder, "resolved"), remembering(less))
        check(over["outcome"] == "sent", over)
        wait_for("no alert fires", lambda: not manager.alerts(incident="4"))
        wait_for("the end is told", lambda: "resolved" in told_statuses(receiver, "critical"))


def test_fires_for_long(folder):
    with Receiver(lambda request: (200, {}, "")) as receiver, Alertmanager(folder, receiver.url) as manager:
        send(manager.sink(), with_time(folder, "opened"))
        alert = wait_for("the alert is there", lambda: manager.alerts(incident="4"))[0]
        end = time.mktime(time.strptime(alert["endsAt"][:19], "%Y-%m-%dT%H:%M:%S")) - time.timezone
        check(end > time.time() + 300 * 86400, alert)
        send(manager.sink(), with_time(folder, "test"))
        alert = wait_for("the test is there", lambda: manager.alerts(incident="9"))[0]
        end = time.mktime(time.strptime(alert["endsAt"][:19], "%Y-%m-%dT%H:%M:%S")) - time.timezone
        check(end < time.time() + 600, alert)


def test_what_has_no_end_ends_by_itself(folder):
    with Receiver(lambda request: (200, {}, "")) as receiver, Alertmanager(folder, receiver.url) as manager:
        answer = send(manager.sink(), with_time(folder, "fact"))
        check(answer["outcome"] == "sent", answer)
        alert = wait_for("the alert is there", lambda: manager.alerts(incident="21"))[0]
        end = time.mktime(time.strptime(alert["endsAt"][:19], "%Y-%m-%dT%H:%M:%S")) - time.timezone
        check(time.time() + 600 < end < time.time() + 1200, alert)


def test_hostile_names(folder):
    with Receiver(lambda request: (200, {}, "")) as receiver, Alertmanager(folder, receiver.url) as manager:
        answer = send(manager.sink(), with_time(folder, "hostile"))
        check(answer["outcome"] == "sent", answer)
        alert = wait_for("the alert is there", lambda: manager.alerts(incident="11"))[0]
        check("<script>alert(1)</script>" in alert["annotations"]["description"], alert)
        check("\u202e" not in json.dumps(alert, ensure_ascii=False), alert)
        check("generatorURL" not in alert or alert["generatorURL"] == "", alert)


def test_refused(folder):
    with Receiver(lambda request: (200, {}, "")) as receiver, Alertmanager(folder, receiver.url) as manager:
        answer = send(manager.sink(url=manager.url + "/elsewhere"), with_time(folder, "opened"))
        check(answer["outcome"] == "dead" and answer["status"] == 404, answer)
    answer = send(manager.sink(), with_time(folder, "opened"))
    check(answer["outcome"] == "again", answer)


if __name__ == "__main__":
    sys.exit(run([value for name, value in list(globals().items()) if name.startswith("test_")]))

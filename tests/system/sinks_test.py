#!/usr/bin/python3
"""Every kind of sink at the end of the whole way: a schema changes, an agent sees it, the collector finds the difference
and tells it to Slack, Teams, PagerDuty, GitHub, an SMTP server and Alertmanager; and then that it is over."""
import json
import os
import sys

from system import Agent, Collector, check, main, system_test, wait_for, write_script

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "collector", "notify", "sinks"))
# pylint: disable=wrong-import-position
from alertmanager_test import Alertmanager
from chat_test import PagerDuty, Slack, Teams
from github_api import Api, GitHub
from receivers import Receiver
from smtp_test import Mailbox, Server

NAMES = ("slack", "teams", "pager", "github", "mail", "alerts")
HOSTILE = "<!here>`x`[y](http://evil.example)@channel"


def configuration(sinks):
    """The options of a collector that tells all of them, and the environment with their secrets."""
    environment = {}
    for name, sink in zip(NAMES, sinks):
        sink["name"] = name
        for key in {"secret", "password"} & set(sink):
            environment[f"{name}_{key}".upper()] = sink[key]
            sink[key] = "env:" + f"{name}_{key}".upper()
    route = {"name": "all", "types": ["drift-*"], "sinks": NAMES, "settle": "200ms", "settle_most": "1s"}
    notify = {"link": "https://driftline.example.com", "sinks": sinks, "routes": [route]}
    return f"path: [staging, prod]\nheartbeat: 1s\nstale_after: 1h\nnotify: {json.dumps(notify)}", environment


def tables(*columns):
    return {"orders": ("id integer",) + columns}


def test_from_the_change_to_the_end():
    with system_test() as (folder, things), Slack() as slack, Teams() as teams, PagerDuty() as pager, \
            GitHub(Api()) as github, Server(folder, Mailbox(), "starttls") as mail, \
            Receiver(lambda request: (200, {}, "")) as told, Alertmanager(folder, told.url) as manager:
        hub = {"kind": "github", "url": github.url, "allow_private": True, "secret": "ghp_token", "repository": "acme/shop"}
        options, environment = configuration([slack.app(), teams.sink(), pager.sink(), hub, mail.sink(), manager.sink()])
        collector = Collector(folder, options=options, environment=environment)
        things.append(collector)
        paths = {place: os.path.join(folder, f"{place}.yaml") for place in ("staging", "prod")}
        for path in paths.values():
            write_script(path, tables())
        agent = Agent(folder, "agent", [("shop", place, "default", f"dummy:{path}") for place, path in paths.items()])
        things.append(agent)
        collector.start()
        agent.enroll(collector)
        agent.start()
        wait_for("both are known", lambda: len(collector.snapshots("shop")) == 2)

        write_script(paths["staging"], tables("total integer", f"{HOSTILE} text"))
        wait_for("all were told", lambda: slack.posts and teams.requests and pager.requests and len(github.issues) == 2
                 and mail.box.mails and manager.alerts(database="shop"))
        write_script(paths["staging"], tables())
        wait_for("all were told that it is over",
                 lambda: any(post["text"].startswith("✅") for post in slack.posts.values()) and len(slack.posts) >= 2
                 and len(teams.requests) >= 2 and pager.did()[-1][0] == "resolve" and github.issues[13]["state"] == "closed"
                 and len(mail.box.mails) >= 2 and not manager.alerts(database="shop"))
        check_what_was_said(slack, github, mail, collector)
        for server in (slack, teams, pager, github):
            check(not server.problems, server.problems)
        collector.check_no_sanitizer()


def check_what_was_said(slack, github, mail, collector):
    first, last = list(slack.posts.values())[0], list(slack.posts.values())[-1]
    check(first["text"].startswith("✅ shop@prod: 2 differences opened"), first)
    check(last["thread_ts"] == list(slack.posts)[0], last)
    body = github.issues[13]["body"]
    check("main.orders.total" in body and "evil.example" in body and "[y](" not in body, body)
    opened, *_, over = [entry["mail"] for entry in mail.box.mails]
    check(over["in-reply-to"] == opened["message-id"] and over["subject"] == "Re: " + opened["subject"], over["subject"])
    for secret in ("ghp_token", "xoxb-token", "pass word", "0123456789abcdef0123456789abcdef", "sig=secret"):
        check(secret not in collector.log(), f"a secret is in the log: {secret}")
        check(secret not in json.dumps([collector.get("/api/v1/notify"), collector.get("/api/v1/deliveries")]), secret)
    wait_for("all are known to be sent", lambda: all(delivery["state"] == "sent" for delivery in
                                                     collector.get("/api/v1/deliveries")["deliveries"]))


if __name__ == "__main__":
    main(test_from_the_change_to_the_end)

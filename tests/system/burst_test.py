#!/usr/bin/env python3
"""A migration of ten thousand changes is one message that a person can read, however many things it touches; and when it has
reached production, too, one message says that it is over."""
import http.server
import json
import os
import threading

from system import Agent, Collector, check, main, system_test, wait_for, write_script

TABLES, COLUMNS = 500, 20


class Chat:
    """A place that takes messages as Slack's incoming webhooks do."""

    def __init__(self):
        chat = self
        self.messages = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *_):
                pass

            def do_POST(self):
                chat.messages.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(200)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"ok")

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server.server_address[1]}/services/T0/B0/secret"

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def tables(columns):
    return {f"t{table}": ["id bigint not null"] + [f"extra{column} text" for column in range(columns)] for table in range(TABLES)}


def notify(chat, log):
    return f"""
path: [staging, prod]
notify:
  sinks:
    - {{name: chat, kind: slack, url: "{chat.url}", allow_private: true}}
    - {{name: log, kind: file, path: "{log}"}}
  routes:
    - {{name: people, types: [drift-*, drifts-*, schema-changed], severity: low, sinks: [chat], settle: 2s, settle_most: 20s, group_by: [database]}}
    - {{name: programs, types: ["*"], severity: low, sinks: [log], settle: 0s}}
"""


def words(message):
    return json.dumps(message, ensure_ascii=False)


def shown(message):
    """All that people read of it, a list."""
    texts = []
    for block in message["blocks"]:
        texts += [block["text"]["text"]] if "text" in block else [element["text"] for element in block["elements"]]
    return [line for text in texts for line in text.split("\n")]


def test_one_message():
    with system_test() as (folder, things):
        chat, log = Chat(), os.path.join(folder, "events.jsonl")
        things.append(chat)
        collector = Collector(folder, options=notify(chat, log))
        things.append(collector)
        paths = {name: os.path.join(folder, f"{name}.yaml") for name in ("staging", "prod")}
        for path in paths.values():
            write_script(path, tables(0))
        collector.start()
        agent = Agent(folder, "a", [("shop", name, "default", f"dummy:{path}") for name, path in paths.items()])
        things.append(agent)
        agent.enroll(collector)
        agent.start()
        wait_for("both", lambda: len(collector.snapshots("shop")) == 2)
        chat.messages.clear()

        write_script(paths["staging"], tables(COLUMNS))
        wait_for("a message", lambda: chat.messages)
        begun = shown(chat.messages[0])
        check(begun == ["🟡 shop: 10,000 differences opened",
                        "medium: shop: 10,000 columns in 500 tables are missing in prod",
                        "DRIFTED, 10,000 differences open"], f"the first message reads: {begun}")
        write_script(paths["prod"], tables(COLUMNS))
        wait_for("that it is over", lambda: len(chat.messages) >= 2)
        wait_for("nothing waits", lambda: not collector.rows("deliveries", state="waiting"))
        print(*(line for message in chat.messages for line in shown(message)), sep="\n")
        check(len(chat.messages) == 2, f"{len(chat.messages)} messages for two migrations")
        over = shown(chat.messages[1])
        check(over[0].startswith("✅ shop: back to normal after ") and
              over[1:] == ["low: shop: 10,000 columns in 500 tables no longer differ between staging and prod",
                           "IN_SYNC, nothing open"], f"the last message reads: {over}")
        check(max(len(words(message)) for message in chat.messages) < 2000, "that much is not read by anybody")

        # A program was told every event, and those are few, too.
        events = collector.get("/api/v1/events", limit=1000)["events"]
        check(len(events) < 100, f"{len(events)} events for two migrations")
        changed = [event for event in events if event["type"] == "driftline.schema-changed"]
        check([event["summary"] for event in changed] == [f"shop@{name}: 10,000 columns added in 500 tables"
                                                          for name in ("staging", "prod")], changed)
        check(all(event["data"]["groups"] == [{"effect": "added", "kind": "column", "aspect": "structure", "count": 10000,
                                               "objects": 500, "objects_kind": "table", "severity": "medium"}]
                  and len(json.dumps(event)) < 10000 for event in changed), changed)
        with open(log, encoding="utf-8") as file:
            told = [event["id"] for line in file for event in json.loads(line)["events"]]
        check(sorted(set(told), key=int) == [event["id"] for event in events if int(event["id"]) <= int(told[-1])],
              "a program was not told every event")


main(test_one_message)

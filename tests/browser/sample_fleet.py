"""A fleet to look at: real agents that watch SQLite files, whose schemas changed in the ways that people must be told of.

    orders     dev → staging → prod of three instances; pending, hotfix, diverged, an outlier; names that try to be more
    billing    staging → prod, alike
    inventory  dev → staging → prod; only pending
    reports    prod alone, and a file that is not there: nothing is known of it

and three who are told: a file, which works; a chat that does not answer, for which messages wait; and a bus that has not
answered for so long that messages to it are dead.
"""
import os
import sqlite3
import sys
import time

sys.path.insert(0, os.path.join(os.environ["DRIFTLINE_SOURCE_DIR"], "tests", "system"))
from system import Agent, Collector, check, free_port, wait_for

OPTIONS = """
path: [dev, staging, prod]
databases: [{name: billing, path: [staging, prod]}]
gate: {waiver_days: 60}
contracts:
  - name: checkout
    owner: team-shop
    consumers: [checkout-service, invoice-mail]
    database: orders
    severity: critical
    requires:
      - table: main.orders
        columns: [{name: id}, {name: total, type_family: integer}, {name: note}]
        keys: [[id]]
  - name: ledger
    owner: finance
    consumers: [ledger]
    database: billing
    requires:
      - table: main.invoices
        columns: [{name: id}, {name: amount}]
"""

# Nobody listens at these ports.
NOTIFY = """
notify:
  sinks:
    - {{name: archive, kind: file, path: "{folder}/notifications.jsonl"}}
    - {{name: chat-of-the-team-that-looks-after-shops, kind: webhook, url: "http://127.0.0.1:{closed}/hooks/a-long-address/of-a-chat", allow_private: true, secret: "{secret}"}}
    - {{name: bus, kind: webhook, url: "http://127.0.0.1:{closed}/bus", allow_private: true, secret: "{secret}", retry_for: 1s}}
  routes:
    - {{name: everything, severity: low, sinks: [archive], settle: 1s}}
    - {{name: production, severity: high, databases: [orders, "shop-*"], environments: [prod], sinks: [chat-of-the-team-that-looks-after-shops, bus], settle: 1s,
       escalate: {{after: 30m, severity: critical, to: [archive]}}, limit: {{messages: 20, per: 1h}}}}
"""

ODD = '"<img src=x onerror=alert(1)>"'  # a name that would be markup if it were taken for it
TURNED = '"note\u202egnp.exe"'  # one that would read backwards

ORDERS = """
CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT UNIQUE);
CREATE TABLE products (id INTEGER PRIMARY KEY, title TEXT NOT NULL, price INTEGER NOT NULL CHECK (price >= 0));
CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customers(id),
  total INTEGER NOT NULL DEFAULT 0, placed_at TEXT NOT NULL);
CREATE TABLE order_items (order_id INTEGER NOT NULL REFERENCES orders(id), product_id INTEGER NOT NULL REFERENCES products(id),
  quantity INTEGER NOT NULL DEFAULT 1, PRIMARY KEY (order_id, product_id));
CREATE TABLE payments (id INTEGER PRIMARY KEY, order_id INTEGER NOT NULL REFERENCES orders(id), amount INTEGER NOT NULL, method TEXT);
CREATE INDEX orders_placed ON orders (placed_at);
CREATE VIEW open_orders AS
  SELECT o.id,
         o.total,
         c.name
    FROM orders o
    JOIN customers c ON c.id = o.customer_id
   WHERE o.total > 0
   ORDER BY o.placed_at;
"""

PENDING = f"""
ALTER TABLE orders ADD COLUMN note TEXT;
ALTER TABLE customers ADD COLUMN vat_id TEXT;
CREATE TABLE refunds (id INTEGER PRIMARY KEY, payment_id INTEGER NOT NULL REFERENCES payments(id), reason TEXT);
CREATE TABLE {ODD} (id INTEGER PRIMARY KEY, {TURNED} TEXT);
DROP VIEW open_orders;
CREATE VIEW open_orders AS
  SELECT o.id,
         o.total,
         o.note,
         c.name
    FROM orders o
    JOIN customers c ON c.id = o.customer_id
   WHERE o.total >= 1
   ORDER BY o.placed_at DESC;
"""
IN_DEV = """
CREATE TABLE coupons (code TEXT PRIMARY KEY, percent INTEGER NOT NULL);
CREATE TABLE products_new (id INTEGER PRIMARY KEY, title TEXT NOT NULL, price NUMERIC NOT NULL, currency TEXT DEFAULT 'EUR');
DROP TABLE products;
ALTER TABLE products_new RENAME TO products;
"""
HOTFIX = "CREATE INDEX payments_order ON payments (order_id, amount);"
DIVERGED = "DROP VIEW open_orders; CREATE VIEW open_orders AS SELECT id, total FROM orders WHERE total > 10;"
OUTLIER = "DROP INDEX orders_placed; ALTER TABLE customers ADD COLUMN legacy_code TEXT;"

BILLING = """
CREATE TABLE invoices (id INTEGER PRIMARY KEY, amount INTEGER NOT NULL, due TEXT);
CREATE TABLE reminders (id INTEGER PRIMARY KEY, invoice_id INTEGER NOT NULL REFERENCES invoices(id), sent_at TEXT);
"""
INVENTORY = """
CREATE TABLE items (sku TEXT PRIMARY KEY, quantity INTEGER NOT NULL);
CREATE TABLE places (id INTEGER PRIMARY KEY, name TEXT);
"""
MORE_INVENTORY = "ALTER TABLE items ADD COLUMN place_id INTEGER REFERENCES places(id); CREATE INDEX items_place ON items (place_id);"

TARGETS = [("orders", "dev", "default"), ("orders", "staging", "default"), ("orders", "prod", "eu-1"), ("orders", "prod", "eu-2"),
           ("orders", "prod", "us-1"), ("billing", "staging", "default"), ("billing", "prod", "default"),
           ("inventory", "dev", "default"), ("inventory", "staging", "default"), ("inventory", "prod", "default")]
FIRST = {"orders": ORDERS, "billing": BILLING, "inventory": INVENTORY}


class Fleet:
    """The collector with its agents, filled. `things` takes what is to be ended."""

    def __init__(self, folder, things):
        self.folder = folder
        secret = os.path.join(folder, "hook.secret")
        with open(secret, "w", encoding="ascii") as file:
            file.write("whsec_" + "QUJDREVGR0hJSktMTU5PUFFSU1RVVldY")
        os.chmod(secret, 0o600)
        self.collector = Collector(folder, options=OPTIONS + NOTIFY.format(folder=folder, closed=free_port(), secret=f"file:{secret}"))
        things.append(self.collector)
        for target in TARGETS:
            self.write(target, FIRST[target[0]])
        self.collector.start()
        self.agent = self.start_agent("shop-db-1", [(*target, f"sqlite:{self.path(target)}") for target in TARGETS])
        things.append(self.agent)
        self.lost = self.start_agent("reports-db", [("reports", "prod", "default", f"sqlite:{folder}/nothing.db")])
        things.append(self.lost)
        wait_for("first snapshots", lambda: all(self.count(target) == 1 for target in TARGETS))
        self.change()
        self.decide()
        self.wait_for_messages()

    def start_agent(self, name, targets):
        agent = Agent(self.folder, name, targets)
        agent.enroll(self.collector)
        agent.start()
        return agent

    def path(self, target):
        return os.path.join(self.folder, "-".join(target) + ".db")

    def write(self, target, statements):
        with sqlite3.connect(self.path(target)) as database:
            database.executescript(statements)
        database.close()

    def count(self, target):
        return len(self.collector.rows("snapshots", database=target[0], environment=target[1], instance=target[2]))

    def step(self, statements, *targets):
        """Change targets, and wait until the collector knows."""
        before = [self.count(target) for target in targets]
        for target in targets:
            self.write(target, statements)
        wait_for("the change", lambda: all(self.count(target) > old for target, old in zip(targets, before)))

    def change(self):
        dev, staging, eu1, eu2, us1 = TARGETS[:5]
        self.step(PENDING, dev)
        self.step(HOTFIX, eu1, eu2, us1)
        self.step(PENDING, staging)
        self.step(DIVERGED, eu1, eu2, us1)
        self.step(IN_DEV, dev)
        self.step(OUTLIER, us1)
        self.step(MORE_INVENTORY, TARGETS[7], TARGETS[8])
        wait_for("drifts", lambda: len(self.drifts("staging", "prod")) >= 6)

    def drifts(self, source, target):
        return self.collector.get("/api/v1/drift", database="orders", **{"from": source, "to": target})["drifts"]

    def decide(self):
        """What people did: one drift is known, one waived, and the gate was asked."""
        ask = self.collector.ask
        by_object = {row["object"]: row for row in self.drifts("staging", "prod")}
        ask("POST", f"/api/v1/drift/{by_object['main.customers.vat_id']['id']}/acknowledge", {"note": "comes with release 12"})
        ask("POST", "/api/v1/waivers", {"waivers": [{"drifts": [by_object["main.refunds"]["id"]], "reason": "refunds are released by hand",
                                                     "expires": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 20 * 86400))}]})
        for database, source in (("orders", "staging"), ("billing", "staging"), ("reports", "staging")):
            ask("POST", f"/api/v1/gate?database={database}&from={source}&to=prod" + ("&pin=true" if database == "billing" else ""))

    def wait_for_messages(self):
        """Each sink has what it is here for: the file messages that were sent, the chat such as wait, the bus dead ones."""
        wait_for("messages in every state", lambda: {"sent", "waiting", "dead"} <= {
            row["state"] for row in self.collector.rows("deliveries", limit=100)})

    def token(self, rights):
        """A token that may do so much."""
        status, answer = self.collector.ask("POST", "/api/v1/tokens", {"name": f"may-{rights}", "rights": rights})
        check(status == 201, f"a token: {status}: {answer}")
        return answer["token"]


if __name__ == "__main__":
    # python3 sample_fleet.py: fill it, say where it is, and serve until the input ends; for looking at pages by hand.
    from system import system_test
    with system_test() as (place, running):
        fleet = Fleet(place, running)
        print(fleet.collector.url, fleet.collector.token, flush=True)
        sys.stdin.read()

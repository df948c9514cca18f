#!/usr/bin/python3
"""Two thousand targets stay usable: what is in the page does not grow with the fleet, and answers to keys are quick."""
import contextlib
import os
import sqlite3
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from browser import install, run
from system import BUILD, Collector, main, system_test

DATABASES = 250  # of eight targets each


def look_now(store):
    """The history was written long ago; its targets were looked at just now."""
    now = int(time.time() * 1e6)
    with contextlib.closing(sqlite3.connect(store)) as database, database:
        database.execute("UPDATE target SET checked_at = ?, heard_at = ?, state_since = ?", (now, now, now))


def test_large():
    install()
    with system_test() as (folder, things):
        fill = os.path.join(BUILD, "tests", "browser", "browser_fill_history")
        subprocess.run([fill, folder, str(DATABASES), "1"], stdout=subprocess.DEVNULL, check=True)
        look_now(os.path.join(folder, "data", "history.db"))
        collector = Collector(folder, options="path: [dev, test, staging, prod]\nstale_after: 24h\n", data=os.path.join(folder, "data"))
        things.append(collector)
        collector.start()
        run([[["large"], ["large_on_a_phone"]]], collector, databases=DATABASES)


main(test_large)

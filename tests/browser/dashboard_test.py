#!/usr/bin/python3
"""Every page of the dashboard over a real fleet, and what people do with it: see run.mjs."""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from browser import install, run
from sample_fleet import TARGETS, Fleet
from system import main, system_test


def test_dashboard():
    install()
    with system_test() as (folder, things):
        fleet = Fleet(folder, things)

        def change(_):
            fleet.step("CREATE TABLE just_now (id INTEGER PRIMARY KEY);", TARGETS[6])
            return "changed"

        run([[["even_pages", "signing_in", "walk", "sharing"], ["odd_pages", "keyboard", "differences", "dialogs", "reading"]],
             [["acting"], ["live"]]], fleet.collector, on_line=change, reader=fleet.token("read"),
            drift=fleet.drifts("staging", "prod")[0]["id"])


def test_nothing_watched():
    """A collector of which nobody has heard yet says what to do."""
    from system import Collector
    with system_test() as (folder, things):
        collector = Collector(folder)
        things.append(collector)
        collector.start()
        run([[["empty"]]], collector)


main(test_dashboard, test_nothing_watched)

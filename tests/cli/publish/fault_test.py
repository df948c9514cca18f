#!/usr/bin/python3
"""GitHub fails at every step of `driftline publish` in turn: what passes is got over, what does not the next run mends."""
import itertools
import sys

from publishing import check, run
from scene import NEW, NEWER, OLD, check_offer, scene

REFUSED = (401, {}, {"message": "Bad credentials"})
PASSING = [(500, {}, {"message": "unicorn"}), (403, {}, {"message": "You have exceeded a secondary rate limit."}),
           "before", "after"]


def at(github, step, fault):
    """The step fails, once; answers a list that then has an element."""
    hits = []

    def fail(number, _):
        if number == step and not hits:
            hits.append(number)
            return fault
        return None

    github.forget()
    github.fault = fail
    return hits


def from_on(github, step, fault):
    """The step and all after it fail."""
    hits = []

    def fail(number, _):
        if number < step:
            return None
        hits.append(number)
        return fault

    github.forget()
    github.fault = fail
    return hits


def each_step(folder, story, faults, break_at):
    """Play a story with a fault at the first step, the second … until the run has fewer. `story` brings the scene to
    where the run begins, and answers how it must end."""
    for number, fault in enumerate(faults):
        for step in itertools.count(1):
            with scene(folder, f"{number}.{step}", reviewers=["alice"]) as (github, project):
                end = story(github, project)
                hits = break_at(github, step, fault)
                done = project.run("--format", "json")
                github.fault = None
                if not hits:
                    check(done.returncode == 0 and step > 5, done)
                    break
                if break_at is at:
                    check(done.returncode == 0, f"step {step}, {fault}: {done}")
                else:
                    check(done.returncode == 4, f"step {step}, {fault}: {done}")
                    project.publish()
                try:
                    end(github)
                    project.expect("unchanged")
                except Exception as problem:
                    raise type(problem)(f"step {step}, {fault}: {problem}\n{done.stdout.decode()}") from problem


def opening(_, __):
    def end(github):
        pull = check_offer(github)
        check(pull["reviewers"] == {"alice"} and len(github.pulls) == 1, github.pulls)
    return end


def updating(_, project):
    project.publish()
    project.write("orders.yaml", NEWER)

    def end(github):
        check_offer(github, NEWER)
        check(len(github.pulls) == 1, github.pulls)
    return end


def closing(_, project):
    project.publish()
    project.write("orders.yaml", OLD)

    def end(github):
        check_offer(github, count=0)
        check(len(github.comments) == 1 and len(github.pulls) == 1, github.comments)
    return end


def merged(github, project):
    project.publish()
    github.merge(github.open_pulls()[0], "squash")

    def end(after):
        check_offer(after, count=0)
        check("stage=merged" in after.pulls[1]["body"] and not after.comments, after.pulls)
    return end


def commenting(github, project):
    project.configure(comment={"paths": ["*.sql"]})
    github.open_pull("feature", {"up.sql": "x\n"})

    def end(after):
        check(len(after.comments) == 1 and "brings it in line" in after.comments[1001]["body"], after.comments)
    return end


def test_passing_faults_while_opening(folder):
    each_step(folder, opening, PASSING, at)


def test_passing_faults_while_updating(folder):
    each_step(folder, updating, ["after"], at)


def test_passing_faults_while_closing(folder):
    each_step(folder, closing, ["after"], at)


def test_opening_ends_halfway(folder):
    each_step(folder, opening, [REFUSED, (*REFUSED, True)], from_on)


def test_updating_ends_halfway(folder):
    each_step(folder, updating, [(*REFUSED, True)], from_on)


def test_closing_ends_halfway(folder):
    each_step(folder, closing, [REFUSED, (*REFUSED, True)], from_on)


def test_recording_a_merge_ends_halfway(folder):
    each_step(folder, merged, [(*REFUSED, True)], from_on)


def test_commenting_ends_halfway(folder):
    each_step(folder, commenting, ["after"], at)


def test_the_content_is_as_it_was_asked_for(folder):
    """The last of what an interrupted run left is not what is published when something else is wanted meanwhile."""
    with scene(folder) as (github, project):
        hits = from_on(github, 9, REFUSED)
        project.run()
        github.fault = None
        check(hits, "nothing was interrupted")
        project.write("orders.yaml", NEWER)
        project.publish()
        check_offer(github, NEWER)
        project.write("orders.yaml", NEW)
        project.expect("updated")
        check_offer(github)


if __name__ == "__main__":
    sys.exit(run([value for name, value in list(globals().items()) if name.startswith("test_")]))

#!/usr/bin/python3
"""`driftline publish` against a stand-in for GitHub whose every request and answer is as GitHub describes them."""
import contextlib
import json
import os
import sqlite3
import subprocess
import sys

from publishing import DRIFTLINE, Project, check, run
from scene import NEW, NEWER, OLD, check_offer, scene


def test_one_pull_request_is_kept(folder):
    with scene(folder) as (github, project):
        result = project.expect("opened")
        pull = check_offer(github)
        check(result["number"] == pull["number"] and result["url"] == "https://github.com/acme/shop/pull/1", result)
        check(result["commit"] == github.repository.head("driftline/orders"), result)
        check(result["files"] == {"same": 0, "new": 0, "outdated": 1, "edited": 0, "superfluous": 0, "foreign": 0}, result)
        check("spec/orders.yaml" in pull["body"].replace("&#47;", "/").replace("&#46;", "."), pull["body"])
        commit = github.repository.head("driftline/orders")
        github.forget()
        project.expect("unchanged")
        check({request["method"] for request in github.requests} == {"GET"}, github.calls)
        check(len(github.requests) <= 7, github.calls)
        project.write("orders.yaml", NEWER)
        result = project.expect("updated")
        check(result["number"] == pull["number"], result)
        check_offer(github, NEWER)
        check(github.repository.has(commit, result["commit"]), "the branch was not moved forward")
        project.write("orders.yaml", OLD)
        result = project.expect("closed")
        check(not result["manual"] and github.pulls[1]["state"] == "closed", result)
        check_offer(github, count=0)
        check(len(github.comments) == 1 and "no difference" in list(github.comments.values())[0]["body"], github.comments)
        check("stage=closed" in github.pulls[1]["body"], github.pulls[1])
        project.expect("unchanged")
        project.write("orders.yaml", NEW)
        check(project.expect("opened")["number"] == 2, github.pulls)
        check_offer(github)


def test_what_was_merged_is_said_once(folder):
    for how, delete in (("merge", False), ("squash", False), ("squash", True), ("merge", True)):
        with scene(folder, f"{how}{delete}") as (github, project):
            project.expect("opened")
            github.merge(github.open_pulls()[0], how, delete)
            result = project.expect("merged")
            check(result["number"] == 1 and "stage=merged" in github.pulls[1]["body"], result)
            check(github.repository.head("driftline/orders") is None, "the branch is still there")
            project.expect("unchanged")
            project.write("orders.yaml", NEWER)
            check(project.expect("opened")["number"] == 2, github.pulls)
            check_offer(github, NEWER)


def test_a_change_right_after_a_merge(folder):
    for how in ("merge", "squash"):
        with scene(folder, how) as (github, project):
            project.expect("opened")
            github.merge(github.open_pulls()[0], how)
            project.write("orders.yaml", NEWER)
            check(project.expect("opened")["number"] == 2, github.pulls)
            check_offer(github, NEWER)
            check("stage=merged" in github.pulls[1]["body"], github.pulls[1])
            # And back to what was there before all of this, by hand: the same change once more.
            github.merge(github.pulls[2], how)
            github.commit("main", {"spec/orders.yaml": NEW})
            check(project.expect("opened")["number"] == 3, github.pulls)
            check_offer(github, NEWER)


def test_the_base_moves(folder):
    with scene(folder) as (github, project):
        project.expect("opened")
        commit = github.repository.head("driftline/orders")
        github.commit("main", {"other.txt": "x\n"})
        project.expect("unchanged")
        check(github.repository.head("driftline/orders") == commit, "a branch that is in line was moved")
        github.commit("main", {"spec/orders.yaml": "version: 1.5\n"})
        project.expect("updated")
        check_offer(github)
        head = github.repository.head("driftline/orders")
        check(github.repository.has(github.repository.head("main"), head) and github.repository.has(commit, head),
              "the branch does not have the base, or was not moved forward")
        check("other.txt" in github.repository.files("driftline/orders"), "what others did is lost")
        project.expect("unchanged")


def test_the_base_is_merged_by_the_button(folder):
    with scene(folder) as (github, project):
        project.expect("opened")
        github.commit("main", {"other.txt": "x\n"})
        github.update_branch(github.open_pulls()[0])
        project.expect("unchanged")
        project.write("orders.yaml", NEWER)
        project.expect("updated")
        check_offer(github, NEWER)
        github.commit("main", {"more.txt": "x\n"})
        github.update_branch(github.open_pulls()[0])
        github.commit("main", {"still-more.txt": "x\n"})
        project.expect("unchanged")
        project.write("orders.yaml", OLD)
        project.expect("closed")


def test_commits_of_others_stay(folder):
    with scene(folder) as (github, project):
        project.expect("opened")
        commit = github.commit("driftline/orders", {"spec/orders.yaml": "mine\n"}, "let me")
        project.write("orders.yaml", NEWER)
        result = project.expect("conflict", status=4)
        check(result["manual"] and result["error"]["code"] == "conflict", result)
        check(github.repository.head("driftline/orders") == commit, "somebody's commit is lost")
        project.write("orders.yaml", OLD)
        project.expect("conflict", status=4)
        check(len(github.open_pulls()) == 1 and github.repository.head("driftline/orders") == commit, "it was closed")
        project.write("orders.yaml", NEWER)
        project.expect("updated", "--force")
        check_offer(github, NEWER)
        check(not github.repository.has(commit, github.repository.head("driftline/orders")), "--force keeps commits of others")


def test_an_amended_commit_is_not_ours(folder):
    with scene(folder) as (github, project):
        project.expect("opened")
        message = github.commit_value(github.repository.head("driftline/orders"))["message"]
        github.repository.set_head("driftline/orders", github.repository.head("main"))
        commit = github.commit("driftline/orders", {"spec/orders.yaml": "mine\n"}, message)
        project.expect("conflict", status=4)
        check(github.repository.head("driftline/orders") == commit, "somebody's commit is lost")


def test_a_branch_that_is_only_the_base(folder):
    with scene(folder) as (github, project):
        github.repository.set_head("driftline/orders", github.repository.head("main"))
        github.commit("main", {"other.txt": "x\n"})
        project.expect("opened")
        check_offer(github)


def test_what_somebody_closed_stays_closed(folder):
    with scene(folder) as (github, project):
        project.expect("opened")
        github.pulls[1]["state"] = "closed"
        result = project.expect("closed")
        check(result["manual"] and len(github.pulls) == 1, result)
        project.expect("closed")
        project.write("orders.yaml", NEWER)
        check(project.expect("opened")["number"] == 2, github.pulls)
        github.pulls[2]["state"] = "closed"
        check(project.expect("opened", "--force")["number"] == 3, github.pulls)


def test_switched_off(folder):
    with scene(folder) as (github, project):
        project.environment["DRIFTLINE_PUBLISH_DISABLED"] = "1"
        project.expect("disabled")
        done = project.run()
        check(done.returncode == 0 and b"switched off" in done.stdout, done)
        check(not github.requests, github.requests)
        project.environment["DRIFTLINE_PUBLISH_DISABLED"] = "0"
        project.expect("opened")


def test_dry_run(folder):
    with scene(folder) as (github, project):
        check(project.expect("opened", "--dry-run")["dry_run"], "not said")
        done = project.run("--dry-run", "--diff")
        check(b"-version: 1\n+version: 2\n" in done.stdout and b"would be opened" in done.stdout, done.stdout)
        check({request["method"] for request in github.requests} == {"GET"} and not github.pulls, github.calls)
        project.expect("opened")
        project.write("orders.yaml", NEWER)
        github.forget()
        project.expect("updated", "--dry-run")
        project.write("orders.yaml", OLD)
        project.expect("closed", "--dry-run")
        check({request["method"] for request in github.requests} == {"GET"}, github.calls)


def test_people_and_their_text(folder):
    with scene(folder, reviewers=["alice"], team_reviewers=["platform"], draft=True, title="Sync of orders",
               labels=["schema"], author={"name": "The Bot", "email": "bot@example.com"}) as (github, project):
        project.expect("opened")
        pull = github.open_pulls()[0]
        check(pull["reviewers"] == {"alice", "platform"} and pull["draft"] and pull["labels"] == ["schema"] and
              pull["title"] == "Sync of orders" and "stage=open" in pull["body"], pull)
        who = github.repository.git("log", "-1", "--format=%an <%ae>", "driftline/orders")
        check(who == "The Bot <bot@example.com>", who)
        pull["reviewers"].clear()
        pull["body"] = "First read this.\r\n\r\n" + pull["body"].replace("\n", "\r\n") + "\r\n\r\nSeen. alice"
        project.expect("unchanged")
        check(not pull["reviewers"], "somebody is asked again")
        project.write("orders.yaml", NEWER)
        project.expect("updated")
        check(pull["body"].startswith("First read this.") and pull["body"].endswith("Seen. alice"), pull["body"])
        check(pull["body"].count("<!-- driftline-publish:orders ") == 1, pull["body"])
        pull["title"] = "something else"
        project.expect("updated")
        check(pull["title"] == "Sync of orders", pull)


def test_who_cannot_be_asked_is_noted(folder):
    with scene(folder, reviewers=["nobody"]) as (github, project):
        result = project.expect("opened")
        check(len(result["notes"]) == 1 and "collaborators" in result["notes"][0], result)
        check_offer(github)
        check(project.expect("unchanged")["notes"] == [], "noted again")


def test_other_base(folder):
    with scene(folder) as (github, project):
        github.repository.set_head("release", github.repository.head("main"))
        project.expect("opened")
        project.configure(base="release")
        project.expect("updated")
        check(github.open_pulls()[0]["base"] == "release" and len(github.pulls) == 1, github.pulls)
        del project.entry["base"]
        project.configure()
        github.default_branch = "release"
        check(project.expect("unchanged")["base"] == "release", "not the default branch")


def test_generated_files(folder):
    """Documentation of a database, among files of people; nothing that is known already is fetched."""
    with scene(folder, copy=[], content=["docs"]) as (github, project):
        database = os.path.join(folder, "shop.db")
        with contextlib.closing(sqlite3.connect(database)) as connection:
            connection.executescript("CREATE TABLE customers(id INTEGER PRIMARY KEY, name TEXT)")
        project.sections = {"docs": [{"ref": f"sqlite:{database}", "output": "docs/database", "title": "Shop"}]}
        project.configure()
        project.expect("opened")
        first = github.repository.files("driftline/orders")
        check(any("customers" in path for path in first) and "docs/database/.driftline-docs" in first, first.keys())
        github.merge(github.open_pulls()[0], "squash", True)
        project.expect("merged")
        github.forget()
        project.expect("unchanged")
        check("git/get-blob" not in github.calls and len(github.calls) <= 6, github.calls)
        # A page with a remark of somebody, and one table more.
        page = next(path for path in first if "customers" in path and path.endswith(".md"))
        github.commit("main", {page: first[page].decode() + "\nAsk alice.\n"})
        project.expect("unchanged")
        with contextlib.closing(sqlite3.connect(database)) as connection:
            connection.executescript("CREATE TABLE orders(id INTEGER PRIMARY KEY, customer REFERENCES customers(id))")
        result = project.expect("opened")
        check(result["files"]["new"] >= 1 and result["files"]["outdated"] >= 1 and result["root"], result)
        second = github.repository.files("driftline/orders")
        check(second[page].endswith(b"\nAsk alice.\n"), "somebody's remark is lost")
        with contextlib.closing(sqlite3.connect(database)) as connection:
            connection.executescript("DROP TABLE orders")
        project.expect("closed")


def test_a_large_repository_is_walked(folder):
    with scene(folder) as (github, project):
        github.tree_limit = 1
        project.expect("opened")
        check_offer(github)
        check(github.calls.count("git/get-tree") == 3, github.calls)
        project.expect("unchanged")


def put(github, path, mode, content):
    """What is no ordinary file, on main."""
    repository, head = github.repository, github.repository.head("main")
    tree = repository.make_tree(repository.tree_of(head), [(path, mode, repository.put("blob", content))])
    repository.set_head("main", repository.make_commit(tree, [head], "by hand"))


def test_files_of_all_sorts(folder):
    binary, large = bytes(range(256)) * 10, "ü" * 300_000 + "\n"
    copies = [{"from": name, "to": f"spec/{name}"} for name in ("binary", "large", "empty", "run", 'we"ird \\ name'[:6])]
    with scene(folder, copy=copies) as (github, project):
        put(github, "spec/run", "100755", b"#!/bin/sh\n")
        for name, content in (("binary", binary), ("large", large), ("empty", ""), ("run", "#!/bin/sh\ntrue\n"),
                              ('we"ird', "x")):
            project.write(name, content)
        project.expect("opened")
        files = github.repository.files("driftline/orders")
        check(files["spec/binary"] == binary and files["spec/large"] == large.encode() and files["spec/empty"] == b"", "")
        check(files['spec/we"ird'] == b"x", files.keys())
        check(github.repository.git("ls-tree", "driftline/orders", "spec/run").startswith("100755"), "no program any more")
        project.expect("unchanged")


def test_what_is_in_the_way(folder):
    with scene(folder) as (github, project):
        put(github, "link", "120000", b"README.md")
        for path in ("link", "link/orders.yaml", "README.md/orders.yaml", "spec"):
            project.configure(copy=[{"from": "orders.yaml", "to": path}])
            project.expect("conflict", status=4)
        check(not github.pulls, github.pulls)


def test_comments_on_others(folder):
    with scene(folder, comment={"paths": ["migrations/*"]}) as (github, project):
        touching = github.open_pull("feature", {"migrations/1/up.sql": "x\n"})
        github.open_pull("other", {"other.txt": "x\n"})
        project.expect("opened")
        check(list(one["pull"] for one in github.comments.values()) == [touching["number"]], github.comments)
        comment = github.comments[1001]
        check("drifted" in comment["body"] and "#3 brings it in line" in comment["body"], comment)
        project.expect("unchanged")
        check(len(github.comments) == 1, github.comments)
        project.write("orders.yaml", OLD)
        project.expect("closed")
        check(len(github.comments_on(1)) == 1 and "in line again" in comment["body"], github.comments)
        project.write("orders.yaml", NEWER)
        project.expect("opened")
        check("drifted" in comment["body"] and len(github.comments_on(1)) == 1, github.comments)
        github.commit("feature", {"migrations/1/up.sql": None, "x.txt": "x\n"})
        project.expect("unchanged")
        check("in line again" in comment["body"], comment)


def test_an_app(folder):
    with scene(folder) as (github, project):
        key, public = os.path.join(folder, "app.pem"), os.path.join(folder, "app.pub")
        subprocess.run(["openssl", "genrsa", "-out", key, "2048"], check=True, capture_output=True)
        subprocess.run(["openssl", "rsa", "-in", key, "-pubout", "-out", public], check=True, capture_output=True)
        github.app_key = public
        del project.entry["token"]
        with open(key, encoding="ascii") as file:
            project.environment = {"KEY_OF_TEST": file.read()}
        project.configure(app={"id": "7", "installation": "42", "key": "env:KEY_OF_TEST"})
        project.expect("opened")
        check_offer(github)
        check(github.calls[0] == "apps/create-installation-access-token", github.calls)
        who = github.repository.git("log", "-1", "--format=%an", "driftline/orders")
        check(who == "driftline[bot]", who)
        encrypted = subprocess.run(["openssl", "rsa", "-in", key, "-aes128", "-passout", "pass:x"], check=True,
                                   capture_output=True).stdout.decode()
        for broken in (encrypted, "no key", project.environment["KEY_OF_TEST"][:300]):
            github.forget()
            project.environment["KEY_OF_TEST"] = broken
            check("no private RSA key" in project.expect("failed", status=2)["error"]["message"], "")
            check(not github.requests, github.requests)


def test_refusals(folder):
    cases = [
        ((401, {}, {"message": "Bad credentials"}), 4, "check the token"),
        ((403, {}, {"message": "Resource not accessible by personal access token"}), 4, "contents and pull requests"),
        ((404, {}, {"message": "Not Found"}), 3, "check 'base'"),
        ((301, {"Location": "http://127.0.0.1:1/"}, {"message": "Moved Permanently"}), 3, "renamed or moved"),
        ((200, {}, {"object": {"sha": "x"}}), 3, "check 'url'"),
        ((200, {}, []), 3, "check 'url'"),
    ]
    for number, (fault, status, words) in enumerate(cases):
        with scene(folder, number) as (github, project):
            github.fault = lambda _, __, answer=fault: answer
            result = project.expect("failed", status=status)
            check(words in str(result["error"]), result)
            check(len(github.requests) == 1, "it was tried again")


def test_limits(folder):
    """What asks to be left alone is left alone, as long as there is time for that."""
    with scene(folder) as (github, project):
        answers = [(403, {"Retry-After": "1"}, {"message": "You have exceeded a secondary rate limit."}),
                   (429, {"Retry-After": "1"}, {"message": "slow down"}),
                   (403, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "99999999999"},
                    {"message": "API rate limit exceeded for user ID 1."})]
        github.fault = lambda number, request: answers.pop(0) if answers and number % 3 == 2 else None
        result = project.expect("failed", status=3)
        check("rate limit" in result["error"]["message"] and not answers, result)
        project.expect("opened")
        check_offer(github)


def test_configuration(folder):
    cases = [
        ({"repository": "shop"}, "write it as owner/name"),
        ({"url": "http://ghe.example/api/v3", "allow_private": False}, "without encryption"),
        ({"url": "ftp://ghe.example"}, "no address of an API"),
        ({"url": "https://user:secret@ghe.example"}, "more than host"),
        ({"token": "ghp_secret"}, "must not be written down"),
        ({"branch": "main"}, "cannot be the one to merge into"),
        ({"branch": "-x"}, "cannot be a branch"),
        ({"branch": "a..b"}, "cannot be a branch"),
        ({"name": "a b"}, "a name has letters"),
        ({"title": "two\nlines"}, "one line"),
        ({"copy": [{"from": "x", "to": "../x"}]}, "cannot be the path"),
        ({"copy": [{"from": "x", "to": ".git/config"}]}, "cannot be the path"),
        ({"content": ["nothing"]}, "has an entry 'nothing'"),
        ({"copy": []}, "nothing to publish"),
        ({"app": {"id": "7", "installation": "42", "key": "env:X"}}, "both 'token' and 'app'"),
        ({"host": "gitlab"}, "gitlab"),
        ({"unknown": 1}, "unknown"),
        ({"timeout": "soon"}, "timeout"),
    ]
    with scene(folder) as (github, project):
        before = dict(project.entry)
        for change, words in cases:
            project.entry = {**before, **change}
            project.configure()
            done = project.run()
            check(done.returncode == 2 and words.encode() in done.stderr, f"{change}: {done}")
            check(b"secret" not in done.stderr.replace(b"a secret must", b""), done.stderr)
        project.entry = before
        project.configure(allow_private=False, url=github.url.replace("http:", "https:"))
        done = project.run()
        check(done.returncode == 2 and b"no address of the public internet" in done.stderr, done)
        check(not github.requests, github.requests)


def test_hostile_names(folder):
    name = "x](https:--evil) @alice <img src=x> `y` | z"
    with scene(folder, copy=[{"from": "orders.yaml", "to": f"spec/{name}"}]) as (github, project):
        project.expect("opened")
        body = github.open_pulls()[0]["body"]
        for words in ("](https", "@alice", "<img", "`y`"):
            check(words not in body, body)


def test_two_at_once(folder):
    with scene(folder) as (github, project):
        command = [DRIFTLINE, "publish", "--format", "json"]
        environment = {**os.environ, **project.environment, "XDG_RUNTIME_DIR": os.path.join(project.folder, "runtime")}
        runs = [subprocess.Popen(command, cwd=project.folder, env=environment, stdout=subprocess.PIPE) for _ in range(4)]
        states = sorted(json.loads(one.communicate(timeout=60)[0])["entries"][0]["state"] for one in runs)
        check(states == ["opened", "unchanged", "unchanged", "unchanged"], states)
        check_offer(github)


def test_somebody_is_faster(folder):
    """Another machine publishes the same in between: at every step one of both looks again."""
    for step in range(1, 14):
        with scene(folder, step) as (github, project):
            other = Project(os.path.join(folder, f"other{step}"), dict(project.entry))
            other.environment = dict(project.environment)
            other.write("orders.yaml", NEW)

            def meanwhile(number, request, github=github, other=other, step=step):
                if number == step:
                    github.fault = None
                    github.lock.release()
                    other.publish()
                    github.lock.acquire()

            github.fault = meanwhile
            project.publish()
            check_offer(github)
            check(len(github.pulls) == 1, github.pulls)


if __name__ == "__main__":
    sys.exit(run([value for name, value in list(globals().items()) if name.startswith("test_")]))

#!/usr/bin/python3
"""`driftline publish` with `host: git`: a branch of a repository that git reaches, local or not."""
import os
import subprocess
import sys
import threading

from publishing import Project, check, run

from github import Repository  # of tests/support, which publishing.py has added to the path

OLD, NEW, NEWER = "version: 1\n", "version: 2\n", "version: 3\n"
BRANCH = "driftline/orders"


def scene(folder, case="", address="{}", **entry):
    """A bare repository whose copy of a specification is out of date, and a project that publishes it."""
    folder = os.path.join(folder, f"case{case}")
    os.mkdir(folder)
    repository = Repository(os.path.join(folder, "shop.git"))
    repository.commit("main", {"README.md": "hello\n"})
    repository.commit("main", {"spec/orders.yaml": OLD})
    project = Project(folder, {"name": "orders", "host": "git", "repository": address.format(repository.path),
                               "copy": [{"from": "orders.yaml", "to": "spec/orders.yaml"}], **entry})
    project.write("orders.yaml", NEW)
    project.environment["TMPDIR"] = os.path.join(folder, "temporary")
    os.mkdir(project.environment["TMPDIR"])
    return repository, project


def check_branch(repository, content):
    files = repository.files(BRANCH)
    check(files == {"README.md": b"hello\n", "spec/orders.yaml": content.encode()}, files)


def merge(repository, how):
    base, head = repository.head("main"), repository.head(BRANCH)
    tree = repository.git("merge-tree", "--write-tree", base, head).split()[0]
    commit = head if how == "forward" else repository.make_commit(tree, [base] + ([head] if how == "merge" else []), "x")
    repository.set_head("main", commit)


def test_one_branch_is_kept(folder):
    for case, address in (("path", "{}"), ("file", "file://{}")):
        repository, project = scene(folder, case, address)
        result = project.expect("opened")
        check(result["commit"] == repository.head(BRANCH) and result["base"] == "main" and result["url"] is None, result)
        check_branch(repository, NEW)
        check(repository.git("log", "-1", "--format=%an <%ae>", BRANCH) == "driftline <driftline@localhost>", "who?")
        first = repository.head(BRANCH)
        project.expect("unchanged")
        check(repository.head(BRANCH) == first, "it was moved")
        project.write("orders.yaml", NEWER)
        project.expect("updated")
        check_branch(repository, NEWER)
        check(repository.has(first, repository.head(BRANCH)), "it was not moved forward")
        project.write("orders.yaml", OLD)
        project.expect("closed")
        check(repository.head(BRANCH) is None, "the branch is still there")
        project.expect("unchanged")
        check(not os.listdir(project.environment["TMPDIR"]), "something is left behind")


def test_what_was_merged(folder):
    for how in ("merge", "squash", "forward"):
        repository, project = scene(folder, how)
        project.expect("opened")
        merge(repository, how)
        project.expect("merged")
        check(repository.head(BRANCH) is None, "the branch is still there")
        project.expect("unchanged")


def test_a_change_right_after_a_merge(folder):
    for how in ("merge", "squash", "forward"):
        repository, project = scene(folder, how)
        project.expect("opened")
        merge(repository, how)
        project.write("orders.yaml", NEWER)
        project.expect("updated")
        check_branch(repository, NEWER)
        check(repository.has(repository.head("main"), repository.head(BRANCH)), "it does not have the base")


def test_a_merge_that_was_taken_back(folder):
    repository, project = scene(folder)
    project.expect("opened")
    merge(repository, "merge")
    repository.commit("main", {"spec/orders.yaml": OLD})
    project.expect("updated")
    check_branch(repository, NEW)
    merge(repository, "squash")
    check(repository.files("main")["spec/orders.yaml"] == NEW.encode(), "merging brings nothing")


def test_the_base_moves(folder):
    repository, project = scene(folder)
    project.expect("opened")
    first = repository.head(BRANCH)
    repository.commit("main", {"other.txt": "x\n"})
    project.expect("unchanged")
    repository.commit("main", {"spec/orders.yaml": "version: 1.5\n"})
    project.expect("updated")
    head = repository.head(BRANCH)
    check(repository.has(first, head) and repository.has(repository.head("main"), head), "not on top of both")
    check(repository.files(BRANCH)["spec/orders.yaml"] == NEW.encode(), "not what is wanted")


def test_commits_of_others_stay(folder):
    repository, project = scene(folder)
    project.expect("opened")
    commit = repository.commit(BRANCH, {"spec/orders.yaml": "mine\n"})
    project.expect("conflict", status=4)
    project.write("orders.yaml", OLD)
    result = project.expect("unchanged")
    check(repository.head(BRANCH) == commit and "commits of others" in result["notes"][0], result)
    project.write("orders.yaml", NEWER)
    project.expect("updated", "--force")
    check_branch(repository, NEWER)


def test_somebody_is_faster(folder):
    """Many at once, on machines of their own: in the end there is what all of them wanted, once."""
    repository, project = scene(folder)
    projects = [Project(os.path.join(folder, f"machine{number}"), dict(project.entry)) for number in range(3)]
    for one in projects:
        one.write("orders.yaml", NEW)
    states = []
    threads = [threading.Thread(target=lambda one=one: states.append(one.publish()["state"])) for one in projects]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    check(len(states) == 3 and set(states) <= {"opened", "unchanged"}, states)
    check_branch(repository, NEW)
    check(repository.parents_of(repository.head(BRANCH)) == [repository.head("main")], "there is more than one commit")


def test_files_of_all_sorts(folder):
    contents = {"binary": bytes(range(256)) * 10, "empty": b"", 'we"ird name ü': b"x", "run": b"#!/bin/sh\ntrue\n"}
    repository, project = scene(folder, copy=[{"from": name, "to": f"spec/{name}"} for name in contents])
    head = repository.head("main")
    tree = repository.make_tree(repository.tree_of(head), [("spec/run", "100755", repository.put("blob", b"#!/bin/sh\n")),
                                                           ("link", "120000", repository.put("blob", b"README.md"))])
    repository.set_head("main", repository.make_commit(tree, [head], "a program and a link"))
    for name, content in contents.items():
        project.write(name, content)
    project.expect("opened")
    files = repository.files(BRANCH)
    check(all(files[f"spec/{name}"] == content for name, content in contents.items()), files.keys())
    check(repository.git("ls-tree", BRANCH, "spec/run").startswith("100755"), "no program any more")
    project.expect("unchanged")
    project.configure(copy=[{"from": "run", "to": "link/run"}])
    project.expect("conflict", status=4)


def test_nothing_of_the_user_is_run(folder):
    """Neither hooks nor programs that settings, addresses or branches could name."""
    repository, project = scene(folder)
    proof = os.path.join(folder, "proof")
    hook = os.path.join(folder, "hooks", "pre-push")
    os.mkdir(os.path.dirname(hook))
    with open(hook, "w", encoding="ascii") as file:
        file.write(f"#!/bin/sh\ntouch {proof}\n")
    os.chmod(hook, 0o755)
    with open(os.path.join(folder, ".gitconfig"), "w", encoding="ascii") as file:
        file.write(f"[core]\nhooksPath = {os.path.dirname(hook)}\nfsmonitor = {hook}\n")
    project.environment["HOME"] = folder
    project.expect("opened")
    for address in (f"ext::sh -c touch% {proof}", f"--upload-pack=touch {proof}", "git://127.0.0.1/x",
                    "https://user:secret@example.com/x", "http://127.0.0.1/x"):
        project.configure(repository=address)
        done = project.run()
        check(done.returncode == 2 and b"secret@" not in done.stderr, done)
    check(not os.path.exists(proof), "something was run")


def test_a_token_is_no_argument(folder):
    """What git is given: a program in its place writes down how it was called."""
    repository, project = scene(folder, repository="https://127.0.0.1:1/acme/shop.git", token="env:TOKEN_OF_TEST",
                                timeout="5s")
    tools = os.path.join(folder, "tools")
    os.mkdir(tools)
    with open(os.path.join(tools, "git"), "w", encoding="ascii") as file:
        file.write(f"#!/bin/sh\necho \"$@\" >> {folder}/arguments\nenv > {folder}/environment\nexit 128\n")
    os.chmod(os.path.join(tools, "git"), 0o755)
    project.environment = {"TOKEN_OF_TEST": "glpat-very-secret", "PATH": f"{tools}:{os.environ['PATH']}",
                           "PGPASSWORD": "a-password-of-ours"}
    project.expect("failed", status=3)
    with open(os.path.join(folder, "arguments"), encoding="ascii") as file:
        check("secret" not in file.read(), "the token is an argument")
    with open(os.path.join(folder, "environment"), encoding="ascii") as file:
        lines = file.read()
    check("http.https://127.0.0.1:1/acme/shop.git.extraHeader" in lines and "GIT_TERMINAL_PROMPT=0" in lines, lines)
    check("a-password-of-ours" not in lines and "TOKEN_OF_TEST" not in lines, "git gets what is none of its business")


def test_refusals(folder):
    repository, project = scene(folder)
    cases = [({"repository": os.path.join(folder, "nothing")}, "does not appear to be a git repository"),
             ({"base": "release"}, "no branch 'release'")]
    before = dict(project.entry)
    for change, words in cases:
        project.entry = {**before, **change}
        project.configure()
        check(words in project.expect("failed", status=3)["error"]["message"], words)
    empty = os.path.join(folder, "empty.git")
    subprocess.run(["git", "init", "-q", "--bare", empty], check=True)
    project.entry = {**before, "repository": empty}
    project.configure()
    project.expect("failed", status=3)
    check(repository.head(BRANCH) is None, "something was written")


def test_a_repository_with_long_ids(folder):
    """SHA-256 in place of SHA-1."""
    _, project = scene(folder)
    path, work = os.path.join(folder, "long.git"), os.path.join(folder, "work")
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", "--object-format=sha256", path], check=True)
    subprocess.run(["git", "init", "-q", "-b", "main", "--object-format=sha256", work], check=True)
    with open(os.path.join(work, "README.md"), "w", encoding="ascii") as file:
        file.write("hello\n")
    who = ["-c", "user.name=x", "-c", "user.email=x@example.com"]
    for words in (["add", "."], [*who, "commit", "-q", "-m", "x"], ["push", "-q", path, "main"]):
        subprocess.run(["git", "-C", work, *words], check=True)
    project.configure(repository=path)
    check(len(project.expect("opened")["commit"]) == 64, "no long ids")
    project.expect("unchanged")
    project.write("orders.yaml", NEWER)
    project.expect("updated")


if __name__ == "__main__":
    sys.exit(run([value for name, value in list(globals().items()) if name.startswith("test_")]))

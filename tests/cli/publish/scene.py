"""A repository whose copy of a specification is out of date, and a project that publishes it by the stand-in."""
import contextlib
import os

from publishing import Project, api, check

from github import GitHub  # of tests/support, which publishing.py has added to the path

OLD, NEW, NEWER = "version: 1\n", "version: 2\n", "version: 3\n"


@contextlib.contextmanager
def scene(folder, case="", **entry):
    folder = os.path.join(folder, f"case{case}")
    os.mkdir(folder)
    with GitHub(api(), folder) as github:
        github.commit("main", {"README.md": "hello\n", "spec/orders.yaml": OLD})
        project = Project(folder, {"name": "orders", "url": github.url, "allow_private": True, "repository": "acme/shop",
                                   "base": "main", "token": "env:TOKEN_OF_TEST", "timeout": "20s",
                                   "copy": [{"from": "orders.yaml", "to": "spec/orders.yaml"}], **entry})
        project.environment["TOKEN_OF_TEST"] = github.token
        project.write("orders.yaml", NEW)
        yield github, project


def check_offer(github, content=NEW, count=1):
    """There is exactly one open pull request of ours, and merging it gives the content; or there is nothing of it."""
    pulls = [pull for pull in github.open_pulls() if pull["head"] == "driftline/orders"]
    check(len(pulls) == count, f"{len(pulls)} open pull requests: {pulls}")
    if count == 0:
        check(github.repository.head("driftline/orders") is None, "the branch is still there")
        return None
    files = github.repository.files("driftline/orders")
    check(files["spec/orders.yaml"] == content.encode(), files)
    check(files["README.md"] == b"hello\n", files)
    check(pulls[0]["labels"] == ["schema-sync", "bot"], pulls[0])
    check("stage=open" in pulls[0]["body"], pulls[0]["body"])
    return pulls[0]

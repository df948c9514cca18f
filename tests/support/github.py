"""A stand-in for GitHub on loopback: a repository that git itself keeps, and of the API what `driftline publish` uses.

Every request and every answer is held against GitHub's own description of its API (github_openapi.py); what is not as it
says is in `problems`, and fails the test at the end. `fault` lets requests fail; `requests` lists all that came.

    with GitHub(api, folder) as github:
        github.commit("main", {"README.md": "hello\\n"})
        … the program works with github.url and the token github.token …
        pull = github.open_pulls()[0]
"""
import base64
import hashlib
import json
import os
import subprocess
import threading
import time
import urllib.parse
import zlib

from github_openapi import Mismatch, check
from http_standin import HttpStandin

OWNER, NAME = "acme", "shop"
ACCOUNTS = {"alice", "bob"}
TEAMS = {"platform"}


class Refusal(Exception):
    """An answer that is an error."""

    def __init__(self, status, message, *details):
        super().__init__(message)
        self.status = status
        self.value = {"message": message, "documentation_url": "https://docs.github.com/rest"}
        if details:
            self.value["errors"] = [{"resource": "PullRequest", "code": "custom", "message": one} for one in details]


class Repository:
    """A bare repository of git. What is asked all the time is read and written here, since starting git takes longer
    than anything else; its objects are git's own, and git does the rest."""

    def __init__(self, path):
        self.path = path
        subprocess.run(["git", "init", "-q", "--bare", "-b", "main", path], check=True)

    def git(self, *words, **variables):
        """What git itself answers."""
        run = subprocess.run(["git", "-C", self.path, *words], capture_output=True, check=False,
                             env={**os.environ, "GIT_CONFIG_GLOBAL": "/dev/null", **variables})
        check(run.returncode == 0, f"git {words}: {run.stderr.decode()}")
        return run.stdout.decode().strip()

    # ---- objects

    def put(self, kind, content):
        """Keep an object; answers its id."""
        whole = f"{kind} {len(content)}\0".encode() + content
        sha = hashlib.sha1(whole).hexdigest()
        path = os.path.join(self.path, "objects", sha[:2], sha[2:])
        if not os.path.exists(path):
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path + ".new", "wb") as file:
                file.write(zlib.compress(whole, 1))
            os.rename(path + ".new", path)
        return sha

    def get(self, sha, kind):
        """The content of an object of that kind."""
        with open(os.path.join(self.path, "objects", sha[:2], sha[2:]), "rb") as file:
            head, content = zlib.decompress(file.read()).split(b"\0", 1)
        check(head.split()[0].decode() == kind, f"{sha} is no {kind}")
        return content

    def entries(self, tree):
        """What is in a tree: mode and id by name."""
        content, found = self.get(tree, "tree"), {}
        while content:
            head, rest = content.split(b"\0", 1)
            mode, name = head.decode().split(" ", 1)
            found[name] = (mode.zfill(6), rest[:20].hex())
            content = rest[20:]
        return found

    def put_tree(self, entries):
        ordered = sorted(entries.items(), key=lambda one: one[0] + ("/" if one[1][0] == "040000" else ""))
        return self.put("tree", b"".join(f"{mode.lstrip('0')} {name}\0".encode() + bytes.fromhex(sha)
                                         for name, (mode, sha) in ordered))

    def walk(self, tree, prefix=""):
        """Everything below a tree: path, mode and id."""
        for name, (mode, sha) in self.entries(tree).items():
            yield prefix + name, mode, sha
            if mode == "040000":
                yield from self.walk(sha, prefix + name + "/")

    def make_tree(self, base, changes):
        """A tree on top of another: changes are (path, mode, id), without an id it is removed."""
        entries, below = (self.entries(base) if base else {}), {}
        for path, mode, sha in changes:
            first, slash, rest = path.partition("/")
            if slash:
                below.setdefault(first, []).append((rest, mode, sha))
            elif sha is None:
                del entries[first]
            else:
                entries[first] = (mode, sha)
        for name, inner in below.items():
            mode, sha = entries.get(name, ("040000", None))
            tree = self.make_tree(sha if mode == "040000" else None, inner)
            if self.entries(tree):
                entries[name] = ("040000", tree)
            else:
                entries.pop(name, None)
        return self.put_tree(entries)

    def make_commit(self, tree, parents, message, name="alice", email="alice@example.com"):
        lines = [f"tree {tree}", *[f"parent {parent}" for parent in parents]]
        lines += [f"{role} {name} <{email}> {int(time.time())} +0000" for role in ("author", "committer")]
        return self.put("commit", ("\n".join(lines) + "\n\n" + message + "\n").encode())

    def commit_lines(self, sha):
        """The head of a commit as pairs, and its message."""
        head, message = self.get(sha, "commit").decode().split("\n\n", 1)
        return [line.split(" ", 1) for line in head.splitlines()], message.rstrip("\n")

    def tree_of(self, commit):
        return self.commit_lines(commit)[0][0][1]

    def parents_of(self, commit):
        return [value for key, value in self.commit_lines(commit)[0] if key == "parent"]

    def has(self, ancestor, commit):
        """Whether a commit has another in its history."""
        waiting, seen = [commit], set()
        while waiting:
            one = waiting.pop()
            if one == ancestor:
                return True
            if one not in seen:
                seen.add(one)
                waiting += self.parents_of(one)
        return False

    # ---- branches

    def ref_path(self, branch):
        return os.path.join(self.path, "refs", "heads", branch)

    def head(self, branch):
        """The id of a branch; None: there is none."""
        path = self.ref_path(branch)
        if not os.path.isfile(path):
            return None
        with open(path, encoding="ascii") as file:
            return file.read().strip()

    def set_head(self, branch, commit):
        path = self.ref_path(branch)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="ascii") as file:
            file.write(commit + "\n")

    def remove_branch(self, branch):
        os.unlink(self.ref_path(branch))

    def files(self, branch):
        """All files of a branch, by path."""
        return {path: self.get(sha, "blob") for path, mode, sha in self.walk(self.tree_of(self.head(branch)))
                if mode not in ("040000", "160000")}

    def commit(self, branch, files, message="by hand"):
        """Somebody's commit: files are content by path, None removes one."""
        head = self.head(branch)
        changes = [(path, "100644", None if content is None else
                    self.put("blob", content.encode() if isinstance(content, str) else content))
                   for path, content in files.items()]
        tree = self.make_tree(self.tree_of(head) if head else None, changes)
        commit = self.make_commit(tree, [head] if head else [], message)
        self.set_head(branch, commit)
        return commit


class GitHub(HttpStandin):
    """acme/shop. `fault(number, request)` is asked before each request: None, (status, headers, value) to answer
    instead, or (status, headers, value, True) after it was done; "before" to cut the connection and do nothing, "after" to
    do it and cut the connection."""

    failure = Mismatch
    protocol = "HTTP/1.1"
    token = "ghp_token_of_the_test"

    def __init__(self, api, folder):
        super().__init__()
        self.api = api
        self.repository = Repository(os.path.join(folder, "github.git"))
        self.commit = self.repository.commit
        self.default_branch = "main"
        self.pulls = {}
        self.comments = {}
        self.next_number = 1
        self.next_comment = 1001
        self.calls = []
        self.fault = None
        self.tree_limit = None  # entries that are listed at once
        self.app_key = None  # the public key of app 7, a file
        self.app_tokens = set()
        self.lock = threading.Lock()
        self.url += "/api/v3"

    # ---- what tests ask and do

    def open_pulls(self):
        self.notice_merges()
        return [pull for pull in self.pulls.values() if pull["state"] == "open"]

    def forget(self):
        """Forget what was asked so far."""
        self.requests.clear()
        self.calls.clear()

    def open_pull(self, branch, files, base="main", title="somebody's"):
        """A pull request of somebody."""
        if self.repository.head(branch) is None:
            self.repository.set_head(branch, self.repository.head(base))
        self.commit(branch, files)
        return self.add_pull({"title": title, "head": branch, "base": base, "body": "", "draft": False}, "alice")

    def merge(self, pull, how="merge", delete=False):
        """Merge as the button does: with a merge commit, or squashed."""
        base, head = self.repository.head(pull["base"]), self.repository.head(pull["head"])
        merged = self.repository.git("merge-tree", "--write-tree", base, head).split()[0]
        parents = [base, head] if how == "merge" else [base]
        commit = self.repository.make_commit(merged, parents, f"{pull['title']} (#{pull['number']})")
        self.repository.set_head(pull["base"], commit)
        pull.update(state="closed", merged_at="2026-11-21T10:00:00Z")
        if delete:
            self.repository.remove_branch(pull["head"])

    def update_branch(self, pull):
        """The button that merges the base into the branch."""
        base, head = self.repository.head(pull["base"]), self.repository.head(pull["head"])
        tree = self.repository.git("merge-tree", "--write-tree", head, base).split()[0]
        commit = self.repository.make_commit(tree, [head, base], f"Merge branch '{pull['base']}' into {pull['head']}")
        self.repository.set_head(pull["head"], commit)

    # ---- HTTP

    def reply(self, request):
        request["path"] = request["path"].replace("/api/v3", "", 1)
        with self.lock:
            answer = self.answer(request)
        if answer is None:
            return None
        status, headers, value = answer
        headers = {"x-ratelimit-limit": "5000", "x-ratelimit-remaining": "4999",
                   "x-ratelimit-reset": str(int(time.time()) + 3600), **headers}
        if status == 204:
            return status, headers, None
        return status, {**headers, "Content-Type": "application/json; charset=utf-8"}, json.dumps(value).encode()

    def answer(self, request):
        self.requests.append(request)
        fault = self.fault(len(self.requests), request) if self.fault is not None else None
        if fault == "before":
            return None
        if isinstance(fault, tuple) and len(fault) == 3:
            return fault
        try:
            answer = self.respond(request)
        except Exception as problem:  # of the test's own thread it is to be seen in
            self.problems.append(f"{request['method']} {request['path']}: {type(problem).__name__}: {problem}")
            answer = 500, {}, {"message": str(problem)[:200]}
        if isinstance(fault, tuple):
            return fault[:3]
        return None if fault == "after" else answer

    def respond(self, request):
        call = self.api.check_request(request)
        self.calls.append(call)
        try:
            self.check_token(request, call)
            parts = [urllib.parse.unquote(part) for part in urllib.parse.urlsplit(request["path"]).path.split("/")]
            if parts[1] == "repos" and parts[2:4] != [OWNER, NAME]:
                raise Refusal(404, "Not Found")
            query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(request["path"]).query))
            rest = parts[4:] if parts[1] == "repos" else parts[1:]
            self.notice_merges()
            status, value = getattr(self, "do_" + call.replace("/", "_").replace("-", "_"))(rest, request["json"], query)
            return status, {}, self.api.complete_answer(request, status, value)
        except Refusal as refusal:
            self.api.answer_schema(request, refusal.status) if refusal.status not in (401, 403) else None
            return refusal.status, {}, refusal.value

    def check_token(self, request, call):
        given = request["headers"].get("Authorization", "")
        if call == "apps/create-installation-access-token":
            self.check_proof(given)
        elif given not in [f"Bearer {token}" for token in self.app_tokens | ({self.token} if not self.app_key else set())]:
            raise Refusal(401, "Bad credentials")

    def check_proof(self, given):
        """A JSON web token of app 7: signed with RS256 by its key, and good for not more than ten minutes."""
        check(self.app_key is not None and given.startswith("Bearer "), "there is no app")
        head, claims, signature = given[len("Bearer "):].split(".")

        def decode(part):
            check("=" not in part, "the token is padded")
            return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))

        path = os.path.join(self.repository.path, "signature")
        with open(path, "wb") as file:
            file.write(decode(signature))
        verified = subprocess.run(["openssl", "dgst", "-sha256", "-verify", self.app_key, "-signature", path],
                                  input=f"{head}.{claims}".encode(), capture_output=True, check=False)
        check(verified.returncode == 0, "the signature is not the app's")
        check(json.loads(decode(head)) == {"alg": "RS256", "typ": "JWT"}, head)
        claims, now = json.loads(decode(claims)), time.time()
        check(claims["iss"] == "7" and claims["iat"] <= now < claims["exp"] <= claims["iat"] + 600, claims)

    # ---- answers

    def do_apps_create_installation_access_token(self, parts, body, _):
        check(parts[2] == "42", "there is no such installation")
        check(body["repositories"] == [NAME] and body["permissions"] == {"contents": "write", "pull_requests": "write"},
              body)
        token = f"ghs_{len(self.app_tokens)}_of_the_app"
        self.app_tokens.add(token)
        return 201, {"token": token, "expires_at": "2026-11-21T11:00:00Z"}

    def do_repos_get(self, *_):
        return 200, {"default_branch": self.default_branch}

    def ref(self, branch):
        head = self.repository.head(branch)
        return {"ref": f"refs/heads/{branch}", "object": {"sha": head, "type": "commit"}}

    def do_git_get_ref(self, parts, *_):
        branch = parts[2].removeprefix("heads/")
        if not os.listdir(self.repository.ref_path("")):
            raise Refusal(409, "Git Repository is empty.")
        if self.repository.head(branch) is None:
            raise Refusal(404, "Not Found")
        return 200, self.ref(branch)

    def do_git_create_ref(self, _, body, __):
        branch = body["ref"].removeprefix("refs/heads/")
        if self.repository.head(branch) is not None:
            raise Refusal(422, "Reference already exists")
        self.repository.set_head(branch, body["sha"])
        return 201, self.ref(branch)

    def do_git_update_ref(self, parts, body, _):
        branch = parts[2].removeprefix("heads/")
        head = self.repository.head(branch)
        if head is None:
            raise Refusal(422, "Reference does not exist")
        if not body.get("force") and not self.repository.has(head, body["sha"]):
            raise Refusal(422, "Update is not a fast forward")
        self.repository.set_head(branch, body["sha"])
        return 200, self.ref(branch)

    def do_git_delete_ref(self, parts, *_):
        branch = parts[2].removeprefix("heads/")
        if self.repository.head(branch) is None:
            raise Refusal(422, "Reference does not exist")
        self.repository.remove_branch(branch)
        for pull in self.pulls.values():
            if pull["head"] == branch and pull["state"] == "open":
                pull["state"] = "closed"
        return 204, None

    def commit_value(self, sha):
        return {"sha": sha, "message": self.repository.commit_lines(sha)[1], "tree": {"sha": self.repository.tree_of(sha)},
                "parents": [{"sha": parent} for parent in self.repository.parents_of(sha)]}

    def do_git_get_commit(self, parts, *_):
        return 200, self.commit_value(parts[2])

    def do_git_create_commit(self, _, body, __):
        check(1 <= len(body["parents"]) <= 2, body)
        who = body.get("author", {"name": "driftline[bot]", "email": "bot@users.noreply.github.com"})
        return 201, self.commit_value(self.repository.make_commit(body["tree"], body["parents"], body["message"],
                                                                  who["name"], who["email"]))

    def tree_value(self, sha, recursive):
        kinds = {"040000": "tree", "160000": "commit"}
        found = self.repository.walk(sha) if recursive else [
            (name, mode, one) for name, (mode, one) in self.repository.entries(sha).items()]
        entries = [{"path": path, "mode": mode, "type": kinds.get(mode, "blob"), "sha": one} |
                   ({} if mode in kinds else {"size": len(self.repository.get(one, "blob"))})
                   for path, mode, one in found]
        limit = self.tree_limit if recursive else None
        return {"sha": sha, "tree": entries[:limit], "truncated": limit is not None and len(entries) > limit}

    def do_git_get_tree(self, parts, _, query):
        return 200, self.tree_value(parts[2], "recursive" in query)

    def do_git_create_tree(self, _, body, __):
        have = {path for path, _, __ in self.repository.walk(body["base_tree"])} if "base_tree" in body else set()
        entries = []
        for entry in body["tree"]:
            check(("sha" in entry) != ("content" in entry), entry)
            if "sha" in entry and entry["sha"] is None and entry["path"] not in have:
                raise Refusal(422, "GitRPC::BadObjectState")
            sha = entry["sha"] if "sha" in entry else self.repository.put("blob", entry["content"].encode())
            entries.append((entry["path"], entry["mode"], sha))
        return 201, self.tree_value(self.repository.make_tree(body.get("base_tree"), entries), False)

    def do_git_get_blob(self, parts, *_):
        content = self.repository.get(parts[2], "blob")
        return 200, {"sha": parts[2], "size": len(content), "encoding": "base64",
                     "content": base64.encodebytes(content).decode()}

    def do_git_create_blob(self, _, body, __):
        check(body["encoding"] == "base64", body["encoding"])
        return 201, {"sha": self.repository.put("blob", base64.b64decode(body["content"], validate=True))}

    def do_repos_compare_commits_with_basehead(self, parts, *_):
        base, head = parts[1].split("...")
        base, head = self.repository.head(base) or base, self.repository.head(head) or head
        if base == head:
            status = "identical"
        else:
            status = "ahead" if self.repository.has(base, head) else \
                "behind" if self.repository.has(head, base) else "diverged"
        return 200, {"status": status}

    # ---- pull requests

    def notice_merges(self):
        """GitHub sees that the base has all commits of a pull request."""
        for pull in self.pulls.values():
            base, head = self.repository.head(pull["base"]), self.repository.head(pull["head"])
            if pull["state"] == "open" and head is not None and self.repository.has(head, base):
                pull.update(state="closed", merged_at="2026-11-21T10:00:00Z")

    def pull_value(self, pull):
        return {"number": pull["number"], "state": pull["state"], "title": pull["title"], "body": pull["body"] or None,
                "draft": pull["draft"], "merged_at": pull["merged_at"],
                "html_url": f"https://github.com/{OWNER}/{NAME}/pull/{pull['number']}",
                "labels": [{"name": name} for name in pull["labels"]],
                "head": {"ref": pull["head"], "label": f"{OWNER}:{pull['head']}"},
                "base": {"ref": pull["base"], "label": f"{OWNER}:{pull['base']}"}}

    def add_pull(self, body, user):
        pull = {"number": self.next_number, "state": "open", "merged_at": None, "labels": [], "reviewers": set(),
                "title": body["title"], "body": body.get("body") or "", "head": body["head"], "base": body["base"],
                "draft": body.get("draft", False), "user": user}
        self.pulls[self.next_number] = pull
        self.next_number += 1
        return pull

    def do_pulls_list(self, _, __, query):
        found = sorted(self.pulls.values(), key=lambda pull: pull["number"])
        if query.get("direction", "desc") == "desc":
            found.reverse()
        if query.get("state", "open") != "all":
            found = [pull for pull in found if pull["state"] == query.get("state", "open")]
        if "head" in query:
            found = [pull for pull in found if f"{OWNER}:{pull['head']}" == query["head"]]
        if "base" in query:
            found = [pull for pull in found if pull["base"] == query["base"]]
        return 200, [self.pull_value(pull) for pull in self.page(found, query)]

    @staticmethod
    def page(items, query):
        size, page = int(query.get("per_page", 30)), int(query.get("page", 1))
        return items[(page - 1) * size:page * size]

    def do_pulls_create(self, _, body, __):
        base, head = self.repository.head(body["base"]), self.repository.head(body["head"])
        if any(pull["head"] == body["head"] and pull["base"] == body["base"] for pull in self.open_pulls()):
            raise Refusal(422, "Validation Failed", f"A pull request already exists for {OWNER}:{body['head']}.")
        if head is None or base is None:
            raise Refusal(422, "Validation Failed")
        if self.repository.has(head, base):
            raise Refusal(422, "Validation Failed", f"No commits between {body['base']} and {body['head']}")
        check(len(body["body"]) <= 65536, "the body is too long")
        return 201, self.pull_value(self.add_pull(body, "bot"))

    def pull(self, number):
        if int(number) not in self.pulls:
            raise Refusal(404, "Not Found")
        return self.pulls[int(number)]

    def do_pulls_update(self, parts, body, _):
        pull = self.pull(parts[1])
        if "base" in body and pull["state"] == "closed" and body["base"] != pull["base"]:
            raise Refusal(422, "Validation Failed", "Cannot change the base branch of a closed pull request.")
        check(len(body.get("body", "")) <= 65536, "the body is too long")
        pull.update(body)
        return 200, self.pull_value(pull)

    def do_pulls_list_files(self, parts, _, query):
        pull = self.pull(parts[1])
        base, head = self.repository.head(pull["base"]), self.repository.head(pull["head"])
        words = self.repository.git("diff", "--name-only", f"{base}...{head}").splitlines()
        return 200, [{"filename": name, "sha": "0" * 40, "status": "modified"} for name in self.page(words, query)]

    def do_pulls_request_reviewers(self, parts, body, _):
        pull = self.pull(parts[1])
        if not set(body["reviewers"]) <= ACCOUNTS or not set(body["team_reviewers"]) <= TEAMS:
            raise Refusal(422, "Reviews may only be requested from collaborators.")
        pull["reviewers"] |= set(body["reviewers"]) | set(body["team_reviewers"])
        return 201, self.pull_value(pull)

    def do_issues_add_labels(self, parts, body, _):
        pull = self.pull(parts[1])
        pull["labels"] += [name for name in body["labels"] if name not in pull["labels"]]
        return 200, [{"name": name} for name in pull["labels"]]

    # ---- comments

    def comment_value(self, number):
        return {"id": number, "body": self.comments[number]["body"]}

    def comments_on(self, pull):
        return [number for number, one in self.comments.items() if one["pull"] == pull]

    def do_issues_list_comments(self, parts, _, query):
        return 200, [self.comment_value(number) for number in self.page(self.comments_on(int(parts[1])), query)]

    def do_issues_create_comment(self, parts, body, _):
        self.pull(parts[1])
        number = self.next_comment
        self.next_comment += 1
        self.comments[number] = {"pull": int(parts[1]), "body": body["body"]}
        return 201, self.comment_value(number)

    def do_issues_update_comment(self, parts, body, _):
        number = int(parts[2])
        if number not in self.comments:
            raise Refusal(404, "Not Found")
        self.comments[number]["body"] = body["body"]
        return 200, self.comment_value(number)

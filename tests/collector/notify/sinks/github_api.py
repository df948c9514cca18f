"""A small GitHub whose requests and answers are checked against GitHub's own description of its API."""
import os
import sys
import urllib.parse

from receivers import HERE, Receiver, check

sys.path.insert(0, os.path.join(HERE, "..", "..", "..", "support"))
from github_openapi import Api  # noqa: E402,F401: github_test.py takes it from here


class GitHub(Receiver):
    """Issues and comments of acme/shop. `refuse` is an answer that the next request gets instead; `is_cut` makes the
    next creation happen without an answer that says so."""

    def __init__(self, api):
        self.api = api
        self.issues = {12: {"number": 12, "body": "somebody's", "state": "open", "title": "Release"}}
        self.comments = {}
        self.calls = []
        self.refuse = None
        self.is_cut = False
        super().__init__(self.answer)

    def answer(self, request):
        self.calls.append(self.api.check_request(request))
        check(request["headers"]["Authorization"] == "Bearer ghp_token", "somebody else")
        if self.refuse is not None:
            refusal, self.refuse = self.refuse, None
            return refusal
        status, value = getattr(self, "do_" + self.calls[-1].replace("/", "_").replace("-", "_"))(request)
        self.api.check_answer(request, status, value)
        if self.is_cut and status == 201:
            self.is_cut = False
            return 502, {}, "<html>bad gateway</html>"
        return status, {}, value

    @staticmethod
    def number(request, index):
        return int(urllib.parse.urlsplit(request["path"]).path.split("/")[index])

    @staticmethod
    def page(request, items):
        query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(request["path"]).query))
        size, page = int(query["per_page"]), int(query["page"])
        return items[(page - 1) * size:page * size]

    def do_issues_create(self, request):
        number = max(self.issues) + 1
        self.issues[number] = {"number": number, "state": "open", "body": request["json"]["body"],
                               "title": request["json"]["title"]}
        return 201, self.issues[number]

    def do_issues_get(self, request):
        number = self.number(request, 5)
        if number not in self.issues:
            return 404, {"message": "Not Found"}
        return 200, self.issues[number]

    def do_issues_update(self, request):
        issue = self.issues[self.number(request, 5)]
        issue.update({name: value for name, value in request["json"].items() if name in issue})
        return 200, issue

    def do_issues_list_for_repo(self, request):
        return 200, self.page(request, [self.issues[number] for number in sorted(self.issues, reverse=True)])

    def do_issues_create_comment(self, request):
        check(self.number(request, 5) in self.issues, "a comment of no issue")
        number = 4711 + len(self.comments)
        self.comments[number] = {"id": number, "body": request["json"]["body"]}
        return 201, self.comments[number]

    def do_issues_get_comment(self, request):
        number = self.number(request, 6)
        return (200, self.comments[number]) if number in self.comments else (404, {"message": "Not Found"})

    def do_issues_update_comment(self, request):
        comment = self.comments[self.number(request, 6)]
        comment["body"] = request["json"]["body"]
        return 200, comment

    def do_issues_list_comments(self, request):
        return 200, self.page(request, list(self.comments.values()))

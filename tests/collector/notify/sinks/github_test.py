#!/usr/bin/python3
"""Issues and comments against GitHub's own description of its API."""
import functools
import json
import os
import sys

from github_api import Api, GitHub
from receivers import check, message, remembering, run, send


@functools.lru_cache(maxsize=1)
def api():
    return Api()


def sink(github, **more):
    return {"kind": "github", "url": github.url, "allow_private": True, "secret": "ghp_token", "repository": "acme/shop",
            "labels": ["drift"], **more}


def sent(answer):
    check(answer["outcome"] == "sent", answer)
    return answer


def test_an_issue_is_kept_up_to_date(folder):
    with GitHub(api()) as github:
        first = sent(send(sink(github), message("opened")))
        check(first["remote"] == {"number": 13} and github.calls == ["issues/list-for-repo", "issues/create"],
              (first, github.calls))
        check(github.issues[13]["title"] == "orders@prod: 3 differences opened, 1 critical", github.issues[13])
        second = sent(send(sink(github), message("update"), remembering(first)))
        body = github.issues[13]["body"]
        check(github.calls[2:] == ["issues/get", "issues/update"], github.calls)
        check(body.index("orders&#95;pkey differs") < body.index("3 differences opened, 1 critical"), body)
        check(body.count("<!-- driftline incident ") == 1, body)
        check(github.issues[13]["state"] == "open", github.issues[13])
        sent(send(sink(github), message("resolved"), remembering(second)))
        check(github.issues[13]["state"] == "closed", github.issues[13])
        check(len(github.issues) == 2 and github.issues[12]["body"] == "somebody's", github.issues)


def test_a_comment_is_kept_up_to_date(folder):
    with GitHub(api()) as github:
        first = sent(send(sink(github, issue=12), message("opened")))
        check(first["remote"] == {"comment": 4711}, first)
        sent(send(sink(github, issue=12), message("resolved"), remembering(first)))
        check(github.calls == ["issues/list-comments", "issues/create-comment", "issues/get-comment",
                               "issues/update-comment"], github.calls)
        check("back to normal after 60 min" in github.comments[4711]["body"], github.comments)
        check(len(github.issues) == 1 and github.issues[12]["state"] == "open", "the issue is not ours to close")


def test_what_people_write_stays(folder):
    with GitHub(api()) as github:
        first = sent(send(sink(github), message("opened")))
        github.issues[13]["body"] += "\nalice looks into it\n"
        sent(send(sink(github), message("update"), remembering(first)))
        check("alice looks into it" in github.issues[13]["body"], github.issues[13]["body"])


def test_nothing_is_written_twice(folder):
    for issue in (0, 12):
        with GitHub(api()) as github:
            github.is_cut = True
            answer = send(sink(github, issue=issue), message("opened"))
            check(answer["outcome"] == "again" and answer["remote"] is None, answer)
            again = sent(send(sink(github, issue=issue), message("opened")))
            check(again["remote"] in ({"number": 13}, {"comment": 4711}), again)
            check(len(github.issues) + len(github.comments) == 2, (github.issues, github.comments))
            # The message after it, sent twice, is in it once.
            for _ in range(2):
                sent(send(sink(github, issue=issue), message("update"), remembering(again)))
            body = github.comments[4711]["body"] if issue else github.issues[13]["body"]
            check(body.count("orders&#95;pkey differs, high") == 1, body)


def test_it_is_found_among_others(folder):
    with GitHub(api()) as github:
        github.is_cut = True
        send(sink(github), message("opened"))
        for number in range(14, 21):
            github.issues[number] = {"number": number, "body": "another's <!-- driftline incident 0 -->", "state": "open",
                                     "title": "x"}
        again = sent(send(sink(github), message("opened")))
        check(again["remote"] == {"number": 13}, again)
        check(github.calls.count("issues/list-for-repo") == 1 + 3, github.calls)


def test_what_was_deleted_is_written_anew(folder):
    with GitHub(api()) as github:
        again = sent(send(sink(github, issue=12), message("update"), 'remote={"comment": 1}'))
        check(again["remote"] == {"comment": 4711}, again)


def test_a_test_is_closed(folder):
    with GitHub(api()) as github:
        sent(send(sink(github), message("test")))
        check(github.issues[13]["state"] == "closed", github.issues[13])


def test_hostile_names(folder):
    with GitHub(api()) as github:
        sent(send(sink(github), message("hostile")))
        body = github.issues[13]["body"]
        check("<script" not in body and "@everyone" not in body and "[x](" not in body and "`" not in body, body)


def test_bodies_stay_bounded(folder):
    with GitHub(api()) as github:
        answer = sent(send(sink(github), message("many")))
        with open(message("many"), encoding="utf-8") as file:
            content = json.load(file)
        for number in range(30):
            content.update(id=f"5f0c6a1e-{100 + number}", kind="update", number=number + 2)
            path = os.path.join(folder, "many.json")
            with open(path, "w", encoding="utf-8") as file:
                json.dump(content, file)
            sent(send(sink(github), path, remembering(answer)))
            check(len(github.issues[13]["body"].encode()) <= 65536, "too long for GitHub")
        check(github.issues[13]["body"].count("<!-- driftline message ") > 1, "all that was before is lost")
        check("5f0c6a1e-129 -->" in github.issues[13]["body"].splitlines()[1], "the newest is not on top")


def test_limits_and_refusals(folder):
    refusals = [
        ((403, {"Retry-After": "30"}, {"message": "You have exceeded a secondary rate limit."}), "again", 30000000),
        ((429, {"Retry-After": "60"}, {"message": "slow down"}), "again", 60000000),
        ((403, {}, {"message": "API rate limit exceeded for user ID 1."}), "again", 0),
        ((422, {}, {"message": "Validation Failed", "errors": ["was submitted too quickly"]}), "again", 0),
        ((503, {}, {"message": "unicorn"}), "again", 0),
        ((401, {}, {"message": "Bad credentials"}), "dead", 0),
        ((403, {}, {"message": "Resource not accessible by personal access token"}), "dead", 0),
        ((404, {}, {"message": "Not Found"}), "dead", 0),
        ((410, {}, {"message": "Issues are disabled for this repo"}), "dead", 0),
        ((422, {}, {"message": "Validation Failed"}), "dead", 0),
    ]
    for refusal, outcome, pause in refusals:
        with GitHub(api()) as github:
            github.refuse = refusal
            answer = send(sink(github), message("opened"))
            check(answer["outcome"] == outcome and answer["retry_after_us"] == pause, (refusal, answer))
            check(answer["status"] == refusal[0] and "ghp_token" not in json.dumps(answer), answer)


if __name__ == "__main__":
    sys.exit(run([value for name, value in list(globals().items()) if name.startswith("test_")]))

#!/usr/bin/python3
"""Slack, Teams and PagerDuty, which nobody can run here: servers that hold what comes against what their makers document
(names, types, lengths), and answer as they do."""
import json
import os
import sys

import jsonschema

from receivers import Receiver, check, message, remembering, run, send

MESSAGES = ("opened", "update", "acknowledged", "escalated", "resolved", "test", "many", "hostile")


def text_object(longest, kinds=("plain_text", "mrkdwn")):
    return {"oneOf": [
        {"type": "object", "additionalProperties": False, "required": ["type", "text"],
         "properties": {"type": {"const": "plain_text"}, "emoji": {"type": "boolean"},
                        "text": {"type": "string", "minLength": 1, "maxLength": longest}}},
        {"type": "object", "additionalProperties": False, "required": ["type", "text"],
         "properties": {"type": {"const": "mrkdwn"}, "verbatim": {"type": "boolean"},
                        "text": {"type": "string", "minLength": 1, "maxLength": longest}}}][:len(kinds)]}


# https://docs.slack.dev/reference/block-kit/blocks, /methods/chat.postMessage
SLACK = {
    "type": "object", "additionalProperties": False, "required": ["text", "blocks"],
    "properties": {
        "channel": {"type": "string", "minLength": 1}, "ts": {"type": "string"}, "thread_ts": {"type": "string"},
        "reply_broadcast": {"type": "boolean"}, "text": {"type": "string", "minLength": 1, "maxLength": 4000},
        "mrkdwn": {"type": "boolean"}, "parse": {"enum": ["none", "full"]}, "link_names": {"type": "boolean"},
        "unfurl_links": {"type": "boolean"}, "unfurl_media": {"type": "boolean"},
        "blocks": {"type": "array", "minItems": 1, "maxItems": 50, "items": {"oneOf": [
            {"type": "object", "additionalProperties": False, "required": ["type", "text"],
             "properties": {"type": {"const": "header"}, "text": text_object(150, ("plain_text",))}},
            {"type": "object", "additionalProperties": False, "required": ["type", "text"],
             "properties": {"type": {"const": "section"}, "text": text_object(3000)}},
            {"type": "object", "additionalProperties": False, "required": ["type", "elements"],
             "properties": {"type": {"const": "context"}, "elements": {
                 "type": "array", "minItems": 1, "maxItems": 10, "items": text_object(3000)}}}]}}}}

# https://adaptivecards.io/explorer: version 1.4, as far as it is used
CARD = {
    "type": "object", "additionalProperties": False, "required": ["type", "version", "body"],
    "properties": {
        "$schema": {"const": "http://adaptivecards.io/schemas/adaptive-card.json"}, "type": {"const": "AdaptiveCard"},
        "version": {"const": "1.4"}, "msteams": {"type": "object"},
        "body": {"type": "array", "minItems": 1, "items": {
            "type": "object", "additionalProperties": False, "required": ["type", "inlines"],
            "properties": {"type": {"const": "RichTextBlock"}, "spacing": {"enum": ["Small", "Medium"]}, "inlines": {
                "type": "array", "minItems": 1, "items": {
                    "type": "object", "additionalProperties": False, "required": ["type", "text"],
                    "properties": {
                        "type": {"const": "TextRun"}, "text": {"type": "string", "minLength": 1},
                        "weight": {"const": "Bolder"}, "size": {"const": "Large"}, "fontType": {"const": "Monospace"},
                        "isSubtle": {"type": "boolean"}, "color": {"enum": ["Accent", "Good", "Warning", "Attention"]}}}}}}},
        "actions": {"type": "array", "maxItems": 6, "items": {
            "type": "object", "additionalProperties": False, "required": ["type", "title", "url"],
            "properties": {"type": {"const": "Action.OpenUrl"}, "title": {"type": "string"},
                           "url": {"type": "string", "pattern": "^https://"}}}}}}
TEAMS = {
    "type": "object", "additionalProperties": False, "required": ["type", "attachments"],
    "properties": {"type": {"const": "message"}, "attachments": {"type": "array", "minItems": 1, "maxItems": 1, "items": {
        "type": "object", "additionalProperties": False, "required": ["contentType", "content"],
        "properties": {"contentType": {"const": "application/vnd.microsoft.card.adaptive"}, "contentUrl": {"type": "null"},
                       "content": CARD}}}}}

# https://developer.pagerduty.com/docs/events-api-v2/trigger-events/
PAGERDUTY = {
    "type": "object", "additionalProperties": False, "required": ["routing_key", "event_action", "dedup_key"],
    "properties": {
        "routing_key": {"type": "string", "minLength": 32, "maxLength": 32},
        "event_action": {"enum": ["trigger", "acknowledge", "resolve"]}, "dedup_key": {"type": "string", "maxLength": 255},
        "client": {"type": "string"}, "client_url": {"type": "string", "pattern": "^https://"},
        "payload": {
            "type": "object", "additionalProperties": False, "required": ["summary", "source", "severity"],
            "properties": {
                "summary": {"type": "string", "minLength": 1, "maxLength": 1024}, "source": {"type": "string", "minLength": 1},
                "severity": {"enum": ["critical", "error", "warning", "info"]},
                "timestamp": {"type": "string", "format": "date-time"}, "component": {"type": "string"},
                "group": {"type": "string"}, "class": {"type": "string"}, "custom_details": {"type": "object"}}}},
    "if": {"properties": {"event_action": {"const": "trigger"}}}, "then": {"required": ["payload"]}}


def sent(answer):
    check(answer["outcome"] == "sent", answer)
    return answer


# ---- Slack ----

class Slack(Receiver):
    """A workspace: `/hook` is an incoming webhook, `/api/…` its API. `refuse` is what is answered instead, once."""

    def __init__(self):
        self.posts = {}
        self.refuse = None
        super().__init__(self.answer)

    def answer(self, request):
        jsonschema.validate(request["json"], SLACK)
        check("<!" not in json.dumps(request["json"]) and "<@" not in json.dumps(request["json"]), "somebody is mentioned")
        if self.refuse is not None:
            refusal, self.refuse = self.refuse, None
            return refusal
        if request["path"] == "/hook":
            return 200, {}, "ok"
        check(request["headers"]["Authorization"] == "Bearer xoxb-token", "no token")
        return 200, {}, getattr(self, request["path"].removeprefix("/api/chat."))(request["json"])

    def postMessage(self, body):
        if body.get("thread_ts") and body["thread_ts"] not in self.posts:
            return {"ok": False, "error": "thread_not_found"}
        ts = f"1795255200.{len(self.posts):06}"
        self.posts[ts] = body
        return {"ok": True, "channel": "C012", "ts": ts, "message": {"text": body["text"]}}

    def update(self, body):
        if body["ts"] not in self.posts:
            return {"ok": False, "error": "message_not_found"}
        self.posts[body["ts"]] = body
        return {"ok": True, "channel": body["channel"], "ts": body["ts"]}

    def hook(self):
        return {"kind": "slack", "url": self.url + "/hook", "allow_private": True}

    def app(self):
        return {"kind": "slack", "url": self.url + "/api", "secret": "xoxb-token", "channel": "#ops", "allow_private": True}


def test_slack_webhook(folder):
    with Slack() as slack:
        for name in MESSAGES:
            sent(send(slack.hook(), message(name)))


def test_slack_thread(folder):
    with Slack() as slack:
        first = sent(send(slack.app(), message("opened")))
        check(first["remote"]["channel"] == "C012", first)
        for name in ("update", "escalated"):
            sent(send(slack.app(), message(name), remembering(first)))
        last = sent(send(slack.app(), message("resolved"), remembering(first)))
        check(last["steps"] == 2, last)
        posts = list(slack.posts.values())
        check([post.get("thread_ts") for post in posts[1:]] == [first["remote"]["ts"]] * 3, posts)
        check([bool(post.get("reply_broadcast")) for post in posts] == [False, False, True, False], posts)
        check(posts[0]["text"] == "✅ orders@prod: 3 differences opened, 1 critical", posts[0])
        check(posts[3]["text"] == "✅ orders@prod: back to normal after 60 min", posts[3])


def test_slack_thread_is_gone(folder):
    with Slack() as slack:
        for name in ("update", "resolved"):
            answer = sent(send(slack.app(), message(name), 'remote={"channel":"C012","ts":"1.0","title":"x"}'))
            check(answer["remote"]["ts"] in slack.posts, answer)


def test_slack_refusals(folder):
    cases = [
        ((200, {}, {"ok": False, "error": "ratelimited"}), "again", ""),
        ((429, {"Retry-After": "30"}, {"ok": False, "error": "ratelimited"}), "again", ""),
        ((200, {}, {"ok": False, "error": "internal_error"}), "again", ""),
        ((200, {}, {"ok": False, "error": "not_in_channel"}), "dead", "invite"),
        ((200, {}, {"ok": False, "error": "invalid_auth"}), "dead", "token"),
        ((200, {}, {"ok": False, "error": "msg_too_long"}), "dead", ""),
        ((200, {}, "<html>a proxy of the house</html>"), "dead", ""),
        ((503, {}, "down"), "again", ""),
    ]
    for refusal, outcome, hint in cases:
        with Slack() as slack:
            slack.refuse = refusal
            answer = send(slack.app(), message("opened"))
            check(answer["outcome"] == outcome and hint in answer["hint"], (refusal, answer))
            check("xoxb" not in json.dumps(answer), answer)
            check(answer["retry_after_us"] == int(refusal[1].get("Retry-After", 0)) * 1000000, answer)
    for status, body, outcome in ((404, "no_service", "dead"), (403, "action_prohibited", "dead"),
                                  (410, "channel_is_archived", "dead"), (400, "invalid_payload", "dead"),
                                  (500, "rollup_error", "again")):
        with Slack() as slack:
            slack.refuse = (status, {}, body)
            answer = send(slack.hook(), message("opened"))
            check(answer["outcome"] == outcome and body in answer["problem"], answer)


# ---- Teams ----

class Teams(Receiver):
    def __init__(self, status=202, headers=None, body=""):
        def answer(request):
            jsonschema.validate(request["json"], TEAMS)
            check(request["size"] <= 28 * 1024, f"{request['size']} bytes")
            return status, headers or {}, body
        super().__init__(answer)

    def sink(self):
        return {"kind": "teams", "url": self.url + "/workflows/1?sig=secret", "allow_private": True}


def test_teams(folder):
    with Teams() as teams:
        for name in MESSAGES:
            sent(send(teams.sink(), message(name)))


def test_teams_takes_the_longest(folder):
    with open(message("many"), encoding="utf-8") as file:
        content = json.load(file)
    for line in content["lines"]:
        line["text"] = "\"\\" * 250  # each is two bytes in JSON
    path = os.path.join(folder, "longest.json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump(content, file)
    with Teams() as teams:
        sent(send(teams.sink(), path))
        texts = [run["text"] for block in teams.requests[0]["json"]["attachments"][0]["content"]["body"]
                 for run in block["inlines"]]
        left = [text for text in texts if text.startswith("and ")]
        check(left == [f"and {40 - texts.count('critical  ') - texts.count('medium  ')} more"], texts)


def test_teams_refusals(folder):
    refused = "Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429"
    for status, headers, body, outcome in ((429, {"Retry-After": "5"}, "", "again"), (200, {}, refused, "again"),
                                           (400, {}, "bad card", "dead"), (404, {}, "", "dead"), (502, {}, "", "again")):
        with Teams(status, headers, body) as teams:
            answer = send(teams.sink(), message("opened"))
            check(answer["outcome"] == outcome and "secret" not in json.dumps(answer), answer)


# ---- PagerDuty ----

class PagerDuty(Receiver):
    def __init__(self, refusal=None):
        def answer(request):
            checker = jsonschema.FormatChecker()
            jsonschema.validate(request["json"], PAGERDUTY, format_checker=checker)
            check(request["size"] <= 512 * 1024, f"{request['size']} bytes")
            accepted = {"status": "success", "message": "Event processed", "dedup_key": request["json"]["dedup_key"]}
            return refusal or (202, {}, accepted)
        super().__init__(answer)

    def sink(self):
        return {"kind": "pagerduty", "url": self.url, "secret": "0123456789abcdef0123456789abcdef", "allow_private": True}

    def did(self):
        return [(request["json"]["event_action"], request["json"]["dedup_key"]) for request in self.requests]


def test_pagerduty(folder):
    with PagerDuty() as pagerduty:
        for name in MESSAGES:
            sent(send(pagerduty.sink(), message(name)))
        incident, other = "driftline-5f0c6a1e-4", "driftline-5f0c6a1e-9"
        check(pagerduty.did()[:7] == [("trigger", incident), ("trigger", incident), ("acknowledge", incident),
                                      ("trigger", incident), ("resolve", incident), ("trigger", other),
                                      ("resolve", other)], pagerduty.did())


def test_pagerduty_refusals(folder):
    invalid = {"status": "invalid event", "message": "Event object is invalid", "errors": ["Invalid routing key"]}
    for refusal, outcome in (((400, {}, invalid), "dead"), ((429, {}, ""), "again"), ((500, {}, ""), "again")):
        with PagerDuty(refusal) as pagerduty:
            answer = send(pagerduty.sink(), message("opened"))
            check(answer["outcome"] == outcome and "0123456789" not in json.dumps(answer), answer)
            check(outcome == "again" or "integration key" in answer["hint"], answer)


if __name__ == "__main__":
    sys.exit(run([value for name, value in list(globals().items()) if name.startswith("test_")]))
